//! `omote persona`: the faces of one person. The holder's machine runs it.

use schemas::json::Object;
use schemas::object;
use wallet_core::{Persona, PersonaError, PersonaName, Standing, Wallet};

use crate::args::{PersonaCommand, PersonaRename};
use crate::error::{Failure, Local};
use crate::output::{Answer, list};
use crate::terminal::{Mark, Terminal, table};
use crate::unlock::{self, Session};

/// Lists, adds, renames or chooses.
///
/// # Errors
/// [`Failure`].
pub(crate) fn run(
    command: &PersonaCommand,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    let mut wallet = unlock::open(terminal, session)?;
    match command {
        PersonaCommand::List => show(terminal, &wallet),
        PersonaCommand::Add(args) => {
            let name: PersonaName = args.name.parse()?;
            let persona = wallet.add_persona(&name, session.now)?;
            terminal.mark(
                Mark::Good,
                "persona-added",
                &[("name", persona.name.as_str().into())],
            );
            Ok(Answer::done(object! { "persona" => json(&persona) }))
        }
        PersonaCommand::Rename(args) => rename(args, terminal, &mut wallet),
        PersonaCommand::Default(args) => {
            let persona = named(&wallet, &args.name)?;
            wallet.set_default_persona(persona.index)?;
            let persona = named(&wallet, &args.name)?;
            terminal.mark(
                Mark::Good,
                "persona-default",
                &[("name", persona.name.as_str().into())],
            );
            Ok(Answer::done(object! { "persona" => json(&persona) }))
        }
    }
}

/// The persona that a person names.
///
/// # Errors
/// [`Failure`] when there is none of this name.
pub(crate) fn named(wallet: &Wallet, name: &str) -> Result<Persona, Failure> {
    let name: PersonaName = name.parse()?;
    wallet.persona(&name).map_err(|error| match error {
        PersonaError::NotFound => Local::NoPersona(name.to_string()).into(),
        error => error.into(),
    })
}

/// The persona that a person names, else the default one.
///
/// # Errors
/// As [`named`].
pub(crate) fn chosen(wallet: &Wallet, name: Option<&str>) -> Result<Persona, Failure> {
    match name {
        Some(name) => named(wallet, name),
        None => Ok(wallet.default_persona()?),
    }
}

fn rename(
    args: &PersonaRename,
    terminal: &mut Terminal,
    wallet: &mut Wallet,
) -> Result<Answer, Failure> {
    let persona = named(wallet, &args.name)?;
    let new: PersonaName = args.new.parse()?;
    wallet.rename_persona(persona.index, &new)?;
    terminal.mark(
        Mark::Good,
        "persona-renamed",
        &[
            ("old", persona.name.as_str().into()),
            ("new", new.as_str().into()),
        ],
    );
    let persona = wallet.persona(&new)?;
    Ok(Answer::done(object! { "persona" => json(&persona) }))
}

fn show(terminal: &mut Terminal, wallet: &Wallet) -> Result<Answer, Failure> {
    let personas = wallet.personas()?;
    let holdings = wallet.holdings()?;
    let rows: Vec<Vec<String>> = personas
        .iter()
        .map(|persona| {
            let held = holdings
                .iter()
                .filter(|holding| holding.persona == persona.index)
                .count();
            let texts = terminal.texts();
            let default = match persona.standing {
                Standing::Default => texts.text("persona-is-default"),
                Standing::Named => String::new(),
            };
            let held = texts.with("persona-holds", &[("count", held.into())]);
            vec![persona.name.to_string(), held, default]
        })
        .collect();
    for line in table(&rows) {
        terminal.data(&line);
    }
    Ok(Answer::done(
        object! { "personas" => list(personas.iter().map(json)) },
    ))
}

fn json(persona: &Persona) -> Object {
    object! {
        "name" => persona.name.to_string(),
        "default" => persona.standing == Standing::Default,
        "created_at" => persona.created_at.to_string(),
    }
}
