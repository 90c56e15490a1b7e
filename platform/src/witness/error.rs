//! Why a witness was not founded or opened.

use std::fmt;

use proofs::tlog::TlogError;
use schemas::reason::Reason;

use crate::files::FileError;
use crate::sqlite_file::NotOpened;
use crate::ticket::NoChance;

/// Why a witness was not founded or opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum WitnessError {
    /// A file.
    File(FileError),
    /// The configuration: what is wrong with it.
    Config(String),
    /// A key or a name.
    Log(TlogError),
    /// The machine gave no random bytes.
    NoChance,
    /// The state was not opened: why, and what is wrong with it.
    State(Reason, String),
}

impl WitnessError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::File(error) => error.reason(),
            Self::Config(_) => Reason::ConfigMalformed,
            Self::Log(error) => error.reason(),
            Self::NoChance => Reason::RngFailure,
            Self::State(reason, _) => *reason,
        }
    }
}

impl fmt::Display for WitnessError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(formatter),
            Self::Config(what) => formatter.write_str(what),
            Self::Log(error) => error.fmt(formatter),
            Self::NoChance => NoChance.fmt(formatter),
            Self::State(_, what) => write!(formatter, "the state of the witness: {what}"),
        }
    }
}

impl std::error::Error for WitnessError {}

impl From<FileError> for WitnessError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<TlogError> for WitnessError {
    fn from(error: TlogError) -> Self {
        Self::Log(error)
    }
}

impl From<NoChance> for WitnessError {
    fn from(_: NoChance) -> Self {
        Self::NoChance
    }
}

impl From<NotOpened> for WitnessError {
    fn from(error: NotOpened) -> Self {
        Self::State(error.reason(), error.to_string())
    }
}
