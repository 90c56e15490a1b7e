//! `omote present`: shows a world what it asks for, after the outcome was shown and agreed to. The
//! holder's machine runs it.
//!
//! ```text
//! link ─ origin confirmed ─ request verified ─ chosen, verified again ─ outcome shown ─ agreed ─▶ sent
//! ```

use fetch::Client;
use schemas::dcql::QueryId;
use schemas::form::Form;
use schemas::json::{Object, Value};
use schemas::object;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use wallet_core::consent::Disclosure;
use wallet_core::present::{
    self, Leases, Preference, Prepared, PresentError, Presented, Request, VerifiedRequest, Wishes,
};
use wallet_core::{Freshness, HistoryError, HoldingError, OsEntropy, Refillable, Wallet};

use crate::args::{Choice, PresentArgs};
use crate::commands::disclosure::Around;
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
    let link = files::link(args.link.as_deref(), args.qr_image.as_deref())?;
    let request = read(&link)?;
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
    let request = request.trusting(wallet.anchors()?);
    let client = Client::new(request.policy(&confirmed).map_err(failure)?);
    let mut entropy = OsEntropy;
    let opening = present::open(&client, &request, &confirmed, &mut entropy, session.now);
    let verified = network::wait(terminal, "progress-asking", opening)?.map_err(failure)?;
    let wishes = Wishes {
        preferences: &preferences,
        freshness: if args.fresh {
            Freshness::Unseen
        } else {
            Freshness::Known
        },
        leases: if args.no_lease {
            Leases::Never
        } else {
            Leases::AsAsked
        },
    };
    let prepared = present::prepare(
        &wallet,
        verified.clone(),
        persona.index,
        &wishes,
        session.now,
    );
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return refuse(terminal, args, &client, &verified, error),
    };
    if args.consent.dry_run {
        return dry_run(terminal, &wallet, prepared.disclosure(), session.now);
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
    let shown = prepared.disclosure().shown.iter();
    let names: Vec<_> = shown
        .map(|copy| (copy.holding, copy.name.clone()))
        .collect();
    let accepted = match args.consent.consent {
        Some(digest) if args.again => prepared.accept_again(&digest),
        Some(digest) => prepared.accept(&digest),
        None => {
            if !ask(terminal, &wallet, prepared.disclosure(), session.now)? {
                let declining = present::decline(&client, &verified);
                // The world may not hear it; what counts is that nothing leaves.
                drop(network::wait(terminal, "progress-asking", declining)?);
                return Err(Local::Declined.into());
            }
            agree(prepared)
        }
    };
    let accepted = accepted.map_err(failure)?;
    // An item's ledger writes its lease.
    let client = Client::new(accepted.policy());
    let sending = present::send(&client, &mut wallet, accepted, session.now);
    let presented = network::wait(terminal, "progress-presenting", sending)?;
    let presented = presented.map_err(|error| {
        let refused = matches!(error, PresentError::Refused { .. });
        // What cannot be read here is the world's word, after everything was sent.
        let unread = matches!(error, PresentError::Message(_));
        let failure = failure(error);
        let failure = if unread {
            failure
                .beside("detail-sent", Vec::new())
                .ending(Exit::NotVerified)
        } else {
            failure
        };
        // It says what is wrong and not with which of them.
        let names = names.into_iter().filter(|_| refused || unread);
        names.fold(failure, |failure, (id, name)| {
            let id = list::short(&id.to_string());
            failure.beside(
                "detail-shown",
                vec![("name", name.into()), ("id", id.into())],
            )
        })
    })?;
    Ok(tell(terminal, &presented))
}

fn is_offer(link: &str) -> bool {
    let names = ["credential_offer", "credential_offer_uri"];
    let form = Form::of_link(link);
    link.starts_with("openid-credential-offer:")
        || form.is_ok_and(|form| names.iter().any(|name| form.field(name).is_some()))
}

/// Reads the link; one that is none of a request is a slip of the person's and not of a world's.
fn read(link: &str) -> Result<Request, Failure> {
    if is_offer(link) {
        return Err(Local::OfferGiven.into());
    }
    present::read_request(link).map_err(|error| {
        let says_who = Form::of_link(link).is_ok_and(|form| form.field("client_id").is_some());
        if says_who {
            failure(error)
        } else {
            Local::NoRequestLink.into()
        }
    })
}

/// What a refusal to present tells the person. But for a choice of theirs, what is not understood or
/// comes too late is the world's.
fn failure(error: PresentError) -> Failure {
    let is_theirs = matches!(error, PresentError::OnlyOne { .. });
    let is_over = match &error {
        PresentError::Expired => true,
        PresentError::Refused { reason, .. } => *reason == Reason::DeadlinePassed,
        _ => false,
    };
    let failure = said(error);
    match (is_theirs, is_over) {
        (true, _) => failure,
        (false, true) => failure.ending(Exit::NotVerified),
        (false, false) => failure.by_world(),
    }
}

