//! The tables, version by version. A step that was published is never changed; a new one follows it.

use schemas::time::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqlitePool;

use crate::store::{Answer, StoreError};

/// Each step brings the tables from its index to the next version.
const STEPS: &[&str] = &[
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_sealed.sql"),
    include_str!("migrations/0003_status.sql"),
    include_str!("migrations/0004_histories.sql"),
    include_str!("migrations/0005_kinds.sql"),
];

/// What became of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Migrated {
    /// They were of this version already.
    Nothing,
    /// They were made or changed.
    Changed,
}

/// Runs the steps that are missing, each in a transaction.
pub(super) async fn run(pool: &SqlitePool, now: Timestamp) -> Answer<Migrated> {
    let mut migrated = Migrated::Nothing;
    sqlx::query(
        "CREATE TABLE IF NOT EXISTS schema_versions \
         (version INTEGER PRIMARY KEY NOT NULL, applied_at INTEGER NOT NULL) STRICT",
    )
    .execute(pool)
    .await?;
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    for version in 1.. {
        // Read inside the transaction: another process may be starting too.
        let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
        let row = sqlx::query("SELECT COALESCE(MAX(version), 0) FROM schema_versions")
            .fetch_one(&mut *transaction)
            .await?;
        let found: i64 = row.try_get(0)?;
        if found > known {
            return Err(StoreError::Newer { found, known });
        }
        let Some(step) = usize::try_from(found).ok().and_then(|at| STEPS.get(at)) else {
            return Ok(migrated);
        };
        if found >= version {
            continue;
        }
        sqlx::raw_sql(*step).execute(&mut *transaction).await?;
        sqlx::query("INSERT INTO schema_versions (version, applied_at) VALUES ($1, $2)")
            .bind(found.saturating_add(1))
            .bind(now.unix())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        migrated = Migrated::Changed;
    }
    Ok(migrated)
}
