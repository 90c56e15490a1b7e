//! The Merkle tree of a log: its hashes, and the proofs that something is in it and that it only grew
//! (RFC 6962 section 2.1; the checks are those of RFC 9162 sections 2.1.3.2 and 2.1.4.2).
//!
//! Logs make proofs, wallets carry them, verifiers, witnesses and monitors check them. A proof is made
//! in two steps, as the hashes are in files or in a database: [`Plan`] names the [`Node`]s that it is
//! put together from, and whoever has them hands them in by [`Nodes`].

use schemas::digest::Sha256Digest;

use super::error::TlogError;

/// The most hashes a path has: sizes are below 2^63.
pub const MAX_PATH: usize = 63;
/// The most leaves that a tree of ours has, as all readers and databases count so far.
pub const MAX_SIZE: u64 = (1 << 63) - 1;

/// The hash of an entry as a leaf: SHA-256 of a zero byte and the entry.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Sha256Digest {
    Sha256Digest::of_parts(&[&[0], entry])
}

/// The hash of two subtrees as one: SHA-256 of a byte of one and both hashes.
#[must_use]
pub fn node_hash(left: &Sha256Digest, right: &Sha256Digest) -> Sha256Digest {
    #[cfg(test)]
    count::one();
    // One block of input a call, without an allocation.
    let mut bytes = [0; 65];
    let (prefix, rest) = bytes.split_at_mut(1);
    prefix.fill(1);
    let (first, second) = rest.split_at_mut(32);
    first.copy_from_slice(left.as_bytes());
    second.copy_from_slice(right.as_bytes());
    Sha256Digest::of(&bytes)
}

/// The root of the tree without leaves: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Sha256Digest {
    Sha256Digest::of(b"")
}

/// A complete subtree: the leaves from `index * 2^level` on, `2^level` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    level: u32,
    index: u64,
}

impl Node {
    /// A subtree.
    ///
    /// # Errors
    /// [`TlogError::OutsideTree`] when it ends after [`MAX_SIZE`] leaves.
    pub fn new(level: u32, index: u64) -> Result<Self, TlogError> {
        let end = 1_u64
            .checked_shl(level)
            .and_then(|width| index.checked_add(1)?.checked_mul(width));
        match end {
            Some(end) if end <= MAX_SIZE => Ok(Self { level, index }),
            _ => Err(TlogError::OutsideTree {
                index,
                size: MAX_SIZE,
            }),
        }
    }

    /// The leaf at an index.
    ///
    /// # Errors
    /// [`TlogError::OutsideTree`] from [`MAX_SIZE`] on.
    pub fn leaf(index: u64) -> Result<Self, TlogError> {
        Self::new(0, index)
    }

    /// How high it is: 0 for a leaf.
    #[must_use]
    pub const fn level(self) -> u32 {
        self.level
    }

    /// The how manyth of its level it is, from 0.
    #[must_use]
    pub const fn index(self) -> u64 {
        self.index
    }

    /// Its first leaf.
    #[must_use]
    pub const fn start(self) -> u64 {
        self.index << self.level
    }

    /// The leaf after its last.
    #[must_use]
    pub const fn end(self) -> u64 {
        (self.index + 1) << self.level
    }

    /// Whether all its leaves are in a tree of so many.
    #[must_use]
    pub const fn is_within(self, size: u64) -> bool {
        self.end() <= size
    }

    /// The complete subtrees of a tree, from the left: one for each bit of its size.
    #[must_use]
    pub fn peaks(size: u64) -> Vec<Self> {
        pieces(0, size.min(MAX_SIZE))
    }
}

/// The complete subtrees that the leaves from `start` to before `end` consist of, from the left. A
/// start that proofs meet is a multiple of each subtree's width.
fn pieces(start: u64, end: u64) -> Vec<Node> {
    let mut pieces = Vec::new();
    let mut at = start;
    while let Some(level) = (end - at).checked_ilog2() {
        pieces.push(Node {
            level,
            index: at >> level,
        });
        at += 1 << level;
    }
    pieces
}

/// Complete subtrees' hashes, wherever they are kept.
pub trait Nodes {
    /// Why a hash could not be had.
    type Error;

    /// The hash of a complete subtree.
    ///
    /// # Errors
    /// When it is not kept, or cannot be read.
    fn node(&self, node: Node) -> Result<Sha256Digest, Self::Error>;
}

/// What a proof is put together from: a list of hashes, each of one complete subtree or of several that
/// are the right edge of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan(Vec<Vec<Node>>);

impl Plan {
    /// That a leaf is in the tree of so many leaves (RFC 6962 section 2.1.1).
    ///
    /// # Errors
    /// [`TlogError::OutsideTree`] when the tree ends before it.
    pub fn inclusion(index: u64, size: u64) -> Result<Self, TlogError> {
        Self::subtree(Node::leaf(index)?, size)
    }

