//! Authorization code with pushed requests and PKCE (section 5): for worlds that have accounts.
//!
//! ```text
//! wallet ── PushedRequest ──▶ world ── PushedResponse ──▶ wallet          RFC 9126
//! browser ── GET authorization_endpoint?client_id&request_uri ──▶ world ── login ──▶
//! browser ── GET redirect_uri?code&state&iss ──▶ wallet                   AuthorizationResponse
//! ```
//!
//! Only `response_type=code`, only the challenge method S256 (RFC 7636), only requests that were
//! pushed. The wallet writes requests and reads responses, the world the reverse.

mod details;
mod pkce;
mod redirect;
#[cfg(test)]
mod tests;

pub use details::AuthorizationDetails;
pub(crate) use details::DETAIL_TYPE;
pub use pkce::{CodeChallenge, CodeVerifier};
pub use redirect::{RedirectUri, RedirectUriError};

use crate::form::{Form, percent_encode};
use crate::json::{Object, Value};
use crate::message::{
    Confidential, Kind, Members, Message, MessageError, Problem, natural, printable,
};
use crate::oauth::ErrorCode;
use crate::oid4vci::IssuerUrl;
use crate::reason::Reason;
use crate::web_url::WebUrl;

const PUSHED: Kind = Kind::new("authorization request", Reason::BadRequest);
const PUSHED_RESPONSE: Kind = Kind::new("answer to a pushed request", Reason::ImportRejected);
const RESPONSE: Kind = Kind::new("authorization response", Reason::OfferRejected);

/// Longer names of clients, states and scopes are refused.
const MAX_TEXT: usize = 2048;
/// More scopes are refused.
const MAX_SCOPES: usize = 32;

/// An authorization request, as it is pushed (RFC 9126 section 2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushedRequest {
    /// `client_id`: how the wallet calls itself. Proven by nothing.
    pub client_id: String,
    /// `redirect_uri`
    pub redirect_uri: RedirectUri,
    /// `state`: comes back as it is.
    pub state: Option<Confidential>,
    /// `code_challenge`, of method S256.
    pub challenge: CodeChallenge,
    /// `scope`, each once.
    pub scopes: Vec<String>,
    /// `authorization_details` of type `openid_credential`.
    pub details: AuthorizationDetails,
    /// `issuer_state` of the offer.
    pub issuer_state: Option<Confidential>,
}

impl PushedRequest {
    /// Reads the fields. Fields of other specifications are ignored, but not those that would make
    /// another request of it (`request`, `request_uri`).
    ///
    /// # Errors
    /// `bad_request` for a field that is missing or malformed, `redirect_uri_refused` for an address
    /// that codes are not sent to; a response type or challenge method of another kind has
    /// [`Problem::Unsupported`].
    pub fn from_form(form: &Form) -> Result<Self, MessageError> {
        for name in ["request", "request_uri"] {
            if form.field(name).is_some() {
                return Err(PUSHED.fail(name, Problem::Unsupported));
            }
        }
        let text = |name: &'static str| match form.field(name) {
            Some(text) if printable(text) && text.len() <= MAX_TEXT => Ok(Some(text.to_owned())),
            Some(_) => {
                let expected = "visible ASCII";
                Err(PUSHED.fail(name, Problem::Value { expected }))
            }
            None => Ok(None),
        };
        let required =
            |name: &'static str| text(name)?.ok_or_else(|| PUSHED.fail(name, Problem::Missing));
        if required("response_type")? != "code" {
            return Err(PUSHED.fail("response_type", Problem::Unsupported));
        }
        // Answers go into the query of the redirect address and nowhere else.
        if text("response_mode")?.is_some_and(|mode| mode != "query") {
            return Err(PUSHED.fail("response_mode", Problem::Unsupported));
        }
        // The default of RFC 7636 is `plain`: a method that is left out is not S256.
        match text("code_challenge_method")?.as_deref() {
            Some("S256") => {}
            Some(_) => return Err(PUSHED.fail("code_challenge_method", Problem::Unsupported)),
            None => return Err(PUSHED.fail("code_challenge_method", Problem::Missing)),
        }
        let expected = "the SHA-256 of a code verifier in base64url";
        let challenge = CodeChallenge::new(&required("code_challenge")?)
            .ok_or_else(|| PUSHED.fail("code_challenge", Problem::Value { expected }))?;
        let redirect_uri: RedirectUri = required("redirect_uri")?.parse().map_err(|_| {
            let expected = "https://… or http on a loopback address, without fragment";
            let problem = Problem::Value { expected };
            PUSHED.fail_as("redirect_uri", problem, Reason::RedirectUriRefused)
        })?;
        Ok(Self {
            client_id: required("client_id")?,
            redirect_uri,
            state: text("state")?.map(Confidential::new),
            challenge,
            scopes: read_scopes(form)?,
            details: AuthorizationDetails::of_form(form)?,
            issuer_state: text("issuer_state")?.map(Confidential::new),
        })
    }

    /// Reads the body.
    ///
    /// # Errors
    /// When it is not a strict form, or as [`PushedRequest::from_form`].
    pub fn read(body: &[u8]) -> Result<Self, MessageError> {
        let form = Form::read_message(body)
            .map_err(|error| PUSHED.fail_as("", Problem::Form(error), error.reason()))?;
        Self::from_form(&form)
    }

    /// The fields.
    #[must_use]
    pub fn to_form(&self) -> Form {
        let mut form = Form::new()
            .with("response_type", "code")
            .with("client_id", self.client_id.as_str())
            .with("redirect_uri", self.redirect_uri.as_str())
            .with("code_challenge", self.challenge.as_str())
            .with("code_challenge_method", "S256");
        if !self.scopes.is_empty() {
            form = form.with("scope", self.scopes.join(" "));
        }
        if !self.details.is_empty() {
            form = form.with(AuthorizationDetails::FIELD, self.details.to_text());
        }
        for (name, value) in [("state", &self.state), ("issuer_state", &self.issuer_state)] {
            if let Some(value) = value {
                form = form.with(name, value.reveal());
            }
        }
        form
    }
}

