//! Files that nobody else on the machine may read: made with their permissions, refused without.

use std::fmt;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use schemas::reason::Reason;
use zeroize::Zeroizing;

/// Longer files of ours do not exist.
const MAX_FILE: usize = 64 * 1024;

/// Why a file or folder of a world was not used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileError {
    /// There is something under this name already; nothing is overwritten.
    Exists(PathBuf),
    /// The system refused.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        kind: ErrorKind,
    },
    /// Others may read or write it, or it is somebody else's.
    Permissions(PathBuf),
    /// A link, or no regular file.
    Symlink(PathBuf),
    /// Not what `omote-world init` writes.
    Malformed(PathBuf),
}

impl FileError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Exists(_) => Reason::WorldExists,
            Self::Io { .. } => Reason::WorldIo,
            Self::Malformed(_) => Reason::ConfigMalformed,
            Self::Permissions(_) | Self::Symlink(_) => Reason::ConfigInsecure,
        }
    }

    /// Whether there is no such file.
    pub(crate) const fn is_missing(&self) -> bool {
        matches!(
            self,
            Self::Io {
                kind: ErrorKind::NotFound,
                ..
            }
        )
    }

    fn io(path: &Path, error: &std::io::Error) -> Self {
        // The system's answer to a link that must not be followed.
        if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) {
            return Self::Symlink(path.to_owned());
        }
        match error.kind() {
            ErrorKind::AlreadyExists => Self::Exists(path.to_owned()),
            kind => Self::Io {
                path: path.to_owned(),
                kind,
            },
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists(path) => write!(
                formatter,
                "{} exists already; nothing is overwritten",
                path.display()
            ),
            Self::Io { path, kind } => write!(formatter, "{}: {kind}", path.display()),
            Self::Permissions(path) => write!(
                formatter,
                "{} can be read or written by others on this machine",
                path.display()
            ),
            Self::Symlink(path) => {
                write!(formatter, "{} is a link or no regular file", path.display())
            }
            Self::Malformed(path) => write!(
                formatter,
                "{} is not what `omote-world init` writes",
                path.display()
            ),
        }
    }
}

impl std::error::Error for FileError {}

/// Makes a folder for us alone (0700); one that is there already stays as it is.
///
/// # Errors
/// [`FileError`].
pub(crate) fn folder(path: &Path) -> Result<(), FileError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| FileError::io(path, &error))
}

/// Makes a folder for us alone (0700), or checks that the one that is there is for us alone.
///
/// # Errors
/// [`FileError`].
pub(crate) fn private_folder(path: &Path) -> Result<(), FileError> {
    folder(path)?;
    let facts = path
        .symlink_metadata()
        .map_err(|error| FileError::io(path, &error))?;
    if !facts.is_dir() {
        return Err(FileError::Symlink(path.to_owned()));
    }
    check_private(path, facts.mode(), facts.uid())
}

/// Writes a new file for us alone (0600) and waits until it is on the disk.
///
/// # Errors
/// [`FileError::Exists`] when there is one already.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<(), FileError> {
    write_new(path, content, 0o600)
}

/// Writes a new file that others may read.
///
/// # Errors
/// [`FileError::Exists`] when there is one already.
pub(crate) fn write_public(path: &Path, content: &[u8]) -> Result<(), FileError> {
    write_new(path, content, 0o644)
}

fn write_new(path: &Path, content: &[u8], mode: u32) -> Result<(), FileError> {
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(path)?;
        file.write_all(content)?;
        file.sync_all()
    };
    write().map_err(|error| FileError::io(path, &error))
}

/// Puts a file for us alone (0600) in the place of the one before, if there was one, and waits until it
/// is on the disk: whoever reads has the one or the other whole, after a power cut too. For callers
/// that are alone with it.
///
/// # Errors
/// [`FileError`]
pub(crate) fn replace_private(path: &Path, content: &[u8]) -> Result<(), FileError> {
    replace(path, content, 0o600)
}

/// The same with a file that others may read.
///
/// # Errors
/// [`FileError`]
pub(crate) fn replace_public(path: &Path, content: &[u8]) -> Result<(), FileError> {
    replace(path, content, 0o644)
}

