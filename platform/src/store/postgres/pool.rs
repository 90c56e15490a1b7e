//! Connections to the server.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgArguments, PgConnectOptions, PgRow};
use sqlx::query::Query as Bound;
use sqlx::{Connection, PgConnection, Postgres as Dialect, Row as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::store::{Answer, StoreError};

/// How long somebody waits for a connection that others use.
const WAIT: Duration = Duration::from_secs(2);
/// How long the server may take to let us in.
const CONNECT: Duration = Duration::from_secs(2);
/// How long a statement may take, with the wait for rows that others lock.
const STATEMENT: Duration = Duration::from_secs(10);
/// How many wait for each connection that there may be.
const WAITING: usize = 16;
/// A connection that was not used for so long is asked whether it still stands.
const TRUSTED: Duration = Duration::from_millis(500);
/// How long nobody tries after the server was not there, so that those who wait are told at once.
const AWAY: Duration = Duration::from_millis(200);

/// A server, and the connections to it.
#[derive(Clone)]
pub(crate) struct Postgres(Arc<Pool>);

struct Pool {
    options: PgConnectOptions,
    places: Arc<Semaphore>,
    waiting: Semaphore,
    idle: Mutex<Vec<Idle>>,
    away: Mutex<Option<Instant>>,
}

struct Idle {
    connection: PgConnection,
    since: Instant,
}

impl fmt::Debug for Postgres {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The options hold a password.
        formatter.debug_struct("Postgres").finish_non_exhaustive()
    }
}

impl Postgres {
    /// A server; nothing is opened yet.
    pub(crate) fn new(options: PgConnectOptions, connections: usize) -> Self {
        let limit = |limit: Duration| limit.as_millis().to_string();
        // The server's own limits, a little before ours: it frees what it holds.
        let options = options.application_name("omote-world").options([
            ("statement_timeout", limit(STATEMENT / 10 * 9)),
            ("lock_timeout", limit(STATEMENT / 2)),
            ("idle_in_transaction_session_timeout", limit(STATEMENT)),
            ("default_transaction_isolation", "read committed".to_owned()),
            // An answer that a wallet has seen must not be undone by a power cut.
            ("synchronous_commit", "on".to_owned()),
            ("client_min_messages", "warning".to_owned()),
        ]);
        Self(Arc::new(Pool {
            options,
            places: Arc::new(Semaphore::new(connections)),
            waiting: Semaphore::new(connections.saturating_mul(WAITING)),
            idle: Mutex::new(Vec::new()),
            away: Mutex::new(None),
        }))
    }

    /// A connection for oneself.
    ///
    /// # Errors
    /// [`StoreError::Overloaded`] when too many others wait or use all; [`StoreError::Database`] when
    /// the server does not answer.
    pub(in crate::store) async fn lease(&self) -> Answer<Lease> {
        let pool = &self.0;
        let place = match Arc::clone(&pool.places).try_acquire_owned() {
            Ok(place) => place,
            Err(_) => {
                let _waits = pool
                    .waiting
                    .try_acquire()
                    .map_err(|_| StoreError::Overloaded)?;
                let place = timeout(WAIT, Arc::clone(&pool.places).acquire_owned()).await;
                match place {
                    Ok(Ok(place)) => place,
                    Ok(Err(_)) => return Err(StoreError::Database(sqlx::Error::PoolClosed)),
                    Err(_) => return Err(StoreError::Overloaded),
                }
            }
        };
        let connection = self.connection().await?;
        Ok(Lease {
            pool: self.clone(),
            connection: Some(connection),
            place: Some(place),
            sound: true,
            open: false,
        })
    }

    async fn connection(&self) -> Answer<PgConnection> {
        loop {
            let Some(mut idle) = locked(&self.0.idle).pop() else {
                return self.connect().await;
            };
            if idle.since.elapsed() < TRUSTED {
                return Ok(idle.connection);
            }
            if within(CONNECT, idle.connection.ping()).await.is_ok() {
                return Ok(idle.connection);
            }
        }
    }

