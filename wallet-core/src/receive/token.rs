//! Spending a code or a refresh token (OpenID4VCI 1.0 section 6, RFC 6749 section 6). The holder's side
//! runs it.

use std::sync::Arc;

use fetch::{Bearer, Client, Purpose, Response};
use schemas::message::{Confidential, Message as _};
use schemas::oauth::{ErrorCode, ErrorResponse};
use schemas::oid4vci::credential::CredentialSelector;
use schemas::oid4vci::error::reason_of;
use schemas::oid4vci::token::{AuthorizedCredential, TokenRequest, TokenResponse};
use schemas::reason::Reason;

use crate::answer::reason_of_status;
use crate::receive::{OpenOffer, ReceiveError, Step};

/// What a code was exchanged for.
pub(super) struct Token {
    pub(super) bearer: Arc<Bearer>,
    /// The access token once more, for what is delivered later.
    pub(super) access: Confidential,
    /// For asking again.
    pub(super) refresh: Option<Confidential>,
    /// How the wallet called itself for it.
    pub(super) client_id: Option<String>,
    authorized: Vec<AuthorizedCredential>,
}

impl Token {
    /// How a credential is named in the request for it (section 8.2).
    pub(super) fn selector(&self, configuration_id: &str) -> CredentialSelector {
        let named = self
            .authorized
            .iter()
            .find(|entry| entry.configuration_id == configuration_id);
        match named.and_then(|entry| entry.identifiers.first()) {
            Some(identifier) => CredentialSelector::Identifier(identifier.clone()),
            None => CredentialSelector::Configuration(configuration_id.to_owned()),
        }
    }

    /// A token that was kept for what is delivered later.
    pub(super) fn kept(access: &Confidential) -> Result<Self, ReceiveError> {
        Ok(Self {
            bearer: bearer(access)?,
            access: access.clone(),
            refresh: None,
            client_id: None,
            authorized: Vec::new(),
        })
    }
}

pub(super) async fn redeem(
    client: &Client,
    open: &OpenOffer,
    request: &TokenRequest,
) -> Result<Token, ReceiveError> {
    let form = request.to_form();
    let fields: Vec<(&str, &str)> = form.iter().collect();
    let endpoint = open.server().token_endpoint.as_str();
    let response = client.post_form(Purpose::Token, endpoint, &fields).await?;
    if !response.is_success() {
        return Err(refused(request, &response));
    }
    let token = TokenResponse::read(response.body()).map_err(|error| ReceiveError::Message {
        step: Step::Token,
        error,
    })?;
    Ok(Token {
        bearer: bearer(&token.access_token)?,
        access: token.access_token,
        refresh: token.refresh_token,
        client_id: match request {
            TokenRequest::AuthorizationCode { client_id, .. } => Some(client_id.clone()),
            TokenRequest::PreAuthorized { client_id, .. }
            | TokenRequest::Refresh { client_id, .. } => client_id.clone(),
            _ => None,
        },
        authorized: token.authorized,
    })
}

fn bearer(token: &Confidential) -> Result<Arc<Bearer>, ReceiveError> {
    Bearer::new(token.reveal().to_owned())
        .map(Arc::new)
        .map_err(|_| ReceiveError::TokenMalformed)
}

/// A stranger that is asked for a code and a second code says no more than that the two did not do.
/// The second one was typed by hand.
fn refused(request: &TokenRequest, response: &Response) -> ReceiveError {
    let is_typed = matches!(
        request,
        TokenRequest::PreAuthorized {
            tx_code: Some(_),
            ..
        }
    );
    match ErrorResponse::read(response.body()) {
        Ok(told) if is_typed && told.code == ErrorCode::InvalidGrant && told.reason.is_none() => {
            ReceiveError::Refused {
                step: Step::Token,
                code: told.code,
                reason: Reason::TxCodeInvalid,
            }
        }
        _ => refusal(Step::Token, response),
    }
}

/// What a world's refusal says; one without a readable body says what its status says.
pub(super) fn refusal(step: Step, response: &Response) -> ReceiveError {
    let (code, reason) = match ErrorResponse::read(response.body()) {
        Ok(refusal) => (refusal.code, reason_of(&refusal)),
        // A bare 401 is about the token (RFC 6750 section 3), wherever one was sent.
        Err(_) if response.status() == 401 && matches!(step, Step::Credential | Step::Deferred) => {
            (ErrorCode::InvalidToken, Reason::Unauthorized)
        }
        Err(_) => (ErrorCode::Unrecognized, reason_of_status(response.status())),
    };
    ReceiveError::Refused { step, code, reason }
}
