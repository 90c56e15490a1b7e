//! HMAC-SHA-256 and HKDF-SHA-256 to exactly 32 bytes (RFC 2104, RFC 5869). The holder's side runs it.
//!
//! Written over the hash's own block so that nothing here can fail: a derivation that may fail tempts
//! its caller to go on with zeros.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

/// A secret of 32 bytes, wiped when dropped.
pub(crate) type Key32 = Zeroizing<[u8; 32]>;

const BLOCK: usize = 64;

/// HMAC-SHA-256 over `parts`, one after the other.
pub(crate) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = Zeroizing::new([0u8; BLOCK]);
    if key.len() > BLOCK {
        let digest: [u8; 32] = Sha256::digest(key).into();
        fill_front(&mut block, &digest);
    } else {
        fill_front(&mut block, key);
    }
    let mut padded = (*block).into();
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&padded);
    padded.zeroize();
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// HKDF-SHA-256 with one output block: extract with `salt`, expand with `info`.
pub(crate) fn hkdf_sha256(ikm: &[u8], salt: &str, info: &[u8]) -> Key32 {
    let pseudorandom = Zeroizing::new(hmac_sha256(salt.as_bytes(), &[ikm]));
    Zeroizing::new(hmac_sha256(&*pseudorandom, &[info, &[1]]))
}

/// Appends `bytes` behind their length as four big-endian bytes, so that no two lists of parts ever
/// give the same bytes.
pub(crate) fn push_prefixed(out: &mut Vec<u8>, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
}

fn fill_front(block: &mut [u8; BLOCK], bytes: &[u8]) {
    for (place, byte) in block.iter_mut().zip(bytes) {
        *place = *byte;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hkdf::Hkdf;

    #[test]
    fn agrees_with_the_hkdf_crate() {
        for salt in ["omote/copy/v1", &"s".repeat(100)] {
            for length in [0usize, 1, 63, 64, 65, 300] {
                let ikm = vec![7u8; length];
                let mut expected = [0u8; 32];
                Hkdf::<Sha256>::new(Some(salt.as_bytes()), &ikm)
                    .expand(b"info", &mut expected)
                    .unwrap();
                assert_eq!(*hkdf_sha256(&ikm, salt, b"info"), expected);
            }
        }
    }

    #[test]
    fn prefixed_parts_do_not_run_together() {
        let (mut one, mut two) = (Vec::new(), Vec::new());
        push_prefixed(&mut one, b"ab");
        push_prefixed(&mut one, b"c");
        push_prefixed(&mut two, b"a");
        push_prefixed(&mut two, b"bc");
        assert_ne!(one, two);
    }
}
