//! `omote list`: the avatars and items that this wallet holds usage rights of. The holder's machine
//! runs it.

use schemas::json::Object;
use schemas::object;
use schemas::time::Timestamp;
use wallet_core::receive::{LOW_WATER, Supply};
use wallet_core::transfer::Standing;
use wallet_core::{
    Holding, HoldingError, HoldingId, HoldingKind, Listed, Persona, PersonaIndex, Taken, Wallet,
    Withdrawal,
};

use crate::error::{Failure, Local};
use crate::output::{Answer, count, list, optional};
use crate::terminal::{Mark, Terminal, fitted, table};
use crate::texts::{Texts, Value};
use crate::unlock::{self, Session};

/// Lists them.
///
/// # Errors
/// [`Failure`].
pub(crate) fn run(terminal: &mut Terminal, session: &Session) -> Result<Answer, Failure> {
    let wallet = unlock::open(terminal, session)?;
    let personas = wallet.personas()?;
    let mut rows = Vec::new();
    let mut data = Vec::new();
    let (mut due, mut taken) = (Vec::new(), 0usize);
    for line in wallet.listed()? {
        let supply = line.supply(session.now);
        if supply.is_due() {
            due.push(due_line(&line, &supply, terminal.texts()));
        }
        taken = taken.saturating_add(usize::from(line.taken().is_some()));
        rows.push(row(&line, &supply, &personas, session.now, terminal));
        data.push(json(&line, &supply, &personas));
    }
    if rows.is_empty() {
        terminal.say("list-empty", &[]);
    } else {
        let texts = terminal.texts();
        let head = [
            "list-id",
            "list-kind",
            "list-format",
            "list-name",
            "list-world",
            "list-persona",
            "list-copies",
            "list-until",
        ];
        rows.insert(0, head.map(|id| texts.text(id)).to_vec());
        if personas.len() == 1 {
            // It would say the same on each line.
            for row in &mut rows {
                row.remove(PERSONA);
            }
        }
        let rows = fitted(rows, &[NAME, WORLD, PERSONA]);
        let mut lines = table(&rows).into_iter();
        terminal.data_heading(&lines.next().unwrap_or_default());
        for line in lines {
            terminal.data(&line);
        }
    }
    if taken > 0 {
        terminal.mark(Mark::Careful, "list-taken", &[("count", taken.into())]);
    }
    for line in &due {
        terminal.say_mark(Mark::Careful, line);
    }
    if !due.is_empty() {
        terminal.say("list-refill", &[]);
    }
    Ok(Answer::done(object! { "holdings" => list(data) }))
}

/// The columns whose texts are names, which say enough when they are cut.
const NAME: usize = 3;
const WORLD: usize = 4;
const PERSONA: usize = 5;

/// Which holding is to be refilled, and why.
pub(crate) fn due_line(line: &Listed, supply: &Supply, texts: &Texts) -> String {
    let id = short(&line.id.to_string());
    let text = if supply.fresh < LOW_WATER {
        "refill-due"
    } else {
        "refill-expiring"
    };
    texts.with(
        text,
        &[
            ("name", (&line.name).into()),
            ("id", id.into()),
            ("fresh", supply.fresh.into()),
        ],
    )
}

/// How many copies are left, for programs.
pub(crate) fn supply_json(supply: &Supply) -> Object {
    let refill = match (supply.refillable, supply.is_due()) {
        (false, _) => "not_offered",
        (true, false) => "not_due",
        (true, true) => "due",
    };
    object! {
        "all" => count(supply.all),
        "fresh" => count(supply.fresh),
        "doubtful" => count(supply.doubtful),
        "known" => count(supply.known),
        "worlds" => count(supply.worlds),
        "expiring" => count(supply.expiring),
        "refill" => refill,
    }
}

/// The holding that a person means.
///
/// # Errors
/// [`Failure`] when there is none, or when it may be several.
pub(crate) fn named(wallet: &Wallet, text: &str) -> Result<Holding, Failure> {
    match wallet.find_holding(text) {
        Ok(holding) => Ok(holding),
        Err(HoldingError::NotFound) => Err(Local::NoHolding(text.to_owned()).into()),
        Err(HoldingError::Ambiguous { matches }) => Err(several(wallet, text, &matches)?),
        Err(error) => Err(error.into()),
    }
}

/// More of them are counted.
const MOST_NAMED: usize = 8;

/// The refusal of a text that means several holdings, with what tells them apart.
fn several(wallet: &Wallet, text: &str, matches: &[HoldingId]) -> Result<Failure, Failure> {
    let personas = wallet.personas()?;
    let mut failure = Failure::from(Local::SeveralHoldings {
        name: text.to_owned(),
        count: matches.len(),
    });
    for id in matches.iter().take(MOST_NAMED) {
        if let Some(line) = wallet.listed_holding(id)? {
            failure = failure.beside("holding-apart", apart(&line, &personas));
        }
    }
    Ok(match matches.len().saturating_sub(MOST_NAMED) {
        0 => failure,
        more => failure.beside("holdings-more", vec![("count", more.into())]),
    })
}

