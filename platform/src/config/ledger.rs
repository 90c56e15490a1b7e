//! `[ledger]`: how the world keeps its item ledger.

use std::time::Duration;

use proofs::tlog::note::{KeyKind, NoteKey};
use schemas::web_url::WebUrl;
use serde::Deserialize;

use super::ConfigError;
use super::file::{DAY, setting};

/// Most witnesses.
const MAX_WITNESSES: usize = 16;

/// How a ledger is kept.
#[derive(Clone, Debug)]
pub(crate) struct LedgerSettings {
    /// How often a checkpoint is shown.
    pub(crate) publish: Duration,
    /// How long a head receipt is good.
    pub(crate) receipt: Duration,
    /// How far ahead an offer may end.
    pub(crate) offer: Duration,
    /// How far ahead a lease may end.
    pub(crate) lease: Duration,
    /// How long a step is answered again under its idempotency key.
    pub(crate) answers: Duration,
    /// Steps that may wait.
    pub(crate) queue: usize,
    /// Who cosigns checkpoints.
    pub(crate) witnesses: Vec<WitnessPlace>,
}

/// A witness of the log.
#[derive(Clone, Debug)]
pub(crate) struct WitnessPlace {
    /// Where it is asked.
    pub(crate) url: WebUrl,
    /// The key with which it cosigns.
    pub(crate) key: NoteKey,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LedgerTable {
    enabled: Option<bool>,
    publish_seconds: Option<u64>,
    receipt_seconds: Option<u64>,
    offer_seconds: Option<u64>,
    lease_seconds: Option<u64>,
    answer_seconds: Option<u64>,
    queue: Option<u64>,
    witnesses: Vec<WitnessTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WitnessTable {
    url: String,
    vkey: String,
}

impl LedgerTable {
    /// The rules; `None` for a world that keeps no ledger.
    pub(super) fn read(&self) -> Result<Option<LedgerSettings>, ConfigError> {
        let rules = LedgerSettings {
            publish: setting("ledger.publish_seconds", 1, 1, 3600).seconds(self.publish_seconds)?,
            receipt: setting("ledger.receipt_seconds", 600, 10, DAY)
                .seconds(self.receipt_seconds)?,
            offer: setting("ledger.offer_seconds", 30 * DAY, 60, 366 * DAY)
                .seconds(self.offer_seconds)?,
            lease: setting("ledger.lease_seconds", 3600, 60, DAY).seconds(self.lease_seconds)?,
            answers: setting("ledger.answer_seconds", 7 * DAY, DAY, 366 * DAY)
                .seconds(self.answer_seconds)?,
            queue: setting("ledger.queue", 1024, 1, 65_536).count(self.queue)?,
            witnesses: self.witnesses()?,
        };
        Ok(self.enabled.unwrap_or(ENABLED).then_some(rules))
    }

    fn witnesses(&self) -> Result<Vec<WitnessPlace>, ConfigError> {
        let malformed = |what: &str| ConfigError::Malformed(format!("ledger.witnesses: {what}"));
        if self.witnesses.len() > MAX_WITNESSES {
            return Err(malformed("at most 16"));
        }
        let mut witnesses: Vec<WitnessPlace> = Vec::with_capacity(self.witnesses.len());
        for witness in &self.witnesses {
            let url = witness.url.parse();
            let url = url.map_err(|_| malformed("url is not an https URL"))?;
            let key: NoteKey = witness
                .vkey
                .parse()
                .map_err(|error| malformed(&format!("vkey: {error}")))?;
            if key.kind() != KeyKind::Cosignature {
                return Err(malformed("vkey is of a key that does not cosign"));
            }
            if witnesses.iter().any(|other| other.key.key() == key.key()) {
                return Err(malformed("a key is there twice"));
            }
            witnesses.push(WitnessPlace { url, key });
        }
        Ok(witnesses)
    }
}

/// Whether a world has a ledger when nothing is said.
const ENABLED: bool = true;
