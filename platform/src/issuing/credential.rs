//! `POST /credential` (section 8): a token and key proofs become copies of a credential, one a key.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use schemas::credential::Format;
use schemas::did::Did;
use schemas::digest::Sha256Digest;
use schemas::ledger::{Commitment, LedgerEntry};
use schemas::message::{Message, WireDocument};
use schemas::oid4vci::credential::{
    CredentialRequest, CredentialResponse, CredentialSelector, Proofs,
};
use schemas::oid4vci::error::{at_credential, at_key_proof};
use schemas::reason::Reason;
use schemas::records::Approval;
use schemas::time::Timestamp;

use super::configuration::Configuration;
use super::proof::{self, Proven};
use super::template::{Slots, Template};
use super::{deferred, token};
use crate::error::{Refusal, json_unstored};
use crate::ledger::minting::{self, Entered};
use crate::server::body::{self, Kind};
use crate::store::offers::{Grant, Issuance, Naming, Offers, Spending, Taken};
use crate::store::{Lot, Place};
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
    let configuration = selected(&asked.selector, &token, &grant)?;
    let proofs = asked.proofs.ok_or_else(|| refused(Reason::ProofMissing))?;
    let most = world.config.issuing.batch_size;
    if u32::try_from(proofs.len()).map_or(true, |count| count > most) {
        return Err(refused(Reason::InputTooLarge).because(format_args!("at most {most} proofs")));
    }
    if grant.copies == 0 {
        return Err(refused(Reason::CredentialNotAuthorized));
    }
    if grant.approval == Some(Approval::Denied) {
        return Err(refused(Reason::IssuanceDenied));
    }
    let now = world.clock.now();
    let template = minting::template(&world, &grant.template).await?;
    let (approval, most, client) = (grant.approval, grant.copies, grant.client);
    let proven = world
        .at_bench(move |world| check(world, &proofs, most, client, now))
        .await??;
    let spending = Spending {
        token: token.digest(),
        copies: count(&proven.holders),
        nonce: proven.nonce.digest,
        nonce_expires: proven.nonce.expires,
    };
    if approval == Some(Approval::Pending) {
        let waits = deferred::Waits {
            configuration,
            holders: &proven.holders,
            item_holder: asked.omote_holder,
        };
        return deferred::defer(&world, &waits, &spending, now).await;
    }
    let item = Item {
        template: &template,
        holder: asked.omote_holder,
    };
    let notification = Ticket::for_token()?;
    let (places, entry) = spend(&world, &spending, &item, &notification, now).await?;
    let batch = Batch {
        template,
        entry,
        format: configuration.format,
        holders: proven.holders,
        places,
        notification,
    };
    batch.issue(&world, now).await
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

pub(super) fn count(holders: &[Did]) -> u32 {
    u32::try_from(holders.len()).unwrap_or(u32::MAX)
}

/// What is requested, by the name that the token response told (section 8.2).
fn selected(
    selector: &CredentialSelector,
    ticket: &Ticket,
    grant: &Grant,
) -> Result<Configuration, Refusal> {
    let reason = Reason::CredentialNotAuthorized;
    let id = match (selector, grant.naming) {
        (CredentialSelector::Configuration(id), Naming::Configuration) => {
            if Configuration::from_id(id).is_none() {
                return Err(Refusal::bad("unknown_credential_configuration", reason));
            }
            grant.configurations.iter().find(|one| *one == id)
        }
        (CredentialSelector::Identifier(sent), Naming::Identifier) => {
            let mut permitted = grant.configurations.iter();
            let found = permitted.find(|id| token::identifier(ticket, id) == *sent);
            if found.is_none() {
                return Err(Refusal::bad("unknown_credential_identifier", reason));
            }
            found
        }
        // The token response named no identifiers.
        (CredentialSelector::Identifier(_), Naming::Configuration) => {
            return Err(Refusal::bad("unknown_credential_identifier", reason));
        }
        (CredentialSelector::Configuration(_), Naming::Identifier) => {
            return Err(refused(Reason::BadRequest)
                .because("the token response named identifiers, which have to be used"));
        }
    };
    let id = id.ok_or_else(|| refused(reason))?;
    Configuration::from_id(id).ok_or(Refusal::internal(Reason::InternalError))
}

