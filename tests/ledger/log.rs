//! What a leaf costs the writer of the log itself, with its rows on the disk: of the first of a million,
//! and of the last.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use tests::ledger::{Store, Town};

use crate::{folder, line};

/// Leaves that wait when the writer begins.
const LEAVES: u64 = 1_000_000;
/// Of how many the cost is told, at either end.
const PART: u64 = LEAVES / 10;
/// A writer that is not done by then never will be.
const PATIENCE: Duration = Duration::from_secs(600);

/// When how many leaves were in the log, by the clock and by the processor.
#[derive(Clone, Copy)]
struct Mark {
    size: u64,
    at: Instant,
    cpu: Duration,
}

/// Prints the row.
pub(crate) fn log(binary: &Path) {
    let town = Town::found(binary, folder(), Store::File, 1);
    town.kill(0);
    let file = town.folder().join("data/world.db");
    let connection = Connection::open(&file).expect("the world's file");
    let fill = format!(
        "INSERT INTO item_waiting (hash) \
         WITH RECURSIVE more (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM more LIMIT {LEAVES}) \
         SELECT randomblob(32) FROM more"
    );
    connection.execute_batch(&fill).expect("leaves that wait");
    drop(connection);
    let read = Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let read = read.expect("the world's file");
    town.start(0);
    let start = Instant::now();
    let mut marks: Vec<Mark> = Vec::new();
    while marks.last().is_none_or(|last| last.size < LEAVES) {
        assert!(start.elapsed() < PATIENCE, "{}", town.log(0));
        let text = "SELECT COALESCE(MAX(size), 0) FROM log_checkpoints";
        let size: i64 = read.query_row(text, [], |row| row.get(0)).expect("a size");
        let size = u64::try_from(size).unwrap_or(0);
        if marks.last().is_none_or(|last| last.size < size) {
            marks.push(Mark {
                size,
                at: Instant::now(),
                cpu: town.cpu(),
            });
        }
        sleep(Duration::from_millis(2));
    }
    let end = marks.len().saturating_sub(1);
    let first = marks
        .iter()
        .position(|mark| mark.size > PART)
        .unwrap_or(end);
    let last = marks.iter().position(|mark| mark.size >= LEAVES - PART);
    let each = |from: usize, to: usize| match (marks.get(from), marks.get(to)) {
        (Some(from), Some(to)) if to.size > from.size => {
            let count = (to.size - from.size) as f64;
            let time = to.at.duration_since(from.at).as_secs_f64();
            let cpu = to.cpu.saturating_sub(from.cpu).as_secs_f64();
            (1e6 * time / count, 1e6 * cpu / count)
        }
        _ => (0.0, 0.0),
    };
    let ((time, cpu), (late, late_cpu)) = (each(0, first), each(last.unwrap_or(0), end));
    line(&format!(
        "\nthe writer of the log on SQLite, {LEAVES} leaves in {:.0} s: a leaf of the first {PART} \
         takes {time:.1} us ({cpu:.1} us of a processor), one of the last {PART} {late:.1} us \
         ({late_cpu:.1} us), {:.2} times as much",
        start.elapsed().as_secs_f64(),
        late_cpu / cpu
    ));
}
