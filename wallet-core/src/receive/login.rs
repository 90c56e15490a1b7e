//! Logging in at a world for a code: pushed request, the person's browser, the code that comes back
//! (OpenID4VCI 1.0 section 5, RFC 7636, RFC 9126, RFC 9207). The holder's side runs it.
//!
//! ```text
//! begin_login ── PAR ──▶ Login { link } ── browser, loopback ──▶ query ── Login::answer ──▶ LoginCode
//! ```
//! The listener is the caller's. What a browser brings is believed only with the state that was drawn
//! for this login, and only of the server that was asked: a code of another one would be redeemed in
//! the wrong place.

use fetch::{Client, Purpose};
use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use schemas::form::Form;
use schemas::message::{Confidential, Message as _};
use schemas::oauth::ErrorCode;
use schemas::oid4vci::IssuerUrl;
use schemas::oid4vci::authorization::{
    AuthorizationDetails, AuthorizationResponse, CodeVerifier, PushedRequest, PushedResponse,
    RedirectUri,
};
use schemas::oid4vci::token::TokenRequest;
use schemas::reason::Reason;
use subtle::ConstantTimeEq;

use crate::consent::ConsentMismatch;
use crate::error::StoreError;
use crate::receive::metadata::Way;
use crate::receive::token::refusal;
use crate::receive::{OpenOffer, ReceiveError, Step, Wanted};
use crate::wallet::Wallet;

/// How this wallet calls itself to servers. It proves nothing, and tells wallets of this make apart
/// from no other wallet of this make.
pub(super) const CLIENT_ID: &str = "omote";

/// A login that has begun.
#[derive(Debug)]
pub struct Login {
    link: String,
    state: Confidential,
    verifier: CodeVerifier,
    redirect_uri: RedirectUri,
    server: IssuerUrl,
}

/// The code of a person who logged in. Good once, and only here.
#[derive(Clone, Debug)]
pub struct LoginCode {
    code: Confidential,
    verifier: CodeVerifier,
    redirect_uri: RedirectUri,
}

/// Tells the world what is wanted, and has the address to which the person's browser goes. `consent` is
/// [`OpenOffer::digest`] of the same `wanted`; `redirect_uri` is where the caller listens.
///
/// # Errors
/// [`ReceiveError`].
pub async fn begin_login(
    client: &Client,
    wallet: &mut Wallet,
    open: &OpenOffer,
    consent: &Sha256Digest,
    wanted: &Wanted,
    redirect_uri: RedirectUri,
) -> Result<Login, ReceiveError> {
    ConsentMismatch::require(open.digest(wanted), consent)?;
    let Way::Login { flow, issuer_state } = open.way() else {
        return Err(ReceiveError::Unsupported {
            what: "an offer that needs no login",
        });
    };
    let configuration_ids = open
        .chosen(wanted)?
        .iter()
        .map(|one| one.configuration_id.clone())
        .collect();
    let state = base64url::encode(&wallet.store_mut().draw::<16>()?);
    let verifier = CodeVerifier::new(base64url::encode(&wallet.store_mut().draw::<32>()?))
        .ok_or(StoreError::Internal("code verifier"))?;
    let request = PushedRequest {
        client_id: CLIENT_ID.to_owned(),
        redirect_uri,
        state: Some(Confidential::new(state.clone())),
        challenge: verifier.challenge(),
        scopes: Vec::new(),
        details: AuthorizationDetails {
            configuration_ids,
            location: (!open.metadata().authorization_servers.is_empty())
                .then(|| open.metadata().credential_issuer.clone()),
        },
        issuer_state: issuer_state.clone(),
    };
    let form = request.to_form();
    let fields: Vec<(&str, &str)> = form.iter().collect();
    let endpoint = flow.push_endpoint.as_str();
    let response = client.post_form(Purpose::Token, endpoint, &fields).await?;
    if !response.is_success() {
        return Err(refusal(Step::Login, &response));
    }
    let pushed = PushedResponse::read(response.body()).map_err(|error| ReceiveError::Message {
        step: Step::Login,
        error,
    })?;
    Ok(Login {
        link: pushed.browser_link(&flow.authorization_endpoint, CLIENT_ID),
        state: Confidential::new(state),
        verifier,
        redirect_uri: request.redirect_uri,
        server: open.server().issuer.clone(),
    })
}

impl Login {
    /// The address for the person's browser.
    #[must_use]
    pub fn link(&self) -> &str {
        &self.link
    }

    /// Whether a query is an answer to this login at all. Anybody on this machine, and any page in its
    /// browser, can call the listener; what has not the state of this login is no answer to it.
    #[must_use]
    pub fn is_answered_by(&self, query: &str) -> bool {
        let form = Form::read(query.as_bytes(), MAX_QUERY);
        let state = form.as_ref().ok().and_then(|form| form.field("state"));
        state.is_some_and(|state| {
            let expected = self.state.reveal().as_bytes();
            bool::from(state.as_bytes().ct_eq(expected))
        })
    }

    /// Takes the query that the browser brought.
    ///
    /// # Errors
    /// [`ReceiveError::LoginState`] without the state of this login; `issuer_metadata_mismatch` when it
    /// is of another server; [`ReceiveError::Refused`] when the world or the person said no.
    pub fn answer(self, query: &str) -> Result<LoginCode, ReceiveError> {
        if !self.is_answered_by(query) {
            return Err(ReceiveError::LoginState);
        }
        let form = Form::read(query.as_bytes(), MAX_QUERY).map_err(|_| ReceiveError::LoginState)?;
        let response =
            AuthorizationResponse::from_form(&form).map_err(|error| ReceiveError::Message {
                step: Step::Login,
                error,
            })?;
        let (AuthorizationResponse::Code { issuer, .. }
        | AuthorizationResponse::Refused { issuer, .. }) = &response;
        if *issuer != self.server {
            return Err(ReceiveError::OtherServer {
                expected: Box::new(self.server),
                found: Box::new(issuer.clone()),
            });
        }
        match response {
            AuthorizationResponse::Code { code, .. } => Ok(LoginCode {
                code,
                verifier: self.verifier,
                redirect_uri: self.redirect_uri,
            }),
            AuthorizationResponse::Refused { code, .. } => Err(ReceiveError::Refused {
                step: Step::Login,
                code,
                reason: match code {
                    ErrorCode::AccessDenied => Reason::IssuanceDenied,
                    ErrorCode::TemporarilyUnavailable => Reason::Overloaded,
                    _ => Reason::OfferRejected,
                },
            }),
        }
    }
}

/// Longer queries are no answer.
const MAX_QUERY: usize = 8 * 1024;

impl LoginCode {
    pub(super) fn token_request(&self) -> TokenRequest {
        TokenRequest::AuthorizationCode {
            code: self.code.clone(),
            client_id: CLIENT_ID.to_owned(),
            redirect_uri: self.redirect_uri.as_str().to_owned(),
            verifier: self.verifier.clone(),
        }
    }
}
