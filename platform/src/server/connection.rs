//! Connections: how many, how slow, how long. HTTP/1.1 and HTTP/2 without TLS, for a proxy that ends
//! TLS or for loopback.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use schemas::canonical;
use schemas::json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use super::client::Peer;
use super::stream::Timed;
use crate::config::Limits;
use crate::error::Refusal;

/// Refusals written at a time when there are too many connections; further ones are just closed.
const REFUSALS: usize = 64;
/// After a failed accept, such as too many open files.
const PAUSE: Duration = Duration::from_millis(50);

/// Accepts until told to stop, then waits for the connections that are open.
pub(crate) async fn accept(
    limits: Limits,
    router: axum::Router,
    listener: TcpListener,
    mut stopped: watch::Receiver<bool>,
) {
    let connections = Arc::new(Semaphore::new(limits.connections));
    let refusals = Arc::new(Semaphore::new(REFUSALS));
    let refusal: Arc<[u8]> = refusal().into_bytes().into();
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let Ok((stream, address)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let Ok(permit) = Arc::clone(&connections).try_acquire_owned() else {
            if let Ok(permit) = Arc::clone(&refusals).try_acquire_owned() {
                let refusal = Arc::clone(&refusal);
                tokio::spawn(async move {
                    let _ = tokio::time::timeout(limits.header, refuse(stream, &refusal)).await;
                    drop(permit);
                });
            }
            continue;
        };
        let router = router.clone();
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            serve_one(stream, Peer(address.ip()), router, limits, watcher).await;
            drop(permit);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// The answer to a connection for which there is no place. No request is read for it.
fn refusal() -> String {
    let body = canonical::to_text(&Value::Object(Refusal::overloaded().to_object()));
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

async fn refuse(mut stream: TcpStream, refusal: &[u8]) {
    if stream.write_all(refusal).await.is_ok() {
        let _ = stream.shutdown().await;
        // Until the other side has read it: closing at once would take the answer away.
        let mut rest = [0; 1024];
        while let Ok(1..) = stream.read(&mut rest).await {}
    }
}

async fn serve_one(
    stream: TcpStream,
    peer: Peer,
    router: axum::Router,
    limits: Limits,
    watcher: hyper_util::server::graceful::Watcher,
) {
    let _ = stream.set_nodelay(true);
    let asked = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&asked);
    let service = service_fn(move |mut request: Request<Incoming>| {
        heard.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(peer);
        let mut router = router.clone();
        async move {
            let answer = hyper_call(&mut router, request.map(Body::new)).await;
            Ok::<_, Infallible>(answer)
        }
    });
    let builder = builder(limits);
    let connection =
        builder.serve_connection(TokioIo::new(Timed::new(stream, limits.idle)), service);
    let connection = watcher.watch(connection.into_owned());
    tokio::pin!(connection);
    // Before the first request nobody has said which protocol it is, so no protocol has a limit yet.
    tokio::select! {
        _ = &mut connection => return,
        () = tokio::time::sleep(limits.header) => {}
    }
    if asked.load(Ordering::Relaxed) {
        let _ = connection.await;
    }
}

async fn hyper_call(router: &mut axum::Router, request: Request<Body>) -> axum::response::Response {
    // A router is always ready.
    match tower_service::Service::call(router, request).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}

fn builder(limits: Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_headers(64)
        .max_buf_size(32 * 1024)
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .max_header_list_size(16 * 1024)
        .max_frame_size(16 * 1024)
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(64)
        .max_send_buf_size(256 * 1024)
        .keep_alive_interval(limits.idle / 2)
        .keep_alive_timeout(limits.header);
    builder
}
