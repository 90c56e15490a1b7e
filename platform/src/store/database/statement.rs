//! One text of SQL for both databases: what is bound to it, where it runs, the rows that come back.
//!
//! Statements say `$1`, `RETURNING` and `ON CONFLICT`, which SQLite and PostgreSQL share; numbers are
//! 64 bits wide, texts are text and bytes are bytes in either. Where the two differ there are two texts
//! ([`differing`]).

use std::future::Future;

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query as Bound;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{ColumnIndex, Decode, Postgres, Row as _, Sqlite, Type};

use super::Database;
use super::transaction::Transaction;
use crate::store::{Answer, StoreError};

/// What is bound to a statement.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Integer(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! values {
    ($($type:ty => $kind:ident $convert:expr),* $(,)?) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$kind(Some($convert(value)))
            }
        }
        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self {
                Self::$kind(value.map($convert))
            }
        }
    )*};
}

values! {
    i64 => Integer std::convert::identity,
    String => Text std::convert::identity,
    &str => Text str::to_owned,
    Vec<u8> => Bytes std::convert::identity,
    &[u8] => Bytes <[u8]>::to_vec,
    &Vec<u8> => Bytes Vec::clone,
}

/// A statement with what is bound to it.
#[derive(Debug)]
pub(crate) struct Query {
    sqlite: &'static str,
    postgres: &'static str,
    values: Vec<Value>,
}

/// A statement that both databases read.
pub(crate) const fn query(text: &'static str) -> Query {
    differing(text, text)
}

/// A statement that each database reads in its own words, with the same values.
pub(crate) const fn differing(sqlite: &'static str, postgres: &'static str) -> Query {
    Query {
        sqlite,
        postgres,
        values: Vec::new(),
    }
}

impl Query {
    /// Binds the next value.
    #[must_use]
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// All rows.
    pub(crate) async fn fetch_all(self, place: impl Runs) -> Answer<Vec<Row>> {
        place.rows(self).await
    }

    /// The first row, when there is one.
    pub(crate) async fn fetch_optional(self, place: impl Runs) -> Answer<Option<Row>> {
        place.first(self).await
    }

    /// The first row.
    pub(crate) async fn fetch_one(self, place: impl Runs) -> Answer<Row> {
        let row = place.first(self).await?;
        row.ok_or(StoreError::Database(sqlx::Error::RowNotFound))
    }

    /// How many rows were written.
    pub(crate) async fn execute(self, place: impl Runs) -> Answer<u64> {
        place.run(self).await
    }

    pub(in crate::store) fn for_sqlite(self) -> Bound<'static, Sqlite, SqliteArguments> {
        let values = self.values.into_iter();
        values.fold(sqlx::query(self.sqlite), |query, value| match value {
            Value::Integer(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Bytes(value) => query.bind(value),
        })
    }

    pub(in crate::store) fn for_postgres(self) -> Bound<'static, Postgres, PgArguments> {
        let values = self.values.into_iter();
        values.fold(sqlx::query(self.postgres), |query, value| match value {
            Value::Integer(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Bytes(value) => query.bind(value),
        })
    }
}

/// A row of either database.
#[derive(Debug)]
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// A column by its name or place.
    ///
    /// # Errors
    /// [`StoreError::Database`] when it is not there or is something else.
    pub(crate) fn try_get<'r, T, I>(&'r self, index: I) -> Answer<T>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
        I: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>,
    {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(index)?,
            Self::Postgres(row) => row.try_get(index)?,
        })
    }
}

/// Where a statement runs: in a transaction, or alone.
pub(crate) trait Runs: Send {
    /// All rows.
    fn rows(self, query: Query) -> impl Future<Output = Answer<Vec<Row>>> + Send;

    /// The first row, when there is one.
    fn first(self, query: Query) -> impl Future<Output = Answer<Option<Row>>> + Send;

    /// How many rows were written.
    fn run(self, query: Query) -> impl Future<Output = Answer<u64>> + Send;
}

/// Alone. With SQLite, what has rows reads, and what writes has none.
impl Runs for &Database {
    async fn rows(self, query: Query) -> Answer<Vec<Row>> {
        match self {
            Database::Sqlite(file) => {
                let rows = query.for_sqlite().fetch_all(file.readers()).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Database::Postgres(server) => {
                let mut lease = server.lease().await?;
                let rows = lease.rows(query.for_postgres()).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    async fn first(self, query: Query) -> Answer<Option<Row>> {
        match self {
            Database::Sqlite(file) => {
                let row = query.for_sqlite().fetch_optional(file.readers()).await?;
                Ok(row.map(Row::Sqlite))
            }
            Database::Postgres(server) => {
                let mut lease = server.lease().await?;
                let row = lease.first(query.for_postgres()).await?;
                Ok(row.map(Row::Postgres))
            }
        }
    }

    async fn run(self, query: Query) -> Answer<u64> {
        match self {
            Database::Sqlite(file) => {
                let done = query.for_sqlite().execute(file.writer()).await?;
                Ok(done.rows_affected())
            }
            Database::Postgres(server) => {
                let mut lease = server.lease().await?;
                lease.run(query.for_postgres()).await
            }
        }
    }
}

impl Runs for &mut Transaction {
    async fn rows(self, query: Query) -> Answer<Vec<Row>> {
        match self {
            Transaction::Sqlite(open) => {
                let rows = query.for_sqlite().fetch_all(&mut **open).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Transaction::Postgres(open) => {
                let rows = open.rows(query.for_postgres()).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    async fn first(self, query: Query) -> Answer<Option<Row>> {
        match self {
            Transaction::Sqlite(open) => {
                let row = query.for_sqlite().fetch_optional(&mut **open).await?;
                Ok(row.map(Row::Sqlite))
            }
            Transaction::Postgres(open) => {
                let row = open.first(query.for_postgres()).await?;
                Ok(row.map(Row::Postgres))
            }
        }
    }

    async fn run(self, query: Query) -> Answer<u64> {
        match self {
            Transaction::Sqlite(open) => {
                let done = query.for_sqlite().execute(&mut **open).await?;
                Ok(done.rows_affected())
            }
            Transaction::Postgres(open) => open.run(query.for_postgres()).await,
        }
    }
}
