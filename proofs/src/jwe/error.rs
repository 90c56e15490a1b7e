//! Why a compact JWE was refused. Whoever reads encrypted messages runs it.

use std::fmt;

use schemas::json::ReadError;
use schemas::reason::Reason;

use crate::keys::KeyError;

/// Why a message was not encrypted or decrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JweError {
    /// More bytes than are read.
    TooLarge {
        /// How many are read.
        limit: usize,
        /// How many came.
        found: usize,
    },
    /// Not five parts of base64url, or an IV or tag of another length.
    Serialization,
    /// The header is not strict JSON.
    Json(ReadError),
    /// The header is not an object, or a member of it is missing or of a wrong type.
    Header(&'static str),
    /// `alg` is another key agreement than ECDH-ES.
    Algorithm,
    /// `enc` is none of the content encryptions that were offered.
    Encryption,
    /// `crit` is there.
    Critical,
    /// A header member that names another key, packs the content or makes work.
    Forbidden(&'static str),
    /// `kid` is not the one that was offered.
    Kid,
    /// `epk` or the recipient's key is not a public P-256 key for this.
    Key(KeyError),
    /// A wrapped key, where the key is agreed upon directly.
    WrappedKey,
    /// It was encrypted to another key, or changed since.
    NotForThisKey,
    /// A secret number that is none of the curve.
    Secret,
}

impl JweError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::TooLarge { .. } => Reason::InputTooLarge,
            Self::Secret => Reason::InternalError,
            Self::Serialization
            | Self::Json(_)
            | Self::Header(_)
            | Self::Algorithm
            | Self::Encryption
            | Self::Critical
            | Self::Forbidden(_)
            | Self::Kid
            | Self::Key(_)
            | Self::WrappedKey
            | Self::NotForThisKey => Reason::EncUnsupported,
        }
    }
}

impl fmt::Display for JweError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit, found } => {
                write!(formatter, "{found} bytes, at most {limit} are read")
            }
            Self::Serialization => formatter.write_str("not a compact JWE"),
            Self::Json(error) => write!(formatter, "header: {error}"),
            Self::Header("") => formatter.write_str("header: not an object"),
            Self::Header(name) => write!(formatter, "header: a wrong member \"{name}\""),
            Self::Algorithm => formatter.write_str("alg: not ECDH-ES"),
            Self::Encryption => {
                formatter.write_str("enc: not a content encryption that was offered")
            }
            Self::Critical => formatter.write_str("header: crit is not allowed"),
            Self::Forbidden(name) => write!(formatter, "header: {name} is not allowed"),
            Self::Kid => formatter.write_str("kid: not the key that was offered"),
            Self::Key(error) => write!(formatter, "key: {error}"),
            Self::WrappedKey => formatter.write_str("a wrapped key beside one that is agreed upon"),
            Self::NotForThisKey => {
                formatter.write_str("encrypted to another key, or changed since")
            }
            Self::Secret => formatter.write_str("a number that is no secret key of the curve"),
        }
    }
}

impl std::error::Error for JweError {}
