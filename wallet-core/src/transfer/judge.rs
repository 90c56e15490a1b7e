//! Whether what a ledger said is to be believed: signed by the world's keys of their time, about this
//! item, and following from what was before. The holder's side runs it; the rules are the verifier's.

use std::cell::Cell;

use fetch::Client;
use fetch::settle::ledger_keys;
use proofs::keys::VerifyingKey;
use proofs::ledger::{self, VerifiedLeaf};
use schemas::credential::UnverifiedCredential;
use schemas::did::DidUrl;
use schemas::ledger::{
    HeadDocument, ItemTag, ItemTerms, SentStep, StepAnswer, UnverifiedHeadReceipt, UnverifiedLeaf,
};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::ledger::{
    HeadRef, KeyAt, NoKey, NoProvenance, Provenance, judge_head, ledger_key, provenance,
    require_follows, walk,
};
use verifier::{Evidence, Policy};

use crate::transfer::TransferError;

/// A ledger with the keys that its world has and had.
pub(super) struct Ledger {
    world: WorldId,
    evidence: Evidence,
    policy: Policy,
    announced: bool,
    now: Timestamp,
}

const fn lied(reason: Reason) -> TransferError {
    TransferError::Lied { reason }
}

/// What has to be known to judge the ledger is not known now: nothing is said of it.
const fn undecided(reason: Reason) -> TransferError {
    TransferError::Document { reason }
}

/// A chain that is longer than anybody walks is not a broken one.
const fn unwalked(reason: Reason) -> TransferError {
    match reason {
        Reason::LedgerChainUnavailable => undecided(reason),
        reason => lied(reason),
    }
}

fn without_key(no_key: NoKey) -> TransferError {
    match no_key {
        NoKey::Failed(reason) => lied(reason),
        NoKey::Doubt(reason, _) => undecided(reason),
    }
}

impl Ledger {
    /// Fetches the world's document, and the history of its keys where it announces one: what was
    /// signed by a key that has been changed since counts as signed in its time.
    pub(super) async fn meet(
        client: &Client,
        world: &WorldId,
        now: Timestamp,
    ) -> Result<Self, TransferError> {
        let evidence = ledger_keys(client, world, now).await.map_err(undecided)?;
        let announced = evidence
            .documents()
            .any(|(document, _)| document.announces_ledger());
        Ok(Self {
            world: world.clone(),
            evidence,
            policy: Policy::nobody(),
            announced,
            now,
        })
    }

    /// The same, unless the world announces no ledger.
    pub(super) async fn meet_announced(
        client: &Client,
        world: &WorldId,
        now: Timestamp,
    ) -> Result<Option<Self>, TransferError> {
        let met = Self::meet(client, world, now).await?;
        Ok(met.announced.then_some(met))
    }

    /// Whose it is.
    pub(super) const fn world(&self) -> &WorldId {
        &self.world
    }

    fn key(&self, kid: &DidUrl, at: Timestamp) -> Result<VerifyingKey, NoKey> {
        ledger_key(&self.world, kid, at, &self.policy, &self.evidence, self.now)
    }

