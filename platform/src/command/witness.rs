//! `omote-world witness init`, `omote-world witness serve` and `omote-world witness key`

use std::path::Path;

use platform::{Clock, Witness, WitnessConfig, WitnessError, WitnessNew, WitnessServing};
use schemas::json::Number;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::arguments::{WitnessInit, WitnessVerb};
use super::failure::Failure;
use super::output::{Output, counted};

pub(crate) async fn run(asked: &WitnessVerb, output: &Output) -> Result<(), Failure> {
    match asked {
        WitnessVerb::Init(init) => found(init, output),
        WitnessVerb::Key { dir } => {
            let config = read(dir)?;
            say_key(&config, output)
        }
        WitnessVerb::Serve { dir } => serve(dir, output).await,
    }
}

fn found(init: &WitnessInit, output: &Output) -> Result<(), Failure> {
    let new = WitnessNew {
        name: init.name.clone(),
        listen: init.listen,
    };
    let config = WitnessConfig::found(&init.dir, &new).map_err(|error| failure(&error))?;
    output.talk(&format!(
        "Founded. Name the logs to cosign in {}, then:\n  omote-world witness serve --dir {}",
        init.dir.join("witness.toml").display(),
        init.dir.display()
    ));
    output.talk(
        "Its state must never go back: a witness that lost witness.sqlite begins anew,\n\
         with another name and another key.",
    );
    say_key(&config, output)
}

/// The key, as ledgers and verifiers are told it.
fn say_key(config: &WitnessConfig, output: &Output) -> Result<(), Failure> {
    let key = config.vkey().map_err(|error| failure(&error))?.to_string();
    let object = schemas::object! {
        "name" => config.name().as_str(),
        "vkey" => key.as_str(),
    };
    output.answer(&key, object)
}

async fn serve(folder: &Path, output: &Output) -> Result<(), Failure> {
    let config = read(folder)?;
    let (listen, logs) = (config.listen(), config.count());
    let name = config.name().to_string();
    let opened = Witness::open(config, Clock::System).await;
    let witness = opened.map_err(|error| failure(&error))?;
    let key = witness.vkey().map_err(|error| failure(&error))?.to_string();
    let listener = TcpListener::bind(listen).await;
    let listener = listener.map_err(|error| Failure::listen(listen, &error))?;
    let serving = WitnessServing::start(witness, listener);
    output.talk(&format!(
        "{name} listening on {listen}; it knows {}.",
        counted(u64::try_from(logs).unwrap_or(u64::MAX), "log", "logs")
    ));
    if logs == 0 {
        let file = folder.join("witness.toml");
        output.talk(&format!("Name the logs to cosign in {}.", file.display()));
    }
    let object = schemas::object! {
        "name" => name,
        "vkey" => key.as_str(),
        "listen" => listen.to_string(),
        "logs" => Number::from_u64_saturating(u64::try_from(logs).unwrap_or(u64::MAX)),
    };
    output.answer(&key, object)?;
    let io = |error: std::io::Error| Failure::io("signals are not heard", &error);
    let mut interrupt = signal(SignalKind::interrupt()).map_err(io)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(io)?;
    let end = async {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    serving.until(end).await;
    output.talk("Stopped.");
    Ok(())
}

fn read(folder: &Path) -> Result<WitnessConfig, Failure> {
    WitnessConfig::read(folder).map_err(|error| {
        let failed = failure(&error);
        match error {
            WitnessError::File(platform::FileError::Io { .. }) => failed.helped(
                "Name the folder of a witness with --dir, or found one: omote-world witness init",
            ),
            _ => failed,
        }
    })
}

fn failure(error: &WitnessError) -> Failure {
    let failed = Failure::new(error.reason(), error.to_string());
    match error {
        WitnessError::File(platform::FileError::Exists(_)) => {
            failed.helped("Choose another folder: omote-world witness init --dir DIR")
        }
        WitnessError::Config(_) => failed.helped("Correct the file and try again."),
        _ => failed,
    }
}
