//! The token endpoint (section 6): a code or a refresh token becomes an access token.
//!
//! The wallet writes the request and reads the response; the world the reverse.

use crate::form::Form;
use crate::json::{Object, Value};
use crate::message::{
    Confidential, Kind, Members, Message, MessageError, Problem, natural, printable,
};
use crate::oid4vci::authorization::{AuthorizationDetails, CodeVerifier, DETAIL_TYPE};
use crate::reason::Reason;

/// More entries of `authorization_details` are refused.
const MAX_DETAILS: usize = 32;
/// More identifiers in one entry are refused.
const MAX_IDENTIFIERS: usize = 32;
const AUTHORIZATION_CODE: &str = "authorization_code";
const REFRESH: &str = "refresh_token";
const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

const REQUEST: Kind = Kind::new("token request", Reason::BadRequest);
const RESPONSE: Kind = Kind::new("token response", Reason::ImportRejected);

/// A token request (section 6.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenRequest {
    /// `grant_type=authorization_code` (RFC 6749 section 4.1.3, RFC 7636 section 4.5)
    AuthorizationCode {
        /// `code`
        code: Confidential,
        /// `client_id`, as in the request that was pushed.
        client_id: String,
        /// `redirect_uri`, likewise.
        redirect_uri: String,
        /// `code_verifier`
        verifier: CodeVerifier,
    },
    /// `grant_type=urn:ietf:params:oauth:grant-type:pre-authorized_code`
    PreAuthorized {
        /// `pre-authorized_code`, as the offer has it.
        code: Confidential,
        /// `tx_code`, when the offer asks for one. Its form is judged by the offer's description.
        tx_code: Option<Confidential>,
        /// `client_id`, where the server gives nobody anonymous access (sections 6.3 and 12.3).
        client_id: Option<String>,
    },
    /// `grant_type=refresh_token` (RFC 6749 section 6)
    Refresh {
        /// `refresh_token`, of the token response before.
        token: Confidential,
        /// `client_id`, as in the request that brought the first token; `None` when it had none.
        client_id: Option<String>,
    },
}

impl TokenRequest {
    /// Reads the fields. Fields of other specifications (`resource`, `user_pin`, …) are ignored.
    ///
    /// # Errors
    /// `bad_request` for a missing or other grant type (the latter with [`Problem::Unsupported`]) or
    /// a field that is missing; `tx_code_invalid` for a transaction code that is there and empty.
    pub fn from_form(form: &Form) -> Result<Self, MessageError> {
        match form.field("grant_type") {
            Some(AUTHORIZATION_CODE) => Self::code_from_form(form),
            Some(PRE_AUTHORIZED) => Self::pre_authorized_from_form(form),
            Some(REFRESH) => Ok(Self::Refresh {
                token: handle(form, "refresh_token")?,
                client_id: client_id(form)?,
            }),
            Some(_) => Err(REQUEST.fail("grant_type", Problem::Unsupported)),
            None => Err(REQUEST.fail("grant_type", Problem::Missing)),
        }
    }

    fn code_from_form(form: &Form) -> Result<Self, MessageError> {
        let expected = "43 to 128 characters of A-Z a-z 0-9 - . _ ~";
        Ok(Self::AuthorizationCode {
            code: handle(form, "code")?,
            client_id: handle(form, "client_id")?.reveal().to_owned(),
            redirect_uri: handle(form, "redirect_uri")?.reveal().to_owned(),
            verifier: CodeVerifier::new(handle(form, "code_verifier")?.reveal())
                .ok_or_else(|| REQUEST.fail("code_verifier", Problem::Value { expected }))?,
        })
    }

