//! `POST /assets/check`: is this model file the one that a credential names? For the world's own
//! servers, with the bearer token of the administration.

pub(crate) mod document;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use schemas::credential::CredentialType;
use schemas::digest::Sha256Digest;
use schemas::reason::Reason;
use verifier::{Asked, AssetAsked, CredentialAsked, Holder, Report, StatusAsked};

use crate::admitting::reasons_of;
use crate::asking::new_id;
use crate::error::{Refusal, json_unstored};
use crate::server::{body, multipart};
use crate::store::{DecisionRecord, RecordKind, Records};
use crate::world::World;

/// Answers 200 with the report, whatever the verdict: the question was answered.
pub(crate) async fn check(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    body::admin_only(&world, request.headers())?;
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let boundary = multipart::boundary(kind)
        .map_err(|error| body::wrong_type("multipart/form-data").because(error))?;
    body::content_type(request.headers())?;
    let Ok(_place) = world.files.try_acquire() else {
        return Err(Refusal::overloaded());
    };
    let limits = world.config.limits;
    let most = limits.asset_bytes.saturating_add(limits.body_bytes);
    let bytes = body::read(request, most, limits.asset_body).await?;
    let malformed = |error| Refusal::bad("invalid_request", Reason::BadRequest).because(error);
    let parts = multipart::parts(&bytes, &boundary).map_err(malformed)?;
    let credential = part(&parts, "credential", limits.body_bytes)?;
    let file = part(&parts, "file", limits.asset_bytes)?;
    drop((parts, bytes));
    let asked = Asked::Credential(CredentialAsked {
        types: CredentialType::ALL.to_vec(),
        holder: Holder::Anyone,
        status: StatusAsked::Asked,
    });
    let input = Sha256Digest::of_parts(&[&credential, &file]);
    let facts = world
        .at_bench(move |_| assets::facts(&file, &limits.assets()))
        .await?;
    let policy = world.believing.policy();
    let report = world
        .judge(
            asked,
            AssetAsked::Given(Box::new(facts)),
            policy,
            credential,
        )
        .await?;
    record(&world, RecordKind::AssetCheck, input, &report).await?;
    Ok(json_unstored(&report.to_object()))
}

/// Writes down that something was judged: digests and reason codes, no claims.
async fn record(
    world: &World,
    kind: RecordKind,
    input: Sha256Digest,
    report: &Report,
) -> Result<(), Refusal> {
    let decision = DecisionRecord {
        id: new_id()?,
        admission: None,
        kind,
        at: world.clock.now(),
        input,
        verdict: report.verdict().into(),
        reasons: reasons_of(report),
        outcome: None,
        receipt: None,
    };
    world.store.add_decision(&decision).await?;
    Ok(())
}

fn part(parts: &[(String, Bytes)], name: &str, most: usize) -> Result<Bytes, Refusal> {
    let part = parts.iter().find(|(known, _)| known == name);
    let (_, content) = part.ok_or_else(|| {
        Refusal::bad("invalid_request", Reason::BadRequest)
            .because(format_args!("no part named {name}"))
    })?;
    if content.len() > most {
        return Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "invalid_request",
            Reason::BodyTooLarge,
        ));
    }
    Ok(content.clone())
}
