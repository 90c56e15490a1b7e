//! `POST /credential` (section 8): a token and key proofs become copies of a credential, one a key.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use schemas::json::Object;
use schemas::message::{Message, WireDocument};
use schemas::oid4vci::credential::{
    CredentialRequest, CredentialResponse, CredentialSelector, Proofs,
};
use schemas::oid4vci::error::at_credential;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::proof::{self, Proven};
use super::template::{AVATAR, ITEM, Template};
use crate::error::{Refusal, json_unstored};
use crate::server::body::{self, Kind};
use crate::store::{Grant, Lot, Place, Records, Spending, Taken};
use crate::ticket::Ticket;
use crate::world::World;

pub(crate) async fn issue(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    let (token, grant) = authorized(&world, request.headers()).await?;
    let bytes = body::message(&world, Kind::Json, request).await?;
    let asked =
        CredentialRequest::read(&bytes).map_err(|error| refused(error.reason()).because(error))?;
    check_selector(&asked.selector, &grant)?;
    let proofs = match asked.proofs {
        Some(Proofs::Jwt(proofs)) => proofs,
        Some(Proofs::DiVp(_)) => {
            return Err(refused(Reason::ProofTypeUnsupported).because("proofs of type jwt only"));
        }
        None => return Err(refused(Reason::ProofMissing)),
    };
    let most = world.config.issuing.batch_size;
    if u32::try_from(proofs.len()).map_or(true, |count| count > most) {
        return Err(refused(Reason::InputTooLarge).because(format_args!("at most {most} proofs")));
    }
    if grant.copies == 0 {
        return Err(refused(Reason::CredentialNotAuthorized));
    }
    let now = world.clock.now();
    let (proven, template) = world
        .at_bench(move |world| check(world, &proofs, &grant, now))
        .await??;
    let notification = Ticket::for_token()?;
    let places = spend(&world, &token, &proven, &notification, now).await?;
    // All of it is spent by now, so this waits its turn however busy the world is.
    let credentials = world
        .at_bench_surely(move |world| sign(world, &template, &proven, &places, now))
        .await??;
    let response = CredentialResponse::Issued {
        credentials: credentials.into_iter().map(WireDocument::Object).collect(),
        notification_id: Some(notification.expose().to_owned()),
    };
    Ok(json_unstored(&response.to_object()))
}

/// The access token of a request and what it permits.
pub(super) async fn authorized(
    world: &World,
    headers: &HeaderMap,
) -> Result<(Ticket, Grant), Refusal> {
    let unauthorized = || Refusal::unauthorized("invalid_token");
    let token = body::bearer(headers)
        .and_then(Ticket::read)
        .ok_or_else(unauthorized)?;
    let grant = world.store.grant(token.digest(), world.clock.now()).await?;
    Ok((token, grant.ok_or_else(unauthorized)?))
}

fn refused(reason: Reason) -> Refusal {
    Refusal::of(StatusCode::BAD_REQUEST, &at_credential(reason))
}

fn check_selector(selector: &CredentialSelector, grant: &Grant) -> Result<(), Refusal> {
    let reason = Reason::CredentialNotAuthorized;
    match selector {
        CredentialSelector::Configuration(id) if *id == grant.configuration => Ok(()),
        CredentialSelector::Configuration(id) if id == AVATAR || id == ITEM => Err(refused(reason)),
        CredentialSelector::Configuration(_) => {
            Err(Refusal::bad("unknown_credential_configuration", reason))
        }
        // The token response named no identifiers.
        CredentialSelector::Identifier(_) => {
            Err(Refusal::bad("unknown_credential_identifier", reason))
        }
    }
}

/// Checks the proofs: keys to issue to, as many as the token still permits, and what to issue.
fn check(
    world: &World,
    proofs: &[String],
    grant: &Grant,
    now: Timestamp,
) -> Result<(Proven, Template), Refusal> {
    let issuer = world.config.world().origin();
    let mut proven = proof::check(proofs, issuer, &world.identity().keys, now)
        .map_err(|fault| refused(fault.reason).because(fault))?;
    let most = usize::try_from(grant.copies).unwrap_or(usize::MAX);
    proven.holders.truncate(most);
    let template = Template::read(&grant.template).map_err(|error| refused(error.reason()))?;
    Ok((proven, template))
}

/// How often places are drawn. The store finds each of them taken already next to never.
const DRAWS: usize = 3;

/// Spends nonce and copies, and takes a place in the status lists for each copy: in one transaction,
/// before anything is signed. After a crash in between places are lost, and none is given twice.
async fn spend(
    world: &World,
    token: &Ticket,
    proven: &Proven,
    notification: &Ticket,
    now: Timestamp,
) -> Result<Vec<Place>, Refusal> {
    let copies = u32::try_from(proven.holders.len()).unwrap_or(u32::MAX);
    for _ in 0..DRAWS {
        let spending = Spending {
            token: token.digest(),
            copies,
            nonce: proven.nonce.digest,
            nonce_expires: proven.nonce.expires,
            notification: notification.digest(),
            valid_until: Template::valid_until(world, now),
            lot: Lot::draw(copies)?,
        };
        match world.store.spend(&spending, now).await? {
            Taken::Done(places) => return Ok(places),
            Taken::Crowded => {}
            Taken::NonceSpent => return Err(refused(Reason::CNonceInvalid)),
            Taken::TooMany => return Err(refused(Reason::CredentialNotAuthorized)),
            Taken::Withdrawn => {
                return Err(refused(Reason::CredentialNotAuthorized)
                    .because("what was offered is suspended or revoked"));
            }
        }
    }
    Err(Refusal::internal(Reason::InternalError))
}

/// Signs a copy for each key, each with a place of its own.
fn sign(
    world: &World,
    template: &Template,
    proven: &Proven,
    places: &[Place],
    now: Timestamp,
) -> Result<Vec<Object>, Refusal> {
    proven
        .holders
        .iter()
        .zip(places)
        .map(|(holder, place)| template.issue(world, holder, place, now))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| {
            tracing::error!(reason = error.reason().code(), "not issued");
            refused(error.reason())
        })
}
