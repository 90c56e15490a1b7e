//! One step of a chain: who may take it, and what comes of it.

use proofs::keys::VerifyingKey;
use proofs::ledger::{LedgerError, open, verify_consent, verify_step, verify_swap};
use schemas::did::Did;
use schemas::ledger::{
    Act, Authority, Commitment, Event, ItemTag, ItemTerms, LeafClaims, LeafHash, Lease,
    LedgerSignature, MAX_REASON, Offer, Salt, SentStep, State, Step, StepId, SwapLeg, SwapWanted,
    TermsDigest, TransferTerms, UnverifiedLeaf, WorldCommitment,
};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use super::walk::MAX_CHAIN;

/// How far ahead the holder of an item may bind it, in seconds, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerLimits {
    /// Longest offer.
    pub offer: i64,
    /// Longest lease.
    pub lease: i64,
    /// Leaves of a chain after which it is offered and leased no more: what is begun comes to its end, and
    /// the chain stays one that everybody can walk ([`MAX_CHAIN`](super::MAX_CHAIN)).
    pub steps: u64,
}

impl LedgerLimits {
    /// Thirty days for an offer, an hour for a lease.
    pub const STANDARD: Self = Self {
        offer: 30 * 86_400,
        lease: 3600,
        steps: MAX_CHAIN as u64 / 2,
    };

    /// Of a chain that was written under limits that nobody knows any more.
    pub(super) const NONE: Self = Self {
        offer: i64::MAX,
        lease: i64::MAX,
        steps: u64::MAX,
    };
}

/// Where an item stands: its newest leaf, out of the ledger's own store, and its terms in clear.
#[derive(Clone, Copy, Debug)]
pub struct Current<'a> {
    /// The newest leaf.
    pub head: &'a UnverifiedLeaf,
    /// What its terms digest is of.
    pub terms: &'a ItemTerms,
}

/// What comes of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The next leaf of the item.
    pub leaf: LeafClaims,
    /// Of a swap: the next leaf of the item that is given in return. Both are written, or neither.
    pub given: Option<LeafClaims>,
}

/// Judges a step against the head of its item, and of a swap against that of the other item too: who
/// may take it, under which terms, until when.
///
/// Whether this very step was taken before is not seen here: whoever keeps the leaves asks for its id
/// first (`transfer_replay`).
///
/// # Errors
/// `transfer_audience` for another ledger, `item_unknown` for another item and for a swap whose other
/// item is not there, `item_revoked` for one that is suspended or at its end, `transfer_conflict` when
/// the head has moved on or is not in a state for this, `offer_changed` when there is no such offer any
/// more, `transfer_not_holder`, `receiver_invalid` and `sig_invalid` for who signed, `transfer_expired`
/// after a deadline, `transfer_not_allowed` by the terms, `item_active_elsewhere` for a lease beside
/// another, `bad_request` for a time beyond the limits, `ledger_chain_full`, `ledger_malformed` for a consent that nobody
/// asked for.
pub fn apply(
    item: Current<'_>,
    given: Option<Current<'_>>,
    sent: &SentStep,
    now: Timestamp,
    limits: &LedgerLimits,
) -> Result<Applied, Reason> {
    let standings = [Some(item), given].into_iter().flatten();
    for Current { head, terms } in standings {
        // A store that pairs an item with the terms of another is broken, and nobody's fault outside.
        if terms.digest() != head.claims().terms {
            return Err(Reason::InternalError);
        }
    }
    apply_paired(item, given, sent, now, limits)
}

/// The same for whoever keeps terms, which never change, with their digest, and has compared that with
/// the heads': it is not computed again for each step.
///
/// # Errors
/// As of [`apply`].
pub fn apply_paired(
    item: Current<'_>,
    given: Option<Current<'_>>,
    sent: &SentStep,
    now: Timestamp,
    limits: &LedgerLimits,
) -> Result<Applied, Reason> {
    let by = Taken {
        key: &sent.key,
        salt: &sent.salt,
        signature: sent.signature,
        creator: sent.creator,
    };
    let leaf = Place::of(item).take(&sent.step, by, now, limits)?;
    let given = match (leaf.swap, &sent.swap) {
        (None, None) => None,
        (Some(_), Some(swap)) => {
            let by = Taken {
                key: &swap.key,
                salt: &swap.salt,
                signature: swap.signature,
                creator: swap.creator,
            };
            let other = Place::of(given.ok_or(Reason::ItemUnknown)?);
            Some(other.give(&sent.step, by, now)?)
        }
        _ => return Err(Reason::LedgerMalformed),
    };
    Ok(Applied { leaf, given })
}

