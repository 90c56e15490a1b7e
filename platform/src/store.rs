//! What a world remembers. One narrow interface; what may happen once is one conditional statement.
//!
//! SQLite is built in. Another database is another `impl Records` that passes the same tests
//! (`store/tests.rs`). Codes, tokens, nonces and links arrive here as digests only. The result of an
//! admission, which has an admission token and what was shown, arrives sealed and is deleted after
//! `asking.result_seconds`. An offer has what it will issue (a name, terms, the creator's statement)
//! in clear until its time is over. Decision records hold digests and reason codes, no claims and no
//! holder's DID.

mod database;
pub(crate) mod ledger;
mod migrations;
pub(crate) mod offers;
mod places;
mod postgres;
mod records;
mod sqlite;
#[cfg(test)]
mod tests;

use std::fmt;
use std::future::Future;

use schemas::did::Did;
use schemas::digest::Sha256Digest;
use schemas::reason::Reason;
use schemas::status::StatusPurpose;
use schemas::time::Timestamp;
use sqlx::postgres::PgDatabaseError;
use verifier::KeyHistoryHead;

pub(crate) use database::Database;
pub(crate) use places::{Changed, ListContent, ListName, Lot, Place, SHELF_MOST, TokenListContent};
pub(crate) use records::{Admission, AdmissionState, Closing, ListKind, NewAdmission, SeenList};
pub(crate) use schemas::records::{
    DecisionRecord, GrantRecord, GrantStatus, PurgeRecord, RecordKind, RecordVerdict,
};

/// The store could not answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The database, or the file under it.
    Database(sqlx::Error),
    /// Made by a newer version of this program.
    Newer {
        /// The version of the store.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// It is another world's: of this DID, or founded with other keys under the same.
    AnotherWorld(String),
    /// Too many wait for it.
    Overloaded,
    /// The connection broke while a transaction was being committed: it happened, or it did not.
    Unsure(sqlx::Error),
    /// A record that nobody here wrote.
    Corrupt(&'static str),
}

impl StoreError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::AnotherWorld(_) => Reason::ConfigMalformed,
            Self::Overloaded => Reason::Overloaded,
            _ => Reason::DbUnavailable,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => {
                write!(formatter, "the store did not answer: {}", Told(error))
            }
            Self::Newer { found, known } => write!(
                formatter,
                "the store has version {found}; this program knows versions up to {known}"
            ),
            Self::AnotherWorld(did) => write!(
                formatter,
                "the store is that of {did}, founded with other keys than those in the data folder"
            ),
            Self::Overloaded => formatter.write_str("too many wait for the store"),
            Self::Unsure(error) => {
                write!(
                    formatter,
                    "whether the store wrote is not known: {}",
                    Told(error)
                )
            }
            Self::Corrupt(what) => write!(formatter, "a record of the store is broken: {what}"),
        }
    }
}

impl std::error::Error for StoreError {}

/// What a database says, without the line of the server's own source where it said so.
struct Told<'a>(&'a sqlx::Error);

impl fmt::Display for Told<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            sqlx::Error::Database(error) => match error.try_downcast_ref::<PgDatabaseError>() {
                Some(error) => formatter.write_str(error.message()),
                None => error.fmt(formatter),
            },
            error => error.fmt(formatter),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            // Nobody gave back a connection in time.
            sqlx::Error::PoolTimedOut => Self::Overloaded,
            error => Self::Database(error),
        }
    }
}

pub(crate) type Answer<T> = Result<T, StoreError>;

