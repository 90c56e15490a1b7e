//! What must be true when all is over, whatever befell the world: every step that was acknowledged is
//! there once, nothing else is, and the log never said anything else.

use std::collections::{BTreeMap, BTreeSet};
use std::thread::sleep;
use std::time::{Duration, Instant};

use proofs::keys::VerifyingKey;
use proofs::ledger::verify_leaf;
use proofs::tlog::checkpoint::{UnverifiedCheckpoint, VerifiedCheckpoint};
use proofs::tlog::edge::Edge;
use proofs::tlog::merkle::{Plan, TreeHead, leaf_hash, verify_consistency};
use proofs::tlog::note::NoteKey;
use proofs::tlog::tile::{Tile, TileKind, TilePath, Tiles, read_bundle};
use schemas::digest::Sha256Digest;
use schemas::ledger::{ChainPage, ItemTag, UnverifiedLeaf, log_origin};
use schemas::message::Message as _;

use super::hand::Held;
use super::town::Town;
use super::walk::Acknowledged;
use super::watch::Shown;
use crate::http::Connection;

/// A log that has not taken everything in by then never will.
const PATIENCE: Duration = Duration::from_secs(60);

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audited {
    /// Leaves, in chains and in the log.
    pub leaves: u64,
    /// Checkpoints that were shown, each the beginning of the next.
    pub checkpoints: usize,
    /// Acknowledged steps of which no answer came at first.
    pub asked_again: usize,
}

/// Reads everything that the world shows and compares it with what it said before. `items` are all items
/// that there are, as they were minted; `shown` are checkpoints that somebody saw meanwhile.
///
/// # Panics
/// With what is wrong.
#[must_use]
pub fn audit(town: &Town, items: &[Held], acknowledged: &[Acknowledged], shown: &Shown) -> Audited {
    let key = vkey(&mut town.connection(0));
    let leaves = chains(town, items, acknowledged, key.key());
    // A connection from before may have been idle for too long by now.
    let mut connection = town.connection(0);
    let entries: BTreeSet<&[u8]> = leaves.iter().map(UnverifiedLeaf::bytes).collect();
    assert_eq!(entries.len(), leaves.len());

    let last = grown(&mut connection, town, &key, leaves.len());
    let mut heads: Vec<TreeHead> = shown
        .notes
        .iter()
        .map(|note| *checked(note, town, &key).head())
        .chain([*last.head()])
        .collect();
    heads.sort_by_key(|head| head.size);
    heads.dedup();
    log(&mut connection, &heads, &entries);
    Audited {
        leaves: last.head().size,
        checkpoints: heads.len(),
        asked_again: acknowledged.iter().filter(|one| one.asked_again).count(),
    }
}

/// The chain of an item.
///
/// # Panics
/// When it is not served.
pub(super) fn chain(town: &Town, tag: ItemTag) -> Vec<UnverifiedLeaf> {
    let mut connection = town.connection(0);
    let mut leaves = Vec::new();
    let mut from = Some(0);
    while let Some(first) = from {
        let path = format!("/items/{tag}/chain?from={first}");
        let page = ChainPage::read(&get(&mut connection, &path)).expect("a page");
        leaves.extend(page.leaves);
        from = page.next;
    }
    leaves
}

fn get(connection: &mut Connection, path: &str) -> Vec<u8> {
    let answer = connection.ask("GET", path, &[], b"").expect("an answer");
    assert_eq!(answer.status, 200, "{path}");
    answer.body
}

fn vkey(connection: &mut Connection) -> NoteKey {
    let key = get(connection, "/ledger/vkey");
    let key = String::from_utf8(key).expect("a text");
    key.trim_end().parse().expect("a verifier key")
}

