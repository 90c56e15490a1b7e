//! `omote refill`: more copies of what is held, and what worlds still owe. The holder's machine runs it.
//!
//! Only when the person says so: an issuer that were asked while something is shown would learn when
//! that is.

use fetch::Client;
use schemas::json::{Object, Value};
use schemas::object;
use schemas::reason::Reason;
use wallet_core::receive::{self, RefillOutcome, Refilled, Wish};
use wallet_core::{HoldingId, Wallet};

use crate::args::RefillArgs;
use crate::commands::{list, origin, receive as receiving};
use crate::error::{Failure, Local};
use crate::exit::Exit;
use crate::network;
use crate::output::{Answer, count, list as list_of};
use crate::terminal::{Mark, Terminal};
use crate::unlock::{self, Session};

/// Refills what needs it.
///
/// # Errors
/// [`Failure`]: the first of those that there were, after everything was tried.
pub(crate) fn run(
    args: &RefillArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    let mut wallet = unlock::open(terminal, session)?;
    let wanted: Vec<HoldingId> = match &args.holding {
        Some(text) => vec![list::named(&wallet, text)?.id],
        None => wallet.listed()?.iter().map(|line| line.id).collect(),
    };
    let wish = if args.force { Wish::Forced } else { Wish::Due };
    let due = wallet.due(&wanted, wish, session.now)?;
    let mut told = Told::default();
    for due in &due {
        match ask(terminal, &mut wallet, due, session) {
            Ok(outcomes) => {
                for (id, outcome) in outcomes {
                    told.outcome(terminal, &wallet, &id, outcome, session)?;
                }
            }
            // No access for any of them.
            Err(failure) => {
                for id in &due.holdings {
                    told.fail(&wallet, id, failure.clone())?;
                }
            }
        }
    }
    if due.is_empty() {
        let refillable = wallet.due(&wanted, Wish::Forced, session.now)?;
        let lines = wallet.listed()?.into_iter();
        let mut lines = lines.filter(|line| wanted.contains(&line.id));
        let text = if refillable.is_empty() {
            "refill-not-offered"
        } else if lines.all(|line| !line.supply(session.now).stands) {
            "refill-not-standing"
        } else {
            "refill-not-due"
        };
        terminal.say(text, &[]);
    }
    told.end(terminal)
}

/// What came of one holding.
type Outcome = (HoldingId, Result<RefillOutcome, receive::ReceiveError>);

fn ask(
    terminal: &mut Terminal,
    wallet: &mut Wallet,
    due: &receive::Due,
    session: &Session,
) -> Result<Vec<Outcome>, Failure> {
    let confirmed = origin::confirm(terminal, session, wallet, &due.world, None)?;
    let client = Client::new(confirmed.policy());
    let refilling = receive::refill(&client, wallet, due, &confirmed, session.now);
    network::wait(terminal, "progress-receiving", refilling)?.map_err(failure)
}

/// What a refusal of more copies tells the person: there is no offer that could be at fault.
fn failure(error: receive::ReceiveError) -> Failure {
    match error.reason() {
        Reason::OfferRejected | Reason::NotFound | Reason::CredentialNotAuthorized => {
            Failure::from(Local::NoMoreCopies).detail(&error)
        }
        Reason::GrantRevoked => receiving::failure(error).ending(Exit::NotVerified),
        _ => receiving::failure(error),
    }
}

#[derive(Default)]
struct Told {
    data: Vec<Object>,
    failures: Vec<Failed>,
}

/// A holding that was not refilled, and why.
struct Failed {
    name: String,
    id: String,
    world: String,
    failure: Failure,
}

impl Told {
    fn outcome(
        &mut self,
        terminal: &mut Terminal,
        wallet: &Wallet,
        id: &HoldingId,
        outcome: Result<RefillOutcome, receive::ReceiveError>,
        session: &Session,
    ) -> Result<(), Failure> {
        match outcome {
            Ok(RefillOutcome::Done(refilled)) => {
                tell(terminal, &refilled);
                self.data.push(object! {
                    "holding" => list::holding_json(wallet, &refilled.holding, session.now)?,
                    "renewed" => count(refilled.renewed),
                    "added" => count(refilled.added),
                    "owed" => Value::Null,
                    "issuer_notified" => receiving::notified_code(refilled.notified),
                });
            }
            Ok(RefillOutcome::Later(owed)) => {
                receiving::tell_owed(terminal, &owed);
                if let Some(holding) = wallet.holding(id)? {
                    self.data.push(object! {
                        "holding" => list::holding_json(wallet, &holding, session.now)?,
                        "renewed" => count(0),
                        "added" => count(0),
                        "owed" => owed.to_object(),
                        "issuer_notified" => "not_asked",
                    });
                }
            }
            Err(error) => self.fail(wallet, id, failure(error))?,
        }
        Ok(())
    }

    fn fail(&mut self, wallet: &Wallet, id: &HoldingId, failure: Failure) -> Result<(), Failure> {
        let holding = wallet.holding(id)?;
        let (name, world) = holding
            .map(|holding| (holding.name, holding.issuer.origin().to_owned()))
            .unwrap_or_default();
        let id = list::short(&id.to_string());
        self.failures.push(Failed {
            name,
            id,
            world,
            failure,
        });
        Ok(())
    }

    /// Several failures are told in a line each; the first of them ends the command.
    fn end(self, terminal: &mut Terminal) -> Result<Answer, Failure> {
        let is_one = self.failures.len() == 1;
        let mut first = None;
        for failed in self.failures {
            let sentence = failed.failure.sentence(terminal.texts());
            let values = [
                ("name", failed.name.into()),
                ("id", failed.id.into()),
                ("world", failed.world.into()),
                ("sentence", sentence.into()),
            ];
            if !is_one {
                terminal.mark(Mark::Bad, "refill-failed", &values);
            }
            if first.is_none() {
                let which = terminal.texts().with("refill-for", &values);
                first = Some(failed.failure.detail(&which));
            }
        }
        match first {
            Some(failure) => Err(failure),
            None => Ok(Answer::done(object! { "refills" => list_of(self.data) })),
        }
    }
}

/// Says how a holding was refilled.
pub(crate) fn tell(terminal: &mut Terminal, refilled: &Refilled) {
    let parts = match (refilled.renewed, refilled.added) {
        (_, 0) => "renewed",
        (0, _) => "added",
        (_, _) => "both",
    };
    let id = list::short(&refilled.holding.id.to_string());
    terminal.mark(
        Mark::Good,
        "refill-done",
        &[
            ("name", (&refilled.holding.name).into()),
            ("id", id.into()),
            ("parts", parts.into()),
            ("renewed", refilled.renewed.into()),
            ("added", refilled.added.into()),
        ],
    );
}
