//! Why a signature has no key with which it could be checked.

use std::fmt;

use schemas::reason::Reason;

use crate::evidence::Missing;

/// Why there is no key. Only what [failed](Self::Failed) says anything about the signer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoKey {
    /// The signer has none such, or it vouches for nothing: the reason.
    Failed(Reason),
    /// It is not known now: the reason, and what would have to be known.
    Doubt(Reason, Option<Missing>),
}

impl NoKey {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Failed(reason) | Self::Doubt(reason, _) => *reason,
        }
    }

    /// Whether it may be known at another time.
    #[must_use]
    pub const fn is_doubt(&self) -> bool {
        matches!(self, Self::Doubt(..))
    }
}

impl fmt::Display for NoKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(reason) => write!(formatter, "there is no key: {reason}"),
            Self::Doubt(reason, _) => write!(formatter, "the key is not known now: {reason}"),
        }
    }
}

impl std::error::Error for NoKey {}
