//! `omote man`: manual pages, made from the command line itself. The holder's machine runs it.

use clap::CommandFactory;
use schemas::object;

use crate::args::{Cli, ManArgs};
use crate::error::{Failure, Local};
use crate::help;
use crate::output::Answer;
use crate::terminal::{Format, Terminal};

/// Writes the page to stdout.
///
/// # Errors
/// [`Local::Usage`] when there is no such command.
pub(crate) fn run(args: &ManArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
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
    let title = command.get_bin_name().unwrap_or("omote").replace(' ', "-");
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(command.clone()).title(title.to_uppercase());
    man.render(&mut page)
        .map_err(|error| Failure::from(Local::OutputFailed(error.kind())))?;
    let page = String::from_utf8_lossy(&page).into_owned();
    if terminal.format() == Format::Lines {
        terminal.raw(&page);
    }
    Ok(Answer::done(object! { "page" => page }))
}
