//! The item ledger: a world's register of who may use which of its items, by commitments and no names.
//! Run by the world that issued them.
//!
//! ```text
//! wallet ── POST /items/{tag}/steps ─▶ steps ─▶ queue ─▶ judging (verifier::ledger) ─▶ store, one
//!    ▲                                            transaction for all who wait │
//!    └────────────── leaf, receipt, offer of the credential ◀──────────────────┘
//! log: leaves in their order ─▶ tiles, checkpoint ─▶ witnesses ─▶ GET /ledger/checkpoint, /ledger/tile/…
//! ```
//!
//! - A step is answered after it is on the disk, and what keeps a chain one chain is a condition of the
//!   store (`store::ledger`), so any number of processes may serve one ledger.
//! - An item comes to be when its first credential is issued ([`minting`]); whoever accepts one is
//!   handed an offer of its credential ([`handing`]).
//! - What the world does alone, and why, is [`acts`].

pub(crate) mod acts;
mod answering;
mod handing;
pub(crate) mod holding;
pub(crate) mod inbox;
mod judging;
mod log;
pub(crate) mod minting;
mod numbers;
pub(crate) mod page;
mod queue;
pub(crate) mod reading;
mod signing;
pub(crate) mod steps;
pub(crate) mod tiles;
pub(crate) mod witnesses;

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use schemas::ledger::{ItemTag, UnverifiedLeaf};
use schemas::reason::Reason;
use tokio::task::JoinHandle;

use crate::config::LedgerSettings;
use crate::error::Refusal;
use crate::store::StoreError;
use crate::world::World;
use witnesses::Witnesses;

pub(crate) use numbers::Numbers;
use queue::Queue;

/// What a world keeps in memory for its ledger. Nothing that counts: that is in the store.
#[derive(Debug)]
pub(crate) struct Ledger {
    queue: Queue,
    witnesses: Witnesses,
    shown: Mutex<Option<Arc<tiles::Shown>>>,
}

impl Ledger {
    /// For a world whose configuration has a ledger of this kind, or none.
    pub(crate) fn new(rules: Option<&LedgerSettings>) -> Self {
        Self {
            queue: Queue::new(rules.map_or(1, |rules| rules.queue)),
            witnesses: Witnesses::new(rules.into_iter().flat_map(|rules| {
                let witnesses = rules.witnesses.iter();
                witnesses.map(|witness| (witness.url.clone(), witness.key.clone()))
            })),
            shown: Mutex::new(None),
        }
    }

    fn shown(&self) -> Option<Arc<tiles::Shown>> {
        self.shown
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn show(&self, shown: Arc<tiles::Shown>) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
    }
}

/// What runs beside the server of a world with a ledger, until it is aborted.
pub(crate) fn start(world: &Arc<World>) -> Vec<JoinHandle<()>> {
    if world.config.ledger.is_none() {
        return Vec::new();
    }
    vec![
        tokio::spawn(queue::serve(Arc::clone(world))),
        tokio::spawn(log::write(Arc::clone(world))),
    ]
}

/// The rules of a world's ledger.
///
/// # Errors
/// [`Refusal::not_found`] for a world that has none.
fn rules(world: &World) -> Result<&LedgerSettings, Refusal> {
    world.config.ledger.as_ref().ok_or(Refusal::not_found())
}

/// The item that is named behind `/items/` in the path of a request.
///
/// # Errors
/// 404 `item_unknown` for what is no tag.
fn tag_of(request: &Request) -> Result<ItemTag, Refusal> {
    let mut parts = request.uri().path().split('/').skip(2);
    let tag = parts.next().and_then(|tag| tag.parse().ok());
    tag.ok_or_else(unknown)
}

/// There is no such item.
fn unknown() -> Refusal {
    Refusal::new(
        axum::http::StatusCode::NOT_FOUND,
        "not_found",
        Reason::ItemUnknown,
    )
}

/// A leaf of the store, which nobody but this ledger has written.
fn read_leaf(bytes: &[u8]) -> Result<UnverifiedLeaf, StoreError> {
    UnverifiedLeaf::of_entry(bytes).map_err(|_| StoreError::Corrupt("a leaf of an item"))
}

/// The newest leaf of an item.
///
/// # Errors
/// 404 `item_unknown`; when the store does not answer.
async fn head_of(world: &World, tag: ItemTag) -> Result<UnverifiedLeaf, Refusal> {
    let heads = world.store.item_heads(&[tag]).await?;
    let bytes = heads.get(&tag).ok_or_else(unknown)?;
    Ok(read_leaf(bytes)?)
}
