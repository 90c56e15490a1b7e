//! `omote show`: one avatar or item, its license in words, its copies and the worlds that know it.
//! The holder's machine runs it.

use schemas::json::{self, Limits, Object, Value};
use schemas::license::LicenseTerms;
use schemas::object;
use schemas::reason::Reason;
use wallet_core::{Copy, CopyState, Holding, Wallet};

use crate::args::ShowArgs;
use crate::commands::license::{self, Line};
use crate::commands::list::{self, Copies, holding_json, kind_text, persona_name};
use crate::error::Failure;
use crate::output::{self, Answer};
use crate::terminal::{Terminal, pad, width};
use crate::unlock::{self, Session};

/// Shows it.
///
/// # Errors
/// [`Failure`]; a name that several holdings have is refused, with the way to tell them apart.
pub(crate) fn run(
    args: &ShowArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    let wallet = unlock::open(terminal, session)?;
    let holding = list::named(&wallet, &args.holding)?;
    let copies = wallet.copies(&holding.id)?;
    let counts = Copies::of(&copies);
    let credential = credential(&wallet, &copies)?;
    let subject = credential
        .get("credentialSubject")
        .cloned()
        .unwrap_or(Value::Null);
    let terms = terms(&subject)?;

    tell(terminal, &wallet, &holding, &counts, &subject)?;
    tell_license(terminal, &terms);
    tell_worlds(terminal, &copies);

    let mut data = holding_json(&wallet, &holding, &counts)?;
    data.insert(
        "types",
        output::list(holding.types.iter().map(String::as_str)),
    );
    data.insert("license", terms.to_object());
    data.insert("asset", asset(&subject));
    data.insert("worlds", output::list(worlds(&copies)));
    Ok(Answer::done(object! { "holding" => data }))
}

/// One of the copies; they differ in their keys only.
fn credential(wallet: &Wallet, copies: &[Copy]) -> Result<Value, Failure> {
    let copy = copies
        .iter()
        .find(|copy| copy.state != CopyState::Retired)
        .or_else(|| copies.first())
        .ok_or_else(|| Failure::of(Reason::WalletCorrupt))?;
    let bytes = wallet.credential(&copy.id)?;
    json::read(&bytes, &Limits::document())
        .map_err(|error| Failure::explained(error.reason(), &error))
}

fn terms(subject: &Value) -> Result<LicenseTerms, Failure> {
    match subject.get("license") {
        Some(value) => LicenseTerms::from_value(value)
            .map_err(|error| Failure::explained(Reason::CredMalformed, &error)),
        None => Ok(LicenseTerms::default()),
    }
}

fn tell(
    terminal: &mut Terminal,
    wallet: &Wallet,
    holding: &Holding,
    counts: &Copies,
    subject: &Value,
) -> Result<(), Failure> {
    let texts = terminal.texts();
    let kind = texts.text(kind_text(holding.kind));
    let title = texts.with(
        "show-title",
        &[("kind", kind.into()), ("name", (&holding.name).into())],
    );
    let persona = persona_name(&wallet.personas()?, holding);
    let mut lines = vec![
        line(terminal, "show-id", holding.id.to_string()),
        line(terminal, "show-issuer", holding.issuer.origin().to_owned()),
        line(terminal, "show-persona", persona),
    ];
    if let Some(class) = subject.get("itemClass").and_then(Value::as_str) {
        let serial = subject.get("serial").and_then(Value::as_u64).unwrap_or(0);
        lines.push(line(terminal, "show-item", format!("{class} #{serial}")));
    }
    let from = holding
        .facts
        .valid_from
        .map(|time| time.to_string())
        .unwrap_or_default();
    let validity = match holding.facts.valid_until {
        Some(until) => terminal.texts().with(
            "show-validity-until",
            &[("from", from.into()), ("until", until.to_string().into())],
        ),
        None => terminal
            .texts()
            .with("show-validity-open", &[("from", from.into())]),
    };
    lines.push(line(terminal, "show-validity", validity));
    if let Some(statement) = provenance(subject) {
        let text = |name: &str| {
            statement
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        lines.push(line(terminal, "show-model", text("name")));
        lines.push(line(terminal, "show-digest", text("digestMultibase")));
    }
    if let Some(creator) = creator(subject) {
        lines.push(line(terminal, "show-creator", creator.to_owned()));
    }
    let copies = terminal.texts().with(
        "show-copies-left",
        &[
            ("all", counts.all.into()),
            ("fresh", counts.fresh.into()),
            ("known", counts.known.into()),
            ("doubtful", counts.doubtful.into()),
        ],
    );
    lines.push(line(terminal, "show-copies", copies));
    terminal.data_heading(&title);
    labelled(terminal, &lines);
    Ok(())
}

fn tell_license(terminal: &mut Terminal, terms: &LicenseTerms) {
    let heading = terminal.texts().text("show-license");
    let mut lines = license::credit(terms, terminal.texts());
    lines.extend(license::permissions(terms, terminal.texts()));
    terminal.data("");
    terminal.data_heading(&heading);
    labelled(terminal, &lines);
}

fn tell_worlds(terminal: &mut Terminal, copies: &[Copy]) {
    let heading = terminal.texts().text("show-worlds");
    terminal.data("");
    terminal.data_heading(&heading);
    let worlds = worlds(copies);
    if worlds.is_empty() {
        terminal.data_text("show-no-world", &[]);
    }
    for world in worlds {
        terminal.data(&format!("  {world}"));
    }
}

fn line(terminal: &Terminal, label: &str, value: String) -> Line {
    Line {
        label: terminal.texts().text(label),
        value,
    }
}

/// Lines with their values one below the other.
fn labelled(terminal: &mut Terminal, lines: &[Line]) {
    let widest = lines
        .iter()
        .map(|line| width(&line.label))
        .max()
        .unwrap_or(0);
    for line in lines {
        let label = pad(&line.label, widest);
        terminal.data(&format!(
            "  {label}  {}",
            crate::sanitize::brief(&line.value)
        ));
    }
}

fn provenance(subject: &Value) -> Option<&Value> {
    subject.get("provenance")?.get("credentialSubject")
}

fn creator(subject: &Value) -> Option<&str> {
    subject.get("provenance")?.get("issuer")?.as_str()
}

fn asset(subject: &Value) -> Value {
    let Some(statement) = provenance(subject) else {
        return Value::Null;
    };
    let member = |name: &str| statement.get(name).cloned().unwrap_or(Value::Null);
    let object: Object = object! {
        "name" => member("name"),
        "digest" => member("digestMultibase"),
        "media_type" => member("mediaType"),
        "byte_length" => member("byteLength"),
        "creator" => creator(subject).map_or(Value::Null, Value::from),
    };
    object.into()
}

fn worlds(copies: &[Copy]) -> Vec<String> {
    let mut worlds: Vec<String> = copies
        .iter()
        .filter_map(|copy| copy.world.as_ref())
        .map(|world| world.origin().to_owned())
        .collect();
    worlds.sort();
    worlds.dedup();
    worlds
}
