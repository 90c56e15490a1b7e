//! `omote-world decisions` and `omote-world purge`

use std::path::Path;

use super::failure::Failure;
use super::output::Output;

pub(crate) async fn list(path: &Path, output: &Output) -> Result<(), Failure> {
    let world = super::open(path).await?;
    let list = world.decisions().await;
    world.close().await;
    let list = list.map_err(|error| Failure::store(&error))?;
    let lines: Vec<_> = list.lines().collect();
    if lines.is_empty() {
        output.talk("Nothing was decided yet.");
    }
    output.answer(&lines.join("\n"), list.to_object())
}

pub(crate) async fn purge(path: &Path, output: &Output) -> Result<(), Failure> {
    let world = super::open(path).await?;
    let purged = world.purge().await;
    world.close().await;
    let purged = purged.map_err(|error| Failure::store(&error))?;
    let text = format!(
        "{} records older than {} deleted",
        purged.removed(),
        purged.before()
    );
    output.answer(&text, purged.to_object())
}
