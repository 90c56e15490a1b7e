//! Backup files: everything but the seed, sealed so that the 24 words alone open it. The holder's
//! side runs it.
//!
//! ```text
//! magic (13) │ version (1) │ id (16) │ nonce (24) │ XChaCha20-Poly1305(canonical JSON)
//! ```
//! The key comes from the seed and the file's random id, so there is no passphrase to guess: whoever
//! has the file alone learns its size. All bytes before the ciphertext are authenticated with it.
//!
//! A backup cannot know what happened after it. So a restored wallet numbers its keys in a new
//! generation, and treats copies that look unused as doubtful; [`Loss`] lists what else is gone.

mod file;
mod snapshot;

use std::fmt;
use std::io;
use std::path::Path;

use schemas::reason::Reason;
use schemas::time::Timestamp;
use zeroize::Zeroizing;

use crate::entropy::Entropy;
use crate::error::{Fault, StoreError};
use crate::history::{EntryKind, NewEntry, append_note, derived};
use crate::holding::doubt_fresh_copies;
use crate::keychain::Keychain;
use crate::keys::{KeyTree, Purpose};
use crate::passphrase::Passphrase;
use crate::seed::Seed;
use crate::store::envelope::{NONCE_BYTES, Place, open, seal};
use crate::store::{KdfParams, NewStore, RecordId, Store, WalletId};
use crate::wallet::contents::verify_whole_history;
use crate::wallet::{Inventory, Parts, Wallet, edit_settings, fresh_generation, write_seed};
use snapshot::Snapshot;

const MAGIC: &[u8; 13] = b"omote-backup\n";
const VERSION: u8 = 1;
const ID_BYTES: usize = 16;
const LABEL: &str = "omote/backup/v1";

/// What a backup holds and what it does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupSummary {
    /// When the backup was made.
    pub created_at: Timestamp,
    /// What is in it.
    pub inventory: Inventory,
    /// What restoring it does not bring back.
    pub losses: Vec<Loss>,
}

/// Something that a restore does not bring back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Loss {
    /// Everything received, shown, confirmed or written down after this time.
    After {
        /// When the backup was made.
        backup: Timestamp,
    },
    /// Copies that look unused and may have been shown to a world since: they are used last, and
    /// the issuer should give fresh ones.
    DoubtfulCopies {
        /// How many.
        count: usize,
    },
    /// The history.
    History,
    /// Avatars and items: their issuers must give them anew.
    Holdings,
    /// The keychain's key, which was for the other wallet file.
    KeychainSlot,
    /// The old passphrase; a new one is set.
    Passphrase,
    /// Names of personas. Their keys come back when personas are added in the same order.
    PersonaNames,
    /// Confirmed worlds: each must be confirmed again.
    Pins,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After { backup } => {
                write!(
                    f,
                    "anything received, shown, confirmed or written down after {backup}"
                )
            }
            Self::DoubtfulCopies { count } => write!(
                f,
                "certainty about {count} unused copies: they may have been shown since and are \
                 used last; ask their issuer for fresh ones"
            ),
            Self::History => f.write_str("the history"),
            Self::Holdings => f.write_str("avatars and items: ask their issuers for them again"),
            Self::KeychainSlot => f.write_str("the keychain slot of the other wallet file"),
            Self::Passphrase => f.write_str("the old passphrase; the new one counts"),
            Self::PersonaNames => f.write_str(
                "names of personas; their keys come back when they are added in the same order",
            ),
            Self::Pins => f.write_str("confirmed worlds: each must be confirmed again"),
        }
    }
}

/// What bringing a wallet back from its words alone does not bring back.
#[must_use]
pub fn losses_of_words() -> Vec<Loss> {
    vec![
        Loss::Holdings,
        Loss::PersonaNames,
        Loss::Pins,
        Loss::History,
        Loss::KeychainSlot,
        Loss::Passphrase,
    ]
}

/// Where and how a backup becomes a wallet.
#[derive(Debug)]
pub struct Restore<'a> {
    /// The backup file.
    pub backup: &'a Path,
    /// The words' seed.
    pub seed: &'a Seed,
    /// The folder of the new wallet.
    pub home: &'a Path,
    /// The new wallet's passphrase.
    pub passphrase: &'a Passphrase,
    /// What a guess at the passphrase costs.
    pub kdf: KdfParams,
    /// When this happens.
    pub now: Timestamp,
}

impl Wallet {
    /// Writes a backup to a file that is not there yet, readable by its user alone.
    ///
    /// # Errors
    /// [`BackupError`]; no file is left then.
    pub fn create_backup(
        &mut self,
        path: &Path,
        now: Timestamp,
    ) -> Result<BackupSummary, BackupError> {
        let snapshot = self.store().view(|view| Snapshot::take(view, now))?;
        let plain = snapshot.to_bytes()?;
        let id = self.store_mut().draw::<ID_BYTES>()?;
        let mut bytes = header(&id);
        let nonce_and_body = {
            let key = key(self.tree(), &id);
            let wallet = WalletId::from_bytes(id);
            let mut entropy = StoreEntropy(self.store_mut());
            seal(&key, &place(&wallet, &bytes), &plain, &mut entropy)?
        };
        bytes.extend_from_slice(&nonce_and_body.nonce);
        bytes.extend_from_slice(&nonce_and_body.body);
        let suffix = self.store_mut().draw::<8>()?;
        file::write_new(path, &bytes, &suffix)?;
        // The backup is whole; a wallet that cannot note its date is still backed up.
        let noted = self.store_mut().edit(|edit| {
            edit_settings(edit, |settings| settings.last_backup = Some(now)).map(drop)
        });
        match noted {
            Ok(()) | Err(StoreError::RolledBack(_)) => snapshot.summary(),
            Err(error) => Err(error.into()),
        }
    }
}

