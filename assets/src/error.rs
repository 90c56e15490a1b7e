//! Why a model was refused: one enum, each variant with its reason code and its place in the file.

use std::fmt;

use schemas::json::ReadError;
use schemas::reason::Reason;

/// A place in the file, in glTF terms: `accessors[3].sparse`. Holds no text of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    list: &'static str,
    index: Option<usize>,
    member: &'static str,
}

impl Place {
    /// A top-level member, or a part of the container.
    #[must_use]
    pub const fn of(list: &'static str) -> Self {
        Self {
            list,
            index: None,
            member: "",
        }
    }

    /// An element of a top-level list.
    #[must_use]
    pub const fn at(list: &'static str, index: usize) -> Self {
        Self {
            list,
            index: Some(index),
            member: "",
        }
    }

    /// A member of this place. The last one named is the one that is told.
    #[must_use]
    pub const fn member(self, member: &'static str) -> Self {
        Self { member, ..self }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.list)?;
        if let Some(index) = self.index {
            write!(formatter, "[{index}]")?;
        }
        if !self.member.is_empty() {
            write!(formatter, ".{}", self.member)?;
        }
        Ok(())
    }
}

/// Why a model was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AssetError {
    /// The JSON chunk was not read.
    Json(ReadError),
    /// Not the format that it should be.
    Format {
        /// Where.
        place: Place,
        /// What belongs there.
        expected: &'static str,
    },
    /// Something points outside of what it points into.
    Bounds {
        /// Where.
        place: Place,
        /// How much there is.
        limit: u64,
        /// How much is asked for; `u64::MAX` when it is more than can be counted.
        found: u64,
    },
    /// Nodes that do not form a forest, or a chain that bites its tail.
    Cycle {
        /// Where.
        place: Place,
        /// What is wrong.
        problem: &'static str,
    },
    /// Data that only an extension unknown to this reader can unpack.
    Extension {
        /// Where.
        place: Place,
    },
    /// Data in another file, which the digest of this one does not cover.
    ExternalUri {
        /// Where.
        place: Place,
    },
    /// A picture that would unpack to too much.
    ImageBomb {
        /// Where.
        place: Place,
        /// What is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
        /// What was found.
        found: u64,
    },
    /// More than the limits allow.
    TooLarge {
        /// Where.
        place: Place,
        /// The limit.
        limit: u64,
        /// What was found.
        found: u64,
    },
    /// The file states its terms twice: as VRM 0.x and as VRM 1.0.
    TwoMetas,
}

impl AssetError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Json(error) => match error.reason() {
                // The JSON chunk's share of "too large" is the model's.
                Reason::InputTooLarge => Reason::AssetTooLarge,
                reason => reason,
            },
            Self::Format { .. } => Reason::AssetFormat,
            Self::Bounds { .. } => Reason::AssetBounds,
            Self::Cycle { .. } => Reason::AssetCycle,
            Self::Extension { .. } => Reason::AssetExtension,
            Self::ExternalUri { .. } => Reason::AssetExternalUri,
            Self::ImageBomb { .. } => Reason::AssetImageBomb,
            Self::TooLarge { .. } => Reason::AssetTooLarge,
            Self::TwoMetas => Reason::AssetMetaMismatch,
        }
    }

    pub(crate) const fn format(place: Place, expected: &'static str) -> Self {
        Self::Format { place, expected }
    }

    pub(crate) const fn bounds(place: Place, limit: u64, found: u64) -> Self {
        Self::Bounds {
            place,
            limit,
            found,
        }
    }
}

impl fmt::Display for AssetError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(formatter, "model: {error}"),
            Self::Format { place, expected } => write!(formatter, "{place}: expected {expected}"),
            Self::Bounds {
                place,
                limit,
                found,
            } => {
                write!(
                    formatter,
                    "{place}: reaches {found}, but there are only {limit}"
                )
            }
            Self::Cycle { place, problem } => write!(formatter, "{place}: {problem}"),
            Self::Extension { place } => {
                write!(
                    formatter,
                    "{place}: needs an extension that this reader does not know"
                )
            }
            Self::ExternalUri { place } => {
                write!(formatter, "{place}: points to data outside of the file")
            }
            Self::ImageBomb {
                place,
                what,
                limit,
                found,
            } => {
                write!(
                    formatter,
                    "{place}: {what} {found}, at most {limit} is read"
                )
            }
            Self::TooLarge {
                place,
                limit,
                found,
            } => {
                write!(formatter, "{place}: {found}, at most {limit} is read")
            }
            Self::TwoMetas => {
                formatter.write_str("extensions: terms both as VRM 0.x and as VRM 1.0")
            }
        }
    }
}

impl std::error::Error for AssetError {}

impl From<ReadError> for AssetError {
    fn from(error: ReadError) -> Self {
        Self::Json(error)
    }
}
