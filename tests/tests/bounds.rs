//! What a document costs that was made to cost much: no input within the size limit makes the
//! verifier hold more than 32 MiB at a time. Bytes are counted, time is measured elsewhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::type_complexity,
    reason = "test code"
)]

#[path = "bounds/counting.rs"]
mod counting;
#[path = "bounds/hostile.rs"]
mod hostile;

use schemas::credential::{CredentialType, Validity};
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use tests::scene::Scene;
use verifier::{Asked, Creators, CredentialAsked, Holder, ListRef, Rule, StatusAsked};

const MAX_INPUT: usize = 1 << 20;
const MAX_LIVE: usize = 32 << 20;

/// Every entrance of the verifier at which strangers' bytes arrive. Says why a credential is refused.
fn judge_everywhere(scene: &Scene, bytes: &[u8]) -> Option<Reason> {
    let list = ListRef {
        url: hostile::LIST.parse().unwrap(),
        issuer: scene.a.did(),
    };
    let (policy, evidence) = (&scene.policy, &scene.evidence);
    let mut types = CredentialType::ALL.to_vec();
    types.push(CredentialType::Other);
    let anyone = Asked::Credential(CredentialAsked {
        types,
        holder: Holder::Anyone,
        status: StatusAsked::Asked,
    });
    let shown = scene.judge_bytes(&scene.asked_for(CredentialType::Avatar), bytes);
    let received = scene.judge_bytes(&anyone, bytes);
    let _ = (shown.to_object(), received.to_object());
    let _ = verifier::status::verify_list(&list, bytes, policy, evidence, scene.now);
    let _ = verifier::trust::verify_list(&list, bytes, policy, evidence, scene.now);
    // What is no presentation is a credential, or neither.
    match shown.reason() {
        Some(Reason::VpMalformed) => received.reason(),
        other => other,
    }
}

/// Judges every document, and says which cost too much.
fn all_within_bounds(scene: &Scene, documents: Vec<(String, Vec<u8>)>) {
    let mut wrong = Vec::new();
    for (title, bytes) in documents {
        assert!(bytes.len() <= MAX_INPUT, "{title}: {} bytes", bytes.len());
        let full = bytes.len() > MAX_INPUT / 3 || title.contains("(small)");
        assert!(full, "{title}: only {} bytes", bytes.len());
        let mut reason = None;
        let peak = counting::peak(|| reason = judge_everywhere(scene, &bytes));
        let reason = reason.map_or("accepted", Reason::code);
        let line = format!("{title:46} {:6} KiB  {reason}", peak >> 10);
        println!("{line}");
        if peak > MAX_LIVE {
            wrong.push(line);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// With a policy that believes a world for credentials that are of no type of ours: these may say
/// most, and their graphs are put in order before anybody knows who signed.
fn any_type(mut scene: Scene) -> Scene {
    scene.policy = scene.policy.with_rule(Rule {
        did: scene.a.did(),
        types: vec![hostile::TYPE.to_owned()],
        creators: Creators::Any,
        validity: Validity {
            from: None,
            until: None,
        },
    });
    scene
}

#[test]
fn no_json_costs_more_than_its_bound() {
    all_within_bounds(&Scene::new(), hostile::texts());
}

#[test]
fn no_document_of_bytes_costs_more_than_its_bound() {
    let scene = Scene::new();
    let documents = hostile::documents(&scene);
    all_within_bounds(&any_type(scene), documents);
}

#[test]
fn no_document_of_statements_costs_more_than_its_bound() {
    let scene = Scene::with_suite(Cryptosuite::EddsaRdfc2022);
    let documents = hostile::of_statements(&scene);
    all_within_bounds(&any_type(scene), documents);
}

#[test]
fn the_counter_counts() {
    let peak = counting::peak(|| {
        let first = vec![1_u8; 1 << 20];
        drop(first);
        let second = vec![2_u8; 3 << 20];
        drop(second);
    });
    assert!((3 << 20..4 << 20).contains(&peak), "{peak}");
}
