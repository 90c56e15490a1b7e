//! Why a DID document was refused, and why a key of it was. Verifiers and wallets run it.

use std::fmt;

use schemas::reason::Reason;
use schemas::time::TimestampError;

use crate::did_document::Relationship;
use crate::did_jwk::DidJwkError;
use crate::did_key::DidKeyError;
use crate::keys::KeyError;

/// Why a DID document was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DidDocumentError {
    /// A member of a wrong type (empty: the document itself).
    Shape(&'static str),
    /// `id` is absent or is not the DID that was asked for.
    Id,
    /// Two verification methods have one name.
    Duplicate,
    /// More methods, or more entries of a relationship, than this.
    TooMany {
        /// How many are read.
        limit: usize,
    },
    /// The `did:key` is malformed.
    DidKey(DidKeyError),
    /// The `did:jwk` is malformed.
    DidJwk(DidJwkError),
}

impl DidDocumentError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Shape(_) | Self::Duplicate => Reason::DidDocumentInvalid,
            Self::Id => Reason::DidIdMismatch,
            Self::TooMany { .. } => Reason::DidTooLarge,
            Self::DidKey(error) => error.reason(),
            Self::DidJwk(error) => error.reason(),
        }
    }
}

impl fmt::Display for DidDocumentError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape("") => formatter.write_str("a DID document that is no JSON object"),
            Self::Shape(name) => write!(formatter, "a DID document with a malformed \"{name}\""),
            Self::Id => formatter.write_str("a DID document whose \"id\" is not the DID"),
            Self::Duplicate => {
                formatter.write_str("a DID document with two verification methods of one id")
            }
            Self::TooMany { limit } => write!(
                formatter,
                "a DID document with more than {limit} verification methods"
            ),
            Self::DidKey(error) => error.fmt(formatter),
            Self::DidJwk(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for DidDocumentError {}

/// Why a DID document does not give a key for a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyLookupError {
    /// The document does not list this verification method.
    NotFound,
    /// The method is not listed for this use.
    Relationship(Relationship),
    /// The method's `controller` is not the DID of the document.
    Controller,
    /// A method type that is not supported.
    Type,
    /// The key was refused.
    Key(KeyError),
    /// `revoked` or `expires` is no date and time.
    Date(TimestampError),
    /// The method has been revoked.
    Revoked,
    /// The method has expired.
    Expired,
}

impl KeyLookupError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::NotFound => Reason::VmNotFound,
            Self::Relationship(_) => Reason::VmRelationship,
            Self::Controller => Reason::VmController,
            Self::Type => Reason::KeyTypeMismatch,
            Self::Key(error) => error.reason(),
            Self::Date(error) => error.reason(),
            Self::Revoked | Self::Expired => Reason::KeyRevoked,
        }
    }
}

impl fmt::Display for KeyLookupError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => formatter.write_str("no verification method of this id"),
            Self::Relationship(wanted) => write!(
                formatter,
                "the verification method is not listed in \"{}\"",
                wanted.name()
            ),
            Self::Controller => {
                formatter.write_str("the verification method is controlled by somebody else")
            }
            Self::Type => formatter.write_str("a verification method of an unsupported type"),
            Self::Key(error) => write!(formatter, "the key of the verification method: {error}"),
            Self::Date(error) => {
                write!(
                    formatter,
                    "the lifetime of the verification method: {error}"
                )
            }
            Self::Revoked => formatter.write_str("the verification method has been revoked"),
            Self::Expired => formatter.write_str("the verification method has expired"),
        }
    }
}

impl std::error::Error for KeyLookupError {}
