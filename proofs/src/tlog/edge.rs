//! The right edge of a log's tree: all that appending needs (C2SP tlog-tiles).
//!
//! Logs and monitors run it. A leaf costs less than one hash of two on the average and as many as the
//! tree has levels at most, however many leaves there are; what is kept is at most 255 hashes a level of
//! tiles, and one a level of the tree.

use schemas::digest::Sha256Digest;

use super::error::TlogError;
use super::merkle::{MAX_SIZE, Node, TreeHead, joined, node_hash};
use super::tile::{FULL, Tile, TileKind, TilePath};

/// A tree that grows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    /// The complete subtrees, from the left.
    peaks: Vec<Sha256Digest>,
    /// For each level of tiles the hashes of the tile that is not full.
    open: Vec<Vec<Sha256Digest>>,
}

impl Edge {
    /// The tree without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A tree of which the partial tiles are there: those of [`TilePath::open`]. The caller compares its
    /// [`head`](Self::head) with what was signed.
    ///
    /// # Errors
    /// [`TlogError::Tile`] when there are other tiles than a tree of this size has.
    pub fn resume(size: u64, tiles: &[Tile]) -> Result<Self, TlogError> {
        if size > MAX_SIZE {
            return Err(TlogError::OutsideTree {
                index: size,
                size: MAX_SIZE,
            });
        }
        let paths = TilePath::open(size);
        let mut edge = Self {
            size,
            ..Self::default()
        };
        let mut rest = size;
        while rest > 0 {
            edge.open.push(Vec::new());
            rest /= u64::from(FULL);
        }
        for path in &paths {
            let tile = tiles.iter().find(|tile| tile.path() == *path);
            let tile = tile.ok_or(TlogError::Tile("is not at hand, or not wide enough"))?;
            if let TileKind::Hashes(level) = path.kind()
                && let Some(open) = edge.open.get_mut(usize::from(level))
            {
                open.extend_from_slice(tile.hashes());
            }
        }
        for node in Node::peaks(size) {
            let hash = tiles.iter().find_map(|tile| tile.node(node));
            let hash = hash.ok_or(TlogError::Tile("is not at hand, or not wide enough"))?;
            edge.peaks.push(hash);
        }
        Ok(edge)
    }

    /// How many leaves there are.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Size and root: what a checkpoint says.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        TreeHead {
            size: self.size,
            root: joined(&self.peaks),
        }
    }

    /// The complete subtrees, from the left.
    #[must_use]
    pub fn peaks(&self) -> Vec<(Node, Sha256Digest)> {
        let nodes = Node::peaks(self.size);
        nodes.into_iter().zip(self.peaks.iter().copied()).collect()
    }

    /// Appends a leaf by its hash ([`leaf_hash`](super::merkle::leaf_hash)). Tiles that it makes full go
    /// to `full`; they never change again.
    ///
    /// # Errors
    /// [`TlogError::OutsideTree`] when the tree is as large as trees get.
    pub fn append(&mut self, leaf: Sha256Digest, full: &mut Vec<Tile>) -> Result<(), TlogError> {
        if self.size == MAX_SIZE {
            return Err(TlogError::OutsideTree {
                index: self.size,
                size: MAX_SIZE,
            });
        }
        let mut hash = leaf;
        self.push(0, hash, full)?;
        for level in 1..=self.size.trailing_ones() {
            // As many peaks end here as the size has ones at its end.
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
            if level % 8 == 0 {
                self.push(level / 8, hash, full)?;
            }
        }
        self.peaks.push(hash);
        self.size += 1;
        Ok(())
    }

    /// Puts a hash into the open tile of a level.
    fn push(
        &mut self,
        level: u32,
        hash: Sha256Digest,
        full: &mut Vec<Tile>,
    ) -> Result<(), TlogError> {
        let index = usize::try_from(level).unwrap_or_default();
        if self.open.len() <= index {
            self.open.resize_with(index + 1, Vec::new);
        }
        let Some(open) = self.open.get_mut(index) else {
            return Ok(());
        };
        open.push(hash);
        if open.len() == usize::from(FULL) {
            let hashes = std::mem::take(open);
            let kind = TileKind::Hashes(u8::try_from(level).unwrap_or_default());
            let tile = (self.size >> (8 * level)) / u64::from(FULL);
            let path = TilePath::of_tree(kind, tile, self.size + 1)?;
            full.push(Tile::of_hashes(path, hashes));
        }
        Ok(())
    }

    /// The tiles that are not full: those that a checkpoint of this size needs beside the full ones.
    #[must_use]
    pub fn open_tiles(&self) -> Vec<Tile> {
        let paths = TilePath::open(self.size).into_iter();
        let tiles = paths.filter_map(|path| {
            let TileKind::Hashes(level) = path.kind() else {
                return None;
            };
            let open = self.open.get(usize::from(level))?;
            Some(Tile::of_hashes(path, open.clone()))
        });
        tiles.collect()
    }
}

#[cfg(test)]
mod tests;
