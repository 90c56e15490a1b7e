//! The store of one world, in either database: what the world asks of it, and the statements.
//!
//! A module here writes its statements once for SQLite and PostgreSQL ([`statement`]). What reads or
//! writes in one statement takes `&Database`; what needs several takes a [`Transaction`] and is called
//! through [`in_transaction`], which begins it again where PostgreSQL undid it for the sake of others.
//! The tables stand in `sqlite/migrations` and `postgres/migrations`, under the same numbers.

mod admissions;
mod authorizations;
mod decisions;
mod deferrals;
mod issuance;
mod offers;
mod refills;
mod seen;
pub(in crate::store) mod statement;
mod status;
pub(in crate::store) mod transaction;

use std::future::Future;
use std::path::Path;

use schemas::did::Did;
use schemas::digest::Sha256Digest;
use schemas::receipt::UniqueId;
use schemas::status::StatusPurpose;
use schemas::time::Timestamp;
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use statement::query;
use transaction::{Transaction, in_transaction};
use verifier::KeyHistoryHead;

pub(in crate::store) use admissions::{bind_closing, bind_new};
pub(in crate::store) use decisions::{bind, bind_share};

use super::migrations::{self, Migrated};
use super::postgres::Postgres;
use super::sqlite::{Sqlite, Work};
use super::{
    Admission, Answer, Changed, Closing, DecisionRecord, GrantRecord, GrantStatus, ListContent,
    ListName, NewAdmission, PurgeRecord, Records, SeenList, StoreError, TokenListContent,
};

/// By which processes agree who of them sweeps.
const SWEEPS: i64 = 0x6f6d_6f74_6502;

/// The store of one world.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    /// A file of this process, and of commands beside it.
    Sqlite(Sqlite),
    /// A server, for one process or several.
    Postgres(Postgres),
}

impl Database {
    /// Opens a file, which must exist, and brings its tables to this version.
    pub(crate) async fn file(path: &Path, now: Timestamp) -> Answer<Self> {
        let file = Sqlite::open(path).await?;
        let store = Self::Sqlite(file);
        if migrations::run(&store, now).await? == Migrated::Changed {
            store.empty_log().await?;
        }
        Ok(store)
    }

    /// Opens a database of a server, which must exist, and brings its tables to this version.
    pub(crate) async fn server(
        options: PgConnectOptions,
        connections: usize,
        now: Timestamp,
    ) -> Answer<Self> {
        // Making the tables takes a while, and no log needs all of their text as a slow statement.
        let quiet = Postgres::new(options.clone().disable_statement_logging(), 1);
        let migrated = migrations::run(&Self::Postgres(quiet.clone()), now).await;
        quiet.close().await;
        migrated?;
        Ok(Self::Postgres(Postgres::new(options, connections)))
    }

    #[cfg(test)]
    pub(crate) fn writer_for_tests(&self) -> sqlx::SqlitePool {
        match self {
            Self::Sqlite(file) => file.writer().clone(),
            Self::Postgres(_) => panic!("for tests of a file"),
        }
    }

    /// Takes the store for a world, named by its DID and by the digest of the first entry in the history
    /// of its keys, unless it is a world's already.
    ///
    /// # Errors
    /// [`StoreError::AnotherWorld`].
    pub(crate) async fn belongs_to(&self, did: &Did, founded: &Sha256Digest) -> Answer<()> {
        query("INSERT INTO world (place, did, founded) VALUES (1, $1, $2) ON CONFLICT DO NOTHING")
            .bind(did.as_str())
            .bind(digest(founded))
            .execute(self)
            .await?;
        let row = query("SELECT did, founded FROM world")
            .fetch_one(self)
            .await?;
        let (found, by) = (row.try_get::<String, _>(0)?, read_digest(row.try_get(1)?)?);
        // A file stands beside the keys, and comes and goes with them.
        if found == did.as_str() && (by == *founded || !self.is_shared()) {
            return Ok(());
        }
        Err(StoreError::AnotherWorld(found))
    }

    /// Asks it something.
    ///
    /// # Errors
    /// When it does not answer.
    pub(crate) async fn answers(&self) -> Answer<()> {
        let asked = query("SELECT 1 FROM world");
        asked.fetch_optional(self).await.map(drop)
    }

    /// Whether other processes of the same world may use it while this one serves.
    pub(crate) const fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Lets nobody in any more, and closes what is open.
    pub(crate) async fn shut(&self) {
        match self {
            Self::Sqlite(file) => file.close().await,
            Self::Postgres(server) => server.close().await,
        }
    }

    /// Deleted rows are gone from a file with this. What a server keeps of them is its own matter.
    async fn empty_log(&self) -> Answer<()> {
        match self {
            Self::Sqlite(file) => file.empty_log().await,
            Self::Postgres(_) => Ok(()),
        }
    }
}

fn digest(bytes: &Sha256Digest) -> Vec<u8> {
    bytes.as_bytes().to_vec()
}

fn read_digest(bytes: Vec<u8>) -> Answer<Sha256Digest> {
    let bytes = bytes
        .try_into()
        .map_err(|_| StoreError::Corrupt("a digest"))?;
    Ok(Sha256Digest::from_bytes(bytes))
}

