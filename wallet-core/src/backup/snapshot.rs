//! What stands inside a backup: every record but the seed. The holder's side runs it.
//!
//! Names of records come from the seed, so they are the same in the restored wallet.

use schemas::encoding::{base64url, hex};
use schemas::json::{self, Limits, Numbers};
use schemas::time::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::backup::{BackupError, BackupSummary, Loss};
use crate::error::StoreError;
use crate::history::HistoryHead;
use crate::holding::stored::StoredCopy;
use crate::index::shelf;
use crate::store::records::{self, Edit, View, Written, decode};
use crate::store::{Kind, RecordId};
use crate::wallet::Inventory;
use crate::wallet::contents::check_record;

/// The largest backup that is read, sealed or not.
pub(crate) const MAX_BACKUP_BYTES: u64 = 256 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Snapshot {
    created_at: Timestamp,
    history_length: u64,
    history_head: String,
    records: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    kind: u8,
    id: String,
    body: String,
}

impl Snapshot {
    /// Everything that is in the store now, but for the seed, and for the index, which is made anew.
    pub(crate) fn take(view: &View<'_>, now: Timestamp) -> Result<Self, StoreError> {
        let mut records = Vec::new();
        let kept = |kind: &Kind| !matches!(kind, Kind::Seed | Kind::Index);
        for kind in Kind::ALL.into_iter().filter(kept) {
            for (id, record) in view.records(kind)? {
                records.push(Line {
                    kind: kind.number(),
                    id: hex::encode(id.as_bytes()),
                    body: base64url::encode(&record.bytes),
                });
            }
        }
        Ok(Self {
            created_at: now,
            history_length: view.manifest.history_length,
            history_head: hex::encode(&view.manifest.history_head),
            records,
        })
    }

    pub(crate) fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, BackupError> {
        let bytes = records::encode(self)?;
        // Room for the header: what is written can always be read.
        if u64::try_from(bytes.len()).is_ok_and(|length| length + 1024 <= MAX_BACKUP_BYTES) {
            Ok(bytes)
        } else {
            Err(BackupError::TooLarge {
                limit: MAX_BACKUP_BYTES,
            })
        }
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, BackupError> {
        let limits = Limits {
            max_bytes: usize::try_from(MAX_BACKUP_BYTES).unwrap_or(usize::MAX),
            max_depth: 8,
            max_values: 16_000_000,
            numbers: Numbers::CanonicalOnly,
        };
        json::read(bytes, &limits)
            .ok()
            .and_then(|value| json::decode(&value).ok())
            .ok_or(BackupError::Unreadable)
    }

    /// Reads every record as the store would.
    pub(crate) fn check(&self) -> Result<(), BackupError> {
        for line in &self.records {
            let (kind, _, body) = line.parts()?;
            if matches!(kind, Kind::Seed | Kind::Index) {
                return Err(BackupError::Unreadable);
            }
            check_record(kind, &body).map_err(|_| BackupError::Unreadable)?;
        }
        self.head().map(drop)
    }

    /// Writes every record into a new store.
    pub(crate) fn write(&self, edit: &mut Edit<'_>) -> Result<(), BackupError> {
        for line in &self.records {
            let (kind, id, body) = line.parts()?;
            if edit.insert(kind, &id, &body)? == Written::Refused {
                return Err(BackupError::Unreadable);
            }
        }
        let head = self.head()?;
        edit.view.manifest.history_length = head.length;
        edit.view.manifest.history_head = *head.hash.as_bytes();
        shelf::rebuild(edit)?;
        Ok(())
    }

    /// What is in it, and what is not.
    pub(crate) fn summary(&self) -> Result<BackupSummary, BackupError> {
        let mut inventory = Inventory::default();
        let mut doubtful = 0usize;
        for line in &self.records {
            let (kind, _, body) = line.parts()?;
            inventory.count(kind);
            if kind == Kind::Copy && decode::<StoredCopy>(&body)?.looks_fresh() {
                doubtful = doubtful.saturating_add(1);
            }
        }
        let mut losses = vec![Loss::After {
            backup: self.created_at,
        }];
        if doubtful > 0 {
            losses.push(Loss::DoubtfulCopies { count: doubtful });
        }
        losses.extend([Loss::KeychainSlot, Loss::Passphrase]);
        Ok(BackupSummary {
            created_at: self.created_at,
            inventory,
            losses,
        })
    }

    fn head(&self) -> Result<HistoryHead, BackupError> {
        let hash = hex::decode(&self.history_head)
            .and_then(|bytes| bytes.try_into().ok())
            .map(schemas::digest::Sha256Digest::from_bytes)
            .ok_or(BackupError::Unreadable)?;
        Ok(HistoryHead {
            length: self.history_length,
            hash,
        })
    }
}

impl Line {
    fn parts(&self) -> Result<(Kind, RecordId, Zeroizing<Vec<u8>>), BackupError> {
        let kind = Kind::from_number(self.kind);
        let id = hex::decode(&self.id).and_then(|bytes| RecordId::from_slice(&bytes));
        let body = base64url::decode(&self.body).map(Zeroizing::new);
        match (kind, id, body) {
            (Some(kind), Some(id), Some(body)) => Ok((kind, id, body)),
            _ => Err(BackupError::Unreadable),
        }
    }
}
