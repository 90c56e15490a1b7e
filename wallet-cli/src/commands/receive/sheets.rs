//! What is shown of an offer and of what arrived, before somebody agrees. The holder's machine runs it.

use schemas::credential::CredentialType;
use schemas::object;
use schemas::oid4vci::issuer_metadata::Display;
use verifier::names::NameFinding;
use wallet_core::receive::{Arrived, ArrivedPart, OpenOffer, Wanted};
use wallet_core::{Format, Persona};

use crate::commands::receive::failure;
use crate::commands::transfer::terms_words;
use crate::commands::{finding, license, origin};
use crate::error::Failure;
use crate::output::{Answer, count, list as list_of};
use crate::sheet::Sheet;
use crate::terminal::Terminal;
use crate::texts::Texts;

/// What is offered.
///
/// # Errors
/// `offer_rejected` when something that is wanted is not.
pub(super) fn offer_sheet(
    texts: &Texts,
    open: &OpenOffer,
    names: &[NameFinding],
    persona: &Persona,
    wanted: &Wanted,
) -> Result<Sheet, Failure> {
    let mut sheet = Sheet::default();
    sheet.heading(texts.with("receive-offers", &[("world", open.world().origin().into())]));
    let claimed = open.claimed_name(texts.lang().tag());
    origin::names_on(texts, &mut sheet, open.profile(), claimed);
    finding::names_on(texts, &mut sheet, names);
    let chosen = open.chosen(wanted).map_err(failure)?;
    for offered in open.offered() {
        // Of one thing in several formats one is taken.
        if !chosen.contains(&offered) {
            continue;
        }
        let name = Display::choose(&offered.display, texts.lang().tag())
            .and_then(|display| display.name.clone())
            .unwrap_or_else(|| offered.configuration_id.clone());
        named(texts, &mut sheet, offered.kind, &name, offered.format);
        if offered.kind == CredentialType::Other {
            sheet.value(texts.text("receive-type"), &offered.type_name);
        }
    }
    sheet.value(
        texts.text("receive-copies"),
        &open.copies(wanted.copies).to_string(),
    );
    sheet.value(texts.text("receive-for"), persona.name.as_str());
    if open.tx_code().is_some() {
        sheet.text(texts, "receive-needs-code", &[]);
    }
    if open.needs_login() {
        sheet.text(texts, "receive-needs-login", &[]);
    }
    sheet.text(texts, "receive-issuer-links", &[]);
    sheet.text(texts, "receive-terms-later", &[]);
    Ok(sheet)
}

/// What arrived, with its terms.
pub(super) fn arrived_sheet(texts: &Texts, arrived: &Arrived) -> Sheet {
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
    named(texts, sheet, part.kind(), &part.name(), part.format());
    if part.kind() == CredentialType::Other {
        sheet.value(texts.text("receive-type"), part.type_name());
    }
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
    if let Some(entry) = part.entry() {
        sheet.value(texts.text("give-ledger"), entry.ledger.origin());
        let words = terms_words(texts, &entry.transfer, entry.transfer.most);
        sheet.value(texts.text("give-left"), &words);
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

/// What it is, how it is called and how it is written. Who calls an avatar no more than “Avatar” has
/// said it once.
fn named(texts: &Texts, sheet: &mut Sheet, kind: CredentialType, name: &str, format: Format) {
    let what = texts.text(type_text(kind));
    if what == name.trim() {
        sheet.value(what, format.name());
    } else {
        sheet.value(what, name);
        sheet.value(texts.text("receive-format"), format.name());
    }
}

const fn type_text(kind: CredentialType) -> &'static str {
    match kind {
        CredentialType::Avatar => "kind-avatar",
        CredentialType::Item => "kind-item",
        CredentialType::AssetProvenance => "kind-provenance",
        CredentialType::Other => "kind-other",
    }
}

/// What would be received, for a dry run.
pub(super) fn dry_run(
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
