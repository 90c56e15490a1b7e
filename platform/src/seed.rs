//! The seed of a signing key in a file of its own: a label, and 32 bytes in base64url. Worlds and
//! witnesses keep theirs so, each with its own label.

use std::path::Path;

use proofs::keys::SigningKey;
use schemas::encoding::base64url;
use zeroize::Zeroizing;

use crate::files::{self, FileError};
use crate::ticket::{self, NoChance};

/// From which a key follows. Wiped when dropped; prints nothing.
pub(crate) struct Seed(Zeroizing<[u8; 32]>);

impl Seed {
    /// A new one.
    ///
    /// # Errors
    /// [`NoChance`] when there are no random bytes.
    pub(crate) fn draw() -> Result<Self, NoChance> {
        let mut seed = Zeroizing::new([0; 32]);
        ticket::draw(seed.as_mut())?;
        Ok(Self(seed))
    }

    /// Reads one from a file that is for us alone.
    ///
    /// # Errors
    /// [`FileError`], also for a file with another label or with anything else.
    pub(crate) fn read(path: &Path, label: &str) -> Result<Self, FileError> {
        let text = files::read_private(path)?;
        let seed = text
            .trim_end()
            .strip_prefix(label)
            .and_then(base64url::decode)
            .map(Zeroizing::new)
            .and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok())
            .map(Zeroizing::new);
        Ok(Self(
            seed.ok_or_else(|| FileError::Malformed(path.to_owned()))?,
        ))
    }

    /// What its file says.
    pub(crate) fn text(&self, label: &str) -> Zeroizing<String> {
        let seed = Zeroizing::new(base64url::encode(self.0.as_ref()));
        Zeroizing::new(format!("{label}{}\n", *seed))
    }

    /// The key.
    pub(crate) fn key(&self) -> SigningKey {
        SigningKey::from_seed(&self.0)
    }

    /// For what else follows from it.
    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}
