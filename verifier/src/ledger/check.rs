//! The check `ledger` of a report: is the item still in the hand of which the credential speaks?

use schemas::check::CheckId;
use schemas::credential::{CredentialType, Format, UnverifiedCredential};
use schemas::dcql::CredentialQuery;
use schemas::ledger::{LedgerEntry, State, WorldCommitment};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use super::head::{HeadRef, VerifiedHead};
use super::provenance::require_entry_fits;
use crate::credential::Bench;
use crate::evidence::Missing;
use crate::finding::Finding;
use crate::policy::{ActiveElsewhere, LedgerItems};
use crate::query;
use crate::question::{LeaseAsked, StatusAsked};
use crate::report::Recorder;

/// Asks the ledger that an item names, and says it when a lease that was asked for is not there.
/// `barrier` is the check that did not pass before: then nothing that the credential names is looked at
/// or fetched.
pub(crate) fn check(
    bench: Bench<'_>,
    credential: &UnverifiedCredential,
    part: Option<&CredentialQuery>,
    pointer: &str,
    barrier: Option<CheckId>,
    recorder: &mut Recorder,
) {
    look(bench, credential, part, pointer, barrier, recorder);
    let is_asked = matches!(bench.lease, Some(LeaseAsked::Asked { .. }));
    let is_item = credential.kind() == CredentialType::Item;
    if is_asked && is_item && barrier.is_none() && !is_here(bench, credential) {
        recorder.note(Finding::ItemNotLeased);
    }
}

/// Whether the newest head that is known says that the item is active in the world that asks.
fn is_here(bench: Bench<'_>, credential: &UnverifiedCredential) -> bool {
    let head = credential.subject().ledger_entry().map(HeadRef::of);
    let known = head.and_then(|head| bench.evidence.item_head(&head, bench.now)?.as_ref().ok());
    known.is_some_and(|known| matches!(place(bench, known), Place::Here(_)))
}

fn look(
    bench: Bench<'_>,
    credential: &UnverifiedCredential,
    part: Option<&CredentialQuery>,
    pointer: &str,
    barrier: Option<CheckId>,
    recorder: &mut Recorder,
) {
    if bench.policy.ledger().items == LedgerItems::NotAsked || bench.status == StatusAsked::NotAsked
    {
        return;
    }
    if credential.kind() != CredentialType::Item {
        return recorder.pass(CheckId::Ledger);
    }
    if let Some(by) = barrier {
        return recorder.block(&[CheckId::Ledger], by);
    }
    let at = format!("{pointer}{}/ledgerEntry", credential.format().claims_at());
    let Some(entry) = credential.subject().ledger_entry() else {
        let reason = Reason::LedgerEntryMissing;
        return match due(bench, credential, part) {
            Due::No => recorder.pass(CheckId::Ledger),
            Due::KeptBack => recorder.fail(CheckId::Ledger, reason, at),
            Due::NotAskedFor => recorder.doubt(CheckId::Ledger, reason, at),
        };
    };
    if let Err(reason) = require_entry_fits(entry, credential) {
        return recorder.fail(CheckId::Ledger, reason, at);
    }
    let head = HeadRef::of(entry);
    let stale = |known: &VerifiedHead| !known.is_fresh(bench.policy, bench.now);
    match bench.evidence.item_head(&head, bench.now) {
        None => unknown(Reason::HeadUnavailable, head, at, recorder),
        Some(Err(reason @ (Reason::HeadUnavailable | Reason::HeadStale))) => {
            unknown(*reason, head, at, recorder);
        }
        Some(Err(reason)) => recorder.fail(CheckId::Ledger, *reason, at),
        Some(Ok(known)) if stale(known) => unknown(Reason::HeadStale, head, at, recorder),
        Some(Ok(known)) => judge(bench, entry, known, head, at, recorder),
    }
}

/// Whether there has to be an entry where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    No,
    /// It was asked for, or a policy requires it.
    KeptBack,
    /// Its issuer keeps a ledger, and the query left it out: nobody can tell whose hand it is in.
    NotAskedFor,
}

