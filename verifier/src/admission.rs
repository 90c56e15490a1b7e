//! What a world makes of a report: its policy over the verdict. Verified is not yet wanted.

use schemas::check::Verdict;
use schemas::credential::Subject;
use schemas::license::{
    Allowance, AvatarPermission, CommercialUsage, CreditNotation, LicenseTerms, Modification,
};
use schemas::reason::Reason;

use crate::report::Report;

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
    /// The stable name.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Admit => "admit",
            Self::AdmitWithConditions(_) => "admit_with_conditions",
            Self::NeedsLicense => "needs_license",
            Self::Review => "review",
            Self::Deny => "deny",
        }
    }

    /// Whether the door opens.
    #[must_use]
    pub const fn admits(&self) -> bool {
        matches!(self, Self::Admit | Self::AdmitWithConditions(_))
    }
}

/// A license term that a world has to honor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// Name the authors.
    Credit,
    /// Only the author may wear it: whoever presents it says to be that.
    AuthorOnly,
    /// No commercial use beyond a person's own.
    NoCorporateUse,
    /// Do not hand the file on.
    NoRedistribution,
    /// Do not change the model.
    NoModification,
    /// No excessively violent use.
    NoViolence,
    /// No excessively sexual use.
    NoSexualUse,
    /// No political or religious use.
    NoPolitics,
    /// No antisocial or hateful use.
    NoHate,
}

impl Condition {
    /// The stable name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::AuthorOnly => "author_only",
            Self::NoCorporateUse => "no_corporate_use",
            Self::NoRedistribution => "no_redistribution",
            Self::NoModification => "no_modification",
            Self::NoViolence => "no_violence",
            Self::NoSexualUse => "no_sexual_use",
            Self::NoPolitics => "no_politics",
            Self::NoHate => "no_hate",
        }
    }

    fn of(terms: &LicenseTerms) -> impl Iterator<Item = Self> {
        let terms = terms.effective();
        let disallowed = |allowance: Allowance| allowance == Allowance::Denied;
        [
            (
                terms.credit_notation == CreditNotation::Required,
                Self::Credit,
            ),
            (
                terms.avatar_permission == AvatarPermission::OnlyAuthor,
                Self::AuthorOnly,
            ),
            (
                terms.commercial_usage != CommercialUsage::Corporation,
                Self::NoCorporateUse,
            ),
            (
                disallowed(terms.allow_redistribution),
                Self::NoRedistribution,
            ),
            (
                terms.modification == Modification::Prohibited,
                Self::NoModification,
            ),
            (
                disallowed(terms.allow_excessively_violent_usage),
                Self::NoViolence,
            ),
            (
                disallowed(terms.allow_excessively_sexual_usage),
                Self::NoSexualUse,
            ),
            (
                disallowed(terms.allow_political_or_religious_usage),
                Self::NoPolitics,
            ),
            (
                disallowed(terms.allow_antisocial_or_hate_usage),
                Self::NoHate,
            ),
        ]
        .into_iter()
        .filter_map(|(applies, condition)| applies.then_some(condition))
    }
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
                if self.findings == OnFindings::Review && !report.findings().is_empty() {
                    return Admission::Review;
                }
                let subjects = accepted
                    .credentials()
                    .iter()
                    .map(|credential| credential.subject());
                let mut conditions: Vec<_> = subjects
                    .map(Subject::license)
                    .flat_map(Condition::of)
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
