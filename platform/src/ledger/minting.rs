//! An item comes to be when the first credential of its grant is issued, in the same transaction.
//!
//! The wallet may name in its request who is to hold it (`omote_holder`, a commitment). For a wallet
//! that names nobody the commitment is drawn by chance: nobody can open it, so that item can be shown
//! and never passed on. What is issued again later says the same entry.

use std::sync::Arc;

use schemas::canonical;
use schemas::credential::{Subject, UnverifiedCredential};
use schemas::digest::Sha256Digest;
use schemas::json::Value;
use schemas::ledger::{Commitment, ItemTag, ItemTerms, LedgerEntry};
use schemas::message::Message;
use schemas::offering::Right;
use schemas::oid4vci::error::at_credential;
use schemas::reason::Reason;
use schemas::terms::Contexts;
use schemas::time::Timestamp;

use super::{read_leaf, signing};
use crate::error::Refusal;
use crate::issuing::template::{Stored, Template, TemplateError};
use crate::store::ledger::Mint;
use crate::ticket;
use crate::world::World;

/// What a credential says about the ledger, and the item that has to come to be before.
#[derive(Clone, Debug)]
pub(crate) struct Entered {
    pub(crate) entry: LedgerEntry,
    pub(crate) mint: Option<Mint>,
}

/// The template of an offer: as it stands there, or that of the item which it names.
///
/// # Errors
/// `internal_error` for a text that nobody here wrote; when the store does not answer.
pub(crate) async fn template(world: &World, stored: &str) -> Result<Template, Refusal> {
    let broken = |error: TemplateError| Refusal::internal(error.reason());
    match Template::stored(stored).map_err(broken)? {
        Stored::Whole(template) => Ok(*template),
        Stored::OfItem(tag) => {
            let item = world.store.item(tag).await?;
            let item = item.ok_or(Refusal::internal(Reason::InternalError))?;
            Template::read(&item.template).map_err(broken)
        }
    }
}

/// What the credentials of a token say about the ledger; `None` for what is no item, and for a world
/// that has no ledger.
///
/// # Errors
/// `item_moved` and `item_revoked` when nobody holds the item by this grant any more; faults of the
/// store.
pub(crate) async fn entered(
    world: &Arc<World>,
    token: Sha256Digest,
    template: &Template,
    named: Option<Commitment>,
    now: Timestamp,
) -> Result<Option<Entered>, Refusal> {
    if world.config.ledger.is_none() {
        return Ok(None);
    }
    let Right::Item { class, serial } = template.right() else {
        return Ok(None);
    };
    let terms = terms(template).map_err(refused)?;
    let ledger = world.config.world().clone();
    let entry = |item, holder| LedgerEntry {
        ledger: ledger.clone(),
        item,
        holder,
        terms: terms.digest(),
        transfer: terms.transfer,
    };
    if let Some((tag, holder)) = world.store.item_of_token(token).await? {
        still_holds(world, tag, holder).await?;
        return Ok(Some(Entered {
            entry: entry(tag, holder),
            mint: None,
        }));
    }
    let tag = ItemTag::from_bytes(drawn()?);
    let holder = match named {
        Some(named) => named,
        None => Commitment::from_bytes(drawn()?),
    };
    let new = verifier::ledger::NewItem {
        ledger: ledger.clone(),
        item: tag,
        holder,
        terms: terms.digest(),
    };
    let identity = world.identity();
    let claims = verifier::ledger::mint(&new, identity.dated(now));
    let leaf = signing::leaf(&identity, claims).map_err(Refusal::internal)?;
    let mint = Mint {
        tag,
        holder,
        class: class.clone(),
        serial: *serial,
        template: canonical::to_text(&Value::Object(template.to_object())),
        terms: canonical::to_text(&Value::Object(terms.to_object())),
        hash: leaf.hash(),
        leaf: leaf.bytes().to_vec(),
        at: leaf.claims().at,
    };
    Ok(Some(Entered {
        entry: entry(tag, holder),
        mint: Some(mint),
    }))
}

fn drawn() -> Result<[u8; 32], ticket::NoChance> {
    let mut bytes = [0; 32];
    ticket::draw(&mut bytes)?;
    Ok(bytes)
}

fn refused(reason: Reason) -> Refusal {
    Refusal::of(axum::http::StatusCode::BAD_REQUEST, &at_credential(reason))
}

/// The entry of an item that there is not, to try out what would be issued; `None` where credentials
/// have none.
pub(crate) fn nobodys_entry(world: &World, template: &Template) -> Option<LedgerEntry> {
    world.config.ledger.as_ref()?;
    let terms = terms(template).ok()?;
    Some(LedgerEntry {
        ledger: world.config.world().clone(),
        item: ItemTag::from_bytes([0; 32]),
        holder: Commitment::from_bytes([0; 32]),
        terms: terms.digest(),
        transfer: terms.transfer,
    })
}

/// There is an item of this class and number already.
pub(crate) fn exists() -> Refusal {
    refused(Reason::ItemExists)
}

/// Copies are for whoever holds the item now.
async fn still_holds(world: &World, tag: ItemTag, holder: Commitment) -> Result<(), Refusal> {
    let heads = world.store.item_heads(&[tag]).await?;
    let head = heads
        .get(&tag)
        .ok_or(Refusal::internal(Reason::InternalError))?;
    let head = read_leaf(head)?;
    let claims = head.claims();
    match claims.state.is_open() {
        false => Err(refused(Reason::ItemRevoked)),
        true if claims.holder != holder => Err(refused(Reason::ItemMoved)),
        true => Ok(()),
    }
}

/// What an item of a template is, in clear.
///
/// # Errors
/// `internal_error` for a template of no item.
pub(crate) fn terms(template: &Template) -> Result<ItemTerms, Reason> {
    let Right::Item { class, serial } = template.right() else {
        return Err(Reason::InternalError);
    };
    let provenance = Value::Object(template.provenance().clone());
    let read = UnverifiedCredential::parse(&provenance, &Contexts::pinned());
    let read = read.map_err(|error| error.reason())?;
    let Subject::Asset(asset) = read.subject() else {
        return Err(Reason::CredType);
    };
    Ok(ItemTerms {
        class: class.clone(),
        serial: *serial,
        license: template.license().clone(),
        transfer: template.transfer(),
        creator: read.unverified_issuer().clone(),
        asset: asset.asset.digest,
    })
}
