//! The ledger under load and under harm, in its small form: real processes of `omote-world`, many who
//! give at once, `kill -9` of what serves them. `tests/ledger/run` is the large form of the same code.
//!
//! On SQLite, and on PostgreSQL where it is installed; with one process and with two. The binary is the
//! one that cargo left beside this test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test code"
)]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use test_postgres::Cluster;
use tests::ledger::{Harm, Held, Shown, Store, Tally, Town, audit, harm, mint, race, walk, watch};

fn binary() -> Option<PathBuf> {
    Some(tests::programs::binaries("ledger")?.join("omote-world"))
}

/// A folder that is not there yet.
fn folder() -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("ledger-{}-{number}", std::process::id());
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Many who all give each item: one of them does, the others hear that somebody was faster.
fn one_gives(store: Store<'_>, processes: usize) {
    let Some(binary) = binary() else {
        return;
    };
    let (clients, count) = (16, 40);
    let town = Town::found(&binary, folder(), store, processes);
    let items = mint(&town, "lantern", count);
    let race = race(&town, &items, clients);
    let (taken, faster) = (race.tally.of("200"), race.tally.of("409 transfer_conflict"));
    let others = race.tally.beside(&["200", "409 transfer_conflict"]);
    assert_eq!(others, [], "{}", race.tally);
    assert_eq!((taken, faster), (40, 40 * 15), "{}", race.tally);
}

/// Items go from hand to hand while something happens. Then everything is compared.
fn harmed(town: &Town, harming: Harm<'_>, times: usize) -> (Tally, Shown, Vec<Tally>) {
    let items: Vec<Held> = mint(town, "lantern", 8);
    let stop = AtomicBool::new(false);
    let (walk, shown, harmed) = thread::scope(|scope| {
        let walking = scope.spawn(|| walk(town, &items, &stop));
        let watching = scope.spawn(|| watch(town, &stop));
        let harmed = harm(town, harming, times, items.first().unwrap().tag());
        stop.store(true, Ordering::Relaxed);
        (walking.join(), watching.join(), harmed)
    });
    let (walk, shown) = (walk.unwrap(), shown.unwrap());
    let audited = audit(town, &items, &walk.acknowledged, &shown);
    assert_eq!(
        audited.leaves,
        u64::try_from(items.len() + walk.acknowledged.len()).unwrap()
    );
    assert!(walk.transfers > 0);
    (walk.tally, shown.clone(), vec![harmed.tally, shown.tally])
}

#[test]
fn of_many_who_give_an_item_one_does_on_sqlite() {
    one_gives(Store::File, 1);
}

#[test]
fn of_many_who_give_an_item_one_does_on_sqlite_through_two_processes() {
    one_gives(Store::File, 2);
}

#[test]
fn of_many_who_give_an_item_one_does_on_postgres() {
    let Some(cluster) = test_postgres::shared() else {
        return;
    };
    one_gives(Store::Server(&cluster.database()), 1);
}

#[test]
fn of_many_who_give_an_item_one_does_on_postgres_through_two_processes() {
    let Some(cluster) = test_postgres::shared() else {
        return;
    };
    one_gives(Store::Server(&cluster.database()), 2);
}

/// What may be heard while processes are killed: an answer, that nobody listens, or that who was to
/// answer is gone.
fn killed_processes(town: &Town, times: usize) {
    let (walked, shown, others) = harmed(town, Harm::Processes, times);
    let expected = ["200", "nobody listens", "cut off"];
    assert_eq!(walked.beside(&expected), [], "{walked}");
    for tally in others {
        let beside = tally.beside(&["nobody listens", "cut off"]);
        assert_eq!(beside, [], "{tally}");
    }
    // Before the first kill, and after it.
    assert!(shown.notes.len() > 1);
}

#[test]
fn a_killed_world_keeps_what_it_acknowledged_on_sqlite() {
    let Some(binary) = binary() else {
        return;
    };
    killed_processes(&Town::found(&binary, folder(), Store::File, 1), 6);
}

#[test]
fn a_killed_world_keeps_what_it_acknowledged_on_postgres() {
    let (Some(binary), Some(cluster)) = (binary(), test_postgres::shared()) else {
        return;
    };
    let url = cluster.database();
    let town = Town::found(&binary, folder(), Store::Server(&url), 2);
    killed_processes(&town, 6);
}

#[test]
fn a_killed_database_keeps_what_was_acknowledged() {
    let Some(binary) = binary() else {
        return;
    };
    let Some(cluster) = Cluster::start(&[]) else {
        return;
    };
    let url = cluster.database();
    let town = Town::found(&binary, folder(), Store::Server(&url), 2);
    let (walked, _, others) = harmed(&town, Harm::Database(&cluster), 3);
    assert_eq!(
        walked.beside(&["200", "503 db_unavailable"]),
        [],
        "{walked}"
    );
    for tally in others {
        let beside = tally.beside(&["503 db_unavailable"]);
        assert_eq!(beside, [], "{tally}");
    }
}
