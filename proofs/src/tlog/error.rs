//! Why something of a log was refused. Whoever reads notes, checkpoints, tiles and proofs runs it.

use std::fmt;

use schemas::reason::Reason;

use crate::keys::KeyError;

/// Why something of a log was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlogError {
    /// More bytes than are read.
    TooLarge {
        /// How many are read.
        limit: usize,
        /// How many came.
        found: usize,
    },
    /// A text that is no signed note: what is wrong with it.
    Note(&'static str),
    /// A text that is no verifier key of a kind that is checked here: what is wrong with it.
    VerifierKey(&'static str),
    /// The key in a verifier key was refused.
    Key(KeyError),
    /// A note that is no checkpoint: what is wrong with it.
    Checkpoint(&'static str),
    /// A text that is no tlog-proof: what is wrong with it.
    Proof(&'static str),
    /// A text that asks a witness for nothing: what is wrong with it.
    Request(&'static str),
    /// A tile that cannot be, or is not at hand: what is wrong with it.
    Tile(&'static str),
    /// The checkpoint is of another log.
    Origin {
        /// The log that was asked about.
        expected: String,
        /// The log that the checkpoint names.
        found: String,
    },
    /// No key that is known for the log signed the checkpoint.
    Unsigned,
    /// The signature in the name of a known key is not that key's.
    SignatureInvalid {
        /// The name.
        name: String,
    },
    /// A place that a tree of this size does not have.
    OutsideTree {
        /// The leaf.
        index: u64,
        /// How many leaves the tree has.
        size: u64,
    },
    /// The path does not lead to the root.
    Inclusion,
    /// The proof does not lead from one tree to the other.
    Consistency,
    /// Two roots of one size: one of the two trees was never this log.
    TwoRoots {
        /// The size.
        size: u64,
    },
}

impl TlogError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::TooLarge { .. } => Reason::InputTooLarge,
            Self::Note(_)
            | Self::VerifierKey(_)
            | Self::Checkpoint(_)
            | Self::Proof(_)
            | Self::Request(_)
            | Self::Tile(_) => Reason::LogMalformed,
            Self::Key(error) => error.reason(),
            Self::Origin { .. } | Self::Unsigned => Reason::LogUntrusted,
            Self::SignatureInvalid { .. } => Reason::SigInvalid,
            Self::OutsideTree { .. } | Self::Inclusion | Self::Consistency => {
                Reason::LogProofInvalid
            }
            Self::TwoRoots { .. } => Reason::RegistryEquivocation,
        }
    }
}

impl fmt::Display for TlogError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit, found } => {
                write!(formatter, "{found} bytes, at most {limit} are read")
            }
            Self::Note(what) => write!(formatter, "a signed note that {what}"),
            Self::VerifierKey(what) => write!(formatter, "a verifier key that {what}"),
            Self::Key(error) => write!(formatter, "a verifier key with {error}"),
            Self::Checkpoint(what) => write!(formatter, "a checkpoint that {what}"),
            Self::Proof(what) => write!(formatter, "a tlog-proof that {what}"),
            Self::Request(what) => write!(formatter, "a request to a witness that {what}"),
            Self::Tile(what) => write!(formatter, "a tile that {what}"),
            Self::Origin { expected, found } => {
                write!(
                    formatter,
                    "a checkpoint of {found:?}, expected {expected:?}"
                )
            }
            Self::Unsigned => {
                formatter.write_str("a checkpoint that no known key of the log signed")
            }
            Self::SignatureInvalid { name } => {
                write!(formatter, "the signature of {name:?} does not match")
            }
            Self::OutsideTree { index, size } => {
                write!(formatter, "leaf {index} of a tree of {size}")
            }
            Self::Inclusion => formatter.write_str("a path that does not lead to the root"),
            Self::Consistency => {
                formatter.write_str("a proof that does not lead from one tree to the other")
            }
            Self::TwoRoots { size } => write!(formatter, "two roots of a tree of {size}"),
        }
    }
}

impl std::error::Error for TlogError {}
