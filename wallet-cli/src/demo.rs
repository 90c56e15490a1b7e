//! `omote demo`: the whole journey on this machine, with nothing prepared, and seven forgeries.
//!
//! Three worlds are served on loopback, each with a database of its own. A person receives an avatar
//! and an item from one and enters another with them, over HTTP; then somebody cheats.
//!
//! ```text
//! stage     worlds, creator, model files      journey    the honest steps, through the wallet
//! forger    somebody without a wallet         forgeries  the seven ways to cheat
//! record    what happened, step by step       kept       the files that stay, to be judged again
//! ```

mod forger;
mod forgeries;
mod journey;
mod kept;
mod record;
mod stage;

use schemas::json::Object;

use crate::args::DemoArgs;
use crate::demo::kept::Keep;
use crate::demo::record::Record;
use crate::demo::stage::Stage;
use crate::error::{Failure, Local};
use crate::exit::Exit;
use crate::output::Answer;
use crate::terminal::Terminal;

/// Runs the demo.
///
/// # Errors
/// [`Failure`] only when it could not begin; what goes wrong on the way is a step of the record.
pub(crate) fn run(args: &DemoArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let model = args.avatar.as_deref().map(stage::read_model).transpose()?;
    let keep = Keep::new(args.keep.as_deref())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Local::OutputFailed(error.kind()))?;
    let mut record = Record::new(terminal);
    runtime.block_on(act(&mut record, &keep, model));
    let ok = record.all_as_expected();
    let exit = if ok { Exit::Done } else { Exit::NotVerified };
    Ok(Answer::whole(exit, record.finish(&keep)))
}

/// The acts, in order. A step that fails ends the play: the rest would stand on nothing.
async fn act(record: &mut Record<'_>, keep: &Keep, model: Option<Vec<u8>>) {
    let Some(stage) = record.step("worlds", Stage::set(keep.folder())).await else {
        return;
    };
    if let Some(journey) = journey::walk(record, keep, &stage, model).await {
        forgeries::try_all(record, keep, &stage, &journey).await;
    }
    stage.strike().await;
}

/// An object that a step leaves for the JSON form.
pub(crate) type Learned = Object;
