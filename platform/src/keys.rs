//! A world's secrets on disk: the seed of its signing key, and the bearer token of its
//! administration, of which the server knows only the digest. Run by the world.

use std::fmt;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use proofs::keys::SigningKey;
use schemas::digest::Sha256Digest;
use schemas::encoding::{base64url, hex};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::files::{self, FileError};
use crate::seal::SealKey;
use crate::ticket::{self, NoChance, Ticket};

/// Fragment of the world's verification method.
pub(crate) const KEY_FRAGMENT: &str = "key-1";

const KEY_FILE: &str = "world.key";
const TOKEN_FILE: &str = "admin.token";
const TOKEN_DIGEST_FILE: &str = "admin.sha256";
const KEY_LABEL: &str = "omote-world-key-v1:";

/// Why a world's secrets were not made or read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeysError {
    /// A file.
    File(FileError),
    /// The machine gave no random bytes.
    NoChance,
}

impl KeysError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> schemas::reason::Reason {
        match self {
            Self::File(error) => error.reason(),
            Self::NoChance => schemas::reason::Reason::RngFailure,
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
            Self::NoChance => NoChance.fmt(formatter),
        }
    }
}

impl std::error::Error for KeysError {}

/// What the server needs of a world's secrets.
pub(crate) struct Keys {
    /// Signs requests, receipts and admission tokens.
    pub(crate) signing: SigningKey,
    seed: Zeroizing<[u8; 32]>,
    nonce_key: Zeroizing<[u8; 32]>,
    /// Seals what is kept for the world's own server for a short time.
    pub(crate) results: SealKey,
    admin_token: Sha256Digest,
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Keys").finish_non_exhaustive()
    }
}

impl Keys {
    /// Makes new secrets in a folder that is for us alone.
    ///
    /// # Errors
    /// [`KeysError`]; nothing is overwritten.
    pub(crate) fn make(folder: &Path) -> Result<(), KeysError> {
        files::private_folder(folder)?;
        let mut seed = Zeroizing::new([0; 32]);
        ticket::draw(seed.as_mut())?;
        let key = Zeroizing::new(format!(
            "{KEY_LABEL}{}\n",
            *Zeroizing::new(base64url::encode(seed.as_ref()))
        ));
        files::write_private(&folder.join(KEY_FILE), key.as_bytes())?;
        let token = Ticket::for_token()?;
        let digest = format!("{}\n", hex::encode(token.digest().as_bytes()));
        files::write_private(&folder.join(TOKEN_DIGEST_FILE), digest.as_bytes())?;
        let token = Zeroizing::new(format!("{}\n", token.expose()));
        files::write_private(&folder.join(TOKEN_FILE), token.as_bytes())?;
        Ok(())
    }

    /// Reads the secrets of a folder.
    ///
    /// # Errors
    /// [`KeysError`], also when others could read a file.
    pub(crate) fn read(folder: &Path) -> Result<Self, KeysError> {
        files::private_folder(folder)?;
        let path = folder.join(KEY_FILE);
        let text = files::read_private(&path)?;
        let seed = text
            .trim_end()
            .strip_prefix(KEY_LABEL)
            .and_then(base64url::decode)
            .map(Zeroizing::new)
            .and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok())
            .map(Zeroizing::new)
            .ok_or(FileError::Malformed(path))?;
        let path = folder.join(TOKEN_DIGEST_FILE);
        let admin_token = hex::decode(files::read_private(&path)?.trim_end())
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .map(Sha256Digest::from_bytes)
            .ok_or(FileError::Malformed(path))?;
        Ok(Self {
            signing: SigningKey::from_seed(&seed),
            nonce_key: Zeroizing::new(mac(&seed, &[b"omote/nonce-key/v1"])),
            results: SealKey::of_seed(&seed),
            admin_token,
            seed,
        })
    }

    /// The same key once more, for the issuer that signs credentials.
    pub(crate) fn issuing(&self) -> SigningKey {
        SigningKey::from_seed(&self.seed)
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

    /// The seal of a nonce that this world gave out.
    pub(crate) fn nonce_seal(&self, content: &[u8]) -> [u8; 32] {
        mac(&self.nonce_key, &[b"omote/c-nonce/v1", content])
    }
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("a key of 32 bytes");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use schemas::reason::Reason;

    use super::{Keys, KeysError};
    use crate::files::FileError;

    #[test]
    fn the_token_in_the_file_is_the_one_that_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        Keys::make(&data).unwrap();
        let keys = Keys::read(&data).unwrap();
        let token = fs::read_to_string(Keys::token_file(&data)).unwrap();
        assert!(keys.is_admin(token.trim_end()));
        assert!(!keys.is_admin(""));
        assert!(!keys.is_admin(&token));
        assert!(!keys.is_admin(&"A".repeat(43)));
        assert_eq!(format!("{keys:?}"), "Keys { .. }");
        let mode = |name: &str| fs::metadata(data.join(name)).unwrap().permissions().mode();
        for name in ["world.key", "admin.token", "admin.sha256"] {
            assert_eq!(mode(name) & 0o777, 0o600, "{name}");
        }
        assert_eq!(mode("") & 0o777, 0o700);
        // Nothing is overwritten.
        assert!(matches!(
            Keys::make(&data),
            Err(KeysError::File(FileError::Exists(_)))
        ));
    }

    #[test]
    fn files_that_others_read_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        Keys::make(&data).unwrap();
        let key = data.join("world.key");
        fs::set_permissions(&key, Permissions::from_mode(0o640)).unwrap();
        assert_eq!(
            Keys::read(&data).unwrap_err().reason(),
            Reason::ConfigInsecure
        );
        fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
        Keys::read(&data).unwrap();
        fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
        assert_eq!(
            Keys::read(&data).unwrap_err().reason(),
            Reason::ConfigInsecure
        );
        fs::set_permissions(&data, Permissions::from_mode(0o700)).unwrap();
        fs::rename(&key, data.join("elsewhere")).unwrap();
        symlink(data.join("elsewhere"), &key).unwrap();
        assert!(matches!(
            Keys::read(&data),
            Err(KeysError::File(FileError::Symlink(_)))
        ));
        fs::remove_file(&key).unwrap();
        fs::copy(data.join("elsewhere"), &key).unwrap();
        fs::write(&key, "not a key").unwrap();
        assert_eq!(
            Keys::read(&data).unwrap_err().reason(),
            Reason::ConfigMalformed
        );
    }
}
