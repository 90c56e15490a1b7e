//! Cosignatures (C2SP tlog-cosignature): a witness says that, at a time, this was the largest tree of
//! the log that it had seen, and that every one before was its beginning.
//!
//! Witnesses make them, logs collect them, verifiers count them. Only Ed25519; see [`note`](super::note)
//! for the other kind.

use schemas::time::Timestamp;

use super::checkpoint::VerifiedCheckpoint;
use super::error::TlogError;
use super::note::{KeyKind, NoteKey, NoteSignature, NoteSigner};
use crate::keys::Signature;

/// Bytes of the time in front of the signature.
const TIME: usize = 8;

/// A cosignature that was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cosignature {
    witness: usize,
    at: Timestamp,
}

impl Cosignature {
    /// Whose it is: the place in the list of witnesses that was handed in.
    #[must_use]
    pub const fn witness(&self) -> usize {
        self.witness
    }

    /// When it was made, as the witness says. Times after the year 9999 are the end of that year.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }
}

/// What is signed: a header, the time, and the text of the checkpoint.
fn message(seconds: u64, text: &str) -> Vec<u8> {
    format!("cosignature/v1\ntime {seconds}\n{text}").into_bytes()
}

impl VerifiedCheckpoint {
    /// Cosigns it. Whether a witness may is for its state to say.
    ///
    /// # Errors
    /// [`TlogError::VerifierKey`] for a key that signs notes, [`TlogError::Checkpoint`] for a time before
    /// 1970.
    pub fn cosign(
        &self,
        at: Timestamp,
        signer: &NoteSigner<'_>,
    ) -> Result<NoteSignature, TlogError> {
        if signer.public().kind() != KeyKind::Cosignature {
            return Err(TlogError::VerifierKey("is not for cosignatures"));
        }
        let seconds = u64::try_from(at.unix());
        let seconds = seconds.map_err(|_| TlogError::Checkpoint("has a time before 1970"))?;
        let signature = signer.sign_bytes(&message(seconds, self.text())).to_bytes();
        let mut bytes = seconds.to_be_bytes().to_vec();
        bytes.extend_from_slice(&signature);
        Ok(signer.public().line(bytes))
    }

    /// The cosignatures of some witnesses: the newest of each, in the order of the witnesses. Lines of
    /// others are passed over.
    ///
    /// Two entries with one key are one witness: the caller's list has no key twice.
    ///
    /// # Errors
    /// [`TlogError::SignatureInvalid`] for a line in the name of one of them that is not that key's.
    pub fn cosignatures(&self, witnesses: &[NoteKey]) -> Result<Vec<Cosignature>, TlogError> {
        let mut found = Vec::new();
        for (witness, key) in witnesses.iter().enumerate() {
            let times = self.times_of(key, self.note.signatures())?;
            if let Some(at) = times.into_iter().max() {
                found.push(Cosignature { witness, at });
            }
        }
        Ok(found)
    }

    /// Takes a witness's lines in, as it answers with: the newest of its key, each checked, in the place
    /// of what the note had of it. Lines of other keys are dropped.
    ///
    /// # Errors
    /// [`TlogError::Note`] for what is no lines of signatures and for a note that takes no more,
    /// [`TlogError::SignatureInvalid`] for a line that is not what it says, [`TlogError::Unsigned`] when
    /// none is of this witness.
    pub fn add_cosignatures(&mut self, lines: &str, witness: &NoteKey) -> Result<(), TlogError> {
        let mut lines = NoteSignature::read_lines(lines)?;
        lines.retain(|line| witness.is_named_by(line));
        let times = self.times_of(witness, &lines)?;
        let said = times.into_iter().zip(lines);
        // What the note had in its name may be anything.
        let had = self.note.signatures().iter().filter_map(|line| {
            let times = self.times_of(witness, std::slice::from_ref(line)).ok()?;
            Some((*times.first()?, line.clone()))
        });
        let mut newest: Option<(Timestamp, NoteSignature)> = None;
        let mut said_any = false;
        for (at, line) in said.inspect(|_| said_any = true).chain(had) {
            if newest.as_ref().is_none_or(|(newest, _)| at > *newest) {
                newest = Some((at, line));
            }
        }
        let (true, Some((_, line))) = (said_any, newest) else {
            return Err(TlogError::Unsigned);
        };
        self.note.put(line, witness)
    }

    fn times_of(
        &self,
        witness: &NoteKey,
        lines: &[NoteSignature],
    ) -> Result<Vec<Timestamp>, TlogError> {
        if witness.kind() != KeyKind::Cosignature {
            return Ok(Vec::new());
        }
        let lines = lines.iter().filter(|line| witness.is_named_by(line));
        lines
            .map(|line| {
                let (seconds, signature) = line
                    .bytes()
                    .split_first_chunk::<TIME>()
                    .ok_or_else(|| witness.invalid())?;
                let seconds = u64::from_be_bytes(*seconds);
                // Its own rule is that times stay below 2^63.
                let time = i64::try_from(seconds).map_err(|_| witness.invalid())?;
                let signature = Signature::from_bytes(signature).map_err(|_| witness.invalid())?;
                let message = message(seconds, self.text());
                let checked = witness.key().verify(&message, &signature);
                checked.map_err(|_| witness.invalid())?;
                Ok(Timestamp::from_unix(time))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
