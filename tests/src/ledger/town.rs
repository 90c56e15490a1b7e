//! A world in processes of its own, in a folder of its own.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use schemas::world::WorldId;

use crate::http::Connection;

/// A server that has not answered by then never will.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the world keeps its store.
#[derive(Clone, Copy, Debug)]
pub enum Store<'a> {
    /// A SQLite file in its folder.
    File,
    /// A database of a PostgreSQL server, by its URL.
    Server(&'a str),
}

/// A world, as far as it runs.
#[derive(Debug)]
pub struct Town {
    /// What opens the addresses for the world's own people.
    pub token: String,
    id: WorldId,
    binary: PathBuf,
    folder: PathBuf,
    processes: Vec<Process>,
}

#[derive(Debug)]
struct Process {
    port: u16,
    config: PathBuf,
    child: Mutex<Option<Child>>,
}

/// A port on which nobody listens. Below those from which connections go out: one of them could
/// otherwise take the place of a server that was killed, or find itself there.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 97).unwrap_or(0) * 100;
    for _ in 0..9000 {
        let port = 18_000 + (first + NEXT.fetch_add(1, Ordering::Relaxed)) % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free");
}

/// How much time of a processor a process has taken so far (`proc_pid_stat(5)`), by its number or
/// `self`; nothing where there is no `/proc`.
#[must_use]
pub fn cpu_of(process: &str) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name of the program, in brackets, may hold anything.
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields = rest.split_whitespace().skip(11).take(2);
    let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
    // A hundred a second, on every Linux that there is.
    Duration::from_millis(10 * ticks)
}

impl Town {
    /// Founds a world in a folder that is not there yet, and starts so many processes of it.
    ///
    /// # Panics
    /// When it is not founded, or does not answer.
    #[must_use]
    pub fn found(binary: &Path, folder: PathBuf, store: Store<'_>, processes: usize) -> Self {
        let ports: Vec<u16> = (0..processes).map(|_| free_port()).collect();
        let port = *ports.first().expect("a process");
        let origin = format!("http://localhost:{port}");
        let init = Command::new(binary)
            .args(["init", "--origin", &origin, "--name", "Load", "--dir"])
            .arg(&folder)
            .env_remove("OMOTE_WORLD_CONFIG")
            .stdout(Stdio::null())
            .output()
            .expect("omote-world");
        let said = String::from_utf8_lossy(&init.stderr);
        assert!(init.status.success(), "no world was founded: {said}");
        let first = folder.join("omote-world.toml");
        let mut text = fs::read_to_string(&first).expect("a configuration");
        if let Store::Server(url) = store {
            text.push_str(&format!("\n[store]\nurl = \"{url}\"\n"));
            fs::write(&first, &text).expect("a configuration");
        }
        let process = |(number, other): (usize, &u16)| {
            let config = match number {
                0 => first.clone(),
                _ => {
                    let config = folder.join(format!("process-{number}.toml"));
                    let from = format!("127.0.0.1:{port}");
                    assert!(text.contains(&from), "no {from} in {text}");
                    let text = text.replace(&from, &format!("127.0.0.1:{other}"));
                    fs::write(&config, text).expect("a configuration");
                    config
                }
            };
            Process {
                port: *other,
                config,
                child: Mutex::new(None),
            }
        };
        let token = fs::read_to_string(folder.join("data/admin.token")).expect("a token");
        let town = Self {
            token: token.trim_end().to_owned(),
            id: WorldId::loopback(port),
            binary: binary.to_owned(),
            processes: ports.iter().enumerate().map(process).collect(),
            folder,
        };
        for which in 0..processes {
            town.start(which);
            town.wait(which);
        }
        town
    }

    /// The world.
    #[must_use]
    pub const fn id(&self) -> &WorldId {
        &self.id
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How many processes it has.
    #[must_use]
    pub fn processes(&self) -> usize {
        self.processes.len()
    }

    /// A connection to one of the processes; each number belongs to one.
    #[must_use]
    pub fn connection(&self, number: usize) -> Connection {
        Connection::to(self.process(number).port)
    }

    fn process(&self, number: usize) -> &Process {
        let which = number % self.processes.len().max(1);
        self.processes.get(which).expect("a process")
    }

    /// Starts a process.
    ///
    /// # Panics
    /// When there is no such program.
    pub fn start(&self, which: usize) {
        let process = self.process(which);
        let log = self.folder.join(format!("process-{which}.log"));
        let log = File::options().append(true).create(true).open(log);
        let child = Command::new(&self.binary)
            .args(["serve", "--config"])
            .arg(&process.config)
            .env("OMOTE_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.expect("a log"))
            .spawn()
            .expect("omote-world");
        let mut place = process.child.lock().unwrap_or_else(PoisonError::into_inner);
        *place = Some(child);
    }

    /// Kills a process as `kill -9` does.
    pub fn kill(&self, which: usize) {
        let process = self.process(which);
        let mut place = process.child.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mut child) = place.take() {
            // It may have ended by itself, which whoever asks it hears.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Waits until a process answers.
    ///
    /// # Panics
    /// When it does not.
    pub fn wait(&self, which: usize) {
        let until = Instant::now() + PATIENCE;
        let mut connection = self.connection(which);
        loop {
            let answer = connection.ask("GET", "/healthz", &[], b"");
            if answer.is_ok_and(|answer| (200..300).contains(&answer.status)) {
                return;
            }
            assert!(
                Instant::now() < until,
                "process {which} does not answer:\n{}",
                self.log(which)
            );
            sleep(Duration::from_millis(5));
        }
    }

    /// Waits until the log shows more leaves than so many, in the first process; how many.
    ///
    /// # Panics
    /// When it does not.
    #[must_use]
    pub fn wait_for_log(&self, before: u64) -> u64 {
        let until = Instant::now() + PATIENCE;
        loop {
            // A process that was killed meanwhile closed the one before.
            let mut connection = self.connection(0);
            if let Ok(answer) = connection.ask("GET", "/ledger/checkpoint", &[], b"") {
                let note = String::from_utf8_lossy(&answer.body);
                let size = note.lines().nth(1).and_then(|size| size.parse().ok());
                if let Some(size) = size.filter(|size| answer.status == 200 && *size > before) {
                    return size;
                }
            }
            assert!(
                Instant::now() < until,
                "the log does not grow beyond {before}:\n{}",
                self.log(0)
            );
            sleep(Duration::from_millis(10));
        }
    }

    /// How much time of a processor its processes have taken so far, on Linux; nothing elsewhere.
    #[must_use]
    pub fn cpu(&self) -> Duration {
        let processes = self.processes.iter().filter_map(|process| {
            let place = process.child.lock().unwrap_or_else(PoisonError::into_inner);
            place.as_ref().map(|child| cpu_of(&child.id().to_string()))
        });
        processes.sum()
    }

    /// What a process said.
    #[must_use]
    pub fn log(&self, which: usize) -> String {
        let log = self.folder.join(format!("process-{which}.log"));
        fs::read_to_string(log).unwrap_or_default()
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        for which in 0..self.processes.len() {
            self.kill(which);
        }
        // What is wrong can be read there.
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}
