//! `omote check --holdings`: whether the issuers still stand by what this wallet holds, asked at the
//! person's wish. The holder's machine runs it.

use fetch::{Client, Policy as Reach};
use schemas::check::Verdict;
use schemas::json::Object;
use schemas::object;
use schemas::world::WorldId;
use wallet_core::Wallet;
use wallet_core::check::{Held, judge_holdings};
use wallet_core::transfer::{self, Item, StepKind};

use crate::args::CheckArgs;
use crate::commands::transfer::{failure, standing_words};
use crate::commands::{evidence, list, report};
use crate::error::Failure;
use crate::exit::Exit;
use crate::network;
use crate::output::{Answer, list as list_of, optional};
use crate::terminal::{Mark, Terminal};
use crate::unlock::{self, Session};

/// Asks, and says how each stands.
///
/// # Errors
/// [`Failure`] when the wallet cannot be read; one that is revoked is an answer.
pub(crate) fn run(
    args: &CheckArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    let mut wallet = unlock::open(terminal, session)?;
    let mut holdings = wallet.holdings()?;
    if holdings.is_empty() {
        terminal.say("list-empty", &[]);
    }
    let worlds = wallet.confirmed_worlds()?;
    // The ledgers first: what they say has left is not this wallet's to judge.
    let mut failed = None;
    for item in wallet.items()? {
        if let Err(failure) = look(terminal, session, &mut wallet, &item) {
            failure.tell(terminal);
            failed = Some(failure.exit());
        }
    }
    for item in wallet.items()? {
        if item.standing.is_let_go() {
            holdings.retain(|holding| holding.id != item.holding);
        }
    }
    let client = Client::new(Reach::for_worlds(&worlds));
    let judging = judge_holdings(&client, &mut wallet, holdings, session.now);
    let held = network::wait(terminal, "progress-asking", judging)??;
    for one in &held {
        tell(terminal, one, &worlds);
        if args.explain {
            report::checks(terminal, &one.report);
        }
    }
    let standings = standings(terminal, &wallet)?;
    let warnings = evidence::write_all(terminal, session, &wallet)?;
    let exit = match (worst(&held), failed) {
        (Exit::Done, Some(failed)) => failed,
        (worst, _) => worst,
    };
    let data = object! {
        "holdings" => list_of(held.iter().map(json)),
        "items" => list_of(standings),
        "warnings" => list_of(warnings),
    };
    Ok(Answer::ended(exit, data))
}

/// Asks the ledger for the newest head of an item, and keeps it for showing. Worlds that are not
/// confirmed are not asked.
fn look(
    terminal: &Terminal,
    session: &Session,
    wallet: &mut Wallet,
    item: &Item,
) -> Result<(), Failure> {
    let Ok(confirmed) = wallet.confirmed(&item.ledger) else {
        return Ok(());
    };
    if item.standing.is_over() {
        return Ok(());
    }
    let client = Client::new(confirmed.policy());
    let looking = transfer::look(&client, wallet, &item.holding, &confirmed, session.now);
    network::wait(terminal, "progress-asking", looking)?
        .map(drop)
        .map_err(|error| failure(error, StepKind::Give))
}

/// How each item stands in its ledger.
fn standings(terminal: &mut Terminal, wallet: &Wallet) -> Result<Vec<Object>, Failure> {
    let mut all = Vec::new();
    for item in wallet.items()? {
        let Some(holding) = wallet.holding(&item.holding)? else {
            continue;
        };
        if item.standing.refusal().is_some() {
            let words = standing_words(terminal.texts(), item.standing);
            let name = crate::sanitize::brief(&holding.name);
            let values = [("name", name.into()), ("standing", words.into())];
            let line = terminal.texts().with("held-item", &values);
            let mark = match item.standing.is_let_go() {
                true => Mark::Neutral,
                false => Mark::Careful,
            };
            terminal.data_mark(mark, &line);
        }
        all.push(object! {
            "holding" => holding.id.to_string(),
            "name" => holding.name.as_str(),
            "standing" => item.standing.name(),
            "receipt_until" => item.receipt_until(),
        });
    }
    Ok(all)
}

fn tell(terminal: &mut Terminal, held: &Held, worlds: &[WorldId]) {
    let (texts, lang) = (terminal.texts(), terminal.texts().lang());
    let holding = &held.holding;
    let (mark, said) = match (held.report.verdict(), held.report.reason()) {
        (Verdict::Accepted, _) => (Mark::Good, texts.text("held-stands")),
        (Verdict::Rejected, Some(reason)) => (Mark::Bad, reason.sentence(lang)),
        (Verdict::Indeterminate, _) if !worlds.contains(&holding.issuer) => {
            (Mark::Careful, texts.text("held-unconfirmed"))
        }
        (_, Some(reason)) => (Mark::Careful, reason.sentence(lang)),
        (_, None) => (Mark::Careful, texts.text("verdict-indeterminate")),
    };
    let line = texts.with(
        "held-line",
        &[
            ("name", (&holding.name).into()),
            ("world", holding.issuer.origin().into()),
            ("said", said.into()),
        ],
    );
    terminal.data_mark(mark, &line);
    report::findings(terminal, &held.report);
}

/// The worst of all: what is refused before what could not be decided.
fn worst(held: &[Held]) -> Exit {
    let of = |verdict| held.iter().find(move |one| one.report.verdict() == verdict);
    of(Verdict::Rejected)
        .or_else(|| of(Verdict::Indeterminate))
        .map_or(Exit::Done, |one| report::exit(&one.report))
}

fn json(held: &Held) -> Object {
    let holding = &held.holding;
    object! {
        "id" => holding.id.to_string(),
        "kind" => list::kind_code(holding.kind),
        "name" => holding.name.as_str(),
        "issuer" => holding.issuer.origin(),
        "verdict" => held.report.verdict().id(),
        "reason" => optional(held.report.reason()),
        "report" => held.report.to_object(),
    }
}
