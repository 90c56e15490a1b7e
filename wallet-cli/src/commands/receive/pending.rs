//! `omote receive --pending`: what arrived and nobody has decided on, and what worlds still owe. The
//! holder's machine runs it.
//!
//! A dry run shows both and contacts nobody. `--consent DIGEST` keeps exactly the one thing whose digest
//! a dry run printed, and fetches nothing: what has not arrived has no digest, and nobody could have
//! agreed to it.

use fetch::Client;
use schemas::json::{Object, Value};
use schemas::object;
use schemas::world::WorldId;
use wallet_core::consent::KeepConsent;
use wallet_core::receive::{self, Arrived, Fetched, ReceiveError, Undecided};
use wallet_core::{Confirmed, Wallet};

use crate::args::ReceiveArgs;
use crate::commands::receive::taking::{self, Taken, tell_owed};
use crate::commands::receive::{failure, sheets};
use crate::commands::{list, origin, refill};
use crate::error::{Failure, Local};
use crate::network;
use crate::output::{Answer, list as list_of};
use crate::sheet::Sheet;
use crate::terminal::Terminal;
use crate::unlock::{self, Session};

/// Decides on what arrived, and fetches what is owed, as far as it is time to ask.
///
/// # Errors
/// [`Failure`]: the first of those that there were, after everything was tried.
pub(super) fn run(
    args: &ReceiveArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    let mut wallet = unlock::open(terminal, session)?;
    if args.consent.dry_run {
        return dry_run(terminal, &wallet, session);
    }
    if let Some(digest) = args.consent.consent {
        let consent = KeepConsent::Digest(digest);
        return keep_exactly(terminal, &mut wallet, consent, session);
    }
    let mut told = Told::default();
    for undecided in wallet.undecided()? {
        let outcome = resume(terminal, &mut wallet, &undecided, session);
        told.outcome(terminal, outcome);
    }
    for owed in wallet.owed()? {
        let outcome = fetch(terminal, &mut wallet, &owed, session);
        told.outcome(terminal, outcome);
    }
    if let Some(failure) = told.failure {
        return Err(failure);
    }
    if told.all.holdings.is_empty() && told.all.owed.is_empty() {
        terminal.say("receive-nothing-owed", &[]);
    }
    Ok(told.all.answer())
}

#[derive(Default)]
struct Told {
    all: Taken,
    failure: Option<Failure>,
}

impl Told {
    /// The last failure is told when the command ends.
    fn outcome(&mut self, terminal: &mut Terminal, outcome: Result<Taken, Failure>) {
        match outcome {
            Ok(taken) => self.all.join(taken),
            Err(failure) => {
                if let Some(before) = self.failure.replace(failure) {
                    before.tell(terminal);
                }
            }
        }
    }
}

fn resume(
    terminal: &mut Terminal,
    wallet: &mut Wallet,
    undecided: &Undecided,
    session: &Session,
) -> Result<Taken, Failure> {
    let (client, confirmed) = reach(terminal, wallet, &undecided.world, session)?;
    let resuming = receive::resume(&client, wallet, undecided, &confirmed, session.now);
    let found = network::wait(terminal, "progress-asking", resuming)?;
    take(terminal, &client, wallet, found, session)
}

fn fetch(
    terminal: &mut Terminal,
    wallet: &mut Wallet,
    owed: &receive::Owed,
    session: &Session,
) -> Result<Taken, Failure> {
    let (client, confirmed) = reach(terminal, wallet, &owed.world, session)?;
    let fetching = receive::fetch_owed(&client, wallet, owed, &confirmed, session.now);
    let found = network::wait(terminal, "progress-asking", fetching)?;
    take(terminal, &client, wallet, found, session)
}

fn reach(
    terminal: &mut Terminal,
    wallet: &mut Wallet,
    world: &WorldId,
    session: &Session,
) -> Result<(Client, Confirmed), Failure> {
    let confirmed = origin::confirm(terminal, session, wallet, world, None)?;
    let client = Client::new(confirmed.policy()).speaking(terminal.texts().lang().tag());
    Ok((client, confirmed))
}

