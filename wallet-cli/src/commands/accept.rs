//! `omote accept` and what it shares with `omote refuse`: an offer is looked up, shown with its terms and
//! its whole life, and answered. The holder's machine runs it.

use fetch::Client;
use schemas::encoding::hex;
use schemas::ledger::ItemTag;
use schemas::world::WorldId;
use wallet_core::transfer::{self, Given, Incoming, Item, Standing, StepKind, TransferError};
use wallet_core::{Confirmed, Holding, Persona, Wallet};

use crate::args::{AcceptArgs, OfferArgs};
use crate::commands::transfer::{
    Question, Step, brief, failure, go_on, hand_words, take, terms_words,
};
use crate::commands::{finding, inbox, license, list, origin};
use crate::error::{Failure, Local};
use crate::network;
use crate::output::{Answer, list as list_of};
use crate::sheet::Sheet;
use crate::terminal::Terminal;
use crate::texts::Texts;
use crate::unlock::{self, Session};

/// The fewest digits that name an offer.
const MIN_PREFIX: usize = 4;
/// How many are shown of each.
const USUAL_DIGITS: usize = 8;
/// More of them are counted.
const MOST_NAMED: usize = 8;

/// Takes what is offered.
///
/// # Errors
/// [`Failure`].
pub(crate) fn run(
    args: &AcceptArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    let given = args.give.as_deref();
    answer(&args.offer, given, terminal, session, StepKind::Accept)
}

/// Answers an offer, with an item that is given in return where it asks for one.
///
/// # Errors
/// [`Failure`].
pub(crate) fn answer(
    args: &OfferArgs,
    given: Option<&str>,
    terminal: &mut Terminal,
    session: &Session,
    kind: StepKind,
) -> Result<Answer, Failure> {
    let mut wallet = unlock::open(terminal, session)?;
    // The same command again goes on where the first one was interrupted.
    let mut begun = wallet.unfinished()?;
    begun.retain(|one| {
        let is_there = args.world.as_ref().is_none_or(|world| *world == one.ledger);
        one.kind == kind && is_there && is_meant(&hex::encode(one.tag.as_bytes()), &args.offer)
    });
    let lines = begun.iter().map(|one| Candidate {
        id: hex::encode(one.tag.as_bytes()),
        name: one.name.clone(),
        world: one.ledger.clone(),
    });
    require_one(&args.offer, lines.collect())?;
    if let Some(begun) = begun.first() {
        let confirmed = origin::confirm(terminal, session, &mut wallet, &begun.ledger, None)?;
        let done = go_on(terminal, session, &mut wallet, &confirmed, begun)?;
        return Ok(Answer::done(schemas::object! {
            "dry_run" => false,
            "steps" => list_of([done]),
        }));
    }
    let (confirmed, offer) = find(terminal, session, &wallet, args, kind)?;
    let prepared = match given {
        None => transfer::prepare_answer(&wallet, &offer, kind, session.now),
        Some(given) => {
            let holding = list::named(&wallet, given)?;
            let client = Client::new(confirmed.policy());
            let now = session.now;
            let preparing =
                transfer::prepare_swap(&client, &mut wallet, &offer, &holding, &confirmed, now);
            network::wait(terminal, "progress-asking", preparing)?
        }
    };
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(TransferError::Swap { wanted: Some(tag) }) => {
            return Err(swap_wanted(&wallet, &offer, tag)?);
        }
        Err(error) => return Err(failure(error, kind)),
    };
    let personas = wallet.personas()?;
    let persona = list::persona_name(&personas, offer.persona());
    let mut sheet = sheet(terminal.texts(), &offer, kind, &persona);
    if let Some(given) = prepared.given() {
        in_return(terminal.texts(), &mut sheet, &offer, given, &personas);
    }
    let step = Step {
        prepared,
        sheet,
        offer: Some(offer.to_object()),
        consent: &args.consent,
        question: match given {
            Some(_) => Question::Name,
            None => Question::Yes,
        },
    };
    take(terminal, session, &mut wallet, &confirmed, step)
}

