//! The wallet's folder and the files in it: whose they are, and that they are files. The holder's
//! side runs it.
//!
//! Everything is reached through the folder's own handle and never through a link. SQLite opens its
//! file by name; the folder that the name leads to is compared with the handle first, and nobody
//! else may write to that folder.

use std::fs::DirBuilder;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, CWD, FileType, FlockOperation, Mode, OFlags, RenameFlags, Stat, flock, fstat, fsync,
    openat, renameat, renameat_with, statat, unlinkat,
};
use rustix::io::Errno;

use crate::error::StoreError;

/// The database.
pub(crate) const DATABASE: &str = "wallet.sqlite";
/// The counter that is kept beside the database.
pub(crate) const COUNTER: &str = "wallet.counter";
const COUNTER_NEW: &str = "wallet.counter.new";
/// Everything that may stand in the folder under a name that SQLite or we would open.
const FILES: [&str; 6] = [
    DATABASE,
    "wallet.sqlite-journal",
    "wallet.sqlite-wal",
    "wallet.sqlite-shm",
    COUNTER,
    COUNTER_NEW,
];
const FOLDER: &str = "the wallet's folder";
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// An open wallet folder.
pub(crate) struct Home {
    folder: OwnedFd,
    path: PathBuf,
}

impl Home {
    /// Makes the folder when it is not there, for its user alone, and opens it.
    pub(crate) fn make(path: &Path) -> Result<Self, StoreError> {
        if let Some(parent) = path.parent() {
            DirBuilder::new()
                .recursive(true)
                .mode(FOLDER_MODE)
                .create(parent)
                .map_err(|error| StoreError::Io {
                    during: "making the wallet's folder",
                    kind: error.kind(),
                })?;
        }
        match rustix::fs::mkdirat(CWD, path, Mode::from_raw_mode(FOLDER_MODE)) {
            Ok(()) | Err(Errno::EXIST) => Self::open(path),
            Err(errno) => Err(StoreError::io("making the wallet's folder")(errno)),
        }
    }

