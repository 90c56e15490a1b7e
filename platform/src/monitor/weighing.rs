//! A checkpoint that the ledger signed, beside all that it signed before: what does not fit the own tree
//! convicts it, by another checkpoint of the same size, or by one complete subtree that both trees have,
//! with another hash in each, and the path from it to each root.
//!
//! ```text
//! checkpoint ─ one of this size with another root? ─────────────────▶ two checkpoints
//!     └─ the own tree had another root ─┬─ the leaf that came with it ─▶ two trees
//!                                       ├─ tiles, where they are served ─▶ two trees
//!                                       └─ neither ──▶ a finding; it is kept for what comes later
//! ```

use proofs::tlog::checkpoint::VerifiedCheckpoint;
use proofs::tlog::merkle::{Node, Nodes as _, Plan, TreeHead, subtrees_of_path, verify_subtree};
use proofs::tlog::note::NoteKey;
use schemas::digest::Sha256Digest;
use schemas::ledger::{EvidenceFile, Inclusion};
use schemas::reason::Reason;

use super::index::Standing;
use super::source::{self, Source};
use super::{Monitor, MonitorError, Observation, Pass};

/// A checkpoint that the ledger signed.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    pub(super) head: TreeHead,
    /// With the ledger's signatures alone: what else is on a note makes no evidence.
    pub(super) note: String,
    /// What came with it, and leads to its root.
    pub(super) held: Option<Held>,
}

/// A leaf of the tree of a checkpoint, and the path from it to the root.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) index: u64,
    pub(super) leaf: Sha256Digest,
    pub(super) path: Vec<Sha256Digest>,
}

impl Signed {
    pub(super) fn new(checkpoint: &VerifiedCheckpoint, keys: &[NoteKey]) -> Self {
        Self {
            head: *checkpoint.head(),
            note: checkpoint.of_log(keys),
            held: None,
        }
    }
}

impl<S: Source> Monitor<S> {
    /// Compares a checkpoint with those that were seen and with the own tree. True when it contradicts
    /// nothing.
    pub(super) async fn weigh(
        &self,
        checkpoint: &Signed,
        pass: &mut Pass,
    ) -> Result<bool, MonitorError> {
        let head = checkpoint.head;
        let known = self.index.checkpoint(head.size).await?;
        let standing = match known {
            Some((known, _)) if known.head.root != head.root => {
                let evidence = EvidenceFile::TwoCheckpoints {
                    ledger: self.ledger.clone(),
                    checkpoints: [known.note, checkpoint.note.clone()],
                };
                let what = format!("two roots of the log of {} leaves", head.size);
                self.convict(&evidence, &what, None, pass).await?;
                return Ok(false);
            }
            Some((_, standing)) => Some(standing),
            None => None,
        };
        if standing == Some(Standing::Fits) {
            return Ok(true);
        }
        if head.size <= self.edge.size() {
            let own = self.index.root(head.size, self.edge.size()).await?;
            if own == head.root {
                self.index
                    .keep_checkpoint(checkpoint, Standing::Fits)
                    .await?;
                return Ok(true);
            }
            self.contradicted(checkpoint, standing, pass).await?;
            return Ok(false);
        }
        // The own tree is not that far: what came with it may be.
        if let Some(evidence) = self.by_what_came(checkpoint).await? {
            self.convict_of_trees(&evidence, checkpoint, pass).await?;
            return Ok(false);
        }
        self.index
            .keep_checkpoint(checkpoint, Standing::Open)
            .await?;
        Ok(true)
    }

    /// Of a checkpoint of which the own tree had another root: what proves it to others, or at least
    /// that it is so.
    pub(super) async fn contradicted(
        &self,
        checkpoint: &Signed,
        standing: Option<Standing>,
        pass: &mut Pass,
    ) -> Result<(), MonitorError> {
        let mut evidence = self.by_what_came(checkpoint).await?;
        // What was looked for once is not served the next time either.
        if evidence.is_none() && standing != Some(Standing::Foreign) {
            evidence = self.by_what_is_served(checkpoint).await?;
        }
        match evidence {
            Some(evidence) => self.convict_of_trees(&evidence, checkpoint, pass).await,
            None => {
                let what = format!(
                    "the log of {} leaves is not the one that was signed",
                    checkpoint.head.size
                );
                pass.observe(Observation::new(Reason::RegistryEquivocation, what));
                let standing = Standing::Foreign;
                self.index.keep_checkpoint(checkpoint, standing).await
            }
        }
    }

    /// Looks in what the ledger serves for what convicts it of a checkpoint that does not fit the own
    /// tree. True when something does: nothing is where only what came with it does not fit.
    pub(super) async fn accuse(
        &self,
        checkpoint: &Signed,
        pass: &mut Pass,
    ) -> Result<bool, MonitorError> {
        match self.by_what_is_served(checkpoint).await? {
            Some(evidence) => self.convict_of_trees(&evidence, checkpoint, pass).await?,
            None => return Ok(false),
        }
        Ok(true)
    }

