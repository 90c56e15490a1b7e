//! `omote-world grants`, `revoke`, `suspend`, `reinstate`, `approve` and `deny`

use std::path::Path;

use schemas::message::Message;
use schemas::records::{Approval, GrantRecord, GrantStatus};

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
    let day = grant.offered.to_string();
    let day = day.split('T').next().unwrap_or_default();
    format!(
        "{}  {day}  {:<9}  {:>3} copies  {}",
        grant.id,
        standing(grant),
        grant.copies,
        // Once the offer is gone, only what kind of thing it was.
        grant.name.as_deref().unwrap_or(&grant.configuration)
    )
}

/// In one word whether copies hold, or why there are none.
const fn standing(grant: &GrantRecord) -> &'static str {
    match (grant.status, grant.approval) {
        (GrantStatus::Active, Some(Approval::Denied)) => "denied",
        (GrantStatus::Active, Some(Approval::Pending)) => "waiting",
        (GrantStatus::Active, Some(Approval::Approved)) if grant.copies == 0 => "approved",
        (status, _) => status.id(),
    }
}

const fn said(status: GrantStatus) -> &'static str {
    match status {
        GrantStatus::Active => "In force again",
        GrantStatus::Suspended => "Suspended",
        GrantStatus::Revoked => "Revoked for ever",
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
    output.talk(&match changed.copies {
        0 => format!("{}; no copy was issued yet.", said(status)),
        copies => format!(
            "{} for all {copies} copies.\nWhoever keeps a copy of the status list sees it within {ttl} s.",
            said(status)
        ),
    });
    output.answer(&line(&changed), changed.to_object())
}

pub(crate) async fn decide(
    path: &Path,
    grant: &str,
    approval: Approval,
    output: &Output,
) -> Result<(), Failure> {
    let world = super::open(path).await?;
    let decided = world.decide_grant(grant, approval).await;
    world.close().await;
    let decided = decided.map_err(|error| Failure::grant(&error))?;
    output.talk(match approval {
        Approval::Denied => "Denied, for ever: nothing will be issued.",
        Approval::Approved | Approval::Pending => {
            "Approved: the wallet receives its copies when it asks again."
        }
    });
    output.answer(&line(&decided), decided.to_object())
}
