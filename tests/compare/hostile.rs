//! What hostile documents of full size cost in time: no more than their bounds.

use std::hint::black_box;
use std::time::{Duration, Instant};

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

/// A row for each document and each graph of which the name has this part.
pub(crate) fn rows(quick: bool, part: &str) -> Vec<Row> {
    let least = Duration::from_millis(if quick { 10 } else { 60 });
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
                        time(least, || {
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
    let named = graphs
        .iter()
        .map(|graph| (format!("put in order: {}", graph.title), graph))
        .filter(|(name, _)| name.contains(part));
    rows.extend(named.map(|(name, graph)| in_order(name, graph, least)));
    say_worst(&rows, DOCUMENT);
    say_worst(&rows, GRAPH);
    rows
}

fn in_order(name: String, graph: &Graph, least: Duration) -> Row {
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
        name,
        median_ns: time(least, order),
        peer: "50 milliseconds".to_owned(),
        peer_median_ns: GRAPH,
        bar: Some(Bar::AtMost(1.0)),
    }
}

/// How long it takes once, as the processor counts it where it does: what else the machine has to do
/// meanwhile is no work of ours. It is repeated for a while, for the processor counts in milliseconds.
fn time(least: Duration, work: impl Fn()) -> f64 {
    let (start, before) = (Instant::now(), on_processor());
    let mut times = 0.0;
    while times == 0.0 || start.elapsed() < least {
        work();
        times += 1.0;
    }
    let elapsed = start.elapsed().as_nanos() as f64;
    let spent = on_processor()
        .zip(before)
        .map(|(after, before)| after - before);
    spent.filter(|spent| *spent > 0.0).unwrap_or(elapsed) / times
}

/// How long this thread has run so far, in nanoseconds, where the system says so.
fn on_processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok()
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