fn read_id(id: String) -> Answer<UniqueId> {
    UniqueId::new(id).ok_or(StoreError::Corrupt("a name"))
}

fn read_count(number: i64) -> Answer<u32> {
    u32::try_from(number).map_err(|_| StoreError::Corrupt("a count"))
}

impl Records for Database {
    async fn change_grant(
        &self,
        grant: &str,
        status: GrantStatus,
        now: Timestamp,
    ) -> Answer<Changed> {
        in_transaction!(self, open => status::change(open, grant, status, now))
    }

    async fn grants(&self, most: u32) -> Answer<Vec<GrantRecord>> {
        status::newest(self, most).await
    }

    async fn grant_record(&self, grant: &str) -> Answer<Option<GrantRecord>> {
        status::find(self, grant).await
    }

    async fn list_version(&self, list: &ListName) -> Answer<Option<(StatusPurpose, Timestamp)>> {
        status::version(self, list).await
    }

    async fn list_content(
        &self,
        list: &ListName,
        purpose: StatusPurpose,
    ) -> Answer<Option<ListContent>> {
        status::content(self, list, purpose).await
    }

    async fn token_list_version(&self, list: &ListName) -> Answer<Option<Timestamp>> {
        status::token_version(self, list).await
    }

    async fn token_list_content(&self, list: &ListName) -> Answer<Option<TokenListContent>> {
        status::token_content(self, list).await
    }

    async fn list_names(&self) -> Answer<Vec<ListName>> {
        status::names(self).await
    }

    async fn mark_list(&self, seen: &SeenList, now: Timestamp) -> Answer<()> {
        seen::mark(self, seen, now).await
    }

    async fn marked_lists(&self) -> Answer<Vec<SeenList>> {
        seen::all(self).await
    }

    async fn mark_history(&self, did: &Did, head: &KeyHistoryHead, now: Timestamp) -> Answer<()> {
        seen::mark_history(self, did, head, now).await
    }

    async fn marked_histories(&self) -> Answer<Vec<(Did, KeyHistoryHead)>> {
        seen::histories(self).await
    }

    async fn add_admission(&self, admission: &NewAdmission) -> Answer<()> {
        match self {
            Self::Sqlite(file) => file.write(Work::Add(admission.clone())).await.map(drop),
            Self::Postgres(_) => admissions::add(self, admission).await,
        }
    }

    fn admission_by_request(
        &self,
        request: Sha256Digest,
    ) -> impl Future<Output = Answer<Option<Admission>>> + Send {
        admissions::find(self, admissions::Key::Request(request))
    }

    fn admission_by_response(
        &self,
        response: Sha256Digest,
    ) -> impl Future<Output = Answer<Option<Admission>>> + Send {
        admissions::find(self, admissions::Key::Response(response))
    }

    fn admission_by_poll(
        &self,
        poll: Sha256Digest,
    ) -> impl Future<Output = Answer<Option<Admission>>> + Send {
        admissions::find(self, admissions::Key::Poll(poll))
    }

    fn admission_by_id(&self, id: &str) -> impl Future<Output = Answer<Option<Admission>>> + Send {
        admissions::find(self, admissions::Key::Id(id.to_owned()))
    }

    async fn close(&self, closing: &Closing) -> Answer<bool> {
        match self {
            Self::Sqlite(file) => file.write(Work::Close(closing.clone())).await,
            Self::Postgres(_) => in_transaction!(self, open => admissions::close(open, closing)),
        }
    }

    async fn tell_once(&self, id: &str, response_code: Sha256Digest) -> Answer<bool> {
        admissions::tell_once(self, id, response_code).await
    }

    async fn add_decision(&self, decision: &DecisionRecord) -> Answer<bool> {
        match self {
            Self::Sqlite(file) => file.write(Work::Record(decision.clone())).await,
            Self::Postgres(_) => in_transaction!(self, open => decisions::add(open, decision)),
        }
    }

    async fn decisions(&self, most: u32) -> Answer<Vec<DecisionRecord>> {
        decisions::newest(self, most).await
    }

    async fn oldest_decision(&self) -> Answer<Option<Timestamp>> {
        decisions::oldest(self).await
    }

    async fn purge(&self, before: Timestamp, now: Timestamp) -> Answer<PurgeRecord> {
        let purged = in_transaction!(self, open => decisions::purge(open, before, now))?;
        self.empty_log().await?;
        Ok(purged)
    }

    async fn purges(&self, most: u32) -> Answer<Vec<PurgeRecord>> {
        decisions::purges(self, most).await
    }

    async fn sweep(&self, now: Timestamp, results_before: Timestamp) -> Answer<()> {
        in_transaction!(self, open => sweep(open, now, results_before))?;
        self.empty_log().await
    }
}

async fn sweep(
    mut transaction: Transaction,
    now: Timestamp,
    results_before: Timestamp,
) -> Answer<()> {
    // Where another process is at it there is little left to do afterwards, and all of it is done.
    transaction.in_turn(SWEEPS).await?;
    offers::sweep(&mut transaction, now).await?;
    status::sweep(&mut transaction, now).await?;
    seen::sweep(&mut transaction).await?;
    admissions::sweep(&mut transaction, now, results_before).await?;
    transaction.commit().await
}