    async fn connect(&self) -> Answer<PgConnection> {
        let away = *locked(&self.0.away);
        if away.is_some_and(|since| since.elapsed() < AWAY) {
            let gone = std::io::Error::from(std::io::ErrorKind::NotConnected);
            return Err(StoreError::Database(sqlx::Error::Io(gone)));
        }
        let connected = within(CONNECT, PgConnection::connect_with(&self.0.options)).await;
        *locked(&self.0.away) = connected.is_err().then(Instant::now);
        connected
    }

    /// Begins a transaction.
    pub(in crate::store) async fn begin(&self) -> Answer<Open> {
        let mut lease = self.lease().await?;
        lease.open = true;
        lease.run(sqlx::query("BEGIN")).await?;
        Ok(Open {
            lease,
            failed: false,
        })
    }

    /// Closes what is idle; nobody is let in any more.
    pub(crate) async fn close(&self) {
        self.0.places.close();
        let idle = std::mem::take(&mut *locked(&self.0.idle));
        for idle in idle {
            // The server notices either way.
            let _ = within(CONNECT, idle.connection.close()).await;
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// No longer than this.
async fn within<T>(
    limit: Duration,
    act: impl Future<Output = Result<T, sqlx::Error>> + Send,
) -> Answer<T> {
    match timeout(limit, Caught(Box::pin(act))).await {
        Ok(done) => Ok(done?),
        Err(_) => {
            let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
            Err(StoreError::Database(sqlx::Error::Io(late)))
        }
    }
}

/// A server that does not keep to its own protocol may bring whoever reads it to panic. Then it did not
/// answer.
struct Caught<F>(Pin<Box<F>>);

impl<T, F: Future<Output = Result<T, sqlx::Error>>> Future for Caught<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let poll = AssertUnwindSafe(|| self.0.as_mut().poll(context));
        catch_unwind(poll).unwrap_or_else(|_| {
            let broken = "an answer that does not keep to the protocol";
            Poll::Ready(Err(sqlx::Error::Protocol(broken.to_owned())))
        })
    }
}

/// Looks at each column that a row is said to have: whoever reads a row later must find them.
fn whole(row: &PgRow) -> Result<(), sqlx::Error> {
    (0..row.len()).try_for_each(|column| row.try_get_raw(column).map(drop))
}

/// Whether a connection can be used after an error: the server refused one statement, and said so.
fn outlives(error: &StoreError) -> bool {
    match error {
        StoreError::Database(sqlx::Error::Database(error)) => {
            // 57P: it is going away; 08: the connection itself; XX: it does not know how it stands.
            let code = error.code().unwrap_or_default();
            !["57P", "08", "XX"]
                .iter()
                .any(|class| code.starts_with(class))
        }
        StoreError::Database(sqlx::Error::RowNotFound) => true,
        _ => false,
    }
}

/// A connection, until it is dropped.
#[derive(Debug)]
pub(in crate::store) struct Lease {
    pool: Postgres,
    connection: Option<PgConnection>,
    place: Option<OwnedSemaphorePermit>,
    /// Nothing went wrong on it, and nobody stopped waiting for an answer.
    sound: bool,
    /// A transaction has begun on it.
    open: bool,
}

impl Lease {
    pub(in crate::store) async fn rows(
        &mut self,
        query: Bound<'static, Dialect, PgArguments>,
    ) -> Answer<Vec<PgRow>> {
        let connection = self.busy()?;
        let rows = async {
            let rows = query.fetch_all(connection).await?;
            rows.iter().try_for_each(whole)?;
            Ok::<_, sqlx::Error>(rows)
        };
        let rows = within(STATEMENT, rows).await;
        self.heard(rows)
    }

    pub(in crate::store) async fn first(
        &mut self,
        query: Bound<'static, Dialect, PgArguments>,
    ) -> Answer<Option<PgRow>> {
        let connection = self.busy()?;
        let row = async {
            let row = query.fetch_optional(connection).await?;
            row.iter().try_for_each(whole)?;
            Ok::<_, sqlx::Error>(row)
        };
        let row = within(STATEMENT, row).await;
        self.heard(row)
    }