/// The refusal of an answer without what the offer asks for in return, and how it is given.
fn swap_wanted(wallet: &Wallet, offer: &Incoming, tag: ItemTag) -> Result<Failure, Failure> {
    let id: String = offer.id().chars().take(USUAL_DIGITS).collect();
    let held = held(wallet, offer.ledger(), tag)?;
    let item = match &held {
        Some(held) => list::short(&held.id.to_string()).to_owned(),
        None => "ITEM".to_owned(),
    };
    let failure = Failure::from(Local::SwapWanted {
        name: held.map(|held| held.name),
        tag: tag.to_string(),
    });
    Ok(failure.helped_by(format!("omote accept {id} --give {item}")))
}

/// The holding of this wallet that is an item of a ledger, when it holds it.
pub(crate) fn held(
    wallet: &Wallet,
    ledger: &WorldId,
    tag: ItemTag,
) -> Result<Option<Holding>, Failure> {
    let is_it = |item: &Item| {
        item.ledger == *ledger && item.tag == tag && item.standing != Standing::PassedOn
    };
    let item = wallet.items()?.into_iter().find(is_it);
    Ok(match item {
        Some(item) => wallet.holding(&item.holding)?,
        None => None,
    })
}

/// What is given in return: who holds it before and after.
fn in_return(
    texts: &Texts,
    sheet: &mut Sheet,
    offer: &Incoming,
    given: &Given,
    personas: &[Persona],
) {
    sheet.gap();
    let name = crate::sanitize::brief(&given.name);
    sheet.heading(texts.with("swap-heading", &[("name", (&name).into())]));
    let persona = list::persona_name(personas, given.persona);
    let ours = texts.with("give-you", &[("persona", persona.into())]);
    sheet.value(texts.text("give-before"), &ours);
    let theirs = texts.with("swap-giver", &[("mark", brief(&given.to).into())]);
    sheet.value(texts.text("swap-after"), &theirs);
    sheet.text(texts, "swap-both", &[]);
    if given.persona != offer.persona() {
        sheet.careful(texts.text("swap-personas"));
    }
    sheet.careful(texts.text("swap-no-return"));
}

fn is_meant(id: &str, text: &str) -> bool {
    text.len() >= MIN_PREFIX && id.starts_with(&text.to_ascii_lowercase())
}

/// What may be meant by the first digits of an offer.
struct Candidate {
    id: String,
    name: String,
    world: WorldId,
}

/// Refuses digits by which several offers are meant: which one is asked about would be chance.
fn require_one(text: &str, mut candidates: Vec<Candidate>) -> Result<(), Failure> {
    if candidates.len() < 2 {
        return Ok(());
    }
    candidates.sort_by(|one, other| (&one.id, &one.world).cmp(&(&other.id, &other.world)));
    let ids: Vec<&str> = candidates.iter().map(|one| one.id.as_str()).collect();
    let digits = telling(&ids);
    let mut failure = Failure::from(Local::SeveralOffers {
        digits: crate::sanitize::brief(text),
        count: candidates.len(),
    });
    for one in candidates.iter().take(MOST_NAMED) {
        let id: String = one.id.chars().take(digits).collect();
        let values = vec![
            ("offer", id.into()),
            ("name", crate::sanitize::brief(&one.name).into()),
            ("world", one.world.origin().to_owned().into()),
        ];
        failure = failure.beside("offer-apart", values);
    }
    Err(match candidates.len().saturating_sub(MOST_NAMED) {
        0 => failure,
        more => failure.beside("holdings-more", vec![("count", more.into())]),
    })
}

/// How many digits tell these apart, as far as any do; never fewer than are usually shown.
fn telling(ids: &[&str]) -> usize {
    let shared = |one: &str, other: &str| {
        let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b);
        same.count()
    };
    let pairs = ids.windows(2).map(|pair| match pair {
        [one, other] if one != other => shared(one, other) + 1,
        _ => 0,
    });
    pairs.max().unwrap_or_default().max(USUAL_DIGITS)
}

