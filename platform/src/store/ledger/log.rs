//! The log: which leaf is which entry, tiles of hashes, and checkpoints. What is taken in, computed and
//! signed is one transaction, so that a log that was killed goes on where its last checkpoint is.

use proofs::tlog::tile::{TileKind, TilePath};
use schemas::digest::Sha256Digest;
use schemas::ledger::LeafHash;
use schemas::time::Timestamp;

use super::{Spot, number, read_32, read_number};
use crate::store::database::statement::{Row, Runs, query};
use crate::store::database::transaction::Transaction;
use crate::store::{Answer, Database, StoreError};

/// By which processes agree who of them writes the log.
const WRITER: i64 = 0x6f6d_6f74_6503;

/// A checkpoint as it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignedCheckpoint {
    pub(crate) size: u64,
    pub(crate) root: Sha256Digest,
    /// The note: text and the ledger's signature.
    pub(crate) note: String,
    pub(crate) signed: Timestamp,
    /// The lines of witnesses; `None` before they were asked, and while it is not shown.
    pub(crate) cosigned: Option<String>,
}

/// A tile, as far as it is filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptTile {
    pub(crate) level: u8,
    pub(crate) place: u64,
    pub(crate) hashes: Vec<u8>,
}

/// What a log is extended by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Appending<'a> {
    /// Where it stands; `None` for a log that begins.
    pub(crate) before: Option<&'a SignedCheckpoint>,
    /// The tiles that are not full.
    pub(crate) tiles: &'a [KeptTile],
    /// The new entries, by their hashes.
    pub(crate) leaves: &'a [LeafHash],
}

/// A log that was extended.
#[derive(Clone, Debug)]
pub(crate) struct NewLog {
    /// The tiles that changed.
    pub(crate) tiles: Vec<KeptTile>,
    pub(crate) size: u64,
    pub(crate) root: Sha256Digest,
    pub(crate) note: String,
}

/// What became of taking leaves in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Appended {
    /// Another process writes.
    Elsewhere,
    /// There is nothing new.
    Nothing,
    /// So many, and there is a new checkpoint.
    Taken(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Any,
    Published,
}

pub(super) async fn newest(place: impl Runs, shown: Shown) -> Answer<Option<SignedCheckpoint>> {
    let text = match shown {
        Shown::Any => {
            "SELECT size, root, note, signed_at, cosigned FROM log_checkpoints \
             ORDER BY size DESC LIMIT 1"
        }
        Shown::Published => {
            "SELECT size, root, note, signed_at, cosigned FROM log_checkpoints \
             WHERE cosigned IS NOT NULL ORDER BY size DESC LIMIT 1"
        }
    };
    let row = query(text).fetch_optional(place).await?;
    row.map(|row| {
        Ok(SignedCheckpoint {
            size: read_number(row.try_get(0)?)?,
            root: Sha256Digest::from_bytes(read_32(row.try_get(1)?)?),
            note: row.try_get(2)?,
            signed: Timestamp::from_unix(row.try_get(3)?),
            cosigned: row.try_get(4)?,
        })
    })
    .transpose()
}

pub(super) async fn publish(
    store: &Database,
    shown: &SignedCheckpoint,
    before: Option<&str>,
) -> Answer<()> {
    let text = match before {
        None => "UPDATE log_checkpoints SET cosigned = $2 WHERE size = $1 AND cosigned IS NULL",
        Some(_) => "UPDATE log_checkpoints SET cosigned = $2 WHERE size = $1 AND cosigned = $3",
    };
    let update = query(text)
        .bind(number(shown.size))
        .bind(shown.cosigned.as_deref().unwrap_or_default());
    let update = match before {
        None => update,
        Some(before) => update.bind(before),
    };
    update.execute(store).await.map(drop)
}

