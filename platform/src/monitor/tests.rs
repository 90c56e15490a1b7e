//! Ledgers that tell the truth, ledgers that lie, and lines that garble: who is convicted.

mod changed_keys;
mod lying;
mod swaps;
mod truthful;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use proofs::did_document::{self, DidDocument};
use proofs::keys::{SigningKey, VerifyingKey};
use proofs::ledger::{sign_leaf, sign_receipt};
use proofs::tlog::checkpoint::Checkpoint;
use proofs::tlog::edge::Edge;
use proofs::tlog::merkle::{Plan, leaf_hash};
use proofs::tlog::note::{KeyKind, KeyName, NoteSigner};
use proofs::tlog::proof::UnverifiedTlogProof;
use proofs::tlog::tile::{Tile, TileKind, TilePath, Tiles, write_bundle};
use schemas::canonical;
use schemas::did::DidUrl;
use schemas::json::Value;
use schemas::ledger::{
    Commitment, EvidenceFile, HeadDocument, HeadReceiptClaims, ItemTag, LeafClaims, TermsDigest,
    UnverifiedLeaf, log_origin,
};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::ledger::{
    Convicted, IssuerAct, LedgerKeys, NewItem, NotProven, issue, judge_evidence, mint,
};

use super::keys::Keys;
use super::source::Source;
use super::{HeadsAsked, Monitor, Pass};
use crate::clock::Clock;

fn now() -> Timestamp {
    Timestamp::from_unix(1_795_262_400)
}

fn tag(number: u8) -> ItemTag {
    ItemTag::from_bytes([number; 32])
}

/// A ledger in memory, which signs whatever it is told.
#[derive(Clone)]
struct Ledger {
    id: WorldId,
    kid: DidUrl,
    /// What it signs with.
    key: u8,
    /// In the order of the log.
    leaves: Vec<UnverifiedLeaf>,
    heads: BTreeMap<ItemTag, UnverifiedLeaf>,
    /// How many quotation marks stand in a line of its newest checkpoint that nobody knows.
    padding: usize,
}

fn key() -> SigningKey {
    SigningKey::from_seed(&[FIRST; 32])
}

/// The seed of the key that a ledger begins with.
const FIRST: u8 = 3;

impl Ledger {
    fn new() -> Self {
        Self::of("https://ledger.example".parse().unwrap())
    }

    fn of(id: WorldId) -> Self {
        let kid = id.did().with_fragment("key-1").unwrap();
        Self {
            id,
            kid,
            key: FIRST,
            leaves: Vec::new(),
            heads: BTreeMap::new(),
            padding: 0,
        }
    }

    fn secret(&self) -> SigningKey {
        SigningKey::from_seed(&[self.key; 32])
    }

    fn sign(&self, claims: &LeafClaims) -> UnverifiedLeaf {
        let signed = sign_leaf(claims, &self.kid, &self.secret());
        signed.unwrap().leaf().clone()
    }

    fn write(&mut self, claims: &LeafClaims) {
        let leaf = self.sign(claims);
        self.heads.insert(claims.item, leaf.clone());
        self.leaves.push(leaf);
    }

    fn minted(&self, item: ItemTag, holder: u8) -> LeafClaims {
        let new = NewItem {
            ledger: self.id.clone(),
            item,
            holder: Commitment::from_bytes([holder; 32]),
            terms: TermsDigest::from_bytes([7; 32]),
        };
        mint(&new, now())
    }

    fn mint(&mut self, item: ItemTag) {
        self.write(&self.minted(item, 1));
    }

    fn act(&mut self, item: ItemTag, act: IssuerAct, reason: &str) {
        let claims = issue(&self.heads[&item], act, reason, now()).unwrap();
        self.write(&claims);
    }

    /// Mints, stops and lets go on, so many steps, the same for the same seed.
    fn live(&mut self, steps: usize, seed: u64) {
        let mut chance = seed;
        for _ in 0..steps {
            chance = chance
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let item = tag(u8::try_from(chance >> 56).unwrap() % 40);
            match self.heads.get(&item).map(|head| head.claims().state) {
                None => self.mint(item),
                Some(schemas::ledger::State::Held) => self.act(item, IssuerAct::Suspend, "a look"),
                Some(schemas::ledger::State::Suspended) => {
                    self.act(item, IssuerAct::Resume, "fine")
                }
                Some(_) => {}
            }
        }
    }

