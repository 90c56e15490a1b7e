//! `omote man` and `omote help`: pages made from the command line itself. The holder's machine runs
//! it.

use clap::{Command, CommandFactory};
use schemas::object;

use crate::args::{Cli, PageArgs};
use crate::error::{Failure, Local};
use crate::help;
use crate::output::Answer;
use crate::terminal::{Format, Terminal};

/// Writes the manual page to stdout.
///
/// # Errors
/// [`Local::Usage`] when there is no such command.
pub(crate) fn run(args: &PageArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let command = command(args, terminal)?;
    let title = command.get_bin_name().unwrap_or("omote").replace(' ', "-");
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(command)
        .title(title.to_uppercase())
        .source(concat!("omote ", env!("CARGO_PKG_VERSION")));
    man.render(&mut page)
        .map_err(|error| Failure::from(Local::OutputFailed(error.kind())))?;
    Ok(answer(
        String::from_utf8_lossy(&page).into_owned(),
        terminal,
    ))
}

/// Writes the page that `--help` shows.
///
/// # Errors
/// [`Local::Usage`] when there is no such command.
pub(crate) fn help(args: &PageArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let mut command = command(args, terminal)?;
    let page = help::page(&mut command, terminal.texts());
    Ok(answer(page, terminal))
}

fn answer(page: String, terminal: &mut Terminal) -> Answer {
    if terminal.format() == Format::Lines {
        terminal.raw(&page);
    }
    Answer::done(object! { "page" => page })
}

/// The command that is meant, built, with texts in the person's language.
fn command(args: &PageArgs, terminal: &Terminal) -> Result<Command, Failure> {
    let mut root = help::localized(Cli::command(), terminal.texts());
    root.build();
    let mut command = &root;
    for name in &args.command {
        command = command.find_subcommand(name).ok_or_else(|| {
            let text = terminal
                .texts()
                .with("usage-command", &[("arg", name.into())]);
            Failure::from(Local::Usage(text)).helped_by("omote --help")
        })?;
    }
    Ok(command.clone())
}
