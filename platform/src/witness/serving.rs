//! The witness over HTTP (C2SP tlog-witness): `POST /add-checkpoint`, the newest checkpoint of each log
//! for monitors, and its key.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use proofs::tlog::request::MAX_REQUEST_BYTES;
use schemas::encoding::hex;
use schemas::reason::Reason;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use super::{Refused, Witness, WitnessError};
use crate::config::Limits;
use crate::error::Refusal;
use crate::server::body;
use crate::server::connection;

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const SIZE: HeaderValue = HeaderValue::from_static("text/x.tlog.size");
const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-store");
/// How long a stopping witness waits for answers under way.
const GRACE: Duration = Duration::from_secs(10);

/// How much, how many and how slow. Logs are few, and their requests small.
const LIMITS: Limits = Limits {
    body_bytes: MAX_REQUEST_BYTES,
    asset_bytes: 0,
    connections: 256,
    requests: 64,
    verifications: 1,
    header: Duration::from_secs(5),
    body: Duration::from_secs(10),
    asset_body: Duration::from_secs(10),
    idle: Duration::from_secs(30),
    logins_per_client: 0,
    client_header: None,
};

/// A witness that is being served. Dropped without [`WitnessServing::stop`], it stops without waiting.
#[derive(Debug)]
pub struct WitnessServing {
    witness: Arc<Witness>,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

#[derive(Clone, Debug)]
struct Served {
    witness: Arc<Witness>,
    places: Arc<Semaphore>,
}

impl WitnessServing {
    /// Serves an open witness on a socket that the caller bound.
    #[must_use]
    pub fn start(witness: Arc<Witness>, listener: TcpListener) -> Self {
        let (stop, stopped) = watch::channel(false);
        let served = Served {
            witness: Arc::clone(&witness),
            places: Arc::new(Semaphore::new(LIMITS.requests)),
        };
        let router = Router::new()
            .route("/add-checkpoint", post(add))
            .route("/vkey", get(vkey))
            .route("/{origin}/checkpoint", get(checkpoint))
            .fallback(|| async { Refusal::not_found() })
            .with_state(served);
        let accepting = tokio::spawn(connection::accept(LIMITS, router, listener, stopped));
        Self {
            witness,
            stop,
            accepting,
        }
    }

    /// Takes no new connections, lets the answers under way end, and closes the state.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        let ended = tokio::time::timeout(GRACE, &mut self.accepting).await;
        if ended.is_err() {
            self.accepting.abort();
        }
        self.witness.state.close().await;
    }

    /// Serves until `end` comes, then stops.
    pub async fn until(self, end: impl Future<Output = ()>) {
        end.await;
        self.stop().await;
    }
}

impl Drop for WitnessServing {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
    }
}

/// `POST /add-checkpoint`
async fn add(State(served): State<Served>, request: Request) -> Result<Response, Response> {
    let place = served.places.try_acquire();
    let _place = place.map_err(|_| Refusal::overloaded().into_response())?;
    let bytes = body::read(request, LIMITS.body_bytes, LIMITS.body).await;
    let bytes = bytes.map_err(IntoResponse::into_response)?;
    let text = str::from_utf8(&bytes)
        .map_err(|_| Refusal::bad("invalid_request", Reason::LogMalformed).into_response())?;
    match served.witness.add(text).await {
        Ok(lines) => Ok(answer(TEXT, lines)),
        Err(refused) => Err(refusal(&refused)),
    }
}

/// `GET /vkey`
async fn vkey(State(served): State<Served>) -> Result<Response, Refusal> {
    let key = served.witness.vkey();
    let key = key.map_err(|error: WitnessError| Refusal::internal(error.reason()))?;
    Ok(answer(TEXT, format!("{key}\n")))
}

/// `GET /<SHA-256 of the origin, in hex>/checkpoint`
async fn checkpoint(
    State(served): State<Served>,
    Path(origin): Path<String>,
) -> Result<Response, Response> {
    let id = hex::decode(&origin).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let id = id.ok_or_else(|| Refusal::not_found().into_response())?;
    match served.witness.newest(&id).await {
        Ok(Some(note)) => Ok(answer(TEXT, note)),
        Ok(None) => Err(Refusal::not_found().into_response()),
        Err(refused) => Err(refusal(&refused)),
    }
}

/// A refusal: 409 in the form of the protocol, all others as everywhere in the house.
fn refusal(refused: &Refused) -> Response {
    let refusal = |error, reason| Refusal::new(refused.status(), error, reason);
    match refused {
        Refused::Conflict(size) => {
            let mut response = answer(SIZE, format!("{size}\n"));
            *response.status_mut() = StatusCode::CONFLICT;
            response
        }
        Refused::Malformed(error) => {
            let refusal = refusal("invalid_request", error.reason());
            refusal.because(error).into_response()
        }
        Refused::Unknown => refusal("not_found", Reason::LogUntrusted).into_response(),
        Refused::Unsigned(error) => refusal("access_denied", error.reason()).into_response(),
        Refused::Inconsistent(error) => {
            let refusal = refusal("invalid_request", error.reason());
            refusal.because(error).into_response()
        }
        Refused::Unavailable(reason) => refusal("temporarily_unavailable", *reason).into_response(),
    }
}

fn answer(kind: HeaderValue, body: String) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, NOT_KEPT);
    response
}
