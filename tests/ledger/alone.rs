//! The database alone: the rows of the same transfers, under the same settings, written by somebody who
//! has nothing else to do. No signature, no message, no rule.
//!
//! Each leaf waits and is taken into the log once a second, as the world does it; the tiles of the log and
//! its checkpoints, a few rows a second, are left out.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Statement, params};
use schemas::digest::Sha256Digest;
use sqlx::postgres::PgPoolOptions;

/// Items that go round.
pub(crate) const ITEMS: u64 = 64;
/// A leaf of usual length.
const LEAF: usize = 1000;
/// What stands in `offers` for an item.
const TEMPLATE: &str = r#"{"item":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#;
const END: i64 = 4_000_000_000;

/// Between two times that the log takes in what waits.
const LOG: Duration = Duration::from_secs(1);

/// How steps are put into transactions.
#[derive(Clone, Copy)]
pub(crate) struct Way {
    /// Steps of a transaction.
    pub(crate) together: usize,
    /// Transactions at a time.
    pub(crate) at_once: usize,
}

/// 32 bytes that are nowhere else.
fn name(kind: &str, item: u64, seq: u64) -> Vec<u8> {
    let parts = [kind.as_bytes(), &item.to_le_bytes(), &seq.to_le_bytes()];
    Sha256Digest::of_parts(&parts).as_bytes().to_vec()
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// One step: the how manyth of which item.
#[derive(Clone, Copy)]
struct Row {
    item: u64,
    seq: u64,
}

impl Row {
    /// An offer, or else an accept.
    const fn is_offer(self) -> bool {
        self.seq % 2 == 1
    }

    fn tag(self) -> Vec<u8> {
        name("tag", self.item, 0)
    }

    fn of(self, kind: &str) -> Vec<u8> {
        name(kind, self.item, self.seq)
    }

    fn grant(self) -> String {
        schemas::encoding::base64url::encode(self.of("grant").get(..16).unwrap_or_default())
    }
}

/// The next steps of some items in turn.
struct Steps {
    items: std::ops::Range<u64>,
    next: Row,
}

impl Steps {
    const fn of(items: std::ops::Range<u64>) -> Self {
        let item = items.start;
        Self {
            items,
            next: Row { item, seq: 1 },
        }
    }
}

impl Iterator for Steps {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let row = self.next;
        self.next.item += 1;
        if !self.items.contains(&self.next.item) {
            self.next = Row {
                item: self.items.start,
                seq: row.seq + 1,
            };
        }
        Some(row)
    }
}

/// Transfers a second in a file that a world has made and closed.
pub(crate) fn in_file(file: &Path, way: Way, time: Duration) -> f64 {
    let connection = Connection::open(file).expect("the world's file");
    let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                    PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;";
    connection.execute_batch(settings).expect("settings");
    for item in 0..ITEMS {
        let row = Row { item, seq: 0 };
        let text = "INSERT INTO item_heads (item_tag, seq, hash) VALUES (?, 0, ?)";
        let done = connection.execute(text, params![row.tag(), row.of("hash")]);
        done.expect("a head");
    }
    let mut texts = TEXTS.map(|text| connection.prepare(text).expect("a statement"));
    let mut steps = Steps::of(0..ITEMS);
    let (start, mut count) = (Instant::now(), 0_usize);
    let mut logged = start;
    while start.elapsed() < time {
        if logged.elapsed() >= LOG {
            connection.execute_batch(LOG_IN_FILE).expect("the log");
            logged += LOG;
        }
        connection.execute_batch("BEGIN IMMEDIATE").expect("a turn");
        for row in steps.by_ref().take(way.together) {
            step_in_file(&mut texts, row).expect("a step");
        }
        connection.execute_batch("COMMIT").expect("the disk");
        count += way.together;
    }
    count as f64 / 2.0 / start.elapsed().as_secs_f64()
}

