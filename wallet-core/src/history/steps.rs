//! Steps of items in the history: intended before they leave, ended when the ledger has answered. The
//! holder's side runs it.

use schemas::time::Timestamp;

use crate::error::StoreError;
use crate::history::entry::{Completion, EntryRef, NewEntry, Outcome};
use crate::history::{chain, derived};
use crate::kdf::Key32;
use crate::store::records::Edit;

/// Writes down a step that is about to leave.
pub(crate) fn intend_step(
    edit: &mut Edit<'_>,
    names: &Key32,
    new: NewEntry,
    now: Timestamp,
) -> Result<EntryRef, StoreError> {
    derived::ensure(edit, names)?;
    let entry = chain::append(edit, new, Outcome::Intended, now)?;
    derived::open(edit, entry.seq)?;
    Ok(entry)
}

/// Writes down how a step has ended. One that is not open any more is passed over: an older version
/// or a repaired store may have closed it.
pub(crate) fn end_step(
    edit: &mut Edit<'_>,
    seq: u64,
    completion: Completion,
    now: Timestamp,
) -> Result<(), StoreError> {
    let pending = derived::pending(&edit.view)?;
    let Some(intended) = pending.into_iter().find(|entry| entry.seq == seq) else {
        return Ok(());
    };
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
    chain::append(edit, new, outcome, now).map(drop)
}
