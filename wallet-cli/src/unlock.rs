//! Opening the wallet: the keychain's slot, then a passphrase file, then a question. The holder's
//! machine runs it.

use std::path::PathBuf;

use schemas::time::Timestamp;
use wallet_core::{Finding, KeychainError, OsEntropy, OsKeychain, StoreError, Unlock, Wallet};

use crate::error::Failure;
use crate::home::Home;
use crate::progress::Progress;
use crate::secrets;
use crate::terminal::{Mark, Terminal};

/// What every command acts on.
pub(crate) struct Session {
    /// The wallet's folder.
    pub(crate) home: Home,
    /// The file that holds the passphrase, if one was named.
    pub(crate) passphrase_file: Option<PathBuf>,
    /// When the command began.
    pub(crate) now: Timestamp,
}

/// Opens the wallet and says what the person should hear about it.
///
/// # Errors
/// What the store says; [`Local::Locked`](crate::error::Local::Locked) when a passphrase is needed
/// and nobody can be asked.
pub(crate) fn open(terminal: &mut Terminal, session: &Session) -> Result<Wallet, Failure> {
    let wallet = match by_keychain(session)? {
        Some(wallet) => wallet,
        None => by_passphrase(terminal, session)?,
    };
    for finding in wallet.findings() {
        let id = finding_text(finding);
        terminal.mark(Mark::Careful, id, &[]);
    }
    Ok(wallet)
}

/// Opens the wallet when that needs no question.
///
/// # Errors
/// As [`open`].
pub(crate) fn open_quietly(
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Option<Wallet>, Failure> {
    match by_keychain(session)? {
        None if session.passphrase_file.is_none() => Ok(None),
        None => by_passphrase(terminal, session).map(Some),
        found => Ok(found),
    }
}

/// Opens with the keychain; `None` when the passphrase has to do it.
fn by_keychain(session: &Session) -> Result<Option<Wallet>, Failure> {
    match Wallet::open(
        session.home.path(),
        Unlock::Keychain(&OsKeychain),
        Box::new(OsEntropy),
    ) {
        Ok(wallet) => Ok(Some(wallet)),
        Err(StoreError::NoKeychainSlot | StoreError::Keychain(_)) => Ok(None),
        Err(StoreError::Corrupt(wallet_core::Fault::KeychainSlot)) => Ok(None),
        Err(error) => Err(failure(error, session)),
    }
}

fn by_passphrase(terminal: &mut Terminal, session: &Session) -> Result<Wallet, Failure> {
    let passphrase = secrets::passphrase(terminal, session.passphrase_file.as_deref())?;
    let _progress = Progress::start(terminal, "progress-opening");
    let unlock = Unlock::Passphrase(&passphrase);
    Wallet::open(session.home.path(), unlock, Box::new(OsEntropy))
        .map_err(|error| failure(error, session))
}

/// What the store says, with the folder in the command that helps.
fn failure(error: StoreError, session: &Session) -> Failure {
    match error {
        StoreError::Permissions { .. } => {
            let folder = crate::error::shown(session.home.path());
            Failure::from(error).helped_by(format!("chmod -R go= {folder}"))
        }
        error => error.into(),
    }
}

/// What a person should hear about a wallet that did open.
pub(crate) const fn finding_text(finding: &Finding) -> &'static str {
    match finding {
        Finding::CounterMissing => "finding-counter-missing",
        Finding::CounterUnreadable => "finding-counter-unreadable",
        Finding::CounterUnwritten => "finding-counter-unwritten",
        Finding::KeychainUnavailable(error) => match error {
            KeychainError::Locked => "finding-keychain-locked",
            _ => "finding-keychain-unavailable",
        },
        Finding::RolledBack(_) => "finding-rolled-back",
        _ => "finding-other",
    }
}
