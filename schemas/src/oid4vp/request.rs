//! The request object (section 5): the claims of a JWS of type `oauth-authz-req+jwt`, or the
//! parameters of a link that nobody signed.
//!
//! The world writes and signs it; the wallet reads it once the signature is checked.

mod client_metadata;
#[cfg(test)]
mod tests;

pub use client_metadata::{ClientMetadata, EncryptionKey, LdpVcSupport, SdJwtSupport, VpFormats};

use crate::dcql::DcqlQuery;
use crate::form::Form;
use crate::json::{self, Limits, Object, Value};
use crate::ledger::LeaseRequest;
use crate::message::{
    Kind, Members, Message, MessageError, Problem, read_numeric_date, read_purpose, write_date,
};
use crate::oid4vp::client_id::{Client, ClientId, ClientIdPrefix};
use crate::oid4vp::link::{RequestLink, parse_client_id};
use crate::oid4vp::{Nonce, State, TransactionData, WalletNonce};
use crate::reason::Reason;
use crate::time::Timestamp;
use crate::web_url::WebUrl;
use crate::world::WorldId;

/// The `typ` of the JWS header (section 5).
pub const REQUEST_TYP: &str = "oauth-authz-req+jwt";
/// The media type of the answer at `request_uri` (section 5.10).
pub const REQUEST_MEDIA_TYPE: &str = "application/oauth-authz-req+jwt";
/// The audience of a request to whichever wallet the person has (section 5.8).
pub const AUDIENCE: &str = "https://self-issued.me/v2";

/// Parameters that a link carries as JSON text, where a request object has the value itself.
const JSON_PARAMETERS: [&str; 6] = [
    "client_metadata",
    "dcql_query",
    "exp",
    "iat",
    "omote_lease",
    "transaction_data",
];

pub(crate) const REQUEST: Kind = Kind {
    name: "presentation request",
    malformed: Reason::BadRequest,
    mistyped: Reason::ClaimType,
};

/// A request object. Reading it says nothing about who signed it.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestObject {
    /// `client_id`
    pub client_id: ClientId,
    /// `response_mode`
    pub response_mode: ResponseMode,
    /// `response_uri`: where the response goes. Its path is unguessable.
    pub response_uri: WebUrl,
    /// `nonce`
    pub nonce: Nonce,
    /// `state`
    pub state: Option<State>,
    /// `client_metadata`
    pub client_metadata: ClientMetadata,
    /// `dcql_query`
    pub dcql_query: DcqlQuery,
    /// `transaction_data`: what the answer agrees to, in this order. Empty when the request has none.
    pub transaction_data: Vec<TransactionData>,
    /// `wallet_nonce`: what the wallet posted.
    pub wallet_nonce: Option<WalletNonce>,
    /// `iat`; a fraction of a second is cut off.
    pub issued_at: Option<Timestamp>,
    /// `exp`; a fraction of a second is cut off.
    pub expires_at: Option<Timestamp>,
    /// `omote_purpose`, a member of ours: what it is for, in the world's words. Outside text, at most
    /// [`MAX_PURPOSE`](crate::message::MAX_PURPOSE) characters.
    pub purpose: Option<String>,
    /// `omote_lease`, a member of ours: the item that is shown is to be marked as active in the world
    /// that asks.
    pub lease: Option<LeaseRequest>,
}

/// How the response travels (section 8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseMode {
    /// `direct_post` (section 8.2): the wallet posts a form to `response_uri`.
    #[default]
    DirectPost,
    /// `direct_post.jwt` (section 8.3.1): the form holds the response encrypted to a key of
    /// `client_metadata`.
    DirectPostJwt,
}

impl ResponseMode {
    /// The modes that are understood.
    pub const ALL: [Self; 2] = [Self::DirectPost, Self::DirectPostJwt];

    /// The value of `response_mode`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DirectPost => "direct_post",
            Self::DirectPostJwt => "direct_post.jwt",
        }
    }
}

impl RequestObject {
    /// Reads the request that a link has in its parameters, which nobody signed. It has no audience,
    /// and its answer goes to the address that is its client identifier, and to no other; it may leave
    /// out `response_uri` (section 5.9.3).
    ///
    /// # Errors
    /// As of [`Message::from_value`]; `client_id_prefix` for a client that has to sign,
    /// `response_uri_mismatch` for an answer to another address, the reason of the JSON reader for a
    /// parameter that is no JSON and has to be.
    pub fn from_parameters(form: &Form) -> Result<Self, MessageError> {
        Self::from_unsigned(&parameters(form)?.into())
    }

