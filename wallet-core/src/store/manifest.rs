//! The manifest: vouches for the header and for the set of records, in one sealed row. The holder's
//! side runs it.
//!
//! Each record's place, version and nonce go through a keyed function; the manifest holds the XOR of
//! all results and their number. A change costs two steps however many records there are, and
//! without the key nobody can find another set with the same sum. The sum itself is never shown.

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::entropy::Entropy;
use crate::error::{Fault, StoreError};
use crate::kdf::{Key32, hkdf_sha256, hmac_sha256, push_prefixed};
use crate::store::envelope::{Place, open, seal};
use crate::store::{RecordId, WalletId};

const LABEL: &str = "omote/manifest/v1";
const BYTES: usize = 8 + 32 + 8 + 32 + 8 + 32;
const MANIFEST: StoreError = StoreError::Corrupt(Fault::Manifest);

/// The keys of one store, all from the store key. Wiped when dropped.
pub(crate) struct StoreKeys {
    pub(crate) store: Key32,
    pub(crate) record: Key32,
    pub(crate) counter: Key32,
    manifest: Key32,
    set: Key32,
}

impl StoreKeys {
    pub(crate) fn new(store: Key32) -> Self {
        let key = |info: &str| hkdf_sha256(&*store, "omote/store/v1", info.as_bytes());
        Self {
            record: key("record"),
            counter: key("counter"),
            manifest: key("manifest"),
            set: key("set"),
            store,
        }
    }
}

/// What is true of the whole store after one transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// How many transactions there were.
    pub(crate) counter: u64,
    /// Digest of version, wallet id and slots.
    pub(crate) header: [u8; 32],
    /// How many entries the history has.
    pub(crate) history_length: u64,
    /// The hash of the last of them.
    pub(crate) history_head: [u8; 32],
    set: [u8; 32],
    count: u64,
}

impl Manifest {
    /// Reads and opens the manifest's row.
    pub(crate) fn read(
        conn: &Connection,
        keys: &StoreKeys,
        wallet: &WalletId,
    ) -> Result<Self, StoreError> {
        let row = conn.query_row(
            "SELECT counter, nonce, body FROM manifest WHERE only_row = 1",
            [],
            |row| {
                Ok((
                    row.get::<_, u64>(0)?,
                    row.get::<_, Vec<u8>>(1)?,
                    row.get::<_, Vec<u8>>(2)?,
                ))
            },
        );
        let (counter, nonce, body) = match row {
            Err(rusqlite::Error::QueryReturnedNoRows) => return Err(MANIFEST),
            other => other?,
        };
        let place = place(wallet, counter);
        let plain = open(&keys.manifest, &place, &nonce, &body, Fault::Manifest)?;
        let manifest = Self::from_bytes(&plain).ok_or(MANIFEST)?;
        if manifest.counter == counter {
            Ok(manifest)
        } else {
            Err(MANIFEST)
        }
    }

    /// Seals the manifest and puts it over the row of `before`.
    pub(crate) fn write(
        &self,
        conn: &Connection,
        keys: &StoreKeys,
        wallet: &WalletId,
        before: u64,
        entropy: &mut dyn Entropy,
    ) -> Result<(), StoreError> {
        let place = place(wallet, self.counter);
        let sealed = seal(&keys.manifest, &place, &self.to_bytes(), entropy)?;
        let changed = conn.execute(
            "INSERT INTO manifest (only_row, counter, nonce, body) VALUES (1, ?1, ?2, ?3) \
             ON CONFLICT (only_row) DO UPDATE SET counter = ?1, nonce = ?2, body = ?3 \
             WHERE counter = ?4",
            (self.counter, &sealed.nonce, &sealed.body, before),
        )?;
        if changed == 1 { Ok(()) } else { Err(MANIFEST) }
    }

    /// Adds a record to the set.
    pub(crate) fn add(&mut self, element: [u8; 32]) {
        self.mix(&element);
        self.count = self.count.saturating_add(1);
    }

    /// Takes a record out of the set.
    pub(crate) fn take(&mut self, element: [u8; 32]) {
        self.mix(&element);
        self.count = self.count.saturating_sub(1);
    }

    /// Compares the manifest with everything that is in the file.
    pub(crate) fn check(&self, conn: &Connection, keys: &StoreKeys) -> Result<(), StoreError> {
        if header_digest(conn)? != self.header {
            return Err(StoreError::Corrupt(Fault::Header));
        }
        let mut found = Self::default();
        let mut statement = conn.prepare_cached("SELECT kind, id, version, nonce FROM record")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (kind, id): (u8, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let (version, nonce): (u64, Vec<u8>) = (row.get(2)?, row.get(3)?);
            found.add(element(keys, kind, &id, version, &nonce));
        }
        if found.set == self.set && found.count == self.count {
            Ok(())
        } else {
            Err(StoreError::Corrupt(Fault::RecordSet))
        }
    }

    fn mix(&mut self, element: &[u8; 32]) {
        for (sum, byte) in self.set.iter_mut().zip(element) {
            *sum ^= byte;
        }
    }

    fn to_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(BYTES);
        bytes.extend_from_slice(&self.counter.to_be_bytes());
        bytes.extend_from_slice(&self.set);
        bytes.extend_from_slice(&self.count.to_be_bytes());
        bytes.extend_from_slice(&self.header);
        bytes.extend_from_slice(&self.history_length.to_be_bytes());
        bytes.extend_from_slice(&self.history_head);
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (counter, rest) = bytes.split_first_chunk::<8>()?;
        let (set, rest) = rest.split_first_chunk::<32>()?;
        let (count, rest) = rest.split_first_chunk::<8>()?;
        let (header, rest) = rest.split_first_chunk::<32>()?;
        let (history_length, rest) = rest.split_first_chunk::<8>()?;
        let (history_head, rest) = rest.split_first_chunk::<32>()?;
        rest.is_empty().then_some(Self {
            counter: u64::from_be_bytes(*counter),
            set: *set,
            count: u64::from_be_bytes(*count),
            header: *header,
            history_length: u64::from_be_bytes(*history_length),
            history_head: *history_head,
        })
    }
}

/// What a record adds to the set.
pub(crate) fn element(
    keys: &StoreKeys,
    kind: u8,
    id: &[u8],
    version: u64,
    nonce: &[u8],
) -> [u8; 32] {
    let mut place = vec![kind];
    push_prefixed(&mut place, id);
    place.extend_from_slice(&version.to_be_bytes());
    push_prefixed(&mut place, nonce);
    hmac_sha256(&*keys.set, &[&place])
}

/// Digest of everything in the file that is not sealed: version and header rows.
pub(crate) fn header_digest(conn: &Connection) -> Result<[u8; 32], StoreError> {
    let mut bytes = crate::store::schema::version(conn)?.to_be_bytes().to_vec();
    let mut statement = conn.prepare_cached("SELECT name, value FROM header ORDER BY name")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (name, value): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
        push_prefixed(&mut bytes, name.as_bytes());
        push_prefixed(&mut bytes, &value);
    }
    Ok(Sha256::digest(&bytes).into())
}

fn place(wallet: &WalletId, counter: u64) -> Place<'_> {
    Place {
        wallet,
        label: LABEL,
        kind: 0,
        id: &RecordId::ZERO,
        version: counter,
        beside: b"",
    }
}