fn replace(path: &Path, content: &[u8], mode: u32) -> Result<(), FileError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    // What a crash left behind.
    remove(&beside)?;
    write_new(&beside, content, mode)?;
    std::fs::rename(&beside, path).map_err(|error| FileError::io(path, &error))?;
    sync_folder(path)
}

/// Deletes a file, if there is one, for good.
///
/// # Errors
/// [`FileError`]
pub(crate) fn remove(path: &Path) -> Result<(), FileError> {
    match std::fs::remove_file(path) {
        Ok(()) => sync_folder(path),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(FileError::io(path, &error)),
    }
}

/// The names in a folder, as far as they are text.
///
/// # Errors
/// [`FileError`]
pub(crate) fn names(folder: &Path) -> Result<Vec<String>, FileError> {
    let read = || -> std::io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            names.extend(entry?.file_name().into_string());
        }
        Ok(names)
    };
    read().map_err(|error| FileError::io(folder, &error))
}

/// Waits until the names in the folder of a file are on the disk.
fn sync_folder(path: &Path) -> Result<(), FileError> {
    // A name alone has an empty parent.
    let folder = path.parent().filter(|parent| *parent != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| FileError::io(folder, &error))
}

/// Waits until nobody else has a file of ours, and has it until what comes back is dropped.
///
/// # Errors
/// [`FileError`]
pub(crate) fn lock(path: &Path) -> Result<File, FileError> {
    create_private(path)?;
    let file = open_private(path)?;
    file.lock().map_err(|error| FileError::io(path, &error))?;
    Ok(file)
}

/// By what a changed file is noticed without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    inode: u64,
    length: u64,
    changed: (i64, i64),
}

impl Stamp {
    /// How a file looks now; `None` when there is none.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let facts = path.metadata().ok()?;
        Some(Self {
            inode: facts.ino(),
            length: facts.len(),
            changed: (facts.ctime(), facts.ctime_nsec()),
        })
    }
}

/// Makes an empty file for us alone, or checks that the one that is there is for us alone.
///
/// # Errors
/// [`FileError`].
pub(crate) fn create_private(path: &Path) -> Result<(), FileError> {
    match write_private(path, b"") {
        Err(FileError::Exists(_)) => open_private(path).map(drop),
        other => other,
    }
}

/// Reads a text that is no secret.
///
/// # Errors
/// [`FileError`].
pub(crate) fn read_text(path: &Path) -> Result<String, FileError> {
    std::fs::read_to_string(path).map_err(|error| FileError::io(path, &error))
}

/// Reads a file that must be for us alone.
///
/// # Errors
/// [`FileError`], also for links and for files that others may read.
pub(crate) fn read_private(path: &Path) -> Result<Zeroizing<String>, FileError> {
    read_private_up_to(path, MAX_FILE)
}

/// The same for a file that may be longer than a secret; what is beyond so many bytes is not read.
///
/// # Errors
/// [`FileError`]
pub(crate) fn read_private_up_to(path: &Path, most: usize) -> Result<Zeroizing<String>, FileError> {
    let file = open_private(path)?;
    let mut text = Zeroizing::new(String::new());
    file.take(u64::try_from(most).unwrap_or(u64::MAX))
        .read_to_string(&mut text)
        .map_err(|error| match error.kind() {
            ErrorKind::InvalidData => FileError::Malformed(path.to_owned()),
            _ => FileError::io(path, &error),
        })?;
    Ok(text)
}

/// Opens a file that must be for us alone.
fn open_private(path: &Path) -> Result<File, FileError> {
    let flags = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default();
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)
        .map_err(|error| FileError::io(path, &error))?;
    let facts = file
        .metadata()
        .map_err(|error| FileError::io(path, &error))?;
    if !facts.is_file() {
        return Err(FileError::Symlink(path.to_owned()));
    }
    check_private(path, facts.mode(), facts.uid())?;
    Ok(file)
}

fn check_private(path: &Path, mode: u32, owner: u32) -> Result<(), FileError> {
    if mode & 0o077 != 0 || owner != rustix::process::geteuid().as_raw() {
        return Err(FileError::Permissions(path.to_owned()));
    }
    Ok(())
}