/// All leaves of all chains: each chain whole, signed, and of exactly what was acknowledged.
fn chains(
    town: &Town,
    items: &[Held],
    acknowledged: &[Acknowledged],
    key: &VerifyingKey,
) -> Vec<UnverifiedLeaf> {
    let mut told: BTreeMap<ItemTag, Vec<&UnverifiedLeaf>> = BTreeMap::new();
    for one in acknowledged {
        let of_item = told.entry(one.leaf.claims().item).or_default();
        of_item.push(&one.leaf);
    }
    let mut all = Vec::new();
    for held in items {
        let leaves = chain(town, held.tag());
        let mut expected = told.remove(&held.tag()).unwrap_or_default();
        expected.insert(0, &held.leaf);
        let found: Vec<&UnverifiedLeaf> = leaves.iter().collect();
        assert_eq!(
            found.len(),
            expected.len(),
            "leaves of {}, and those that were told of",
            held.tag()
        );
        assert!(found == expected, "another chain of {}", held.tag());
        let mut before = None;
        for (seq, leaf) in (0..).zip(&leaves) {
            assert_eq!((leaf.claims().seq, leaf.claims().previous), (seq, before));
            assert!(verify_leaf(leaf.clone(), key).is_ok(), "a leaf's signature");
            before = Some(leaf.hash());
        }
        all.extend(leaves);
    }
    assert!(told.is_empty(), "steps of items that nobody knows");
    all
}

fn checked(note: &str, town: &Town, key: &NoteKey) -> VerifiedCheckpoint {
    let read = UnverifiedCheckpoint::read(note).expect("a checkpoint");
    let origin = log_origin(town.id());
    let checked = read.verify(&origin, std::slice::from_ref(key));
    checked.expect("a signed checkpoint")
}

/// The checkpoint in which all leaves are.
fn grown(
    connection: &mut Connection,
    town: &Town,
    key: &NoteKey,
    leaves: usize,
) -> VerifiedCheckpoint {
    let since = Instant::now();
    loop {
        let note = String::from_utf8(get(connection, "/ledger/checkpoint")).expect("a text");
        let checkpoint = checked(&note, town, key);
        let size = usize::try_from(checkpoint.head().size).unwrap_or(usize::MAX);
        if size == leaves {
            return checkpoint;
        }
        assert!(size < leaves, "{size} entries, and {leaves} leaves");
        assert!(
            since.elapsed() < PATIENCE,
            "{size} of {leaves} are in the log"
        );
        sleep(Duration::from_millis(50));
    }
}

/// Reads the whole log: its entries are the leaves and no others, its tiles are the hashes of them, and
/// each checkpoint is of a beginning of it. The last of `heads` is of the whole.
fn log(connection: &mut Connection, heads: &[TreeHead], leaves: &BTreeSet<&[u8]>) {
    let whole = heads.last().expect("a checkpoint");
    let mut expected = heads.iter().peekable();
    let (mut edge, mut tiles) = (Edge::new(), Vec::new());
    let mut seen: BTreeSet<Sha256Digest> = BTreeSet::new();
    let mut compare = |edge: &Edge| {
        while let Some(head) = expected.next_if(|head| head.size == edge.size()) {
            assert_eq!(*head, edge.head(), "a checkpoint of another tree");
        }
    };
    compare(&edge);
    for path in TilePath::since(TileKind::Entries, 0, whole.size) {
        let bundle = get(connection, &format!("/ledger/{path}"));
        for entry in read_bundle(path, &bundle).expect("a bundle") {
            assert!(leaves.contains(entry), "an entry that is no leaf");
            let hash = leaf_hash(entry);
            assert!(seen.insert(hash), "an entry that is there twice");
            edge.append(hash, &mut tiles).expect("a place");
            compare(&edge);
        }
    }
    assert_eq!((seen.len(), edge.head()), (leaves.len(), *whole));
    tiles.extend(edge.open_tiles());
    for tile in &tiles {
        let served = get(connection, &format!("/ledger/{}", tile.path()));
        let served = Tile::read(tile.path(), &served).expect("a tile");
        assert_eq!(served, *tile);
    }
    // The same as others see it: by proofs of the tiles.
    let tiles: Tiles = tiles.into_iter().collect();
    for (old, new) in heads.iter().zip(heads.iter().skip(1)) {
        let plan = Plan::consistency(old.size, new.size).expect("a larger tree");
        let proof = plan.make(&tiles).expect("tiles");
        let follows = verify_consistency(old, new, &proof);
        assert!(
            follows.is_ok(),
            "{} after {}: {follows:?}",
            new.size,
            old.size
        );
    }
}
