//! Ed25519 keys and signatures (RFC 8032): the strict ones only.
//!
//! Issuers and holders sign, everybody checks. A key is judged once, when it is loaded: a
//! [`VerifyingKey`] is a canonical encoding of a point that is not of small order, so a signature
//! that it confirms was made by somebody who knew the secret.
//! Text forms: [`multikey`](VerifyingKey::multikey) and [`jwk`](VerifyingKey::jwk).

mod error;
mod jwk;
mod multikey;

use std::fmt;

use ed25519_dalek::Signer as _;
use schemas::did::{Did, DidUrl};
use schemas::reason::Reason;
use zeroize::ZeroizeOnDrop;

use crate::did_key;

pub use error::KeyError;

/// Bytes of a public key.
const KEY_BYTES: usize = 32;
/// Bytes of a signature.
const SIGNATURE_BYTES: usize = 64;

/// A secret Ed25519 key. Wiped when dropped; prints nothing; has no text form.
///
/// The public half is always computed from the secret: no caller can pair a secret with another
/// public key and so learn the secret from two signatures (CVE-2022-50237).
///
/// ```
/// use proofs::keys::SigningKey;
///
/// let key = SigningKey::from_seed(&[7; 32]);
/// let signature = key.sign(b"hello");
/// assert!(key.verifying_key().verify(b"hello", &signature).is_ok());
/// assert!(key.verifying_key().verify(b"hullo", &signature).is_err());
/// ```
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The key of a 32-byte seed (the private key of RFC 8032). The caller wipes the seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The public half.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }

    /// The `did:key` of the public half.
    #[must_use]
    pub fn did_key(&self) -> Did {
        did_key::encode(&self.verifying_key())
    }

    /// The one verification method of [`did_key`](Self::did_key).
    #[must_use]
    pub fn verification_method(&self) -> DidUrl {
        did_key::verification_method(&self.verifying_key())
    }

    /// Signs bytes. Callers keep kinds of messages apart: use `data_integrity` or `jws`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }
}

/// Dropping the field wipes it; `is_wiped` below keeps that true.
impl ZeroizeOnDrop for SigningKey {}

const _: () = {
    const fn is_wiped<T: ZeroizeOnDrop>() {}
    is_wiped::<ed25519_dalek::SigningKey>();
};

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SigningKey")
    }
}

/// A public Ed25519 key, judged when it was loaded: canonical, on the curve, not of small order.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    /// A key from its 32 bytes.
    ///
    /// # Errors
    /// [`KeyError::Weak`] for the points of small order in every encoding of theirs,
    /// [`KeyError::NotAPoint`] and [`KeyError::NonCanonical`] for other bytes that no honest key
    /// generation writes.
    pub fn from_bytes(bytes: &[u8; KEY_BYTES]) -> Result<Self, KeyError> {
        let key =
            ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotAPoint)?;
        // First of all, so that a small-order point is called weak in whatever spelling it comes.
        if key.is_weak() {
            return Err(KeyError::Weak);
        }
        // Decompression reduces coordinates and forgives a sign on x = 0: one point, many spellings.
        if key.to_edwards().compress().as_bytes() != bytes {
            return Err(KeyError::NonCanonical);
        }
        Ok(Self(key))
    }

    /// A key from bytes of any length, as decoders hand them over.
    pub(crate) fn from_slice(bytes: &[u8]) -> Result<Self, KeyError> {
        let bytes: &[u8; KEY_BYTES] = bytes.try_into().map_err(|_| KeyError::Length {
            expected: KEY_BYTES,
            found: bytes.len(),
        })?;
        Self::from_bytes(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; KEY_BYTES] {
        self.0.to_bytes()
    }

    /// Checks a signature by the strict rules: cofactorless equation, `s` reduced, `R` canonical and
    /// not of small order (`verify_strict`).
    ///
    /// # Errors
    /// When the signature is not this key's over this message.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), SignatureInvalid> {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0
            .verify_strict(message, &signature)
            .map_err(|_| SignatureInvalid)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "VerifyingKey({})", self.multikey())
    }
}

/// An Ed25519 signature: 64 bytes, not yet checked.
///
/// Never a name for what it signs: one message may have several valid signatures.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; SIGNATURE_BYTES]);

impl Signature {
    /// A signature from bytes of any length.
    ///
    /// # Errors
    /// When they are not 64; nothing is cut off or filled up.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SignatureMalformed> {
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| SignatureMalformed { found: bytes.len() })
    }

    /// The 64 bytes.
    #[must_use]
    pub const fn to_bytes(&self) -> [u8; SIGNATURE_BYTES] {
        self.0
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Signature({})",
            schemas::encoding::hex::encode(&self.0)
        )
    }
}

/// A signature that is not 64 bytes long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureMalformed {
    found: usize,
}

impl SignatureMalformed {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        Reason::SigMalformed
    }
}

impl fmt::Display for SignatureMalformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { found } = self;
        write!(
            formatter,
            "a signature of {found} bytes, expected {SIGNATURE_BYTES}"
        )
    }
}

impl std::error::Error for SignatureMalformed {}

/// A signature that this key did not make over this message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureInvalid;

impl SignatureInvalid {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        Reason::SigInvalid
    }
}

impl fmt::Display for SignatureInvalid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the signature does not match the message and the key")
    }
}

impl std::error::Error for SignatureInvalid {}

#[cfg(test)]
mod tests;
