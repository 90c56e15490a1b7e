//! The command `omote-world` in a process of its own, as it is typed.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use schemas::json::{Limits, Object, Value, read};

/// The command in a folder, with nobody at the keyboard.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_omote-world"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("OMOTE_WORLD_CONFIG")
        .stdin(Stdio::null());
    command
}

/// What came of it.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// What it said with `--json`.
#[track_caller]
pub(crate) fn json(output: &Output) -> Object {
    match read(&output.stdout, &Limits::document()) {
        Ok(Value::Object(object)) => object,
        other => panic!("{other:?} {}", text(&output.stdout)),
    }
}

/// Holds how it ended, and that it said this about it.
#[track_caller]
pub(crate) fn ends(output: &Output, exit: i32, said: &str) {
    let talk = text(&output.stderr);
    assert_eq!(output.status.code(), Some(exit), "{talk}");
    assert!(talk.contains(said), "{talk}");
}

/// Holds a failure to its exit and reason, and that it says what to do.
#[track_caller]
pub(crate) fn fails(output: &Output, exit: i32, reason: &str) {
    ends(output, exit, &format!("[{reason}]"));
    ends(output, exit, "help: ");
}

/// Kills it after so many milliseconds; whether it had come to a good end before.
pub(crate) async fn killed_after(wait: u64, folder: &Path, arguments: &[&str]) -> bool {
    let mut running = Running(
        command(folder, arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    tokio::time::sleep(Duration::from_millis(wait)).await;
    let _ = running.0.kill();
    running.0.wait().unwrap().success()
}

/// One that runs on, stopped when the test ends.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    /// Its words are piped.
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Self {
        let child = command(folder, arguments)
            .env("OMOTE_LOG", "info")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        Self(child.unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
