//! `POST` to the poll address of an admission whose person goes on in the same browser.

use crate::json::{Object, Value};
use crate::message::{Confidential, Kind, Members, Message, MessageError, Problem, url_safe};
use crate::reason::Reason;

/// Longer response codes are refused.
const MAX_CODE: usize = 128;

const RETURNED: Kind = Kind::new("returned session", Reason::BadRequest);

/// What came back with the person's browser, from the fragment of the address to which the wallet
/// sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// `response_code`
    pub response_code: Confidential,
}

impl Message for Returned {
    /// Other members are refused.
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(RETURNED, value)?;
        members.only(&["response_code"])?;
        let code = members.text("response_code")?;
        RETURNED.within("response_code", code.len(), MAX_CODE)?;
        if !url_safe(&code) {
            let expected = "URL safe characters";
            return Err(members.fail("response_code", Problem::Value { expected }));
        }
        Ok(Self {
            response_code: Confidential::new(code),
        })
    }

    fn to_object(&self) -> Object {
        crate::object! { "response_code" => self.response_code.reveal() }
    }
}