/// A new item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewItem {
    /// The world that issues it.
    pub ledger: WorldId,
    /// 32 fresh random bytes.
    pub item: ItemTag,
    /// Who holds it first.
    pub holder: Commitment,
    /// The digest of its terms.
    pub terms: TermsDigest,
}

/// The first leaf of an item.
#[must_use]
pub fn mint(mint: &NewItem, now: Timestamp) -> LeafClaims {
    LeafClaims {
        ledger: mint.ledger.clone(),
        item: mint.item,
        seq: 0,
        previous: None,
        event: Event::Mint,
        state: State::Held,
        holder: mint.holder,
        terms: mint.terms,
        transfers: 0,
        at: whole(now),
        offer: None,
        lease: None,
        reason: None,
        swap: None,
        by: None,
    }
}

/// What a ledger may do alone, each with a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuerAct {
    /// An offer has run out.
    Expire,
    /// Stop the item for a while.
    Suspend,
    /// Let it go on where it stopped.
    Resume,
    /// End the right for a breach.
    End,
}

impl IssuerAct {
    /// The event of the leaf that comes of it.
    #[must_use]
    pub const fn event(self) -> Event {
        match self {
            Self::Expire => Event::Expire,
            Self::Suspend => Event::Suspend,
            Self::Resume => Event::Resume,
            Self::End => Event::End,
        }
    }
}

/// A step of the ledger alone.
///
/// # Errors
/// `item_revoked` for an item at its end, `transfer_conflict` for one that is not in a state for this
/// (an offer that has not run out, one that is suspended already, or is not), `bad_request` for a reason
/// that is empty, of several lines or longer than [`MAX_REASON`] characters.
pub fn issue(
    head: &UnverifiedLeaf,
    act: IssuerAct,
    reason: &str,
    now: Timestamp,
) -> Result<LeafClaims, Reason> {
    let place = Place {
        head: head.claims(),
        hash: head.hash(),
        terms: None,
    };
    place.alone(act, reason, now)
}

fn whole(time: Timestamp) -> Timestamp {
    Timestamp::from_unix(time.unix())
}

/// What of an item's terms binds its steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Binding<'a> {
    /// Whether and how often it may be passed on, and whether its creator has to agree.
    pub(super) transfer: TransferTerms,
    /// Its creator; `None` where that is not disclosed.
    pub(super) creator: Option<&'a Did>,
}

impl<'a> Binding<'a> {
    pub(super) const fn of(terms: &'a ItemTerms) -> Self {
        Self {
            transfer: terms.transfer,
            creator: Some(&terms.creator),
        }
    }
}

/// A place in a chain, for the next leaf. Without the terms in clear it cannot be said whether they
/// allow a transfer.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) head: &'a LeafClaims,
    pub(super) hash: LeafHash,
    pub(super) terms: Option<Binding<'a>>,
}

/// Who says that they may take a step.
#[derive(Clone, Copy)]
pub(super) struct Taken<'a> {
    pub(super) key: &'a Did,
    pub(super) salt: &'a Salt,
    pub(super) signature: LedgerSignature,
    pub(super) creator: Option<LedgerSignature>,
}

impl<'a> Place<'a> {
    fn of(standing: Current<'a>) -> Self {
        Self {
            head: standing.head.claims(),
            hash: standing.head.hash(),
            terms: Some(Binding::of(standing.terms)),
        }
    }

