//! P-256 keys for key agreement. Kept apart from keys that sign: one key does one thing.
//! Source: RFC 7518 section 6.2.1; SEC 1 section 3.3.1.

use std::fmt;

use p256::elliptic_curve::point::AffineCoordinates as _;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{PublicKey, SecretKey};
use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use schemas::json::{Object, Value};
use schemas::suite::KeyType;
use schemas::{canonical, object};
use zeroize::Zeroizing;

use crate::jwe::header::ALGORITHM;
use crate::keys::KeyError;

/// Bytes of a coordinate.
const COORDINATE_BYTES: usize = 32;
/// What an uncompressed point begins with.
const UNCOMPRESSED: u8 = 4;
/// Members that hold a secret or another key's parts.
const FOREIGN: [&str; 9] = ["d", "k", "n", "e", "p", "q", "oth", "priv", "seed"];

/// A public P-256 key that messages are encrypted to: a point of the curve.
#[derive(Clone, PartialEq, Eq)]
pub struct RecipientKey(PublicKey);

impl RecipientKey {
    /// A key from a JSON Web Key for encryption. `kid` and unknown members are ignored.
    ///
    /// # Errors
    /// [`KeyError::Purpose`] when `kty`, `crv`, `alg`, `use` or `key_ops` are for something else than
    /// ECDH-ES on P-256, or `alg` is missing (OpenID4VP 1.0 section 8.3); [`KeyError::Member`] when a
    /// member is missing, of a wrong type or secret; [`KeyError::Length`], [`KeyError::Encoding`] and
    /// [`KeyError::NotAPoint`] for coordinates of no point of the curve.
    pub fn from_jwk(jwk: &Object) -> Result<Self, KeyError> {
        if text(jwk, "alg")? != ALGORITHM {
            return Err(KeyError::Purpose("alg"));
        }
        if jwk.contains_key("use") && text(jwk, "use")? != "enc" {
            return Err(KeyError::Purpose("use"));
        }
        // RFC 7517 section 4.3 has no operation for a public key that is agreed with: no list, or an
        // empty one.
        match jwk.get("key_ops") {
            None => {}
            Some(Value::Array(operations)) if operations.is_empty() => {}
            Some(Value::Array(_)) => return Err(KeyError::Purpose("key_ops")),
            Some(_) => return Err(KeyError::Member("key_ops")),
        }
        Self::from_point(jwk)
    }

    /// The point of a JSON Web Key, whatever else it says.
    pub(super) fn from_point(jwk: &Object) -> Result<Self, KeyError> {
        if text(jwk, "kty")? != "EC" {
            return Err(KeyError::Purpose("kty"));
        }
        if text(jwk, "crv")? != KeyType::P256.name() {
            return Err(KeyError::Purpose("crv"));
        }
        if let Some(name) = FOREIGN.into_iter().find(|name| jwk.contains_key(name)) {
            return Err(KeyError::Member(name));
        }
        let mut point = vec![UNCOMPRESSED];
        for name in ["x", "y"] {
            let coordinate = base64url::decode(text(jwk, name)?).ok_or(KeyError::Encoding)?;
            if coordinate.len() != COORDINATE_BYTES {
                return Err(KeyError::Length {
                    expected: COORDINATE_BYTES,
                    found: coordinate.len(),
                });
            }
            point.extend(coordinate);
        }
        PublicKey::from_sec1_bytes(&point)
            .map(Self)
            .map_err(|_| KeyError::NotAPoint)
    }

    /// The public JSON Web Key: `kty`, `crv`, `x` and `y`.
    #[must_use]
    pub fn jwk(&self) -> Object {
        let point = self.0.to_sec1_point(false);
        let coordinate = |bytes: Option<&[u8]>| base64url::encode(bytes.unwrap_or_default());
        let (x, y) = (1..33, 33..65);
        object! {
            "kty" => "EC",
            "crv" => KeyType::P256.name(),
            "x" => coordinate(point.as_bytes().get(x)),
            "y" => coordinate(point.as_bytes().get(y)),
        }
    }

    /// The thumbprint of RFC 7638: a name for the key.
    #[must_use]
    pub fn thumbprint(&self) -> Sha256Digest {
        Sha256Digest::of(&canonical::object_to_bytes(&self.jwk()))
    }
}

impl fmt::Debug for RecipientKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RecipientKey({})", self.thumbprint())
    }
}

/// A secret P-256 key that messages are decrypted with. Wiped when dropped; prints nothing.
pub struct DecryptionKey(SecretKey);

impl DecryptionKey {
    /// The key of a secret number, as 32 bytes, the highest first. The caller wipes the bytes.
    ///
    /// # Errors
    /// [`KeyError::Scalar`] for zero and for numbers from the order of the curve on.
    pub fn from_scalar(scalar: &[u8; 32]) -> Result<Self, KeyError> {
        SecretKey::from_slice(scalar)
            .map(Self)
            .map_err(|_| KeyError::Scalar)
    }

    /// The public half.
    #[must_use]
    pub fn recipient(&self) -> RecipientKey {
        RecipientKey(self.0.public_key())
    }

    /// What only the two keys' holders can compute: `x` of the product, which is never the point at
    /// infinity, as every point of the curve has its prime order.
    pub(super) fn agree(&self, other: &RecipientKey) -> Zeroizing<Vec<u8>> {
        let secret = Zeroizing::new(self.0.to_nonzero_scalar());
        let product = (other.0.to_projective() * **secret).to_affine();
        Zeroizing::new(product.x().to_vec())
    }
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DecryptionKey")
    }
}

fn text<'a>(jwk: &'a Object, name: &'static str) -> Result<&'a str, KeyError> {
    jwk.get(name)
        .and_then(Value::as_str)
        .ok_or(KeyError::Member(name))
}
