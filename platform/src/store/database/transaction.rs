//! A transaction of either database, and when it is begun again.

use sqlx::Sqlite;

use super::Database;
use super::statement::{Query, Runs, query};
use crate::store::postgres::Open;
use crate::store::{Answer, StoreError};

/// How often a transaction is begun in all, when the database itself undid it for the sake of another.
pub(crate) const TRIES: u32 = 6;

/// A transaction that was begun. Dropped before [`Transaction::commit`], nothing of it happened.
///
/// In SQLite it is alone: nobody else writes from its beginning on. In PostgreSQL each statement sees
/// what was committed before it began; what a later statement relies on is a condition of that
/// statement, or of a row that was locked first ([`Transaction::lock`]).
#[derive(Debug)]
pub(crate) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(Open),
}

impl Transaction {
    /// Waits for rows (`SELECT … FOR UPDATE`), which stay as they are until the transaction ends. Does
    /// nothing in SQLite, where nobody else writes.
    pub(crate) async fn lock(&mut self, query: Query) -> Answer<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(_) => self.rows(query).await.map(drop),
        }
    }

    /// False when another process is in a transaction that asked the same. A file needs no such.
    pub(crate) async fn alone(&mut self, what: i64) -> Answer<bool> {
        match self {
            Self::Sqlite(_) => Ok(true),
            Self::Postgres(_) => {
                let asked = query("SELECT pg_try_advisory_xact_lock($1)").bind(what);
                asked.fetch_one(self).await?.try_get(0)
            }
        }
    }

    /// Waits until no other process is in a transaction that asked the same. A file needs no such.
    pub(crate) async fn in_turn(&mut self, what: i64) -> Answer<()> {
        self.lock(query("SELECT pg_advisory_xact_lock($1)").bind(what))
            .await
    }

    /// Several statements in one text, without values: one for each database.
    pub(in crate::store) async fn script(
        &mut self,
        sqlite: &'static str,
        postgres: &'static str,
    ) -> Answer<()> {
        match self {
            Self::Sqlite(open) => {
                sqlx::raw_sql(sqlite).execute(&mut **open).await?;
                Ok(())
            }
            Self::Postgres(open) => open.script(postgres).await,
        }
    }

    /// All of it happens, and stands on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::Unsure`] when the connection broke in between: it may have happened or not.
    pub(crate) async fn commit(self) -> Answer<()> {
        match self {
            Self::Sqlite(open) => Ok(open.commit().await?),
            Self::Postgres(open) => open.commit().await,
        }
    }
}

impl Database {
    /// Begins a transaction that writes.
    pub(crate) async fn begin(&self) -> Answer<Transaction> {
        match self {
            Self::Sqlite(file) => {
                // One that reads first and then writes could fail half-way otherwise.
                let begun = file.writer().begin_with("BEGIN IMMEDIATE").await?;
                Ok(Transaction::Sqlite(begun))
            }
            Self::Postgres(server) => server.begin().await.map(Transaction::Postgres),
        }
    }
}

/// Whether the database undid a transaction for the sake of others, so that it may be begun again: it
/// could not be put in a row with them, they waited for each other, or a row to which it referred was
/// deleted meanwhile.
pub(crate) fn undone(error: &StoreError) -> bool {
    let StoreError::Database(sqlx::Error::Database(error)) = error else {
        return false;
    };
    let code = error.code();
    matches!(code.as_deref(), Some("40001" | "40P01" | "23503"))
}

/// Does what is written here in a transaction of a store: `in_transaction!(store, open => act(open))`,
/// where `act` takes the [`Transaction`], commits it, and answers. When the database undid it, it is
/// done again, a bounded number of times.
macro_rules! in_transaction {
    ($store:expr, $open:ident => $act:expr) => {{
        let mut tries = 1;
        loop {
            let done = match $store.begin().await {
                Ok($open) => $act.await,
                Err(error) => Err(error),
            };
            match done {
                Err(error)
                    if tries < $crate::store::database::transaction::TRIES
                        && $crate::store::database::transaction::undone(&error) =>
                {
                    tries += 1;
                }
                done => break done,
            }
        }
    }};
}
pub(crate) use in_transaction;
