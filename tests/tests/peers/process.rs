//! A peer: a program in another language, in a process of its own, spoken to over HTTP.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use schemas::canonical;
use schemas::time::Timestamp;
use serde_json::Value;
use tempfile::TempDir;

/// Node starts slowly on a busy machine; nothing takes as long as this.
const PATIENCE: Duration = Duration::from_secs(180);

/// What the peers need of this machine.
pub(crate) struct Peers {
    folder: PathBuf,
    /// Where files of a test lie, until it is over.
    pub(crate) scratch: TempDir,
}

/// Several of the packages take `crypto` for a global, which Node has from 20 on.
fn is_new_enough(version: &Output) -> bool {
    let text = String::from_utf8_lossy(&version.stdout);
    let major = text
        .trim()
        .strip_prefix('v')
        .and_then(|rest| rest.split('.').next());
    version.status.success() && major.and_then(|major| major.parse().ok()) >= Some(20)
}

impl Peers {
    /// The peers, when they are installed. Says so when they are not.
    pub(crate) fn installed() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
        let node = Command::new("node").arg("--version").output();
        let missing = if !node.is_ok_and(|output| is_new_enough(&output)) {
            "there is no Node, or none from 20 on"
        } else if !folder.join("node_modules/@openid4vc/openid4vp").is_dir() {
            "the packages of tests/peers are not installed: tests/peers/install"
        } else if !folder.join("venv/bin/python").is_file() {
            "the packages for Python are not installed: tests/peers/install"
        } else {
            let scratch = tempfile::tempdir().unwrap();
            let context = canonical::to_bytes(&schemas::terms::context_document());
            fs::write(scratch.path().join("omote-v1.jsonld"), context).unwrap();
            return Some(Self { folder, scratch });
        };
        let must = std::env::var("OMOTE_MUST_RUN").unwrap_or_default();
        assert!(
            !must.split_whitespace().any(|word| word == "peers"),
            "{missing}"
        );
        tests::say_skipped(missing);
        None
    }

    /// A path in the folder of this test.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    /// Starts a program on Node; it is ready then.
    pub(crate) fn node(&self, name: &str, arguments: &[&str]) -> Peer {
        let context = self.path("omote-v1.jsonld");
        let mut command = Command::new("node");
        command.arg(format!("{name}.js"));
        command.arg("--context");
        command.arg(format!("https://w3id.org/omote/v1={}", context.display()));
        command.args(arguments);
        Peer::start(command.current_dir(&self.folder))
    }

    /// A script on Node that does one thing and ends.
    pub(crate) fn script(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("node");
        command.arg(format!("{name}.js")).args(arguments);
        command.current_dir(&self.folder);
        command
    }

    /// Starts the program on Python; it is ready then.
    pub(crate) fn python(&self) -> Peer {
        let mut command = Command::new(self.folder.join("venv/bin/python"));
        command.arg("credentials.py");
        Peer::start(command.current_dir(&self.folder))
    }
}

/// A process that answers at an origin, until this is dropped.
pub(crate) struct Peer {
    child: Child,
    /// Where it answers.
    pub(crate) origin: String,
}

impl Peer {
    fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        // The end of its output is the end of it: then there is no line.
        let output = child.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut said).unwrap();
        let mut words = said.split_whitespace();
        assert_eq!(words.next(), Some("listening"), "{command:?} said {said:?}");
        let origin = words.next().unwrap().to_owned();
        Self { child, origin }
    }

    /// Its DID: that of its origin.
    pub(crate) fn did(&self) -> String {
        let host = self.origin.split("://").nth(1).unwrap();
        format!("did:web:{}", host.replace(':', "%3A"))
    }

    /// Tells it to do something: its answer, which has to be a success.
    #[track_caller]
    pub(crate) fn does(&self, what: &str, asked: &Value) -> Value {
        let (status, answer) = self.tells(what, asked);
        assert_eq!(status, 200, "{what} {asked}: {answer}");
        answer
    }

    /// Tells it to do what its library refuses: why.
    #[track_caller]
    pub(crate) fn refuses(&self, what: &str, asked: &Value) -> String {
        let (status, answer) = self.tells(what, asked);
        assert_eq!(status, 400, "{what} {asked}: {answer}");
        answer["refused"].as_str().unwrap().to_owned()
    }

    /// Tells it to do something.
    pub(crate) fn tells(&self, what: &str, asked: &Value) -> (u16, Value) {
        let text = asked.to_string();
        exchange(&self.origin, "POST", &format!("/_/{what}"), "", &text)
    }

    /// What it answers at a path.
    pub(crate) fn gets(&self, path: &str) -> Value {
        let (status, answer) = exchange(&self.origin, "GET", path, "", "");
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One request on one connection, with more headers, each with its line end.
pub(crate) fn exchange(
    origin: &str,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> (u16, Value) {
    let host = origin.strip_prefix("http://").unwrap();
    let port = host.split(':').nth(1).unwrap();
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let body = answer[end + 4..].to_vec();
    let body = if head.contains("transfer-encoding: chunked") {
        joined(&body)
    } else {
        body
    };
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

/// A body that came in chunks.
fn joined(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = body.windows(2).position(|two| two == b"\r\n") {
        let length = std::str::from_utf8(&body[..end]).unwrap();
        let length = usize::from_str_radix(length.trim(), 16).unwrap();
        let begin = end + 2;
        whole.extend_from_slice(&body[begin..begin + length]);
        if length == 0 {
            break;
        }
        body = &body[begin + length + 2..];
    }
    whole
}

/// The machine's clock: the peers have no other.
#[expect(
    clippy::disallowed_methods,
    reason = "a peer in a process of its own has the machine's clock"
)]
pub(crate) fn clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap())
}
