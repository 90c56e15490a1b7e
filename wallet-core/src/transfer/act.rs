//! What a person can do with an item: said in full before it is signed, with a digest that accepts
//! exactly that. The holder's side runs it.
//!
//! ```text
//! holding │ offer ── prepare ──▶ Prepared ── (person agrees) ── carry_out ──▶ Done
//!                                                 begun steps ── resume ──▶ Done
//! ```

use fetch::Client;
use proofs::ledger::{self, VerifiedLeaf};
use schemas::did::Did;
use schemas::digest::Sha256Digest;
use schemas::json::{Object, Value};
use schemas::ledger::{
    Act as StepAct, Address, Commitment, ItemTag, LedgerSignature, Step, SwapWanted, TransferTerms,
    WorldCommitment,
};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::consent::{self, Act};
use crate::holding::{Holding, HoldingError, HoldingId};
use crate::keys::{PersonaIndex, TransferPath};
use crate::origin::Confirmed;
use crate::transfer::consenting::{Consented, creator_of};
use crate::transfer::inbox::Incoming;
use crate::transfer::judge::Ledger;
use crate::transfer::swap::{Given, wanted_now};
use crate::transfer::{Item, Standing, StepKind, TransferError, look, talk};
use crate::wallet::Wallet;

/// How long an offer stands when the person says nothing: a week.
pub const USUAL_SECONDS: i64 = 7 * 86_400;
/// The longest that an offer stands: 30 days, as ledgers have it.
pub const MOST_SECONDS: i64 = 30 * 86_400;

/// Until when an offer stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Until {
    /// So many seconds from when it is signed.
    Seconds(i64),
    /// As the very step says that the creator has signed.
    Step(Box<Consented>),
}

/// A step that could be taken, with all that it would change. Nothing is signed yet.
#[derive(Clone, Debug)]
pub struct Prepared {
    kind: StepKind,
    name: String,
    persona: PersonaIndex,
    holding: Option<HoldingId>,
    transfer: TransferTerms,
    head: VerifiedLeaf,
    signer: TransferPath,
    /// Who made the model, of a holding of this wallet.
    creator: Option<Did>,
    to: Option<Commitment>,
    until: Option<Until>,
    lease: Option<(WorldCommitment, i64)>,
    /// What an offer asks for in return.
    wanted: Option<VerifiedLeaf>,
    /// What an accept gives in return.
    given: Option<Given>,
}

impl Prepared {
    /// What it does.
    #[must_use]
    pub const fn kind(&self) -> StepKind {
        self.kind
    }

    /// What the item is called. Outside text.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The face that acts.
    #[must_use]
    pub const fn persona(&self) -> PersonaIndex {
        self.persona
    }

    /// The world whose ledger it is.
    #[must_use]
    pub const fn ledger(&self) -> &WorldId {
        &self.head.claims().ledger
    }

    /// The item's name in the ledger.
    #[must_use]
    pub const fn tag(&self) -> ItemTag {
        self.head.claims().item
    }

    /// The item as it is now.
    #[must_use]
    pub const fn head(&self) -> &VerifiedLeaf {
        &self.head
    }

    /// Whether and how often it may be passed on.
    #[must_use]
    pub const fn transfer(&self) -> &TransferTerms {
        &self.transfer
    }

    /// How often it may be passed on once this one is through; `None` when nobody counts.
    #[must_use]
    pub fn left_after(&self) -> Option<u64> {
        let passes = match self.kind {
            StepKind::Give | StepKind::Accept => 1,
            StepKind::Burn
            | StepKind::Lease
            | StepKind::Refuse
            | StepKind::Release
            | StepKind::Withdraw => 0,
        };
        let so_far = self.head.claims().transfers.saturating_add(passes);
        Some(self.transfer.most?.saturating_sub(so_far))
    }

    /// To whom it would be offered: the commitment of the address.
    #[must_use]
    pub const fn to(&self) -> Option<Commitment> {
        self.to
    }

    /// What the offer asks for in return, as it stands now.
    #[must_use]
    pub const fn wanted(&self) -> Option<&VerifiedLeaf> {
        self.wanted.as_ref()
    }

