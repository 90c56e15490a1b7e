//! A private PostgreSQL for tests, from the binaries that are installed.
//!
//! The cluster stands in a temporary folder and listens on a socket there and nowhere else. It keeps
//! PostgreSQL's settings of durability, but for tests that do without ([`hasty`]). As PostgreSQL refuses
//! to run as root, root's tests run it as `nobody`. A small shell stands between: it ends the server and
//! deletes the folder when the test program is gone, however it went.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test code: what is missing fails the test"
)]

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

/// The word in `OMOTE_MUST_RUN` that makes a missing PostgreSQL a failure.
const WORD: &str = "postgres";
/// The one role of the cluster.
const ROLE: &str = "omote";
/// How long a server may take to begin.
const PATIENCE: Duration = Duration::from_secs(60);
/// One that has not written down its number by then did not start: what served connections of one that
/// was killed may have been there a moment longer. Each time it gets twice as long.
const AGAIN: Duration = Duration::from_secs(1);

/// The cluster that the tests of this program share. Says so and gives `None` when PostgreSQL is not
/// installed.
///
/// # Panics
/// When it is not installed and `OMOTE_MUST_RUN` has the word `postgres`; when it does not start.
#[must_use]
pub fn shared() -> Option<&'static Cluster> {
    static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
    SHARED.get_or_init(|| Cluster::start(&[])).as_ref()
}

/// The same for tests that look at answers, and not at what outlives a fault: it waits for no disk.
///
/// # Panics
/// As [`shared`].
#[must_use]
pub fn hasty() -> Option<&'static Cluster> {
    static HASTY: OnceLock<Option<Cluster>> = OnceLock::new();
    let settings = ["fsync=off", "synchronous_commit=off"];
    HASTY.get_or_init(|| Cluster::start(&settings)).as_ref()
}

/// A PostgreSQL of a test's own.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    binaries: PathBuf,
    databases: AtomicU32,
    orders: Mutex<Orders>,
}

#[derive(Debug)]
struct Orders {
    shell: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

/// The folder with `initdb` and `postgres`, on the search path or where Debian puts them.
fn binaries() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut packaged: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    packaged.sort();
    folders.extend(packaged.into_iter().rev());
    let whole = |folder: &PathBuf| {
        let names = ["initdb", "postgres", "createdb"];
        names.iter().all(|name| folder.join(name).is_file())
    };
    // A link on the path leads to where the rest is.
    let real = folders.into_iter().filter_map(|folder| {
        let program = folder.join("postgres").canonicalize().ok()?;
        program.parent().map(Path::to_owned)
    });
    real.into_iter().find(whole)
}

/// The user as whom the server runs, when it may not be this one: number of user and of group.
fn other_user() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let user = users.lines().find_map(|line| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        let (user, group) = (parts.nth(1)?, parts.next()?);
        (name == "nobody").then(|| (user.parse().unwrap(), group.parse().unwrap()))
    });
    Some(user.expect("a user called nobody"))
}

fn command(program: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    // Not ended by Ctrl-C before it has ended the server; nothing of the developer's own settings.
    command.process_group(0).current_dir("/");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command
}

impl Cluster {
    /// Makes and starts a cluster; each setting is `name=value`. Says so and gives `None` when
    /// PostgreSQL is not installed.
    ///
    /// # Panics
    /// As [`shared`].
    #[must_use]
    pub fn start(settings: &[&str]) -> Option<Self> {
        let Some(binaries) = binaries() else {
            let must = std::env::var("OMOTE_MUST_RUN").unwrap_or_default();
            assert!(
                !must.split_whitespace().any(|named| named == WORD),
                "PostgreSQL (initdb, postgres, createdb) is not installed"
            );
            // Not `eprintln!`, which a test that passes swallows.
            let line = b"skipped: PostgreSQL is not installed (apt-get install postgresql)\n";
            let _ = std::io::stderr().write_all(line);
            return None;
        };
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // The way to a socket must be short, and open to another user.
        let folder = PathBuf::from(format!("/tmp/omote-pg-{}-{number}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
        let user = other_user();
        if let Some((user, group)) = user {
            chown(&folder, Some(user), Some(group)).unwrap();
        }
        let made = command(&binaries.join("initdb"), user)
            .args(["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C"])
            .args(["--username", ROLE, "--pgdata"])
            .arg(folder.join("data"))
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        let usual = ["max_connections=200", "shared_buffers=32MB"];
        let settings = usual.iter().chain(settings);
        let mut shell = command(Path::new("/bin/sh"), user)
            .args(["-c", include_str!("supervise.sh"), "supervise"])
            .arg(&folder)
            .arg(binaries.join("postgres"))
            .args(settings.flat_map(|setting| ["-c", setting]))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (to, from) = (shell.stdin.take(), shell.stdout.take().unwrap());
        let cluster = Self {
            folder,
            binaries,
            databases: AtomicU32::new(0),
            orders: Mutex::new(Orders {
                shell,
                to,
                from: BufReader::new(from),
            }),
        };
        cluster.begin();
        Some(cluster)
    }

    fn order(&self, order: &str) {
        let mut orders = self.orders.lock().unwrap();
        writeln!(orders.to.as_mut().unwrap(), "{order}").unwrap();
        let mut said = String::new();
        orders.from.read_line(&mut said).unwrap();
        assert_eq!(said.trim_end(), order);
    }

    /// Starts the server, and waits until it answers.
    ///
    /// # Panics
    /// When it does not start.
    pub fn begin(&self) {
        // A server that was killed has left its own behind.
        let (before, _) = self.status();
        self.order("begin");
        let since = Instant::now();
        let mut again = AGAIN;
        loop {
            let (process, ready) = self.status();
            if ready && process != before {
                return;
            }
            if since.elapsed() > PATIENCE {
                panic!("PostgreSQL did not start:\n{}", self.log());
            }
            if process == before && since.elapsed() > again {
                self.order("begin");
                again *= 2;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Which process wrote down last how it stands, and whether it is ready.
    fn status(&self) -> (Option<String>, bool) {
        let status = fs::read_to_string(self.folder.join("data/postmaster.pid"));
        let status = status.unwrap_or_default();
        let mut lines = status.lines();
        let process = lines.next().map(str::to_owned);
        let ready = lines.nth(6).is_some_and(|line| line.trim() == "ready");
        (process, ready)
    }

    /// Stops the server in order: who is connected is told.
    pub fn stop(&self) {
        self.order("INT");
    }

    /// Ends the server at once, as a fault would.
    pub fn kill(&self) {
        self.order("KILL");
    }

    /// The folder of the socket.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.folder
    }

    /// What the server said.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Makes an empty database, and gives its URL.
    ///
    /// # Panics
    /// When it is not made.
    #[must_use]
    pub fn database(&self) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{number}");
        let made = command(&self.binaries.join("createdb"), None)
            .arg("--host")
            .arg(&self.folder)
            .args(["--username", ROLE, "--template", "template0", &name])
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        self.url(&name)
    }

    /// The URL of a database.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let socket = self.folder.display();
        format!("postgres://{ROLE}@localhost/{database}?host={socket}")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let orders = self.orders.get_mut().unwrap();
        drop(orders.to.take());
        let _ = orders.shell.wait();
    }
}
