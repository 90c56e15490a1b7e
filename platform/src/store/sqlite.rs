//! The store as one SQLite file. One connection writes, so that writers queue here and never in the
//! file, and those of admissions go together; several read.

mod admissions;
mod decisions;
mod migrations;
mod offers;
mod seen;
mod status;
mod together;

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use migrations::Migrated;
use schemas::did::Did;
use schemas::digest::Sha256Digest;
use schemas::receipt::UniqueId;
use schemas::status::StatusPurpose;
use schemas::time::Timestamp;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Row, Sqlite as Dialect, Transaction};
use together::{Together, Work};
use verifier::KeyHistoryHead;

use super::{
    Admission, Answer, Changed, Closing, DecisionRecord, Grant, GrantRecord, GrantStatus,
    ListContent, ListName, NewAdmission, NewOffer, NewToken, PurgeRecord, Records, Redeemed,
    SeenList, Spending, StoreError, Taken,
};

/// How long a statement waits for another process, such as `omote-world offer`.
const BUSY: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

/// The store of one world.
#[derive(Clone, Debug)]
pub(crate) struct Sqlite {
    writer: SqlitePool,
    readers: SqlitePool,
    together: Together,
}

impl Sqlite {
    /// Opens the file, which must exist, and brings its tables to this version.
    pub(crate) async fn open(path: &Path, now: Timestamp) -> Answer<Self> {
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
        let writer = pool(1).connect_with(options.clone()).await?;
        let migrated = migrations::run(&writer, now).await?;
        let readers = pool(READERS).connect_lazy_with(options);
        let store = Self {
            together: Together::start(writer.clone()),
            writer,
            readers,
        };
        if migrated == Migrated::Changed {
            store.empty_log().await?;
        }
        Ok(store)
    }

    /// Closes the file, with everything in it.
    pub(crate) async fn close_file(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    #[cfg(test)]
    pub(crate) fn writer_for_tests(&self) -> SqlitePool {
        self.writer.clone()
    }

    /// Deleted rows are overwritten in the file (`secure_delete`), and stand in the write-ahead log
    /// until it is emptied. A reader in the way, after [`BUSY`], leaves it to the next sweep.
    async fn empty_log(&self) -> Answer<()> {
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&self.writer)
            .await?;
        if row.try_get::<i64, _>(0)? != 0 {
            tracing::warn!("the write-ahead log is being read; the next sweep empties it");
        }
        Ok(())
    }

    async fn begin(&self) -> Answer<Transaction<'static, Dialect>> {
        // A transaction that reads first and then writes could fail half-way otherwise.
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
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

impl Records for Sqlite {
    async fn add_offer(&self, offer: &NewOffer) -> Answer<()> {
        offers::add(self.begin().await?, offer).await
    }

    async fn open_offer(&self, offer: Sha256Digest, now: Timestamp) -> Answer<Option<String>> {
        offers::open(&self.readers, offer, now).await
    }

    async fn redeem(
        &self,
        code: Sha256Digest,
        token: &NewToken,
        now: Timestamp,
    ) -> Answer<Redeemed> {
        offers::redeem(self.begin().await?, code, token, now).await
    }

    async fn grant(&self, token: Sha256Digest, now: Timestamp) -> Answer<Option<Grant>> {
        offers::grant(&self.readers, token, now).await
    }

    async fn spend(&self, spending: &Spending, now: Timestamp) -> Answer<Taken> {
        offers::spend(self.begin().await?, spending, now).await
    }

    async fn note(
        &self,
        notification: Sha256Digest,
        token: Sha256Digest,
        event: &'static str,
    ) -> Answer<bool> {
        offers::note(&self.writer, notification, token, event).await
    }

    async fn change_grant(
        &self,
        grant: &str,
        status: GrantStatus,
        now: Timestamp,
    ) -> Answer<Changed> {
        status::change(self.begin().await?, grant, status, now).await
    }

    async fn grants(&self, most: u32) -> Answer<Vec<GrantRecord>> {
        status::newest(&self.readers, most).await
    }

    async fn grant_record(&self, grant: &str) -> Answer<Option<GrantRecord>> {
        status::find(&self.readers, grant).await
    }

    async fn list_version(&self, list: &ListName) -> Answer<Option<(StatusPurpose, Timestamp)>> {
        status::version(&self.readers, list).await
    }

    async fn list_content(
        &self,
        list: &ListName,
        purpose: StatusPurpose,
    ) -> Answer<Option<ListContent>> {
        status::content(&self.readers, list, purpose).await
    }

    async fn list_names(&self) -> Answer<Vec<ListName>> {
        status::names(&self.readers).await
    }

    async fn mark_list(&self, seen: &SeenList, now: Timestamp) -> Answer<()> {
        seen::mark(&self.writer, seen, now).await
    }

    async fn marked_lists(&self) -> Answer<Vec<SeenList>> {
        seen::all(&self.readers).await
    }

    async fn mark_history(&self, did: &Did, head: &KeyHistoryHead, now: Timestamp) -> Answer<()> {
        seen::mark_history(&self.writer, did, head, now).await
    }

    async fn marked_histories(&self) -> Answer<Vec<(Did, KeyHistoryHead)>> {
        seen::histories(&self.readers).await
    }

    async fn add_admission(&self, admission: &NewAdmission) -> Answer<()> {
        let work = Work::Add(admission.clone());
        self.together.write(work).await.map(drop)
    }

    fn admission_by_request(
        &self,
        request: Sha256Digest,
    ) -> impl Future<Output = Answer<Option<Admission>>> + Send {
        admissions::find(&self.readers, admissions::Key::Request(request))
    }

    fn admission_by_response(
        &self,
        response: Sha256Digest,
    ) -> impl Future<Output = Answer<Option<Admission>>> + Send {
        admissions::find(&self.readers, admissions::Key::Response(response))
    }

    fn admission_by_poll(
        &self,
        poll: Sha256Digest,
    ) -> impl Future<Output = Answer<Option<Admission>>> + Send {
        admissions::find(&self.readers, admissions::Key::Poll(poll))
    }

    fn admission_by_id(&self, id: &str) -> impl Future<Output = Answer<Option<Admission>>> + Send {
        admissions::find(&self.readers, admissions::Key::Id(id.to_owned()))
    }

    async fn close(&self, closing: &Closing) -> Answer<bool> {
        self.together.write(Work::Close(closing.clone())).await
    }

    async fn add_decision(&self, decision: &DecisionRecord) -> Answer<bool> {
        self.together.write(Work::Record(decision.clone())).await
    }

    async fn decisions(&self, most: u32) -> Answer<Vec<DecisionRecord>> {
        decisions::newest(&self.readers, most).await
    }

    async fn oldest_decision(&self) -> Answer<Option<Timestamp>> {
        decisions::oldest(&self.readers).await
    }

    async fn purge(&self, before: Timestamp, now: Timestamp) -> Answer<PurgeRecord> {
        let purged = decisions::purge(self.begin().await?, before, now).await?;
        self.empty_log().await?;
        Ok(purged)
    }

    async fn purges(&self, most: u32) -> Answer<Vec<PurgeRecord>> {
        decisions::purges(&self.readers, most).await
    }

    async fn sweep(&self, now: Timestamp, results_before: Timestamp) -> Answer<()> {
        let mut transaction = self.begin().await?;
        offers::sweep(&mut transaction, now).await?;
        status::sweep(&mut transaction, now).await?;
        seen::sweep(&mut transaction).await?;
        admissions::sweep(&mut transaction, now, results_before).await?;
        transaction.commit().await?;
        self.empty_log().await
    }
}
