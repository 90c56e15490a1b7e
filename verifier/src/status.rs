//! Whether the issuer still stands by a credential: status lists, judged once when they arrive and
//! asked for one value each time. Source: Bitstring Status List v1.0 section 3.2;
//! draft-ietf-oauth-status-list section 8.3.
//!
//! A list that cannot be had leaves the answer open, one that breaks a rule or a limit refuses, and
//! neither ever accepts.

use proofs::status_token::UnverifiedStatusToken;
use schemas::check::CheckId;
use schemas::credential::Envelope;
use schemas::did::Did;
use schemas::reason::Reason;
use schemas::status::{
    Bits, BitsError, StatusEntry, StatusListClaims, StatusPlace, StatusPurpose, StatusValues,
    TokenStatus, UnverifiedStatusList,
};
use schemas::time::Timestamp;

use crate::credential::Bench;
use crate::evidence::{Evidence, Missing};
use crate::finding::Finding;
use crate::list::{self, ListFault, ListReasons, ListRef, ListToken, Signed};
use crate::policy::Policy;
use crate::question::StatusAsked;
use crate::report::Recorder;

const REASONS: ListReasons = ListReasons {
    invalid: Reason::StatusInvalid,
    issuer: Reason::StatusIssuer,
    expired: Reason::StatusExpired,
    too_large: Reason::StatusTooLarge,
    unavailable: Reason::StatusUnavailable,
};

/// A status list whose issuer, proof and dates were right when it arrived. Clones share the bits.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifiedStatusList {
    list: ListRef,
    content: Content,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    ttl: Option<i64>,
    at: Timestamp,
    signed: Signed,
}

/// What a list says.
#[derive(Clone, Debug, PartialEq)]
enum Content {
    /// One bit a document.
    Bits(Vec<StatusPurpose>, Bits),
    /// One value a token.
    Values(StatusValues),
}

impl VerifiedStatusList {
    /// Which list it is.
    #[must_use]
    pub const fn list(&self) -> &ListRef {
        &self.list
    }

    /// When it was made, which grows with every change.
    #[must_use]
    pub const fn valid_from(&self) -> Option<Timestamp> {
        self.from
    }

    /// When it was fetched.
    #[must_use]
    pub const fn fetched_at(&self) -> Timestamp {
        self.at
    }

    /// The same list, found unchanged at a later moment: its publisher said so, now.
    ///
    /// # Errors
    /// [`ListFault`], as reading the list again would say: `status_expired` when it has ended, and
    /// `status_invalid` when the keys that signed it no longer vouch for it.
    pub fn unchanged(
        self,
        at: Timestamp,
        policy: &Policy,
        evidence: &Evidence,
        now: Timestamp,
    ) -> Result<Self, ListFault> {
        self.signed
            .stands(&self.list, REASONS, policy, evidence, now)?;
        if self.until.is_some_and(|until| until <= now) {
            return Err(ListFault::plain(REASONS.expired));
        }
        Ok(Self {
            at: at.max(self.at),
            ..self
        })
    }

    /// The same list, when somebody on the way had kept it for so long: it is older than its arrival.
    pub(crate) fn aged(self, seconds: i64) -> Self {
        Self {
            at: self.at.plus_seconds(seconds.max(0).saturating_neg()),
            ..self
        }
    }

    /// From when on nobody may use it any more, by what it says itself: its `ttl` and its end.
    #[must_use]
    pub fn own_end(&self) -> Option<Timestamp> {
        // A copy may be used while its age is its `ttl`, in whole seconds.
        let old = self
            .ttl
            .map(|ttl| self.at.plus_seconds(ttl.saturating_add(1)));
        [old, self.until].into_iter().flatten().min()
    }

    /// Whether it may still be asked: not beyond its `ttl`, the age that policy allows, or its end.
    pub(crate) fn is_fresh(&self, now: Timestamp, max_age: i64) -> bool {
        let age = now.seconds_since(self.at);
        // At the moment itself a copy may be used, also one whose `ttl` is nothing.
        let most = self.ttl.map_or(max_age, |ttl| ttl.min(max_age));
        age <= most && self.until.is_none_or(|until| until > now)
    }
}

/// Judges a list that was fetched at `at`: size, form, shape, issuer, address, proof, dates, values.
/// A list is a credential (JSON) or a token; which one an entry means is found when it is asked.
///
/// `evidence` has to know the DID document of the issuer; it does when the credential that names
/// the list has just been judged with it.
///
/// # Errors
/// [`ListFault`]: `status_invalid` for a document that is no list or is not signed as it should be,
/// `status_issuer` for somebody else's, `status_expired` outside its validity, `status_too_large` and
/// `status_length` for the size of the bits; a doubt with `status_unavailable` while the issuer's key
/// cannot be had.
pub fn verify_list(
    list: &ListRef,
    bytes: &[u8],
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
) -> Result<VerifiedStatusList, ListFault> {
    match token_in(bytes) {
        Some(text) => verify_token(list, text, policy, evidence, now),
        None => verify_credential(list, bytes, policy, evidence, now),
    }
}

