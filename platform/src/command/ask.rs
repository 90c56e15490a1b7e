//! `omote-world ask`

use std::path::Path;
use std::time::Duration;

use platform::World;
use schemas::admission::{AdmissionCreated, AdmissionRequest, Ask as Asked};
use schemas::credential::CredentialType;
use schemas::json::{Object, Value};
use schemas::message::Message;
use schemas::reason::Reason;
use schemas::receipt::InstanceId;

use super::arguments::{Ask, What};
use super::failure::Failure;
use super::output::Output;

const LOOK_AGAIN: Duration = Duration::from_millis(500);

pub(crate) async fn run(path: &Path, ask: &Ask, output: &Output) -> Result<(), Failure> {
    let world = super::open(path).await?;
    let request = AdmissionRequest {
        ask: match ask.what {
            What::Avatar => Asked::Avatar,
            What::Item => Asked::Item,
            What::Both => {
                let types = [CredentialType::Avatar, CredentialType::Item];
                Asked::Query(
                    platform::query_for(&types)
                        .map_err(|error| Failure::new(1, error.reason(), error.to_string()))?,
                )
            }
        },
        by: world.config().names().english.clone(),
        instance: InstanceId::new(ask.instance.clone()).ok_or_else(|| {
            let rule = "--instance has 1 to 128 letters, digits, - . _ ~";
            Failure::new(2, Reason::BadRequest, rule)
        })?,
        purpose: ask.purpose.clone(),
    };
    // Read back as it would arrive by HTTP, so that both ways have the same bounds.
    let request = AdmissionRequest::from_value(&request.to_value())
        .map_err(|error| Failure::new(2, error.reason(), error.to_string()))?;
    let created = world
        .ask(&request)
        .await
        .map_err(|error| Failure::ask(&error))?;
    output.talk(&format!(
        "Open until {}. Hand this link to the person:",
        created.expires_at
    ));
    output.answer(&created.request_link.to_link(), created.to_object())?;
    let outcome = if ask.wait {
        wait(&world, &created, output).await
    } else {
        Ok(())
    };
    world.close().await;
    outcome
}

async fn wait(world: &World, created: &AdmissionCreated, output: &Output) -> Result<(), Failure> {
    loop {
        let standing = world
            .standing(&created.id)
            .await
            .map_err(|error| Failure::store(&error))?;
        let standing = standing.ok_or_else(expired)?;
        match standing.get("state").and_then(Value::as_str) {
            Some("pending") => tokio::time::sleep(LOOK_AGAIN).await,
            Some("answered") => return tell(standing, output),
            _ => return Err(expired()),
        }
    }
}

fn expired() -> Failure {
    Failure::new(1, Reason::DeadlinePassed, "nobody answered in time")
}

fn tell(standing: Object, output: &Output) -> Result<(), Failure> {
    let word = |object: Option<&Value>, name: &str| {
        let value = object.and_then(|object| object.get(name));
        value.and_then(Value::as_str).map(str::to_owned)
    };
    let Some(report) = standing.get("report") else {
        return Err(Failure::new(
            5,
            Reason::VpQueryUnsatisfied,
            "the person declined, or has nothing that matches",
        ));
    };
    let admission = word(standing.get("decision"), "admission").unwrap_or_default();
    if standing.contains_key("admission_token") {
        let text = format!("admitted: {admission}");
        return output.answer(&text, standing);
    }
    let reason = word(Some(report), "reason").and_then(|code| code.parse().ok());
    let failure = Failure::new(
        6,
        reason.unwrap_or(Reason::VpQueryUnsatisfied),
        format!("not admitted: {admission}"),
    );
    Err(failure)
}
