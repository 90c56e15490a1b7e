//! RFC 6962 by its own recursion, the vectors of Certificate Transparency, and a second implementation.

use proptest::prelude::*;
use schemas::digest::Sha256Digest;
use schemas::encoding::hex;
use tlog_tiles::tlog;

use super::super::TlogError;
use super::{
    MAX_SIZE, Node, Nodes, Plan, TreeHead, empty_root, joined, leaf_hash, root_of_path,
    subtrees_of_path, verify_consistency, verify_inclusion, verify_subtree,
};

/// All leaves at hand, and everything computed by the definition of RFC 6962 section 2.1.
pub(crate) struct Plain(pub(crate) Vec<Vec<u8>>);

impl Plain {
    pub(crate) fn of(size: u64) -> Self {
        Self(
            (0..size)
                .map(|leaf| leaf.to_string().into_bytes())
                .collect(),
        )
    }

    fn mth(leaves: &[Vec<u8>]) -> Sha256Digest {
        match leaves {
            [] => Sha256Digest::of(b""),
            [leaf] => Sha256Digest::of_parts(&[&[0], leaf]),
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                let (left, right) = (Self::mth(left), Self::mth(right));
                Sha256Digest::of_parts(&[&[1], left.as_bytes(), right.as_bytes()])
            }
        }
    }

    fn path(index: usize, leaves: &[Vec<u8>]) -> Vec<Sha256Digest> {
        if leaves.len() == 1 {
            return Vec::new();
        }
        let split = leaves.len().next_power_of_two() / 2;
        let (left, right) = leaves.split_at(split);
        let (mut path, last) = if index < split {
            (Self::path(index, left), Self::mth(right))
        } else {
            (Self::path(index - split, right), Self::mth(left))
        };
        path.push(last);
        path
    }

    fn subproof(old: usize, leaves: &[Vec<u8>], whole: bool) -> Vec<Sha256Digest> {
        if old == leaves.len() {
            return if whole {
                Vec::new()
            } else {
                vec![Self::mth(leaves)]
            };
        }
        let split = leaves.len().next_power_of_two() / 2;
        let (left, right) = leaves.split_at(split);
        let (mut proof, last) = if old <= split {
            (Self::subproof(old, left, whole), Self::mth(right))
        } else {
            (Self::subproof(old - split, right, false), Self::mth(left))
        };
        proof.push(last);
        proof
    }

    fn leaves(&self, size: u64) -> &[Vec<u8>] {
        &self.0[..usize::try_from(size).unwrap()]
    }

    pub(crate) fn head(&self, size: u64) -> TreeHead {
        TreeHead {
            size,
            root: Self::mth(self.leaves(size)),
        }
    }

    fn inclusion(&self, index: u64, size: u64) -> Vec<Sha256Digest> {
        Self::path(usize::try_from(index).unwrap(), self.leaves(size))
    }

    fn consistency(&self, old: u64, new: u64) -> Vec<Sha256Digest> {
        if old == 0 {
            return Vec::new();
        }
        Self::subproof(usize::try_from(old).unwrap(), self.leaves(new), true)
    }
}

impl Nodes for Plain {
    type Error = TlogError;

    fn node(&self, node: Node) -> Result<Sha256Digest, TlogError> {
        let range = usize::try_from(node.start()).unwrap()..usize::try_from(node.end()).unwrap();
        Ok(Self::mth(&self.0[range]))
    }
}

