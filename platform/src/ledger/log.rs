//! The writer of the log: takes leaves in, signs a checkpoint, asks witnesses, shows it.
//!
//! Of several processes one does it at a time, whichever comes first; where the log stands is in the
//! store alone, so that none has to know of the others. A checkpoint is on the disk before anybody sees
//! it, witnesses too: nobody is ever shown two of one size.

use std::sync::Arc;

use proofs::tlog::TlogError;
use proofs::tlog::checkpoint::Checkpoint;
use proofs::tlog::edge::Edge;
use proofs::tlog::merkle::Plan;
use proofs::tlog::tile::{Tile, TileKind, TilePath};
use schemas::digest::Sha256Digest;
use tokio::time::MissedTickBehavior;

use super::witnesses::Prove;
use super::{signing, tiles};
use crate::store::ledger::{Appended, Appending, KeptTile, NewLog, SignedCheckpoint};
use crate::store::{Answer, StoreError};
use crate::world::{Identity, World};

/// Most leaves that are taken in at a time.
const MOST: u32 = 4096;

/// Writes the log until it is aborted.
pub(super) async fn write(world: Arc<World>) {
    let Some(rules) = &world.config.ledger else {
        return;
    };
    let mut ticks = tokio::time::interval(rules.publish);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match pass(&world).await {
            Ok(()) => world.metrics.ledger.written(),
            Err(error) => {
                world.metrics.ledger.failed();
                tracing::error!(%error, "the log of the ledger");
            }
        }
    }
}

/// Takes in what waits, and shows the newest checkpoint.
pub(super) async fn pass(world: &Arc<World>) -> Answer<()> {
    loop {
        let identity = world.identity();
        let extend = |appending: Appending<'_>| extend(world, &identity, appending);
        let now = world.clock.now();
        match world.store.append(MOST, now, &extend).await? {
            Appended::Elsewhere => return Ok(()),
            Appended::Nothing => break,
            Appended::Taken(count) => {
                world.metrics.ledger.logged(count);
                if u32::try_from(count).is_ok_and(|count| count < MOST) {
                    break;
                }
            }
        }
    }
    match world.store.newest_checkpoint().await? {
        Some(newest) => show(world, &newest).await,
        None => Ok(()),
    }
}

/// Shows a checkpoint, with what witnesses say of it; one that is shown, with what they say since.
async fn show(world: &Arc<World>, newest: &SignedCheckpoint) -> Answer<()> {
    let bare = SignedCheckpoint {
        cosigned: None,
        ..newest.clone()
    };
    let checkpoint = tiles::checked(world, &bare).map_err(|error| {
        tracing::error!(%error, "the newest checkpoint");
        StoreError::Corrupt("a checkpoint")
    })?;
    let (witnesses, mut before) = (&world.ledger.witnesses, newest.cosigned.as_deref());
    if before.is_none()
        && !witnesses.is_empty()
        && world.store.published_checkpoint().await?.is_none()
    {
        // There is no older one to read while witnesses are waited for.
        let first = SignedCheckpoint {
            cosigned: Some(String::new()),
            ..bare.clone()
        };
        world.store.publish_checkpoint(&first, None).await?;
        world.metrics.ledger.shown(first.size);
        before = Some("");
    }
    let (from, now) = (FromStore(world), world.clock.now());
    let kept = before.unwrap_or_default();
    let lines = match witnesses.is_empty() {
        true => String::new(),
        false => witnesses.cosign(&checkpoint, kept, &from, now).await,
    };
    if before == Some(lines.as_str()) {
        return Ok(());
    }
    let shown = SignedCheckpoint {
        cosigned: Some(lines),
        ..bare
    };
    // Nothing is shown that its readers could not read.
    if let Err(error) = tiles::checked(world, &shown) {
        tracing::error!(%error, "what witnesses said of the newest checkpoint");
        return Err(StoreError::Corrupt("a checkpoint with cosignatures"));
    }
    world.store.publish_checkpoint(&shown, before).await?;
    world.metrics.ledger.shown(shown.size);
    Ok(())
}

fn extend(world: &World, identity: &Identity, appending: Appending<'_>) -> Answer<NewLog> {
    extended(world, identity, appending).map_err(|error| {
        tracing::error!(%error, "the log of the ledger does not go on");
        StoreError::Corrupt("the log of the ledger")
    })
}

fn extended(
    world: &World,
    identity: &Identity,
    appending: Appending<'_>,
) -> Result<NewLog, TlogError> {
    let mut edge = match appending.before {
        None => Edge::new(),
        Some(before) => {
            let open = TilePath::open(before.size);
            let tiles = open
                .into_iter()
                .map(|path| read_tile(path, appending.tiles));
            let edge = Edge::resume(before.size, &tiles.collect::<Result<Vec<_>, _>>()?)?;
            if edge.head().root != before.root {
                return Err(TlogError::TwoRoots { size: before.size });
            }
            edge
        }
    };
    let mut tiles = Vec::new();
    for leaf in appending.leaves {
        edge.append(Sha256Digest::from_bytes(*leaf.as_bytes()), &mut tiles)?;
    }
    tiles.extend(edge.open_tiles());
    let signer = signing::signer(world.config.world(), identity)?;
    let head = edge.head();
    let checkpoint = Checkpoint::new(signer.public().name(), head).sign(&signer)?;
    Ok(NewLog {
        tiles: tiles.iter().filter_map(keep).collect(),
        size: head.size,
        root: head.root,
        note: checkpoint.to_string(),
    })
}

fn keep(tile: &Tile) -> Option<KeptTile> {
    match tile.path().kind() {
        TileKind::Hashes(level) => Some(KeptTile {
            level,
            place: tile.path().index(),
            hashes: tile.to_bytes(),
        }),
        TileKind::Entries => None,
    }
}

/// A tile of those that were kept, no wider than its path says: a kept one may have grown.
pub(super) fn read_tile(path: TilePath, kept: &[KeptTile]) -> Result<Tile, TlogError> {
    let missing = TlogError::Tile("is not at hand, or not wide enough");
    let TileKind::Hashes(level) = path.kind() else {
        return Err(missing);
    };
    let mut kept = kept.iter();
    let kept = kept.find(|kept| kept.level == level && kept.place == path.index());
    let bytes = kept.and_then(|kept| kept.hashes.get(..usize::from(path.width()) * 32));
    Tile::read(path, bytes.ok_or(missing)?)
}

/// Proofs that are made of the tiles in the store.
struct FromStore<'a>(&'a World);

impl Prove for FromStore<'_> {
    async fn consistency(&self, old: u64, new: u64) -> Option<Vec<Sha256Digest>> {
        let plan = Plan::consistency(old, new).ok()?;
        tiles::made(self.0, &plan, new).await.ok()
    }
}
