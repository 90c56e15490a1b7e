//! Credentials as they arrive: of the right shape, and nothing in them is believed yet.

use crate::credential::subject::Subject;
use crate::credential::{CredentialType, Validity};
use crate::did::Did;
use crate::json::{Object, Value};
use crate::reason::Reason;
use crate::shape::{Members, ShapeError, did};
use crate::terms::{self, Contexts};

/// A credential whose shape is right and whose truth is open.
#[derive(Clone, Debug, PartialEq)]
pub struct UnverifiedCredential {
    object: Object,
    kind: CredentialType,
    issuer: Did,
    validity: Validity,
    subject: Subject,
    has_status: bool,
}

/// Members that VCDM 2.0 has and this house does not evaluate. Silence about them would be a lie.
const NOT_EVALUATED: [&str; 7] = [
    "confidenceMethod",
    "credentialSchema",
    "evidence",
    "refreshService",
    "relatedResource",
    "renderMethod",
    "termsOfUse",
];

const MEMBERS: [&str; 11] = [
    "@context",
    "credentialStatus",
    "credentialSubject",
    "description",
    "id",
    "issuer",
    "name",
    "proof",
    "type",
    "validFrom",
    "validUntil",
];

impl UnverifiedCredential {
    /// Reads a credential: contexts first, then its shape, then every term in it.
    ///
    /// # Errors
    /// The first fault with its place; see [`terms::check`] for contexts and terms. `cred_type` for
    /// another set of types than `VerifiableCredential` and one of ours, `cred_malformed` for
    /// members of the wrong form, `unknown_extension` for members that are not evaluated,
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
        let kind = read_kind(&members)?;
        if let Some(name) = NOT_EVALUATED
            .iter()
            .find(|name| members.0.contains_key(name))
        {
            return Err(ShapeError::new(Reason::UnknownExtension, "").inside(name));
        }
        members.only(&MEMBERS, Reason::TermUndefined)?;
        members.proofs(Reason::ProofMalformed)?;
        refuse_messages(&members)?;
        let validity = Validity {
            from: members.time("validFrom")?,
            until: members.time("validUntil")?,
        };
        if let (Some(from), Some(until)) = (validity.from, validity.until)
            && until < from
        {
            return Err(ShapeError::new(Reason::CredMalformed, "/validUntil"));
        }
        Ok(Self {
            object: members.0.clone(),
            kind,
            issuer: read_issuer(&members)?,
            validity,
            has_status: read_status(&members)?,
            subject: Subject::read(kind, the_subject(&members)?, contexts)
                .map_err(|error| error.inside("credentialSubject"))?,
        })
    }

    /// The document, as it arrived.
    #[must_use]
    pub const fn object(&self) -> &Object {
        &self.object
    }

    /// Its type.
    #[must_use]
    pub const fn kind(&self) -> CredentialType {
        self.kind
    }

    /// Who it says has issued it. Nobody has checked that.
    #[must_use]
    pub const fn unverified_issuer(&self) -> &Did {
        &self.issuer
    }

    /// When it says it is valid.
    #[must_use]
    pub const fn validity(&self) -> Validity {
        self.validity
    }

    /// What it says.
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Whether it names a status list that has to be asked.
    #[must_use]
    pub const fn has_status(&self) -> bool {
        self.has_status
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
        (Ok(_), Err(terms)) => Err(terms),
        (Ok(shaped), Ok(())) => Ok(shaped),
    }
}

/// `VerifiableCredential` and exactly one of our types, in any order.
pub(super) fn read_kind(members: &Members<'_>) -> Result<CredentialType, ShapeError> {
    let types = members.types()?;
    // A credential in another wrapping (VCDM 2.0 section 4.13.2): no wrapping is opened here.
    if types.contains(&"EnvelopedVerifiableCredential") {
        return Err(ShapeError::new(Reason::EnvelopeInvalid, "/type"));
    }
    if !types.contains(&"VerifiableCredential") {
        return Err(ShapeError::new(Reason::CredMalformed, "/type"));
    }
    let mut others = types
        .into_iter()
        .filter(|name| *name != "VerifiableCredential");
    let kind = others.next().and_then(|name| name.parse().ok());
    match (kind, others.next()) {
        (Some(kind), None) => Ok(kind),
        _ => Err(ShapeError::new(Reason::CredType, "/type")),
    }
}

fn read_issuer(members: &Members<'_>) -> Result<Did, ShapeError> {
    let place = |error: ShapeError| error.inside("issuer");
    match members.required("issuer")? {
        Value::String(text) => did(text).map_err(place),
        Value::Object(object) => {
            let issuer = Members(object);
            issuer
                .only(&["id", "name", "description"], Reason::UnknownExtension)
                .map_err(place)?;
            issuer.did("id").map_err(place)
        }
        _ => Err(ShapeError::new(Reason::CredMalformed, "/issuer")),
    }
}

fn read_status(members: &Members<'_>) -> Result<bool, ShapeError> {
    match members.0.get("credentialStatus") {
        None => Ok(false),
        Some(Value::Object(_)) => Ok(true),
        Some(Value::Array(entries))
            if !entries.is_empty() && entries.iter().all(|entry| entry.as_object().is_some()) =>
        {
            Ok(true)
        }
        Some(_) => Err(ShapeError::new(Reason::ClaimType, "/credentialStatus")),
    }
}

/// An issuer's proof answers nobody: in a challenge, a domain or a nonce it could carry text that
/// every verifier sees and the holder is never shown.
fn refuse_messages(members: &Members<'_>) -> Result<(), ShapeError> {
    let proofs = match members.0.get("proof") {
        Some(Value::Array(proofs)) => proofs.as_slice(),
        Some(proof) => std::slice::from_ref(proof),
        None => &[],
    };
    for name in ["challenge", "domain", "nonce"] {
        if proofs.iter().any(|proof| proof.get(name).is_some()) {
            return Err(ShapeError::new(
                Reason::ProofMalformed,
                format!("/proof/{name}"),
            ));
        }
    }
    Ok(())
}

/// Exactly one subject, as an object: with several, the presenter could be any of them, and in a list
/// its claims would stand where neither a query nor the person who is asked looks for them.
fn the_subject<'a>(members: &Members<'a>) -> Result<&'a Value, ShapeError> {
    let malformed = || ShapeError::new(Reason::CredMalformed, "/credentialSubject");
    match members.required("credentialSubject")? {
        Value::Array(subjects) => match subjects.as_slice() {
            [] | [_] => Err(malformed()),
            _ => Err(ShapeError::new(
                Reason::VpHolderMismatch,
                "/credentialSubject",
            )),
        },
        subject @ Value::Object(_) => Ok(subject),
        _ => Err(malformed()),
    }
}
