//! The tiles in which a log is served: 256 hashes of one level each, and bundles of 256 entries
//! (C2SP tlog-tiles).
//!
//! Logs write them, whoever makes or checks a proof reads them. A tile is served at
//! `tile/<level>/<index>`, a bundle at `tile/entries/<index>`, and one that is not full yet with
//! `.p/<width>` behind. What is in a tile that came from outside is believed no further than a proof
//! made of it leads to a root that is believed.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemas::digest::Sha256Digest;

use super::error::TlogError;
use super::merkle::{Node, Nodes, Plan, joined, leaf_hash};

/// Hashes of a full tile, entries of a full bundle.
pub const FULL: u16 = 256;
/// Levels of the tree that a tile spans.
const HEIGHT: u32 = 8;
/// The highest level of tiles that a tree below 2^63 leaves has.
const MAX_LEVEL: u8 = 7;
/// The most bytes of a bundle: 256 entries of 65535 bytes with their lengths.
pub const MAX_BUNDLE_BYTES: usize = 256 * (2 + u16::MAX as usize);
/// The most bytes of an entry.
pub const MAX_ENTRY_BYTES: usize = u16::MAX as usize;
/// Bytes of a hash.
const HASH: usize = 32;

/// What is in a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Hashes of complete subtrees of `256^level` leaves.
    Hashes(u8),
    /// Entries: what the hashes of level 0 are made of.
    Entries,
}

/// Which tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    kind: TileKind,
    index: u64,
    width: u16,
}

impl TilePath {
    /// A tile by its place in a tree of so many leaves, full or as wide as it is by then.
    ///
    /// # Errors
    /// [`TlogError::Tile`] when the tree has no such tile.
    pub fn of_tree(kind: TileKind, index: u64, size: u64) -> Result<Self, TlogError> {
        let hashes = match kind {
            TileKind::Entries => size,
            TileKind::Hashes(level) if level <= MAX_LEVEL => size >> (u32::from(level) * HEIGHT),
            TileKind::Hashes(_) => 0,
        };
        let before = index.checked_mul(u64::from(FULL));
        match before.and_then(|before| hashes.checked_sub(before)) {
            None | Some(0) => Err(TlogError::Tile("is not in a tree of this size")),
            Some(width) => Ok(Self {
                kind,
                index,
                width: u16::try_from(width).unwrap_or(FULL).min(FULL),
            }),
        }
    }

    /// The tiles of one kind or level that a tree of so many leaves has beyond those that were full in a
    /// smaller one, the partial one last.
    pub fn since(kind: TileKind, old: u64, new: u64) -> impl Iterator<Item = Self> {
        let levels = match kind {
            TileKind::Entries => 0,
            TileKind::Hashes(level) => u32::from(level.min(MAX_LEVEL)),
        };
        let first = old.checked_shr((levels + 1) * HEIGHT).unwrap_or(0);
        (first..).map_while(move |index| Self::of_tree(kind, index, new).ok())
    }

    /// The partial tiles of hashes of a tree of so many leaves: with them it can be continued.
    #[must_use]
    pub fn open(size: u64) -> Vec<Self> {
        (0..=MAX_LEVEL)
            .filter_map(|level| {
                let hashes = size >> (u32::from(level) * HEIGHT);
                let kind = TileKind::Hashes(level);
                let path = Self::of_tree(kind, hashes / u64::from(FULL), size);
                path.ok().filter(|path| !path.is_full())
            })
            .collect()
    }

    /// What is in it.
    #[must_use]
    pub const fn kind(self) -> TileKind {
        self.kind
    }

    /// The how manyth of its level it is, from 0.
    #[must_use]
    pub const fn index(self) -> u64 {
        self.index
    }

    /// How many hashes or entries are in it: 1 to 256.
    #[must_use]
    pub const fn width(self) -> u16 {
        self.width
    }

    /// Whether it is full, and so never changes.
    #[must_use]
    pub const fn is_full(self) -> bool {
        self.width == FULL
    }

    /// The same tile when it is full.
    #[must_use]
    pub const fn filled(self) -> Self {
        Self {
            width: FULL,
            ..self
        }
    }

    /// The leaf with which it begins.
    #[must_use]
    pub const fn start(self) -> u64 {
        let height = match self.kind {
            TileKind::Entries => HEIGHT,
            TileKind::Hashes(level) => (level as u32 + 1) * HEIGHT,
        };
        // The tile of the highest level begins with leaf 0.
        match self.index.checked_shl(height) {
            Some(start) => start,
            None => 0,
        }
    }
}

