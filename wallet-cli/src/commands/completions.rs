//! `omote completions`: what a shell needs to complete the command line. The holder's machine runs
//! it.

use clap::CommandFactory;
use schemas::object;

use crate::args::{Cli, CompletionsArgs};
use crate::help;
use crate::output::Answer;
use crate::terminal::{Format, Terminal};

/// Writes the script to stdout.
pub(crate) fn run(args: &CompletionsArgs, terminal: &mut Terminal) -> Answer {
    let mut command = help::localized(Cli::command(), terminal.texts());
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "omote", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    if terminal.format() == Format::Lines {
        terminal.raw(&script);
    }
    Answer::done(object! { "shell" => args.shell.to_string(), "script" => script })
}