    pub(in crate::store) async fn run(
        &mut self,
        query: Bound<'static, Dialect, PgArguments>,
    ) -> Answer<u64> {
        let connection = self.busy()?;
        let done = within(STATEMENT, query.execute(connection)).await;
        self.heard(done).map(|done| done.rows_affected())
    }

    /// Several statements in one text, without values.
    pub(in crate::store) async fn script(&mut self, text: &'static str) -> Answer<()> {
        let connection = self.busy()?;
        let done = within(STATEMENT, sqlx::raw_sql(text).execute(connection)).await;
        self.heard(done).map(drop)
    }

    /// From here on an answer is outstanding: if nobody waits for it, the connection is of no use.
    fn busy(&mut self) -> Answer<&mut PgConnection> {
        self.sound = false;
        let gone = || StoreError::Database(sqlx::Error::PoolClosed);
        self.connection.as_mut().ok_or_else(gone)
    }

    fn heard<T>(&mut self, answer: Answer<T>) -> Answer<T> {
        self.sound = answer.as_ref().err().is_none_or(outlives);
        if !self.sound {
            // Others broke in the same moment, as a rule.
            locked(&self.pool.0.idle).clear();
        }
        answer
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let (Some(mut connection), true) = (self.connection.take(), self.sound) else {
            return;
        };
        let (pool, place) = (self.pool.clone(), self.place.take());
        if !self.open {
            pool.put_back(connection);
            return;
        }
        // Who ends a transaction without a commit does not wait for it; the place is taken until then.
        tokio::spawn(async move {
            let ended = within(CONNECT, sqlx::query("ROLLBACK").execute(&mut connection)).await;
            if ended.is_ok() {
                pool.put_back(connection);
            }
            drop(place);
        });
    }
}

impl Postgres {
    fn put_back(&self, connection: PgConnection) {
        if self.0.places.is_closed() {
            return;
        }
        let since = Instant::now();
        locked(&self.0.idle).push(Idle { connection, since });
    }
}

/// A transaction that has begun. Dropped, it is rolled back.
#[derive(Debug)]
pub(crate) struct Open {
    lease: Lease,
    failed: bool,
}

impl Open {
    pub(in crate::store) async fn rows(
        &mut self,
        query: Bound<'static, Dialect, PgArguments>,
    ) -> Answer<Vec<PgRow>> {
        let rows = self.lease.rows(query).await;
        self.failed |= rows.is_err();
        rows
    }

    pub(in crate::store) async fn first(
        &mut self,
        query: Bound<'static, Dialect, PgArguments>,
    ) -> Answer<Option<PgRow>> {
        let row = self.lease.first(query).await;
        self.failed |= row.is_err();
        row
    }

    pub(in crate::store) async fn run(
        &mut self,
        query: Bound<'static, Dialect, PgArguments>,
    ) -> Answer<u64> {
        let done = self.lease.run(query).await;
        self.failed |= done.is_err();
        done
    }

    /// Several statements in one text, without values.
    pub(in crate::store) async fn script(&mut self, text: &'static str) -> Answer<()> {
        let done = self.lease.script(text).await;
        self.failed |= done.is_err();
        done
    }

    pub(in crate::store) async fn commit(mut self) -> Answer<()> {
        if self.failed {
            // The server would end it all the same, and call that a success.
            return Err(StoreError::Corrupt(
                "a transaction in which a statement failed",
            ));
        }
        match self.lease.run(sqlx::query("COMMIT")).await {
            Ok(_) => {
                self.lease.open = false;
                Ok(())
            }
            // It said why not.
            Err(error @ StoreError::Database(sqlx::Error::Database(_))) if outlives(&error) => {
                Err(error)
            }
            Err(StoreError::Database(error)) => Err(StoreError::Unsure(error)),
            Err(error) => Err(error),
        }
    }
}
