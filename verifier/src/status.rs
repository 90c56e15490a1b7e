//! Whether the issuer still stands by a credential: status lists, judged once when they arrive and
//! asked for one bit each time. Source: Bitstring Status List v1.0 section 3.2.
//!
//! A list that cannot be had leaves the answer open, one that breaks a rule or a limit refuses, and
//! neither ever accepts.

use schemas::check::CheckId;
use schemas::credential::Envelope;
use schemas::reason::Reason;
use schemas::status::{Bits, StatusEntry, StatusPurpose, UnverifiedStatusList};
use schemas::time::Timestamp;

use crate::credential::Bench;
use crate::evidence::{Evidence, Missing};
use crate::finding::Finding;
use crate::list::{self, ListFault, ListReasons, ListRef};
use crate::policy::Policy;
use crate::question::StatusAsked;
use crate::report::Recorder;

const REASONS: ListReasons = ListReasons {
    invalid: Reason::StatusInvalid,
    issuer: Reason::StatusIssuer,
    expired: Reason::StatusExpired,
    unavailable: Reason::StatusUnavailable,
};

/// A status list whose issuer, proof and dates were right when it arrived. Clones share the bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedStatusList {
    list: ListRef,
    purposes: Vec<StatusPurpose>,
    bits: Bits,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    ttl: Option<i64>,
    at: Timestamp,
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

    /// The same list, found unchanged at a later moment: its publisher said so.
    #[must_use]
    pub fn unchanged_at(self, at: Timestamp) -> Self {
        Self {
            at: at.max(self.at),
            ..self
        }
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
    let bench = Bench {
        policy,
        evidence,
        now,
        documents: 1,
        status: StatusAsked::NotAsked,
    };
    list::judge(bench, list, read.envelope(), REASONS)?;
    let bits = Bits::decode(read.encoded()).map_err(|error| ListFault::plain(error.reason()))?;
    let validity = read.envelope().validity();
    let seconds = |milliseconds: u64| i64::try_from(milliseconds / 1000).unwrap_or(i64::MAX);
    Ok(VerifiedStatusList {
        list: list.clone(),
        purposes: read.purposes().to_vec(),
        bits,
        from: validity.from,
        until: validity.until,
        ttl: read.ttl_milliseconds().map(seconds),
        at: now,
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

fn check_entry(
    bench: Bench<'_>,
    envelope: &Envelope,
    entry: &StatusEntry,
    at: String,
    recorder: &mut Recorder,
) {
    let list = ListRef {
        url: entry.list.clone(),
        issuer: envelope.unverified_issuer().clone(),
    };
    let max_age = bench.policy.limits().max_status_age;
    let found = bench.evidence.status_list(&list, bench.now, max_age);
    let known = match found {
        None => {
            recorder.miss(Missing::StatusList(list));
            return recorder.doubt(CheckId::Status, Reason::StatusUnavailable, at);
        }
        Some(Err(Reason::StatusUnavailable)) => {
            return recorder.doubt(CheckId::Status, Reason::StatusUnavailable, at);
        }
        Some(Err(reason)) => return recorder.fail(CheckId::Status, *reason, at),
        Some(Ok(known)) => known,
    };
    if !known.purposes.contains(&entry.purpose) {
        let at = format!("{at}/statusPurpose");
        return recorder.fail(CheckId::Status, Reason::StatusPurpose, at);
    }
    let Some(set) = known.bits.get(entry.index) else {
        let at = format!("{at}/statusListIndex");
        return recorder.fail_with(
            CheckId::Status,
            Reason::StatusIndexRange,
            at,
            Some(format!("an index below {}", known.bits.len())),
            Some(entry.index.to_string()),
        );
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
