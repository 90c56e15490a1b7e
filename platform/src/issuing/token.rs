//! `POST /token` (section 6): a code becomes an access token, once; a refresh token another.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use schemas::message::{Confidential, Message};
use schemas::oid4vci::authorization::CodeVerifier;
use schemas::oid4vci::error::{at_token, at_token_unread};
use schemas::oid4vci::token::{
    AuthorizedCredential, DetailedTokenRequest, TokenRequest, TokenResponse,
};
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::{authorization, tx_code};
use crate::error::{self, Refusal, json_unstored};
use crate::server::body::{self, Kind};
use crate::store::offers::{
    CodeRedeemed, CodeRedeeming, Given, Naming, NewRefresh, NewToken, Offers, Redeemed, Redeeming,
    Refreshed, Refreshing,
};
use crate::ticket::{NoChance, Ticket};
use crate::world::{World, seconds};

pub(crate) async fn exchange(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    let bytes = body::message(&world, Kind::Form, request).await?;
    let asked = DetailedTokenRequest::read(&bytes).map_err(|error| {
        Refusal::of(StatusCode::BAD_REQUEST, &at_token_unread(&error)).because(error)
    })?;
    let now = world.clock.now();
    let new = NewTokens::draw(&world)?;
    let token = NewToken {
        client: asked.client_id.as_deref().map(authorization::client_digest),
        ..new.to_keep(&world, asked.details.configuration_ids, now)
    };
    let given = match asked.request {
        TokenRequest::PreAuthorized { code, tx_code, .. } => {
            redeem(&world, &code, tx_code.as_ref(), token, now).await?
        }
        TokenRequest::AuthorizationCode {
            code,
            client_id,
            redirect_uri,
            verifier,
        } => {
            let code = Ticket::read(code.reveal()).ok_or_else(unknown)?;
            let redeeming = CodeRedeeming {
                code: code.digest(),
                client: authorization::client_digest(&client_id),
                redirect: authorization::redirect_digest(&redirect_uri),
                challenge: challenge_of(&verifier),
                token,
            };
            redeem_authorization(&world, &redeeming, now).await?
        }
        TokenRequest::Refresh { token: refresh, .. } => {
            let refresh = Ticket::read(refresh.reveal()).ok_or_else(unknown)?;
            let refreshing = Refreshing {
                refresh: refresh.digest(),
                token,
                after: seconds(world.config.issuing.refill_after),
            };
            match world.store.refresh(&refreshing, now).await? {
                Refreshed::Done(given) => given,
                Refreshed::TooEarly { at } => return Ok(too_early(at, now)),
                Refreshed::Unknown => return Err(unknown()),
                Refreshed::Withdrawn => return Err(refused(Reason::CredentialNotAuthorized)),
                Refreshed::Revoked => return Err(refused(Reason::GrantRevoked)),
            }
        }
        _ => {
            return Err(Refusal::bad("unsupported_grant_type", Reason::BadRequest));
        }
    };
    Ok(json_unstored(&new.tell(&given, now).to_object()))
}

fn refused(reason: Reason) -> Refusal {
    Refusal::of(StatusCode::BAD_REQUEST, &at_token(reason))
}

fn unknown() -> Refusal {
    refused(Reason::NotFound)
}

fn not_offered() -> Refusal {
    let reason = Reason::CredentialNotAuthorized;
    Refusal::bad("invalid_authorization_details", reason)
}

