//! The authorization response (section 8) and what the verifier answers to it (section 8.2).

#[cfg(test)]
mod tests;
mod vp_token;

pub use vp_token::VpToken;

use crate::admission::{Decided, read_word};
use crate::form::Form;
use crate::json::{Limits, Object, Value, read};
use crate::message::{Confidential, Kind, Members, Message, MessageError, Problem};
use crate::oauth::{Description, ErrorCode, ErrorResponse};
use crate::oid4vp::State;
use crate::reason::Reason;
use crate::receipt::CompactJws;
use crate::web_url::WebUrl;

const RESPONSE: Kind = Kind::new("presentation response", Reason::VpMalformed);
const ANSWER: Kind = Kind::new("answer to a presentation response", Reason::BadRequest);

/// Larger response bodies are refused: one document of 1 MiB, percent-encoded.
pub const MAX_RESPONSE_BYTES: usize = 2 << 20;

/// What a wallet posts to `response_uri`.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationResponse {
    /// Presentations, or a refusal.
    pub outcome: ResponseOutcome,
    /// `state`. Some wallets do not repeat it: the path of `response_uri` binds the response too.
    pub state: Option<State>,
}

/// What a wallet says.
#[derive(Clone, Debug, PartialEq)]
pub enum ResponseOutcome {
    /// `vp_token`: presentations, none of them verified yet.
    Presented(VpToken),
    /// `error` (section 8.5)
    Refused(ErrorResponse),
}

impl AuthorizationResponse {
    /// The answer when the person declines, and when nothing in the wallet matches: the same, so
    /// that a verifier cannot probe. It has no description and no reason.
    #[must_use]
    pub const fn declined(state: Option<State>) -> Self {
        Self {
            outcome: ResponseOutcome::Refused(ErrorResponse {
                code: ErrorCode::AccessDenied,
                description: None,
                reason: None,
            }),
            state,
        }
    }

    /// A refusal for another cause than the person's decision, with a word for the verifier's log.
    #[must_use]
    pub fn refused(code: ErrorCode, description: Description, state: Option<State>) -> Self {
        Self {
            outcome: ResponseOutcome::Refused(ErrorResponse {
                code,
                description: Some(description),
                reason: None,
            }),
            state,
        }
    }

    /// Reads the body. Fields that are not known are ignored.
    ///
    /// # Errors
    /// `vp_malformed` when there is neither or both of presentations and refusal, or the token has
    /// another shape; `enc_unsupported` for an encrypted response; `state_mismatch` for a state that
    /// no request of ours has; the reason of the form or JSON reader.
    pub fn read(body: &[u8]) -> Result<Self, MessageError> {
        let form = Form::read(body, MAX_RESPONSE_BYTES)
            .map_err(|error| RESPONSE.fail_as("", Problem::Form(error), error.reason()))?;
        if form.field("response").is_some() {
            let (problem, reason) = (Problem::Unsupported, Reason::EncUnsupported);
            return Err(RESPONSE.fail_as("response", problem, reason));
        }
        let outcome = match (form.field("vp_token"), form.field("error")) {
            (Some(token), None) => {
                let value = read(token.as_bytes(), &Limits::document()).map_err(|error| {
                    RESPONSE.fail_as("vp_token", Problem::Json(error), error.reason())
                })?;
                ResponseOutcome::Presented(VpToken::read(&value)?)
            }
            (None, Some(code)) => ResponseOutcome::Refused(ErrorResponse::of_parts(
                code,
                form.field("error_description"),
                form.field("reason"),
            )),
            (None, None) => return Err(RESPONSE.fail("vp_token", Problem::Missing)),
            (Some(_), Some(_)) => {
                let other = "error";
                return Err(RESPONSE.fail("vp_token", Problem::Excludes { other }));
            }
        };
        let state = form.field("state").map(|text| {
            let expected = "1 to 512 URL safe characters";
            let problem = Problem::Value { expected };
            State::new(text)
                .ok_or_else(|| RESPONSE.fail_as("state", problem, Reason::StateMismatch))
        });
        Ok(Self {
            outcome,
            state: state.transpose()?,
        })
    }

    /// The form.
    #[must_use]
    pub fn to_form(&self) -> Form {
        let form = match &self.outcome {
            ResponseOutcome::Presented(token) => {
                let text = crate::canonical::to_text(&Value::Object(token.to_object()));
                Form::new().with("vp_token", text)
            }
            ResponseOutcome::Refused(refusal) => {
                let mut form = Form::new().with("error", refusal.code.code());
                if let Some(description) = &refusal.description {
                    form = form.with("error_description", description.as_str());
                }
                if let Some(reason) = refusal.reason {
                    form = form.with("reason", reason.code());
                }
                form
            }
        };
        match &self.state {
            Some(state) => form.with("state", state.as_str()),
            None => form,
        }
    }
}

/// The verifier's 200 to a response (section 8.2), with members of ours. A refusal is an
/// [`ErrorResponse`] with status 400.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectPostAnswer {
    /// `redirect_uri`: where the person's browser goes on, on the same device.
    pub redirect_uri: Option<WebUrl>,
    /// `omote_receipt`: the world's signed receipt ([`crate::receipt::ReceiptClaims`]).
    pub receipt: Option<CompactJws>,
    /// `omote_admission_token`: what the presenter shows at the door
    /// ([`crate::receipt::AdmissionTokenClaims`]).
    pub admission_token: Option<Confidential>,
    /// `omote_admission`: what the world's policy said, such as `review`. Not signed; the receipt is.
    pub admission: Option<Decided>,
}

impl Message for DirectPostAnswer {
    /// Unknown members are ignored. An answer with `error` is none, whatever its status was.
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(ANSWER, value)?;
        if members.optional("error").is_some() {
            return Err(members.fail("error", Problem::Unknown));
        }
        Ok(Self {
            redirect_uri: members.optional_url("redirect_uri")?,
            receipt: CompactJws::read_member(&members, "omote_receipt")?,
            admission_token: CompactJws::read_member(&members, "omote_admission_token")?
                .map(|token| Confidential::new(token.as_str())),
            admission: members
                .optional("omote_admission")
                .map(|_| read_word(&members, "omote_admission", Decided::from_id))
                .transpose()?,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = Object::new();
        if let Some(url) = &self.redirect_uri {
            object.insert("redirect_uri", url);
        }
        if let Some(receipt) = &self.receipt {
            object.insert("omote_receipt", receipt.as_str());
        }
        if let Some(token) = &self.admission_token {
            object.insert("omote_admission_token", token.reveal());
        }
        if let Some(admission) = self.admission {
            object.insert("omote_admission", admission.id());
        }
        object
    }
}

/// The refusal of a presentation: `invalid_request` with our reason.
#[must_use]
pub fn refusal(reason: Reason) -> ErrorResponse {
    ErrorResponse::because(ErrorCode::InvalidRequest, reason)
}