fn take(
    terminal: &mut Terminal,
    client: &Client,
    wallet: &mut Wallet,
    found: Result<Fetched, ReceiveError>,
    session: &Session,
) -> Result<Taken, Failure> {
    match found.map_err(failure)? {
        Fetched::NotYet(owed) => {
            tell_owed(terminal, &owed);
            Ok(Taken {
                owed: vec![owed.to_object()],
                ..Taken::default()
            })
        }
        Fetched::Refilled(refilled) => {
            refill::tell(terminal, &refilled);
            let json = list::holding_json(wallet, &refilled.holding, session.now)?;
            Ok(Taken {
                holdings: vec![json],
                notified: Some(refilled.notified),
                ..Taken::default()
            })
        }
        Fetched::Arrived(arrived) => {
            sheets::arrived_sheet(terminal.texts(), &arrived).tell(terminal);
            taking::ask(terminal, client, wallet, *arrived, session)
        }
    }
}

/// Keeps the one thing that was agreed to.
fn keep_exactly(
    terminal: &mut Terminal,
    wallet: &mut Wallet,
    consent: KeepConsent,
    session: &Session,
) -> Result<Answer, Failure> {
    for undecided in wallet.undecided()? {
        // What is not to be believed any more is not what a dry run printed a digest of.
        let Ok(Some(seen)) = receive::look(wallet, &undecided, session.now) else {
            continue;
        };
        if consent != KeepConsent::Digest(seen.digest()) || undecided.refills.is_some() {
            continue;
        }
        let (client, _) = reach(terminal, wallet, &undecided.world, session)?;
        let taken = taking::keep(terminal, &client, wallet, seen, consent, session)?;
        return Ok(taken.answer());
    }
    Err(Local::NoSuchDigest.into())
}

fn dry_run(terminal: &mut Terminal, wallet: &Wallet, session: &Session) -> Result<Answer, Failure> {
    let mut waiting = Vec::new();
    let mut can_be_kept = false;
    for undecided in wallet.undecided()? {
        let seen = receive::look(wallet, &undecided, session.now);
        if let (Ok(Some(arrived)), None) = (&seen, undecided.refills) {
            let digest = arrived.digest().to_string();
            sheets::arrived_sheet(terminal.texts(), arrived).give(terminal);
            terminal.data_text("dry-run-digest", &[("digest", digest.into())]);
            can_be_kept = true;
        } else {
            give_unseen(terminal, &undecided, seen.as_ref().err());
        }
        waiting.push(json(&undecided, &seen));
    }
    let owed = wallet.owed()?;
    for owed in &owed {
        let mut sheet = Sheet::default();
        sheet.careful(taking::owed_line(terminal.texts(), owed));
        sheet.give(terminal);
    }
    if waiting.is_empty() && owed.is_empty() {
        terminal.say("receive-nothing-owed", &[]);
    }
    if can_be_kept {
        terminal.say("receive-pending-next", &[]);
    }
    let owed = owed.iter().map(receive::Owed::to_object);
    Ok(Answer::done(object! {
        "dry_run" => true,
        "undecided" => list_of(waiting),
        "owed" => list_of(owed),
    }))
}

/// Of what cannot be shown: more copies of a holding, what was never judged, and what is not to be
/// believed any more.
fn give_unseen(terminal: &mut Terminal, undecided: &Undecided, error: Option<&ReceiveError>) {
    let texts = terminal.texts();
    let mut sheet = Sheet::default();
    sheet.heading(texts.with(
        "receive-came",
        &[
            ("world", undecided.world.origin().into()),
            ("time", undecided.arrived_at.to_string().into()),
        ],
    ));
    sheet.value(texts.text("receive-copies"), &undecided.copies.to_string());
    match error {
        Some(error) => sheet.careful(error.cause().sentence(texts.lang())),
        None if undecided.refills.is_some() => sheet.text(texts, "receive-came-refill", &[]),
        None => sheet.text(texts, "receive-came-unjudged", &[]),
    }
    sheet.give(terminal);
}

fn json(undecided: &Undecided, seen: &Result<Option<Arrived>, ReceiveError>) -> Object {
    let mut object = undecided.to_object();
    let (credentials, digest) = match seen {
        Ok(Some(arrived)) => {
            let shown = arrived.to_object();
            let credentials = shown.get("credentials").cloned().unwrap_or(Value::Null);
            let digest = undecided.refills.is_none().then(|| arrived.digest());
            (credentials, digest)
        }
        Ok(None) | Err(_) => (Value::Null, None),
    };
    object.insert("credentials", credentials);
    object.insert("digest", digest);
    let reason = seen.as_ref().err().map(|error| error.cause().code());
    object.insert("reason", reason);
    object
}
