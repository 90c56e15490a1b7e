//! The program under test, and a client that sends exactly what a test says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use schemas::canonical;
use schemas::json::{Limits, Object, Value, read};

pub(crate) const V2: &str = "https://www.w3.org/ns/credentials/v2";
pub(crate) const SUITES: [&str; 4] = [
    "eddsa-jcs-2022",
    "eddsa-rdfc-2022",
    "ecdsa-jcs-2019",
    "ecdsa-rdfc-2019",
];

/// A running program. Ends with the test.
pub(crate) struct Program {
    child: Child,
    pub(crate) port: u16,
    /// Cryptosuite and DID.
    issuers: Vec<(String, String)>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// The program, as it is typed.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_omote-vcalm"));
    command.args(arguments).stdin(Stdio::null());
    command
}

impl Program {
    pub(crate) fn start(more: &[&str]) -> Self {
        let mut child = command(&["--listen", "127.0.0.1:0"])
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let port = first.rsplit(':').next().unwrap().parse().unwrap();
        let issuers = SUITES
            .iter()
            .map(|_| {
                let line = lines.next().unwrap().unwrap();
                let words: Vec<&str> = line.split(' ').collect();
                (words[0].to_owned(), words[1].to_owned())
            })
            .collect();
        Self {
            child,
            port,
            issuers,
        }
    }

    pub(crate) fn did(&self, suite: &str) -> &str {
        let (_, did) = self.issuers.iter().find(|(name, _)| name == suite).unwrap();
        did
    }

    pub(crate) fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        // A server that has refused may close before everything is written.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let end = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .expect("a whole head");
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head,
            body: answer[end + 4..].to_vec(),
        }
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!(
            "Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        ));
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        self.raw(&bytes)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    pub(crate) fn post(&self, path: &str, body: &Object) -> Answer {
        let headers = [("Content-Type", "application/json")];
        self.send("POST", path, &headers, &canonical::object_to_bytes(body))
    }

    /// Issues a credential in a suite, with options.
    pub(crate) fn issue(&self, suite: &str, credential: &Object, options: &str) -> Answer {
        let request = schemas::object! {
            "credential" => credential.clone(),
            "options" => value(options),
        };
        self.post(&format!("/suites/{suite}/credentials/issue"), &request)
    }

    /// What was issued.
    pub(crate) fn issued(&self, suite: &str, credential: &Object) -> Object {
        let answer = self.issue(suite, credential, "{}");
        answer.document("verifiableCredential")
    }

    /// Verifies a credential.
    pub(crate) fn verify(&self, credential: &Object, options: &str) -> Answer {
        let request = schemas::object! {
            "verifiableCredential" => credential.clone(),
            "options" => value(options),
        };
        self.post("/credentials/verify", &request)
    }

    /// Verifies a presentation.
    pub(crate) fn verify_presentation(&self, presentation: &Object, options: &str) -> Answer {
        let request = schemas::object! {
            "verifiablePresentation" => presentation.clone(),
            "options" => value(options),
        };
        self.post("/presentations/verify", &request)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    #[track_caller]
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

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The document of a success.
    #[track_caller]
    pub(crate) fn document(&self, name: &str) -> Object {
        let json = self.json();
        assert_eq!(self.status, 201, "{json:?}");
        json.get(name).and_then(Value::as_object).unwrap().clone()
    }

    /// Titles and reason codes of the problems, in order.
    #[track_caller]
    pub(crate) fn problems(&self) -> Vec<(String, String)> {
        let json = self.json();
        let problems = json.get("problemDetails").and_then(Value::as_array);
        let problems = problems.unwrap_or_else(|| panic!("{json:?}"));
        problems
            .iter()
            .map(|problem| {
                let text = |name| {
                    problem
                        .get(name)
                        .and_then(Value::as_str)
                        .unwrap()
                        .to_owned()
                };
                let kind = text("type");
                let title = text("title");
                assert!(kind.starts_with("https://www") || kind.starts_with("https://w3id.org"));
                assert!(kind.ends_with(&format!("#{title}")), "{kind} {title}");
                assert!(!text("detail").is_empty());
                (title, text("reason"))
            })
            .collect()
    }

    /// Holds an answer to a refusal whose problems have this title and reason among them.
    #[track_caller]
    pub(crate) fn refuses(&self, status: u16, title: &str, reason: &str) {
        let problems = self.problems();
        assert_eq!(self.status, status, "{problems:?}");
        let expected = (title.to_owned(), reason.to_owned());
        assert!(problems.contains(&expected), "{problems:?}");
        let json = self.json();
        assert_ne!(json.get("verified"), Some(&Value::Bool(true)));
    }

    /// Holds an answer to a success without any problem.
    #[track_caller]
    pub(crate) fn verifies(&self) {
        assert_eq!((self.status, self.problems()), (200, Vec::new()));
        assert_eq!(self.json().get("verified"), Some(&Value::Bool(true)));
    }
}

pub(crate) fn value(text: &str) -> Value {
    read(text.as_bytes(), &Limits::document()).unwrap_or_else(|error| panic!("{error:?} {text}"))
}

pub(crate) fn object(text: &str) -> Object {
    value(text).as_object().unwrap().clone()
}

/// The smallest credential; its issuer is written in by the program.
pub(crate) fn credential() -> Object {
    object(&format!(
        r#"{{"@context": ["{V2}"], "type": ["VerifiableCredential"],
            "credentialSubject": {{"id": "did:example:subject"}}}}"#
    ))
}

/// The smallest credential with one member set, or taken away by `-`.
pub(crate) fn with(name: &str, text: &str) -> Object {
    let mut credential = credential();
    if text == "-" {
        credential.remove(name);
    } else {
        credential.insert(name, value(text));
    }
    credential
}
