//! Why a public key was refused when it was loaded. Run by whoever loads keys.

use std::fmt;

use schemas::reason::Reason;

/// Why a public key was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// Another number of bytes than the key type has.
    Length {
        /// What the key type has.
        expected: usize,
        /// What was given.
        found: usize,
    },
    /// Bytes that are no point of the curve.
    NotAPoint,
    /// A point in a spelling that no honest encoder writes.
    NonCanonical,
    /// A point of small order: signatures that it confirms prove nothing.
    Weak,
    /// A text that is not in the encoding of the key format.
    Encoding,
    /// A secret number that no key of the curve has: zero, or too large.
    Scalar,
    /// A Multikey of another codec than Ed25519 and P-256 public keys.
    Codec,
    /// A JSON Web Key without a member, or with one that it cannot have.
    Member(&'static str),
    /// A JSON Web Key for another algorithm or use: the member that says so.
    Purpose(&'static str),
}

impl KeyError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Length { .. }
            | Self::NotAPoint
            | Self::NonCanonical
            | Self::Encoding
            | Self::Scalar
            | Self::Member(_) => Reason::KeyMalformed,
            Self::Weak => Reason::KeyWeak,
            Self::Codec | Self::Purpose(_) => Reason::KeyTypeMismatch,
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { expected, found } => {
                write!(formatter, "a key of {found} bytes, expected {expected}")
            }
            Self::NotAPoint => formatter.write_str("bytes that are no point of the curve"),
            Self::NonCanonical => formatter.write_str("a point that is not canonically encoded"),
            Self::Weak => formatter.write_str("a point of small order"),
            Self::Encoding => formatter.write_str("not the text form of a key"),
            Self::Scalar => formatter.write_str("a number that is no secret key of the curve"),
            Self::Codec => {
                formatter.write_str("a Multikey of another type, expected Ed25519 or P-256")
            }
            Self::Member(name) => {
                write!(formatter, "a JSON Web Key with a wrong member \"{name}\"")
            }
            Self::Purpose(name) => write!(
                formatter,
                "a JSON Web Key whose \"{name}\" is not for Ed25519 or P-256 signatures"
            ),
        }
    }
}

impl std::error::Error for KeyError {}
