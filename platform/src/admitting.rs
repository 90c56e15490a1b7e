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
mod returning;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use schemas::admission::{AdmissionRequest, AdmissionState as Told, Decided};
use schemas::canonical;
use schemas::check::{CheckId, Outcome, Verdict};
use schemas::digest::Sha256Digest;
use schemas::form::Form;
use schemas::message::Message;
use schemas::oid4vp::request::ResponseMode;
use schemas::oid4vp::response::{
    AuthorizationResponse, DirectPostAnswer, PostedResponse, ResponseOutcome, VpToken, refusal,
};
use schemas::reason::Reason;
use verifier::{
    Admission as Policy, Asked, AssetAsked, Audience, Challenge, LeaseAsked, PresentationAsked,
    Report,
};
use zeroize::Zeroizing;

use crate::asking::{
    asked_of, client_id_of, encryption, formats_of, lease_of, new_id, query_of, state_of,
    transaction_data,
};
use crate::error::{Refusal, json_unstored};
use crate::seal::Sealed;
use crate::server::body::{self, Kind};
use crate::store::{
    Admission, AdmissionState, Closing, DecisionRecord, RecordKind, RecordVerdict, Records,
};
use crate::ticket::{Purpose, Ticket};
use crate::world::{Brought, World};
use outcome::Settled;
use returning::WayBack;

pub(crate) use returning::returned;

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
    let asked = asked_of(&admission)?;
    let arrived = read(&world, &admission, &asked, &path, &bytes).await?;
    let expected = path.derive(Purpose::State);
    // Every request of ours has one, so every answer to it has to (RFC 6749 section 4.1.2).
    let state = arrived.response.state.as_ref();
    if state.map(|state| state.as_str()) != Some(expected.expose()) {
        return Err(refused(Reason::StateMismatch));
    }
    match arrived.response.outcome {
        ResponseOutcome::Refused(_) => decline(&world, &admission, &asked, &bytes).await,
        ResponseOutcome::Presented(token) => {
            let brought = Brought {
                bytes: Bytes::from(arrived.text),
                heads: arrived.response.ledger_evidence,
            };
            present(&world, &admission, &asked, &path, &token, brought).await
        }
    }
}

/// A response in clear, and the text of its `vp_token`.
struct Arrived {
    response: AuthorizationResponse,
    text: String,
}

/// Reads a response in the way that was asked for.
///
/// # Errors
/// `enc_required` for presentations in clear where they were to be encrypted; a refusal may come
/// either way, as a wallet that cannot encrypt has to be able to say so (OpenID4VP 1.0 section 8.3.1).
async fn read(
    world: &Arc<World>,
    admission: &Admission,
    asked: &AdmissionRequest,
    path: &Ticket,
    bytes: &Bytes,
) -> Result<Arrived, Refusal> {
    let is_secret = asked.manner.response_mode == Some(ResponseMode::DirectPostJwt);
    let form = Form::read(bytes, bytes.len()).ok();
    let field = |name| form.as_ref().and_then(|form| form.field(name));
    if is_secret && field("vp_token").is_some() && field("response").is_none() {
        return Err(refused(Reason::EncRequired));
    }
    let posted = PostedResponse::read(bytes).map_err(|error| {
        let reason = match says_state_twice(bytes) {
            true => Reason::StateMismatch,
            false => error.reason(),
        };
        refused(reason).because(error)
    })?;
    match posted {
        PostedResponse::Plain(response) => Ok(Arrived {
            response,
            // The text that arrived is what is judged and what the receipt is about.
            text: field("vp_token").unwrap_or_default().to_owned(),
        }),
        PostedResponse::Encrypted(_) if !is_secret => Err(refused(Reason::EncUnsupported)),
        PostedResponse::Encrypted(jwe) => {
            let (admission, path) = (admission.clone(), path.clone());
            let response = world
                .at_bench(move |world| encryption::open(world, &admission, &path, &jwe))
                .await??;
            let claims = response.to_claims();
            let token = claims.get("vp_token").map(canonical::to_text);
            Ok(Arrived {
                response,
                text: token.unwrap_or_default(),
            })
        }
    }
}

