//! `omote-world serve`: until it is told to stop.

use std::path::Path;
use std::sync::Arc;

use platform::{Serving, bind};
use tokio::signal::unix::{SignalKind, signal};
use tracing::level_filters::LevelFilter;

use super::arguments::Serve;
use super::failure::Failure;
use super::output::Output;

pub(crate) async fn run(path: &Path, serve: &Serve, output: &Output) -> Result<(), Failure> {
    observe();
    let config = super::read(path)?;
    let config = match &serve.bundle {
        Some(bundle) => config.offline(bundle.clone()),
        None => config,
    };
    let world = super::open_with(path, config).await?;
    let config = world.config();
    let listener = bind(config)
        .await
        .map_err(|error| Failure::listen(config.listen(), &error))?;
    let serving = Serving::start(world, listener);
    let config = serving.world().config();
    output.talk(&format!(
        "{} ({}) listening on {}",
        config.names().english,
        config.world(),
        config.listen()
    ));
    if let Err(error) = serving.world().may_ask() {
        let failure = Failure::ask(path, &error);
        for line in failure.lines() {
            output.talk(&line);
        }
    }
    if let Some(bundle) = config.bundle() {
        let bundle = bundle.display();
        output.talk(&format!(
            "No network: it lives by {bundle}.\nUntil when: omote-world bundle verify --config {} {bundle}",
            path.display()
        ));
    }
    output.answer(
        config.world().origin(),
        schemas::object! {
            "origin" => config.world().origin(),
            "listen" => config.listen().to_string(),
        },
    )?;
    let io = |error: std::io::Error| Failure::io("signals are not heard", &error);
    let mut interrupt = signal(SignalKind::interrupt()).map_err(io)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(io)?;
    let mut hangup = signal(SignalKind::hangup()).map_err(io)?;
    let world = Arc::clone(serving.world());
    serving
        .until(async {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => break,
                    _ = terminate.recv() => break,
                    _ = hangup.recv() => {
                        // What came of it is said in the log.
                        let _ = world.reload_policy().await;
                    }
                }
            }
        })
        .await;
    output.talk("Stopped.");
    Ok(())
}

/// What is said while serving: routes, statuses, reason codes and times. No claims, no DIDs, no
/// secrets, and no paths, because paths hold secrets.
fn observe() {
    let level = std::env::var("OMOTE_LOG")
        .ok()
        .and_then(|level| level.parse().ok())
        .unwrap_or(LevelFilter::WARN);
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .finish();
    // Fails only when there is one already.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
