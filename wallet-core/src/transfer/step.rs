//! A step on its way: signed and on disk before it leaves, and on disk until it has ended. The holder's
//! side runs it.
//!
//! ```text
//! begin ── signed step, idempotency key, history entry: on disk ── sent ─▶ answer on disk ─▶ ended
//!               └ killed here: sent again under the same key, and the ledger answers as it did
//! ```

use schemas::digest::Sha256Digest;
use schemas::ledger::{Act, Address, Commitment, ItemTag, LeafHash, SentStep, StepAnswer};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use zeroize::Zeroizing;

use crate::error::{Fault, StoreError};
use crate::history::{self, Completion, EntryKind, NewEntry, What};
use crate::holding::HoldingId;
use crate::keys::TransferPath;
use crate::store::records::{Edit, Written};
use crate::store::{Kind, RecordId};
use crate::transfer::item::{self, Due, Standing};
use crate::transfer::stored::StoredStep;
use crate::wallet::{Wallet, insert, update};

/// What a step of this wallet does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// Takes what is offered.
    Accept,
    /// Gives a right up for ever.
    Burn,
    /// Offers an item to an address.
    Give,
    /// Marks an item as active in a world.
    Lease,
    /// Says no to what is offered.
    Refuse,
    /// Says that an item is active nowhere any more.
    Release,
    /// Takes an offer back.
    Withdraw,
}

impl StepKind {
    const ALL: [Self; 7] = [
        Self::Accept,
        Self::Burn,
        Self::Give,
        Self::Lease,
        Self::Refuse,
        Self::Release,
        Self::Withdraw,
    ];

    /// The word for programs, which is the command's too, where there is one.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Burn => "burn",
            Self::Give => "give",
            Self::Lease => "lease",
            Self::Refuse => "refuse",
            Self::Release => "release",
            Self::Withdraw => "withdraw",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub(crate) const fn entry(self) -> EntryKind {
        match self {
            Self::Accept => EntryKind::Accepted,
            Self::Burn => EntryKind::Burned,
            Self::Give => EntryKind::Offered,
            Self::Lease => EntryKind::Leased,
            Self::Refuse => EntryKind::Refused,
            Self::Release => EntryKind::Released,
            Self::Withdraw => EntryKind::Withdrawn,
        }
    }
}

/// A step that has not ended. Never printed: it holds what opens a commitment.
#[derive(Clone)]
pub(crate) struct Outgoing {
    pub(crate) kind: StepKind,
    /// As it is sent, letter by letter.
    pub(crate) sent: SentStep,
    /// The bytes of its idempotency key.
    pub(crate) once: Zeroizing<[u8; 32]>,
    /// What the item is called. Outside text.
    pub(crate) name: String,
    /// Which holding it moves, when it is one of this wallet.
    pub(crate) holding: Option<HoldingId>,
    /// Which key is going to hold what is accepted, or comes in return for what is offered.
    pub(crate) takes: Option<TransferPath>,
    /// Which holding is given in return.
    pub(crate) returns: Option<HoldingId>,
    pub(crate) begun_at: Timestamp,
    /// The entry of the history that intended it.
    pub(crate) entry: u64,
    /// What the ledger answered; the rest is the wallet's own business then.
    pub(crate) answer: Option<StepAnswer>,
}

/// A step that was begun and has not ended, as the person sees it.
#[derive(Clone, Debug)]
pub struct Unfinished {
    pub(crate) id: RecordId,
    /// What it does.
    pub kind: StepKind,
    /// What the item is called. Outside text.
    pub name: String,
    /// The world whose ledger it is for.
    pub ledger: WorldId,
    /// The item.
    pub tag: ItemTag,
    /// Which holding it moves, when it is one of this wallet.
    pub holding: Option<HoldingId>,
    /// Which holding is given in return.
    pub(crate) returns: Option<HoldingId>,
    /// The address to which it gives, as a commitment.
    pub(crate) to: Option<Commitment>,
    /// When it was signed.
    pub begun_at: Timestamp,
    /// Whether the ledger has answered, so that only the wallet has something left to do.
    pub answered: bool,
}

impl Unfinished {
    fn of(id: RecordId, step: &Outgoing) -> Self {
        Self {
            id,
            kind: step.kind,
            name: step.name.clone(),
            ledger: step.sent.step.ledger.clone(),
            tag: step.sent.step.item,
            holding: step.holding,
            returns: step.returns,
            to: match step.sent.step.act {
                Act::Offer { to, .. } => Some(to),
                _ => None,
            },
            begun_at: step.begun_at,
            answered: step.answer.is_some(),
        }
    }

    /// Whether it moves this holding, as what is given or as what is given in return.
    #[must_use]
    pub fn moves(&self, holding: &HoldingId) -> bool {
        [self.holding, self.returns].contains(&Some(*holding))
    }

    /// Whether it gives to this address.
    #[must_use]
    pub fn is_to(&self, address: &Address) -> bool {
        self.to == Some(address.commitment())
    }
}

