//! What the commands have in common that move items: the sheet with before and after, the question, and
//! what a refusal tells the person. The holder's machine runs it.

use fetch::Client;
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::ledger::{Event, TransferTerms};
use schemas::object;
use schemas::time::Timestamp;
use wallet_core::transfer::{self, Done, Passage, Prepared, Standing, StepKind, Unfinished};
use wallet_core::{Confirmed, Wallet};

use crate::args::ConsentArgs;
pub(crate) use crate::commands::refusal::{failure, no_address};
use crate::commands::{evidence, list};
use crate::error::{Failure, Local};
use crate::network;
use crate::output::{Answer, list as list_of};
use crate::prompt::{self, CONSENT_FLAG};
use crate::sheet::Sheet;
use crate::terminal::{Mark, Terminal};
use crate::texts::Texts;
use crate::unlock::Session;

/// How a person says yes to a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// With the item's name, as it cannot be taken back.
    Name,
    /// With yes.
    Yes,
}

/// Shows a step, asks, and takes it to its end.
///
/// # Errors
/// [`Failure`]; what may be under way goes on with `omote inbox`.
pub(crate) fn take(
    terminal: &mut Terminal,
    session: &Session,
    wallet: &mut Wallet,
    confirmed: &Confirmed,
    step: Step<'_>,
) -> Result<Answer, Failure> {
    let Step {
        prepared,
        mut sheet,
        offer,
        consent,
        question,
    } = step;
    evidence::caution(&mut sheet, terminal, wallet, confirmed.world())?;
    let command = match prepared.kind() {
        StepKind::Accept => "accept OFFER",
        StepKind::Burn => "burn ITEM",
        StepKind::Give => "give ITEM ADDRESS",
        StepKind::Lease => "present LINK",
        StepKind::Refuse => "refuse OFFER",
        StepKind::Release => "release ITEM",
        StepKind::Withdraw => "withdraw ITEM",
    };
    if consent.dry_run {
        let digest = prepared.digest().to_string();
        sheet.give(terminal);
        terminal.data_text("dry-run-digest", &[("digest", (&digest).into())]);
        terminal.say(
            "step-dry-run-next",
            &[("command", command.into()), ("digest", digest.into())],
        );
        let mut data = object! {
            "dry_run" => true,
            "step" => prepared.to_object(session.now),
        };
        if let Some(offer) = offer {
            data.insert("offer", offer);
        }
        return Ok(Answer::done(data));
    }
    let digest = match consent.consent {
        Some(digest) => digest,
        None => {
            sheet.tell(terminal);
            ask(terminal, &prepared, question)?;
            prepared.digest()
        }
    };
    let done = carry_out(terminal, session, wallet, prepared, &digest, confirmed)?;
    tell(terminal, &done);
    evidence::write_all(terminal, session, wallet)?;
    Ok(Answer::done(object! {
        "dry_run" => false,
        "steps" => list_of([done_json(wallet, &done, session.now)?]),
    }))
}

/// A step that a person is asked about.
pub(crate) struct Step<'a> {
    /// The step.
    pub(crate) prepared: Prepared,
    /// What it would change.
    pub(crate) sheet: Sheet,
    /// The offer that it answers, for programs.
    pub(crate) offer: Option<Object>,
    /// How consent is given without a question.
    pub(crate) consent: &'a ConsentArgs,
    /// What is asked.
    pub(crate) question: Question,
}

fn carry_out(
    terminal: &Terminal,
    session: &Session,
    wallet: &mut Wallet,
    prepared: Prepared,
    digest: &Sha256Digest,
    confirmed: &Confirmed,
) -> Result<Done, Failure> {
    let client = Client::new(confirmed.policy()).speaking(terminal.texts().lang().tag());
    let kind = prepared.kind();
    let acting = transfer::carry_out(&client, wallet, prepared, digest, confirmed, session.now);
    network::wait(terminal, "progress-transfer", acting)?.map_err(|error| failure(error, kind))
}

/// Goes on with a step that was interrupted, without a question: the person has agreed to it.
///
/// # Errors
/// [`Failure`].
pub(crate) fn go_on(
    terminal: &mut Terminal,
    session: &Session,
    wallet: &mut Wallet,
    confirmed: &Confirmed,
    unfinished: &Unfinished,
) -> Result<Object, Failure> {
    let kind = terminal.texts().text(kind_text(unfinished.kind));
    terminal.say(
        "transfer-goes-on",
        &[("kind", kind.into()), ("name", (&unfinished.name).into())],
    );
    let client = Client::new(confirmed.policy()).speaking(terminal.texts().lang().tag());
    let resuming = transfer::resume(&client, wallet, unfinished, confirmed, session.now);
    let done = network::wait(terminal, "progress-transfer", resuming)?
        .map_err(|error| failure(error, unfinished.kind))?;
    tell(terminal, &done);
    done_json(wallet, &done, session.now)
}

fn ask(terminal: &mut Terminal, prepared: &Prepared, question: Question) -> Result<(), Failure> {
    let yes = match question {
        Question::Yes => {
            let id = question_text(prepared.kind());
            prompt::confirm(terminal, id, &[], CONSENT_FLAG)? == prompt::Answer::Yes
        }
        Question::Name => {
            // Of a swap, what goes away is named.
            let given = prepared.given();
            let full = given.map_or(prepared.name(), |given| &given.name);
            let name = crate::sanitize::brief(full);
            let values = [("name", (&name).into())];
            let id = match given {
                Some(_) => "swap-ask",
                None => question_text(prepared.kind()),
            };
            let typed = prompt::line(terminal, id, &values, CONSENT_FLAG)?;
            let is_it = typed == name || typed == full;
            if !is_it && !typed.is_empty() {
                return Err(Local::NamedOtherItem { typed, name }.into());
            }
            is_it
        }
    };
    match yes {
        true => Ok(()),
        false => Err(Local::DeclinedStep.into()),
    }
}