/// The text of a list that is a token, when these bytes are to be read as one: no JSON begins as a token
/// does, whose header is base64url of an object.
#[must_use]
pub fn token_in(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes.trim_ascii()).ok()?;
    text.starts_with('e').then_some(text)
}

fn verify_credential(
    list: &ListRef,
    bytes: &[u8],
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
) -> Result<VerifiedStatusList, ListFault> {
    let value = list::read_value(bytes, REASONS)?;
    let read = UnverifiedStatusList::parse(&value)
        .map_err(|error| ListFault::because(error.reason(), error.shape().reason()))?;
    let judged = list::judge(list, read.envelope(), REASONS, policy, evidence, now)?;
    let bits = Bits::decode(read.encoded()).map_err(|error| ListFault::plain(error.reason()))?;
    let seconds = |milliseconds: u64| i64::try_from(milliseconds / 1000).unwrap_or(i64::MAX);
    Ok(VerifiedStatusList {
        list: list.clone(),
        content: Content::Bits(read.purposes().to_vec(), bits),
        from: judged.validity.from,
        until: judged.validity.until,
        ttl: read.ttl_milliseconds().map(seconds),
        at: now,
        signed: judged.signed,
    })
}

fn verify_token(
    list: &ListRef,
    text: &str,
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
) -> Result<VerifiedStatusList, ListFault> {
    let because = |cause| ListFault::because(Reason::StatusInvalid, cause);
    let token = UnverifiedStatusToken::parse(text).map_err(|error| match error.reason() {
        Reason::InputTooLarge => ListFault::because(REASONS.too_large, Reason::InputTooLarge),
        cause => because(cause),
    })?;
    let claims =
        StatusListClaims::parse(token.claims()).map_err(|error| because(error.reason()))?;
    let read = ListToken {
        token: &token,
        claims: &claims,
    };
    let judged = list::judge_token(list, read, REASONS, policy, evidence, now)?;
    let values = StatusValues::decode(claims.encoded(), claims.size());
    let values = values.map_err(|error| match error {
        // What is behind the compression is not looked at: a list of this form has no honest size
        // beyond the limit.
        BitsError::TooLarge => because(error.reason()),
        BitsError::Encoding | BitsError::TooShort => ListFault::plain(Reason::StatusInvalid),
    })?;
    let seconds = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
    Ok(VerifiedStatusList {
        list: list.clone(),
        content: Content::Values(values),
        from: judged.validity.from,
        until: judged.validity.until,
        ttl: claims.ttl_seconds().map(seconds),
        at: now,
        signed: judged.signed,
    })
}

/// Asks every list that a credential names. `barrier` is the check that did not pass before: then
/// nothing that the credential names is looked at or fetched.
pub(crate) fn check(
    bench: Bench<'_>,
    envelope: &Envelope,
    pointer: &str,
    barrier: Option<CheckId>,
    recorder: &mut Recorder,
) {
    if bench.status == StatusAsked::NotAsked {
        return;
    }
    if envelope.statuses().is_empty() {
        // One that names no list cannot be revoked.
        recorder.pass(CheckId::Status);
        return;
    }
    let many = envelope.statuses().len() > 1;
    for (index, place) in envelope.statuses().iter().enumerate() {
        match (place, barrier) {
            (Err(error), _) => {
                let at = format!("{pointer}{}", error.pointer());
                recorder.fail(CheckId::Status, error.reason(), at);
            }
            (Ok(_), Some(by)) => recorder.block(&[CheckId::Status], by),
            (Ok(place), None) => {
                let at = match place {
                    StatusPlace::Bit(_) if many => {
                        format!("{pointer}/credentialStatus/{index}")
                    }
                    StatusPlace::Bit(_) => format!("{pointer}/credentialStatus"),
                    StatusPlace::Value(_) => format!("{pointer}/status/status_list"),
                };
                check_place(bench, envelope, place, at, recorder);
            }
        }
    }
}

/// What a list says of one credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The bit is not set, the value is that of valid tokens.
    Unset,
    /// The bit is set; the token is invalid or suspended.
    Set,
    /// The list is not known, or too old: it has to be fetched.
    Missing,
    /// The list could not be had.
    Unavailable,
    /// The list or the entry breaks a rule.
    Refused(Reason),
}

/// Asks a list that is known for one status: what a verification does for each entry, and what a world
/// does in between for whom it has admitted.
#[must_use]
pub fn ask(
    place: &StatusPlace,
    issuer: &Did,
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
) -> Answer {
    let list = list_of(place, issuer);
    match look(&list, place, policy, evidence, now) {
        Ok(Said::Bit(false) | Said::Value(TokenStatus::Valid)) => Answer::Unset,
        Ok(Said::Bit(true) | Said::Value(TokenStatus::Invalid | TokenStatus::Suspended)) => {
            Answer::Set
        }
        Ok(Said::Value(TokenStatus::Other)) => Answer::Refused(Reason::StatusInvalid),
        Err(Silence::Missing) => Answer::Missing,
        Err(Silence::Unavailable) => Answer::Unavailable,
        Err(Silence::Refused(reason)) => Answer::Refused(reason),
    }
}

