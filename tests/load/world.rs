//! The world: a process of its own, in a folder of its own under `target`, which is on a disk where
//! `/tmp` may be in memory.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::report::root;
use tests::http::Connection;

/// `/proc` counts processor time in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// A running world.
pub(crate) struct World {
    pub(crate) port: u16,
    pub(crate) token: String,
    pub(crate) folder: PathBuf,
    child: Child,
}

impl World {
    /// Founds a world of this policy and waits until it answers.
    pub(crate) fn start(binary: &Path, policy: &str) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("its number").port();
        drop(free);
        let folder = root().join(format!("target/load-{}", std::process::id()));
        let origin = format!("http://localhost:{port}");
        let init = Command::new(binary)
            .args(["init", "--origin", &origin, "--name", "Load", "--dir"])
            .arg(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(init.expect("omote-world").success(), "no world was founded");
        fs::write(folder.join("policy.toml"), policy).expect("a policy");
        let token = fs::read_to_string(folder.join("data/admin.token")).expect("a token");
        let child = Command::new(binary)
            .args(["serve", "--config"])
            .arg(folder.join("omote-world.toml"))
            .stdout(Stdio::null())
            .spawn()
            .expect("omote-world");
        let world = Self {
            port,
            token: token.trim_end().to_owned(),
            folder,
            child,
        };
        let until = Instant::now() + Duration::from_secs(20);
        let alive = || Connection::to(port).ask("GET", "/healthz", &[], b"");
        while !alive().is_ok_and(|answer| answer.status == 204) {
            assert!(Instant::now() < until, "the world does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        world
    }

    /// What it has spent on processors so far, in user and system. Zero where there is no `/proc`.
    pub(crate) fn spent(&self) -> (Duration, Duration) {
        spent(&self.child.id().to_string())
    }

    /// The address of one of its paths.
    pub(crate) fn path_of(url: &str) -> &str {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
    }
}

/// What this process has spent on processors so far.
pub(crate) fn spent_here() -> (Duration, Duration) {
    spent("self")
}

fn spent(process: &str) -> (Duration, Duration) {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name in brackets may have spaces.
    let rest = text.rsplit(')').next().unwrap_or_default();
    let mut ticks = rest.split_whitespace().skip(11);
    let mut time = || TICK * ticks.next().and_then(|n| n.parse().ok()).unwrap_or(0);
    (time(), time())
}

impl Drop for World {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
