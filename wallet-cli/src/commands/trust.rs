//! `omote trust`: the worlds whose origins the person has confirmed. The holder's machine runs it.

mod anchor;

use schemas::json::Object;
use schemas::object;
use schemas::world::WorldId;
use wallet_core::{Confirmation, Pin, Removal};

use crate::args::TrustCommand;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{Answer, list};
use crate::terminal::{Mark, Terminal, table};
use crate::unlock::{self, Session};

/// Lists, confirms or forgets.
///
/// # Errors
/// [`Failure`].
pub(crate) fn run(
    command: &TrustCommand,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    let mut wallet = unlock::open(terminal, session)?;
    match command {
        TrustCommand::Anchor(command) => anchor::run(command, terminal, session, &mut wallet),
        TrustCommand::List => Ok(show(terminal, &wallet.pins()?)),
        TrustCommand::Add(args) => {
            let pin = wallet.confirm_world(&args.world, session.now)?;
            terminal.mark(
                Mark::Good,
                "trust-added",
                &[("world", origin(&args.world).into())],
            );
            Ok(Answer::done(object! { "world" => json(&pin) }))
        }
        TrustCommand::Remove(args) => {
            let removed = wallet.remove_pin(&args.world)? == Removal::Removed;
            let values = [("world", origin(&args.world).into())];
            let data = object! { "world" => origin(&args.world), "removed" => removed };
            if removed {
                terminal.mark(Mark::Good, "trust-removed", &values);
                Ok(Answer::done(data))
            } else {
                terminal.mark(Mark::Neutral, "trust-absent", &values);
                Ok(Answer::ended(Exit::NothingMatches, data))
            }
        }
    }
}

fn origin(world: &WorldId) -> &str {
    world.origin()
}

fn show(terminal: &mut Terminal, pins: &[Pin]) -> Answer {
    let rows: Vec<Vec<String>> = pins
        .iter()
        .map(|pin| {
            let texts = terminal.texts();
            let standing = match pin.confirmation {
                Confirmation::ByPerson { at } => {
                    texts.with("trust-confirmed", &[("time", at.to_string().into())])
                }
                Confirmation::Unconfirmed => texts.text("trust-unconfirmed"),
            };
            vec![origin(&pin.world).to_owned(), standing]
        })
        .collect();
    for line in table(&rows) {
        terminal.data(&line);
    }
    if pins.is_empty() {
        terminal.say("trust-none", &[]);
    }
    Answer::done(object! { "worlds" => list(pins.iter().map(json)) })
}

fn json(pin: &Pin) -> Object {
    let confirmed = match pin.confirmation {
        Confirmation::ByPerson { at } => Some(at),
        Confirmation::Unconfirmed => None,
    };
    object! {
        "origin" => origin(&pin.world),
        "did" => pin.did.to_string(),
        "first_seen" => pin.first_seen.to_string(),
        "confirmed_at" => crate::output::optional(confirmed),
    }
}
