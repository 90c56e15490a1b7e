//! What speaks against a ledger: that it showed something which does not fit what it showed before, to
//! this wallet or to somebody who wrote it into a file. The holder's side runs it.

use schemas::json::Value;
use schemas::ledger::{EvidenceFile, ItemTag, UnverifiedLeaf};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::ledger::Convicted;

use crate::error::StoreError;
use crate::history::{EntryKind, NewEntry, What, append_note};
use crate::holding::HoldingId;
use crate::store::{Kind, RecordId};
use crate::transfer::item::Item;
use crate::transfer::stored::StoredSuspicion;
use crate::wallet::{Wallet, insert};

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspicion {
    /// The world whose ledger it is.
    pub ledger: WorldId,
    /// The item, unless it is about the whole log.
    pub tag: Option<ItemTag>,
    /// `registry_equivocation`: two stories of one step. `registry_rollback`: an older head than one
    /// that was seen.
    pub reason: Reason,
    /// When it was found, or kept.
    pub found_at: Timestamp,
    /// What anybody can judge (`omote evidence verify`), when there is such a thing: a file's content.
    pub evidence: Option<Value>,
}

impl Suspicion {
    /// Two signed leaves where there can be one.
    pub(crate) fn two_leaves(
        first: &UnverifiedLeaf,
        second: &UnverifiedLeaf,
        now: Timestamp,
    ) -> Self {
        let evidence = EvidenceFile::two_leaves(first, second);
        Self::convicted(&evidence, Convicted::TwoLeaves, now)
    }

    /// What convicts a ledger.
    fn convicted(evidence: &EvidenceFile, convicted: Convicted, now: Timestamp) -> Self {
        let tag = match evidence {
            EvidenceFile::TwoLeaves { leaves, .. } => leaves.first().map(|leaf| leaf.claims().item),
            EvidenceFile::TwoCheckpoints { .. } | EvidenceFile::TwoTrees { .. } => None,
        };
        Self {
            ledger: evidence.ledger().clone(),
            tag,
            reason: convicted.reason(),
            found_at: now,
            evidence: Some(evidence.to_value()),
        }
    }

    /// An older head than one that was seen. It may be a copy that lags, so it convicts nobody.
    pub(crate) fn rollback(seen: &UnverifiedLeaf, now: Timestamp) -> Self {
        let claims = seen.claims();
        Self {
            ledger: claims.ledger.clone(),
            tag: Some(claims.item),
            reason: Reason::RegistryRollback,
            found_at: now,
            evidence: None,
        }
    }
}

impl Wallet {
    /// All that speaks against ledgers, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn suspicions(&self) -> Result<Vec<Suspicion>, StoreError> {
        let mut all: Vec<Suspicion> = self.store().view(|view| {
            view.records(Kind::Evidence)?
                .iter()
                .map(|(_, record)| record.decode::<StoredSuspicion>()?.into_suspicion())
                .collect::<Result<_, StoreError>>()
        })?;
        all.sort_by_key(|one| (one.found_at, one.tag));
        Ok(all)
    }

    /// Keeps an evidence file of somebody else, a monitor for one, by which its ledger was convicted: what
    /// [`judge_evidence`](verifier::ledger::judge_evidence) said of this very file. Whether it is new to
    /// this wallet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_evidence(
        &mut self,
        file: &EvidenceFile,
        convicted: Convicted,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let suspicion = Suspicion::convicted(file, convicted, now);
        let is_it = |item: &Item| {
            let tag = suspicion.tag.as_ref();
            item.ledger == suspicion.ledger && tag == Some(&item.tag)
        };
        let item = self.items()?.into_iter().find(is_it);
        self.suspect(item.map(|item| item.holding), &suspicion)
    }

    /// Keeps what speaks against a ledger, once, and says so in the history. Whether it is new.
    pub(crate) fn suspect(
        &mut self,
        holding: Option<HoldingId>,
        suspicion: &Suspicion,
    ) -> Result<bool, StoreError> {
        let (store, names) = self.parts_mut();
        let what = suspicion.evidence.as_ref();
        let what = what.map(schemas::canonical::to_bytes).unwrap_or_default();
        let parts = [
            suspicion.ledger.origin().as_bytes(),
            suspicion.tag.as_ref().map_or(&[][..], |tag| tag.as_bytes()),
            suspicion.reason.code().as_bytes(),
            &what,
        ];
        let id = RecordId::of_name(names, "evidence", &parts);
        store.edit(|edit| {
            if edit.view.record(Kind::Evidence, &id)?.is_some() {
                return Ok(false);
            }
            insert(edit, Kind::Evidence, &id, &StoredSuspicion::of(suspicion))?;
            let new = NewEntry {
                kind: EntryKind::LedgerWarned,
                world: Some(suspicion.ledger.clone()),
                what: What {
                    holdings: holding.into_iter().collect(),
                    ..What::default()
                },
                consent: None,
            };
            append_note(edit, new, suspicion.found_at).map(|_| true)
        })
    }
}
