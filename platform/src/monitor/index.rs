//! What a monitor keeps: the tiles of its own tree, the checkpoints that it saw, and each leaf by item
//! and step. One SQLite file.

mod writing;

use std::path::Path;

use proofs::tlog::TlogError;
use proofs::tlog::edge::Edge;
use proofs::tlog::merkle::{Node, Nodes as _, Plan, TreeHead, empty_root};
use proofs::tlog::tile::{Tile, TileKind, TilePath, Tiles};
use schemas::digest::Sha256Digest;
use schemas::json;
use schemas::ledger::{EvidenceFile, Inclusion, ItemTag, UnverifiedLeaf};
use schemas::message::Message as _;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use sqlx::Row as _;
use sqlx::sqlite::{SqlitePool, SqliteRow};

use super::MonitorError;
use super::weighing::{Held, Signed, inclusion};
use crate::sqlite_file;

pub(super) use writing::Writing;

/// Two: what is read while leaves are written.
const CONNECTIONS: u32 = 2;
const STEPS: [&str; 3] = [
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_evidence.sql"),
    include_str!("migrations/0003_halves.sql"),
];

/// The file.
#[derive(Debug)]
pub(super) struct Index(SqlitePool);

/// How a checkpoint stands to the own tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It was not compared yet: the own tree is not that far.
    Open,
    /// The own tree had this root.
    Fits,
    /// The own tree had another.
    Foreign,
}

impl Standing {
    const fn number(self) -> i64 {
        match self {
            Self::Open => 0,
            Self::Fits => 1,
            Self::Foreign => 2,
        }
    }

    fn read(row: &SqliteRow, column: usize) -> Result<Self, sqlx::Error> {
        match row.try_get(column)? {
            0_i64 => Ok(Self::Open),
            1 => Ok(Self::Fits),
            2 => Ok(Self::Foreign),
            _ => Err(damaged("a checkpoint")),
        }
    }
}

fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn damaged(what: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(what.into())
}

fn natural(row: &SqliteRow, column: usize) -> Result<u64, sqlx::Error> {
    let value: i64 = row.try_get(column)?;
    u64::try_from(value).map_err(|_| damaged("a number"))
}

fn bytes(row: &SqliteRow, column: usize) -> Result<[u8; 32], sqlx::Error> {
    let value: Vec<u8> = row.try_get(column)?;
    value.try_into().map_err(|_| damaged("32 bytes"))
}

fn items(rows: &[SqliteRow]) -> Result<Vec<ItemTag>, MonitorError> {
    let items = rows
        .iter()
        .map(|row| Ok(ItemTag::from_bytes(bytes(row, 0)?)));
    items.collect()
}

fn leaf(row: &SqliteRow) -> Result<UnverifiedLeaf, sqlx::Error> {
    let entry: Vec<u8> = row.try_get(0)?;
    UnverifiedLeaf::of_entry(&entry).map_err(|_| damaged("a leaf"))
}

/// A checkpoint, from size, root, note, and the three columns of what came with it.
fn signed(row: &SqliteRow) -> Result<Signed, sqlx::Error> {
    let place: Option<i64> = row.try_get(3)?;
    let held = match place {
        None => None,
        Some(_) => {
            let path: Vec<u8> = row.try_get(5)?;
            let (hashes, rest) = path.as_chunks::<32>();
            if !rest.is_empty() {
                return Err(damaged("a path"));
            }
            Some(Held {
                index: natural(row, 3)?,
                leaf: Sha256Digest::from_bytes(bytes(row, 4)?),
                path: hashes
                    .iter()
                    .copied()
                    .map(Sha256Digest::from_bytes)
                    .collect(),
            })
        }
    };
    Ok(Signed {
        head: TreeHead {
            size: natural(row, 0)?,
            root: Sha256Digest::from_bytes(bytes(row, 1)?),
        },
        note: row.try_get(2)?,
        held,
    })
}

impl Index {
    /// Opens the file, or makes it.
    pub(super) async fn open(
        path: &Path,
        ledger: &WorldId,
        now: Timestamp,
    ) -> Result<Self, MonitorError> {
        let pool = sqlite_file::open(path, CONNECTIONS, &STEPS, now).await?;
        sqlx::query("INSERT INTO log (one, ledger, size) VALUES (1, ?, 0) ON CONFLICT DO NOTHING")
            .bind(ledger.origin().to_owned())
            .execute(&pool)
            .await?;
        let row = sqlx::query("SELECT ledger FROM log")
            .fetch_one(&pool)
            .await?;
        if row.try_get::<String, _>(0)? != ledger.origin() {
            return Err(MonitorError::OtherLedger);
        }
        Ok(Self(pool))
    }