/// Opens a backup with the words' seed and reads all of it.
///
/// # Errors
/// [`BackupError::Unreadable`] when it is damaged or belongs to other words: the two cannot be told
/// apart.
pub fn verify_backup(path: &Path, seed: &Seed) -> Result<BackupSummary, BackupError> {
    let snapshot = read(path, seed)?;
    snapshot.check()?;
    snapshot.summary()
}

/// Makes a wallet from a backup.
///
/// # Errors
/// [`BackupError`]; no wallet is left then, and one that is there is never touched.
pub fn restore_backup(
    restore: &Restore<'_>,
    keychain: &dyn Keychain,
    entropy: Box<dyn Entropy>,
) -> Result<(Wallet, BackupSummary), BackupError> {
    let snapshot = read(restore.backup, restore.seed)?;
    snapshot.check()?;
    let summary = snapshot.summary()?;
    let new = NewStore {
        passphrase: restore.passphrase,
        kdf: restore.kdf,
        keychain,
    };
    let parts = Parts::new(restore.seed);
    let store = Store::create(restore.home, &new, entropy, |edit| {
        write_seed(edit, restore.seed)?;
        snapshot.write(edit)?;
        verify_whole_history(&edit.view)?;
        // A backup of an earlier version has none.
        derived::ensure(edit, &parts.names)?;
        let generation = fresh_generation(edit)?;
        edit_settings(edit, |settings| settings.generation = generation.value())?;
        doubt_fresh_copies(edit)?;
        append_note(edit, NewEntry::of_wallet(EntryKind::Restored), restore.now)?;
        Ok::<_, BackupError>(())
    })?;
    Ok((parts.wallet(store), summary))
}

fn read(path: &Path, seed: &Seed) -> Result<Snapshot, BackupError> {
    let bytes = file::read(path)?;
    let unreadable = BackupError::Unreadable;
    let (magic, rest) = bytes.split_first_chunk::<13>().ok_or(unreadable.clone())?;
    let (version, rest) = rest.split_first().ok_or(unreadable.clone())?;
    if magic != MAGIC {
        return Err(unreadable);
    }
    if *version != VERSION {
        return Err(BackupError::FormatVersion {
            found: *version,
            supported: VERSION,
        });
    }
    let (id, rest) = rest
        .split_first_chunk::<ID_BYTES>()
        .ok_or(unreadable.clone())?;
    let (nonce, body) = rest
        .split_at_checked(NONCE_BYTES)
        .ok_or(unreadable.clone())?;
    let key = key(&KeyTree::new(seed), id);
    let wallet = WalletId::from_bytes(*id);
    let header = header(id);
    let plain =
        open(&key, &place(&wallet, &header), nonce, body, Fault::Record).map_err(|_| unreadable)?;
    Snapshot::from_bytes(&plain)
}

fn header(id: &[u8; ID_BYTES]) -> Vec<u8> {
    let mut header = MAGIC.to_vec();
    header.push(VERSION);
    header.extend_from_slice(id);
    header
}

fn key(tree: &KeyTree, id: &[u8; ID_BYTES]) -> Zeroizing<[u8; 32]> {
    tree.wallet_key(Purpose::Backup, LABEL, id)
}

fn place<'a>(wallet: &'a WalletId, header: &'a [u8]) -> Place<'a> {
    Place {
        wallet,
        label: LABEL,
        kind: 0,
        id: &RecordId::ZERO,
        version: 0,
        beside: header,
    }
}

/// The store's own source of randomness, lent to a seal outside of its transactions.
struct StoreEntropy<'a>(&'a mut Store);

impl Entropy for StoreEntropy<'_> {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), crate::entropy::RngError> {
        self.0.fill_random(out)
    }
}

/// Why a backup was not made, read or restored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BackupError {
    /// There is a file of this name already.
    Exists,
    /// The backup was written by a newer program.
    FormatVersion {
        /// The version in the file.
        found: u8,
        /// The version that this program reads.
        supported: u8,
    },
    /// The system did not read or write.
    Io {
        /// What was being done.
        during: &'static str,
        /// What the system answered.
        kind: io::ErrorKind,
    },
    /// Others can read the backup file.
    Permissions {
        /// Its permission bits.
        found: u32,
    },
    /// The store did not do it.
    Store(StoreError),
    /// The file is a link or not a plain file.
    Symlink,
    /// The backup is larger than this program reads.
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// The backup is damaged, or it belongs to other words.
    Unreadable,
}

impl BackupError {
    /// The code of this refusal.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Exists => Reason::WalletExists,
            Self::FormatVersion { .. } => Reason::WalletFormatVersion,
            Self::Io { .. } => Reason::WalletIo,
            Self::Permissions { .. } => Reason::WalletPermissions,
            Self::Store(error) => error.reason(),
            Self::Symlink => Reason::WalletSymlink,
            Self::TooLarge { .. } => Reason::InputTooLarge,
            Self::Unreadable => Reason::WalletCorrupt,
        }
    }
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists => f.write_str("there is a file of this name already"),
            Self::FormatVersion { found, supported } => write!(
                f,
                "the backup has format version {found}; this program reads version {supported}"
            ),
            Self::Io { during, kind } => write!(f, "{during}: {kind}"),
            Self::Permissions { found } => {
                write!(
                    f,
                    "others can read the backup file (permissions {found:04o}, not 0600)"
                )
            }
            Self::Store(error) => error.fmt(f),
            Self::Symlink => f.write_str("the backup is a link or not a plain file"),
            Self::TooLarge { limit } => write!(f, "the backup is larger than {limit} bytes"),
            Self::Unreadable => f.write_str("the backup is damaged, or it belongs to other words"),
        }
    }
}

impl std::error::Error for BackupError {}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