    fn size(&self) -> u64 {
        u64::try_from(self.leaves.len()).unwrap()
    }

    fn tree(&self) -> (Edge, BTreeMap<(TileKind, u64), Tile>) {
        let (mut edge, mut tiles) = (Edge::new(), Vec::new());
        for leaf in &self.leaves {
            edge.append(leaf_hash(leaf.bytes()), &mut tiles).unwrap();
        }
        let all = tiles.into_iter().chain(edge.open_tiles());
        let all = all
            .map(|tile| ((tile.path().kind(), tile.path().index()), tile))
            .collect();
        (edge, all)
    }

    fn checkpoint(&self) -> String {
        let secret = self.secret();
        let name: KeyName = log_origin(&self.id).parse().unwrap();
        let signer = NoteSigner::new(name.clone(), KeyKind::Note, &secret).unwrap();
        Checkpoint::new(&name, self.tree().0.head())
            .sign(&signer)
            .unwrap()
            .to_string()
    }

    /// The checkpoint with one more line before the signature (C2SP signed-note).
    fn padded(&self) -> String {
        let (note, secret) = (self.checkpoint(), self.secret());
        if self.padding == 0 {
            return note;
        }
        let text = note.split("\n\n").next().unwrap();
        let text = format!("{text}\n{}\n", "\"".repeat(self.padding));
        let name: KeyName = log_origin(&self.id).parse().unwrap();
        let signer = NoteSigner::new(name.clone(), KeyKind::Note, &secret).unwrap();
        let vkey = signer.public().to_string();
        let id = schemas::encoding::hex::decode(vkey.split('+').nth(1).unwrap()).unwrap();
        let signature = secret.sign(text.as_bytes()).to_bytes();
        let line = schemas::encoding::base64::encode(&[&id[..], &signature[..]].concat());
        format!("{text}\n\u{2014} {name} {line}\n")
    }

    fn head(&self, item: ItemTag) -> Option<Vec<u8>> {
        let leaf = self.heads.get(&item)?;
        let claims = leaf.claims();
        let receipt = HeadReceiptClaims {
            ledger: self.id.clone(),
            item,
            seq: claims.seq,
            leaf: leaf.hash(),
            issued: now(),
            not_after: now().plus_seconds(600),
        };
        let receipt = sign_receipt(&receipt, &self.kid, &self.secret()).unwrap();
        let place = self.leaves.iter().position(|other| other == leaf);
        let proof = place.map(|place| {
            let place = u64::try_from(place).unwrap();
            let (_, tiles) = self.tree();
            let tiles: Tiles = tiles.into_values().collect();
            let path = Plan::inclusion(place, self.size())
                .unwrap()
                .make(&tiles)
                .unwrap();
            let name: KeyName = log_origin(&self.id).parse().unwrap();
            let secret = self.secret();
            let signer = NoteSigner::new(name, KeyKind::Note, &secret).unwrap();
            let read = proofs::tlog::checkpoint::UnverifiedCheckpoint::read(&self.checkpoint());
            let origin = log_origin(&self.id);
            let checkpoint = read
                .unwrap()
                .verify(&origin, &[signer.public().clone()])
                .unwrap();
            UnverifiedTlogProof::new(place, path, &checkpoint).to_string()
        });
        let document = HeadDocument {
            leaf: leaf.clone(),
            receipt: receipt.receipt().clone(),
            proof,
            lease_salt: None,
        };
        Some(canonical::to_text(&Value::Object(document.to_object())).into_bytes())
    }

    fn get(&self, path: &str) -> Option<Vec<u8>> {
        if path == "ledger/checkpoint" {
            return (self.size() > 0).then(|| self.padded().into_bytes());
        }
        if let Some(item) = path.strip_prefix("items/") {
            let item = item.strip_suffix("/head")?.parse().ok()?;
            return self.head(item);
        }
        let path: TilePath = path.strip_prefix("ledger/")?.parse().ok()?;
        let there = TilePath::of_tree(path.kind(), path.index(), self.size()).ok()?;
        if path.width() > there.width() {
            return None;
        }
        match path.kind() {
            TileKind::Entries => {
                let start = usize::try_from(path.start()).unwrap();
                let leaves = &self.leaves[start..start + usize::from(path.width())];
                let entries: Vec<&[u8]> = leaves.iter().map(UnverifiedLeaf::bytes).collect();
                Some(write_bundle(&entries).unwrap())
            }
            kind => {
                let bytes = self.tree().1.get(&(kind, path.index()))?.to_bytes();
                Some(bytes[..usize::from(path.width()) * 32].to_vec())
            }
        }
    }
}

