//! Why a configuration file is not used.

use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;

use schemas::reason::Reason;

/// Why a configuration file is not used. Names settings and paths, never a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// A world must not run like this.
    Insecure {
        /// The setting.
        setting: &'static str,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// Not TOML, or a setting that does not exist or has another type.
    Malformed(String),
    /// A setting is outside its bounds.
    OutOfBounds {
        /// The setting.
        setting: &'static str,
        /// The least value.
        least: u64,
        /// The greatest value.
        greatest: u64,
        /// The value in the file.
        found: u64,
    },
    /// The file was not read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        kind: ErrorKind,
    },
}

impl ConfigError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Insecure { .. } => Reason::ConfigInsecure,
            Self::Malformed(_) | Self::OutOfBounds { .. } => Reason::ConfigMalformed,
            Self::Unreadable { .. } => Reason::WorldIo,
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Insecure { setting, fault } => write!(formatter, "{setting}: {fault}"),
            Self::Malformed(what) => formatter.write_str(what.trim_end()),
            Self::OutOfBounds {
                setting,
                least,
                greatest,
                found,
            } => write!(
                formatter,
                "{setting} is {found}; it has to be from {least} to {greatest}"
            ),
            Self::Unreadable { path, kind } => {
                write!(formatter, "{} was not read: {kind}", path.display())
            }
        }
    }
}

impl std::error::Error for ConfigError {}
