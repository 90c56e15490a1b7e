//! Connections: how many and how slow. HTTP/1.1 without TLS: loopback, or a proxy that ends TLS.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::routes;
use crate::service::Service;

const CONNECTIONS: usize = 256;
/// How long a client may take for the head of a request, and be silent between requests.
const HEADER: Duration = Duration::from_secs(20);
/// After a failed accept, such as too many open files.
const PAUSE: Duration = Duration::from_millis(50);
/// How long a stopping server waits for answers under way.
const GRACE: Duration = Duration::from_secs(5);

/// Accepts until told to stop, then waits for the answers that are under way.
pub(crate) async fn accept(
    service: Arc<Service>,
    listener: TcpListener,
    mut stopped: watch::Receiver<bool>,
) {
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let router = routes::router(service);
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let Ok(permit) = Arc::clone(&connections).try_acquire_owned() else {
            continue;
        };
        let router = router.clone();
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            let _ = stream.set_nodelay(true);
            let service = service_fn(move |request: Request<Incoming>| {
                let mut router = router.clone();
                async move {
                    // A router is always ready and never fails.
                    tower_service::Service::call(&mut router, request.map(Body::new)).await
                        as Result<_, Infallible>
                }
            });
            let mut builder = Builder::new(TokioExecutor::new()).http1_only();
            builder
                .http1()
                .timer(TokioTimer::new())
                .header_read_timeout(HEADER)
                .max_headers(64)
                .max_buf_size(32 * 1024);
            let connection = builder.serve_connection(TokioIo::new(stream), service);
            let _ = watcher.watch(connection.into_owned()).await;
            drop(permit);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
}