const LOG_IN_FILE: &str = "BEGIN IMMEDIATE; \
    INSERT INTO item_log (log_index, number) \
    SELECT COALESCE((SELECT MAX(log_index) FROM item_log), -1) + row_number() OVER (ORDER BY number), \
    number FROM item_waiting ORDER BY number; \
    DELETE FROM item_waiting; COMMIT";

const TEXTS: [&str; 8] = [
    "UPDATE item_heads SET seq = ?, hash = ? WHERE item_tag = ? AND seq = ? AND hash = ?",
    "INSERT INTO item_leaves (item_tag, seq, leaf) VALUES (?, ?, ?)",
    "INSERT INTO item_waiting (number, hash) VALUES (last_insert_rowid(), ?)",
    "INSERT INTO item_answers (key, request, item_tag, seq, expires_at) VALUES (?, ?, ?, ?, ?)",
    // Of an offer.
    "INSERT INTO item_inbox (recipient, item_tag, until) VALUES (?, ?, ?)",
    // Of an accept.
    "INSERT INTO grants (id, configuration, offered_at) VALUES (?, 'item', ?)",
    "INSERT INTO item_grants (grant_id, item_tag, holder) VALUES (?, ?, ?)",
    "INSERT INTO offers (offer, code, configuration, template, copies, expires_at, grant_id, \
     configurations, flow) VALUES (?, ?, 'item', ?, 10, ?, ?, 'item item_sd_jwt', \
     'pre-authorized_code')",
];

