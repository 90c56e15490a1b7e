//! Spending the code of an offer (OpenID4VCI 1.0 section 6). The holder's side runs it.

use std::sync::Arc;

use fetch::{Bearer, Client, Purpose, Response};
use schemas::message::{Confidential, Message as _};
use schemas::oauth::ErrorResponse;
use schemas::oid4vci::credential::CredentialSelector;
use schemas::oid4vci::error::reason_of;
use schemas::oid4vci::token::{AuthorizedCredential, TokenRequest, TokenResponse};

use crate::answer::reason_of_status;
use crate::receive::{OpenOffer, ReceiveError, Step};

/// What the code was exchanged for.
pub(super) struct Token {
    pub(super) bearer: Arc<Bearer>,
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
}

pub(super) async fn redeem(
    client: &Client,
    open: &OpenOffer,
    tx_code: Option<&Confidential>,
) -> Result<Token, ReceiveError> {
    let request = TokenRequest::PreAuthorized {
        code: open.grant().code.clone(),
        tx_code: tx_code.cloned(),
    };
    let form = request.to_form();
    let fields: Vec<(&str, &str)> = form.iter().collect();
    let endpoint = open.server().token_endpoint.as_str();
    let response = client.post_form(Purpose::Token, endpoint, &fields).await?;
    if !response.is_success() {
        return Err(refusal(Step::Token, &response));
    }
    let token = TokenResponse::read(response.body()).map_err(|error| ReceiveError::Message {
        step: Step::Token,
        error,
    })?;
    let bearer = Bearer::new(token.access_token.reveal().to_owned())
        .map_err(|_| ReceiveError::TokenMalformed)?;
    Ok(Token {
        bearer: Arc::new(bearer),
        authorized: token.authorized,
    })
}

/// What a world's refusal says; one without a readable body says what its status says.
pub(super) fn refusal(step: Step, response: &Response) -> ReceiveError {
    let (code, reason) = match ErrorResponse::read(response.body()) {
        Ok(refusal) => (refusal.code, reason_of(&refusal)),
        Err(_) => (
            schemas::oauth::ErrorCode::Unrecognized,
            reason_of_status(response.status()),
        ),
    };
    ReceiveError::Refused { step, code, reason }
}
