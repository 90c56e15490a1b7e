//! `omote receive`: takes what a world offers, after its origin and the offer were agreed to. The
//! holder's machine runs it.
//!
//! ```text
//! link ─ origin confirmed ─ offer opened ─ shown ─ agreed ─▶ redeemed, verified ─ shown ─ agreed ─▶ kept
//!                                                     └ browser, where the world has accounts ┘
//! ```
//! The terms of a license stand in the credential and are shown only after the offer is redeemed. A
//! person is asked a second time then; `--consent DIGEST` has nobody to ask, and keeps whatever
//! arrives and verifies.

mod link;
mod pending;
mod sheets;
mod taking;

use fetch::Client;
use schemas::digest::Sha256Digest;
use schemas::message::Confidential;
use schemas::oid4vci::authorization::{RedirectUri, RedirectUriError};
use schemas::reason::Reason;
use wallet_core::receive::{
    self, Arrived, Copies, ImportFault, LoginCode, OpenOffer, ReceiveError, Step, Wanted,
};
use wallet_core::{HoldingError, Wallet};

pub(crate) use taking::{notified_code, tell_owed};

use crate::args::ReceiveArgs;
use crate::commands::{finding, origin, persona};
use crate::error::{Failure, Local};
use crate::exit::Exit;
use crate::loopback::Loopback;
use crate::output::Answer;
use crate::progress::Progress;
use crate::prompt::{self, CONSENT_FLAG};
use crate::sheet::Sheet;
use crate::terminal::{Mark, Terminal};
use crate::unlock::{self, Session};
use crate::{browser, files, network, secrets};

/// Receives, or shows what would be received.
///
/// # Errors
/// [`Failure`]; nothing is kept then.
pub(crate) fn run(
    args: &ReceiveArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    if args.pending {
        return pending::run(args, terminal, session);
    }
    let link = files::link(args.link.as_deref(), args.qr_image.as_deref())?;
    let offer = link::read(&link)?;
    let mut wallet = unlock::open(terminal, session)?;
    let persona = persona::chosen(&wallet, args.persona.as_deref())?;
    let confirmed = origin::confirm(
        terminal,
        session,
        &mut wallet,
        offer.world(),
        args.origin.as_ref(),
    )?;
    let client = Client::new(confirmed.policy()).speaking(terminal.texts().lang().tag());
    let opening = receive::open(&client, offer.clone(), &confirmed, session.now);
    let open = network::wait(terminal, "progress-asking", opening)?;
    let open = open.map_err(|error| link::unopened(error, &offer))?;
    let copies = args.copies.map_or(Copies::Usual, |copies| {
        Copies::AtMost(usize::try_from(copies).unwrap_or(usize::MAX))
    });
    let mut wanted = Wanted {
        persona: persona.index,
        configurations: args.only.clone(),
        format: args.format,
        tx_code: None,
        login: None,
        copies,
    };
    let names = open.name_findings(&wallet)?;
    let sheet = sheets::offer_sheet(terminal.texts(), &open, &names, &persona, &wanted)?;
    if args.consent.dry_run {
        return Ok(sheets::dry_run(
            terminal, &open, &names, &persona, &wanted, &sheet,
        ));
    }
    let digest = match args.consent.consent {
        Some(digest) => {
            let mut warnings = Sheet::default();
            finding::names_on(terminal.texts(), &mut warnings, &names);
            warnings.tell(terminal);
            digest
        }
        None => {
            sheet.tell(terminal);
            agree(terminal, "receive-ask")?;
            open.digest(&wanted)
        }
    };
    if open.needs_login() {
        let code = login(
            args,
            terminal,
            &client,
            &mut wallet,
            &open,
            &digest,
            &wanted,
        )?;
        wanted.login = Some(code);
    }
    let arrived = redeem(
        args,
        terminal,
        &client,
        &mut wallet,
        &open,
        &digest,
        &mut wanted,
        session,
    )?;
    let taken = taking::take(args, terminal, &client, &mut wallet, arrived, session)?;
    Ok(taken.answer())
}

/// Spends the code. A second code that was typed wrong is asked for again; how often it may be tried is
/// the world's rule.
#[expect(clippy::too_many_arguments, reason = "all of one conversation")]
fn redeem(
    args: &ReceiveArgs,
    terminal: &mut Terminal,
    client: &Client,
    wallet: &mut Wallet,
    open: &OpenOffer,
    digest: &Sha256Digest,
    wanted: &mut Wanted,
    session: &Session,
) -> Result<Arrived, Failure> {
    let mut tries = TRIES;
    loop {
        wanted.tx_code = code(args, terminal, open)?;
        let redeeming = receive::redeem(client, wallet, open.clone(), digest, wanted, session.now);
        let error = match network::wait(terminal, "progress-receiving", redeeming)? {
            Ok(arrived) => return Ok(arrived),
            Err(error) => error,
        };
        if !wallet.undecided()?.is_empty() {
            // Of several things some may have come before the failure.
            terminal.mark(Mark::Careful, "receive-stays", &[]);
        }
        tries = tries.saturating_sub(1);
        let is_typed = args.code_file.is_none() && terminal.is_interactive();
        if !error.is_wrong_code() || !is_typed {
            return Err(link_failure(error));
        }
        if tries == 0 {
            // With so many wrong ones an offer has ended, whatever the answer to the last one was.
            return Err(Failure::of(Reason::TxCodeLocked));
        }
        terminal.mark(Mark::Careful, "receive-code-wrong", &[]);
    }
}

