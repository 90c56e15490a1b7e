//! What every credential has, whatever it says: issuer, type, validity, status, proof (VCDM 2.0
//! section 4). Read once, for the credentials of this house and for the lists that are credentials.

use crate::credential::Validity;
use crate::did::Did;
use crate::json::{Object, Value};
use crate::reason::Reason;
use crate::shape::{Members, ShapeError, did};
use crate::status::{StatusPlace, read_entries};

/// The part of a credential that does not depend on its type. Nothing in it is believed yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    pub(super) object: Object,
    pub(super) type_name: String,
    pub(super) issuer: Did,
    pub(super) validity: Validity,
    pub(super) statuses: Vec<Result<StatusPlace, ShapeError>>,
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

/// Longest nonce in an issuer's proof, in bytes: 512 random bits as base64url, and some more.
const MAX_NONCE: usize = 96;

impl Envelope {
    /// Reads everything but the type and the subject; `type_name` has been read before, because a
    /// wrong type is the more telling fault.
    pub(crate) fn read(members: &Members<'_>, type_name: &str) -> Result<Self, ShapeError> {
        if let Some(name) = NOT_EVALUATED
            .iter()
            .find(|name| members.0.contains_key(name))
        {
            return Err(ShapeError::new(Reason::UnknownExtension, "").inside(name));
        }
        members.only(&MEMBERS, Reason::TermUndefined)?;
        members.optional_text("id")?;
        members.proofs()?;
        refuse_messages(members)?;
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
            type_name: type_name.to_owned(),
            issuer: read_issuer(members)?,
            validity,
            statuses: read_entries(members.0.get("credentialStatus"))?
                .into_iter()
                .map(|entry| entry.map(StatusPlace::Bit))
                .collect(),
        })
    }

    /// The document, as it arrived.
    #[must_use]
    pub const fn object(&self) -> &Object {
        &self.object
    }

    /// `id`, as it was written.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.object.get("id").and_then(Value::as_str)
    }

    /// The type beside `VerifiableCredential`, as it was written.
    #[must_use]
    pub fn type_name(&self) -> &str {
        &self.type_name
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

    /// The status lists that have to be asked, in the order of the document. One that cannot be read
    /// stays here as its error: it is a fault of the status, found when the status is judged.
    pub fn statuses(&self) -> &[Result<StatusPlace, ShapeError>] {
        &self.statuses
    }
}

/// `VerifiableCredential` and exactly one type beside it, in any order.
pub(crate) fn read_type_name<'a>(members: &Members<'a>) -> Result<&'a str, ShapeError> {
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
    match (others.next(), others.next()) {
        (Some(name), None) => Ok(name),
        _ => Err(ShapeError::new(Reason::CredType, "/type")),
    }
}

/// Exactly one subject, as an object: with several, the presenter could be any of them, and in a list
/// its claims would stand where neither a query nor the person who is asked looks for them.
pub(crate) fn the_subject<'a>(members: &Members<'a>) -> Result<&'a Value, ShapeError> {
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

/// An issuer's proof answers nobody: in a challenge or a domain it could carry text that every
/// verifier sees and the holder is never shown. A nonce is random, and short.
fn refuse_messages(members: &Members<'_>) -> Result<(), ShapeError> {
    let proofs = match members.0.get("proof") {
        Some(Value::Array(proofs)) => proofs.as_slice(),
        Some(proof) => std::slice::from_ref(proof),
        None => &[],
    };
    let fault = |name: &str| ShapeError::new(Reason::ProofMalformed, format!("/proof/{name}"));
    for name in ["challenge", "domain"] {
        if proofs.iter().any(|proof| proof.get(name).is_some()) {
            return Err(fault(name));
        }
    }
    let long = |proof: &Value| {
        let nonce = proof.get("nonce").and_then(Value::as_str);
        nonce.is_some_and(|nonce| nonce.len() > MAX_NONCE)
    };
    if proofs.iter().any(long) {
        return Err(fault("nonce"));
    }
    Ok(())
}
