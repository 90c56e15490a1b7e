//! Reading what a person names (`-` is stdin) and writing new files that only they can read. The
//! holder's machine runs it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::error::{Failure, Local};

/// The name of stdin.
const STDIN: &str = "-";

/// Reads a whole file, or stdin for `-`, up to a limit.
///
/// # Errors
/// [`Local::FileUnreadable`], or [`Local::FileTooLarge`] with the limit.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: io::Error| Local::FileUnreadable {
        path: path.into(),
        kind: error.kind(),
    };
    let bytes = if path.as_os_str() == STDIN {
        bounded(io::stdin().lock(), limit).map_err(unreadable)?
    } else {
        bounded(File::open(path).map_err(unreadable)?, limit).map_err(unreadable)?
    };
    bytes.ok_or_else(|| {
        Local::FileTooLarge {
            path: path.into(),
            limit,
        }
        .into()
    })
}

/// A link: from the QR code in a picture, or given, or on the first line of stdin for `-`.
///
/// # Errors
/// As [`read`], and those of [`qr::read::text`].
pub(crate) fn link(given: Option<&str>, picture: Option<&Path>) -> Result<String, Failure> {
    const LONGEST: u64 = 64 * 1024;
    const LARGEST_PICTURE: u64 = 32 * 1024 * 1024;
    if let Some(path) = picture {
        return qr::read::text(&read(path, LARGEST_PICTURE)?)
            .map(|text| text.trim().to_owned())
            .map_err(|error| Failure::explained(error.reason(), &error));
    }
    let given = given.unwrap_or(STDIN);
    if given != STDIN {
        return Ok(given.trim().to_owned());
    }
    let bytes = read(Path::new(STDIN), LONGEST)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text
        .trim()
        .lines()
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned())
}

/// Writes a new file with mode 0600, and leaves none behind when that fails.
///
/// # Errors
/// [`Local::FileExists`]: nothing is ever overwritten; [`Local::FileUnwritable`].
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| cannot_write(path, &error))?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // It is ours, and half of it helps nobody.
        let _ = std::fs::remove_file(path);
        cannot_write(path, &error)
    })
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::AlreadyExists => Local::FileExists(path.into()).into(),
        kind => Local::FileUnwritable {
            path: path.into(),
            kind,
        }
        .into(),
    }
}

/// All bytes, or nothing when there are more than the limit.
fn bounded(reader: impl Read, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    reader
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)?;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Ok((length <= limit).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::{read, write_new};
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn new_files_are_private_and_never_replace() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        write_new(&path, b"one").unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(
            write_new(&path, b"two").unwrap_err().code(),
            "cli_file_exists"
        );
        assert_eq!(read(&path, 3).unwrap(), b"one");
        assert_eq!(read(&path, 2).unwrap_err().code(), "cli_file_too_large");
    }
}
