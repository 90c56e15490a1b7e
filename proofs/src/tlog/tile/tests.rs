//! Paths and tiles, with the examples of the specification and a second implementation.

use proptest::prelude::*;

use super::super::TlogError;
use super::super::edge::Edge;
use super::super::merkle::tests::Plain;
use super::super::merkle::{
    MAX_SIZE, Node, Nodes as _, Plan, leaf_hash, verify_consistency, verify_inclusion,
};
use super::{Tile, TileKind, TilePath, Tiles, read_bundle, tile_of_bundle, write_bundle};

fn path(text: &str) -> TilePath {
    text.parse().unwrap()
}

/// Every tile of a tree, as a log keeps them.
fn tiles(plain: &Plain) -> Tiles {
    let (mut edge, mut full) = (Edge::new(), Vec::new());
    for leaf in &plain.0 {
        edge.append(leaf_hash(leaf), &mut full).unwrap();
    }
    full.into_iter().chain(edge.open_tiles()).collect()
}

#[test]
fn paths_have_one_spelling() {
    for text in [
        "tile/0/000",
        "tile/0/x001/x234/067",
        "tile/7/000.p/1",
        "tile/3/x001/000.p/255",
        "tile/entries/x001/x234/067.p/8",
        "tile/entries/999",
    ] {
        assert_eq!(path(text).to_string(), text);
    }
    assert_eq!(path("tile/0/x001/x234/067").index(), 1_234_067);
    assert_eq!(path("tile/entries/x001/x234/067.p/8").width(), 8);
    for text in [
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/00/000",
        "tile/8/000",
        "tile/63/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/x001/x000",
        "tile/0/x01/000",
        "tile/0/X001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/+1",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000/",
        "tile/0/000.p/1.p/1",
        "tile/Entries/000",
        "tile/entries/０００",
        "tile/data/000",
        "tile/0//000",
        "tile/0/000\n",
        // Beyond every tree.
        "tile/7/000",
        "tile/7/001.p/1",
        "tile/7/000.p/128",
        "tile/entries/x999/x999/x999/x999/x999/x999/999",
        "tile/entries/x036/x028/x797/x018/x963/968",
    ] {
        assert!(
            matches!(text.parse::<TilePath>(), Err(TlogError::Tile(_))),
            "{text}"
        );
    }
    assert_eq!(
        path("tile/entries/x036/x028/x797/x018/x963/967.p/255").start(),
        MAX_SIZE - 255
    );
    assert_eq!(path("tile/7/000.p/127").start(), 0);
}

/// The example of the specification.
#[test]
fn the_tiles_of_a_tree_of_70000() {
    let size = 70_000;
    let level = |level| TilePath::since(TileKind::Hashes(level), 0, size).collect::<Vec<_>>();
    let (lowest, middle, top) = (level(0), level(1), level(2));
    assert_eq!(
        (lowest.len(), middle.len(), top.len(), level(3).len()),
        (274, 2, 1, 0)
    );
    assert_eq!(lowest.last().unwrap().width(), 112);
    assert_eq!(middle.last().unwrap().width(), 17);
    assert_eq!(top.last().unwrap().width(), 1);
    assert!(lowest[..273].iter().all(|path| path.is_full()));
    let open: Vec<String> = TilePath::open(size)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        open,
        ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]
    );
    let open: Vec<String> = TilePath::open(256)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(open, ["tile/1/000.p/1"]);
    assert!(TilePath::open(0).is_empty());
    assert!(TilePath::of_tree(TileKind::Entries, 0, 0).is_err());
    let entries: Vec<String> = TilePath::since(TileKind::Entries, 511, 513)
        .map(|path| path.to_string())
        .collect();
    assert_eq!(entries, ["tile/entries/001", "tile/entries/002.p/1"]);
    assert_eq!(TilePath::since(TileKind::Entries, 512, 512).count(), 0);
}

#[test]
fn proofs_are_made_of_the_tiles_that_they_name() {
    let plain = Plain::of(1100);
    let all = tiles(&plain);
    for size in [1, 255, 256, 257, 512, 700, 1099, 1100] {
        let head = plain.head(size);
        for index in [0, 1, 200, 255, 256, 511, 512, 699, size - 1] {
            if index >= size {
                continue;
            }
            let plan = Plan::inclusion(index, size).unwrap();
            // As a client does that has nothing but the tiles of this size.
            let only: Tiles = plan
                .tiles(size)
                .unwrap()
                .into_iter()
                .map(|path| all.0[&(path.kind, path.index)].clone())
                .map(|tile| narrowed(&tile, size))
                .collect();
            let proof = plan.make(&only).unwrap();
            let leaf = leaf_hash(&plain.0[usize::try_from(index).unwrap()]);
            assert_eq!(
                verify_inclusion(index, &leaf, size, &proof, &head.root),
                Ok(())
            );
            assert_eq!(
                only.node(Node::leaf(index).unwrap()).is_ok(),
                only.0.contains_key(&(TileKind::Hashes(0), index / 256))
            );
            let before = plain.head(index + 1);
            let plan = Plan::consistency(index + 1, size).unwrap();
            let proof = plan.make(&all).unwrap();
            assert!(plan.tiles(size).unwrap().len() <= 8);
            assert_eq!(verify_consistency(&before, &head, &proof), Ok(()));
        }
        let root = Plan::root(size).make(&all).unwrap();
        assert_eq!(root, [head.root]);
    }
    let missing = Plan::inclusion(0, 1100).unwrap().make(&Tiles::new());
    assert!(matches!(missing, Err(TlogError::Tile(_))));
    assert!(Plan::inclusion(0, 1100).unwrap().tiles(600).is_err());
}

