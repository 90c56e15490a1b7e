//! Admitting: the response arrives, is judged, and closes its admission once (OpenID4VP 1.0 sections
//! 8.2 and 8.6). Run by the world.
//!
//! ```text
//! POST /openid4vp/response/… ─ shape ─ state ─ verifier ─ policy ─ one statement closes it ─▶
//!     receipt and token for the wallet · report for the world · a decision record that stays
//! ```
//!
//! A response is judged first and closes the admission then, so that only one that answers *this*
//! request can use it up: whoever guesses at a nonce changes nothing.

mod outcome;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use schemas::admission::{AdmissionRequest, AdmissionState as Told, Decided};
use schemas::check::{CheckId, Outcome, Verdict};
use schemas::digest::Sha256Digest;
use schemas::form::Form;
use schemas::message::Message;
use schemas::oid4vp::response::{
    AuthorizationResponse, DirectPostAnswer, ResponseOutcome, VpToken, refusal,
};
use schemas::reason::Reason;
use verifier::{
    Admission as Policy, Asked, AssetAsked, Audience, Challenge, PresentationAsked, Report,
};
use zeroize::Zeroizing;

use crate::asking::{asked_of, new_id, query_of, state_of};
use crate::error::{Refusal, json_unstored};
use crate::server::body::{self, Kind};
use crate::store::{
    Admission, AdmissionState, Closing, DecisionRecord, RecordKind, RecordVerdict, Records,
};
use crate::ticket::{Purpose, Ticket};
use crate::world::World;
use outcome::Settled;

/// `POST /openid4vp/response/{response}`
pub(crate) async fn respond(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    let path = Ticket::read(body::last_segment(&request)).ok_or(Refusal::not_found())?;
    let bytes = body::message(&world, Kind::Form, request).await?;
    let admission = world.store.admission_by_response(path.digest()).await?;
    let admission = admission.ok_or(Refusal::not_found())?;
    if admission.state != AdmissionState::Open {
        return Err(refused(Reason::VpReplay));
    }
    if admission.expires <= world.clock.now() {
        return Err(refused(Reason::DeadlinePassed));
    }
    let response = AuthorizationResponse::read(&bytes)
        .map_err(|error| refused(error.reason()).because(error))?;
    let expected = path.derive(Purpose::State);
    if response
        .state
        .is_some_and(|state| state.as_str() != expected.expose())
    {
        return Err(refused(Reason::StateMismatch));
    }
    match response.outcome {
        ResponseOutcome::Refused(_) => decline(&world, &admission, &bytes).await,
        ResponseOutcome::Presented(token) => {
            present(&world, &admission, &path, &token, &bytes).await
        }
    }
}

/// Closes an admission with what its world is told, sealed, and the record that stays.
///
/// # Errors
/// `vp_replay` when it was closed already.
async fn close(
    world: &World,
    admission: &Admission,
    state: AdmissionState,
    told: &Told,
    decision: DecisionRecord,
) -> Result<(), Refusal> {
    let plain = Zeroizing::new(told.to_bytes());
    let closing = Closing {
        state,
        result: world
            .identity()
            .keys
            .seal_result(admission.id.as_str(), &plain)?,
        decision,
    };
    match world.store.close(&closing).await? {
        true => Ok(()),
        false => Err(refused(Reason::VpReplay)),
    }
}

fn refused(reason: Reason) -> Refusal {
    Refusal::of(StatusCode::BAD_REQUEST, &refusal(reason))
}

async fn decline(world: &World, admission: &Admission, bytes: &Bytes) -> Result<Response, Refusal> {
    let decision = DecisionRecord {
        id: new_id()?,
        admission: Some(admission.id.clone()),
        kind: RecordKind::Admission,
        at: world.clock.now(),
        input: Sha256Digest::of(bytes),
        verdict: RecordVerdict::Declined,
        reasons: Vec::new(),
        outcome: Some(Decided::Deny),
        receipt: None,
    };
    let told = Told::Answered {
        judged: None,
        admitted: None,
    };
    close(world, admission, AdmissionState::Declined, &told, decision).await?;
    Ok(json_unstored(&DirectPostAnswer::default().to_object()))
}