    /// That a complete subtree is in the tree of so many leaves: the path of its leaves, from where they
    /// have it in common.
    ///
    /// # Errors
    /// [`TlogError::OutsideTree`] when the tree ends before it does.
    pub fn subtree(node: Node, size: u64) -> Result<Self, TlogError> {
        if !node.is_within(size) || size > MAX_SIZE {
            return Err(TlogError::OutsideTree {
                index: node.start(),
                size,
            });
        }
        let (mut start, mut end) = (0, size);
        let mut path = Vec::new();
        while end - start > 1 << node.level {
            let middle = start + split(end - start);
            if node.start() < middle {
                path.push(pieces(middle, end));
                end = middle;
            } else {
                path.push(pieces(start, middle));
                start = middle;
            }
        }
        path.reverse();
        Ok(Self(path))
    }

    /// That the tree of so many leaves is the beginning of another (RFC 6962 section 2.1.2).
    ///
    /// # Errors
    /// [`TlogError::OutsideTree`] when the other is smaller.
    pub fn consistency(old: u64, new: u64) -> Result<Self, TlogError> {
        if old > new || new > MAX_SIZE {
            return Err(TlogError::OutsideTree {
                index: old,
                size: new,
            });
        }
        if old == 0 || old == new {
            return Ok(Self(Vec::new()));
        }
        let (mut start, mut end) = (0, new);
        let mut path = Vec::new();
        while old < end {
            let middle = start + split(end - start);
            if old <= middle {
                path.push(pieces(middle, end));
                end = middle;
            } else {
                path.push(pieces(start, middle));
                start = middle;
            }
        }
        // The old tree as a whole is a subtree of the new one, and its hash is known.
        if start > 0 {
            path.push(pieces(start, end));
        }
        path.reverse();
        Ok(Self(path))
    }

    /// The root of the tree of so many leaves, as the only hash; of no leaves there is none.
    #[must_use]
    pub fn root(size: u64) -> Self {
        let peaks = Node::peaks(size);
        Self(if peaks.is_empty() {
            Vec::new()
        } else {
            vec![peaks]
        })
    }

    /// One complete subtree, as the only hash.
    #[must_use]
    pub fn of(node: Node) -> Self {
        Self(vec![vec![node]])
    }

    /// The subtrees whose hashes are needed.
    pub fn nodes(&self) -> impl Iterator<Item = Node> + '_ {
        self.0.iter().flatten().copied()
    }

    /// The hashes of the proof, from the leaves upward.
    ///
    /// # Errors
    /// Those of whoever keeps the hashes.
    pub fn make<N: Nodes>(&self, nodes: &N) -> Result<Vec<Sha256Digest>, N::Error> {
        self.0
            .iter()
            .map(|pieces| {
                let hashes = pieces.iter().map(|piece| nodes.node(*piece));
                let hashes = hashes.collect::<Result<Vec<_>, _>>()?;
                Ok(joined(&hashes))
            })
            .collect()
    }
}

/// The root over complete subtrees, from the left; of none, that of the empty tree.
#[must_use]
pub fn joined(peaks: &[Sha256Digest]) -> Sha256Digest {
    let mut peaks = peaks.iter().rev();
    let Some(last) = peaks.next() else {
        return empty_root();
    };
    peaks.fold(*last, |right, left| node_hash(left, &right))
}

