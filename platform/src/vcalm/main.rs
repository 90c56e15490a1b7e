//! `omote-vcalm`: the W3C interface for credentials (VCALM, formerly VC-API), for conformance suites
//! and for those who compare implementations. Run by people who test, never by a world.
//!
//! It has keys of its own, judges proofs and the data model, and knows no trust: `verified` here
//! means that the holder of a key said it, never that anybody should believe it. That is why it is a
//! program apart from `omote-world`. Source: VCALM 0.9; VCDM 2.0; VC Data Integrity 1.0; Bitstring
//! Status List 1.0.

mod arguments;
mod body;
mod connection;
mod derive;
mod envelope;
mod identifiers;
mod issue;
mod keys;
mod options;
mod present;
mod problem;
mod proofs_of;
mod routes;
mod service;
mod status;
mod verdict;
mod verify;
mod verify_presentation;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use schemas::exit::Exit;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::arguments::Arguments;
use crate::keys::Keys;
use crate::service::{Answers, Service};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            };
            let _ = error.print();
            return ExitCode::from(exit.number());
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(run(&arguments)),
        Err(error) => Err((Exit::Error, format!("the runtime was not started: {error}"))),
    };
    match ended {
        Ok(()) => ExitCode::from(Exit::Done.number()),
        Err((exit, text)) => {
            let _ = writeln!(std::io::stderr(), "omote-vcalm: {text}");
            ExitCode::from(exit.number())
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), (Exit, String)> {
    let usage = |text: String| (Exit::Usage, text);
    let failed = |text: String| (Exit::Error, text);
    let keys = match &arguments.seed_file {
        Some(path) => Keys::of_file(path).map_err(|error| usage(error.to_string()))?,
        None => Keys::make().map_err(|error| failed(error.to_string()))?,
    };
    let listener = TcpListener::bind(arguments.listen)
        .await
        .map_err(|error| failed(format!("{} is not to be had: {error}", arguments.listen)))?;
    let address = listener
        .local_addr()
        .map_err(|error| failed(format!("the socket has no address: {error}")))?;
    let origin = match &arguments.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("http://localhost:{}", address.port()),
    };
    let answers = if arguments.bare_answers {
        Answers::Bare
    } else {
        Answers::Wrapped
    };
    let service = Service::new(keys, origin, answers, arguments.status);
    let mut lines = format!("listening on http://{address}\n");
    for line in service.lines() {
        lines.push_str(&line);
        lines.push('\n');
    }
    let mut stdout = std::io::stdout();
    // Whoever started it may not want to hear which port and which DIDs it has.
    let _ = stdout
        .write_all(lines.as_bytes())
        .and_then(|()| stdout.flush());
    let (stop, stopped) = watch::channel(false);
    let served = tokio::spawn(connection::accept(Arc::new(service), listener, stopped));
    let heard = |error: std::io::Error| failed(format!("signals are not heard: {error}"));
    let mut interrupt = signal(SignalKind::interrupt()).map_err(heard)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(heard)?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    let _ = stop.send(true);
    let _ = served.await;
    Ok(())
}
