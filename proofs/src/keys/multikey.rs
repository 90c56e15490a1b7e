//! Multikey text of a public key: `z` and base58btc of a two-byte codec and the key. Issuers,
//! holders and verifiers run it. Source: Controlled Identifiers 1.0 section 2.2.2.

use schemas::encoding::base58btc;
use schemas::suite::KeyType;

use crate::keys::{ED25519_BYTES, KeyError, VerifyingKey};

/// `ed25519-pub`, as an unsigned varint.
const ED25519_PUB: [u8; 2] = [0xed, 0x01];
/// `p256-pub`, as an unsigned varint.
const P256_PUB: [u8; 2] = [0x80, 0x24];

impl VerifyingKey {
    /// The Multikey text, `z6Mk…` of an Ed25519 key and `zDn…` of a P-256 key.
    #[must_use]
    pub fn multikey(&self) -> String {
        let codec = match self.key_type() {
            KeyType::Ed25519 => ED25519_PUB,
            KeyType::P256 => P256_PUB,
        };
        let bytes = [&codec[..], &self.to_bytes()].concat();
        format!("z{}", base58btc::encode(&bytes))
    }

    /// A key from its Multikey text.
    ///
    /// # Errors
    /// [`KeyError::Encoding`] for other multibase prefixes and letters, [`KeyError::Codec`] for keys
    /// of other types, and as of [`from_ed25519`](Self::from_ed25519) and
    /// [`from_p256`](Self::from_p256).
    pub fn from_multikey(text: &str) -> Result<Self, KeyError> {
        let body = text
            .strip_prefix('z')
            .filter(|body| !body.is_empty())
            .ok_or(KeyError::Encoding)?;
        let bytes = base58btc::decode(body).ok_or(KeyError::Encoding)?;
        if let Some(key) = bytes.strip_prefix(&ED25519_PUB) {
            return Self::from_ed25519_slice(key);
        }
        match bytes.strip_prefix(&P256_PUB) {
            // No form of a point has 32 bytes: it is the codec that does not fit the key.
            Some(key) if key.len() != ED25519_BYTES => Self::from_p256(key),
            _ => Err(KeyError::Codec),
        }
    }
}
