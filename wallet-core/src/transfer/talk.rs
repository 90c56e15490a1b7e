//! Talking with a ledger over HTTP. The holder's side runs it.
//!
//! Everything that comes back is outside data and judged elsewhere (`judge`). A step that was sent and
//! not answered may have been taken: it is sent again under the same key.

use fetch::{Client, IdempotencyKey, Purpose, Response};
use schemas::json::Object;
use schemas::ledger::{
    ChainPage, HeadDocument, HolderAnswer, HolderQuery, InboxAnswer, InboxQuery, ItemTag, SentStep,
    StepAnswer, UnverifiedLeaf,
};
use schemas::message::Message;
use schemas::oauth::ErrorResponse;
use schemas::reason::Reason;
use schemas::world::WorldId;
use verifier::ledger::MAX_CHAIN;

use crate::transfer::TransferError;

/// The newest leaf of an item, with its receipt.
pub(super) async fn head(
    client: &Client,
    world: &WorldId,
    tag: &ItemTag,
) -> Result<HeadDocument, TransferError> {
    let url = format!("{}/items/{tag}/head", world.origin());
    // A 304 is never asked for, and another status than 200 says why in its body.
    read(&get(client, &url).await?)
}

/// Leaves from this one on, to the newest. A longer chain than anybody judges is refused and not cut:
/// one that was cut would look as if the ledger hid its end.
pub(super) async fn chain(
    client: &Client,
    world: &WorldId,
    tag: &ItemTag,
    from: u64,
) -> Result<Vec<UnverifiedLeaf>, TransferError> {
    let mut leaves: Vec<UnverifiedLeaf> = Vec::new();
    let mut next = Some(from);
    while let Some(from) = next {
        let url = format!("{}/items/{tag}/chain?from={from}", world.origin());
        let page: ChainPage = read(&get(client, &url).await?)?;
        leaves.extend(page.leaves);
        // A ledger that never ends a chain is not read for ever.
        if leaves.len() > MAX_CHAIN {
            let reason = Reason::LedgerChainUnavailable;
            return Err(TransferError::Document { reason });
        }
        next = page.next;
    }
    Ok(leaves)
}

/// What is offered at these addresses. Where an answer has no room for all, they are asked about in
/// halves, so that many offers to one address hide none to another.
pub(super) async fn inbox(
    client: &Client,
    world: &WorldId,
    query: &InboxQuery,
) -> Result<InboxAnswer, TransferError> {
    let url = format!("{}/items/inbox", world.origin());
    let mut found = InboxAnswer {
        offers: Vec::new(),
        more: false,
    };
    let mut asking = vec![query.addresses.clone()];
    while let Some(mut addresses) = asking.pop() {
        let query = InboxQuery {
            at: query.at,
            addresses: addresses.clone(),
        };
        let query = query.to_value();
        let answer = client.post_json(Purpose::World, &url, &query, None);
        let answer: InboxAnswer = read(&answer.await?)?;
        if answer.more && addresses.len() > 1 {
            asking.push(addresses.split_off(addresses.len() / 2));
            asking.push(addresses);
            continue;
        }
        found.offers.extend(answer.offers);
        found.more |= answer.more;
    }
    Ok(found)
}

/// Asks for the credential of an item that the asker holds: how it is fetched.
pub(super) async fn credential(
    client: &Client,
    world: &WorldId,
    tag: &ItemTag,
    query: &HolderQuery,
) -> Result<Object, TransferError> {
    let url = format!("{}/items/{tag}/credential", world.origin());
    let query = query.to_value();
    let answer: HolderAnswer = read(&client.post_json(Purpose::World, &url, &query, None).await?)?;
    Ok(answer.credential_offer)
}

/// Sends a step.
pub(super) async fn step(
    client: &Client,
    sent: &SentStep,
    once: &[u8; 32],
) -> Result<StepAnswer, TransferError> {
    let (world, tag) = (&sent.step.ledger, sent.step.item);
    let url = format!("{}/items/{tag}/steps", world.origin());
    let key = IdempotencyKey::of_bytes(once);
    let answer = client
        .post_json_once(Purpose::World, &url, &sent.to_value(), &key)
        .await?;
    read(&answer)
}

async fn get(client: &Client, url: &str) -> Result<Response, TransferError> {
    Ok(client.get(Purpose::World, url).await?)
}

/// What the ledger answered. A ledger says in its body why it refuses; what says nothing of that kind is
/// something on the way to it.
fn read<T: Message>(answer: &Response) -> Result<T, TransferError> {
    if answer.is_success() {
        return Ok(T::read(answer.body())?);
    }
    let status = answer.status();
    let told = ErrorResponse::read(answer.body()).ok();
    Err(match told.and_then(|told| told.reason) {
        Some(reason) => TransferError::Refused { reason },
        None => TransferError::Unanswered { status },
    })
}
