//! The token endpoint (section 6): a pre-authorized code becomes an access token.
//!
//! The wallet writes the request and reads the response; the world the reverse.

use crate::form::Form;
use crate::json::{Object, Value};
use crate::message::{
    Confidential, Kind, Members, Message, MessageError, Problem, natural, printable,
};
use crate::reason::Reason;

/// More entries of `authorization_details` are refused.
const MAX_DETAILS: usize = 32;
/// More identifiers in one entry are refused.
const MAX_IDENTIFIERS: usize = 32;
const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
const DETAIL_TYPE: &str = "openid_credential";

const REQUEST: Kind = Kind::new("token request", Reason::BadRequest);
const RESPONSE: Kind = Kind::new("token response", Reason::ImportRejected);

/// A token request (section 6.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenRequest {
    /// `grant_type=urn:ietf:params:oauth:grant-type:pre-authorized_code`
    PreAuthorized {
        /// `pre-authorized_code`, as the offer has it.
        code: Confidential,
        /// `tx_code`, when the offer asks for one. Its form is judged by the offer's description.
        tx_code: Option<Confidential>,
    },
}

impl TokenRequest {
    /// Reads the fields. Fields of other specifications (`client_id`, `resource`, …) are ignored.
    ///
    /// # Errors
    /// `bad_request` for a missing or other grant type (the latter with [`Problem::Unsupported`]) or
    /// a missing code; `tx_code_invalid` for a transaction code that is there and empty.
    pub fn from_form(form: &Form) -> Result<Self, MessageError> {
        match form.field("grant_type") {
            Some(PRE_AUTHORIZED) => {}
            Some(_) => return Err(REQUEST.fail("grant_type", Problem::Unsupported)),
            None => return Err(REQUEST.fail("grant_type", Problem::Missing)),
        }
        let code = form
            .field("pre-authorized_code")
            .ok_or_else(|| REQUEST.fail("pre-authorized_code", Problem::Missing))?;
        if !printable(code) {
            let expected = "a code of visible ASCII";
            return Err(REQUEST.fail("pre-authorized_code", Problem::Value { expected }));
        }
        let tx_code = form.field("tx_code");
        if tx_code == Some("") {
            let expected = "a text that is not empty";
            let problem = Problem::Value { expected };
            return Err(REQUEST.fail_as("tx_code", problem, Reason::TxCodeInvalid));
        }
        Ok(Self::PreAuthorized {
            code: Confidential::new(code),
            tx_code: tx_code.map(Confidential::new),
        })
    }

    /// Reads the body.
    ///
    /// # Errors
    /// When it is not a strict form, or as [`TokenRequest::from_form`].
    pub fn read(body: &[u8]) -> Result<Self, MessageError> {
        let form = Form::read_message(body)
            .map_err(|error| REQUEST.fail_as("", Problem::Form(error), error.reason()))?;
        Self::from_form(&form)
    }

    /// The fields.
    #[must_use]
    pub fn to_form(&self) -> Form {
        let Self::PreAuthorized { code, tx_code } = self;
        let form = Form::new()
            .with("grant_type", PRE_AUTHORIZED)
            .with("pre-authorized_code", code.reveal());
        match tx_code {
            Some(tx_code) => form.with("tx_code", tx_code.reveal()),
            None => form,
        }
    }
}

/// A token response (section 6.2). Tokens that are not `Bearer` are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenResponse {
    /// `access_token`
    pub access_token: Confidential,
    /// `expires_in`, seconds.
    pub expires_in: Option<u64>,
    /// `authorization_details` of type `openid_credential`; when there are any, credentials are
    /// requested by these identifiers.
    pub authorized: Vec<AuthorizedCredential>,
}

/// A member of `authorization_details` (section 6.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizedCredential {
    /// `credential_configuration_id`
    pub configuration_id: String,
    /// `credential_identifiers`, at least one, each once.
    pub identifiers: Vec<String>,
}

impl Message for TokenResponse {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(RESPONSE, value)?;
        if !members.text("token_type")?.eq_ignore_ascii_case("bearer") {
            return Err(members.fail("token_type", Problem::Unsupported));
        }
        let access_token = members.text("access_token")?;
        if !printable(&access_token) {
            let expected = "a token of visible ASCII";
            return Err(members.fail("access_token", Problem::Value { expected }));
        }
        let mut authorized = Vec::new();
        for detail in members.optional_array("authorization_details", MAX_DETAILS)? {
            let detail = Members::of(RESPONSE.part("authorization_details"), detail)?;
            if detail.text("type")? == DETAIL_TYPE {
                authorized.push(AuthorizedCredential {
                    configuration_id: detail.text("credential_configuration_id")?,
                    identifiers: detail.texts("credential_identifiers", MAX_IDENTIFIERS)?,
                });
            }
        }
        Ok(Self {
            access_token: Confidential::new(access_token),
            expires_in: members.natural("expires_in")?,
            authorized,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! {
            "access_token" => self.access_token.reveal(),
            "token_type" => "Bearer",
        };
        if let Some(seconds) = natural(self.expires_in) {
            object.insert("expires_in", seconds);
        }
        if !self.authorized.is_empty() {
            let detail = |credential: &AuthorizedCredential| {
                crate::object! {
                    "type" => DETAIL_TYPE,
                    "credential_configuration_id" => credential.configuration_id.as_str(),
                    "credential_identifiers" => credential.identifiers.clone(),
                }
            };
            let details: Vec<Object> = self.authorized.iter().map(detail).collect();
            object.insert("authorization_details", details);
        }
        object
    }
}

#[cfg(test)]
mod tests {
    use proptest::option;
    use proptest::prelude::proptest;

