//! One entry of the history and how it stands in its record. The holder's side runs it.

use schemas::digest::Sha256Digest;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use serde::{Deserialize, Serialize};

use crate::error::{Fault, StoreError};
use crate::holding::HoldingId;

const CORRUPT: StoreError = StoreError::Corrupt(Fault::Record);

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// An item that was offered to this wallet was taken.
    Accepted,
    /// The right to an item was given up for ever.
    Burned,
    /// A holding was removed from this wallet.
    Forgotten,
    /// A ledger showed something that does not fit what it showed before.
    LedgerWarned,
    /// An item was marked as active in a world.
    Leased,
    /// An item was offered to somebody.
    Offered,
    /// Somebody else holds an item now.
    PassedOn,
    /// Copies were shown to a world.
    Presented,
    /// A holding came.
    Received,
    /// More copies of a holding came. Entries of older programs say that they were received.
    Refilled,
    /// An item that was offered to this wallet was refused.
    Refused,
    /// An item was said to be active nowhere any more.
    Released,
    /// The wallet was brought back from words or a backup.
    Restored,
    /// The person went on with an older store.
    RollbackAccepted,
    /// An offer of an item was taken back.
    Withdrawn,
}

/// What an entry is about, without any value of a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct What {
    /// The holdings.
    pub holdings: Vec<HoldingId>,
    /// Digests of the credentials or of the presentation.
    pub digests: Vec<Sha256Digest>,
    /// Names of the claims that were disclosed.
    pub claims: Vec<String>,
}

/// An entry to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewEntry {
    /// What happened or is about to.
    pub(crate) kind: EntryKind,
    /// With which world.
    pub(crate) world: Option<WorldId>,
    /// With what.
    pub(crate) what: What,
    /// The digest of the consent it follows from.
    pub(crate) consent: Option<Sha256Digest>,
}

impl NewEntry {
    /// An entry about the wallet itself.
    pub(crate) fn of_wallet(kind: EntryKind) -> Self {
        Self {
            kind,
            world: None,
            what: What::default(),
            consent: None,
        }
    }
}

/// How something intended ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Completion {
    /// As intended.
    Completed {
        /// The world's signed receipt, if it gave one.
        receipt: Option<String>,
    },
    /// Not as intended; bytes may have left all the same.
    Failed {
        /// Why.
        reason: Reason,
        /// The receipt that came all the same.
        receipt: Option<CameReceipt>,
    },
}

/// A receipt of an answer that did not end well: the world said no with it, or it says something else
/// than what happened. Either way it is what the world sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CameReceipt {
    /// The receipt, letter by letter.
    pub text: String,
    /// Whether it is the world's, about this answer.
    pub standing: ReceiptStanding,
}

/// Whether a receipt passed its check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptStanding {
    /// It did not: evidence that something is wrong, and of nothing else.
    Unverified,
    /// It did.
    Verified,
}

/// Where an entry stands between intention and end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The intention of entry `of` came true.
    Completed {
        /// The entry that intended.
        of: u64,
        /// The world's signed receipt, if it gave one.
        receipt: Option<String>,
    },
    /// The intention of entry `of` did not come true.
    Failed {
        /// The entry that intended.
        of: u64,
        /// Why.
        reason: Reason,
        /// The receipt that came all the same.
        receipt: Option<CameReceipt>,
    },
    /// Bytes are about to leave.
    Intended,
    /// It has happened; nothing follows.
    Noted,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, counted from 1.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What happened or is about to.
    pub kind: EntryKind,
    /// With which world.
    pub world: Option<WorldId>,
    /// With what.
    pub what: What,
    /// The digest of the consent it follows from.
    pub consent: Option<Sha256Digest>,
    /// Where it stands.
    pub outcome: Outcome,
    /// The hash of the entry before; zeros before the first.
    pub previous: Sha256Digest,
}

/// An entry that is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryRef {
    /// Its number.
    pub seq: u64,
    /// Its hash.
    pub hash: Sha256Digest,
}

/// The record of an entry. Part of the file format and of exported histories.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredEntry {
    v: u8,
    seq: u64,
    at: Timestamp,
    kind: EntryKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    world: Option<WorldId>,
    holdings: Vec<String>,
    digests: Vec<Sha256Digest>,
    claims: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    consent: Option<Sha256Digest>,
    state: State,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    receipt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unverified_receipt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    previous: Sha256Digest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Completed,
    Failed,
    Intended,
    Noted,
}

impl StoredEntry {
    pub(crate) fn of(entry: Entry) -> Self {
        let mut unverified_receipt = None;
        let (state, of, receipt, reason) = match entry.outcome {
            Outcome::Completed { of, receipt } => (State::Completed, Some(of), receipt, None),
            Outcome::Failed {
                of,
                reason,
                receipt,
            } => {
                let verified = match receipt {
                    Some(CameReceipt {
                        text,
                        standing: ReceiptStanding::Unverified,
                    }) => {
                        unverified_receipt = Some(text);
                        None
                    }
                    verified => verified.map(|receipt| receipt.text),
                };
                (State::Failed, Some(of), verified, Some(reason))
            }
            Outcome::Intended => (State::Intended, None, None, None),
            Outcome::Noted => (State::Noted, None, None, None),
        };
        Self {
            v: 1,
            seq: entry.seq,
            at: entry.at,
            kind: entry.kind,
            world: entry.world,
            holdings: entry
                .what
                .holdings
                .iter()
                .map(ToString::to_string)
                .collect(),
            digests: entry.what.digests,
            claims: entry.what.claims,
            consent: entry.consent,
            state,
            of,
            receipt,
            unverified_receipt,
            reason,
            previous: entry.previous,
        }
    }

    pub(crate) fn into_entry(self) -> Result<Entry, StoreError> {
        let came = |text, standing| Some(CameReceipt { text, standing });
        let receipt = match (self.receipt, self.unverified_receipt) {
            (None, None) => None,
            (Some(text), None) => came(text, ReceiptStanding::Verified),
            (None, Some(text)) => came(text, ReceiptStanding::Unverified),
            (Some(_), Some(_)) => return Err(CORRUPT),
        };
        let outcome = match (self.state, self.of, receipt, self.reason) {
            (State::Completed, Some(of), None, None) => Outcome::Completed { of, receipt: None },
            (
                State::Completed,
                Some(of),
                Some(CameReceipt {
                    text,
                    standing: ReceiptStanding::Verified,
                }),
                None,
            ) => Outcome::Completed {
                of,
                receipt: Some(text),
            },
            (State::Failed, Some(of), receipt, Some(reason)) => Outcome::Failed {
                of,
                reason,
                receipt,
            },
            (State::Intended, None, None, None) => Outcome::Intended,
            (State::Noted, None, None, None) => Outcome::Noted,
            _ => return Err(CORRUPT),
        };
        let holdings = self
            .holdings
            .iter()
            .map(|id| id.parse().map_err(|_| CORRUPT));
        Ok(Entry {
            seq: self.seq,
            at: self.at,
            kind: self.kind,
            world: self.world,
            what: What {
                holdings: holdings.collect::<Result<_, _>>()?,
                digests: self.digests,
                claims: self.claims,
            },
            consent: self.consent,
            outcome,
            previous: self.previous,
        })
    }
}
