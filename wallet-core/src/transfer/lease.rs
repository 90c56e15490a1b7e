//! Where an item is active: a lease in its ledger that hides the world, and its end. The holder's side
//! runs it.
//!
//! ```text
//! request of a world ── leasing ──▶ Leasing, part of what is agreed to
//!   ── take ──▶ release of another world's │ lease: each a step of the ledger, on disk before it leaves
//! holding ── prepare_release ──▶ Prepared ── (agrees) ── carry_out ──▶ active nowhere
//! ```
//! The ledger learns that the item is active somewhere, and when; where, it is never told. The salt that
//! opens the lease is kept, and given to that world alone.

use fetch::Client;
use proofs::ledger::VerifiedLeaf;
use schemas::digest::Sha256Digest;
use schemas::json::{Number, Object};
use schemas::ledger::{HeadDocument, Lease, LeaseRequest, MAX_LEASE, Salt, WorldCommitment};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::error::StoreError;
use crate::holding::{Holding, HoldingError, HoldingId};
use crate::origin::Confirmed;
use crate::transfer::act::{Prepared, current};
use crate::transfer::{Item, Standing, StepKind, TransferError, finish, item};
use crate::wallet::Wallet;

/// How far a ledger's clock may be behind ours, in seconds, when a lease is as long as it may be.
const CLOCK: i64 = 60;

/// A world in which an item was marked as active, with what opens the lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leased {
    pub(crate) world: WorldId,
    pub(crate) salt: Salt,
}

impl Leased {
    fn commitment(&self) -> WorldCommitment {
        WorldCommitment::of(self.world.origin(), &self.salt)
    }
}

/// Where an item is active, as far as this wallet can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Active {
    /// The world; `None` when this wallet did not take the lease, or has forgotten.
    pub world: Option<WorldId>,
    /// Until when, unless it is released before.
    pub until: Timestamp,
}

impl Active {
    /// The JSON form, for `--json`.
    #[must_use]
    pub fn to_object(&self) -> Object {
        schemas::object! {
            "world" => self.world.as_ref().map(|world| world.origin().to_owned()),
            "until" => self.until,
        }
    }
}

impl Item {
    /// Where it is active now, as the newest head says that was seen.
    #[must_use]
    pub fn active(&self, now: Timestamp) -> Option<Active> {
        let lease = self.head.as_ref()?.claims().lease?;
        self.active_by(&lease, now)
    }

    fn active_by(&self, lease: &Lease, now: Timestamp) -> Option<Active> {
        (lease.until > now).then(|| Active {
            world: self.opened(lease).map(|leased| leased.world.clone()),
            until: lease.until,
        })
    }

    fn opened(&self, lease: &Lease) -> Option<&Leased> {
        let leased = self.leased.as_ref();
        leased.filter(|leased| leased.commitment() == lease.world)
    }

    /// The newest head as this world is shown it: with what opens the lease, where that is its own.
    pub(crate) fn head_for(&self, world: &WorldId) -> Option<HeadDocument> {
        let head = self.head.as_ref()?;
        let lease = head.claims().lease;
        let leased = lease.as_ref().and_then(|lease| self.opened(lease));
        Some(HeadDocument {
            lease_salt: leased
                .filter(|leased| leased.world == *world)
                .map(|leased| leased.salt),
            ..head.document.clone()
        })
    }
}

/// Marking an item as active in the world that asks, as a part of an answer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leasing {
    /// The holding.
    pub holding: HoldingId,
    /// What it is called. Outside text.
    pub name: String,
    /// The world whose ledger writes it.
    pub ledger: WorldId,
    /// For how long, in seconds from when it is signed.
    pub seconds: i64,
    /// Where it is active so far, as far as is known: that ends with it.
    pub ends: Option<Active>,
    request: LeaseRequest,
}

impl Leasing {
    /// Until when it would be active, if it were signed now.
    #[must_use]
    pub fn until(&self, now: Timestamp) -> Timestamp {
        now.plus_seconds(self.seconds)
    }

    /// The JSON form, for `--json`.
    #[must_use]
    pub fn to_object(&self) -> Object {
        schemas::object! {
            "holding" => self.holding.to_string(),
            "name" => self.name.as_str(),
            "ledger" => self.ledger.origin(),
            "seconds" => Number::from_i64(self.seconds),
            "ends" => self.ends.as_ref().map(Active::to_object),
        }
    }

    /// What of it is agreed to.
    pub(crate) fn covered(&self) -> Object {
        self.to_object()
    }
}

/// What a world's wish for a lease would come to for one holding. `None` when there is nothing to do:
/// the item stands in no ledger, or without a key of ours, or is active there for long enough.
///
/// # Errors
/// [`StoreError`].
pub(crate) fn leasing(
    wallet: &Wallet,
    request: &LeaseRequest,
    world: &WorldId,
    holding: (HoldingId, &str),
    now: Timestamp,
) -> Result<Option<Leasing>, StoreError> {
    let (holding, name) = holding;
    let item = wallet.item(&holding)?.filter(|item| item.path.is_some());
    let Some(item) = item.filter(|item| wallet.confirmed(&item.ledger).is_ok()) else {
        return Ok(None);
    };
    let seconds = request.seconds.min(MAX_LEASE - CLOCK);
    let active = item.active(now);
    if active
        .as_ref()
        .is_some_and(|active| lasts(active, world, seconds, now))
    {
        return Ok(None);
    }
    Ok(Some(Leasing {
        holding,
        name: name.to_owned(),
        ledger: item.ledger,
        seconds,
        ends: active.filter(|active| active.world.as_ref() != Some(world)),
        request: *request,
    }))
}

