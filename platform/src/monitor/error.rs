//! Why a monitor cannot go on. None of it says anything about the ledger.

use std::fmt;

use proofs::tlog::TlogError;
use schemas::reason::Reason;

use super::Pass;
use crate::sqlite_file::NotOpened;

/// Why a monitor cannot go on.
#[derive(Debug)]
#[non_exhaustive]
pub enum MonitorError {
    /// Something of the ledger was not read, or does not fit what the ledger signed: what, and why.
    Read(&'static str, Reason),
    /// The file of the state was not opened: why, and what is wrong with it.
    NotOpened(Reason, String),
    /// The state.
    State(sqlx::Error),
    /// The state is of another ledger.
    OtherLedger,
    /// The state does not fit itself.
    Damaged(TlogError),
}

impl MonitorError {
    pub(super) const fn unread(what: &'static str) -> impl Fn(Reason) -> Self {
        move |reason| Self::Read(what, reason)
    }

    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Read(_, reason) | Self::NotOpened(reason, _) => *reason,
            Self::State(_) | Self::Damaged(_) => Reason::DbUnavailable,
            Self::OtherLedger => Reason::BadRequest,
        }
    }
}

impl fmt::Display for MonitorError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(what, reason) => write!(formatter, "{what} was not read: {reason}"),
            Self::NotOpened(_, what) => write!(formatter, "the state of the monitor: {what}"),
            Self::State(error) => write!(formatter, "the state of the monitor: {error}"),
            Self::OtherLedger => formatter.write_str("the state is of another ledger"),
            Self::Damaged(error) => write!(formatter, "the state of the monitor: {error}"),
        }
    }
}

impl std::error::Error for MonitorError {}

impl From<sqlx::Error> for MonitorError {
    fn from(error: sqlx::Error) -> Self {
        Self::State(error)
    }
}

impl From<NotOpened> for MonitorError {
    fn from(error: NotOpened) -> Self {
        Self::NotOpened(error.reason(), error.to_string())
    }
}

/// A pass that did not come to its end.
#[derive(Debug)]
pub struct Stopped {
    /// Why.
    pub error: MonitorError,
    /// What was found before: what convicts the ledger does so all the same.
    pub pass: Pass,
}

impl fmt::Display for Stopped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(formatter)
    }
}

impl std::error::Error for Stopped {}