    /// Reads the values of [`parameters`].
    ///
    /// # Errors
    /// As [`RequestObject::from_parameters`].
    pub fn from_unsigned(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(REQUEST, value)?;
        if members.optional("aud").is_some() {
            require_audience(&members)?;
        }
        let object = Self::read_members(&members)?;
        let Client::RedirectUri(url) = object.client_id.client() else {
            return Err(wrong_prefix());
        };
        if *url == object.response_uri {
            return Ok(object);
        }
        let expected = "the address that is the client_id";
        let problem = Problem::Mismatch { expected };
        Err(REQUEST.fail_as("response_uri", problem, Reason::ResponseUriMismatch))
    }

    /// The parameters of a link: strings as they are, everything else as JSON.
    #[must_use]
    pub fn to_parameters(&self) -> Form {
        let object = self.to_object();
        let members = object.iter().filter(|(name, _)| *name != "aud");
        members.fold(Form::new(), |form, (name, value)| match value {
            Value::String(text) => form.with(name, text.as_str()),
            other => form.with(name, crate::canonical::to_text(other)),
        })
    }

    /// Refuses a request that is not the one of the link: another client (section 5.10.1), or one
    /// that does not repeat the wallet's nonce.
    ///
    /// # Errors
    /// `client_auth_failed`
    pub fn require_answer_to(
        &self,
        link: &RequestLink,
        wallet_nonce: Option<&WalletNonce>,
    ) -> Result<(), MessageError> {
        let mismatch = |member, expected| {
            let problem = Problem::Mismatch { expected };
            Err(REQUEST.fail_as(member, problem, Reason::ClientAuthFailed))
        };
        if self.client_id != link.client_id {
            return mismatch("client_id", "that of the link");
        }
        if wallet_nonce.is_some() && self.wallet_nonce.as_ref() != wallet_nonce {
            return mismatch("wallet_nonce", "the one that was posted");
        }
        Ok(())
    }

    /// Refuses a request whose response would go to another origin than that of the world; for a client
    /// that is a DNS name, to another host (section 5.9.3).
    ///
    /// # Errors
    /// `response_uri_mismatch`
    pub fn require_response_within(&self, world: &WorldId) -> Result<(), MessageError> {
        let found = self.response_uri.world();
        let is_within = match self.client_id.client() {
            Client::X509SanDns(name) => found.host() == name && world.host() == name,
            Client::Did(_) | Client::RedirectUri(_) | Client::X509Hash(_) => found == world,
        };
        if is_within {
            return Ok(());
        }
        let expected = "the origin of the world that asks";
        let problem = Problem::Mismatch { expected };
        Err(REQUEST.fail_as("response_uri", problem, Reason::ResponseUriMismatch))
    }

    fn read_members(members: &Members<'_>) -> Result<Self, MessageError> {
        let client_id = parse_client_id(REQUEST, &members.text("client_id")?)?;
        require_word(members, "response_type", "vp_token")?;
        let response_mode = read_response_mode(members)?;
        for (name, other) in [("redirect_uri", "response_uri"), ("scope", "dcql_query")] {
            if members.optional(name).is_some() {
                return Err(members.fail(name, Problem::Excludes { other }));
            }
        }
        let expected = "22 to 512 URL safe characters";
        let nonce = Nonce::new(members.text("nonce")?)
            .ok_or_else(|| members.fail("nonce", Problem::Value { expected }))?;
        let metadata = members.part("client_metadata", "client_metadata")?;
        let response_uri = match (members.optional("response_uri"), client_id.client()) {
            // Whose name is an address may leave out that the answer goes there (section 5.9.3).
            (None, Client::RedirectUri(url)) => url.clone(),
            _ => members.url("response_uri")?,
        };
        let dcql_query = DcqlQuery::from_value(members.required("dcql_query")?)?;
        let transaction_data = match members.optional("transaction_data") {
            None => Vec::new(),
            Some(value) => TransactionData::read_all(value, &dcql_query)?,
        };
        Ok(Self {
            client_id,
            response_mode,
            response_uri,
            nonce,
            state: read_state(members)?,
            client_metadata: metadata
                .map(|part| ClientMetadata::read(&part))
                .transpose()?
                .unwrap_or_default(),
            dcql_query,
            transaction_data,
            wallet_nonce: read_wallet_nonce(members)?,
            issued_at: read_numeric_date(members, "iat")?,
            expires_at: read_numeric_date(members, "exp")?,
            purpose: read_purpose(members, "omote_purpose")?,
            lease: members
                .part("omote_lease", "lease request")?
                .map(|part| LeaseRequest::read(&part))
                .transpose()?,
        })
    }
}

