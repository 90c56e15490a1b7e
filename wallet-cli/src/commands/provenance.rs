//! `omote provenance`: a creator's signed statement about a model file. Creators run it.

use std::path::Path;

use schemas::asset::Shape;
use schemas::canonical;
use schemas::json::{self, Limits};
use schemas::license::LicenseTerms;
use schemas::object;
use schemas::suite::Cryptosuite;
use wallet_core::provenance::{self, Statement, Terms};

use crate::args::ProvenanceArgs;
use crate::commands::{license, persona};
use crate::error::{Failure, Local, shown};
use crate::files;
use crate::output::Answer;
use crate::prompt;
use crate::sheet::Sheet;
use crate::terminal::{Mark, Terminal};
use crate::unlock::{self, Session};

const LARGEST: u64 = 512 * 1024 * 1024;
const LARGEST_TEXT: u64 = 1024 * 1024;

/// Signs the statement and writes it to a new file, after the person saw what it says.
///
/// # Errors
/// [`Failure`]; no file is left then.
pub(crate) fn run(
    args: &ProvenanceArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    if args.out.symlink_metadata().is_ok() {
        return Err(Local::FileExists(args.out.clone()).into());
    }
    let bytes = files::read(&args.model, LARGEST)?;
    let facts = assets::facts(&bytes, &assets::Limits::default());
    let stated = args.license.as_deref().map(terms).transpose()?;
    let wallet = unlock::open(terminal, session)?;
    let persona = persona::chosen(&wallet, args.persona.as_deref())?;
    let title = match &facts.shape {
        Shape::WellFormed(model) => model.title.clone(),
        Shape::Refused(_) => None,
    };
    let name = args
        .name
        .clone()
        .or(title)
        .unwrap_or_else(|| stem(&args.model));
    let statement = Statement {
        facts: &facts,
        name: &name,
        terms: stated.as_ref().map_or(Terms::OfTheFile, Terms::Stated),
        derived_from: &[],
        until: None,
        suite: Cryptosuite::EddsaJcs2022,
    };
    let signed = provenance::sign(&wallet, persona.index, &statement, session.now)
        .map_err(|error| Failure::explained(error.reason(), &error))?;
    let creator = provenance::creator_did(&wallet, persona.index);
    let terms = signed
        .get("credentialSubject")
        .and_then(|subject| subject.get("license"))
        .and_then(|value| LicenseTerms::from_value(value).ok())
        .unwrap_or_default();
    let mut sheet = Sheet::default();
    sheet.value(terminal.texts().text("show-model"), &name);
    sheet.value(
        terminal.texts().text("show-digest"),
        &facts.sha256.to_string(),
    );
    sheet.value(terminal.texts().text("show-creator"), creator.as_str());
    for line in license::permissions(&terms, terminal.texts()) {
        sheet.value(line.label, &line.value);
    }
    sheet.tell(terminal);
    terminal.say("provenance-public", &[]);
    // The command itself says all there is to say; whoever can be asked sees the terms first.
    if terminal.is_interactive()
        && prompt::confirm(terminal, "provenance-ask", &[], "--out FILE")? == prompt::Answer::No
    {
        return Err(Local::DeclinedToSign.into());
    }
    let mut text = canonical::object_to_bytes(&signed);
    text.push(b'\n');
    files::write_new(&args.out, &text)?;
    terminal.mark(
        Mark::Good,
        "provenance-done",
        &[("path", shown(&args.out).into())],
    );
    Ok(Answer::done(object! {
        "file" => args.out.display().to_string(),
        "name" => name,
        "digest" => facts.sha256.to_string(),
        "creator" => creator.to_string(),
        "license" => terms.to_object(),
    }))
}

fn terms(path: &Path) -> Result<LicenseTerms, Failure> {
    let bytes = files::read(path, LARGEST_TEXT)?;
    let value = json::read(&bytes, &Limits::document())
        .map_err(|error| Failure::explained(error.reason(), &error).detail(&path.display()))?;
    LicenseTerms::from_value(&value).map_err(|error| {
        Failure::explained(schemas::reason::Reason::CredMalformed, &error).detail(&path.display())
    })
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}
