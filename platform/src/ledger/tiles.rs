//! The log as everybody reads it (C2SP tlog-tiles): checkpoint, tiles, bundles of entries, the key; and
//! proofs that are made of them.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use proofs::tlog::TlogError;
use proofs::tlog::checkpoint::{UnverifiedCheckpoint, VerifiedCheckpoint};
use proofs::tlog::merkle::Plan;
use proofs::tlog::proof::UnverifiedTlogProof;
use proofs::tlog::tile::{TileKind, TilePath, Tiles, write_bundle};
use schemas::digest::Sha256Digest;
use schemas::reason::Reason;

use super::log::read_tile;
use super::{rules, signing, tag_of, unknown};
use crate::error::Refusal;
use crate::store::ledger::{SignedCheckpoint, Spot};
use crate::world::World;

/// What is in a full tile, or in one of a width, never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A tile that grows has another address tomorrow.
const FOR_A_WHILE: HeaderValue = HeaderValue::from_static("public, max-age=60");
const NOT_AT_ALL: HeaderValue = HeaderValue::from_static("no-cache");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// The checkpoint that is shown, read and checked.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(super) kept: SignedCheckpoint,
    pub(super) checkpoint: VerifiedCheckpoint,
}

/// The newest checkpoint that is shown; `None` for a ledger that has just begun.
pub(super) async fn shown(world: &World) -> Result<Option<Arc<Shown>>, Refusal> {
    let Some(kept) = world.store.published_checkpoint().await? else {
        return Ok(None);
    };
    if let Some(shown) = world.ledger.shown().filter(|shown| shown.kept == kept) {
        return Ok(Some(shown));
    }
    let checkpoint = checked(world, &kept).map_err(|error| {
        tracing::error!(%error, "the checkpoint of the ledger");
        Refusal::internal(Reason::InternalError)
    })?;
    let shown = Arc::new(Shown { kept, checkpoint });
    world.ledger.show(Arc::clone(&shown));
    Ok(Some(shown))
}

/// Reads a checkpoint of the store, with what witnesses said of it.
///
/// # Errors
/// [`TlogError`] for one that no key of this world signed.
pub(super) fn checked(
    world: &World,
    kept: &SignedCheckpoint,
) -> Result<VerifiedCheckpoint, TlogError> {
    let note = format!(
        "{}{}",
        kept.note,
        kept.cosigned.as_deref().unwrap_or_default()
    );
    let (id, identity) = (world.config.world(), world.identity());
    let origin = signing::origin(id)?;
    let keys = signing::all_public(id, &identity)?;
    UnverifiedCheckpoint::read(&note)?.verify(origin.as_str(), &keys)
}

/// `GET /ledger/checkpoint`
pub(crate) async fn checkpoint(State(world): State<Arc<World>>) -> Result<Response, Refusal> {
    rules(&world)?;
    let shown = shown(&world).await?.ok_or(Refusal::not_found())?;
    let body = shown.checkpoint.to_string();
    Ok(answer(TEXT, NOT_AT_ALL, body))
}

/// `GET /ledger/vkey`: the key that signs checkpoints, as tools are told it.
pub(crate) async fn vkey(State(world): State<Arc<World>>) -> Result<Response, Refusal> {
    rules(&world)?;
    let key = signing::public(world.config.world(), &world.identity());
    let key = key.map_err(|_| Refusal::internal(Reason::InternalError))?;
    Ok(answer(TEXT, NOT_AT_ALL, format!("{key}\n")))
}

/// `GET /ledger/tile/…`
pub(crate) async fn tile(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    rules(&world)?;
    let path = request.uri().path().strip_prefix("/ledger/");
    let path: Option<TilePath> = path.and_then(|path| path.parse().ok());
    let path = path.ok_or(Refusal::not_found())?;
    let shown = shown(&world).await?.ok_or(Refusal::not_found())?;
    let there = TilePath::of_tree(path.kind(), path.index(), shown.kept.size);
    if !there.is_ok_and(|there| path.width() <= there.width()) {
        return Err(Refusal::not_found());
    }
    let broken = |error: TlogError| {
        tracing::error!(%error, %path, "a tile of the ledger");
        Refusal::internal(Reason::InternalError)
    };
    let bytes = match path.kind() {
        TileKind::Entries => {
            let width = u32::from(path.width());
            let entries = world.store.entries(path.start(), width).await?;
            if entries.len() != usize::from(path.width()) {
                return Err(Refusal::internal(Reason::InternalError));
            }
            write_bundle(&entries).map_err(broken)?
        }
        TileKind::Hashes(level) => {
            let kept = world.store.tiles(&[(level, path.index())]).await?;
            read_tile(path, &kept).map_err(broken)?.to_bytes()
        }
    };
    let kept = if path.is_full() {
        FOR_EVER
    } else {
        FOR_A_WHILE
    };
    Ok(answer(BYTES, kept, bytes))
}

fn answer(kind: HeaderValue, kept: HeaderValue, body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, kept);
    response
}

/// `GET /items/{tag}/proof/{seq}`
pub(crate) async fn proof(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    rules(&world)?;
    let tag = tag_of(&request)?;
    let seq = crate::server::body::last_segment(&request).parse();
    let seq: u64 = seq.map_err(|_| Refusal::not_found())?;
    if world.store.item_leaves(&[(tag, seq)]).await?.is_empty() {
        return Err(unknown());
    }
    let proof = proof_of(&world, (tag, seq)).await?;
    let proof = proof.ok_or(Refusal::not_found())?;
    Ok(answer(TEXT, NOT_AT_ALL, proof))
}

/// That the log has taken a leaf in; `None` as long as it has not.
pub(super) async fn proof_of(world: &World, spot: Spot) -> Result<Option<String>, Refusal> {
    let Some(index) = world.store.log_index(spot).await? else {
        return Ok(None);
    };
    let Some(shown) = shown(world).await? else {
        return Ok(None);
    };
    let size = shown.kept.size;
    if index >= size {
        return Ok(None);
    }
    let broken = |error: TlogError| {
        tracing::error!(%error, index, size, "a proof of the ledger");
        Refusal::internal(Reason::InternalError)
    };
    let plan = Plan::inclusion(index, size).map_err(broken)?;
    let path = made(world, &plan, size).await?;
    let proof = UnverifiedTlogProof::new(index, path, &shown.checkpoint);
    Ok(Some(proof.to_string()))
}

/// The hashes of a proof in the tree of so many leaves.
pub(super) async fn made(
    world: &World,
    plan: &Plan,
    size: u64,
) -> Result<Vec<Sha256Digest>, Refusal> {
    let broken = |error: TlogError| {
        tracing::error!(%error, size, "a proof of the ledger");
        Refusal::internal(Reason::InternalError)
    };
    let paths = plan.tiles(size).map_err(broken)?;
    let places: Vec<(u8, u64)> = paths
        .iter()
        .filter_map(|path| match path.kind() {
            TileKind::Hashes(level) => Some((level, path.index())),
            TileKind::Entries => None,
        })
        .collect();
    let kept = world.store.tiles(&places).await?;
    let tiles = paths.iter().map(|path| read_tile(*path, &kept));
    let tiles = tiles.collect::<Result<Vec<_>, _>>().map_err(broken)?;
    plan.make(&tiles.into_iter().collect::<Tiles>())
        .map_err(broken)
}
