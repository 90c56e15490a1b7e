//! A world that is open: its configuration, secrets, store and what it knows of others.

mod founding;

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::body::Bytes;
use fetch::Client;
use proofs::did_document::{self, DidDocument};
use proofs::issue::Issuer;
use schemas::check::{CheckId, Outcome, Verdict};
use schemas::did::DidUrl;
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use tokio::sync::Semaphore;
use verifier::{
    AdmissionRules, Asked, AssetAsked, Evidence, Policy, PolicyError, Question, Report,
};

use crate::clock::Clock;
use crate::config::Config;
use crate::error::Refusal;
use crate::files::{self, FileError};
use crate::keys::{KEY_FRAGMENT, Keys, KeysError};
use crate::server::metrics::Metrics;
use crate::store::{Records, Sqlite, StoreError};

pub use founding::{Founding, InitError};

/// The store's file in the data folder.
pub(crate) const STORE_FILE: &str = "world.db";

/// An open world. Shared by the server and by commands that work on the same store.
pub struct World {
    pub(crate) config: Config,
    pub(crate) keys: Keys,
    pub(crate) issuer: Issuer,
    pub(crate) store: Sqlite,
    pub(crate) clock: Clock,
    pub(crate) policy: Arc<Policy>,
    pub(crate) rules: AdmissionRules,
    pub(crate) metrics: Metrics,
    pub(crate) did_document: Object,
    client: Client,
    evidence: Mutex<Evidence>,
    bench: Arc<Semaphore>,
}

impl fmt::Debug for World {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("World")
            .field("origin", self.config.world())
            .finish_non_exhaustive()
    }
}

/// Why a world was not opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// A file or folder.
    File(FileError),
    /// Its secrets.
    Keys(KeysError),
    /// A loopback world that may not be named.
    Loopback,
    /// Its trust policy.
    Policy(PolicyError),
    /// Its store.
    Store(StoreError),
}

impl OpenError {
    /// The reason code.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self {
            Self::File(error) => error.reason(),
            Self::Keys(error) => error.reason(),
            Self::Loopback => Reason::ConfigInsecure,
            Self::Policy(error) => error.reason(),
            Self::Store(error) => error.reason(),
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(formatter),
            Self::Keys(error) => error.fmt(formatter),
            Self::Loopback => formatter.write_str("loopback_worlds names another machine"),
            Self::Policy(error) => write!(formatter, "the trust policy: {error}"),
            Self::Store(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl World {
    /// Opens the world of a configuration: reads its secrets and policy, brings its store to this
    /// version.
    ///
    /// # Errors
    /// [`OpenError`]; also when files of the world are open to others on the machine.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, OpenError> {
        let keys = Keys::read(&config.data).map_err(OpenError::Keys)?;
        let policy = files::read_text(&config.policy).map_err(OpenError::File)?;
        let policy = Policy::from_toml(&policy).map_err(OpenError::Policy)?;
        let path = config.data.join(STORE_FILE);
        files::create_private(&path).map_err(OpenError::File)?;
        let store = Sqlite::open(&path, clock.now()).await?;
        let mut allowed = fetch::Policy::public();
        for world in &config.loopback_worlds {
            allowed = allowed
                .allow_world(world)
                .map_err(|_| OpenError::Loopback)?;
        }
        let published = keys.signing.verifying_key();
        let did = config.origin.did();
        let did_document = did_document::build(&did, &[(KEY_FRAGMENT, &published)], &[])
            .map_err(|_| OpenError::Loopback)?;
        let method = method_of(&config).ok_or(OpenError::Loopback)?;
        let issuer = Issuer::new(method, published, keys.issuing(), config.issuing.suite);
        Ok(Self {
            rules: AdmissionRules {
                findings: config.asking.findings,
            },
            bench: Arc::new(Semaphore::new(config.limits.verifications)),
            client: Client::new(allowed),
            evidence: Mutex::new(Evidence::new()),
            metrics: Metrics::default(),
            policy: Arc::new(policy),
            did_document,
            issuer,
            config,
            keys,
            store,
            clock,
        })
    }

    /// The configuration.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Closes the store.
    pub async fn close(&self) {
        self.store.close_file().await;
    }

    /// Deletes what has had its time, decision records too, and records the deletion of those.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let results = seconds(self.config.asking.result_life);
        self.store.sweep(now, now.plus_seconds(-results)).await?;
        let before = now.plus_seconds(-seconds(self.config.retention));
        match self.store.oldest_decision().await? {
            Some(oldest) if oldest < before => self.store.purge(before, now).await.map(drop),
            _ => Ok(()),
        }
    }