/// A list has to be signed by the issuer of the credential that names it.
fn list_of(place: &StatusPlace, issuer: &Did) -> ListRef {
    ListRef {
        url: place.list().clone(),
        issuer: issuer.clone(),
    }
}

/// What stands in a list.
enum Said {
    Bit(bool),
    Value(TokenStatus),
}

/// Why a list says nothing.
enum Silence {
    Missing,
    Unavailable,
    Refused(Reason),
}

fn look(
    list: &ListRef,
    place: &StatusPlace,
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
) -> Result<Said, Silence> {
    let max_age = policy.limits().max_status_age;
    let known = match evidence.status_list(list, now, max_age) {
        None => return Err(Silence::Missing),
        Some(Err(Reason::StatusUnavailable)) => return Err(Silence::Unavailable),
        Some(Err(reason)) => return Err(Silence::Refused(*reason)),
        Some(Ok(known)) => known,
    };
    let beyond = Silence::Refused(Reason::StatusIndexRange);
    match (place, &known.content) {
        (StatusPlace::Bit(entry), Content::Bits(purposes, bits)) => {
            if !purposes.contains(&entry.purpose) {
                return Err(Silence::Refused(Reason::StatusPurpose));
            }
            bits.get(entry.index).map(Said::Bit).ok_or(beyond)
        }
        (StatusPlace::Value(entry), Content::Values(values)) => {
            let said = |value| Said::Value(TokenStatus::of(value));
            values.get(entry.index).map(said).ok_or(beyond)
        }
        // A list of the other form at the address of this one.
        _ => Err(Silence::Refused(Reason::StatusInvalid)),
    }
}

fn check_place(
    bench: Bench<'_>,
    envelope: &Envelope,
    place: &StatusPlace,
    at: String,
    recorder: &mut Recorder,
) {
    let list = list_of(place, envelope.unverified_issuer());
    let said = match look(&list, place, bench.policy, bench.evidence, bench.now) {
        Ok(said) => said,
        Err(Silence::Missing) => {
            recorder.miss(Missing::StatusList(list));
            return recorder.doubt(CheckId::Status, Reason::StatusUnavailable, at);
        }
        Err(Silence::Unavailable) => {
            if let Some(missing) = bench.evidence.awaited(&list) {
                recorder.miss(missing.clone());
            }
            return recorder.doubt(CheckId::Status, Reason::StatusUnavailable, at);
        }
        Err(Silence::Refused(reason)) => {
            let inside = match (place, reason) {
                (StatusPlace::Bit(_), Reason::StatusPurpose) => "/statusPurpose",
                (StatusPlace::Bit(_), Reason::StatusIndexRange) => "/statusListIndex",
                (StatusPlace::Value(_), Reason::StatusIndexRange) => "/idx",
                _ => "",
            };
            return recorder.fail(CheckId::Status, reason, format!("{at}{inside}"));
        }
    };
    match (place, said) {
        (StatusPlace::Bit(entry), Said::Bit(set)) => record_bit(entry, set, at, recorder),
        (_, Said::Value(TokenStatus::Valid)) => recorder.pass(CheckId::Status),
        (_, Said::Value(TokenStatus::Invalid)) => {
            recorder.fail(CheckId::Status, Reason::Revoked, at);
        }
        (_, Said::Value(TokenStatus::Suspended)) => {
            recorder.fail(CheckId::Status, Reason::Suspended, at);
        }
        // What an issuer means by a value of its own, only the issuer knows.
        (_, Said::Value(TokenStatus::Other) | Said::Bit(_)) => {
            recorder.fail(CheckId::Status, Reason::StatusInvalid, at);
        }
    }
}

fn record_bit(entry: &StatusEntry, set: bool, at: String, recorder: &mut Recorder) {
    match entry.purpose {
        StatusPurpose::Revocation if set => recorder.fail(CheckId::Status, Reason::Revoked, at),
        StatusPurpose::Suspension if set => recorder.fail(CheckId::Status, Reason::Suspended, at),
        StatusPurpose::Revocation | StatusPurpose::Suspension => recorder.pass(CheckId::Status),
        StatusPurpose::Message => {
            if set || entry.messages.is_some() {
                let message = entry.message(set).map(str::to_owned);
                recorder.note(Finding::StatusMessage { set, message });
            }
            recorder.pass(CheckId::Status);
        }
        StatusPurpose::Refresh => {
            if set {
                recorder.note(Finding::NewerCredential);
            }
            recorder.pass(CheckId::Status);
        }
    }
}
