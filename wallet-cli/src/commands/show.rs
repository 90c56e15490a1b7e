//! `omote show`: one avatar or item, its license in words, its copies and the worlds that know it.
//! The holder's machine runs it.

use schemas::json::{Object, Value};
use schemas::license::LicenseTerms;
use schemas::object;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use wallet_core::receive::Supply;
use wallet_core::{Copy, Format, Holding, HoldingKind, Wallet};

use crate::args::ShowArgs;
use crate::commands::license::{self, Line};
use crate::commands::life;
use crate::commands::list::{self, holding_json, kind_text, persona_name};
use crate::commands::transfer::standing_words;
use crate::error::{Failure, Local};
use crate::output::{self, Answer};
use crate::sheet;
use crate::terminal::{Mark, Terminal, pad, width};
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
    let mut wallet = unlock::open(terminal, session)?;
    let holding = list::named(&wallet, &args.holding)?;
    let life = match args.provenance {
        true => Some(life::walk(terminal, session, &mut wallet, &holding)?),
        false => None,
    };
    let copies = wallet.copies(&holding.id)?;
    let line = wallet
        .listed_holding(&holding.id)?
        .ok_or_else(|| Local::NoHolding(args.holding.clone()))?;
    let supply = line.supply(session.now);
    let said = said_by(&holding)?;
    let subject = subject(&said, holding.facts.format);
    let terms = terms(&subject)?;

    tell(terminal, &wallet, &holding, &supply, &subject, session.now)?;
    if let Some(taken) = line.taken() {
        let said = list::taken_said(&taken, terminal.texts());
        terminal.data_mark(Mark::Bad, &said);
    }
    if let Some(life) = &life {
        life::tell(terminal, creator(&subject), life);
    }
    tell_license(terminal, &terms);
    tell_worlds(terminal, &copies);
    if supply.is_due() {
        let command = format!("omote refill {}", list::short(&holding.id.to_string()));
        let said = list::due_line(&line, &supply, terminal.texts());
        terminal.say_mark(Mark::Careful, &said);
        terminal.say("show-refill-due", &[("command", command.into())]);
    }

    let mut data = holding_json(&wallet, &holding, session.now)?;
    let item = wallet.item(&holding.id)?;
    let active = item.as_ref().and_then(|item| item.active(session.now));
    data.insert("active", active.map(|active| active.to_object()));
    data.insert("item", item.as_ref().map(life::item_json));
    data.insert(
        "types",
        output::list(holding.types.iter().map(String::as_str)),
    );
    if let Some(life) = &life {
        data.insert("life", life::json(life));
    }
    data.insert("license", terms.to_object());
    data.insert("asset", asset(&subject));
    data.insert("worlds", output::list(worlds(&copies)));
    Ok(Answer::done(object! { "holding" => data }))
}

/// What every copy says: they differ in their keys only.
fn said_by(holding: &Holding) -> Result<Object, Failure> {
    let said = holding.says();
    said.cloned()
        .ok_or_else(|| Failure::of(Reason::WalletCorrupt))
}

/// Where the claims stand: in the subject, or at the top of an SD-JWT VC.
fn subject(said: &Object, format: Format) -> Value {
    match format {
        Format::DcSdJwt => Value::Object(said.clone()),
        Format::LdpVc => said
            .get("credentialSubject")
            .cloned()
            .unwrap_or(Value::Null),
    }
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
    supply: &Supply,
    subject: &Value,
    now: Timestamp,
) -> Result<(), Failure> {
    let texts = terminal.texts();
    let kind = texts.text(kind_text(holding.kind));
    let title = texts.with(
        "show-title",
        &[("kind", kind.into()), ("name", (&holding.name).into())],
    );
    let persona = persona_name(&wallet.personas()?, holding.persona);
    let mut lines = vec![
        line(terminal, "show-id", holding.id.to_string()),
        line(terminal, "show-issuer", holding.issuer.origin().to_owned()),
        line(terminal, "show-persona", persona),
        line(
            terminal,
            "show-format",
            holding.facts.format.name().to_owned(),
        ),
    ];
    if holding.kind == HoldingKind::Credential {
        let name = holding.types.last().cloned().unwrap_or_default();
        lines.push(line(terminal, "show-type", name));
    }
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
    lines.push(line(terminal, "show-copies", copies(terminal, supply)));
    let item = wallet.item(&holding.id)?;
    if let Some(item) = &item {
        lines.extend(life::item_lines(terminal.texts(), item, now));
    }
    terminal.data_heading(&title);
    labelled(terminal, &lines);
    if let Some(item) = item.filter(|item| item.standing.refusal().is_some()) {
        let said = standing_words(terminal.texts(), item.standing);
        let line = terminal
            .texts()
            .with("show-not-shown", &[("standing", said.into())]);
        terminal.data_mark(Mark::Careful, &line);
    }
    Ok(())
}

/// How many copies there are, and what of them is not simply unused.
fn copies(terminal: &Terminal, supply: &Supply) -> String {
    let texts = terminal.texts();
    let values = [
        ("all", supply.all.into()),
        ("fresh", supply.fresh.into()),
        ("known", supply.known.into()),
        ("worlds", supply.worlds.into()),
        ("doubtful", supply.doubtful.into()),
        ("expiring", supply.expiring.into()),
        ("withdrawn", supply.withdrawn.into()),
    ];
    let mut said = texts.with("show-copies-left", &values);
    for (count, id) in [
        (supply.known, "show-copies-known"),
        (supply.doubtful, "show-copies-doubtful"),
        (supply.expiring, "show-copies-expiring"),
        (supply.withdrawn, "show-copies-withdrawn"),
    ] {
        if count > 0 {
            said.push_str(&texts.with(id, &values));
        }
    }
    said
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
        let label = format!("  {}  ", pad(&line.label, widest));
        let value = crate::sanitize::brief(&line.value);
        for line in sheet::beside(&label, &value, terminal.data_columns()) {
            terminal.data(&line);
        }
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
