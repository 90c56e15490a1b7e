//! Ledgers of worlds, known by DID documents.

use std::path::Path;
use std::sync::Arc;

use axum::http::StatusCode;
use proofs::did_document::key_history_service;
use proofs::jws::{self, KeyRef, Typ};
use proofs::keys::SigningKey;
use proofs::tlog::TlogError;
use proofs::tlog::checkpoint::Checkpoint;
use proofs::tlog::note::{KeyKind, KeyName, NoteSigner};
use proofs::tlog::request::AddCheckpoint;
use schemas::digest::Sha256Digest;
use schemas::key_history::{KeyHistoryDocument, KeyHistoryEntry, KeyHistoryKey, KeyState};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::world::WorldId;
use tokio::net::TcpListener;

use super::super::{Refused, Witness, WitnessConfig, WitnessNew};
use super::{Log, now};
use crate::clock::Clock;

/// The keys of a world, the newest last.
#[derive(Clone, Default)]
struct Keys {
    document: Vec<u8>,
    /// Those before, where there is a history.
    before: Option<Vec<u8>>,
    /// Whether the history does not come.
    away: bool,
}

fn named(seed: u8) -> (String, SigningKey) {
    (format!("key-{seed}"), SigningKey::from_seed(&[seed; 32]))
}

/// The history of a world that had these keys before this one: one entry each.
fn history(id: &WorldId, before: &[u8], newest: u8) -> KeyHistoryDocument {
    let (did, all) = (id.did(), [before, &[newest]].concat());
    let mut entries: Vec<String> = Vec::new();
    for number in 1..=all.len() {
        let listed = all.iter().take(number).enumerate().map(|(place, seed)| {
            let (name, key) = named(*seed);
            KeyHistoryKey {
                id: did.with_fragment(&name).unwrap(),
                multikey: key.verifying_key().multikey(),
                state: match place + 1 == number {
                    true => KeyState::Current,
                    false => KeyState::Retired(now()),
                },
            }
        });
        let entry = KeyHistoryEntry {
            did: did.clone(),
            number: u64::try_from(number).unwrap(),
            from: now(),
            keys: listed.collect(),
            previous: entries.last().map(|last| Sha256Digest::of(last.as_bytes())),
        };
        let (name, key) = named(all[number.saturating_sub(2)]);
        let kid = did.with_fragment(&name).unwrap();
        let claims = entry.to_object();
        entries.push(jws::sign(Typ::KeyHistory, KeyRef::Kid(&kid), &claims, &key));
    }
    KeyHistoryDocument { entries }
}

/// A world that serves a DID document with these keys, and the history of them.
async fn world(keys: Arc<std::sync::Mutex<Keys>>) -> (u16, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let id = WorldId::loopback(port);
    let (of_history, ledger) = (Arc::clone(&keys), id.clone());
    let document = move || {
        let known = keys.lock().unwrap().clone();
        let all: Vec<_> = known.document.iter().map(|seed| named(*seed)).collect();
        let all: Vec<_> = all
            .into_iter()
            .map(|(name, key)| (name, key.verifying_key()))
            .collect();
        let named: Vec<_> = all.iter().map(|(name, key)| (name.as_str(), key)).collect();
        let services: Vec<_> = known
            .before
            .iter()
            .map(|_| key_history_service(&id))
            .collect();
        let built = proofs::did_document::build(&id.did(), &named, &services).unwrap();
        let body = schemas::canonical::object_to_bytes(&built);
        async move { ([("content-type", "application/did+json")], body) }
    };
    let history = move || {
        let known = of_history.lock().unwrap().clone();
        let before = known.before.filter(|_| !known.away);
        let body = before.map(|before| {
            let history = history(&ledger, &before, known.document[0]).to_object();
            schemas::canonical::object_to_bytes(&history)
        });
        async move {
            let json = [("content-type", "application/json")];
            body.map(|body| (json, body)).ok_or(StatusCode::NOT_FOUND)
        }
    };
    let router = axum::Router::new()
        .route("/.well-known/did.json", axum::routing::get(document))
        .route("/.well-known/did-history.json", axum::routing::get(history));
    let serving = tokio::spawn(async move {
        let _ = axum::serve(listener, router).await;
    });
    (port, serving)
}

