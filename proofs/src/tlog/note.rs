//! Signed notes (C2SP signed-note): a text, an empty line, and a line for each signature.
//!
//! Logs and witnesses sign them, everybody checks. Signatures are by Ed25519: plain ones (type 1) by
//! logs, and cosignatures (type 4) by witnesses. ML-DSA-44 (type 6) is not checked: its crates would
//! take the verifier past the sixty that it has at most. Lines of such keys are read and passed over as
//! those of every unknown key, so a log or a witness that signs with both is understood.

use std::fmt;
use std::str::FromStr;

use schemas::digest::Sha256Digest;
use schemas::encoding::{base64, hex};
use schemas::suite::KeyType;

use super::error::TlogError;
use crate::keys::{Signature, SigningKey, VerifyingKey};

/// The most bytes of a note.
pub use schemas::ledger::MAX_NOTE_BYTES;
/// The most signatures of a note. At least sixteen have to be read.
pub const MAX_SIGNATURES: usize = 64;
/// How every signature line begins.
const DASH: &str = "\u{2014} ";
/// Bytes of a key ID.
const KEY_ID: usize = 4;

/// The name of who signs: not empty, without spaces, plus and control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for KeyName {
    type Err = TlogError;

    fn from_str(text: &str) -> Result<Self, TlogError> {
        let excluded = |letter: char| letter.is_whitespace() || letter < ' ' || letter == '+';
        if text.is_empty() || text.contains(excluded) {
            return Err(TlogError::Note(
                "has a key name with a space or a plus, or an empty one",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

/// What a key signs, by the byte that goes into its ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// The text of a note (type 1).
    Note,
    /// A checkpoint together with a time (type 4, C2SP tlog-cosignature).
    Cosignature,
}

impl KeyKind {
    /// The signature type identifier byte.
    const fn byte(self) -> u8 {
        match self {
            Self::Note => 0x01,
            Self::Cosignature => 0x04,
        }
    }
}

/// A public key with its name: a "vkey". Its text is `<name>+<key ID>+<base64 of type and key>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NoteKey {
    name: KeyName,
    id: [u8; KEY_ID],
    kind: KeyKind,
    key: VerifyingKey,
}

impl NoteKey {
    /// A key.
    ///
    /// # Errors
    /// [`TlogError::VerifierKey`] for a key that is not Ed25519.
    pub fn new(name: KeyName, kind: KeyKind, key: VerifyingKey) -> Result<Self, TlogError> {
        let bytes = key.ed25519_bytes();
        let bytes = bytes.ok_or(TlogError::VerifierKey("is not for Ed25519"))?;
        let digest = Sha256Digest::of_parts(&[name.0.as_bytes(), b"\n", &[kind.byte()], &bytes]);
        let [a, b, c, d, ..] = *digest.as_bytes();
        Ok(Self {
            id: [a, b, c, d],
            name,
            kind,
            key,
        })
    }

    /// The keys of a log as they sign its notes: under its origin, each once. A log's operator may have
    /// keys of other types, which sign no notes and are passed over.
    ///
    /// # Errors
    /// [`TlogError::Note`] for an origin that is no name of a key.
    pub fn of_log(
        origin: &str,
        keys: impl IntoIterator<Item = VerifyingKey>,
    ) -> Result<Vec<Self>, TlogError> {
        let name: KeyName = origin.parse()?;
        let mut known: Vec<Self> = Vec::new();
        for key in keys {
            if let Ok(key) = Self::new(name.clone(), KeyKind::Note, key)
                && !known.contains(&key)
            {
                known.push(key);
            }
        }
        Ok(known)
    }

    /// The name.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// What it signs.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// Whether a signature line is in the name of this key.
    #[must_use]
    pub fn is_named_by(&self, signature: &NoteSignature) -> bool {
        signature.id == self.id && signature.name == self.name
    }

    /// The same key for somebody who keeps it; see [`VerifyingKey::kept`].
    #[must_use]
    pub fn kept(self) -> Self {
        Self {
            key: self.key.kept(),
            ..self
        }
    }

    /// Signature bytes under the ID of this key, as a line.
    pub(super) fn line(&self, bytes: Vec<u8>) -> NoteSignature {
        NoteSignature {
            name: self.name.clone(),
            id: self.id,
            bytes,
        }
    }

    /// That a line in the name of this key is not this key's.
    pub(super) fn invalid(&self) -> TlogError {
        TlogError::SignatureInvalid {
            name: self.name.0.clone(),
        }
    }
}

impl fmt::Display for NoteKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut material = vec![self.kind.byte()];
        material.extend(self.key.to_bytes());
        write!(
            formatter,
            "{}+{}+{}",
            self.name,
            hex::encode(&self.id),
            base64::encode(&material)
        )
    }
}