    /// Opens the folder, which must be a folder of this user that nobody else can look into.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        // Without a slash at the end, which would follow a link.
        let path: PathBuf = path.components().collect();
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = openat(CWD, &path, flags, Mode::empty()).map_err(|errno| match errno {
            Errno::NOENT => StoreError::Missing,
            Errno::LOOP | Errno::NOTDIR => StoreError::Symlink { part: FOLDER },
            errno => StoreError::io("opening the wallet's folder")(errno),
        })?;
        let stat = fstat(&folder).map_err(StoreError::io("looking at the wallet's folder"))?;
        check_mode(&stat, FOLDER, FOLDER_MODE)?;
        let path = path.canonicalize().map_err(|error| StoreError::Io {
            during: "finding the wallet's folder",
            kind: error.kind(),
        })?;
        let named = statat(CWD, &path, AtFlags::SYMLINK_NOFOLLOW)
            .map_err(StoreError::io("looking at the wallet's folder"))?;
        if (named.st_dev, named.st_ino) != (stat.st_dev, stat.st_ino) {
            return Err(StoreError::Symlink { part: FOLDER });
        }
        Ok(Self { folder, path })
    }

    /// The name under which SQLite opens a file of this folder.
    pub(crate) fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Refuses when any file is not a plain file of this user alone; says whether there is a
    /// database.
    pub(crate) fn check_files(&self) -> Result<Presence, StoreError> {
        let mut database = Presence::Absent;
        for name in FILES {
            if self.check_file(name)? == Presence::Present && name == DATABASE {
                database = Presence::Present;
            }
        }
        Ok(database)
    }

    fn check_file(&self, name: &'static str) -> Result<Presence, StoreError> {
        match statat(&self.folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => {
                let plain = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
                if !plain || stat.st_nlink > 1 {
                    return Err(StoreError::Symlink { part: name });
                }
                check_mode(&stat, name, FILE_MODE)?;
                Ok(Presence::Present)
            }
            Err(Errno::NOENT) => Ok(Presence::Absent),
            Err(errno) => Err(StoreError::io("looking at the wallet's files")(errno)),
        }
    }

    /// Makes an empty file that was not there before.
    pub(crate) fn create_new(&self, name: &str) -> Result<(), StoreError> {
        self.open_file(name, OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL)
            .map(drop)
            .map_err(|errno| match errno {
                Errno::EXIST => StoreError::Exists,
                errno => StoreError::io("making the wallet's file")(errno),
            })
    }

    /// Gives a finished file its name, unless the name is taken, and makes that last.
    pub(crate) fn publish(&self, from: &str, to: &str) -> Result<(), StoreError> {
        renameat_with(&self.folder, from, &self.folder, to, RenameFlags::NOREPLACE).map_err(
            |errno| match errno {
                Errno::EXIST => StoreError::Exists,
                errno => StoreError::io("naming the wallet's file")(errno),
            },
        )?;
        fsync(&self.folder).map_err(StoreError::io("syncing the wallet's folder"))
    }

    /// Removes a file if it is there.
    pub(crate) fn remove(&self, name: &str) {
        // What could not be removed is a sealed leftover; the act that failed reports its own error.
        let _ = unlinkat(&self.folder, name, AtFlags::empty());
    }

    /// The counter's bytes, or nothing when there is no such file.
    pub(crate) fn read_counter(&self) -> Result<Option<Vec<u8>>, StoreError> {
        let file = match self.open_file(COUNTER, OFlags::RDONLY) {
            Ok(file) => file,
            Err(Errno::NOENT) => return Ok(None),
            Err(errno) => return Err(StoreError::io("reading the counter")(errno)),
        };
        let mut bytes = Vec::new();
        std::fs::File::from(file)
            .take(1024)
            .read_to_end(&mut bytes)
            .map_err(|error| StoreError::Io {
                during: "reading the counter",
                kind: error.kind(),
            })?;
        Ok(Some(bytes))
    }

    /// Replaces the counter in one step. Not synced: after a loss of power it may be older, which
    /// is harmless.
    pub(crate) fn replace_counter(&self, bytes: &[u8]) -> Result<(), StoreError> {
        let failed = StoreError::io("writing the counter");
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC;
        let file = self.open_file(COUNTER_NEW, flags).map_err(&failed)?;
        std::fs::File::from(file)
            .write_all(bytes)
            .map_err(|error| StoreError::Io {
                during: "writing the counter",
                kind: error.kind(),
            })?;
        renameat(&self.folder, COUNTER_NEW, &self.folder, COUNTER).map_err(&failed)
    }

    /// Waits until no other process changes the counter; the lock ends with the handle.
    pub(crate) fn lock_counter(&self) -> Result<OwnedFd, StoreError> {
        let failed = StoreError::io("locking the wallet's folder");
        // A handle of its own: locks belong to handles, and threads must exclude each other too.
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let handle = openat(&self.folder, ".", flags, Mode::empty()).map_err(&failed)?;
        flock(&handle, FlockOperation::LockExclusive).map_err(&failed)?;
        Ok(handle)
    }

    fn open_file(&self, name: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
        let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        openat(&self.folder, name, flags, Mode::from_raw_mode(FILE_MODE))
    }
}

/// Whether something is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Absent,
    Present,
}

fn check_mode(stat: &Stat, part: &'static str, allowed: u32) -> Result<(), StoreError> {
    let found = Mode::from_raw_mode(stat.st_mode).bits() & 0o7777;
    let mine = stat.st_uid == rustix::process::geteuid().as_raw();
    if !mine || found & !allowed & 0o777 != 0 {
        return Err(StoreError::Permissions {
            part,
            found,
            allowed,
        });
    }
    Ok(())
}
