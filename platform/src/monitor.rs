//! A monitor of an item ledger: it reads all that the ledger's log says, keeps its own tree and index,
//! and notices when the ledger says two different things. Run by whoever does not want to take a
//! ledger's word: another world, a holder, a stranger.
//!
//! ```text
//! checkpoint ─ signed? one root a size? ─ entries ─ own tree ─ the same root?
//!     ─ each leaf: signed, follows from the one before, one for (item, seq)
//! heads ─ signed, the same leaf as in the log
//!     └─ on a contradiction: an evidence file that convicts the ledger before everybody
//! ```
//!
//! What cannot be read or does not fit may be the fault of whoever is in between. It is reported, and it
//! is no evidence: an evidence file holds two things that the ledger signed.

mod error;
mod evidence;
mod growing;
mod halves;
mod heads;
mod index;
mod keys;
mod leaves;
mod source;
mod weighing;

use std::path::Path;

use proofs::tlog::TlogError;
use proofs::tlog::checkpoint::UnverifiedCheckpoint;
use proofs::tlog::edge::Edge;
use proofs::tlog::note::MAX_NOTE_BYTES;
use schemas::ledger::{EvidenceFile, ItemTag, log_origin};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::clock::Clock;
use index::{Index, Writing};
use keys::Keys;
use source::{Http, Source};
use weighing::Signed;

pub use error::{MonitorError, Stopped};

/// Most findings of one pass that convict nobody; what is wrong everywhere is said that often.
const MAX_FINDINGS: usize = 64;
/// Most of those that convict the ledger; the others come with the next passes.
const MAX_EVIDENCE: u32 = 256;

/// What was found wrong.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The reason code.
    pub reason: Reason,
    /// Where, in words without names of people.
    pub what: String,
    /// What convicts the ledger, when something does.
    pub evidence: Option<EvidenceFile>,
}

impl Observation {
    fn new(reason: Reason, what: impl Into<String>) -> Self {
        Self {
            reason,
            what: what.into(),
            evidence: None,
        }
    }

    fn proven((evidence, what): (EvidenceFile, String)) -> Self {
        Self {
            evidence: Some(evidence),
            ..Self::new(Reason::RegistryEquivocation, what)
        }
    }
}

/// What a pass has come to.
#[derive(Clone, Debug, Default)]
pub struct Pass {
    /// How many leaves the log has, as far as it was read.
    pub size: u64,
    /// How many of them are new.
    pub taken: u64,
    /// How many heads were compared.
    pub heads: u64,
    /// What was found wrong: first what convicts the ledger, each until [`Monitor::told`] hears that it
    /// is safe.
    pub findings: Vec<Observation>,
}

impl Pass {
    /// Says what convicts nobody; evidence is kept by the index first.
    fn observe(&mut self, finding: Observation) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        }
    }

    /// Keeps what convicts the ledger in the index, from which it is told. What nobody could read again
    /// is said without it.
    async fn convict(
        &mut self,
        write: &mut Writing,
        evidence: &EvidenceFile,
        what: &str,
    ) -> Result<(), MonitorError> {
        if !write.evidence(evidence, what).await? {
            self.observe(Observation::new(Reason::RegistryEquivocation, what));
        }
        Ok(())
    }

    /// Whether the ledger is convicted.
    #[must_use]
    pub fn convicts(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.evidence.is_some())
    }
}

/// Which heads are compared in one pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadsAsked {
    /// Those of all items.
    All,
    /// Those of so many items, others in the next pass.
    Some(u32),
}

/// A monitor of one ledger.
#[derive(Debug)]
pub struct Monitor<S = Http> {
    ledger: WorldId,
    origin: String,
    source: S,
    keys: Keys,
    index: Index,
    edge: Edge,
    clock: Clock,
    /// Up to which item heads were compared.
    cursor: Option<ItemTag>,
}

impl Monitor {
    /// Opens the state of a monitor, or makes it, for the ledger of a world.
    ///
    /// # Errors
    /// [`MonitorError`]; also when the state is of another ledger.
    pub async fn open(ledger: &WorldId, state: &Path, clock: Clock) -> Result<Self, MonitorError> {
        let client = fetch::Client::new(fetch::Policy::for_worlds(std::slice::from_ref(ledger)));
        let source = Http::new(ledger, client.clone());
        let keys = Keys::of(ledger.clone(), client);
        Self::with(ledger, source, keys, state, clock).await
    }
}

