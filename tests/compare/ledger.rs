//! The item ledger: what a verifier does with a head document, and what a log does with its leaves.

use std::hint::black_box;
use std::time::Instant;

use proofs::ledger::{commitment, sign_leaf, sign_receipt};
use proofs::tlog::checkpoint::Checkpoint;
use proofs::tlog::edge::Edge;
use proofs::tlog::note::{KeyKind, NoteSigner};
use schemas::digest::Sha256Digest;
use schemas::ledger::{HeadDocument, HeadReceiptClaims, ItemTag, Salt, TermsDigest, log_origin};
use schemas::message::Message as _;
use tests::actors::{World, key};
use tests::fixed::now;
use tests::log::LargeLog;
use verifier::ledger::{HeadRef, NewItem, judge_head_bytes, mint};
use verifier::{Evidence, Policy};

use crate::report::{Bar, Row};
use crate::work::{Raw, in_turns, median, middle};

/// Leaves of the log of which heads are shown.
const LEAVES: u64 = 10_000_000;
/// Leaves that a log takes in.
const APPENDED: u64 = 1_000_000;
/// Leaves between two checkpoints.
const BETWEEN: u64 = 4096;

/// The rows of the ledger.
pub(crate) fn rows(quick: bool) -> Vec<Row> {
    let mut rows = heads(quick);
    rows.push(growth());
    rows
}

/// A world, and head documents of its items.
struct Heads {
    evidence: Evidence,
    documents: Vec<(HeadRef, Vec<u8>)>,
}

impl Heads {
    fn new(count: u64) -> Self {
        let world = World::new("ledger.example");
        let documents = (0..count).map(|number| Self::one(&world, number));
        Self {
            documents: documents.collect(),
            evidence: Evidence::new().with_document(world.document(), now()),
        }
    }

    fn one(world: &World, number: u64) -> (HeadRef, Vec<u8>) {
        let (signing, kid) = (world.key(), world.method());
        let item = ItemTag::from_bytes(*Sha256Digest::of(&number.to_le_bytes()).as_bytes());
        let holder = key("holder of the items").verifying_key();
        let holder = commitment(&holder, &Salt::from_bytes([7; 32])).expect("an Ed25519 key");
        let minted = NewItem {
            ledger: world.id.clone(),
            item,
            holder,
            terms: TermsDigest::from_bytes([9; 32]),
        };
        let leaf = sign_leaf(&mint(&minted, now()), &kid, &signing).expect("a leaf");
        let receipt = HeadReceiptClaims {
            ledger: world.id.clone(),
            item,
            seq: 0,
            leaf: leaf.hash(),
            issued: now(),
            not_after: now().plus_seconds(600),
        };
        let receipt = sign_receipt(&receipt, &kid, &signing).expect("a receipt");

        let log = LargeLog::new(LEAVES, number * 7919 % LEAVES, leaf.leaf().bytes());
        let origin = log_origin(&world.id).parse().expect("a name");
        let proof = log.proof(&origin, &signing, &[]);
        let document = HeadDocument {
            leaf: leaf.leaf().clone(),
            receipt: receipt.receipt().clone(),
            proof: Some(proof),
            lease_salt: None,
        };
        let head = HeadRef {
            ledger: world.id.clone(),
            item,
        };
        (head, document.to_bytes())
    }

    fn judge(&self, number: usize) {
        let place = number % self.documents.len();
        let (head, bytes) = self.documents.get(place).expect("a document");
        let policy = Policy::nobody();
        let judged = judge_head_bytes(head, black_box(bytes), &policy, &self.evidence, now());
        assert!(judged.is_ok_and(|head| head.is_logged()));
    }
}

fn heads(quick: bool) -> Vec<Row> {
    let heads = Heads::new(200);
    let raw = Raw::many(1000);
    let (ours, bare) = in_turns(
        quick,
        |number| heads.judge(number),
        |number| {
            // Of the leaf, the receipt and the checkpoint.
            for place in 0..3 {
                raw.get((number + place) % 1000)
                    .expect("one of them")
                    .check();
            }
        },
    );
    let name = "head of an item, receipt and tlog-proof at 1e7 leaves";
    vec![
        Row {
            name: name.to_owned(),
            median_ns: ours,
            peer: "three bare Ed25519 checks".to_owned(),
            peer_median_ns: bare,
            bar: None,
        },
        Row {
            name: name.to_owned(),
            median_ns: ours,
            peer: "a millisecond".to_owned(),
            peer_median_ns: 1e6,
            bar: Some(Bar::AtMost(1.0)),
        },
    ]
}

/// What one leaf costs with its part of a checkpoint, at the end of a million and at the beginning. The
/// logs grow in turns, so that both have the machine as it is.
fn growth() -> Row {
    let world = World::new("ledger.example");
    let signing = world.key();
    let origin = log_origin(&world.id).parse().expect("a name");
    let signer = NoteSigner::new(origin, KeyKind::Note, &signing).expect("an Ed25519 key");
    let publish = |edge: &mut Edge| {
        let start = Instant::now();
        let mut full = Vec::new();
        for _ in 0..BETWEEN {
            let leaf = Sha256Digest::of(&edge.size().to_le_bytes());
            edge.append(leaf, &mut full).expect("a place");
        }
        full.extend(edge.open_tiles());
        let checkpoint = Checkpoint::new(signer.public().name(), edge.head()).sign(&signer);
        black_box((checkpoint.expect("a checkpoint"), full));
        start.elapsed().as_nanos() as f64 / BETWEEN as f64
    };
    let mut large = Edge::new();
    while large.size() < APPENDED {
        publish(&mut large);
    }
    let run = |_| {
        let mut small = Edge::new();
        let turns = (0..10).map(|_| (publish(&mut large), publish(&mut small)));
        let (last, first): (Vec<f64>, Vec<f64>) = turns.unzip();
        (median(last), median(first))
    };
    let (last, first) = middle((0..15).map(run).collect());
    Row {
        name: "log, a leaf with its part of a checkpoint, after 1e6 leaves".to_owned(),
        median_ns: last,
        peer: "the same after none".to_owned(),
        peer_median_ns: first,
        bar: Some(Bar::AtMost(1.1)),
    }
}
