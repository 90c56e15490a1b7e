//! A tree that grows costs the same a leaf at its end as at its beginning, and goes on where it stopped.

use schemas::digest::Sha256Digest;

use super::super::merkle::tests::Plain;
use super::super::merkle::{Node, TreeHead, count, leaf_hash};
use super::super::tile::{Tile, TilePath};
use super::Edge;

fn leaf(index: u64) -> Sha256Digest {
    leaf_hash(&index.to_be_bytes())
}

#[test]
fn heads_are_those_of_the_definition() {
    let plain = Plain::of(520);
    let (mut edge, mut full) = (Edge::new(), Vec::new());
    assert_eq!(edge.head(), TreeHead::empty());
    for (size, entry) in (1..).zip(&plain.0) {
        edge.append(leaf_hash(entry), &mut full).unwrap();
        if size % 37 == 0 || size > 500 {
            assert_eq!(edge.head(), plain.head(size));
            assert_eq!(edge.size(), size);
        }
    }
    let full: Vec<String> = full.iter().map(|tile| tile.path().to_string()).collect();
    assert_eq!(full, ["tile/0/000", "tile/0/001"]);
}

#[test]
fn a_tree_is_continued_from_its_open_tiles() {
    let (mut edge, mut full) = (Edge::new(), Vec::new());
    for index in 0..70_000 {
        let resumes = index < 600 || index % 4093 == 0 || index % 65_536 < 2;
        if resumes {
            let open = edge.open_tiles();
            let again: Vec<TilePath> = open.iter().map(Tile::path).collect();
            assert_eq!(again, TilePath::open(index));
            assert_eq!(Edge::resume(index, &open).unwrap(), edge, "{index}");
            if !open.is_empty() {
                assert!(Edge::resume(index, &open[1..]).is_err());
                assert!(Edge::resume(index + 1, &open).is_err());
            }
        }
        edge.append(leaf(index), &mut full).unwrap();
    }
    assert_eq!(full.len(), 273 + 1);
    let peaks: Vec<Node> = edge.peaks().into_iter().map(|(node, _)| node).collect();
    assert_eq!(peaks, Node::peaks(70_000));
    assert!(Edge::resume(u64::MAX, &[]).is_err());
}

/// A million leaves: how many nodes are hashed for a leaf, and how much is kept, does not grow.
#[test]
fn a_leaf_costs_the_same_at_the_end() {
    let (mut edge, mut full) = (Edge::new(), Vec::new());
    let mut costs = Vec::new();
    for thousand in 0..1000 {
        let before = count::nodes();
        for index in 0..1000 {
            edge.append(leaf(thousand * 1000 + index), &mut full)
                .unwrap();
        }
        costs.push(count::nodes() - before);
        // A checkpoint: the peaks together, and the tiles that are not full.
        let before = count::nodes();
        assert_eq!(edge.head().size, (thousand + 1) * 1000);
        assert!(count::nodes() - before < 20);
        let open: usize = edge
            .open_tiles()
            .iter()
            .map(|tile| tile.hashes().len())
            .sum();
        assert!(open < 3 * 256);
        full.clear();
    }
    let (least, most) = (costs.iter().min().unwrap(), costs.iter().max().unwrap());
    assert!(
        *least >= 980 && *most <= 1020,
        "{least} to {most} nodes for 1000 leaves"
    );
    assert!(costs.iter().sum::<u64>() < 1_000_000);
}
