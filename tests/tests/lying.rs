//! A ledger that lies, over HTTP and in real processes: `omote-world` serves it, `omote-world monitor`
//! reads it and writes what convicts it, `omote evidence verify` judges that file. One that tells the
//! truth never is.
//!
//! The lie is one that can happen to anybody: the store is put back to what it was, and the world goes on
//! from there as if nothing had been shown since. Nothing of the binaries is made for this test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test code"
)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use proofs::keys::SigningKey;
use proofs::tlog::note::{KeyKind, NoteSigner};
use schemas::json::{Limits, Object, Value, read};
use tests::ledger::{Store, Town, mint};

/// A world, and a monitor of it with its files.
struct Scene {
    binaries: PathBuf,
    town: Town,
    watching: PathBuf,
}

impl Scene {
    fn new() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let binaries = tests::programs::binaries("ledger")?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("lying-{}-{number}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let watching = folder.with_extension("monitor");
        fs::create_dir_all(&watching).unwrap();
        let town = Town::found(&binaries.join("omote-world"), folder, Store::File, 1);
        Some(Self {
            binaries,
            town,
            watching,
        })
    }

    /// Mints so many items, until the log shows them all.
    fn mint(&self, class: &str, count: usize, before: u64) -> u64 {
        let _ = mint(&self.town, class, count);
        let all = before + u64::try_from(count).unwrap();
        self.town.wait_for_log(all - 1)
    }

    fn store(&self) -> [PathBuf; 3] {
        ["world.db", "world.db-wal", "world.db-shm"]
            .map(|name| self.town.folder().join("data").join(name))
    }

    /// The store as it is, kept aside while nobody writes to it.
    fn keep(&self) -> Vec<(PathBuf, Vec<u8>)> {
        self.town.kill(0);
        let files = self.store().into_iter();
        let kept = files
            .filter_map(|path| fs::read(&path).ok().map(|bytes| (path, bytes)))
            .collect();
        self.start();
        kept
    }

    /// The store as it was.
    fn put_back(&self, kept: &[(PathBuf, Vec<u8>)]) {
        self.town.kill(0);
        for path in self.store() {
            let _ = fs::remove_file(path);
        }
        for (path, bytes) in kept {
            fs::write(path, bytes).unwrap();
            fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
        }
        self.start();
    }

    fn start(&self) {
        self.town.start(0);
        self.town.wait(0);
    }

    /// One pass of the monitor, which goes on from the one before.
    fn monitor(&self) -> Output {
        let run = Command::new(self.binaries.join("omote-world"))
            .args([
                "monitor",
                self.town.id().origin(),
                "--once",
                "--heads",
                "all",
            ])
            .args(["--state", "state.sqlite"])
            .current_dir(&self.watching)
            .output();
        run.unwrap()
    }

