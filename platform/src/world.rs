//! A world that is open: its configuration, secrets, store and what it knows of others.

mod founding;
mod identity;
mod memory;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use fetch::Client;
use fetch::settle::{Obtained, Tagged, obtain_again};
use schemas::check::{CheckId, Outcome, Verdict};
use schemas::did::Did;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use tokio::sync::Semaphore;
use verifier::{
    AdmissionRules, Asked, AssetAsked, Evidence, Fetched, Learned, ListRef, Missing, Policy,
    PolicyError, Question, Report, Rounds,
};

use crate::believing::{Believing, PolicyReload, Unread};
use crate::bundling::held::{self, BundleReload, Held};
use crate::clock::Clock;
use crate::config::Config;
use crate::error::Refusal;
use crate::files::{self, FileError};
use crate::issuing::nonce::LIFE as NONCE_LIFE;
use crate::keys::KeysError;
use crate::server::metrics::Metrics;
use crate::status::lists::{Lists, SignedList};
use crate::store::{Records, Sqlite, StoreError};

pub use founding::{Founding, InitError};
use identity::Identities;
pub(crate) use identity::Identity;
pub use identity::KeysReload;
use memory::{Marks, Memory};

/// The store's file in the data folder.
pub(crate) const STORE_FILE: &str = "world.db";

/// An open world. Shared by the server and by commands that work on the same store.
pub struct World {
    pub(crate) config: Config,
    pub(crate) store: Sqlite,
    pub(crate) clock: Clock,
    pub(crate) believing: Believing,
    pub(crate) lists: Lists,
    pub(crate) rules: AdmissionRules,
    pub(crate) metrics: Metrics,
    identities: Identities,
    outside: Outside,
    memory: Memory,
    bench: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// Model files in memory at a time.
    pub(crate) files: Semaphore,
}

/// Where a world hears of others.
enum Outside {
    /// From themselves.
    Network(Client),
    /// From a bundle. There is no client then: nothing with which a connection could be opened.
    Bundle(Held),
}