#[test]
fn the_vectors_of_certificate_transparency() {
    let leaves = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    let plain = Plain(
        leaves
            .iter()
            .map(|leaf| hex::decode(leaf).unwrap())
            .collect(),
    );
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    for (size, root) in (1..).zip(roots) {
        assert_eq!(plain.head(size).root.hex(), root);
        assert_eq!(Plan::root(size).make(&plain).unwrap()[0].hex(), root);
    }
    assert!(Plan::root(0).make(&plain).unwrap().is_empty());
    assert_eq!(
        empty_root().hex(),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    assert_eq!(leaf_hash(b"").hex(), roots[0]);
}

#[test]
fn every_place_of_every_small_tree() {
    let plain = Plain::of(35);
    for size in 1..=35 {
        let head = plain.head(size);
        for index in 0..size {
            let path = Plan::inclusion(index, size).unwrap().make(&plain).unwrap();
            assert_eq!(path, plain.inclusion(index, size), "{index} of {size}");
            let leaf = leaf_hash(&plain.0[usize::try_from(index).unwrap()]);
            assert_eq!(
                verify_inclusion(index, &leaf, size, &path, &head.root),
                Ok(())
            );
            for other in 0..size {
                let verified = verify_inclusion(other, &leaf, size, &path, &head.root);
                assert_eq!(
                    verified.is_ok(),
                    other == index,
                    "{index} as {other} of {size}"
                );
            }
            let outside = TlogError::OutsideTree { index: size, size };
            assert_eq!(
                verify_inclusion(size, &leaf, size, &path, &head.root),
                Err(outside)
            );
        }
        for old in 0..=size {
            let before = plain.head(old);
            let path = Plan::consistency(old, size).unwrap().make(&plain).unwrap();
            let whole = if old == size {
                Vec::new()
            } else {
                plain.consistency(old, size)
            };
            assert_eq!(path, whole, "{old} to {size}");
            assert_eq!(
                verify_consistency(&before, &head, &path),
                Ok(()),
                "{old} to {size}"
            );
            refuse_other_paths(&path, |path| {
                verify_consistency(&before, &head, path).is_ok()
            });
        }
    }
}

#[test]
fn subtrees_have_their_place() {
    let plain = Plain::of(45);
    for size in [1, 2, 7, 8, 31, 32, 33, 44, 45] {
        let root = plain.head(size).root;
        for level in 0..6 {
            for index in 0..=size {
                let node = Node::new(level, index).unwrap();
                let Ok(plan) = Plan::subtree(node, size) else {
                    assert!(!node.is_within(size));
                    continue;
                };
                let (hash, path) = (plain.node(node).unwrap(), plan.make(&plain).unwrap());
                assert_eq!(verify_subtree(node, &hash, size, &path, &root), Ok(()));
                assert_eq!(root_of_path(node, &hash, size, &path), Ok(root));
                let other = leaf_hash(b"another");
                assert_ne!(verify_subtree(node, &other, size, &path, &root), Ok(()));
                refuse_other_paths(&path, |path| {
                    verify_subtree(node, &hash, size, path, &root).is_ok()
                });
            }
        }
    }
}

/// A hash more, a hash less, two exchanged, one changed: no such path leads anywhere.
/// What a path shows beside its leaf is in the tree too, and covers it but for the right edge.
#[test]
fn a_path_shows_more_than_its_leaf() {
    for size in 1..=40 {
        let plain = Plain::of(size);
        let root = plain.head(size).root;
        for index in 0..size {
            let leaf = leaf_hash(&plain.0[usize::try_from(index).unwrap()]);
            let path = plain.inclusion(index, size);
            let node = Node::leaf(index).unwrap();
            let shown = subtrees_of_path(node, &leaf, size, &path).unwrap();
            let mut covered: Vec<u64> = Vec::new();
            for shown in &shown {
                assert_eq!(shown.hash, plain.node(shown.node).unwrap());
                let Node { level, .. } = shown.node;
                verify_subtree(shown.node, &shown.hash, size, &shown.path, &root)
                    .unwrap_or_else(|error| panic!("{index} of {size}, {level}: {error}"));
                covered.extend(shown.node.start()..shown.node.end());
            }
            covered.sort_unstable();
            let twice = covered.windows(2).any(|pair| pair[0] == pair[1]);
            assert!(!twice && covered.contains(&index));
            // All but the right edge, when it is several subtrees.
            assert!(covered.len() as u64 * 2 > size, "{index} of {size}");
        }
    }
    let plain = Plain::of(7);
    let path = plain.inclusion(3, 7);
    let leaf = leaf_hash(b"3");
    let node = Node::leaf(3).unwrap();
    assert!(subtrees_of_path(node, &leaf, 7, &path[1..]).is_err());
    assert!(subtrees_of_path(node, &leaf, 3, &path).is_err());
}

fn refuse_other_paths(path: &[Sha256Digest], accepted: impl Fn(&[Sha256Digest]) -> bool) {
    assert!(accepted(path));
    let mut longer = path.to_vec();
    longer.push(empty_root());
    assert!(!accepted(&longer));
    longer.pop();
    longer.insert(0, empty_root());
    assert!(!accepted(&longer));
    for at in 0..path.len() {
        let mut other = path.to_vec();
        other.remove(at);
        assert!(!accepted(&other));
        let mut other = path.to_vec();
        other[at] = Sha256Digest::of(other[at].as_bytes());
        assert!(!accepted(&other));
        let mut other = path.to_vec();
        other.swap(at, 0);
        assert_eq!(accepted(&other), other == path);
    }
}

#[test]
fn empty_trees_and_one_tree() {
    let plain = Plain::of(3);
    let (empty, one, three) = (TreeHead::empty(), plain.head(1), plain.head(3));
    assert_eq!(verify_consistency(&empty, &empty, &[]), Ok(()));
    assert_eq!(verify_consistency(&empty, &three, &[]), Ok(()));
    assert_eq!(
        verify_consistency(&empty, &three, &[three.root]),
        Err(TlogError::Consistency)
    );
    // A head of no leaves with another root is the head of no tree.
    let odd = TreeHead {
        size: 0,
        root: three.root,
    };
    assert_eq!(
        verify_consistency(&odd, &three, &[]),
        Err(TlogError::Consistency)
    );
    assert_eq!(
        verify_consistency(&odd, &odd, &[]),
        Err(TlogError::Consistency)
    );
    assert_eq!(
        verify_consistency(&three, &one, &[]),
        Err(TlogError::OutsideTree { index: 3, size: 1 })
    );
    let other = TreeHead {
        size: 3,
        root: one.root,
    };
    assert_eq!(
        verify_consistency(&three, &other, &[]),
        Err(TlogError::TwoRoots { size: 3 })
    );
    assert_eq!(
        verify_consistency(&three, &three, &[one.root]),
        Err(TlogError::Consistency)
    );
    assert_eq!(
        verify_consistency(&one, &three, &[]),
        Err(TlogError::Consistency)
    );
    assert!(Plan::consistency(2, 1).is_err());
    assert!(Plan::inclusion(0, 0).is_err());
    assert!(Plan::inclusion(0, MAX_SIZE + 1).is_err());
}

#[test]
fn the_largest_trees() {
    let (size, hash) = (MAX_SIZE, leaf_hash(b""));
    for index in [0, 1, size / 2, size - 2, size - 1] {
        let plan = Plan::inclusion(index, size).unwrap();
        let path = vec![hash; plan.0.len()];
        assert!(path.len() <= super::MAX_PATH);
        assert!(root_of_path(Node::leaf(index).unwrap(), &hash, size, &path).is_ok());
        assert!(root_of_path(Node::leaf(index).unwrap(), &hash, size, &path[1..]).is_err());
    }
    for old in [1, 2, 3, size / 2, size - 1] {
        assert!(Plan::consistency(old, size).unwrap().0.len() <= super::MAX_PATH + 1);
    }
    assert!(Node::new(62, 0).is_ok());
    for (level, index) in [
        (63, 0),
        (64, 0),
        (62, 1),
        (0, MAX_SIZE),
        (0, u64::MAX),
        (32, 1 << 32),
    ] {
        assert!(Node::new(level, index).is_err(), "{level} {index}");
    }
    assert!(root_of_path(Node::leaf(0).unwrap(), &hash, 0, &[]).is_err());
}

/// The stored hashes of the other implementation.
#[derive(Default)]
struct Stored(Vec<tlog::Hash>);

impl Stored {
    fn of(plain: &Plain) -> Self {
        let mut stored = Self::default();
        for (index, leaf) in (0..).zip(&plain.0) {
            let hashes = tlog::stored_hashes(index, leaf, &stored).unwrap();
            stored.0.extend(hashes);
        }
        stored
    }
}

impl tlog::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        let hash = |index: &u64| self.0[usize::try_from(*index).unwrap()];
        Ok(indexes.iter().map(hash).collect())
    }
}

