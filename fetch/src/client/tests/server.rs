//! A server that answers as it is told, and counts who came.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// What the server does with a request.
pub(super) enum Answer {
    /// These bytes, then the end.
    Bytes(Vec<u8>),
    /// These bytes, then one byte after each pause, without end.
    Drip(Vec<u8>, Duration),
    /// The connection is reset.
    Reset,
    /// Nothing, and the connection stays.
    Silence,
}

/// A whole answer with its length declared.
pub(super) fn reply(status: u16, headers: &[&str], body: &[u8]) -> Answer {
    let length = format!("content-length: {}", body.len());
    let mut all: Vec<&str> = headers.to_vec();
    all.push(&length);
    raw(status, &all, body)
}

/// An answer with these headers and no others.
pub(super) fn raw(status: u16, headers: &[&str], body: &[u8]) -> Answer {
    let mut text = format!("HTTP/1.1 {status} Said\r\n");
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    Answer::Bytes(bytes)
}

pub(super) fn json_reply(text: &str) -> Answer {
    reply(200, &["content-type: application/json"], text.as_bytes())
}

pub(super) struct Server {
    address: SocketAddr,
    accepted: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Server {
    pub(super) async fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        Self::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), None, answer).await
    }

    pub(super) async fn bind(
        address: SocketAddr,
        tls: Option<TlsAcceptor>,
        answer: impl Fn(&str) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepted = Arc::new(AtomicUsize::new(0));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (count, log, answer) = (accepted.clone(), requests.clone(), Arc::new(answer));
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                let (tls, log, answer) = (tls.clone(), log.clone(), answer.clone());
                tokio::spawn(async move {
                    match tls {
                        None => {
                            talk(stream, TcpStream::set_zero_linger, &log, answer.as_ref()).await
                        }
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                talk(stream, |_| Ok(()), &log, answer.as_ref()).await;
                            }
                        }
                    }
                });
            }
        });
        Self {
            address,
            accepted,
            requests,
            task,
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// How its origin is named on loopback.
    pub(super) fn origin(&self) -> String {
        format!("http://localhost:{}", self.port())
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    pub(super) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// The requests as they came, head and body.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    reset: impl Fn(&S) -> std::io::Result<()>,
    log: &Mutex<Vec<String>>,
    answer: &(impl Fn(&str) -> Answer + ?Sized),
) {
    let Some(request) = read_request(&mut stream).await else {
        return;
    };
    log.lock().unwrap().push(request.clone());
    match answer(&request) {
        Answer::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Answer::Drip(head, pause) => {
            let _ = stream.write_all(&head).await;
            while stream.write_all(b"x").await.is_ok() && stream.flush().await.is_ok() {
                tokio::time::sleep(pause).await;
            }
        }
        Answer::Reset => reset(&stream).unwrap(),
        Answer::Silence => {
            let _ = stream.read(&mut [0; 1]).await;
        }
    }
}

async fn read_request<S: AsyncRead + Unpin>(stream: &mut S) -> Option<String> {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let seen = String::from_utf8_lossy(&text).into_owned();
        if let Some((head, body)) = seen.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length: ")?
                        .parse()
                        .ok()
                })
                .unwrap_or(0);
            if body.len() >= length {
                return Some(seen);
            }
        }
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => text.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
    }
}
