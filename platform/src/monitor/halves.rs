//! Swaps: both halves are written in one step, or neither. A half whose other half is something else
//! convicts; one whose other half is not there is told.

use schemas::ledger::{EvidenceFile, UnverifiedLeaf};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::ledger::contradict;

use super::heads::PATIENCE;
use super::index::Writing;
use super::source::Source;
use super::{Monitor, MonitorError, Observation, Pass};

impl<S: Source> Monitor<S> {
    /// Compares a leaf with the halves that name it, and half of a swap with what stands where its other
    /// half has to be.
    pub(super) async fn compare_halves(
        &self,
        write: &mut Writing,
        leaf: &UnverifiedLeaf,
        pass: &mut Pass,
    ) -> Result<(), MonitorError> {
        let mut beside = write.halves_about(leaf).await?;
        if let Some(leg) = leaf.claims().swap {
            beside.extend(write.leaf(leg.item, leg.seq).await?);
            beside.extend(write.leaves_after(leg.previous).await?);
            if let Some(before) = leg.seq.checked_sub(1) {
                beside.extend(write.leaf(leg.item, before).await?);
            }
        }
        for other in beside.iter().filter(|other| contradict(leaf, other)) {
            let evidence = EvidenceFile::two_leaves(other, leaf);
            let what = "half of a swap beside something else than its other half";
            pass.convict(write, &evidence, what).await?;
        }
        Ok(())
    }

    /// Tells of halves whose other half the log does not have: both come into it together, or with what
    /// it takes in next. `known` is its size before this pass.
    pub(super) async fn miss_halves(
        &self,
        known: u64,
        now: Timestamp,
        pass: &mut Pass,
    ) -> Result<(), MonitorError> {
        let before = now.plus_seconds(-PATIENCE);
        let grown = self.edge.size() > known;
        for (half, place) in self.index.lone_halves().await? {
            if (grown && place < known) || half.claims().at < before {
                let what = format!("the swap of entry {place} of the log has no other half");
                pass.observe(Observation::new(Reason::LogProofMissing, what));
            }
        }
        Ok(())
    }
}