    /// What stays as it is until a step says otherwise.
    fn next(&self, event: Event, at: Timestamp) -> LeafClaims {
        LeafClaims {
            seq: self.head.seq.saturating_add(1),
            previous: Some(self.hash),
            event,
            at,
            offer: None,
            reason: None,
            swap: None,
            by: None,
            ..self.head.clone()
        }
    }

    /// The time of the next leaf: a clock that goes back does not take a chain with it.
    fn at(&self, now: Timestamp) -> Timestamp {
        whole(now).max(self.head.at)
    }

    /// A step of a holder or of an address.
    pub(super) fn take(
        &self,
        step: &Step,
        by: Taken<'_>,
        now: Timestamp,
        limits: &LedgerLimits,
    ) -> Result<LeafClaims, Reason> {
        let (head, at) = (self.head, self.at(now));
        if step.ledger != head.ledger {
            return Err(Reason::TransferAudience);
        }
        if step.item != head.item {
            return Err(Reason::ItemUnknown);
        }
        self.require_alive()?;
        if step.previous != self.hash || step.seq.checked_sub(1) != Some(head.seq) {
            return Err(self.overtaken(step));
        }
        let offer = self.fitting_offer(&step.act)?;
        let id = self.require_authority(step, by, offer)?;
        if offer.is_some_and(|offer| at >= offer.until) {
            return Err(Reason::TransferExpired);
        }
        if by.creator.is_some() && !matches!(step.act, Act::Offer { .. }) {
            return Err(Reason::LedgerMalformed);
        }
        let mut leaf = self.next(step.act.event(), at);
        match &step.act {
            Act::Offer {
                to,
                until,
                terms,
                swap,
            } => {
                let made = Offer {
                    to: *to,
                    until: *until,
                    swap: *swap,
                };
                self.require_room(limits)?;
                self.require_offer(&made, *terms, at, limits)?;
                self.require_consent(step, by.creator)?;
                leaf.state = State::Offered;
                leaf.offer = Some(made);
            }
            Act::Accept {
                holder,
                terms,
                swap,
            } => {
                let open = offer.ok_or(Reason::OfferChanged)?;
                self.require_accept(*holder, *terms, open, *swap)?;
                leaf.state = State::Held;
                leaf.holder = *holder;
                leaf.transfers = head.transfers.saturating_add(1);
                leaf.lease = None;
                leaf.swap = *swap;
            }
            Act::Refuse | Act::Withdraw => leaf.state = State::Held,
            Act::Burn => {
                leaf.state = State::Burned;
                leaf.lease = None;
            }
            Act::Lease { world, until } => {
                self.require_room(limits)?;
                self.require_lease(*world, *until, at, limits)?;
                leaf.offer = head.offer;
                leaf.lease = Some(Lease {
                    world: *world,
                    until: *until,
                });
            }
            Act::Release => {
                leaf.offer = head.offer;
                leaf.lease = None;
            }
        }
        leaf.by = Some(authority(id, by));
        Ok(leaf)
    }

    /// The other half of a swap: this item is given in return for the one that the step accepts.
    pub(super) fn give(
        &self,
        step: &Step,
        by: Taken<'_>,
        now: Timestamp,
    ) -> Result<LeafClaims, Reason> {
        let head = self.head;
        let Act::Accept {
            holder,
            terms,
            swap: Some(leg),
        } = &step.act
        else {
            return Err(Reason::LedgerMalformed);
        };
        if step.ledger != head.ledger {
            return Err(Reason::TransferAudience);
        }
        if leg.item != head.item || leg.item == step.item {
            return Err(Reason::ItemUnknown);
        }
        self.require_alive()?;
        let stale = leg.previous != self.hash || leg.seq.checked_sub(1) != Some(head.seq);
        if stale || head.state != State::Held {
            return Err(Reason::TransferConflict);
        }
        let key = opened(head.holder, by, false)?;
        let id = verify_swap(step, &key, by.signature).map_err(|error| error.reason())?;
        if leg.terms != head.terms {
            return Err(Reason::OfferChanged);
        }
        if leg.holder == head.holder {
            return Err(Reason::ReceiverInvalid);
        }
        self.require_another()?;
        self.require_consent(step, by.creator)?;
        let mut leaf = self.next(Event::Swap, self.at(now));
        leaf.holder = leg.holder;
        leaf.transfers = head.transfers.saturating_add(1);
        leaf.lease = None;
        leaf.swap = Some(SwapLeg {
            item: step.item,
            seq: step.seq,
            previous: step.previous,
            holder: *holder,
            terms: *terms,
        });
        leaf.by = Some(authority(id, by));
        Ok(leaf)
    }

