//! What a log asks a witness (C2SP tlog-witness, `add-checkpoint`): how large the tree was that the
//! witness cosigned last, the proof that the new one begins with it, and the new checkpoint.
//!
//! Logs write it, witnesses read it.

use std::fmt;

use schemas::digest::Sha256Digest;

use super::checkpoint::{UnverifiedCheckpoint, VerifiedCheckpoint, read_hash, write_hash};
use super::error::TlogError;
use super::merkle::MAX_PATH;
use super::note::MAX_NOTE_BYTES;
use super::tile::decimal;

/// The most bytes of a request: a note, and 63 hashes before it.
pub const MAX_REQUEST_BYTES: usize = MAX_NOTE_BYTES + 64 * 64;

/// A request for a cosignature, not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// How large the tree was that the witness cosigned last; 0 for none.
    pub old: u64,
    /// The consistency proof from there.
    pub path: Vec<Sha256Digest>,
    /// The checkpoint to cosign.
    pub checkpoint: UnverifiedCheckpoint,
}

impl AddCheckpoint {
    /// A request of a log.
    #[must_use]
    pub fn new(old: u64, path: Vec<Sha256Digest>, checkpoint: &VerifiedCheckpoint) -> Self {
        Self {
            old,
            path,
            checkpoint: checkpoint.clone().into_unverified(),
        }
    }

    /// Reads a request.
    ///
    /// # Errors
    /// [`TlogError::TooLarge`] above [`MAX_REQUEST_BYTES`], [`TlogError::Request`] for anything but a
    /// request, also for an old size above the new one, and those of [`UnverifiedCheckpoint::read`].
    pub fn read(text: &str) -> Result<Self, TlogError> {
        if text.len() > MAX_REQUEST_BYTES {
            return Err(TlogError::TooLarge {
                limit: MAX_REQUEST_BYTES,
                found: text.len(),
            });
        }
        let (proof, checkpoint) = text
            .split_once("\n\n")
            .ok_or(TlogError::Request("has no empty line"))?;
        let mut lines = proof.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old "));
        let old = old.and_then(decimal);
        let old = old.ok_or(TlogError::Request("has no old size in its first line"))?;
        let mut path = Vec::new();
        for line in lines {
            if path.len() == MAX_PATH {
                return Err(TlogError::Request("has a proof that no tree has"));
            }
            let hash = read_hash(line);
            path.push(hash.ok_or(TlogError::Request("has a line that is no hash"))?);
        }
        let checkpoint = UnverifiedCheckpoint::read(checkpoint)?;
        if old > checkpoint.unverified().head().size {
            return Err(TlogError::Request("has an old size above the new one"));
        }
        Ok(Self {
            old,
            path,
            checkpoint,
        })
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "old {}", self.old)?;
        for hash in &self.path {
            writeln!(formatter, "{}", write_hash(hash))?;
        }
        write!(formatter, "\n{}", self.checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::super::TlogError;
    use super::super::checkpoint::tests::checkpoint;
    use super::super::merkle::tests::Plain;
    use super::super::merkle::{Plan, leaf_hash};
    use super::AddCheckpoint;

    #[test]
    fn requests_have_one_spelling() {
        let plain = Plain::of(9);
        let signed = checkpoint(1, plain.head(9));
        for old in [0, 1, 5, 9] {
            let path = Plan::consistency(old, 9).unwrap().make(&plain).unwrap();
            let request = AddCheckpoint::new(old, path, &signed);
            let text = request.to_string();
            assert_eq!(AddCheckpoint::read(&text), Ok(request));
        }
        let hash = super::write_hash(&leaf_hash(b""));
        for front in [
            "",
            "old",
            "old ",
            "old  1",
            "old 01",
            "old -1",
            "old +1",
            "old 1 ",
            "Old 1",
            "size 1",
            "old 10",
            "old 99999999999999999999",
            "old 1\r",
            "old 1\nAAAA",
            &format!("old 1\n{hash} "),
            &format!("old 1\n {hash}"),
            &format!("old 1{}", format!("\n{hash}").repeat(64)),
        ] {
            let text = format!("{front}\n\n{signed}");
            let refused = AddCheckpoint::read(&text);
            assert!(matches!(refused, Err(TlogError::Request(_))), "{front}");
        }
        for text in [
            "old 1\n".to_owned(),
            format!("old 1\n{signed}"),
            "old 1\n\n".to_owned(),
            format!("old 1\n\n\n{signed}"),
        ] {
            assert!(AddCheckpoint::read(&text).is_err(), "{text}");
        }
    }
}
