//! `omote inbox`: what is offered to this wallet, what it offers, what was interrupted, and what speaks
//! against a ledger. The holder's machine runs it.
//!
//! It goes on with what was interrupted: the person has agreed to that before, and nothing is sent twice.

use fetch::Client;
use schemas::json::Object;
use schemas::ledger::Event;
use schemas::object;
use schemas::world::WorldId;
use wallet_core::transfer::{self, Inbox, Incoming, Item, Standing, StepKind};
use wallet_core::{Confirmed, HoldingError, Wallet};

use crate::commands::transfer::{failure, go_on, standing_words, until};
use crate::commands::{accept, evidence, list, origin};
use crate::error::Failure;
use crate::exit::Exit;
use crate::network;
use crate::output::{Answer, list as list_of};
use crate::terminal::{Mark, Terminal, fitted, table};
use crate::texts::Texts;
use crate::unlock::{self, Session};

/// Asks, goes on, and shows.
///
/// # Errors
/// [`Failure`] of the wallet. What went wrong with a world stands in the answer, beside the rest.
pub(crate) fn run(terminal: &mut Terminal, session: &Session) -> Result<Answer, Failure> {
    let mut wallet = unlock::open(terminal, session)?;
    let mut failed = Failed::default();
    let mut resumed = Vec::new();
    for unfinished in wallet.unfinished()? {
        let outcome = origin::confirm(terminal, session, &mut wallet, &unfinished.ledger, None)
            .and_then(|confirmed| go_on(terminal, session, &mut wallet, &confirmed, &unfinished));
        match outcome {
            Ok(done) => resumed.push(done),
            Err(failure) => failed.note(terminal, &unfinished.ledger, failure),
        }
    }
    let own = given_out(terminal, session, &mut wallet, &mut failed)?;
    let collected = collect(terminal, session, &mut wallet, &mut failed)?;
    let (offers, refused) = incoming(terminal, session, &wallet, &mut failed)?;
    let warnings = evidence::write_all(terminal, session, &wallet)?;
    let nothing = offers.is_empty() && own.is_empty() && resumed.is_empty();
    if nothing && collected.is_empty() && warnings.is_empty() {
        match wallet.open_addresses(session.now)? {
            0 => terminal.say("inbox-no-address", &[]),
            count => terminal.say("inbox-empty", &[("count", count.into())]),
        }
    }
    Ok(failed.end(object! {
        "offers" => list_of(offers),
        "refused" => list_of(refused),
        "giving" => list_of(own),
        "collected" => list_of(collected),
        "steps" => list_of(resumed),
        "warnings" => list_of(warnings),
    }))
}

/// What went wrong, of one world or another. The others are asked and shown all the same.
#[derive(Default)]
struct Failed {
    all: Vec<Object>,
    exit: Option<Exit>,
}

impl Failed {
    /// Says at once which world it is of.
    fn note(&mut self, terminal: &mut Terminal, world: &WorldId, failure: Failure) {
        let failure = failure.detail(&world.origin());
        failure.tell(terminal);
        self.exit = self.exit.or(Some(failure.exit()));
        self.all.push(object! {
            "ledger" => world.origin(),
            "reason" => failure.code(),
            "sentence" => failure.sentence(terminal.texts()),
        });
    }

    /// Ends as the first of them does.
    fn end(self, mut data: Object) -> Answer {
        data.insert("failed", list_of(self.all));
        match self.exit {
            Some(exit) => Answer::ended(exit, data),
            None => Answer::done(data),
        }
    }
}

