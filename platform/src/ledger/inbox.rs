//! `POST /items/inbox`: which offers are open for these addresses? What nobody offered is not
//! mentioned, so an address that was never used and one that is unknown look the same.
//!
//! The leaf of an offer names its address for everybody, and whoever offers was told the key and the
//! salt. So only a signature of the address's own key, for this moment, shows the terms.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use schemas::canonical;
use schemas::json::Limits;
use schemas::ledger::{
    About, Commitment, InboxAnswer, InboxQuery, ItemTag, OfferedItem, Question, UnverifiedLeaf,
};
use schemas::message::Message;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::{queue, read_leaf, rules, steps};
use crate::error::{Refusal, json_unstored};
use crate::issuing::template::Template;
use crate::server::body;
use crate::store::StoreError;
use crate::world::World;

/// Most offers of one answer.
const MOST: usize = 256;
/// How many bytes of offers an answer holds: a wallet reads 256 KiB. The first is there in any case.
const BYTES: usize = 192 * 1024;
/// Rows that are looked at in one go, and how often: what was offered and taken back again stands there
/// until its time is over.
const PAGE: u32 = 256;
const PAGES: usize = 16;

/// `POST /items/inbox`
pub(crate) async fn look(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    rules(&world)?;
    let value = body::json(&world, &Limits::message(), request).await?;
    let asked = InboxQuery::from_value(&value)?;
    let addresses = opened(&world, &asked).map_err(steps::refusal)?;
    let answer = open_offers(&world, &addresses).await?;
    Ok(json_unstored(&answer.to_object()))
}

/// The addresses of a question, each asked about by whoever has its key.
fn opened(world: &World, asked: &InboxQuery) -> Result<Vec<Commitment>, Reason> {
    let now = world.clock.now();
    let opened = asked.addresses.iter().map(|asker| {
        let key = proofs::did_key::decode(&asker.key).map_err(|error| error.reason())?;
        let who = proofs::ledger::commitment(&key, &asker.salt).map_err(|error| error.reason())?;
        let question = Question {
            ledger: world.config.world().clone(),
            about: About::Inbox,
            who,
            at: asked.at,
        };
        question.require_fresh(now)?;
        proofs::ledger::verify_question(&question, asker).map_err(|error| error.reason())?;
        Ok(who)
    });
    opened.collect()
}

async fn open_offers(world: &World, addresses: &[Commitment]) -> Result<InboxAnswer, Refusal> {
    let now = world.clock.now();
    let mut answer = InboxAnswer {
        offers: Vec::new(),
        more: false,
    };
    let (mut after, mut bytes) = (None, 0);
    for _ in 0..PAGES {
        let rows = world.store.item_inbox(addresses, after, PAGE).await?;
        let Some(last) = rows.last() else {
            return Ok(answer);
        };
        after = Some(*last);
        let tags: BTreeSet<ItemTag> = rows.iter().map(|(_, tag)| *tag).collect();
        let tags: Vec<ItemTag> = tags.into_iter().collect();
        let heads = world.store.item_heads(&tags).await?;
        for (address, tag) in rows {
            let head = heads.get(&tag).map(|head| read_leaf(head)).transpose()?;
            let Some(leaf) = head.filter(|leaf| is_open_to(leaf, address, now)) else {
                continue;
            };
            let offered = offered(world, tag, leaf).await?;
            bytes += canonical::object_to_bytes(&offered.to_object()).len();
            let is_first = answer.offers.is_empty();
            if answer.offers.len() == MOST || (bytes > BYTES && !is_first) {
                answer.more = true;
                return Ok(answer);
            }
            answer.offers.push(offered);
        }
    }
    answer.more = !world
        .store
        .item_inbox(addresses, after, 1)
        .await?
        .is_empty();
    Ok(answer)
}

/// Whether a head is an offer to this address that stands. Each item has one, to one address.
fn is_open_to(leaf: &UnverifiedLeaf, address: Commitment, now: Timestamp) -> bool {
    let offered = leaf.claims().offered(now);
    offered.is_some_and(|(offer, stands)| stands && offer.to == address)
}

async fn offered(
    world: &World,
    tag: ItemTag,
    leaf: UnverifiedLeaf,
) -> Result<OfferedItem, Refusal> {
    let broken = || Refusal::from(StoreError::Corrupt("an item that was offered"));
    let terms = queue::terms_of(world, &[tag]).await?;
    let terms = terms.get(&tag).ok_or_else(broken)?;
    let item = world.store.item(tag).await?.ok_or_else(broken)?;
    let template = Template::read(&item.template).map_err(|_| broken())?;
    Ok(OfferedItem {
        leaf,
        terms: terms.terms.clone(),
        provenance: template.provenance().clone(),
    })
}
