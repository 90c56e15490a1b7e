//! A ledger that changes its key: while it is not known which keys it has, its leaves are neither
//! accused nor passed over.

use fetch::{Client, Policy};
use proofs::did_document::{self, DidDocument, key_history_service};
use proofs::jws::{self, KeyRef, Typ};
use proofs::keys::SigningKey;
use schemas::digest::Sha256Digest;
use schemas::json::Value;
use schemas::key_history::{KeyHistoryDocument, KeyHistoryEntry, KeyHistoryKey, KeyState};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::world::WorldId;
use verifier::ledger::IssuerAct;
use verifier::{Evidence, VerifiedKeyHistory};

use super::super::keys::Keys;
use super::super::{HeadsAsked, Monitor, MonitorError, Stopped};
use super::{Ledger, Line, document, key, knowing, now, pass, tag};

const SECOND: u8 = 4;

fn second() -> SigningKey {
    SigningKey::from_seed(&[SECOND; 32])
}

/// Signs with the second key from now on.
fn change_key(ledger: &mut Ledger) {
    ledger.kid = ledger.id.did().with_fragment("key-2").unwrap();
    ledger.key = SECOND;
}

/// The document after that.
fn changed(ledger: &Ledger) -> Evidence {
    let did = ledger.id.did();
    let keys = [("key-2", &second().verifying_key())];
    let services = [key_history_service(&ledger.id)];
    let built = did_document::build(&did, &keys, &services).unwrap();
    let document = DidDocument::parse(&Value::Object(built), &did).unwrap();
    Evidence::new().with_document(document, now())
}

/// The first key until now, the second one from now on.
fn history(ledger: &Ledger) -> VerifiedKeyHistory {
    let did = ledger.id.did();
    let listed = |name: &str, key: &SigningKey, state| KeyHistoryKey {
        id: did.with_fragment(name).unwrap(),
        multikey: key.verifying_key().multikey(),
        state,
    };
    let first = did.with_fragment("key-1").unwrap();
    let signed = |entry: &KeyHistoryEntry| {
        let kid = KeyRef::Kid(&first);
        jws::sign(Typ::KeyHistory, kid, &entry.to_object(), &key())
    };
    let one = signed(&KeyHistoryEntry {
        did: did.clone(),
        number: 1,
        from: now().plus_seconds(-1000),
        keys: vec![listed("key-1", &key(), KeyState::Current)],
        previous: None,
    });
    let two = signed(&KeyHistoryEntry {
        did: did.clone(),
        number: 2,
        from: now(),
        keys: vec![
            listed("key-1", &key(), KeyState::Retired(now())),
            listed("key-2", &second(), KeyState::Current),
        ],
        previous: Some(Sha256Digest::of(one.as_bytes())),
    });
    let entries = vec![one, two];
    let bytes = KeyHistoryDocument { entries }.to_bytes();
    VerifiedKeyHistory::verify(&did, &bytes, now()).unwrap()
}

async fn stopped(monitor: &mut Monitor<Line>) -> Box<Stopped> {
    let read = monitor.pass(HeadsAsked::All, &mut |_, _| {}).await;
    let stopped = read.unwrap_err();
    let found = &stopped.pass.findings;
    assert!(found.is_empty(), "{found:?}");
    assert!(matches!(
        stopped.error,
        MonitorError::Read("the list of the ledger's keys", Reason::DidResolutionFailed)
    ));
    stopped
}

/// Two items of the first key, and what the second one made of them.
fn lived(id: WorldId) -> (Ledger, Ledger) {
    let mut before = Ledger::of(id);
    before.mint(tag(1));
    before.mint(tag(2));
    let mut after = before.clone();
    change_key(&mut after);
    after.act(tag(1), IssuerAct::Suspend, "a look");
    (before, after)
}

/// The history of the keys is not known.
#[tokio::test]
async fn a_leaf_whose_key_is_not_known_now_waits() {
    let folder = tempfile::tempdir().unwrap();
    let (_, ledger) = lived("https://ledger.example".parse().unwrap());
    let line = Line::new(ledger.clone());
    let keys = Keys::known(ledger.id.clone(), changed(&ledger));
    let mut watching = knowing(&line, &folder.path().join("state"), keys).await;
    assert_eq!(stopped(&mut watching).await.pass.size, 0);
    // Now it is: nothing was passed over.
    let known = changed(&ledger).with_key_history(history(&ledger), now());
    watching.keys = Keys::known(ledger.id.clone(), known);
    let found = pass(&mut watching).await;
    assert!(found.findings.is_empty(), "{:?}", found.findings);
    assert_eq!((found.size, found.taken, found.heads), (3, 3, 2));
}

/// A key that came after they were asked for, while the world does not answer.
#[tokio::test]
async fn a_leaf_of_a_key_that_is_new_waits() {
    let folder = tempfile::tempdir().unwrap();
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let id = WorldId::loopback(closed.local_addr().unwrap().port());
    drop(closed);
    let (before, after) = lived(id.clone());
    // Its newest checkpoint is of the first key still.
    let mut between = after.clone();
    (between.key, between.kid) = (before.key, before.kid.clone());
    between.heads.clear();
    let line = Line::new(between);
    line.heads_of(before.clone());
    let client = Client::new(Policy::for_worlds(std::slice::from_ref(&id)));
    let first = Evidence::new().with_document(document(&before), now());
    let keys = Keys::fetched(id.clone(), client, first, now());
    let mut watching = knowing(&line, &folder.path().join("state"), keys).await;
    assert_eq!(stopped(&mut watching).await.pass.size, 0);
    let known = changed(&after).with_key_history(history(&after), now());
    watching.keys = Keys::known(id, known);
    line.set(after.clone());
    line.heads_of(after);
    let found = pass(&mut watching).await;
    assert!(found.findings.is_empty(), "{:?}", found.findings);
    assert_eq!((found.size, found.taken, found.heads), (3, 3, 2));
}

/// What nobody signed is found, also where all keys are known: it is not put off for ever.
#[tokio::test]
async fn a_leaf_of_nobodys_key_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (_, mut ledger) = lived("https://ledger.example".parse().unwrap());
    ledger.kid = ledger.id.did().with_fragment("key-9").unwrap();
    ledger.mint(tag(3));
    ledger.kid = ledger.id.did().with_fragment("key-2").unwrap();
    ledger.heads.remove(&tag(3));
    let line = Line::new(ledger.clone());
    let known = changed(&ledger).with_key_history(history(&ledger), now());
    let keys = Keys::known(ledger.id.clone(), known);
    let mut watching = knowing(&line, &folder.path().join("state"), keys).await;
    let found = pass(&mut watching).await;
    let reasons: Vec<_> = found.findings.iter().map(|found| found.reason).collect();
    assert_eq!(reasons, [Reason::VmNotFound], "{:?}", found.findings);
    assert_eq!(found.size, 4);
}
