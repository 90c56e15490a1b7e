//! The three credentials of this house, as documents of VCDM 2.0.
//!
//! ```text
//! creator ── AssetProvenance ──▶ world ── AvatarCredential | ItemCredential ──▶ holder's key
//! ```
//!
//! A creator states where a model file comes from and under which terms. A world embeds that
//! statement in what it issues, so that whoever checks the credential needs nobody else. Three
//! states are three types: [`UnsignedCredential`] cannot be sent, [`UnverifiedCredential`] is all
//! that is read, and what is verified is a type of the verifier.
//!
//! Source: VCDM 2.0 sections 4 and 5; the context `https://w3id.org/omote/v1`; for credentials that
//! are SD-JWTs, SD-JWT VC (draft-ietf-oauth-sd-jwt-vc) section 2.

mod claims;
mod envelope;
mod subject;
#[cfg(test)]
mod tests;
mod unsigned;
mod unverified;

use std::fmt;
use std::str::FromStr;

pub use envelope::Envelope;
pub(crate) use envelope::{read_type_name, the_subject};
pub use subject::{
    Asset, AssetSubject, AvatarSubject, ItemSubject, OtherSubject, PartialSubject, Subject,
};
pub use unsigned::{
    AssetProvenance, AvatarCredential, ItemCredential, UnsignedCredential, UnsignedSdJwtVc,
};
pub use unverified::UnverifiedCredential;
pub(crate) use unverified::in_order;

use crate::oid4vci::CredentialFormat;
pub use crate::shape::ShapeError;
use crate::time::Timestamp;

/// The contexts of every document that this house writes, in their order.
pub const CONTEXTS: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://w3id.org/omote/v1",
];

/// How a credential is written and secured, out of what this house reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// `dc+sd-jwt`: an SD-JWT VC. What is read of it are its processed claims.
    DcSdJwt,
    /// `ldp_vc`: a document of VCDM 2.0 with Data Integrity proofs.
    LdpVc,
}

impl Format {
    /// Both, the one that shows least first.
    pub const ALL: [Self; 2] = [Self::DcSdJwt, Self::LdpVc];

    /// The format of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The name that OpenID4VC has for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DcSdJwt => "dc+sd-jwt",
            Self::LdpVc => "ldp_vc",
        }
    }

    /// Where in a credential the claims about its subject stand, as a JSON Pointer.
    #[must_use]
    pub const fn claims_at(self) -> &'static str {
        match self {
            Self::DcSdJwt => "",
            Self::LdpVc => "/credentialSubject",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl From<Format> for CredentialFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::DcSdJwt => Self::DcSdJwt,
            Format::LdpVc => Self::LdpVc,
        }
    }
}

/// A kind of credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CredentialType {
    /// A creator's statement about a model file.
    AssetProvenance,
    /// The right to wear an avatar, bound to a holder's key.
    Avatar,
    /// The right to use an item, bound to a holder's key.
    Item,
    /// A type that is none of ours. Refused, unless a policy allows it by its name.
    Other,
}

impl CredentialType {
    /// Every kind of ours.
    pub const ALL: [Self; 3] = [Self::AssetProvenance, Self::Avatar, Self::Item];

    /// The type, as documents name it beside `VerifiableCredential`. All that is known of another one
    /// is that it is a credential.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AssetProvenance => "AssetProvenance",
            Self::Avatar => "AvatarCredential",
            Self::Item => "ItemCredential",
            Self::Other => "VerifiableCredential",
        }
    }

    /// The type's IRI, as DCQL's `type_values` names it.
    #[must_use]
    pub const fn iri(self) -> &'static str {
        match self {
            Self::AssetProvenance => "https://w3id.org/omote/v1#AssetProvenance",
            Self::Avatar => "https://w3id.org/omote/v1#AvatarCredential",
            Self::Item => "https://w3id.org/omote/v1#ItemCredential",
            Self::Other => "https://www.w3.org/2018/credentials#VerifiableCredential",
        }
    }

    /// Whether credentials of this kind are always bound to a holder's key.
    #[must_use]
    pub const fn is_held(self) -> bool {
        matches!(self, Self::Avatar | Self::Item)
    }
}

impl fmt::Display for CredentialType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A type that is none of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownType;

impl fmt::Display for UnknownType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the types are AssetProvenance, AvatarCredential and ItemCredential")
    }
}

impl std::error::Error for UnknownType {}

impl FromStr for CredentialType {
    type Err = UnknownType;

    fn from_str(name: &str) -> Result<Self, UnknownType> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or(UnknownType)
    }
}

/// When a credential is valid: from the first moment on, up to the second and not at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// `validFrom`
    pub from: Option<Timestamp>,
    /// `validUntil`
    pub until: Option<Timestamp>,
}

impl Validity {
    /// Valid between two moments.
    #[must_use]
    pub const fn between(from: Timestamp, until: Timestamp) -> Self {
        Self {
            from: Some(from),
            until: Some(until),
        }
    }

    /// Valid from a moment on, without an end.
    #[must_use]
    pub const fn starting(from: Timestamp) -> Self {
        Self {
            from: Some(from),
            until: None,
        }
    }
}
