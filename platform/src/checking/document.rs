//! `POST /check`: is this document good, by the policy of this world and with the network? For the
//! world's own servers, with the bearer token of the administration.
//!
//! A credential is the body itself; a presentation comes in a form beside what it has to answer. Both
//! are judged as they arrived, byte by byte.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use schemas::check::Verdict;
use schemas::credential::CredentialType;
use schemas::dcql::DcqlQuery;
use schemas::digest::Sha256Digest;
use schemas::form::Form;
use schemas::json::Limits;
use schemas::message::Message;
use schemas::reason::Reason;
use verifier::{
    Asked, AssetAsked, Audience, Challenge, CredentialAsked, Holder, PresentationAsked, StatusAsked,
};

use crate::checking::record;
use crate::error::{Refusal, json};
use crate::server::body;
use crate::store::RecordKind;
use crate::world::World;

const FORM: &str = "application/x-www-form-urlencoded";
const CREDENTIAL: [&str; 5] = [
    "application/dc+sd-jwt",
    "application/vc",
    "application/vc+ld+json",
    "application/ld+json",
    "application/json",
];
const FIELDS: [&str; 5] = [
    "audience",
    "challenge",
    "dcql_query",
    "transaction_data",
    "vp_token",
];

/// Answers with the report: 200 when it is accepted, 422 when it is rejected, 503 when that cannot be
/// decided now.
pub(crate) async fn check(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    body::admin_only(&world, request.headers())?;
    let kind = body::content_type(request.headers())?.unwrap_or_default();
    let is_form = kind == FORM;
    if !is_form && !CREDENTIAL.contains(&kind.as_str()) {
        return Err(body::wrong_type(
            "application/vc, application/dc+sd-jwt or a form",
        ));
    }
    let limits = world.config.limits;
    let bytes = body::read(request, limits.body_bytes, limits.body).await?;
    let (asked, judged) = if is_form {
        presentation(&bytes)?
    } else {
        (credential(), bytes)
    };
    let input = Sha256Digest::of(&judged);
    let policy = world.believing.policy();
    let report = world
        .judge(asked, AssetAsked::NotAsked, policy, judged)
        .await?;
    record(&world, RecordKind::Check, input, &report).await?;
    let status = match report.verdict() {
        Verdict::Accepted => StatusCode::OK,
        Verdict::Rejected => StatusCode::UNPROCESSABLE_ENTITY,
        Verdict::Indeterminate => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = json(status, &report.to_object());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if report.verdict() == Verdict::Indeterminate {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    Ok(response)
}

/// Any type of ours, and any other that the policy names.
fn credential() -> Asked {
    let mut types = CredentialType::ALL.to_vec();
    types.push(CredentialType::Other);
    Asked::Credential(CredentialAsked {
        types,
        holder: Holder::Anyone,
        status: StatusAsked::Asked,
    })
}

fn presentation(bytes: &[u8]) -> Result<(Asked, Bytes), Refusal> {
    let malformed = || Refusal::bad("invalid_request", Reason::BadRequest);
    let form = Form::read(bytes, bytes.len())
        .map_err(|error| Refusal::bad("invalid_request", error.reason()).because(error))?;
    if let Some((_, _)) = form.iter().find(|(name, _)| !FIELDS.contains(name)) {
        return Err(malformed().because(format_args!("the fields are {}", FIELDS.join(", "))));
    }
    let field = |name: &'static str| {
        form.field(name)
            .ok_or_else(|| malformed().because(format_args!("{name} is missing")))
    };
    let challenge =
        Challenge::new(field("challenge")?).map_err(|error| malformed().because(error))?;
    let query = schemas::json::read(field("dcql_query")?.as_bytes(), &Limits::message())
        .map_err(|error| Refusal::bad("invalid_request", error.reason()).because(error))?;
    let asked = Asked::Presentation(PresentationAsked {
        lease: verifier::LeaseAsked::NotAsked,
        challenge,
        audience: Audience::new(field("audience")?),
        query: DcqlQuery::from_value(&query)?,
        transaction_data: transaction_data(form.field("transaction_data"))?,
    });
    let token = field("vp_token")?.to_owned();
    Ok((asked, Bytes::from(token)))
}

/// The texts that were sent, as a JSON array; none when there is no such field.
fn transaction_data(field: Option<&str>) -> Result<Vec<String>, Refusal> {
    let Some(text) = field else {
        return Ok(Vec::new());
    };
    let value = schemas::json::read(text.as_bytes(), &Limits::message())
        .map_err(|error| Refusal::bad("invalid_request", error.reason()).because(error))?;
    let texts = value.as_array().and_then(|texts| {
        let texts = texts.iter().map(|text| text.as_str().map(str::to_owned));
        texts.collect::<Option<Vec<_>>>()
    });
    texts.ok_or_else(|| {
        Refusal::bad("invalid_request", Reason::BadRequest)
            .because("transaction_data is an array of texts")
    })
}
