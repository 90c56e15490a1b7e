//! Deferred issuing (section 9): what one of the world's people has to approve first.
//!
//! `POST /credential` checks the key proofs, spends nonce and copies and answers with a transaction id;
//! `POST /deferred_credential` with that id and the same token issues, once somebody has approved. The
//! holders wait sealed under the id, which the world does not keep.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use schemas::canonical;
use schemas::did::Did;
use schemas::json::{Limits, Value, read};
use schemas::ledger::{Commitment, LedgerEntry};
use schemas::message::Message;
use schemas::oid4vci::credential::CredentialResponse;
use schemas::oid4vci::deferred::DeferredRequest;
use schemas::oid4vci::error::{at_credential, at_deferred};
use schemas::reason::Reason;
use schemas::records::{Approval, GrantStatus};
use schemas::time::Timestamp;

use super::configuration::Configuration;
use super::credential::{Batch, DRAWS, Item, authorized, draw, withdrawn};
use crate::error::{self, Refusal};
use crate::ledger::minting;
use crate::seal::{SealKey, Sealed};
use crate::server::body::{self, Kind};
use crate::store::Place;
use crate::store::offers::{Collected, Deferral, Deferred, NewDeferral, Offers, Spending};
use crate::ticket::Ticket;
use crate::world::World;

/// How many seconds a wallet is asked to wait before it asks again.
const INTERVAL: u64 = 5;

/// What waits.
pub(super) struct Waits<'a> {
    pub(super) configuration: Configuration,
    pub(super) holders: &'a [Did],
    /// Who is to hold the item in the ledger.
    pub(super) item_holder: Option<Commitment>,
}

/// Lets a batch wait.
pub(super) async fn defer(
    world: &Arc<World>,
    waits: &Waits<'_>,
    spending: &Spending,
    now: Timestamp,
) -> Result<Response, Refusal> {
    let id = Ticket::for_token()?;
    let names: Vec<Value> = waits.holders.iter().map(Value::from).collect();
    let mut kept = schemas::object! { "holders" => names };
    if let Some(holder) = waits.item_holder {
        kept.insert("item_holder", holder);
    }
    let names = canonical::object_to_bytes(&kept);
    let deferral = NewDeferral {
        transaction: id.digest(),
        configuration: waits.configuration.id().to_owned(),
        holders: SealKey::of_ticket(&id).seal(Sealed::Holders, "", &names)?,
    };
    let refused = |reason| Refusal::of(StatusCode::BAD_REQUEST, &at_credential(reason));
    match world.store.defer(spending, &deferral, now).await? {
        Deferred::Waits => Ok(wait(&id)),
        Deferred::NonceSpent => Err(refused(Reason::CNonceInvalid)),
        Deferred::TooMany => Err(refused(Reason::CredentialNotAuthorized)),
        Deferred::Withdrawn => Err(withdrawn()),
    }
}

fn wait(id: &Ticket) -> Response {
    let response = CredentialResponse::Deferred {
        transaction_id: id.expose().to_owned(),
        interval: INTERVAL,
    };
    let mut response = error::json(StatusCode::ACCEPTED, &response.to_object());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// `POST /deferred_credential`
pub(crate) async fn collect(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    let (token, _) = authorized(&world, request.headers()).await?;
    let bytes = body::message(&world, Kind::Json, request).await?;
    let refused = |reason| Refusal::of(StatusCode::BAD_REQUEST, &at_deferred(reason));
    let asked =
        DeferredRequest::read(&bytes).map_err(|error| refused(error.reason()).because(error))?;
    let unknown = || refused(Reason::NotFound);
    let id = Ticket::read(asked.transaction_id.reveal()).ok_or_else(unknown)?;
    let now = world.clock.now();
    let waiting = world
        .store
        .deferral(id.digest(), token.digest(), now)
        .await?
        .ok_or_else(unknown)?;
    match (waiting.approval, waiting.status) {
        (_, GrantStatus::Revoked) => return Err(withdrawn()),
        (Some(Approval::Denied), _) => return Err(refused(Reason::IssuanceDenied)),
        // A suspension may end, and whoever is told that nothing comes does not ask again.
        (Some(Approval::Pending), _) | (_, GrantStatus::Suspended) => return Ok(wait(&id)),
        (Some(Approval::Approved) | None, GrantStatus::Active) => {}
    }
    let broken = || Refusal::internal(Reason::InternalError);
    let opened = open(&id, &waiting).ok_or_else(broken)?;
    let template = minting::template(&world, &waiting.template).await?;
    let item = Item {
        template: &template,
        holder: opened.item_holder,
    };
    let notification = Ticket::for_token()?;
    let taking = Taking {
        id: &id,
        token: &token,
        copies: waiting.copies,
        item: &item,
        notification: &notification,
    };
    let taken = take(&world, &taking, now).await?;
    let Some((places, entry)) = taken else {
        // Suspended just now, perhaps.
        let waiting = world
            .store
            .deferral(id.digest(), token.digest(), now)
            .await?;
        return match waiting.map(|waiting| waiting.status) {
            Some(GrantStatus::Suspended) => Ok(wait(&id)),
            _ => Err(unknown()),
        };
    };
    let batch = Batch {
        template,
        entry,
        format: opened.configuration.format,
        holders: opened.holders,
        places,
        notification,
    };
    batch.issue(&world, now).await
}

/// What waited, opened again.
struct Opened {
    configuration: Configuration,
    holders: Vec<Did>,
    item_holder: Option<Commitment>,
}

fn open(id: &Ticket, waiting: &Deferral) -> Option<Opened> {
    let configuration = Configuration::from_id(&waiting.configuration)?;
    let kept = SealKey::of_ticket(id).open(Sealed::Holders, "", &waiting.holders)?;
    let kept = read(&kept, &Limits::message()).ok()?;
    // What waits from before there were ledgers is the holders alone.
    let names = kept.get("holders").unwrap_or(&kept).as_array()?.iter();
    let holders: Option<Vec<Did>> = names.map(|name| name.as_str()?.parse().ok()).collect();
    let item_holder = match kept.get("item_holder") {
        Some(holder) => Some(holder.as_str()?.parse().ok()?),
        None => None,
    };
    Some(Opened {
        configuration,
        holders: holders?,
        item_holder,
    })
}

/// What is collected.
struct Taking<'a> {
    id: &'a Ticket,
    token: &'a Ticket,
    copies: u32,
    item: &'a Item<'a>,
    notification: &'a Ticket,
}

/// Takes a place for each copy, and the batch from those that wait: at most once. With it an item comes
/// to be that is not there yet.
async fn take(
    world: &Arc<World>,
    taking: &Taking<'_>,
    now: Timestamp,
) -> Result<Option<(Vec<Place>, Option<LedgerEntry>)>, Refusal> {
    let (id, token) = (taking.id.digest(), taking.token.digest());
    for _ in 0..DRAWS {
        let entered = taking.item.entered(world, token, now).await?;
        let issuance = draw(
            world,
            taking.copies,
            taking.notification,
            entered.as_ref(),
            now,
        )?;
        match world.store.collect(id, token, &issuance, now).await? {
            Collected::Done(places) => {
                return Ok(Some((places, entered.map(|entered| entered.entry))));
            }
            Collected::Crowded | Collected::Minted => {}
            Collected::ItemExists => return Err(minting::exists()),
            Collected::Gone => return Ok(None),
        }
    }
    Err(Refusal::internal(Reason::InternalError))
}
