//! `omote-world ask`

use std::path::Path;
use std::time::Duration;

use platform::{AskError, World};
use schemas::admission::{
    AdmissionCreated, AdmissionRequest, AdmissionState as Standing, Ask as Asked, Decision, Manner,
};
use schemas::credential::{CredentialType, Format};
use schemas::dcql::DcqlQuery;
use schemas::exit::Exit;
use schemas::json::{Object, Value};
use schemas::message::Message;
use schemas::reason::Reason;
use schemas::receipt::InstanceId;
use schemas::web_url::WebUrl;

use super::arguments::{Ask, What};
use super::failure::Failure;
use super::output::Output;
use super::picture;

const LOOK_AGAIN: Duration = Duration::from_millis(500);

pub(crate) async fn run(path: &Path, ask: &Ask, output: &Output) -> Result<(), Failure> {
    picture::check(&ask.pictures)?;
    let world = super::open(path).await?;
    let request = AdmissionRequest {
        ask: match ask.what {
            What::Avatar => Asked::Avatar,
            What::Item => Asked::Item,
            What::Both => Asked::Query(both(path, &world, ask)?),
        },
        by: world.config().names().english.clone(),
        instance: InstanceId::new(ask.instance.clone()).ok_or_else(|| {
            let rule = "--instance has 1 to 128 letters, digits, - . _ ~";
            Failure::new(Reason::BadRequest, rule)
                .helped("Name where the person enters, such as: --instance lobby")
        })?,
        purpose: ask.purpose.clone(),
        manner: Manner {
            formats: ask.formats.clone(),
            response_mode: ask.response_mode,
            return_to: ask.return_to.clone(),
            statement: ask.statement.clone(),
            lease_minutes: ask.lease,
        },
    };
    // Read back as it would arrive by HTTP, so that both ways have the same bounds.
    let request = AdmissionRequest::from_value(&request.to_value())
        .map_err(|error| Failure::asked(path, &error))?;
    let created = world
        .ask(&request)
        .await
        .map_err(|error| Failure::ask(path, &error))?;
    if let Some(page) = &request.manner.return_to {
        on_one_device(page, &created, output);
    }
    if let Some(code) = created.match_code {
        output.talk(&format!(
            "Show this number beside the link; the wallet shows the same: {code}"
        ));
    }
    output.talk(&format!(
        "Open until {}. Hand this link to the person:",
        created.expires_at
    ));
    let link = created.request_link.to_link();
    output.answer(&link, created.to_object())?;
    picture::show(&ask.pictures, &link, output)?;
    let outcome = if ask.wait {
        wait(&world, &created, output).await
    } else {
        Ok(())
    };
    world.close().await;
    outcome
}

/// Who is told what when the person's browser goes on: nothing is compared, as there is no second
/// screen, and the code that comes back opens the outcome.
fn on_one_device(page: &WebUrl, created: &AdmissionCreated, output: &Output) {
    output.talk(&format!(
        "On one device: when it has answered, the wallet sends the browser on to\n\
         \x20 {page}#response_code=…\n\
         Hand that code to your server. It posts {{\"response_code\": \"…\"}} to the poll\n\
         address, which tells the outcome once and to nobody without the code:\n\
         \x20 {}\n\
         The number that the wallet shows is for links on another screen: there is\n\
         nothing to compare it with here.",
        created.poll_url
    ));
}

/// A query of its own has its formats in itself.
fn both(path: &Path, world: &World, ask: &Ask) -> Result<DcqlQuery, Failure> {
    let types = [CredentialType::Avatar, CredentialType::Item];
    let mut formats = match ask.formats.as_slice() {
        [] => world.config().formats().to_vec(),
        some => some.to_vec(),
    };
    if ask.statement.is_some() {
        formats.retain(|format| *format == Format::DcSdJwt);
    }
    if formats.is_empty() {
        return Err(Failure::ask(path, &AskError::Statement));
    }
    platform::query_in(&types, &formats)
        .map_err(|error| Failure::new(error.reason(), error.to_string()))
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
        .helped("Ask again, or leave more time for it: `asking.request_seconds`.")
}

/// What became of it. That nobody was admitted is no fault of the command and no success either.
fn tell(standing: &Standing, output: &Output) -> Result<(), Failure> {
    match standing {
        Standing::Answered {
            judged: Some(judged),
            admitted: Some(_),
        } => {
            let mut text = admitted(&judged.decision);
            text.extend(leased(&judged.report));
            output.answer(&text, standing.to_object())
        }
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
            let text = "the person said no, or has nothing that fits; wallets do not say which";
            Err(Failure::new(Reason::VpQueryUnsatisfied, text)
                .ending(Exit::Declined)
                .helped("Nothing was shown and nobody is admitted. Ask again with a new link."))
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
    let mut text = match conditions.as_slice() {
        [] => format!("admitted: {}", decision.admission),
        some => format!("admitted: {} ({})", decision.admission, some.join(", ")),
    };
    if let Some(statement) = &decision.statement {
        text.push_str(&format!("; confirmed: {statement}"));
    }
    text
}

/// Where an item that was shown is active, as its ledger says.
fn leased(report: &Object) -> Vec<String> {
    let findings = report.get("findings").and_then(Value::as_array);
    let findings = findings.unwrap_or_default().iter();
    let said = findings.filter_map(|finding| {
        let until = finding.get("until").and_then(Value::as_str);
        match (finding.get("code")?.as_str()?, until) {
            ("item_active_here", Some(until)) => Some(format!("; active here until {until}")),
            ("item_active_elsewhere", Some(until)) => {
                Some(format!("; active elsewhere until {until}"))
            }
            ("item_not_leased", _) => Some("; not marked as active here".to_owned()),
            _ => None,
        }
    });
    said.collect()
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
                statement: None,
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
        decision.conditions.clear();
        decision.statement = Some("Fee: 100".to_owned());
        let told = "admitted: admit_with_conditions; confirmed: Fee: 100";
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
            let [_, help] = end.lines();
            assert!(!help.contains("holder has to"), "who asked is told: {help}");
        }
        assert_eq!(expired().exit(), Exit::Network);
    }
}
