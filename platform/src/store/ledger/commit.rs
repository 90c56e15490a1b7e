//! Writing leaves: many of different items together, or those of one act as one.
//!
//! A file takes one text for several leaves: each moves its head, and what follows is written only when
//! that changed a row. A server takes one statement for all, of which the first part locks the heads
//! that are still as they were, in the order of their tags, and the second the keys in theirs, so that
//! two such statements wait for each other and never in a circle. Either way it is one transaction and
//! one way to the database and back.
//!
//! A leaf whose idempotency key was used before does not go, and holds none of the others up.

use std::collections::BTreeSet;

use schemas::ledger::ItemTag;
use schemas::offering::OfferFlow;
use sqlx::query::Query as Bound;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Row as _, Sqlite as Dialect, SqliteConnection, SqlitePool};

use super::{Beside, Handing, Move, WAITS, number, read_32};
use crate::store::database::statement::query;
use crate::store::database::transaction::{TRIES, Transaction, in_transaction, undone};
use crate::store::postgres::Postgres;
use crate::store::{Answer, Database};

pub(super) async fn together(store: &Database, moves: &[Move]) -> Answer<BTreeSet<ItemTag>> {
    match store {
        Database::Sqlite(file) => in_file(file.writer(), moves).await,
        Database::Postgres(server) => {
            let mut tries = 1;
            loop {
                match on_server(server, moves).await {
                    Err(error) if tries < TRIES && undone(&error) => tries += 1,
                    done => break done,
                }
            }
        }
    }
}

macro_rules! twice {
    ($text:expr) => {
        concat!($text, $text)
    };
}

/// What each leaf does in a file. Each statement does something only when the one before did. What fails
/// ends the transaction (`OR ROLLBACK`), so that no page is copied for taking one statement back; which
/// item it went of is asked in a statement of its own, as `RETURNING` keeps its rows in a table first.
macro_rules! leaf {
    ($where:literal) => {
        concat!(
            "UPDATE item_heads SET seq = ?, hash = ? WHERE item_tag = ? AND seq = ? AND hash = ?",
            $where,
            "; INSERT OR ROLLBACK INTO item_leaves (item_tag, seq, leaf) SELECT ?, ?, ? WHERE changes() = 1; \
             INSERT OR ROLLBACK INTO item_waiting (number, hash) \
             SELECT last_insert_rowid(), ? WHERE changes() = 1; \
             SELECT ? WHERE changes() = 1; "
        )
    };
}
macro_rules! plain {
    () => {
        leaf!("")
    };
}
macro_rules! keyed {
    () => {
        concat!(
            leaf!(" AND NOT EXISTS (SELECT 1 FROM item_answers WHERE key = ?)"),
            answer!()
        )
    };
}
macro_rules! answer {
    () => {
        "INSERT OR ROLLBACK INTO item_answers (key, request, item_tag, seq, expires_at) \
         SELECT ?, ?, ?, ?, ? WHERE changes() = 1; "
    };
}
macro_rules! offered {
    () => {
        "INSERT INTO item_inbox (recipient, item_tag, until) SELECT ?, ?, ? WHERE changes() = 1 \
         ON CONFLICT (recipient, item_tag) DO UPDATE SET until = excluded.until; "
    };
}
macro_rules! accepted {
    () => {
        "INSERT OR ROLLBACK INTO grants (id, configuration, offered_at) SELECT ?, 'item', ? \
         WHERE changes() = 1; \
         INSERT OR ROLLBACK INTO item_grants (grant_id, item_tag, holder) SELECT ?, ?, ? WHERE changes() = 1; \
         INSERT OR ROLLBACK INTO offers (offer, code, configuration, template, copies, expires_at, grant_id, \
         configurations, flow) SELECT ?, ?, 'item', ?, ?, ?, ?, ?, ? WHERE changes() = 1; "
    };
}

macro_rules! times {
    ($text:expr) => {
        [
            (16, twice!(twice!(twice!(twice!($text))))),
            (8, twice!(twice!(twice!($text)))),
            (4, twice!(twice!($text))),
            (2, twice!($text)),
            (1, $text),
        ]
    };
}

/// Which statements a leaf needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Plain,
    PlainKeyed,
    Offered,
    OfferedKeyed,
    Accepted,
    AcceptedKeyed,
}

impl Shape {
    const ALL: [Self; 6] = [
        Self::Plain,
        Self::PlainKeyed,
        Self::Offered,
        Self::OfferedKeyed,
        Self::Accepted,
        Self::AcceptedKeyed,
    ];

