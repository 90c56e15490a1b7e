//! The wallet: one seed, one store, and what a person can do with them. The holder's side runs it.
//!
//! ```text
//! Wallet ── store   sealed records            (store)
//!        ├─ tree    keys from the seed        (keys)
//!        └─ acts    personas, holdings and copies, pinned worlds, history, backup
//! ```
//! Each act is one transaction. Nothing here reads a clock or talks to a network. What stores or
//! spends credentials, and every key, is for this crate alone: from outside, a credential comes in
//! through `receive` and leaves through `present`, and both verify.

pub(crate) mod contents;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;

use proofs::keys::SigningKey;
use schemas::time::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::entropy::Entropy;
use crate::error::{Fault, Rollback, StoreError};
use crate::history::{EntryKind, NewEntry, append_note, derived};
use crate::index::shelf;
use crate::kdf::Key32;
use crate::keychain::Keychain;
use crate::keys::{Generation, KeyPath, KeyTree, PersonaIndex, Purpose, PurposeSeed};
use crate::passphrase::Passphrase;
use crate::persona::{PersonaName, write_new_persona};
use crate::seed::Seed;
use crate::store::records::{Edit, View, Written, encode};
use crate::store::{Finding, KdfParams, Kind, NewStore, RecordId, Store, Unlock};
pub use contents::Inventory;

const SETTINGS: RecordId = RecordId::ZERO;
const SEED: RecordId = RecordId::ZERO;

/// What a new wallet is made of.
#[derive(Debug)]
pub struct NewWallet<'a> {
    /// The passphrase of the slot that always exists.
    pub passphrase: &'a Passphrase,
    /// What a guess at the passphrase costs.
    pub kdf: KdfParams,
    /// The root of all keys.
    pub seed: &'a Seed,
    /// Whether the seed was used before.
    pub origin: SeedOrigin,
    /// The name of the first persona.
    pub first_persona: &'a PersonaName,
    /// When this happens.
    pub now: Timestamp,
}

/// Where a wallet's seed is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeedOrigin {
    /// Drawn just now.
    New,
    /// Brought back from the 24 words: which keys were used is not known, so the numbering of new
    /// keys starts in a generation of its own.
    Words,
}

/// An open wallet.
pub struct Wallet {
    store: Store,
    tree: KeyTree,
    names: Key32,
}

/// What a wallet keeps about itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) v: u8,
    pub(crate) created_at: Timestamp,
    pub(crate) generation: u32,
    pub(crate) default_persona: u32,
    pub(crate) next_persona: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_backup: Option<Timestamp>,
}

impl Wallet {
    /// Makes a wallet in `home`, a folder that is made when it is not there and that holds nothing
    /// else. The keychain slot is made when `keychain` takes a key; else [`Wallet::findings`] says
    /// that only the passphrase opens the wallet.
    ///
    /// # Errors
    /// [`StoreError`]; a wallet that is there already is never touched.
    pub fn create(
        home: &Path,
        new: &NewWallet<'_>,
        keychain: &dyn Keychain,
        entropy: Box<dyn Entropy>,
    ) -> Result<Self, StoreError> {
        let parts = Parts::new(new.seed);
        let store = Store::create(
            home,
            &NewStore {
                passphrase: new.passphrase,
                kdf: new.kdf,
                keychain,
            },
            entropy,
            |edit| {
                let generation = match new.origin {
                    SeedOrigin::New => Generation::FIRST,
                    SeedOrigin::Words => fresh_generation(edit)?,
                };
                write_seed(edit, new.seed)?;
                let settings = Settings {
                    v: 1,
                    created_at: new.now,
                    generation: generation.value(),
                    default_persona: PersonaIndex::FIRST.value(),
                    next_persona: 0,
                    last_backup: None,
                };
                insert(edit, Kind::Settings, &SETTINGS, &settings)?;
                write_new_persona(edit, new.first_persona, new.now)?;
                shelf::rebuild(edit)?;
                derived::ensure(edit, &parts.names)?;
                if new.origin == SeedOrigin::Words {
                    append_note(edit, NewEntry::of_wallet(EntryKind::Restored), new.now)?;
                }
                Ok::<_, StoreError>(())
            },
        )?;
        Ok(parts.wallet(store))
    }

