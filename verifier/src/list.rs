//! Lists that others publish and that a verification leans on: which one is meant, what makes one
//! unusable, and how one is judged. A list is a credential, verified like any other.

use std::cell::RefCell;

use proofs::data_integrity::{ProofPurpose, Seen, UnverifiedProof};
use proofs::keys::VerifyingKey;
use schemas::credential::{Envelope, Validity};
use schemas::did::Did;
use schemas::json::{Limits, Object, Value, read};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::web_url::WebUrl;

use crate::credential::Bench;
use crate::evidence::{Evidence, Missing};
use crate::policy::Policy;
use crate::proof::{Document, NoKey, Signer, check_proofs, key_of};
use crate::question::StatusAsked;
use crate::report::Recorder;

/// Which list is meant: its address and whose it has to be. One address with another issuer is
/// another list, so nobody can put a list of theirs in the place of somebody else's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListRef {
    /// Where it is served.
    pub url: WebUrl,
    /// Who has to have signed it.
    pub issuer: Did,
}

impl ListRef {
    /// The JSON form, as reports carry it.
    #[must_use]
    pub fn to_object(&self) -> Object {
        schemas::object! { "url" => self.url.as_str(), "issuer" => &self.issuer }
    }
}

/// Why a list is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFault {
    reason: Reason,
    cause: Option<Reason>,
    doubt: bool,
    missing: Option<Missing>,
}

impl ListFault {
    pub(crate) const fn because(reason: Reason, cause: Reason) -> Self {
        Self {
            reason,
            cause: Some(cause),
            doubt: false,
            missing: None,
        }
    }

    pub(crate) const fn plain(reason: Reason) -> Self {
        Self {
            reason,
            cause: None,
            doubt: false,
            missing: None,
        }
    }

    const fn doubt(reason: Reason, cause: Reason) -> Self {
        Self {
            reason,
            cause: Some(cause),
            doubt: true,
            missing: None,
        }
    }

    fn for_want_of(mut self, missing: Option<Missing>) -> Self {
        self.missing = missing;
        self
    }

    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// What is wrong in the document of the list, where that is known more exactly.
    #[must_use]
    pub const fn cause(&self) -> Option<Reason> {
        self.cause
    }

    /// Whether the list could not be judged for now, in contrast to one that was judged and is bad.
    #[must_use]
    pub const fn is_doubt(&self) -> bool {
        self.doubt
    }

    /// What would have to be known to judge it, such as the history of its issuer's keys.
    #[must_use]
    pub const fn missing(&self) -> Option<&Missing> {
        self.missing.as_ref()
    }
}

