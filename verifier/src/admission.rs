//! What a world makes of a report: its policy over the verdict. Verified is not yet wanted.

use schemas::admission::Decided;
use schemas::check::Verdict;
use schemas::credential::Subject;
use schemas::license::{
    Allowance, AvatarPermission, CommercialUsage, CreditNotation, LicenseTerms, Modification,
};
use schemas::reason::Reason;

use crate::finding::Finding;
use crate::report::Report;

pub use schemas::admission::Condition;

/// A world's answer to somebody at the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Come in.
    Admit,
    /// Come in; the world has to honor these license terms.
    AdmitWithConditions(Vec<Condition>),
    /// Somebody has to grant a license first.
    NeedsLicense,
    /// A person of the world has to look at it.
    Review,
    /// Not today.
    Deny,
}

impl Admission {
    /// The answer in a word, as messages and records carry it.
    #[must_use]
    pub const fn decided(&self) -> Decided {
        match self {
            Self::Admit => Decided::Admit,
            Self::AdmitWithConditions(_) => Decided::AdmitWithConditions,
            Self::NeedsLicense => Decided::NeedsLicense,
            Self::Review => Decided::Review,
            Self::Deny => Decided::Deny,
        }
    }

    /// The stable name.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.decided().id()
    }

    /// Whether the door opens.
    #[must_use]
    pub const fn admits(&self) -> bool {
        self.decided().admits()
    }

    /// The license terms that a world has to honor when it opens the door.
    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        match self {
            Self::AdmitWithConditions(conditions) => conditions,
            _ => &[],
        }
    }
}

/// What a world has to honor under these terms.
fn conditions_of(terms: &LicenseTerms) -> impl Iterator<Item = Condition> {
    let terms = terms.effective();
    let disallowed = |allowance: Allowance| allowance == Allowance::Denied;
    [
        (
            terms.credit_notation == CreditNotation::Required,
            Condition::Credit,
        ),
        (
            terms.avatar_permission == AvatarPermission::OnlyAuthor,
            Condition::AuthorOnly,
        ),
        (
            terms.commercial_usage != CommercialUsage::Corporation,
            Condition::NoCorporateUse,
        ),
        (
            disallowed(terms.allow_redistribution),
            Condition::NoRedistribution,
        ),
        (
            terms.modification == Modification::Prohibited,
            Condition::NoModification,
        ),
        (
            disallowed(terms.allow_excessively_violent_usage),
            Condition::NoViolence,
        ),
        (
            disallowed(terms.allow_excessively_sexual_usage),
            Condition::NoSexualUse,
        ),
        (
            disallowed(terms.allow_political_or_religious_usage),
            Condition::NoPolitics,
        ),
        (
            disallowed(terms.allow_antisocial_or_hate_usage),
            Condition::NoHate,
        ),
    ]
    .into_iter()
    .filter_map(|(applies, condition)| applies.then_some(condition))
}

/// What a world does with findings and restrictive terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AdmissionRules {
    /// What findings lead to.
    pub findings: OnFindings,
}

/// What findings lead to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnFindings {
    /// They are reported and do not decide.
    #[default]
    Report,
    /// A person looks at them before anybody comes in.
    Review,
}

impl AdmissionRules {
    /// Decides over a report.
    #[must_use]
    pub fn decide(self, report: &Report) -> Admission {
        match (report.verdict(), report.accepted()) {
            (Verdict::Accepted, Some(accepted)) => {
                if self.findings == OnFindings::Review
                    && report.findings().iter().any(Finding::is_odd)
                {
                    return Admission::Review;
                }
                let subjects = accepted
                    .credentials()
                    .iter()
                    .map(|credential| credential.subject());
                let mut conditions: Vec<_> = subjects
                    .filter_map(Subject::license)
                    .flat_map(conditions_of)
                    .collect();
                conditions.sort_unstable();
                conditions.dedup();
                if conditions.is_empty() {
                    Admission::Admit
                } else {
                    Admission::AdmitWithConditions(conditions)
                }
            }
            _ if report.reason() == Some(Reason::LicenseLooser) => Admission::NeedsLicense,
            _ => Admission::Deny,
        }
    }
}
