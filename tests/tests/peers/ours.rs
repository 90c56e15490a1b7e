//! Our sides, as they are built: the commands `omote` and `omote-world`, run as a script runs them.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::{Peers, exchange};

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) json: Value,
}

impl Run {
    fn of(output: &Output) -> Self {
        let text = String::from_utf8_lossy(&output.stdout);
        let json = serde_json::from_str(&text).unwrap_or_else(|_| {
            let said = String::from_utf8_lossy(&output.stderr);
            panic!("no JSON: {text}\n{said}")
        });
        Self {
            code: output.status.code().unwrap(),
            json,
        }
    }

    /// What was answered; it has to be a success.
    #[track_caller]
    pub(crate) fn data(&self) -> &Value {
        assert_eq!(self.code, 0, "{:#}", self.json);
        &self.json["data"]
    }

    /// The reason code of a failure.
    #[track_caller]
    pub(crate) fn reason(&self) -> &str {
        assert_ne!(self.code, 0, "{:#}", self.json);
        self.json["error"]["reason"].as_str().unwrap()
    }
}

/// A person's wallet, in a folder that is gone afterwards.
pub(crate) struct Wallet {
    folder: TempDir,
    omote: PathBuf,
}

impl Wallet {
    pub(crate) fn new(binaries: &Path) -> Self {
        let wallet = Self {
            folder: tempfile::tempdir().unwrap(),
            omote: binaries.join("omote"),
        };
        wallet.secret("pass", "a canary of four words\n");
        wallet
            .runs(&["init", "--no-keychain", "--words-out", "words"])
            .data();
        wallet
    }

    /// Writes a file that only its user can read.
    pub(crate) fn secret(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// Runs a command, with nothing of the environment of whoever runs the tests.
    pub(crate) fn runs(&self, arguments: &[&str]) -> Run {
        let home = self.folder.path();
        let output = Command::new(&self.omote)
            .args(arguments)
            .arg("--json")
            .current_dir(home)
            .env_clear()
            .env("HOME", home)
            .env("OMOTE_HOME", home.join("wallet"))
            .env("OMOTE_PASSPHRASE_FILE", "pass")
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Run::of(&output)
    }

    /// Looks at an outcome, and agrees to exactly that.
    fn agrees(&self, verb: &str, shown: &str, more: &[&str]) -> Run {
        let look = self.runs(&[&[verb], more, &["--dry-run"]].concat());
        if look.code != 0 {
            return look;
        }
        let digest = look.json["data"][shown]["digest"].as_str().unwrap();
        self.runs(&[&[verb], more, &["--consent", digest]].concat())
    }

    /// Receives what a link offers.
    pub(crate) fn receives(&self, link: &str, origin: &str, more: &[&str]) -> Run {
        self.agrees(
            "receive",
            "offer",
            &[&[link, "--origin", origin], more].concat(),
        )
    }

    /// Shows what a link asks for.
    pub(crate) fn presents(&self, link: &str, origin: &str) -> Run {
        self.agrees("present", "disclosure", &[link, "--origin", origin])
    }

    /// How many copies are left of what the list names first.
    pub(crate) fn fresh(&self) -> u64 {
        let list = self.runs(&["list"]);
        list.data()["holdings"][0]["copies"]["fresh"]
            .as_u64()
            .unwrap()
    }
}

/// A world's server, until this is dropped.
pub(crate) struct World {
    folder: TempDir,
    program: PathBuf,
    server: Child,
    pub(crate) origin: String,
    token: String,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl World {
    /// Founds a world that believes itself, and serves it.
    pub(crate) fn new(binaries: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = binaries.join("omote-world");
        let port = free_port();
        let origin = format!("http://localhost:{port}");
        let run = |arguments: &[&str]| {
            let mut command = Command::new(&program);
            command.args(arguments).current_dir(folder.path());
            command.stdin(Stdio::null()).stdout(Stdio::piped());
            command
        };
        let arguments = ["init", "--dir", "world", "--origin", &origin];
        let more = ["--name", "Neo Kyoto", "--trust", &origin];
        let made = run(&[&arguments[..], &more].concat()).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        let arguments = ["serve", "--config", "world/omote-world.toml"];
        let mut serve = run(&arguments);
        let mut server = serve.stderr(Stdio::piped()).spawn().unwrap();
        // It says so when it listens; what it says later is read and forgotten.
        let mut said = BufReader::new(server.stderr.take().unwrap());
        let mut lines = String::new();
        while !lines.contains("listening") {
            let more = said.read_line(&mut lines).unwrap();
            assert_ne!(more, 0, "the world ended: {lines}");
        }
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        let token = fs::read_to_string(folder.path().join("world/data/admin.token")).unwrap();
        Self {
            folder,
            program,
            server,
            origin,
            token: token.trim().to_owned(),
        }
    }

    /// Runs a command of the world: its JSON.
    #[track_caller]
    pub(crate) fn runs(&self, arguments: &[&str]) -> Value {
        let output = Command::new(&self.program)
            .args(arguments)
            .args(["--config", "world/omote-world.toml", "--json"])
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let run = Run::of(&output);
        assert_eq!(run.code, 0, "{:#}", run.json);
        run.json
    }

    /// Writes a file beside the world.
    pub(crate) fn writes(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// Asks as a server of the world does.
    #[track_caller]
    pub(crate) fn asks(&self, more: &Value) -> Value {
        let mut asked = json!({ "by": "Neo Kyoto", "instance": "lobby" });
        let members = more.as_object().unwrap().clone();
        asked.as_object_mut().unwrap().extend(members);
        let headers = format!("authorization: Bearer {}\r\n", self.token);
        let text = asked.to_string();
        let (status, answer) = exchange(&self.origin, "POST", "/admissions", &headers, &text);
        assert_eq!(status, 201, "{asked}\n{answer}");
        answer
    }

    /// What became of an admission, as a server of the world is told.
    pub(crate) fn told(&self, asked: &Value) -> Value {
        let path = format!("/admissions/{}", asked["id"].as_str().unwrap());
        let headers = format!("authorization: Bearer {}\r\n", self.token);
        let (status, answer) = exchange(&self.origin, "GET", &path, &headers, "");
        assert_eq!(status, 200, "{answer}");
        answer
    }
}

/// A port that nobody listens on: free now, and nobody else takes it until the world does, as a rule.
fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// The commands, and the peers; nothing without both.
pub(crate) fn everybody() -> Option<(PathBuf, Peers)> {
    let binaries = tests::programs::binaries("peers")?;
    Some((binaries, Peers::installed()?))
}
