//! The tables, version by version, in either database. A step that was published is never changed; a new
//! one follows it, in `sqlite/migrations` and `postgres/migrations` under the same number.

use schemas::time::Timestamp;

use super::database::statement::query;
use super::{Answer, Database, StoreError};

/// By which processes agree who of them makes the tables.
const STEPS_IN_TURN: i64 = 0x6f6d_6f74_6501;

/// Each step brings the tables from the version before to its own. PostgreSQL came when SQLite had seven;
/// there the first step is the seventh, and brings all at once.
struct Step {
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! step {
    ($name:literal) => {
        Step {
            sqlite: include_str!(concat!("sqlite/migrations/", $name)),
            postgres: include_str!(concat!("postgres/migrations/", $name)),
        }
    };
    ($name:literal, sqlite) => {
        Step {
            sqlite: include_str!(concat!("sqlite/migrations/", $name)),
            postgres: "",
        }
    };
}

const STEPS: &[Step] = &[
    step!("0001_first.sql", sqlite),
    step!("0002_sealed.sql", sqlite),
    step!("0003_status.sql", sqlite),
    step!("0004_histories.sql", sqlite),
    step!("0005_kinds.sql", sqlite),
    step!("0006_issuing.sql", sqlite),
    step!("0007_asking.sql"),
    step!("0008_ledger.sql"),
    step!("0009_world.sql"),
    step!("0010_families.sql"),
    step!("0011_numbers.sql"),
];

/// What became of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Migrated {
    /// They were of this version already.
    Nothing,
    /// They were made or changed.
    Changed,
}

/// Runs the steps that are missing, each in a transaction. Two processes that start at once wait for each
/// other, and each step runs once.
pub(super) async fn run(store: &Database, now: Timestamp) -> Answer<Migrated> {
    let mut migrated = Migrated::Nothing;
    loop {
        let mut transaction = store.begin().await?;
        transaction.in_turn(STEPS_IN_TURN).await?;
        transaction
            .script(
                "CREATE TABLE IF NOT EXISTS schema_versions \
                 (version INTEGER PRIMARY KEY NOT NULL, applied_at INTEGER NOT NULL) STRICT",
                "CREATE TABLE IF NOT EXISTS schema_versions \
                 (version BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL)",
            )
            .await?;
        let row = query("SELECT COALESCE(MAX(version), 0) FROM schema_versions")
            .fetch_one(&mut transaction)
            .await?;
        let found: i64 = row.try_get(0)?;
        let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
        if found > known {
            return Err(StoreError::Newer { found, known });
        }
        let Some(step) = usize::try_from(found).ok().and_then(|at| STEPS.get(at)) else {
            return Ok(migrated);
        };
        transaction.script(step.sqlite, step.postgres).await?;
        query("INSERT INTO schema_versions (version, applied_at) VALUES ($1, $2)")
            .bind(found.saturating_add(1))
            .bind(now.unix())
            .execute(&mut transaction)
            .await?;
        transaction.commit().await?;
        migrated = Migrated::Changed;
    }
}
