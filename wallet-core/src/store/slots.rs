//! The two ways to the store key: passphrase and keychain. The holder's side runs it.
//!
//! The store key is 32 random bytes. The passphrase slot always exists and wraps it under Argon2id
//! (RFC 9106), whose cost stands in the slot and is bounded on reading in both directions: a slot
//! that was made cheap would help a guesser, one that was made dear would stop the machine.

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use crate::entropy::{Entropy, draw};
use crate::error::{Fault, StoreError};
use crate::kdf::Key32;
use crate::keychain::WrappingKey;
use crate::passphrase::Passphrase;
use crate::store::envelope::{NONCE_BYTES, Place, open, seal};
use crate::store::{RecordId, WalletId};

const SLOT_VERSION: u8 = 1;
const SALT_BYTES: usize = 16;
const COST_BYTES: usize = 1 + 4 + 4 + 4 + SALT_BYTES;
const SEALED_KEY_BYTES: usize = 32 + 16;
const PASSPHRASE_LABEL: &str = "omote/slot/passphrase/v1";
const KEYCHAIN_LABEL: &str = "omote/slot/keychain/v1";

/// How much work a guess at the passphrase costs (Argon2id).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfParams {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl KdfParams {
    /// The cheapest slot that is accepted: 19 MiB, 2 passes, 1 lane (OWASP's floor for Argon2id).
    pub const MINIMUM: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
        lanes: 1,
    };
    /// The dearest slot that is accepted: 1 GiB, 16 passes, 4 lanes.
    pub const MAXIMUM: Self = Self {
        memory_kib: 1024 * 1024,
        passes: 16,
        lanes: 4,
    };

    /// Parameters within the bounds.
    ///
    /// # Errors
    /// [`StoreError::KdfParams`] outside of them.
    pub const fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, StoreError> {
        let (low, high) = (Self::MINIMUM, Self::MAXIMUM);
        if memory_kib < low.memory_kib
            || memory_kib > high.memory_kib
            || passes < low.passes
            || passes > high.passes
            || lanes < low.lanes
            || lanes > high.lanes
        {
            return Err(StoreError::KdfParams {
                memory_kib,
                passes,
                lanes,
            });
        }
        Ok(Self {
            memory_kib,
            passes,
            lanes,
        })
    }

    fn derive(self, passphrase: &Passphrase, salt: &[u8]) -> Result<Key32, StoreError> {
        let refused = |_| StoreError::KdfParams {
            memory_kib: self.memory_kib,
            passes: self.passes,
            lanes: self.lanes,
        };
        let params =
            Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(refused)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.expose(), salt, &mut *key)
            .map_err(refused)?;
        Ok(key)
    }
}

impl Default for KdfParams {
    /// 64 MiB, 3 passes, 1 lane (RFC 9106's choice for machines with little memory, one lane).
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 1,
        }
    }
}

/// Makes the passphrase slot's bytes.
pub(crate) fn wrap_with_passphrase(
    wallet: &WalletId,
    store_key: &Key32,
    passphrase: &Passphrase,
    params: KdfParams,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, StoreError> {
    let salt = draw::<SALT_BYTES>(entropy)?;
    let mut slot = Vec::with_capacity(COST_BYTES + NONCE_BYTES + SEALED_KEY_BYTES);
    slot.push(SLOT_VERSION);
    for number in [params.memory_kib, params.passes, params.lanes] {
        slot.extend_from_slice(&number.to_be_bytes());
    }
    slot.extend_from_slice(&salt);
    let key = params.derive(passphrase, &salt)?;
    let place = slot_place(wallet, PASSPHRASE_LABEL, &slot);
    let sealed = seal(&key, &place, &**store_key, entropy)?;
    slot.extend_from_slice(&sealed.nonce);
    slot.extend_from_slice(&sealed.body);
    Ok(slot)
}

/// Opens the passphrase slot. A wrong passphrase and a changed slot give one answer.
pub(crate) fn unwrap_with_passphrase(
    wallet: &WalletId,
    slot: &[u8],
    passphrase: &Passphrase,
) -> Result<Key32, StoreError> {
    let (cost, rest) = slot
        .split_at_checked(COST_BYTES)
        .ok_or(StoreError::WrongPassphrase)?;
    let (nonce, body) = rest
        .split_at_checked(NONCE_BYTES)
        .ok_or(StoreError::WrongPassphrase)?;
    let (version, rest) = cost.split_first().ok_or(StoreError::WrongPassphrase)?;
    let (memory_kib, rest) = number(rest)?;
    let (passes, rest) = number(rest)?;
    let (lanes, salt) = number(rest)?;
    if *version != SLOT_VERSION || body.len() != SEALED_KEY_BYTES {
        return Err(StoreError::WrongPassphrase);
    }
    let params = KdfParams::new(memory_kib, passes, lanes)?;
    let key = params.derive(passphrase, salt)?;
    let place = slot_place(wallet, PASSPHRASE_LABEL, cost);
    let plain =
        open(&key, &place, nonce, body, Fault::Header).map_err(|_| StoreError::WrongPassphrase)?;
    store_key(&plain).ok_or(StoreError::WrongPassphrase)
}

/// Makes the keychain slot's bytes.
pub(crate) fn wrap_with_keychain(
    wallet: &WalletId,
    store_key: &Key32,
    wrapping: &WrappingKey,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, StoreError> {
    let key = Zeroizing::new(*wrapping.expose());
    let place = slot_place(wallet, KEYCHAIN_LABEL, &[SLOT_VERSION]);
    let sealed = seal(&key, &place, &**store_key, entropy)?;
    let mut slot = vec![SLOT_VERSION];
    slot.extend_from_slice(&sealed.nonce);
    slot.extend_from_slice(&sealed.body);
    Ok(slot)
}

/// Opens the keychain slot.
pub(crate) fn unwrap_with_keychain(
    wallet: &WalletId,
    slot: &[u8],
    wrapping: &WrappingKey,
) -> Result<Key32, StoreError> {
    let damaged = StoreError::Corrupt(Fault::KeychainSlot);
    let Some((&SLOT_VERSION, rest)) = slot.split_first() else {
        return Err(damaged);
    };
    let (nonce, body) = rest.split_at_checked(NONCE_BYTES).ok_or(damaged.clone())?;
    let key = Zeroizing::new(*wrapping.expose());
    let place = slot_place(wallet, KEYCHAIN_LABEL, &[SLOT_VERSION]);
    let plain = open(&key, &place, nonce, body, Fault::KeychainSlot)?;
    store_key(&plain).ok_or(damaged)
}

fn slot_place<'a>(wallet: &'a WalletId, label: &'static str, beside: &'a [u8]) -> Place<'a> {
    Place {
        wallet,
        label,
        kind: 0,
        id: &RecordId::ZERO,
        version: 0,
        beside,
    }
}

