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

use proofs::rdf::{WorkLimit, to_dataset};
use proofs::rdfc::{Effort, HashAlgorithm, canonicalize};
use schemas::canonical;
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::terms::{Contexts, OwnProof};
use tests::hostile::graphs::{self, Graph, Reaches};
use tests::hostile::{self, Documents, Entrance, MAX_INPUT, any_type};
use tests::scene::Scene;

const MAX_LIVE: usize = 32 << 20;

/// Judges everywhere; why it is refused where it belongs.
fn judge_everywhere(scene: &Scene, bytes: &[u8]) -> Option<Reason> {
    let [shown, received, _, _] = Entrance::ALL.map(|entrance| entrance.judge(scene, bytes));
    // What is no presentation is a credential, or neither.
    match shown {
        Some(Reason::VpMalformed) => received,
        other => other,
    }
}

/// Judges every document, and says which cost too much.
fn all_within_bounds(scene: &Scene, documents: Documents) {
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

/// How far a document gets on the way of the verifier into canonical order, and what that took.
fn put_in_order(graph: &Graph) -> (Reaches, Effort) {
    let limit = WorkLimit::document();
    let contexts = Contexts::pinned();
    let dataset = match to_dataset(&graph.document, &contexts, OwnProof::LeftOut, limit.quads()) {
        Ok(dataset) => dataset,
        Err(fault) if fault.reason() == Reason::CanonWorkLimit => {
            return (Reaches::TooLarge, Effort::default());
        }
        Err(fault) => panic!("{}: not a word of it is read: {fault}", graph.title),
    };
    match canonicalize(&dataset, HashAlgorithm::Sha256, limit.steps()) {
        Ok(done) if done.effort().n_degree == 0 => (Reaches::FirstDegree, done.effort()),
        Ok(done) => (Reaches::NDegree, done.effort()),
        Err(exceeded) => (Reaches::Limit, exceeded.effort()),
    }
}

/// Each graph gets as far as it says, in steps that are counted, and the verifier is led there by the
/// document itself: it is neither refused for its shape nor for who signed.
#[test]
fn hostile_graphs_are_put_in_order_within_their_steps() {
    let scene = graphs::scene();
    let mut wrong = Vec::new();
    for graph in graphs::all(&scene) {
        let (reaches, effort) = put_in_order(&graph);
        let bytes = canonical::object_to_bytes(&graph.document);
        let is_credential = graph.document.contains_key("credentialSubject");
        let mut report = None;
        let peak = counting::peak(|| {
            report = Some(match is_credential {
                true => scene.judge_credential(&graph.document),
                false => scene.judge(&graph.document),
            });
        });
        let reason = report.and_then(|report| report.reason());
        let line = format!(
            "{:46} {reaches:?} {} steps, {} calls, {} of {} KiB, {reason:?}",
            graph.title,
            effort.steps,
            effort.n_degree,
            peak >> 10,
            bytes.len() >> 10,
        );
        println!("{line}");
        // In a presentation less is left for each credential, and what holds them is nameless too.
        let ends = match reaches {
            Reaches::FirstDegree | Reaches::NDegree => reason == Some(Reason::SigInvalid),
            Reaches::Limit | Reaches::TooLarge => reason == Some(Reason::CanonWorkLimit),
        };
        let ends = ends || (!is_credential && reason == Some(Reason::CanonWorkLimit));
        let sound = ends
            && graph.reaches.is_none_or(|expected| expected == reaches)
            && effort.steps <= WorkLimit::document().steps()
            && (effort.n_degree > 0) == matches!(reaches, Reaches::NDegree | Reaches::Limit)
            && effort.n_degree <= effort.steps + 1
            && bytes.len() <= MAX_INPUT
            && peak <= MAX_LIVE;
        if !sound {
            wrong.push(line);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
