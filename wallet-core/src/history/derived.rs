//! What is kept beside the chain so that nobody has to walk it: which intentions are open, and which
//! values were shown to whom. The holder's side runs it.
//!
//! Written in the transaction that appends to the chain. A wallet from before there was any of it gets
//! it from its history and its holdings, once.

use std::collections::{BTreeMap, BTreeSet};

use schemas::world::WorldId;

use crate::consent::{ShownClaim, claims_of};
use crate::error::{Fault, StoreError};
use crate::history::chain;
use crate::history::entry::{Entry, EntryKind, Outcome, StoredEntry};
use crate::history::shown::{Claim, Mark, StoredShown, joinable, note_all, worlds_of};
use crate::holding::read_holding;
use crate::index;
use crate::kdf::Key32;
use crate::store::records::{Edit, View, Written};
use crate::store::{Kind, RecordId};

const CORRUPT: StoreError = StoreError::Corrupt(Fault::Record);
/// Says that it is complete, and of which version.
const MARK: RecordId = RecordId::ZERO;
const VERSION: u8 = 1;

/// Whether it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Current,
    Missing,
}

pub(crate) fn standing(view: &View<'_>) -> Result<Standing, StoreError> {
    Ok(match view.record(Kind::Intention, &MARK)? {
        Some(record) if record.bytes.as_slice() == [VERSION] => Standing::Current,
        Some(_) => return Err(CORRUPT),
        None => Standing::Missing,
    })
}

/// Makes it from the history, where it is missing.
pub(crate) fn ensure(edit: &mut Edit<'_>, names: &Key32) -> Result<(), StoreError> {
    if standing(&edit.view)? == Standing::Current {
        return Ok(());
    }
    for entry in chain::walk_pending(&edit.view)? {
        open(edit, entry.seq)?;
    }
    let shown = shown_so_far(&edit.view, names)?;
    note_all(edit, &shown)?;
    match edit.insert(Kind::Intention, &MARK, &[VERSION])? {
        Written::Done => Ok(()),
        Written::Refused => Err(CORRUPT),
    }
}

/// Writes down that an intention is open.
pub(crate) fn open(edit: &mut Edit<'_>, seq: u64) -> Result<(), StoreError> {
    match edit.insert(Kind::Intention, &RecordId::of_number(seq), b"")? {
        Written::Done => Ok(()),
        Written::Refused => Err(CORRUPT),
    }
}

/// Writes down that an intention has ended.
pub(crate) fn close(edit: &mut Edit<'_>, seq: u64) -> Result<(), StoreError> {
    match edit.delete(Kind::Intention, &RecordId::of_number(seq))? {
        Written::Done => Ok(()),
        Written::Refused => Err(CORRUPT),
    }
}

/// Intentions that have not ended, oldest first.
pub(crate) fn pending(view: &View<'_>) -> Result<Vec<Entry>, StoreError> {
    if standing(view)? == Standing::Missing {
        return chain::walk_pending(view);
    }
    view.records(Kind::Intention)?
        .into_iter()
        .filter(|(id, _)| *id != MARK)
        .map(|(id, _)| {
            let record = view.record(Kind::History, &id)?.ok_or(CORRUPT)?;
            record.decode::<StoredEntry>()?.into_entry()
        })
        .collect()
}

/// The worlds that were shown each of the marks.
pub(crate) fn worlds_shown(
    view: &View<'_>,
    names: &Key32,
    marks: &BTreeSet<Mark>,
) -> Result<BTreeMap<Mark, BTreeSet<WorldId>>, StoreError> {
    if standing(view)? == Standing::Missing {
        let mut shown = shown_so_far(view, names)?;
        shown.retain(|mark, _| marks.contains(mark));
        return Ok(shown);
    }
    marks
        .iter()
        .map(|mark| Ok((*mark, worlds_of(view, *mark)?)))
        .collect()
}

/// Refuses a record that this program would not have written.
pub(crate) fn check_intention(bytes: &[u8]) -> Result<(), StoreError> {
    if bytes.is_empty() || bytes == [VERSION] {
        Ok(())
    } else {
        Err(CORRUPT)
    }
}

/// Refuses a record that this program would not have written.
pub(crate) fn check_shown(bytes: &[u8]) -> Result<(), StoreError> {
    StoredShown::check(bytes)
}

/// Which values were shown to whom, as far as the history and the holdings that are still there say.
fn shown_so_far(
    view: &View<'_>,
    names: &Key32,
) -> Result<BTreeMap<Mark, BTreeSet<WorldId>>, StoreError> {
    let mut shown: BTreeMap<Mark, BTreeSet<WorldId>> = BTreeMap::new();
    for entry in chain::read_all(view)? {
        let Some(world) = &entry.world else { continue };
        if entry.kind != EntryKind::Presented || entry.outcome != Outcome::Intended {
            continue;
        }
        shown
            .entry(Mark::of_world(names, world))
            .or_default()
            .insert(world.clone());
        for id in &entry.what.holdings {
            let Some((holding, _)) = read_holding(view, id)? else {
                continue;
            };
            let credential = index::credential(&holding.facts)?;
            let claims = claims_of(credential, holding.facts.format, |_| false);
            let left = |claim: &&ShownClaim| entry.what.claims.contains(&claim.pointer);
            let leaves = claims
                .iter()
                .filter(left)
                .map(|claim| (claim.pointer.as_str(), &claim.value));
            let mut found = joinable(leaves);
            // Which copy it was is not written down, and each should have a place of its own.
            found.retain(|one| one.claim != Claim::Status);
            for one in found {
                let mark = Mark::of(names, &one);
                shown.entry(mark).or_default().insert(world.clone());
            }
        }
    }
    Ok(shown)
}
