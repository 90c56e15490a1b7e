//! The log: every leaf is in it, in order, and every checkpoint is the beginning of the next.

use std::time::Duration;

use fetch::settle::ledger_keys;
use fetch::{Client, Policy};
use proofs::tlog::checkpoint::{UnverifiedCheckpoint, VerifiedCheckpoint};
use proofs::tlog::merkle::{Plan, TreeHead, leaf_hash, verify_consistency};
use proofs::tlog::note::NoteKey;
use proofs::tlog::proof::UnverifiedTlogProof;
use proofs::tlog::tile::{Tile, TileKind, TilePath, Tiles, read_bundle, tile_of_bundle};
use schemas::ledger::UnverifiedLeaf;
use verifier::ledger::checkpoint_keys;

use super::hand::{Hand, Seen, head, minted, send_step};
use super::towns;
use crate::http::{Answer, get};
use crate::town::Town;

async fn key(town: &Town) -> NoteKey {
    let answer = get(town.port, "/ledger/vkey").await;
    answer.text().trim_end().parse().unwrap()
}

/// The checkpoint that is shown, by the keys that the town has and had: one that was just changed has
/// signed none yet.
async fn checkpoint(town: &Town) -> Option<VerifiedCheckpoint> {
    let answer = get(town.port, "/ledger/checkpoint").await;
    if answer.status != 200 {
        return None;
    }
    let (world, now) = (town.id(), town.now());
    let client = Client::new(Policy::for_worlds(std::slice::from_ref(&world)));
    let known = ledger_keys(&client, &world, now).await.unwrap();
    let known = checkpoint_keys(&world, &verifier::Policy::nobody(), &known, now);
    assert_eq!(known.lacks, None);
    let origin = format!("localhost:{}/ledger", town.port);
    let keys = NoteKey::of_log(&origin, known.keys).unwrap();
    let read = UnverifiedCheckpoint::read(answer.text()).unwrap();
    Some(read.verify(&origin, &keys).unwrap())
}

