//! The authorization response (section 8) and what the verifier answers to it (section 8.2).

#[cfg(test)]
mod tests;
mod vp_token;

pub use vp_token::VpToken;

use std::fmt;

use crate::admission::{Decided, read_word};
use crate::encoding::base64url;
use crate::form::Form;
use crate::json::{Limits, Object, Value, read};
use crate::ledger::{HeadDocument, read_heads};
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

/// What a wallet posts to `response_uri`: a response, or one that has to be decrypted first.
#[derive(Clone, Debug, PartialEq)]
pub enum PostedResponse {
    /// `direct_post.jwt` (section 8.3.1): the field `response`.
    Encrypted(CompactJwe),
    /// `direct_post` (section 8.2): the fields of the response.
    Plain(AuthorizationResponse),
}

/// A compact JWE: five parts of base64url. Nothing of it is checked here.
#[derive(Clone, PartialEq, Eq)]
pub struct CompactJwe(String);

impl CompactJwe {
    /// A JWE; `None` for another form. The encrypted key is empty where a key is agreed upon directly.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let parts: Vec<&str> = text.split('.').take(6).collect();
        let whole = |(at, part): (usize, &&str)| {
            (at == 1 || !part.is_empty()) && base64url::decode(part).is_some()
        };
        let sound = text.len() <= MAX_RESPONSE_BYTES
            && parts.len() == 5
            && parts.iter().enumerate().all(whole);
        sound.then_some(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CompactJwe {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CompactJwe({} bytes)", self.0.len())
    }
}

impl PostedResponse {
    /// Reads the body. Fields that are not known are ignored, and a `state` beside an encrypted
    /// response: the one that counts is inside.
    ///
    /// # Errors
    /// `vp_malformed` when there is none of an encrypted response, presentations and refusal, or more
    /// than one, or the token has another shape; `enc_unsupported` for an encrypted response in another
    /// form; `state_mismatch` for a state that no request of ours has; the reason of the form or JSON
    /// reader.
    pub fn read(body: &[u8]) -> Result<Self, MessageError> {
        let form = Form::read(body, MAX_RESPONSE_BYTES)
            .map_err(|error| RESPONSE.fail_as("", Problem::Form(error), error.reason()))?;
        let Some(text) = form.field("response") else {
            return AuthorizationResponse::of_form(&form).map(Self::Plain);
        };
        if form.field("vp_token").is_some() || form.field("error").is_some() {
            let other = "response";
            return Err(RESPONSE.fail("vp_token", Problem::Excludes { other }));
        }
        let expected = "a compact JWE";
        let problem = Problem::Value { expected };
        let jwe = CompactJwe::new(text);
        jwe.map(Self::Encrypted)
            .ok_or_else(|| RESPONSE.fail_as("response", problem, Reason::EncUnsupported))
    }

