//! Two digits that a person compares on two screens: the request that the wallet opened is the one
//! that the world shows. Both sides compute them.

use crate::digest::Sha256Digest;
use crate::oid4vp::Nonce;
use crate::oid4vp::client_id::ClientId;

/// Keeps this use of SHA-256 apart from all others.
const LABEL: &[u8] = b"omote match code 1\0";

/// The match code of a request: a number from 10 to 99.
///
/// Somebody who relays a request of another world shows another one, nine times out of ten and more;
/// it is a help for an attentive person and no proof.
#[must_use]
pub fn match_code(client_id: &ClientId, nonce: &Nonce) -> u8 {
    let digest = Sha256Digest::of_parts(&[
        LABEL,
        client_id.as_str().as_bytes(),
        b"\0",
        nonce.as_str().as_bytes(),
    ]);
    let number = digest
        .as_bytes()
        .iter()
        .take(8)
        .fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    10 + u8::try_from(number % 90).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::match_code;
    use crate::oid4vp::Nonce;
    use crate::oid4vp::client_id::ClientId;

    #[test]
    fn two_digits_that_both_sides_compute() {
        let client_id: ClientId = "x509_san_dns:world.example".parse().unwrap();
        let code = |text: String| match_code(&client_id, &Nonce::new(text).unwrap());
        assert_eq!(code("n-0S6_WzA2Mj1AbCdEfGhIjK".to_owned()), 59);
        let codes: BTreeSet<u8> = (0..2000)
            .map(|n| code(format!("nonce-of-22-letters-{n:04}")))
            .collect();
        // Every pair of digits, and nothing else.
        assert_eq!(codes, (10..=99).collect());
        let other: ClientId = "x509_san_dns:other.example".parse().unwrap();
        let nonces = (0..50).map(|n| Nonce::new(format!("nonce-of-22-letters-{n:04}")).unwrap());
        let differ =
            nonces.filter(|nonce| match_code(&client_id, nonce) != match_code(&other, nonce));
        assert!(differ.count() > 40);
    }
}
