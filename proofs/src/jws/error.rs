//! Why a compact JWS was refused. Whoever reads tokens runs it.

use std::fmt;

use schemas::did::DidError;
use schemas::json::ReadError;
use schemas::reason::Reason;

use crate::keys::{KeyError, SignatureInvalid, SignatureMalformed};

/// Why a token was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwsError {
    /// More bytes than are read.
    TooLarge {
        /// How many are read.
        limit: usize,
        /// How many came.
        found: usize,
    },
    /// Not three parts of base64url: a JSON serialization, padding, white space, a cut-off token.
    Serialization,
    /// The header or the claims are not strict JSON.
    Json(ReadError),
    /// The header is not an object, or a member of it is of a wrong type.
    Header(&'static str),
    /// The claims are not an object.
    Claims,
    /// `alg` is absent, `none`, symmetric or unknown.
    Algorithm,
    /// `alg` is for keys of another type.
    AlgorithmOfOtherKey,
    /// `crit` or `b64` is there.
    Critical,
    /// A header member that names another key, a nested token or a packing.
    Forbidden(&'static str),
    /// Another `typ` than the slot's.
    Typ {
        /// The slot's.
        expected: &'static str,
    },
    /// The header brings its own key, and the slot takes keys from DID documents only.
    EmbeddedKey,
    /// The header names its key twice or not at all, in the slot that lets it choose.
    KeyChoice,
    /// No `kid`, in a slot that needs one.
    KidMissing,
    /// `kid` is not the DID URL of a verification method.
    Kid(DidError),
    /// The key in the header was refused.
    Key(KeyError),
    /// The header carries another key than the one to check with.
    OtherKey,
    /// The signature has a wrong length.
    Signature(SignatureMalformed),
    /// The signature does not match.
    SignatureInvalid(SignatureInvalid),
}

impl JwsError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::TooLarge { .. } => Reason::InputTooLarge,
            Self::Serialization => Reason::JwsSerialization,
            Self::Json(error) => error.reason(),
            Self::Header(_) | Self::Claims => Reason::ClaimType,
            Self::Algorithm => Reason::AlgNotAllowed,
            Self::AlgorithmOfOtherKey => Reason::KeyTypeMismatch,
            Self::Critical => Reason::JwsCritUnsupported,
            Self::Forbidden(_) => Reason::JwsHeaderForbidden,
            Self::Typ { .. } => Reason::JwtTyp,
            Self::EmbeddedKey | Self::OtherKey => Reason::IssuerKeyMismatch,
            Self::KeyChoice => Reason::InvalidProof,
            Self::KidMissing => Reason::VmMalformed,
            Self::Kid(error) => error.reason(),
            Self::Key(error) => error.reason(),
            Self::Signature(error) => error.reason(),
            Self::SignatureInvalid(error) => error.reason(),
        }
    }
}

impl fmt::Display for JwsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit, found } => {
                write!(
                    formatter,
                    "a token of {found} bytes, at most {limit} are read"
                )
            }
            Self::Serialization => {
                formatter.write_str("a token that is not three parts of base64url")
            }
            Self::Json(error) => write!(formatter, "a token whose JSON is refused: {error}"),
            Self::Header("") => formatter.write_str("a token whose header is no JSON object"),
            Self::Header(name) => {
                write!(
                    formatter,
                    "a token whose header member \"{name}\" has a wrong type"
                )
            }
            Self::Claims => formatter.write_str("a token whose claims are no JSON object"),
            Self::Algorithm => formatter
                .write_str("a token of another algorithm, expected EdDSA, Ed25519 or ES256"),
            Self::AlgorithmOfOtherKey => formatter
                .write_str("a token whose algorithm is for another type of keys than its key"),
            Self::Critical => {
                formatter.write_str("a token that demands an extension, none is supported")
            }
            Self::Forbidden(name) => {
                write!(
                    formatter,
                    "a token with the forbidden header member \"{name}\""
                )
            }
            Self::Typ { expected } => {
                write!(
                    formatter,
                    "a token of another type, expected \"{expected}\""
                )
            }
            Self::EmbeddedKey => formatter.write_str("a token that brings its own key"),
            Self::KeyChoice => {
                formatter.write_str("a token that does not name its key exactly once")
            }
            Self::KidMissing => formatter.write_str("a token that does not name its key"),
            Self::Kid(error) => write!(formatter, "a token whose \"kid\" is refused: {error}"),
            Self::Key(error) => write!(formatter, "a token whose \"jwk\" is refused: {error}"),
            Self::OtherKey => {
                formatter.write_str("a token that carries another key than the expected one")
            }
            Self::Signature(error) => error.fmt(formatter),
            Self::SignatureInvalid(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for JwsError {}