/// The one interface between a world and its database. Every method is one transaction.
pub(crate) trait Records: Clone + Send + Sync + 'static {
    /// Sets the status of a grant and the bits of all its copies.
    fn change_grant(
        &self,
        grant: &str,
        status: GrantStatus,
        now: Timestamp,
    ) -> impl Future<Output = Answer<Changed>> + Send;

    /// The newest grants.
    fn grants(&self, most: u32) -> impl Future<Output = Answer<Vec<GrantRecord>>> + Send;

    /// The grant of this name.
    fn grant_record(&self, grant: &str)
    -> impl Future<Output = Answer<Option<GrantRecord>>> + Send;

    /// What a status list is for, and when it changed last.
    fn list_version(
        &self,
        list: &ListName,
    ) -> impl Future<Output = Answer<Option<(StatusPurpose, Timestamp)>>> + Send;

    /// A status list as of one moment.
    fn list_content(
        &self,
        list: &ListName,
        purpose: StatusPurpose,
    ) -> impl Future<Output = Answer<Option<ListContent>>> + Send;

    /// When either list of a shelf changed last. The shelf is named by its list of revocations.
    fn token_list_version(
        &self,
        list: &ListName,
    ) -> impl Future<Output = Answer<Option<Timestamp>>> + Send;

    /// Both lists of a shelf as of one moment, likewise.
    fn token_list_content(
        &self,
        list: &ListName,
    ) -> impl Future<Output = Answer<Option<TokenListContent>>> + Send;

    /// The lists that this world publishes, the oldest first.
    fn list_names(&self) -> impl Future<Output = Answer<Vec<ListName>>> + Send;

    /// Remembers the newest date of a list of somebody else.
    fn mark_list(&self, seen: &SeenList, now: Timestamp)
    -> impl Future<Output = Answer<()>> + Send;

    /// The newest dates of lists that were seen.
    fn marked_lists(&self) -> impl Future<Output = Answer<Vec<SeenList>>> + Send;

    /// Remembers how far the key history of somebody else had come. One that was longer stays.
    fn mark_history(
        &self,
        did: &Did,
        head: &KeyHistoryHead,
        now: Timestamp,
    ) -> impl Future<Output = Answer<()>> + Send;

    /// How far the key histories had come that were seen.
    fn marked_histories(&self) -> impl Future<Output = Answer<Vec<(Did, KeyHistoryHead)>>> + Send;

    /// Keeps an admission that was asked for.
    fn add_admission(&self, admission: &NewAdmission) -> impl Future<Output = Answer<()>> + Send;

    /// The admission whose request link this is.
    fn admission_by_request(
        &self,
        request: Sha256Digest,
    ) -> impl Future<Output = Answer<Option<Admission>>> + Send;

    /// The admission whose response path this is.
    fn admission_by_response(
        &self,
        response: Sha256Digest,
    ) -> impl Future<Output = Answer<Option<Admission>>> + Send;

    /// The admission whose poll address this is.
    fn admission_by_poll(
        &self,
        poll: Sha256Digest,
    ) -> impl Future<Output = Answer<Option<Admission>>> + Send;

    /// The admission of this name.
    fn admission_by_id(&self, id: &str) -> impl Future<Output = Answer<Option<Admission>>> + Send;

    /// Closes an admission with its decision: at most once. False when it was closed already.
    fn close(&self, closing: &Closing) -> impl Future<Output = Answer<bool>> + Send;

    /// Notes that the outcome of an admission is being told to whoever brought this code, and deletes
    /// outcome and code: at most once. False when it was told already, or the code is another.
    fn tell_once(
        &self,
        id: &str,
        response_code: Sha256Digest,
    ) -> impl Future<Output = Answer<bool>> + Send;

    /// Records a decision that closes nothing. False when the admission has its share of them.
    fn add_decision(&self, decision: &DecisionRecord) -> impl Future<Output = Answer<bool>> + Send;

    /// The newest decisions.
    fn decisions(&self, most: u32) -> impl Future<Output = Answer<Vec<DecisionRecord>>> + Send;

    /// When the oldest decision was made.
    fn oldest_decision(&self) -> impl Future<Output = Answer<Option<Timestamp>>> + Send;

    /// Deletes the decisions made before a moment, and records that it did. When this returns they are
    /// gone from the disk too, unless another process is reading; then the next sweep sees to it.
    fn purge(
        &self,
        before: Timestamp,
        now: Timestamp,
    ) -> impl Future<Output = Answer<PurgeRecord>> + Send;

    /// The newest purges.
    fn purges(&self, most: u32) -> impl Future<Output = Answer<Vec<PurgeRecord>>> + Send;

    /// Deletes what has had its time: codes, tokens, nonces, grants whose copies ran out, the results of admissions closed at or
    /// before `results_before`, and admissions that nobody can answer or ask about any more. Gone from
    /// the disk as [`Records::purge`] says.
    fn sweep(
        &self,
        now: Timestamp,
        results_before: Timestamp,
    ) -> impl Future<Output = Answer<()>> + Send;
}
