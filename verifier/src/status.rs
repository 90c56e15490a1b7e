//! Whether the issuer still stands by a credential: status lists, judged once when they arrive and
//! asked for one bit each time. Source: Bitstring Status List v1.0 section 3.2.
//!
//! A list that cannot be had leaves the answer open, one that breaks a rule or a limit refuses, and
//! neither ever accepts.

use schemas::check::CheckId;
use schemas::credential::Envelope;
use schemas::did::Did;
use schemas::reason::Reason;
use schemas::status::{Bits, StatusEntry, StatusPurpose, UnverifiedStatusList};
use schemas::time::Timestamp;

use crate::credential::Bench;
use crate::evidence::{Evidence, Missing};
use crate::finding::Finding;
use crate::list::{self, ListFault, ListReasons, ListRef, Signed};
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
    purposes: Vec<StatusPurpose>,
    bits: Bits,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    ttl: Option<i64>,
    at: Timestamp,
    signed: Signed,
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

/// Judges a list that was fetched at `at`: size, JSON, shape, issuer, address, proof, dates, bits.
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
    let value = list::read_value(bytes, REASONS)?;
    let read = UnverifiedStatusList::parse(&value)
        .map_err(|error| ListFault::because(error.reason(), error.shape().reason()))?;
    let judged = list::judge(list, read.envelope(), REASONS, policy, evidence, now)?;
    let bits = Bits::decode(read.encoded()).map_err(|error| ListFault::plain(error.reason()))?;
    let seconds = |milliseconds: u64| i64::try_from(milliseconds / 1000).unwrap_or(i64::MAX);
    Ok(VerifiedStatusList {
        list: list.clone(),
        purposes: read.purposes().to_vec(),
        bits,
        from: judged.validity.from,
        until: judged.validity.until,
        ttl: read.ttl_milliseconds().map(seconds),
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
    for (index, entry) in envelope.statuses().iter().enumerate() {
        match (entry, barrier) {
            (Err(error), _) => {
                let at = format!("{pointer}{}", error.pointer());
                recorder.fail(CheckId::Status, error.reason(), at);
            }
            (Ok(_), Some(by)) => recorder.block(&[CheckId::Status], by),
            (Ok(entry), None) => {
                let place = if many {
                    format!("/{index}")
                } else {
                    String::new()
                };
                let at = format!("{pointer}/credentialStatus{place}");
                check_entry(bench, envelope, entry, at, recorder);
            }
        }
    }
}

/// What a list says of one credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The bit is not set.
    Unset,
    /// The bit is set.
    Set,
    /// The list is not known, or too old: it has to be fetched.
    Missing,
    /// The list could not be had.
    Unavailable,
    /// The list or the entry breaks a rule.
    Refused(Reason),
}

/// Asks a list that is known for one bit: what a verification does for each entry, and what a world
/// does in between for whom it has admitted.
#[must_use]
pub fn ask(
    entry: &StatusEntry,
    issuer: &Did,
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
) -> Answer {
    let list = list_of(entry, issuer);
    look(&list, entry, policy, evidence, now)
}

/// A list has to be signed by the issuer of the credential that names it.
fn list_of(entry: &StatusEntry, issuer: &Did) -> ListRef {
    ListRef {
        url: entry.list.clone(),
        issuer: issuer.clone(),
    }
}

fn look(
    list: &ListRef,
    entry: &StatusEntry,
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
) -> Answer {
    let max_age = policy.limits().max_status_age;
    let known = match evidence.status_list(list, now, max_age) {
        None => return Answer::Missing,
        Some(Err(Reason::StatusUnavailable)) => return Answer::Unavailable,
        Some(Err(reason)) => return Answer::Refused(*reason),
        Some(Ok(known)) => known,
    };
    if !known.purposes.contains(&entry.purpose) {
        return Answer::Refused(Reason::StatusPurpose);
    }
    match known.bits.get(entry.index) {
        None => Answer::Refused(Reason::StatusIndexRange),
        Some(false) => Answer::Unset,
        Some(true) => Answer::Set,
    }
}

fn check_entry(
    bench: Bench<'_>,
    envelope: &Envelope,
    entry: &StatusEntry,
    at: String,
    recorder: &mut Recorder,
) {
    let list = list_of(entry, envelope.unverified_issuer());
    let set = match look(&list, entry, bench.policy, bench.evidence, bench.now) {
        Answer::Unset => false,
        Answer::Set => true,
        Answer::Missing => {
            recorder.miss(Missing::StatusList(list));
            return recorder.doubt(CheckId::Status, Reason::StatusUnavailable, at);
        }
        Answer::Unavailable => {
            if let Some(missing) = bench.evidence.awaited(&list) {
                recorder.miss(missing.clone());
            }
            return recorder.doubt(CheckId::Status, Reason::StatusUnavailable, at);
        }
        Answer::Refused(reason) => {
            let place = match reason {
                Reason::StatusPurpose => "/statusPurpose",
                Reason::StatusIndexRange => "/statusListIndex",
                _ => "",
            };
            return recorder.fail(CheckId::Status, reason, format!("{at}{place}"));
        }
    };
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
