//! `omote release`: in which worlds items are active, and the end of that. The holder's machine runs it.

use fetch::Client;
use schemas::json::Object;
use schemas::object;
use wallet_core::Wallet;
use wallet_core::transfer::{self, Active, Item, StepKind};

use crate::args::ReleaseArgs;
use crate::commands::transfer::{Question, Step, failure, go_on, take};
use crate::commands::{list, origin};
use crate::error::Failure;
use crate::network;
use crate::output::{Answer, list as list_of};
use crate::sheet::Sheet;
use crate::terminal::Terminal;
use crate::texts::Texts;
use crate::unlock::{self, Session};

/// Lists what is active where, or releases one item.
///
/// # Errors
/// [`Failure`]; `transfer_conflict` for an item that is active nowhere.
pub(crate) fn run(
    args: &ReleaseArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    let mut wallet = unlock::open(terminal, session)?;
    let Some(name) = &args.holding else {
        return tell_all(terminal, session, &wallet);
    };
    let holding = list::named(&wallet, name)?;
    let confirmed = origin::confirm(terminal, session, &mut wallet, &holding.issuer, None)?;
    // The same command again goes on where the first one was interrupted.
    let begun = wallet.unfinished()?.into_iter();
    let begun = begun
        .filter(|one| one.holding == Some(holding.id))
        .find(|one| one.kind == StepKind::Release);
    if let Some(begun) = begun {
        let done = go_on(terminal, session, &mut wallet, &confirmed, &begun)?;
        return Ok(Answer::done(object! {
            "dry_run" => false,
            "steps" => list_of([done]),
        }));
    }
    let client = Client::new(confirmed.policy());
    let preparing =
        transfer::prepare_release(&client, &mut wallet, &holding, &confirmed, session.now);
    let prepared = network::wait(terminal, "progress-asking", preparing)?
        .map_err(|error| failure(error, StepKind::Release))?;
    let texts = terminal.texts();
    let mut sheet = Sheet::default();
    let name = crate::sanitize::brief(prepared.name());
    sheet.heading(texts.with("release-heading", &[("name", (&name).into())]));
    sheet.value(texts.text("give-ledger"), prepared.ledger().origin());
    let item = wallet.item(&holding.id)?;
    if let Some(active) = item.and_then(|item| item.active(session.now)) {
        sheet.value(texts.text("release-active"), &words(texts, &active));
    }
    sheet.text(texts, "release-after", &[]);
    let step = Step {
        prepared,
        sheet,
        offer: None,
        consent: &args.consent,
        question: Question::Yes,
    };
    take(terminal, session, &mut wallet, &confirmed, step)
}

/// Where an item is active and until when, in words.
pub(crate) fn words(texts: &Texts, active: &Active) -> String {
    let world = match &active.world {
        Some(world) => world.origin().to_owned(),
        None => texts.text("release-somewhere"),
    };
    let until = active.until.to_string();
    let values = [("world", world.into()), ("until", until.into())];
    texts.with("release-until", &values)
}

/// What is active where, as far as the ledgers have said so: nobody is asked.
fn tell_all(
    terminal: &mut Terminal,
    session: &Session,
    wallet: &Wallet,
) -> Result<Answer, Failure> {
    let mut all: Vec<Object> = Vec::new();
    for item in wallet.items()? {
        let Some(active) = item.active(session.now) else {
            continue;
        };
        let Some(holding) = wallet.holding(&item.holding)? else {
            continue;
        };
        let name = crate::sanitize::brief(&holding.name);
        let line = format!("{name}  {}", words(terminal.texts(), &active));
        terminal.data(&line);
        all.push(active_json(&holding.name, &item, &active));
    }
    if all.is_empty() {
        terminal.say("release-none", &[]);
    }
    Ok(Answer::done(object! { "active" => list_of(all) }))
}

fn active_json(name: &str, item: &Item, active: &Active) -> Object {
    let mut object = active.to_object();
    object.insert("holding", item.holding.to_string());
    object.insert("name", name);
    object.insert("ledger", item.ledger.origin());
    object
}
