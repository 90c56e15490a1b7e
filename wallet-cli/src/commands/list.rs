//! `omote list`: the avatars and items that this wallet holds usage rights of. The holder's machine
//! runs it.

use schemas::json::Object;
use schemas::object;
use schemas::time::Timestamp;
use wallet_core::{Copy, CopyState, Holding, HoldingError, HoldingKind, Persona, Wallet};

use crate::error::{Failure, Local};
use crate::output::{Answer, count, list, optional};
use crate::terminal::{Terminal, fitted, table};
use crate::unlock::{self, Session};

/// Lists them.
///
/// # Errors
/// [`Failure`].
pub(crate) fn run(terminal: &mut Terminal, session: &Session) -> Result<Answer, Failure> {
    let wallet = unlock::open(terminal, session)?;
    let personas = wallet.personas()?;
    let holdings = wallet.holdings()?;
    let mut rows = Vec::new();
    let mut data = Vec::new();
    for holding in &holdings {
        let copies = Copies::of(&wallet.copies(&holding.id)?);
        rows.push(row(holding, &copies, &personas, session.now, terminal));
        data.push(json(holding, &copies, &personas));
    }
    if rows.is_empty() {
        terminal.say("list-empty", &[]);
    } else {
        let texts = terminal.texts();
        let head = [
            "list-id",
            "list-kind",
            "list-name",
            "list-world",
            "list-persona",
            "list-copies",
            "list-until",
        ];
        rows.insert(0, head.map(|id| texts.text(id)).to_vec());
        let rows = fitted(rows, &[NAME, PERSONA]);
        let mut lines = table(&rows).into_iter();
        terminal.data_heading(&lines.next().unwrap_or_default());
        for line in lines {
            terminal.data(&line);
        }
    }
    Ok(Answer::done(object! { "holdings" => list(data) }))
}

/// The columns whose texts are names, which say enough when they are cut.
const NAME: usize = 2;
const PERSONA: usize = 4;

/// How the copies of a holding stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Copies {
    /// All that are in use.
    pub(crate) all: usize,
    /// Shown to nobody.
    pub(crate) fresh: usize,
    /// Look unused, but may have been shown.
    pub(crate) doubtful: usize,
    /// Each known to one world.
    pub(crate) known: usize,
}

impl Copies {
    /// Counts them.
    pub(crate) fn of(copies: &[Copy]) -> Self {
        let number = |test: &dyn Fn(&Copy) -> bool| {
            let live = |copy: &&Copy| copy.state != CopyState::Retired;
            copies.iter().filter(live).filter(|copy| test(copy)).count()
        };
        Self {
            all: number(&|_| true),
            fresh: number(&|copy| copy.world.is_none() && copy.state == CopyState::Ready),
            doubtful: number(&|copy| copy.world.is_none() && copy.state == CopyState::Doubtful),
            known: number(&|copy| copy.world.is_some()),
        }
    }

    /// The counts for programs.
    pub(crate) fn json(self) -> Object {
        object! {
            "all" => count(self.all),
            "fresh" => count(self.fresh),
            "doubtful" => count(self.doubtful),
            "known" => count(self.known),
        }
    }
}

/// The holding that a person means.
///
/// # Errors
/// [`Failure`] when there is none, or when it may be several.
pub(crate) fn named(wallet: &Wallet, text: &str) -> Result<Holding, Failure> {
    wallet.find_holding(text).map_err(|error| match error {
        HoldingError::NotFound => Local::NoHolding(text.to_owned()).into(),
        error => error.into(),
    })
}

/// The persona's name.
pub(crate) fn persona_name(wallet: &[Persona], holding: &Holding) -> String {
    wallet
        .iter()
        .find(|persona| persona.index == holding.persona)
        .map(|persona| persona.name.to_string())
        .unwrap_or_default()
}

/// The word for what a holding is, by message id.
pub(crate) const fn kind_text(kind: HoldingKind) -> &'static str {
    match kind {
        HoldingKind::Avatar => "kind-avatar",
        HoldingKind::Item => "kind-item",
    }
}

/// What a holding is, for programs.
pub(crate) const fn kind_code(kind: HoldingKind) -> &'static str {
    match kind {
        HoldingKind::Avatar => "avatar",
        HoldingKind::Item => "item",
    }
}

/// The first digits of an id, by which it can be named.
pub(crate) fn short(id: &str) -> String {
    id.chars().take(8).collect()
}

fn row(
    holding: &Holding,
    copies: &Copies,
    personas: &[Persona],
    now: Timestamp,
    terminal: &Terminal,
) -> Vec<String> {
    let texts = terminal.texts();
    let until = match holding.facts.valid_until {
        Some(until) if until.unix() <= now.unix() => {
            texts.with("list-expired", &[("time", day(until).into())])
        }
        Some(until) => day(until),
        None => String::new(),
    };
    let left = texts.with(
        "list-copies-left",
        &[("fresh", copies.fresh.into()), ("all", copies.all.into())],
    );
    vec![
        short(&holding.id.to_string()),
        texts.text(kind_text(holding.kind)),
        holding.name.clone(),
        holding.issuer.authority().to_owned(),
        persona_name(personas, holding),
        left,
        until,
    ]
}

fn day(time: Timestamp) -> String {
    time.to_string().chars().take(10).collect()
}

fn json(holding: &Holding, copies: &Copies, personas: &[Persona]) -> Object {
    object! {
        "id" => holding.id.to_string(),
        "kind" => kind_code(holding.kind),
        "name" => holding.name.as_str(),
        "issuer" => holding.issuer.origin(),
        "persona" => persona_name(personas, holding),
        "valid_from" => optional(holding.facts.valid_from),
        "valid_until" => optional(holding.facts.valid_until),
        "added_at" => holding.added_at.to_string(),
        "copies" => copies.json(),
    }
}

/// A holding for programs, with everything that `list` says of it.
pub(crate) fn holding_json(
    wallet: &Wallet,
    holding: &Holding,
    copies: &Copies,
) -> Result<Object, Failure> {
    Ok(json(holding, copies, &wallet.personas()?))
}