/// Whether there has to be an entry: always where the policy says so, else of an issuer that announces a
/// ledger. Of an SD-JWT only what the query asks for can be there; a query that leaves it out decides
/// nothing.
fn due(bench: Bench<'_>, credential: &UnverifiedCredential, part: Option<&CredentialQuery>) -> Due {
    if bench.policy.ledger().items == LedgerItems::Required {
        return Due::KeptBack;
    }
    let issuer = credential.unverified_issuer();
    let max_age = bench.policy.limits().max_document_age;
    let document = bench.evidence.document(issuer, bench.now, max_age);
    let announced = matches!(document, Some(Ok(document)) if document.announces_ledger());
    let asked = credential.format() == Format::LdpVc
        || part.is_none_or(|part| query::mentions(part, "ledgerEntry"));
    match (announced, asked) {
        (false, _) => Due::No,
        (true, true) => Due::KeptBack,
        (true, false) => Due::NotAskedFor,
    }
}

/// Nothing is known for now: it is asked, and the verdict stays open.
fn unknown(reason: Reason, head: HeadRef, at: String, recorder: &mut Recorder) {
    recorder.miss(Missing::ItemHead(head));
    recorder.doubt(CheckId::Ledger, reason, at);
}

fn judge(
    bench: Bench<'_>,
    entry: &LedgerEntry,
    known: &VerifiedHead,
    head: HeadRef,
    at: String,
    recorder: &mut Recorder,
) {
    let claims = known.claims();
    let fault = match claims.state {
        _ if claims.terms != entry.terms => Some(Reason::LedgerEntryMismatch),
        _ if claims.holder != entry.holder => Some(Reason::ItemMoved),
        State::Held | State::Offered => None,
        State::Suspended => Some(Reason::Suspended),
        State::Burned | State::Ended => Some(Reason::ItemRevoked),
    };
    if let Some(reason) = fault {
        return recorder.fail(CheckId::Ledger, reason, at);
    }
    match known.require_witnessed(bench.policy, bench.now) {
        Ok(()) => {}
        // The log takes a leaf in a moment after it was written, and witnesses sign it again and again:
        // whoever brought this document may have had it for long.
        Err(reason) => return unknown(reason, head, at, recorder),
    }
    if claims.state == State::Offered {
        recorder.note(Finding::ItemOffered);
    }
    match place(bench, known) {
        Place::Nowhere => {}
        Place::Here(until) => recorder.note(Finding::ItemActiveHere { until }),
        Place::Elsewhere(until) => match bench.policy.ledger().active_elsewhere {
            ActiveElsewhere::Ignore => {}
            ActiveElsewhere::Review => {
                recorder.note(Finding::ItemActiveElsewhere { until });
            }
            ActiveElsewhere::Refuse => {
                return recorder.fail(CheckId::Ledger, Reason::ItemActiveElsewhere, at);
            }
        },
    }
    recorder.pass(CheckId::Ledger);
}

/// Where an item is active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Nowhere,
    /// In the world that asks, until then.
    Here(Timestamp),
    /// In another, or in one that nobody here can tell, until then.
    Elsewhere(Timestamp),
}

/// Where the item is active. Where nobody is shown anything, there is no elsewhere.
fn place(bench: Bench<'_>, known: &VerifiedHead) -> Place {
    let Some(asked) = bench.lease else {
        return Place::Nowhere;
    };
    let lease = known.claims().lease.as_ref();
    let Some(lease) = lease.filter(|lease| lease.until > bench.now) else {
        return Place::Nowhere;
    };
    let (world, salt) = match asked {
        LeaseAsked::NotAsked => (None, None),
        LeaseAsked::Asked { world, salt } => (Some(world), Some(salt)),
    };
    let (ledger, item) = (&known.claims().ledger, &known.claims().item);
    let asked = salt.map(|salt| salt.for_item(ledger, item));
    let opens = |world: &WorldId| {
        let salts = [known.lease_salt(), asked.as_ref()].into_iter().flatten();
        let mut commitments = salts.map(|salt| WorldCommitment::of(world.origin(), salt));
        commitments.any(|commitment| commitment == lease.world)
    };
    match [bench.world, world].into_iter().flatten().any(opens) {
        true => Place::Here(lease.until),
        false => Place::Elsewhere(lease.until),
    }
}
