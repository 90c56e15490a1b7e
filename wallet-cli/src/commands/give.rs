//! `omote give`: offers an item to somebody's address, after who holds what before and after was shown.
//! The holder's machine runs it.
//!
//! What is signed is on disk before it leaves. When this command is interrupted, the same command or
//! `omote inbox` goes on with it, and it is never sent twice.

use fetch::Client;
use schemas::json::{Object, Value};
use schemas::ledger::{Address, AddressError};
use schemas::reason::Reason;
use schemas::{canonical, object};
use wallet_core::transfer::{
    self, MOST_SECONDS, Prepared, StepKind, TransferError, USUAL_SECONDS, Until,
};
use wallet_core::{Holding, Wallet};

use crate::args::GiveArgs;
use crate::commands::transfer::{
    Question, Step, brief, failure, go_on, no_address, take, terms_words,
};
use crate::commands::{list, origin, persona};
use crate::error::{Failure, Local, shown};
use crate::output::{Answer, list as list_of};
use crate::prompt::{self, CONSENT_FLAG};
use crate::sheet::Sheet;
use crate::terminal::{Mark, Terminal};
use crate::texts::Texts;
use crate::unlock::{self, Session};
use crate::{files, network};

const LARGEST: u64 = 256 * 1024;

/// Gives, asks a creator, or agrees as a creator.
///
/// # Errors
/// [`Failure`].
pub(crate) fn run(
    args: &GiveArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    if args.creator_sign.is_some() {
        return agree(args, terminal, session);
    }
    let Some(item) = &args.holding else {
        return Err(Local::Usage("ITEM ADDRESS".to_owned()).into());
    };
    let address = files::link(args.address.as_deref(), args.qr_image.as_deref())?;
    let address: Address = address
        .parse()
        .map_err(|error: AddressError| no_address().detail(&error))?;
    let until = until(args)?;
    let mut wallet = unlock::open(terminal, session)?;
    let holding = list::named(&wallet, item)?;
    let confirmed = origin::confirm(terminal, session, &mut wallet, &holding.issuer, None)?;
    // The same command again goes on where the first one was interrupted.
    let begun = wallet.unfinished()?.into_iter().find(|one| {
        one.kind == StepKind::Give && one.holding == Some(holding.id) && one.is_to(&address)
    });
    if let Some(begun) = begun {
        let done = go_on(terminal, session, &mut wallet, &confirmed, &begun)?;
        return Ok(Answer::done(object! {
            "dry_run" => false,
            "steps" => list_of([done]),
        }));
    }
    let client = Client::new(confirmed.policy());
    let preparing = transfer::prepare_give(
        &client,
        &mut wallet,
        &holding,
        &address,
        until,
        args.wanted,
        &confirmed,
        session.now,
    );
    let prepared = network::wait(terminal, "progress-asking", preparing)?
        .map_err(|error| failure(error, StepKind::Give))?;
    if let Some(path) = &args.consent_request {
        return ask_creator(path, terminal, &prepared, session);
    }
    if prepared.lacks_creator() {
        return Err(failure(TransferError::Creator, StepKind::Give));
    }
    let sheet = sheet(terminal.texts(), &wallet, &holding, &prepared, session)?;
    let step = Step {
        prepared,
        sheet,
        offer: None,
        consent: &args.consent,
        question: Question::Name,
    };
    take(terminal, session, &mut wallet, &confirmed, step)
}

fn until(args: &GiveArgs) -> Result<Until, Failure> {
    if let Some(path) = &args.creator_consent {
        let bytes = files::read(path, LARGEST)?;
        let consented = transfer::read_consent(&bytes)
            .map_err(|error| Failure::explained(error.reason(), &error).detail(&path.display()))?;
        return Ok(Until::Step(Box::new(consented)));
    }
    let seconds = args.until.unwrap_or(USUAL_SECONDS);
    if (60..=MOST_SECONDS).contains(&seconds) {
        Ok(Until::Seconds(seconds))
    } else {
        Err(Local::Usage("--until: 1m … 30d".to_owned()).into())
    }
}

fn sheet(
    texts: &Texts,
    wallet: &Wallet,
    holding: &Holding,
    prepared: &Prepared,
    session: &Session,
) -> Result<Sheet, Failure> {
    let mut sheet = Sheet::default();
    let name = crate::sanitize::brief(prepared.name());
    sheet.heading(texts.with("give-heading", &[("name", (&name).into())]));
    sheet.value(texts.text("give-ledger"), prepared.ledger().origin());
    let persona = list::persona_name(&wallet.personas()?, holding.persona);
    let ours = texts.with("give-you", &[("persona", persona.into())]);
    sheet.value(texts.text("give-before"), &ours);
    let to = prepared.to().map(|to| brief(&to)).unwrap_or_default();
    let theirs = texts.with("give-address", &[("address", to.into())]);
    sheet.value(texts.text("give-after"), &theirs);
    if let Some(until) = prepared.until(session.now) {
        sheet.value(texts.text("give-until"), &until.to_string());
    }
    let transfers = prepared.head().claims().transfers;
    sheet.value(texts.text("give-transfers"), &transfers.to_string());
    let left = terms_words(texts, prepared.transfer(), prepared.left_after());
    sheet.value(texts.text("give-left"), &left);
    if let Some(wanted) = prepared.wanted() {
        let claims = wanted.claims();
        sheet.gap();
        sheet.heading(texts.text("swap-wanted"));
        sheet.value(texts.text("give-tag"), &claims.item.to_string());
        let theirs = texts.with("swap-holder", &[("mark", brief(&claims.holder).into())]);
        sheet.value(texts.text("give-before"), &theirs);
        let persona = list::persona_name(&wallet.personas()?, holding.persona);
        let ours = texts.with("give-you", &[("persona", persona.into())]);
        sheet.value(texts.text("swap-after"), &ours);
        sheet.text(texts, "swap-look", &[]);
        sheet.gap();
    }
    sheet.text(texts, "give-until-accepted", &[]);
    sheet.careful(texts.text("give-no-return"));
    Ok(sheet)
}

