//! Taking in what is new: entries, the tree over them, and the proof that it is the one that was signed.

use proofs::tlog::merkle::{Plan, leaf_hash, verify_consistency};
use proofs::tlog::tile::{Tile, TileKind, TilePath};
use schemas::reason::Reason;

use super::index::Standing;
use super::source::{self, Source};
use super::weighing::Signed;
use super::{Monitor, MonitorError, Pass};

/// Bundles that are taken in at a time: nothing of them is kept before the tree fits.
const BUNDLES: u64 = 16;

impl<S: Source> Monitor<S> {
    /// Takes in the entries up to a checkpoint, some bundles at a time, each time with the proof that
    /// the tree so far is the beginning of the one that was signed.
    pub(super) async fn grow(
        &mut self,
        checkpoint: &Signed,
        pass: &mut Pass,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<(), MonitorError> {
        let head = checkpoint.head;
        while self.edge.size() < head.size {
            let start = self.edge.size();
            let end = head.size.min((start / 256 + BUNDLES) * 256);
            let entries = self.entries(start, end, head.size).await;
            let entries = entries.map_err(MonitorError::unread("the entries of the log"))?;
            self.keys.fall_behind();
            let (mut edge, mut tiles) = (self.edge.clone(), Vec::new());
            for entry in &entries {
                edge.append(leaf_hash(entry), &mut tiles)
                    .map_err(MonitorError::Damaged)?;
            }
            let plan = Plan::consistency(end, head.size).map_err(MonitorError::Damaged)?;
            let proof = source::tiles(&self.source, &plan, head.size).await;
            let proof = proof.map_err(MonitorError::unread("the tiles of the log"))?;
            let fits = plan
                .make(&proof)
                .and_then(|path| verify_consistency(&edge.head(), &head, &path));
            if let Err(error) = fits {
                // Either the ledger goes on from another tree than it signed before, or what came is not
                // what it signed.
                if self.accuse(checkpoint, pass).await? {
                    return Ok(());
                }
                return Err(MonitorError::Read("the entries of the log", error.reason()));
            }
            tiles.extend(edge.open_tiles());
            self.take(start, &entries, &tiles, pass).await?;
            self.edge = edge;
            pass.taken += end - start;
            progress(end, head.size);
        }
        self.look_back(pass).await
    }

    /// Checkpoints that were signed and could not be read to their end, now that the tree is beyond them.
    async fn look_back(&self, pass: &mut Pass) -> Result<(), MonitorError> {
        for checkpoint in self.index.unchecked(self.edge.size()).await? {
            let size = checkpoint.head.size;
            if self.index.root(size, self.edge.size()).await? == checkpoint.head.root {
                let standing = Standing::Fits;
                self.index.keep_checkpoint(&checkpoint, standing).await?;
            } else {
                self.contradicted(&checkpoint, None, pass).await?;
            }
        }
        Ok(())
    }

    /// Judges the leaves, and writes leaves, tiles and what they prove in one transaction.
    async fn take(
        &mut self,
        start: u64,
        entries: &[Vec<u8>],
        tiles: &[Tile],
        pass: &mut Pass,
    ) -> Result<(), MonitorError> {
        let mut write = self.index.begin().await?;
        for (place, entry) in (start..).zip(entries) {
            self.take_leaf(&mut write, place, entry, pass).await?;
        }
        let size = start + u64::try_from(entries.len()).unwrap_or_default();
        write.tiles(tiles, size).await?;
        write.commit().await
    }

    async fn entries(&self, start: u64, end: u64, size: u64) -> Result<Vec<Vec<u8>>, Reason> {
        let mut entries = Vec::new();
        for index in start / 256..end.div_ceil(256) {
            let path = TilePath::of_tree(TileKind::Entries, index, size);
            let path = path.map_err(|error| error.reason())?;
            let known = usize::try_from(start.saturating_sub(path.start())).unwrap_or_default();
            let bundle = source::entries(&self.source, path).await?;
            entries.extend(bundle.into_iter().skip(known));
        }
        Ok(entries)
    }
}