impl<S: Source> Monitor<S> {
    async fn with(
        ledger: &WorldId,
        source: S,
        keys: Keys,
        state: &Path,
        clock: Clock,
    ) -> Result<Self, MonitorError> {
        let index = Index::open(state, ledger, clock.now()).await?;
        let edge = index.edge().await?;
        Ok(Self {
            ledger: ledger.clone(),
            origin: log_origin(ledger),
            source,
            keys,
            index,
            edge,
            clock,
            cursor: None,
        })
    }

    /// Reads what is new, and compares. `progress` hears how far it has come, and of how many.
    ///
    /// # Errors
    /// [`Stopped`] when something could not be read, with what was found all the same: nothing is said
    /// about the ledger by the error.
    pub async fn pass(
        &mut self,
        heads: HeadsAsked,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<Pass, Box<Stopped>> {
        let mut pass = Pass::default();
        let read = self.read(heads, &mut pass, progress).await;
        pass.size = self.edge.size();
        let told = self.index.untold(MAX_EVIDENCE).await;
        let (proven, told) = match told {
            Ok(proven) => (proven, Ok(())),
            Err(error) => (Vec::new(), Err(error)),
        };
        let mut findings: Vec<Observation> = proven.into_iter().map(Observation::proven).collect();
        findings.append(&mut pass.findings);
        pass.findings = findings;
        match read.and(told) {
            Ok(()) => Ok(pass),
            Err(error) => Err(Box::new(Stopped { error, pass })),
        }
    }

    /// Hears that the evidence of a pass is where it cannot be lost: it is told again only when it is
    /// found again.
    ///
    /// # Errors
    /// [`MonitorError`] when the state cannot be written.
    pub async fn told(&self, pass: &Pass) -> Result<(), MonitorError> {
        let mut write = self.index.begin().await?;
        for evidence in pass
            .findings
            .iter()
            .filter_map(|found| found.evidence.as_ref())
        {
            write.told(evidence).await?;
        }
        write.commit().await
    }

    async fn read(
        &mut self,
        heads: HeadsAsked,
        pass: &mut Pass,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<(), MonitorError> {
        let now = self.clock.now();
        self.keys.refresh(now).await?;
        let note = self.source.get("ledger/checkpoint", MAX_NOTE_BYTES).await;
        let note = match note {
            // A ledger that has just begun has no checkpoint. One that had has.
            Err(Reason::NotFound) if self.edge.size() == 0 => return Ok(()),
            other => other.map_err(MonitorError::unread("the checkpoint"))?,
        };
        let checkpoint = self.signed(&note, now).await?;
        let known = self.edge.size();
        let log = match self.compare(&checkpoint, pass).await? {
            true => self.grow(&checkpoint, pass, progress).await,
            false => Ok(()),
        };
        match log {
            // What it says of single items may convict it also where its log cannot be read.
            Err(error @ MonitorError::Read(..)) => {
                self.compare_heads(heads, now, pass).await?;
                Err(error)
            }
            Err(error) => Err(error),
            Ok(()) => {
                self.miss_halves(known, now, pass).await?;
                self.compare_heads(heads, now, pass).await
            }
        }
    }

    /// Closes the state.
    pub async fn close(self) {
        self.index.close().await;
    }

    /// A checkpoint that the ledger signed.
    async fn signed(&mut self, note: &[u8], now: Timestamp) -> Result<Signed, MonitorError> {
        let malformed = MonitorError::Read("the checkpoint", Reason::LogMalformed);
        let text = str::from_utf8(note).map_err(|_| malformed)?;
        let wrong = |error: TlogError| MonitorError::Read("the checkpoint", error.reason());
        let read = UnverifiedCheckpoint::read(text).map_err(wrong)?;
        self.keys.fall_behind();
        let mut keys = self.keys.of_log(now).await?;
        let mut verified = read.clone().verify(&self.origin, &keys);
        // The world may have changed its key since.
        if verified == Err(TlogError::Unsigned) && self.keys.renew(now).await? {
            keys = self.keys.of_log(now).await?;
            verified = read.verify(&self.origin, &keys);
        }
        Ok(Signed::new(&verified.map_err(wrong)?, &keys))
    }

    /// Compares the newest checkpoint with all that is known. True when there is something to read.
    async fn compare(&self, checkpoint: &Signed, pass: &mut Pass) -> Result<bool, MonitorError> {
        let size = checkpoint.head.size;
        let newest = self.index.newest_size().await?.max(self.edge.size());
        if !self.weigh(checkpoint, pass).await? {
            return Ok(false);
        }
        if size < newest {
            let what = format!("a checkpoint of {size} leaves after one of {newest}");
            pass.observe(Observation::new(Reason::RegistryRollback, what));
        }
        Ok(size > self.edge.size())
    }
}

#[cfg(test)]
mod tests;
