//! The encrypted store: one SQLite file, every record sealed. The holder's side runs it.
//!
//! What is promised:
//! - *Acknowledged means stored.* A change is on disk (rollback journal, `synchronous = EXTRA`) when
//!   the call returns; killed at any moment, the file holds the old or the new state as a whole.
//! - *Several processes.* Each change takes SQLite's write lock; each waits up to [`BUSY`].
//! - *Nothing readable.* Names, origins and counts stand in sealed records; ids of records are random
//!   or keyed. The file shows how many records of which kind there are, how large, and the two slots.
//! - *Nothing movable.* A record opens only in its wallet, kind, id and version; the sealed manifest
//!   vouches for the set of records and for the header. Removing, adding, swapping or putting back
//!   rows is `wallet_corrupt`.
//! - *Older states are noticed.* A sealed counter beside the file remembers how many changes were
//!   acknowledged (`wallet_rollback`). What can **not** be noticed here: a whole folder put back,
//!   counter and all. Only worlds and registries can tell that, and the key numbering after an
//!   accepted rollback starts afresh.

pub(crate) mod envelope;
pub(crate) mod file;
pub(crate) mod manifest;
pub(crate) mod records;
pub(crate) mod schema;
pub(crate) mod slots;

use std::cell::Cell;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior};
use schemas::encoding::hex;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::entropy::{Entropy, RngError, draw};
use crate::error::{Fault, Rollback, StoreError};
use crate::kdf::{Key32, hmac_sha256, push_prefixed};
use crate::keychain::{Keychain, KeychainError, WrappingKey};
use crate::passphrase::Passphrase;
use envelope::{NONCE_BYTES, Place};
use file::{DATABASE, Home, Presence};
use manifest::{Manifest, StoreKeys};
use records::{Edit, View};
use schema::MIGRATIONS;
pub use slots::KdfParams;

/// How long a change waits for other processes.
pub(crate) const BUSY: Duration = Duration::from_secs(30);
const WALLET_ROW: &str = "wallet";
const PASSPHRASE_ROW: &str = "slot.passphrase";
const KEYCHAIN_ROW: &str = "slot.keychain";
const COUNTER_LABEL: &str = "omote/counter/v1";

/// The random name of one wallet; shown nowhere but in its file and in the keychain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WalletId([u8; 16]);

impl WalletId {
    pub(crate) const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    fn text(&self) -> String {
        hex::encode(&self.0)
    }
}

/// The name of one record among those of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RecordId([u8; 16]);

impl RecordId {
    pub(crate) const ZERO: Self = Self([0; 16]);

    pub(crate) const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(crate) fn of_number(number: u64) -> Self {
        Self(u128::from(number).to_be_bytes())
    }

    /// The id that belongs to a natural name; without the key nobody can compute or test it.
    pub(crate) fn of_name(key: &Key32, label: &str, parts: &[&[u8]]) -> Self {
        let mut bytes = Vec::new();
        push_prefixed(&mut bytes, label.as_bytes());
        for part in parts {
            push_prefixed(&mut bytes, part);
        }
        let digest = hmac_sha256(&**key, &[&bytes]);
        let mut id = [0; 16];
        for (place, byte) in id.iter_mut().zip(digest) {
            *place = byte;
        }
        Self(id)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// As records write the names of other records.
    pub(crate) fn text(self) -> String {
        hex::encode(&self.0)
    }

    pub(crate) fn of_text(text: &str) -> Option<Self> {
        hex::decode(text).and_then(|bytes| Self::from_slice(&bytes))
    }
}

/// What a record is. Numbers stand in files: never change or reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Seed,
    Settings,
    Persona,
    KeyCounter,
    Holding,
    Copy,
    Credential,
    Pin,
    History,
    UsedKey,
    Index,
    Grant,
    Pending,
    Shown,
    Intention,
    Anchor,
    Arrived,
    Item,
    Address,
    Step,
    Evidence,
}

impl Kind {
    pub(crate) const ALL: [Self; 21] = [
        Self::Seed,
        Self::Settings,
        Self::Persona,
        Self::KeyCounter,
        Self::Holding,
        Self::Copy,
        Self::Credential,
        Self::Pin,
        Self::History,
        Self::UsedKey,
        Self::Index,
        Self::Grant,
        Self::Pending,
        Self::Shown,
        Self::Intention,
        Self::Anchor,
        Self::Arrived,
        Self::Item,
        Self::Address,
        Self::Step,
        Self::Evidence,
    ];

