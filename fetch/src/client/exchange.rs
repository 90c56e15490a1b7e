//! One exchange, step by step: judge the text, look the name up once, judge every address, connect to
//! those addresses only, and read no more of the answer than was allowed.

use std::error::Error;
use std::io;
use std::net::{IpAddr, SocketAddr};

use reqwest::StatusCode;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderName, IF_NONE_MATCH, LOCATION};
use tokio::time::{Instant, timeout_at};

use super::response::{Response, receive};
use super::{Bearer, IdempotencyKey, Inner};
use crate::error::{Cause, FetchError, Stage};
use crate::guard::{Host, Refusal, Route, Scheme, Target};
use crate::purpose::{Purpose, Redirects};
use crate::tls::Tls;

/// By which a server knows that a request is sent again (draft-ietf-httpapi-idempotency-key-header).
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What one exchange is to do.
pub(super) struct Call<'a> {
    pub(super) purpose: Purpose,
    pub(super) accept: &'static [&'static str],
    pub(super) limit: usize,
    pub(super) redirects: Redirects,
    pub(super) language: Option<&'static str>,
    pub(super) method: Method<'a>,
}

/// Getting, or sending something.
pub(super) enum Method<'a> {
    Get {
        /// The entity tag of what is known already (RFC 9110 section 13.1.2).
        known: Option<&'a str>,
    },
    Post {
        content_type: &'static str,
        body: Vec<u8>,
        bearer: Option<&'a Bearer>,
        once: Option<&'a IdempotencyKey>,
    },
}

impl Inner {
    pub(super) async fn exchange(
        &self,
        call: &Call<'_>,
        url: &str,
    ) -> Result<Response, FetchError> {
        let failed = |cause, target: &Target| {
            FetchError::new(call.purpose, cause, Some(target.origin().to_string()))
        };
        let deadline = Instant::now() + self.times.total_for(call.purpose);
        let mut target = self
            .policy
            .target(url)
            .map_err(|refusal| FetchError::new(call.purpose, Cause::Refused(refusal), None))?;
        let mut hops = 0;
        loop {
            let answer = self
                .send(call, &target, deadline)
                .await
                .map_err(|cause| failed(cause, &target))?;
            let status = answer.status();
            // Only whoever says what it knows can be told that nothing changed.
            let unchanged = status == StatusCode::NOT_MODIFIED
                && matches!(call.method, Method::Get { known: Some(_) });
            if !status.is_redirection() || unchanged {
                let body = receive(call, answer, deadline).await;
                return body.map_err(|cause| failed(cause, &target));
            }
            let followed = match (&call.method, call.redirects) {
                (
                    Method::Get { .. },
                    Redirects::Checked { max } | Redirects::SameOrigin { max },
                ) if hops < max => location(&answer),
                _ => None,
            };
            let led_away = Cause::Redirect {
                status: status.as_u16(),
            };
            let Some(location) = followed else {
                return Err(failed(led_away, &target));
            };
            let next = self
                .next(&target, location)
                .map_err(|refusal| failed(Cause::Refused(refusal), &target))?;
            let stays = next.origin() == target.origin();
            if !stays && matches!(call.redirects, Redirects::SameOrigin { .. }) {
                return Err(failed(led_away, &target));
            }
            target = next;
            hops += 1;
        }
    }