    /// Opens the wallet in `home`.
    ///
    /// # Errors
    /// [`StoreError`]; the codes tell a wrong passphrase from a missing wallet, but not from a
    /// changed slot.
    pub fn open(
        home: &Path,
        unlock: Unlock<'_>,
        entropy: Box<dyn Entropy>,
    ) -> Result<Self, StoreError> {
        let store = Store::open(home, unlock, entropy)?;
        let (seed, index, beside) = store.view(|view| {
            let (index, beside) = (shelf::mark(view)?, derived::standing(view)?);
            Ok::<_, StoreError>((read_seed(view)?, index, beside))
        })?;
        let mut wallet = Parts::new(&seed).wallet(store);
        if index == shelf::Mark::Other && wallet.rolled_back().is_none() {
            // An earlier version left none. Without it listing takes longer, and nothing is lost.
            wallet.store_mut().edit(shelf::rebuild).ok();
        }
        if beside == derived::Standing::Missing && wallet.rolled_back().is_none() {
            let (store, names) = wallet.parts_mut();
            store.edit(|edit| derived::ensure(edit, names)).ok();
        }
        Ok(wallet)
    }

    /// What the person should hear about this wallet although it opened.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        self.store.findings()
    }

    /// Whether the store is older than it was; if so, nothing is written until
    /// [`Wallet::accept_rollback`].
    #[must_use]
    pub const fn rolled_back(&self) -> Option<Rollback> {
        self.store.rolled_back()
    }

    /// Goes on with an older state: key numbering starts afresh, and copies that look unused count
    /// as doubtful, since they may have been shown since.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn accept_rollback(&mut self, now: Timestamp) -> Result<(), StoreError> {
        self.store.accept_rollback(|edit| {
            let generation = fresh_generation(edit)?;
            edit_settings(edit, |settings| settings.generation = generation.value())?;
            crate::holding::doubt_fresh_copies(edit)?;
            append_note(edit, NewEntry::of_wallet(EntryKind::RollbackAccepted), now)?;
            Ok::<_, StoreError>(())
        })
    }

    /// When this wallet was made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn created_at(&self) -> Result<Timestamp, StoreError> {
        Ok(self.settings()?.created_at)
    }

    /// When the last backup was made, if any was.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn last_backup(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.settings()?.last_backup)
    }

    /// The seed, for showing its words to the person who asked and for nothing else.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn export_seed(&self) -> Result<Seed, StoreError> {
        self.store.view(read_seed)
    }

    /// The key of a copy, for signing.
    pub(crate) fn signing_key(&self, path: &KeyPath) -> SigningKey {
        SigningKey::from_seed(self.tree.copy_seed(path).expose())
    }

    /// A persona's key for a purpose.
    pub(crate) fn purpose_seed(&self, persona: PersonaIndex, purpose: Purpose) -> PurposeSeed {
        self.tree.purpose_seed(persona, purpose)
    }

    /// Replaces the passphrase.
    ///
    /// # Errors
    /// [`StoreError`]; the old passphrase stays valid then.
    pub fn change_passphrase(
        &mut self,
        passphrase: &Passphrase,
        kdf: KdfParams,
    ) -> Result<(), StoreError> {
        self.store.change_passphrase(passphrase, kdf)
    }

    /// Makes the keychain slot, with a new key in the keychain.
    ///
    /// # Errors
    /// [`StoreError::Keychain`] when the keychain did not take the key; the wallet is as before.
    pub fn add_keychain(&mut self, keychain: &dyn Keychain) -> Result<(), StoreError> {
        self.store.add_keychain(keychain)
    }

    /// Drops the keychain slot and the keychain's entry.
    ///
    /// # Errors
    /// [`StoreError::Keychain`] when the entry could not be removed; it opens nothing any more.
    pub fn remove_keychain(&mut self, keychain: &dyn Keychain) -> Result<(), StoreError> {
        self.store.remove_keychain(keychain)
    }

    /// Whether a keychain can open this wallet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn has_keychain_slot(&self) -> Result<bool, StoreError> {
        self.store.has_keychain_slot()
    }

    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) const fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    pub(crate) const fn tree(&self) -> &KeyTree {
        &self.tree
    }

    /// The store for changing, with the key that names records.
    pub(crate) const fn parts_mut(&mut self) -> (&mut Store, &Key32) {
        (&mut self.store, &self.names)
    }

    /// The key that names records.
    pub(crate) const fn names(&self) -> &Key32 {
        &self.names
    }

    pub(crate) fn settings(&self) -> Result<Settings, StoreError> {
        self.store.view(read_settings)
    }
}