    pub(crate) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Seed => 1,
            Self::Settings => 2,
            Self::Persona => 3,
            Self::KeyCounter => 4,
            Self::Holding => 5,
            Self::Copy => 6,
            Self::Credential => 7,
            Self::Pin => 8,
            Self::History => 9,
            Self::UsedKey => 10,
            Self::Index => 11,
            Self::Grant => 12,
            Self::Pending => 13,
            Self::Shown => 14,
            Self::Intention => 15,
            Self::Anchor => 16,
            Self::Arrived => 17,
            Self::Item => 18,
            Self::Address => 19,
            Self::Step => 20,
            Self::Evidence => 21,
        }
    }
}

/// How a wallet is opened.
#[derive(Clone, Copy)]
pub enum Unlock<'a> {
    /// By the key that the system's keychain keeps.
    Keychain(&'a dyn Keychain),
    /// By the passphrase, which always works.
    Passphrase(&'a Passphrase),
}

impl fmt::Debug for Unlock<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keychain(_) => "Keychain",
            Self::Passphrase(_) => "Passphrase",
        })
    }
}

/// Something a person should hear about a wallet that did open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The counter beside the store is gone; an older store would not have been noticed.
    CounterMissing,
    /// The counter beside the store is not ours or is damaged.
    CounterUnreadable,
    /// The counter could not be written; the change itself is stored.
    CounterUnwritten,
    /// There is no keychain slot, since the keychain did not take a key; the passphrase opens the
    /// wallet.
    KeychainUnavailable(KeychainError),
    /// The store is older than one that this machine has seen. Nothing is written until the person
    /// accepts it.
    RolledBack(Rollback),
}

/// An open store.
pub(crate) struct Store {
    conn: Connection,
    home: Home,
    wallet: WalletId,
    keys: StoreKeys,
    entropy: Box<dyn Entropy>,
    /// The counter of the last state whose whole set was compared with its manifest.
    checked: Cell<Option<u64>>,
    rolled_back: Option<Rollback>,
    findings: Vec<Finding>,
}

/// What a new store needs besides its folder.
pub(crate) struct NewStore<'a> {
    pub(crate) passphrase: &'a Passphrase,
    pub(crate) kdf: KdfParams,
    pub(crate) keychain: &'a dyn Keychain,
}