    /// What somebody makes of the ledger's keys; the ledger lied where that fails for another want than
    /// of a key that is not known now.
    fn judged<T>(
        &self,
        judge: impl FnOnce(&KeyAt<'_>) -> Result<T, TransferError>,
    ) -> Result<T, TransferError> {
        let unknown = Cell::new(None);
        let judged = judge(&|kid: &DidUrl, at| {
            self.key(kid, at).map_err(|no_key| {
                if no_key.is_doubt() {
                    unknown.set(Some(no_key.reason()));
                }
                no_key.reason()
            })
        });
        match unknown.get() {
            Some(reason) if judged.is_err() => Err(undecided(reason)),
            _ => judged,
        }
    }

    /// A leaf of this ledger, signed by it.
    pub(super) fn leaf(&self, leaf: UnverifiedLeaf) -> Result<VerifiedLeaf, TransferError> {
        if leaf.claims().ledger != self.world {
            return Err(lied(Reason::TransferAudience));
        }
        let key = self
            .key(leaf.kid(), leaf.claims().at)
            .map_err(without_key)?;
        ledger::verify_leaf(leaf, &key).map_err(|error| lied(error.reason()))
    }

    fn receipt(
        &self,
        receipt: &UnverifiedHeadReceipt,
        leaf: &VerifiedLeaf,
    ) -> Result<(), TransferError> {
        let (said, claims) = (receipt.claims(), leaf.claims());
        let key = self.key(receipt.kid(), said.issued).map_err(without_key)?;
        ledger::verify_receipt(receipt.clone(), &key).map_err(|error| lied(error.reason()))?;
        let is_of_it = said.ledger == claims.ledger && said.speaks_of(leaf.leaf());
        match is_of_it {
            true => Ok(()),
            false => Err(lied(Reason::HeadInvalid)),
        }
    }

    /// A head of this item, with a receipt that speaks for it now, and a proof that holds if it has one.
    pub(super) fn head(
        &self,
        document: &HeadDocument,
        tag: &ItemTag,
    ) -> Result<VerifiedLeaf, TransferError> {
        let head = HeadRef {
            ledger: self.world.clone(),
            item: *tag,
        };
        let judged = judge_head(&head, document, &self.policy, &self.evidence, self.now);
        judged.map(|head| head.leaf().clone()).map_err(|fault| {
            match (fault.reason(), fault.cause()) {
                (Reason::HeadUnavailable, Some(cause)) => undecided(cause),
                (reason, _) => lied(reason),
            }
        })
    }

    /// Whether an answer is what a step leads to: its leaf, in its place, taken by this very step. Its
    /// receipt may be old, as the same step has the same answer.
    pub(super) fn answers(
        &self,
        answer: &StepAnswer,
        sent: &SentStep,
    ) -> Result<VerifiedLeaf, TransferError> {
        let leaf = self.leaf(answer.leaf.clone())?;
        self.took(&leaf, sent)?;
        self.receipt(&answer.receipt, &leaf)?;
        Ok(leaf)
    }

    /// Whether a leaf came of this very step.
    pub(super) fn took(&self, leaf: &VerifiedLeaf, sent: &SentStep) -> Result<(), TransferError> {
        let (claims, step) = (leaf.claims(), &sent.step);
        let is_it = claims.ledger == self.world
            && claims.item == step.item
            && claims.seq == step.seq
            && claims.step().as_ref() == Some(step)
            && claims.by.as_ref().is_some_and(|by| by.step == step.id());
        match is_it {
            true => Ok(()),
            false => Err(lied(Reason::HeadInvalid)),
        }
    }

    /// Leaves that follow from one that was checked, each by the rules.
    pub(super) fn following(
        &self,
        first: &VerifiedLeaf,
        rest: Vec<UnverifiedLeaf>,
    ) -> Result<Vec<VerifiedLeaf>, TransferError> {
        let mut all: Vec<VerifiedLeaf> = Vec::with_capacity(rest.len());
        for leaf in rest {
            let leaf = self.leaf(leaf)?;
            let before = all.last().unwrap_or(first);
            require_follows(before.leaf(), leaf.claims())
                .map_err(|_| lied(Reason::LedgerChainBroken))?;
            all.push(leaf);
        }
        Ok(all)
    }

    /// A whole chain of this item, from its mint: who took each step, that its terms allow it, and that
    /// the creator agreed where they ask for it.
    pub(super) fn walked(
        &self,
        leaves: &[UnverifiedLeaf],
        tag: &ItemTag,
        terms: &ItemTerms,
    ) -> Result<Vec<VerifiedLeaf>, TransferError> {
        let is_of_it = |leaf: &UnverifiedLeaf| {
            leaf.claims().ledger == self.world && leaf.claims().item == *tag
        };
        if !leaves.iter().all(is_of_it) {
            return Err(lied(Reason::LedgerChainBroken));
        }
        let walked =
            self.judged(|key| walk(leaves, terms, key).map_err(|broken| unwalked(broken.reason)))?;
        Ok(walked.leaves().to_vec())
    }

    /// Where the item of a credential comes from, by a whole chain of it.
    pub(super) fn life(
        &self,
        credential: &UnverifiedCredential,
        leaves: &[UnverifiedLeaf],
    ) -> Result<Provenance, TransferError> {
        self.judged(|key| {
            provenance(credential, leaves, key).map_err(|none| match none {
                NoProvenance::NoEntry => TransferError::Absent,
                none => unwalked(none.reason()),
            })
        })
    }
}
