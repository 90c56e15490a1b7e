//! Multikey text of a public key: `z` and base58btc of a two-byte codec and the key. Issuers,
//! holders and verifiers run it. Source: Controlled Identifiers 1.0 section 2.2.2.

use schemas::encoding::base58btc;

use crate::keys::{KeyError, VerifyingKey};

/// `ed25519-pub`, as an unsigned varint.
const ED25519_PUB: [u8; 2] = [0xed, 0x01];

impl VerifyingKey {
    /// The Multikey text, `z6Mk…`.
    #[must_use]
    pub fn multikey(&self) -> String {
        let mut bytes = ED25519_PUB.to_vec();
        bytes.extend_from_slice(&self.to_bytes());
        format!("z{}", base58btc::encode(&bytes))
    }

    /// A key from its Multikey text.
    ///
    /// # Errors
    /// [`KeyError::Encoding`] for other multibase prefixes and letters, [`KeyError::Codec`] for keys
    /// of other types, [`KeyError::Length`] for any length but 32 bytes, and as of
    /// [`from_bytes`](Self::from_bytes).
    pub fn from_multikey(text: &str) -> Result<Self, KeyError> {
        let body = text
            .strip_prefix('z')
            .filter(|body| !body.is_empty())
            .ok_or(KeyError::Encoding)?;
        let bytes = base58btc::decode(body).ok_or(KeyError::Encoding)?;
        let key = bytes.strip_prefix(&ED25519_PUB).ok_or(KeyError::Codec)?;
        Self::from_slice(key)
    }
}