/// The request in a link's parameters as the object that it would be if it were signed. Nothing of it
/// is checked.
///
/// # Errors
/// The reason of the JSON reader for a parameter that is no JSON and has to be.
pub fn parameters(form: &Form) -> Result<Object, MessageError> {
    let mut object = Object::new();
    for (name, text) in form.iter() {
        let value = match JSON_PARAMETERS.iter().find(|json| **json == name) {
            None => Value::from(text),
            Some(member) => json::read(text.as_bytes(), &Limits::message())
                .map_err(|error| REQUEST.fail_as(member, Problem::Json(error), error.reason()))?,
        };
        object.insert(name, value);
    }
    Ok(object)
}

const fn wrong_prefix() -> MessageError {
    REQUEST.fail_as("client_id", Problem::Unsupported, Reason::ClientIdPrefix)
}

impl Message for RequestObject {
    /// Reads the claims of a signed request. Unknown claims and `iss` are ignored (section 5), but not
    /// those that would change what is answered, or to whom: `redirect_uri`, `scope`.
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(REQUEST, value)?;
        let client_id = parse_client_id(REQUEST, &members.text("client_id")?)?;
        if client_id.prefix() == ClientIdPrefix::RedirectUri {
            return Err(wrong_prefix());
        }
        require_audience(&members)?;
        Self::read_members(&members)
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! {
            "client_id" => &self.client_id,
            "response_type" => "vp_token",
            "response_mode" => self.response_mode.name(),
            "response_uri" => &self.response_uri,
            "nonce" => &self.nonce,
            "aud" => AUDIENCE,
        };
        if let Some(state) = &self.state {
            object.insert("state", state);
        }
        let metadata = self.client_metadata.to_object();
        if !metadata.is_empty() {
            object.insert("client_metadata", metadata);
        }
        object.insert("dcql_query", self.dcql_query.to_object());
        if !self.transaction_data.is_empty() {
            let data = TransactionData::write_all(&self.transaction_data);
            object.insert("transaction_data", data);
        }
        if let Some(nonce) = &self.wallet_nonce {
            object.insert("wallet_nonce", nonce);
        }
        write_date(&mut object, "iat", self.issued_at);
        write_date(&mut object, "exp", self.expires_at);
        if let Some(purpose) = &self.purpose {
            object.insert("omote_purpose", purpose.as_str());
        }
        if let Some(lease) = self.lease {
            object.insert("omote_lease", lease.to_object());
        }
        object
    }
}

fn require_word(
    members: &Members<'_>,
    name: &'static str,
    word: &'static str,
) -> Result<(), MessageError> {
    if members.text(name)? == word {
        Ok(())
    } else {
        Err(members.fail(name, Problem::Value { expected: word }))
    }
}

/// A request to another audience was made for another wallet.
fn require_audience(members: &Members<'_>) -> Result<(), MessageError> {
    let expected = AUDIENCE;
    let refuse = |problem| Err(REQUEST.fail_as("aud", problem, Reason::ClientAuthFailed));
    match members.optional("aud") {
        None => refuse(Problem::Missing),
        Some(value) => match audience(value) {
            Some(AUDIENCE) => Ok(()),
            Some(_) => refuse(Problem::Mismatch { expected }),
            None => Err(REQUEST.wrong_type("aud", "string", value)),
        },
    }
}

/// One audience: a text, or an array of one (RFC 7519 section 4.1.3).
fn audience(value: &Value) -> Option<&str> {
    match value.as_array() {
        Some([one]) => one.as_str(),
        Some(_) => None,
        None => value.as_str(),
    }
}

fn read_response_mode(members: &Members<'_>) -> Result<ResponseMode, MessageError> {
    let name = members.text("response_mode")?;
    ResponseMode::ALL
        .into_iter()
        .find(|mode| mode.name() == name)
        .ok_or_else(|| members.fail("response_mode", Problem::Unsupported))
}

fn read_state(members: &Members<'_>) -> Result<Option<State>, MessageError> {
    let expected = "1 to 512 URL safe characters";
    let state = members.optional_text("state")?;
    state
        .map(|text| {
            let state = State::new(text);
            state.ok_or_else(|| members.fail("state", Problem::Value { expected }))
        })
        .transpose()
}

fn read_wallet_nonce(members: &Members<'_>) -> Result<Option<WalletNonce>, MessageError> {
    let expected = "1 to 512 characters of visible ASCII";
    let nonce = members.optional_text("wallet_nonce")?;
    nonce
        .map(|text| {
            let nonce = WalletNonce::new(text);
            nonce.ok_or_else(|| members.fail("wallet_nonce", Problem::Value { expected }))
        })
        .transpose()
}