impl std::fmt::Display for ListFault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "the list is not used: {}", self.reason)?;
        match self.cause {
            Some(cause) => write!(formatter, " ({cause})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ListFault {}

/// The reasons that a kind of list gives.
#[derive(Clone, Copy)]
pub(crate) struct ListReasons {
    pub(crate) invalid: Reason,
    pub(crate) issuer: Reason,
    pub(crate) expired: Reason,
    pub(crate) too_large: Reason,
    pub(crate) unavailable: Reason,
}

/// Steps of canonicalizing that a list may take: it has no blank nodes that are alike.
const STEPS: u64 = 250;

pub(crate) fn read_value(bytes: &[u8], reasons: ListReasons) -> Result<Value, ListFault> {
    // An answer without a byte is one that did not come.
    if bytes.is_empty() {
        return Err(ListFault::doubt(reasons.unavailable, Reason::ParseError));
    }
    read(bytes, &Limits::document()).map_err(|error| {
        let reason = match error.reason() {
            Reason::InputTooLarge => reasons.too_large,
            _ => reasons.invalid,
        };
        ListFault::because(reason, error.reason())
    })
}

/// What judging a list has shown beside that it may be used.
pub(crate) struct Judged {
    /// When it counts: as it says itself, and not beyond the end of a proof.
    pub(crate) validity: Validity,
    pub(crate) signed: Signed,
}

/// The proofs of a list, and the keys that confirmed them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Signed(Vec<(UnverifiedProof, VerifyingKey)>);

impl Signed {
    /// Whether these keys still vouch for the list of this issuer: a list that its publisher says did
    /// not change is not read again, and its keys may have changed since.
    ///
    /// # Errors
    /// [`ListFault`], as reading it again would say.
    pub(crate) fn stands(
        &self,
        list: &ListRef,
        reasons: ListReasons,
        policy: &Policy,
        evidence: &Evidence,
        now: Timestamp,
    ) -> Result<(), ListFault> {
        let seen = RefCell::new(Seen::nothing());
        let bench = bench(policy, evidence, now, &seen);
        let signer = signer(list, reasons);
        for (proof, key) in &self.0 {
            match key_of(bench, proof, &signer) {
                Ok(found) if found == *key => {}
                Ok(_) => return Err(ListFault::because(reasons.invalid, Reason::SigInvalid)),
                Err(NoKey::Doubt(cause, missing)) => {
                    let fault = ListFault::doubt(reasons.unavailable, cause);
                    return Err(fault.for_want_of(missing));
                }
                Err(NoKey::Failed(cause)) => {
                    return Err(ListFault::because(reasons.invalid, cause));
                }
            }
        }
        Ok(())
    }
}

fn bench<'a>(
    policy: &'a Policy,
    evidence: &'a Evidence,
    now: Timestamp,
    seen: &'a RefCell<Seen>,
) -> Bench<'a> {
    Bench {
        policy,
        evidence,
        now,
        documents: 1,
        status: StatusAsked::NotAsked,
        seen,
    }
}

const fn signer(list: &ListRef, reasons: ListReasons) -> Signer<'_> {
    Signer {
        did: &list.issuer,
        purpose: ProofPurpose::AssertionMethod,
        stranger: reasons.issuer,
        steps: STEPS,
    }
}

/// Whose, where, when and signed: everything that makes a list usable, apart from what it says.
pub(crate) fn judge(
    expected: &ListRef,
    envelope: &Envelope,
    reasons: ListReasons,
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
) -> Result<Judged, ListFault> {
    let seen = RefCell::new(Seen::nothing());
    let bench = bench(policy, evidence, now, &seen);
    if envelope.unverified_issuer() != &expected.issuer {
        return Err(ListFault::plain(reasons.issuer));
    }
    if envelope.id() != Some(expected.url.as_str()) {
        return Err(ListFault::because(reasons.invalid, Reason::IdMalformed));
    }
    let mut recorder = Recorder::default();
    let signer = signer(expected, reasons);
    let document = Document::Open(envelope.object());
    let checked = check_proofs(bench, document, &signer, "", &mut recorder);
    if let Some(cause) = recorder.first_failure() {
        let reason = if cause == reasons.issuer {
            reasons.issuer
        } else {
            reasons.invalid
        };
        return Err(ListFault::because(reason, cause));
    }
    if let Some(cause) = recorder.first_doubt() {
        let fault = ListFault::doubt(reasons.unavailable, cause);
        return Err(fault.for_want_of(recorder.first_missing()));
    }
    let validity = envelope.validity();
    if !is_current(bench, validity) {
        return Err(ListFault::plain(reasons.expired));
    }
    let ends = checked.proofs().iter().filter_map(UnverifiedProof::expires);
    Ok(Judged {
        validity: Validity {
            until: ends.chain(validity.until).min(),
            ..validity
        },
        signed: Signed(checked.signed()),
    })
}

/// Within its validity; a clock may lag at the beginning, never at the end.
fn is_current(bench: Bench<'_>, validity: Validity) -> bool {
    let latest = bench.now.plus_seconds(bench.policy.limits().clock_skew);
    validity.from.is_none_or(|from| from <= latest)
        && validity.until.is_none_or(|until| until > bench.now)
}