    use super::{AuthorizedCredential, TokenRequest, TokenResponse};
    use crate::message::{Confidential, Message, Problem};
    use crate::reason::Reason;

    const GRANT: &str = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Apre-authorized_code";

    #[test]
    fn a_request_ignores_the_fields_of_others() {
        let body = format!(
            "grant_type={GRANT}&pre-authorized_code=SplxlOBeZQQYbYS6WxSbIA&tx_code=493536\
             &user_pin=493536&resource=https%3A%2F%2Fworld.example"
        );
        let request = TokenRequest::PreAuthorized {
            code: Confidential::new("SplxlOBeZQQYbYS6WxSbIA"),
            tx_code: Some(Confidential::new("493536")),
        };
        assert_eq!(TokenRequest::read(body.as_bytes()), Ok(request.clone()));
        assert!(!format!("{request:?}").contains("493536"));
    }

    #[test]
    fn a_request_is_refused_with_its_reason() {
        for (body, member, reason) in [
            (String::new(), "grant_type", Reason::BadRequest),
            (
                "grant_type=authorization_code&code=1".to_owned(),
                "grant_type",
                Reason::BadRequest,
            ),
            (
                format!("grant_type={GRANT}"),
                "pre-authorized_code",
                Reason::BadRequest,
            ),
            (
                format!("grant_type={GRANT}&pre-authorized_code="),
                "pre-authorized_code",
                Reason::BadRequest,
            ),
            (
                format!("grant_type={GRANT}&pre-authorized_code=a%0Ab"),
                "pre-authorized_code",
                Reason::BadRequest,
            ),
            (
                format!("grant_type={GRANT}&pre-authorized_code=a&tx_code="),
                "tx_code",
                Reason::TxCodeInvalid,
            ),
            (
                format!("grant_type={GRANT}&pre-authorized_code=a&tx_code=1&tx_code=2"),
                "",
                Reason::BadRequest,
            ),
            ("a".repeat(1 << 20), "", Reason::InputTooLarge),
        ] {
            let error = TokenRequest::read(body.as_bytes()).unwrap_err();
            assert_eq!((error.member(), error.reason()), (member, reason));
        }
    }

    #[test]
    fn a_response_is_read_as_it_was_written() {
        let response = TokenResponse {
            access_token: Confidential::new("eyJhbGciOiJSUzI1NiIsInR5cCI6Ikp"),
            expires_in: Some(86_400),
            authorized: vec![AuthorizedCredential {
                configuration_id: "avatar".to_owned(),
                identifiers: vec!["mika-1".to_owned(), "mika-2".to_owned()],
            }],
        };
        assert_eq!(TokenResponse::read(&response.to_bytes()), Ok(response));
        let foreign = br#"{"access_token":"a","token_type":"bearer","c_nonce":"x","authorization_details":[{"type":"payment"}]}"#;
        let response = TokenResponse::read(foreign).unwrap();
        assert_eq!(
            (response.expires_in, response.authorized),
            (None, Vec::new())
        );
    }

    #[test]
    fn a_response_of_another_shape_is_refused() {
        for (body, member) in [
            ("[]", ""),
            (r#"{"access_token":"a"}"#, "token_type"),
            (r#"{"access_token":"a","token_type":"DPoP"}"#, "token_type"),
            (
                r#"{"access_token":"","token_type":"Bearer"}"#,
                "access_token",
            ),
            (
                r#"{"access_token":"a b","token_type":"Bearer"}"#,
                "access_token",
            ),
            (
                r#"{"access_token":"a","token_type":"Bearer","expires_in":"60"}"#,
                "expires_in",
            ),
            (
                r#"{"access_token":"a","token_type":"Bearer","expires_in":-1}"#,
                "expires_in",
            ),
            (
                r#"{"access_token":"a","token_type":"Bearer","authorization_details":{}}"#,
                "authorization_details",
            ),
            (
                r#"{"access_token":"a","token_type":"Bearer","authorization_details":[{"type":"openid_credential","credential_configuration_id":"x"}]}"#,
                "credential_identifiers",
            ),
            (
                r#"{"access_token":"a","token_type":"Bearer","authorization_details":[{"type":"openid_credential","credential_configuration_id":"x","credential_identifiers":["a","a"]}]}"#,
                "credential_identifiers",
            ),
        ] {
            let error = TokenResponse::read(body.as_bytes()).unwrap_err();
            assert_eq!(
                (error.member(), error.reason()),
                (member, Reason::ImportRejected),
                "{body}"
            );
        }
        let error = TokenResponse::read(b"{").unwrap_err();
        assert_eq!(error.reason(), Reason::ParseError);
        assert!(matches!(error.problem(), Problem::Json(_)));
    }

    proptest! {
        #[test]
        fn requests_round_trip(code in "[!-~&&[^\"\\\\]]{1,40}", tx_code in option::of(".{1,12}")) {
            let request = TokenRequest::PreAuthorized {
                code: Confidential::new(code),
                tx_code: tx_code.map(Confidential::new),
            };
            let body = request.to_form().to_text();
            assert_eq!(TokenRequest::read(body.as_bytes()), Ok(request));
        }
    }
}