/// A witness of the ledger of a world on this port.
async fn witness_of(folder: &Path, port: u16, clock: &Clock) -> Arc<Witness> {
    let new = WitnessNew {
        name: "witness.example/w1".parse().unwrap(),
        listen: "127.0.0.1:0".parse().unwrap(),
    };
    WitnessConfig::found(folder, &new).unwrap();
    let file = folder.join("witness.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let text = format!("{text}\n[[logs]]\nworld = \"http://localhost:{port}\"\n");
    std::fs::write(&file, text).unwrap();
    let config = WitnessConfig::read(folder).unwrap();
    Witness::open(config, clock.clone()).await.unwrap()
}

fn request(port: u16, seed: u8, old: u64, new: u64) -> String {
    let origin = format!("localhost:{port}/ledger");
    let (_, key) = named(seed);
    let name: KeyName = origin.parse().unwrap();
    let signer = NoteSigner::new(name.clone(), KeyKind::Note, &key).unwrap();
    let log = Log::plain();
    let signed = Checkpoint::new(&name, log.tree(new).0.head())
        .sign(&signer)
        .unwrap();
    let signed = signed.verify(&origin, &[signer.public().clone()]).unwrap();
    AddCheckpoint::new(old, log.path(old, new), &signed).to_string()
}

/// A world's ledger is known by the world's DID document, also when its key changes.
#[tokio::test]
async fn the_ledger_of_a_world_needs_no_key_in_the_settings() {
    let keys = Arc::new(std::sync::Mutex::new(Keys::default()));
    keys.lock().unwrap().document = vec![1];
    let (port, serving) = world(Arc::clone(&keys)).await;
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(now());
    let witness = witness_of(folder.path(), port, &clock).await;
    let request = |seed, old, new| request(port, seed, old, new);
    assert!(witness.add(&request(1, 0, 3)).await.is_ok());
    let unsigned = || Err(Refused::Unsigned(TlogError::Unsigned));
    assert_eq!(witness.add(&request(2, 3, 5)).await, unsigned());
    keys.lock().unwrap().document = vec![2];
    // Whoever sends what nobody signed does not make it ask again and again.
    assert_eq!(witness.add(&request(2, 3, 5)).await, unsigned());
    clock.set(now().plus_seconds(60));
    assert!(witness.add(&request(2, 3, 5)).await.is_ok());
    assert_eq!(witness.add(&request(1, 5, 6)).await, unsigned());
    // While the world is away it is known by what it said last.
    serving.abort();
    clock.set(now().plus_seconds(86_400));
    assert!(witness.add(&request(2, 5, 7)).await.is_ok());
}

/// What a world signed last before it changed its key is cosigned as well, by the history of its keys.
#[tokio::test]
async fn a_checkpoint_of_the_key_before_is_cosigned() {
    let known = Keys {
        document: vec![2],
        before: Some(vec![1]),
        away: true,
    };
    let keys = Arc::new(std::sync::Mutex::new(known));
    let (port, serving) = world(Arc::clone(&keys)).await;
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(now());
    let witness = witness_of(folder.path(), port, &clock).await;
    let request = |seed, old, new| request(port, seed, old, new);
    // Without the history nobody knows whose it is.
    let unavailable = || Err(Refused::Unavailable(Reason::DidResolutionFailed));
    assert_eq!(witness.add(&request(1, 0, 3)).await, unavailable());
    keys.lock().unwrap().away = false;
    clock.set(now().plus_seconds(60));
    assert!(witness.add(&request(1, 0, 3)).await.is_ok());
    assert!(witness.add(&request(2, 3, 5)).await.is_ok());
    let unsigned = Err(Refused::Unsigned(TlogError::Unsigned));
    assert_eq!(witness.add(&request(3, 5, 6)).await, unsigned);
    serving.abort();
}