    fn pre_authorized_from_form(form: &Form) -> Result<Self, MessageError> {
        let code = handle(form, "pre-authorized_code")?;
        let tx_code = form.field("tx_code");
        if tx_code == Some("") {
            let expected = "a text that is not empty";
            let problem = Problem::Value { expected };
            return Err(REQUEST.fail_as("tx_code", problem, Reason::TxCodeInvalid));
        }
        Ok(Self::PreAuthorized {
            code,
            tx_code: tx_code.map(Confidential::new),
            client_id: client_id(form)?,
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
        match self {
            Self::AuthorizationCode {
                code,
                client_id,
                redirect_uri,
                verifier,
            } => Form::new()
                .with("grant_type", AUTHORIZATION_CODE)
                .with("code", code.reveal())
                .with("client_id", client_id.as_str())
                .with("redirect_uri", redirect_uri.as_str())
                .with("code_verifier", verifier.reveal()),
            Self::PreAuthorized {
                code,
                tx_code,
                client_id,
            } => {
                let mut form = Form::new()
                    .with("grant_type", PRE_AUTHORIZED)
                    .with("pre-authorized_code", code.reveal());
                if let Some(tx_code) = tx_code {
                    form = form.with("tx_code", tx_code.reveal());
                }
                match client_id {
                    Some(client) => form.with("client_id", client.as_str()),
                    None => form,
                }
            }
            Self::Refresh { token, client_id } => {
                let form = Form::new()
                    .with("grant_type", REFRESH)
                    .with("refresh_token", token.reveal());
                match client_id {
                    Some(client) => form.with("client_id", client.as_str()),
                    None => form,
                }
            }
        }
    }
}

/// Who asks. One without a value is none (RFC 6749 section 3.2).
fn client_id(form: &Form) -> Result<Option<String>, MessageError> {
    let named = form.field("client_id").is_some_and(|text| !text.is_empty());
    let read = || Ok(handle(form, "client_id")?.reveal().to_owned());
    named.then(read).transpose()
}

fn handle(form: &Form, name: &'static str) -> Result<Confidential, MessageError> {
    let text = form
        .field(name)
        .ok_or_else(|| REQUEST.fail(name, Problem::Missing))?;
    if !printable(text) {
        let expected = "visible ASCII";
        return Err(REQUEST.fail(name, Problem::Value { expected }));
    }
    Ok(Confidential::new(text))
}

/// A token request with what it may say beside its grant. Worlds read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailedTokenRequest {
    /// The grant.
    pub request: TokenRequest,
    /// `authorization_details` (section 6.1.1): whoever sends them is told identifiers.
    pub details: AuthorizationDetails,
    /// `client_id`, with any grant: who asks. `None` is anonymous access.
    pub client_id: Option<String>,
}

impl DetailedTokenRequest {
    /// Reads the body.
    ///
    /// # Errors
    /// As [`TokenRequest::read`]; also for `authorization_details` that are none.
    pub fn read(body: &[u8]) -> Result<Self, MessageError> {
        let form = Form::read_message(body)
            .map_err(|error| REQUEST.fail_as("", Problem::Form(error), error.reason()))?;
        Ok(Self {
            request: TokenRequest::from_form(&form)?,
            details: AuthorizationDetails::of_form(&form)?,
            client_id: client_id(&form)?,
        })
    }

    /// The fields.
    #[must_use]
    pub fn to_form(&self) -> Form {
        let mut form = self.request.to_form();
        if let Some(client) = &self.client_id {
            form = form.with("client_id", client.as_str());
        }
        if self.details.is_empty() {
            return form;
        }
        form.with(AuthorizationDetails::FIELD, self.details.to_text())
    }
}

/// A token response (section 6.2). Tokens that are not `Bearer` are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenResponse {
    /// `access_token`
    pub access_token: Confidential,
    /// `expires_in`, seconds.
    pub expires_in: Option<u64>,
    /// `refresh_token`: for another access token later; one use, and the answer has the next.
    pub refresh_token: Option<Confidential>,
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
        let refresh_token = members.optional_text("refresh_token")?;
        if refresh_token
            .as_deref()
            .is_some_and(|text| !printable(text))
        {
            let expected = "a token of visible ASCII";
            return Err(members.fail("refresh_token", Problem::Value { expected }));
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
            refresh_token: refresh_token.map(Confidential::new),
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
        if let Some(token) = &self.refresh_token {
            object.insert("refresh_token", token.reveal());
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

    use super::{AuthorizedCredential, DetailedTokenRequest, TokenRequest, TokenResponse};
    use crate::message::{Confidential, Message, Problem};
    use crate::oid4vci::authorization::{AuthorizationDetails, CodeVerifier};
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
            client_id: None,
        };
        assert_eq!(TokenRequest::read(body.as_bytes()), Ok(request.clone()));
        assert!(!format!("{request:?}").contains("493536"));
    }