/// A tile as it was in a smaller tree.
fn narrowed(tile: &Tile, size: u64) -> Tile {
    let path = TilePath::of_tree(tile.path.kind, tile.path.index, size).unwrap();
    let bytes = tile.to_bytes();
    Tile::read(path, &bytes[..usize::from(path.width) * 32]).unwrap()
}

#[test]
fn tiles_have_exactly_their_bytes() {
    let place = path("tile/0/001.p/3");
    let bytes = [7; 96];
    let tile = Tile::read(place, &bytes).unwrap();
    assert_eq!(
        (tile.to_bytes().as_slice(), tile.path()),
        (bytes.as_slice(), place)
    );
    for length in [0, 32, 64, 95, 97, 128] {
        assert!(Tile::read(place, &vec![7; length]).is_err(), "{length}");
    }
    assert!(Tile::read(path("tile/entries/001.p/3"), &bytes).is_err());
    // The wider of two tiles is kept, whichever comes first.
    let wider = Tile::read(path("tile/0/001.p/4"), &[8; 128]).unwrap();
    for order in [[&tile, &wider], [&wider, &tile]] {
        let kept: Tiles = order.into_iter().cloned().collect();
        assert_eq!(kept.0.values().collect::<Vec<_>>(), [&wider]);
    }
}

#[test]
fn bundles_are_read_to_the_last_byte() {
    let entries: [&[u8]; 3] = [b"one", b"", b"three"];
    let bytes = write_bundle(&entries).unwrap();
    assert_eq!(bytes, b"\0\x03one\0\0\0\x05three");
    let place = path("tile/entries/000.p/3");
    assert_eq!(read_bundle(place, &bytes).unwrap(), entries);
    let tile = tile_of_bundle(place, &bytes).unwrap();
    assert_eq!(tile.path(), path("tile/0/000.p/3"));
    assert_eq!(tile.hashes(), entries.map(leaf_hash));
    for cut in 0..bytes.len() {
        assert!(read_bundle(place, &bytes[..cut]).is_err(), "{cut}");
    }
    for more in [&b"\0"[..], b"\0\0", b"\0\x01a"] {
        assert!(read_bundle(place, &[&bytes, more].concat()).is_err());
    }
    for other in [
        "tile/entries/000.p/2",
        "tile/entries/000.p/4",
        "tile/entries/000",
        "tile/0/000.p/3",
    ] {
        assert!(read_bundle(path(other), &bytes).is_err(), "{other}");
    }
    assert!(write_bundle::<&[u8]>(&[]).is_err());
    assert!(write_bundle(&vec![b"a"; 257]).is_err());
    assert!(write_bundle(&vec![b"a"; 256]).is_ok());
    assert!(write_bundle(&[vec![0; 65_536]]).is_err());
    assert!(write_bundle(&[vec![0; 65_535]]).is_ok());
}

proptest! {
    /// Addresses are those of `tlog_tiles`, except that theirs calls bundles data.
    #[test]
    fn addresses_of_another_implementation(level in 0..7_u8, index in 0..1_u64 << 24, width in 1..=256_u32) {
        let theirs = tlog_tiles::tile::Tile::new(8, level, index >> (3 * level), width, false).path();
        let theirs = theirs.replacen("tile/8/", "tile/", 1);
        let ours = theirs.parse::<TilePath>().unwrap();
        prop_assert_eq!(ours.to_string(), theirs);
        prop_assert_eq!(u32::from(ours.width()), width);
        prop_assert_eq!(ours.index(), index >> (3 * level));
    }

    /// What is read is written again, and nothing else is read.
    #[test]
    fn what_is_read_is_written(text in "tile/([0-9]{1,2}|entries)/(x[0-9]{3}/){0,3}[0-9]{3}(\\.p/[0-9]{1,3})?") {
        if let Ok(path) = text.parse::<TilePath>() {
            prop_assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn bundles_of_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..64), width in 1..5_u16) {
        let place = TilePath { kind: TileKind::Entries, index: 0, width };
        if let Ok(entries) = read_bundle(place, &bytes) {
            prop_assert_eq!(write_bundle(&entries).unwrap(), bytes);
        }
    }
}