fn ask_creator(
    path: &std::path::Path,
    terminal: &mut Terminal,
    prepared: &Prepared,
    session: &Session,
) -> Result<Answer, Failure> {
    let request = prepared
        .consent_request(session.now)
        .map_err(|error| failure(error, StepKind::Give))?;
    write(path, &request)?;
    let path_text = shown(path);
    terminal.mark(
        Mark::Good,
        "give-consent-asked",
        &[("path", (&path_text).into())],
    );
    Ok(Answer::done(object! {
        "dry_run" => true,
        "step" => prepared.to_object(session.now),
        "consent_request" => path.display().to_string(),
    }))
}

/// The creator's side: what is asked is shown, and signed when they agree.
fn agree(args: &GiveArgs, terminal: &mut Terminal, session: &Session) -> Result<Answer, Failure> {
    let (Some(path), Some(out)) = (&args.creator_sign, &args.out) else {
        return Err(Local::Usage("--creator-sign FILE --out FILE".to_owned()).into());
    };
    if out.symlink_metadata().is_ok() {
        return Err(Local::FileExists(out.clone()).into());
    }
    let asked = transfer::read_consent_request(&files::read(path, LARGEST)?)
        .map_err(|error| Failure::explained(error.reason(), &error).detail(&path.display()))?;
    let wallet = unlock::open(terminal, session)?;
    let named = args.persona.as_deref();
    let named = named
        .map(|name| persona::named(&wallet, name))
        .transpose()?;
    let signer = asked.signer(&wallet, named.map(|persona| persona.index));
    let signer = signer.map_err(|error| match error {
        TransferError::NotCreator => {
            let creator = vec![("creator", asked.creator.to_string().into())];
            Failure::said(Reason::TransferNotAllowed, "err-not-creator", creator)
        }
        error => failure(error, StepKind::Give),
    })?;
    let texts = terminal.texts();
    let mut sheet = Sheet::default();
    let name = crate::sanitize::brief(&asked.name);
    sheet.heading(texts.with("give-creator-heading", &[("name", (&name).into())]));
    sheet.value(texts.text("give-ledger"), asked.ledger().origin());
    sheet.value(texts.text("give-tag"), &asked.tag().to_string());
    if let Some((to, until)) = asked.to() {
        sheet.value(texts.text("give-after"), &brief(&to));
        sheet.value(texts.text("give-until"), &until.to_string());
    }
    let persona = list::persona_name(&wallet.personas()?, signer);
    sheet.value(texts.text("give-creator-as"), &persona);
    match asked.wants() {
        Some(swap) => {
            sheet.gap();
            sheet.heading(texts.text("give-creator-wanted"));
            sheet.value(texts.text("give-tag"), &swap.item.to_string());
            let theirs = texts.with("swap-holder", &[("mark", brief(&swap.holder).into())]);
            sheet.value(texts.text("swap-after"), &theirs);
        }
        None => sheet.text(texts, "give-creator-for-nothing", &[]),
    }
    let digest = asked.digest();
    if args.consent.dry_run {
        sheet.give(terminal);
        terminal.data_text("dry-run-digest", &[("digest", digest.to_string().into())]);
        return Ok(Answer::done(object! {
            "dry_run" => true,
            "asked" => asked.to_object(),
            "digest" => digest,
        }));
    }
    match &args.consent.consent {
        Some(given) if *given == digest => {}
        Some(_) => {
            let failure = Failure::of(Reason::ConsentMismatch);
            return Err(failure.helped_by("omote give --creator-sign FILE --out FILE --dry-run"));
        }
        None => {
            sheet.tell(terminal);
            let asking = prompt::confirm(terminal, "give-creator-ask", &[], CONSENT_FLAG)?;
            if asking == prompt::Answer::No {
                return Err(Local::DeclinedStep.into());
            }
        }
    }
    let signed = asked
        .sign(&wallet, signer)
        .map_err(|error| failure(error, StepKind::Give))?;
    write(out, &signed)?;
    let path_text = shown(out);
    terminal.mark(
        Mark::Good,
        "give-consent-signed",
        &[("path", (&path_text).into())],
    );
    Ok(Answer::done(object! {
        "dry_run" => false,
        "steps" => Value::Array(Vec::new()),
        "consent" => out.display().to_string(),
    }))
}

fn write(path: &std::path::Path, object: &Object) -> Result<(), Failure> {
    let mut text = canonical::object_to_bytes(object);
    text.push(b'\n');
    files::write_new(path, &text)
}
