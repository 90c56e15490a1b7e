//! `omote present`: shows a world what it asks for, after the outcome was shown and agreed to. The
//! holder's machine runs it.
//!
//! ```text
//! link ─ origin confirmed ─ request verified ─ chosen, verified again ─ outcome shown ─ agreed ─▶ sent
//! ```

use fetch::Client;
use schemas::dcql::QueryId;
use schemas::json::{Object, Value};
use schemas::object;
use schemas::reason::Reason;
use wallet_core::consent::Disclosure;
use wallet_core::present::{self, Preference, Prepared, PresentError, Presented, VerifiedRequest};
use wallet_core::{HistoryError, HoldingError, OsEntropy, Wallet};

use crate::args::{Choice, PresentArgs};
use crate::commands::report::Detail;
use crate::commands::{disclosure, finding, list, origin, persona};
use crate::error::{Failure, Local};
use crate::exit::Exit;
use crate::output::{Answer, count, optional};
use crate::prompt::{self, CONSENT_FLAG};
use crate::sheet::Sheet;
use crate::terminal::{Mark, Terminal};
use crate::unlock::{self, Session};
use crate::{files, network};

/// Presents, or shows what would be presented.
///
/// # Errors
/// [`Failure`]; what left is in the history then.
pub(crate) fn run(
    args: &PresentArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    let request = present::read_request(&files::link(&args.link)?).map_err(failure)?;
    let mut wallet = unlock::open(terminal, session)?;
    let persona = persona::chosen(&wallet, args.persona.as_deref())?;
    let preferences = preferences(&wallet, &args.choose)?;
    let confirmed = origin::confirm(
        terminal,
        session,
        &mut wallet,
        request.world(),
        args.origin.as_ref(),
    )?;
    let client = Client::new(confirmed.policy());
    let mut entropy = OsEntropy;
    let opening = present::open(&client, &request, &confirmed, &mut entropy, session.now);
    let verified = network::wait(terminal, "progress-asking", opening)?.map_err(failure)?;
    let prepared = present::prepare(
        &wallet,
        verified.clone(),
        persona.index,
        &preferences,
        session.now,
    );
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return refuse(terminal, args, &client, &verified, error),
    };
    if args.consent.dry_run {
        return dry_run(terminal, &wallet, prepared.disclosure());
    }
    if args.consent.consent.is_some() {
        let mut warnings = Sheet::default();
        finding::names_on(
            terminal.texts(),
            &mut warnings,
            &prepared.disclosure().names,
        );
        warnings.tell(terminal);
    }
    let accepted = match args.consent.consent {
        Some(digest) if args.again => prepared.accept_again(&digest),
        Some(digest) => prepared.accept(&digest),
        None => {
            if !ask(terminal, &wallet, prepared.disclosure())? {
                let declining = present::decline(&client, &verified);
                // The world may not hear it; what counts is that nothing leaves.
                drop(network::wait(terminal, "progress-asking", declining)?);
                return Err(Local::Declined.into());
            }
            agree(prepared)
        }
    };
    let accepted = accepted.map_err(failure)?;
    let sending = present::send(&client, &mut wallet, accepted, session.now);
    let presented = network::wait(terminal, "progress-presenting", sending)?.map_err(failure)?;
    Ok(tell(terminal, &presented))
}

/// What a refusal to present tells the person.
fn failure(error: PresentError) -> Failure {
    match error {
        PresentError::Holding(HoldingError::Store(error))
        | PresentError::History(HistoryError::Store(error)) => error.into(),
        PresentError::Interrupted { .. } => Failure::explained(error.reason(), &error)
            .helped_by("omote present LINK --again --consent DIGEST"),
        PresentError::Client(_) => {
            let cause = error.cause();
            let failure = Failure::explained(error.reason(), &error);
            if cause == error.reason() {
                failure
            } else {
                failure.detail(&cause.code())
            }
        }
        PresentError::NothingFits { query_id } => {
            let failure = Failure::from(Local::NothingFits);
            match query_id {
                Some(part) => failure.detail(&part),
                None => failure,
            }
        }
        PresentError::Exhausted => {
            Failure::explained(error.reason(), &error).helped_by("omote receive LINK")
        }
        error if error.reason() == Reason::NotFound => Local::LinkGone.into(),
        error => Failure::explained(error.reason(), &error),
    }
}

fn preferences(wallet: &Wallet, choices: &[Choice]) -> Result<Vec<Preference>, Failure> {
    choices
        .iter()
        .map(|choice| {
            let query_id = QueryId::new(choice.query.as_str())
                .ok_or_else(|| Failure::of(Reason::BadRequest).detail(&choice.query))?;
            let holding = list::named(wallet, &choice.holding)?.id;
            Ok(Preference { query_id, holding })
        })
        .collect()
}

