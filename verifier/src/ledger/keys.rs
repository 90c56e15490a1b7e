//! The keys of a ledger, as far as they are known: those of a time for leaves and receipts, and those of
//! all times for checkpoints.

use std::cell::RefCell;

use proofs::data_integrity::{ProofPurpose, Seen};
use proofs::keys::VerifyingKey;
use schemas::did::{Did, DidUrl};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::credential::Bench;
use crate::evidence::Evidence;
use crate::no_key::NoKey;
use crate::policy::Policy;
use crate::proof::{Signer, timeless_keys_of, token_key_of};

/// Steps of canonicalizing that are never taken here: nothing of the ledger is a graph.
const STEPS: u64 = 0;

const fn signer(did: &Did) -> Signer<'_> {
    Signer {
        did,
        purpose: ProofPurpose::AssertionMethod,
        stranger: Reason::IssuerKeyMismatch,
        steps: STEPS,
    }
}

/// The key by which a ledger signed something at one time, with what is known of its document and of
/// the history of its keys: for [`walk`](super::walk()) and [`judge_evidence`](super::judge_evidence).
///
/// # Errors
/// [`NoKey`]: a doubt while document or history are not known, which says nothing of the ledger.
pub fn ledger_key(
    ledger: &WorldId,
    kid: &DidUrl,
    at: Timestamp,
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
) -> Result<VerifyingKey, NoKey> {
    let (did, seen) = (ledger.did(), RefCell::new(Seen::nothing()));
    let bench = Bench::alone(policy, evidence, now, &seen);
    token_key_of(bench, &signer(&did), Ok(Some(kid.clone())), Some(at))
}

/// The keys whose checkpoints count, as far as they are known.
#[derive(Clone, Debug)]
pub struct CheckpointKeys {
    /// Those with which the ledger asserts, and those before of which nobody else had hold, each once.
    pub keys: Vec<VerifyingKey>,
    /// Why others may count as well. A checkpoint that none of these keys signed is not refused then, but
    /// not decided, where this is a doubt.
    pub lacks: Option<NoKey>,
}

/// The keys whose checkpoints count, by the ledger's document and the history of its keys. A checkpoint
/// has no time, and stays until there is a newer one, also when the key is another since.
#[must_use]
pub fn checkpoint_keys(
    ledger: &WorldId,
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
) -> CheckpointKeys {
    let (did, seen) = (ledger.did(), RefCell::new(Seen::nothing()));
    let bench = Bench::alone(policy, evidence, now, &seen);
    let (keys, lacks) = timeless_keys_of(bench, &signer(&did));
    CheckpointKeys { keys, lacks }
}