fn read_scopes(form: &Form) -> Result<Vec<String>, MessageError> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in form.field("scope").unwrap_or_default().split(' ') {
        if scope.is_empty() {
            continue;
        }
        if !printable(scope) || scope.len() > MAX_TEXT {
            let expected = "scopes of visible ASCII";
            return Err(PUSHED.fail("scope", Problem::Value { expected }));
        }
        if !scopes.iter().any(|other| other == scope) {
            scopes.push(scope.to_owned());
        }
    }
    PUSHED.within("scope", scopes.len(), MAX_SCOPES)?;
    Ok(scopes)
}

/// The 201 to a pushed request (RFC 9126 section 2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushedResponse {
    /// `request_uri`: stands for the request at the authorization endpoint.
    pub request_uri: Confidential,
    /// `expires_in`, seconds.
    pub expires_in: u64,
}

impl PushedResponse {
    /// The address for the person's browser.
    #[must_use]
    pub fn browser_link(&self, authorization_endpoint: &WebUrl, client_id: &str) -> String {
        let joint = if authorization_endpoint.query().is_some() {
            '&'
        } else {
            '?'
        };
        format!(
            "{authorization_endpoint}{joint}client_id={}&request_uri={}",
            percent_encode(client_id),
            percent_encode(self.request_uri.reveal())
        )
    }
}

impl Message for PushedResponse {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(PUSHED_RESPONSE, value)?;
        let request_uri = members.text("request_uri")?;
        if !printable(&request_uri) || request_uri.len() > MAX_TEXT {
            let expected = "visible ASCII";
            return Err(members.fail("request_uri", Problem::Value { expected }));
        }
        let expires_in = members.natural("expires_in")?;
        Ok(Self {
            request_uri: Confidential::new(request_uri),
            expires_in: expires_in.ok_or_else(|| members.fail("expires_in", Problem::Missing))?,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! { "request_uri" => self.request_uri.reveal() };
        if let Some(seconds) = natural(Some(self.expires_in)) {
            object.insert("expires_in", seconds);
        }
        object
    }
}

/// What the browser brings to the redirect address (RFC 6749 section 4.1.2, RFC 9207).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizationResponse {
    /// The person agreed.
    Code {
        /// `code`
        code: Confidential,
        /// `state`
        state: Option<Confidential>,
        /// `iss`
        issuer: IssuerUrl,
    },
    /// No.
    Refused {
        /// `error`
        code: ErrorCode,
        /// `state`
        state: Option<Confidential>,
        /// `iss`
        issuer: IssuerUrl,
    },
}

impl AuthorizationResponse {
    /// Reads the query of the redirect address.
    ///
    /// # Errors
    /// `offer_rejected` for one without `iss`, or with neither or both of `code` and `error`.
    pub fn from_form(form: &Form) -> Result<Self, MessageError> {
        let issuer = form
            .field("iss")
            .ok_or_else(|| RESPONSE.fail("iss", Problem::Missing))?;
        let expected = "an https URL without query and fragment";
        let issuer: IssuerUrl = issuer
            .parse()
            .map_err(|_| RESPONSE.fail("iss", Problem::Value { expected }))?;
        let state = form.field("state").map(Confidential::new);
        match (form.field("code"), form.field("error")) {
            (Some(code), None) if printable(code) => Ok(Self::Code {
                code: Confidential::new(code),
                state,
                issuer,
            }),
            (None, Some(error)) => Ok(Self::Refused {
                code: ErrorCode::from_code(error),
                state,
                issuer,
            }),
            (Some(_), Some(_)) => {
                let problem = Problem::Excludes { other: "error" };
                Err(RESPONSE.fail("code", problem))
            }
            (Some(_), None) => {
                let expected = "a code of visible ASCII";
                Err(RESPONSE.fail("code", Problem::Value { expected }))
            }
            (None, None) => Err(RESPONSE.fail("code", Problem::Missing)),
        }
    }

    /// The fields that follow the redirect address.
    #[must_use]
    pub fn to_form(&self) -> Form {
        let (form, state, issuer) = match self {
            Self::Code {
                code,
                state,
                issuer,
            } => (Form::new().with("code", code.reveal()), state, issuer),
            Self::Refused {
                code,
                state,
                issuer,
            } => (Form::new().with("error", code.code()), state, issuer),
        };
        let form = match state {
            Some(state) => form.with("state", state.reveal()),
            None => form,
        };
        form.with("iss", issuer.as_str())
    }
}
