//! The HTTP client: one guarded connection for one exchange; run by every party that fetches or sends
//! (RFC 9110, RFC 9112).

mod age;
mod exchange;
mod response;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use schemas::canonical;
use schemas::json::Value;
use schemas::reason::Reason;
use zeroize::Zeroizing;

use crate::error::{Cause, FetchError};
use crate::guard::{self, Policy, Range};
use crate::purpose::{Purpose, Redirects, Times};
use crate::resolver::{Resolver, SystemResolver};
use crate::tls::Tls;

/// What separates parts. 128 random bits: no file holds them by chance, and a file that was made to
/// hold them is only cut short, which its digest shows.
const BOUNDARY: &str = "omote-8b0f1d3c95e7a2464c1fe93d70ab58c2";
const PARTS_TYPE: &str = "multipart/form-data; boundary=omote-8b0f1d3c95e7a2464c1fe93d70ab58c2";

pub use response::Response;

use exchange::{Call, Method};

/// Sends requests to where its [`Policy`] allows. Cheap to clone; clones share settings, never
/// connections: two requests can be joined by their content only.
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<Inner>,
    /// The language that metadata for people is asked for in.
    language: Option<&'static str>,
}

#[derive(Debug)]
struct Inner {
    policy: Policy,
    times: Times,
    resolver: Arc<dyn Resolver>,
    tls: Tls,
    /// [`guard::check_address`], except where a test plays the public internet on this machine.
    address_rule: fn(IpAddr) -> Result<(), Range>,
}

impl Client {
    /// A client with the usual times and the machine's name service.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self::configured(policy, Times::default(), Arc::new(SystemResolver))
    }

    /// A client with other times or another name service.
    #[must_use]
    pub fn configured(policy: Policy, times: Times, resolver: Arc<dyn Resolver>) -> Self {
        let inner = Inner {
            policy,
            times,
            resolver,
            tls: Tls::default(),
            address_rule: guard::check_address,
        };
        Self {
            inner: Arc::new(inner),
            language: None,
        }
    }

    /// The same client, which asks for metadata in this language (RFC 9110 section 12.5.4). Nothing
    /// else that it sends says how its person speaks.
    #[must_use]
    pub fn speaking(self, language: &'static str) -> Self {
        Self {
            language: Some(language),
            ..self
        }
    }

    /// Where this client may go.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.inner.policy
    }

    /// Gets JSON, read strictly. Types, size and redirects are those of the purpose.
    ///
    /// # Errors
    /// [`FetchError`], also for any status but 200.
    pub async fn json(&self, purpose: Purpose, url: &str) -> Result<Value, FetchError> {
        let response = self.get(purpose, url).await?;
        response
            .json()
            .map_err(|error| self.unusable(purpose, url, Cause::Json(error.reason())))
    }

    /// Gets bytes; types, size and redirects are those of the purpose.
    ///
    /// # Errors
    /// [`FetchError`], also for any status but 200.
    pub async fn get(&self, purpose: Purpose, url: &str) -> Result<Response, FetchError> {
        let (accept, limit) = (purpose.accept(), purpose.max_body());
        self.bytes(purpose, url, accept, limit, purpose.redirects())
            .await
    }

    /// Gets bytes, unless they are still those of this entity tag: then the answer has the status 304
    /// and no body. Types, size and redirects are those of the purpose.
    ///
    /// # Errors
    /// [`FetchError`], also for any other status.
    pub async fn get_if_changed(
        &self,
        purpose: Purpose,
        url: &str,
        etag: &str,
    ) -> Result<Response, FetchError> {
        let call = Call {
            purpose,
            accept: purpose.accept(),
            limit: purpose.max_body(),
            redirects: purpose.redirects(),
            language: None,
            method: Method::Get { known: Some(etag) },
        };
        self.inner.exchange(&call, url).await
    }

    /// Gets bytes of one of the accepted types, at most `limit` of them.
    ///
    /// # Errors
    /// [`FetchError`], also for any status but 200.
    pub async fn bytes(
        &self,
        purpose: Purpose,
        url: &str,
        accept: &'static [&'static str],
        limit: usize,
        redirects: Redirects,
    ) -> Result<Response, FetchError> {
        let call = Call {
            purpose,
            accept,
            limit,
            redirects,
            language: self.language.filter(|_| purpose == Purpose::IssuerMetadata),
            method: Method::Get { known: None },
        };
        self.inner.exchange(&call, url).await
    }

    /// Posts a form. Sent once: a redirect is refused, because what is in the form is for this
    /// address and no other. An answer that is an error by its status is returned, not refused.
    ///
    /// # Errors
    /// [`FetchError`] when nothing acceptable came back.
    pub async fn post_form(
        &self,
        purpose: Purpose,
        url: &str,
        fields: &[(&str, &str)],
    ) -> Result<Response, FetchError> {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let method = Method::Post {
            content_type: "application/x-www-form-urlencoded",
            body: body.into_bytes(),
            bearer: None,
            once: None,
        };
        self.post(purpose, url, method).await
    }

    /// Posts JSON, with an access token where the address wants one. As [`Client::post_form`].
    ///
    /// # Errors
    /// [`FetchError`] when nothing acceptable came back.
    pub async fn post_json(
        &self,
        purpose: Purpose,
        url: &str,
        value: &Value,
        bearer: Option<&Bearer>,
    ) -> Result<Response, FetchError> {
        let body = canonical::to_bytes(value);
        self.post(
            purpose,
            url,
            Method::Post {
                content_type: "application/json",
                body,
                bearer,
                once: None,
            },
        )
        .await
    }

    /// Posts JSON that does something once, however often it is sent: the server answers the same key
    /// with the same answer. As [`Client::post_form`].
    ///
    /// # Errors
    /// [`FetchError`] when nothing acceptable came back; it may have been done all the same.
    pub async fn post_json_once(
        &self,
        purpose: Purpose,
        url: &str,
        value: &Value,
        key: &IdempotencyKey,
    ) -> Result<Response, FetchError> {
        let method = Method::Post {
            content_type: "application/json",
            body: canonical::to_bytes(value),
            bearer: None,
            once: Some(key),
        };
        self.post(purpose, url, method).await
    }

    /// Posts plain text. As [`Client::post_form`].
    ///
    /// # Errors
    /// [`FetchError`] when nothing acceptable came back.
    pub async fn post_text(
        &self,
        purpose: Purpose,
        url: &str,
        text: String,
    ) -> Result<Response, FetchError> {
        let method = Method::Post {
            content_type: "text/plain; charset=utf-8",
            body: text.into_bytes(),
            bearer: None,
            once: None,
        };
        self.post(purpose, url, method).await
    }

    /// Posts named parts (`multipart/form-data`, RFC 7578), with an access token. As
    /// [`Client::post_form`].
    ///
    /// # Errors
    /// [`FetchError`] when nothing acceptable came back.
    pub async fn post_parts(
        &self,
        purpose: Purpose,
        url: &str,
        parts: &[(&str, &[u8])],
        bearer: &Bearer,
    ) -> Result<Response, FetchError> {
        let mut body = Vec::new();
        for (name, content) in parts {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; \
                 filename=\"{name}\"\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let method = Method::Post {
            content_type: PARTS_TYPE,
            body,
            bearer: Some(bearer),
            once: None,
        };
        self.post(purpose, url, method).await
    }

    /// An error about an answer that arrived and cannot be used.
    pub(crate) fn unusable(&self, purpose: Purpose, url: &str, cause: Cause) -> FetchError {
        let origin = self
            .policy()
            .target(url)
            .ok()
            .map(|target| target.origin().to_string());
        FetchError::new(purpose, cause, origin)
    }

    async fn post(
        &self,
        purpose: Purpose,
        url: &str,
        method: Method<'_>,
    ) -> Result<Response, FetchError> {
        let call = Call {
            purpose,
            accept: purpose.accept(),
            limit: purpose.max_body(),
            redirects: Redirects::Forbidden,
            language: None,
            method,
        };
        self.inner.exchange(&call, url).await
    }
}

