//! P-256 keys and their signatures (ECDSA with SHA-256). Issuers and holders sign, everybody checks.
//! Source: FIPS 186-5 section 6; RFC 6979 (no randomness); SEC 1 section 2.3.3 (compressed points).

use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};

use crate::keys::{KeyError, SIGNATURE_BYTES, SignatureInvalid};

/// Bytes of a coordinate.
pub(super) const COORDINATE_BYTES: usize = 32;
/// Bytes of a compressed point: a sign and `x`.
const COMPRESSED_BYTES: usize = 1 + COORDINATE_BYTES;
/// What an uncompressed point begins with.
const UNCOMPRESSED: u8 = 4;

pub(super) fn secret(scalar: &[u8; 32]) -> Result<SigningKey, KeyError> {
    SigningKey::from_slice(scalar).map_err(|_| KeyError::Scalar)
}

/// A key from the one form of a point that Multikey has.
pub(super) fn compressed(bytes: &[u8]) -> Result<VerifyingKey, KeyError> {
    if bytes.len() != COMPRESSED_BYTES {
        return Err(KeyError::Length {
            expected: COMPRESSED_BYTES,
            found: bytes.len(),
        });
    }
    // Forms of a point that begin otherwise (hybrid, compact, a padded infinity) are other spellings.
    if !matches!(bytes.first(), Some(2 | 3)) {
        return Err(KeyError::NonCanonical);
    }
    VerifyingKey::from_sec1_bytes(bytes).map_err(|_| KeyError::NotAPoint)
}

/// A key from both coordinates, as JSON Web Keys have them (RFC 7518 section 6.2.1): full length,
/// zeros in front included.
pub(super) fn coordinates(x: &[u8], y: &[u8]) -> Result<VerifyingKey, KeyError> {
    for coordinate in [x, y] {
        if coordinate.len() != COORDINATE_BYTES {
            return Err(KeyError::Length {
                expected: COORDINATE_BYTES,
                found: coordinate.len(),
            });
        }
    }
    let point = [&[UNCOMPRESSED], x, y].concat();
    VerifyingKey::from_sec1_bytes(&point).map_err(|_| KeyError::NotAPoint)
}

pub(super) fn to_compressed(key: &VerifyingKey) -> [u8; COMPRESSED_BYTES] {
    let mut bytes = [0; COMPRESSED_BYTES];
    // A key is never the point at infinity, whose form alone has another length.
    for (to, from) in bytes.iter_mut().zip(key.to_sec1_point(true).as_bytes()) {
        *to = *from;
    }
    bytes
}

/// `x` and `y`.
pub(super) fn to_coordinates(key: &VerifyingKey) -> [[u8; COORDINATE_BYTES]; 2] {
    let mut coordinates = [[0; COORDINATE_BYTES]; 2];
    let point = key.to_sec1_point(false);
    let bytes = point.as_bytes().iter().skip(1);
    for (to, from) in coordinates.iter_mut().flatten().zip(bytes) {
        *to = *from;
    }
    coordinates
}

pub(super) fn sign(key: &SigningKey, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
    let signature: Signature = key.sign(message);
    signature.to_bytes().into()
}

/// `r` and `s` out of range are refused while they are read.
pub(super) fn verify(
    key: &VerifyingKey,
    message: &[u8],
    signature: &[u8; SIGNATURE_BYTES],
) -> Result<(), SignatureInvalid> {
    Signature::from_slice(signature)
        .and_then(|signature| key.verify(message, &signature))
        .map_err(|_| SignatureInvalid)
}
