//! A verifier's report for people: the verdict, the headline, and every check with what became of
//! it. The holder's machine runs it.

use schemas::check::{Outcome, Verdict};
use verifier::{Missing, Report};

use crate::commands::explain::{self, Rules};
use crate::commands::finding;
use crate::exit::Exit;
use crate::terminal::{Mark, Terminal};

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// The verdict and its reason.
    Headline,
    /// Also every check, and where each fault is.
    Everything,
}

/// How a command ends that has this report to show.
pub(crate) fn exit(report: &Report) -> Exit {
    match (report.verdict(), report.reason().map(Exit::of)) {
        (Verdict::Accepted, _) => Exit::Done,
        (Verdict::Indeterminate, Some(Exit::Network)) => Exit::Network,
        (Verdict::Rejected | Verdict::Indeterminate, _) => Exit::NotVerified,
    }
}

/// Tells it as data.
pub(crate) fn give(terminal: &mut Terminal, report: &Report, detail: Detail, rules: Rules) {
    let (mark, id) = match report.verdict() {
        Verdict::Accepted => (Mark::Good, "verdict-accepted"),
        Verdict::Rejected => (Mark::Bad, "verdict-rejected"),
        Verdict::Indeterminate => (Mark::Careful, "verdict-indeterminate"),
    };
    let line = terminal.texts().text(id);
    terminal.data_mark(mark, &line);
    if let Some((check, reason)) = report.headline() {
        let lang = terminal.texts().lang();
        let check = terminal.texts().text(&format!("check-{check}"));
        let line = terminal.texts().with(
            "verdict-headline",
            &[
                ("check", check.into()),
                ("reason", reason.code().into()),
                ("sentence", reason.sentence(lang).into()),
            ],
        );
        terminal.prose(&format!("  {line}"));
        let line = terminal
            .texts()
            .with("verdict-remedy", &[("remedy", reason.remedy(lang).into())]);
        terminal.prose(&format!("  {line}"));
    }
    missing(terminal, report);
    findings(terminal, report);
    if detail == Detail::Everything {
        checks(terminal, report);
        explain::give(terminal, report.explanations(), rules);
    }
}

/// What stands beside the verdict.
pub(crate) fn findings(terminal: &mut Terminal, report: &Report) {
    for found in report.findings() {
        if let Some(line) = finding::words(terminal.texts(), found) {
            terminal.data_mark(Mark::Careful, &line);
        }
    }
}

/// What would have to be known to decide.
pub(crate) fn missing(terminal: &mut Terminal, report: &Report) {
    for missing in report.missing() {
        match missing {
            Missing::DidDocument(did) | Missing::KeyHistory(did) => {
                terminal.data_text("verdict-missing", &[("did", did.as_str().into())]);
            }
            Missing::StatusList(list) => {
                let url = list.url.as_str().into();
                terminal.data_text("verdict-missing-status", &[("url", url)]);
            }
            Missing::TrustList(list) => {
                let url = list.url.as_str().into();
                terminal.data_text("verdict-missing-trust", &[("url", url)]);
            }
            Missing::ItemHead(head) => {
                let url = head.url();
                terminal.data_text("verdict-missing-item", &[("url", url.as_str().into())]);
            }
            Missing::ItemChain(head) => {
                let url = head.chain_url();
                terminal.data_text("verdict-missing-chain", &[("url", url.as_str().into())]);
            }
            _ => {}
        }
    }
}

/// Every check with what became of it, and where each fault is.
pub(crate) fn checks(terminal: &mut Terminal, report: &Report) {
    terminal.data("");
    for (check, outcome) in report.outcomes() {
        let texts = terminal.texts();
        let name = texts.text(&format!("check-{check}"));
        let (mark, said) = match outcome {
            Outcome::Passed => (Mark::Good, texts.text("check-passed")),
            Outcome::Failed(reason) => (
                Mark::Bad,
                texts.with("check-failed", &[("reason", reason.code().into())]),
            ),
            Outcome::Undecided(reason) => (
                Mark::Careful,
                texts.with("check-undecided", &[("reason", reason.code().into())]),
            ),
            Outcome::Blocked(by) => {
                let by = texts.text(&format!("check-{by}"));
                (
                    Mark::Neutral,
                    texts.with("check-blocked", &[("by", by.into())]),
                )
            }
            Outcome::NotAsked => (Mark::Neutral, texts.text("check-not-asked")),
        };
        let line = format!("{}  {said}", crate::terminal::pad(&name, 28));
        terminal.data_mark(mark, &line);
    }
    for detail in report.details() {
        let at = if detail.pointer.is_empty() {
            "/"
        } else {
            detail.pointer.as_str()
        };
        let line = terminal.texts().with(
            "detail-at",
            &[("reason", detail.reason.code().into()), ("at", at.into())],
        );
        terminal.data(&format!("  {line}"));
        // Below each other: they are read by comparing them.
        if let (Some(expected), Some(found)) = (&detail.expected, &detail.found) {
            for (id, value) in [("detail-expected", expected), ("detail-found", found)] {
                let line = terminal.texts().with(id, &[("value", value.into())]);
                terminal.data(&format!("    {line}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::texts::Texts;
    use schemas::check::CheckId;
    use schemas::lang::Lang;

    #[test]
    fn every_check_has_a_name() {
        for lang in [Lang::En, Lang::Ja] {
            let texts = Texts::new(lang);
            for check in CheckId::ALL {
                assert!(texts.has(&format!("check-{check}")), "{lang}: {check}");
            }
        }
    }
}
