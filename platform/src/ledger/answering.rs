//! The answer to a step: the leaf, a receipt as of its moment, and the offer of the credential. It is
//! made of the leaf alone, so whoever asks again is answered the same.

use axum::response::Response;
use schemas::json::Object;
use schemas::ledger::{Event, StepAnswer, SwapLeg, UnverifiedLeaf};
use schemas::reason::Reason;

use super::handing::{self, Links};
use super::queue::Done;
use super::{read_leaf, signing, steps};
use crate::error::{Refusal, bytes_unstored};
use crate::world::World;

pub(super) async fn answer(world: &World, done: Done, links: &Links) -> Result<Response, Refusal> {
    let (leaf, credential_offer) = match done {
        Done::Fresh(leaf) => {
            let accepted = leaf.claims().event == Event::Accept;
            // Written with the leaf.
            let offer = accepted.then(|| links.offer(world, 0)).flatten();
            (leaf, offer)
        }
        Done::Again(leaf) => {
            // Of a leaf that a clock dated ahead nobody can say any more when it was the newest, once it
            // is not: the chain tells what came of the step.
            if leaf.claims().at > world.clock.now() && next(world, &leaf).await?.is_some() {
                return Err(steps::refusal(Reason::TransferReplay));
            }
            let offer = offer_again(world, &leaf, links).await?;
            (leaf, offer)
        }
    };
    // A leaf may be dated ahead of the clock, a receipt never.
    let issued = leaf.claims().at.min(world.clock.now());
    let receipt = signing::receipt(world, &leaf, issued)?;
    let answer = StepAnswer::bytes_of(&leaf, &receipt, credential_offer.as_ref());
    Ok(bytes_unstored(answer))
}

/// What whoever took a step is handed: of an accept the item, and of an offer that asked for another
/// item in return that one, once it was given.
async fn offer_again(
    world: &World,
    leaf: &UnverifiedLeaf,
    links: &Links,
) -> Result<Option<Object>, Refusal> {
    let claims = leaf.claims();
    match claims.event {
        Event::Accept => {
            let again = handing::again(world, links, claims.item, claims.holder).await?;
            Ok(again.offer())
        }
        Event::Offer => match given_in_return(world, leaf).await? {
            Some(leg) => {
                let again = handing::again(world, links, leg.item, leg.holder).await?;
                Ok(again.offer())
            }
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// What the ledger wrote was given for an offer. What the offer asks for is no ground to hand anything
/// over: anybody may name any item and the commitment that holds it.
async fn given_in_return(
    world: &World,
    offer: &UnverifiedLeaf,
) -> Result<Option<SwapLeg>, Refusal> {
    let Some(next) = next(world, offer).await? else {
        return Ok(None);
    };
    let next = next.claims();
    let is_answer = next.event == Event::Accept && next.previous == Some(offer.hash());
    Ok(next.swap.filter(|_| is_answer))
}

/// The leaf after a leaf.
async fn next(world: &World, leaf: &UnverifiedLeaf) -> Result<Option<UnverifiedLeaf>, Refusal> {
    let claims = leaf.claims();
    let spot = (claims.item, claims.seq.saturating_add(1));
    let leaves = world.store.item_leaves(&[spot]).await?;
    Ok(leaves.get(&spot).map(|next| read_leaf(next)).transpose()?)
}
