//! Durable transfers a second, and what the database alone does in the same run.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use test_postgres::Cluster;
use tests::ledger::{Store, Town, Walkers, cpu_of, mint};

use crate::alone::{ITEMS, Way, in_file, on_server};
use crate::{folder, line};

/// A transaction for each step.
const EACH: Way = Way {
    together: 1,
    at_once: 16,
};
/// As the ledger puts steps together when 64 clients wait.
const TOGETHER: Way = Way {
    together: 32,
    at_once: 2,
};

/// Prints the table.
pub(crate) fn rates(binary: &Path, time: Duration, cluster: Option<&Cluster>) {
    line(&format!(
        "\ntransfers a second (an offer and an accept, each on the disk before it is answered), \
         {ITEMS} clients"
    ));
    let ours = of_town(&Town::found(binary, folder(), Store::File, 1), time);
    let alone = |way| {
        let town = Town::found(binary, folder(), Store::File, 1);
        town.kill(0);
        in_file(&town.folder().join("data/world.db"), way, time)
    };
    row("SQLite", &ours, alone(EACH), alone(TOGETHER));
    let Some(cluster) = cluster else {
        return;
    };
    let alone = |way| {
        let url = cluster.database();
        let town = Town::found(binary, folder(), Store::Server(&url), 1);
        town.kill(0);
        on_server(&url, way, time)
    };
    let (each, together) = (alone(EACH), alone(TOGETHER));
    for processes in [1, 2] {
        let url = cluster.database();
        let town = Town::found(binary, folder(), Store::Server(&url), processes);
        let ours = of_town(&town, time);
        let name = format!("PostgreSQL, {processes} process(es)");
        row(&name, &ours, each, together);
    }
}

fn row(name: &str, ours: &Rate, each: f64, together: f64) {
    let percent = |alone: f64| 100.0 * ours.transfers / alone;
    line(&format!(
        "  {name:26}  {:7.0}/s  against the database alone: {each:7.0}/s with a transaction for \
         each step ({:.0} %), {together:7.0}/s with {} steps in each ({:.0} %)",
        ours.transfers,
        percent(each),
        TOGETHER.together,
        percent(together)
    ));
    line(&format!(
        "  {:26}  of a processor each: world {:.2} ms, clients {:.2} ms, all else on this machine \
         {:.2} ms",
        "", ours.world, ours.clients, ours.others
    ));
}

/// What a world does, with its clients on the same machine.
struct Rate {
    /// A second.
    transfers: f64,
    /// Milliseconds of a processor for each transfer: of the world's processes, of the clients, and of
    /// whatever else ran, such as the database's server.
    world: f64,
    clients: f64,
    others: f64,
}

/// Transfers for which clients have their keys before the clock starts, in a second.
const PREPARED: u64 = 40;

fn of_town(town: &Town, time: Duration) -> Rate {
    let count = usize::try_from(ITEMS).unwrap_or(64);
    let items = mint(town, "lantern", count);
    let walkers = Walkers::prepare(town, &items, PREPARED * time.as_secs());
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let taken = || (town.cpu(), cpu_of("self"), cpu_of_all());
        let (start, before) = (Instant::now(), taken());
        let rushing = scope.spawn(|| walkers.rush(&stop));
        sleep(time);
        stop.store(true, Ordering::Relaxed);
        let rush = rushing.join().expect("clients");
        let (elapsed, after) = (start.elapsed(), taken());
        let transfers = rush.transfers();
        let each = |after: Duration, before: Duration| {
            1000.0 * after.saturating_sub(before).as_secs_f64() / transfers.max(1) as f64
        };
        let (world, clients) = (each(after.0, before.0), each(after.1, before.1));
        Rate {
            transfers: transfers as f64 / elapsed.as_secs_f64(),
            world,
            clients,
            others: (each(after.2, before.2) - world - clients).max(0.0),
        }
    })
}

/// How much time of its processors this machine has taken so far (`proc_stat(5)`).
fn cpu_of_all() -> Duration {
    let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = stat.lines().next().unwrap_or_default();
    let ticks: Vec<u64> = line
        .split_whitespace()
        .skip(1)
        .filter_map(|field| field.parse().ok())
        .collect();
    // user, nice, system, idle, iowait, irq, softirq
    let busy = [0, 1, 2, 5, 6].iter().filter_map(|place| ticks.get(*place));
    Duration::from_millis(10 * busy.sum::<u64>())
}
