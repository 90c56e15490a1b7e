//! What is wrong with a command line, in the person's language, with what was probably meant. The
//! holder's machine runs it.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};
use schemas::digest::Sha256Digest;

use crate::error::{Failure, Local};
use crate::texts::Texts;

/// The failure that a refused command line is.
pub(crate) fn failure(error: &Error, root: &Command, args: &[OsString], texts: &Texts) -> Failure {
    let arg = one(error, ContextKind::InvalidArg);
    let value = one(error, ContextKind::InvalidValue);
    let sub = one(error, ContextKind::InvalidSubcommand);
    let problem = match error.kind() {
        ErrorKind::UnknownArgument => {
            let id = if arg.starts_with('-') {
                "usage-unknown"
            } else {
                "usage-surplus"
            };
            texts.with(id, &[("arg", (&arg).into())])
        }
        ErrorKind::InvalidSubcommand => texts.with("usage-command", &[("arg", sub.into())]),
        ErrorKind::InvalidValue if value.is_empty() => {
            texts.with("usage-no-value", &[("arg", (&arg).into())])
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => texts.with(
            "usage-value",
            &[("arg", (&arg).into()), ("value", value.into())],
        ),
        ErrorKind::MissingRequiredArgument => {
            texts.with("usage-missing", &[("arg", (&arg).into())])
        }
        ErrorKind::ArgumentConflict => {
            let other = one(error, ContextKind::PriorArg);
            let same = other.is_empty() || other == arg;
            let id = if same {
                "usage-twice"
            } else {
                "usage-conflict"
            };
            texts.with(id, &[("arg", (&arg).into()), ("other", other.into())])
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            texts.text("usage-missing-command")
        }
        ErrorKind::InvalidUtf8 => texts.text("usage-utf8"),
        _ => texts.with("usage-other", &[("arg", (&arg).into())]),
    };
    let mut failure = Failure::from(Local::Usage(problem));
    if error.kind() == ErrorKind::ValueValidation
        && let Some(hint) = shape(&arg)
    {
        let found = one(error, ContextKind::InvalidValue).chars().count();
        let all = Sha256Digest::of(b"").to_string().len();
        let values = [("all", all.into()), ("found", found.into())];
        failure = failure.detail(&texts.with(hint, &values));
    }
    for (kind, id) in [
        (ContextKind::SuggestedArg, "usage-suggestion"),
        (ContextKind::SuggestedSubcommand, "usage-suggestion"),
        (ContextKind::SuggestedValue, "usage-suggestion"),
        (ContextKind::ValidValue, "usage-values"),
    ] {
        let meant = one(error, kind);
        if !meant.is_empty() {
            let text = texts.with(id, &[("meant", meant.into())]);
            failure = failure.detail(&text);
        }
    }
    failure.helped_by(help_command(root, args))
}

/// What a value of an argument looks like.
fn shape(arg: &str) -> Option<&'static str> {
    let shapes = [
        ("<TIME>", "usage-shape-time"),
        ("<SPAN>", "usage-shape-span"),
        ("<TAG>", "usage-shape-tag"),
        ("<DID>", "usage-shape-did"),
        ("ORIGIN", "usage-shape-origin"),
        ("DIGEST", "usage-shape-digest"),
        ("QUERY=ID", "usage-shape-choose"),
        ("<N>", "usage-shape-copies"),
    ];
    shapes
        .into_iter()
        .find(|(name, _)| arg.contains(name))
        .map(|(_, id)| id)
}

/// The help page of the command that was meant.
fn help_command(root: &Command, args: &[OsString]) -> String {
    let mut command = root;
    let mut words = vec!["omote", "--help"];
    for arg in args.iter().skip(1).filter_map(|arg| arg.to_str()) {
        if let Some(sub) = command.find_subcommand(arg) {
            words.insert(words.len().saturating_sub(1), sub.get_name());
            command = sub;
        }
    }
    words.join(" ")
}

fn one(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::StyledStrs(texts)) => texts
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}
