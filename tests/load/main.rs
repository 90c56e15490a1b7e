//! How many people a world lets in a second, and how long each of them waits: a real `omote-world`
//! with its store on a real disk, asked over HTTP on loopback.
//!
//! ```text
//! POST /admissions ─ GET request object ─ (the wallet signs) ─ POST response ─ GET the outcome
//! ```
//!
//! The loop is open: arrivals come by a fixed schedule whether or not the ones before have left, and
//! the time of each is counted from the moment at which it was due. What is in flight is bounded by the
//! number of connections, and so is the time of each rate.
//!
//! `tests/load/run` builds and runs it. Prints tables and writes `target/load.json`. The wallets and
//! the world share the machine. Timing decides no test: this is for reading.

#![allow(
    clippy::expect_used,
    reason = "a measurement that cannot be made ends at once"
)]

mod alone;
mod drive;
mod report;
mod wallet;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use drive::{Pace, Plan, Run};
use report::line;
use wallet::{Prepared, Wallets};
use world::World;

/// Most that is in flight at a time.
const IN_FLIGHT: usize = 32;
/// Arrivals a second, one table each.
const RATES: [u32; 6] = [50, 100, 200, 400, 600, 800];

/// What is measured.
struct Arguments {
    binary: PathBuf,
    rates: Vec<u32>,
    time: Duration,
    in_flight: usize,
}

impl Arguments {
    fn read() -> Option<Self> {
        let mut read = Self {
            binary: PathBuf::new(),
            rates: RATES.to_vec(),
            time: Duration::from_secs(6),
            in_flight: IN_FLIGHT,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--world" => read.binary = words.next()?.into(),
                "--quick" => {
                    read.time = Duration::from_secs(2);
                    read.rates = vec![100];
                }
                "--in-flight" => read.in_flight = words.next()?.parse().ok()?,
                "--rates" => {
                    let rates = words.next()?;
                    let rates = rates.split(',').map(str::parse).collect::<Result<_, _>>();
                    read.rates = rates.ok()?;
                }
                _ => return None,
            }
        }
        read.binary.is_file().then_some(read)
    }
}

fn main() -> ExitCode {
    let Some(arguments) = Arguments::read() else {
        line("load --world FILE [--quick] [--rates N,N] [--in-flight N]");
        return ExitCode::from(2);
    };
    let wallets = Wallets::new(200);
    let world = World::start(&arguments.binary, &wallets.policy());
    let plan = |pace| Plan {
        port: world.port,
        in_flight: arguments.in_flight,
        time: arguments.time,
        pace,
    };
    // Pages, connections and caches are warm from here on.
    let warm = Plan {
        time: Duration::from_secs(2),
        ..plan(Pace::AsFastAsItGoes)
    };
    wallets.admissions(&world, &warm);

    let prepare = |count| wallets.prepare(&world, count, arguments.in_flight);
    let few = prepare(1000);
    let floor = alone::floor(&wallets, &world, &few);
    report::floor(&floor);

    let mut runs: Vec<Run> = Vec::new();
    let mut note = |run: Run| {
        report::run(&run);
        runs.push(run);
    };
    for pace in paces(&arguments.rates) {
        note(wallets.admissions(&world, &plan(pace)));
    }
    for pace in paces(&arguments.rates) {
        let count = match pace {
            Pace::Every(rate) => plan(pace).arrivals(rate),
            Pace::AsFastAsItGoes => 2000,
        };
        let prepared: Vec<Prepared> = prepare(count);
        note(wallets.responses(&world, &plan(pace), &prepared));
    }
    match report::write(&floor, &runs) {
        Ok(path) => {
            line(&format!("\nwritten to {}", path.display()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            line(&format!("\nnot written: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn paces(rates: &[u32]) -> impl Iterator<Item = Pace> {
    let scheduled = rates.iter().copied().map(Pace::Every);
    scheduled.chain([Pace::AsFastAsItGoes])
}
