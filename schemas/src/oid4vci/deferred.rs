//! The deferred credential endpoint (section 9): the wallet comes back for what was not ready.
//!
//! The wallet writes the request; the answer is a [`super::credential::CredentialResponse`].

use crate::json::{Object, Value};
use crate::message::{Confidential, Kind, Members, Message, MessageError, Problem};
use crate::oid4vci::credential::read_handle;
use crate::reason::Reason;

const REQUEST: Kind = Kind::new("deferred credential request", Reason::BadRequest);

/// A deferred credential request (section 9.1), sent with the access token of the first one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeferredRequest {
    /// `transaction_id` of the credential response.
    pub transaction_id: Confidential,
}

impl Message for DeferredRequest {
    /// Unknown members are ignored, but not `credential_response_encryption`, which would change the
    /// answer (`enc_unsupported`).
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(REQUEST, value)?;
        let member = "credential_response_encryption";
        if members.optional(member).is_some() {
            return Err(REQUEST.fail_as(member, Problem::Unsupported, Reason::EncUnsupported));
        }
        let id = read_handle(&members, "transaction_id")?;
        let id = id.ok_or_else(|| members.fail("transaction_id", Problem::Missing))?;
        Ok(Self {
            transaction_id: Confidential::new(id),
        })
    }

    fn to_object(&self) -> Object {
        crate::object! { "transaction_id" => self.transaction_id.reveal() }
    }
}

#[cfg(test)]
mod tests {
    use super::DeferredRequest;
    use crate::message::{Confidential, Message};
    use crate::reason::Reason;

    #[test]
    fn is_read_as_it_was_written() {
        let request = DeferredRequest {
            transaction_id: Confidential::new("8xLOxBtZp8"),
        };
        assert_eq!(DeferredRequest::read(&request.to_bytes()), Ok(request));
    }

    #[test]
    fn each_fault_is_named() {
        for (body, member, reason) in [
            ("[]", "", Reason::BadRequest),
            ("{}", "transaction_id", Reason::BadRequest),
            (
                r#"{"transaction_id":7}"#,
                "transaction_id",
                Reason::BadRequest,
            ),
            (
                r#"{"transaction_id":""}"#,
                "transaction_id",
                Reason::BadRequest,
            ),
            (
                r#"{"transaction_id":"あ"}"#,
                "transaction_id",
                Reason::BadRequest,
            ),
            (
                r#"{"transaction_id":"a","credential_response_encryption":{}}"#,
                "credential_response_encryption",
                Reason::EncUnsupported,
            ),
        ] {
            let error = DeferredRequest::read(body.as_bytes()).unwrap_err();
            assert_eq!((error.member(), error.reason()), (member, reason), "{body}");
        }
    }
}