    /// A step of the ledger alone.
    pub(super) fn alone(
        &self,
        act: IssuerAct,
        reason: &str,
        now: Timestamp,
    ) -> Result<LeafClaims, Reason> {
        let (head, at) = (self.head, self.at(now));
        if head.state.is_final() {
            return Err(Reason::ItemRevoked);
        }
        let letters = reason.chars().count();
        if letters == 0 || letters > MAX_REASON || reason.chars().any(char::is_control) {
            return Err(Reason::BadRequest);
        }
        let mut leaf = self.next(act.event(), at);
        let suspended = head.state == State::Suspended;
        match act {
            IssuerAct::Expire => {
                if head.offered(at).is_none_or(|(_, stands)| stands) {
                    return Err(Reason::TransferConflict);
                }
                leaf.state = State::Held;
            }
            IssuerAct::Suspend if !suspended => {
                leaf.state = State::Suspended;
                leaf.offer = head.offer;
            }
            IssuerAct::Resume if suspended => {
                leaf.state = match head.offer {
                    Some(_) => State::Offered,
                    None => State::Held,
                };
                leaf.offer = head.offer;
            }
            IssuerAct::Suspend | IssuerAct::Resume => return Err(Reason::TransferConflict),
            IssuerAct::End => {
                leaf.state = State::Ended;
                leaf.lease = None;
            }
        }
        leaf.reason = Some(reason.to_owned());
        Ok(leaf)
    }

    fn require_alive(&self) -> Result<(), Reason> {
        match self.head.state {
            State::Held | State::Offered => Ok(()),
            State::Suspended | State::Burned | State::Ended => Err(Reason::ItemRevoked),
        }
    }

    /// Why a step comes too late: somebody else was faster, or the offer that it answers has ended.
    fn overtaken(&self, step: &Step) -> Reason {
        let answers = matches!(step.act, Act::Accept { .. } | Act::Refuse | Act::Withdraw);
        if !answers || self.head.previous != Some(step.previous) {
            return Reason::TransferConflict;
        }
        match self.head.event {
            Event::Withdraw | Event::Refuse => Reason::OfferChanged,
            Event::Expire => Reason::TransferExpired,
            _ => Reason::TransferConflict,
        }
    }

