//! Appending to the chain, walking it, and checking an exported one. The holder's side runs it;
//! anybody can run [`verify_lines`].

use schemas::canonical;
use schemas::digest::Sha256Digest;
use schemas::json::{self, Limits, Value};
use schemas::time::Timestamp;

use crate::error::{Fault, StoreError};
use crate::history::entry::{Entry, EntryRef, NewEntry, Outcome, StoredEntry};
use crate::history::{BEFORE_FIRST, HistoryError};
use crate::store::records::{Edit, Record, View, Written, decode, encode};
use crate::store::{Kind, RecordId};

/// The end of a chain that was walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryHead {
    /// How many entries there are.
    pub length: u64,
    /// The hash of the last one; zeros when there is none.
    pub hash: Sha256Digest,
}

/// Appends an entry that needs no second one.
pub(crate) fn append_note(
    edit: &mut Edit<'_>,
    new: NewEntry,
    now: Timestamp,
) -> Result<EntryRef, StoreError> {
    append(edit, new, Outcome::Noted, now)
}

/// Appends an entry; the manifest holds its hash when the transaction ends.
pub(crate) fn append(
    edit: &mut Edit<'_>,
    new: NewEntry,
    outcome: Outcome,
    now: Timestamp,
) -> Result<EntryRef, StoreError> {
    let manifest = &edit.view.manifest;
    let seq = manifest
        .history_length
        .checked_add(1)
        .ok_or(StoreError::Internal("history"))?;
    let entry = Entry {
        seq,
        at: now,
        kind: new.kind,
        world: new.world,
        what: new.what,
        consent: new.consent,
        outcome,
        previous: Sha256Digest::from_bytes(manifest.history_head),
    };
    let bytes = encode(&StoredEntry::of(entry))?;
    if edit.insert(Kind::History, &RecordId::of_number(seq), &bytes)? == Written::Refused {
        return Err(StoreError::Corrupt(Fault::RecordSet));
    }
    let hash = Sha256Digest::of(&bytes);
    edit.view.manifest.history_length = seq;
    edit.view.manifest.history_head = *hash.as_bytes();
    Ok(EntryRef { seq, hash })
}

/// All entries, oldest first.
pub(crate) fn read_all(view: &View<'_>) -> Result<Vec<Entry>, StoreError> {
    records(view)?
        .iter()
        .map(|record| record.decode::<StoredEntry>()?.into_entry())
        .collect()
}

/// Intentions that have not ended, found by walking the whole chain.
pub(crate) fn walk_pending(view: &View<'_>) -> Result<Vec<Entry>, StoreError> {
    let mut open = Vec::new();
    for entry in read_all(view)? {
        match entry.outcome {
            Outcome::Intended => open.push(entry),
            Outcome::Completed { of, .. } | Outcome::Failed { of, .. } => {
                open.retain(|intended: &Entry| intended.seq != of);
            }
            Outcome::Noted => {}
        }
    }
    Ok(open)
}

/// Walks the chain and compares its end with the manifest.
pub(crate) fn verify_chain(view: &View<'_>) -> Result<HistoryHead, HistoryError> {
    let records = records(view)?;
    let head = walk(records.iter().map(|record| Ok(record.bytes.as_slice())))?;
    let sealed = HistoryHead {
        length: view.manifest.history_length,
        hash: Sha256Digest::from_bytes(view.manifest.history_head),
    };
    if head == sealed {
        Ok(head)
    } else {
        // All that is there fits together, so what is wrong begins behind it.
        Err(HistoryError::Broken {
            seq: head.length.min(sealed.length).saturating_add(1),
        })
    }
}

/// The chain as JSON lines.
pub(crate) fn export(view: &View<'_>) -> Result<Vec<u8>, StoreError> {
    let mut lines = Vec::new();
    for record in records(view)? {
        let entry: Value = record.decode()?;
        let line = schemas::object! {
            "entry" => entry,
            "hash" => Sha256Digest::of(&record.bytes).to_string(),
        };
        lines.extend_from_slice(&canonical::object_to_bytes(&line));
        lines.push(b'\n');
    }
    Ok(lines)
}

/// Checks an exported history: every line is the entry that its hash names, and each entry names the
/// one before it. Whether the end is missing can only be told with the head from the wallet.
///
/// # Errors
/// [`HistoryError::Broken`] with the first line that does not fit.
pub fn verify_lines(lines: &[u8]) -> Result<HistoryHead, HistoryError> {
    let lines = lines
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    walk(lines.map(|line| {
        let line = json::read(line, &Limits::document()).map_err(|_| NotALine)?;
        let entry = canonical::to_bytes(line.get("entry").ok_or(NotALine)?);
        let hash = line.get("hash").and_then(Value::as_str).ok_or(NotALine)?;
        if hash == Sha256Digest::of(&entry).to_string() {
            Ok(entry)
        } else {
            Err(NotALine)
        }
    }))
}

/// A line that is no entry with its hash.
struct NotALine;

fn walk<B: AsRef<[u8]>>(
    entries: impl Iterator<Item = Result<B, NotALine>>,
) -> Result<HistoryHead, HistoryError> {
    let mut head = HistoryHead {
        length: 0,
        hash: BEFORE_FIRST,
    };
    for bytes in entries {
        let seq = head.length.saturating_add(1);
        let broken = || HistoryError::Broken { seq };
        let bytes = bytes.map_err(|NotALine| broken())?;
        let entry = decode::<StoredEntry>(bytes.as_ref())
            .and_then(StoredEntry::into_entry)
            .map_err(|_| broken())?;
        if entry.seq != seq || entry.previous != head.hash {
            return Err(broken());
        }
        head = HistoryHead {
            length: seq,
            hash: Sha256Digest::of(bytes.as_ref()),
        };
    }
    Ok(head)
}

fn records(view: &View<'_>) -> Result<Vec<Record>, StoreError> {
    // Ids are big-endian numbers, so their order is the order of the chain.
    Ok(view
        .records(Kind::History)?
        .into_iter()
        .map(|(_, record)| record)
        .collect())
}