    /// Runs work that keeps a processor busy: a bounded number at a time, away from the threads that
    /// answer requests.
    ///
    /// # Errors
    /// [`Refusal::overloaded`] when its turn does not come soon.
    pub(crate) async fn at_bench<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Arc<Self>) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let turn = Arc::clone(&self.bench).acquire_owned();
        let Ok(Ok(place)) = tokio::time::timeout(self.config.limits.header, turn).await else {
            return Err(Refusal::overloaded());
        };
        let world = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            let answer = work(&world);
            drop(place);
            answer
        });
        done.await
            .map_err(|_| Refusal::internal(Reason::InternalError))
    }

    /// Judges bytes, fetching the DID documents that are missing.
    ///
    /// # Errors
    /// [`Refusal`] only when there was no place to do it; a bad document has a report.
    pub(crate) async fn judge(
        self: &Arc<Self>,
        asked: Asked,
        asset: AssetAsked,
        policy: Arc<Policy>,
        bytes: Bytes,
    ) -> Result<Report, Refusal> {
        let start = Instant::now();
        let runtime = tokio::runtime::Handle::current();
        let report = self
            .at_bench(move |world| {
                let question = Question {
                    asked: &asked,
                    asset: &asset,
                    policy: &policy,
                };
                runtime.block_on(world.settle(&question, &bytes))
            })
            .await?;
        let reason = match report.verdict() {
            Verdict::Accepted => None,
            _ => report.reason(),
        };
        self.metrics.judged(reason, start.elapsed());
        Ok(report)
    }

    async fn settle(&self, question: &Question<'_>, bytes: &[u8]) -> Report {
        let now = self.clock.now();
        let known = self.known(now);
        let (report, evidence) =
            fetch::settle::settle(&self.client, question, bytes, known, now).await;
        if report.verdict() == Verdict::Accepted {
            // Only what was good for something is kept: a failure to fetch is not remembered.
            if let Ok(mut kept) = self.evidence.lock() {
                *kept = evidence;
            }
            return report;
        }
        // The document that is known may be older than the key.
        if matches!(report.outcome(CheckId::Key), Outcome::Failed(_)) {
            let fresh = self.own(Evidence::new(), now);
            return fetch::settle::settle(&self.client, question, bytes, fresh, now)
                .await
                .0;
        }
        report
    }

    fn known(&self, now: Timestamp) -> Evidence {
        let kept = self.evidence.lock().map_or_else(
            |poisoned| poisoned.into_inner().clone(),
            |evidence| evidence.clone(),
        );
        self.own(kept, now)
    }

    /// A world need not ask the network who it is.
    fn own(&self, evidence: Evidence, now: Timestamp) -> Evidence {
        let document = Value::Object(self.did_document.clone());
        match DidDocument::parse(&document, &self.config.origin.did()) {
            Ok(document) => evidence.with_document(document, now),
            Err(_) => evidence,
        }
    }
}

fn method_of(config: &Config) -> Option<DidUrl> {
    config.origin.did().with_fragment(KEY_FRAGMENT).ok()
}

/// Whole seconds, for dates.
pub(crate) fn seconds(time: std::time::Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}
