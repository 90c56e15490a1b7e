//! The operating system's keychain: holds the key that opens the wallet without a passphrase. The
//! holder's side runs it.
//!
//! What is kept there is a random wrapping key and never the store key, so that dropping the slot in
//! the wallet is enough to make the keychain's entry worthless.
//!
//! Two traps shape this file. Without a session bus the keychain does not exist, which is usual on a
//! server: that is an answer ([`KeychainError::Unavailable`]) and not a fault. And a *locked*
//! keychain may answer that there is no entry: so a missing entry is never a reason to make a new
//! key, and the passphrase opens the wallet in all of these cases.

use std::fmt;

use dbus_secret_service_keyring_store::Store as SecretService;
use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error as KeyringError};
use schemas::encoding::hex;
use schemas::reason::Reason;
use zeroize::Zeroizing;

use crate::kdf::Key32;

const SERVICE: &str = "omote wallet";

/// A place outside the wallet's folder that keeps one 32-byte key a wallet.
///
/// Implement it for another system's keychain. [`OsKeychain`] is the real one, [`NoKeychain`] the
/// refusal.
pub trait Keychain {
    /// Reads the key of a wallet.
    ///
    /// # Errors
    /// [`KeychainError`]; `NoEntry` may also mean that the keychain is locked.
    fn read(&self, wallet: &str) -> Result<WrappingKey, KeychainError>;

    /// Stores the key of a wallet, over an older one.
    ///
    /// # Errors
    /// [`KeychainError`] when it was not stored.
    fn write(&self, wallet: &str, key: &WrappingKey) -> Result<(), KeychainError>;

    /// Forgets the key of a wallet.
    ///
    /// # Errors
    /// [`KeychainError`] when it may still be there.
    fn remove(&self, wallet: &str) -> Result<(), KeychainError>;
}

/// The key that a keychain keeps. Wiped when dropped; never printed.
pub struct WrappingKey(Key32);

impl WrappingKey {
    /// A key of bytes that the caller drew or kept.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for keeping them in a keychain and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for WrappingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WrappingKey").finish_non_exhaustive()
    }
}

/// The refusal: for machines without a keychain, and for people who do not want it.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoKeychain;

impl Keychain for NoKeychain {
    fn read(&self, _wallet: &str) -> Result<WrappingKey, KeychainError> {
        Err(KeychainError::Unavailable)
    }

    fn write(&self, _wallet: &str, _key: &WrappingKey) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable)
    }

    fn remove(&self, _wallet: &str) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable)
    }
}

/// The Secret Service of the desktop session (GNOME Keyring, KWallet, KeePassXC).
///
/// Each act connects anew: a connection that failed once would stay broken for the life of the
/// process.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsKeychain;

impl OsKeychain {
    fn entry(wallet: &str) -> Result<Entry, KeychainError> {
        let service = SecretService::new().map_err(|_| KeychainError::Unavailable)?;
        service
            .build(SERVICE, wallet, None)
            .map_err(|error| translate(&error))
    }
}

impl Keychain for OsKeychain {
    fn read(&self, wallet: &str) -> Result<WrappingKey, KeychainError> {
        let text = Self::entry(wallet)?
            .get_password()
            .map_err(|error| translate(&error))?;
        let text = Zeroizing::new(text);
        let bytes = Zeroizing::new(hex::decode(&text).ok_or(KeychainError::Damaged)?);
        let key = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| KeychainError::Damaged)?;
        Ok(WrappingKey::from_bytes(key))
    }

    fn write(&self, wallet: &str, key: &WrappingKey) -> Result<(), KeychainError> {
        // As text: some keychains keep nothing else.
        let text = Zeroizing::new(hex::encode(key.expose()));
        Self::entry(wallet)?
            .set_password(&text)
            .map_err(|error| translate(&error))
    }

    fn remove(&self, wallet: &str) -> Result<(), KeychainError> {
        Self::entry(wallet)?
            .delete_credential()
            .map_err(|error| translate(&error))
    }
}

fn translate(error: &KeyringError) -> KeychainError {
    match error {
        KeyringError::NoEntry => KeychainError::NoEntry,
        KeyringError::NoStorageAccess(_) => KeychainError::Locked,
        KeyringError::BadEncoding(_)
        | KeyringError::BadDataFormat(..)
        | KeyringError::BadStoreFormat(_)
        | KeyringError::Ambiguous(_) => KeychainError::Damaged,
        _ => KeychainError::Unavailable,
    }
}

/// Why the keychain did not help. The passphrase still does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeychainError {
    /// It answered with something that is not our key.
    Damaged,
    /// It is locked, or the person refused.
    Locked,
    /// It has no such key, or it is locked and does not say so.
    NoEntry,
    /// There is no keychain in this session.
    Unavailable,
}

impl KeychainError {
    /// The code of this refusal.
    #[must_use]
    pub const fn reason(self) -> Reason {
        Reason::KeychainUnavailable
    }
}

impl fmt::Display for KeychainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Damaged => "the keychain's entry is not a key of this wallet",
            Self::Locked => "the keychain is locked or refused",
            Self::NoEntry => "the keychain shows no key of this wallet; it may be locked",
            Self::Unavailable => "there is no keychain in this session",
        })
    }
}

impl std::error::Error for KeychainError {}
