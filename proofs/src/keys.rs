//! Keys and signatures: Ed25519 (RFC 8032), the strict ones only, and P-256 with SHA-256 (FIPS 186-5).
//!
//! Issuers and holders sign, everybody checks. A key is judged once, when it is loaded: an Ed25519
//! [`VerifyingKey`] is a canonical encoding of a point that is not of small order, a P-256 one a point
//! of the curve, so a signature that it confirms was made by somebody who knew the secret.
//! Text forms: [`multikey`](VerifyingKey::multikey) and [`jwk`](VerifyingKey::jwk); the form of
//! certificates: [`to_spki`](VerifyingKey::to_spki).

mod ecdsa;
mod ed25519;
mod error;
mod jwk;
mod multikey;
mod spki;

use std::fmt;
use std::hash::{Hash, Hasher};

use ed25519_dalek::Signer as _;
use schemas::did::{Did, DidUrl};
use schemas::reason::Reason;
use schemas::suite::KeyType;
use zeroize::ZeroizeOnDrop;

use crate::did_key;

pub use error::KeyError;

use ed25519::BYTES as ED25519_BYTES;

/// Bytes of a signature, of either type.
const SIGNATURE_BYTES: usize = 64;

/// A secret key. Wiped when dropped; prints nothing; has no text form.
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
pub struct SigningKey(Secret);

enum Secret {
    Ed25519(ed25519_dalek::SigningKey),
    P256(p256::ecdsa::SigningKey),
}

impl SigningKey {
    /// The Ed25519 key of a 32-byte seed (the private key of RFC 8032). The caller wipes the seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(Secret::Ed25519(ed25519_dalek::SigningKey::from_bytes(seed)))
    }

    /// The P-256 key of a secret number, as 32 bytes, the highest first (`d` of RFC 7518). The caller
    /// wipes the bytes.
    ///
    /// # Errors
    /// [`KeyError::Scalar`] for zero and for numbers from the order of the curve on.
    pub fn from_p256_scalar(scalar: &[u8; 32]) -> Result<Self, KeyError> {
        ecdsa::secret(scalar).map(|key| Self(Secret::P256(key)))
    }

    /// The type of the key.
    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        match self.0 {
            Secret::Ed25519(_) => KeyType::Ed25519,
            Secret::P256(_) => KeyType::P256,
        }
    }

    /// The public half.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(match &self.0 {
            Secret::Ed25519(key) => Public::Ed25519(key.verifying_key().into()),
            Secret::P256(key) => Public::P256(*key.verifying_key()),
        })
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
    ///
    /// No randomness for either type: the same message has the same signature (RFC 8032, RFC 6979).
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(match &self.0 {
            Secret::Ed25519(key) => key.sign(message).to_bytes(),
            Secret::P256(key) => ecdsa::sign(key, message),
        })
    }
}

/// Dropping the fields wipes them; `is_wiped` below keeps that true.
impl ZeroizeOnDrop for SigningKey {}

const _: () = {
    const fn is_wiped<T: ZeroizeOnDrop>() {}
    is_wiped::<ed25519_dalek::SigningKey>();
    is_wiped::<p256::ecdsa::SigningKey>();
};

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SigningKey")
    }
}

/// A public key, judged when it was loaded: canonical, on the curve, not of small order.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey(Public);

#[derive(Clone, PartialEq, Eq)]
enum Public {
    Ed25519(ed25519::Key),
    P256(p256::ecdsa::VerifyingKey),
}

impl VerifyingKey {
    /// An Ed25519 key from its 32 bytes.
    ///
    /// # Errors
    /// [`KeyError::Weak`] for the points of small order in every encoding of theirs,
    /// [`KeyError::NotAPoint`] and [`KeyError::NonCanonical`] for other bytes that no honest key
    /// generation writes.
    pub fn from_ed25519(bytes: &[u8; ED25519_BYTES]) -> Result<Self, KeyError> {
        ed25519::Key::from_bytes(bytes).map(|key| Self(Public::Ed25519(key)))
    }

    /// An Ed25519 key from bytes of any length, as decoders hand them over.
    pub(crate) fn from_ed25519_slice(bytes: &[u8]) -> Result<Self, KeyError> {
        let bytes: &[u8; ED25519_BYTES] = bytes.try_into().map_err(|_| KeyError::Length {
            expected: ED25519_BYTES,
            found: bytes.len(),
        })?;
        Self::from_ed25519(bytes)
    }

    /// A P-256 key from its compressed point: a sign (2 or 3) and 32 bytes of `x` (SEC 1 section
    /// 2.3.3). No other form of a point is read.
    ///
    /// # Errors
    /// [`KeyError::Length`] for any length but 33 bytes, [`KeyError::NonCanonical`] for another first
    /// byte, [`KeyError::NotAPoint`] for an `x` that no point of the curve has.
    pub fn from_p256(bytes: &[u8]) -> Result<Self, KeyError> {
        ecdsa::compressed(bytes).map(|key| Self(Public::P256(key)))
    }

    fn from_p256_coordinates(x: &[u8], y: &[u8]) -> Result<Self, KeyError> {
        ecdsa::coordinates(x, y).map(|key| Self(Public::P256(key)))
    }

    fn p256_coordinates(&self) -> Option<[[u8; ecdsa::COORDINATE_BYTES]; 2]> {
        match &self.0 {
            Public::Ed25519(_) => None,
            Public::P256(key) => Some(ecdsa::to_coordinates(key)),
        }
    }

    /// The type of the key.
    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        match self.0 {
            Public::Ed25519(_) => KeyType::Ed25519,
            Public::P256(_) => KeyType::P256,
        }
    }

    /// The bytes: 32 of an Ed25519 key, 33 of a P-256 key (compressed). Keys of two types never have
    /// the same.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match &self.0 {
            Public::Ed25519(key) => key.as_bytes().to_vec(),
            Public::P256(key) => ecdsa::to_compressed(key).to_vec(),
        }
    }

    /// The 32 bytes of an Ed25519 key; `None` for keys of other types.
    #[must_use]
    pub fn ed25519_bytes(&self) -> Option<[u8; ED25519_BYTES]> {
        match &self.0 {
            Public::Ed25519(key) => Some(*key.as_bytes()),
            Public::P256(_) => None,
        }
    }

    /// The same key for somebody who keeps it, such as an issuer's: an Ed25519 key that goes on being
    /// met makes a table of 110 KB for itself, shared by its clones, and is checked in half the time.
    /// Answers are the same.
    #[must_use]
    pub fn kept(self) -> Self {
        Self(match self.0 {
            Public::Ed25519(key) => Public::Ed25519(key.kept()),
            Public::P256(key) => Public::P256(key),
        })
    }

    /// Checks a signature.
    ///
    /// Ed25519 by the strict rules: cofactorless equation, `s` reduced, `R` canonical and not of small
    /// order (as `verify_strict` of `ed25519-dalek`). P-256 with `r` and `s` from 1 to below the order; both values of `s`
    /// that fit a message verify, so a signature is never a name for what it signs.
    ///
    /// # Errors
    /// When the signature is not this key's over this message.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), SignatureInvalid> {
        match &self.0 {
            Public::Ed25519(key) => key.verify(message, &signature.0),
            Public::P256(key) => ecdsa::verify(key, message, &signature.0),
        }
    }
}

impl Hash for VerifyingKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_bytes().hash(state);
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "VerifyingKey({})", self.multikey())
    }
}

/// A signature: 64 bytes, not yet checked. `R` and `s` of Ed25519, `r` and `s` of P-256.
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
