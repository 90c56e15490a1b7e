//! What everybody may ask about an item whose tag they know: its newest step, and how it came there.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use schemas::form::Form;
use schemas::ledger::{ChainPage, HeadDocument, ItemTag, UnverifiedLeaf};
use schemas::message::Message;
use schemas::reason::Reason;
use verifier::ledger::MAX_CHAIN;

use super::{head_of, read_leaf, rules, signing, tag_of, tiles, unknown};
use crate::error::{Refusal, json, json_unstored};
use crate::world::World;

/// Leaves of a page.
const PAGE: u32 = 64;

/// `GET /items/{tag}/head`
pub(crate) async fn head(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    rules(&world)?;
    let document = head_document(&world, tag_of(&request)?).await?;
    Ok(json_unstored(&document.to_object()))
}

/// The newest leaf of an item, that it is the newest now, and that the log has it.
///
/// # Errors
/// 404 `item_unknown`; when the store does not answer.
pub(crate) async fn head_document(world: &World, tag: ItemTag) -> Result<HeadDocument, Refusal> {
    let leaf = head_of(world, tag).await?;
    let receipt = signing::receipt(world, &leaf, world.clock.now())?;
    let proof = tiles::proof_of(world, (tag, leaf.claims().seq)).await?;
    Ok(HeadDocument {
        leaf,
        receipt,
        proof,
        lease_salt: None,
    })
}

/// `GET /items/{tag}/chain`, from the leaf `from` on.
pub(crate) async fn chain(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    rules(&world)?;
    let tag = tag_of(&request)?;
    let from = from_of(&request)?;
    let page = chain_page(&world, tag, from).await?;
    if page.leaves.is_empty() && from == 0 {
        return Err(unknown());
    }
    Ok(json(StatusCode::OK, &page.to_object()))
}

pub(super) async fn chain_page(
    world: &World,
    tag: ItemTag,
    from: u64,
) -> Result<ChainPage, Refusal> {
    let leaves = world.store.item_chain(tag, from, PAGE + 1).await?;
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let next = (leaves.len() > most).then(|| from.saturating_add(u64::from(PAGE)));
    let leaves = leaves.iter().take(most).map(|leaf| read_leaf(leaf));
    Ok(ChainPage {
        leaves: leaves.collect::<Result<_, _>>()?,
        next,
    })
}

/// Every leaf of an item, the mint first.
///
/// # Errors
/// When the store does not answer; `ledger_chain_unavailable` for a longer chain than is ever walked.
pub(crate) async fn whole_chain(
    world: &World,
    tag: ItemTag,
) -> Result<Vec<UnverifiedLeaf>, Refusal> {
    let mut leaves = Vec::new();
    let mut next = Some(0);
    while let Some(from) = next {
        let page = chain_page(world, tag, from).await?;
        leaves.extend(page.leaves);
        if leaves.len() > MAX_CHAIN {
            return Err(Refusal::internal(Reason::LedgerChainUnavailable));
        }
        next = page.next;
    }
    Ok(leaves)
}

fn from_of(request: &Request) -> Result<u64, Refusal> {
    let malformed = || {
        Refusal::bad("invalid_request", Reason::BadRequest).because("from is the number of a leaf")
    };
    let Some(query) = request.uri().query() else {
        return Ok(0);
    };
    let form = Form::read(query.as_bytes(), 256).map_err(|_| malformed())?;
    match form.field("from") {
        None => Ok(0),
        Some(from) => from.parse().map_err(|_| malformed()),
    }
}
