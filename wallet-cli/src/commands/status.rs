//! `omote status`: whether there is a wallet, whether it is open to this session, and what waits. The
//! holder's machine runs it.
//!
//! Asks nothing: what needs a passphrase that nobody gave is left out.

use schemas::object;
use schemas::time::Timestamp;
use wallet_core::receive::{Owed, Supply};
use wallet_core::{Inventory, Wallet};

use crate::commands::backup::inventory_json;
use crate::error::Failure;
use crate::output::{Answer, count, list, optional};
use crate::terminal::{Mark, Terminal};
use crate::unlock::{self, Session};

/// Says how things stand.
///
/// # Errors
/// [`Failure`] when there is a wallet that cannot be read.
pub(crate) fn run(terminal: &mut Terminal, session: &Session) -> Result<Answer, Failure> {
    let home = session.home.path().display().to_string();
    if !session.home.has_wallet() {
        let line = terminal
            .texts()
            .with("status-absent", &[("home", (&home).into())]);
        terminal.data_mark(Mark::Neutral, &line);
        terminal.say("status-absent-next", &[]);
        return Ok(Answer::done(
            object! { "home" => home, "state" => "absent" },
        ));
    }
    let Some(wallet) = unlock::open_quietly(terminal, session)? else {
        let line = terminal
            .texts()
            .with("status-locked", &[("home", (&home).into())]);
        terminal.data_mark(Mark::Careful, &line);
        terminal.say("status-locked-next", &[]);
        return Ok(Answer::done(
            object! { "home" => home, "state" => "locked" },
        ));
    };
    open(terminal, &home, &wallet, session.now)
}

fn open(
    terminal: &mut Terminal,
    home: &str,
    wallet: &Wallet,
    now: Timestamp,
) -> Result<Answer, Failure> {
    let persona = wallet.default_persona()?.name.to_string();
    let holdings = wallet.listed()?;
    let supplies: Vec<Supply> = holdings.iter().map(|line| line.supply(now)).collect();
    let due = supplies.iter().filter(|supply| supply.is_due()).count();
    let taken = holdings.iter().filter(|line| line.taken().is_some());
    let taken = taken.count();
    let owed = wallet.owed()?;
    let inventory = Inventory {
        personas: wallet.personas()?.len(),
        copies: supplies.iter().map(|supply| supply.all).sum(),
        holdings: holdings.len(),
        worlds: wallet.pins()?.len(),
        history: wallet.history()?.len(),
    };
    let pending = wallet.pending()?.len();
    let backup = wallet.last_backup()?;
    let keychain = wallet.has_keychain_slot()?;
    let line = terminal
        .texts()
        .with("status-open", &[("home", home.into())]);
    terminal.data_mark(Mark::Good, &line);
    terminal.data_text(
        "status-contents",
        &[
            ("persona", (&persona).into()),
            ("personas", inventory.personas.into()),
            ("holdings", inventory.holdings.into()),
            ("copies", inventory.copies.into()),
            ("worlds", inventory.worlds.into()),
            ("entries", inventory.history.into()),
        ],
    );
    terminal.data_text(
        if keychain {
            "status-keychain"
        } else {
            "status-no-keychain"
        },
        &[],
    );
    match backup {
        Some(at) => terminal.data_text("status-backup", &[("time", at.to_string().into())]),
        None => terminal.data_text("status-no-backup", &[]),
    }
    if pending > 0 {
        terminal.mark(
            Mark::Careful,
            "status-pending",
            &[("count", pending.into())],
        );
    }
    if taken > 0 {
        terminal.mark(Mark::Careful, "list-taken", &[("count", taken.into())]);
    }
    if due > 0 {
        terminal.mark(Mark::Careful, "list-refill-due", &[("count", due.into())]);
    }
    if !owed.is_empty() {
        terminal.mark(
            Mark::Careful,
            "status-owed",
            &[("count", owed.len().into())],
        );
    }
    if holdings.is_empty() {
        terminal.say("status-empty-next", &[]);
    } else if backup.is_none() {
        terminal.say("status-backup-next", &[]);
    }
    Ok(Answer::done(object! {
        "home" => home,
        "state" => "open",
        "persona" => persona,
        "inventory" => inventory_json(&inventory),
        "pending" => count(pending),
        "refill_due" => count(due),
        "withdrawn" => count(taken),
        "owed" => list(owed.iter().map(Owed::to_object)),
        "keychain" => keychain,
        "last_backup" => optional(backup),
    }))
}
