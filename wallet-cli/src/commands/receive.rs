//! `omote receive`: takes what a world offers, after its origin and the offer were agreed to. The
//! holder's machine runs it.
//!
//! ```text
//! link ─ origin confirmed ─ offer opened ─ shown ─ agreed ─▶ redeemed, verified ─ shown ─ agreed ─▶ kept
//! ```
//! The terms of a license stand in the credential and are shown only after the offer is redeemed. A
//! person is asked a second time then; `--consent DIGEST` has nobody to ask, and keeps whatever
//! arrives and verifies.

use fetch::Client;
use schemas::credential::CredentialType;
use schemas::message::Confidential;
use schemas::object;
use schemas::oid4vci::issuer_metadata::Display;
use schemas::reason::Reason;
use verifier::names::NameFinding;
use wallet_core::consent::KeepConsent;
use wallet_core::receive::{
    self, Arrived, ArrivedPart, Copies, ImportFault, Notified, OpenOffer, ReceiveError, Received,
    Wanted,
};
use wallet_core::{HoldingError, Persona, Wallet};

use crate::args::ReceiveArgs;
use crate::commands::{finding, license, list, origin, persona};
use crate::error::{Failure, Local};
use crate::exit::Exit;
use crate::output::{Answer, count, list as list_of};
use crate::prompt;
use crate::prompt::CONSENT_FLAG;
use crate::sheet::Sheet;
use crate::terminal::{Mark, Terminal};
use crate::texts::Texts;
use crate::unlock::{self, Session};
use crate::{files, network, secrets};