impl FromStr for NoteKey {
    type Err = TlogError;

    fn from_str(text: &str) -> Result<Self, TlogError> {
        let malformed = TlogError::VerifierKey("is not <name>+<key ID>+<key>");
        // The last part is base64, in which a plus may be.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(malformed);
        };
        let name: KeyName = name.parse().map_err(|_| malformed.clone())?;
        let id = hex::decode(id).ok_or_else(|| malformed.clone())?;
        let key = base64::decode(key).ok_or(malformed)?;
        let kind = match key.first() {
            Some(0x01) => KeyKind::Note,
            Some(0x04) => KeyKind::Cosignature,
            _ => return Err(TlogError::VerifierKey("is not for Ed25519")),
        };
        let key = VerifyingKey::from_ed25519_slice(key.get(1..).unwrap_or_default());
        let key = Self::new(name, kind, key.map_err(TlogError::Key)?)?;
        if key.id == *id {
            Ok(key)
        } else {
            Err(TlogError::VerifierKey("has the key ID of another"))
        }
    }
}

/// A secret key with its name.
#[derive(Debug)]
pub struct NoteSigner<'k> {
    public: NoteKey,
    secret: &'k SigningKey,
}

impl<'k> NoteSigner<'k> {
    /// A key that signs notes or cosigns checkpoints.
    ///
    /// # Errors
    /// [`TlogError::VerifierKey`] for a key that is not Ed25519.
    pub fn new(name: KeyName, kind: KeyKind, secret: &'k SigningKey) -> Result<Self, TlogError> {
        if secret.key_type() != KeyType::Ed25519 {
            return Err(TlogError::VerifierKey("is not for Ed25519"));
        }
        let public = NoteKey::new(name, kind, secret.verifying_key())?;
        Ok(Self { public, secret })
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &NoteKey {
        &self.public
    }

    /// The secret half signs bytes that the caller made for this kind of key.
    pub(super) fn sign_bytes(&self, message: &[u8]) -> Signature {
        self.secret.sign(message)
    }
}

/// A signature line: not checked, and perhaps of a key that nobody here knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NoteSignature {
    name: KeyName,
    id: [u8; KEY_ID],
    bytes: Vec<u8>,
}

impl NoteSignature {
    /// In whose name it is.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// What stands behind the key ID.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Reads lines, each with its newline: at least one, and nothing else.
    ///
    /// # Errors
    /// [`TlogError::Note`] for anything else, or more than [`MAX_SIGNATURES`].
    pub fn read_lines(text: &str) -> Result<Vec<Self>, TlogError> {
        let lines = text.strip_suffix('\n');
        let lines = lines.ok_or(TlogError::Note(
            "has no signature, or does not end in a newline",
        ))?;
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            if signatures.len() == MAX_SIGNATURES {
                return Err(TlogError::Note("has too many signatures"));
            }
            signatures.push(Self::read(line)?);
        }
        Ok(signatures)
    }

    fn read(line: &str) -> Result<Self, TlogError> {
        let malformed = || TlogError::Note("has a line that is no signature");
        let (name, bytes) = line
            .strip_prefix(DASH)
            .and_then(|rest| rest.split_once(' '))
            .ok_or_else(malformed)?;
        let bytes = base64::decode(bytes).ok_or_else(malformed)?;
        let (id, bytes) = bytes.split_first_chunk().ok_or_else(malformed)?;
        if bytes.is_empty() {
            return Err(malformed());
        }
        Ok(Self {
            name: name.parse()?,
            id: *id,
            bytes: bytes.to_vec(),
        })
    }
}

