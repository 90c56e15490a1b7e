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

use crate::ticket::{NoChance, Ticket, draw};

const NONCE_BYTES: usize = 24;

/// What is sealed; it opens as nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sealed {
    /// What a wallet asked for, until somebody has logged in: under the ticket of the login page.
    Asked,
    /// The secret of the key to which its answer is encrypted.
    Decryption,
    /// The holders of copies that wait for approval: under the transaction id.
    Holders,
    /// What the world that asked is told.
    Result,
}

impl Sealed {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Asked => b"omote/authorization-asked/v1\0",
            Self::Decryption => b"omote/admission-decryption/v1\0",
            Self::Holders => b"omote/deferred-holders/v1\0",
            Self::Result => b"omote/admission-result/v1\0",
        }
    }
}

/// The key of the seals.
pub(crate) struct SealKey(Zeroizing<[u8; 32]>);

impl SealKey {
    /// The key that follows from the seed of the world's key.
    pub(crate) fn of_seed(seed: &[u8; 32]) -> Self {
        Self::derive(seed, b"omote/result-key/v1")
    }

    /// The key that follows from a ticket, of which the store has a digest only: what is sealed with it
    /// is opened by whoever brings the ticket back.
    pub(crate) fn of_ticket(ticket: &Ticket) -> Self {
        Self::derive(ticket.expose().as_bytes(), b"omote/ticket-key/v1")
    }

    fn derive(secret: &[u8], label: &[u8]) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        #[expect(
            clippy::expect_used,
            reason = "HKDF-SHA256 gives up to 255 times 32 bytes"
        )]
        Hkdf::<Sha256>::new(None, secret)
            .expand(label, key.as_mut())
            .expect("32 bytes");
        Self(key)
    }

    /// Seals something of an admission: nonce and ciphertext, bound to the admission's name.
    ///
    /// # Errors
    /// [`NoChance`] when there are no random bytes.
    pub(crate) fn seal(
        &self,
        what: Sealed,
        admission: &str,
        plain: &[u8],
    ) -> Result<Vec<u8>, NoChance> {
        let mut nonce = [0; NONCE_BYTES];
        draw(&mut nonce)?;
        let payload = Payload {
            msg: plain,
            aad: &place(what, admission),
        };
        // Fails only beyond 256 GiB.
        let body = self.cipher().encrypt((&nonce).into(), payload);
        let body = body.map_err(|_| NoChance)?;
        Ok([nonce.as_slice(), &body].concat())
    }

    /// Opens it again; `None` for anything else.
    pub(crate) fn open(
        &self,
        what: Sealed,
        admission: &str,
        sealed: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload {
            msg: body,
            aad: &place(what, admission),
        };
        let plain = self.cipher().decrypt(nonce.into(), payload);
        plain.ok().map(Zeroizing::new)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }
}

fn place(what: Sealed, admission: &str) -> Vec<u8> {
    [what.label(), admission.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::{SealKey, Sealed};

    #[test]
    fn a_seal_opens_in_its_place_with_its_key_and_unchanged() {
        let (key, other) = (SealKey::of_seed(&[1; 32]), SealKey::of_seed(&[2; 32]));
        let sealed = key.seal(Sealed::Result, "a1", b"Mika").unwrap();
        assert_eq!(
            key.open(Sealed::Result, "a1", &sealed).unwrap().as_slice(),
            b"Mika"
        );
        assert_ne!(sealed, key.seal(Sealed::Result, "a1", b"Mika").unwrap());
        assert!(!sealed.windows(4).any(|four| four == b"Mika"));
        assert!(key.open(Sealed::Result, "a2", &sealed).is_none());
        assert!(key.open(Sealed::Decryption, "a1", &sealed).is_none());
        assert!(other.open(Sealed::Result, "a1", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open(Sealed::Result, "a1", &changed).is_none(), "{at}");
            assert!(
                key.open(Sealed::Result, "a1", &sealed[..at]).is_none(),
                "{at}"
            );
        }
    }
}
