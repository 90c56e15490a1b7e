//! Reading a request and writing an answer: the size and type of a request are judged before its
//! content.

use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemas::canonical;
use schemas::json::{self, Object, Value};
use schemas::reason::Reason;

use crate::problem::{Problem, Refusal};
use crate::service::limits;

/// How long a body may take to arrive.
const TIME: Duration = Duration::from_secs(20);

/// The JSON object of a request.
///
/// # Errors
/// 415 for another type, 413 for a body that is too large, 408 for one that comes too slowly, 400
/// for what is no strict JSON object.
pub(crate) async fn read(request: Request) -> Result<Object, Refusal> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    if !(essence == "application/json"
        || essence.starts_with("application/") && essence.ends_with("+json"))
        || request.headers().contains_key(header::CONTENT_ENCODING)
    {
        return Err(Refusal::with(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Problem::new(Reason::MediaTypeUnsupported, "expected application/json"),
        ));
    }
    let most = limits().max_bytes;
    let too_large = || {
        Refusal::with(
            StatusCode::PAYLOAD_TOO_LARGE,
            Problem::new(
                Reason::BodyTooLarge,
                format!("at most {most} bytes are read"),
            ),
        )
    };
    let body = request.into_body();
    if usize::try_from(body.size_hint().lower()).map_or(true, |least| least > most) {
        return Err(too_large());
    }
    let bytes = match tokio::time::timeout(TIME, axum::body::to_bytes(body, most)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) => return Err(too_large()),
        Err(_) => {
            return Err(Refusal::with(
                StatusCode::REQUEST_TIMEOUT,
                Problem::new(Reason::SlowClient, "the body came too slowly"),
            ));
        }
    };
    match json::read(&bytes, &limits()) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Refusal::bad(Problem::new(
            Reason::ParseError,
            "the body has to be an object",
        ))),
        Err(error) => Err(Refusal::bad(Problem::new(
            error.reason(),
            format!("the body is no strict JSON, at byte {}", error.offset()),
        ))),
    }
}

/// An answer in JSON.
pub(crate) fn answer(status: StatusCode, kind: &'static str, object: Object) -> Response {
    let text = canonical::to_text(&Value::Object(object));
    let mut response = (status, Body::from(text)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

/// The type of most answers.
pub(crate) const JSON: &str = "application/json";

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let object = self.to_object();
        answer(self.status, "application/problem+json", object)
    }
}
