//! Runs `omote` in a folder of its own, with nothing of this machine's environment.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// The passphrase of every wallet here.
pub(crate) const PASSPHRASE: &str = "a canary of four words";

/// A person's machine: a folder that is gone afterwards.
pub(crate) struct Machine {
    folder: TempDir,
}

/// How a run ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Machine {
    /// A machine with a passphrase file and no wallet.
    pub(crate) fn new() -> Self {
        let machine = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        machine.secret("pass", &format!("{PASSPHRASE}\n"));
        machine
    }

    /// A machine with a wallet that the passphrase opens; its words are in the file `words`.
    pub(crate) fn with_wallet() -> Self {
        let machine = Self::new();
        let made = machine.open(&["init", "--no-keychain", "--words-out", "words"]);
        assert_eq!(made.code, 0, "{}", made.stderr);
        machine
    }

    /// The folder in which commands run.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The wallet's folder.
    pub(crate) fn home(&self) -> PathBuf {
        self.path().join("home")
    }

    /// Writes a file that only its user can read.
    pub(crate) fn secret(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    /// Runs a command without a passphrase.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Run {
        self.run_with(args, &[], "")
    }

    /// Runs a command with the passphrase file.
    pub(crate) fn open<S: AsRef<OsStr>>(&self, args: &[S]) -> Run {
        self.run_with(args, &[("OMOTE_PASSPHRASE_FILE", "pass")], "")
    }

    /// Runs a command with an environment and stdin.
    pub(crate) fn run_with<S: AsRef<OsStr>>(
        &self,
        args: &[S],
        env: &[(&str, &str)],
        stdin: &str,
    ) -> Run {
        let mut child = Command::new(env!("CARGO_BIN_EXE_omote"))
            .args(args)
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path())
            .env("OMOTE_HOME", self.home())
            .envs(env.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that asks for nothing may be gone before it is told.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Run {
    /// The envelope.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.stdout, self.stderr))
    }

    /// The reason code of a failure.
    pub(crate) fn reason(&self) -> String {
        self.json()["error"]["reason"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}
