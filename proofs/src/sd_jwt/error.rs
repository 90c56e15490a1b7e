//! Why an SD-JWT was refused. Whoever reads one runs it.

use std::fmt;

use schemas::json::ReadError;
use schemas::reason::Reason;

use crate::jws::JwsError;
use crate::keys::{KeyError, SignatureInvalid};

/// Why an SD-JWT was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SdJwtError {
    /// More bytes than are read.
    TooLarge {
        /// How many are read.
        limit: usize,
        /// How many came.
        found: usize,
    },
    /// Not a token, disclosures that are not empty, and a `~` after each: a JSON serialization, a text
    /// without its last `~`, two of them in a row.
    Serialization,
    /// A token's header, or how it is put together.
    Jws(JwsError),
    /// A text that is not strict JSON.
    Json(ReadError),
    /// The issuer's token brings its own key or certificates, and keys are taken from the issuer's DID only.
    EmbeddedKey,
    /// More disclosures than are read.
    TooManyDisclosures,
    /// More digests than are read.
    TooManyDigests,
    /// Disclosures within disclosures, or values within values, deeper than is read.
    TooDeep,
    /// Names around disclosures that are longer than is read, each counted once for every disclosure
    /// that stands in it.
    LongPlaces,
    /// `_sd_alg` is not `sha-256`, or stands where it means nothing.
    HashAlgorithm,
    /// An `_sd` that is no array of texts, or a `...` that is not alone in an element of an array.
    Digests,
    /// A digest that is there twice.
    DigestTwice,
    /// A disclosure that is there twice.
    DisclosureTwice,
    /// A disclosure that no digest is of.
    Unreferenced,
    /// A disclosure that is not a salt, a name where one is needed, and a value.
    Disclosure,
    /// A disclosure named `_sd`, `...` or `_sd_alg`.
    ReservedName,
    /// A disclosure whose name is there already.
    Collision,
    /// A disclosure of a claim that everybody has to see: whose it is, who holds it, when it is valid.
    MustBeClear(&'static str),
    /// Nobody's key is named.
    HolderMissing,
    /// The holder's key is named otherwise than by `jwk` or a `did:key` or `did:jwk` URL in `kid`, or
    /// twice.
    HolderForm,
    /// The holder's key was refused.
    HolderKey(KeyError),
    /// A key binding with another `typ` or `alg` than belongs there.
    KeyBindingTyp,
    /// A key binding that brings its own key: the header member.
    KeyBindingForbidden(&'static str),
    /// The algorithm in the header is for another type of keys than the key's.
    AlgorithmOfOtherKey,
    /// The signature does not match.
    SignatureInvalid(SignatureInvalid),
}

impl SdJwtError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::TooLarge { .. } | Self::LongPlaces => Reason::InputTooLarge,
            Self::Serialization | Self::Digests => Reason::SdMalformed,
            Self::Jws(error) => error.reason(),
            Self::Json(error) => error.reason(),
            Self::EmbeddedKey => Reason::IssuerKeyMismatch,
            Self::TooManyDisclosures | Self::TooManyDigests | Self::TooDeep => Reason::InputTooDeep,
            Self::HashAlgorithm => Reason::SdHashAlg,
            Self::DigestTwice => Reason::SdDigestDuplicate,
            Self::DisclosureTwice => Reason::SdDisclosureDuplicate,
            Self::Unreferenced => Reason::SdDisclosureUnreferenced,
            Self::Disclosure => Reason::SdDisclosureMalformed,
            Self::ReservedName => Reason::SdReservedName,
            Self::Collision | Self::MustBeClear(_) => Reason::SdClaimCollision,
            Self::HolderMissing => Reason::HolderBindingMissing,
            Self::HolderForm => Reason::CnfUnsupported,
            Self::HolderKey(error) => error.reason(),
            Self::KeyBindingTyp => Reason::KbTyp,
            Self::KeyBindingForbidden(_) => Reason::JwsHeaderForbidden,
            Self::AlgorithmOfOtherKey => Reason::KeyTypeMismatch,
            Self::SignatureInvalid(error) => error.reason(),
        }
    }
}

impl fmt::Display for SdJwtError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::TooLarge { limit, found } => {
                return write!(
                    formatter,
                    "an SD-JWT of {found} bytes, at most {limit} are read"
                );
            }
            Self::Jws(error) => return error.fmt(formatter),
            Self::Json(error) => return write!(formatter, "an SD-JWT whose {error}"),
            Self::MustBeClear(name) => {
                return write!(
                    formatter,
                    "an SD-JWT that hides \"{name}\", which everybody has to see"
                );
            }
            Self::HolderKey(error) => {
                return write!(
                    formatter,
                    "an SD-JWT whose holder's key is refused: {error}"
                );
            }
            Self::KeyBindingForbidden(name) => {
                return write!(
                    formatter,
                    "a key binding with the forbidden header member \"{name}\""
                );
            }
            Self::SignatureInvalid(error) => return error.fmt(formatter),
            Self::Serialization => {
                "a text that is not a token and disclosures with a \"~\" after each"
            }
            Self::EmbeddedKey => "an SD-JWT that brings its issuer's key",
            Self::TooManyDisclosures => "an SD-JWT with more disclosures than are read",
            Self::TooManyDigests => "an SD-JWT with more digests than are read",
            Self::TooDeep => "an SD-JWT with values or disclosures deeper than are read",
            Self::LongPlaces => "an SD-JWT with longer names around its disclosures than are read",
            Self::HashAlgorithm => {
                "an SD-JWT with another digest algorithm, expected \"sha-256\" at the top"
            }
            Self::Digests => "an SD-JWT with \"_sd\" or \"...\" that are not of digests",
            Self::DigestTwice => "an SD-JWT with a digest twice",
            Self::DisclosureTwice => "an SD-JWT with a disclosure twice",
            Self::Unreferenced => "an SD-JWT with a disclosure that no digest is of",
            Self::Disclosure => "an SD-JWT with a disclosure of wrong parts",
            Self::ReservedName => "an SD-JWT with a disclosure of a reserved name",
            Self::Collision => "an SD-JWT with a disclosure of a name that is there already",
            Self::HolderMissing => "an SD-JWT that is bound to no key",
            Self::HolderForm => {
                "an SD-JWT whose \"cnf\" is not one \"jwk\", or one \"kid\" that is a did:key or did:jwk"
            }
            Self::KeyBindingTyp => {
                "a key binding of another type or algorithm, expected \"kb+jwt\" and the holder's"
            }
            Self::AlgorithmOfOtherKey => {
                "a token whose algorithm is for another type of keys than its key"
            }
        };
        formatter.write_str(text)
    }
}

impl std::error::Error for SdJwtError {}