    const fn of(one: &Move) -> Self {
        match (&one.beside, &one.keyed) {
            (Beside::Nothing, None) => Self::Plain,
            (Beside::Nothing, Some(_)) => Self::PlainKeyed,
            (Beside::Offered { .. }, None) => Self::Offered,
            (Beside::Offered { .. }, Some(_)) => Self::OfferedKeyed,
            (Beside::Accepted(_), None) => Self::Accepted,
            (Beside::Accepted(_), Some(_)) => Self::AcceptedKeyed,
        }
    }

    const fn texts(self) -> [(usize, &'static str); 5] {
        match self {
            Self::Plain => times!(plain!()),
            Self::PlainKeyed => times!(keyed!()),
            Self::Offered => times!(concat!(plain!(), offered!())),
            Self::OfferedKeyed => times!(concat!(keyed!(), offered!())),
            Self::Accepted => times!(concat!(plain!(), accepted!())),
            Self::AcceptedKeyed => times!(concat!(keyed!(), accepted!())),
        }
    }
}

type ForFile<'q> = Bound<'q, Dialect, SqliteArguments>;

fn bind<'q>(query: ForFile<'q>, one: &Move) -> ForFile<'q> {
    let (tag, hash) = (one.tag.as_bytes().to_vec(), one.hash.as_bytes().to_vec());
    let seq = number(one.seq);
    let mut query = query
        .bind(seq)
        .bind(hash.clone())
        .bind(tag.clone())
        .bind(seq.saturating_sub(1))
        .bind(one.before.as_bytes().to_vec());
    if let Some(keyed) = &one.keyed {
        query = query.bind(keyed.key.as_bytes().to_vec());
    }
    query = query
        .bind(tag.clone())
        .bind(seq)
        .bind(one.leaf.clone())
        .bind(hash)
        .bind(tag.clone());
    if let Some(keyed) = &one.keyed {
        query = query
            .bind(keyed.key.as_bytes().to_vec())
            .bind(keyed.request.as_bytes().to_vec())
            .bind(tag.clone())
            .bind(seq)
            .bind(keyed.expires.unix());
    }
    match &one.beside {
        Beside::Nothing => query,
        Beside::Offered { to, until } => query
            .bind(to.as_bytes().to_vec())
            .bind(tag)
            .bind(until.unix()),
        Beside::Accepted(handing) => {
            let code = &handing.code;
            query
                .bind(handing.grant.as_str().to_owned())
                .bind(handing.made.unix())
                .bind(handing.grant.as_str().to_owned())
                .bind(tag)
                .bind(handing.holder.as_bytes().to_vec())
                .bind(code.offer.as_bytes().to_vec())
                .bind(code.code.as_bytes().to_vec())
                .bind(handing.template.clone())
                .bind(i64::from(handing.copies))
                .bind(handing.expires.unix())
                .bind(handing.grant.as_str().to_owned())
                .bind(handing.configurations.clone())
                .bind(OfferFlow::PreAuthorized.id())
        }
    }
}

async fn in_file(writer: &SqlitePool, moves: &[Move]) -> Answer<BTreeSet<ItemTag>> {
    let mut connection = writer.acquire().await?;
    let written = write(&mut connection, moves).await;
    if written.is_err() {
        // A transaction that has begun ends with its connection.
        if let Err(error) = connection.close().await {
            tracing::warn!(%error, "the connection that wrote did not close");
        }
    }
    written
}

async fn write(connection: &mut SqliteConnection, moves: &[Move]) -> Answer<BTreeSet<ItemTag>> {
    let mut went = BTreeSet::new();
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut *connection)
        .await?;
    for shape in Shape::ALL {
        let alike: Vec<&Move> = moves.iter().filter(|one| Shape::of(one) == shape).collect();
        let mut rest = alike.as_slice();
        // A text goes to the database's thread and back in one step, with all that is in it.
        for (count, text) in shape.texts() {
            while let Some((some, others)) = rest.split_at_checked(count) {
                let bound = some
                    .iter()
                    .fold(sqlx::query(text), |query, one| bind(query, one));
                for row in bound.fetch_all(&mut *connection).await? {
                    went.insert(ItemTag::from_bytes(read_32(row.try_get(0)?)?));
                }
                rest = others;
            }
        }
    }
    sqlx::query("COMMIT").execute(&mut *connection).await?;
    Ok(went)
}