/// A checkpoint of at least so many leaves.
async fn grown(town: &Town, size: u64) -> VerifiedCheckpoint {
    for _ in 0..200 {
        let checkpoint = checkpoint(town).await;
        if let Some(checkpoint) = checkpoint.filter(|one| one.head().size >= size) {
            return checkpoint;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the log stands still");
}

async fn tile_at(town: &Town, path: TilePath) -> Answer {
    let answer = get(town.port, &format!("/ledger/{path}")).await;
    assert_eq!(answer.status, 200, "{path}");
    answer
}

/// Reads all entries of a tree, and makes its hashes of them again.
async fn read_all(town: &Town, tree: &TreeHead) -> Vec<Vec<u8>> {
    let mut entries = Vec::new();
    let mut tiles = Tiles::new();
    for path in TilePath::since(TileKind::Entries, 0, tree.size) {
        let bytes = tile_at(town, path).await.body;
        entries.extend(
            read_bundle(path, &bytes)
                .unwrap()
                .into_iter()
                .map(<[u8]>::to_vec),
        );
        let made = tile_of_bundle(path, &bytes).unwrap();
        let path = TilePath::of_tree(TileKind::Hashes(0), path.index(), tree.size).unwrap();
        let served = Tile::read(path, &tile_at(town, path).await.body).unwrap();
        assert_eq!(served, made);
        tiles.insert(served);
    }
    let root = Plan::root(tree.size).make(&tiles).unwrap();
    assert_eq!(root, [tree.root]);
    entries
}

#[tokio::test]
async fn every_leaf_is_in_the_log_and_the_log_only_grows() {
    for town in towns().await {
        let mika = Hand::new(1);
        let mut seen = Vec::new();
        for serial in 0..5 {
            seen.push(minted(&town, serial, &mika).await);
        }
        let first = grown(&town, 5).await;
        let until = town.now().plus_seconds(600);
        for (number, item) in seen.iter_mut().enumerate() {
            let sent = mika.sends(item.offer(&Hand::new(2), until));
            *item = Seen::after(&send_step(&town, &sent, &format!("log-{number}")).await);
        }
        let second = grown(&town, 10).await;
        let entries = read_all(&town, second.head()).await;
        let read = |entry: &Vec<u8>| UnverifiedLeaf::of_entry(entry).unwrap();
        let leaves: Vec<UnverifiedLeaf> = entries.iter().map(read).collect();
        assert_eq!(leaves.len(), 10);
        for item in &seen {
            assert!(leaves.contains(&item.leaf));
            let document = head(&town, item.tag()).await;
            let proof = UnverifiedTlogProof::read(&document.proof.unwrap()).unwrap();
            let origin = format!("localhost:{}/ledger", town.port);
            let leaf = leaf_hash(item.leaf.bytes());
            proof.verify(&leaf, &origin, &[key(&town).await]).unwrap();
            let path = format!("/items/{}/proof/0", item.tag());
            let proof = get(town.port, &path).await;
            UnverifiedTlogProof::read(proof.text()).unwrap();
        }
        // Of one item the leaves come in their order.
        for item in &seen {
            let of = leaves
                .iter()
                .filter(|leaf| leaf.claims().item == item.tag());
            let seqs: Vec<u64> = of.map(|leaf| leaf.claims().seq).collect();
            assert_eq!(seqs, [0, 1]);
        }
        let size = second.head().size;
        let path = TilePath::of_tree(TileKind::Hashes(0), 0, size).unwrap();
        let tile = Tile::read(path, &tile_at(&town, path).await.body).unwrap();
        let tiles: Tiles = [tile].into_iter().collect();
        let plan = Plan::consistency(first.head().size, size).unwrap();
        let proof = plan.make(&tiles).unwrap();
        verify_consistency(first.head(), second.head(), &proof).unwrap();
    }
}

#[tokio::test]
async fn tiles_are_served_as_far_as_the_log_is_shown() {
    let town = Town::new().await;
    let empty = grown(&town, 0).await;
    assert_eq!(*empty.head(), TreeHead::empty());
    minted(&town, 1, &Hand::new(1)).await;
    grown(&town, 1).await;
    let partial = get(town.port, "/ledger/tile/0/000.p/1").await;
    assert_eq!((partial.status, partial.body.len()), (200, 32));
    assert_eq!(
        partial.header("content-type"),
        Some("application/octet-stream")
    );
    for path in [
        "/ledger/tile/0/000",
        "/ledger/tile/0/000.p/2",
        "/ledger/tile/0/001.p/1",
        "/ledger/tile/1/000.p/1",
        "/ledger/tile/entries/000",
        "/ledger/tile/0/000.p/0",
        "/ledger/tile/0/../000.p/1",
        "/ledger/tile/9/000.p/1",
        "/ledger/tile/-1/000.p/1",
        "/ledger/tile/",
    ] {
        assert_eq!(get(town.port, path).await.status, 404, "{path}");
    }
}

/// A world that starts again goes on where its last checkpoint is, also with another key.
#[tokio::test]
async fn a_log_goes_on_after_a_restart_and_with_another_key() {
    let mut town = Town::new().await;
    minted(&town, 1, &Hand::new(1)).await;
    let first = grown(&town, 1).await;
    town.restart().await;
    let same = grown(&town, 1).await;
    assert_eq!(same.head(), first.head());
    town.pass(60);
    town.rotate(platform::KeyEnd::Retired).await;
    minted(&town, 2, &Hand::new(1)).await;
    let second = grown(&town, 2).await;
    let path = TilePath::of_tree(TileKind::Hashes(0), 0, 2).unwrap();
    let tile = Tile::read(path, &tile_at(&town, path).await.body).unwrap();
    let tiles: Tiles = [tile].into_iter().collect();
    let proof = Plan::consistency(1, 2).unwrap().make(&tiles).unwrap();
    verify_consistency(first.head(), second.head(), &proof).unwrap();
}
