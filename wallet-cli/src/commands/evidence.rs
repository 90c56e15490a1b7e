//! `omote evidence`, and what speaks against a ledger: told to the person, written to a file that anybody
//! can judge, judged, and kept in the wallet. The holder's machine runs it.

use std::path::{Path, PathBuf};

use fetch::Client;
use fetch::settle::ledger_keys;
use proofs::did_document::DidDocument;
use proofs::tlog::TlogError;
use proofs::tlog::note::NoteKey;
use schemas::did::DidUrl;
use schemas::json::{self, Limits, Object, Value};
use schemas::ledger::{EvidenceFile, log_origin};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use schemas::{canonical, object};
use verifier::Policy;
use verifier::ledger::{
    Convicted, LedgerKeys, NotProven, checkpoint_keys, judge_evidence, judge_evidence_with,
    ledger_key,
};
use wallet_core::Wallet;
use wallet_core::transfer::Suspicion;

use crate::args::{EvidenceArgs, EvidenceCommand, KeepArgs, LedgerKeyArgs};
use crate::error::{Failure, shown};
use crate::exit::Exit;
use crate::output::{Answer, list as list_of};
use crate::sheet::Sheet;
use crate::terminal::{Mark, Terminal};
use crate::unlock::{self, Session};
use crate::{files, network};

/// Tells all that speaks against ledgers, and writes what can be judged to files in the wallet's folder,
/// each once.
///
/// # Errors
/// [`Failure`] when a file could not be written.
pub(crate) fn write_all(
    terminal: &mut Terminal,
    session: &Session,
    wallet: &Wallet,
) -> Result<Vec<Object>, Failure> {
    let mut warnings = Vec::new();
    for suspicion in wallet.suspicions()? {
        let file = match &suspicion.evidence {
            Some(evidence) => Some(write(session, &suspicion, evidence)?),
            None => None,
        };
        let line = warning(terminal, &suspicion);
        terminal.say_mark(Mark::Bad, &line);
        if let Some(path) = &file {
            let path = shown(path);
            terminal.say("evidence-written", &[("path", path.into())]);
        }
        warnings.push(object! {
            "ledger" => suspicion.ledger.origin(),
            "item" => suspicion.tag,
            "reason" => suspicion.reason.code(),
            "found_at" => suspicion.found_at,
            "file" => file.map(|path| path.display().to_string()),
        });
    }
    Ok(warnings)
}

fn write(session: &Session, suspicion: &Suspicion, evidence: &Value) -> Result<PathBuf, Failure> {
    let bytes = canonical::to_bytes(evidence);
    let digest = schemas::digest::Sha256Digest::of(&bytes);
    let name: String = schemas::encoding::hex::encode(digest.as_bytes())
        .chars()
        .take(12)
        .collect();
    let name = format!("evidence-{}-{name}.json", suspicion.found_at.unix());
    let path = session.home.path().join(name);
    if path.symlink_metadata().is_err() {
        files::write_new(&path, &[&bytes[..], b"\n"].concat())?;
    }
    Ok(path)
}

const LARGEST: u64 = 1024 * 1024;

/// Puts what speaks against a ledger on a sheet: whoever agrees to a step should know of it.
///
/// # Errors
/// [`Failure`] of the wallet.
pub(crate) fn caution(
    sheet: &mut Sheet,
    terminal: &Terminal,
    wallet: &Wallet,
    ledger: &WorldId,
) -> Result<(), Failure> {
    let suspicions = wallet.suspicions()?;
    let newest = suspicions.iter().rfind(|one| one.ledger == *ledger);
    if let Some(newest) = newest {
        sheet.careful(warning(terminal, newest));
    }
    Ok(())
}

fn warning(terminal: &Terminal, suspicion: &Suspicion) -> String {
    let texts = terminal.texts();
    texts.with(
        "evidence-warning",
        &[
            ("world", suspicion.ledger.origin().into()),
            ("time", suspicion.found_at.to_string().into()),
            ("sentence", suspicion.reason.sentence(texts.lang()).into()),
        ],
    )
}

/// Judges evidence files, and keeps those that convict where that is asked.
///
/// # Errors
/// [`Failure`] when one could not be judged.
pub(crate) fn run(
    command: &EvidenceCommand,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    match command {
        EvidenceCommand::Verify(args) => verify(args, terminal, session),
        EvidenceCommand::Keep(args) => keep(args, terminal, session),
    }
}

/// Ends in 0 when the file convicts the ledger, in 6 when it proves nothing.
fn verify(
    args: &EvidenceArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    let file = read(&args.file)?;
    let wallet = match args.keys.is_given() || !session.home.has_wallet() {
        true => None,
        false => unlock::open_quietly(terminal, session)?,
    };
    let judged = judge(&args.keys, terminal, session, wallet.as_ref(), &file)?;
    let exit = tell(terminal, &file, judged);
    Ok(Answer::ended(exit, judgement(&file, judged)))
}