impl Wallet {
    /// Every step that was begun and has not ended, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn unfinished(&self) -> Result<Vec<Unfinished>, StoreError> {
        let steps = self.outgoing()?;
        let mut all: Vec<Unfinished> = steps
            .iter()
            .map(|(id, step)| Unfinished::of(*id, step))
            .collect();
        all.sort_by_key(|step| (step.begun_at, step.id));
        Ok(all)
    }

    pub(crate) fn outgoing(&self) -> Result<Vec<(RecordId, Outgoing)>, StoreError> {
        self.store().view(|view| {
            view.records(Kind::Step)?
                .into_iter()
                .map(|(id, record)| Ok((id, record.decode::<StoredStep>()?.into_step()?)))
                .collect()
        })
    }

    /// The step of this id, when it has not ended.
    pub(crate) fn step(&self, id: &RecordId) -> Result<Option<Outgoing>, StoreError> {
        self.store().view(|view| {
            let record = view.record(Kind::Step, id)?;
            record
                .map(|record| record.decode::<StoredStep>()?.into_step())
                .transpose()
        })
    }

    /// A step that was begun on this very head, and has not ended: it may be in the ledger already.
    pub(crate) fn begun_on(
        &self,
        tag: &ItemTag,
        previous: &LeafHash,
    ) -> Result<Option<Unfinished>, StoreError> {
        let steps = self.outgoing()?;
        let is_it =
            |step: &Outgoing| step.sent.step.item == *tag && step.sent.step.previous == *previous;
        Ok(steps
            .iter()
            .find(|(_, step)| is_it(step))
            .map(|(id, step)| Unfinished::of(*id, step)))
    }

    /// Writes down a step that is about to leave, with its intention in the history: both are on disk
    /// before this returns.
    pub(crate) fn begin_step(
        &mut self,
        mut step: Outgoing,
        consent: Sha256Digest,
        now: Timestamp,
    ) -> Result<RecordId, StoreError> {
        let id = RecordId::from_bytes(self.store_mut().draw()?);
        let (store, names) = self.parts_mut();
        store.edit(|edit| {
            let new = NewEntry {
                kind: step.kind.entry(),
                world: Some(step.sent.step.ledger.clone()),
                what: What {
                    holdings: step.holding.into_iter().chain(step.returns).collect(),
                    digests: vec![Sha256Digest::from_bytes(*step.sent.step.id().as_bytes())],
                    claims: Vec::new(),
                },
                consent: Some(consent),
            };
            step.entry = history::intend_step(edit, names, new, now)?.seq;
            insert(edit, Kind::Step, &id, &StoredStep::of(&step))?;
            // From now on somebody else may take it at any moment.
            if let (Act::Offer { until, swap, .. }, Some(holding)) =
                (&step.sent.step.act, &step.holding)
            {
                let until = *until;
                let due = swap.as_ref().zip(step.takes.as_ref());
                item::change(edit, holding, |item| {
                    item.standing = Standing::Offered { until };
                    item.due = due.map(|(wanted, path)| Due {
                        item: wanted.item,
                        path: path.clone(),
                    });
                })?;
            }
            // What is given in return may be somebody else's as soon as this has left.
            if let Some(returned) = &step.returns {
                item::change(edit, returned, |item| {
                    item.standing = Standing::Offered { until: now };
                })?;
            }
            Ok::<_, StoreError>(())
        })?;
        Ok(id)
    }

    /// The bytes of an idempotency key.
    pub(crate) fn draw_once(&mut self) -> Result<[u8; 32], StoreError> {
        self.store_mut().draw()
    }

    /// Keeps what the ledger answered.
    pub(crate) fn keep_answer(
        &mut self,
        id: &RecordId,
        answer: &StepAnswer,
    ) -> Result<(), StoreError> {
        self.store_mut().edit(|edit| {
            let corrupt = StoreError::Corrupt(Fault::Record);
            let record = edit.view.record(Kind::Step, id)?.ok_or(corrupt)?;
            let mut step = record.decode::<StoredStep>()?.into_step()?;
            step.answer = Some(answer.clone());
            update(edit, Kind::Step, id, record.version, &StoredStep::of(&step))
        })
    }

    /// Ends a step that did not come true.
    pub(crate) fn fail_step(
        &mut self,
        id: &RecordId,
        reason: Reason,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let completion = Completion::Failed {
            reason,
            receipt: None,
        };
        self.store_mut().edit(|edit| {
            let ended = end(edit, id, completion, now)?;
            // As it was before, until the ledger is looked at again.
            let Some(step) = ended else { return Ok(()) };
            for holding in [step.holding, step.returns].into_iter().flatten() {
                item::change(edit, &holding, |item| {
                    let head = item.head.as_ref();
                    item.standing = head.map_or(Standing::Held, |head| {
                        Standing::of_head(head.claims(), &item.commitment)
                    });
                    if step.kind == StepKind::Give {
                        item.due = None;
                    }
                })?;
            }
            Ok(())
        })
    }
}

/// Ends a step inside a transaction: its record goes, and the history says how it ended. One that has
/// ended already is passed over.
pub(crate) fn end(
    edit: &mut Edit<'_>,
    id: &RecordId,
    completion: Completion,
    now: Timestamp,
) -> Result<Option<Outgoing>, StoreError> {
    let Some(record) = edit.view.record(Kind::Step, id)? else {
        return Ok(None);
    };
    let step = record.decode::<StoredStep>()?.into_step()?;
    if edit.delete(Kind::Step, id)? == Written::Refused {
        return Err(StoreError::Corrupt(Fault::Record));
    }
    history::end_step(edit, step.entry, completion, now)?;
    Ok(Some(step))
}
