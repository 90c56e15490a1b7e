//! The keys of a ledger: its DID document, and the history of its keys.

use fetch::Client;
use fetch::settle::ledger_keys;
use proofs::keys::VerifyingKey;
use proofs::tlog::note::NoteKey;
use schemas::did::DidUrl;
use schemas::ledger::log_origin;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::ledger::{NoKey, checkpoint_keys, ledger_key};
use verifier::{Evidence, Policy};

use super::MonitorError;

/// How long what was fetched is believed, in seconds: less than the policy takes documents for new.
const FRESH: i64 = 240;

/// The keys of a ledger.
#[derive(Debug)]
pub(super) struct Keys {
    ledger: WorldId,
    client: Option<Client>,
    policy: Policy,
    evidence: Evidence,
    fetched: Option<Timestamp>,
    /// Whether something of the ledger was read since: a key that is not known may be new.
    behind: bool,
}

impl Keys {
    /// To be fetched.
    pub(super) fn of(ledger: WorldId, client: Client) -> Self {
        Self {
            ledger,
            client: Some(client),
            policy: Policy::nobody(),
            evidence: Evidence::new(),
            fetched: None,
            behind: true,
        }
    }

    /// As they are known, for ever.
    #[cfg(test)]
    pub(super) fn known(ledger: WorldId, evidence: Evidence) -> Self {
        Self {
            ledger,
            client: None,
            policy: Policy::nobody(),
            evidence,
            fetched: None,
            behind: false,
        }
    }

    /// As they were fetched at one time.
    #[cfg(test)]
    pub(super) fn fetched(
        ledger: WorldId,
        client: Client,
        evidence: Evidence,
        at: Timestamp,
    ) -> Self {
        Self {
            evidence,
            fetched: Some(at),
            behind: false,
            ..Self::of(ledger, client)
        }
    }

    /// Asks for them when they are old.
    pub(super) async fn refresh(&mut self, now: Timestamp) -> Result<(), MonitorError> {
        let fresh = |fetched| now.seconds_since(fetched) < FRESH;
        match self.fetched.is_some_and(fresh) {
            true => Ok(()),
            false => self.ask(now).await,
        }
    }

    /// Hears that something was read that the ledger signed: what it signed that with it may have told
    /// since it was asked.
    pub(super) const fn fall_behind(&mut self) {
        self.behind = true;
    }

    /// Asks for them.
    pub(super) async fn ask(&mut self, now: Timestamp) -> Result<(), MonitorError> {
        if let Some(client) = &self.client {
            let gathered = ledger_keys(client, &self.ledger, now).await;
            self.evidence = gathered.map_err(unread)?;
            self.fetched = Some(now);
        }
        self.behind = false;
        Ok(())
    }

    /// Asks for them because something is signed by none of those that are known. False when that was
    /// done since it was read.
    pub(super) async fn renew(&mut self, now: Timestamp) -> Result<bool, MonitorError> {
        match self.behind {
            true => self.ask(now).await.map(|()| true),
            false => Ok(false),
        }
    }

    /// The keys that sign checkpoints.
    pub(super) async fn of_log(&mut self, now: Timestamp) -> Result<Vec<NoteKey>, MonitorError> {
        self.refresh(now).await?;
        let known = checkpoint_keys(&self.ledger, &self.policy, &self.evidence, now);
        let keys = NoteKey::of_log(&log_origin(&self.ledger), known.keys);
        keys.map_err(|_| unread(Reason::LogUntrusted))
    }

    /// The key of a leaf or a receipt, at the time that it says; inside why the ledger has none such.
    /// That is said only where it was asked for its keys after the leaf was read.
    ///
    /// # Errors
    /// [`MonitorError`] where that is not known now.
    pub(super) async fn key(
        &mut self,
        kid: &DidUrl,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<Result<VerifyingKey, Reason>, MonitorError> {
        self.refresh(now).await?;
        let mut found = self.at(kid, at, now);
        if found.is_err() && self.renew(now).await? {
            found = self.at(kid, at, now);
        }
        match found {
            Ok(key) => Ok(Ok(key)),
            Err(NoKey::Failed(reason)) => Ok(Err(reason)),
            Err(NoKey::Doubt(reason, _)) => Err(unread(reason)),
        }
    }

    fn at(&self, kid: &DidUrl, at: Timestamp, now: Timestamp) -> Result<VerifyingKey, NoKey> {
        ledger_key(&self.ledger, kid, at, &self.policy, &self.evidence, now)
    }
}

const fn unread(reason: Reason) -> MonitorError {
    MonitorError::Read("the list of the ledger's keys", reason)
}
