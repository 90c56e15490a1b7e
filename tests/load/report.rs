//! The tables, for eyes and for machines.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use crate::alone::Part;
use crate::drive::{Pace, Run, quantile};

/// Prints a line. It is read on a terminal.
pub(crate) fn line(text: &str) {
    // Nothing can be done where nobody reads.
    let _ = writeln!(io::stdout(), "{text}");
}

fn ms(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1000.0)
}

/// Prints what the parts cost by themselves.
pub(crate) fn floor(parts: &[Part]) {
    line("by itself                                            p50 ms   p99 ms");
    for part in parts {
        let (median, high) = (ms(part.median()), ms(part.high()));
        line(&format!("{:50}  {median:>7}  {high:>7}", part.name));
    }
}

/// Prints one measurement.
pub(crate) fn run(run: &Run) {
    let pace = match run.pace {
        Pace::Every(rate) => format!("{rate} a second"),
        Pace::AsFastAsItGoes => "as fast as it goes".to_owned(),
    };
    line(&format!(
        "\n{}, {pace}: {:.1}/s sustained, {} done, {} failed, {} not begun",
        run.name,
        run.sustained(),
        run.whole.len(),
        run.failed,
        run.left
    ));
    let micros = |time: Duration| time.as_micros();
    line(&format!(
        "  processor for one: world {} us user, {} us system; wallets {} us, {} us",
        micros(run.world.0),
        micros(run.world.1),
        micros(run.wallets.0),
        micros(run.wallets.1)
    ));
    line("  step            p50 ms   p99 ms");
    for (name, times) in named(run) {
        let (median, high) = (ms(quantile(times, 50)), ms(quantile(times, 99)));
        line(&format!("  {name:14}  {median:>7}  {high:>7}"));
    }
}

/// The whole from when it was due, then each step.
fn named(run: &Run) -> impl Iterator<Item = (&'static str, &[Duration])> {
    let each = run.each.iter().map(Vec::as_slice);
    [("from its time", run.whole.as_slice())]
        .into_iter()
        .chain(run.steps.iter().copied().zip(each))
}

/// Writes `target/load.json`.
pub(crate) fn write(floor: &[Part], runs: &[Run]) -> io::Result<PathBuf> {
    let nanos = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    let spread = |name: &str, times: &[Duration]| {
        serde_json::json!({
            "name": name,
            "p50_ns": nanos(quantile(times, 50)),
            "p99_ns": nanos(quantile(times, 99)),
        })
    };
    let alone: Vec<_> = floor
        .iter()
        .map(|part| spread(part.name, &part.times))
        .collect();
    let runs: Vec<_> = runs
        .iter()
        .map(|run| {
            let rate = match run.pace {
                Pace::Every(rate) => Some(rate),
                Pace::AsFastAsItGoes => None,
            };
            let steps: Vec<_> = named(run)
                .map(|(name, times)| spread(name, times))
                .collect();
            serde_json::json!({
                "name": run.name,
                "rate": rate,
                "sustained": run.sustained(),
                "done": run.whole.len(),
                "failed": run.failed,
                "not_begun": run.left,
                "world_user_ns": nanos(run.world.0),
                "world_system_ns": nanos(run.world.1),
                "steps": steps,
            })
        })
        .collect();
    let path = root().join("target/load.json");
    let all = serde_json::json!({ "alone": alone, "runs": runs });
    std::fs::write(&path, serde_json::to_vec_pretty(&all)?)?;
    Ok(path)
}

/// The top of the project.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}