/// Whether an item is active in a world for at least half of the time that it asks for.
fn lasts(active: &Active, world: &WorldId, seconds: i64, now: Timestamp) -> bool {
    active.world.as_ref() == Some(world) && active.until.seconds_since(now) >= seconds / 2
}

/// Takes the steps of a lease that was agreed to. What an earlier run began goes on first; what is done
/// already is not done again.
///
/// # Errors
/// [`TransferError`]; `item_active_elsewhere` when it is active in a world of which nobody spoke.
pub(crate) async fn take(
    client: &Client,
    wallet: &mut Wallet,
    leasing: &Leasing,
    world: &WorldId,
    consent: &Sha256Digest,
    now: Timestamp,
) -> Result<(), TransferError> {
    let confirmed = wallet.confirmed(&leasing.ledger)?;
    let holding = wallet.holding(&leasing.holding)?;
    let holding = holding.ok_or(HoldingError::NotFound)?;
    let begun = wallet.unfinished()?.into_iter();
    let is_ours = |kind| matches!(kind, StepKind::Lease | StepKind::Release);
    for step in begun.filter(|step| step.holding == Some(holding.id) && is_ours(step.kind)) {
        match finish::resume(client, wallet, &step, &confirmed, now).await {
            // What came of it the next look tells.
            Ok(_) => {}
            Err(error) if !error.may_be_done() => {}
            Err(error) => return Err(error),
        }
    }
    let (item, head) = current(client, wallet, &holding, &confirmed, now).await?;
    let lease = head.claims().lease;
    let active = lease.and_then(|lease| item.active_by(&lease, now));
    let (leased, head) = match (active, lease) {
        (Some(active), _) if lasts(&active, world, leasing.seconds, now) => return Ok(()),
        // The same lease for longer.
        (Some(active), Some(lease)) if active.world.as_ref() == Some(world) => {
            let leased = item.opened(&lease).cloned();
            (leased.ok_or(TransferError::Absent)?, head)
        }
        (Some(_), _) if leasing.ends.is_none() => {
            let reason = Reason::ItemActiveElsewhere;
            return Err(TransferError::Refused { reason });
        }
        (active, _) => {
            let head = match active {
                None => head,
                Some(_) => {
                    release(client, wallet, &holding, (&confirmed, head), consent, now).await?
                }
            };
            let leased = Leased {
                world: world.clone(),
                salt: leasing.request.salt.for_item(&item.ledger, &item.tag),
            };
            (leased, head)
        }
    };
    let commitment = leased.commitment();
    wallet
        .store_mut()
        .edit(|edit| item::change(edit, &holding.id, |item| item.leased = Some(leased)))?;
    let item = wallet.item(&holding.id)?.ok_or(HoldingError::NotFound)?;
    let prepared = Prepared::of(StepKind::Lease, &holding, item, head)?;
    let prepared = prepared.leasing(commitment, leasing.seconds);
    let id = finish::begin(wallet, &prepared, consent, now)?;
    finish::finish(client, wallet, &id, &confirmed, now).await?;
    Ok(())
}

/// Ends what an item is active in, and looks at what came of it.
async fn release(
    client: &Client,
    wallet: &mut Wallet,
    holding: &Holding,
    at: (&Confirmed, VerifiedLeaf),
    consent: &Sha256Digest,
    now: Timestamp,
) -> Result<VerifiedLeaf, TransferError> {
    let (confirmed, head) = at;
    let item = wallet.item(&holding.id)?.ok_or(HoldingError::NotFound)?;
    let prepared = Prepared::of(StepKind::Release, holding, item, head)?;
    let id = finish::begin(wallet, &prepared, consent, now)?;
    finish::finish(client, wallet, &id, confirmed, now).await?;
    let (_, head) = current(client, wallet, holding, confirmed, now).await?;
    Ok(head)
}

/// Prepares to say that an item is active nowhere any more.
///
/// # Errors
/// [`TransferError`]; `transfer_conflict` when it is active nowhere. Nothing is signed then.
pub async fn prepare_release(
    client: &Client,
    wallet: &mut Wallet,
    holding: &Holding,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Prepared, TransferError> {
    let (item, head) = current(client, wallet, holding, confirmed, now).await?;
    if !matches!(item.standing, Standing::Held | Standing::Offered { .. }) {
        let standing = item.standing;
        return Err(TransferError::NotNow { standing });
    }
    if head.claims().lease.is_none_or(|lease| lease.until <= now) {
        return Err(TransferError::NotActive);
    }
    Prepared::of(StepKind::Release, holding, item, head)
}
