//! `omote`: the wallet in a terminal. The holder's machine runs it.
//!
//! ```text
//! argv ─ language ─ args ─▶ plan ─ commands/VERB ─▶ Answer ─ output ─▶ stdout, exit code
//!                                 └ asks and tells through terminal (stderr)
//! ```
//! Glue only: parse, run, exit.

mod args;
mod browser;
mod clock;
mod commands;
#[cfg(feature = "demo")]
mod demo;
mod error;
mod exit;
mod files;
mod help;
mod home;
mod loopback;
mod network;
mod output;
mod progress;
mod prompt;
mod sanitize;
mod secrets;
mod sheet;
mod terminal;
mod texts;
mod unlock;
mod usage;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use crate::args::Cli;
use crate::error::{Failure, Local};
use crate::exit::Exit;
use crate::home::Home;
use crate::terminal::{Color, Format, Terminal};
use crate::texts::Texts;
use crate::unlock::Session;

fn main() -> ExitCode {
    let args: Vec<OsString> = env::args_os().collect();
    let texts = Texts::new(texts::language(&args));
    match parse(&args, &texts) {
        Parsed::Run(cli) => {
            let mut terminal = Terminal::new(texts, cli.globals.format(), cli.globals.color);
            exit::code(run(*cli, &mut terminal))
        }
        Parsed::Page(page) => {
            let mut terminal = Terminal::new(texts, Format::Lines, Color::Auto);
            terminal.raw(&page);
            exit::code(finish(&mut terminal, Exit::Done))
        }
        Parsed::Refused(failure) => {
            let json = args
                .iter()
                .take_while(|arg| *arg != "--")
                .any(|arg| arg == "--json");
            let format = if json { Format::Json } else { Format::Lines };
            let mut terminal = Terminal::new(texts, format, Color::Auto);
            exit::code(end(&mut terminal, "", Err(failure)))
        }
    }
}

enum Parsed {
    Run(Box<Cli>),
    Page(String),
    Refused(Failure),
}

fn parse(args: &[OsString], texts: &Texts) -> Parsed {
    let command = help::localized(Cli::command(), texts);
    let refused =
        |error: &clap::Error| Parsed::Refused(usage::failure(error, &command, args, texts));
    match command.clone().try_get_matches_from(args) {
        Ok(matches) => match Cli::from_arg_matches(&matches) {
            Ok(cli) => Parsed::Run(Box::new(cli)),
            Err(error) => refused(&error),
        },
        Err(error) if error.kind() == ErrorKind::DisplayVersion => {
            Parsed::Page(format!("{}\n", error.to_string().trim_end()))
        }
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            // Once more, with our pages: most runs need none of them.
            match help::with_pages(command.clone(), texts).try_get_matches_from(args) {
                Err(error) => Parsed::Page(error.to_string()),
                Ok(_) => refused(&error),
            }
        }
        Err(error) => refused(&error),
    }
}

fn run(cli: Cli, terminal: &mut Terminal) -> Exit {
    let name = cli.command.name();
    let result = Home::find(cli.globals.home).and_then(|home| {
        let session = Session {
            home,
            passphrase_file: secrets::passphrase_file(cli.globals.passphrase_file),
            now: clock::now(),
        };
        commands::run(cli.command, terminal, &session)
    });
    end(terminal, name, result)
}

fn end(terminal: &mut Terminal, command: &str, result: Result<output::Answer, Failure>) -> Exit {
    let exit = match result {
        Ok(answer) => {
            if terminal.format() == Format::Json {
                terminal.raw(&output::answer(command, &answer));
            }
            answer.exit
        }
        Err(failure) => {
            if terminal.format() == Format::Json {
                terminal.raw(&output::failure(&failure, terminal.texts()));
            } else {
                failure.tell(terminal);
            }
            failure.exit()
        }
    };
    finish(terminal, exit)
}

fn finish(terminal: &mut Terminal, exit: Exit) -> Exit {
    match terminal.finish() {
        Ok(()) => exit,
        Err(error) => {
            let failure = Failure::from(Local::OutputFailed(error.kind()));
            failure.tell(terminal);
            failure.exit()
        }
    }
}
