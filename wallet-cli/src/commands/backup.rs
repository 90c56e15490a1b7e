//! `omote backup`: a sealed file that the 24 words open. The holder's machine runs it.

use schemas::json::{Object, Value};
use schemas::object;
use wallet_core::{
    BackupError, BackupSummary, Inventory, KdfParams, Keychain, Loss, NoKeychain, OsEntropy,
    OsKeychain, Restore, restore_backup, verify_backup,
};

use crate::args::{BackupCommand, BackupFile, BackupRestore, BackupWithWords};
use crate::commands::init;
use crate::error::{Failure, Local, shown};
use crate::output::{Answer, count, list};
use crate::progress::Progress;
use crate::secrets;
use crate::terminal::{Mark, Terminal};
use crate::unlock::{self, Session};

/// Makes, tries or restores a backup.
///
/// # Errors
/// [`Failure`].
pub(crate) fn run(
    command: &BackupCommand,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    match command {
        BackupCommand::Create(args) => create(args, terminal, session),
        BackupCommand::Verify(args) => verify(args, terminal, session),
        BackupCommand::Restore(args) => restore(args, terminal, session),
    }
}

fn create(
    args: &BackupFile,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    let mut wallet = unlock::open(terminal, session)?;
    let summary = wallet
        .create_backup(&args.file, session.now)
        .map_err(|error| failure(error, args.file.as_path()))?;
    terminal.mark(
        Mark::Good,
        "backup-created",
        &[("path", shown(&args.file).into())],
    );
    tell(terminal, &summary);
    terminal.say("backup-created-next", &[("path", shown(&args.file).into())]);
    Ok(answer(&args.file, &summary))
}

fn verify(
    args: &BackupWithWords,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    // Without a file of words, the open wallet's seed is the one to try.
    let seed = match &args.words_file {
        None if session.home.has_wallet() => unlock::open(terminal, session)?.export_seed()?,
        words => secrets::seed(terminal, words.as_deref())?,
    };
    let summary =
        verify_backup(&args.file, &seed).map_err(|error| failure(error, args.file.as_path()))?;
    terminal.mark(
        Mark::Good,
        "backup-verified",
        &[("path", shown(&args.file).into())],
    );
    tell(terminal, &summary);
    Ok(answer(&args.file, &summary))
}

fn restore(
    args: &BackupRestore,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    init::refuse_second(session)?;
    let seed = secrets::seed(terminal, args.words_file.as_deref())?;
    // Tried first, so that nobody thinks of a passphrase for nothing.
    verify_backup(&args.file, &seed).map_err(|error| failure(error, args.file.as_path()))?;
    let passphrase = secrets::new_passphrase(terminal, session.passphrase_file.as_deref())?;
    let keychain: &dyn Keychain = if args.no_keychain {
        &NoKeychain
    } else {
        &OsKeychain
    };
    let restore = Restore {
        backup: &args.file,
        seed: &seed,
        home: session.home.path(),
        passphrase: &passphrase,
        kdf: KdfParams::default(),
        now: session.now,
    };
    let progress = Progress::start(terminal, "progress-making");
    let restored = restore_backup(&restore, keychain, Box::new(OsEntropy));
    drop(progress);
    let (_wallet, summary) = restored.map_err(|error| failure(error, args.file.as_path()))?;
    let home = session.home.path().display().to_string();
    terminal.mark(Mark::Good, "backup-restored", &[("home", home.into())]);
    tell(terminal, &summary);
    tell_losses(terminal, &summary.losses);
    Ok(answer(&args.file, &summary))
}

/// A backup's own faults are about its file and not about the wallet's folder.
fn failure(error: BackupError, path: &std::path::Path) -> Failure {
    match error {
        BackupError::Exists => Local::FileExists(path.into()).into(),
        BackupError::Permissions { found } => Local::FileInsecure {
            path: path.into(),
            mode: found,
        }
        .into(),
        BackupError::Io { kind, .. } => Local::FileUnreadable {
            path: path.into(),
            kind,
        }
        .into(),
        error => Failure::from(error).detail(&path.display()),
    }
}

fn tell(terminal: &mut Terminal, summary: &BackupSummary) {
    let Inventory {
        personas,
        holdings,
        copies,
        worlds,
        history,
    } = summary.inventory;
    terminal.data_text(
        "backup-summary",
        &[
            ("created", summary.created_at.to_string().into()),
            ("personas", personas.into()),
            ("holdings", holdings.into()),
            ("copies", copies.into()),
            ("worlds", worlds.into()),
            ("entries", history.into()),
        ],
    );
}

/// Says what does not come back.
pub(crate) fn tell_losses(terminal: &mut Terminal, losses: &[Loss]) {
    terminal.mark(Mark::Careful, "loss-heading", &[]);
    for loss in losses {
        let (_, text) = loss_text(loss, terminal);
        terminal.say_text(&format!("  - {text}"));
    }
}

fn loss_text(loss: &Loss, terminal: &Terminal) -> (&'static str, String) {
    let texts = terminal.texts();
    match loss {
        Loss::After { backup } => (
            "after",
            texts.with("loss-after", &[("time", backup.to_string().into())]),
        ),
        Loss::DoubtfulCopies { count } => (
            "doubtful_copies",
            texts.with("loss-doubtful-copies", &[("count", (*count).into())]),
        ),
        other => (loss_code(other), texts.text(loss_id(other))),
    }
}

const fn loss_code(loss: &Loss) -> &'static str {
    match loss {
        Loss::After { .. } => "after",
        Loss::DoubtfulCopies { .. } => "doubtful_copies",
        Loss::History => "history",
        Loss::Holdings => "holdings",
        Loss::KeychainSlot => "keychain_slot",
        Loss::Passphrase => "passphrase",
        Loss::PersonaNames => "persona_names",
        Loss::Pins => "pins",
        _ => "other",
    }
}

const fn loss_id(loss: &Loss) -> &'static str {
    match loss {
        Loss::History => "loss-history",
        Loss::Holdings => "loss-holdings",
        Loss::KeychainSlot => "loss-keychain-slot",
        Loss::Passphrase => "loss-passphrase",
        Loss::PersonaNames => "loss-persona-names",
        Loss::Pins => "loss-pins",
        _ => "loss-other",
    }
}

/// What does not come back, by code.
pub(crate) fn losses_json(losses: &[Loss]) -> Value {
    list(losses.iter().map(|loss| Value::from(loss_code(loss))))
}

fn answer(path: &std::path::Path, summary: &BackupSummary) -> Answer {
    Answer::done(object! {
        "file" => path.display().to_string(),
        "created_at" => summary.created_at.to_string(),
        "inventory" => inventory_json(&summary.inventory),
        "losses" => losses_json(&summary.losses),
    })
}

/// How much there is, by kind.
pub(crate) fn inventory_json(inventory: &Inventory) -> Object {
    object! {
        "personas" => count(inventory.personas),
        "holdings" => count(inventory.holdings),
        "copies" => count(inventory.copies),
        "worlds" => count(inventory.worlds),
        "history" => count(inventory.history),
    }
}