    /// Whether the state is one for this act, and the offer that it answers.
    fn fitting_offer(&self, act: &Act) -> Result<Option<&'a Offer>, Reason> {
        let open = match self.head.state {
            State::Offered => self.head.offer.as_ref(),
            _ => None,
        };
        match (act, open) {
            (Act::Offer { .. } | Act::Burn, Some(_)) => Err(Reason::TransferConflict),
            (Act::Accept { .. } | Act::Refuse | Act::Withdraw, None) => Err(Reason::OfferChanged),
            (Act::Accept { .. } | Act::Refuse | Act::Withdraw, open) => Ok(open),
            (Act::Release, _) if self.head.lease.is_none() => Err(Reason::TransferConflict),
            _ => Ok(None),
        }
    }

    /// The holder's key, or the address's for what only the recipient may do. The name of the step.
    fn require_authority(
        &self,
        step: &Step,
        by: Taken<'_>,
        offer: Option<&Offer>,
    ) -> Result<StepId, Reason> {
        let key = match (&step.act, offer) {
            (Act::Accept { .. } | Act::Refuse, Some(offer)) => opened(offer.to, by, true)?,
            _ => opened(self.head.holder, by, false)?,
        };
        verify_step(step, &key, by.signature).map_err(|error| error.reason())
    }

    /// Whether something may begin that has to come to its end.
    const fn require_room(&self, limits: &LedgerLimits) -> Result<(), Reason> {
        match self.head.seq < limits.steps {
            true => Ok(()),
            false => Err(Reason::LedgerChainFull),
        }
    }

    /// Whether the terms let it change hands once more.
    fn require_another(&self) -> Result<(), Reason> {
        match self.terms {
            Some(terms) if !terms.transfer.allow_another(self.head.transfers) => {
                Err(Reason::TransferNotAllowed)
            }
            _ => Ok(()),
        }
    }

    /// The creator's signature where the terms ask for it, and none where they do not: nothing stands in
    /// a leaf that nobody checks.
    fn require_consent(&self, step: &Step, consent: Option<LedgerSignature>) -> Result<(), Reason> {
        let Some(terms) = self.terms else {
            return Ok(());
        };
        match (terms.transfer.creator, consent) {
            (false, None) => Ok(()),
            (false, Some(_)) => Err(Reason::LedgerMalformed),
            (true, None) => Err(Reason::TransferNotAllowed),
            (true, Some(consent)) => {
                let creator = terms.creator.ok_or(Reason::LedgerCreatorUndisclosed)?;
                verify_consent(step, creator, consent).map_err(|error| error.reason())
            }
        }
    }

    fn require_offer(
        &self,
        offer: &Offer,
        terms: TermsDigest,
        at: Timestamp,
        limits: &LedgerLimits,
    ) -> Result<(), Reason> {
        let holder = self.head.holder;
        if terms != self.head.terms {
            return Err(Reason::OfferChanged);
        }
        let back = |wanted: &SwapWanted| {
            wanted.item == self.head.item || wanted.holder == holder || wanted.holder == offer.to
        };
        if offer.to == holder || offer.swap.as_ref().is_some_and(back) {
            return Err(Reason::ReceiverInvalid);
        }
        if offer.until <= at {
            return Err(Reason::TransferExpired);
        }
        if offer.until.seconds_since(at) > limits.offer {
            return Err(Reason::BadRequest);
        }
        self.require_another()
    }

    fn require_accept(
        &self,
        holder: Commitment,
        terms: TermsDigest,
        offer: &Offer,
        given: Option<SwapLeg>,
    ) -> Result<(), Reason> {
        if terms != self.head.terms {
            return Err(Reason::OfferChanged);
        }
        let as_wanted = match (offer.swap, given) {
            (None, None) => true,
            (Some(wanted), Some(leg)) => wanted.item == leg.item && wanted.holder == leg.holder,
            _ => false,
        };
        if !as_wanted {
            return Err(Reason::OfferChanged);
        }
        // A fresh commitment: neither the giver's, nor the address, nor that of the other half.
        let used = holder == self.head.holder
            || holder == offer.to
            || given.is_some_and(|leg| leg.holder == holder);
        if used {
            return Err(Reason::ReceiverInvalid);
        }
        self.require_another()
    }

    fn require_lease(
        &self,
        world: WorldCommitment,
        until: Timestamp,
        at: Timestamp,
        limits: &LedgerLimits,
    ) -> Result<(), Reason> {
        if until <= at || until.seconds_since(at) > limits.lease {
            return Err(Reason::BadRequest);
        }
        let elsewhere = |lease: &Lease| lease.until > at && lease.world != world;
        match self.head.lease.as_ref().is_some_and(elsewhere) {
            true => Err(Reason::ItemActiveElsewhere),
            false => Ok(()),
        }
    }
}

fn authority(step: StepId, by: Taken<'_>) -> Authority {
    Authority {
        step,
        key: by.key.clone(),
        salt: *by.salt,
        signature: by.signature,
        creator: by.creator,
    }
}

/// The key that a commitment is to. A weak or strange one, of whoever receives, is a wrong receiver.
fn opened(commitment: Commitment, by: Taken<'_>, receives: bool) -> Result<VerifyingKey, Reason> {
    open(commitment, by.key, by.salt).map_err(|error| match error {
        LedgerError::NotOpened => Reason::TransferNotHolder,
        _ if receives => Reason::ReceiverInvalid,
        error => error.reason(),
    })
}