/// What leaves do in a server. `$1` to `$5` are leaves, `$6` to `$9` keys, `$10` to `$12` offers to an
/// address, `$13` to `$18` what the next holder is handed; each a column of all rows.
const ON_SERVER: &str = "WITH leaf AS MATERIALIZED ( \
     SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[]) \
     AS leaf (item_tag, seq, before, hash, leaf) \
     ), locked AS MATERIALIZED ( \
     SELECT item_heads.item_tag FROM item_heads JOIN leaf \
     ON item_heads.item_tag = leaf.item_tag AND item_heads.seq = leaf.seq - 1 \
     AND item_heads.hash = leaf.before ORDER BY item_heads.item_tag FOR UPDATE OF item_heads \
     ), keyed AS MATERIALIZED ( \
     SELECT * FROM unnest($6::bytea[], $7::bytea[], $8::bytea[], $9::bigint[]) \
     AS keyed (item_tag, key, request, expires_at) \
     ), answers AS ( \
     INSERT INTO item_answers (key, request, item_tag, seq, expires_at) \
     SELECT key, request, item_tag, leaf.seq, expires_at FROM keyed \
     JOIN leaf USING (item_tag) JOIN locked USING (item_tag) ORDER BY key \
     ON CONFLICT (key) DO NOTHING RETURNING item_tag \
     ), moved AS ( \
     UPDATE item_heads SET seq = leaf.seq, hash = leaf.hash FROM leaf \
     JOIN locked ON locked.item_tag = leaf.item_tag WHERE item_heads.item_tag = leaf.item_tag \
     AND (leaf.item_tag IN (SELECT item_tag FROM answers) \
     OR leaf.item_tag NOT IN (SELECT item_tag FROM keyed)) RETURNING item_heads.item_tag \
     ), leaves AS ( \
     INSERT INTO item_leaves (item_tag, seq, leaf) \
     SELECT item_tag, seq, leaf FROM leaf JOIN moved USING (item_tag) RETURNING number, item_tag \
     ), waiting AS ( \
     INSERT INTO item_waiting (number, hash) \
     SELECT number, hash FROM leaf JOIN leaves USING (item_tag) \
     ), inbox AS ( \
     INSERT INTO item_inbox (recipient, item_tag, until) \
     SELECT recipient, item_tag, until \
     FROM unnest($10::bytea[], $11::bytea[], $12::bigint[]) AS offered (item_tag, recipient, until) \
     JOIN moved USING (item_tag) \
     ON CONFLICT (recipient, item_tag) DO UPDATE SET until = excluded.until \
     ), handed AS MATERIALIZED ( \
     SELECT * FROM unnest($13::bytea[], $14::text[], $15::bytea[], $16::bytea[], $17::bytea[], \
     $18::text[]) AS handed (item_tag, grant_id, holder, offer, code, template) \
     JOIN moved USING (item_tag) \
     ), granted AS ( \
     INSERT INTO grants (id, configuration, offered_at) SELECT grant_id, 'item', $19 FROM handed \
     ), of_items AS ( \
     INSERT INTO item_grants (grant_id, item_tag, holder) \
     SELECT grant_id, item_tag, holder FROM handed \
     ), opened AS ( \
     INSERT INTO offers (offer, code, configuration, template, copies, expires_at, grant_id, \
     configurations, flow) \
     SELECT offer, code, 'item', template, $20, $21, grant_id, $22, $23 FROM handed \
     ) SELECT item_tag FROM moved";

