//! The names by which the ledger calls things, each 32 bytes and each a type of its own; salts and
//! signatures.

use std::fmt;
use std::str::FromStr;

use crate::digest::Sha256Digest;
use crate::encoding::base64url;
use crate::json::Value;
use crate::message::{Members, MessageError, Problem};
use crate::world::WorldId;

/// A text that is not 32 bytes in base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameError;

impl fmt::Display for NameError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not 32 bytes in base64url without padding")
    }
}

impl std::error::Error for NameError {}

macro_rules! names {
    ($($(#[$doc:meta])+ $name:ident,)+) => { $(
        $(#[$doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 32]);

        impl $name {
            /// From the bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            pub(super) fn read(
                members: &Members<'_>,
                name: &'static str,
            ) -> Result<Self, MessageError> {
                let expected = "32 bytes in base64url";
                let text = members.text(name)?;
                text.parse()
                    .map_err(|_| members.fail(name, Problem::Value { expected }))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&base64url::encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                let bytes = base64url::decode(text).ok_or(NameError)?;
                bytes.try_into().map(Self).map_err(|_| NameError)
            }
        }

        impl From<$name> for Value {
            fn from(name: $name) -> Self {
                Self::String(name.to_string())
            }
        }
    )+ };
}

names! {
    /// Which item: 32 random bytes that its ledger drew at the mint.
    ItemTag,
    /// Who holds an item, or to whom it is offered, without saying so: the digest of a one-time key and
    /// a salt. Only whoever has both can open it.
    Commitment,
    /// In which world an item is active, for whoever knows the salt.
    WorldCommitment,
    /// What is said of an item that never changes: see [`ItemTerms`](super::ItemTerms).
    TermsDigest,
    /// A leaf, as the log hashes it (RFC 6962 section 2.1).
    LeafHash,
    /// A step: the digest of its canonical bytes. Never of a signature, of which one step may have
    /// several.
    StepId,
}

impl Commitment {
    /// The commitment to an Ed25519 key with a salt.
    #[must_use]
    pub fn of(key: &[u8; 32], salt: &Salt) -> Self {
        let domain = b"omote/ledger/holder/v1\n";
        Self(*Sha256Digest::of_parts(&[domain, key, &salt.0]).as_bytes())
    }
}

impl WorldCommitment {
    /// The commitment to a world, by its origin, with a salt.
    #[must_use]
    pub fn of(origin: &str, salt: &Salt) -> Self {
        let domain = b"omote/ledger/world/v1\n";
        let parts = [domain, origin.as_bytes(), b"\n", &salt.0];
        Self(*Sha256Digest::of_parts(&parts).as_bytes())
    }
}

impl StepId {
    /// The name of a step with these canonical bytes.
    #[must_use]
    pub fn of_canonical(step: &[u8]) -> Self {
        Self(*Sha256Digest::of(step).as_bytes())
    }
}

impl LeafHash {
    /// The hash of an entry of the log: one zero byte before its bytes.
    #[must_use]
    pub fn of_entry(entry: &[u8]) -> Self {
        Self(*Sha256Digest::of_parts(&[&[0], entry]).as_bytes())
    }
}

/// What hides a key or a world in a commitment: 32 random bytes, a secret until the step that opens it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 32]);

impl Salt {
    /// What hides a world in the lease of one item, when that world asked with this salt: another for each
    /// item, or everybody could see which items are active in one world. SHA-256 of
    /// `omote/ledger/lease-salt/v1`, a line feed, the salt, the ledger's origin, a line feed and the tag.
    #[must_use]
    pub fn for_item(&self, ledger: &WorldId, item: &ItemTag) -> Self {
        let domain = b"omote/ledger/lease-salt/v1\n";
        let parts = [
            domain,
            &self.0[..],
            ledger.origin().as_bytes(),
            b"\n",
            &item.0,
        ];
        Self(*Sha256Digest::of_parts(&parts).as_bytes())
    }

    /// From 32 random bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(super) fn read(members: &Members<'_>, name: &'static str) -> Result<Self, MessageError> {
        bytes(members, name, "32 bytes in base64url").map(Self)
    }
}

impl From<Salt> for Value {
    fn from(salt: Salt) -> Self {
        Self::String(base64url::encode(&salt.0))
    }
}

impl fmt::Debug for Salt {
    /// Nothing of it: before its step it is what hides the holder.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Salt(…)")
    }
}

/// An Ed25519 signature, not checked here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LedgerSignature([u8; 64]);

impl LedgerSignature {
    /// From the bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }

    pub(super) fn read(members: &Members<'_>, name: &'static str) -> Result<Self, MessageError> {
        bytes(members, name, "64 bytes in base64url").map(Self)
    }
}

impl From<LedgerSignature> for Value {
    fn from(signature: LedgerSignature) -> Self {
        Self::String(base64url::encode(&signature.0))
    }
}

impl fmt::Debug for LedgerSignature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = base64url::encode(&self.0);
        write!(formatter, "LedgerSignature({text})")
    }
}

fn bytes<const N: usize>(
    members: &Members<'_>,
    name: &'static str,
    expected: &'static str,
) -> Result<[u8; N], MessageError> {
    let bytes = base64url::decode(&members.text(name)?);
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| members.fail(name, Problem::Value { expected }))
}