    /// What would be given in return.
    #[must_use]
    pub const fn given(&self) -> Option<&Given> {
        self.given.as_ref()
    }

    /// Until when the offer would stand, if it were signed now.
    #[must_use]
    pub fn until(&self, now: Timestamp) -> Option<Timestamp> {
        match self.until.as_ref()? {
            Until::Seconds(seconds) => Some(now.plus_seconds(*seconds)),
            Until::Step(consented) => match consented.step.act {
                StepAct::Offer { until, .. } => Some(until),
                _ => None,
            },
        }
    }

    /// Whether the item's creator has to agree, and what was given is no consent yet.
    #[must_use]
    pub fn lacks_creator(&self) -> bool {
        let is_there = matches!(self.until, Some(Until::Step(_)));
        self.kind == StepKind::Give && self.transfer.creator && !is_there
    }

    /// What [`carry_out`](crate::transfer::carry_out) needs: the digest of this very act, on this very
    /// state of the item.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        let claims = self.head.claims();
        let until = match &self.until {
            None => Value::Null,
            Some(Until::Seconds(seconds)) => schemas::json::Number::from_i64(*seconds).into(),
            Some(Until::Step(consented)) => consented.step.id().into(),
        };
        let what = schemas::object! {
            "kind" => self.kind.name(),
            "persona" => self.persona.value(),
            "ledger" => claims.ledger.origin(),
            "item" => claims.item,
            "head" => self.head.hash(),
            "terms" => claims.terms,
            "to" => self.to,
            "until" => until,
            "wanted" => self.wanted.as_ref().map(|head| head.claims().item),
            "given" => self.given.as_ref().map(|given| schemas::object! {
                "item" => given.tag(),
                "head" => given.head().hash(),
                "to" => given.to,
            }),
        };
        consent::digest(Act::Transfer, what)
    }

    /// The JSON form, for `--json`.
    #[must_use]
    pub fn to_object(&self, now: Timestamp) -> Object {
        let claims = self.head.claims();
        schemas::object! {
            "act" => self.kind.name(),
            "name" => self.name.as_str(),
            "ledger" => claims.ledger.origin(),
            "item" => claims.item,
            "seq" => schemas::json::Number::from_u64_saturating(claims.seq),
            "state" => claims.state.id(),
            "holder" => claims.holder,
            "transfers" => schemas::json::Number::from_u64_saturating(claims.transfers),
            "transfer" => self.transfer.to_object(),
            "left_after" => self.left_after().map(schemas::json::Number::from_u64_saturating),
            "to" => self.to,
            "until" => self.until(now),
            "wanted" => self.wanted.as_ref().map(|head| head.claims().item),
            "given" => self.given.as_ref().map(|given| schemas::object! {
                "name" => given.name.as_str(),
                "item" => given.tag(),
                "to" => given.to,
            }),
            "digest" => self.digest(),
        }
    }

    /// The step as it would be signed now. What is accepted, or comes in return for what is offered,
    /// goes to `takes`.
    pub(crate) fn step(
        &self,
        takes: Option<Commitment>,
        now: Timestamp,
    ) -> Result<Step, TransferError> {
        let claims = self.head.claims();
        let act = match (self.kind, self.to, takes) {
            (StepKind::Give, Some(to), _) => {
                if let Some(Until::Step(consented)) = &self.until {
                    return Ok(consented.step.clone());
                }
                let swap = match (&self.wanted, takes) {
                    (None, _) => None,
                    (Some(wanted), Some(holder)) => Some(SwapWanted {
                        item: wanted.claims().item,
                        holder,
                    }),
                    (Some(_), None) => return Err(TransferError::Receiver),
                };
                StepAct::Offer {
                    to,
                    until: self.until(now).unwrap_or(now),
                    terms: claims.terms,
                    swap,
                }
            }
            (StepKind::Accept, _, Some(holder)) => StepAct::Accept {
                holder,
                terms: claims.terms,
                swap: self.given.as_ref().map(Given::leg),
            },
            (StepKind::Give | StepKind::Accept, _, _) => return Err(TransferError::Receiver),
            (StepKind::Refuse, _, _) => StepAct::Refuse,
            (StepKind::Release, _, _) => StepAct::Release,
            (StepKind::Withdraw, _, _) => StepAct::Withdraw,
            (StepKind::Lease, _, _) => {
                let (world, seconds) = self.lease.ok_or(TransferError::Absent)?;
                let until = Timestamp::from_unix(now.plus_seconds(seconds).unix());
                StepAct::Lease { world, until }
            }
            (StepKind::Burn, _, _) => StepAct::Burn,
        };
        Ok(Step {
            ledger: claims.ledger.clone(),
            item: claims.item,
            seq: claims.seq.saturating_add(1),
            previous: self.head.hash(),
            act,
        })
    }

    pub(crate) const fn holding(&self) -> Option<HoldingId> {
        self.holding
    }

    pub(crate) const fn signer(&self) -> &TransferPath {
        &self.signer
    }

    /// The same with what is given in return.
    pub(super) fn giving(mut self, given: Given) -> Self {
        self.given = Some(given);
        self
    }

    /// Whether it leads to an item that this wallet is going to hold.
    pub(crate) fn takes_something(&self) -> bool {
        self.kind == StepKind::Accept || self.wanted.is_some()
    }

    /// Who made the model of the holding, as its credential says.
    pub(super) const fn made_by(&self) -> Option<&Did> {
        self.creator.as_ref()
    }

    pub(crate) fn creator(&self) -> Option<LedgerSignature> {
        match &self.until {
            Some(Until::Step(consented)) => Some(consented.signature),
            _ => None,
        }
    }
}

