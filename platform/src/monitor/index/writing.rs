//! One transaction of a monitor: what was read of the log, and what that proves, are kept together or
//! not at all.

use proofs::tlog::tile::{Tile, TileKind};
use schemas::canonical;
use schemas::digest::Sha256Digest;
use schemas::json::{self, Value};
use schemas::ledger::{EvidenceFile, ItemTag, LeafHash, UnverifiedLeaf};
use schemas::message::Message as _;
use schemas::time::Timestamp;
use sqlx::Transaction;
use sqlx::sqlite::{Sqlite, SqlitePool};

use super::super::MonitorError;
use super::super::weighing::Signed;
use super::{Standing, leaf, natural, number};

/// One transaction.
pub(in super::super) struct Writing(Transaction<'static, Sqlite>);

/// What a piece of evidence is about: whatever signatures or paths beside are in it, it is told once.
fn id(evidence: &EvidenceFile) -> Sha256Digest {
    let text = |note: &String| {
        let text = note.split("\n\n").next().unwrap_or_default();
        Sha256Digest::of(text.as_bytes())
    };
    let mut parts = match evidence {
        EvidenceFile::TwoLeaves { leaves, .. } => {
            let hash = |leaf: &UnverifiedLeaf| Sha256Digest::from_bytes(*leaf.hash().as_bytes());
            leaves.each_ref().map(hash)
        }
        EvidenceFile::TwoCheckpoints { checkpoints, .. }
        | EvidenceFile::TwoTrees { checkpoints, .. } => checkpoints.each_ref().map(text),
    };
    parts.sort_unstable();
    let [first, second] = &parts;
    let kind = evidence.kind().as_bytes();
    Sha256Digest::of_parts(&[kind, b"\n", first.as_bytes(), second.as_bytes()])
}

impl Writing {
    pub(super) async fn of(pool: &SqlitePool) -> Result<Self, MonitorError> {
        Ok(Self(pool.begin().await?))
    }

    /// Keeps what convicts the ledger, to be told with this pass and with each one after until it was.
    /// False for what nobody could read again.
    pub(in super::super) async fn evidence(
        &mut self,
        evidence: &EvidenceFile,
        what: &str,
    ) -> Result<bool, MonitorError> {
        let text = canonical::to_text(&Value::Object(evidence.to_object()));
        let read = json::read(text.as_bytes(), &EvidenceFile::LIMITS);
        if !read.is_ok_and(|value| EvidenceFile::from_value(&value).is_ok()) {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO evidence (id, file, what) VALUES (?, ?, ?) \
             ON CONFLICT (id) DO UPDATE SET told = 0",
        )
        .bind(id(evidence).as_bytes().to_vec())
        .bind(text)
        .bind(what.to_owned())
        .execute(&mut *self.0)
        .await?;
        Ok(true)
    }

    /// That this is where it cannot be lost.
    pub(in super::super) async fn told(
        &mut self,
        evidence: &EvidenceFile,
    ) -> Result<(), MonitorError> {
        sqlx::query("UPDATE evidence SET told = 1 WHERE id = ?")
            .bind(id(evidence).as_bytes().to_vec())
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    /// Keeps a checkpoint, or how it stands by now. Of one size the first is kept.
    pub(in super::super) async fn checkpoint(
        &mut self,
        checkpoint: &Signed,
        standing: Standing,
    ) -> Result<(), MonitorError> {
        let Signed { head, note, held } = checkpoint;
        let held = held.as_ref();
        sqlx::query(
            "INSERT INTO checkpoints (size, root, note, checked, place, leaf, path) \
             VALUES (?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (size) DO UPDATE SET checked = excluded.checked, \
             place = CASE WHEN excluded.place IS NULL THEN NULL ELSE place END \
             WHERE root = excluded.root AND checked = 0",
        )
        .bind(number(head.size))
        .bind(head.root.as_bytes().to_vec())
        .bind(note.clone())
        .bind(standing.number())
        .bind(held.map(|held| number(held.index)))
        .bind(held.map(|held| held.leaf.as_bytes().to_vec()))
        .bind(held.map(|held| {
            let path = held.path.iter().flat_map(|hash| *hash.as_bytes());
            path.collect::<Vec<u8>>()
        }))
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// The leaf of a place.
    pub(in super::super) async fn leaf(
        &mut self,
        item: ItemTag,
        seq: u64,
    ) -> Result<Option<UnverifiedLeaf>, MonitorError> {
        let row = sqlx::query("SELECT entry FROM leaves WHERE item = ? AND seq = ?")
            .bind(item.as_bytes().to_vec())
            .bind(number(seq))
            .fetch_optional(&mut *self.0)
            .await?;
        Ok(row.as_ref().map(leaf).transpose()?)
    }

    /// The leaves that go on from a leaf.
    pub(in super::super) async fn leaves_after(
        &mut self,
        previous: LeafHash,
    ) -> Result<Vec<UnverifiedLeaf>, MonitorError> {
        let rows = sqlx::query("SELECT entry FROM leaves WHERE previous = ?")
            .bind(previous.as_bytes().to_vec())
            .fetch_all(&mut *self.0)
            .await?;
        let leaves = rows.iter().map(leaf);
        Ok(leaves.collect::<Result<_, _>>()?)
    }

    /// Halves of swaps that name a leaf, its place, or the leaf before it as those of their other half.
    pub(in super::super) async fn halves_about(
        &mut self,
        about: &UnverifiedLeaf,
    ) -> Result<Vec<UnverifiedLeaf>, MonitorError> {
        let claims = about.claims();
        let previous = claims.previous.map(|previous| previous.as_bytes().to_vec());
        let rows = sqlx::query(
            "SELECT entry FROM leaves JOIN halves USING (item, seq) \
             WHERE (other = ? AND other_seq = ?) OR other_previous = ? OR other_previous = ?",
        )
        .bind(claims.item.as_bytes().to_vec())
        .bind(number(claims.seq))
        .bind(about.hash().as_bytes().to_vec())
        .bind(previous)
        .fetch_all(&mut *self.0)
        .await?;
        let leaves = rows.iter().map(leaf);
        Ok(leaves.collect::<Result<_, _>>()?)
    }

    /// The newest step of an item.
    pub(in super::super) async fn newest(
        &mut self,
        item: ItemTag,
    ) -> Result<Option<u64>, MonitorError> {
        let row = sqlx::query("SELECT seq FROM leaves WHERE item = ? ORDER BY seq DESC LIMIT 1")
            .bind(item.as_bytes().to_vec())
            .fetch_optional(&mut *self.0)
            .await?;
        Ok(row.as_ref().map(|row| natural(row, 0)).transpose()?)
    }

    /// Keeps a leaf of the log.
    pub(in super::super) async fn keep_leaf(
        &mut self,
        leaf: &UnverifiedLeaf,
        place: u64,
    ) -> Result<(), MonitorError> {
        self.put(leaf, Some(number(place)), None).await
    }

    /// Keeps a leaf of a head document.
    pub(in super::super) async fn show_leaf(
        &mut self,
        leaf: &UnverifiedLeaf,
        now: Timestamp,
    ) -> Result<(), MonitorError> {
        self.put(leaf, None, Some(now.unix())).await
    }

    async fn put(
        &mut self,
        leaf: &UnverifiedLeaf,
        place: Option<i64>,
        shown: Option<i64>,
    ) -> Result<(), MonitorError> {
        let claims = leaf.claims();
        sqlx::query(
            "INSERT INTO leaves (item, seq, previous, place, shown, entry) \
             VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT (item, seq) DO UPDATE SET \
             place = COALESCE(place, excluded.place), shown = COALESCE(shown, excluded.shown)",
        )
        .bind(claims.item.as_bytes().to_vec())
        .bind(number(claims.seq))
        .bind(claims.previous.map(|previous| previous.as_bytes().to_vec()))
        .bind(place)
        .bind(shown)
        .bind(leaf.bytes().to_vec())
        .execute(&mut *self.0)
        .await?;
        let Some(leg) = claims.swap else {
            return Ok(());
        };
        sqlx::query(
            "INSERT INTO halves (item, seq, other, other_seq, other_previous) \
             VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(claims.item.as_bytes().to_vec())
        .bind(number(claims.seq))
        .bind(leg.item.as_bytes().to_vec())
        .bind(number(leg.seq))
        .bind(leg.previous.as_bytes().to_vec())
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Keeps the tiles of a tree that has so many leaves now.
    pub(in super::super) async fn tiles(
        &mut self,
        tiles: &[Tile],
        size: u64,
    ) -> Result<(), MonitorError> {
        for tile in tiles {
            let TileKind::Hashes(level) = tile.path().kind() else {
                continue;
            };
            sqlx::query(
                "INSERT INTO tiles (level, place, hashes) VALUES (?, ?, ?) \
                 ON CONFLICT (level, place) DO UPDATE SET hashes = excluded.hashes",
            )
            .bind(i64::from(level))
            .bind(number(tile.path().index()))
            .bind(tile.to_bytes())
            .execute(&mut *self.0)
            .await?;
        }
        sqlx::query("UPDATE log SET size = ?")
            .bind(number(size))
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    pub(in super::super) async fn commit(self) -> Result<(), MonitorError> {
        Ok(self.0.commit().await?)
    }
}