impl Store {
    /// Makes a store with the records that `fill` writes. It has its name only when it is whole.
    pub(crate) fn create<E: From<StoreError>>(
        path: &Path,
        new: &NewStore<'_>,
        mut entropy: Box<dyn Entropy>,
        fill: impl FnOnce(&mut Edit<'_>) -> Result<(), E>,
    ) -> Result<Self, E> {
        let home = Home::make(path)?;
        if home.check_files()? == Presence::Present {
            return Err(StoreError::Exists.into());
        }
        let unfinished = format!(
            "{DATABASE}.{}",
            hex::encode(&draw::<8>(&mut *entropy).map_err(StoreError::from)?)
        );
        let wallet = WalletId(draw(&mut *entropy).map_err(StoreError::from)?);
        home.create_new(&unfinished)?;
        let at = (&home, unfinished.as_str(), &wallet);
        let published = build(at, new, &mut *entropy, fill).and_then(|built| {
            home.publish(&unfinished, DATABASE)?;
            Ok(built)
        });
        let (keys, refused) = match published {
            Ok(built) => built,
            Err(error) => {
                home.remove(&unfinished);
                home.remove(&format!("{unfinished}-journal"));
                // Opens nothing any more; a keychain that keeps it all the same does no harm.
                let _ = new.keychain.remove(&wallet.text());
                return Err(error);
            }
        };
        let conn = connect(&home, DATABASE)?;
        let mut store = Self {
            conn,
            home,
            wallet,
            keys,
            entropy,
            checked: Cell::new(None),
            rolled_back: None,
            findings: refused
                .map(Finding::KeychainUnavailable)
                .into_iter()
                .collect(),
        };
        let counter = store.view(|view| Ok::<_, StoreError>(view.manifest.counter))?;
        store.note_counter(counter);
        Ok(store)
    }

    /// Opens a store that is there.
    pub(crate) fn open(
        path: &Path,
        unlock: Unlock<'_>,
        entropy: Box<dyn Entropy>,
    ) -> Result<Self, StoreError> {
        let home = Home::open(path)?;
        if home.check_files()? == Presence::Absent {
            return Err(StoreError::Missing);
        }
        // Before the store: another process may go on meanwhile, and the counter must not overtake.
        let beside = home.read_counter()?;
        let conn = connect(&home, DATABASE)?;
        let version = schema::version(&conn)?;
        schema::check(&conn, MIGRATIONS, version)?;
        let wallet = header(&conn, WALLET_ROW)?
            .and_then(|bytes| bytes.try_into().ok().map(WalletId))
            .ok_or(StoreError::Corrupt(Fault::Header))?;
        let keys = StoreKeys::new(unlock_key(&conn, &wallet, unlock)?);
        let mut store = Self {
            conn,
            home,
            wallet,
            keys,
            entropy,
            checked: Cell::new(None),
            rolled_back: None,
            findings: Vec::new(),
        };
        let counter = store.view(|view| Ok::<_, StoreError>(view.manifest.counter))?;
        store.compare_counter(counter, beside.as_deref());
        if version < schema::latest() {
            store.edit(|edit| {
                schema::migrate(edit.view.conn, MIGRATIONS, version)?;
                edit.bless_header()
            })?;
        }
        Ok(store)
    }

    /// What a person should hear.
    pub(crate) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether the store is known to be older than it was.
    pub(crate) const fn rolled_back(&self) -> Option<Rollback> {
        self.rolled_back
    }

    /// Whether there is a keychain slot.
    pub(crate) fn has_keychain_slot(&self) -> Result<bool, StoreError> {
        Ok(header(&self.conn, KEYCHAIN_ROW)?.is_some())
    }

    /// Reads one unchanging state.
    pub(crate) fn view<T, E: From<StoreError>>(
        &self,
        read: impl FnOnce(&View<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = Transaction::new_unchecked(&self.conn, TransactionBehavior::Deferred)
            .map_err(StoreError::from)?;
        let manifest = checked_manifest(&transaction, &self.keys, &self.wallet, &self.checked)?;
        let view = View {
            conn: &transaction,
            keys: &self.keys,
            wallet: &self.wallet,
            manifest,
        };
        read(&view)
    }

    /// Changes the store: all of what `write` does, or nothing. Stored when it returns.
    pub(crate) fn edit<T, E: From<StoreError>>(
        &mut self,
        write: impl FnOnce(&mut Edit<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(rollback) = self.rolled_back {
            return Err(StoreError::RolledBack(rollback).into());
        }
        self.edit_from(0, write)
    }

    /// Accepts an older state: `write` makes it safe, and the counter goes on behind the newer one.
    pub(crate) fn accept_rollback<E: From<StoreError>>(
        &mut self,
        write: impl FnOnce(&mut Edit<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(rollback) = self.rolled_back else {
            return Ok(());
        };
        self.edit_from(rollback.seen, write)?;
        self.rolled_back = None;
        self.findings
            .retain(|finding| !matches!(finding, Finding::RolledBack(_)));
        Ok(())
    }

    /// Puts another passphrase in place of the old one.
    pub(crate) fn change_passphrase(
        &mut self,
        passphrase: &Passphrase,
        kdf: KdfParams,
    ) -> Result<(), StoreError> {
        let slot = slots::wrap_with_passphrase(
            &self.wallet,
            &self.keys.store,
            passphrase,
            kdf,
            &mut *self.entropy,
        )?;
        self.edit(|edit| edit.set_header(PASSPHRASE_ROW, &slot))
    }

    /// Makes the keychain slot anew, with a new key. An act of the person, never a repair that
    /// happens by itself.
    pub(crate) fn add_keychain(&mut self, keychain: &dyn Keychain) -> Result<(), StoreError> {
        let slot = keychain_slot(&self.wallet, &self.keys.store, keychain, &mut *self.entropy)??;
        self.edit(|edit| edit.set_header(KEYCHAIN_ROW, &slot))?;
        self.findings
            .retain(|finding| !matches!(finding, Finding::KeychainUnavailable(_)));
        Ok(())
    }

    /// Drops the keychain slot; whatever the keychain still keeps opens nothing any more.
    pub(crate) fn remove_keychain(&mut self, keychain: &dyn Keychain) -> Result<(), StoreError> {
        self.edit(|edit| edit.remove_header(KEYCHAIN_ROW))?;
        match keychain.remove(&self.wallet.text()) {
            Ok(()) | Err(KeychainError::NoEntry) => Ok(()),
            Err(error) => Err(StoreError::Keychain(error)),
        }
    }

    /// Draws from the store's source of randomness.
    pub(crate) fn draw<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        Ok(draw::<N>(&mut *self.entropy)?)
    }

    /// Fills bytes from the store's source of randomness.
    pub(crate) fn fill_random(&mut self, out: &mut [u8]) -> Result<(), RngError> {
        self.entropy.fill(out)
    }

    fn edit_from<T, E: From<StoreError>>(
        &mut self,
        floor: u64,
        write: impl FnOnce(&mut Edit<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let before = checked_manifest(&transaction, &self.keys, &self.wallet, &self.checked)?;
        let mut edit = Edit {
            view: View {
                conn: &transaction,
                keys: &self.keys,
                wallet: &self.wallet,
                manifest: before,
            },
            entropy: &mut *self.entropy,
        };
        let result = write(&mut edit)?;
        let counter = close_edit(edit, before.counter, floor)?;
        transaction.commit().map_err(StoreError::from)?;
        self.checked.set(Some(counter));
        self.note_counter(counter);
        Ok(result)
    }

    fn compare_counter(&mut self, store: u64, beside: Option<&[u8]>) {
        let Some(bytes) = beside else {
            self.findings.push(Finding::CounterMissing);
            return;
        };
        match open_counter(&self.keys, &self.wallet, bytes) {
            None => self.findings.push(Finding::CounterUnreadable),
            Some(seen) if seen > store => {
                let rollback = Rollback { store, seen };
                self.rolled_back = Some(rollback);
                self.findings.push(Finding::RolledBack(rollback));
            }
            Some(_) => {}
        }
    }

    /// Remembers a change beside the store. Its failure must not fail a change that is stored.
    fn note_counter(&mut self, counter: u64) {
        let noted = raise_counter(
            &self.home,
            &self.keys,
            &self.wallet,
            counter,
            &mut *self.entropy,
        );
        if noted.is_err() && !self.findings.contains(&Finding::CounterUnwritten) {
            self.findings.push(Finding::CounterUnwritten);
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

type Built = (StoreKeys, Option<KeychainError>);

fn build<E: From<StoreError>>(
    (home, name, wallet): (&Home, &str, &WalletId),
    new: &NewStore<'_>,
    entropy: &mut dyn Entropy,
    fill: impl FnOnce(&mut Edit<'_>) -> Result<(), E>,
) -> Result<Built, E> {
    let keys = StoreKeys::new(Zeroizing::new(
        draw::<32>(entropy).map_err(StoreError::from)?,
    ));
    let mut conn = connect(home, name)?;
    let transaction = conn
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(StoreError::from)?;
    schema::migrate(&transaction, MIGRATIONS, 0)?;
    let slot = slots::wrap_with_passphrase(wallet, &keys.store, new.passphrase, new.kdf, entropy)?;
    let from_keychain = keychain_slot(wallet, &keys.store, new.keychain, entropy)?;
    let mut edit = Edit {
        view: View {
            conn: &transaction,
            keys: &keys,
            wallet,
            manifest: Manifest::default(),
        },
        entropy,
    };
    edit.set_header(WALLET_ROW, wallet.as_bytes())?;
    edit.set_header(PASSPHRASE_ROW, &slot)?;
    let refused = match from_keychain {
        Ok(slot) => {
            edit.set_header(KEYCHAIN_ROW, &slot)?;
            None
        }
        Err(error) => Some(error),
    };
    fill(&mut edit)?;
    close_edit(edit, 0, 0)?;
    transaction.commit().map_err(StoreError::from)?;
    conn.close().map_err(|(_, error)| StoreError::from(error))?;
    Ok((keys, refused))
}

/// Writes the manifest of an edit and gives its counter.
fn close_edit(edit: Edit<'_>, before: u64, floor: u64) -> Result<u64, StoreError> {
    let Edit { view, entropy } = edit;
    let mut manifest = view.manifest;
    manifest.counter = before
        .max(floor)
        .checked_add(1)
        .ok_or(StoreError::Internal("store counter"))?;
    manifest.write(view.conn, view.keys, view.wallet, before, entropy)?;
    Ok(manifest.counter)
}

/// The manifest, compared with the whole file when it is not the one that was compared last.
fn checked_manifest(
    conn: &Connection,
    keys: &StoreKeys,
    wallet: &WalletId,
    checked: &Cell<Option<u64>>,
) -> Result<Manifest, StoreError> {
    let manifest = Manifest::read(conn, keys, wallet)?;
    match checked.get() {
        Some(seen) if seen == manifest.counter => {}
        Some(seen) if seen > manifest.counter => {
            return Err(StoreError::RolledBack(Rollback {
                store: manifest.counter,
                seen,
            }));
        }
        _ => {
            manifest.check(conn, keys)?;
            checked.set(Some(manifest.counter));
        }
    }
    Ok(manifest)
}

fn connect(home: &Home, name: &str) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_PRIVATE_CACHE
        | OpenFlags::SQLITE_OPEN_NOFOLLOW
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let conn = Connection::open_with_flags(home.path_of(name), flags)?;
    conn.busy_timeout(BUSY)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    conn.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; \
         PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; PRAGMA synchronous = EXTRA;",
    )?;
    let mode: String = conn.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
    if mode != "delete" {
        return Err(StoreError::Corrupt(Fault::Database));
    }
    Ok(conn)
}

fn unlock_key(
    conn: &Connection,
    wallet: &WalletId,
    unlock: Unlock<'_>,
) -> Result<Key32, StoreError> {
    match unlock {
        Unlock::Keychain(keychain) => {
            let slot = header(conn, KEYCHAIN_ROW)?.ok_or(StoreError::NoKeychainSlot)?;
            let wrapping = keychain.read(&wallet.text())?;
            slots::unwrap_with_keychain(wallet, &slot, &wrapping)
        }
        Unlock::Passphrase(passphrase) => {
            let slot = header(conn, PASSPHRASE_ROW)?.ok_or(StoreError::WrongPassphrase)?;
            slots::unwrap_with_passphrase(wallet, &slot, passphrase)
        }
    }
}

/// A slot under a new key that the keychain took and gave back; the inner error is the keychain's.
fn keychain_slot(
    wallet: &WalletId,
    store_key: &Key32,
    keychain: &dyn Keychain,
    entropy: &mut dyn Entropy,
) -> Result<Result<Vec<u8>, KeychainError>, StoreError> {
    let wrapping = WrappingKey::from_bytes(draw(entropy)?);
    let name = wallet.text();
    let kept = keychain
        .write(&name, &wrapping)
        .and_then(|()| keychain.read(&name));
    match kept {
        Ok(kept) if bool::from(kept.expose().ct_eq(wrapping.expose())) => {
            slots::wrap_with_keychain(wallet, store_key, &wrapping, entropy).map(Ok)
        }
        Ok(_) => Ok(Err(KeychainError::Damaged)),
        Err(error) => Ok(Err(error)),
    }
}

fn header(conn: &Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(conn
        .query_row("SELECT value FROM header WHERE name = ?1", [name], |row| {
            row.get(0)
        })
        .optional()?)
}

fn counter_place(wallet: &WalletId) -> Place<'_> {
    Place {
        wallet,
        label: COUNTER_LABEL,
        kind: 0,
        id: &RecordId::ZERO,
        version: 0,
        beside: b"",
    }
}

fn open_counter(keys: &StoreKeys, wallet: &WalletId, bytes: &[u8]) -> Option<u64> {
    let (nonce, body) = bytes.split_at_checked(NONCE_BYTES)?;
    let place = counter_place(wallet);
    let plain = envelope::open(&keys.counter, &place, nonce, body, Fault::Header).ok()?;
    plain.as_slice().try_into().ok().map(u64::from_be_bytes)
}

fn raise_counter(
    home: &Home,
    keys: &StoreKeys,
    wallet: &WalletId,
    counter: u64,
    entropy: &mut dyn Entropy,
) -> Result<(), StoreError> {
    let _lock = home.lock_counter()?;
    let seen = home
        .read_counter()?
        .and_then(|bytes| open_counter(keys, wallet, &bytes));
    if seen.is_some_and(|seen| seen >= counter) {
        return Ok(());
    }
    let place = counter_place(wallet);
    let sealed = envelope::seal(&keys.counter, &place, &counter.to_be_bytes(), entropy)?;
    let mut bytes = sealed.nonce.to_vec();
    bytes.extend_from_slice(&sealed.body);
    home.replace_counter(&bytes)
}
