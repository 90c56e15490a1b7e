//! The keys of the conformance interface: one a type, of one seed. Never those of a world.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use hkdf::Hkdf;
use proofs::keys::SigningKey;
use schemas::encoding::hex;
use schemas::suite::{Cryptosuite, KeyType};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Labels of the two keys in the derivation (RFC 5869 section 2.3).
const ED25519: &[u8] = b"omote-vcalm ed25519";
const P256: &[u8] = b"omote-vcalm p-256";
/// A seed file holds 64 digits and a line end.
const MAX_FILE: u64 = 256;

/// Why there are no keys.
#[derive(Debug)]
pub(crate) enum KeysError {
    /// The machine gave no random bytes.
    NoChance,
    /// The file was not read.
    Io(PathBuf, std::io::ErrorKind),
    /// The file holds something else than 64 hexadecimal digits.
    Seed(PathBuf),
}

impl fmt::Display for KeysError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoChance => formatter.write_str("the machine gave no random bytes"),
            Self::Io(path, kind) => write!(formatter, "{} was not read: {kind}", path.display()),
            Self::Seed(path) => write!(
                formatter,
                "{} does not hold 64 hexadecimal digits",
                path.display()
            ),
        }
    }
}

impl std::error::Error for KeysError {}

/// The keys.
#[derive(Debug)]
pub(crate) struct Keys {
    ed25519: SigningKey,
    p256: SigningKey,
}

impl Keys {
    /// New keys, which nobody had before and nobody has afterwards.
    pub(crate) fn make() -> Result<Self, KeysError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut()).map_err(|_| KeysError::NoChance)?;
        Self::of_seed(&seed).ok_or(KeysError::NoChance)
    }

    /// The keys of a seed file.
    pub(crate) fn of_file(path: &Path) -> Result<Self, KeysError> {
        let io = |error: std::io::Error| KeysError::Io(path.to_owned(), error.kind());
        let mut text = Zeroizing::new(String::new());
        let file = File::open(path).map_err(io)?;
        file.take(MAX_FILE).read_to_string(&mut text).map_err(io)?;
        let bytes = hex::decode(text.trim_end()).map(Zeroizing::new);
        let seed = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok());
        seed.map(Zeroizing::new)
            .and_then(|seed| Self::of_seed(&seed))
            .ok_or_else(|| KeysError::Seed(path.to_owned()))
    }

    fn of_seed(seed: &[u8; 32]) -> Option<Self> {
        let hkdf = Hkdf::<Sha256>::new(None, seed);
        let derive = |label: &[&[u8]]| {
            let mut bytes = Zeroizing::new([0; 32]);
            hkdf.expand_multi_info(label, bytes.as_mut()).ok()?;
            Some(bytes)
        };
        // One number of 2^32 is no scalar; then the next one is taken.
        let p256 = (0_u8..8)
            .find_map(|round| SigningKey::from_p256_scalar(&*derive(&[P256, &[round]])?).ok())?;
        Some(Self {
            ed25519: SigningKey::from_seed(&*derive(&[ED25519])?),
            p256,
        })
    }

    /// The key that signs in this suite.
    pub(crate) const fn of(&self, suite: Cryptosuite) -> &SigningKey {
        match suite.key_type() {
            KeyType::Ed25519 => &self.ed25519,
            KeyType::P256 => &self.p256,
        }
    }
}