impl fmt::Display for TilePath {
    /// `tile/0/x001/x234/067.p/8`: the address below the log's, without a slash in front.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(formatter, "tile/{level}/")?,
            TileKind::Entries => formatter.write_str("tile/entries/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        while let Some(group) = groups.pop() {
            let (prefix, slash) = if groups.is_empty() {
                ("", "")
            } else {
                ("x", "/")
            };
            write!(formatter, "{prefix}{group:03}{slash}")?;
        }
        if self.is_full() {
            Ok(())
        } else {
            write!(formatter, ".p/{}", self.width)
        }
    }
}

impl FromStr for TilePath {
    type Err = TlogError;

    /// Reads the one spelling that [`Display`](fmt::Display) writes.
    fn from_str(text: &str) -> Result<Self, TlogError> {
        let malformed = || TlogError::Tile("has an address of no tile");
        let rest = text.strip_prefix("tile/").ok_or_else(malformed)?;
        let (kind, rest) = rest.split_once('/').ok_or_else(malformed)?;
        let kind = match kind {
            "entries" => TileKind::Entries,
            level => TileKind::Hashes(
                decimal(level)
                    .and_then(|level| u8::try_from(level).ok())
                    .filter(|level| *level <= MAX_LEVEL)
                    .ok_or_else(malformed)?,
            ),
        };
        let (index, width) = match rest.split_once(".p/") {
            None => (rest, FULL),
            Some((index, width)) => {
                let width = decimal(width).and_then(|width| u16::try_from(width).ok());
                let width = width.filter(|width| (1..FULL).contains(width));
                (index, width.ok_or_else(malformed)?)
            }
        };
        let index = index_of_groups(index).ok_or_else(malformed)?;
        let path = Self { kind, index, width };
        // Nor does it lie beyond the largest tree.
        match Self::of_tree(kind, index, super::merkle::MAX_SIZE) {
            Ok(most) if path.width <= most.width => Ok(path),
            _ => Err(malformed()),
        }
    }
}

/// `x001/x234/067` as 1234067; a first group of zeroes is written for numbers below 1000 only.
fn index_of_groups(text: &str) -> Option<u64> {
    let mut index = 0_u64;
    let mut groups = text.split('/').peekable();
    let mut first = true;
    while let Some(group) = groups.next() {
        let is_last = groups.peek().is_none();
        let digits = if is_last {
            group
        } else {
            group.strip_prefix('x')?
        };
        if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        if first && !is_last && digits == "000" {
            return None;
        }
        first = false;
        let value: u64 = digits.parse().ok()?;
        index = index.checked_mul(1000)?.checked_add(value)?;
    }
    Some(index)
}

/// A number in decimal, without a sign or zeroes in front.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let zeroes = text.len() > 1 && text.starts_with('0');
    if plain && !zeroes {
        text.parse().ok()
    } else {
        None
    }
}

/// A tile of hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    path: TilePath,
    hashes: Vec<Sha256Digest>,
}

impl Tile {
    /// Reads a tile as it is served: its hashes, one after the other.
    ///
    /// # Errors
    /// [`TlogError::Tile`] for a bundle's path and for another number of bytes than the path has.
    pub fn read(path: TilePath, bytes: &[u8]) -> Result<Self, TlogError> {
        if path.kind == TileKind::Entries {
            return Err(TlogError::Tile("holds entries, and no hashes"));
        }
        let (chunks, rest) = bytes.as_chunks::<HASH>();
        if !rest.is_empty() || chunks.len() != usize::from(path.width) {
            return Err(TlogError::Tile("has another length than its address says"));
        }
        let hashes = chunks.iter().copied().map(Sha256Digest::from_bytes);
        Ok(Self {
            path,
            hashes: hashes.collect(),
        })
    }

    /// A tile of a tree of ours.
    pub(super) const fn of_hashes(path: TilePath, hashes: Vec<Sha256Digest>) -> Self {
        Self { path, hashes }
    }

    /// Its bytes, as they are served: 32 a hash.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.hashes.len() * HASH);
        for hash in &self.hashes {
            bytes.extend_from_slice(hash.as_bytes());
        }
        bytes
    }

    /// Which one it is.
    #[must_use]
    pub const fn path(&self) -> TilePath {
        self.path
    }

    /// Its hashes.
    #[must_use]
    pub fn hashes(&self) -> &[Sha256Digest] {
        &self.hashes
    }

    /// The hash of a complete subtree that this tile spans, of one hash of it or of several.
    #[must_use]
    pub fn node(&self, node: Node) -> Option<Sha256Digest> {
        let (path, height) = place(node)?;
        if (path.kind, path.index) != (self.path.kind, self.path.index) {
            return None;
        }
        let first = (node.index() << height) & (u64::from(FULL) - 1);
        let first = usize::try_from(first).ok()?;
        let mut hashes = self.hashes.get(first..first + (1 << height))?.to_vec();
        while hashes.len() > 1 {
            let (pairs, _) = hashes.as_chunks::<2>();
            hashes = pairs.iter().map(|pair| joined(pair)).collect();
        }
        hashes.pop()
    }
}

