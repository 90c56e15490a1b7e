//! Credentials as they arrive: of the right shape, and nothing in them is believed yet.

use crate::credential::envelope::{Envelope, read_type_name, the_subject};
use crate::credential::subject::Subject;
use crate::credential::{CredentialType, Format, Validity};
use crate::did::Did;
use crate::json::{Object, Value};
use crate::reason::Reason;
use crate::shape::{Members, ShapeError};
use crate::status::of_another_type;
use crate::terms::{self, Checked, Contexts};

/// A credential whose shape is right and whose truth is open.
#[derive(Clone, Debug, PartialEq)]
pub struct UnverifiedCredential {
    pub(super) envelope: Envelope,
    pub(super) format: Format,
    pub(super) kind: CredentialType,
    pub(super) subject: Subject,
    pub(super) pinned: bool,
}

impl UnverifiedCredential {
    /// Reads a credential: contexts first, then its shape, then every term in it.
    ///
    /// A type that is none of ours, and that the contexts define, is read as
    /// [`CredentialType::Other`]: whether it will do is for a policy to say, by its name.
    ///
    /// # Errors
    /// The first fault with its place; see [`terms::check`] for contexts and terms. `cred_type` for
    /// another number of types than one beside `VerifiableCredential`, `cred_malformed` for members
    /// of the wrong form, `unknown_extension` for members that are not evaluated,
    /// `holder_binding_missing` when a held credential names no holder, `vp_holder_mismatch` when it
    /// names several.
    pub fn parse(value: &Value, contexts: &Contexts) -> Result<Self, ShapeError> {
        let object = value
            .as_object()
            .ok_or_else(|| ShapeError::new(Reason::CredMalformed, ""))?;
        in_order(object, contexts, || Self::read_part(value, contexts))
    }

    /// Reads a credential that is part of a document whose terms are checked as a whole.
    pub(crate) fn read_part(value: &Value, contexts: &Contexts) -> Result<Self, ShapeError> {
        let members = Members::of(value)?;
        let type_name = read_type_name(&members)?;
        let kind = kind_of(type_name);
        let known_word = terms::declared(members.0, contexts)
            .is_ok_and(|contexts| terms::expand_type(&contexts, type_name).is_some());
        if kind == CredentialType::Other && !known_word {
            return Err(ShapeError::new(Reason::CredType, "/type"));
        }
        let envelope = Envelope::read(&members, type_name)?;
        let subject = Subject::read(kind, the_subject(&members)?, contexts)
            .map_err(|error| error.inside("credentialSubject"))?;
        Ok(Self {
            envelope,
            format: Format::LdpVc,
            kind,
            subject,
            pinned: contexts.are_pinned(),
        })
    }

    /// What every credential has.
    #[must_use]
    pub const fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// How it is written.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The document, as it arrived; of an SD-JWT VC the processed claims.
    #[must_use]
    pub const fn object(&self) -> &Object {
        self.envelope.object()
    }

    /// The document again, with the knowledge that reading it has checked its words. `None` when it
    /// was read with contexts of vectors, or has none.
    #[must_use]
    pub fn checked(&self) -> Option<Checked<'_>> {
        self.pinned.then(|| Checked::known(self.object()))
    }

    /// Its type.
    #[must_use]
    pub const fn kind(&self) -> CredentialType {
        self.kind
    }

    /// Its type beside `VerifiableCredential`, as it was written. Of an SD-JWT VC it is `vct`; for the
    /// types of ours their names.
    #[must_use]
    pub fn type_name(&self) -> &str {
        self.envelope.type_name()
    }

    /// Who it says has issued it. Nobody has checked that.
    #[must_use]
    pub const fn unverified_issuer(&self) -> &Did {
        self.envelope.unverified_issuer()
    }

    /// When it says it is valid.
    #[must_use]
    pub const fn validity(&self) -> Validity {
        self.envelope.validity()
    }

    /// What it says.
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Whether it names a status list that has to be asked.
    #[must_use]
    pub fn has_status(&self) -> bool {
        !self.envelope.statuses().is_empty()
    }
}

/// Contexts first, for without them no term means anything; then the shape, whose errors are the
/// more telling ones; then the terms that the shape left over.
pub(crate) fn in_order<T>(
    object: &Object,
    contexts: &Contexts,
    shape: impl FnOnce() -> Result<T, ShapeError>,
) -> Result<T, ShapeError> {
    let terms = terms::check(object, contexts)
        .map_err(|violation| ShapeError::new(violation.reason(), violation.pointer()));
    let context_fault = matches!(&terms, Err(error) if matches!(
        error.reason(),
        Reason::CtxUnknown
            | Reason::CtxInline
            | Reason::CtxNested
            | Reason::CtxOrder
            | Reason::LdKeywordForbidden
    ));
    if context_fault {
        terms?;
        return shape();
    }
    match (shape(), terms) {
        // A word that nobody defines is that first, and an extension only when somebody does.
        (Err(shape), Err(terms))
            if shape.reason() == Reason::UnknownExtension
                && terms.reason() == Reason::TermUndefined
                && shape.pointer() == terms.pointer() =>
        {
            Err(terms)
        }
        (Err(shape), _) => Err(shape),
        (Ok(_), Err(terms)) => Err(of_another_type(object, terms)),
        (Ok(shaped), Ok(())) => Ok(shaped),
    }
}

pub(super) fn kind_of(type_name: &str) -> CredentialType {
    type_name.parse().unwrap_or(CredentialType::Other)
}
