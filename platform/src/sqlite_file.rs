//! One SQLite file of a program that is no world: a monitor's index, a witness's promises. What was
//! written is on the disk, and the tables have a version, as those of a world's store.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use schemas::reason::Reason;
use schemas::time::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::files::{self, FileError};

/// How long a statement waits for another process with the same file.
const BUSY: Duration = Duration::from_secs(5);

/// Why such a file is not opened.
#[derive(Debug)]
pub(crate) enum NotOpened {
    /// The file.
    File(FileError),
    /// What is in it.
    Store(sqlx::Error),
    /// Made by a newer version of this program.
    Newer {
        /// The version of the file.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
}

impl NotOpened {
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::File(error) => error.reason(),
            Self::Store(_) | Self::Newer { .. } => Reason::DbUnavailable,
        }
    }
}

impl fmt::Display for NotOpened {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(formatter),
            Self::Store(error) => error.fmt(formatter),
            Self::Newer { found, known } => write!(
                formatter,
                "it has version {found}; this program knows versions up to {known}"
            ),
        }
    }
}

impl std::error::Error for NotOpened {}

impl From<FileError> for NotOpened {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<sqlx::Error> for NotOpened {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error)
    }
}

/// Opens a file that is for us alone, or makes it, and runs the steps that its tables lack. A step that
/// was published is never changed; a new one follows it.
pub(crate) async fn open(
    path: &Path,
    connections: u32,
    steps: &[&'static str],
    now: Timestamp,
) -> Result<SqlitePool, NotOpened> {
    files::create_private(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // What was said to others must not be undone by a power cut.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY)
        .pragma("trusted_schema", "OFF");
    let pool = SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(BUSY)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await?;
    migrate(&pool, steps, now).await?;
    Ok(pool)
}

/// Runs the steps that are missing, in one transaction. Two processes that start at once wait for each
/// other.
async fn migrate(
    pool: &SqlitePool,
    steps: &[&'static str],
    now: Timestamp,
) -> Result<(), NotOpened> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::raw_sql(
        "CREATE TABLE IF NOT EXISTS schema_versions \
         (version INTEGER PRIMARY KEY NOT NULL, applied_at INTEGER NOT NULL) STRICT",
    )
    .execute(&mut *transaction)
    .await?;
    let row = sqlx::query("SELECT COALESCE(MAX(version), 0) FROM schema_versions")
        .fetch_one(&mut *transaction)
        .await?;
    let found: i64 = row.try_get(0)?;
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(NotOpened::Newer { found, known });
    }
    let done = usize::try_from(found).unwrap_or_default();
    for (version, step) in (1_i64..).zip(steps).skip(done) {
        sqlx::raw_sql(*step).execute(&mut *transaction).await?;
        sqlx::query("INSERT INTO schema_versions (version, applied_at) VALUES (?, ?)")
            .bind(version)
            .bind(now.unix())
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CREATE TABLE IF NOT EXISTS a (one INTEGER) STRICT; \
                         CREATE INDEX IF NOT EXISTS a_one ON a (one);";
    const SECOND: &str = "ALTER TABLE a ADD COLUMN two INTEGER; CREATE TABLE b (x TEXT) STRICT;";

    fn now() -> Timestamp {
        Timestamp::from_unix(1_795_262_400)
    }

    async fn columns(pool: &SqlitePool) -> usize {
        let rows = sqlx::query("SELECT name FROM pragma_table_info('a')");
        rows.fetch_all(pool).await.unwrap().len()
    }

    #[tokio::test]
    async fn tables_go_forward_and_never_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        // From before there were versions.
        files::create_private(&path).unwrap();
        let options = SqliteConnectOptions::new().filename(&path);
        let old = SqlitePool::connect_with(options).await.unwrap();
        sqlx::raw_sql(FIRST).execute(&old).await.unwrap();
        old.close().await;
        let pool = open(&path, 1, &[FIRST], now()).await.unwrap();
        assert_eq!(columns(&pool).await, 1);
        pool.close().await;
        for _ in 0..2 {
            let pool = open(&path, 1, &[FIRST, SECOND], now()).await.unwrap();
            assert_eq!(columns(&pool).await, 2);
            pool.close().await;
        }
        let newer = open(&path, 1, &[FIRST], now()).await.unwrap_err();
        assert_eq!(newer.reason(), Reason::DbUnavailable);
        assert!(newer.to_string().contains("version 2"), "{newer}");
        // A step that fails leaves the file as it was.
        let broken = open(
            &path,
            1,
            &[FIRST, SECOND, "CREATE TABLE c (x INTEGER) STRICT; NONSENSE"],
            now(),
        );
        assert!(broken.await.is_err());
        let pool = open(&path, 1, &[FIRST, SECOND], now()).await.unwrap();
        let made = sqlx::query("SELECT 1 FROM sqlite_schema WHERE name = 'c'");
        assert!(made.fetch_all(&pool).await.unwrap().is_empty());
    }
}
