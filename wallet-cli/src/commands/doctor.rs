//! `omote doctor`: looks at everything that can be wrong on this machine, a line each, with what
//! helps. The holder's machine runs it.

use std::os::unix::fs::MetadataExt;

use schemas::json::Object;
use schemas::object;
use schemas::time::Timestamp;
use wallet_core::{
    Finding, Keychain, KeychainError, OsEntropy, OsKeychain, Rollback, StoreError, Unlock, Wallet,
};

use crate::args::DoctorArgs;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{Answer, list};
use crate::terminal::{Mark, Terminal};
use crate::texts::Values;
use crate::unlock::{self, Session};

/// The first release; a clock before it is wrong.
const EARLIEST: i64 = 1_760_000_000;
/// How far the clock may lag behind what was written down by it.
const CLOCK_SKEW_SECONDS: i64 = 120;

/// What came of one look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finds {
    Ok,
    Warn,
    Fail,
}

impl Finds {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }

    const fn mark(self) -> Mark {
        match self {
            Self::Ok => Mark::Good,
            Self::Warn => Mark::Careful,
            Self::Fail => Mark::Bad,
        }
    }
}

struct Examination<'t> {
    terminal: &'t mut Terminal,
    lines: Vec<Object>,
    worst: Finds,
}

impl Examination<'_> {
    /// Writes a line: what was looked at, what was found, and the command that helps.
    fn line(
        &mut self,
        look: &'static str,
        finds: Finds,
        id: &str,
        values: Values<'_, '_>,
        help: Option<&str>,
    ) {
        let text = self.terminal.texts().with(id, values);
        let shown = match help {
            Some(command) => format!("{text}  → {command}"),
            None => text.clone(),
        };
        self.terminal.data_mark(finds.mark(), &shown);
        let mut line = object! { "look" => look, "finds" => finds.word(), "text" => text };
        if let Some(command) = help {
            line.insert("command", command);
        }
        self.lines.push(line);
        if finds == Finds::Fail || (finds == Finds::Warn && self.worst == Finds::Ok) {
            self.worst = finds;
        }
    }

    fn answer(self) -> Answer {
        let exit = if self.worst == Finds::Fail {
            Exit::Error
        } else {
            Exit::Done
        };
        let data = object! { "worst" => self.worst.word(), "checks" => list(self.lines) };
        Answer::ended(exit, data)
    }
}

/// Looks at everything.
///
/// # Errors
/// [`Failure`] when the wallet is locked; what is found wrong is not a failure but a line.
pub(crate) fn run(
    args: &DoctorArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    if args.accept_older_store {
        return accept(terminal, session);
    }
    let mut examination = Examination {
        terminal,
        lines: Vec::new(),
        worst: Finds::Ok,
    };
    clock(&mut examination, session.now);
    if !session.home.has_wallet() {
        examination.line(
            "wallet",
            Finds::Fail,
            "doctor-no-wallet",
            &[],
            Some("omote init"),
        );
        return Ok(examination.answer());
    }
    folder(&mut examination, session);
    keychain(&mut examination, session);
    match unlock::open(examination.terminal, session) {
        Ok(wallet) => inside(&mut examination, &wallet, session.now),
        Err(failure) if failure.exit() == Exit::Locked => return Err(failure),
        Err(failure) => {
            let text = failure.sentence(examination.terminal.texts());
            let help = failure.command();
            examination.line(
                "wallet",
                Finds::Fail,
                "doctor-unreadable",
                &[("sentence", text.into())],
                help.as_deref(),
            );
        }
    }
    Ok(examination.answer())
}

/// Goes on with an older store: the person said so with the flag, which does nothing else.
fn accept(terminal: &mut Terminal, session: &Session) -> Result<Answer, Failure> {
    let mut wallet = unlock::open(terminal, session)?;
    let rolled_back = wallet.rolled_back();
    match rolled_back {
        Some(_) => {
            wallet.accept_rollback(session.now)?;
            terminal.mark(Mark::Good, "doctor-accepted", &[]);
        }
        None => terminal.mark(Mark::Neutral, "doctor-nothing-to-accept", &[]),
    }
    Ok(Answer::done(
        object! { "accepted_older_store" => rolled_back.is_some() },
    ))
}

fn clock(examination: &mut Examination<'_>, now: Timestamp) {
    let time = now.to_string();
    let sane = now.unix() >= EARLIEST;
    let (finds, id) = if sane {
        (Finds::Ok, "doctor-clock")
    } else {
        (Finds::Fail, "doctor-clock-wrong")
    };
    let help = (!sane).then_some("timedatectl set-ntp true");
    examination.line("clock", finds, id, &[("time", time.into())], help);
}