    fn evidence(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(&self.watching).unwrap();
        let files = files.map(|file| file.unwrap().path());
        let mut files: Vec<PathBuf> = files
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "json")
            })
            .collect();
        files.sort();
        files
    }

    fn vkey(&self) -> String {
        let mut connection = self.town.connection(0);
        let answer = connection.ask("GET", "/ledger/vkey", &[], b"").unwrap();
        String::from_utf8(answer.body)
            .unwrap()
            .trim_end()
            .to_owned()
    }

    /// How a stranger judges a file, who has nothing but keys.
    fn judge(&self, file: &Path, keys: &[&str]) -> (Option<i32>, Object) {
        let mut command = Command::new(self.binaries.join("omote"));
        command
            .args(["evidence", "verify", "--json"])
            .arg(file)
            .env("OMOTE_HOME", self.watching.join("nobody"));
        for key in keys {
            command.args(["--key", key]);
        }
        let output = command.output().unwrap();
        let Ok(Value::Object(said)) = read(&output.stdout, &Limits::document()) else {
            panic!("{}", String::from_utf8_lossy(&output.stderr));
        };
        let data = said.get("data").and_then(Value::as_object);
        (output.status.code(), data.unwrap().clone())
    }

    /// Holds that the monitor convicts the ledger, and so does everybody else.
    fn is_convicted(&self, kind: &str) {
        let output = self.monitor();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(6), "{said}");
        assert!(said.contains("registry_equivocation"), "{said}");
        let files = self.evidence();
        let [file] = files.as_slice() else {
            panic!("{files:?}");
        };
        let vkey = self.vkey();
        let convicted = |said: &Object| said.get("convicted") == Some(&Value::Bool(true));
        let (exit, said) = self.judge(file, &[&vkey]);
        assert_eq!(exit, Some(0), "{said:?}");
        assert!(convicted(&said), "{said:?}");
        assert_eq!(said.get("kind").unwrap().as_str(), Some(kind));
        // With a key that is not the ledger's nobody is, and beside it the ledger is.
        let stranger = SigningKey::from_seed(&[7; 32]);
        let name = vkey.split('+').next().unwrap().parse().unwrap();
        let stranger = NoteSigner::new(name, KeyKind::Note, &stranger).unwrap();
        let stranger = stranger.public().to_string();
        let (exit, said) = self.judge(file, &[&stranger]);
        assert_eq!(exit, Some(6), "{said:?}");
        assert!(!convicted(&said), "{said:?}");
        assert_eq!(self.judge(file, &[&stranger, &vkey]).0, Some(0));
        self.is_warned_of(file, &vkey);
    }

    /// Holds that a person who is given the file is warned from then on, by `inbox` and by `history`.
    fn is_warned_of(&self, file: &Path, vkey: &str) {
        let secret = self.watching.join("secret");
        fs::write(&secret, "a wallet beside a monitor\n").unwrap();
        fs::set_permissions(&secret, Permissions::from_mode(0o600)).unwrap();
        let run = |args: &[&str]| {
            let output = Command::new(self.binaries.join("omote"))
                .args(args)
                .env("OMOTE_HOME", self.watching.join("wallet"))
                .env("OMOTE_PASSPHRASE_FILE", &secret)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(0), "{args:?}: {said}");
            said
        };
        let words = self.watching.join("words");
        let words = words.to_str().unwrap();
        run(&["init", "--no-keychain", "--words-out", words]);
        run(&["evidence", "keep", file.to_str().unwrap(), "--key", vkey]);
        for command in ["inbox", "history"] {
            let said = run(&[command]);
            let warned = format!("The ledger of {} ", self.town.id().origin());
            assert!(said.contains(&warned), "{command}: {said}");
        }
    }

    /// Holds that it has nothing to say against the ledger.
    fn is_believed(&self) {
        let output = self.monitor();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert_eq!(self.evidence(), [] as [PathBuf; 0]);
    }
}

/// A ledger whose store is put back, after which it writes as many leaves as before, or more.
fn goes_back(count: usize, kind: &str) {
    let Some(scene) = Scene::new() else {
        return;
    };
    assert_eq!(scene.mint("lantern", 3, 0), 3);
    let kept = scene.keep();
    assert_eq!(scene.mint("river", 2, 3), 5);
    scene.is_believed();
    scene.put_back(&kept);
    let size = 3 + u64::try_from(count).unwrap();
    assert_eq!(scene.mint("moon", count, 3), size);
    scene.is_convicted(kind);
}

#[test]
fn two_checkpoints_of_one_size_convict() {
    goes_back(2, "two_checkpoints");
}

#[test]
fn two_trees_convict() {
    goes_back(4, "two_trees");
}

/// Killed, started again, and busy: nothing of it is a lie.
#[test]
fn a_truthful_ledger_is_never_convicted() {
    let Some(scene) = Scene::new() else {
        return;
    };
    let mut size = 0;
    for class in ["lantern", "river", "moon"] {
        size = scene.mint(class, 3, size);
        scene.is_believed();
        let kept = scene.keep();
        scene.is_believed();
        // The same as it was is no lie either.
        scene.put_back(&kept);
        scene.is_believed();
    }
    assert_eq!(size, 9);
}