/// What tells a holding from another of the same name, for the text `holding-apart`.
pub(crate) fn apart(line: &Listed, personas: &[Persona]) -> Vec<(&'static str, Value<'static>)> {
    vec![
        ("id", short(&line.id.to_string()).into()),
        ("name", line.name.clone().into()),
        ("format", line.format.name().into()),
        ("world", line.issuer.origin().to_owned().into()),
        ("persona", persona_name(personas, line.persona).into()),
        ("time", line.added_at.to_string().into()),
    ]
}

/// The persona's name.
pub(crate) fn persona_name(personas: &[Persona], index: PersonaIndex) -> String {
    personas
        .iter()
        .find(|persona| persona.index == index)
        .map(|persona| persona.name.to_string())
        .unwrap_or_default()
}

/// The word for what a holding is, by message id.
pub(crate) const fn kind_text(kind: HoldingKind) -> &'static str {
    match kind {
        HoldingKind::Avatar => "kind-avatar",
        HoldingKind::Credential => "kind-other",
        HoldingKind::Item => "kind-item",
    }
}

/// What a holding is, for programs.
pub(crate) const fn kind_code(kind: HoldingKind) -> &'static str {
    kind.name()
}

/// The first digits of an id, by which it can be named.
pub(crate) fn short(id: &str) -> String {
    id.chars().take(8).collect()
}

fn row(
    line: &Listed,
    supply: &Supply,
    personas: &[Persona],
    now: Timestamp,
    terminal: &Terminal,
) -> Vec<String> {
    let texts = terminal.texts();
    let until = match line.taken() {
        Some(taken) if taken.copies == taken.of => Some(texts.text(taken_text(taken.worst.how))),
        _ => None,
    };
    let gone = line.standing.and_then(gone_text);
    let until = gone.map_or(until, |id| Some(texts.text(id)));
    let until = until.unwrap_or_else(|| match line.valid_until {
        Some(until) if until.unix() <= now.unix() => {
            texts.with("list-expired", &[("time", day(until).into())])
        }
        Some(until) => day(until),
        None => String::new(),
    });
    let left = texts.with(
        "list-copies-left",
        &[("fresh", supply.fresh.into()), ("all", supply.all.into())],
    );
    vec![
        short(&line.id.to_string()),
        texts.text(kind_text(line.kind)),
        line.format.name().to_owned(),
        line.name.clone(),
        line.issuer.authority().to_owned(),
        persona_name(personas, line.persona),
        left,
        until,
    ]
}

/// The word for an item that can be shown to nobody, by message id.
const fn gone_text(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Held => None,
        Standing::Burned => Some("list-burned"),
        Standing::Ended => Some("list-ended"),
        Standing::Offered { .. } => Some("list-offered"),
        Standing::PassedOn => Some("list-passed-on"),
        Standing::Suspended => Some("taken-suspended"),
    }
}

/// The word for what an issuer has said against something, by message id.
const fn taken_text(how: Withdrawal) -> &'static str {
    match how {
        Withdrawal::Revoked => "taken-revoked",
        Withdrawal::Suspended => "taken-suspended",
    }
}

/// What an issuer has said against a holding, in a sentence.
pub(crate) fn taken_said(taken: &Taken, texts: &Texts) -> String {
    let values = [
        ("how", texts.text(taken_text(taken.worst.how)).into()),
        ("time", taken.worst.at.to_string().into()),
        ("copies", taken.copies.into()),
        ("all", taken.of.into()),
    ];
    let whole = taken.copies == taken.of;
    texts.with(if whole { "taken-whole" } else { "taken-part" }, &values)
}

fn taken_json(taken: Option<Taken>) -> schemas::json::Value {
    taken.map_or(schemas::json::Value::Null, |taken| {
        let object: Object = object! {
            "reason" => taken.worst.how.reason().code(),
            "heard_at" => taken.worst.at.to_string(),
            "copies" => count(taken.copies),
        };
        object.into()
    })
}

fn day(time: Timestamp) -> String {
    time.to_string().chars().take(10).collect()
}

fn json(line: &Listed, supply: &Supply, personas: &[Persona]) -> Object {
    object! {
        "id" => line.id.to_string(),
        "kind" => kind_code(line.kind),
        "format" => line.format.name(),
        "name" => line.name.as_str(),
        "issuer" => line.issuer.origin(),
        "persona" => persona_name(personas, line.persona),
        "valid_from" => optional(line.valid_from),
        "valid_until" => optional(line.valid_until),
        "added_at" => line.added_at.to_string(),
        "copies" => supply_json(supply),
        "standing" => line.standing.map(Standing::name),
        "withdrawn" => taken_json(line.taken()),
    }
}

/// A holding for programs, with everything that `list` says of it.
pub(crate) fn holding_json(
    wallet: &Wallet,
    holding: &Holding,
    now: Timestamp,
) -> Result<Object, Failure> {
    let line = wallet
        .listed_holding(&holding.id)?
        .ok_or_else(|| Local::NoHolding(holding.id.to_string()))?;
    Ok(json(&line, &line.supply(now), &wallet.personas()?))
}