async fn on_server(server: &Postgres, moves: &[Move]) -> Answer<BTreeSet<ItemTag>> {
    let tag = |one: &Move| one.tag.as_bytes().to_vec();
    let column = |of: fn(&Move) -> Vec<u8>| moves.iter().map(of).collect::<Vec<_>>();
    let seqs: Vec<i64> = moves.iter().map(|one| number(one.seq)).collect();
    let keyed: Vec<_> = moves
        .iter()
        .filter_map(|one| Some((one, one.keyed?)))
        .collect();
    let offered: Vec<_> = moves
        .iter()
        .filter_map(|one| match one.beside {
            Beside::Offered { to, until } => Some((one, to, until)),
            _ => None,
        })
        .collect();
    let handed: Vec<(&Move, &Handing)> = moves
        .iter()
        .filter_map(|one| match &one.beside {
            Beside::Accepted(handing) => Some((one, &**handing)),
            _ => None,
        })
        .collect();
    // What is handed is alike for all but whose it is.
    let usual = handed.first().map(|(_, handing)| *handing);
    let handings = |of: fn(&Handing) -> Vec<u8>| {
        let handings = handed.iter().map(|(_, handing)| of(handing));
        handings.collect::<Vec<_>>()
    };
    let texts = |of: fn(&Handing) -> String| {
        let handings = handed.iter().map(|(_, handing)| of(handing));
        handings.collect::<Vec<_>>()
    };
    let bound = sqlx::query(ON_SERVER)
        .bind(moves.iter().map(tag).collect::<Vec<_>>())
        .bind(seqs)
        .bind(column(|one| one.before.as_bytes().to_vec()))
        .bind(column(|one| one.hash.as_bytes().to_vec()))
        .bind(column(|one| one.leaf.clone()))
        .bind(keyed.iter().map(|(one, _)| tag(one)).collect::<Vec<_>>())
        .bind(
            keyed
                .iter()
                .map(|(_, keyed)| keyed.key.as_bytes().to_vec())
                .collect::<Vec<_>>(),
        )
        .bind(
            keyed
                .iter()
                .map(|(_, keyed)| keyed.request.as_bytes().to_vec())
                .collect::<Vec<_>>(),
        )
        .bind(
            keyed
                .iter()
                .map(|(_, keyed)| keyed.expires.unix())
                .collect::<Vec<_>>(),
        )
        .bind(offered.iter().map(|(one, ..)| tag(one)).collect::<Vec<_>>())
        .bind(
            offered
                .iter()
                .map(|(_, to, _)| to.as_bytes().to_vec())
                .collect::<Vec<_>>(),
        )
        .bind(
            offered
                .iter()
                .map(|(_, _, until)| until.unix())
                .collect::<Vec<_>>(),
        )
        .bind(handed.iter().map(|(one, _)| tag(one)).collect::<Vec<_>>())
        .bind(texts(|handing| handing.grant.as_str().to_owned()))
        .bind(handings(|handing| handing.holder.as_bytes().to_vec()))
        .bind(handings(|handing| handing.code.offer.as_bytes().to_vec()))
        .bind(handings(|handing| handing.code.code.as_bytes().to_vec()))
        .bind(texts(|handing| handing.template.clone()))
        .bind(usual.map(|handing| handing.made.unix()))
        .bind(usual.map(|handing| i64::from(handing.copies)))
        .bind(usual.map(|handing| handing.expires.unix()))
        .bind(usual.map(|handing| handing.configurations.clone()))
        .bind(OfferFlow::PreAuthorized.id());
    let mut lease = server.lease().await?;
    let rows = lease.rows(bound).await?;
    rows.iter()
        .map(|row| Ok(ItemTag::from_bytes(read_32(row.try_get(0)?)?)))
        .collect()
}

pub(super) async fn as_one(store: &Database, moves: &[Move]) -> Answer<bool> {
    in_transaction!(store, open => all(open, moves))
}

/// All of them, or nothing of it is committed.
async fn all(mut transaction: Transaction, moves: &[Move]) -> Answer<bool> {
    let mut moves: Vec<&Move> = moves.iter().collect();
    // In the order in which everybody locks.
    moves.sort_by_key(|one| one.tag);
    for one in moves {
        let (tag, seq) = (one.tag.as_bytes().as_slice(), number(one.seq));
        let moved = query(
            "UPDATE item_heads SET seq = $1, hash = $2 \
             WHERE item_tag = $3 AND seq = $4 AND hash = $5",
        )
        .bind(seq)
        .bind(one.hash.as_bytes().as_slice())
        .bind(tag)
        .bind(seq.saturating_sub(1))
        .bind(one.before.as_bytes().as_slice())
        .execute(&mut transaction)
        .await?;
        if moved != 1 {
            return Ok(false);
        }
        query("INSERT INTO item_leaves (item_tag, seq, leaf) VALUES ($1, $2, $3)")
            .bind(tag)
            .bind(seq)
            .bind(&one.leaf)
            .execute(&mut transaction)
            .await?;
        query(WAITS)
            .bind(tag)
            .bind(seq)
            .bind(one.hash.as_bytes().as_slice())
            .execute(&mut transaction)
            .await?;
        if let Some(keyed) = &one.keyed {
            query(
                "INSERT INTO item_answers (key, request, item_tag, seq, expires_at) \
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(keyed.key.as_bytes().as_slice())
            .bind(keyed.request.as_bytes().as_slice())
            .bind(tag)
            .bind(seq)
            .bind(keyed.expires.unix())
            .execute(&mut transaction)
            .await?;
        }
        match &one.beside {
            Beside::Nothing => {}
            Beside::Offered { to, until } => {
                query(
                    "INSERT INTO item_inbox (recipient, item_tag, until) VALUES ($1, $2, $3) \
                     ON CONFLICT (recipient, item_tag) DO UPDATE SET until = excluded.until",
                )
                .bind(to.as_bytes().as_slice())
                .bind(tag)
                .bind(until.unix())
                .execute(&mut transaction)
                .await?;
            }
            Beside::Accepted(handing) => {
                super::grants::give(&mut transaction, one.tag, handing).await?;
            }
        }
    }
    transaction.commit().await?;
    Ok(true)
}