fn number(bytes: &[u8]) -> Result<(u32, &[u8]), StoreError> {
    bytes
        .split_first_chunk::<4>()
        .map(|(head, rest)| (u32::from_be_bytes(*head), rest))
        .ok_or(StoreError::WrongPassphrase)
}

fn store_key(plain: &[u8]) -> Option<Key32> {
    <[u8; 32]>::try_from(plain).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;
    use schemas::reason::Reason;

    fn slot() -> (WalletId, Vec<u8>, Passphrase) {
        let wallet = WalletId::from_bytes([1; 16]);
        let passphrase = Passphrase::new("correct horse").unwrap();
        let key = Zeroizing::new([5; 32]);
        let slot = wrap_with_passphrase(
            &wallet,
            &key,
            &passphrase,
            KdfParams::MINIMUM,
            &mut OsEntropy,
        )
        .unwrap();
        (wallet, slot, passphrase)
    }

    #[test]
    fn passphrase_slot_opens_and_refuses() {
        let (wallet, slot, passphrase) = slot();
        assert_eq!(
            *unwrap_with_passphrase(&wallet, &slot, &passphrase).unwrap(),
            [5; 32]
        );
        let wrong = Passphrase::new("correct horsf").unwrap();
        assert_eq!(
            unwrap_with_passphrase(&wallet, &slot, &wrong).unwrap_err(),
            StoreError::WrongPassphrase
        );
    }

    #[test]
    fn a_changed_slot_is_a_wrong_passphrase() {
        let (wallet, slot, passphrase) = slot();
        // The version, the salt, the nonce, the sealed key, and every length. Costs are tested below.
        for at in [0, 13, 28, 29, 52, 53, slot.len() - 1] {
            let mut changed = slot.clone();
            changed[at] ^= 1;
            assert_eq!(
                unwrap_with_passphrase(&wallet, &changed, &passphrase).unwrap_err(),
                StoreError::WrongPassphrase,
                "byte {at}"
            );
        }
        for length in 0..slot.len() {
            assert_eq!(
                unwrap_with_passphrase(&wallet, &slot[..length], &passphrase).unwrap_err(),
                StoreError::WrongPassphrase
            );
        }
        // A cost that was lowered, though still within the bounds, is authenticated too.
        let mut dearer = slot.clone();
        dearer[8] = 3;
        assert_eq!(
            unwrap_with_passphrase(&wallet, &dearer, &passphrase).unwrap_err(),
            StoreError::WrongPassphrase
        );
    }

    #[test]
    fn costs_are_bounded_both_ways() {
        let (wallet, slot, passphrase) = slot();
        for (at, bytes) in [
            (1usize, [0, 0, 0, 8]),
            (1, [0, 0, 0x4b, 0xff]),
            (1, [0, 0x10, 0, 1]),
            (1, [0xff; 4]),
            (5, [0, 0, 0, 1]),
            (5, [0, 0, 0, 17]),
            (9, [0; 4]),
            (9, [0, 0, 0, 5]),
        ] {
            let mut changed = slot.clone();
            changed[at..at + 4].copy_from_slice(&bytes);
            let error = unwrap_with_passphrase(&wallet, &changed, &passphrase).unwrap_err();
            assert_eq!(error.reason(), Reason::WalletKdfParams, "{at} {bytes:?}");
        }
        assert!(KdfParams::new(64 * 1024, 3, 1).is_ok());
        assert_eq!(
            KdfParams::new(64 * 1024, 3, 1).unwrap(),
            KdfParams::default()
        );
    }

    #[test]
    fn keychain_slot_opens_and_refuses() {
        let wallet = WalletId::from_bytes([1; 16]);
        let key = Zeroizing::new([5; 32]);
        let wrapping = WrappingKey::from_bytes([6; 32]);
        let slot = wrap_with_keychain(&wallet, &key, &wrapping, &mut OsEntropy).unwrap();
        assert_eq!(
            *unwrap_with_keychain(&wallet, &slot, &wrapping).unwrap(),
            [5; 32]
        );
        let corrupt = StoreError::Corrupt(Fault::KeychainSlot);
        let other = WrappingKey::from_bytes([7; 32]);
        assert_eq!(
            unwrap_with_keychain(&wallet, &slot, &other).unwrap_err(),
            corrupt
        );
        for at in 0..slot.len() {
            let mut changed = slot.clone();
            changed[at] ^= 0x80;
            assert_eq!(
                unwrap_with_keychain(&wallet, &changed, &wrapping).unwrap_err(),
                corrupt
            );
        }
    }
}
