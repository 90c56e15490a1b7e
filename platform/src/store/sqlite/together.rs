//! What many do at the same time is one transaction, and nobody is answered before it is on the disk.
//!
//! An admission is asked for, closed and recorded by people who wait side by side. Each of them alone
//! would wait for the one connection that writes, and for the disk, after all the others. Here they
//! wait in one queue; what stands in it is written together, and one sync of the disk does for all.
//!
//! Each kind of work is a text of statements that stands or falls with its transaction. Where the
//! transaction of several fails, each of them is tried by itself, so that no one's fault is another's.

use std::collections::BTreeSet;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{Sqlite, SqlitePool};
use sqlx::{Row, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use crate::store::database::statement::{Query, query};
use crate::store::database::{bind, bind_closing, bind_new, bind_share};
use crate::store::{Answer, Closing, DecisionRecord, NewAdmission, StoreError};

/// Most that is written in one transaction.
const MOST: usize = 64;

/// One thing to write.
#[derive(Debug)]
pub(in crate::store) enum Work {
    Add(NewAdmission),
    Close(Closing),
    Record(DecisionRecord),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Add,
    Close,
    Record,
}

/// The statements of a kind: alone with a transaction of their own, and several times for others'.
struct Texts {
    alone: &'static str,
    times: [(usize, &'static str); 3],
}

macro_rules! texts {
    ($work:ident) => {
        Texts {
            alone: concat!("BEGIN IMMEDIATE; ", $work!(), "COMMIT"),
            times: [
                (16, four_times!(four_times!($work!()))),
                (4, four_times!($work!())),
                (1, $work!()),
            ],
        }
    };
}
macro_rules! four_times {
    ($text:expr) => {
        concat!($text, $text, $text, $text)
    };
}
macro_rules! add {
    () => {
        "INSERT INTO admissions (id, request, response, poll, asked, client_id, decryption, \
         created_at, expires_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?); "
    };
}
// What does not close its admission leaves no record.
macro_rules! close {
    () => {
        "UPDATE admissions SET state = ?, result = ?, response_code = ?, decryption = NULL, \
         closed_at = ? WHERE id = ? AND state = 'open'; \
         INSERT INTO decisions (id, admission, kind, decided_at, input, verdict, reasons, outcome, \
         receipt) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE changes() = 1 RETURNING id; "
    };
}
macro_rules! record {
    () => {
        "INSERT INTO decisions (id, admission, kind, decided_at, input, verdict, reasons, outcome, \
         receipt) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? \
         WHERE (SELECT COUNT(*) FROM decisions WHERE admission = ?) < ? RETURNING id; "
    };
}

impl Kind {
    const ALL: [Self; 3] = [Self::Add, Self::Close, Self::Record];

    const fn texts(self) -> Texts {
        match self {
            Self::Add => texts!(add),
            Self::Close => texts!(close),
            Self::Record => texts!(record),
        }
    }
}

impl Work {
    const fn kind(&self) -> Kind {
        match self {
            Self::Add(_) => Kind::Add,
            Self::Close(_) => Kind::Close,
            Self::Record(_) => Kind::Record,
        }
    }

    fn bind(&self, query: Query) -> Query {
        match self {
            Self::Add(admission) => bind_new(query, admission),
            Self::Close(closing) => bind(bind_closing(query, closing), &closing.decision),
            Self::Record(decision) => bind_share(bind(query, decision), decision),
        }
    }

    /// By which the database says that it was done; what is not asked for that was done when nothing
    /// failed.
    fn done(&self, said: &BTreeSet<String>) -> bool {
        match self {
            Self::Add(_) => true,
            Self::Close(Closing { decision, .. }) | Self::Record(decision) => {
                said.contains(decision.id.as_str())
            }
        }
    }
}

struct Waiting {
    work: Work,
    answer: oneshot::Sender<Answer<bool>>,
}

/// The queue before the connection that writes.
#[derive(Clone, Debug)]
pub(super) struct Together(mpsc::Sender<Waiting>);

impl Together {
    /// Writes what comes until nobody is left who could send something.
    pub(super) fn start(writer: SqlitePool) -> Self {
        let (sender, mut queue) = mpsc::channel(MOST);
        tokio::spawn(async move {
            let mut waiting = Vec::with_capacity(MOST);
            while queue.recv_many(&mut waiting, MOST).await > 0 {
                answer(&writer, std::mem::take(&mut waiting)).await;
            }
        });
        Self(sender)
    }

    /// Writes, and comes back when it is on the disk. False when the state of things forbade it.
    pub(super) async fn write(&self, work: Work) -> Answer<bool> {
        let gone = || StoreError::Database(sqlx::Error::PoolClosed);
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { work, answer };
        self.0.send(waiting).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

async fn answer(writer: &SqlitePool, waiting: Vec<Waiting>) {
    let works: Vec<&Work> = waiting.iter().map(|waiting| &waiting.work).collect();
    let mut answers = Vec::with_capacity(works.len());
    match (commit(writer, &works).await, works.as_slice()) {
        (Ok(said), works) => answers.extend(works.iter().map(|work| Ok(work.done(&said)))),
        (Err(error), [_]) => answers.push(Err(error)),
        (Err(error), works) => {
            tracing::warn!(%error, "what was to be written together is written one by one");
            for work in works {
                let said = commit(writer, &[work]).await;
                answers.push(said.map(|said| work.done(&said)));
            }
        }
    }
    for (waiting, answer) in waiting.into_iter().zip(answers) {
        // Who asked may be gone.
        let _ = waiting.answer.send(answer);
    }
}

/// One transaction: the names of the decisions that it wrote.
async fn commit(writer: &SqlitePool, works: &[&Work]) -> Answer<BTreeSet<String>> {
    let mut connection = writer.acquire().await?;
    let written = write(&mut connection, works).await;
    if written.is_err() {
        // A transaction that has begun ends with its connection.
        close(connection).await;
    }
    written
}

async fn close(connection: PoolConnection<Sqlite>) {
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the connection that wrote did not close");
    }
}

async fn write(connection: &mut SqliteConnection, works: &[&Work]) -> Answer<BTreeSet<String>> {
    let mut said = BTreeSet::new();
    // A text goes to the database's thread and back in one step, with all that is in it.
    if let [work] = works {
        run(connection, work.kind().texts().alone, works, &mut said).await?;
        return Ok(said);
    }
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut *connection)
        .await?;
    for kind in Kind::ALL {
        let alike = works.iter().copied().filter(|work| work.kind() == kind);
        let alike: Vec<&Work> = alike.collect();
        let mut rest = alike.as_slice();
        for (count, text) in kind.texts().times {
            while let Some((some, others)) = rest.split_at_checked(count) {
                run(connection, text, some, &mut said).await?;
                rest = others;
            }
        }
    }
    sqlx::query("COMMIT").execute(&mut *connection).await?;
    Ok(said)
}

async fn run(
    connection: &mut SqliteConnection,
    text: &'static str,
    works: &[&Work],
    said: &mut BTreeSet<String>,
) -> Answer<()> {
    let query = works
        .iter()
        .fold(query(text), |query, work| work.bind(query));
    for row in query.for_sqlite().fetch_all(connection).await? {
        said.insert(row.try_get(0)?);
    }
    Ok(())
}