/// Verifications that may wait for each one that runs.
const QUEUE: usize = 16;
/// Model files in memory at a time.
const FILES: usize = 2;

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
    /// The bundle by which it is to live without a network.
    Bundle(Reason),
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
            Self::Bundle(reason) => *reason,
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
            Self::Bundle(reason) => write!(formatter, "the bundle is not used: {reason}"),
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
        let identities = Identities::read(&config)?;
        let believing =
            Believing::read(&config.policy, clock.now()).map_err(|unread| match unread {
                Unread::File(error) => OpenError::File(error),
                Unread::Policy(error) => OpenError::Policy(error),
            })?;
        let path = config.data.join(STORE_FILE);
        files::create_private(&path).map_err(OpenError::File)?;
        let store = Sqlite::open(&path, clock.now()).await?;
        let memory = Memory::new(Marks {
            lists: store.marked_lists().await?,
            histories: store.marked_histories().await?,
        });
        let outside = match &config.bundle {
            Some(file) => {
                let (policy, seen) = (believing.policy(), memory.snapshot());
                let held = Held::read(file, &policy, &seen, clock.now());
                Outside::Bundle(held.map_err(|unread| match unread {
                    held::Unread::File(error) => OpenError::File(error),
                    held::Unread::Bundle(reason) => OpenError::Bundle(reason),
                })?)
            }
            None => Outside::Network(Client::new(reach(&config)?)),
        };
        let world = Self {
            rules: AdmissionRules {
                findings: config.asking.findings,
            },
            bench: Arc::new(Semaphore::new(config.limits.verifications)),
            queue: Arc::new(Semaphore::new(config.limits.verifications * QUEUE)),
            files: Semaphore::new(FILES),
            outside,
            memory,
            lists: Lists::default(),
            metrics: Metrics::default(),
            believing,
            identities,
            config,
            store,
            clock,
        };
        world.remember_bundle().await;
        Ok(world)
    }

    /// The configuration.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Who the world is now: for one whole act.
    pub(crate) fn identity(&self) -> Arc<Identity> {
        self.identities.standing()
    }

    /// Its DID.
    pub(crate) const fn did(&self) -> &Did {
        self.identities.did()
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
        self.sweep_keys(now.plus_seconds(-results.max(NONCE_LIFE)));
        let before = now.plus_seconds(-seconds(self.config.retention));
        match self.store.oldest_decision().await? {
            Some(oldest) if oldest < before => self.store.purge(before, now).await.map(drop),
            _ => Ok(()),
        }
    }

    /// Deletes the seeds of keys that ended before a moment: what was sealed with them has had its time.
    fn sweep_keys(&self, before: Timestamp) {
        let identity = self.identity();
        let dropped = identity.keys.history.drop_ended(&self.config.data, before);
        if let Err(error) = dropped {
            tracing::error!(%error, "a key that is not in use any more is not deleted");
        }
    }

    /// Looks whether the key was changed, and signs with the new one from then on. Keys that cannot be
    /// used leave the one in use as it is.
    pub async fn reload_keys(self: &Arc<Self>) -> KeysReload {
        let world = Arc::clone(self);
        let look = move || world.identities.reload(&world.config);
        let reloaded = tokio::task::spawn_blocking(look).await;
        reloaded.unwrap_or(KeysReload::Refused(Reason::InternalError))
    }

    /// Looks whether the file of the trust policy changed, and believes what it says from then on. One
    /// that cannot be read leaves the policy in force as it is. Bundle and keys are looked at as well.
    pub async fn reload_policy(self: &Arc<Self>) -> PolicyReload {
        self.reload_with(Believing::reload).await
    }

    /// The same from time to time: a policy is read when its file has stood still since the look before.
    pub(crate) async fn look_at_policy(self: &Arc<Self>) -> PolicyReload {
        self.reload_with(Believing::look).await
    }

    async fn reload_with(
        self: &Arc<Self>,
        reload: fn(&Believing, Timestamp) -> PolicyReload,
    ) -> PolicyReload {
        let world = Arc::clone(self);
        let reload = move || reload(&world.believing, world.clock.now());
        let reloaded = tokio::task::spawn_blocking(reload).await;
        let reloaded = reloaded.unwrap_or(PolicyReload::Refused(Reason::InternalError));
        self.metrics.policy_looked_at(&reloaded);
        self.reload_bundle().await;
        self.reload_keys().await;
        reloaded
    }

    /// Looks whether the file of the bundle changed, and lives by what it says from then on. One that
    /// cannot be used leaves the bundle in force as it is, until that one ends. `None` for a world that
    /// has a network.
    pub async fn reload_bundle(self: &Arc<Self>) -> Option<BundleReload> {
        if self.network().is_some() {
            return None;
        }
        let world = Arc::clone(self);
        let look = move || match &world.outside {
            Outside::Network(_) => BundleReload::Same,
            Outside::Bundle(held) => {
                let (policy, seen) = (world.believing.policy(), world.memory.snapshot());
                held.reload(&policy, &seen, world.clock.now())
            }
        };
        let reloaded = tokio::task::spawn_blocking(look).await;
        let reloaded = reloaded.unwrap_or(BundleReload::Refused(Reason::InternalError));
        if reloaded == BundleReload::Replaced {
            self.remember_bundle().await;
        }
        Some(reloaded)
    }

    /// Keeps the dates of the lists in the bundle, so that no older ones are believed after a restart.
    async fn remember_bundle(&self) {
        if let Outside::Bundle(_) = &self.outside {
            let known = self.known(&self.believing.policy(), self.clock.now());
            self.remember(&known).await;
        }
    }

    /// The way to others, for a world that has one.
    pub(crate) const fn network(&self) -> Option<&Client> {
        match &self.outside {
            Outside::Network(client) => Some(client),
            Outside::Bundle(_) => None,
        }
    }

    /// What is known of others, for one whole judgment.
    fn known(&self, policy: &Arc<Policy>, now: Timestamp) -> Evidence {
        let remembered = self.memory.snapshot();
        match &self.outside {
            Outside::Network(_) => remembered,
            // Of its own lists a world always knows the newest, whatever a bundle says.
            Outside::Bundle(held) => held
                .evidence(policy, &remembered, now)
                .without_status_lists(|list| self.is_own(list)),
        }
    }

    /// Runs work that keeps a processor busy: a bounded number at a time, away from the threads that
    /// answer requests, and with a short queue before it.
    ///
    /// # Errors
    /// [`Refusal::overloaded`] when the queue is full.
    pub(crate) async fn at_bench<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Arc<Self>) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let Ok(waiting) = Arc::clone(&self.queue).try_acquire_owned() else {
            return Err(Refusal::overloaded());
        };
        let done = self.at_bench_surely(work).await;
        drop(waiting);
        done
    }

    /// The same without a queue that can be full: for work for which something was spent already. Only
    /// requests that have come through [`World::at_bench`] wait here.
    ///
    /// # Errors
    /// [`Refusal`] when the work panicked.
    pub(crate) async fn at_bench_surely<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Arc<Self>) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let Ok(place) = Arc::clone(&self.bench).acquire_owned().await else {
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
        let case = Arc::new(Case {
            asked,
            asset,
            policy,
            bytes,
            now: self.clock.now(),
        });
        let before = self.known(&case.policy, case.now);
        let (mut report, known) = self.settle(&case, before.clone(), Asking::First).await?;
        // A document that was remembered may be older than the key, of a list too.
        let key = [CheckId::Key, CheckId::Proof]
            .into_iter()
            .any(|check| matches!(report.outcome(check), Outcome::Failed(_)));
        let list = report.details().iter().any(|detail| {
            matches!(
                detail.reason,
                Reason::StatusInvalid | Reason::TrustListInvalid
            )
        });
        let own = self.did();
        if (key || list)
            && self.network().is_some()
            && let Some(rest) = self.memory.doubting(known, &before, own)
        {
            (report, _) = self.settle(&case, rest, Asking::Again).await?;
        }
        let reason = match report.verdict() {
            Verdict::Accepted => None,
            _ => report.reason(),
        };
        self.metrics.judged(reason, start.elapsed());
        Ok(report)
    }

    /// The loop of `fetch::settle`, with the verification at the bench and the fetching outside, so
    /// that an issuer who answers slowly keeps nobody else waiting. What was known in the end comes
    /// with the report.
    async fn settle(
        self: &Arc<Self>,
        case: &Arc<Case>,
        evidence: Evidence,
        asking: Asking,
    ) -> Result<(Report, Evidence), Refusal> {
        let mut rounds = Rounds::new(self.own(evidence, case.now), case.now);
        loop {
            let judged = Arc::clone(case);
            let (report, known) = self
                .at_bench(move |_| (judged.verify(rounds.evidence()), rounds))
                .await?;
            rounds = known;
            let wanted = rounds.wanted(&report);
            if wanted.is_empty() {
                let known = rounds.into_evidence();
                self.remember(&known).await;
                return Ok((report, known));
            }
            for missing in wanted {
                if let (Asking::Again, Missing::DidDocument(did)) = (asking, &missing) {
                    self.memory.asks_again(did);
                }
                self.learn(&mut rounds, missing, &case.policy, case.now)
                    .await;
            }
        }
    }

    /// Fetches one thing that is missing. A list that was fetched before is asked for by its tag.
    pub(crate) async fn learn(
        self: &Arc<Self>,
        rounds: &mut Rounds,
        missing: Missing,
        policy: &Policy,
        now: Timestamp,
    ) {
        let list = match &missing {
            Missing::StatusList(list) => Some(list.clone()),
            _ => None,
        };
        let known = list.as_ref().and_then(|list| self.memory.tagged(list));
        let own = match &list {
            Some(list) => self.own_list(list).await,
            None => None,
        };
        let obtained = match (own, &list) {
            (Some(own), Some(list)) => Some(of_own(own, list, known)),
            _ => match self.network() {
                Some(client) => obtain_again(client, missing, known.as_ref(), now).await,
                None => without_network(missing),
            },
        };
        let Some(Obtained { learned, etag }) = obtained else {
            return;
        };
        rounds.learn(learned, policy);
        let known = list.and_then(|list| rounds.evidence().last_status_list(&list).cloned());
        if let (Some(etag), Some(list)) = (etag, known) {
            self.memory.tag(etag, list);
        }
    }

    /// Remembers what a verification learned, and the dates of lists and heads of key histories beyond the
    /// end of this process.
    pub(crate) async fn remember(&self, known: &Evidence) {
        // Of what this world publishes itself it always knows the newest.
        let known = match &self.outside {
            Outside::Network(_) => known.clone().without_status_lists(|list| self.is_own(list)),
            // What a bundle says ends with it, and with the trust in its maker.
            Outside::Bundle(_) => known.dates(),
        };
        let newer = self.memory.remember(known);
        let now = self.clock.now();
        for seen in newer.lists {
            if self.is_own(&seen.list) {
                continue;
            }
            if let Err(error) = self.store.mark_list(&seen, now).await {
                tracing::error!(%error, "the date of a list is not kept beyond a restart");
            }
        }
        for (did, head) in newer.histories {
            if did == *self.did() {
                continue;
            }
            if let Err(error) = self.store.mark_history(&did, &head, now).await {
                tracing::error!(%error, "a key history is not remembered beyond a restart");
            }
        }
    }

    /// What this world knows to begin with.
    pub(crate) fn begin(&self, policy: &Arc<Policy>, now: Timestamp) -> Rounds {
        Rounds::new(self.own(self.known(policy, now), now), now)
    }

    /// A world need not ask the network who it is and was.
    fn own(&self, evidence: Evidence, now: Timestamp) -> Evidence {
        self.identity().told(evidence, now)
    }
}

