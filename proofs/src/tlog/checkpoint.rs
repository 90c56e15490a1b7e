//! Checkpoints (C2SP tlog-checkpoint): size and root of a log, signed by it.
//!
//! Logs sign them, witnesses cosign them, verifiers, wallets and monitors check them.
//!
//! ```text
//! Checkpoint ── sign ──▶ UnverifiedCheckpoint ──▶ text
//! text ── read ──▶ UnverifiedCheckpoint ── verify (origin, keys) ──▶ VerifiedCheckpoint
//! ```

use std::fmt;

use schemas::digest::Sha256Digest;
use schemas::encoding::base64;

use super::error::TlogError;
use super::merkle::{MAX_SIZE, TreeHead};
use super::note::{KeyKind, KeyName, MAX_SIGNATURES, NoteKey, NoteSigner, UnverifiedNote};
use super::tile::decimal;

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    head: TreeHead,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// A checkpoint of a log of ours: its origin is the name of its key, and there are no extensions.
    #[must_use]
    pub fn new(origin: &KeyName, head: TreeHead) -> Self {
        Self {
            origin: origin.as_str().to_owned(),
            head,
            extensions: Vec::new(),
        }
    }

    /// Which log.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Size and root.
    #[must_use]
    pub const fn head(&self) -> &TreeHead {
        &self.head
    }

    /// Further lines, which mean nothing here.
    #[must_use]
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// Signs it.
    ///
    /// # Errors
    /// [`TlogError::VerifierKey`] for a key that cosigns.
    pub fn sign(&self, signer: &NoteSigner<'_>) -> Result<UnverifiedCheckpoint, TlogError> {
        if signer.public().kind() != KeyKind::Note {
            return Err(TlogError::VerifierKey("is for cosignatures"));
        }
        let mut note = UnverifiedNote::unsigned(self.to_string());
        note.sign(signer);
        Ok(UnverifiedCheckpoint {
            checkpoint: self.clone(),
            note,
        })
    }

    fn read(text: &str) -> Result<Self, TlogError> {
        let mut lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(TlogError::Checkpoint("has fewer than three lines"));
        };
        let size = decimal(size).filter(|size| *size <= MAX_SIZE);
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if origin.is_empty() || extensions.iter().any(String::is_empty) {
            return Err(TlogError::Checkpoint("has an empty line"));
        }
        Ok(Self {
            origin: origin.to_owned(),
            head: TreeHead {
                size: size.ok_or(TlogError::Checkpoint("has no size in its second line"))?,
                root: read_hash(root)
                    .ok_or(TlogError::Checkpoint("has no root in its third line"))?,
            },
            extensions,
        })
    }
}

impl fmt::Display for Checkpoint {
    /// The text of the note, which is what is signed.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, head, .. } = self;
        let root = write_hash(&head.root);
        write!(formatter, "{origin}\n{}\n{root}\n", head.size)?;
        self.extensions
            .iter()
            .try_for_each(|line| writeln!(formatter, "{line}"))
    }
}

/// A hash as notes, proofs and requests write it: base64 with padding.
#[must_use]
pub fn write_hash(hash: &Sha256Digest) -> String {
    base64::encode(hash.as_bytes())
}

/// Reads a hash in its one spelling.
#[must_use]
pub fn read_hash(text: &str) -> Option<Sha256Digest> {
    let bytes = base64::decode(text)?.try_into().ok()?;
    Some(Sha256Digest::from_bytes(bytes))
}

/// A checkpoint that was read and not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnverifiedCheckpoint {
    checkpoint: Checkpoint,
    note: UnverifiedNote,
}

impl UnverifiedCheckpoint {
    /// Reads a checkpoint with its signatures.
    ///
    /// # Errors
    /// [`TlogError::TooLarge`] and [`TlogError::Note`] for what is no note, [`TlogError::Checkpoint`] for
    /// a note that is no checkpoint.
    pub fn read(note: &str) -> Result<Self, TlogError> {
        let note = UnverifiedNote::read(note)?;
        Ok(Self {
            checkpoint: Checkpoint::read(note.unverified_text())?,
            note,
        })
    }

    /// What it says, unchecked: enough to find out whose keys to look up.
    #[must_use]
    pub const fn unverified(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note.
    #[must_use]
    pub const fn note(&self) -> &UnverifiedNote {
        &self.note
    }

    /// Checks that it is of a log, and signed by one of its keys, present and past. Whether a key was
    /// good when it signed is for the caller: a checkpoint has no time.
    ///
    /// # Errors
    /// [`TlogError::Origin`] for another log, [`TlogError::Unsigned`] when none of the keys signed it,
    /// [`TlogError::SignatureInvalid`] for a line in the name of one of them that is not that key's.
    pub fn verify(self, origin: &str, keys: &[NoteKey]) -> Result<VerifiedCheckpoint, TlogError> {
        if self.checkpoint.origin != origin {
            return Err(TlogError::Origin {
                expected: origin.to_owned(),
                found: self.checkpoint.origin,
            });
        }
        self.note.verify(keys)?;
        Ok(VerifiedCheckpoint {
            checkpoint: self.checkpoint,
            note: self.note,
        })
    }
}

impl fmt::Display for UnverifiedCheckpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(formatter)
    }
}

/// A checkpoint that the log signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedCheckpoint {
    checkpoint: Checkpoint,
    pub(super) note: UnverifiedNote,
}

impl VerifiedCheckpoint {
    /// Which log.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.checkpoint.origin
    }

    /// Size and root.
    #[must_use]
    pub const fn head(&self) -> &TreeHead {
        &self.checkpoint.head
    }

    /// What the log signed, with its last newline.
    #[must_use]
    pub fn text(&self) -> &str {
        self.note.unverified_text()
    }

    /// The note, with whatever other signatures are on it.
    #[must_use]
    pub const fn note(&self) -> &UnverifiedNote {
        &self.note
    }

    /// The note with the signatures of the log alone, one line of each of its keys: whatever others have
    /// put on it, this can be read again.
    #[must_use]
    pub fn of_log(&self, keys: &[NoteKey]) -> String {
        let lines = self.note.signatures();
        let own = keys.iter().filter_map(|key| {
            let mut lines = lines.iter();
            lines.find(|line| key.is_named_by(line))
        });
        let mut note = format!("{}\n", self.text());
        for line in own.take(MAX_SIGNATURES) {
            note.push_str(&line.to_string());
        }
        note
    }

    /// The same as it is sent.
    #[must_use]
    pub fn into_unverified(self) -> UnverifiedCheckpoint {
        UnverifiedCheckpoint {
            checkpoint: self.checkpoint,
            note: self.note,
        }
    }
}

impl fmt::Display for VerifiedCheckpoint {
    /// The note, with whatever other signatures are on it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(formatter)
    }
}

#[cfg(test)]
pub(super) mod tests;