/// Prepares to offer a holding to an address, in return for another item of the same ledger where one
/// is `wanted`. The ledger is asked how they stand.
///
/// # Errors
/// [`TransferError`]; nothing is signed then.
#[expect(clippy::too_many_arguments, reason = "all of one conversation")]
pub async fn prepare_give(
    client: &Client,
    wallet: &mut Wallet,
    holding: &Holding,
    address: &Address,
    until: Until,
    wanted: Option<ItemTag>,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Prepared, TransferError> {
    ledger::require_sound(address).map_err(|_| TransferError::Receiver)?;
    let to = address.commitment();
    // What comes to oneself changes no hands; and the key of a holder is no address.
    let is_own = wallet.address_of(&to)?.is_some()
        || wallet.items()?.iter().any(|item| item.commitment == to);
    if is_own {
        return Err(TransferError::OwnAddress);
    }
    let (item, head) = current(client, wallet, holding, confirmed, now).await?;
    require(item.standing, |standing| standing == Standing::Held)?;
    if !item.transfer.allow_another(head.claims().transfers) {
        return Err(TransferError::NotAllowed);
    }
    let wanted = match wanted {
        Some(tag) => Some(wanted_now(client, wallet, &item, tag, now).await?),
        None => None,
    };
    // A creator agrees to the very step, and what comes in return goes to a key that is made with it.
    if wanted.is_some() && (item.transfer.creator || matches!(until, Until::Step(_))) {
        return Err(TransferError::Creator);
    }
    let prepared = Prepared::of(StepKind::Give, holding, item, head)?;
    let prepared = Prepared {
        to: Some(to),
        until: Some(until),
        wanted,
        ..prepared
    };
    prepared.require_consented(now)?;
    Ok(prepared)
}

/// Prepares to take or to refuse what is offered.
///
/// # Errors
/// [`TransferError`] when it is over by now, or a step of this offer was begun before;
/// [`TransferError::Swap`] when it is accepted and asks for something in return: see
/// [`prepare_swap`](super::prepare_swap).
pub fn prepare_answer(
    wallet: &Wallet,
    incoming: &Incoming,
    kind: StepKind,
    now: Timestamp,
) -> Result<Prepared, TransferError> {
    match incoming.wants() {
        Some(wanted) if kind == StepKind::Accept => Err(TransferError::Swap {
            wanted: Some(wanted),
        }),
        _ => answering(wallet, incoming, kind, now),
    }
}

pub(super) fn answering(
    wallet: &Wallet,
    incoming: &Incoming,
    kind: StepKind,
    now: Timestamp,
) -> Result<Prepared, TransferError> {
    refuse_begun(wallet, &incoming.head)?;
    if incoming.until() <= now && kind == StepKind::Accept {
        let reason = Reason::TransferExpired;
        return Err(TransferError::Refused { reason });
    }
    Ok(Prepared {
        kind,
        name: incoming.name(),
        persona: incoming.address.path.persona,
        holding: None,
        transfer: incoming.terms.transfer,
        head: incoming.head.clone(),
        signer: incoming.address.path.clone(),
        creator: None,
        to: None,
        until: None,
        lease: None,
        wanted: None,
        given: None,
    })
}

impl Prepared {
    /// The same as a lease of this world, for so many seconds.
    pub(super) const fn leasing(mut self, world: WorldCommitment, seconds: i64) -> Self {
        self.lease = Some((world, seconds));
        self
    }

    pub(super) fn of(
        kind: StepKind,
        holding: &Holding,
        item: Item,
        head: VerifiedLeaf,
    ) -> Result<Self, TransferError> {
        Ok(Self {
            kind,
            name: holding.name.clone(),
            persona: holding.persona,
            holding: Some(holding.id),
            transfer: item.transfer,
            head,
            signer: item.path.ok_or(TransferError::Absent)?,
            creator: creator_of(holding),
            to: None,
            until: None,
            lease: None,
            wanted: None,
            given: None,
        })
    }

    /// A step that the creator signed has to be the one that would be signed here, but for its end.
    fn require_consented(&self, now: Timestamp) -> Result<(), TransferError> {
        let Some(Until::Step(consented)) = &self.until else {
            return Ok(());
        };
        let Some(until) = self.until(now) else {
            return Err(TransferError::Creator);
        };
        let bare = Self {
            until: Some(Until::Seconds(until.unix().saturating_sub(now.unix()))),
            ..self.clone()
        };
        let creator = self.made_by().ok_or(TransferError::Creator)?;
        let is_it = bare.step(None, now)? == consented.step && until > now;
        let signed = ledger::verify_consent(&consented.step, creator, consented.signature);
        match (is_it, signed) {
            (true, Ok(())) => Ok(()),
            _ => Err(TransferError::Creator),
        }
    }
}

pub(super) fn require(
    standing: Standing,
    fits: impl Fn(Standing) -> bool,
) -> Result<(), TransferError> {
    match fits(standing) {
        true => Ok(()),
        false => Err(TransferError::NotNow { standing }),
    }
}

/// How an item stands now, and the head that says so.
pub(super) async fn current(
    client: &Client,
    wallet: &mut Wallet,
    holding: &Holding,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<(Item, VerifiedLeaf), TransferError> {
    let item = wallet.item(&holding.id)?.ok_or(TransferError::Absent)?;
    if item.path.is_none() {
        return Err(TransferError::Absent);
    }
    confirmed.require(&item.ledger)?;
    if let Some(begun) = wallet
        .unfinished()?
        .into_iter()
        .find(|one| one.moves(&holding.id) || one.ledger == item.ledger && one.tag == item.tag)
    {
        return Err(TransferError::Unfinished { kind: begun.kind });
    }
    let ledger = Ledger::meet(client, &item.ledger, now).await?;
    let document = talk::head(client, &item.ledger, &item.tag).await?;
    let head = look::learn(client, wallet, &ledger, &item, document, now).await?;
    let item = wallet.item(&holding.id)?.ok_or(HoldingError::NotFound)?;
    Ok((item, head))
}

/// Refuses a second step on a head on which one was begun: only one can come true, and the first may
/// have.
fn refuse_begun(wallet: &Wallet, head: &VerifiedLeaf) -> Result<(), TransferError> {
    match wallet.begun_on(&head.claims().item, &head.hash())? {
        Some(begun) => Err(TransferError::Unfinished { kind: begun.kind }),
        None => Ok(()),
    }
}
