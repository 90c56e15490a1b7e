//! Reading members out of a document one by one: a member of another type is an error, never an
//! absent member, and every error knows its place.

use std::fmt;

use crate::did::{Did, DidError, DidUrl};
use crate::json::{Object, Value};
use crate::reason::Reason;
use crate::time::Timestamp;

/// Why a document does not have its shape, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    reason: Reason,
    pointer: String,
}

impl ShapeError {
    /// An error at a place (JSON Pointer, RFC 6901).
    #[must_use]
    pub fn new(reason: Reason, pointer: impl Into<String>) -> Self {
        Self {
            reason,
            pointer: pointer.into(),
        }
    }

    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// The place, as a JSON Pointer.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The same error, seen from one step further out.
    #[must_use]
    pub fn inside(self, step: impl fmt::Display) -> Self {
        Self {
            pointer: format!("/{step}{}", self.pointer),
            ..self
        }
    }
}

impl fmt::Display for ShapeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "not the document that was expected, at \"{}\": {}",
            self.pointer, self.reason
        )
    }
}

impl std::error::Error for ShapeError {}

/// The members of one object, read by name.
pub(crate) struct Members<'a>(pub(crate) &'a Object);

impl<'a> Members<'a> {
    pub(crate) fn of(value: &'a Value) -> Result<Self, ShapeError> {
        value
            .as_object()
            .map(Self)
            .ok_or_else(|| ShapeError::new(Reason::CredMalformed, ""))
    }

    pub(crate) fn required(&self, name: &str) -> Result<&'a Value, ShapeError> {
        self.0
            .get(name)
            .ok_or_else(|| ShapeError::new(Reason::CredMalformed, "").inside(name))
    }

    pub(crate) fn text(&self, name: &str) -> Result<&'a str, ShapeError> {
        text(self.required(name)?).map_err(|error| error.inside(name))
    }

    pub(crate) fn optional_text(&self, name: &str) -> Result<Option<&'a str>, ShapeError> {
        self.0
            .get(name)
            .map(text)
            .transpose()
            .map_err(|error| error.inside(name))
    }

    pub(crate) fn natural(&self, name: &str) -> Result<u64, ShapeError> {
        let value = self.required(name)?;
        value
            .as_u64()
            .ok_or_else(|| ShapeError::new(Reason::ClaimType, "").inside(name))
    }

    pub(crate) fn did(&self, name: &str) -> Result<Did, ShapeError> {
        did(self.text(name)?).map_err(|error| error.inside(name))
    }

    pub(crate) fn time(&self, name: &str) -> Result<Option<Timestamp>, ShapeError> {
        let Some(text) = self.optional_text(name)? else {
            return Ok(None);
        };
        let time = Timestamp::parse(text);
        time.map(Some)
            .map_err(|error| ShapeError::new(error.reason(), "").inside(name))
    }

    /// A `NumericDate` (RFC 7519 section 2).
    pub(crate) fn numeric_date(&self, name: &str) -> Result<Option<Timestamp>, ShapeError> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        let reason = match value {
            Value::Number(_) => Reason::DateMalformed,
            _ => Reason::ClaimType,
        };
        let time = Timestamp::of_numeric_date(value);
        time.map(Some)
            .ok_or_else(|| ShapeError::new(reason, "").inside(name))
    }

    /// Refuses members that are not among these.
    pub(crate) fn only(&self, names: &[&str], reason: Reason) -> Result<(), ShapeError> {
        match self.0.keys().find(|name| !names.contains(name)) {
            Some(name) => Err(ShapeError::new(reason, "").inside(name)),
            None => Ok(()),
        }
    }

    /// The form of the proofs, so that what is wrong with one is called by its name and not only a
    /// word without a meaning. An empty set of them proves nothing.
    pub(crate) fn proofs(&self) -> Result<(), ShapeError> {
        match self.0.get("proof") {
            Some(Value::Array(proofs)) if proofs.is_empty() => {
                Err(ShapeError::new(Reason::ProofMissing, ""))
            }
            Some(Value::Array(proofs)) => {
                proofs.iter().enumerate().try_for_each(|(index, proof)| {
                    proof_form(proof).map_err(|error| error.inside(index))
                })
            }
            Some(proof) => proof_form(proof),
            None => Ok(()),
        }
        .map_err(|error| error.inside("proof"))
    }

    /// The types, each once: one string or an array of strings.
    pub(crate) fn types(&self) -> Result<Vec<&'a str>, ShapeError> {
        let malformed = || ShapeError::new(Reason::CredMalformed, "").inside("type");
        let types = self.required("type")?.strings().ok_or_else(malformed)?;
        if is_set(types.clone()) {
            Ok(types)
        } else {
            Err(malformed())
        }
    }
}

/// Whether there is a text and each is there once. Sorted, for a stranger may send a hundred thousand
/// of them.
fn is_set(mut texts: Vec<&str>) -> bool {
    if let [_] = texts.as_slice() {
        return true;
    }
    texts.sort_unstable();
    !texts.is_empty() && texts.windows(2).all(|pair| pair.first() != pair.last())
}

/// Whatever else it is, a proof is of one type, names one key and says each thing once, in text.
fn proof_form(proof: &Value) -> Result<(), ShapeError> {
    let Some(proof) = proof.as_object() else {
        return Ok(()); // no proof at all: for the check of the proof to say
    };
    let fail = |reason, name: &str| Err(ShapeError::new(reason, "").inside(name));
    if let Some(Value::String(kind)) = proof.get("type")
        && kind != "DataIntegrityProof"
    {
        return fail(Reason::ProofTypeUnsupported, "type");
    }
    for name in ["jws", "signature", "signatureValue"] {
        if proof.contains_key(name) {
            return fail(Reason::ProofMalformed, name);
        }
    }
    for name in ["challenge", "domain", "id", "nonce", "proofValue"] {
        match proof.get(name) {
            None | Some(Value::String(_)) => {}
            // One verifier or several: which of them is meant is for the check of the audience.
            Some(value) if name == "domain" && value.strings().is_some_and(is_set) => {}
            Some(_) => return fail(Reason::ProofMalformed, name),
        }
    }
    match proof.get("verificationMethod") {
        None => Ok(()),
        Some(Value::String(text)) if text.chars().any(char::is_control) => {
            fail(Reason::IdMalformed, "verificationMethod")
        }
        Some(Value::String(text)) => match DidUrl::check(text) {
            Ok(()) => Ok(()),
            Err(error) => fail(error.reason(), "verificationMethod"),
        },
        // A key that comes with the proof is the key of whoever made the proof.
        Some(Value::Object(_)) => fail(Reason::IssuerKeyMismatch, "verificationMethod"),
        Some(_) => fail(Reason::VmMalformed, "verificationMethod"),
    }
}

fn text(value: &Value) -> Result<&str, ShapeError> {
    value
        .as_str()
        .ok_or_else(|| ShapeError::new(Reason::ClaimType, ""))
}

pub(crate) fn did(text: &str) -> Result<Did, ShapeError> {
    if text.chars().any(char::is_control) {
        return Err(ShapeError::new(Reason::IdMalformed, ""));
    }
    text.parse().map_err(|error: DidError| {
        let reason = match error {
            // A relative reference has no meaning; another kind of identifier has one, and no key.
            DidError::Malformed if !has_scheme(text) => Reason::TermUndefined,
            DidError::Malformed if !text.starts_with("did:") => Reason::DidMethodUnsupported,
            error => error.reason(),
        };
        ShapeError::new(reason, "")
    })
}

/// Whether a text is an absolute IRI, as far as its beginning can tell (RFC 3986 section 3.1).
fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    })
}