impl fmt::Debug for Wallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wallet").finish_non_exhaustive()
    }
}

/// What a wallet has besides its store, all from the seed.
pub(crate) struct Parts {
    pub(crate) tree: KeyTree,
    pub(crate) names: Key32,
}

impl Parts {
    pub(crate) fn new(seed: &Seed) -> Self {
        let tree = KeyTree::new(seed);
        let names = tree.wallet_key(Purpose::Records, "omote/names/v1", b"");
        Self { tree, names }
    }

    pub(crate) fn wallet(self, store: Store) -> Wallet {
        Wallet {
            store,
            tree: self.tree,
            names: self.names,
        }
    }
}

/// A generation that no wallet of this seed has used, but for a chance of one in four billion.
pub(crate) fn fresh_generation(edit: &mut Edit<'_>) -> Result<Generation, StoreError> {
    let drawn = crate::entropy::draw::<16>(edit.entropy)?;
    let number = drawn
        .first_chunk::<4>()
        .map_or(1, |bytes| u32::from_be_bytes(*bytes));
    Ok(Generation::new(number.max(1)))
}

pub(crate) fn write_seed(edit: &mut Edit<'_>, seed: &Seed) -> Result<(), StoreError> {
    match edit.insert(Kind::Seed, &SEED, seed.expose())? {
        Written::Done => Ok(()),
        Written::Refused => Err(StoreError::Internal("two seeds")),
    }
}

pub(crate) fn read_settings(view: &View<'_>) -> Result<Settings, StoreError> {
    view.record(Kind::Settings, &SETTINGS)?
        .ok_or(StoreError::Corrupt(Fault::Record))?
        .decode()
}

pub(crate) fn edit_settings(
    edit: &mut Edit<'_>,
    change: impl FnOnce(&mut Settings),
) -> Result<Settings, StoreError> {
    let record = edit
        .view
        .record(Kind::Settings, &SETTINGS)?
        .ok_or(StoreError::Corrupt(Fault::Record))?;
    let mut settings: Settings = record.decode()?;
    change(&mut settings);
    update(edit, Kind::Settings, &SETTINGS, record.version, &settings)?;
    Ok(settings)
}

/// Writes a new record whose id nobody else can have taken.
pub(crate) fn insert<T: Serialize>(
    edit: &mut Edit<'_>,
    kind: Kind,
    id: &RecordId,
    record: &T,
) -> Result<(), StoreError> {
    match edit.insert(kind, id, &encode(record)?)? {
        Written::Done => Ok(()),
        Written::Refused => Err(StoreError::Internal("record exists")),
    }
}

/// Writes over a record that was read in this very transaction.
pub(crate) fn update<T: Serialize>(
    edit: &mut Edit<'_>,
    kind: Kind,
    id: &RecordId,
    read: u64,
    record: &T,
) -> Result<(), StoreError> {
    match edit.update(kind, id, read, &encode(record)?)? {
        Written::Done => Ok(()),
        Written::Refused => Err(StoreError::Internal("record changed inside a transaction")),
    }
}

fn read_seed(view: &View<'_>) -> Result<Seed, StoreError> {
    let corrupt = StoreError::Corrupt(Fault::Record);
    let record = view.record(Kind::Seed, &SEED)?.ok_or(corrupt.clone())?;
    let bytes = <[u8; 32]>::try_from(record.bytes.as_slice()).map_err(|_| corrupt)?;
    let bytes = Zeroizing::new(bytes);
    Ok(Seed::from_bytes(*bytes))
}
