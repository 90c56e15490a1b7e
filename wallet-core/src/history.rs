//! The history: what left this wallet and what came, as a chain of hashes. The holder's side runs
//! it.
//!
//! An entry is stored *before* bytes leave (`intended`), and a second one says how it ended. Each
//! entry names the hash of the one before it; length and last hash are sealed in the store's
//! manifest, so that nothing can be cut off. Entries hold ids, digests and names of claims, never
//! values; which values went where stands beside the chain, under keyed names ([`shown`]). The world's
//! signed receipt stands in the entry that says how it ended; one that does not
//! verify is kept too, as evidence, and marked.

mod chain;
pub(crate) mod derived;
mod entry;
pub(crate) mod shown;
mod steps;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemas::digest::Sha256Digest;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;

pub use chain::{HistoryHead, verify_lines};
pub(crate) use chain::{append_note, verify_chain};
pub(crate) use entry::StoredEntry;
pub use entry::{CameReceipt, Entry, EntryKind, EntryRef, Outcome, ReceiptStanding, What};
pub(crate) use entry::{Completion, NewEntry};
pub use shown::Claim;
use shown::Mark;
pub(crate) use steps::{end_step, intend_step};

use crate::error::StoreError;
use crate::holding::{CopyId, HoldingError, spend};
use crate::wallet::Wallet;

impl Wallet {
    /// Spends `copies` to the world of `new` and writes down what is about to leave, with the marks of
    /// its values: all of it, on disk, before this returns. Only then may bytes leave.
    ///
    /// Refused when a copy was shown to another world, or when the same consent was acted on and that
    /// has not ended: two runs of one consent never both send. Nothing is written then.
    pub(crate) fn intend_presentation(
        &mut self,
        new: NewEntry,
        copies: &[CopyId],
        marks: &BTreeSet<Mark>,
        now: Timestamp,
    ) -> Result<EntryRef, HoldingError> {
        let (store, names) = self.parts_mut();
        store.edit(|edit| {
            derived::ensure(edit, names)?;
            let world = new.world.clone().ok_or(HoldingError::NotFound)?;
            let same = |entry: &Entry| entry.consent.is_some() && entry.consent == new.consent;
            if let Some(entry) = derived::pending(&edit.view)?.into_iter().find(same) {
                return Err(HoldingError::AlreadyIntended { seq: entry.seq });
            }
            for copy in copies {
                spend(edit, copy, &world)?;
            }
            let mut marks = marks.clone();
            marks.insert(Mark::of_world(names, &world));
            shown::note(edit, &marks, &world)?;
            let entry = chain::append(edit, new, Outcome::Intended, now)?;
            derived::open(edit, entry.seq)?;
            Ok(entry)
        })
    }

    /// Writes down how something intended has ended. Refused when there is no such intention or it has
    /// ended before.
    pub(crate) fn complete(
        &mut self,
        seq: u64,
        completion: Completion,
        now: Timestamp,
    ) -> Result<EntryRef, HistoryError> {
        let (store, names) = self.parts_mut();
        store.edit(|edit| {
            derived::ensure(edit, names)?;
            let intended = derived::pending(&edit.view)?
                .into_iter()
                .find(|entry| entry.seq == seq)
                .ok_or(HistoryError::NotPending { seq })?;
            let new = NewEntry {
                kind: intended.kind,
                world: intended.world,
                what: intended.what,
                consent: intended.consent,
            };
            let outcome = match completion {
                Completion::Completed { receipt } => Outcome::Completed { of: seq, receipt },
                Completion::Failed { reason, receipt } => Outcome::Failed {
                    of: seq,
                    reason,
                    receipt,
                },
            };
            derived::close(edit, seq)?;
            Ok(chain::append(edit, new, outcome, now)?)
        })
    }

    /// All entries, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn history(&self) -> Result<Vec<Entry>, StoreError> {
        self.store().view(chain::read_all)
    }

    /// What was intended and has not ended: bytes may have left.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn pending(&self) -> Result<Vec<Entry>, StoreError> {
        self.store().view(derived::pending)
    }

    /// Whether something was shown to a world before.
    pub(crate) fn has_met(&self, world: &WorldId) -> Result<bool, StoreError> {
        let mark = Mark::of_world(self.names(), world);
        let worlds = self.worlds_shown(&BTreeSet::from([mark]))?;
        Ok(worlds.get(&mark).is_some_and(|worlds| !worlds.is_empty()))
    }

    /// The mark of a value: the name under which it is remembered to whom it was shown.
    pub(crate) fn mark_of(&self, joinable: &shown::Joinable) -> Mark {
        Mark::of(self.names(), joinable)
    }

    /// The worlds that were shown values of these marks.
    pub(crate) fn worlds_shown(
        &self,
        marks: &BTreeSet<Mark>,
    ) -> Result<BTreeMap<Mark, BTreeSet<WorldId>>, StoreError> {
        self.store()
            .view(|view| derived::worlds_shown(view, self.names(), marks))
    }

    /// Walks the chain from its beginning and compares its end with the sealed head.
    ///
    /// # Errors
    /// [`HistoryError::Broken`] with the first entry that does not fit.
    pub fn verify_history(&self) -> Result<HistoryHead, HistoryError> {
        self.store().view(verify_chain)
    }

    /// The history as JSON lines, `{"entry": …, "hash": …}` each, for [`verify_lines`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn export_history(&self) -> Result<Vec<u8>, StoreError> {
        self.store().view(chain::export)
    }
}

/// Why the history was not written or is not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HistoryError {
    /// The entry of this number is missing, changed or out of place.
    Broken {
        /// Its number, counted from 1.
        seq: u64,
    },
    /// Nothing intended of this number is waiting for its end.
    NotPending {
        /// The number asked for.
        seq: u64,
    },
    /// The store did not do it.
    Store(StoreError),
}

impl HistoryError {
    /// The code of this refusal.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Broken { .. } => Reason::HistoryBroken,
            Self::NotPending { .. } => Reason::NotFound,
            Self::Store(error) => error.reason(),
        }
    }
}

impl fmt::Display for HistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken { seq } => write!(f, "the history is broken at entry {seq}"),
            Self::NotPending { seq } => write!(f, "entry {seq} is not waiting for its end"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for HistoryError {}

impl From<StoreError> for HistoryError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A digest of nothing stands before the first entry.
pub(crate) const BEFORE_FIRST: Sha256Digest = Sha256Digest::from_bytes([0; 32]);
