//! An address to which an item can be given: a one-time key and a salt, in one text that a person can
//! send. No identity: the next gift has another.

use std::fmt;
use std::str::FromStr;

use crate::digest::Sha256Digest;
use crate::encoding::base64url;
use crate::ledger::{Commitment, Salt};
use crate::reason::Reason;

/// How the text of an address begins.
pub const ADDRESS_PREFIX: &str = "omote:to:";
const CHECK_BYTES: usize = 4;
/// Key, salt and check bytes.
const BYTES: usize = 32 + 32 + CHECK_BYTES;

/// An address: whoever has it can offer an item to it, and see that such an offer was taken.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    key: [u8; 32],
    salt: Salt,
}

/// A text that is no address: other letters, another length, or a letter that was mistyped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressError;

impl AddressError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        Reason::ReceiverInvalid
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "not a whole address that begins with {ADDRESS_PREFIX}"
        )
    }
}

impl std::error::Error for AddressError {}

impl Address {
    /// The address of an Ed25519 key, by its 32 bytes. Whether they are a key is for `proofs::ledger`.
    #[must_use]
    pub const fn new(key: [u8; 32], salt: Salt) -> Self {
        Self { key, salt }
    }

    /// The 32 bytes of the key, not yet looked at as a point.
    #[must_use]
    pub const fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// The salt.
    #[must_use]
    pub const fn salt(&self) -> &Salt {
        &self.salt
    }

    /// What an offer to it names.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        Commitment::of(&self.key, &self.salt)
    }

    fn check(&self) -> [u8; CHECK_BYTES] {
        let domain = b"omote/ledger/address/v1\n";
        let digest = Sha256Digest::of_parts(&[domain, &self.key, self.salt.as_bytes()]);
        let [a, b, c, d, ..] = *digest.as_bytes();
        [a, b, c, d]
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.key[..], self.salt.as_bytes(), &self.check()].concat();
        write!(formatter, "{ADDRESS_PREFIX}{}", base64url::encode(&bytes))
    }
}

impl fmt::Debug for Address {
    /// The commitment, which says nothing of the key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Address({})", self.commitment())
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let bytes = text
            .strip_prefix(ADDRESS_PREFIX)
            .and_then(base64url::decode)
            .filter(|bytes| bytes.len() == BYTES)
            .ok_or(AddressError)?;
        let (key, rest) = bytes.split_first_chunk().ok_or(AddressError)?;
        let (salt, check) = rest.split_first_chunk().ok_or(AddressError)?;
        let address = Self::new(*key, Salt::from_bytes(*salt));
        match address.check() == check {
            true => Ok(address),
            false => Err(AddressError),
        }
    }
}