/// The tile in which a complete subtree is, with any width, and how many levels above its hashes.
fn place(node: Node) -> Option<(TilePath, u32)> {
    let height = node.level() % HEIGHT;
    let path = TilePath {
        kind: TileKind::Hashes(u8::try_from(node.level() / HEIGHT).ok()?),
        index: node.index() >> (HEIGHT - height),
        width: FULL,
    };
    Some((path, height))
}

impl Plan {
    /// The tiles that a proof in a tree of so many leaves is made of, each once.
    ///
    /// # Errors
    /// [`TlogError::Tile`] for a plan of a larger tree.
    pub fn tiles(&self, size: u64) -> Result<Vec<TilePath>, TlogError> {
        let mut paths = Vec::new();
        for node in self.nodes() {
            let (path, _) = place(node).ok_or(TlogError::Tile("is above every tree"))?;
            paths.push(TilePath::of_tree(path.kind, path.index, size)?);
        }
        paths.sort_unstable();
        paths.dedup();
        Ok(paths)
    }
}

/// Some tiles of one log, from which proofs are made. Of a tile that comes twice the wider is kept.
#[derive(Clone, Debug, Default)]
pub struct Tiles(BTreeMap<(TileKind, u64), Tile>);

impl Tiles {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Takes a tile in.
    pub fn insert(&mut self, tile: Tile) {
        let known = self.0.get(&(tile.path.kind, tile.path.index));
        if known.is_none_or(|known| known.path.width < tile.path.width) {
            self.0.insert((tile.path.kind, tile.path.index), tile);
        }
    }
}

impl FromIterator<Tile> for Tiles {
    fn from_iter<I: IntoIterator<Item = Tile>>(tiles: I) -> Self {
        let mut all = Self::new();
        for tile in tiles {
            all.insert(tile);
        }
        all
    }
}

impl Nodes for Tiles {
    type Error = TlogError;

    fn node(&self, node: Node) -> Result<Sha256Digest, TlogError> {
        let (path, _) = place(node).ok_or(TlogError::Tile("is above every tree"))?;
        let tile = self.0.get(&(path.kind, path.index));
        tile.and_then(|tile| tile.node(node))
            .ok_or(TlogError::Tile("is not at hand, or not wide enough"))
    }
}

/// Writes a bundle of entries: each with its length in two bytes, the higher first.
///
/// # Errors
/// [`TlogError::Tile`] for no entries, more than 256, or one of more than 65535 bytes.
pub fn write_bundle<E: AsRef<[u8]>>(entries: &[E]) -> Result<Vec<u8>, TlogError> {
    if entries.is_empty() || entries.len() > usize::from(FULL) {
        return Err(TlogError::Tile("would have no entries, or too many"));
    }
    let mut bytes = Vec::new();
    for entry in entries {
        let entry = entry.as_ref();
        let length = u16::try_from(entry.len());
        let length = length.map_err(|_| TlogError::Tile("would have an entry that is too long"))?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// Reads the entries of a bundle: exactly as many as its path says, and nothing after them.
///
/// # Errors
/// [`TlogError::Tile`] for a tile's path, entries that are cut off, too few or too many.
pub fn read_bundle(path: TilePath, bytes: &[u8]) -> Result<Vec<&[u8]>, TlogError> {
    if path.kind != TileKind::Entries {
        return Err(TlogError::Tile("holds hashes, and no entries"));
    }
    let mut entries = Vec::with_capacity(usize::from(path.width));
    let mut rest = bytes;
    while let Some((length, behind)) = rest.split_first_chunk() {
        let entry = behind.split_at_checked(usize::from(u16::from_be_bytes(*length)));
        let (entry, behind) = entry.ok_or(TlogError::Tile("has an entry that is cut off"))?;
        entries.push(entry);
        if entries.len() > usize::from(path.width) {
            break;
        }
        rest = behind;
    }
    if !rest.is_empty() || entries.len() != usize::from(path.width) {
        return Err(TlogError::Tile("has another length than its address says"));
    }
    Ok(entries)
}

/// The tile of leaf hashes of a bundle.
///
/// # Errors
/// Those of [`read_bundle`].
pub fn tile_of_bundle(path: TilePath, bytes: &[u8]) -> Result<Tile, TlogError> {
    let entries = read_bundle(path, bytes)?;
    Ok(Tile {
        path: TilePath {
            kind: TileKind::Hashes(0),
            ..path
        },
        hashes: entries.into_iter().map(leaf_hash).collect(),
    })
}

#[cfg(test)]
mod tests;
