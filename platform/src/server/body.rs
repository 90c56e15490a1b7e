//! Reading a request: its type, size and time are judged before its content.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use schemas::json::{Limits, Value};
use schemas::reason::Reason;

use crate::error::Refusal;
use crate::world::World;

/// The forms in which requests arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `application/x-www-form-urlencoded`
    Form,
    /// `application/json`
    Json,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Form => "application/x-www-form-urlencoded",
            Self::Json => "application/json",
        }
    }
}

/// The body of a message.
///
/// # Errors
/// 415 for another type, 413 for a body that is too large, 408 for one that comes too slowly.
pub(crate) async fn message(
    world: &Arc<World>,
    kind: Kind,
    request: Request,
) -> Result<Bytes, Refusal> {
    let found = content_type(request.headers())?;
    if found.as_deref() != Some(kind.name()) {
        return Err(wrong_type(kind.name()));
    }
    let limits = world.config.limits;
    read(request, limits.body_bytes, limits.body).await
}

/// The JSON value of a message.
///
/// # Errors
/// As [`message`]; 400 for what is no JSON within these limits.
pub(crate) async fn json(
    world: &Arc<World>,
    limits: &Limits,
    request: Request,
) -> Result<Value, Refusal> {
    let bytes = message(world, Kind::Json, request).await?;
    schemas::json::read(&bytes, limits)
        .map_err(|error| Refusal::bad("invalid_request", error.reason()).because(error))
}

/// The body of a request that should have none; a small one is taken and not looked at.
///
/// # Errors
/// As [`message`].
pub(crate) async fn nothing(world: &Arc<World>, request: Request) -> Result<(), Refusal> {
    let limits = world.config.limits;
    read(request, 4096, limits.body).await.map(drop)
}

/// Reads a body to its end.
///
/// # Errors
/// As [`message`].
pub(crate) async fn read(request: Request, most: usize, time: Duration) -> Result<Bytes, Refusal> {
    let too_large = || {
        Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "invalid_request",
            Reason::BodyTooLarge,
        )
        .because(format_args!("at most {most} bytes are read"))
    };
    let body = request.into_body();
    // A length that is said is believed only when it is too much.
    if usize::try_from(body.size_hint().lower()).map_or(true, |least| least > most) {
        return Err(too_large());
    }
    match tokio::time::timeout(time, axum::body::to_bytes(body, most)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_length_limit(&error) => Err(too_large()),
        Ok(Err(_)) => Err(Refusal::bad("invalid_request", Reason::BadRequest)
            .because("the body did not arrive whole")),
        Err(_) => Err(Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            "invalid_request",
            Reason::SlowClient,
        )),
    }
}

/// `to_bytes` says so in the source of its error, whose type is not ours to name.
fn is_length_limit(error: &axum::Error) -> bool {
    std::error::Error::source(error)
        .is_some_and(|source| source.to_string().contains("length limit"))
}

/// The media type of a request in lower case, without parameters.
///
/// # Errors
/// 415 for a compressed body, a charset other than UTF-8, or a header that is no text.
pub(crate) fn content_type(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(wrong_type("a body without Content-Encoding"));
    }
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Ok(None);
    };
    let text = value.to_str().map_err(|_| wrong_type("ASCII"))?;
    let mut parts = text.split(';');
    let kind = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    for parameter in parts {
        let parameter = parameter.trim().to_ascii_lowercase();
        if let Some(charset) = parameter.strip_prefix("charset=")
            && !matches!(charset.trim_matches('"'), "utf-8" | "utf8")
        {
            return Err(wrong_type("charset=utf-8"));
        }
    }
    Ok(Some(kind))
}

pub(crate) fn wrong_type(expected: &str) -> Refusal {
    Refusal::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "invalid_request",
        Reason::MediaTypeUnsupported,
    )
    .because(format_args!("expected {expected}"))
}

/// The access token of a request (RFC 6750 section 2.1).
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// Passes only whoever has the bearer token of the administration.
///
/// # Errors
/// 401 without it.
pub(crate) fn admin_only(world: &World, headers: &HeaderMap) -> Result<(), Refusal> {
    match bearer(headers) {
        Some(token) if world.identity().keys.is_admin(token) => Ok(()),
        _ => Err(Refusal::unauthorized("unauthorized")),
    }
}

/// What stands behind the last slash of the path. The router has matched the rest.
pub(crate) fn last_segment(request: &Request) -> &str {
    request.uri().path().rsplit('/').next().unwrap_or_default()
}
