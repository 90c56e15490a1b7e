//! Concat KDF: from the agreed secret to the key of the content. Both sides run it.
//! Source: NIST SP 800-56A section 5.8.1; RFC 7518 section 4.6.2.

use schemas::suite::ContentEncryption;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::jwe::Parties;

/// The key for a content encryption, at most as long as one SHA-256: one round.
pub(super) fn derive(
    agreed: &[u8],
    encryption: ContentEncryption,
    parties: &Parties<'_>,
) -> Zeroizing<Vec<u8>> {
    let mut hash = Sha256::new();
    hash.update(1_u32.to_be_bytes());
    hash.update(agreed);
    for part in [
        encryption.name().as_bytes(),
        parties.producer,
        parties.recipient,
    ] {
        hash.update(length(part.len()));
        hash.update(part);
    }
    hash.update(length(encryption.key_bytes() * 8));
    let digest = Zeroizing::new(<[u8; 32]>::from(hash.finalize()));
    Zeroizing::new(
        digest
            .iter()
            .copied()
            .take(encryption.key_bytes())
            .collect(),
    )
}

/// Parties are bounded by their header: the number always fits.
fn length(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
}
