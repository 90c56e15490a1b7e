//! The files that a run leaves: with `--keep` in the folder that was named, else nowhere.
//!
//! `demo.json` says of each file what it is, what it was asked with, and how it has to be judged, so
//! that `omote check` and a world's HTTP interface can be held to it.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::{canonical, object};
use wallet_core::{OsEntropy, draw};

use crate::clock::now;
use crate::error::{Failure, Local};

/// Where files go.
pub(super) struct Keep {
    folder: PathBuf,
    chosen: bool,
    cases: Mutex<Vec<Object>>,
}

impl Keep {
    /// A new folder: the one that was named, or a passing one.
    ///
    /// # Errors
    /// When it is there already or cannot be made.
    pub(super) fn new(chosen: Option<&Path>) -> Result<Self, Failure> {
        let folder = match chosen {
            Some(folder) => folder.to_owned(),
            None => {
                let bits: [u8; 16] =
                    draw(&mut OsEntropy).map_err(|error| Failure::of(error.reason()))?;
                std::env::temp_dir().join(format!(
                    "omote-demo-{}",
                    schemas::encoding::hex::encode(&bits)
                ))
            }
        };
        let made = fs::DirBuilder::new().mode(0o700).create(&folder);
        match made {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(Local::FileExists(folder).into());
            }
            Err(error) => {
                return Err(Local::FileUnwritable {
                    path: folder,
                    kind: error.kind(),
                }
                .into());
            }
        }
        // Worlds are told absolute paths, wherever the command was started.
        let folder = folder.canonicalize().unwrap_or(folder);
        Ok(Self {
            folder,
            chosen: chosen.is_some(),
            cases: Mutex::new(Vec::new()),
        })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder that the person named.
    pub(super) fn chosen(&self) -> Option<&Path> {
        self.chosen.then_some(self.folder.as_path())
    }

    /// Leaves a file. What cannot be written is missing from `demo.json` too.
    pub(super) fn file(&self, name: &str, bytes: &[u8]) {
        if self.chosen {
            let _ = fs::write(self.folder.join(name), bytes);
        }
    }

    /// Leaves a file that only the person may read.
    ///
    /// # Errors
    /// When it cannot be written: the wallet of a kept folder has to open again.
    pub(super) fn secret(&self, name: &str, bytes: &[u8]) -> Result<(), Reason> {
        if !self.chosen {
            return Ok(());
        }
        let made = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(self.folder.join(name));
        made.and_then(|mut file| file.write_all(bytes))
            .map_err(|_| Reason::WalletIo)
    }

    pub(super) fn json(&self, name: &str, object: &Object) {
        self.file(name, &canonical::object_to_bytes(object));
    }

    /// Says how a file has to be judged.
    pub(super) fn case(&self, case: Object) {
        if let Ok(mut cases) = self.cases.lock() {
            cases.push(case);
        }
        self.manifest();
    }

    fn manifest(&self) {
        let cases: Vec<Value> = match self.cases.lock() {
            Ok(cases) => cases.iter().cloned().map(Value::Object).collect(),
            Err(_) => return,
        };
        self.json(
            "demo.json",
            &object! { "v" => 1_u32, "at" => now(), "policy" => "policy.toml", "cases" => cases },
        );
    }
}

impl Drop for Keep {
    fn drop(&mut self) {
        if !self.chosen {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}
