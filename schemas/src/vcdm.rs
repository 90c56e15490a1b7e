//! The general data model of credentials and presentations, as VCDM 2.0 states it: what any
//! conforming document looks like, of whatever type and in whatever vocabulary.
//!
//! The conformance interface runs it when it issues and when it verifies. The documents of this house
//! are narrower: see `credential` and `presentation`. All faults are gathered, so that whoever wrote
//! a document hears of them at once. Source: VCDM 2.0 sections 4 and 5; VCDM 1.1 section 4 for
//! documents that begin with its context; Bitstring Status List 1.0 section 2.1.
//!
//! What a word means is not judged here but by [`terms::check`](crate::terms::check).

mod common;
mod credential;
mod digest;
mod enveloped;
mod fault;
mod presentation;
mod status;

#[cfg(test)]
mod tests;

use crate::json::{Object, Value};

pub use digest::{DigestFault, known_digest};
pub use enveloped::Envelope;
pub use fault::{Fault, MAX_FAULTS, Rule};

use crate::vcdm::fault::Faults;

/// What kind of document something says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A credential that stands as it is, with or without proof.
    Credential,
    /// A credential inside a `data:` URL.
    EnvelopedCredential,
    /// A presentation that stands as it is.
    Presentation,
    /// A presentation inside a `data:` URL.
    EnvelopedPresentation,
}

impl Kind {
    /// The type that makes it so.
    #[must_use]
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::Credential => "VerifiableCredential",
            Self::EnvelopedCredential => "EnvelopedVerifiableCredential",
            Self::Presentation => "VerifiablePresentation",
            Self::EnvelopedPresentation => "EnvelopedVerifiablePresentation",
        }
    }

    fn is_of(self, document: &Object) -> bool {
        let names = document.get("type").and_then(Value::strings);
        names.is_some_and(|names| names.contains(&self.type_name()))
    }
}

/// Whether a document is to be judged as an enveloped credential. Where both types are named it is:
/// then the envelope has to be right.
#[must_use]
pub fn is_enveloped_credential(document: &Object) -> bool {
    Kind::EnvelopedCredential.is_of(document)
}

/// Whether a document is to be judged as an enveloped presentation.
#[must_use]
pub fn is_enveloped_presentation(document: &Object) -> bool {
    Kind::EnvelopedPresentation.is_of(document)
}

/// Judges a credential, with or without proof.
///
/// # Errors
/// Every rule that it breaks, at most [`MAX_FAULTS`].
pub fn check_credential(document: &Object) -> Result<(), Vec<Fault>> {
    let mut faults = Faults::new();
    credential::check(document, "", &mut faults);
    faults.into_result()
}

/// Judges a presentation, with everything that it carries.
///
/// # Errors
/// Every rule that it breaks, at most [`MAX_FAULTS`].
pub fn check_presentation(document: &Object) -> Result<(), Vec<Fault>> {
    let mut faults = Faults::new();
    presentation::check(document, &mut faults);
    faults.into_result()
}

/// Judges an enveloped credential or presentation and takes its content out.
///
/// # Errors
/// Every rule that it breaks, at most [`MAX_FAULTS`].
pub fn check_enveloped(document: &Object, kind: Kind) -> Result<Envelope, Vec<Fault>> {
    let mut faults = Faults::new();
    let envelope = enveloped::check(document, kind, "", &mut faults);
    faults.into_result()?;
    envelope.ok_or_else(Vec::new)
}