fn said(error: PresentError) -> Failure {
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
        PresentError::NothingFits {
            other: Some(other), ..
        } => Local::OtherFormat {
            asked: other.asked,
            held: other.held,
            id: list::short(&other.holding.id.to_string()),
            name: other.holding.name,
        }
        .into(),
        PresentError::NothingFits { query_id, .. } => {
            let failure = Failure::from(Local::NothingFits);
            match query_id {
                Some(part) => failure.beside("detail-part", vec![("part", part.into())]),
                None => failure,
            }
        }
        PresentError::Exhausted {
            holding: Some(holding),
        } => Local::NoCopyLeft {
            id: list::short(&holding.id.to_string()),
            name: holding.name,
            refill: holding.refill,
        }
        .into(),
        PresentError::Exhausted { holding: None } => {
            Failure::of(error.reason()).helped_by("omote refill HOLDING")
        }
        PresentError::Chosen {
            holding,
            reason,
            heard,
        } => {
            let gives_more = holding.refill == Refillable::Yes;
            let id = list::short(&holding.id.to_string());
            let command = format!("omote refill {id}");
            if reason == Reason::TransferUnfinished {
                let command = format!("omote withdraw {id}");
                let values = vec![("name", holding.name.into()), ("id", id.into())];
                return Failure::said(reason, "err-offered-not-shown", values).helped_by(command);
            }
            let failure = Failure::from(Local::NotStanding {
                reason,
                id,
                name: holding.name,
            });
            let failure = match heard {
                Some(at) => failure.beside("detail-heard", vec![("time", at.to_string().into())]),
                None => failure,
            };
            match reason {
                Reason::CredExpired if gives_more => failure.helped_by(command),
                _ => failure,
            }
        }
        // A world knows of lists that a wallet does not ask while it shows something.
        PresentError::Refused {
            reason: Reason::Revoked | Reason::Suspended,
            ..
        } => Failure::of(error.reason()).helped_by("omote check --holdings"),
        PresentError::Refused { code, reason } => {
            let code = code.to_string();
            Failure::of(reason).beside("detail-refused", vec![("code", code.into())])
        }
        PresentError::Lease { reason, begun } => {
            let failure = Failure::of(reason).beside("detail-lease", Vec::new());
            match begun {
                true => failure.helped_by("omote inbox"),
                false => failure.helped_by("omote present LINK --no-lease"),
            }
        }
        PresentError::OnlyOne { query_id } => Failure::of(Reason::BadRequest)
            .beside("detail-only-one", vec![("part", query_id.into())]),
        PresentError::RequestStatus { found, reason } if reason != Reason::NotFound => {
            let found = usize::from(found);
            Failure::of(reason).beside("detail-status", vec![("status", found.into())])
        }
        PresentError::RequestElsewhere { expected, found } => {
            let values = vec![
                ("expected", expected.origin().to_owned().into()),
                ("found", found.origin().to_owned().into()),
            ];
            Failure::of(Reason::RequestUriBlocked).beside("detail-elsewhere", values)
        }
        // The sentence of the code says it all.
        PresentError::Consent(_)
        | PresentError::Encryption
        | PresentError::Expired
        | PresentError::Formats
        | PresentError::NotAWorld => Failure::of(error.reason()),
        PresentError::Unsigned => Failure::of(error.reason()).beside("detail-unsigned", Vec::new()),
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
        PresentError::NothingFits { .. }
            | PresentError::Exhausted { .. }
            | PresentError::Chosen { .. }
    );
    let failure = failure(error);
    if !nothing || args.consent.dry_run || !terminal.is_interactive() {
        return Err(failure);
    }
    // Why comes first: the answer depends on it.
    failure.tell(terminal);
    let values = [("world", verified.world().origin().into())];
    let said = prompt::confirm(terminal, "present-say-no", &values, CONSENT_FLAG);
    if matches!(said, Ok(prompt::Answer::Yes)) {
        let declining = present::decline(client, verified);
        drop(network::wait(terminal, "progress-asking", declining)?);
    }
    Err(failure.silenced())
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
fn ask(
    terminal: &mut Terminal,
    wallet: &Wallet,
    shown: &Disclosure,
    now: Timestamp,
) -> Result<bool, Failure> {
    prompt::needs(terminal, CONSENT_FLAG)?;
    let around = Around::of(wallet, shown, now)?;
    let sheet =
        |terminal: &Terminal, detail| disclosure::sheet(terminal.texts(), shown, &around, detail);
    sheet(terminal, Detail::Headline).tell(terminal);
    if let Some(interrupted) = &shown.interrupted {
        let at = interrupted.at.to_string();
        terminal.mark(Mark::Careful, "present-interrupted", &[("time", at.into())]);
    }
    loop {
        let world = shown.world.origin();
        // On a small screen the head of the sheet is gone by now.
        disclosure::reminder(terminal.texts(), shown).tell(terminal);
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
    now: Timestamp,
) -> Result<Answer, Failure> {
    let (texts, around) = (terminal.texts(), Around::of(wallet, shown, now)?);
    disclosure::sheet(texts, shown, &around, Detail::Everything).give(terminal);
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

#[cfg(test)]
mod tests {
    use schemas::oauth::ErrorCode;
    use schemas::reason::Reason;
    use wallet_core::present::PresentError;

    use super::failure;
    use crate::exit::Exit;

    #[test]
    fn what_a_world_gets_wrong_is_no_fault_of_the_command_line() {
        let refused = |reason| PresentError::Refused {
            code: ErrorCode::InvalidRequest,
            reason,
        };
        for error in [
            PresentError::RequestStatus {
                found: 400,
                reason: Reason::BadRequest,
            },
            PresentError::Expired,
            refused(Reason::BadRequest),
            refused(Reason::DeadlinePassed),
        ] {
            let failure = failure(error);
            assert_eq!(failure.exit(), Exit::NotVerified, "{}", failure.code());
        }
        let choice = PresentError::OnlyOne {
            query_id: "avatar".into(),
        };
        assert_eq!(failure(choice).exit(), Exit::Usage);
    }
}
