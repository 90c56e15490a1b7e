//! Reading and writing sealed records inside one transaction. The holder's side runs it.
//!
//! [`View`] reads a state of the store that does not change under it; [`Edit`] changes records and
//! the manifest together or not at all.

use rusqlite::{Connection, OptionalExtension};
use schemas::canonical;
use schemas::json::{self, Limits, Numbers};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::entropy::Entropy;
use crate::error::{Fault, StoreError};
use crate::store::envelope::{NONCE_BYTES, Place, open, seal};
use crate::store::manifest::{Manifest, StoreKeys, element, header_digest};
use crate::store::{Kind, RecordId, WalletId};

/// The largest record.
pub(crate) const MAX_RECORD_BYTES: usize = 4 * 1024 * 1024;
const LABEL: &str = "omote/record/v1";

/// The plain text of one record and the version it was read in.
pub(crate) struct Record {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    pub(crate) version: u64,
}

impl Record {
    /// The record as a value.
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Result<T, StoreError> {
        decode(&self.bytes)
    }
}

/// Whether a record was written.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// It was.
    Done,
    /// It was not: there was one already, or it had changed meanwhile.
    Refused,
}

/// One unchanging state of the store.
pub(crate) struct View<'a> {
    pub(crate) conn: &'a Connection,
    pub(crate) keys: &'a StoreKeys,
    pub(crate) wallet: &'a WalletId,
    pub(crate) manifest: Manifest,
}

impl View<'_> {
    /// The record at a place.
    pub(crate) fn record(&self, kind: Kind, id: &RecordId) -> Result<Option<Record>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT version, nonce, body FROM record WHERE kind = ?1 AND id = ?2",
        )?;
        let row = statement
            .query_row((kind.number(), id.as_bytes()), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        row.map(|(version, nonce, body): (u64, Vec<u8>, Vec<u8>)| {
            self.open(kind, id, version, &nonce, &body)
        })
        .transpose()
    }

    /// All records of a kind, by id.
    pub(crate) fn records(&self, kind: Kind) -> Result<Vec<(RecordId, Record)>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, version, nonce, body FROM record WHERE kind = ?1 ORDER BY id",
        )?;
        let mut rows = statement.query([kind.number()])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            let (id, version): (Vec<u8>, u64) = (row.get(0)?, row.get(1)?);
            let (nonce, body): (Vec<u8>, Vec<u8>) = (row.get(2)?, row.get(3)?);
            let id = RecordId::from_slice(&id).ok_or(StoreError::Corrupt(Fault::Record))?;
            let record = self.open(kind, &id, version, &nonce, &body)?;
            records.push((id, record));
        }
        Ok(records)
    }

    fn open(
        &self,
        kind: Kind,
        id: &RecordId,
        version: u64,
        nonce: &[u8],
        body: &[u8],
    ) -> Result<Record, StoreError> {
        let place = self.place(kind, id, version);
        let bytes = open(&self.keys.record, &place, nonce, body, Fault::Record)?;
        Ok(Record { bytes, version })
    }

    fn place<'a>(&'a self, kind: Kind, id: &'a RecordId, version: u64) -> Place<'a> {
        let kind = kind.number();
        Place {
            wallet: self.wallet,
            label: LABEL,
            kind,
            id,
            version,
            beside: b"",
        }
    }
}

/// A change of the store that is either kept as a whole or never was.
pub(crate) struct Edit<'a> {
    pub(crate) view: View<'a>,
    pub(crate) entropy: &'a mut dyn Entropy,
}

