//! Judging one leaf: signed by the ledger, following from the one before, and the only one of its place.

use proofs::ledger::verify_leaf;
use schemas::ledger::{Event, EvidenceFile, UnverifiedLeaf};
use schemas::reason::Reason;
use verifier::ledger::require_follows;

use super::index::Writing;
use super::source::Source;
use super::{Monitor, MonitorError, Observation, Pass};

/// Where a leaf was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// In the log, after all that came before it.
    Log,
    /// In a head document: steps may lie between it and what the log had when it was read.
    Head,
}

impl<S: Source> Monitor<S> {
    /// Takes a leaf of the log in.
    pub(super) async fn take_leaf(
        &mut self,
        write: &mut Writing,
        place: u64,
        entry: &[u8],
        pass: &mut Pass,
    ) -> Result<(), MonitorError> {
        let Ok(leaf) = UnverifiedLeaf::of_entry(entry) else {
            let what = format!("entry {place} of the log is no leaf");
            pass.observe(Observation::new(Reason::LedgerMalformed, what));
            return Ok(());
        };
        let name = format!("entry {place} of the log");
        if self.judge(write, &leaf, At::Log, &name, pass).await? {
            write.keep_leaf(&leaf, place).await?;
        }
        Ok(())
    }

    /// Judges a leaf that the log or a head document has. False when it is not to be kept.
    ///
    /// # Errors
    /// [`MonitorError`], also while it is not known whether the ledger has the key: what is judged now is
    /// not judged again, so nothing of what was read with it is kept then.
    pub(super) async fn judge(
        &mut self,
        write: &mut Writing,
        leaf: &UnverifiedLeaf,
        at: At,
        name: &str,
        pass: &mut Pass,
    ) -> Result<bool, MonitorError> {
        let claims = leaf.claims();
        if claims.ledger != self.ledger {
            let what = format!("{name} is a leaf of another ledger");
            pass.observe(Observation::new(Reason::TransferAudience, what));
            return Ok(false);
        }
        let now = self.clock.now();
        let key = self.keys.key(leaf.kid(), claims.at, now).await?;
        let signed =
            key.and_then(|key| verify_leaf(leaf.clone(), &key).map_err(|error| error.reason()));
        if let Err(reason) = signed {
            pass.observe(Observation::new(
                reason,
                format!("{name} is not signed by the ledger"),
            ));
            return Ok(false);
        }
        // One leaf for each place of a chain, and one after each leaf.
        let mut others = write
            .leaf(claims.item, claims.seq)
            .await?
            .into_iter()
            .collect::<Vec<_>>();
        if let Some(previous) = claims.previous {
            others.extend(write.leaves_after(previous).await?);
        }
        for other in &others {
            if other.claims() != claims {
                let evidence = EvidenceFile::two_leaves(other, leaf);
                let what = format!("two leaves for step {} of one item", claims.seq);
                pass.convict(write, &evidence, &what).await?;
                return Ok(false);
            }
        }
        if at == At::Head && !others.is_empty() {
            return Ok(true);
        }
        self.compare_halves(write, leaf, pass).await?;
        let before = match claims.seq.checked_sub(1) {
            None => None,
            Some(seq) => write.leaf(claims.item, seq).await?,
        };
        let follows = match &before {
            None if claims.event == Event::Mint => Ok(()),
            // The log was read before: it is judged when the log is that far.
            None if at == At::Head => Ok(()),
            None => Err(Reason::LedgerChainBroken),
            Some(before) => require_follows(before, claims),
        };
        if let Err(reason) = follows {
            let what = format!("{name} does not follow from the step before ({reason})");
            pass.observe(Observation::new(Reason::LedgerChainBroken, what));
        }
        Ok(true)
    }
}
