//! The nonce endpoint (section 7): a fresh challenge for key proofs. The request has no body.

use std::fmt;

use crate::json::{Object, Value};
use crate::message::{Kind, Members, Message, MessageError, Problem, printable};
use crate::reason::Reason;

const RESPONSE: Kind = Kind::new("nonce response", Reason::ImportRejected);
/// Longer nonces are refused.
const MAX_TEXT: usize = 1024;

/// A challenge of an issuer, to be repeated in key proofs. Opaque to the wallet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CNonce(String);

impl CNonce {
    /// A nonce; `None` when it is not 1 to 1024 characters of visible ASCII without `"` and `\`.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        (text.len() <= MAX_TEXT && printable(&text)).then_some(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CNonce {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A nonce response (section 7.2), to be sent with `Cache-Control: no-store`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NonceResponse {
    /// `c_nonce`
    pub c_nonce: CNonce,
}

impl Message for NonceResponse {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(RESPONSE, value)?;
        let expected = "1 to 1024 characters of visible ASCII";
        let c_nonce = CNonce::new(members.text("c_nonce")?)
            .ok_or_else(|| members.fail("c_nonce", Problem::Value { expected }))?;
        Ok(Self { c_nonce })
    }

    fn to_object(&self) -> Object {
        crate::object! { "c_nonce" => self.c_nonce.as_str() }
    }
}

#[cfg(test)]
mod tests {
    use super::{CNonce, NonceResponse};
    use crate::message::Message;
    use crate::reason::Reason;

    #[test]
    fn is_read_as_it_was_written() {
        let response = NonceResponse {
            c_nonce: CNonce::new("wKI4LT17ac15ES9bw8ac4").unwrap(),
        };
        assert_eq!(NonceResponse::read(&response.to_bytes()), Ok(response));
    }

    #[test]
    fn refuses_with_the_reason() {
        let long = format!(r#"{{"c_nonce":"{}"}}"#, "a".repeat(1025));
        for body in [
            "{}",
            r#"{"c_nonce":1}"#,
            r#"{"c_nonce":""}"#,
            r#"{"c_nonce":"a b"}"#,
            &long,
        ] {
            let error = NonceResponse::read(body.as_bytes()).unwrap_err();
            assert_eq!(error.reason(), Reason::ImportRejected, "{body}");
        }
    }
}