const fn question_text(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Accept => "accept-ask",
        StepKind::Burn => "burn-ask",
        StepKind::Give => "give-ask",
        StepKind::Refuse => "refuse-ask",
        StepKind::Lease | StepKind::Release => "release-ask",
        StepKind::Withdraw => "withdraw-ask",
    }
}

/// What a step does, by message id.
pub(crate) const fn kind_text(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Accept => "step-accept",
        StepKind::Burn => "step-burn",
        StepKind::Give => "step-give",
        StepKind::Lease => "step-lease",
        StepKind::Refuse => "step-refuse",
        StepKind::Release => "step-release",
        StepKind::Withdraw => "step-withdraw",
    }
}

/// How an item stands, by message id.
pub(crate) const fn standing_text(standing: Standing) -> &'static str {
    match standing {
        Standing::Burned => "standing-burned",
        Standing::Ended => "standing-ended",
        Standing::Held => "standing-held",
        Standing::Offered { .. } => "standing-offered",
        Standing::PassedOn => "standing-passed-on",
        Standing::Suspended => "standing-suspended",
    }
}

/// How an item stands, in words.
pub(crate) fn standing_words(texts: &Texts, standing: Standing) -> String {
    let until = match standing {
        Standing::Offered { until } => until.to_string(),
        _ => String::new(),
    };
    texts.with(standing_text(standing), &[("until", until.into())])
}

/// Whether and how often it may be passed on, in words.
pub(crate) fn terms_words(texts: &Texts, terms: &TransferTerms, left: Option<u64>) -> String {
    match (terms.allowed, left, terms.creator) {
        (false, _, _) => texts.text("transfer-never"),
        (true, None, false) => texts.text("transfer-free"),
        (true, None, true) => texts.text("transfer-creator"),
        (true, Some(0), _) => texts.text("transfer-no-more"),
        (true, Some(left), false) => texts.with("transfer-left", &[("left", left.into())]),
        (true, Some(left), true) => texts.with("transfer-left-creator", &[("left", left.into())]),
    }
}

/// The first letters of a commitment: enough to tell hands apart.
pub(crate) fn brief(commitment: &dyn std::fmt::Display) -> String {
    let text = commitment.to_string();
    let first: String = text.chars().take(12).collect();
    format!("{first}…")
}

/// What happened in a step, by message id.
const fn event_text(event: Event) -> &'static str {
    match event {
        Event::Mint => "event-mint",
        Event::Offer => "event-offer",
        Event::Accept => "event-accept",
        Event::Swap => "event-swap",
        Event::Refuse => "event-refuse",
        Event::Withdraw => "event-withdraw",
        Event::Expire => "event-expire",
        Event::Burn => "event-burn",
        Event::Lease => "event-lease",
        Event::Release => "event-release",
        Event::Suspend => "event-suspend",
        Event::Resume => "event-resume",
        Event::End => "event-end",
    }
}

/// One step of an item as a line: number, day, what happened, who holds it.
pub(crate) fn hand_words(texts: &Texts, hand: &Passage, is_ours: bool) -> String {
    let event = texts.text(event_text(hand.event));
    let holder = match is_ours {
        true => texts.text("hand-ours"),
        false => brief(&hand.holder),
    };
    let line = texts.with(
        "hand-line",
        &[
            ("time", hand.at.to_string().into()),
            ("event", event.into()),
            ("holder", holder.into()),
        ],
    );
    match &hand.reason {
        Some(reason) => format!("{line} “{}”", crate::sanitize::brief(reason)),
        None => line,
    }
}

/// Says what came of a step.
pub(crate) fn tell(terminal: &mut Terminal, done: &Done) {
    let id = match done.kind {
        StepKind::Accept if done.received.is_none() => "accept-over",
        StepKind::Accept => "accept-done",
        StepKind::Burn => "burn-done",
        StepKind::Give if !matches!(done.standing, Some(Standing::Offered { .. })) => "give-over",
        StepKind::Give => "give-done",
        StepKind::Lease => "lease-done",
        StepKind::Refuse => "refuse-done",
        StepKind::Release => "release-done",
        StepKind::Withdraw => "withdraw-done",
    };
    let standing = done.standing;
    let standing = standing.map(|standing| standing_words(terminal.texts(), standing));
    let until = match done.standing {
        Some(Standing::Offered { until }) => until.to_string(),
        _ => String::new(),
    };
    terminal.mark(
        Mark::Good,
        id,
        &[
            ("name", (&done.name).into()),
            ("until", until.into()),
            ("standing", standing.unwrap_or_default().into()),
        ],
    );
}

/// What came of a step, for programs.
pub(crate) fn done_json(wallet: &Wallet, done: &Done, now: Timestamp) -> Result<Object, Failure> {
    let mut holdings = Vec::new();
    for kept in done.received.iter().flat_map(|all| &all.holdings) {
        holdings.push(list::holding_json(wallet, &kept.holding, now)?);
    }
    Ok(object! {
        "act" => done.kind.name(),
        "name" => done.name.as_str(),
        "ledger" => done.ledger.origin(),
        "item" => done.tag,
        "standing" => done.standing.map(Standing::name),
        "until" => until(done.standing),
        "holdings" => list_of(holdings),
    })
}

/// Until when an offer stands.
pub(crate) const fn until(standing: Option<Standing>) -> Option<Timestamp> {
    match standing {
        Some(Standing::Offered { until }) => Some(until),
        _ => None,
    }
}
