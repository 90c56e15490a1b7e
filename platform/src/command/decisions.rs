//! `omote-world decisions` and `omote-world purge`

use std::path::Path;

use schemas::message::Message;
use schemas::records::{DecisionRecord, PurgeRecord};

use super::failure::Failure;
use super::output::Output;

pub(crate) async fn list(path: &Path, output: &Output) -> Result<(), Failure> {
    let world = super::open(path).await?;
    let list = world.decisions().await;
    world.close().await;
    let list = list.map_err(|error| Failure::store(&error))?;
    let decisions = list.decisions.iter().map(decision_line);
    let lines: Vec<_> = decisions
        .chain(list.purges.iter().map(purge_line))
        .collect();
    if lines.is_empty() {
        output.talk("Nothing was decided yet.");
    }
    output.answer(&lines.join("\n"), list.to_object())
}

fn decision_line(decision: &DecisionRecord) -> String {
    let codes = decision.reasons.iter().map(|reason| reason.code());
    format!(
        "{}  {:<11}  {:<13}  {}",
        decision.at,
        decision.kind.id(),
        decision.verdict.id(),
        codes.collect::<Vec<_>>().join(", ")
    )
}

fn purge_line(purge: &PurgeRecord) -> String {
    format!(
        "{}  purge        {} records older than {} deleted",
        purge.at, purge.removed, purge.before
    )
}

pub(crate) async fn purge(path: &Path, output: &Output) -> Result<(), Failure> {
    let world = super::open(path).await?;
    let purged = world.purge().await;
    world.close().await;
    let purged = purged.map_err(|error| Failure::store(&error))?;
    let text = format!(
        "{} records older than {} deleted",
        purged.removed, purged.before
    );
    output.answer(&text, purged.to_object())
}