/// Receives, or shows what would be received.
///
/// # Errors
/// [`Failure`]; nothing is kept then.
pub(crate) fn run(
    args: &ReceiveArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    let offer = receive::read_offer(&files::link(&args.link)?).map_err(failure)?;
    let mut wallet = unlock::open(terminal, session)?;
    let persona = persona::chosen(&wallet, args.persona.as_deref())?;
    let confirmed = origin::confirm(
        terminal,
        session,
        &mut wallet,
        offer.world(),
        args.origin.as_ref(),
    )?;
    let client = Client::new(confirmed.policy());
    let opening = receive::open(&client, offer, &confirmed, session.now);
    let open = network::wait(terminal, "progress-asking", opening)?.map_err(failure)?;
    let copies = args.copies.map_or(Copies::Usual, |copies| {
        Copies::AtMost(usize::try_from(copies).unwrap_or(usize::MAX))
    });
    let mut wanted = Wanted {
        persona: persona.index,
        configurations: Vec::new(),
        tx_code: None,
        copies,
    };
    let names = open.name_findings(&wallet)?;
    let sheet = offer_sheet(terminal.texts(), &open, &names, &persona, copies);
    if args.consent.dry_run {
        return Ok(dry_run(terminal, &open, &names, &persona, &wanted, &sheet));
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
    wanted.tx_code = code(args, terminal, &open)?;
    let redeeming = receive::redeem(&client, &mut wallet, open, &digest, &wanted, session.now);
    let arrived = network::wait(terminal, "progress-receiving", redeeming)?.map_err(failure)?;
    arrived_sheet(terminal.texts(), &arrived).tell(terminal);
    let consent = match args.consent.consent {
        // It agreed to the offer, before anybody could see the terms.
        Some(_) => KeepConsent::WhateverVerifies,
        None => match agree(terminal, "receive-keep") {
            Ok(()) => KeepConsent::Digest(arrived.digest()),
            Err(declined) => {
                let declining = receive::decline(&client, arrived);
                network::wait(terminal, "progress-asking", declining)?;
                return Err(declined);
            }
        },
    };
    let keeping = receive::keep(&client, &mut wallet, arrived, consent, session.now);
    let received = network::wait(terminal, "progress-receiving", keeping)?.map_err(failure)?;
    tell(terminal, &wallet, &received)
}

/// What a refusal to receive tells the person.
fn failure(error: ReceiveError) -> Failure {
    match error {
        ReceiveError::Holding(HoldingError::Store(error)) => error.into(),
        ReceiveError::Import(fault @ ImportFault::Verdict(_)) => {
            Failure::explained(fault.cause(), &fault).ending(Exit::NotVerified)
        }
        ReceiveError::TxCode => Failure::explained(error.reason(), &error)
            .helped_by("omote receive LINK --code-file FILE"),
        ReceiveError::Consent(_) => {
            Failure::explained(error.reason(), &error).helped_by("omote receive LINK --dry-run")
        }
        error if error.reason() == Reason::NotFound => Local::LinkGone.into(),
        error => Failure::explained(error.reason(), &error),
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

fn offer_sheet(
    texts: &Texts,
    open: &OpenOffer,
    names: &[NameFinding],
    persona: &Persona,
    copies: Copies,
) -> Sheet {
    let mut sheet = Sheet::default();
    sheet.heading(texts.with("receive-offers", &[("world", open.world().origin().into())]));
    let claimed = open.claimed_name(texts.lang().tag());
    origin::names_on(texts, &mut sheet, open.profile(), claimed);
    finding::names_on(texts, &mut sheet, names);
    for offered in open.offered() {
        let name = Display::choose(&offered.display, texts.lang().tag())
            .and_then(|display| display.name.clone())
            .unwrap_or_else(|| offered.configuration_id.clone());
        sheet.value(texts.text(type_text(offered.kind)), &name);
    }
    sheet.value(
        texts.text("receive-copies"),
        &open.copies(copies).to_string(),
    );
    sheet.value(texts.text("receive-for"), persona.name.as_str());
    if open.tx_code().is_some() {
        sheet.text(texts, "receive-needs-code", &[]);
    }
    sheet.text(texts, "receive-issuer-links", &[]);
    sheet.text(texts, "receive-terms-later", &[]);
    sheet
}

fn arrived_sheet(texts: &Texts, arrived: &Arrived) -> Sheet {
    let mut sheet = Sheet::default();
    sheet.heading(texts.with(
        "receive-arrived",
        &[("world", arrived.world().origin().into())],
    ));
    for part in arrived.parts() {
        arrived_part(texts, &mut sheet, part);
    }
    sheet
}

fn arrived_part(texts: &Texts, sheet: &mut Sheet, part: &ArrivedPart) {
    sheet.value(texts.text(type_text(part.kind())), &part.name());
    sheet.value(texts.text("receive-copies"), &part.copies().to_string());
    if let Some(until) = part.validity().until {
        sheet.value(texts.text("receive-until"), &until.to_string());
    }
    if let Some(asset) = part.asset() {
        sheet.value(texts.text("show-model"), &asset.name);
    }
    if let Some(creator) = part.creator() {
        sheet.value(texts.text("show-creator"), creator.as_str());
    }
    for found in part.report().findings() {
        if let Some(line) = finding::words(texts, found) {
            sheet.careful(line);
        }
    }
    for line in part
        .terms()
        .into_iter()
        .flat_map(|terms| license::permissions(terms, texts))
    {
        sheet.value(line.label, &line.value);
    }
    sheet.gap();
}

const fn type_text(kind: CredentialType) -> &'static str {
    match kind {
        CredentialType::Avatar => "kind-avatar",
        CredentialType::Item => "kind-item",
        CredentialType::AssetProvenance => "kind-provenance",
        CredentialType::Other => "kind-other",
    }
}

fn dry_run(
    terminal: &mut Terminal,
    open: &OpenOffer,
    names: &[NameFinding],
    persona: &Persona,
    wanted: &Wanted,
    sheet: &Sheet,
) -> Answer {
    let digest = open.digest(wanted).to_string();
    sheet.give(terminal);
    terminal.data_text("receive-terms-unseen", &[]);
    terminal.data_text("dry-run-digest", &[("digest", (&digest).into())]);
    terminal.say(
        "dry-run-next",
        &[("command", "receive".into()), ("digest", digest.into())],
    );
    Answer::done(object! {
        "dry_run" => true,
        "persona" => persona.name.as_str(),
        "copies" => count(open.copies(wanted.copies)),
        "offer" => open.to_object(wanted),
        "findings" => list_of(names.iter().map(NameFinding::to_object)),
    })
}

fn tell(terminal: &mut Terminal, wallet: &Wallet, received: &Received) -> Result<Answer, Failure> {
    let mut data = Vec::new();
    for kept in &received.holdings {
        let holding = &kept.holding;
        let id = list::short(&holding.id.to_string());
        terminal.mark(
            Mark::Good,
            "receive-kept",
            &[
                ("name", (&holding.name).into()),
                ("copies", kept.copies.len().into()),
                ("id", (&id).into()),
            ],
        );
        terminal.data(&holding.id.to_string());
        let copies = list::Copies::of(&wallet.copies(&holding.id)?);
        data.push(list::holding_json(wallet, holding, &copies)?);
    }
    let notified = match received.notified {
        Notified::Sent => "sent",
        Notified::NotAsked => "not_asked",
        Notified::Failed => "failed",
    };
    Ok(Answer::done(object! {
        "dry_run" => false,
        "holdings" => list_of(data),
        "issuer_notified" => notified,
    }))
}