pub(super) async fn append(
    store: &Database,
    most: u32,
    now: Timestamp,
    extend: &(dyn Fn(Appending<'_>) -> Answer<NewLog> + Send + Sync),
) -> Answer<Appended> {
    let mut transaction = store.begin().await?;
    if !transaction.alone(WRITER).await? {
        return Ok(Appended::Elsewhere);
    }
    let before = newest(&mut transaction, Shown::Any).await?;
    let size = before.as_ref().map_or(0, |before| before.size);
    let leaves = take(&mut transaction, size, most).await?;
    let open: Vec<_> = TilePath::open(size).into_iter().filter_map(place).collect();
    let kept = some_tiles(&mut transaction, &open).await?;
    let log = extend(Appending {
        before: before.as_ref(),
        tiles: &kept,
        leaves: &leaves,
    })?;
    let grown = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
    if log.size != size.saturating_add(grown) {
        return Err(StoreError::Corrupt("a log of another size"));
    }
    match before {
        Some(before) if leaves.is_empty() => {
            if log.root != before.root {
                return Err(StoreError::Corrupt("a log with another root"));
            }
            if log.note == before.note {
                return Ok(Appended::Nothing);
            }
            // Another key signs. What witnesses said was about the text.
            query("UPDATE log_checkpoints SET note = $2, signed_at = $3 WHERE size = $1")
                .bind(number(size))
                .bind(log.note.as_str())
                .bind(now.unix())
                .execute(&mut transaction)
                .await?;
        }
        _ => {
            for tile in &log.tiles {
                query(
                    "INSERT INTO log_tiles (level, place, hashes) VALUES ($1, $2, $3) \
                     ON CONFLICT (level, place) DO UPDATE SET hashes = excluded.hashes",
                )
                .bind(i64::from(tile.level))
                .bind(number(tile.place))
                .bind(&tile.hashes)
                .execute(&mut transaction)
                .await?;
            }
            query(
                "INSERT INTO log_checkpoints (size, root, note, signed_at) \
                 VALUES ($1, $2, $3, $4)",
            )
            .bind(number(log.size))
            .bind(log.root.as_bytes().as_slice())
            .bind(log.note.as_str())
            .bind(now.unix())
            .execute(&mut transaction)
            .await?;
        }
    }
    transaction.commit().await?;
    Ok(Appended::Taken(leaves.len()))
}

fn place(path: TilePath) -> Option<(u8, u64)> {
    match path.kind() {
        TileKind::Hashes(level) => Some((level, path.index())),
        TileKind::Entries => None,
    }
}

/// Gives the leaves that have waited longest their places from `size` on; their hashes, in that order.
async fn take(transaction: &mut Transaction, size: u64, most: u32) -> Answer<Vec<LeafHash>> {
    let rows = match transaction {
        Transaction::Sqlite(_) => take_in_file(transaction, size, most).await?,
        Transaction::Postgres(_) => {
            query(
                "WITH taken AS ( \
                 DELETE FROM item_waiting WHERE number IN \
                 (SELECT number FROM item_waiting ORDER BY number LIMIT $2) \
                 RETURNING number, hash \
                 ), placed AS ( \
                 INSERT INTO item_log (log_index, number) \
                 SELECT $1 - 1 + row_number() OVER (ORDER BY number), number FROM taken \
                 ) SELECT hash FROM taken ORDER BY number",
            )
            .bind(number(size))
            .bind(i64::from(most))
            .fetch_all(&mut *transaction)
            .await?
        }
    };
    let hash = |row: &Row| Ok(LeafHash::from_bytes(read_32(row.try_get(0)?)?));
    rows.iter().map(hash).collect()
}

async fn take_in_file(transaction: &mut Transaction, size: u64, most: u32) -> Answer<Vec<Row>> {
    query(
        "INSERT INTO item_log (log_index, number) \
         SELECT $1 - 1 + row_number() OVER (ORDER BY number), number \
         FROM item_waiting ORDER BY number LIMIT $2",
    )
    .bind(number(size))
    .bind(i64::from(most))
    .execute(&mut *transaction)
    .await?;
    let rows = query("SELECT hash FROM item_waiting ORDER BY number LIMIT $1")
        .bind(i64::from(most))
        .fetch_all(&mut *transaction)
        .await?;
    query(
        "DELETE FROM item_waiting WHERE number IN \
         (SELECT number FROM item_waiting ORDER BY number LIMIT $1)",
    )
    .bind(i64::from(most))
    .execute(&mut *transaction)
    .await?;
    Ok(rows)
}

pub(super) async fn tiles(store: &Database, places: &[(u8, u64)]) -> Answer<Vec<KeptTile>> {
    let mut found = Vec::with_capacity(places.len());
    for (level, place) in places {
        found.extend(tile(store, *level, *place).await?);
    }
    Ok(found)
}

async fn some_tiles(transaction: &mut Transaction, places: &[(u8, u64)]) -> Answer<Vec<KeptTile>> {
    let mut found = Vec::with_capacity(places.len());
    for (level, place) in places {
        found.extend(tile(&mut *transaction, *level, *place).await?);
    }
    Ok(found)
}

async fn tile(runs: impl Runs, level: u8, place: u64) -> Answer<Option<KeptTile>> {
    let row = query("SELECT hashes FROM log_tiles WHERE level = $1 AND place = $2")
        .bind(i64::from(level))
        .bind(number(place))
        .fetch_optional(runs)
        .await?;
    row.map(|row| {
        Ok(KeptTile {
            level,
            place,
            hashes: row.try_get(0)?,
        })
    })
    .transpose()
}

pub(super) async fn entries(store: &Database, from: u64, most: u32) -> Answer<Vec<Vec<u8>>> {
    let rows = query(
        "SELECT item_leaves.leaf FROM item_log \
         JOIN item_leaves ON item_leaves.number = item_log.number \
         WHERE item_log.log_index >= $1 AND item_log.log_index < $2 ORDER BY item_log.log_index",
    )
    .bind(number(from))
    .bind(number(from.saturating_add(u64::from(most))))
    .fetch_all(store)
    .await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

pub(super) async fn index(store: &Database, (tag, seq): Spot) -> Answer<Option<u64>> {
    let text = "SELECT item_log.log_index FROM item_leaves \
         JOIN item_log ON item_log.number = item_leaves.number \
         WHERE item_leaves.item_tag = $1 AND item_leaves.seq = $2";
    let row = query(text)
        .bind(tag.as_bytes().as_slice())
        .bind(number(seq))
        .fetch_optional(store)
        .await?;
    row.map(|row| read_number(row.try_get(0)?)).transpose()
}
