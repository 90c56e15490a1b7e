//! Keys that do not follow from those before: DID-22.

use proofs::did_document::{DidDocument, build, key_history_service};
use proofs::jws::{KeyRef, Typ, sign};
use proofs::keys::SigningKey;
use schemas::json::Object;
use schemas::key_history::{KeyHistoryDocument, KeyHistoryEntry, KeyHistoryKey, KeyState};
use schemas::message::Message as _;
use schemas::reason::Reason;
use tests::actors::{World, key};
use tests::fixed::now;
use tests::forge::resigned;
use tests::scene::Scene;
use verifier::{Evidence, VerifiedKeyHistory};

use crate::{accepted, refused};

/// A history of one key.
fn begun(world: &World, key: &SigningKey) -> VerifiedKeyHistory {
    let method = world.method();
    let entry = KeyHistoryEntry {
        did: world.did(),
        number: 1,
        from: now().plus_seconds(-1_000_000),
        keys: vec![KeyHistoryKey {
            id: method.clone(),
            multikey: key.verifying_key().multikey(),
            state: KeyState::Current,
        }],
        previous: None,
    };
    let kid = KeyRef::Kid(&method);
    let entries = vec![sign(Typ::KeyHistory, kid, &entry.to_object(), key)];
    let bytes = KeyHistoryDocument { entries }.to_bytes();
    VerifiedKeyHistory::verify(&world.did(), &bytes, now()).unwrap()
}

fn document(world: &World, key: &SigningKey, announced: bool) -> DidDocument {
    let services = if announced {
        vec![key_history_service(&"https://a.example".parse().unwrap())]
    } else {
        Vec::new()
    };
    let keys = [("key-1", &key.verifying_key())];
    let object: Object = build(&world.did(), &keys, &services).unwrap();
    DidDocument::parse(&object.into(), &world.did()).unwrap()
}

/// The domain has ended; whoever has it now serves another key at the same address and signs anew.
#[test]
pub(crate) fn did_22_a_domain_in_other_hands_is_another_world() {
    let ours = Scene::new();
    let theirs = key("whoever has the domain now");
    let options =
        proofs::data_integrity::ProofOptions::assertion(ours.a.suite, ours.a.method(), now());
    let forged = resigned(&ours.avatar(), &options, &theirs);
    let seen = Evidence::new().with_key_history(begun(&ours.a, &ours.a.key()), now());
    let judge = |evidence: Evidence, credential: &Object| {
        let scene = Scene {
            evidence,
            ..Scene::new()
        };
        [
            scene.judge_credential(credential),
            scene.judge(&scene.present_unchecked(credential)),
        ]
    };
    // As it should be.
    let known = seen.clone();
    let honest = known.with_document(document(&ours.a, &ours.a.key(), true), now());
    for report in judge(honest, &ours.avatar()) {
        accepted("the world itself", &report);
    }
    // Without a word of a history, with the old one, and with one that begins anew.
    let quiet = document(&ours.a, &theirs, false);
    let spoken = document(&ours.a, &theirs, true);
    let anew = seen
        .clone()
        .with_key_history(begun(&ours.a, &theirs), now());
    for (title, evidence) in [
        ("no history", seen.clone().with_document(quiet, now())),
        (
            "the old history",
            seen.clone().with_document(spoken.clone(), now()),
        ),
        ("a new history", anew.with_document(spoken, now())),
    ] {
        for report in judge(evidence, &forged) {
            refused(title, &report, Reason::KeyHistoryMismatch);
        }
    }
}
