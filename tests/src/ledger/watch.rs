//! Somebody who looks at the log all the time, and keeps every checkpoint that it shows.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use super::heard::{Heard, Tally};
use super::town::Town;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// What was shown.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Every checkpoint, as it was signed, each once.
    pub notes: BTreeSet<String>,
    /// How often what was heard.
    pub tally: Tally,
}

/// Looks at each process in turn until it is told to stop, from when the log has something to show.
///
/// # Panics
/// When it has nothing for a minute.
#[must_use]
pub fn watch(town: &Town, stop: &AtomicBool) -> Shown {
    let mut shown = Shown::default();
    let _ = town.wait_for_log(0);
    let processes = 0..town.processes();
    let mut connections: Vec<_> = processes.map(|which| town.connection(which)).collect();
    while !stop.load(Ordering::Relaxed) {
        for connection in &mut connections {
            match connection.ask("GET", "/ledger/checkpoint", &[], b"") {
                Ok(answer) if answer.status == 200 => {
                    let note = String::from_utf8_lossy(&answer.body);
                    shown.notes.insert(note.into_owned());
                }
                Ok(answer) => shown.tally.note(&Heard::of_refusal(&answer)),
                Err(error) => shown.tally.note(&Heard::of_error(&error)),
            }
        }
        sleep(PAUSE);
    }
    shown
}
