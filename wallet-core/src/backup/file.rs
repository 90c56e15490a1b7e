//! The backup's file: whole or not there, never over another, readable by its user alone. The
//! holder's side runs it.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, RenameFlags, fstat, fsync, linkat, openat, renameat_with,
    statat, unlinkat,
};
use rustix::io::Errno;
use schemas::encoding::hex;

use crate::backup::BackupError;
use crate::backup::snapshot::MAX_BACKUP_BYTES;

const FILE_MODE: u32 = 0o600;

/// Writes `bytes` under a name that is free. The name appears when everything is on disk.
pub(crate) fn write_new(path: &Path, bytes: &[u8], suffix: &[u8; 8]) -> Result<(), BackupError> {
    let (folder, name) = folder_of(path)?;
    match statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Err(Errno::NOENT) => {}
        Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile => {
            return Err(BackupError::Exists);
        }
        Ok(_) => return Err(BackupError::Symlink),
        Err(errno) => return Err(failed("looking at the backup")(errno)),
    }
    let part = format!(".omote-backup-{}.part", hex::encode(suffix));
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = openat(&folder, &part, flags, Mode::from_raw_mode(FILE_MODE))
        .map_err(failed("making the backup"))?;
    let written = fill(file, bytes).and_then(|()| publish(&folder, &part, name));
    if written.is_err() {
        // What cannot be removed is sealed; the error that is reported is the first one.
        let _ = unlinkat(&folder, &part, AtFlags::empty());
    }
    written
}

/// Reads a backup that is a plain file of its user alone.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, BackupError> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = openat(CWD, path, flags, Mode::empty()).map_err(|errno| match errno {
        Errno::LOOP => BackupError::Symlink,
        errno => failed("opening the backup")(errno),
    })?;
    let stat = fstat(&file).map_err(failed("looking at the backup"))?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(BackupError::Symlink);
    }
    refuse_wide(stat.st_mode)?;
    let mut bytes = Vec::new();
    File::from(file)
        .take(MAX_BACKUP_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| BackupError::Io {
            during: "reading the backup",
            kind: error.kind(),
        })?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= MAX_BACKUP_BYTES) {
        Ok(bytes)
    } else {
        Err(BackupError::TooLarge {
            limit: MAX_BACKUP_BYTES,
        })
    }
}

fn folder_of(path: &Path) -> Result<(OwnedFd, &std::ffi::OsStr), BackupError> {
    let name = path.file_name().ok_or(BackupError::Symlink)?;
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder =
        openat(CWD, parent, flags, Mode::empty()).map_err(failed("opening the backup's folder"))?;
    Ok((folder, name))
}

fn fill(file: OwnedFd, bytes: &[u8]) -> Result<(), BackupError> {
    // A file system without permissions (a USB stick's) gives everybody the file: say so.
    refuse_wide(
        fstat(&file)
            .map_err(failed("looking at the backup"))?
            .st_mode,
    )?;
    let mut file = File::from(file);
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(|error| BackupError::Io {
            during: "writing the backup",
            kind: error.kind(),
        })
}

fn publish(folder: &OwnedFd, part: &str, name: &std::ffi::OsStr) -> Result<(), BackupError> {
    let named = match renameat_with(folder, part, folder, name, RenameFlags::NOREPLACE) {
        // Not every file system knows this; a second name is as careful.
        Err(Errno::INVAL | Errno::NOSYS) => linkat(folder, part, folder, name, AtFlags::empty())
            .and_then(|()| unlinkat(folder, part, AtFlags::empty())),
        other => other,
    };
    named.map_err(|errno| match errno {
        Errno::EXIST => BackupError::Exists,
        errno => failed("naming the backup")(errno),
    })?;
    fsync(folder).map_err(failed("syncing the backup's folder"))
}

fn refuse_wide(mode: u32) -> Result<(), BackupError> {
    let found = Mode::from_raw_mode(mode).bits() & 0o7777;
    if found & 0o077 == 0 {
        Ok(())
    } else {
        Err(BackupError::Permissions { found })
    }
}

fn failed(during: &'static str) -> impl Fn(Errno) -> BackupError {
    move |errno| BackupError::Io {
        during,
        kind: std::io::Error::from(errno).kind(),
    }
}
