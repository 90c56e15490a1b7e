//! `POST /check` of real worlds, one a policy. Their clock is the machine's, and everybody in the cases
//! is their own key, so that they ask nobody.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use schemas::canonical;
use schemas::credential::CredentialType;
use schemas::form::Form;
use schemas::json::Value;
use schemas::message::Message as _;
use schemas::time::Timestamp;
use tempfile::TempDir;
use tests::surfaces::Case;
use verifier::{Asked, CredentialAsked, Holder, StatusAsked};

use super::{Answered, compare, library, not_taken, object};

const PATIENCE: Duration = Duration::from_secs(60);

#[expect(
    clippy::disallowed_methods,
    reason = "a world in a process of its own has the machine's clock"
)]
pub(crate) fn clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap())
}

pub(crate) struct Worlds {
    binary: PathBuf,
    folder: TempDir,
    running: Mutex<BTreeMap<String, World>>,
}

pub(crate) struct World {
    pub(crate) port: u16,
    pub(crate) token: String,
    child: Child,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Worlds {
    pub(crate) fn new(binaries: &Path) -> Self {
        Self {
            binary: binaries.join("omote-world"),
            folder: tempfile::tempdir().unwrap(),
            running: Mutex::new(BTreeMap::new()),
        }
    }

    /// The world of this policy: its port and token.
    fn of(&self, policy: &str) -> (u16, String) {
        let mut running = self.running.lock().unwrap();
        let number = running.len();
        let world = running
            .entry(policy.to_owned())
            .or_insert_with(|| self.found(policy, &format!("w{number}"), ""));
        (world.port, world.token.clone())
    }

    fn command(&self) -> std::process::Command {
        let mut command = std::process::Command::new("sh");
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("LANG", "C.UTF-8")
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    }

    /// A world of this policy in a folder of this name; the shell says `before` first.
    pub(crate) fn found(&self, policy: &str, name: &str, before: &str) -> World {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let origin = format!("http://localhost:{port}");
        let binary = self.binary.display();
        let init = format!("exec {binary} init --dir {name} --origin {origin} --name Neo");
        let made = self.command().args(["-c", &init]).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        let folder = self.folder.path().join(name);
        fs::write(folder.join("policy.toml"), policy).unwrap();
        let token = fs::read_to_string(folder.join("data/admin.token")).unwrap();
        let log = fs::File::create(folder.join("log")).unwrap();
        let serve = format!("{before}exec {binary} serve --config {name}/omote-world.toml");
        let mut child = self
            .command()
            .args(["-c", &serve])
            .stderr(log)
            .spawn()
            .unwrap();
        let until = Instant::now() + PATIENCE;
        while send(port, "GET", "/healthz", &[], b"").is_none_or(|(status, _)| status != 204) {
            let gone = child.try_wait().unwrap();
            let said = || fs::read_to_string(folder.join("log")).unwrap_or_default();
            assert!(gone.is_none(), "it ended: {gone:?}\n{}", said());
            assert!(Instant::now() < until, "it does not answer\n{}", said());
            std::thread::sleep(Duration::from_millis(20));
        }
        World {
            port,
            token: token.trim_end().to_owned(),
            child,
        }
    }

    pub(crate) fn asks(&self, case: &Case) -> Option<Answered> {
        let outside = case.outside.as_ref()?;
        if !outside.documents.is_empty() || !outside.lists.is_empty() {
            return None;
        }
        let (asked, kind, body) = match &case.asked {
            Asked::Credential(_) => {
                let mut types = CredentialType::ALL.to_vec();
                types.push(CredentialType::Other);
                let asked = Asked::Credential(CredentialAsked {
                    types,
                    holder: Holder::Anyone,
                    status: StatusAsked::Asked,
                });
                let is_document = case.bytes.starts_with(b"{");
                let kind = if is_document {
                    "application/vc"
                } else {
                    "application/dc+sd-jwt"
                };
                (asked, kind, case.bytes.clone())
            }
            Asked::Presentation(asked) => {
                // A form carries text alone.
                let token = std::str::from_utf8(&case.bytes).ok()?;
                let query = canonical::object_to_bytes(&asked.query.to_object());
                let form = Form::default()
                    .with("audience", asked.audience.as_str())
                    .with("challenge", asked.challenge.as_str())
                    .with("dcql_query", String::from_utf8(query).unwrap())
                    .with("vp_token", token);
                let form = match asked.transaction_data.as_slice() {
                    [] => form,
                    texts => {
                        let texts = Value::from(texts.to_vec());
                        form.with("transaction_data", canonical::to_text(&texts))
                    }
                };
                let kind = "application/x-www-form-urlencoded";
                (case.asked.clone(), kind, form.to_text().into_bytes())
            }
        };
        let (port, token) = self.of(&case.policy.to_toml());
        let bearer = format!("Bearer {token}");
        let headers = [("Content-Type", kind), ("Authorization", bearer.as_str())];
        // What the library would fetch, the world has tried to fetch: another question by now.
        if !library(case, &asked, clock()).missing().is_empty() {
            return None;
        }
        let before = clock();
        let (status, answer) = send(port, "POST", "/check", &headers, &body)?;
        let after = clock();
        let Some(report) = object(&answer).filter(|answer| answer.contains_key("verdict")) else {
            if matches!(status, 400 | 413) {
                return Some(not_taken(case, false));
            }
            let said = String::from_utf8_lossy(&answer).into_owned();
            return Some(Answered::Other(format!("{status} {said}")));
        };
        let report = Value::Object(report);
        let mut last = Answered::NotTaken;
        for second in before.unix()..=after.unix() {
            let ours = library(case, &asked, Timestamp::from_unix(second));
            last = compare(&ours, &report);
            let expected = match ours.verdict() {
                schemas::check::Verdict::Accepted => 200,
                schemas::check::Verdict::Rejected => 422,
                schemas::check::Verdict::Indeterminate => 503,
            };
            if matches!(last, Answered::Same) && expected == status {
                return Some(Answered::Same);
            }
        }
        Some(last)
    }
}

/// One request on a connection of its own; `None` when nobody answers.
pub(crate) fn send(
    port: u16,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Option<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!(
        "Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    ));
    // A server that refuses may close before everything is written.
    let _ = stream.write_all(request.as_bytes());
    let _ = stream.write_all(body);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, answer[end + 4..].to_vec()))
}
