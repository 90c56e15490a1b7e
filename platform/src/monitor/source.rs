//! What is read of a ledger: over the guarded way out, or in tests from memory.

use fetch::{Client, Purpose, Redirects};
use proofs::tlog::TlogError;
use proofs::tlog::merkle::Plan;
use proofs::tlog::tile::{MAX_BUNDLE_BYTES, Tile, TileKind, TilePath, Tiles, read_bundle};
use schemas::reason::Reason;
use schemas::world::WorldId;

const TYPES: &[&str] = &["text/plain", "application/octet-stream", "application/json"];
/// The most bytes of a tile.
const MAX_TILE: usize = 256 * 32;

/// Where a ledger is read.
pub trait Source: Sync {
    /// The bytes at a path below the origin of the ledger, at most so many.
    fn get(&self, path: &str, most: usize) -> impl Future<Output = Result<Vec<u8>, Reason>> + Send;
}

/// Over HTTP.
#[derive(Debug)]
pub struct Http {
    origin: String,
    client: Client,
}

impl Http {
    pub(super) fn new(ledger: &WorldId, client: Client) -> Self {
        Self {
            origin: ledger.origin().to_owned(),
            client,
        }
    }
}

impl Source for Http {
    async fn get(&self, path: &str, most: usize) -> Result<Vec<u8>, Reason> {
        let url = format!("{}/{path}", self.origin);
        let client = &self.client;
        let answer = client.bytes(Purpose::Log, &url, TYPES, most, Redirects::Forbidden);
        let answer = answer.await.map_err(|error| error.reason())?;
        Ok(answer.into_body())
    }
}

/// A tile of the ledger: nothing about it is believed yet.
pub(super) async fn tile(source: &impl Source, path: TilePath) -> Result<Tile, Reason> {
    let malformed = |error: TlogError| error.reason();
    match source.get(&format!("ledger/{path}"), MAX_TILE).await {
        Ok(bytes) => Tile::read(path, &bytes).map_err(malformed),
        // A partial tile may be gone when the full one is there.
        Err(Reason::NotFound) if !path.is_full() => {
            let filled = format!("ledger/{}", path.filled());
            let bytes = source.get(&filled, MAX_TILE).await?;
            let bytes = bytes.get(..usize::from(path.width()) * 32);
            Tile::read(path, bytes.unwrap_or_default()).map_err(malformed)
        }
        Err(reason) => Err(reason),
    }
}

/// The tiles of which a proof in a tree of so many leaves is made.
pub(super) async fn tiles(source: &impl Source, plan: &Plan, size: u64) -> Result<Tiles, Reason> {
    let mut tiles = Tiles::new();
    for path in plan.tiles(size).map_err(|error| error.reason())? {
        tiles.insert(tile(source, path).await?);
    }
    Ok(tiles)
}

/// The entries of a bundle, as many as its path says.
pub(super) async fn entries(source: &impl Source, path: TilePath) -> Result<Vec<Vec<u8>>, Reason> {
    debug_assert!(path.kind() == TileKind::Entries, "a bundle");
    let read = |path, bytes: &[u8]| {
        let entries = read_bundle(path, bytes).map_err(|error| error.reason())?;
        Ok(entries.into_iter().map(<[u8]>::to_vec).collect::<Vec<_>>())
    };
    match source
        .get(&format!("ledger/{path}"), MAX_BUNDLE_BYTES)
        .await
    {
        Ok(bytes) => read(path, &bytes),
        Err(Reason::NotFound) if !path.is_full() => {
            let filled = format!("ledger/{}", path.filled());
            let bytes = source.get(&filled, MAX_BUNDLE_BYTES).await?;
            let mut entries = read(path.filled(), &bytes)?;
            entries.truncate(usize::from(path.width()));
            Ok(entries)
        }
        Err(reason) => Err(reason),
    }
}
