//! `omote check --holdings`: whether the issuers still stand by what this wallet holds, asked at the
//! person's wish. The holder's machine runs it.

use fetch::{Client, Policy as Reach};
use schemas::check::Verdict;
use schemas::json::Object;
use schemas::object;
use schemas::world::WorldId;
use wallet_core::check::{Held, judge_holdings};

use crate::args::CheckArgs;
use crate::commands::{list, report};
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
    let wallet = unlock::open(terminal, session)?;
    let holdings = wallet.holdings()?;
    if holdings.is_empty() {
        terminal.say("list-empty", &[]);
    }
    let worlds = wallet.confirmed_worlds()?;
    let client = Client::new(Reach::for_worlds(&worlds));
    let judging = judge_holdings(&client, &wallet, holdings, session.now);
    let held = network::wait(terminal, "progress-asking", judging)??;
    for one in &held {
        tell(terminal, one, &worlds);
        if args.explain {
            report::checks(terminal, &one.report);
        }
    }
    let exit = worst(&held);
    let data = object! { "holdings" => list_of(held.iter().map(json)) };
    Ok(Answer::ended(exit, data))
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
