//! The attacks that credential software has fallen to, each built in code and refused for its own
//! reason. `attacks/table.rs` says of every known one which test has it or which part it waits for.
//!
//! A test is named after the row, `sig_03_…`. Where it can, a case goes the whole way through
//! `verifier::verify`, as a credential that a wallet receives and inside a presentation.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::type_complexity,
    reason = "test code"
)]

#[path = "attacks/assets.rs"]
mod assets;
#[path = "attacks/caches.rs"]
mod caches;
#[path = "bounds/counting.rs"]
mod counting;
#[path = "attacks/data_integrity.rs"]
mod data_integrity;
#[path = "attacks/did.rs"]
mod did;
#[path = "attacks/ecdsa.rs"]
mod ecdsa;
#[path = "attacks/json.rs"]
mod json;
#[path = "attacks/key_history.rs"]
mod key_history;
#[path = "attacks/ledger.rs"]
mod ledger;
#[path = "attacks/linked_data.rs"]
mod linked_data;
#[path = "attacks/presentation.rs"]
mod presentation;
#[path = "attacks/sd_jwt.rs"]
mod sd_jwt;
#[path = "attacks/service.rs"]
mod service;
#[path = "attacks/signature.rs"]
mod signature;
#[path = "attacks/status.rs"]
mod status;
#[path = "attacks/status_fetching.rs"]
mod status_fetching;
#[path = "attacks/status_token.rs"]
mod status_token;
#[path = "attacks/surfaces.rs"]
mod surfaces;
#[path = "attacks/table.rs"]
mod table;

use schemas::check::Verdict;
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use tests::scene::Scene;
use verifier::Report;

/// Refused with this reason at the head, and nothing was accepted.
#[track_caller]
fn refused(title: &str, report: &Report, reason: Reason) {
    let headline = report.headline();
    assert_eq!(
        headline.map(|(_, reason)| reason),
        Some(reason),
        "{title}: {headline:?} {:#?}",
        report.details()
    );
    assert_eq!(report.verdict(), Verdict::Rejected, "{title}");
    assert!(report.accepted().is_none(), "{title}");
    assert!(report.missing().is_empty(), "{title}: it wants to fetch");
}

/// Refused with this reason both by the wallet that receives it and by the world that is shown it.
#[track_caller]
fn refused_both(title: &str, scene: &Scene, credential: &Object, reason: Reason) {
    for (way, report) in ["received", "shown"]
        .iter()
        .zip(scene.judge_both(credential))
    {
        refused(&format!("{title}, {way}"), &report, reason);
    }
}

#[track_caller]
fn accepted(title: &str, report: &Report) {
    assert_eq!(
        report.verdict(),
        Verdict::Accepted,
        "{title}: {:#?}",
        report.details()
    );
}

#[track_caller]
fn accepted_both(title: &str, scene: &Scene, credential: &Object) {
    for report in scene.judge_both(credential) {
        accepted(title, &report);
    }
}

/// The bytes with one text replaced by another, where it stands exactly once or more.
#[track_caller]
fn swapped(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.contains(from), "{from} is not there");
    text.replace(from, to).into_bytes()
}

/// JSON from a text of a test.
#[track_caller]
fn json_of(text: &str) -> Option<Value> {
    Some(tests::actors::json(text))
}