/// Checks the proofs: keys to issue to, as many as the token still permits.
fn check(
    world: &World,
    proofs: &Proofs,
    copies: u32,
    client: Option<Sha256Digest>,
    now: Timestamp,
) -> Result<Proven, Refusal> {
    let asked = proof::Asked {
        issuer: world.config.world().origin(),
        client,
    };
    let proven = proof::check(proofs, &asked, &world.identity().keys, now);
    let mut proven = proven.map_err(|fault| {
        Refusal::of(StatusCode::BAD_REQUEST, &at_key_proof(fault.reason)).because(fault)
    })?;
    let most = usize::try_from(copies).unwrap_or(usize::MAX);
    proven.holders.truncate(most);
    Ok(proven)
}

/// What may be an item, and who is to hold it.
pub(super) struct Item<'a> {
    pub(super) template: &'a Template,
    pub(super) holder: Option<Commitment>,
}

impl Item<'_> {
    /// What the copies of a token say about the ledger.
    pub(super) async fn entered(
        &self,
        world: &Arc<World>,
        token: Sha256Digest,
        now: Timestamp,
    ) -> Result<Option<Entered>, Refusal> {
        minting::entered(world, token, self.template, self.holder, now).await
    }
}

/// How often places are drawn. The store finds each of them taken already next to never.
pub(super) const DRAWS: usize = 3;

/// What a batch is given, drawn anew for each try.
pub(super) fn draw(
    world: &World,
    copies: u32,
    notification: &Ticket,
    entered: Option<&Entered>,
    now: Timestamp,
) -> Result<Issuance, Refusal> {
    Ok(Issuance {
        notification: notification.digest(),
        valid_until: Template::valid_until(world, now),
        lot: Lot::draw(copies)?,
        mint: entered.and_then(|entered| entered.mint.clone()),
    })
}

/// Spends nonce and copies, and takes a place in the status lists for each copy: in one transaction,
/// before anything is signed. After a crash in between places are lost, and none is given twice.
async fn spend(
    world: &Arc<World>,
    spending: &Spending,
    item: &Item<'_>,
    notification: &Ticket,
    now: Timestamp,
) -> Result<(Vec<Place>, Option<LedgerEntry>), Refusal> {
    for _ in 0..DRAWS {
        let entered = item.entered(world, spending.token, now).await?;
        let issuance = draw(world, spending.copies, notification, entered.as_ref(), now)?;
        match world.store.spend(spending, &issuance, now).await? {
            Taken::Done(places) => return Ok((places, entered.map(|entered| entered.entry))),
            Taken::Crowded | Taken::Minted => {}
            Taken::ItemExists => return Err(minting::exists()),
            Taken::NonceSpent => return Err(refused(Reason::CNonceInvalid)),
            Taken::TooMany => return Err(refused(Reason::CredentialNotAuthorized)),
            Taken::Withdrawn => return Err(withdrawn()),
        }
    }
    Err(Refusal::internal(Reason::InternalError))
}

pub(super) fn withdrawn() -> Refusal {
    refused(Reason::CredentialNotAuthorized).because("what was offered is suspended or revoked")
}

/// Copies for which everything is spent.
pub(super) struct Batch {
    pub(super) template: Template,
    /// Where the ledger keeps the item, when it is one.
    pub(super) entry: Option<LedgerEntry>,
    pub(super) format: Format,
    pub(super) holders: Vec<Did>,
    pub(super) places: Vec<Place>,
    pub(super) notification: Ticket,
}

impl Batch {
    /// Signs a copy for each key, each with a place of its own. All of it is spent by now, so this
    /// waits its turn however busy the world is.
    pub(super) async fn issue(
        self,
        world: &Arc<World>,
        now: Timestamp,
    ) -> Result<Response, Refusal> {
        let notification = self.notification.clone();
        let credentials = world
            .at_bench_surely(move |world| self.sign(world, now))
            .await??;
        let response = CredentialResponse::Issued {
            credentials,
            notification_id: Some(notification.expose().to_owned()),
        };
        Ok(json_unstored(&response.to_object()))
    }

    fn sign(&self, world: &World, now: Timestamp) -> Result<Vec<WireDocument>, Refusal> {
        self.holders
            .iter()
            .zip(&self.places)
            .map(|(holder, place)| {
                let format = self.format;
                let slots = Slots {
                    holder,
                    place,
                    entry: self.entry.as_ref(),
                };
                self.template.issue(world, format, &slots, now)
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| {
                tracing::error!(reason = error.reason().code(), "not issued");
                refused(error.reason())
            })
    }
}
