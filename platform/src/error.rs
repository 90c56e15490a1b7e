//! How a world refuses: a status, the protocol's word, our reason code and a sentence; run for every
//! endpoint.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemas::canonical;
use schemas::json::Object;
use schemas::lang::Lang;
use schemas::message::MessageError;
use schemas::oauth::{Description, ErrorResponse};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::web_url::WebUrl;

use crate::store::StoreError;
use crate::ticket::NoChance;

/// A refusal. Its text holds no claims, no DIDs, no secrets, and is ASCII (OAuth 2.0 section 5.2).
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    error: &'static str,
    reason: Reason,
    detail: Option<String>,
    redirect_uri: Option<Box<WebUrl>>,
}

impl Refusal {
    /// A refusal with the protocol's word for it.
    pub(crate) const fn new(status: StatusCode, error: &'static str, reason: Reason) -> Self {
        Self {
            status,
            error,
            reason,
            detail: None,
            redirect_uri: None,
        }
    }

    /// 400 with the reason.
    pub(crate) const fn bad(error: &'static str, reason: Reason) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, reason)
    }

    /// A refusal in the words of the protocol.
    pub(crate) fn of(status: StatusCode, response: &ErrorResponse) -> Self {
        let reason = response.reason.unwrap_or(Reason::BadRequest);
        Self::new(status, response.code.code(), reason)
    }

    /// The same, with what was wrong in particular. Never a value of the request.
    pub(crate) fn because(mut self, detail: impl std::fmt::Display) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// The same, with the address at which the person's browser goes on.
    pub(crate) fn going_on_to(mut self, url: &WebUrl) -> Self {
        self.redirect_uri = Some(Box::new(url.clone()));
        self
    }

    /// Nothing is here, or nothing any more.
    pub(crate) const fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", Reason::NotFound)
    }

    /// Too much at once.
    pub(crate) const fn overloaded() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
            Reason::Overloaded,
        )
    }

    /// Too much of one client.
    pub(crate) const fn too_many() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "temporarily_unavailable",
            Reason::Overloaded,
        )
    }

    /// Only for whoever has the token.
    pub(crate) const fn unauthorized(error: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, error, Reason::Unauthorized)
    }

    /// A fault of ours; the sentence says no more.
    pub(crate) const fn internal(reason: Reason) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", reason)
    }

    /// The body.
    pub(crate) fn to_object(&self) -> Object {
        let mut object = schemas::object! {
            "error" => self.error,
            "reason" => self.reason.code(),
            "error_description" => self.description(),
        };
        if let Some(url) = &self.redirect_uri {
            object.insert("redirect_uri", &**url);
        }
        object
    }

    fn description(&self) -> String {
        let sentence = self.reason.sentence(Lang::En);
        let text = match &self.detail {
            Some(detail) => format!("{sentence} ({detail})"),
            None => sentence,
        };
        Description::of(&text).as_str().to_owned()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = self.to_object();
        tracing::debug!(reason = self.reason.code(), status = self.status.as_u16());
        let mut response = json(self.status, &body);
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        // Told to the layer that counts.
        response.extensions_mut().insert(Refused(self.reason));
        response
    }
}

/// The reason with which a response refuses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused(pub(crate) Reason);

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "store");
        let reason = error.reason();
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
            reason,
        )
    }
}

impl From<NoChance> for Refusal {
    fn from(_: NoChance) -> Self {
        Self::internal(Reason::RngFailure)
    }
}

impl From<MessageError> for Refusal {
    fn from(error: MessageError) -> Self {
        Self::bad("invalid_request", error.reason()).because(error)
    }
}

/// A refusal that holds until a time, which stands in `Retry-After` (RFC 9110 section 10.2.3).
pub(crate) fn until(refusal: Refusal, at: Timestamp, now: Timestamp) -> Response {
    let wait = at.unix().saturating_sub(now.unix()).max(1);
    let mut response = refusal.into_response();
    if let Ok(value) = HeaderValue::from_str(&wait.to_string()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

/// A JSON response.
pub(crate) fn json(status: StatusCode, body: &Object) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, canonical::object_to_bytes(body)).into_response()
}

/// A JSON response that nobody may keep.
pub(crate) fn json_unstored(body: &Object) -> Response {
    bytes_unstored(canonical::object_to_bytes(body))
}

/// The same of JSON that is written already.
pub(crate) fn bytes_unstored(body: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (StatusCode::OK, headers, body).into_response()
}