fn theirs(hashes: &[Sha256Digest]) -> Vec<tlog::Hash> {
    hashes
        .iter()
        .map(|hash| tlog::Hash(*hash.as_bytes()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Roots and proofs are those of `tlog_tiles`, and each accepts and refuses what the other does.
    #[test]
    fn as_another_implementation(
        leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..6), 1..300),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 8),
        flip in any::<prop::sample::Index>(),
    ) {
        let plain = Plain(leaves);
        let stored = Stored::of(&plain);
        let all = u64::try_from(plain.0.len()).unwrap();
        for (one, other) in places {
            let new = 1 + u64::try_from(one.index(plain.0.len())).unwrap();
            let old = 1 + u64::try_from(other.index(usize::try_from(new).unwrap())).unwrap();
            prop_assert!(old <= new && new <= all);
            let (before, after) = (plain.head(old), plain.head(new));
            prop_assert_eq!(after.root.as_bytes(), &tlog::tree_hash(new, &stored).unwrap().0);
            prop_assert_eq!(joined(&[Plan::root(new).make(&plain).unwrap()[0]]), after.root);
            let index = old - 1;
            let mut path = Plan::inclusion(index, new).unwrap().make(&plain).unwrap();
            let found = tlog::prove_record(new, index, &stored).unwrap();
            prop_assert_eq!(&theirs(&path), &found);
            let leaf = leaf_hash(&plain.0[usize::try_from(index).unwrap()]);
            let check = |path: &[Sha256Digest]| {
                let (root, leaf) = (tlog::Hash(*after.root.as_bytes()), tlog::Hash(*leaf.as_bytes()));
                tlog::check_record(&theirs(path), new, root, index, leaf).is_ok()
            };
            let ours = |path: &[Sha256Digest]| {
                verify_inclusion(index, &leaf, new, path, &after.root).is_ok()
            };
            prop_assert!(ours(&path) && check(&path));
            if !path.is_empty() {
                let at = flip.index(path.len());
                path[at] = leaf_hash(path[at].as_bytes());
                prop_assert!(!ours(&path) && !check(&path));
            }
            let mut proof = Plan::consistency(old, new).unwrap().make(&plain).unwrap();
            prop_assert_eq!(&theirs(&proof), &tlog::prove_tree(new, old, &stored).unwrap());
            let check = |proof: &[Sha256Digest]| {
                let (new_root, old_root) = (tlog::Hash(*after.root.as_bytes()), tlog::Hash(*before.root.as_bytes()));
                tlog::check_tree(&theirs(proof), new, new_root, old, old_root).is_ok()
            };
            let ours = |proof: &[Sha256Digest]| verify_consistency(&before, &after, proof).is_ok();
            prop_assert!(ours(&proof) && check(&proof));
            if !proof.is_empty() {
                let at = flip.index(proof.len());
                proof[at] = leaf_hash(proof[at].as_bytes());
                prop_assert!(!ours(&proof) && !check(&proof));
            }
        }
    }
}
