//! Sealing one record to its place (XChaCha20-Poly1305). The holder's side runs it.
//!
//! What a record is sealed with: its wallet, its kind, its id and its version. A record that is
//! moved, swapped or put back in an older version does not open.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use zeroize::Zeroizing;

use crate::entropy::{Entropy, draw};
use crate::error::{Fault, StoreError};
use crate::kdf::{Key32, push_prefixed};
use crate::store::{RecordId, WalletId};

pub(crate) const NONCE_BYTES: usize = 24;

/// Ciphertext with the nonce that was drawn for it.
pub(crate) struct Sealed {
    pub(crate) nonce: [u8; NONCE_BYTES],
    pub(crate) body: Vec<u8>,
}

/// Where a sealed text belongs.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) wallet: &'a WalletId,
    pub(crate) label: &'static str,
    pub(crate) kind: u8,
    pub(crate) id: &'a RecordId,
    pub(crate) version: u64,
    /// Plain bytes that stand beside the ciphertext and must not change either.
    pub(crate) beside: &'a [u8],
}

impl Place<'_> {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(96);
        push_prefixed(&mut bytes, self.label.as_bytes());
        push_prefixed(&mut bytes, self.wallet.as_bytes());
        bytes.push(self.kind);
        push_prefixed(&mut bytes, self.id.as_bytes());
        bytes.extend_from_slice(&self.version.to_be_bytes());
        push_prefixed(&mut bytes, self.beside);
        bytes
    }
}

/// Seals `plain` to its place under a fresh 192-bit nonce.
pub(crate) fn seal(
    key: &Key32,
    place: &Place<'_>,
    plain: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<Sealed, StoreError> {
    let nonce = draw::<NONCE_BYTES>(entropy)?;
    let aad = place.bytes();
    let body = XChaCha20Poly1305::new((&**key).into())
        .encrypt(
            (&nonce).into(),
            Payload {
                msg: plain,
                aad: &aad,
            },
        )
        .map_err(|_| StoreError::Internal("sealing failed"))?;
    Ok(Sealed { nonce, body })
}

/// Opens what was sealed to this very place; `fault` says what is damaged when it does not open.
pub(crate) fn open(
    key: &Key32,
    place: &Place<'_>,
    nonce: &[u8],
    body: &[u8],
    fault: Fault,
) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let nonce = <[u8; NONCE_BYTES]>::try_from(nonce).map_err(|_| StoreError::Corrupt(fault))?;
    let aad = place.bytes();
    XChaCha20Poly1305::new((&**key).into())
        .decrypt(
            (&nonce).into(),
            Payload {
                msg: body,
                aad: &aad,
            },
        )
        .map(Zeroizing::new)
        .map_err(|_| StoreError::Corrupt(fault))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    #[test]
    fn opens_in_its_own_place_only() {
        let key = Zeroizing::new([9; 32]);
        let (wallet, other) = (WalletId::from_bytes([1; 16]), WalletId::from_bytes([2; 16]));
        let (id, id2) = (RecordId::from_bytes([3; 16]), RecordId::from_bytes([4; 16]));
        let place = Place {
            wallet: &wallet,
            label: "t",
            kind: 1,
            id: &id,
            version: 1,
            beside: b"",
        };
        let sealed = seal(&key, &place, b"canary", &mut OsEntropy).unwrap();
        let try_open = |key: &Key32, place: &Place<'_>, body: &[u8]| {
            open(key, place, &sealed.nonce, body, Fault::Record)
        };
        assert_eq!(&**try_open(&key, &place, &sealed.body).unwrap(), b"canary");

        let corrupt = Err(StoreError::Corrupt(Fault::Record));
        for wrong in [
            Place {
                wallet: &other,
                ..place
            },
            Place {
                label: "u",
                ..place
            },
            Place { kind: 2, ..place },
            Place { id: &id2, ..place },
            Place {
                version: 2,
                ..place
            },
            Place {
                beside: b"x",
                ..place
            },
        ] {
            assert_eq!(try_open(&key, &wrong, &sealed.body), corrupt);
        }
        assert_eq!(
            try_open(&Zeroizing::new([8; 32]), &place, &sealed.body),
            corrupt
        );
        for at in 0..sealed.body.len() {
            let mut body = sealed.body.clone();
            body[at] ^= 1;
            assert_eq!(try_open(&key, &place, &body), corrupt);
        }
        let again = seal(&key, &place, b"canary", &mut OsEntropy).unwrap();
        assert_ne!(again.nonce, sealed.nonce);
    }
}
