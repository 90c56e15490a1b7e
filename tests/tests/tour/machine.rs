//! The machine of the tour: a folder that is gone afterwards, free ports, the real binaries on
//! the path, and worlds that stop when the test does.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::person::PATIENCE;

/// Where the tour takes place.
pub(crate) struct Machine {
    folder: TempDir,
    binaries: PathBuf,
    ports: [(String, u16); 4],
    worlds: Vec<Child>,
}

impl Machine {
    pub(crate) fn new(binaries: PathBuf) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["tour", "home", "run"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self {
            folder,
            binaries,
            ports: ports(),
            worlds: Vec::new(),
        }
    }

    /// Where lines are typed.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("tour").join(name)
    }

    /// A line with the ports of this run.
    pub(crate) fn here(&self, line: &str) -> String {
        let swap = |line: String, (written, free): &(String, u16)| {
            line.replace(written.as_str(), &free.to_string())
        };
        self.ports.iter().fold(line.to_owned(), swap)
    }

    /// A command with nothing of the environment of whoever runs the tests: no keychain, no wallet,
    /// no language.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut path = self.binaries.clone().into_os_string();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let home = self.folder.path().join("home");
        let mut command = Command::new(program);
        command
            .current_dir(self.path(""))
            .env_clear()
            .env("PATH", path)
            .env("HOME", &home)
            .env("OMOTE_HOME", home.join("omote"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_RUNTIME_DIR", self.folder.path().join("run"))
            .env("TMPDIR", self.folder.path())
            .env("TERM", "xterm-256color")
            .env("LANG", "C.UTF-8");
        command
    }

    /// Runs a line in a shell without a terminal.
    pub(crate) fn runs(&self, line: &str) -> Output {
        let mut command = self.command("sh");
        let child = command
            .args(["-c", line])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, ended) = std::sync::mpsc::channel();
        thread::spawn(move || sender.send(child.wait_with_output()));
        match ended.recv_timeout(PATIENCE) {
            Ok(output) => output.unwrap(),
            Err(_) => panic!("does not end: {line}"),
        }
    }

    /// Starts a world in the background and waits until it answers.
    pub(crate) fn serves(&mut self, line: &str) {
        let config = line.split(" --config ").nth(1).unwrap().trim();
        let config = fs::read_to_string(self.path(config)).unwrap();
        let (_, port) = self
            .ports
            .iter()
            .find(|(_, port)| config.contains(&format!("\norigin = \"http://localhost:{port}\"\n")))
            .unwrap();
        let port = *port;
        let log = self.path(&format!("{port}.log"));
        let said = fs::File::create(&log).unwrap();
        let child = self
            .command("sh")
            .args(["-c", &format!("exec {line}")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said)
            .spawn()
            .unwrap();
        self.worlds.push(child);
        let until = Instant::now() + PATIENCE;
        while !healthy(port) {
            let gone = self.worlds.last_mut().unwrap().try_wait().unwrap();
            let said = || fs::read_to_string(&log).unwrap_or_default();
            assert!(gone.is_none(), "{line} ended: {gone:?}\n{}", said());
            assert!(Instant::now() < until, "{line} does not answer\n{}", said());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        for world in &mut self.worlds {
            let _ = world.kill();
            let _ = world.wait();
        }
    }
}

/// For each port of the README one that nobody listens on, below those that the system hands out by
/// itself. None of them reads like a port of the README.
fn ports() -> [(String, u16); 4] {
    let begin = 10_000 + u16::try_from(std::process::id() * 16 % 20_000).unwrap();
    let mut free = (begin..begin + 2_000)
        .filter(|port| !(4001..=4004).contains(&(port % 10_000)))
        .filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    [4001, 4002, 4003, 4004].map(|written: u16| (written.to_string(), free.next().unwrap()))
}

/// What a browser finds at an address: the head of the answer and its body. Empty when nobody answers.
pub(crate) fn browse(address: &str) -> String {
    let rest = address.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let Ok(mut stream) = TcpStream::connect(host) else {
        return String::new();
    };
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let mut answer = String::new();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn healthy(port: u16) -> bool {
    browse(&format!("http://127.0.0.1:{port}/healthz")).starts_with("HTTP/1.1 204 ")
}