/// The items that this wallet offers, looked at again: somebody may have taken one.
fn given_out(
    terminal: &mut Terminal,
    session: &Session,
    wallet: &mut Wallet,
    failed: &mut Failed,
) -> Result<Vec<Object>, Failure> {
    let (mut own, mut rows) = (Vec::new(), Vec::new());
    let is_offered = |item: &Item| matches!(item.standing, Standing::Offered { .. });
    let items = wallet.items()?.into_iter().filter(is_offered);
    for item in items.collect::<Vec<_>>() {
        let looked = look(terminal, session, wallet, &item);
        let standing = match looked {
            Ok(standing) => standing,
            Err(failure) => {
                failed.note(terminal, &item.ledger, failure);
                item.standing
            }
        };
        let holding = wallet.holding(&item.holding)?;
        let holding = holding.ok_or(HoldingError::NotFound)?;
        let after = wallet.item(&item.holding)?;
        let head = after.as_ref().and_then(|item| item.head());
        let event = head.map(|head| head.leaf.claims().event);
        rows.push(vec![
            list::short(&holding.id.to_string()),
            holding.name.clone(),
            became(terminal.texts(), standing, event),
        ]);
        own.push(object! {
            "holding" => holding.id.to_string(),
            "name" => holding.name.as_str(),
            "ledger" => item.ledger.origin(),
            "item" => item.tag,
            "standing" => standing.name(),
            "until" => until(Some(standing)),
            "event" => event.map(Event::id),
        });
    }
    for line in table(&fitted(rows, &[NAME])) {
        terminal.data(&line);
    }
    Ok(own)
}

/// What became of an offer, as its item's newest step says.
fn became(texts: &Texts, standing: Standing, event: Option<Event>) -> String {
    match (standing, event) {
        (Standing::Held, Some(Event::Refuse)) => texts.text("inbox-was-refused"),
        (Standing::Held, Some(Event::Expire)) => texts.text("inbox-ran-out"),
        _ => standing_words(texts, standing),
    }
}

/// The columns whose texts are names, which say enough when they are cut.
const NAME: usize = 1;
const WORLD: usize = 2;

/// Fetches what came in return for what was passed on.
fn collect(
    terminal: &mut Terminal,
    session: &Session,
    wallet: &mut Wallet,
    failed: &mut Failed,
) -> Result<Vec<Object>, Failure> {
    let mut collected = Vec::new();
    let items = wallet.items()?.into_iter();
    for item in items
        .filter(|item| item.owed().is_some())
        .collect::<Vec<_>>()
    {
        let outcome =
            origin::confirm(terminal, session, wallet, &item.ledger, None).and_then(|confirmed| {
                let client = Client::new(confirmed.policy());
                let client = client.speaking(terminal.texts().lang().tag());
                let (id, now) = (&item.holding, session.now);
                let collecting = transfer::collect(&client, wallet, id, &confirmed, now);
                network::wait(terminal, "progress-transfer", collecting)?
                    .map_err(|error| failure(error, StepKind::Give))
            });
        match outcome {
            Ok(received) => {
                for kept in received.iter().flat_map(|all| &all.holdings) {
                    let name = crate::sanitize::brief(&kept.holding.name);
                    terminal.mark(Mark::Good, "swap-collected", &[("name", name.into())]);
                    collected.push(list::holding_json(wallet, &kept.holding, session.now)?);
                }
            }
            Err(failure) => failed.note(terminal, &item.ledger, failure),
        }
    }
    Ok(collected)
}

fn look(
    terminal: &mut Terminal,
    session: &Session,
    wallet: &mut Wallet,
    item: &Item,
) -> Result<Standing, Failure> {
    let confirmed = origin::confirm(terminal, session, wallet, &item.ledger, None)?;
    let client = Client::new(confirmed.policy());
    let looking = transfer::look(&client, wallet, &item.holding, &confirmed, session.now);
    network::wait(terminal, "progress-asking", looking)?
        .map_err(|error| failure(error, StepKind::Give))
}

