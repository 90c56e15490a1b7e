//! The offline bundle: made by a world with a network, in one signed file, for worlds without one.
//!
//! ```text
//! policy ─▶ documents ─▶ trust lists ─▶ those whom they name ─▶ status lists ─▶ signed with the world's key
//! ```
//!
//! Only what the policy believes is asked, over the guarded client, and each thing is judged before it
//! is taken up. How a world lives by a bundle is in [`held`].

pub(crate) mod held;
mod making;

use std::fmt;
use std::time::Duration;

use schemas::did::Did;
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::ListRef;
use verifier::bundle::UnpackedKind;

use crate::store::StoreError;

/// What a bundle is to hold beside what policy and store say, and for how long its maker stands by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleTerms {
    /// Status lists by name.
    pub status_lists: Vec<ListRef>,
    /// From now on.
    pub life: Duration,
}

/// A bundle that was made.
#[derive(Clone, Debug)]
pub struct BundleMade {
    /// The file.
    pub text: String,
    /// Who signed it: for `bundle_makers` in the policies of those who are to believe it.
    pub maker: Did,
    /// When.
    pub made: Timestamp,
    /// When its maker no longer stands by it.
    pub until: Timestamp,
    /// What was asked for, and what came of it.
    pub gathered: Vec<Gathered>,
}

impl BundleMade {
    /// Why the first thing that is missing could not be had; `None` when nothing is missing.
    #[must_use]
    pub fn missing(&self) -> Option<Reason> {
        let mut outcomes = self.gathered.iter().map(|one| one.outcome);
        outcomes.find_map(Result::err)
    }
}

/// One thing that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gathered {
    /// A DID, or the address of a list.
    pub name: String,
    /// What it is.
    pub kind: UnpackedKind,
    /// When it was fetched and when it ends by its own word, or why it is not inside.
    pub outcome: Result<Times, Reason>,
}

/// The times of something that was gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When it left its publisher, as far as is known.
    pub fetched: Timestamp,
    /// From when on nobody may use it, by its own `ttl` or validity; a document says nothing of it.
    pub own_end: Option<Timestamp>,
}

impl Gathered {
    /// The JSON form.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let mut object = schemas::object! {
            "kind" => self.kind.id(),
            "name" => self.name.as_str(),
        };
        match self.outcome {
            Ok(times) => {
                object.insert("fetched", times.fetched);
                let end = times.own_end.map(Value::from);
                object.insert("own_end", end.unwrap_or(Value::Null));
            }
            Err(reason) => drop(object.insert("reason", reason.code())),
        }
        object
    }
}

/// Why no bundle was made.
#[derive(Debug)]
#[non_exhaustive]
pub enum BundlingError {
    /// What was gathered does not fit into one.
    TooLarge {
        /// How long one may be, in bytes.
        limit: usize,
        /// How long this one would be.
        found: usize,
    },
    /// More things of a kind than go into one.
    TooMany {
        /// Of which kind.
        kind: UnpackedKind,
        /// How many one may hold.
        limit: usize,
        /// How many there would be.
        found: usize,
    },
    /// What was made is not one: a fault of ours.
    Unsound(Reason),
    /// The store.
    Store(StoreError),
}

impl BundlingError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::TooLarge { .. } | Self::TooMany { .. } => Reason::InputTooLarge,
            Self::Unsound(_) => Reason::InternalError,
            Self::Store(error) => error.reason(),
        }
    }
}

impl fmt::Display for BundlingError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit, found } => write!(
                formatter,
                "the bundle would have {found} bytes, and one has at most {limit}"
            ),
            Self::TooMany { kind, limit, found } => write!(
                formatter,
                "the bundle would have {found} things of the kind {}, and one has at most {limit}; \
                 make several, each by a policy that believes fewer",
                kind.id()
            ),
            Self::Unsound(reason) => write!(formatter, "what was made is no bundle: {reason}"),
            Self::Store(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for BundlingError {}

impl From<StoreError> for BundlingError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
