//! The shelves of the index: all holdings on 256 records, so that listing and choosing read few large
//! records instead of many small ones. The holder's side runs it.
//!
//! Made of the holdings and their copies, and written in the transaction that changes them. It goes
//! into no backup: it can be made anew at any time, and is when it is missing or of another version.

use crate::error::{Fault, StoreError};
use crate::holding::stored::StoredHolding;
use crate::holding::{HoldingId, read_copies, read_holding};
use crate::index::line::{Listed, Reader, VERSION, write_all};
use crate::store::records::{Edit, View, Written};
use crate::store::{Kind, RecordId};
use crate::transfer::item;
use crate::wallet::Wallet;

const CORRUPT: StoreError = StoreError::Corrupt(Fault::Record);
/// Says that the shelves are complete, and of which version.
const MARK: RecordId = RecordId::ZERO;

impl Wallet {
    /// All holdings as the index knows them, oldest first. Opens no credential.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn listed(&self) -> Result<Vec<Listed>, StoreError> {
        let mut lines = self.store().view(|view| match mark(view)? {
            Mark::Current => shelved(view),
            Mark::Other => made_anew(view),
        })?;
        lines.sort_by_key(|line| (line.added_at, line.id));
        Ok(lines)
    }

    /// One holding as the index knows it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn listed_holding(&self, id: &HoldingId) -> Result<Option<Listed>, StoreError> {
        self.store().view(|view| {
            let Some((holding, _)) = read_holding(view, id)? else {
                return Ok(None);
            };
            let copies = read_copies(view, &holding)?;
            let standing = item::standing(view, id)?;
            Ok(Some(Listed::of(&holding, &copies, standing)))
        })
    }
}

/// Puts a holding on its shelf as it is now.
pub(crate) fn put(edit: &mut Edit<'_>, id: &HoldingId) -> Result<(), StoreError> {
    let (holding, _) = read_holding(&edit.view, id)?.ok_or(CORRUPT)?;
    let copies = read_copies(&edit.view, &holding)?;
    let standing = item::standing(&edit.view, id)?;
    change(edit, id, Some(Listed::of(&holding, &copies, standing)))
}

/// Takes a holding from its shelf.
pub(crate) fn take(edit: &mut Edit<'_>, id: &HoldingId) -> Result<(), StoreError> {
    change(edit, id, None)
}

/// Makes all shelves anew.
pub(crate) fn rebuild(edit: &mut Edit<'_>) -> Result<(), StoreError> {
    let there: Vec<RecordId> = edit
        .view
        .records(Kind::Index)?
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    for id in there {
        if edit.delete(Kind::Index, &id)? == Written::Refused {
            return Err(CORRUPT);
        }
    }
    let mut lines = made_anew(&edit.view)?;
    lines.sort_by_key(|line| line.id);
    for shelf in lines.chunk_by(|one, other| shelf_of(&one.id) == shelf_of(&other.id)) {
        let Some(first) = shelf.first() else { continue };
        write_new(edit, &shelf_of(&first.id), &write_all(shelf))?;
    }
    write_new(edit, &MARK, &[VERSION])
}

/// Refuses an index that says other things than the holdings.
pub(crate) fn check(view: &View<'_>) -> Result<(), StoreError> {
    if mark(view)? == Mark::Other {
        return Ok(());
    }
    let (mut found, mut expected) = (shelved(view)?, made_anew(view)?);
    found.sort_by_key(|line| line.id);
    expected.sort_by_key(|line| line.id);
    if found == expected {
        Ok(())
    } else {
        Err(CORRUPT)
    }
}

/// Whether there is an index that this program wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Current,
    Other,
}

pub(crate) fn mark(view: &View<'_>) -> Result<Mark, StoreError> {
    Ok(match view.record(Kind::Index, &MARK)? {
        Some(record) if record.bytes.as_slice() == [VERSION] => Mark::Current,
        Some(_) | None => Mark::Other,
    })
}

fn shelved(view: &View<'_>) -> Result<Vec<Listed>, StoreError> {
    let mut lines = Vec::new();
    let mut reader = Reader::default();
    for (id, record) in view.records(Kind::Index)? {
        if id != MARK {
            let read = reader.read_all(record.bytes, &mut lines);
            read.ok_or(CORRUPT)?;
        }
    }
    Ok(lines)
}

fn made_anew(view: &View<'_>) -> Result<Vec<Listed>, StoreError> {
    view.records(Kind::Holding)?
        .into_iter()
        .map(|(id, record)| {
            let stored = record.decode::<StoredHolding>()?;
            let holding = stored.into_holding(HoldingId(id))?;
            let copies = read_copies(view, &holding)?;
            let standing = item::standing(view, &holding.id)?;
            Ok(Listed::of(&holding, &copies, standing))
        })
        .collect()
}

fn change(edit: &mut Edit<'_>, id: &HoldingId, line: Option<Listed>) -> Result<(), StoreError> {
    // One line among shelves that are not complete would look like all there is.
    if mark(&edit.view)? == Mark::Other {
        return rebuild(edit);
    }
    let shelf = shelf_of(id);
    let record = edit.view.record(Kind::Index, &shelf)?;
    let mut lines = Vec::new();
    if let Some(record) = &record {
        let read = Reader::default().read_all(record.bytes.clone(), &mut lines);
        read.ok_or(CORRUPT)?;
    }
    lines.retain(|other: &Listed| other.id != *id);
    lines.extend(line);
    let bytes = write_all(&lines);
    match record {
        None => write_new(edit, &shelf, &bytes),
        Some(record) => match edit.update(Kind::Index, &shelf, record.version, &bytes)? {
            Written::Done => Ok(()),
            Written::Refused => Err(CORRUPT),
        },
    }
}

fn write_new(edit: &mut Edit<'_>, id: &RecordId, bytes: &[u8]) -> Result<(), StoreError> {
    match edit.insert(Kind::Index, id, bytes)? {
        Written::Done => Ok(()),
        Written::Refused => Err(CORRUPT),
    }
}

/// By the first byte of its id, which is random.
fn shelf_of(id: &HoldingId) -> RecordId {
    let first = id.0.as_bytes().first().copied().unwrap_or_default();
    RecordId::of_number(u64::from(first).saturating_add(1))
}
