//! What comes back: status, type and a body whose size, encoding and time were bounded while reading.

use std::fmt;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use schemas::json::{self, Limits, ReadError, Value};
use tokio::time::{Instant, timeout_at};

use super::age;
use super::exchange::{Call, Method, cause_of};
use crate::error::{Cause, Stage};
use crate::purpose::Purpose;

/// Types that a world may explain a failure in (RFC 6749 section 5.2, RFC 9457).
const ERROR_TYPES: &[&str] = &["application/json", "application/problem+json"];
/// As much of a foreign content type as an error repeats.
const MAX_SHOWN_TYPE: usize = 80;

/// An answer. Its `Debug` keeps the body to itself: bodies hold tokens and claims.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    status: u16,
    content_type: Option<String>,
    etag: Option<String>,
    age_seconds: u32,
    body: Vec<u8>,
}

impl Response {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is one of success (200 to 299).
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The media type in lower case, without parameters.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Whether what is known already is still good: the answer to [`Client::get_if_changed`]
    /// (RFC 9110 section 15.4.5).
    ///
    /// [`Client::get_if_changed`]: crate::Client::get_if_changed
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.status == StatusCode::NOT_MODIFIED.as_u16()
    }

    /// The entity tag, by which to ask whether there is something new; one of sound form only.
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// For how long somebody on the way had kept this answer, as far as it says so (RFC 9111
    /// section 4.2.3).
    #[must_use]
    pub const fn age_seconds(&self) -> u32 {
        self.age_seconds
    }

    /// The body. Empty when a failure was explained in a type that nobody asked for.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body, taken out.
    #[must_use]
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// The body as JSON, read strictly.
    ///
    /// # Errors
    /// [`ReadError`] with its reason code.
    pub fn json(&self) -> Result<Value, ReadError> {
        // The size was bounded when the body was read; the reader's own bound must not be lower.
        let limits = Limits::message();
        let max_bytes = limits.max_bytes.max(self.body.len());
        json::read(
            &self.body,
            &Limits {
                max_bytes,
                ..limits
            },
        )
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("content_type", &self.content_type)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// What a witness answers when it cosigns has no type of its own (C2SP tlog-witness, add-checkpoint):
/// its lines are read strictly and checked.
fn is_of_any_type(call: &Call<'_>, status: StatusCode) -> bool {
    let sends = matches!(call.method, Method::Post { .. });
    call.purpose == Purpose::Log && sends && status == StatusCode::OK
}

/// Reads an answer that is no redirect.
pub(super) async fn receive(
    call: &Call<'_>,
    answer: reqwest::Response,
    deadline: Instant,
) -> Result<Response, Cause> {
    let status = answer.status();
    let content_type = media_type(answer.headers());
    let (etag, age_seconds) = (
        age::entity_tag(answer.headers()),
        age::of(answer.headers(), age::machine_time()),
    );
    let finish = |body| {
        let content_type = content_type.clone();
        Ok(Response {
            status: status.as_u16(),
            content_type,
            etag: etag.clone(),
            age_seconds,
            body,
        })
    };
    match &call.method {
        Method::Get { known: Some(_) } if status == StatusCode::NOT_MODIFIED => {
            return finish(Vec::new());
        }
        Method::Get { .. } if status != StatusCode::OK => {
            return Err(Cause::Status {
                found: status.as_u16(),
            });
        }
        Method::Get { .. } => {}
        // A world may have nothing to say about what it received.
        Method::Post { .. } if is_empty(&answer) => return finish(Vec::new()),
        Method::Post { .. } => {}
    }
    let known = |types: &[&str]| {
        content_type
            .as_deref()
            .is_some_and(|found| types.contains(&found))
    };
    let verdict = if is_encoded(answer.headers()) {
        Err(Cause::ContentEncoding)
    } else if known(call.accept)
        || (!status.is_success() && known(ERROR_TYPES))
        || is_of_any_type(call, status)
    {
        Ok(())
    } else {
        let found = content_type
            .as_ref()
            .map(|text| text.chars().take(MAX_SHOWN_TYPE).collect());
        Err(Cause::ContentType {
            expected: call.accept,
            found,
        })
    };
    match verdict {
        Ok(()) => {}
        // The status says enough; a body that cannot be used is left unread.
        Err(_) if !status.is_success() => return finish(Vec::new()),
        Err(cause) => return Err(cause),
    }
    finish(read_body(answer, call.limit, deadline).await?)
}

async fn read_body(
    mut answer: reqwest::Response,
    limit: usize,
    deadline: Instant,
) -> Result<Vec<u8>, Cause> {
    let declared = answer.content_length().map(usize::try_from);
    if declared.is_some_and(|declared| declared.map_or(true, |bytes| bytes > limit)) {
        return Err(Cause::TooLarge { limit });
    }
    let mut body = Vec::new();
    loop {
        let chunk = timeout_at(deadline, answer.chunk())
            .await
            .map_err(|_| Cause::Slow { stage: Stage::Body })?
            .map_err(|error| cause_of(&error))?;
        let Some(chunk) = chunk else { return Ok(body) };
        if chunk.len() > limit.saturating_sub(body.len()) {
            return Err(Cause::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
}

fn is_empty(answer: &reqwest::Response) -> bool {
    answer.status() == StatusCode::NO_CONTENT || answer.content_length() == Some(0)
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|value| value.as_bytes() != b"identity")
}

/// The one media type that is declared: in lower case, without parameters.
fn media_type(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let only = values.next()?;
    if values.next().is_some() {
        return None;
    }
    let text = only.to_str().ok()?;
    let essence = text.split(';').next().unwrap_or_default().trim();
    Some(essence.to_ascii_lowercase())
}
