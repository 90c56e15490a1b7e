//! `POST /credentials/verify`: data model, proofs, validity period, status.
//! Source: VCALM, "Verify Credential"; VCDM 2.0 section 7.1.

use axum::http::StatusCode;
use proofs::data_integrity::ProofPurpose;
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::terms::Context;
use schemas::time::Timestamp;
use schemas::vcdm;

use crate::envelope;
use crate::options::{Options, Question, VERIFYING, document};
use crate::problem::{Problem, Refusal};
use crate::proofs_of::{self, Expected};
use crate::service::Service;
use crate::status;
use crate::verdict::{Checks, Verdict, result};

/// Verifies the credential of a request.
pub(crate) fn verify(service: &Service, request: &Object) -> Result<(StatusCode, Object), Refusal> {
    let options = Options::of(request, &[&VERIFYING, &["returnCredential"]])?;
    let question = options.question(ProofPurpose::AssertionMethod)?;
    let credential = document(request, "verifiableCredential")?;
    let verdict = judge(service, credential, &question);
    let mut answer = verdict.to_object();
    if options.flag("returnResults")? {
        answer.insert("results", verdict.results.clone());
    }
    if options.flag("returnCredential")? {
        answer.insert("credential", credential.clone());
    }
    // Problems are always told; the option can only ask for what is done anyway.
    options.flag("returnProblemDetails")?;
    Ok((verdict.status(), answer))
}

/// Judges one credential, enveloped or not.
pub(crate) fn judge(service: &Service, credential: &Object, question: &Question<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    if vcdm::is_enveloped_credential(credential) {
        if let Some(inside) = envelope::open_credential(service, credential, question, &mut verdict)
        {
            rest(service, &inside, question.checks, &mut verdict);
        }
        return verdict;
    }
    verdict.model(vcdm::check_credential(credential));
    if !credential.contains_key("proof") {
        verdict.error(Problem::new(
            Reason::ProofMissing,
            "the credential has no proof",
        ));
        return verdict;
    }
    // What is malformed gets no answer about its signature: it would be about something else.
    if !verdict.is_verified() {
        return verdict;
    }
    let expected = Expected {
        purpose: ProofPurpose::AssertionMethod,
        by: issuer(credential),
        stranger: Reason::IssuerKeyMismatch,
        challenge: question.challenge,
        domains: question.domains.as_deref(),
        now: service.now(),
    };
    proofs_of::check(credential, &expected, &mut verdict);
    rest(service, credential, question.checks, &mut verdict);
    verdict
}

/// Validity period and status.
fn rest(service: &Service, credential: &Object, checks: Checks, verdict: &mut Verdict) {
    period(credential, service.now(), checks.period, verdict);
    status::check_list(credential, verdict);
    status::check(service, credential, checks.status, verdict);
}

/// The issuer's identifier.
pub(crate) fn issuer(credential: &Object) -> Option<&str> {
    party(credential.get("issuer")?)
}

/// The identifier of whoever issues or holds.
pub(crate) fn party(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("id")?.as_str())
}

fn period(credential: &Object, now: Timestamp, asked: bool, verdict: &mut Verdict) {
    let old = credential
        .get("@context")
        .and_then(Value::as_array)
        .and_then(|contexts| contexts.first())
        .and_then(Value::as_str)
        == Some(Context::VectorCredentialsV1.url());
    let (from, until) = if old {
        ("issuanceDate", "expirationDate")
    } else {
        ("validFrom", "validUntil")
    };
    let date = |name: &str| {
        let value = credential.get(name)?;
        Some((value, Timestamp::parse(value.as_str()?).ok()?))
    };
    if let Some((value, begins)) = date(from) {
        let good = begins <= now;
        verdict.results.insert(from, result(good, value));
        if !good {
            let detail = format!("the {from} of the credential has not come yet");
            verdict.finding(asked, Problem::not_yet_valid(detail));
        }
    }
    if let Some((value, ends)) = date(until) {
        let good = now <= ends;
        verdict.results.insert(until, result(good, value));
        if !good {
            let detail = format!("the {until} of the credential has passed");
            verdict.finding(asked, Problem::new(Reason::CredExpired, detail));
        }
    }
}
