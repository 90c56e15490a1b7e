//! The command line: what was asked for, which verb does it, and how it ends.
//!
//! Data goes to stdout, talk to stderr. No secret is taken from or printed to the command line but
//! the links that are made to be handed on, and the codes that are told beside them.

mod arguments;
mod ask;
mod bundle;
mod decisions;
mod explain;
mod failure;
mod grants;
mod init;
mod items;
mod keys;
mod monitor;
mod offer;
mod output;
mod picture;
mod serve;
mod witness;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{CommandFactory, Parser};
use platform::{Clock, Config, World};
use schemas::exit::Exit;
use schemas::reason::Reason;
use schemas::records::{Approval, GrantStatus};

use arguments::{Arguments, Verb};
use failure::Failure;
use output::Output;

/// Columns that every terminal has.
const COLUMNS: usize = 80;

/// Runs the command and says how it ended, in the exit codes of every command of the house.
pub(crate) fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            // Help and version are answers, not errors.
            let exit = if error.use_stderr() {
                refused_in_json(&error);
                Exit::Usage
            } else {
                Exit::Done
            };
            return ExitCode::from(exit.number());
        }
    };
    let output = Output::new(arguments.json);
    match dispatch(&arguments, &output) {
        Ok(()) => ExitCode::from(Exit::Done.number()),
        Err(failure) => {
            output.failure(&failure);
            ExitCode::from(failure.exit().number())
        }
    }
}

/// Programs that asked for JSON learn in JSON too that the command line is not understood.
fn refused_in_json(error: &clap::Error) {
    let mut words = std::env::args_os().take_while(|word| word != "--");
    if !words.any(|word| word == "--json") {
        return;
    }
    let text = error.to_string();
    let what = text.lines().next().unwrap_or_default();
    let what = what.trim_start_matches("error: ");
    let failure = Failure::new(Reason::BadRequest, what).helped("See: omote-world help");
    Output::new(true).failure_object(&failure);
}

fn dispatch(arguments: &Arguments, output: &Output) -> Result<(), Failure> {
    match &arguments.verb {
        Verb::Init(init) => init::run(init, output),
        Verb::Serve(serve) => in_runtime(serve::run(&config_path(arguments), serve, output)),
        Verb::Offer(offer) => in_runtime(offer::run(&config_path(arguments), offer, output)),
        Verb::Ask(ask) => in_runtime(ask::run(&config_path(arguments), ask, output)),
        Verb::Grants => in_runtime(grants::list(&config_path(arguments), output)),
        Verb::Revoke { grant } => change(arguments, grant, GrantStatus::Revoked, output),
        Verb::Suspend { grant } => change(arguments, grant, GrantStatus::Suspended, output),
        Verb::Reinstate { grant } => change(arguments, grant, GrantStatus::Active, output),
        Verb::Approve { grant } => decide(arguments, grant, Approval::Approved, output),
        Verb::Deny { grant } => decide(arguments, grant, Approval::Denied, output),
        Verb::Explain(asked) => in_runtime(explain::run(&config_path(arguments), asked, output)),
        Verb::Bundle(asked) => bundle::run(&config_path(arguments), asked, output),
        Verb::Items(asked) => in_runtime(items::run(&config_path(arguments), asked, output)),
        Verb::Key(asked) => keys::run(&config_path(arguments), asked, output),
        Verb::Witness(asked) => in_runtime(witness::run(asked, output)),
        Verb::Monitor(asked) => in_runtime(monitor::run(asked, output)),
        Verb::Decisions => in_runtime(decisions::list(&config_path(arguments), output)),
        Verb::Purge => in_runtime(decisions::purge(&config_path(arguments), output)),
        Verb::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "omote-world", &mut text);
            output.bytes(&text)
        }
    }
}

fn change(
    arguments: &Arguments,
    grant: &str,
    status: GrantStatus,
    output: &Output,
) -> Result<(), Failure> {
    let path = config_path(arguments);
    in_runtime(grants::change(&path, grant, status, output))
}

fn decide(
    arguments: &Arguments,
    grant: &str,
    approval: Approval,
    output: &Output,
) -> Result<(), Failure> {
    let path = config_path(arguments);
    in_runtime(grants::decide(&path, grant, approval, output))
}

fn in_runtime(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::io("the runtime was not started", &error))?;
    runtime.block_on(work)
}

/// The flag, then the environment, then the folder in which the command was called.
fn config_path(arguments: &Arguments) -> PathBuf {
    arguments
        .config
        .clone()
        .or_else(|| std::env::var_os("OMOTE_WORLD_CONFIG").map(PathBuf::from))
        .unwrap_or_else(|| PathBuf::from(platform::config::FILE_NAME))
}

/// A command for this world, as it is to be typed.
fn command_line(config: &Path, verb: &str) -> String {
    if config == Path::new(platform::config::FILE_NAME) {
        return format!("omote-world {verb}");
    }
    format!("omote-world {verb} --config {}", config.display())
}

/// A command about a grant on lines of its own, as it is to be typed: in two where one would break.
fn command_about(config: &Path, verb: &str, grant: &str) -> String {
    let begin = format!("  {}", command_line(config, verb));
    match begin.len() + 1 + grant.len() > COLUMNS {
        true => format!("{begin} \\\n    {grant}"),
        false => format!("{begin} {grant}"),
    }
}

async fn open(path: &Path) -> Result<Arc<World>, Failure> {
    open_with(path, read(path)?).await
}

fn read(path: &Path) -> Result<Config, Failure> {
    Config::read(path).map_err(|error| Failure::config(path, &error))
}

async fn open_with(path: &Path, config: Config) -> Result<Arc<World>, Failure> {
    let world = World::open(config, Clock::System).await;
    world
        .map(Arc::new)
        .map_err(|error| Failure::open(path, &error))
}
