//! What a document costs that was made to cost much: no input within the size limit makes the
//! verifier hold more than 32 MiB at a time. Bytes are counted, time is measured elsewhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

#[path = "bounds/counting.rs"]
mod counting;
#[path = "bounds/hostile.rs"]
mod hostile;

use schemas::credential::CredentialType;
use schemas::suite::Cryptosuite;
use tests::scene::Scene;
use verifier::{Asked, CredentialAsked, Holder, ListRef, StatusAsked};

const MAX_INPUT: usize = 1 << 20;
const MAX_LIVE: usize = 32 << 20;

/// Every entrance of the verifier at which strangers' bytes arrive.
fn judge_everywhere(scene: &Scene, bytes: &[u8]) {
    let list = ListRef {
        url: hostile::LIST.parse().unwrap(),
        issuer: scene.a.did(),
    };
    let (policy, evidence) = (&scene.policy, &scene.evidence);
    let anyone = Asked::Credential(CredentialAsked {
        types: CredentialType::ALL.to_vec(),
        holder: Holder::Anyone,
        status: StatusAsked::Asked,
    });
    for asked in [
        anyone,
        scene.asked_by_wallet(),
        scene.asked_for(CredentialType::Avatar),
    ] {
        let report = scene.judge_bytes(&asked, bytes);
        let _ = report.to_object();
    }
    let _ = verifier::status::verify_list(&list, bytes, policy, evidence, scene.now);
    let _ = verifier::trust::verify_list(&list, bytes, policy, evidence, scene.now);
}

/// Judges every document, and says which cost too much.
fn all_within_bounds(scene: &Scene, documents: Vec<(String, Vec<u8>)>) {
    let mut wrong = Vec::new();
    for (title, bytes) in documents {
        assert!(bytes.len() <= MAX_INPUT, "{title}: {} bytes", bytes.len());
        let full = bytes.len() > MAX_INPUT / 3 || title.contains("(small)");
        assert!(full, "{title}: only {} bytes", bytes.len());
        let peak = counting::peak(|| judge_everywhere(scene, &bytes));
        let line = format!("{title:44} {:6} KiB", peak >> 10);
        println!("{line}");
        if peak > MAX_LIVE {
            wrong.push(line);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_json_costs_more_than_its_bound() {
    all_within_bounds(&Scene::new(), hostile::texts());
}

#[test]
fn no_document_of_bytes_costs_more_than_its_bound() {
    let scene = Scene::new();
    all_within_bounds(&scene, hostile::documents(&scene));
}

#[test]
fn no_document_of_statements_costs_more_than_its_bound() {
    let scene = Scene::with_suite(Cryptosuite::EddsaRdfc2022);
    all_within_bounds(&scene, hostile::documents(&scene));
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