/// The one offer of this name, in the ledger of any world that the person confirmed.
fn find(
    terminal: &Terminal,
    session: &Session,
    wallet: &Wallet,
    args: &OfferArgs,
    kind: StepKind,
) -> Result<(Confirmed, Incoming), Failure> {
    let mut unreachable = None;
    let (mut found, mut broken, mut candidates) = (Vec::new(), None, Vec::new());
    for world in wallet.confirmed_worlds()? {
        if args.world.as_ref().is_some_and(|named| *named != world) {
            continue;
        }
        let confirmed = wallet
            .confirmed(&world)
            .map_err(|error| Failure::explained(error.reason(), &error))?;
        let (inbox, failed) = inbox::ask(terminal, session, wallet, &confirmed)?;
        if let Some(failed) = failed {
            unreachable = Some(failed.detail(&world.origin()));
        }
        for offer in inbox.offers {
            if is_meant(&offer.id(), &args.offer) {
                candidates.push(Candidate {
                    id: offer.id(),
                    name: offer.name(),
                    world: world.clone(),
                });
                found.push((confirmed.clone(), offer));
            }
        }
        for (tag, reason) in inbox.refused {
            let id = hex::encode(tag.as_bytes());
            if is_meant(&id, &args.offer) {
                let (name, world) = (String::new(), world.clone());
                candidates.push(Candidate { id, name, world });
                broken = Some(reason);
            }
        }
        for (tag, reason) in inbox.unread {
            if is_meant(&hex::encode(tag.as_bytes()), &args.offer) {
                unreachable = Some(Failure::of(reason).detail(&world.origin()));
            }
        }
    }
    require_one(&args.offer, candidates)?;
    match (found.pop(), broken) {
        (Some(found), _) => Ok(found),
        (None, Some(reason)) => Err(Failure::of(reason)),
        (None, None) => {
            Err(unreachable.unwrap_or_else(|| failure(TransferError::NothingOffered, kind)))
        }
    }
}

fn sheet(texts: &Texts, offer: &Incoming, kind: StepKind, persona: &str) -> Sheet {
    let mut sheet = Sheet::default();
    let name = crate::sanitize::brief(&offer.name());
    let heading = match kind {
        StepKind::Refuse => "refuse-heading",
        _ => "accept-heading",
    };
    sheet.heading(texts.with(heading, &[("name", (&name).into())]));
    sheet.value(texts.text("give-ledger"), offer.ledger().origin());
    if let Some(asset) = offer.asset() {
        sheet.value(texts.text("show-model"), &asset.name);
    }
    sheet.value(texts.text("show-creator"), offer.terms.creator.as_str());
    sheet.value(texts.text("receive-for"), persona);
    sheet.value(texts.text("give-until"), &offer.until().to_string());
    let most = offer.terms.transfer.most;
    // Taking it is a pass too.
    let so_far = offer.transfers().saturating_add(1);
    let left = most.map(|most| most.saturating_sub(so_far));
    let words = terms_words(texts, &offer.terms.transfer, left);
    sheet.value(texts.text("give-left"), &words);
    for line in license::permissions(&offer.terms.license, texts) {
        sheet.value(line.label, &line.value);
    }
    for found in offer.provenance.findings() {
        if let Some(line) = finding::words(texts, found) {
            sheet.careful(line);
        }
    }
    sheet.gap();
    sheet.text(texts, "accept-hands", &[]);
    for hand in &offer.hands {
        sheet.line(&hand_words(texts, hand, false));
    }
    if kind == StepKind::Accept {
        sheet.text(texts, "accept-means", &[]);
    }
    sheet
}

#[cfg(test)]
mod tests {
    use super::{Candidate, is_meant, require_one, telling};

    fn candidate(id: &str, world: &str) -> Candidate {
        Candidate {
            id: id.to_owned(),
            name: "lantern #7".to_owned(),
            world: world.parse().unwrap(),
        }
    }

    #[test]
    fn digits_that_mean_several_offers_mean_none() {
        let (a, b) = ("https://a.example", "https://b.example");
        assert!(is_meant("abcd0001", "ABCD") && !is_meant("abcd0001", "abc"));
        assert!(require_one("abcd", vec![candidate("abcd0001", a)]).is_ok());
        for pair in [
            [candidate("abcd0001", a), candidate("abcd0002", a)],
            [candidate("abcd0001", a), candidate("abcd0001", b)],
        ] {
            let failure = require_one("abcd", pair.into()).unwrap_err();
            assert_eq!(failure.code(), "bad_request");
        }
    }

    #[test]
    fn as_many_digits_are_shown_as_tell_them_apart() {
        assert_eq!(telling(&["abcd00010", "abcd00011"]), 9);
        assert_eq!(telling(&["abcd0001", "bbcd0001"]), 8);
        assert_eq!(telling(&["abcd00010", "abcd00010"]), 8);
    }
}
