//! The store as one SQLite file. One connection writes, so that writers queue here and never in the
//! file, and those of admissions go together; several read.

mod together;

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::Row as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use together::Together;

use super::Answer;

pub(super) use together::Work;

/// How long a statement waits for another process, such as `omote-world offer`.
const BUSY: Duration = Duration::from_secs(5);
const READERS: u32 = 4;
/// Between two looks at a file that another process is opening.
const AGAIN: Duration = Duration::from_millis(20);

/// A file.
#[derive(Clone, Debug)]
pub(crate) struct Sqlite {
    writer: SqlitePool,
    readers: SqlitePool,
    together: Together,
}

impl Sqlite {
    /// Opens the file, which must exist.
    pub(super) async fn open(path: &Path) -> Answer<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(false)
            .journal_mode(SqliteJournalMode::Wal)
            // An answer that a wallet has seen must not be undone by a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .pragma("trusted_schema", "OFF")
            .pragma("secure_delete", "ON");
        let pool = |most: u32| {
            SqlitePoolOptions::new()
                .max_connections(most)
                .acquire_timeout(BUSY)
                .idle_timeout(None)
                .max_lifetime(None)
                // A file does not hang up.
                .test_before_acquire(false)
        };
        // Whoever turns a new file to its journal does not wait for others who do the same.
        let since = Instant::now();
        let writer = loop {
            match pool(1).connect_with(options.clone()).await {
                Err(error) if is_busy(&error) && since.elapsed() < BUSY => {
                    tokio::time::sleep(AGAIN).await;
                }
                connected => break connected?,
            }
        };
        let readers = pool(READERS).connect_lazy_with(options);
        Ok(Self {
            together: Together::start(writer.clone()),
            writer,
            readers,
        })
    }

    /// Closes the file, with everything in it.
    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// The one connection that writes.
    pub(super) const fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    /// The connections that read.
    pub(super) const fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// Writes what others may write in the same transaction. False when the state of things forbade it.
    pub(super) async fn write(&self, work: Work) -> Answer<bool> {
        self.together.write(work).await
    }

    /// Deleted rows are overwritten in the file (`secure_delete`), and stand in the write-ahead log
    /// until it is emptied. A reader in the way, after [`BUSY`], leaves it to the next sweep.
    pub(super) async fn empty_log(&self) -> Answer<()> {
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&self.writer)
            .await?;
        if row.try_get::<i64, _>(0)? != 0 {
            tracing::warn!("the write-ahead log is being read; the next sweep empties it");
        }
        Ok(())
    }
}

/// `SQLITE_BUSY`, in any of its kinds.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    let code = code.and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}
