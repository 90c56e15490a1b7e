//! A world that is open: its configuration, secrets, store and what it knows of others.

mod founding;
mod identity;
mod judging;
mod memory;
mod opening;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use fetch::Client;
use schemas::did::Did;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use tokio::sync::Semaphore;
use verifier::{AdmissionRules, Evidence, Policy, PolicyError};

use crate::asking::{AskerError, Askers, CertificateReload};
use crate::believing::{Believing, PolicyReload, Unread};
use crate::bundling::held::{self, BundleReload, Held};
use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::error::Refusal;
use crate::files::FileError;
use crate::issuing::nonce::LIFE as NONCE_LIFE;
use crate::keys::KeysError;
use crate::ledger::Ledger;
use crate::server::client::Shares;
use crate::server::metrics::Metrics;
use crate::status::lists::Lists;
use crate::store::offers::MOST_LOGINS;
use crate::store::{Database, Records, StoreError};

pub use founding::{Founding, InitError};
use identity::Identities;
pub(crate) use identity::Identity;
pub use identity::KeysReload;
pub(crate) use judging::Brought;
use memory::{Marks, Memory};

/// The store's file in the data folder.
pub(crate) const STORE_FILE: &str = "world.db";

/// An open world. Shared by the server and by commands that work on the same store.
pub struct World {
    pub(crate) config: Config,
    pub(crate) store: Database,
    pub(crate) clock: Clock,
    pub(crate) believing: Believing,
    pub(crate) lists: Lists,
    pub(crate) rules: AdmissionRules,
    pub(crate) metrics: Metrics,
    identities: Identities,
    pub(crate) askers: Askers,
    outside: Outside,
    memory: Memory,
    bench: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// Model files in memory at a time.
    pub(crate) files: Semaphore,
    /// Logins that each client has begun.
    pub(crate) logins: Shares,
    /// What it keeps of its item ledger in memory.
    pub(crate) ledger: Ledger,
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
    /// The certificate by which it is to ask.
    Asker(AskerError),
    /// The bundle by which it is to live without a network.
    Bundle(Reason),
    /// What a file says that belongs to its configuration.
    Config(ConfigError),
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
            Self::Asker(error) => error.reason(),
            Self::Bundle(reason) => *reason,
            Self::Config(error) => error.reason(),
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
            Self::Asker(error) => error.fmt(formatter),
            Self::Bundle(reason) => write!(formatter, "the bundle is not used: {reason}"),
            Self::Config(error) => error.fmt(formatter),
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
        let askers = Askers::read(&config).map_err(OpenError::Asker)?;
        let believing =
            Believing::read(&config.policy, clock.now()).map_err(|unread| match unread {
                Unread::File(error) => OpenError::File(error),
                Unread::Policy(error) => OpenError::Policy(error),
            })?;
        let store = opening::store(&config, clock.now()).await?;
        let founding = identities.standing().keys.history.founding();
        store.belongs_to(identities.did(), &founding).await?;
        let memory = Memory::new(marks(&store).await?);
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
            logins: Shares::new(MOST_LOGINS),
            ledger: Ledger::new(config.ledger.as_ref()),
            outside,
            memory,
            lists: Lists::default(),
            metrics: Metrics::default(),
            believing,
            identities,
            askers,
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
        self.store.shut().await;
    }

    /// Deletes what has had its time, decision records too, and records the deletion of those. Learns what
    /// other processes have seen that share the store.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let results = seconds(self.config.asking.result_life);
        self.store.sweep(now, now.plus_seconds(-results)).await?;
        self.sweep_ledger(now).await?;
        if self.store.is_shared() {
            self.memory.learn(marks(&self.store).await?);
        }
        let requests = seconds(self.config.asking.request_life);
        self.sweep_keys(now.plus_seconds(-results.max(NONCE_LIFE).max(requests)));
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
    /// that cannot be read leaves the policy in force as it is. Bundle, keys and certificate are looked
    /// at as well.
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
        let certificate = self.reload_certificate().await;
        self.metrics.certificate_looked_at(&certificate);
        reloaded
    }

    /// Looks whether the certificate by which the world asks was changed, and asks with the new one from
    /// then on. One that cannot be used leaves the one in use as it is. Also whether that is valid now.
    pub async fn reload_certificate(self: &Arc<Self>) -> CertificateReload {
        let world = Arc::clone(self);
        let look = move || world.askers.reload(world.clock.now());
        let reloaded = tokio::task::spawn_blocking(look).await;
        reloaded.unwrap_or(CertificateReload::Refused(Reason::InternalError))
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
}

/// What the store remembers of others.
async fn marks(store: &Database) -> Result<Marks, StoreError> {
    Ok(Marks {
        lists: store.marked_lists().await?,
        histories: store.marked_histories().await?,
    })
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

/// Whole seconds, for dates.
pub(crate) fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}
