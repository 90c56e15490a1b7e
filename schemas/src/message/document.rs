//! Pieces that messages carry without looking into them.

use std::fmt;

use crate::json::{Object, Value};
use crate::message::{Kind, MessageError, Problem};

/// A credential or a presentation as it travels: compact text, or a JSON object.
///
/// OpenID4VCI section 8.3 (`credential`), OpenID4VP section 8.1 (`vp_token`). Nothing of it is
/// checked yet.
#[derive(Clone, Debug, PartialEq)]
pub enum WireDocument {
    /// A JSON object (`ldp_vc`).
    Object(Object),
    /// A compact text (`dc+sd-jwt`).
    Text(String),
}

impl WireDocument {
    /// The bytes that a verifier is handed: the text, or the object in canonical form (RFC 8785).
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Object(object) => crate::canonical::object_to_bytes(object),
            Self::Text(text) => text.clone().into_bytes(),
        }
    }

    pub(crate) fn from_value(
        kind: Kind,
        member: &'static str,
        value: &Value,
    ) -> Result<Self, MessageError> {
        let expected = "a document that is not empty";
        match value {
            Value::Object(object) if !object.is_empty() => Ok(Self::Object(object.clone())),
            Value::String(text) if !text.is_empty() => Ok(Self::Text(text.clone())),
            Value::Object(_) | Value::String(_) => {
                Err(kind.fail(member, Problem::Value { expected }))
            }
            other => Err(kind.wrong_type(member, "string or object", other)),
        }
    }
}

impl From<&WireDocument> for Value {
    fn from(document: &WireDocument) -> Self {
        match document {
            WireDocument::Object(object) => Self::Object(object.clone()),
            WireDocument::Text(text) => Self::String(text.clone()),
        }
    }
}

/// A text that lets whoever has it do something once or for a while: a code, a bearer token.
///
/// It has to be written into messages, so it can be revealed; logs and errors do not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Confidential(String);

impl Confidential {
    /// Keeps a text out of logs.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the message that has to carry it or the store that looks it up.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Confidential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Confidential(…)")
    }
}