/// The greatest power of two below a size from 2 on.
const fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The root that a path leads to from a complete subtree in a tree of so many leaves.
///
/// # Errors
/// [`TlogError::OutsideTree`] when the subtree is not in such a tree, [`TlogError::Inclusion`] for a path
/// of another length than the place has.
pub fn root_of_path(
    node: Node,
    hash: &Sha256Digest,
    size: u64,
    path: &[Sha256Digest],
) -> Result<Sha256Digest, TlogError> {
    if !node.is_within(size) {
        return Err(TlogError::OutsideTree {
            index: node.start(),
            size,
        });
    }
    let mut at = node.index;
    let mut last = (size - 1) >> node.level;
    let mut root = *hash;
    for sibling in path {
        if last == 0 {
            return Err(TlogError::Inclusion);
        }
        if at & 1 == 1 || at == last {
            root = node_hash(sibling, &root);
            // At the right edge, levels at which there is nothing beside it have no hash.
            let skipped = at.trailing_zeros().min(u64::BITS - 1);
            at >>= skipped;
            last >>= skipped;
        } else {
            root = node_hash(&root, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(TlogError::Inclusion);
    }
    Ok(root)
}

/// Checks that a complete subtree has its place in the tree with a root.
///
/// # Errors
/// Those of [`root_of_path`]; [`TlogError::Inclusion`] when the path leads elsewhere.
pub fn verify_subtree(
    node: Node,
    hash: &Sha256Digest,
    size: u64,
    path: &[Sha256Digest],
    root: &Sha256Digest,
) -> Result<(), TlogError> {
    if root_of_path(node, hash, size, path)? == *root {
        Ok(())
    } else {
        Err(TlogError::Inclusion)
    }
}

/// Checks that a leaf has its place in the tree with a root.
///
/// # Errors
/// Those of [`verify_subtree`].
pub fn verify_inclusion(
    index: u64,
    leaf: &Sha256Digest,
    size: u64,
    path: &[Sha256Digest],
    root: &Sha256Digest,
) -> Result<(), TlogError> {
    verify_subtree(Node::leaf(index)?, leaf, size, path, root)
}

/// A complete subtree that a path shows, with the path from there to the same root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Which.
    pub node: Node,
    /// Its hash.
    pub hash: Sha256Digest,
    /// What leads from it to the root.
    pub path: Vec<Sha256Digest>,
}

/// The complete subtrees whose hashes a path shows in a tree of so many leaves: where it begins, and what
/// lies beside it on the way up. A path that leads to a root proves each of them as much as its own leaf.
///
/// # Errors
/// Those of [`root_of_path`].
pub fn subtrees_of_path(
    node: Node,
    hash: &Sha256Digest,
    size: u64,
    path: &[Sha256Digest],
) -> Result<Vec<Shown>, TlogError> {
    let plan = Plan::subtree(node, size)?;
    if plan.0.len() != path.len() {
        return Err(TlogError::Inclusion);
    }
    let mut shown = vec![Shown {
        node,
        hash: *hash,
        path: path.to_vec(),
    }];
    let mut below = *hash;
    for (step, (pieces, beside)) in plan.0.iter().zip(path).enumerate() {
        let rest = path.get(step + 1..).unwrap_or_default();
        // Several are the right edge of the tree, and no complete subtree.
        if let [piece] = pieces.as_slice() {
            shown.push(Shown {
                node: *piece,
                hash: *beside,
                path: [&[below], rest].concat(),
            });
        }
        let is_left = pieces
            .first()
            .is_some_and(|piece| piece.start() < node.start());
        below = match is_left {
            true => node_hash(beside, &below),
            false => node_hash(&below, beside),
        };
    }
    Ok(shown)
}

/// A tree as a checkpoint names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// How many leaves it has.
    pub size: u64,
    /// Its root.
    pub root: Sha256Digest,
}

impl TreeHead {
    /// The tree without leaves.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            size: 0,
            root: empty_root(),
        }
    }
}

/// Checks that a tree is the beginning of another. A proof from the empty tree, or from a tree to
/// itself, has no hashes.
///
/// # Errors
/// [`TlogError::OutsideTree`] when the other is smaller, [`TlogError::TwoRoots`] for two roots of one
/// size, [`TlogError::Consistency`] for every other proof that does not lead from one to the other.
pub fn verify_consistency(
    old: &TreeHead,
    new: &TreeHead,
    path: &[Sha256Digest],
) -> Result<(), TlogError> {
    if old.size > new.size {
        return Err(TlogError::OutsideTree {
            index: old.size,
            size: new.size,
        });
    }
    // Of the empty tree there is one root; a head that says otherwise is none.
    for head in [old, new] {
        if head.size == 0 && head.root != empty_root() {
            return Err(TlogError::Consistency);
        }
    }
    if old.size == new.size && old.root != new.root {
        return Err(TlogError::TwoRoots { size: old.size });
    }
    if old.size == 0 || old.size == new.size {
        return if path.is_empty() {
            Ok(())
        } else {
            Err(TlogError::Consistency)
        };
    }
    // The old tree's last complete subtree is where both begin.
    let level = old.size.trailing_zeros();
    let mut at = (old.size >> level) - 1;
    let mut last = (new.size - 1) >> level;
    let mut path = path.iter();
    let first = if at == 0 {
        &old.root
    } else {
        path.next().ok_or(TlogError::Consistency)?
    };
    let (mut before, mut after) = (*first, *first);
    for sibling in path {
        if last == 0 {
            return Err(TlogError::Consistency);
        }
        if at & 1 == 1 || at == last {
            before = node_hash(sibling, &before);
            after = node_hash(sibling, &after);
            let skipped = at.trailing_zeros().min(u64::BITS - 1);
            at >>= skipped;
            last >>= skipped;
        } else {
            after = node_hash(&after, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    if last == 0 && before == old.root && after == new.root {
        Ok(())
    } else {
        Err(TlogError::Consistency)
    }
}

/// How many nodes were hashed: what a test counts.
#[cfg(test)]
pub(super) mod count {
    use std::cell::Cell;

    thread_local! {
        static NODES: Cell<u64> = const { Cell::new(0) };
    }

    pub(super) fn one() {
        NODES.set(NODES.get() + 1);
    }

    pub(crate) fn nodes() -> u64 {
        NODES.get()
    }
}

#[cfg(test)]
pub(super) mod tests;
