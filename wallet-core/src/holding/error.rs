//! Why an act on holdings, copies or their keys was refused.

use std::fmt;

use schemas::reason::Reason;

use crate::error::StoreError;
use crate::holding::HoldingId;

/// Why an act on holdings, copies or their keys was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HoldingError {
    /// The same consent was acted on before, and how that ended is not known.
    AlreadyIntended {
        /// The entry of the history.
        seq: u64,
    },
    /// Several holdings are meant by this text.
    Ambiguous {
        /// Which, oldest first.
        matches: Vec<HoldingId>,
    },
    /// Every copy was shown to other worlds; the issuer must give fresh ones.
    Exhausted,
    /// A copy's key belongs to another issuer or persona than its holding.
    ForeignKey,
    /// The text is not the id of a holding or copy.
    IdMalformed,
    /// Key numbers for this issuer are used up.
    KeysExhausted,
    /// The key was never allocated in this wallet.
    KeyUnallocated,
    /// The key belongs to another copy already.
    KeyUsed,
    /// A holding needs at least one copy.
    NoCopies,
    /// There is no such holding or copy.
    NotFound,
    /// There is no such persona.
    PersonaUnknown,
    /// The copy is out of use.
    Retired,
    /// The copy was shown to another world.
    SpentElsewhere,
    /// The store did not do it.
    Store(StoreError),
    /// More copies or keys at once than allowed.
    TooManyCopies {
        /// How many.
        found: usize,
        /// How many at most.
        limit: usize,
    },
}

impl HoldingError {
    /// The code of this refusal.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::AlreadyIntended { .. } => Reason::VpReplay,
            Self::Ambiguous { .. } | Self::NoCopies | Self::TooManyCopies { .. } => {
                Reason::BadRequest
            }
            Self::Exhausted | Self::Retired | Self::SpentElsewhere => Reason::CopyExhausted,
            Self::ForeignKey | Self::KeyUnallocated | Self::KeyUsed | Self::KeysExhausted => {
                Reason::InternalError
            }
            Self::IdMalformed => Reason::IdMalformed,
            Self::NotFound | Self::PersonaUnknown => Reason::NotFound,
            Self::Store(error) => error.reason(),
        }
    }
}

impl fmt::Display for HoldingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyIntended { seq } => {
                write!(
                    f,
                    "history entry {seq} acted on the same consent and has not ended"
                )
            }
            Self::Ambiguous { matches } => write!(f, "this means {} holdings", matches.len()),
            Self::Exhausted => f.write_str("every copy was shown to other worlds"),
            Self::ForeignKey => {
                f.write_str("a copy's key belongs to another issuer or persona than its holding")
            }
            Self::IdMalformed => f.write_str("this is not the id of a holding or copy"),
            Self::KeysExhausted => f.write_str("key numbers for this issuer are used up"),
            Self::KeyUnallocated => f.write_str("the key was never allocated in this wallet"),
            Self::KeyUsed => f.write_str("the key belongs to another copy already"),
            Self::NoCopies => f.write_str("a holding needs at least one copy"),
            Self::NotFound => f.write_str("there is no such holding or copy"),
            Self::PersonaUnknown => f.write_str("there is no such persona"),
            Self::Retired => f.write_str("the copy is out of use"),
            Self::SpentElsewhere => f.write_str("the copy was shown to another world"),
            Self::Store(error) => error.fmt(f),
            Self::TooManyCopies { found, limit } => {
                write!(f, "{found} copies at once are more than {limit}")
            }
        }
    }
}

impl std::error::Error for HoldingError {}

impl From<StoreError> for HoldingError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
