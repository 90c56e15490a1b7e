//! A client that sends exactly what a test says, one connection a request.

use std::time::Duration;

use jsonschema::{Registry, Resource};
use schemas::form::Form;
use schemas::json::{Limits, Object, Value, read};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const JSON: &str = "application/json";

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Object {
        match read(&self.body, &Limits::document()) {
            Ok(Value::Object(object)) => object,
            other => panic!(
                "{} {other:?} {}",
                self.status,
                String::from_utf8_lossy(&self.body)
            ),
        }
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn word(&self, name: &str) -> String {
        let object = self.json();
        let word = object.get(name).and_then(Value::as_str);
        word.unwrap_or_else(|| panic!("no {name} in {object:?}"))
            .to_owned()
    }

    /// Holds a refusal to its status, the protocol's word and the reason code.
    #[track_caller]
    pub(crate) fn refuses(&self, status: u16, error: &str, reason: &str) {
        let found = (self.status, self.word("error"), self.word("reason"));
        assert_eq!(found, (status, error.to_owned(), reason.to_owned()));
        let description = self.word("error_description");
        assert!(!description.is_empty() && description.bytes().all(|b| (b' '..=b'~').contains(&b)));
    }
}

/// Sends bytes and reads to the end.
pub(crate) async fn raw(port: u16, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    // A server that has refused may close before everything is written.
    let _ = stream.write_all(bytes).await;
    read_answer(&mut stream).await
}

/// The same from an address of this machine's own choice.
pub(crate) async fn raw_from(address: [u8; 4], port: u16, bytes: &[u8]) -> Answer {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind((address, 0).into()).unwrap();
    let mut stream = socket.connect(([127, 0, 0, 1], port).into()).await.unwrap();
    let _ = stream.write_all(bytes).await;
    read_answer(&mut stream).await
}

pub(crate) async fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut answer = Vec::new();
    let whole = tokio::time::timeout(Duration::from_secs(20), async {
        let mut chunk = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut chunk).await {
            answer.extend_from_slice(&chunk[..count]);
        }
    });
    whole.await.expect("an answer in time");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let Some(end) = end else {
        return Answer {
            status: 0,
            head: String::new(),
            body: answer,
        };
    };
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer {
        status,
        head,
        body: answer[end + 4..].to_vec(),
    }
}

pub(crate) async fn send(
    port: u16,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: evil.example\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!(
        "Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    ));
    let mut bytes = request.into_bytes();
    bytes.extend_from_slice(body);
    raw(port, &bytes).await
}

pub(crate) async fn get(port: u16, path: &str) -> Answer {
    send(port, "GET", path, &[], b"").await
}

pub(crate) async fn post_form(port: u16, path: &str, form: &Form) -> Answer {
    send(
        port,
        "POST",
        path,
        &[("Content-Type", FORM)],
        form.to_text().as_bytes(),
    )
    .await
}

pub(crate) async fn post_json(port: u16, path: &str, bearer: &str, body: &Object) -> Answer {
    let bearer = format!("Bearer {bearer}");
    let headers = [("Content-Type", JSON), ("Authorization", bearer.as_str())];
    let body = schemas::canonical::object_to_bytes(body);
    send(port, "POST", path, &headers, &body).await
}

/// Holds a JSON text to a schema that is published.
#[track_caller]
pub(crate) fn assert_valid(schema: &str, text: &[u8]) {
    let published = |name| {
        let schema = schemas::json_schemas::by_name(name).expect("a schema of this name");
        serde_json::from_str::<serde_json::Value>(schema.text).unwrap()
    };
    let mut registry = Registry::new();
    for schema in schemas::json_schemas::ALL {
        let text = published(schema.name);
        let id = text["$id"].as_str().unwrap().to_owned();
        registry = registry.add(id, Resource::from_contents(text)).unwrap();
    }
    let registry = registry.prepare().unwrap();
    let options = jsonschema::options();
    let validator = options.with_registry(&registry).build(&published(schema));
    let value = serde_json::from_slice(text).unwrap();
    let validator = validator.unwrap();
    let faults: Vec<_> = validator
        .iter_errors(&value)
        .map(|fault| fault.to_string())
        .collect();
    assert_eq!(faults, Vec::<String>::new(), "{schema}: {value}");
}

/// The path of an address in a world.
pub(crate) fn path_of(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap();
    &rest[rest.find('/').unwrap()..]
}