/// What is between a ledger and its monitor.
#[derive(Clone)]
struct Line {
    ledger: Arc<Mutex<Ledger>>,
    /// Who is asked for single items, when that is another.
    heads: Arc<Mutex<Option<Ledger>>>,
    /// What does not come: whatever is at a path that begins so.
    away: Arc<Mutex<Vec<&'static str>>>,
    /// Changes what comes, in a way that follows from the number.
    garble: Arc<Mutex<Option<u64>>>,
}

impl Line {
    fn new(ledger: Ledger) -> Self {
        Self {
            ledger: Arc::new(Mutex::new(ledger)),
            heads: Arc::default(),
            away: Arc::default(),
            garble: Arc::default(),
        }
    }

    fn set(&self, ledger: Ledger) {
        *self.ledger.lock().unwrap() = ledger;
    }

    fn heads_of(&self, ledger: Ledger) {
        *self.heads.lock().unwrap() = Some(ledger);
    }

    fn without(&self, away: &[&'static str]) {
        *self.away.lock().unwrap() = away.to_vec();
    }

    fn answer(&self, path: &str) -> Option<Vec<u8>> {
        if let Some(ledger) = self.heads.lock().unwrap().as_ref()
            && path.starts_with("items/")
        {
            return ledger.get(path);
        }
        self.ledger.lock().unwrap().get(path)
    }
}

impl Source for Line {
    async fn get(&self, path: &str, most: usize) -> Result<Vec<u8>, Reason> {
        let away = self.away.lock().unwrap().clone();
        if away.iter().any(|away| path.starts_with(away)) {
            return Err(Reason::WorldUnreachable);
        }
        let mut bytes = self.answer(path).ok_or(Reason::NotFound)?;
        if let Some(chance) = self.garble.lock().unwrap().as_mut() {
            *chance = chance
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let at = usize::try_from(*chance >> 33).unwrap() % bytes.len().max(1);
            match *chance >> 60 {
                0..4 => bytes[at] ^= 1 << (*chance >> 30 & 7),
                4 => bytes.truncate(at),
                5 => bytes.rotate_left(at.min(64)),
                6 => return Err(Reason::WorldUnreachable),
                _ => {}
            }
        }
        if bytes.len() > most {
            return Err(Reason::InputTooLarge);
        }
        Ok(bytes)
    }
}

fn document(ledger: &Ledger) -> DidDocument {
    let did = ledger.id.did();
    let built = did_document::build(&did, &[("key-1", &key().verifying_key())], &[]).unwrap();
    DidDocument::parse(&Value::Object(built), &did).unwrap()
}

async fn monitor(line: &Line, state: &Path) -> Monitor<Line> {
    let ledger = line.ledger.lock().unwrap().clone();
    let evidence = verifier::Evidence::new().with_document(document(&ledger), now());
    knowing(line, state, Keys::known(ledger.id, evidence)).await
}

async fn knowing(line: &Line, state: &Path, keys: Keys) -> Monitor<Line> {
    let ledger = line.ledger.lock().unwrap().clone();
    let monitor = Monitor::with(&ledger.id, line.clone(), keys, state, Clock::fixed(now()));
    monitor.await.unwrap()
}

async fn pass(monitor: &mut Monitor<Line>) -> Pass {
    monitor.pass(HeadsAsked::All, &mut |_, _| {}).await.unwrap()
}

/// Judges a file as a stranger does: read from its text, with the ledger's keys and nothing else.
fn judged(evidence: &EvidenceFile) -> Result<Convicted, NotProven> {
    let text = canonical::to_text(&Value::Object(evidence.to_object()));
    let value = schemas::json::read(text.as_bytes(), &EvidenceFile::LIMITS).unwrap();
    let read = EvidenceFile::from_value(&value).unwrap();
    assert_eq!(&read, evidence);
    let public = key().verifying_key();
    let at = |_: &DidUrl, _: Timestamp| -> Result<VerifyingKey, Reason> { Ok(public.clone()) };
    let all = [public.clone()];
    judge_evidence(&read, LedgerKeys { at: &at, all: &all })
}
