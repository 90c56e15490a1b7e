//! `POST /presentations/verify`: the presentation, then every credential in it.
//! Source: VCALM, "Verify Presentation"; VCDM 2.0 section 4.13.

use axum::http::StatusCode;
use proofs::data_integrity::ProofPurpose;
use schemas::json::{Object, Value};
use schemas::object;
use schemas::reason::Reason;
use schemas::vcdm;

use crate::envelope;
use crate::options::{Options, Question, VERIFYING, document};
use crate::problem::{Problem, Refusal, details};
use crate::proofs_of::{self, Expected};
use crate::service::Service;
use crate::verdict::{Checks, Verdict, result};
use crate::verify::{judge, party};

/// The most credentials of one presentation.
pub(crate) const MAX_CREDENTIALS: usize = 64;

/// Verifies the presentation of a request.
pub(crate) fn verify(service: &Service, request: &Object) -> Result<(StatusCode, Object), Refusal> {
    let returns = ["returnCredential", "returnPresentation"];
    let options = Options::of(request, &[&VERIFYING, &returns])?;
    let question = options.question(ProofPurpose::Authentication)?;
    let presentation = document(request, "verifiablePresentation")?;
    let mut verdict = Verdict::default();
    let opened;
    let inside = if vcdm::is_enveloped_presentation(presentation) {
        opened = envelope::open_presentation(service, presentation, &question, &mut verdict);
        opened.as_ref()
    } else {
        let expected = Expected {
            purpose: ProofPurpose::Authentication,
            by: presentation.get("holder").and_then(party),
            stranger: Reason::VpHolderMismatch,
            challenge: question.challenge,
            domains: question.domains.as_deref(),
            now: service.now(),
        };
        judge_itself(presentation, &expected, &mut verdict);
        Some(presentation)
    };
    if let Some(challenge) = question.challenge {
        note(
            &mut verdict,
            "challenge",
            &Value::from(challenge),
            Reason::ProofChallenge,
        );
    }
    if let Some(value) = options.get("domain") {
        note(&mut verdict, "domain", value, Reason::ProofDomain);
    }
    let credentials = match inside {
        Some(inside) => credentials(service, inside, question.checks, &mut verdict),
        None => Vec::new(),
    };
    let mut answer = verdict.to_object();
    if options.flag("returnResults")? {
        let results = object! {
            "presentation" => std::mem::take(&mut verdict.results),
            "credentials" => credentials,
        };
        answer.insert("results", results);
    }
    for name in returns {
        if options.flag(name)? {
            answer.insert("verifiablePresentation", presentation.clone());
        }
    }
    options.flag("returnProblemDetails")?;
    Ok((verdict.status(), answer))
}

/// The presentation without what it carries.
fn judge_itself(presentation: &Object, expected: &Expected<'_>, verdict: &mut Verdict) {
    verdict.model(vcdm::check_presentation(presentation));
    if !presentation.contains_key("proof") {
        let detail = "the presentation has no proof";
        verdict.error(Problem::new(Reason::ProofMissing, detail));
    }
    if verdict.is_verified() {
        proofs_of::check(presentation, expected, verdict);
    }
    if let Some(holder) = presentation.get("holder") {
        note(verdict, "holder", holder, Reason::VpHolderMismatch);
    }
}

/// What is said of one thing that was asked: whether it came to nothing.
fn note(verdict: &mut Verdict, name: &str, input: &Value, reason: Reason) {
    let good = !verdict
        .errors
        .iter()
        .any(|problem| problem.reason() == reason);
    verdict.results.insert(name, result(good, input));
}

/// Every credential: what is wrong with one is wrong with the presentation.
fn credentials(
    service: &Service,
    presentation: &Object,
    checks: Checks,
    verdict: &mut Verdict,
) -> Vec<Value> {
    let list: &[Value] = match presentation.get("verifiableCredential") {
        None => &[],
        Some(Value::Array(credentials)) => credentials,
        Some(one) => std::slice::from_ref(one),
    };
    if list.len() > MAX_CREDENTIALS {
        let detail = format!("at most {MAX_CREDENTIALS} credentials are looked at");
        verdict.error(Problem::new(Reason::VpTooMany, detail));
        return Vec::new();
    }
    let question = Question {
        checks,
        ..Question::default()
    };
    let mut results = Vec::new();
    for (index, credential) in list.iter().enumerate() {
        // Anything but an object is the data model's to refuse, and was.
        let Value::Object(credential) = credential else {
            continue;
        };
        let of_one = judge(service, credential, &question);
        let mut object = object! {
            "verified" => of_one.is_verified(),
            "problemDetails" => details(&of_one.problems()),
        };
        object.insert("results", of_one.results);
        results.push(object.into());
        let place = format!("credential {index}");
        for problem in of_one.errors {
            verdict.error(problem.inside(&place));
        }
        for problem in of_one.warnings {
            verdict.warnings.push(problem.inside(&place));
        }
    }
    results
}