    /// The form.
    #[must_use]
    pub fn to_form(&self) -> Form {
        match self {
            Self::Encrypted(jwe) => Form::new().with("response", jwe.as_str()),
            Self::Plain(response) => response.to_form(),
        }
    }
}

/// Presentations or a refusal, for one request.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationResponse {
    /// Presentations, or a refusal.
    pub outcome: ResponseOutcome,
    /// `state`. Some wallets do not repeat it: the path of `response_uri` binds the response too.
    pub state: Option<State>,
    /// `ledger_evidence`, ours: the newest heads of items that are presented, so that nobody has to ask
    /// their ledgers. Other verifiers ignore it, and one that cannot be read counts as none: what it is
    /// worth its ledgers' keys say.
    pub ledger_evidence: Vec<HeadDocument>,
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
            ledger_evidence: Vec::new(),
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
            ledger_evidence: Vec::new(),
        }
    }

    /// Reads the body of a response that is not encrypted. Fields that are not known are ignored.
    ///
    /// # Errors
    /// As [`PostedResponse::read`]; `enc_unsupported` for an encrypted one.
    pub fn read(body: &[u8]) -> Result<Self, MessageError> {
        match PostedResponse::read(body)? {
            PostedResponse::Plain(response) => Ok(response),
            PostedResponse::Encrypted(_) => {
                let (problem, reason) = (Problem::Unsupported, Reason::EncUnsupported);
                Err(RESPONSE.fail_as("response", problem, reason))
            }
        }
    }

    /// Reads what was decrypted: the members of a response as one JSON object (section 8.3). Members
    /// that are not known are ignored.
    ///
    /// # Errors
    /// As [`PostedResponse::read`].
    pub fn read_decrypted(bytes: &[u8]) -> Result<Self, MessageError> {
        let value = read(bytes, &Limits::document())
            .map_err(|error| RESPONSE.fail_as("", Problem::Json(error), error.reason()))?;
        let members = Members::of(RESPONSE, &value)?;
        let outcome = match (members.optional("vp_token"), members.optional("error")) {
            (Some(token), None) => ResponseOutcome::Presented(VpToken::read(token)?),
            (None, Some(_)) => {
                // As in a form, where a text may be empty.
                let text = |name| match members.optional(name) {
                    None => Ok(None),
                    Some(Value::String(text)) => Ok(Some(text.as_str())),
                    Some(other) => Err(RESPONSE.wrong_type(name, "string", other)),
                };
                ResponseOutcome::Refused(ErrorResponse::of_parts(
                    text("error")?.unwrap_or_default(),
                    text("error_description")?,
                    text("reason")?,
                ))
            }
            (None, None) => return Err(RESPONSE.fail("vp_token", Problem::Missing)),
            (Some(_), Some(_)) => return Err(either_or()),
        };
        let state = match members.optional("state") {
            None => None,
            Some(Value::String(text)) => Some(text.as_str()),
            Some(_) => Some(""),
        };
        Ok(Self {
            outcome,
            state: read_state(state)?,
            ledger_evidence: evidence_of(members.optional("ledger_evidence")),
        })
    }

    /// The members of the response as one JSON object: what is encrypted (section 8.3).
    #[must_use]
    pub fn to_claims(&self) -> Object {
        let mut object = match &self.outcome {
            ResponseOutcome::Presented(token) => {
                crate::object! { "vp_token" => token.to_object() }
            }
            ResponseOutcome::Refused(refusal) => {
                let mut object = crate::object! { "error" => refusal.code.code() };
                if let Some(description) = &refusal.description {
                    object.insert("error_description", description.as_str());
                }
                if let Some(reason) = refusal.reason {
                    object.insert("reason", reason.code());
                }
                object
            }
        };
        if let Some(state) = &self.state {
            object.insert("state", state);
        }
        if let Some(evidence) = self.evidence() {
            object.insert("ledger_evidence", evidence);
        }
        object
    }

    fn of_form(form: &Form) -> Result<Self, MessageError> {
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
            (Some(_), Some(_)) => return Err(either_or()),
        };
        let evidence = form.field("ledger_evidence");
        let evidence = evidence.and_then(|text| read(text.as_bytes(), &Limits::document()).ok());
        Ok(Self {
            outcome,
            state: read_state(form.field("state"))?,
            ledger_evidence: evidence_of(evidence.as_ref()),
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
        let form = match &self.state {
            Some(state) => form.with("state", state.as_str()),
            None => form,
        };
        match self.evidence() {
            Some(evidence) => form.with("ledger_evidence", crate::canonical::to_text(&evidence)),
            None => form,
        }
    }

    fn evidence(&self) -> Option<Value> {
        let heads = self.ledger_evidence.iter().map(Message::to_value);
        (!self.ledger_evidence.is_empty()).then(|| Value::Array(heads.collect()))
    }
}

fn evidence_of(value: Option<&Value>) -> Vec<HeadDocument> {
    value
        .and_then(|value| read_heads(value).ok())
        .unwrap_or_default()
}

const fn either_or() -> MessageError {
    let other = "error";
    RESPONSE.fail("vp_token", Problem::Excludes { other })
}

fn read_state(text: Option<&str>) -> Result<Option<State>, MessageError> {
    let expected = "1 to 512 URL safe characters";
    let problem = Problem::Value { expected };
    let state = text.map(|text| {
        State::new(text).ok_or_else(|| RESPONSE.fail_as("state", problem, Reason::StateMismatch))
    });
    state.transpose()
}

/// The verifier's 200 to a response (section 8.2), with members of ours. A refusal is an
/// [`ErrorResponse`] with status 400.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectPostAnswer {
    /// `redirect_uri`: where the person's browser goes on, on the same device. An address that is not
    /// followed here (of an application, of no public host, too long) is as if there were none: the
    /// presentation was accepted all the same.
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
            redirect_uri: members.optional_address("redirect_uri"),
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
