//! What stands before every route: how many requests at a time, a panic that answers 500, numbers,
//! and headers that every answer has.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use schemas::reason::Reason;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use super::routes;
use crate::error::{Refusal, Refused};
use crate::world::World;

#[derive(Clone)]
struct Gate {
    world: Arc<World>,
    places: Arc<Semaphore>,
}

/// The router with everything that stands before it. The health check passes even when all places
/// are taken: who asks it wants to know whether the process lives.
pub(super) fn guarded(world: &Arc<World>) -> Router {
    let gate = Gate {
        world: Arc::clone(world),
        places: Arc::new(Semaphore::new(world.config.limits.requests)),
    };
    let limited = routes::router()
        .layer(CatchPanicLayer::custom(
            |_: Box<dyn std::any::Any + Send>| {
                tracing::error!("a handler panicked");
                Refusal::internal(Reason::InternalError).into_response()
            },
        ))
        .layer(from_fn_with_state(gate, admit));
    limited
        .merge(routes::health())
        .with_state(Arc::clone(world))
}

async fn admit(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let metrics = &gate.world.metrics;
    let Ok(_place) = gate.places.try_acquire() else {
        metrics.shed();
        return Refusal::overloaded().into_response();
    };
    let _under_way = metrics.under_way();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("unknown", MatchedPath::as_str)
        .to_owned();
    let start = Instant::now();
    let mut response = next.run(request).await;
    metrics.answered(&route, response.status(), start.elapsed());
    if let Some(Refused(reason)) = response.extensions().get() {
        metrics.refused(*reason);
    }
    // The template of the route, never the path: paths hold secrets.
    tracing::info!(
        route,
        status = response.status().as_u16(),
        ms = start.elapsed().as_millis(),
        "answered"
    );
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        // A page says its own.
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

/// The answer where no route is.
pub(super) async fn nowhere() -> Refusal {
    Refusal::not_found()
}

/// The answer to a method that a route does not have.
pub(super) async fn no_such_method() -> Refusal {
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "invalid_request",
        Reason::BadRequest,
    )
    .because("another method is needed here")
}
