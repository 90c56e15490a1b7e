//! The ledger of a real `omote-world` under load and under harm, on SQLite and on PostgreSQL.
//!
//! ```text
//! race   64 clients × 1,000 items, all give each item: 1,000 do, the others hear `transfer_conflict`
//! kill   kill -9 of processes (200) and of PostgreSQL (20) while items go from hand to hand
//! rate   durable transfers a second, against what the database alone does with the same rows
//! log    what a leaf costs the writer of the log, of the first and of the last of a million
//! ```
//!
//! `tests/ledger/run` builds and runs it; `tests/tests/ledger.rs` is the small form. What is counted is
//! asserted. Of times one decides: what was killed is back within five seconds.

#![allow(
    clippy::expect_used,
    reason = "a measurement that cannot be made ends at once"
)]

mod alone;
mod log;
mod rate;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use test_postgres::Cluster;
use tests::ledger::{Harm, Store, Town, audit, harm, mint, race, walk, watch};

/// What was killed is back by then.
const BACK: Duration = Duration::from_secs(5);

/// How much of it.
#[derive(Clone, Copy)]
struct Size {
    clients: usize,
    items: usize,
    /// Of processes.
    kills: usize,
    /// Of the database.
    outages: usize,
    /// Of each rate.
    time: Duration,
}

const LARGE: Size = Size {
    clients: 64,
    items: 1000,
    kills: 200,
    outages: 20,
    time: Duration::from_secs(10),
};
const QUICK: Size = Size {
    clients: 64,
    items: 100,
    kills: 20,
    outages: 4,
    time: Duration::from_secs(3),
};

struct Arguments {
    binary: PathBuf,
    size: Size,
    parts: Vec<String>,
}

impl Arguments {
    fn read() -> Option<Self> {
        let mut read = Self {
            binary: PathBuf::new(),
            size: LARGE,
            parts: Vec::new(),
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--world" => read.binary = words.next()?.into(),
                "--quick" => read.size = QUICK,
                "race" | "kill" | "rate" | "log" => read.parts.push(word),
                _ => return None,
            }
        }
        read.binary.is_file().then_some(read)
    }

    fn wants(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|wanted| wanted == part)
    }
}

/// Prints a line. It is read on a terminal.
fn line(text: &str) {
    // Nothing can be done where nobody reads.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A folder that is not there yet, on a disk, where `/tmp` may be in memory.
fn folder() -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    target.join(format!("ledger-{}-{number}", std::process::id()))
}

