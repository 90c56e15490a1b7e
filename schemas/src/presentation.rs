//! Presentations: credentials and a holder's answer to one challenge (VCDM 2.0 section 4.13).

use crate::credential::{CONTEXTS, ShapeError, UnverifiedCredential};
use crate::did::Did;
use crate::json::{Object, Value};
use crate::reason::Reason;
use crate::shape::Members;
use crate::terms::{Checked, Contexts};

/// Most credentials in one presentation.
pub const MAX_CREDENTIALS: usize = 16;

/// A presentation that is ready to be signed, and good for nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct UnsignedPresentation {
    object: Object,
    holder: Did,
}

impl UnsignedPresentation {
    /// A presentation of credentials, each as it was received.
    #[must_use]
    pub fn new(holder: &Did, credentials: Vec<Object>) -> Self {
        let object = crate::object! {
            "@context" => CONTEXTS,
            "type" => ["VerifiablePresentation"],
            "holder" => holder,
            "verifiableCredential" => credentials,
        };
        Self {
            object,
            holder: holder.clone(),
        }
    }

    /// The document.
    #[must_use]
    pub const fn object(&self) -> &Object {
        &self.object
    }

    /// Who is going to sign it.
    #[must_use]
    pub const fn holder(&self) -> &Did {
        &self.holder
    }
}

/// A presentation whose shape is right and whose truth is open.
#[derive(Clone, Debug, PartialEq)]
pub struct UnverifiedPresentation {
    object: Object,
    holder: Did,
    credentials: Vec<UnverifiedCredential>,
    pinned: bool,
}

impl UnverifiedPresentation {
    /// Reads a presentation: contexts first, then its shape, then every term in it.
    ///
    /// # Errors
    /// The first fault with its place: `vp_malformed`, `vp_holder_mismatch` when the holder is
    /// missing or not one DID, `vp_too_many` credentials, `vp_nested_forbidden`, and whatever
    /// [`UnverifiedCredential::parse`] finds in a credential.
    pub fn parse(value: &Value, contexts: &Contexts) -> Result<Self, ShapeError> {
        let object = value
            .as_object()
            .ok_or_else(|| ShapeError::new(Reason::VpMalformed, ""))?;
        let members = Members(object);
        let types = members
            .types()
            .map_err(|_| ShapeError::new(Reason::VpMalformed, "/type"))?;
        if types.contains(&"EnvelopedVerifiablePresentation") {
            return Err(ShapeError::new(Reason::EnvelopeInvalid, "/type"));
        }
        if types != ["VerifiablePresentation"] {
            return Err(ShapeError::new(Reason::VpMalformed, "/type"));
        }
        crate::credential::in_order(object, contexts, || {
            members.only(
                &[
                    "@context",
                    "holder",
                    "id",
                    "proof",
                    "type",
                    "verifiableCredential",
                ],
                Reason::UnknownExtension,
            )?;
            members.proofs()?;
            Ok(Self {
                object: object.clone(),
                holder: read_holder(&members)?,
                credentials: read_credentials(&members, contexts)?,
                pinned: contexts.are_pinned(),
            })
        })
    }

    /// The document, as it arrived.
    #[must_use]
    pub const fn object(&self) -> &Object {
        &self.object
    }

    /// The document again, with the knowledge that reading it has checked its words. `None` when it
    /// was read with contexts of vectors.
    #[must_use]
    pub fn checked(&self) -> Option<Checked<'_>> {
        self.pinned.then(|| Checked::known(&self.object))
    }

    /// Who it says presents.
    #[must_use]
    pub const fn unverified_holder(&self) -> &Did {
        &self.holder
    }

    /// The credentials in it.
    #[must_use]
    pub fn credentials(&self) -> &[UnverifiedCredential] {
        &self.credentials
    }

    /// The credentials in it, taken out.
    #[must_use]
    pub fn into_credentials(self) -> Vec<UnverifiedCredential> {
        self.credentials
    }
}

fn read_holder(members: &Members<'_>) -> Result<Did, ShapeError> {
    match members.0.get("holder") {
        Some(Value::String(text)) if !text.is_empty() => {
            crate::shape::did(text).map_err(|error| error.inside("holder"))
        }
        _ => Err(ShapeError::new(Reason::VpHolderMismatch, "/holder")),
    }
}

fn read_credentials(
    members: &Members<'_>,
    contexts: &Contexts,
) -> Result<Vec<UnverifiedCredential>, ShapeError> {
    let inside = |error: ShapeError| error.inside("verifiableCredential");
    let values = match members.0.get("verifiableCredential") {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value @ Value::Object(_)) => std::slice::from_ref(value),
        Some(_) => return Err(inside(ShapeError::new(Reason::VpMalformed, ""))),
        None => &[],
    };
    if values.is_empty() {
        return Err(inside(ShapeError::new(Reason::VpQueryUnsatisfied, "")));
    }
    if values.len() > MAX_CREDENTIALS {
        return Err(inside(ShapeError::new(Reason::VpTooMany, "")));
    }
    values
        .iter()
        .enumerate()
        .map(|(index, value)| {
            let types = value
                .get("type")
                .and_then(Value::strings)
                .unwrap_or_default();
            if types.contains(&"VerifiablePresentation") {
                return Err(inside(
                    ShapeError::new(Reason::VpNestedForbidden, "").inside(index),
                ));
            }
            UnverifiedCredential::read_part(value, contexts)
                .map_err(|error| inside(error.inside(index)))
        })
        .collect()
}
