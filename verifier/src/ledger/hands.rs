//! The check `hands` of a report: does every step of the item's life follow from the one before, from its
//! mint to the head that its ledger vouches for? Asked where a policy requires it.

use std::cell::RefCell;

use schemas::check::CheckId;
use schemas::credential::{CredentialType, UnverifiedCredential};
use schemas::did::DidUrl;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::head::HeadRef;
use super::keys::ledger_key;
use super::provenance::chain_of;
use super::walk::LeafStanding;
use crate::credential::Bench;
use crate::evidence::Missing;
use crate::policy::LedgerProvenance;
use crate::proof::NoKey;
use crate::question::StatusAsked;
use crate::report::Recorder;

/// Whether a question asks for it.
pub(crate) fn is_asked(bench: Bench<'_>) -> bool {
    bench.policy.ledger().provenance == LedgerProvenance::Required
        && bench.status != StatusAsked::NotAsked
}

/// Walks the chain that was brought or fetched. `barrier` is the check that did not pass before.
pub(crate) fn check(
    bench: Bench<'_>,
    credential: &UnverifiedCredential,
    pointer: &str,
    barrier: Option<CheckId>,
    recorder: &mut Recorder,
) {
    if !is_asked(bench) {
        return;
    }
    if credential.kind() != CredentialType::Item {
        return recorder.pass(CheckId::Hands);
    }
    if let Some(by) = barrier {
        return recorder.block(&[CheckId::Hands], by);
    }
    let at = format!("{pointer}{}/ledgerEntry", credential.format().claims_at());
    let Some(entry) = credential.subject().ledger_entry() else {
        return recorder.fail(CheckId::Hands, Reason::LedgerEntryMissing, at);
    };
    let head = HeadRef::of(entry);
    let open = |reason, missing, recorder: &mut Recorder| {
        recorder.miss(missing);
        recorder.doubt(CheckId::Hands, reason, at.clone());
    };
    let chain = Missing::ItemChain(head.clone());
    let leaves = match bench.evidence.item_chain(&head) {
        Some(Ok(leaves)) => leaves,
        None | Some(Err(Reason::LedgerChainUnavailable)) => {
            return open(Reason::LedgerChainUnavailable, chain, recorder);
        }
        Some(Err(reason)) => return recorder.fail(CheckId::Hands, *reason, at.clone()),
    };
    // A key that was changed since is in the history, which somebody has to fetch first.
    let lacks = RefCell::new(None);
    let key = |kid: &DidUrl, signed: Timestamp| {
        let (policy, evidence) = (bench.policy, bench.evidence);
        let found = ledger_key(&entry.ledger, kid, signed, policy, evidence, bench.now);
        found.map_err(|no_key| match no_key {
            NoKey::Failed(reason) => reason,
            NoKey::Doubt(reason, missing) => {
                lacks.replace(missing);
                reason
            }
        })
    };
    let walked = match chain_of(credential, leaves, &key) {
        Ok(walked) => walked,
        Err(fault) => {
            let reason = match fault.reason() {
                reason @ (Reason::KeyRevoked
                | Reason::LedgerChainUnavailable
                | Reason::LedgerCreatorUndisclosed
                | Reason::LedgerEntryMismatch
                | Reason::LedgerEntryMissing) => reason,
                _ => Reason::LedgerChainBroken,
            };
            return match lacks.take() {
                Some(missing) => open(Reason::LedgerChainUnavailable, missing, recorder),
                None if reason == Reason::LedgerChainUnavailable => open(reason, chain, recorder),
                // Nothing that could be fetched would help.
                None if reason == Reason::LedgerCreatorUndisclosed => {
                    recorder.doubt(CheckId::Hands, reason, at.clone());
                }
                None => recorder.fail(CheckId::Hands, reason, at.clone()),
            };
        }
    };
    match bench.evidence.item_head(&head, bench.now) {
        Some(Ok(known)) => match walked.standing(known.leaf()) {
            LeafStanding::Head => recorder.pass(CheckId::Hands),
            // It has moved on since the head was asked for.
            LeafStanding::Within => {
                open(Reason::HeadStale, Missing::ItemHead(head), recorder);
            }
            LeafStanding::Short => open(Reason::LedgerChainUnavailable, chain, recorder),
            LeafStanding::Other(_) => {
                recorder.fail(CheckId::Hands, Reason::RegistryEquivocation, at.clone());
            }
        },
        Some(Err(reason @ (Reason::HeadUnavailable | Reason::HeadStale))) => {
            open(*reason, Missing::ItemHead(head), recorder);
        }
        // What is wrong with it the check `ledger` says; where the chain ends nobody vouches for.
        Some(Err(_)) => recorder.block(&[CheckId::Hands], CheckId::Ledger),
        None => open(Reason::HeadUnavailable, Missing::ItemHead(head), recorder),
    }
}
