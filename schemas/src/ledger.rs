//! What is said about items that change hands: each step of an item's chain, who may take the next,
//! and what proves which one is the newest.
//!
//! Wallets send [`SentStep`]s, the world that issued the item (the ledger) answers with leaves and
//! receipts, verifiers and monitors read both. A format of ours; signing and checking is the business
//! of `proofs::ledger`, the rules that of `verifier::ledger`.
//!
//! ```text
//! mint ─▶ leaf 0 ─▶ offer ─▶ leaf 1 ─▶ accept ─▶ leaf 2 ─▶ … ─▶ burn | end
//!          │ previous ◀──────┘ │ previous ◀───────┘
//! head  =  the newest leaf; receipt = "this was the head at that time", signed, short-lived
//! ```
//!
//! Every value has one spelling: names in closed objects, bytes in base64url without padding, times in
//! whole seconds of UTC. So a document that was read is written again byte by byte, and the canonical
//! bytes of a leaf are its entry in the log.

mod address;
mod answer;
mod entry;
mod evidence;
mod head;
mod leaf;
mod lease;
mod names;
mod question;
mod receipt;
mod step;
mod terms;
#[cfg(test)]
mod tests;

use crate::did::{Did, DidMethod, DidUrl};
use crate::json::{MAX_SAFE_INTEGER, Value};
use crate::message::{Kind, Members, MessageError, Problem};
use crate::reason::Reason;
use crate::time::Timestamp;
use crate::world::WorldId;

pub use address::{ADDRESS_PREFIX, Address, AddressError};
pub use answer::{ChainPage, InboxAnswer, InboxQuery, MAX_ADDRESSES, OfferedItem, StepAnswer};
pub use entry::LedgerEntry;
pub use evidence::{EvidenceFile, Inclusion, MAX_NOTE_BYTES, MAX_PATH, TYPE as EVIDENCE_TYPE};
pub use head::{HeadDocument, MAX_HEADS, read_heads};
pub use leaf::{Authority, Event, LeafClaims, Lease, MAX_LEAF, Offer, State, UnverifiedLeaf};
pub use lease::{LeaseRequest, MAX_LEASE};
pub use names::{
    Commitment, ItemTag, LeafHash, LedgerSignature, Salt, StepId, TermsDigest, WorldCommitment,
};
pub use question::{About, Asker, HolderAnswer, HolderQuery, QUESTION_SECONDS, Question};
pub use receipt::{HeadReceiptClaims, UnverifiedHeadReceipt};
pub use step::{Act, SentStep, SentSwap, Step, SwapLeg, SwapWanted};
pub use terms::{ItemTerms, TransferTerms};

/// The type of the service in a world's DID document that announces its item ledger.
pub const LEDGER_SERVICE: &str = "OmoteItemLedger";
/// Longest reason that an issuer gives for a step of its own, in characters.
pub const MAX_REASON: usize = 200;

/// The name of a ledger's log in checkpoints (C2SP tlog-checkpoint: `origin`), and of the key that signs
/// them: `host[:port]/ledger`.
#[must_use]
pub fn log_origin(ledger: &WorldId) -> String {
    format!("{}/ledger", ledger.authority())
}

const VERSION: u64 = 1;

const fn kind(name: &'static str) -> Kind {
    Kind::new(name, Reason::LedgerMalformed)
}

fn version(members: &Members<'_>) -> Result<(), MessageError> {
    if members.natural("v")? == Some(VERSION) {
        return Ok(());
    }
    let expected = "version 1";
    Err(members.fail("v", Problem::Value { expected }))
}

fn number(members: &Members<'_>, name: &'static str) -> Result<u64, MessageError> {
    let number = members.natural(name)?;
    number.ok_or_else(|| members.fail(name, Problem::Missing))
}

/// `ledger`: the `did:web` of a world.
fn ledger(members: &Members<'_>) -> Result<WorldId, MessageError> {
    let expected = "the did:web of a world";
    let did = members.text("ledger")?.parse().ok();
    did.and_then(|did| WorldId::of_did(&did).ok())
        .ok_or_else(|| members.fail("ledger", Problem::Value { expected }))
}

/// A time in its one spelling: whole seconds, UTC.
fn time(members: &Members<'_>, name: &'static str) -> Result<Timestamp, MessageError> {
    let expected = "whole seconds of UTC, such as 2026-11-22T18:00:00Z";
    let text = members.text(name)?;
    let read = Timestamp::parse(&text).ok();
    let plain = read.filter(|time| text.len() == 20 && time.to_string() == text);
    plain.ok_or_else(|| members.fail(name, Problem::Value { expected }))
}

/// `kid`: a verification method of the ledger.
fn kid(members: &Members<'_>, ledger: &WorldId) -> Result<DidUrl, MessageError> {
    let expected = "a verification method of the ledger";
    let kid: Option<DidUrl> = members.text("kid")?.parse().ok();
    kid.filter(|kid| *kid.did() == ledger.did())
        .ok_or_else(|| members.fail("kid", Problem::Value { expected }))
}

/// As of [`number`], for whoever writes one.
fn require_number(kind: Kind, name: &'static str, number: u64) -> Result<(), MessageError> {
    match i64::try_from(number) {
        Ok(..=MAX_SAFE_INTEGER) => Ok(()),
        _ => {
            let expected = "a number that every reader of JSON reads alike";
            Err(kind.fail(name, Problem::Value { expected }))
        }
    }
}

/// As of [`time`], for whoever writes one.
fn require_time(kind: Kind, name: &'static str, time: Timestamp) -> Result<(), MessageError> {
    let expected = "whole seconds";
    match Timestamp::from_unix(time.unix()) == time {
        true => Ok(()),
        false => Err(kind.fail(name, Problem::Value { expected })),
    }
}

/// As of [`kid`], for whoever signs.
fn require_kid(kind: Kind, kid: &DidUrl, ledger: &WorldId) -> Result<(), MessageError> {
    let expected = "a verification method of the ledger";
    match *kid.did() == ledger.did() {
        true => Ok(()),
        false => Err(kind.fail("kid", Problem::Value { expected })),
    }
}

/// `key`: a `did:key`. What kind of key it is, is looked at where signatures are checked.
fn key(members: &Members<'_>, reason: Reason) -> Result<Did, MessageError> {
    let problem = Problem::Value {
        expected: "a did:key",
    };
    let fail = || members.kind.fail_as("key", problem, reason);
    let text = members.optional("key").and_then(Value::as_str);
    let did: Option<Did> = text.and_then(|text| text.parse().ok());
    did.filter(|did| did.method() == DidMethod::Key)
        .ok_or_else(fail)
}

/// A part that may be absent, read by its own reader.
fn part<T>(
    members: &Members<'_>,
    name: &'static str,
    read: impl FnOnce(&Members<'_>) -> Result<T, MessageError>,
) -> Result<Option<T>, MessageError> {
    let part = members.part(name, members.kind.name)?;
    part.map(|part| read(&part)).transpose()
}