    pub(super) async fn close(&self) {
        self.0.close().await;
    }

    /// The right edge of the own tree.
    pub(super) async fn edge(&self) -> Result<Edge, MonitorError> {
        let row = sqlx::query("SELECT size FROM log")
            .fetch_one(&self.0)
            .await?;
        let size = natural(&row, 0)?;
        let mut tiles = Vec::new();
        for path in TilePath::open(size) {
            tiles.push(self.tile(path).await?);
        }
        Edge::resume(size, &tiles).map_err(MonitorError::Damaged)
    }

    /// A tile as it was in a tree that was no larger.
    async fn tile(&self, path: TilePath) -> Result<Tile, MonitorError> {
        let missing = MonitorError::Damaged(TlogError::Tile("is not at hand"));
        let TileKind::Hashes(level) = path.kind() else {
            return Err(missing);
        };
        let row = sqlx::query("SELECT hashes FROM tiles WHERE level = ? AND place = ?")
            .bind(i64::from(level))
            .bind(number(path.index()))
            .fetch_optional(&self.0)
            .await?;
        let hashes: Vec<u8> = row.ok_or(missing)?.try_get(0)?;
        let hashes = hashes.get(..usize::from(path.width()) * 32);
        Tile::read(path, hashes.unwrap_or_default()).map_err(MonitorError::Damaged)
    }

    async fn tiles(&self, plan: &Plan, size: u64) -> Result<Tiles, MonitorError> {
        let mut tiles = Tiles::new();
        for path in plan.tiles(size).map_err(MonitorError::Damaged)? {
            tiles.insert(self.tile(path).await?);
        }
        Ok(tiles)
    }

    /// The root of the own tree when it had so many leaves; it has `have`.
    pub(super) async fn root(&self, size: u64, have: u64) -> Result<Sha256Digest, MonitorError> {
        debug_assert!(size <= have, "a tree that there was");
        let plan = Plan::root(size);
        let tiles = self.tiles(&plan, size).await?;
        let root = plan.make(&tiles).map_err(MonitorError::Damaged)?;
        Ok(root.first().copied().unwrap_or_else(empty_root))
    }

    /// A subtree of the own tree when it had so many leaves, with its path.
    pub(super) async fn subtree(
        &self,
        node: Node,
        size: u64,
        have: u64,
    ) -> Result<Inclusion, MonitorError> {
        debug_assert!(size <= have, "a tree that there was");
        let plan = Plan::subtree(node, size).map_err(MonitorError::Damaged)?;
        let tiles = self.tiles(&plan, size).await?;
        let path = plan.make(&tiles).map_err(MonitorError::Damaged)?;
        let own = self.tiles(&Plan::of(node), size).await?;
        let hash = own.node(node).map_err(MonitorError::Damaged)?;
        Ok(inclusion(&hash, &path))
    }

    /// The checkpoint of a size that was seen first, and how it stands.
    pub(super) async fn checkpoint(
        &self,
        size: u64,
    ) -> Result<Option<(Signed, Standing)>, MonitorError> {
        let row = sqlx::query(
            "SELECT size, root, note, place, leaf, path, checked FROM checkpoints WHERE size = ?",
        )
        .bind(number(size))
        .fetch_optional(&self.0)
        .await?;
        let row = row.as_ref();
        Ok(row
            .map(|row| Ok::<_, sqlx::Error>((signed(row)?, Standing::read(row, 6)?)))
            .transpose()?)
    }

    /// The largest checkpoint of which the own tree has every leaf.
    pub(super) async fn checkpoint_within(
        &self,
        size: u64,
    ) -> Result<Option<Signed>, MonitorError> {
        let row = sqlx::query(
            "SELECT size, root, note, place, leaf, path FROM checkpoints \
             WHERE size <= ? AND checked = 1 ORDER BY size DESC LIMIT 1",
        )
        .bind(number(size))
        .fetch_optional(&self.0)
        .await?;
        Ok(row.as_ref().map(signed).transpose()?)
    }