impl fmt::Display for NoteSignature {
    /// The line, with its newline.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.id.to_vec();
        bytes.extend_from_slice(&self.bytes);
        writeln!(formatter, "{DASH}{} {}", self.name, base64::encode(&bytes))
    }
}

/// A note that was read and not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnverifiedNote {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl UnverifiedNote {
    /// Reads a note.
    ///
    /// # Errors
    /// [`TlogError::TooLarge`] above [`MAX_NOTE_BYTES`], [`TlogError::Note`] for anything but a text with
    /// signatures.
    pub fn read(note: &str) -> Result<Self, TlogError> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(TlogError::TooLarge {
                limit: MAX_NOTE_BYTES,
                found: note.len(),
            });
        }
        if note.bytes().any(|byte| byte < b' ' && byte != b'\n') {
            return Err(TlogError::Note("has control characters"));
        }
        // The last empty line: the text may have some too.
        let split = note.rfind("\n\n");
        let split = split.ok_or(TlogError::Note("has no empty line before signatures"))?;
        let (text, signatures) = note.split_at(split + 1);
        Ok(Self {
            text: text.to_owned(),
            signatures: NoteSignature::read_lines(signatures.get(1..).unwrap_or_default())?,
        })
    }

    /// A note of a text that ends in a newline.
    pub(super) const fn unsigned(text: String) -> Self {
        Self {
            text,
            signatures: Vec::new(),
        }
    }

    /// The text, with its last newline. Nothing of it is checked.
    #[must_use]
    pub fn unverified_text(&self) -> &str {
        &self.text
    }

    /// Its signatures, in their order.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Signs it with one more key, for notes.
    pub(super) fn sign(&mut self, signer: &NoteSigner<'_>) {
        let signature = signer.sign_bytes(self.text.as_bytes()).to_bytes();
        self.signatures.push(signer.public.line(signature.to_vec()));
    }

    /// Puts a line of a key behind the others, in the place of those that there are of this key.
    ///
    /// # Errors
    /// [`TlogError::Note`] where it would have too many to be read again.
    pub(super) fn put(&mut self, line: NoteSignature, of: &NoteKey) -> Result<(), TlogError> {
        let others = |other: &&NoteSignature| !of.is_named_by(other);
        if self.signatures.iter().filter(others).count() >= MAX_SIGNATURES {
            return Err(TlogError::Note("has too many signatures"));
        }
        self.signatures.retain(|other| !of.is_named_by(other));
        self.signatures.push(line);
        Ok(())
    }

    /// Whether one of some keys signed it. A line in the name of a known key that is not that key's
    /// spoils the whole note; lines of unknown keys are passed over.
    ///
    /// # Errors
    /// [`TlogError::Unsigned`] when there is no line of a known key, [`TlogError::SignatureInvalid`] for
    /// a line that is not what it says.
    pub(super) fn verify(&self, keys: &[NoteKey]) -> Result<(), TlogError> {
        let mut signed = false;
        for signature in &self.signatures {
            let known = keys.iter().filter(|key| key.kind == KeyKind::Note);
            for key in known.filter(|key| key.is_named_by(signature)) {
                let bytes = Signature::from_bytes(&signature.bytes).map_err(|_| key.invalid())?;
                let checked = key.key.verify(self.text.as_bytes(), &bytes);
                checked.map_err(|_| key.invalid())?;
                signed = true;
            }
        }
        if signed {
            Ok(())
        } else {
            Err(TlogError::Unsigned)
        }
    }
}

impl fmt::Display for UnverifiedNote {
    /// The note, byte by byte as it was read.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|signature| write!(formatter, "{signature}"))
    }
}

#[cfg(test)]
pub(super) mod tests;
