//! What a witness cosigned last of each log: one SQLite file, synced before anybody is answered.

use std::path::Path;

use proofs::tlog::checkpoint::VerifiedCheckpoint;
use proofs::tlog::merkle::TreeHead;
use schemas::digest::Sha256Digest;
use schemas::time::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqlitePool;

use super::WitnessError;
use crate::sqlite_file;

const STEPS: [&str; 1] = [include_str!("migrations/0001_first.sql")];

/// The file.
#[derive(Debug)]
pub(super) struct State(SqlitePool);

impl State {
    /// Opens the file, or makes it.
    pub(super) async fn open(path: &Path, now: Timestamp) -> Result<Self, WitnessError> {
        Ok(Self(sqlite_file::open(path, 1, &STEPS, now).await?))
    }

    /// Size and root that were cosigned last.
    pub(super) async fn newest(&self, origin: &str) -> Result<Option<TreeHead>, sqlx::Error> {
        let row = sqlx::query("SELECT size, root FROM logs WHERE origin = ?")
            .bind(origin)
            .fetch_optional(&self.0)
            .await?;
        row.map(|row| {
            let (size, root): (i64, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
            let damaged = |what: &str| sqlx::Error::Decode(what.into());
            let root: [u8; 32] = root.try_into().map_err(|_| damaged("a root"))?;
            Ok(TreeHead {
                size: u64::try_from(size).map_err(|_| damaged("a size"))?,
                root: Sha256Digest::from_bytes(root),
            })
        })
        .transpose()
    }

    /// Puts a checkpoint in the place of the one that it was proven from. False when that one is not the
    /// newest any more.
    pub(super) async fn advance(
        &self,
        checkpoint: &VerifiedCheckpoint,
        note: &str,
        before: Option<TreeHead>,
    ) -> Result<bool, sqlx::Error> {
        let head = checkpoint.head();
        let number = |size: u64| i64::try_from(size).unwrap_or(i64::MAX);
        let id = Sha256Digest::of(checkpoint.origin().as_bytes());
        let query = match before {
            None => sqlx::query(
                "INSERT INTO logs (size, root, note, id, origin) VALUES (?, ?, ?, ?, ?) \
                 ON CONFLICT DO NOTHING",
            ),
            Some(_) => sqlx::query(
                "UPDATE logs SET size = ?, root = ?, note = ? \
                 WHERE id = ? AND origin = ? AND size = ? AND root = ?",
            ),
        };
        let query = query
            .bind(number(head.size))
            .bind(head.root.as_bytes().to_vec())
            .bind(note.to_owned())
            .bind(id.as_bytes().to_vec())
            .bind(checkpoint.origin().to_owned());
        let query = match before {
            None => query,
            Some(before) => query
                .bind(number(before.size))
                .bind(before.root.as_bytes().to_vec()),
        };
        Ok(query.execute(&self.0).await?.rows_affected() == 1)
    }

    /// The newest checkpoint with its cosignature, by the SHA-256 of the origin.
    pub(super) async fn note(&self, id: &[u8; 32]) -> Result<Option<String>, sqlx::Error> {
        let row = sqlx::query("SELECT note FROM logs WHERE id = ?")
            .bind(id.to_vec())
            .fetch_optional(&self.0)
            .await?;
        row.map(|row| row.try_get(0)).transpose()
    }

    /// Closes the file.
    pub(super) async fn close(&self) {
        self.0.close().await;
    }
}