    /// The largest size that was ever shown as the newest.
    pub(super) async fn newest_size(&self) -> Result<u64, MonitorError> {
        let row = sqlx::query("SELECT COALESCE(MAX(size), 0) FROM checkpoints WHERE place IS NULL")
            .fetch_one(&self.0)
            .await?;
        Ok(natural(&row, 0)?)
    }

    /// Keeps a checkpoint, or how it stands by now. Of one size the first is kept.
    pub(super) async fn keep_checkpoint(
        &self,
        checkpoint: &Signed,
        standing: Standing,
    ) -> Result<(), MonitorError> {
        let mut write = self.begin().await?;
        write.checkpoint(checkpoint, standing).await?;
        write.commit().await
    }

    /// Checkpoints that were not compared with the own tree yet, which has so many leaves.
    pub(super) async fn unchecked(&self, have: u64) -> Result<Vec<Signed>, MonitorError> {
        let rows = sqlx::query(
            "SELECT size, root, note, place, leaf, path FROM checkpoints \
             WHERE size <= ? AND checked = 0",
        )
        .bind(number(have))
        .fetch_all(&self.0)
        .await?;
        let found = rows.iter().map(signed);
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// What convicts the ledger and was not told yet, with what is said of it; the first so many.
    pub(super) async fn untold(
        &self,
        most: u32,
    ) -> Result<Vec<(EvidenceFile, String)>, MonitorError> {
        let rows =
            sqlx::query("SELECT file, what FROM evidence WHERE told = 0 ORDER BY rowid LIMIT ?")
                .bind(i64::from(most))
                .fetch_all(&self.0)
                .await?;
        let mut found = Vec::new();
        for row in rows {
            let file: String = row.try_get(0)?;
            let value = json::read(file.as_bytes(), &EvidenceFile::LIMITS);
            let value = value.map_err(|_| damaged("evidence"))?;
            let evidence = EvidenceFile::from_value(&value).map_err(|_| damaged("evidence"))?;
            found.push((evidence, row.try_get(1)?));
        }
        Ok(found)
    }

    /// Items of which a step was shown that the log does not have yet.
    pub(super) async fn items_ahead(&self, most: u32) -> Result<Vec<ItemTag>, MonitorError> {
        let rows = sqlx::query(
            "SELECT DISTINCT item FROM leaves WHERE place IS NULL ORDER BY shown LIMIT ?",
        )
        .bind(i64::from(most))
        .fetch_all(&self.0)
        .await?;
        items(&rows)
    }

    /// Items in the order of their names.
    pub(super) async fn items_after(
        &self,
        item: Option<ItemTag>,
        most: u32,
    ) -> Result<Vec<ItemTag>, MonitorError> {
        let after = item.map_or_else(Vec::new, |item| item.as_bytes().to_vec());
        let rows =
            sqlx::query("SELECT DISTINCT item FROM leaves WHERE item > ? ORDER BY item LIMIT ?")
                .bind(after)
                .bind(i64::from(most))
                .fetch_all(&self.0)
                .await?;
        items(&rows)
    }

    /// Leaves that were shown before a time, and that the log does not have.
    pub(super) async fn not_logged(
        &self,
        before: Timestamp,
    ) -> Result<Vec<(ItemTag, u64)>, MonitorError> {
        let rows =
            sqlx::query("SELECT item, seq FROM leaves WHERE place IS NULL AND shown < ? LIMIT 64")
                .bind(before.unix())
                .fetch_all(&self.0)
                .await?;
        let mut found = Vec::new();
        for row in rows {
            found.push((ItemTag::from_bytes(bytes(&row, 0)?), natural(&row, 1)?));
        }
        Ok(found)
    }

    /// Halves of swaps that the log has without their other half, with their place in the log.
    pub(super) async fn lone_halves(&self) -> Result<Vec<(UnverifiedLeaf, u64)>, MonitorError> {
        let rows = sqlx::query(
            "SELECT leaves.entry, leaves.place FROM halves \
             JOIN leaves ON leaves.item = halves.item AND leaves.seq = halves.seq \
             LEFT JOIN leaves AS found ON found.item = other AND found.seq = other_seq \
             WHERE leaves.place IS NOT NULL AND found.place IS NULL \
             ORDER BY leaves.place LIMIT 64",
        )
        .fetch_all(&self.0)
        .await?;
        let found = rows.iter().map(|row| Ok((leaf(row)?, natural(row, 1)?)));
        found.collect()
    }

    pub(super) async fn begin(&self) -> Result<Writing, MonitorError> {
        Writing::of(&self.0).await
    }
}
