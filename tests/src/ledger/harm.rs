//! What befalls a world under load: its processes are killed, or its database is.

use std::thread::sleep;
use std::time::{Duration, Instant};

use schemas::digest::Sha256Digest;
use schemas::ledger::ItemTag;
use test_postgres::Cluster;

use super::heard::{Heard, Tally};
use super::town::Town;

/// What is not back by then never will be.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(2);

/// What is killed.
#[derive(Clone, Copy, Debug)]
pub enum Harm<'a> {
    /// The processes of the world, one after the other; whoever supervises them starts them again.
    Processes,
    /// The database.
    Database(&'a Cluster),
}

/// How long something was away after it could have been back.
pub type Back = Duration;

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Harmed {
    /// From the start of a process, or the return of the database, to the first answer of each process.
    pub back: Vec<Back>,
    /// How often what was heard meanwhile by somebody who asked for an item.
    pub tally: Tally,
    /// How often the next one was only killed after the log had shown a larger checkpoint.
    pub grown: usize,
}

impl Harmed {
    /// The longest.
    #[must_use]
    pub fn longest(&self) -> Back {
        self.back.iter().copied().max().unwrap_or_default()
    }
}

/// After so many kills of a process the log is given the time to show a larger checkpoint: it shows one
/// a second, and whoever is killed more often than that would never be seen to go on. After each of the
/// database, which take longer anyway.
const LOG: usize = 4;

/// Kills so many times, at moments that are the same in no two rounds. Begins when the log shows
/// something.
///
/// # Panics
/// When the world, or its log, is not back within a minute.
#[must_use]
pub fn harm(town: &Town, harm: Harm<'_>, times: usize, item: ItemTag) -> Harmed {
    let mut harmed = Harmed::default();
    let mut size = town.wait_for_log(0);
    for number in 0..times {
        let turn = match harm {
            Harm::Processes => LOG,
            Harm::Database(_) => 1,
        };
        if number > 0 && number % turn == 0 {
            size = town.wait_for_log(size);
            harmed.grown += 1;
        }
        sleep(drawn(number, 40, 260));
        match harm {
            Harm::Processes => {
                let which = number % town.processes();
                town.kill(which);
                match ask(town, which, item) {
                    Some(heard) => harmed.tally.note(&heard),
                    None => panic!("process {which} was killed, and answers"),
                }
                sleep(drawn(number + 1000, 0, 40));
                let since = Instant::now();
                town.start(which);
                harmed.back.push(back(town, which, item, since));
            }
            Harm::Database(cluster) => {
                cluster.kill();
                let until = Instant::now() + drawn(number + 1000, 50, 350);
                while Instant::now() < until {
                    for which in 0..town.processes() {
                        // What serves a connection may live a moment longer than who took it on.
                        if let Some(heard) = ask(town, which, item) {
                            harmed.tally.note(&heard);
                        }
                    }
                    sleep(10 * PAUSE);
                }
                cluster.begin();
                let since = Instant::now();
                for which in 0..town.processes() {
                    harmed.back.push(back(town, which, item, since));
                }
            }
        }
    }
    harmed
}

/// A time between two, in milliseconds.
fn drawn(number: usize, least: u64, most: u64) -> Duration {
    let digest = Sha256Digest::of(&number.to_le_bytes());
    let [low, high, ..] = *digest.as_bytes();
    let drawn = u64::from(u16::from_le_bytes([low, high]));
    Duration::from_millis(least + drawn % (most - least))
}

/// What somebody hears who asks a process for an item.
fn ask(town: &Town, which: usize, item: ItemTag) -> Option<Heard> {
    let path = format!("/items/{item}/head");
    match town.connection(which).ask("GET", &path, &[], b"") {
        Ok(answer) if answer.status == 200 => None,
        Ok(answer) => Some(Heard::of_refusal(&answer)),
        Err(error) => Some(Heard::of_error(&error)),
    }
}

/// Waits until a process serves items again; how long that was.
fn back(town: &Town, which: usize, item: ItemTag, since: Instant) -> Back {
    while let Some(heard) = ask(town, which, item) {
        assert!(
            since.elapsed() < PATIENCE,
            "process {which} is not back: {heard}\n{}",
            town.log(which)
        );
        sleep(PAUSE);
    }
    since.elapsed()
}
