//! Waiting on this machine for what the person's browser brings (RFC 8252 section 7.3). The holder's
//! machine runs it.
//!
//! Only the browser of this machine can reach the listener, but so can every page in it and every other
//! user. So an answer is one that the caller recognizes; all others are told that they are in the wrong
//! place, and the waiting goes on.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use schemas::reason::Reason;

use crate::error::{Failure, Local};
use crate::texts::Texts;

/// Where the browser comes back to.
const PATH: &str = "/cb";
/// How long a login may take.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long one visitor may take to say what it wants.
const READ: Duration = Duration::from_secs(5);
/// Longer heads are not read.
const MAX_HEAD: u64 = 16 * 1024;
/// Between two looks for a visitor.
const PAUSE: Duration = Duration::from_millis(50);

/// A listener on a port of this machine.
pub(crate) struct Loopback {
    listener: TcpListener,
    port: u16,
}

impl Loopback {
    /// Listens on a port that the system chooses.
    ///
    /// # Errors
    /// `internal_error` when the system gives none.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let failed = |error: std::io::Error| Failure::explained(Reason::InternalError, &error);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        Ok(Self { listener, port })
    }

    /// Where the browser is to come back to.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// Waits for the one answer, and gives its query.
    ///
    /// # Errors
    /// [`Local::LoginTimeout`] when none comes in ten minutes.
    pub(crate) fn wait(
        self,
        texts: &Texts,
        is_answer: impl Fn(&str) -> bool,
    ) -> Result<String, Failure> {
        let end = Instant::now().checked_add(PATIENCE);
        loop {
            if let Ok((stream, _)) = self.listener.accept() {
                let query = self.query(&stream);
                let found = query.filter(|query| is_answer(query));
                let (status, text) = match &found {
                    Some(_) => ("200 OK", "login-page-done"),
                    None => ("404 Not Found", "login-page-other"),
                };
                // A browser that hangs up early has brought what it had.
                answer(stream, status, &page(texts, text)).ok();
                if let Some(query) = found {
                    return Ok(query);
                }
            }
            if end.is_none_or(|end| Instant::now() >= end) {
                return Err(Local::LoginTimeout.into());
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// The query of a GET to our address; a page that has our port under another name is none.
    fn query(&self, stream: &TcpStream) -> Option<String> {
        stream.set_nonblocking(false).ok()?;
        let visitor = Hurried {
            stream,
            end: Instant::now().checked_add(READ)?,
        };
        let mut reader = BufReader::new(visitor.take(MAX_HEAD));
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let target = line.strip_prefix("GET ")?.split(' ').next()?.to_owned();
        let mut host = None;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("host") {
                host = Some(value.trim().to_owned());
            }
        }
        if host? != format!("127.0.0.1:{}", self.port) {
            return None;
        }
        let query = target.strip_prefix(PATH)?.strip_prefix('?')?;
        Some(query.to_owned())
    }
}

/// A visitor that has so long for all that it says: one that says a letter now and then would keep the
/// person's own browser waiting.
struct Hurried<'s> {
    stream: &'s TcpStream,
    end: Instant,
}

impl Read for Hurried<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(std::io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(buffer)
    }
}

fn page(texts: &Texts, id: &str) -> String {
    let (title, text) = (texts.text("login-page-title"), texts.text(id));
    let lang = texts.lang().tag();
    format!(
        "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\"><title>{title}</title>\
         <p>{text}</p></html>"
    )
}

fn answer(mut stream: TcpStream, status: &str, page: &str) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_write_timeout(Some(READ))?;
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nContent-Security-Policy: default-src 'none'\r\n\
         Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
         Connection: close\r\n\r\n",
        page.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(page.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::time::{Duration, Instant};

    use schemas::lang::Lang;

    use super::Loopback;
    use crate::texts::Texts;

    fn get(port: u16, head: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn only_the_answer_to_this_login_ends_the_waiting() {
        let loopback = Loopback::listen().unwrap();
        let port = loopback.port;
        assert_eq!(loopback.address(), format!("http://127.0.0.1:{port}/cb"));
        let visitors = std::thread::spawn(move || {
            let host = format!("Host: 127.0.0.1:{port}\r\n\r\n");
            let mut refused = 0;
            for head in [
                format!("GET /cb?state=other {host}").replace(" Host", " HTTP/1.1\r\nHost"),
                format!("GET /favicon.ico HTTP/1.1\r\n{host}"),
                format!("POST /cb?state=right HTTP/1.1\r\n{host}"),
                format!("GET /cb?state=right HTTP/1.1\r\nHost: evil.example:{port}\r\n\r\n"),
                "GET /cb?state=right HTTP/1.1\r\n\r\n".to_owned(),
                format!("GET /cb HTTP/1.1\r\n{host}"),
                "\r\n".to_owned(),
            ] {
                refused += usize::from(get(port, &head).starts_with("HTTP/1.1 404"));
            }
            let done = get(
                port,
                &format!("GET /cb?state=right&code=1 HTTP/1.1\r\n{host}"),
            );
            (refused, done)
        });
        let texts = Texts::new(Lang::En);
        let query = loopback.wait(&texts, |query| query.starts_with("state=right"));
        assert_eq!(query.unwrap(), "state=right&code=1");
        let (refused, done) = visitors.join().unwrap();
        assert_eq!(refused, 7);
        assert!(
            done.starts_with("HTTP/1.1 200 OK") && done.contains(&texts.text("login-page-done"))
        );
    }

    #[test]
    fn a_visitor_that_never_finishes_does_not_keep_the_answer_waiting() {
        let loopback = Loopback::listen().unwrap();
        let port = loopback.port;
        let mut slow = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let dripping = std::thread::spawn(move || {
            let end = Instant::now() + Duration::from_secs(20);
            while Instant::now() < end && slow.write_all(b"G").is_ok() {
                std::thread::sleep(Duration::from_millis(200));
            }
        });
        let visiting = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            let head = format!("GET /cb?right HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
            get(port, &head)
        });
        let begun = Instant::now();
        let query = loopback.wait(&Texts::new(Lang::En), |query| query == "right");
        assert_eq!(query.unwrap(), "right");
        assert!(begun.elapsed() < Duration::from_secs(15));
        assert!(visiting.join().unwrap().starts_with("HTTP/1.1 200 OK"));
        dripping.join().unwrap();
    }
}
