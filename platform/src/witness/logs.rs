//! The logs that a witness knows, and their keys: written down, or in the DID document of a world and in
//! the history of its keys.

use std::collections::BTreeMap;

use fetch::settle::ledger_keys;
use fetch::{Client, Policy};
use proofs::tlog::note::NoteKey;
use schemas::ledger::log_origin;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use tokio::sync::Mutex;
use verifier::Evidence;
use verifier::ledger::checkpoint_keys;

use super::config::{LogSetting, WitnessConfig};
use super::{Refused, WitnessError};

/// How long a world's keys are believed without asking again, in seconds.
const FRESH: i64 = 3600;
/// How soon a world is asked again, in seconds: whoever sends what nobody signed makes no traffic.
const PAUSE: i64 = 30;

/// The logs by their origins.
#[derive(Debug)]
pub(super) struct Logs {
    logs: BTreeMap<String, Log>,
    client: Client,
}

#[derive(Debug)]
enum Log {
    Keys(Vec<NoteKey>),
    World(WorldId, Mutex<Known>),
}

/// What is known of a world's keys.
#[derive(Clone, Debug, Default)]
struct Known {
    keys: Vec<NoteKey>,
    fetched: Option<Timestamp>,
    tried: Option<Timestamp>,
}

impl Logs {
    pub(super) fn new(config: &WitnessConfig) -> Result<Self, WitnessError> {
        let mut worlds = Vec::new();
        let mut logs = BTreeMap::new();
        for setting in &config.logs {
            let log = match setting {
                LogSetting::Keys { keys, .. } => {
                    Log::Keys(keys.iter().cloned().map(NoteKey::kept).collect())
                }
                LogSetting::World(world) => {
                    worlds.push(world.clone());
                    Log::World(world.clone(), Mutex::default())
                }
            };
            logs.insert(setting.origin(), log);
        }
        // Worlds on this machine are named in the configuration; nothing else of it is opened.
        let client = Client::new(Policy::for_worlds(&worlds));
        Ok(Self { logs, client })
    }

    /// The keys of a log.
    pub(super) async fn keys(&self, origin: &str, now: Timestamp) -> Result<Vec<NoteKey>, Refused> {
        let (world, known) = match self.logs.get(origin).ok_or(Refused::Unknown)? {
            Log::Keys(keys) => return Ok(keys.clone()),
            Log::World(world, known) => (world, known),
        };
        let mut known = known.lock().await;
        let is_fresh = known
            .fetched
            .is_some_and(|fetched| now.seconds_since(fetched) < FRESH);
        if !is_fresh {
            self.ask(world, &mut known, now).await;
        }
        // What was known an hour ago is better than nothing: who has the key signs as the log did.
        match known.keys.is_empty() {
            true => Err(Refused::Unavailable(Reason::DidResolutionFailed)),
            false => Ok(known.keys.clone()),
        }
    }

    /// The keys of a world's log, asked for anew because none of those that are known has signed; `None`
    /// where there are no others.
    pub(super) async fn newer_keys(&self, origin: &str, now: Timestamp) -> Option<Vec<NoteKey>> {
        let Some(Log::World(world, known)) = self.logs.get(origin) else {
            return None;
        };
        let mut known = known.lock().await;
        let before = known.keys.clone();
        self.ask(world, &mut known, now).await;
        (known.keys != before).then(|| known.keys.clone())
    }

    async fn ask(&self, world: &WorldId, known: &mut Known, now: Timestamp) {
        let soon = |tried| now.seconds_since(tried) < PAUSE;
        if known.tried.is_some_and(soon) {
            return;
        }
        known.tried = Some(now);
        match self.fetched(world, now).await {
            Ok(keys) => {
                known.keys = keys;
                known.fetched = Some(now);
            }
            Err(what) => tracing::warn!(%what, "the keys of a log"),
        }
    }

    async fn fetched(&self, world: &WorldId, now: Timestamp) -> Result<Vec<NoteKey>, String> {
        let known = ledger_keys(&self.client, world, now).await;
        let known = known.map_err(|reason| reason.to_string())?;
        keys_of(world, &known, now)
    }
}

/// The keys of a world as those of its log: those with which it asserts, and those before of which nobody
/// else had hold, as its newest checkpoint may be older than its newest key.
fn keys_of(world: &WorldId, known: &Evidence, now: Timestamp) -> Result<Vec<NoteKey>, String> {
    let keys = checkpoint_keys(world, &verifier::Policy::nobody(), known, now).keys;
    let keys = NoteKey::of_log(&log_origin(world), keys);
    let keys = keys.map_err(|_| "a world without a name".to_owned())?;
    match keys.is_empty() {
        true => Err("a DID document without a key that signs logs".to_owned()),
        false => Ok(keys.into_iter().map(NoteKey::kept).collect()),
    }
}
