//! What hostile documents of full size cost in time: no more than their bounds.

use std::hint::black_box;
use std::time::Instant;

use proofs::rdf::{WorkLimit, to_canonical_nquads};
use schemas::canonical;
use schemas::suite::Cryptosuite;
use schemas::terms::{Contexts, OwnProof};
use tests::hostile::graphs::{self, Graph};
use tests::hostile::{Documents, Entrance, any_type, documents, of_statements, texts};
use tests::scene::Scene;

use crate::report::{Bar, Row, line};

/// For one document at the entrance of the verifier where it costs most.
const DOCUMENT: f64 = 250e6;
/// For putting one graph in order.
const GRAPH: f64 = 50e6;

/// A row for each document and each graph: the middle of several times.
pub(crate) fn rows(quick: bool) -> Vec<Row> {
    let times = if quick { 1 } else { 3 };
    let (jcs, rdfc) = (Scene::new(), graphs::scene());
    let documents = documents(&jcs);
    let statements = of_statements(&rdfc);
    let graphs = graphs::all(&rdfc);
    let drawn: Documents = graphs
        .iter()
        .map(|graph| {
            let bytes = canonical::object_to_bytes(&graph.document);
            let token = match graph.document.contains_key("credentialSubject") {
                true => bytes,
                false => tests::scene::token(&graph.document),
            };
            (graph.title.clone(), token)
        })
        .collect();
    let plain = any_type(Scene::with_suite(Cryptosuite::EddsaJcs2022));
    let mut rows = Vec::new();
    for (suite, scene, documents) in [
        ("text", &plain, texts()),
        ("jcs", &plain, documents),
        ("rdfc", &rdfc, statements),
        ("rdfc, a graph", &rdfc, drawn),
    ] {
        rows.extend(documents.into_iter().map(|(title, bytes)| {
            Row {
                name: format!("hostile ({suite}): {title}"),
                median_ns: Entrance::ALL
                    .map(|entrance| {
                        middle(times, || {
                            black_box(entrance.judge(scene, black_box(&bytes)));
                        })
                    })
                    .into_iter()
                    .fold(0.0, f64::max),
                peer: "250 milliseconds".to_owned(),
                peer_median_ns: DOCUMENT,
                bar: Some(Bar::AtMost(1.0)),
            }
        }));
    }
    rows.extend(graphs.iter().map(|graph| in_order(graph, times)));
    say_worst(&rows, DOCUMENT);
    say_worst(&rows, GRAPH);
    rows
}

fn in_order(graph: &Graph, times: usize) -> Row {
    let contexts = Contexts::pinned();
    let order = || {
        let document = black_box(&graph.document);
        let limit = WorkLimit::document();
        // Too much work is an answer too.
        let _ = black_box(to_canonical_nquads(
            document,
            &contexts,
            OwnProof::LeftOut,
            limit,
        ));
    };
    Row {
        name: format!("put in order: {}", graph.title),
        median_ns: middle(times, order),
        peer: "50 milliseconds".to_owned(),
        peer_median_ns: GRAPH,
        bar: Some(Bar::AtMost(1.0)),
    }
}

fn middle(times: usize, work: impl Fn()) -> f64 {
    let once = || {
        let start = Instant::now();
        work();
        start.elapsed().as_nanos() as f64
    };
    crate::work::median((0..times).map(|_| once()).collect())
}

/// There are very many; these are the ones to look at.
fn say_worst(rows: &[Row], bound: f64) {
    let of_this_bound = rows.iter().filter(|row| row.peer_median_ns == bound);
    let mut worst: Vec<&Row> = of_this_bound.collect();
    worst.sort_by(|one, other| other.median_ns.total_cmp(&one.median_ns));
    line(&format!(
        "{} hostile inputs within {} ms, the worst of them:",
        worst.len(),
        bound / 1e6
    ));
    for row in worst.iter().take(8) {
        line(&format!("  {:8.1} ms  {}", row.median_ns / 1e6, row.name));
    }
}
