//! What the encrypted store can answer instead of a result. The holder's side runs it.

use std::fmt;
use std::io;

use schemas::reason::Reason;

use crate::entropy::RngError;
use crate::keychain::KeychainError;

/// Why the store was not made, opened, read or written.
///
/// Nothing that was acknowledged is lost by any of these.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process held the store for longer than this one waits.
    Busy,
    /// The store is not as this program left it.
    Corrupt(Fault),
    /// There is a wallet already.
    Exists,
    /// The store was written by a newer program.
    FormatVersion {
        /// The version in the file.
        found: u32,
        /// The newest version that this program reads.
        supported: u32,
    },
    /// Something that cannot be, unless this program is wrong.
    Internal(&'static str),
    /// The system did not read or write.
    Io {
        /// What was being done.
        during: &'static str,
        /// What the system answered.
        kind: io::ErrorKind,
    },
    /// The key derivation asks for too little or too much work.
    KdfParams {
        /// Memory asked for, in KiB.
        memory_kib: u32,
        /// Passes asked for.
        passes: u32,
        /// Lanes asked for.
        lanes: u32,
    },
    /// The keychain did not give the key.
    Keychain(KeychainError),
    /// There is no wallet here.
    Missing,
    /// The wallet has no slot for a keychain.
    NoKeychainSlot,
    /// A file or folder can be read or written by others.
    Permissions {
        /// Which one.
        part: &'static str,
        /// Its permission bits.
        found: u32,
        /// The bits it may have at most.
        allowed: u32,
    },
    /// No random bytes.
    Rng(RngError),
    /// The store is older than one that this machine has seen; nothing is written to it until the
    /// person says so.
    RolledBack(Rollback),
    /// A file is a link, a pipe, a folder or shared under two names.
    Symlink {
        /// Which one.
        part: &'static str,
    },
    /// A record is larger than the store takes.
    TooLarge {
        /// Bytes given.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The passphrase is wrong, or its slot was changed: the two cannot be told apart.
    WrongPassphrase,
}

/// The part of a store that is not as it was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The database file itself.
    Database,
    /// The wallet's id, its slots or its version.
    Header,
    /// The keychain's slot.
    KeychainSlot,
    /// The manifest that vouches for all records.
    Manifest,
    /// The contents of one record.
    Record,
    /// Records were removed, added or put back.
    RecordSet,
    /// The tables.
    Schema,
}

/// A store that is older than the counter kept beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rollback {
    /// Changes that the store has seen.
    pub store: u64,
    /// Changes that this machine has acknowledged.
    pub seen: u64,
}

impl StoreError {
    /// The code of this refusal.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Busy | Self::Io { .. } => Reason::WalletIo,
            Self::Corrupt(_) => Reason::WalletCorrupt,
            Self::Exists => Reason::WalletExists,
            Self::FormatVersion { .. } => Reason::WalletFormatVersion,
            Self::Internal(_) => Reason::InternalError,
            Self::KdfParams { .. } => Reason::WalletKdfParams,
            Self::Keychain(_) | Self::NoKeychainSlot => Reason::KeychainUnavailable,
            Self::Missing => Reason::NotFound,
            Self::Permissions { .. } => Reason::WalletPermissions,
            Self::Rng(_) => Reason::RngFailure,
            Self::RolledBack(_) => Reason::WalletRollback,
            Self::Symlink { .. } => Reason::WalletSymlink,
            Self::TooLarge { .. } => Reason::InputTooLarge,
            Self::WrongPassphrase => Reason::WalletWrongPassphrase,
        }
    }

    pub(crate) fn io(during: &'static str) -> impl Fn(rustix::io::Errno) -> Self {
        move |errno| Self::Io {
            during,
            kind: io::Error::from(errno).kind(),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("another process is using the wallet"),
            Self::Corrupt(fault) => write!(f, "the wallet is damaged: {fault}"),
            Self::Exists => f.write_str("there is a wallet here already"),
            Self::FormatVersion { found, supported } => write!(
                f,
                "the wallet has format version {found}; this program reads up to {supported}"
            ),
            Self::Internal(what) => write!(f, "internal fault: {what}"),
            Self::Io { during, kind } => write!(f, "{during}: {kind}"),
            Self::KdfParams {
                memory_kib,
                passes,
                lanes,
            } => write!(
                f,
                "the passphrase slot asks for {memory_kib} KiB, {passes} passes and {lanes} lanes, \
                 which is outside the allowed bounds"
            ),
            Self::Keychain(error) => error.fmt(f),
            Self::Missing => f.write_str("there is no wallet here"),
            Self::NoKeychainSlot => f.write_str("the wallet has no keychain slot"),
            Self::Permissions {
                part,
                found,
                allowed,
            } => write!(
                f,
                "{part} has permissions {found:04o}, which are wider than {allowed:04o}, or belongs \
                 to somebody else"
            ),
            Self::Rng(error) => error.fmt(f),
            Self::RolledBack(Rollback { store, seen }) => write!(
                f,
                "the wallet is older than it was: it knows {store} changes and this machine has \
                 seen {seen}"
            ),
            Self::Symlink { part } => {
                write!(
                    f,
                    "{part} is a link or not a plain file, and is not followed"
                )
            }
            Self::TooLarge { bytes, limit } => {
                write!(f, "a record of {bytes} bytes is larger than {limit}")
            }
            Self::WrongPassphrase => f.write_str("the passphrase does not open the wallet"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Database => "the database file",
            Self::Header => "the header",
            Self::KeychainSlot => "the keychain slot",
            Self::Manifest => "the manifest",
            Self::Record => "a record",
            Self::RecordSet => "records were removed or put back",
            Self::Schema => "the tables",
        })
    }
}

impl std::error::Error for StoreError {}

impl From<RngError> for StoreError {
    fn from(error: RngError) -> Self {
        Self::Rng(error)
    }
}

impl From<KeychainError> for StoreError {
    fn from(error: KeychainError) -> Self {
        Self::Keychain(error)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let rusqlite::Error::SqliteFailure(failure, _) = &error else {
            // A column that is missing, of another type or out of range.
            return Self::Corrupt(Fault::Database);
        };
        let io = |kind| Self::Io {
            during: "using the database",
            kind,
        };
        match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::DiskFull => io(io::ErrorKind::StorageFull),
            ErrorCode::SystemIoFailure => io(io::ErrorKind::Other),
            ErrorCode::CannotOpen => io(io::ErrorKind::NotFound),
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => {
                io(io::ErrorKind::PermissionDenied)
            }
            ErrorCode::OutOfMemory => io(io::ErrorKind::OutOfMemory),
            _ => Self::Corrupt(Fault::Database),
        }
    }
}