/// Keeps each file that convicts. Ends in 0 when all of them do, in 6 when one proves nothing.
fn keep(args: &KeepArgs, terminal: &mut Terminal, session: &Session) -> Result<Answer, Failure> {
    let files = args.files.iter().map(|path| Ok((path, read(path)?)));
    let files = files.collect::<Result<Vec<_>, Failure>>()?;
    let mut wallet = unlock::open(terminal, session)?;
    let (mut exit, mut said) = (Exit::Done, Vec::new());
    for (path, file) in &files {
        let judged = judge(&args.keys, terminal, session, Some(&wallet), file)
            .map_err(|failure| failure.detail(&path.display()))?;
        let ends = tell(terminal, file, judged);
        let kept = match judged {
            Ok(convicted) => wallet.keep_evidence(file, convicted, session.now)?,
            Err(_) => false,
        };
        match (ends, kept) {
            (Exit::Done, true) => terminal.say("evidence-kept", &[]),
            (Exit::Done, false) => terminal.say("evidence-known", &[]),
            (ends, _) => exit = ends,
        }
        let mut object = judgement(file, judged);
        object.insert("file", path.display().to_string());
        object.insert("kept", kept);
        said.push(object);
    }
    Ok(Answer::ended(exit, object! { "files" => list_of(said) }))
}

fn read(path: &Path) -> Result<EvidenceFile, Failure> {
    let malformed = |reason| Failure::of(reason).detail(&path.display());
    let largest = u64::try_from(EvidenceFile::LIMITS.max_bytes).unwrap_or(LARGEST);
    let bytes = files::read(path, largest)?;
    let value =
        json::read(&bytes, &EvidenceFile::LIMITS).map_err(|error| malformed(error.reason()))?;
    EvidenceFile::from_value(&value).map_err(|error| malformed(error.reason()))
}

/// Tells how a file was judged, and how the command ends by it.
fn tell(
    terminal: &mut Terminal,
    file: &EvidenceFile,
    judged: Result<Convicted, NotProven>,
) -> Exit {
    let world = file.ledger().origin();
    match judged {
        Ok(convicted) => {
            let id = match convicted {
                Convicted::TwoLeaves => "evidence-two-leaves",
                Convicted::TwoCheckpoints => "evidence-two-checkpoints",
                Convicted::TwoTrees => "evidence-two-trees",
            };
            let line = terminal.texts().with(id, &[("world", world.into())]);
            terminal.data_mark(Mark::Bad, &line);
            Exit::Done
        }
        Err(not_proven) => {
            let sentence = not_proven.reason().sentence(terminal.texts().lang());
            let values = [("world", world.into()), ("sentence", sentence.into())];
            let line = terminal.texts().with("evidence-not-proven", &values);
            terminal.data_mark(Mark::Careful, &line);
            Exit::NotVerified
        }
    }
}

fn judgement(file: &EvidenceFile, judged: Result<Convicted, NotProven>) -> Object {
    let reason = judged.map_or_else(NotProven::reason, Convicted::reason);
    object! {
        "convicted" => judged.is_ok(),
        "kind" => file.kind(),
        "ledger" => file.ledger().origin(),
        "reason" => reason.code(),
    }
}

/// With the keys that were given, or with those of a world that the person confirmed. Nobody else is
/// asked: the file is from whoever wrote it, and names whom it likes.
fn judge(
    args: &LedgerKeyArgs,
    terminal: &Terminal,
    session: &Session,
    wallet: Option<&Wallet>,
    file: &EvidenceFile,
) -> Result<Result<Convicted, NotProven>, Failure> {
    let ledger = file.ledger();
    if !args.key.is_empty() {
        let mut keys = Vec::with_capacity(args.key.len());
        for text in &args.key {
            let key: NoteKey = text
                .parse()
                .map_err(|error: TlogError| Failure::explained(error.reason(), &error))?;
            // What another ledger's key signs says nothing of this one.
            if key.name().as_str() == log_origin(ledger) {
                keys.push(key.key().clone());
            }
        }
        return Ok(judge_evidence_with(file, &keys));
    }
    let known = match &args.did_document {
        Some(path) => {
            let bytes = files::read(path, LARGEST)?;
            let value = json::read(&bytes, &Limits::document())
                .map_err(|error| Failure::of(error.reason()).detail(&path.display()))?;
            let document = DidDocument::parse(&value, &ledger.did())
                .map_err(|error| Failure::of(error.reason()).detail(&path.display()))?;
            verifier::Evidence::new().with_document(document, session.now)
        }
        None => known(terminal, session, wallet, ledger)?,
    };
    let (policy, now) = (Policy::nobody(), session.now);
    let all = checkpoint_keys(ledger, &policy, &known, now).keys;
    let at = |kid: &DidUrl, at: Timestamp| {
        let key = ledger_key(ledger, kid, at, &policy, &known, now);
        key.map_err(|no_key| no_key.reason())
    };
    Ok(judge_evidence(file, LedgerKeys { at: &at, all: &all }))
}

/// The document of a confirmed world, and the history of its keys where it announces one.
fn known(
    terminal: &Terminal,
    session: &Session,
    wallet: Option<&Wallet>,
    ledger: &WorldId,
) -> Result<verifier::Evidence, Failure> {
    let unknown = || {
        Failure::of(Reason::OriginUnconfirmed)
            .detail(&ledger.origin())
            .helped_by("omote evidence verify FILE --key VKEY")
    };
    let confirmed = wallet
        .ok_or_else(unknown)?
        .confirmed(ledger)
        .map_err(|_| unknown())?;
    let client = Client::new(confirmed.policy());
    let asking = ledger_keys(&client, ledger, session.now);
    network::wait(terminal, "progress-asking", asking)?.map_err(Failure::of)
}