/// Whether documents are asked for that were remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    First,
    Again,
}

/// Something to be judged, at one time.
struct Case {
    asked: Asked,
    asset: AssetAsked,
    policy: Arc<Policy>,
    bytes: Bytes,
    now: Timestamp,
}

impl Case {
    fn verify(&self, evidence: &Evidence) -> Report {
        let question = Question {
            asked: &self.asked,
            asset: &self.asset,
            policy: &self.policy,
        };
        verifier::verify(&question, &self.bytes, evidence, self.now)
    }
}

/// A list that this world publishes itself, judged once for each time that it is signed.
fn of_own(own: Result<Arc<SignedList>, Reason>, list: &ListRef, known: Option<Tagged>) -> Obtained {
    match (own, known) {
        (Ok(signed), Some(known)) if known.etag == signed.etag() => Obtained {
            learned: Learned::StatusListUnchanged(Box::new(known.list), 0),
            etag: None,
        },
        (own, _) => {
            let etag = own.as_ref().ok().map(|signed| signed.etag().to_owned());
            let own = own.map(|signed| Fetched::now(signed.bytes().to_vec()));
            Obtained {
                learned: Learned::StatusList(list.clone(), own),
                etag,
            }
        }
    }
}

/// Where a world may go.
fn reach(config: &Config) -> Result<fetch::Policy, OpenError> {
    let mut allowed = fetch::Policy::public();
    for world in &config.loopback_worlds {
        allowed = allowed
            .allow_world(world)
            .map_err(|_| OpenError::Loopback)?;
    }
    Ok(allowed)
}

/// What a world without a network learns of what is not in its bundle: that it cannot be had.
fn without_network(missing: Missing) -> Option<Obtained> {
    let learned = match missing {
        Missing::DidDocument(did) => Learned::Document(did, Err(Reason::DidResolutionFailed)),
        Missing::KeyHistory(did) => Learned::KeyHistory(did, Err(Reason::DidResolutionFailed)),
        Missing::StatusList(list) => Learned::StatusList(list, Err(Reason::StatusUnavailable)),
        Missing::TrustList(list) => Learned::TrustList(list, Err(Reason::TrustListUnavailable)),
        _ => return None,
    };
    Some(Obtained {
        learned,
        etag: None,
    })
}

/// Whole seconds, for dates.
pub(crate) fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}
