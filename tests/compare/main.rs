//! How long verifying takes, as ratios within one run: against the bare signature check on the same
//! machine at the same time, and against others who do the same work on the same input.
//!
//! `tests/compare/run` runs it. Prints a table and writes `target/compare.json`. Timing decides no
//! test: this is for reading.

#![allow(
    clippy::expect_used,
    reason = "a measurement that cannot be made ends at once"
)]

mod hostile;
mod inputs;
mod ledger;
mod peers;
mod report;
mod work;

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == peers::CHILD) {
        peers::child();
        return ExitCode::SUCCESS;
    }
    // For a profiler: nothing but the work, again and again.
    if let Some(name) = std::env::args()
        .skip_while(|argument| argument != "--only")
        .nth(1)
    {
        work::only(&name);
        return ExitCode::SUCCESS;
    }
    let quick = std::env::args().any(|argument| argument == "--quick");
    // What hostile documents cost, of which the name has this part.
    let mut arguments = std::env::args().skip_while(|argument| argument != "--hostile");
    if arguments.next().is_some() {
        let part = arguments.next().unwrap_or_default();
        report::print(&hostile::rows(quick, &part));
        return ExitCode::SUCCESS;
    }
    // The item ledger alone.
    if std::env::args().any(|argument| argument == "--ledger") {
        report::print(&ledger::rows(quick));
        return ExitCode::SUCCESS;
    }
    let rows = work::rows(quick);
    let peers = peers::rows(quick);
    let mut rows: Vec<_> = rows.into_iter().chain(peers).collect();
    rows.extend(ledger::rows(quick));
    rows.extend(hostile::rows(quick, ""));
    report::print(&rows);
    match report::write(&rows) {
        Ok(path) => {
            report::line(&format!("\nwritten to {}", path.display()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            report::line(&format!("\nnot written: {error}"));
            ExitCode::FAILURE
        }
    }
}
