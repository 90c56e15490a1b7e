//! `omote show ITEM --provenance`: where an item comes from, from its creator through the mint and each
//! hand to now, every link checked. The holder's machine runs it.

use fetch::Client;
use schemas::json::{Number, Object};
use schemas::message::Message as _;
use schemas::object;
use schemas::time::Timestamp;
use wallet_core::transfer::{self, Item, Life, Passage, StepKind};
use wallet_core::{Holding, Wallet};

use crate::commands::license::Line;
use crate::commands::transfer::{failure, hand_words, standing_words, terms_words, until};
use crate::commands::{origin, release};
use crate::error::Failure;
use crate::network;
use crate::output::list;
use crate::terminal::{Mark, Terminal};
use crate::texts::Texts;
use crate::unlock::Session;

/// Reads the chain of an item from its ledger and checks it.
///
/// # Errors
/// [`Failure`]; `ledger_chain_broken` where a link does not hold.
pub(crate) fn walk(
    terminal: &mut Terminal,
    session: &Session,
    wallet: &mut Wallet,
    holding: &Holding,
) -> Result<Life, Failure> {
    let confirmed = origin::confirm(terminal, session, wallet, &holding.issuer, None)?;
    let client = Client::new(confirmed.policy());
    let walking = transfer::walk(&client, wallet, holding, &confirmed, session.now);
    network::wait(terminal, "progress-asking", walking)?
        .map_err(|error| failure(error, StepKind::Give))
}

/// How an item stands in its ledger, whether it may be passed on, and what it is called there.
pub(crate) fn item_lines(texts: &Texts, item: &Item, now: Timestamp) -> Vec<Line> {
    let line = |label: &str, value: String| Line {
        label: texts.text(label),
        value,
    };
    let mut lines = vec![line("show-ledger", standing_words(texts, item.standing))];
    // Of what is over, nobody here passes anything on.
    if !item.standing.is_over() {
        let left = terms_words(texts, &item.transfer, item.left());
        lines.push(line("give-left", left));
    }
    if let Some(active) = item.active(now) {
        lines.push(line("show-active", release::words(texts, &active)));
    }
    lines.push(line("show-tag", item.tag.to_string()));
    lines
}

/// How an item stands in its ledger, for programs.
pub(crate) fn item_json(item: &Item) -> Object {
    object! {
        "ledger" => item.ledger.origin(),
        "item" => item.tag,
        "standing" => item.standing.name(),
        "until" => until(Some(item.standing)),
        "transfers" => item.transfers().map(Number::from_u64_saturating),
        "transfer" => item.transfer.to_object(),
        "left" => item.left().map(Number::from_u64_saturating),
    }
}

/// The life of an item, a line a step.
pub(crate) fn tell(terminal: &mut Terminal, creator: Option<&str>, life: &Life) {
    let heading = terminal.texts().text("life-heading");
    terminal.data("");
    terminal.data_heading(&heading);
    if let Some(creator) = creator {
        let creator = crate::sanitize::brief(creator);
        let texts = terminal.texts();
        let line = texts.with("life-creator", &[("creator", creator.into())]);
        terminal.data(&format!("  {line}"));
    }
    for hand in life.steps() {
        let line = hand_words(terminal.texts(), hand, life.is_ours(hand));
        terminal.data(&format!("  {line}"));
    }
    let count = life.steps().len();
    let texts = terminal.texts();
    let checked = texts.with("life-checked", &[("count", count.into())]);
    terminal.data_mark(Mark::Good, &checked);
}

/// The life of an item, for programs.
pub(crate) fn json(life: &Life) -> Object {
    let item = &life.item;
    object! {
        "ledger" => item.ledger.origin(),
        "item" => item.tag,
        "standing" => item.standing.name(),
        "transfers" => item.transfers().map(Number::from_u64_saturating),
        "hands" => list(life.steps().iter().map(Passage::to_object)),
    }
}
