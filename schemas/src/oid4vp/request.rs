//! The request object (section 5): the claims of a JWS of type `oauth-authz-req+jwt`.
//!
//! The world writes and signs it; the wallet reads it once the signature is checked.

mod client_metadata;
#[cfg(test)]
mod tests;

pub use client_metadata::{ClientMetadata, LdpVcSupport, VpFormats};

use crate::dcql::DcqlQuery;
use crate::json::{Object, Value};
use crate::message::{
    Kind, Members, Message, MessageError, Problem, read_date, read_purpose, write_date,
};
use crate::oid4vp::client_id::ClientId;
use crate::oid4vp::link::{RequestLink, parse_client_id};
use crate::oid4vp::{Nonce, State, WalletNonce};
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
    /// `wallet_nonce`: what the wallet posted.
    pub wallet_nonce: Option<WalletNonce>,
    /// `iat`, whole seconds.
    pub issued_at: Option<Timestamp>,
    /// `exp`, whole seconds.
    pub expires_at: Option<Timestamp>,
    /// `omote_purpose`, a member of ours: what it is for, in the world's words. Outside text, at most
    /// [`MAX_PURPOSE`](crate::message::MAX_PURPOSE) characters.
    pub purpose: Option<String>,
}

/// How the response travels (section 8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseMode {
    /// `direct_post` (section 8.2): the wallet posts a form to `response_uri`.
    #[default]
    DirectPost,
}

impl RequestObject {
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

    /// Refuses a request whose response would go to another origin than that of the world.
    ///
    /// # Errors
    /// `response_uri_mismatch`
    pub fn require_response_within(&self, world: &WorldId) -> Result<(), MessageError> {
        if self.response_uri.world() == world {
            return Ok(());
        }
        let expected = "the origin of the world that asks";
        let problem = Problem::Mismatch { expected };
        Err(REQUEST.fail_as("response_uri", problem, Reason::ResponseUriMismatch))
    }
}

impl Message for RequestObject {
    /// Unknown claims and `iss` are ignored (section 5), but not those that would change what is
    /// answered, or to whom: `redirect_uri`, `scope`, `transaction_data`.
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(REQUEST, value)?;
        let client_id = parse_client_id(REQUEST, &members.text("client_id")?)?;
        require_audience(&members)?;
        require_word(&members, "response_type", "vp_token")?;
        let response_mode = read_response_mode(&members)?;
        if members.optional("redirect_uri").is_some() {
            let other = "response_uri";
            return Err(members.fail("redirect_uri", Problem::Excludes { other }));
        }
        if members.optional("scope").is_some() {
            let other = "dcql_query";
            return Err(members.fail("scope", Problem::Excludes { other }));
        }
        if members.optional("transaction_data").is_some() {
            return Err(REQUEST.fail_as(
                "transaction_data",
                Problem::Unsupported,
                Reason::TransactionDataUnsupported,
            ));
        }
        let expected = "22 to 512 URL safe characters";
        let nonce = Nonce::new(members.text("nonce")?)
            .ok_or_else(|| members.fail("nonce", Problem::Value { expected }))?;
        let metadata = members.part("client_metadata", "client_metadata")?;
        Ok(Self {
            client_id,
            response_mode,
            response_uri: members.url("response_uri")?,
            nonce,
            state: read_state(&members)?,
            client_metadata: metadata
                .map(|part| ClientMetadata::read(&part))
                .transpose()?
                .unwrap_or_default(),
            dcql_query: DcqlQuery::from_value(members.required("dcql_query")?)?,
            wallet_nonce: read_wallet_nonce(&members)?,
            issued_at: read_date(&members, "iat")?,
            expires_at: read_date(&members, "exp")?,
            purpose: read_purpose(&members, "omote_purpose")?,
        })
    }

    fn to_object(&self) -> Object {
        let ResponseMode::DirectPost = self.response_mode;
        let mut object = crate::object! {
            "client_id" => &self.client_id,
            "response_type" => "vp_token",
            "response_mode" => "direct_post",
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
        if let Some(nonce) = &self.wallet_nonce {
            object.insert("wallet_nonce", nonce);
        }
        write_date(&mut object, "iat", self.issued_at);
        write_date(&mut object, "exp", self.expires_at);
        if let Some(purpose) = &self.purpose {
            object.insert("omote_purpose", purpose.as_str());
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
        Some(value) => match value.as_str() {
            Some(AUDIENCE) => Ok(()),
            Some(_) => refuse(Problem::Mismatch { expected }),
            None => Err(REQUEST.wrong_type("aud", "string", value)),
        },
    }
}

fn read_response_mode(members: &Members<'_>) -> Result<ResponseMode, MessageError> {
    match members.text("response_mode")?.as_str() {
        "direct_post" => Ok(ResponseMode::DirectPost),
        "direct_post.jwt" => Err(REQUEST.fail_as(
            "response_mode",
            Problem::Unsupported,
            Reason::EncUnsupported,
        )),
        _ => Err(members.fail("response_mode", Problem::Unsupported)),
    }
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
