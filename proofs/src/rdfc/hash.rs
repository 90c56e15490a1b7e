//! The hash of RDFC-1.0, and how its values are ordered and written.
//!
//! Source: RDF Dataset Canonicalization 1.0, section 4.4.1.

use sha2::{Digest as _, Sha256, Sha384};

/// The hash function; documents use SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashAlgorithm {
    /// The default of the specification.
    Sha256,
    /// For keys of 192 bits of strength.
    Sha384,
}

impl HashAlgorithm {
    pub(super) fn of(self, data: &[u8]) -> Hash {
        let mut bytes = [0; 48];
        let length = match self {
            Self::Sha256 => copy(&Sha256::digest(data), &mut bytes),
            Self::Sha384 => copy(&Sha384::digest(data), &mut bytes),
        };
        Hash { bytes, length }
    }
}

fn copy(digest: &[u8], bytes: &mut [u8; 48]) -> usize {
    for (to, from) in bytes.iter_mut().zip(digest) {
        *to = *from;
    }
    digest.len()
}

/// A hash value. Its order is that of its lower-case hex text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hash {
    bytes: [u8; 48],
    length: usize,
}

impl Hash {
    /// Appends the hex text.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for byte in self.bytes.iter().take(self.length) {
            for nibble in [byte >> 4, byte & 15] {
                out.push(DIGITS.get(usize::from(nibble)).copied().unwrap_or_default());
            }
        }
    }
}