fn main() -> ExitCode {
    let Some(arguments) = Arguments::read() else {
        line("ledger --world FILE [--quick] [race] [kill] [rate] [log]");
        return ExitCode::from(2);
    };
    let cluster = Cluster::start(&[]);
    let mut good = true;
    if arguments.wants("race") {
        good &= races(&arguments, cluster.as_ref());
    }
    if arguments.wants("kill") {
        good &= kills(&arguments, cluster.as_ref());
    }
    if arguments.wants("rate") {
        rate::rates(&arguments.binary, arguments.size.time, cluster.as_ref());
    }
    if arguments.wants("log") {
        log::log(&arguments.binary);
    }
    match good {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

const ONE_AND_TWO: [usize; 2] = [1, 2];

fn races(arguments: &Arguments, cluster: Option<&Cluster>) -> bool {
    let Size { clients, items, .. } = arguments.size;
    line(&format!(
        "{clients} clients x {items} items, all give each item"
    ));
    let mut good = true;
    for processes in ONE_AND_TWO {
        good &= one_race("SQLite", Store::File, processes, arguments);
    }
    for processes in ONE_AND_TWO {
        if let Some(cluster) = cluster {
            let url = cluster.database();
            good &= one_race("PostgreSQL", Store::Server(&url), processes, arguments);
        }
    }
    good
}

fn one_race(name: &str, store: Store<'_>, processes: usize, arguments: &Arguments) -> bool {
    let Size { clients, items, .. } = arguments.size;
    let town = Town::found(&arguments.binary, folder(), store, processes);
    let held = mint(&town, "lantern", items);
    let race = race(&town, &held, clients);
    let seconds = race.elapsed.as_secs_f64();
    let all = (clients * items) as f64;
    let taken = usize::try_from(race.tally.of("200"));
    let faster = usize::try_from(race.tally.of("409 transfer_conflict"));
    let others = race.tally.beside(&["200", "409 transfer_conflict"]);
    // Each heard one of the two, and one of each item's clients the first.
    let good = others.is_empty() && (taken, faster) == (Ok(items), Ok((clients - 1) * items));
    line(&format!(
        "  {name:10}  {processes} process(es)  {seconds:6.1} s  {:6.0} answers/s  {}  {}",
        all / seconds,
        race.tally,
        said(good)
    ));
    good
}

const fn said(good: bool) -> &'static str {
    match good {
        true => "ok",
        false => "WRONG",
    }
}

/// What may be heard of a process that is killed: nobody listens, or who was to answer is gone.
const CUT_OFF: [&str; 2] = ["nobody listens", "cut off"];
/// What may be heard while the database is away.
const AWAY: [&str; 1] = ["503 db_unavailable"];

fn kills(arguments: &Arguments, cluster: Option<&Cluster>) -> bool {
    let Size { kills, outages, .. } = arguments.size;
    line("\nkill -9 while items go from hand to hand");
    let binary = &arguments.binary;
    let mut good = true;
    let town = Town::found(binary, folder(), Store::File, 1);
    good &= one_harm(
        "SQLite, the process",
        &town,
        Harm::Processes,
        kills,
        &CUT_OFF,
    );
    drop(town);
    let Some(cluster) = cluster else {
        return good;
    };
    let url = cluster.database();
    let town = Town::found(binary, folder(), Store::Server(&url), 2);
    let name = "PostgreSQL, two processes in turn";
    good &= one_harm(name, &town, Harm::Processes, kills, &CUT_OFF);
    drop(town);
    let url = cluster.database();
    let town = Town::found(binary, folder(), Store::Server(&url), 2);
    let name = "PostgreSQL itself";
    good &= one_harm(name, &town, Harm::Database(cluster), outages, &AWAY);
    good
}

/// `excuses` are what may be heard instead of an answer, by whomever.
fn one_harm(name: &str, town: &Town, harming: Harm<'_>, times: usize, excuses: &[&str]) -> bool {
    let items = mint(town, "lantern", 16);
    let item = items.first().expect("an item").tag();
    let stop = AtomicBool::new(false);
    let start = Instant::now();
    let (walk, shown, harmed) = thread::scope(|scope| {
        let walking = scope.spawn(|| walk(town, &items, &stop));
        let watching = scope.spawn(|| watch(town, &stop));
        let harmed = harm(town, harming, times, item);
        stop.store(true, Ordering::Relaxed);
        let (walk, shown) = (walking.join(), watching.join());
        (walk.expect("clients"), shown.expect("a watcher"), harmed)
    });
    let seconds = start.elapsed().as_secs_f64();
    let audited = audit(town, &items, &walk.acknowledged, &shown);
    let heard = [
        ("clients", &walk.tally),
        ("who looks at the log", &shown.tally),
        ("who asks for an item", &harmed.tally),
    ];
    // Only clients are counted when they are answered; a step is taken as often as it was said.
    let taken = usize::try_from(walk.tally.of("200"));
    let mut good = taken == Ok(walk.acknowledged.len()) && harmed.longest() <= BACK;
    good &= audited.checkpoints > harmed.grown;
    for (who, tally) in heard {
        let answers = tally.beside(excuses).into_iter();
        let others = answers.filter(|(heard, _)| who != "clients" || heard != "200");
        good &= others.count() == 0;
    }
    line(&format!(
        "  {name}: killed {times} times in {seconds:.0} s, {} transfers; {} steps acknowledged, each \
         there once, {} of them after asking again; {} leaves in the log, {} checkpoints seen, each \
         the beginning of the next, {} times across a kill at least; back after at most {:.2} s  {}",
        walk.transfers,
        walk.acknowledged.len(),
        audited.asked_again,
        audited.leaves,
        audited.checkpoints,
        harmed.grown,
        harmed.longest().as_secs_f64(),
        said(good)
    ));
    for (who, tally) in heard {
        line(&format!("    {who} heard: {tally}"));
    }
    good
}
