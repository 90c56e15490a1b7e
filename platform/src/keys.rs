//! A world's secrets on disk: the seeds of its signing keys, and the bearer token of its
//! administration, of which the server knows only the digest. Run by the world.

mod history;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use proofs::keys::SigningKey;
use schemas::did::{Did, DidUrl};
use schemas::digest::Sha256Digest;
use schemas::encoding::hex;
use schemas::reason::Reason;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::files::{self, FileError};
use crate::seal::{SealKey, Sealed};
use crate::seed::Seed;
use crate::ticket::{NoChance, Ticket};

pub use history::{KeyEnd, WorldKey, WorldKeys};
pub(crate) use history::{OwnHistory, history_file};

const TOKEN_FILE: &str = "admin.token";
const TOKEN_DIGEST_FILE: &str = "admin.sha256";
const KEY_LABEL: &str = "omote-world-key-v1:";

/// Why a world's secrets were not made or read, or its key not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeysError {
    /// A file.
    File(FileError),
    /// The history of its keys is none, or another world's.
    History {
        /// Its file.
        path: PathBuf,
        /// What is wrong.
        fault: String,
    },
    /// The history of its keys is not there, and keys are that came later than the first.
    HistoryLost(PathBuf),
    /// The history has no room for another key.
    HistoryFull {
        /// How many entries it may have.
        room: usize,
    },
    /// The key is in use: it is replaced, and not only distrusted.
    InUse(DidUrl),
    /// A key that could not be named. A fault of ours.
    NoName,
    /// Not one key is in use, but none or several.
    NotOneKey,
    /// The machine gave no random bytes.
    NoChance,
    /// A file has another key than the one that the history names.
    OtherKey {
        /// The file.
        path: PathBuf,
        /// The key that should be there.
        expected: DidUrl,
    },
    /// There is no key of this name.
    Unknown(String),
}

impl KeysError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::File(error) => error.reason(),
            Self::History { .. }
            | Self::HistoryLost(_)
            | Self::NotOneKey
            | Self::OtherKey { .. } => Reason::ConfigMalformed,
            Self::HistoryFull { .. } => Reason::InputTooLarge,
            Self::InUse(_) => Reason::BadRequest,
            Self::Unknown(_) => Reason::NotFound,
            Self::NoName => Reason::InternalError,
            Self::NoChance => Reason::RngFailure,
        }
    }
}

impl From<FileError> for KeysError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<NoChance> for KeysError {
    fn from(_: NoChance) -> Self {
        Self::NoChance
    }
}

impl fmt::Display for KeysError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(formatter),
            Self::History { path, fault } => {
                let path = path.display();
                write!(
                    formatter,
                    "{path} is not the history of this world's keys: {fault}"
                )
            }
            Self::HistoryLost(path) => write!(
                formatter,
                "{} is missing, and this world has changed its key before: without it nobody \
                 knows which key is in use",
                path.display()
            ),
            Self::HistoryFull { room } => write!(
                formatter,
                "the history of the keys has {room} entries and takes no more"
            ),
            Self::InUse(key) => write!(formatter, "{} is in use", key.fragment()),
            Self::Unknown(name) => write!(formatter, "this world has no key {name:?}"),
            Self::NoName => formatter.write_str("a key of this world has no name"),
            Self::NotOneKey => {
                formatter.write_str("the history of the keys does not have one key in use")
            }
            Self::NoChance => NoChance.fmt(formatter),
            Self::OtherKey { path, expected } => write!(
                formatter,
                "{} has another key than the history of the keys says of {expected}",
                path.display()
            ),
        }
    }
}

impl std::error::Error for KeysError {}

/// What the server needs of a world's secrets.
pub(crate) struct Keys {
    /// Signs requests, receipts and admission tokens.
    pub(crate) signing: SigningKey,
    /// Which key that is, since when, and which there were before.
    pub(crate) history: OwnHistory,
    seed: Seed,
    /// Of the key in use, then of those before whose time is not over.
    nonce_keys: Vec<Zeroizing<[u8; 32]>>,
    /// Likewise. They seal what is kept for the world's own server for a short time.
    seals: Vec<SealKey>,
    admin_token: Sha256Digest,
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Keys").finish_non_exhaustive()
    }
}

impl Keys {
    /// Makes new secrets in a folder that is for us alone, for the world of this DID.
    ///
    /// # Errors
    /// [`KeysError`]; nothing is overwritten.
    pub(crate) fn make(folder: &Path, did: &Did) -> Result<(), KeysError> {
        files::private_folder(folder)?;
        files::write_private(
            &history::first_seed(folder),
            Seed::draw()?.text(KEY_LABEL).as_bytes(),
        )?;
        OwnHistory::found(folder, did)?;
        let token = Ticket::for_token()?;
        let digest = format!("{}\n", hex::encode(token.digest().as_bytes()));
        files::write_private(&folder.join(TOKEN_DIGEST_FILE), digest.as_bytes())?;
        let token = Zeroizing::new(format!("{}\n", token.expose()));
        files::write_private(&folder.join(TOKEN_FILE), token.as_bytes())?;
        Ok(())
    }

