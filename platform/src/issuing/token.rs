//! `POST /token` (section 6): a pre-authorized code becomes an access token, once.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use schemas::message::{Confidential, Message};
use schemas::oid4vci::error::{at_token, at_token_unread};
use schemas::oid4vci::token::{TokenRequest, TokenResponse};
use schemas::reason::Reason;

use crate::error::{Refusal, json_unstored};
use crate::server::body::{self, Kind};
use crate::store::{NewToken, Records, Redeemed};
use crate::ticket::Ticket;
use crate::world::{World, seconds};

pub(crate) async fn exchange(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    let bytes = body::message(&world, Kind::Form, request).await?;
    let asked = TokenRequest::read(&bytes).map_err(|error| {
        Refusal::of(StatusCode::BAD_REQUEST, &at_token_unread(&error)).because(error)
    })?;
    let refused = |reason| Refusal::of(StatusCode::BAD_REQUEST, &at_token(reason));
    let TokenRequest::PreAuthorized { code, tx_code } = asked else {
        return Err(refused(Reason::BadRequest));
    };
    if tx_code.is_some() {
        // No offer of ours asks for one; section 6.3 makes this a malformed request.
        return Err(Refusal::bad("invalid_request", Reason::TxCodeInvalid));
    }
    let unknown = || Refusal::bad("invalid_grant", Reason::NotFound);
    let code = Ticket::read(code.reveal()).ok_or_else(unknown)?;
    let token = Ticket::for_token()?;
    let now = world.clock.now();
    let life = world.config.issuing.token_life;
    let new = NewToken {
        token: token.digest(),
        expires: now.plus_seconds(seconds(life)),
    };
    match world.store.redeem(code.digest(), &new, now).await? {
        Redeemed::Done => {}
        Redeemed::Used => return Err(refused(Reason::PreAuthCodeUsed)),
        Redeemed::Unknown => return Err(unknown()),
    }
    let response = TokenResponse {
        access_token: Confidential::new(token.expose()),
        expires_in: Some(life.as_secs()),
        authorized: Vec::new(),
    };
    Ok(json_unstored(&response.to_object()))
}