    #[test]
    fn a_request_is_refused_with_its_reason() {
        for (body, member, reason) in [
            (String::new(), "grant_type", Reason::BadRequest),
            (
                "grant_type=password&code=1".to_owned(),
                "grant_type",
                Reason::BadRequest,
            ),
            (
                "grant_type=authorization_code&code=1".to_owned(),
                "client_id",
                Reason::BadRequest,
            ),
            (
                "grant_type=authorization_code&client_id=a&redirect_uri=b".to_owned(),
                "code",
                Reason::BadRequest,
            ),
            (
                "grant_type=authorization_code&code=1&client_id=a&redirect_uri=b&code_verifier=short"
                    .to_owned(),
                "code_verifier",
                Reason::BadRequest,
            ),
            (
                "grant_type=refresh_token".to_owned(),
                "refresh_token",
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
            refresh_token: Some(Confidential::new("8xLOxBtZp8")),
            authorized: vec![AuthorizedCredential {
                configuration_id: "avatar".to_owned(),
                identifiers: vec!["mika-1".to_owned(), "mika-2".to_owned()],
            }],
        };
        assert_eq!(TokenResponse::read(&response.to_bytes()), Ok(response));
        let foreign = br#"{"access_token":"a","token_type":"bearer","c_nonce":"x","authorization_details":[{"type":"payment"}]}"#;
        let response = TokenResponse::read(foreign).unwrap();
        assert_eq!(
            (
                response.expires_in,
                response.refresh_token,
                response.authorized
            ),
            (None, None, Vec::new())
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
                r#"{"access_token":"a","token_type":"Bearer","refresh_token":"a b"}"#,
                "refresh_token",
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

    #[test]
    fn requests_of_every_grant_are_read_as_they_were_written() {
        let verifier = CodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        for request in [
            TokenRequest::AuthorizationCode {
                code: Confidential::new("SplxlOBeZQQYbYS6WxSbIA"),
                client_id: "https://wallet.example".to_owned(),
                redirect_uri: "http://127.0.0.1:1/".to_owned(),
                verifier,
            },
            TokenRequest::PreAuthorized {
                code: Confidential::new("SplxlOBeZQQYbYS6WxSbIA"),
                tx_code: None,
                client_id: Some("https://wallet.example".to_owned()),
            },
            TokenRequest::Refresh {
                token: Confidential::new("8xLOxBtZp8"),
                client_id: Some("https://wallet.example".to_owned()),
            },
        ] {
            let body = request.to_form().to_text();
            assert_eq!(TokenRequest::read(body.as_bytes()), Ok(request.clone()));
            assert!(!format!("{request:?}").contains("SplxlO"));
            let configuration_ids = vec!["avatar".to_owned(), "item".to_owned()];
            let details = AuthorizationDetails {
                configuration_ids,
                location: None,
            };
            let detailed = DetailedTokenRequest {
                request,
                details,
                client_id: Some("https://wallet.example".to_owned()),
            };
            let body = detailed.to_form().to_text();
            assert_eq!(DetailedTokenRequest::read(body.as_bytes()), Ok(detailed));
        }
    }

    proptest! {
        #[test]
        fn requests_round_trip(code in "[!-~&&[^\"\\\\]]{1,40}", tx_code in option::of(".{1,12}")) {
            let request = TokenRequest::PreAuthorized {
                code: Confidential::new(code),
                tx_code: tx_code.map(Confidential::new),
                client_id: None,
            };
            let body = request.to_form().to_text();
            assert_eq!(TokenRequest::read(body.as_bytes()), Ok(request));
        }
    }
}