    /// Judges where a redirect leads.
    fn next(&self, from: &Target, location: &str) -> Result<Target, Refusal> {
        // Text with a host of its own is judged as it was written; joining would repair its spelling.
        let next = if reqwest::Url::parse(location).is_ok() {
            self.policy.target(location)?
        } else if location.starts_with("//") {
            let scheme = from.url().scheme();
            self.policy.target(&format!("{scheme}:{location}"))?
        } else if !location.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Refusal::Character);
        } else if location.contains('\\') {
            return Err(Refusal::Backslash);
        } else {
            let joined = from.url().join(location).map_err(|_| Refusal::Syntax)?;
            self.policy.target(joined.as_str())?
        };
        // That a caller named an origin of this machine does not mean that strangers may lead there.
        let leaves_tls =
            from.origin().scheme() == Scheme::Https && next.origin().scheme() == Scheme::Http;
        let comes_home = from.route() == Route::Public && next.route() == Route::Loopback;
        if leaves_tls || comes_home {
            Err(Refusal::Downgrade)
        } else {
            Ok(next)
        }
    }

    /// Sends one request and returns the head of its answer.
    async fn send(
        &self,
        call: &Call<'_>,
        target: &Target,
        deadline: Instant,
    ) -> Result<reqwest::Response, Cause> {
        let sockets = self.sockets(target, deadline).await?;
        let client = self.connector(target, sockets.clone(), deadline)?;
        let request = match &call.method {
            Method::Get { known } => {
                let request = client.get(target.url().clone());
                match known {
                    Some(etag) => request.header(IF_NONE_MATCH, *etag),
                    None => request,
                }
            }
            Method::Post {
                content_type,
                body,
                bearer,
                once,
            } => {
                let request = client
                    .post(target.url().clone())
                    .header(CONTENT_TYPE, *content_type)
                    .body(body.clone());
                let request = match once {
                    Some(key) => request.header(IDEMPOTENCY_KEY, key.expose()),
                    None => request,
                };
                match bearer {
                    Some(bearer) => request.bearer_auth(bearer.expose()),
                    None => request,
                }
            }
        };
        let request = request.header(ACCEPT, call.accept.join(", "));
        let request = match call.language {
            Some(language) => request.header(ACCEPT_LANGUAGE, language),
            None => request,
        };
        let answer = timeout_at(deadline, request.send())
            .await
            .map_err(|_| Cause::Slow {
                stage: Stage::Answer,
            })?
            .map_err(|error| cause_of(&error))?;
        // The pin is what makes the check hold; that it held is looked at again.
        match answer.remote_addr() {
            Some(peer) if sockets.contains(&peer) => Ok(answer),
            _ => Err(Cause::WrongPeer),
        }
    }

    /// The addresses to connect to, all of them checked. The only place where a name is looked up.
    async fn sockets(&self, target: &Target, deadline: Instant) -> Result<Vec<SocketAddr>, Cause> {
        let addresses = match (target.fixed_addresses(), target.origin().host()) {
            (Some(addresses), _) => addresses,
            (None, Host::Address(address)) => vec![*address],
            (None, Host::Name(name)) => self.lookup(name, deadline).await?,
        };
        if target.route() == Route::Public {
            for address in &addresses {
                (self.address_rule)(*address)
                    .map_err(|range| Cause::Refused(Refusal::Address(range)))?;
            }
        }
        let port = target.origin().port();
        Ok(addresses
            .into_iter()
            .map(|address| SocketAddr::new(address, port))
            .collect())
    }

    async fn lookup(&self, name: &str, deadline: Instant) -> Result<Vec<IpAddr>, Cause> {
        let deadline = deadline.min(Instant::now() + self.times.connect);
        let found = timeout_at(deadline, self.resolver.lookup(name))
            .await
            .map_err(|_| Cause::Slow {
                stage: Stage::Lookup,
            })?
            .map_err(|_| Cause::Lookup)?;
        if found.is_empty() {
            Err(Cause::Lookup)
        } else {
            Ok(found)
        }
    }

    /// An HTTP client for one connection. Whatever another crate of a build may switch on in the HTTP
    /// library is switched off here again.
    fn connector(
        &self,
        target: &Target,
        sockets: Vec<SocketAddr>,
        deadline: Instant,
    ) -> Result<reqwest::Client, Cause> {
        let (tls, https_only) = match target.origin().scheme() {
            Scheme::Https => (self.tls.platform(), true),
            Scheme::Http => (Tls::nobody(), false),
        };
        let tls = tls.map_err(|_| Cause::NoRoots)?;
        let name = target.url().host_str().unwrap_or_default().to_owned();
        let remaining = deadline.saturating_duration_since(Instant::now());
        reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(https_only)
            .http1_only()
            .dns_resolver(Pinned { name, sockets })
            .connect_timeout(self.times.connect.min(remaining))
            .pool_max_idle_per_host(0)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .build()
            .map_err(|_| Cause::Setup)
    }
}

/// Where a redirect of a kind that is followed says that it leads.
fn location(answer: &reqwest::Response) -> Option<&str> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let mut values = answer.headers().get_all(LOCATION).iter();
    let only = values.next()?;
    if values.next().is_some() {
        None
    } else {
        only.to_str().ok()
    }
}

/// A name service that knows one name and the addresses of it that were checked.
#[derive(Debug)]
struct Pinned {
    name: String,
    sockets: Vec<SocketAddr>,
}

impl Resolve for Pinned {
    fn resolve(&self, name: Name) -> Resolving {
        let answer = if name.as_str() == self.name {
            Ok(Box::new(self.sockets.clone().into_iter()) as Addrs)
        } else {
            Err(io::Error::from(io::ErrorKind::PermissionDenied).into())
        };
        Box::pin(std::future::ready(answer))
    }
}

/// The HTTP library's errors carry URLs, so they end here.
pub(super) fn cause_of(error: &reqwest::Error) -> Cause {
    if error.is_timeout() {
        let stage = if error.is_connect() {
            Stage::Connect
        } else {
            Stage::Answer
        };
        Cause::Slow { stage }
    } else if is_tls(error) {
        Cause::Tls
    } else if error.is_connect() {
        Cause::Connect
    } else if error.is_builder() {
        Cause::Setup
    } else {
        Cause::Broken
    }
}

fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<rustls::Error>() {
            return true;
        }
        // An I/O error's source is the source of what it wraps, so what it wraps is asked by itself.
        next = match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    false
}