/// An access token (RFC 6750). Wiped on drop and never printed.
pub struct Bearer(Zeroizing<String>);

/// By which a server knows that something is sent again, and answers as it did
/// (draft-ietf-httpapi-idempotency-key-header). A secret of the sender: whoever has it and the body
/// gets the answer too. Wiped on drop and never printed.
pub struct IdempotencyKey(Zeroizing<String>);

impl IdempotencyKey {
    /// The key of these random bytes, which stand in it as base64url.
    #[must_use]
    pub fn of_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(schemas::encoding::base64url::encode(bytes)))
    }

    fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotencyKey").finish_non_exhaustive()
    }
}

/// A text that is no access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BearerError;

impl Bearer {
    /// Takes a token.
    ///
    /// # Errors
    /// [`BearerError`] when it is empty, longer than 16 KiB or has characters that RFC 6750 section
    /// 2.1 does not allow in a header.
    pub fn new(token: String) -> Result<Self, BearerError> {
        let token = Zeroizing::new(token);
        let letter = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b);
        if token.is_empty() || token.len() > 16 * 1024 || !token.bytes().all(letter) {
            return Err(BearerError);
        }
        Ok(Self(token))
    }

    fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bearer").finish_non_exhaustive()
    }
}

impl BearerError {
    /// The reason code.
    #[must_use]
    pub const fn reason(self) -> Reason {
        Reason::ParseError
    }
}

impl fmt::Display for BearerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an access token that can stand in a header")
    }
}

impl std::error::Error for BearerError {}
