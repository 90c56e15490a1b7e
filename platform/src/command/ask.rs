//! `omote-world ask`

use std::path::Path;
use std::time::Duration;

use platform::World;
use schemas::admission::{
    AdmissionCreated, AdmissionRequest, AdmissionState as Standing, Ask as Asked, Decision,
};
use schemas::credential::CredentialType;
use schemas::exit::Exit;
use schemas::json::Value;
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
                        .map_err(|error| Failure::new(error.reason(), error.to_string()))?,
                )
            }
        },
        by: world.config().names().english.clone(),
        instance: InstanceId::new(ask.instance.clone()).ok_or_else(|| {
            let rule = "--instance has 1 to 128 letters, digits, - . _ ~";
            Failure::new(Reason::BadRequest, rule)
                .helped("Name where the person enters, such as: --instance lobby")
        })?,
        purpose: ask.purpose.clone(),
    };
    // Read back as it would arrive by HTTP, so that both ways have the same bounds.
    let request = AdmissionRequest::from_value(&request.to_value())
        .map_err(|error| Failure::new(error.reason(), error.to_string()).ending(Exit::Usage))?;
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
        match standing {
            Some(Standing::Pending) => tokio::time::sleep(LOOK_AGAIN).await,
            Some(Standing::Expired) | None => return Err(expired()),
            Some(answered) => return tell(&answered, output),
        }
    }
}

fn expired() -> Failure {
    Failure::new(Reason::DeadlinePassed, "nobody answered in time")
}

/// What became of it. That nobody was admitted is no fault of the command and no success either.
fn tell(standing: &Standing, output: &Output) -> Result<(), Failure> {
    match standing {
        Standing::Answered {
            judged: Some(judged),
            admitted: Some(_),
        } => output.answer(&admitted(&judged.decision), standing.to_object()),
        Standing::Answered {
            judged: Some(judged),
            admitted: None,
        } => {
            let reason = judged.report.get("reason").and_then(Value::as_str);
            let reason = reason.and_then(|code| code.parse().ok());
            let text = format!("not admitted: {}", judged.decision.admission);
            let failure = Failure::new(reason.unwrap_or(Reason::VpQueryUnsatisfied), text);
            Err(failure.ending(Exit::NotVerified))
        }
        Standing::Answered { judged: None, .. } => {
            let text = "the person declined, or has nothing that matches";
            Err(Failure::new(Reason::VpQueryUnsatisfied, text).ending(Exit::Declined))
        }
        Standing::Review { .. } => Err(Failure::new(
            Reason::AdmissionReview,
            "verified; one of your people decides whether the person may enter",
        )),
        Standing::Expired | Standing::Pending => Err(expired()),
    }
}

/// What the license asks of the world is part of the outcome.
fn admitted(decision: &Decision) -> String {
    let conditions: Vec<_> = decision.conditions.iter().map(|one| one.id()).collect();
    match conditions.as_slice() {
        [] => format!("admitted: {}", decision.admission),
        some => format!("admitted: {} ({})", decision.admission, some.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use schemas::admission::{AdmissionState as Standing, Condition, Decided, Decision, Judged};
    use schemas::exit::Exit;
    use schemas::receipt::CompactJws;

    use super::{Output, admitted, expired, tell};

    fn judged(admission: Decided, reason: &str) -> Judged {
        Judged {
            report: schemas::object! { "reason" => reason },
            decision: Decision {
                admission,
                conditions: Vec::new(),
                shown: Vec::new(),
            },
        }
    }

    #[test]
    fn conditions_are_told() {
        let mut decision = judged(Decided::Admit, "none").decision;
        assert_eq!(admitted(&decision), "admitted: admit");
        decision.admission = Decided::AdmitWithConditions;
        decision.conditions = vec![Condition::Credit, Condition::NoRedistribution];
        let told = "admitted: admit_with_conditions (credit, no_redistribution)";
        assert_eq!(admitted(&decision), told);
    }

    /// Scripts read each end from the same nine codes as those of `omote`.
    #[test]
    fn each_end_of_waiting_has_its_code() {
        let answered = |judged| Standing::Answered {
            judged,
            admitted: None,
        };
        let review = Standing::Review {
            judged: judged(Decided::Review, "none"),
            receipt: CompactJws::new("e30.e30.AAAA").unwrap(),
        };
        for (standing, exit) in [
            (answered(None), Exit::Declined),
            (
                answered(Some(judged(Decided::Deny, "vp_replay"))),
                Exit::NotVerified,
            ),
            (review, Exit::Locked),
            (Standing::Expired, Exit::Network),
        ] {
            let end = tell(&standing, &Output::new(true)).unwrap_err();
            assert_eq!(end.exit(), exit, "{standing:?}");
        }
        assert_eq!(expired().exit(), Exit::Network);
    }
}
