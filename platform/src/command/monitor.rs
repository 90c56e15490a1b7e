//! `omote-world monitor`: reads a ledger's log, again and again, and says when it contradicts itself.

use std::path::{Path, PathBuf};
use std::time::Duration;

use platform::{Clock, HeadsAsked, Monitor, MonitorError, Observation, Pass};
use schemas::exit::Exit;
use schemas::json::{Number, Object};
use schemas::reason::Reason;

use super::arguments::{Heads, MonitorAsked};
use super::failure::Failure;
use super::output::{Output, counted};

/// After how many leaves it is said how far it has come.
const STRIDE: u64 = 16_384;

pub(crate) async fn run(asked: &MonitorAsked, output: &Output) -> Result<(), Failure> {
    let world = &asked.ledger.0;
    let state = asked.state.clone().unwrap_or_else(|| {
        let name = world.authority().replace(':', "-");
        PathBuf::from(format!("monitor-{name}.sqlite"))
    });
    let heads = match asked.heads {
        Heads::All => HeadsAsked::All,
        Heads::Some(count) => HeadsAsked::Some(count),
    };
    let opened = Monitor::open(world, &state, Clock::System).await;
    let mut monitor = opened.map_err(|error| failure(&error, &state))?;
    let mut last = None;
    let ended = loop {
        let mut said = 0;
        let mut progress = |at: u64, of: u64| {
            if of > STRIDE && (at == of || at - said >= STRIDE) {
                said = at;
                output.talk(&format!("{at} of {of} leaves"));
            }
        };
        let (pass, error) = match monitor.pass(heads, &mut progress).await {
            Ok(pass) => (pass, None),
            Err(stopped) => (stopped.pass, Some(stopped.error)),
        };
        // What was found counts, also where something else could not be read.
        let files = pass.write_evidence(&asked.evidence);
        let files = files.map_err(|error| Failure::new(error.reason(), error.to_string()))?;
        let told = monitor.told(&pass).await;
        told.map_err(|error| failure(&error, &state))?;
        // What was said once is not said again as long as it stays.
        let line = (pass.size, pass.findings.len());
        let is_whole = error.is_none() || !pass.findings.is_empty();
        if is_whole && (last != Some(line) || asked.once || pass.convicts()) {
            last = Some(line);
            say(&pass, &files, output)?;
        }
        let found = pass.findings.first();
        if pass.convicts() && !asked.follow {
            break found.map_or(Ok(()), |first| Err(found_failure(first, &files)));
        }
        match error {
            Some(error) if asked.once || !is_passing(&error) => break Err(failure(&error, &state)),
            Some(error) => output.talk(&format!("{error} [{}]", error.reason())),
            None if asked.once => {
                break found.map_or(Ok(()), |first| Err(found_failure(first, &files)));
            }
            None => {}
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(asked.every)) => {}
            _ = tokio::signal::ctrl_c() => break Ok(()),
        }
    };
    monitor.close().await;
    ended
}

/// Whether it may be different in a while.
fn is_passing(error: &MonitorError) -> bool {
    matches!(error, MonitorError::Read(..))
}

/// One line for each pass that brought something, and one for each finding.
fn say(pass: &Pass, files: &[Option<PathBuf>], output: &Output) -> Result<(), Failure> {
    let mut lines = vec![format!(
        "{}, {} new, {} compared, {}",
        counted(pass.size, "leaf", "leaves"),
        pass.taken,
        counted(pass.heads, "head", "heads"),
        counted(
            u64::try_from(pass.findings.len()).unwrap_or(u64::MAX),
            "finding",
            "findings"
        ),
    )];
    for (finding, file) in pass.findings.iter().zip(files) {
        lines.push(format!("  {}", finding.what));
        lines.push(format!("    reason: {}", finding.reason));
        if let Some(file) = file {
            lines.push(format!("    evidence: {}", file.display()));
        }
    }
    output.answer(&lines.join("\n"), told(pass, files))
}

/// The JSON form of a pass (schema `monitor-pass`).
fn told(pass: &Pass, files: &[Option<PathBuf>]) -> Object {
    let findings: Vec<Object> = pass
        .findings
        .iter()
        .zip(files)
        .map(|(finding, file)| {
            let mut object = schemas::object! {
                "reason" => finding.reason.code(),
                "what" => finding.what.as_str(),
            };
            if let Some(file) = file {
                object.insert("evidence", file.display().to_string());
            }
            object
        })
        .collect();
    let number = Number::from_u64_saturating;
    schemas::object! {
        "size" => number(pass.size),
        "new" => number(pass.taken),
        "heads" => number(pass.heads),
        "findings" => findings,
    }
}

fn found_failure(first: &Observation, files: &[Option<PathBuf>]) -> Failure {
    let failed = Failure::new(first.reason, first.what.clone()).ending(Exit::NotVerified);
    match files.iter().flatten().next() {
        Some(file) => failed.helped(format!(
            "Keep {} and show it: omote evidence verify judges it anywhere.",
            file.display()
        )),
        None => failed,
    }
}

fn failure(error: &MonitorError, state: &Path) -> Failure {
    let failed = Failure::new(error.reason(), error.to_string());
    match error {
        MonitorError::OtherLedger => failed.ending(Exit::Usage).helped(format!(
            "{} is of another one: --state FILE",
            state.display()
        )),
        MonitorError::Read(_, Reason::NotFound) => {
            failed.helped("Does this world keep an item ledger, and is this its address?")
        }
        _ => failed,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use platform::{Observation, Pass};
    use schemas::canonical;
    use schemas::reason::Reason;

    use super::told;

    /// With what the envelope adds, it is what the schema says.
    #[test]
    fn a_pass_is_told_as_the_schema_says() {
        let finding = |evidence: bool| {
            let finding = Observation {
                reason: Reason::RegistryRollback,
                what: "the newest step is older than one before".to_owned(),
                evidence: None,
            };
            (finding, evidence.then(|| PathBuf::from("evidence.json")))
        };
        let schema = schemas::json_schemas::by_name("monitor-pass").unwrap();
        let schema = serde_json::from_str(schema.text).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for found in [
            vec![],
            vec![finding(false)],
            vec![finding(false), finding(true)],
        ] {
            let (findings, files): (Vec<_>, Vec<_>) = found.into_iter().unzip();
            let pass = Pass {
                size: 7,
                taken: 2,
                heads: 3,
                findings,
            };
            let mut object = told(&pass, &files);
            object.insert("v", 1);
            object.insert("ok", true);
            let text = canonical::object_to_bytes(&object);
            let value = serde_json::from_slice(&text).unwrap();
            assert!(validator.is_valid(&value), "{value}");
        }
    }
}