    async fn convict_of_trees(
        &self,
        evidence: &EvidenceFile,
        checkpoint: &Signed,
        pass: &mut Pass,
    ) -> Result<(), MonitorError> {
        let what = format!(
            "the log of {} leaves does not go on from the one that was signed before",
            checkpoint.head.size
        );
        self.convict(evidence, &what, Some(checkpoint), pass).await
    }

    /// Keeps evidence, and the checkpoint that is in it as one that does not fit.
    async fn convict(
        &self,
        evidence: &EvidenceFile,
        what: &str,
        foreign: Option<&Signed>,
        pass: &mut Pass,
    ) -> Result<(), MonitorError> {
        let mut write = self.index.begin().await?;
        pass.convict(&mut write, evidence, what).await?;
        if let Some(checkpoint) = foreign {
            write.checkpoint(checkpoint, Standing::Foreign).await?;
        }
        write.commit().await
    }

    /// Evidence by the path that came with a checkpoint: one of the complete subtrees that it shows has
    /// another hash in the own tree.
    async fn by_what_came(
        &self,
        checkpoint: &Signed,
    ) -> Result<Option<EvidenceFile>, MonitorError> {
        let Some(held) = &checkpoint.held else {
            return Ok(None);
        };
        let Some(ours) = self.index.checkpoint_within(self.edge.size()).await? else {
            return Ok(None);
        };
        let size = checkpoint.head.size;
        let leaf = Node::leaf(held.index).map_err(MonitorError::Damaged)?;
        let shown = subtrees_of_path(leaf, &held.leaf, size, &held.path);
        for shown in shown.map_err(MonitorError::Damaged)? {
            if !shown.node.is_within(ours.head.size) {
                continue;
            }
            let theirs = inclusion(&shown.hash, &shown.path);
            let own = self.own(shown.node, &ours).await?;
            if own.hash != theirs.hash {
                return Ok(Some(
                    self.two_trees(&ours, checkpoint, shown.node, own, theirs),
                ));
            }
        }
        Ok(None)
    }

    /// The same by the tiles of that tree, where the ledger serves them.
    async fn by_what_is_served(
        &self,
        checkpoint: &Signed,
    ) -> Result<Option<EvidenceFile>, MonitorError> {
        let Some(ours) = self.index.checkpoint_within(self.edge.size()).await? else {
            return Ok(None);
        };
        let TreeHead { size, root } = checkpoint.head;
        for node in Node::peaks(ours.head.size.min(size)) {
            let Some(theirs) = self.served(node, &root, size).await else {
                continue;
            };
            let own = self.own(node, &ours).await?;
            if own.hash != theirs.hash {
                return Ok(Some(self.two_trees(&ours, checkpoint, node, own, theirs)));
            }
        }
        Ok(None)
    }

    fn two_trees(
        &self,
        ours: &Signed,
        theirs: &Signed,
        node: Node,
        own: Inclusion,
        other: Inclusion,
    ) -> EvidenceFile {
        EvidenceFile::TwoTrees {
            ledger: self.ledger.clone(),
            checkpoints: [ours.note.clone(), theirs.note.clone()],
            level: u8::try_from(node.level()).unwrap_or_default(),
            index: node.index(),
            nodes: Box::new([own, other]),
        }
    }

    /// A subtree of the own tree, as the ledger signed it.
    async fn own(&self, node: Node, signed: &Signed) -> Result<Inclusion, MonitorError> {
        let TreeHead { size, root } = signed.head;
        let own = self.index.subtree(node, size, self.edge.size()).await?;
        let path: Vec<Sha256Digest> = own
            .path
            .iter()
            .copied()
            .map(Sha256Digest::from_bytes)
            .collect();
        // A state that does not fit itself accuses nobody.
        let hash = Sha256Digest::from_bytes(own.hash);
        verify_subtree(node, &hash, size, &path, &root).map_err(MonitorError::Damaged)?;
        Ok(own)
    }

    /// A subtree of the tree of a signed checkpoint, as the ledger serves it; `None` unless it leads to
    /// that root.
    async fn served(&self, node: Node, root: &Sha256Digest, size: u64) -> Option<Inclusion> {
        let plan = Plan::subtree(node, size).ok()?;
        let mut tiles = source::tiles(&self.source, &plan, size).await.ok()?;
        if tiles.node(node).is_err() {
            for path in Plan::of(node).tiles(size).ok()? {
                tiles.insert(source::tile(&self.source, path).await.ok()?);
            }
        }
        let hash = tiles.node(node).ok()?;
        let path = plan.make(&tiles).ok()?;
        verify_subtree(node, &hash, size, &path, root).ok()?;
        Some(inclusion(&hash, &path))
    }
}

/// As evidence files have it.
pub(super) fn inclusion(hash: &Sha256Digest, path: &[Sha256Digest]) -> Inclusion {
    Inclusion {
        hash: *hash.as_bytes(),
        path: path.iter().map(|hash| *hash.as_bytes()).collect(),
    }
}
