//! `omote history`: what came and what left, and whether the chain is whole. The holder's machine
//! runs it.

use std::collections::BTreeMap;
use std::path::Path;

use schemas::json::Object;
use schemas::object;
use schemas::world::WorldId;
use wallet_core::{Entry, EntryKind, HoldingId, Outcome, ReceiptStanding, Wallet};

use crate::args::HistoryArgs;
use crate::commands::evidence;
use crate::error::{Failure, shown};
use crate::files;
use crate::output::{Answer, list, optional};
use crate::terminal::{Mark, Terminal, USUAL, fitted, pad, table, width, wrap};
use crate::unlock::{self, Session};

/// Shows, checks or writes out the history.
///
/// # Errors
/// [`Failure`]; a broken chain is `history_broken` with the first entry that does not fit.
pub(crate) fn run(
    args: &HistoryArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    let wallet = unlock::open(terminal, session)?;
    let mut data = Object::new();
    if args.verify {
        let head = wallet.verify_history()?;
        terminal.mark(
            Mark::Good,
            "history-whole",
            &[("count", head.length.into())],
        );
        data.insert("verified", object! {
            "length" => crate::output::count(usize::try_from(head.length).unwrap_or(usize::MAX)),
            "head" => head.hash.to_string(),
        });
    }
    if let Some(path) = &args.export {
        export(path, terminal, &wallet)?;
        data.insert("exported", path.display().to_string());
        return Ok(Answer::done(data));
    }
    let entries = wallet.history()?;
    let entries: Vec<&Entry> = entries
        .iter()
        .filter(|entry| concerns(entry, args.world.as_ref()))
        .collect();
    let names: BTreeMap<HoldingId, String> = wallet
        .holdings()?
        .into_iter()
        .map(|holding| (holding.id, holding.name))
        .collect();
    // What was begun and has ended is one line for people; the chain has two entries.
    let ended: Vec<u64> = entries.iter().filter_map(|entry| ends(entry)).collect();
    let rows: Vec<(Vec<String>, String)> = entries
        .iter()
        .filter(|entry| entry.outcome != Outcome::Intended || !ended.contains(&entry.seq))
        .map(|entry| row(entry, &names, terminal))
        .collect();
    for line in laid_out(rows) {
        terminal.data(&line);
    }
    if entries.is_empty() {
        terminal.say("history-empty", &[]);
    }
    let warnings = evidence::write_all(terminal, session, &wallet)?;
    data.insert("warnings", list(warnings));
    data.insert("entries", list(entries.iter().map(|entry| json(entry))));
    Ok(Answer::done(data))
}

fn concerns(entry: &Entry, world: Option<&WorldId>) -> bool {
    world.is_none_or(|world| entry.world.as_ref() == Some(world))
}

/// The columns of names and worlds, which say enough when they are cut.
const NAMES: usize = 3;
const WORLDS: usize = 4;
/// Below which column an outcome stands that has no room behind its row: behind the number.
const BELOW: usize = 7;

/// Rows one below the other, each with its outcome behind it, or below where a usual screen would break it.
fn laid_out(rows: Vec<(Vec<String>, String)>) -> Vec<String> {
    let (rows, outcomes): (Vec<Vec<String>>, Vec<String>) = rows.into_iter().unzip();
    let rows = table(&fitted(rows, &[NAMES, WORLDS]));
    let widest = rows.iter().map(|row| width(row)).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (row, outcome) in rows.iter().zip(outcomes) {
        let behind = [pad(row, widest), row.clone()];
        let behind = behind.map(|row| format!("{row}  {outcome}").trim_end().to_owned());
        if let Some(line) = behind.iter().find(|line| width(line) <= USUAL) {
            lines.push(line.clone());
            continue;
        }
        lines.push(row.clone());
        let room = USUAL.saturating_sub(BELOW);
        let below = wrap(&outcome, room);
        lines.extend(
            below
                .iter()
                .map(|part| format!("{}{part}", " ".repeat(BELOW))),
        );
    }
    lines
}

/// The entry that this one ends.
const fn ends(entry: &Entry) -> Option<u64> {
    match &entry.outcome {
        Outcome::Completed { of, .. } | Outcome::Failed { of, .. } => Some(*of),
        Outcome::Intended | Outcome::Noted => None,
    }
}

fn export(path: &Path, terminal: &mut Terminal, wallet: &Wallet) -> Result<(), Failure> {
    files::write_new(path, &wallet.export_history()?)?;
    terminal.mark(
        Mark::Good,
        "history-exported",
        &[("path", shown(path).into())],
    );
    Ok(())
}

