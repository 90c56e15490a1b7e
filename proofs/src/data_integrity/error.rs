//! Why a proof was refused, and why one could not be made. Issuers, holders and verifiers run it.

use std::fmt;

use schemas::did::DidError;
use schemas::reason::Reason;
use schemas::suite::{KeyType, UnknownSuite};
use schemas::terms::Violation;
use schemas::time::TimestampError;

use crate::keys::{SignatureInvalid, SignatureMalformed};
use crate::rdf::RdfError;

/// Why a proof was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProofError {
    /// No `proof`, or one that is neither an object nor a list of objects.
    Missing,
    /// More proofs than are read.
    TooMany {
        /// How many are read.
        limit: usize,
        /// How many came.
        found: usize,
    },
    /// Another `type` than `DataIntegrityProof`, or an unknown `cryptosuite`.
    Type,
    /// A member of a wrong type or form.
    Member(&'static str),
    /// A member that no proof has.
    UnknownMember,
    /// `proofPurpose` is neither `assertionMethod` nor `authentication`.
    Purpose,
    /// `created` or `expires` is no date and time.
    Date(&'static str, TimestampError),
    /// `verificationMethod` is not the DID URL of a key.
    Method(DidError),
    /// `verificationMethod` is a `did:key` whose fragment is another key.
    MethodFragment,
    /// `verificationMethod` brings its own key.
    EmbeddedKey,
    /// `proofValue` holds another number of bytes than a signature has.
    SignatureLength(SignatureMalformed),
    /// `previousProof` names a proof that is not there, is there twice, or comes after it.
    Chain,
    /// The key is of another type than the suite's keys.
    KeyType {
        /// The suite's.
        expected: KeyType,
        /// The key's.
        found: KeyType,
    },
    /// A word or a context of the document is not in the term table.
    Terms(Violation),
    /// The contexts of the proof are not the first ones of the document.
    ContextOrder,
    /// The document has no canonical form within the limits.
    Canonical(RdfError),
    /// The signature does not match.
    Signature(SignatureInvalid),
}

impl ProofError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Missing => Reason::ProofMissing,
            Self::TooMany { .. } => Reason::ProofSetPolicy,
            Self::Type => Reason::ProofTypeUnsupported,
            Self::Member(_) => Reason::ProofMalformed,
            Self::UnknownMember => Reason::UnknownSecurityMember,
            Self::Purpose => Reason::ProofPurpose,
            Self::Date(_, error) => error.reason(),
            Self::Method(error) => error.reason(),
            Self::MethodFragment => Reason::VmMalformed,
            Self::EmbeddedKey => Reason::IssuerKeyMismatch,
            Self::SignatureLength(error) => error.reason(),
            Self::Chain => Reason::ProofChainBroken,
            Self::KeyType { .. } => Reason::KeyTypeMismatch,
            Self::Terms(violation) => violation.reason(),
            Self::ContextOrder => Reason::CtxOrder,
            Self::Canonical(error) => error.reason(),
            Self::Signature(error) => error.reason(),
        }
    }

    /// The place in the document as a JSON Pointer; empty when it is the whole.
    #[must_use]
    pub fn pointer(&self) -> String {
        match self {
            Self::Terms(violation) => violation.pointer(),
            Self::Canonical(error) => error.pointer(),
            Self::Member(name) | Self::Date(name, _) => format!("/proof/{name}"),
            Self::Type => "/proof/type".to_owned(),
            Self::Purpose => "/proof/proofPurpose".to_owned(),
            Self::Method(_) | Self::MethodFragment | Self::EmbeddedKey | Self::KeyType { .. } => {
                "/proof/verificationMethod".to_owned()
            }
            Self::SignatureLength(_) | Self::Signature(_) => "/proof/proofValue".to_owned(),
            Self::Chain => "/proof/previousProof".to_owned(),
            Self::ContextOrder => "/proof/@context".to_owned(),
            Self::Missing | Self::TooMany { .. } | Self::UnknownMember => "/proof".to_owned(),
        }
    }
}

impl fmt::Display for ProofError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("no proof"),
            Self::TooMany { limit, found } => {
                write!(formatter, "{found} proofs, at most {limit} are read")
            }
            Self::Type => write!(
                formatter,
                "a proof of another kind than DataIntegrityProof, or with {UnknownSuite}"
            ),
            Self::Member(name) => write!(formatter, "a proof with a malformed \"{name}\""),
            Self::UnknownMember => formatter.write_str("a proof with a member that no proof has"),
            Self::Purpose => formatter.write_str(
                "a proof for another purpose, expected assertionMethod or authentication",
            ),
            Self::Date(name, error) => write!(formatter, "\"{name}\" of a proof: {error}"),
            Self::Method(error) => write!(formatter, "the key that a proof names: {error}"),
            Self::MethodFragment => {
                formatter.write_str("a proof that names another key than its did:key is")
            }
            Self::EmbeddedKey => formatter.write_str("a proof that brings its own key"),
            Self::SignatureLength(error) => error.fmt(formatter),
            Self::Chain => formatter.write_str("a proof that refers to a proof that is not there"),
            Self::KeyType { expected, found } => wrong_key_type(formatter, *expected, *found),
            Self::Terms(violation) => violation.fmt(formatter),
            Self::ContextOrder => {
                formatter.write_str("the contexts of a proof are not the first of its document")
            }
            Self::Canonical(error) => error.fmt(formatter),
            Self::Signature(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for ProofError {}

impl From<Violation> for ProofError {
    fn from(violation: Violation) -> Self {
        Self::Terms(violation)
    }
}

impl From<RdfError> for ProofError {
    fn from(error: RdfError) -> Self {
        match error {
            RdfError::Document(violation) => Self::Terms(violation),
            other => Self::Canonical(other),
        }
    }
}

/// Why a document was not signed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignError {
    /// The document has a proof already.
    HasProof,
    /// This option is empty.
    Empty(&'static str),
    /// The key is of another type than the suite's keys.
    KeyType {
        /// The suite's.
        expected: KeyType,
        /// The key's.
        found: KeyType,
    },
    /// A word or a context of the document is not in the term table.
    Terms(Violation),
    /// The document has no canonical form within the limits.
    Canonical(RdfError),
}

impl SignError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::HasProof => Reason::ProofSetPolicy,
            Self::Empty(_) => Reason::ProofMalformed,
            Self::KeyType { .. } => Reason::KeyTypeMismatch,
            Self::Terms(violation) => violation.reason(),
            Self::Canonical(error) => error.reason(),
        }
    }
}

impl fmt::Display for SignError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HasProof => formatter.write_str("the document has a proof already"),
            Self::Empty(name) => write!(formatter, "an empty \"{name}\""),
            Self::KeyType { expected, found } => wrong_key_type(formatter, *expected, *found),
            Self::Terms(violation) => violation.fmt(formatter),
            Self::Canonical(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for SignError {}

impl From<Violation> for SignError {
    fn from(violation: Violation) -> Self {
        Self::Terms(violation)
    }
}

impl From<RdfError> for SignError {
    fn from(error: RdfError) -> Self {
        match error {
            RdfError::Document(violation) => Self::Terms(violation),
            other => Self::Canonical(other),
        }
    }
}

fn wrong_key_type(
    formatter: &mut fmt::Formatter<'_>,
    expected: KeyType,
    found: KeyType,
) -> fmt::Result {
    write!(
        formatter,
        "a key of type {found} where the suite has {expected}"
    )
}
