//! `omote trust anchor`: certification authorities that the person added. The holder's machine runs it.

use schemas::json::Object;
use schemas::object;
use wallet_core::{Anchor, AnchorError, MAX_PEM_BYTES, Removal, Wallet};

use crate::args::AnchorCommand;
use crate::error::{Failure, shown};
use crate::exit::Exit;
use crate::files;
use crate::output::{Answer, list};
use crate::terminal::{Mark, Terminal, table};
use crate::unlock::Session;

/// Lists, adds or removes.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(
    command: &AnchorCommand,
    terminal: &mut Terminal,
    session: &Session,
    wallet: &mut Wallet,
) -> Result<Answer, Failure> {
    match command {
        AnchorCommand::List => {
            let anchors = wallet.anchors()?;
            let rows: Vec<Vec<String>> = anchors
                .iter()
                .map(|anchor| {
                    let time = [("time", anchor.added().to_string().into())];
                    let since = terminal.texts().with("anchor-since", &time);
                    vec![anchor.digest().hex(), since]
                })
                .collect();
            for line in table(&rows) {
                terminal.data(&line);
            }
            if anchors.is_empty() {
                terminal.say("anchor-none", &[]);
            }
            Ok(Answer::done(json(&anchors)))
        }
        AnchorCommand::Add(args) => {
            let limit = u64::try_from(MAX_PEM_BYTES).unwrap_or(u64::MAX);
            let pem = files::read(&args.file, limit)?;
            let added = wallet.add_anchors(&pem, session.now);
            let added = added.map_err(|error| match error {
                AnchorError::Store(error) => Failure::from(error),
                error => Failure::explained(error.reason(), &error).detail(&shown(&args.file)),
            })?;
            for anchor in &added {
                let values = [("fingerprint", anchor.digest().hex().into())];
                terminal.mark(Mark::Good, "anchor-added", &values);
            }
            Ok(Answer::done(json(&added)))
        }
        AnchorCommand::Remove(args) => {
            let removed = wallet.remove_anchor(&args.fingerprint)? == Removal::Removed;
            let fingerprint = args.fingerprint.hex();
            let data = object! { "fingerprint" => fingerprint.as_str(), "removed" => removed };
            let values = [("fingerprint", fingerprint.into())];
            if removed {
                terminal.mark(Mark::Good, "anchor-removed", &values);
                Ok(Answer::done(data))
            } else {
                terminal.mark(Mark::Neutral, "anchor-absent", &values);
                Ok(Answer::ended(Exit::NothingMatches, data))
            }
        }
    }
}

fn json(anchors: &[Anchor]) -> Object {
    let anchors = anchors.iter().map(|anchor| {
        object! {
            "fingerprint" => anchor.digest().hex(),
            "added_at" => anchor.added().to_string(),
        }
    });
    object! { "anchors" => list(anchors) }
}
