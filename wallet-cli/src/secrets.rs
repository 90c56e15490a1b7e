//! Secrets that a person hands in: from a file that only they can read, or typed. Never from the
//! command line, never from the environment's values. The holder's machine runs it. WAL-16, WAL-23.

use std::env;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use wallet_core::{Passphrase, PassphraseError, Seed};
use zeroize::Zeroizing;

use crate::error::{Failure, Local};
use crate::prompt;
use crate::terminal::Terminal;

/// More than the longest passphrase and the longest 24 words need.
const LONGEST: usize = 8 * 1024;
const SHORTEST_NEW_PASSPHRASE: usize = 8;

/// The file that holds the passphrase, if one was named: `--passphrase-file`, else
/// `OMOTE_PASSPHRASE_FILE`.
pub(crate) fn passphrase_file(given: Option<PathBuf>) -> Option<PathBuf> {
    given.or_else(|| {
        env::var_os("OMOTE_PASSPHRASE_FILE")
            .filter(|name| !name.is_empty())
            .map(PathBuf::from)
    })
}

/// The passphrase of a wallet that exists.
///
/// # Errors
/// [`Local::Locked`] without file and terminal; what is wrong with the file or the text.
pub(crate) fn passphrase(
    terminal: &mut Terminal,
    file: Option<&Path>,
) -> Result<Passphrase, Failure> {
    match file {
        Some(path) => take(&read(path)?),
        None => take(prompt::hidden(terminal, "prompt-passphrase")?.as_bytes()),
    }
}

/// The passphrase of a wallet that is being made: typed twice, and not too short.
///
/// # Errors
/// As [`passphrase`], and [`Local::PassphraseShort`], [`Local::PassphraseMismatch`].
pub(crate) fn new_passphrase(
    terminal: &mut Terminal,
    file: Option<&Path>,
) -> Result<Passphrase, Failure> {
    let bytes = match file {
        Some(path) => read(path)?,
        None => {
            prompt::needs(terminal, "--passphrase-file FILE")?;
            typed_twice(terminal)?
        }
    };
    refuse_short(std::str::from_utf8(&bytes).unwrap_or_default())?;
    take(&bytes)
}

/// How often a new passphrase is asked for: a slip must not undo all that was typed before.
const TRIES: usize = 3;

fn typed_twice(terminal: &mut Terminal) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut tries = 1;
    loop {
        match typed(terminal) {
            Err(failure) if failure.is_slip() && tries < TRIES => failure.tell(terminal),
            other => return other,
        }
        tries = tries.saturating_add(1);
    }
}

fn typed(terminal: &mut Terminal) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let first = prompt::hidden(terminal, "prompt-new-passphrase")?;
    refuse_short(&first)?;
    let second = prompt::hidden(terminal, "prompt-again")?;
    if *first != *second {
        return Err(Local::PassphraseMismatch.into());
    }
    Ok(Zeroizing::new(first.as_bytes().to_vec()))
}

/// The seed that 24 words stand for: from a file, else typed.
///
/// # Errors
/// [`Local::NeedsAnswer`] without file and terminal; what is wrong with the file or the words.
pub(crate) fn seed(terminal: &mut Terminal, file: Option<&Path>) -> Result<Seed, Failure> {
    let text = match file {
        Some(path) => {
            let bytes = read(path)?;
            Zeroizing::new(
                std::str::from_utf8(&bytes)
                    .map_err(|_| Failure::of(schemas::reason::Reason::WordsMalformed))?
                    .to_owned(),
            )
        }
        None => {
            prompt::needs(terminal, "--words-file FILE")?;
            prompt::hidden(terminal, "prompt-words")?
        }
    };
    Ok(Seed::from_words(&text)?)
}

/// A short text that only the person may read, such as a code that a world told them.
///
/// # Errors
/// What is wrong with the file.
pub(crate) fn text(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let bytes = read(path)?;
    Ok(Zeroizing::new(
        String::from_utf8_lossy(&bytes).trim().to_owned(),
    ))
}

fn take(bytes: &[u8]) -> Result<Passphrase, Failure> {
    Passphrase::from_bytes(bytes)
        .map_err(|error: PassphraseError| Failure::explained(error.reason(), &error))
}

fn refuse_short(text: &str) -> Result<(), Failure> {
    if text.trim_end_matches(['\r', '\n']).chars().count() < SHORTEST_NEW_PASSPHRASE {
        return Err(Local::PassphraseShort {
            least: SHORTEST_NEW_PASSPHRASE,
        }
        .into());
    }
    Ok(())
}

/// Reads a file of secrets. A plain file must belong to this user and be closed to others; a pipe
/// (`<(pass show omote)`) has no such bits.
fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let unreadable = |error: std::io::Error| Local::FileUnreadable {
        path: path.into(),
        kind: error.kind(),
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let facts = file.metadata().map_err(unreadable)?;
    let mode = facts.mode() & 0o7777;
    let foreign = facts.uid() != rustix::process::geteuid().as_raw();
    if facts.is_file() && (mode & 0o077 != 0 || foreign) {
        return Err(Local::FileInsecure {
            path: path.into(),
            mode,
        }
        .into());
    }
    // All of the room first: a buffer that grows leaves pieces of the secret behind.
    let mut bytes = Zeroizing::new(vec![0; LONGEST]);
    let mut filled = 0usize;
    loop {
        let room = bytes.get_mut(filled..).unwrap_or_default();
        if room.is_empty() {
            let limit = u64::try_from(LONGEST).unwrap_or(u64::MAX);
            return Err(Local::FileTooLarge {
                path: path.into(),
                limit,
            }
            .into());
        }
        match file.read(room).map_err(unreadable)? {
            0 => break,
            count => filled = filled.saturating_add(count),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{read, refuse_short};
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn files_that_others_can_read_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, "correct horse\n").unwrap();
        for (mode, fine) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            assert_eq!(read(&path).is_ok(), fine, "{mode:o}");
        }
        assert_eq!(read(&path).unwrap_err().code(), "cli_file_insecure");
    }

    #[test]
    fn large_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, vec![b'a'; 1 << 20]).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        assert_eq!(read(&path).unwrap_err().code(), "cli_file_too_large");
    }

    #[test]
    fn new_passphrases_have_a_least_length_in_characters() {
        assert!(refuse_short("1234567\n").is_err());
        assert!(refuse_short("12345678").is_ok());
        assert!(refuse_short("あいうえおかきく").is_ok());
    }
}