/// Nothing answers: the person decides whether the world hears a no, which is the same no as any.
fn refuse(
    terminal: &mut Terminal,
    args: &PresentArgs,
    client: &Client,
    verified: &VerifiedRequest,
    error: PresentError,
) -> Result<Answer, Failure> {
    let nothing = matches!(
        error,
        PresentError::NothingFits { .. } | PresentError::Exhausted
    );
    let failure = failure(error);
    if nothing && !args.consent.dry_run && terminal.is_interactive() {
        let world = verified.world().origin();
        terminal.say("present-nothing", &[("world", world.into())]);
        if prompt::confirm(terminal, "present-say-no", &[], CONSENT_FLAG)? == prompt::Answer::Yes {
            let declining = present::decline(client, verified);
            drop(network::wait(terminal, "progress-asking", declining)?);
        }
    }
    Err(failure)
}

fn agree(prepared: Prepared) -> Result<present::Accepted, PresentError> {
    let digest = *prepared.disclosure().digest();
    // Of an interrupted run the person was told before they said yes.
    match prepared.disclosure().interrupted {
        Some(_) => prepared.accept_again(&digest),
        None => prepared.accept(&digest),
    }
}

/// Shows the outcome and asks; the person may look at every value first.
fn ask(terminal: &mut Terminal, wallet: &Wallet, shown: &Disclosure) -> Result<bool, Failure> {
    prompt::needs(terminal, CONSENT_FLAG)?;
    let holdings = wallet.holdings()?;
    let personas = wallet.personas()?;
    let sheet = |terminal: &Terminal, detail| {
        disclosure::sheet(terminal.texts(), shown, &holdings, &personas, detail)
    };
    sheet(terminal, Detail::Headline).tell(terminal);
    if let Some(interrupted) = &shown.interrupted {
        let at = interrupted.at.to_string();
        terminal.mark(Mark::Careful, "present-interrupted", &[("time", at.into())]);
    }
    loop {
        let world = shown.world.origin();
        match prompt::choose(
            terminal,
            "present-ask",
            &[("world", world.into())],
            CONSENT_FLAG,
        )? {
            prompt::Choice::Yes => return Ok(true),
            prompt::Choice::No => return Ok(false),
            prompt::Choice::Details => {
                sheet(terminal, Detail::Everything).tell(terminal);
            }
        }
    }
}

fn dry_run(
    terminal: &mut Terminal,
    wallet: &Wallet,
    shown: &Disclosure,
) -> Result<Answer, Failure> {
    let holdings = wallet.holdings()?;
    let (texts, personas) = (terminal.texts(), wallet.personas()?);
    disclosure::sheet(texts, shown, &holdings, &personas, Detail::Everything).give(terminal);
    let digest = shown.digest().to_string();
    terminal.data("");
    terminal.data_text("dry-run-digest", &[("digest", (&digest).into())]);
    terminal.say(
        "dry-run-next",
        &[("command", "present".into()), ("digest", digest.into())],
    );
    Ok(Answer::done(
        object! { "dry_run" => true, "disclosure" => shown.to_object() },
    ))
}

fn tell(terminal: &mut Terminal, presented: &Presented) -> Answer {
    let world = presented.world.origin();
    let refused = presented
        .receipt
        .as_ref()
        .and_then(|receipt| receipt.outcome.reason());
    match refused {
        None => terminal.mark(Mark::Good, "present-done", &[("world", world.into())]),
        Some(reason) => {
            let sentence = reason.sentence(terminal.texts().lang());
            let values = [("world", world.into()), ("sentence", sentence.into())];
            terminal.mark(Mark::Bad, "present-not-admitted", &values);
        }
    }
    let receipt = match &presented.receipt {
        Some(receipt) => {
            terminal.mark(
                Mark::Good,
                "present-receipt",
                &[("entry", presented.entry.seq.into())],
            );
            Value::from(object! {
                "id" => receipt.id.to_string(),
                "issued_at" => receipt.issued_at.to_string(),
                "verdict" => receipt.outcome.verdict().id(),
                "reason" => optional(receipt.outcome.reason()),
            })
        }
        None => {
            terminal.mark(Mark::Careful, "present-no-receipt", &[]);
            Value::Null
        }
    };
    if let Some(url) = &presented.redirect_uri {
        terminal.data(url.as_str());
    }
    let data: Object = object! {
        "dry_run" => false,
        "world" => world,
        "entry" => count(usize::try_from(presented.entry.seq).unwrap_or(usize::MAX)),
        "receipt" => receipt,
        "admission_token" => optional(presented.admission_token.as_ref().map(|token| token.reveal())),
        "redirect_uri" => optional(presented.redirect_uri.as_ref().map(|url| url.as_str())),
    };
    let exit = if refused.is_some() {
        Exit::NotVerified
    } else {
        Exit::Done
    };
    Answer::ended(exit, data)
}
