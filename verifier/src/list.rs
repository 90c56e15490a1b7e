//! Lists that others publish and that a verification leans on: which one is meant, what makes one
//! unusable, and how one is judged. A list is a credential, verified like any other, or a token.

use std::cell::RefCell;

use proofs::data_integrity::{ProofPurpose, Seen, UnverifiedProof};
use proofs::keys::VerifyingKey;
use proofs::status_token::UnverifiedStatusToken;
use schemas::credential::{Envelope, Validity};
use schemas::did::{Did, DidUrl};
use schemas::json::{Limits, Object, Value, read};
use schemas::reason::Reason;
use schemas::status::StatusListClaims;
use schemas::time::Timestamp;
use schemas::web_url::WebUrl;

use crate::credential::Bench;
use crate::evidence::{Evidence, Missing};
use crate::policy::Policy;
use crate::proof::{
    Document, Named, NoKey, Signer, check_proofs, check_token, key_of, token_key_of, token_method,
};
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

/// By what a list is signed, and the keys that confirmed it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Signed {
    /// The proofs of a document.
    Proofs(Vec<(UnverifiedProof, VerifyingKey)>),
    /// The name of the key of a token, when the token says it was made, and the key.
    Token(Box<(Option<DidUrl>, Option<Timestamp>, VerifyingKey)>),
}

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
        let bench = Bench::alone(policy, evidence, now, &seen);
        let signer = signer(list, reasons);
        let same = |found, key: &VerifyingKey| match found {
            Ok(found) if found == *key => Ok(()),
            Ok(_) => Err(ListFault::because(reasons.invalid, Reason::SigInvalid)),
            Err(NoKey::Doubt(cause, missing)) => {
                let fault = ListFault::doubt(reasons.unavailable, cause);
                Err(fault.for_want_of(missing))
            }
            Err(NoKey::Failed(cause)) => Err(ListFault::because(reasons.invalid, cause)),
        };
        match self {
            Self::Proofs(proofs) => proofs
                .iter()
                .try_for_each(|(proof, key)| same(key_of(bench, proof, &signer), key)),
            Self::Token(token) => {
                let (method, made, key) = token.as_ref();
                let found = token_key_of(bench, &signer, Ok(method.clone()), *made);
                same(found, key)
            }
        }
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
    let bench = Bench::alone(policy, evidence, now, &seen);
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
    first_fault(&recorder, reasons)?;
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
        signed: Signed::Proofs(checked.signed()),
    })
}

/// A list that is a token, and what it says.
#[derive(Clone, Copy)]
pub(crate) struct ListToken<'a> {
    pub(crate) token: &'a UnverifiedStatusToken,
    pub(crate) claims: &'a StatusListClaims,
}

/// The same of a list that is a token.
pub(crate) fn judge_token(
    expected: &ListRef,
    ListToken { token, claims }: ListToken<'_>,
    reasons: ListReasons,
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
) -> Result<Judged, ListFault> {
    let seen = RefCell::new(Seen::nothing());
    let bench = Bench::alone(policy, evidence, now, &seen);
    // A list need not say whose it is. One that does has to say the truth.
    let issuer = expected.issuer.as_str();
    if claims.issuer().is_some_and(|named| named != issuer) {
        return Err(ListFault::plain(reasons.issuer));
    }
    if claims.subject() != expected.url.as_str() {
        return Err(ListFault::because(reasons.invalid, Reason::IdMalformed));
    }
    let signer = signer(expected, reasons);
    let method = token_method(token.kid(), signer.did);
    let made = claims.validity().from;
    let mut recorder = Recorder::default();
    let mut confirmed = None;
    let verify = |key: &VerifyingKey| {
        token.verify(key).map_err(|error| error.reason())?;
        confirmed = Some(key.clone());
        Ok(())
    };
    let called = method.clone().ok().flatten();
    let named = Named {
        method,
        stated: made,
    };
    check_token(bench, &signer, named, verify, "", &mut recorder);
    first_fault(&recorder, reasons)?;
    let Some(key) = confirmed else {
        return Err(ListFault::because(reasons.invalid, Reason::SigInvalid));
    };
    let validity = claims.validity();
    if !is_current(bench, validity) {
        return Err(ListFault::plain(reasons.expired));
    }
    Ok(Judged {
        validity,
        signed: Signed::Token(Box::new((called, made, key))),
    })
}

/// What was found wrong with a list, or what there is to doubt.
fn first_fault(recorder: &Recorder, reasons: ListReasons) -> Result<(), ListFault> {
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
    Ok(())
}

/// Within its validity; a clock may lag at the beginning, never at the end.
fn is_current(bench: Bench<'_>, validity: Validity) -> bool {
    let latest = bench.now.plus_seconds(bench.policy.limits().clock_skew);
    validity.from.is_none_or(|from| from <= latest)
        && validity.until.is_none_or(|until| until > bench.now)
}
