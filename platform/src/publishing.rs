//! What a world publishes: for strangers its DID document, our context and JSON Schemas; for its own
//! people numbers.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemas::canonical;
use schemas::json_schemas;
use schemas::reason::Reason;
use schemas::terms::context_document;

use crate::error::Refusal;
use crate::server::body;
use crate::world::World;

/// `GET /.well-known/did.json`
pub(crate) async fn did_document(State(world): State<Arc<World>>) -> Response {
    let body = canonical::object_to_bytes(&world.identity().did_document);
    ([(header::CONTENT_TYPE, "application/did+json")], body).into_response()
}

/// `GET /.well-known/did-history.json`
pub(crate) async fn key_history(State(world): State<Arc<World>>) -> Response {
    let body = world.identity().keys.history.bytes().to_vec();
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// `GET /contexts/omote/v1`
pub(crate) async fn context() -> Response {
    let body = canonical::to_bytes(&context_document());
    ([(header::CONTENT_TYPE, "application/ld+json")], body).into_response()
}

/// `GET /schemas/{name}`
pub(crate) async fn schema(request: Request) -> Result<Response, Refusal> {
    let name = body::last_segment(&request);
    let text = match json_schemas::by_name(name) {
        Some(schema) => schema.text,
        None if name == "omote-world" => include_str!("../omote-world.schema.json"),
        None => return Err(Refusal::not_found()),
    };
    let kind = [(header::CONTENT_TYPE, "application/schema+json")];
    Ok((kind, text).into_response())
}

/// `GET /healthz`
pub(crate) async fn health() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// How long the log may stand still, beside the time between two checkpoints.
const STILL: Duration = Duration::from_secs(5);

/// `GET /readyz`: whether it can do what it is for, where [`health`] says that it lives. The store
/// answers, and of a ledger the log is written, by this process or another.
pub(crate) async fn ready(State(world): State<Arc<World>>) -> Result<StatusCode, Refusal> {
    world.store.answers().await?;
    if let Some(rules) = &world.config.ledger
        && !world.metrics.ledger.was_written(rules.publish + STILL)
    {
        let refusal = Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
            Reason::DbUnavailable,
        );
        return Err(refusal.because("the log of the ledger is not written"));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /metrics`: for the world's own people. How many come and how many are refused is nothing for
/// strangers.
pub(crate) async fn metrics(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    body::admin_only(&world, request.headers())?;
    let kind = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    Ok((kind, world.metrics.text()).into_response())
}
