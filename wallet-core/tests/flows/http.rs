//! A server of one thread that answers by a function and remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) bearer: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// What is answered; `None` closes the connection without a word.
pub(crate) type Answer = Option<Reply>;

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) location: Option<String>,
    /// For how many seconds somebody in between had kept it.
    pub(crate) age: u32,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(value: impl Into<schemas::json::Value>) -> Answer {
        Self::json_with(200, value)
    }

    pub(crate) fn json_with(status: u16, value: impl Into<schemas::json::Value>) -> Answer {
        let body = schemas::canonical::to_bytes(&value.into());
        Self::bytes(status, "application/json", body)
    }

    pub(crate) fn bytes(status: u16, content_type: &'static str, body: Vec<u8>) -> Answer {
        Some(Self {
            status,
            content_type,
            location: None,
            age: 0,
            body,
        })
    }

    pub(crate) fn aged(age: u32, value: impl Into<schemas::json::Value>) -> Answer {
        Self::json(value).map(|reply| Self { age, ..reply })
    }

    pub(crate) fn redirect(status: u16, to: &str) -> Answer {
        let location = Some(to.to_owned());
        Some(Self {
            status,
            content_type: "text/plain",
            location,
            age: 0,
            body: Vec::new(),
        })
    }
}

pub(crate) struct Server {
    asked: Arc<Mutex<Vec<Asked>>>,
    said: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Server {
    /// The listener is the caller's, so that the port is known to whoever answers.
    pub(crate) fn start(
        listener: TcpListener,
        answer: impl Fn(&Asked) -> Answer + Send + 'static,
    ) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        let said = Arc::new(Mutex::new(Vec::new()));
        let answered = Arc::clone(&said);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let Some(request) = read(&stream) else {
                    continue;
                };
                seen.lock().unwrap().push(request.clone());
                if let Some(reply) = answer(&request) {
                    answered.lock().unwrap().push(reply.body.clone());
                    write(stream, &reply);
                }
            }
        });
        Self { asked, said }
    }

    /// The bodies of the answers, in their order.
    pub(crate) fn said(&self) -> Vec<Vec<u8>> {
        self.said.lock().unwrap().clone()
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn forget(&self) {
        self.asked.lock().unwrap().clear();
        self.said.lock().unwrap().clear();
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut bearer, mut headers) = (0, None, Vec::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.push((name.to_owned(), value.to_owned()));
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "authorization" => bearer = value.strip_prefix("Bearer ").map(str::to_owned),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked {
        method,
        path,
        bearer,
        headers,
        body,
    })
}

fn write(mut stream: TcpStream, reply: &Reply) {
    let mut head = format!(
        "HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n",
        reply.status,
        reply.content_type,
        reply.body.len()
    );
    if let Some(location) = &reply.location {
        head.push_str(&format!("Location: {location}\r\n"));
    }
    if reply.age > 0 {
        head.push_str(&format!("Age: {}\r\n", reply.age));
    }
    head.push_str("\r\n");
    // A client that hangs up early is its own business.
    drop(
        stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(&reply.body)),
    );
}
