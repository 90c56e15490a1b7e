//! `omote-world grants`, `revoke`, `suspend` and `reinstate`

use std::path::Path;

use schemas::message::Message;
use schemas::records::{GrantRecord, GrantStatus};

use super::failure::Failure;
use super::output::Output;

pub(crate) async fn list(path: &Path, output: &Output) -> Result<(), Failure> {
    let world = super::open(path).await?;
    let list = world.grants().await;
    world.close().await;
    let list = list.map_err(|error| Failure::store(&error))?;
    let lines: Vec<_> = list.grants.iter().map(line).collect();
    if lines.is_empty() {
        output.talk("Nothing was offered yet.");
    }
    output.answer(&lines.join("\n"), list.to_object())
}

fn line(grant: &GrantRecord) -> String {
    format!(
        "{}  {}  {:<9}  {:<8}  {} copies",
        grant.id,
        grant.offered,
        grant.status.id(),
        grant.configuration,
        grant.copies
    )
}

const fn said(status: GrantStatus) -> &'static str {
    match status {
        GrantStatus::Active => "In force again",
        GrantStatus::Suspended => "Suspended",
        GrantStatus::Revoked => "Revoked, for ever,",
    }
}

pub(crate) async fn change(
    path: &Path,
    grant: &str,
    status: GrantStatus,
    output: &Output,
) -> Result<(), Failure> {
    let world = super::open(path).await?;
    let ttl = world.config().status_ttl().as_secs();
    let changed = world.set_status(grant, status).await;
    world.close().await;
    let changed = changed.map_err(|error| Failure::grant(&error))?;
    output.talk(&format!(
        "{} for all {} copies; whoever keeps a copy of the status list sees it within {ttl} s.",
        said(status),
        changed.copies
    ));
    output.answer(&line(&changed), changed.to_object())
}