/// Sends the person to the world's own pages, and waits for their browser to come back.
#[expect(clippy::too_many_arguments, reason = "all of one conversation")]
fn login(
    args: &ReceiveArgs,
    terminal: &mut Terminal,
    client: &Client,
    wallet: &mut Wallet,
    open: &OpenOffer,
    digest: &Sha256Digest,
    wanted: &Wanted,
) -> Result<LoginCode, Failure> {
    let listener = Loopback::listen()?;
    let redirect_uri: RedirectUri = listener
        .address()
        .parse()
        .map_err(|error: RedirectUriError| Failure::explained(error.reason(), &error))?;
    let beginning = receive::begin_login(client, wallet, open, digest, wanted, redirect_uri);
    let login = network::wait(terminal, "progress-asking", beginning)?.map_err(failure)?;
    terminal.say("receive-login", &[("world", open.world().origin().into())]);
    // On a line of its own and unbroken: it is copied as a whole.
    terminal.say_whole(login.link());
    if args.open {
        browser::open(login.link())?;
    }
    let waited = {
        let _progress = Progress::start(terminal, "progress-login");
        listener.wait(terminal.texts(), |query| login.is_answered_by(query))
    };
    login.answer(&waited?).map_err(failure)
}

/// How often a second code is asked for.
const TRIES: usize = 5;

/// What a refusal to receive tells the person.
pub(crate) fn failure(error: ReceiveError) -> Failure {
    said(error).by_world()
}

fn said(error: ReceiveError) -> Failure {
    if let Some(what) = broken(&error) {
        let reason = error.reason();
        let broken = Failure::from(Local::AnswerBroken { reason, what });
        return broken.detail(&error);
    }
    match error {
        ReceiveError::Holding(HoldingError::Store(error)) => error.into(),
        ReceiveError::Import(fault @ ImportFault::Verdict(_)) => {
            Failure::explained(fault.cause(), &fault).ending(Exit::NotVerified)
        }
        ReceiveError::Import(fault @ (ImportFault::KeptBack | ImportFault::KeyBound)) => {
            Failure::explained(fault.cause(), &fault).ending(Exit::NotVerified)
        }
        // The world's word, as an offer that has ended is.
        ReceiveError::Refused {
            reason: Reason::DeadlinePassed,
            ..
        } => Failure::explained(error.reason(), &error).ending(Exit::NotVerified),
        error if error.is_wrong_code() => Failure::explained(error.reason(), &error)
            .helped_by("omote receive LINK --code-file FILE"),
        ReceiveError::Consent(_) => {
            Failure::explained(error.reason(), &error).helped_by("omote receive LINK --dry-run")
        }
        error => Failure::explained(error.reason(), &error),
    }
}

/// Which answer of a world cannot be read, by message id. Offers and metadata have codes that say so
/// themselves.
const fn broken(error: &ReceiveError) -> Option<&'static str> {
    let step = match error {
        ReceiveError::Message { step, .. } => *step,
        ReceiveError::TokenMalformed => Step::Token,
        _ => return None,
    };
    match step {
        Step::Credential | Step::Deferred => Some("answer-credential"),
        Step::Login => Some("answer-login"),
        Step::Nonce => Some("answer-nonce"),
        Step::Token => Some("answer-token"),
        Step::IssuerMetadata | Step::Offer | Step::ServerMetadata => None,
    }
}

/// The same of an offer that was just given by its link.
fn link_failure(error: ReceiveError) -> Failure {
    match error.reason() {
        Reason::NotFound => Local::LinkGone.into(),
        _ => failure(error),
    }
}

fn agree(terminal: &mut Terminal, id: &str) -> Result<(), Failure> {
    match prompt::confirm(terminal, id, &[], CONSENT_FLAG)? {
        prompt::Answer::Yes => Ok(()),
        prompt::Answer::No => Err(Local::Declined.into()),
    }
}

/// The code that the world told the person by another way.
fn code(
    args: &ReceiveArgs,
    terminal: &mut Terminal,
    open: &OpenOffer,
) -> Result<Option<Confidential>, Failure> {
    let Some(form) = open.tx_code() else {
        return Ok(None);
    };
    if let Some(path) = &args.code_file {
        let text = secrets::text(path)?;
        return Ok(Some(Confidential::new(text.trim())));
    }
    prompt::needs(terminal, "--code-file FILE")?;
    if let Some(description) = &form.description {
        terminal.say("receive-code-said", &[("text", description.into())]);
    }
    let typed = prompt::line(terminal, "receive-code", &[], "--code-file FILE")?;
    Ok(Some(Confidential::new(typed)))
}

#[cfg(test)]
mod tests {
    use schemas::lang::Lang;
    use schemas::reason::Reason;
    use wallet_core::receive::ReceiveError;

    use super::failure;
    use crate::exit::Exit;
    use crate::texts::Texts;

    #[test]
    fn a_broken_answer_is_named_as_what_it_is() {
        for (lang, what) in [
            (Lang::En, "the token that lets this wallet ask"),
            (Lang::Ja, "トークンが正しい形になっていません"),
        ] {
            let failure = failure(ReceiveError::TokenMalformed);
            assert_eq!(failure.exit(), Exit::NotVerified);
            assert_eq!(failure.code(), Reason::ImportRejected.code());
            let said = failure.sentence(&Texts::new(lang));
            assert!(said.contains(what), "{said}");
        }
    }
}