/// Whether a form that was not read names `state` more than once: whose it is would be anybody's guess.
fn says_state_twice(bytes: &[u8]) -> bool {
    let fields = bytes.split(|byte| *byte == b'&');
    let states = fields.filter(|field| {
        let form = Form::read(field, field.len());
        form.is_ok_and(|form| form.field("state").is_some())
    });
    states.count() > 1
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
    back: Option<&WayBack>,
    decision: DecisionRecord,
) -> Result<(), Refusal> {
    let plain = Zeroizing::new(told.to_bytes());
    let closing = Closing {
        state,
        result: world
            .identity()
            .keys
            .seal(Sealed::Result, admission.id.as_str(), &plain)?,
        response_code: back.map(WayBack::digest),
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

async fn decline(
    world: &World,
    admission: &Admission,
    asked: &AdmissionRequest,
    bytes: &Bytes,
) -> Result<Response, Refusal> {
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
    let back = WayBack::of(asked)?;
    let state = AdmissionState::Declined;
    close(world, admission, state, &told, back.as_ref(), decision).await?;
    let answer = DirectPostAnswer {
        redirect_uri: back.map(|back| back.url().clone()),
        ..DirectPostAnswer::default()
    };
    Ok(json_unstored(&answer.to_object()))
}

async fn present(
    world: &Arc<World>,
    admission: &Admission,
    asked: &AdmissionRequest,
    path: &Ticket,
    token: &VpToken,
    brought: Brought,
) -> Result<Response, Refusal> {
    let broken = |_| Refusal::internal(Reason::InternalError);
    let query = query_of(&asked.ask, formats_of(asked))?;
    token
        .require_answer_to(&query)
        .map_err(|error| refused(error.reason()).because(error))?;
    let nonce = path.derive(Purpose::Nonce);
    let confirmed = transaction_data(asked, &query)?;
    let question = Asked::Presentation(PresentationAsked {
        lease: match lease_of(asked, path) {
            None => LeaseAsked::NotAsked,
            Some(lease) => LeaseAsked::Asked {
                world: world.config.world().clone(),
                salt: lease.salt,
            },
        },
        challenge: Challenge::new(nonce.expose()).map_err(broken)?,
        audience: Audience::new(client_id_of(world, admission)?.as_str()),
        query,
        transaction_data: confirmed
            .iter()
            .map(|data| data.encoded().to_owned())
            .collect(),
    });
    let presented = Sha256Digest::of(&brought.bytes);
    let policy = world.believing.policy();
    let report = world
        .judge(question, AssetAsked::NotAsked, policy, brought)
        .await?;
    let answer = Answer {
        asked,
        presented,
        nonce: Sha256Digest::of(nonce.expose().as_bytes()),
        back: WayBack::of(asked)?,
    };
    let decided = world.rules.decide(&report);
    settle(world, admission, &answer, &report, &decided).await
}

/// What a response was an answer to.
struct Answer<'a> {
    asked: &'a AdmissionRequest,
    presented: Sha256Digest,
    nonce: Sha256Digest,
    back: Option<WayBack>,
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
    let back = answer.back.as_ref();
    match report.verdict() {
        Verdict::Accepted => {
            let settled = Settled::new(world, &id, answer, report, policy)
                .ok_or(Refusal::internal(Reason::InternalError))?;
            decision.receipt = Some(settled.receipt_digest());
            let told = settled.told(answer, report, policy);
            let state = settled.state();
            close(world, admission, state, &told, back, decision).await?;
            Ok(json_unstored(&settled.answer(back).to_object()))
        }
        Verdict::Rejected if answers_this(report) => {
            let told = outcome::refused(report, policy);
            let state = AdmissionState::Refused;
            close(world, admission, state, &told, back, decision).await?;
            // The person's browser goes on all the same: their session is told why.
            Err(match back {
                Some(back) => refused(refused_for).going_on_to(back.url()),
                None => refused(refused_for),
            })
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
    let polled = match &ticket {
        Some(ticket) => world.store.admission_by_poll(ticket.digest()).await?,
        None => None,
    };
    let is_polled = polled.is_some();
    let admission = match polled {
        Some(admission) => admission,
        None => {
            // What is in the QR code opens nothing here.
            body::admin_only(&world, request.headers())?;
            let admission = world.store.admission_by_id(name).await?;
            admission.ok_or(Refusal::not_found())?
        }
    };
    // Nothing is told without the code. That nobody answered yet is for the administration alone.
    let is_closed = admission.state != AdmissionState::Open;
    if (is_polled || is_closed) && asked_of(&admission)?.manner.return_to.is_some() {
        return Err(returning::mismatch());
    }
    let standing = state_of(&world, &admission)?.ok_or(Refusal::not_found())?;
    Ok(json_unstored(&standing.to_object()))
}