fn step_in_file(texts: &mut [Statement<'_>; 8], row: Row) -> rusqlite::Result<()> {
    let (tag, hash, seq) = (row.tag(), row.of("hash"), number(row.seq));
    let before = name("hash", row.item, row.seq - 1);
    let [
        heads,
        leaves,
        waiting,
        answers,
        inbox,
        grants,
        of_items,
        offers,
    ] = texts;
    let moved = heads.execute(params![seq, hash, tag, seq - 1, before])?;
    assert_eq!(moved, 1);
    leaves.execute(params![tag, seq, vec![7_u8; LEAF]])?;
    waiting.execute(params![hash])?;
    answers.execute(params![row.of("key"), row.of("request"), tag, seq, END])?;
    if row.is_offer() {
        return inbox.execute(params![row.of("to"), tag, END]).map(drop);
    }
    grants.execute(params![row.grant(), END])?;
    of_items.execute(params![row.grant(), tag, row.of("holder")])?;
    let (offer, code, grant) = (row.of("offer"), row.of("code"), row.grant());
    let done = offers.execute(params![offer, code, TEMPLATE, END, grant]);
    done.map(drop)
}

macro_rules! on_server {
    ($beside:literal) => {
        concat!(
            "WITH step AS MATERIALIZED ( \
             SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[], \
             $6::bytea[], $7::text[]) AS step (tag, seq, before, hash, key, beside, grant_id) \
             ), moved AS ( \
             UPDATE item_heads SET seq = step.seq, hash = step.hash FROM step \
             WHERE item_tag = step.tag AND item_heads.seq = step.seq - 1 \
             AND item_heads.hash = step.before RETURNING item_tag \
             ), leaves AS ( \
             INSERT INTO item_leaves (item_tag, seq, leaf) SELECT tag, seq, $8 FROM step \
             RETURNING number, item_tag \
             ), waiting AS ( \
             INSERT INTO item_waiting (number, hash) SELECT number, hash FROM step \
             JOIN leaves ON leaves.item_tag = step.tag \
             ), answers AS ( \
             INSERT INTO item_answers (key, request, item_tag, seq, expires_at) \
             SELECT key, hash, tag, seq, $9 FROM step ",
            $beside,
            ") SELECT count(*) FROM moved"
        )
    };
}

const OFFERS: &str = on_server!(
    "), inbox AS ( \
     INSERT INTO item_inbox (recipient, item_tag, until) SELECT beside, tag, $9 FROM step \
     WHERE $10 <> '' "
);
const ACCEPTS: &str = on_server!(
    "), granted AS ( \
     INSERT INTO grants (id, configuration, offered_at) SELECT grant_id, 'item', $9 FROM step \
     ), of_items AS ( \
     INSERT INTO item_grants (grant_id, item_tag, holder) SELECT grant_id, tag, beside FROM step \
     ), opened AS ( \
     INSERT INTO offers (offer, code, configuration, template, copies, expires_at, grant_id, \
     configurations, flow) SELECT beside, hash, 'item', $10, 10, $9, grant_id, \
     'item item_sd_jwt', 'pre-authorized_code' FROM step "
);

const LOG_ON_SERVER: &str = "WITH taken AS (DELETE FROM item_waiting RETURNING number) \
    INSERT INTO item_log (log_index, number) \
    SELECT COALESCE((SELECT MAX(log_index) FROM item_log), -1) + row_number() OVER (ORDER BY number), \
    number FROM taken";

/// The same in a database of a server, whose tables a world has made.
pub(crate) fn on_server(url: &str, way: Way, time: Duration) -> f64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let connections = u32::try_from(way.at_once).unwrap_or(1);
        // One more is the log's.
        let pool = PgPoolOptions::new().max_connections(connections + 1);
        let pool = pool.connect(url).await.expect("a connection");
        for item in 0..ITEMS {
            let row = Row { item, seq: 0 };
            let text = "INSERT INTO item_heads (item_tag, seq, hash) VALUES ($1, 0, $2)";
            let done = sqlx::query(text).bind(row.tag()).bind(row.of("hash"));
            done.execute(&pool).await.expect("a head");
        }
        let start = Instant::now();
        let share = ITEMS / u64::from(connections);
        let tasks: Vec<_> = (0..u64::from(connections))
            .map(|place| {
                let mut steps = Steps::of(place * share..(place + 1) * share);
                let pool = pool.clone();
                tokio::spawn(async move {
                    let mut connection = pool.acquire().await.expect("a connection");
                    let mut count = 0_usize;
                    while start.elapsed() < time {
                        let rows: Vec<Row> = steps.by_ref().take(way.together).collect();
                        for text in [OFFERS, ACCEPTS] {
                            let offers = text == OFFERS;
                            let some = rows.iter().filter(|row| row.is_offer() == offers);
                            let some: Vec<Row> = some.copied().collect();
                            if !some.is_empty() {
                                let moved = steps_on_server(&mut connection, text, &some).await;
                                assert_eq!(usize::try_from(moved), Ok(some.len()));
                                count += some.len();
                            }
                        }
                    }
                    count
                })
            })
            .collect();
        let log = tokio::spawn(async move {
            let mut ticks = tokio::time::interval(LOG);
            loop {
                ticks.tick().await;
                let done = sqlx::query(LOG_ON_SERVER).execute(&pool).await;
                done.expect("the log");
            }
        });
        let mut count = 0;
        for task in tasks {
            count += task.await.expect("a task");
        }
        log.abort();
        count as f64 / 2.0 / start.elapsed().as_secs_f64()
    })
}

async fn steps_on_server(server: &mut sqlx::PgConnection, text: &'static str, rows: &[Row]) -> i64 {
    let each = |kind: &str| -> Vec<Vec<u8>> { rows.iter().map(|row| row.of(kind)).collect() };
    let before = rows.iter().map(|row| name("hash", row.item, row.seq - 1));
    sqlx::query_scalar(text)
        .bind(rows.iter().map(|row| row.tag()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| number(row.seq)).collect::<Vec<_>>())
        .bind(before.collect::<Vec<_>>())
        .bind(each("hash"))
        .bind(each("key"))
        .bind(each("beside"))
        .bind(rows.iter().map(|row| row.grant()).collect::<Vec<_>>())
        .bind(vec![7_u8; LEAF])
        .bind(END)
        .bind(TEMPLATE)
        .fetch_one(server)
        .await
        .expect("steps")
}