    /// Reads the secrets of a folder. A world from before there were histories gets its first entry.
    ///
    /// # Errors
    /// [`KeysError`], also when others could read a file.
    pub(crate) fn read(folder: &Path, did: &Did) -> Result<Self, KeysError> {
        files::private_folder(folder)?;
        let path = folder.join(TOKEN_DIGEST_FILE);
        let admin_token = hex::decode(files::read_private(&path)?.trim_end())
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .map(Sha256Digest::from_bytes)
            .ok_or(FileError::Malformed(path))?;
        let mut history = OwnHistory::open(folder, did)?;
        let seed = match history.signing(folder) {
            // Between the two the key may have been changed, and the one before deleted.
            Err(KeysError::File(error)) if error.is_missing() => {
                history = OwnHistory::open(folder, did)?;
                history.signing(folder)?
            }
            other => other?,
        };
        let mut seeds = vec![seed];
        seeds.extend(history.retired(folder)?);
        let nonce_keys = seeds
            .iter()
            .map(|seed| Zeroizing::new(mac(seed.expose(), &[b"omote/nonce-key/v1"])));
        let seals = seeds.iter().map(|seed| SealKey::of_seed(seed.expose()));
        let (nonce_keys, seals) = (nonce_keys.collect(), seals.collect());
        let seed = seeds.swap_remove(0);
        Ok(Self {
            signing: seed.key(),
            history,
            nonce_keys,
            seals,
            admin_token,
            seed,
        })
    }

    /// The same key once more, for the issuer that signs credentials.
    pub(crate) fn issuing(&self) -> SigningKey {
        self.seed.key()
    }

    /// The file in which `init` left the bearer token for the people who run the world.
    pub(crate) fn token_file(folder: &Path) -> PathBuf {
        folder.join(TOKEN_FILE)
    }

    /// Whether this is the bearer token of the administration; in constant time.
    pub(crate) fn is_admin(&self, token: &str) -> bool {
        // A text that is no ticket has no digest; that it is none is no secret.
        Ticket::read(token).is_some_and(|ticket| {
            bool::from(
                ticket
                    .digest()
                    .as_bytes()
                    .ct_eq(self.admin_token.as_bytes()),
            )
        })
    }

    /// The seal of a nonce that this world gives out.
    pub(crate) fn nonce_seal(&self, content: &[u8]) -> [u8; 32] {
        let mut seals = self.nonce_seals(content);
        seals.next().unwrap_or_default()
    }

    /// The seals that a nonce of this world may have, that of the key in use first.
    pub(crate) fn nonce_seals(&self, content: &[u8]) -> impl Iterator<Item = [u8; 32]> {
        let keys = self.nonce_keys.iter();
        keys.map(|key| mac(key, &[b"omote/c-nonce/v1", content]))
    }

    /// What follows from this world's key in use and from something that a client keeps to itself.
    pub(crate) fn offer_secret(&self, content: &[u8]) -> Zeroizing<[u8; 32]> {
        let key = self.nonce_keys.first();
        let secret = key.map(|key| mac(key, &[b"omote/item-offer/v1", content]));
        Zeroizing::new(secret.unwrap_or_default())
    }

    /// Seals something of an admission with the key in use.
    ///
    /// # Errors
    /// [`NoChance`] when there are no random bytes.
    pub(crate) fn seal(
        &self,
        what: Sealed,
        admission: &str,
        plain: &[u8],
    ) -> Result<Vec<u8>, NoChance> {
        let key = self.seals.first().ok_or(NoChance)?;
        key.seal(what, admission, plain)
    }

    /// Opens it again, also what was sealed before the key was changed.
    pub(crate) fn open(
        &self,
        what: Sealed,
        admission: &str,
        sealed: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let mut keys = self.seals.iter();
        keys.find_map(|key| key.open(what, admission, sealed))
    }
}

/// Puts a seed into its file, in the place of one that nothing names.
fn write_seed(path: &Path, seed: &Seed) -> Result<(), KeysError> {
    Ok(files::replace_private(
        path,
        seed.text(KEY_LABEL).as_bytes(),
    )?)
}

fn read_seed(path: &Path) -> Result<Seed, KeysError> {
    Ok(Seed::read(path, KEY_LABEL)?)
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("a key of 32 bytes");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
