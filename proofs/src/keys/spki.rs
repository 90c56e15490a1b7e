//! Public keys as certificates hold them (SubjectPublicKeyInfo). Whoever checks requests that are signed
//! with the key of a certificate runs it. Source: RFC 5480 section 2.1; RFC 8410 section 4.

use crate::keys::{KeyError, VerifyingKey, ecdsa};

/// What stands before the 32 bytes of an Ed25519 key, in DER: the one spelling.
const ED25519: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];
/// What stands before the coordinates of a P-256 key as an uncompressed point, in DER.
const P256: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];
/// Bytes of a P-256 key in this form.
const COORDINATES: usize = 2 * ecdsa::COORDINATE_BYTES;

impl VerifyingKey {
    /// A key from the DER of a SubjectPublicKeyInfo, the one form that certificates have for it.
    ///
    /// # Errors
    /// [`KeyError::Codec`] for a key of another type or in another form, and as of
    /// [`from_ed25519`](Self::from_ed25519) and [`from_p256`](Self::from_p256).
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        if let Some(key) = der.strip_prefix(&ED25519) {
            return Self::from_ed25519_slice(key);
        }
        let point = der.strip_prefix(&P256).ok_or(KeyError::Codec)?;
        let (x, y) = point
            .split_at_checked(ecdsa::COORDINATE_BYTES)
            .ok_or(KeyError::Length {
                expected: COORDINATES,
                found: point.len(),
            })?;
        Self::from_p256_coordinates(x, y)
    }

    /// The DER of the SubjectPublicKeyInfo.
    #[must_use]
    pub fn to_spki(&self) -> Vec<u8> {
        match self.ed25519_bytes() {
            Some(key) => [&ED25519[..], &key].concat(),
            None => {
                let [x, y] = self.p256_coordinates().unwrap_or_default();
                [&P256[..], &x, &y].concat()
            }
        }
    }
}