async fn present(
    world: &Arc<World>,
    admission: &Admission,
    path: &Ticket,
    token: &VpToken,
    bytes: &Bytes,
) -> Result<Response, Refusal> {
    let asked = asked_of(admission)?;
    let query = query_of(&asked.ask)?;
    token
        .require_answer_to(&query)
        .map_err(|error| refused(error.reason()).because(error))?;
    // The text that arrived is what is judged and what the receipt is about.
    let form = Form::read(bytes, bytes.len()).map_err(|error| refused(error.reason()))?;
    let text = form.field("vp_token").unwrap_or_default().to_owned();
    let nonce = path.derive(Purpose::Nonce);
    let question = Asked::Presentation(PresentationAsked {
        challenge: Challenge::new(nonce.expose())
            .map_err(|_| Refusal::internal(Reason::InternalError))?,
        audience: Audience::new(world.config.client_id().as_str()),
        query,
    });
    let presented = Sha256Digest::of(text.as_bytes());
    let policy = world.believing.policy();
    let report = world
        .judge(question, AssetAsked::NotAsked, policy, Bytes::from(text))
        .await?;
    let answer = Answer {
        asked: &asked,
        presented,
        nonce: Sha256Digest::of(nonce.expose().as_bytes()),
    };
    let decided = world.rules.decide(&report);
    settle(world, admission, &answer, &report, &decided).await
}

/// What a response was an answer to.
struct Answer<'a> {
    asked: &'a AdmissionRequest,
    presented: Sha256Digest,
    nonce: Sha256Digest,
}

async fn settle(
    world: &World,
    admission: &Admission,
    answer: &Answer<'_>,
    report: &Report,
    policy: &Policy,
) -> Result<Response, Refusal> {
    let id = new_id()?;
    let mut decision = DecisionRecord {
        id: id.clone(),
        admission: Some(admission.id.clone()),
        kind: RecordKind::Admission,
        at: world.clock.now(),
        input: answer.presented,
        verdict: report.verdict().into(),
        reasons: reasons_of(report),
        outcome: Some(policy.decided()),
        receipt: None,
    };
    let refused_for = report.reason().unwrap_or(Reason::InternalError);
    match report.verdict() {
        Verdict::Accepted => {
            let settled = Settled::new(world, &id, answer, report, policy)
                .ok_or(Refusal::internal(Reason::InternalError))?;
            decision.receipt = Some(settled.receipt_digest());
            let told = settled.told(report, policy);
            close(world, admission, settled.state(), &told, decision).await?;
            Ok(json_unstored(&settled.answer().to_object()))
        }
        Verdict::Rejected if answers_this(report) => {
            let told = outcome::refused(report, policy);
            close(world, admission, AdmissionState::Refused, &told, decision).await?;
            Err(refused(refused_for))
        }
        // Not shown to be an answer to this request, or not decided for want of something outside:
        // the admission stays open.
        Verdict::Rejected | Verdict::Indeterminate => {
            world.store.add_decision(&decision).await?;
            Err(refused(refused_for))
        }
    }
}

/// Whether a rejected response was made for this request: it repeats its nonce.
fn answers_this(report: &Report) -> bool {
    report.outcome(CheckId::Challenge) == Outcome::Passed
}

/// The reasons of a report, the headline first, each once.
pub(crate) fn reasons_of(report: &Report) -> Vec<Reason> {
    if report.verdict() == Verdict::Accepted {
        return Vec::new();
    }
    let mut reasons: Vec<Reason> = report.reason().into_iter().collect();
    for detail in report.details() {
        if !reasons.contains(&detail.reason) {
            reasons.push(detail.reason);
        }
    }
    reasons
}

/// `GET /admissions/{admission}`: for whoever has the poll address, and for the administration.
pub(crate) async fn poll(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    let name = body::last_segment(&request);
    let ticket = Ticket::read(name);
    let mut admission = match &ticket {
        Some(ticket) => world.store.admission_by_poll(ticket.digest()).await?,
        None => None,
    };
    if admission.is_none() {
        // What is in the QR code opens nothing here.
        body::admin_only(&world, request.headers())?;
        admission = world.store.admission_by_id(name).await?;
    }
    let admission = admission.ok_or(Refusal::not_found())?;
    let standing = state_of(&world, &admission)?.ok_or(Refusal::not_found())?;
    Ok(json_unstored(&standing.to_object()))
}