async fn redeem(
    world: &World,
    code: &Confidential,
    tx_code: Option<&Confidential>,
    token: NewToken,
    now: Timestamp,
) -> Result<Given, Refusal> {
    let code = Ticket::read(code.reveal()).ok_or_else(unknown)?;
    let redeeming = Redeeming {
        code: code.digest(),
        tx_code: tx_code.map(|typed| tx_code::under(&code, typed.reveal())),
        token,
    };
    // Section 6.3: missing or not expected is a malformed request, wrong is a wrong grant.
    let malformed = |what: &'static str| {
        let refusal = Refusal::bad("invalid_request", Reason::TxCodeInvalid);
        Err(refusal.because(what))
    };
    match world.store.redeem(&redeeming, now).await? {
        Redeemed::Done(given) => Ok(given),
        Redeemed::Used => Err(refused(Reason::PreAuthCodeUsed)),
        Redeemed::Unknown => Err(unknown()),
        Redeemed::NotOffered => Err(not_offered()),
        Redeemed::CodeMissing => malformed("this offer needs one"),
        Redeemed::CodeUnexpected => malformed("this offer has none"),
        Redeemed::CodeWrong => Err(refused(Reason::TxCodeInvalid)),
        Redeemed::CodeLocked => Err(refused(Reason::TxCodeLocked)),
    }
}

async fn redeem_authorization(
    world: &World,
    redeeming: &CodeRedeeming,
    now: Timestamp,
) -> Result<Given, Refusal> {
    match world.store.redeem_authorization(redeeming, now).await? {
        CodeRedeemed::Done(given) => Ok(given),
        CodeRedeemed::Unknown => Err(unknown()),
        CodeRedeemed::Mismatch => Err(refused(Reason::AuthCodeMismatch)),
        CodeRedeemed::Used => Err(refused(Reason::AuthCodeUsed)),
        CodeRedeemed::NotOffered => Err(not_offered()),
    }
}

fn challenge_of(verifier: &CodeVerifier) -> Sha256Digest {
    *verifier.challenge().digest()
}

/// The token stays good; when it can be used stands in `Retry-After`.
fn too_early(at: Timestamp, now: Timestamp) -> Response {
    let refusal = Refusal::of(
        StatusCode::TOO_MANY_REQUESTS,
        &at_token(Reason::RefillTooEarly),
    );
    error::until(refusal, at, now)
}

/// The tokens of one answer.
struct NewTokens {
    access: Ticket,
    refresh: Option<Ticket>,
}

impl NewTokens {
    fn draw(world: &World) -> Result<Self, NoChance> {
        let refills = !world.config.issuing.refill_life.is_zero();
        Ok(Self {
            access: Ticket::for_token()?,
            refresh: refills.then(Ticket::for_token).transpose()?,
        })
    }

    fn to_keep(&self, world: &World, asked: Vec<String>, now: Timestamp) -> NewToken {
        let issuing = &world.config.issuing;
        NewToken {
            token: self.access.digest(),
            expires: now.plus_seconds(seconds(issuing.token_life)),
            expires_waiting: now.plus_seconds(seconds(issuing.deferred_life)),
            refresh: self.refresh.as_ref().map(|refresh| NewRefresh {
                token: refresh.digest(),
                expires: now.plus_seconds(seconds(issuing.refill_life)),
            }),
            asked,
            client: None,
        }
    }

    fn tell(&self, given: &Given, now: Timestamp) -> TokenResponse {
        let authorized = match given.naming {
            Naming::Configuration => Vec::new(),
            Naming::Identifier => given
                .configurations
                .iter()
                .map(|id| AuthorizedCredential {
                    configuration_id: id.clone(),
                    identifiers: vec![identifier(&self.access, id)],
                })
                .collect(),
        };
        let life = given.expires.unix().saturating_sub(now.unix());
        TokenResponse {
            access_token: Confidential::new(self.access.expose()),
            expires_in: u64::try_from(life).ok(),
            refresh_token: self
                .refresh
                .as_ref()
                .map(|refresh| Confidential::new(refresh.expose())),
            authorized,
        }
    }
}

/// What a token calls a configuration: of this token alone, so that nobody names what is another's.
pub(super) fn identifier(token: &Ticket, configuration: &str) -> String {
    let parts: [&[u8]; 4] = [
        b"omote/credential-identifier/v1\0",
        token.expose().as_bytes(),
        b"\0",
        configuration.as_bytes(),
    ];
    base64url::encode(Sha256Digest::of_parts(&parts).as_bytes())
}