fn incoming(
    terminal: &mut Terminal,
    session: &Session,
    wallet: &Wallet,
    failed: &mut Failed,
) -> Result<(Vec<Object>, Vec<Object>), Failure> {
    let (mut offers, mut refused) = (Vec::new(), Vec::new());
    let (mut rows, mut below) = (Vec::new(), Vec::new());
    for world in wallet.confirmed_worlds()? {
        let confirmed = wallet
            .confirmed(&world)
            .map_err(|error| Failure::explained(error.reason(), &error))?;
        let (inbox, failure) = ask(terminal, session, wallet, &confirmed)?;
        if let Some(failure) = failure {
            failed.note(terminal, &world, failure);
        }
        for offer in &inbox.offers {
            rows.push(row(terminal.texts(), offer));
            below.push(how(terminal.texts(), wallet, offer)?);
            offers.push(offer.to_object());
        }
        for (tag, reason) in inbox.refused {
            let tag = schemas::encoding::hex::encode(tag.as_bytes());
            let sentence = reason.sentence(terminal.texts().lang());
            terminal.mark(
                Mark::Bad,
                "inbox-refused",
                &[
                    ("offer", list::short(&tag).into()),
                    ("world", world.origin().into()),
                    ("sentence", sentence.into()),
                ],
            );
            refused.push(object! {
                "offer" => tag,
                "ledger" => world.origin(),
                "reason" => reason.code(),
            });
        }
        for (tag, reason) in inbox.unread {
            let tag = schemas::encoding::hex::encode(tag.as_bytes());
            let failure = Failure::of(reason).detail(&list::short(&tag));
            failed.note(terminal, &world, failure);
        }
    }
    let rows = table(&fitted(rows, &[NAME, WORLD]));
    for (line, below) in rows.iter().zip(below) {
        terminal.data(line);
        for line in below {
            terminal.prose(&format!("  {line}"));
        }
    }
    Ok((offers, refused))
}

/// Asks the ledger of one world, for each persona by itself. What was found before something went wrong
/// is there all the same.
///
/// # Errors
/// [`Failure`] of the wallet.
pub(crate) fn ask(
    terminal: &Terminal,
    session: &Session,
    wallet: &Wallet,
    confirmed: &Confirmed,
) -> Result<(Inbox, Option<Failure>), Failure> {
    let (mut all, mut failed) = (Inbox::default(), None);
    for persona in wallet.expecting(confirmed.world(), session.now)? {
        let client = Client::new(confirmed.policy());
        let asking = transfer::ask(&client, wallet, persona, confirmed, session.now);
        match network::wait(terminal, "progress-asking", asking)? {
            Ok(Some(inbox)) => {
                all.offers.extend(inbox.offers);
                all.refused.extend(inbox.refused);
                all.unread.extend(inbox.unread);
            }
            Ok(None) => {}
            Err(error) => failed = Some(failure(error, StepKind::Refuse)),
        }
    }
    Ok((all, failed))
}

fn row(texts: &Texts, offer: &Incoming) -> Vec<String> {
    let until = [("until", offer.until().to_string().into())];
    vec![
        list::short(&offer.id()),
        offer.name(),
        offer.ledger().authority().to_owned(),
        texts.with("inbox-until", &until),
    ]
}

/// What an offer asks for, and how it is accepted.
fn how(texts: &Texts, wallet: &Wallet, offer: &Incoming) -> Result<Vec<String>, Failure> {
    let mut lines = Vec::new();
    let mut command = format!("omote accept {}", list::short(&offer.id()));
    if let Some(tag) = offer.wants() {
        match accept::held(wallet, offer.ledger(), tag)? {
            Some(held) => {
                let name = crate::sanitize::brief(&held.name);
                lines.push(texts.with("inbox-wants", &[("name", name.into())]));
                let id = held.id.to_string();
                command = format!("{command} --give {}", list::short(&id));
            }
            None => {
                let tag = tag.to_string();
                lines.push(texts.with("inbox-wants-other", &[("tag", tag.into())]));
                return Ok(lines);
            }
        }
    }
    lines.push(texts.with("inbox-accept", &[("command", command.into())]));
    Ok(lines)
}