fn folder(examination: &mut Examination<'_>, session: &Session) {
    let path = session.home.path();
    let shown = path.display().to_string();
    let mode = path.metadata().map(|facts| facts.mode() & 0o7777);
    let closed = mode.as_ref().is_ok_and(|mode| mode & 0o077 == 0);
    let mode = mode.map_or_else(|_| "?".to_owned(), |mode| format!("{mode:04o}"));
    let values = [("home", (&shown).into()), ("mode", mode.into())];
    if closed {
        examination.line("folder", Finds::Ok, "doctor-folder", &values, None);
    } else {
        let help = format!("chmod -R go= {}", crate::error::shown(path));
        examination.line(
            "folder",
            Finds::Fail,
            "doctor-folder-open",
            &values,
            Some(&help),
        );
    }
}

fn keychain(examination: &mut Examination<'_>, session: &Session) {
    let opened = Wallet::open(
        session.home.path(),
        Unlock::Keychain(&OsKeychain),
        Box::new(OsEntropy),
    );
    let (finds, id) = match opened {
        Ok(_) => (Finds::Ok, "doctor-keychain"),
        Err(StoreError::NoKeychainSlot) => match OsKeychain.read("omote doctor") {
            Err(KeychainError::Unavailable) => (Finds::Ok, "doctor-keychain-none"),
            _ => (Finds::Ok, "doctor-keychain-unused"),
        },
        Err(StoreError::Keychain(KeychainError::Unavailable)) => {
            (Finds::Warn, "doctor-keychain-gone")
        }
        Err(StoreError::Keychain(_)) => (Finds::Warn, "doctor-keychain-locked"),
        // What is wrong with the rest is said when the rest is looked at.
        Err(_) => return,
    };
    examination.line("keychain", finds, id, &[], None);
}

fn inside(examination: &mut Examination<'_>, wallet: &Wallet, now: Timestamp) {
    match wallet.check() {
        Ok(inventory) => examination.line(
            "store",
            Finds::Ok,
            "doctor-store",
            &[
                ("holdings", inventory.holdings.into()),
                ("copies", inventory.copies.into()),
            ],
            None,
        ),
        Err(error) => failed(examination, "store", &error.into()),
    }
    match wallet.verify_history() {
        Ok(head) => examination.line(
            "history",
            Finds::Ok,
            "doctor-history",
            &[("entries", head.length.into())],
            None,
        ),
        Err(error) => failed(examination, "history", &error.into()),
    }
    for finding in wallet.findings() {
        let (finds, help) = match finding {
            Finding::KeychainUnavailable(_) => continue,
            Finding::RolledBack(Rollback { .. }) => {
                (Finds::Fail, Some("omote doctor --accept-older-store"))
            }
            _ => (Finds::Warn, None),
        };
        examination.line("counter", finds, unlock::finding_text(finding), &[], help);
    }
    let latest = wallet
        .history()
        .ok()
        .and_then(|entries| {
            entries
                .iter()
                .map(|entry| entry.at)
                .max_by_key(|at| at.unix())
        })
        .or_else(|| wallet.created_at().ok());
    if let Some(latest) = latest
        && latest.seconds_since(now) > CLOCK_SKEW_SECONDS
    {
        let values = [
            ("time", now.to_string().into()),
            ("latest", latest.to_string().into()),
        ];
        examination.line("clock", Finds::Warn, "doctor-clock-behind", &values, None);
    }
    if let Ok(pending) = wallet.pending()
        && !pending.is_empty()
    {
        let values = [("count", pending.len().into())];
        examination.line(
            "pending",
            Finds::Warn,
            "doctor-pending",
            &values,
            Some("omote history"),
        );
    }
    match wallet.last_backup() {
        Ok(Some(at)) => {
            let values = [("time", at.to_string().into())];
            examination.line("backup", Finds::Ok, "doctor-backup", &values, None);
        }
        Ok(None) => examination.line(
            "backup",
            Finds::Warn,
            "doctor-no-backup",
            &[],
            Some("omote backup create FILE"),
        ),
        Err(error) => failed(examination, "backup", &error.into()),
    }
}

fn failed(examination: &mut Examination<'_>, look: &'static str, failure: &Failure) {
    let text = failure.sentence(examination.terminal.texts());
    let help = failure.command();
    let values = [("sentence", text.into())];
    examination.line(
        look,
        Finds::Fail,
        "doctor-unreadable",
        &values,
        help.as_deref(),
    );
}