impl Edit<'_> {
    /// Writes a record where none is.
    pub(crate) fn insert(
        &mut self,
        kind: Kind,
        id: &RecordId,
        plain: &[u8],
    ) -> Result<Written, StoreError> {
        let (nonce, body) = self.seal(kind, id, 1, plain)?;
        let changed = self
            .view
            .conn
            .prepare_cached(
                "INSERT INTO record (kind, id, version, nonce, body) VALUES (?1, ?2, 1, ?3, ?4) \
             ON CONFLICT (kind, id) DO NOTHING",
            )?
            .execute((kind.number(), id.as_bytes(), nonce, body))?;
        if changed == 0 {
            return Ok(Written::Refused);
        }
        self.add(kind, id, 1, &nonce);
        Ok(Written::Done)
    }

    /// Writes a record over the version that was read, and over no other.
    pub(crate) fn update(
        &mut self,
        kind: Kind,
        id: &RecordId,
        read: u64,
        plain: &[u8],
    ) -> Result<Written, StoreError> {
        let Some(old) = self.nonce(kind, id)? else {
            return Ok(Written::Refused);
        };
        let version = read
            .checked_add(1)
            .ok_or(StoreError::Internal("record version"))?;
        let (nonce, body) = self.seal(kind, id, version, plain)?;
        let changed = self
            .view
            .conn
            .prepare_cached(
                "UPDATE record SET version = ?3, nonce = ?4, body = ?5 \
             WHERE kind = ?1 AND id = ?2 AND version = ?6",
            )?
            .execute((kind.number(), id.as_bytes(), version, nonce, body, read))?;
        if changed == 0 {
            return Ok(Written::Refused);
        }
        let gone = element(self.view.keys, kind.number(), id.as_bytes(), read, &old);
        self.view.manifest.take(gone);
        self.add(kind, id, version, &nonce);
        Ok(Written::Done)
    }

    /// Removes a record.
    pub(crate) fn delete(&mut self, kind: Kind, id: &RecordId) -> Result<Written, StoreError> {
        let row = self
            .view
            .conn
            .prepare_cached(
                "DELETE FROM record WHERE kind = ?1 AND id = ?2 RETURNING version, nonce",
            )?
            .query_row((kind.number(), id.as_bytes()), |row| {
                Ok((row.get::<_, u64>(0)?, row.get::<_, Vec<u8>>(1)?))
            })
            .optional()?;
        let Some((version, nonce)) = row else {
            return Ok(Written::Refused);
        };
        let gone = element(
            self.view.keys,
            kind.number(),
            id.as_bytes(),
            version,
            &nonce,
        );
        self.view.manifest.take(gone);
        Ok(Written::Done)
    }

    /// Writes a header row; the manifest vouches for it from now on.
    pub(crate) fn set_header(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.view.conn.execute(
            "INSERT INTO header (name, value) VALUES (?1, ?2) \
             ON CONFLICT (name) DO UPDATE SET value = ?2",
            (name, value),
        )?;
        self.bless_header()
    }

    /// Removes a header row.
    pub(crate) fn remove_header(&mut self, name: &str) -> Result<(), StoreError> {
        self.view
            .conn
            .execute("DELETE FROM header WHERE name = ?1", [name])?;
        self.bless_header()
    }

    /// Takes the header as it is now into the manifest.
    pub(crate) fn bless_header(&mut self) -> Result<(), StoreError> {
        self.view.manifest.header = header_digest(self.view.conn)?;
        Ok(())
    }

    fn seal(
        &mut self,
        kind: Kind,
        id: &RecordId,
        version: u64,
        plain: &[u8],
    ) -> Result<([u8; NONCE_BYTES], Vec<u8>), StoreError> {
        if plain.len() > MAX_RECORD_BYTES {
            return Err(StoreError::TooLarge {
                bytes: plain.len(),
                limit: MAX_RECORD_BYTES,
            });
        }
        let place = self.view.place(kind, id, version);
        let sealed = seal(&self.view.keys.record, &place, plain, self.entropy)?;
        Ok((sealed.nonce, sealed.body))
    }

    fn add(&mut self, kind: Kind, id: &RecordId, version: u64, nonce: &[u8]) {
        let new = element(self.view.keys, kind.number(), id.as_bytes(), version, nonce);
        self.view.manifest.add(new);
    }

    fn nonce(&self, kind: Kind, id: &RecordId) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement = self
            .view
            .conn
            .prepare_cached("SELECT nonce FROM record WHERE kind = ?1 AND id = ?2")?;
        Ok(statement
            .query_row((kind.number(), id.as_bytes()), |row| row.get(0))
            .optional()?)
    }
}

/// A record's bytes: canonical JSON. What is written goes through the reader that will read it.
pub(crate) fn encode<T: Serialize>(record: &T) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let text = serde_json::to_vec(record).map(Zeroizing::new);
    let text = text.map_err(|_| StoreError::Internal("record encoding"))?;
    let limits = Limits {
        max_bytes: usize::MAX,
        max_depth: 80,
        max_values: usize::MAX,
        numbers: Numbers::AnyFinite,
    };
    let value = json::read(&text, &limits).map_err(|_| StoreError::Internal("record encoding"))?;
    Ok(Zeroizing::new(canonical::to_bytes(&value)))
}

/// A record from its bytes, read as strictly as anything from outside.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StoreError> {
    let limits = Limits {
        max_bytes: MAX_RECORD_BYTES,
        max_depth: 80,
        max_values: 1_000_000,
        numbers: Numbers::CanonicalOnly,
    };
    json::read(bytes, &limits)
        .ok()
        .and_then(|value| json::decode(&value).ok())
        .ok_or(StoreError::Corrupt(Fault::Record))
}