fn row(
    entry: &Entry,
    names: &BTreeMap<HoldingId, String>,
    terminal: &Terminal,
) -> (Vec<String>, String) {
    let texts = terminal.texts();
    let names: Vec<&str> = entry
        .what
        .holdings
        .iter()
        .filter_map(|id| names.get(id))
        .map(String::as_str)
        .collect();
    let outcome = match &entry.outcome {
        Outcome::Completed {
            receipt: Some(_), ..
        } => texts.text("outcome-receipt"),
        Outcome::Completed { receipt: None, .. } => texts.text("outcome-completed"),
        Outcome::Failed {
            reason, receipt, ..
        } => {
            let id = match receipt.as_ref().map(|receipt| receipt.standing) {
                None => "outcome-failed",
                Some(ReceiptStanding::Verified) => "outcome-failed-receipt",
                Some(ReceiptStanding::Unverified) => "outcome-failed-unverified",
            };
            texts.with(id, &[("reason", reason.code().into())])
        }
        Outcome::Intended => texts.text("outcome-intended"),
        Outcome::Noted => String::new(),
    };
    // What was begun and has ended takes two entries of the chain.
    let number = match ends(entry) {
        Some(begun) => format!("{begun}-{}", entry.seq),
        None => entry.seq.to_string(),
    };
    let cells = vec![
        format!("{number:>5}"),
        entry.at.to_string(),
        texts.text(kind_text(entry.kind)),
        names.join(", "),
        entry
            .world
            .as_ref()
            .map(|world| world.authority().to_owned())
            .unwrap_or_default(),
    ];
    (cells, outcome)
}

/// Whether the receipt of an entry passed its check; `None` when there is no receipt.
fn verified(entry: &Entry) -> Option<bool> {
    match &entry.outcome {
        Outcome::Completed { receipt, .. } => receipt.as_ref().map(|_| true),
        Outcome::Failed { receipt, .. } => receipt
            .as_ref()
            .map(|receipt| receipt.standing == ReceiptStanding::Verified),
        Outcome::Intended | Outcome::Noted => None,
    }
}

const fn kind_text(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Accepted => "entry-accepted",
        EntryKind::Burned => "entry-burned",
        EntryKind::Forgotten => "entry-forgotten",
        EntryKind::Leased => "entry-leased",
        EntryKind::LedgerWarned => "entry-ledger-warned",
        EntryKind::Offered => "entry-offered",
        EntryKind::PassedOn => "entry-passed-on",
        EntryKind::Presented => "entry-presented",
        EntryKind::Received => "entry-received",
        EntryKind::Refilled => "entry-refilled",
        EntryKind::Refused => "entry-refused",
        EntryKind::Released => "entry-released",
        EntryKind::Restored => "entry-restored",
        EntryKind::RollbackAccepted => "entry-rollback-accepted",
        EntryKind::Withdrawn => "entry-withdrawn",
    }
}

const fn kind_code(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Accepted => "accepted",
        EntryKind::Burned => "burned",
        EntryKind::Forgotten => "forgotten",
        EntryKind::Leased => "leased",
        EntryKind::LedgerWarned => "ledger_warned",
        EntryKind::Offered => "offered",
        EntryKind::PassedOn => "passed_on",
        EntryKind::Presented => "presented",
        EntryKind::Received => "received",
        EntryKind::Refilled => "refilled",
        EntryKind::Refused => "refused",
        EntryKind::Released => "released",
        EntryKind::Restored => "restored",
        EntryKind::RollbackAccepted => "rollback_accepted",
        EntryKind::Withdrawn => "withdrawn",
    }
}

fn json(entry: &Entry) -> Object {
    let (outcome, of, receipt, reason) = match &entry.outcome {
        Outcome::Completed { of, receipt } => ("completed", Some(*of), receipt.clone(), None),
        Outcome::Failed {
            of,
            reason,
            receipt,
        } => {
            let text = receipt.as_ref().map(|receipt| receipt.text.clone());
            ("failed", Some(*of), text, Some(*reason))
        }
        Outcome::Intended => ("intended", None, None, None),
        Outcome::Noted => ("noted", None, None, None),
    };
    object! {
        "seq" => crate::output::count(usize::try_from(entry.seq).unwrap_or(usize::MAX)),
        "at" => entry.at.to_string(),
        "kind" => kind_code(entry.kind),
        "world" => optional(entry.world.as_ref().map(WorldId::origin)),
        "holdings" => list(entry.what.holdings.iter().map(ToString::to_string)),
        "claims" => list(entry.what.claims.iter().map(String::as_str)),
        "digests" => list(entry.what.digests.iter().map(ToString::to_string)),
        "consent" => optional(entry.consent),
        "outcome" => outcome,
        "of" => of.map_or(schemas::json::Value::Null, |of| {
            crate::output::count(usize::try_from(of).unwrap_or(usize::MAX))
        }),
        "reason" => optional(reason),
        "receipt" => optional(receipt),
        "receipt_verified" => verified(entry),
    }
}

#[cfg(test)]
mod tests {
    use super::laid_out;
    use crate::terminal::width;

    #[test]
    fn no_line_is_wider_than_a_usual_screen_and_no_code_is_broken() {
        let cells = |world: &str| -> Vec<String> {
            let cells = [
                "  1-2",
                "2026-11-22T08:00:00Z",
                "showed",
                "Mika, Ren",
                world,
            ];
            cells.map(str::to_owned).to_vec()
        };
        let failed = "failed (vp_query_unsatisfied); a receipt that does not verify is kept";
        let lines = laid_out(vec![
            (cells("localhost:8081"), "receipt kept".to_owned()),
            (cells("localhost:8081"), failed.to_owned()),
            (
                cells(&format!("{}.example", "w".repeat(60))),
                "done".to_owned(),
            ),
        ]);
        assert!(lines.iter().all(|line| width(line) <= 80), "{lines:#?}");
        assert!(
            lines
                .iter()
                .any(|line| line.contains("(vp_query_unsatisfied);"))
        );
        assert_eq!(lines.len(), 5, "{lines:#?}");
    }
}
