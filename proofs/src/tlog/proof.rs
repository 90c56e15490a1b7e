//! Proofs that can be carried (C2SP tlog-proof): a leaf's place, the path to the root, and the
//! checkpoint with its cosignatures, in one text.
//!
//! Logs write them, wallets keep and show them, verifiers check them offline.

use std::fmt;

use schemas::digest::Sha256Digest;
use schemas::encoding::base64;

use super::checkpoint::{UnverifiedCheckpoint, VerifiedCheckpoint, read_hash, write_hash};
use super::error::TlogError;
use super::merkle::{MAX_PATH, verify_inclusion};
use super::note::{MAX_NOTE_BYTES, NoteKey};
use super::tile::decimal;

/// The first line.
const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// The most bytes of extra data.
const MAX_EXTRA: usize = 16 * 1024;
/// The most bytes of a proof: those of a note, of the extra data in base64, and of the path.
pub const MAX_PROOF_BYTES: usize = MAX_NOTE_BYTES + MAX_EXTRA / 3 * 4 + 64 * 64;

/// A proof that was read and not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnverifiedTlogProof {
    extra: Option<Vec<u8>>,
    index: u64,
    path: Vec<Sha256Digest>,
    checkpoint: UnverifiedCheckpoint,
}

impl UnverifiedTlogProof {
    /// A proof of a log of ours: the leaf at an index, its path
    /// ([`Plan::inclusion`](super::merkle::Plan::inclusion)) and the checkpoint of that size.
    #[must_use]
    pub fn new(index: u64, path: Vec<Sha256Digest>, checkpoint: &VerifiedCheckpoint) -> Self {
        Self {
            extra: None,
            index,
            path,
            checkpoint: checkpoint.clone().into_unverified(),
        }
    }

    /// Reads a proof.
    ///
    /// # Errors
    /// [`TlogError::TooLarge`] above [`MAX_PROOF_BYTES`], [`TlogError::Proof`] for anything but a proof,
    /// and those of [`UnverifiedCheckpoint::read`].
    pub fn read(text: &str) -> Result<Self, TlogError> {
        if text.len() > MAX_PROOF_BYTES {
            return Err(TlogError::TooLarge {
                limit: MAX_PROOF_BYTES,
                found: text.len(),
            });
        }
        let (proof, checkpoint) = text
            .split_once("\n\n")
            .ok_or(TlogError::Proof("has no empty line before its checkpoint"))?;
        let mut lines = proof.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(TlogError::Proof("begins with another line"));
        }
        let mut line = lines.next();
        let extra = match line.and_then(|line| line.strip_prefix("extra ")) {
            None => None,
            Some(extra) => {
                line = lines.next();
                let extra = base64::decode(extra).filter(|extra| extra.len() <= MAX_EXTRA);
                Some(extra.ok_or(TlogError::Proof("has extra data that cannot be read"))?)
            }
        };
        let index = line.and_then(|line| line.strip_prefix("index "));
        let index = index.and_then(decimal);
        let mut path = Vec::new();
        for line in lines {
            if path.len() == MAX_PATH {
                return Err(TlogError::Proof("has a path that no tree has"));
            }
            path.push(read_hash(line).ok_or(TlogError::Proof("has a line that is no hash"))?);
        }
        Ok(Self {
            extra,
            index: index.ok_or(TlogError::Proof("has no index"))?,
            path,
            checkpoint: UnverifiedCheckpoint::read(checkpoint)?,
        })
    }

    /// The leaf's index, unchecked.
    #[must_use]
    pub const fn unverified_index(&self) -> u64 {
        self.index
    }

    /// The checkpoint, unchecked: enough to find out whose keys to look up.
    #[must_use]
    pub const fn unverified_checkpoint(&self) -> &UnverifiedCheckpoint {
        &self.checkpoint
    }

    /// What an application put beside it. Nothing vouches for it, ever.
    #[must_use]
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// Checks that a leaf is in a log: the checkpoint's origin and signature, then the path. The caller
    /// counts the cosignatures of the checkpoint that this gives.
    ///
    /// # Errors
    /// Those of [`UnverifiedCheckpoint::verify`] and [`verify_inclusion`].
    pub fn verify(
        self,
        leaf: &Sha256Digest,
        origin: &str,
        keys: &[NoteKey],
    ) -> Result<VerifiedTlogProof, TlogError> {
        let checkpoint = self.checkpoint.verify(origin, keys)?;
        let head = checkpoint.head();
        verify_inclusion(self.index, leaf, head.size, &self.path, &head.root)?;
        Ok(VerifiedTlogProof {
            index: self.index,
            path: self.path,
            checkpoint,
        })
    }
}

impl fmt::Display for UnverifiedTlogProof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(formatter, "extra {}", base64::encode(extra))?;
        }
        writeln!(formatter, "index {}", self.index)?;
        for hash in &self.path {
            writeln!(formatter, "{}", write_hash(hash))?;
        }
        write!(formatter, "\n{}", self.checkpoint)
    }
}

/// A leaf that is in a log, by a checkpoint that the log signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedTlogProof {
    index: u64,
    path: Vec<Sha256Digest>,
    checkpoint: VerifiedCheckpoint,
}

impl VerifiedTlogProof {
    /// Where the leaf is.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// What leads from the leaf to the root.
    #[must_use]
    pub fn path(&self) -> &[Sha256Digest] {
        &self.path
    }

    /// The checkpoint, whose cosignatures are still to be counted.
    #[must_use]
    pub const fn checkpoint(&self) -> &VerifiedCheckpoint {
        &self.checkpoint
    }
}

#[cfg(test)]
mod tests;
