//! Sealing what the store holds for others for a short time (XChaCha20-Poly1305 under a key that
//! follows from the world's own by HKDF). Run by the world.
//!
//! A copy of the database, or a backup of it, tells nobody who was admitted with what. Whoever has
//! `world.key` as well can open what is there; `world.key` is this world.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::ticket::{NoChance, draw};

const NONCE_BYTES: usize = 24;

/// What a sealed text is for; it opens nowhere else.
const RESULT: &[u8] = b"omote/admission-result/v1\0";

/// The key of the seals.
pub(crate) struct SealKey(Zeroizing<[u8; 32]>);

impl SealKey {
    /// The key that follows from the seed of the world's key.
    pub(crate) fn of_seed(seed: &[u8; 32]) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        #[expect(
            clippy::expect_used,
            reason = "HKDF-SHA256 gives up to 255 times 32 bytes"
        )]
        Hkdf::<Sha256>::new(None, seed)
            .expand(b"omote/result-key/v1", key.as_mut())
            .expect("32 bytes");
        Self(key)
    }

    /// Seals the result of an admission: nonce and ciphertext, bound to the admission's name.
    ///
    /// # Errors
    /// [`NoChance`] when there are no random bytes.
    pub(crate) fn seal(&self, admission: &str, plain: &[u8]) -> Result<Vec<u8>, NoChance> {
        let mut nonce = [0; NONCE_BYTES];
        draw(&mut nonce)?;
        let payload = Payload {
            msg: plain,
            aad: &place(admission),
        };
        // Fails only beyond 256 GiB.
        let body = self.cipher().encrypt((&nonce).into(), payload);
        let body = body.map_err(|_| NoChance)?;
        Ok([nonce.as_slice(), &body].concat())
    }

    /// Opens the result of an admission; `None` for anything else.
    pub(crate) fn open(&self, admission: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload {
            msg: body,
            aad: &place(admission),
        };
        let plain = self.cipher().decrypt(nonce.into(), payload);
        plain.ok().map(Zeroizing::new)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }
}

fn place(admission: &str) -> Vec<u8> {
    [RESULT, admission.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::SealKey;

    #[test]
    fn a_seal_opens_in_its_place_with_its_key_and_unchanged() {
        let (key, other) = (SealKey::of_seed(&[1; 32]), SealKey::of_seed(&[2; 32]));
        let sealed = key.seal("a1", b"Mika").unwrap();
        assert_eq!(key.open("a1", &sealed).unwrap().as_slice(), b"Mika");
        assert_ne!(sealed, key.seal("a1", b"Mika").unwrap());
        assert!(!sealed.windows(4).any(|four| four == b"Mika"));
        assert!(key.open("a2", &sealed).is_none());
        assert!(other.open("a1", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open("a1", &changed).is_none(), "{at}");
            assert!(key.open("a1", &sealed[..at]).is_none(), "{at}");
        }
    }
}
