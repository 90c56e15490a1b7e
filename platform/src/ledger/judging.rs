//! Steps that wait together, judged against the heads of their items. Nothing here reads or writes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemas::digest::Sha256Digest;
use schemas::ledger::{Event, ItemTag, StepId, UnverifiedLeaf};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::ledger::{Current, IssuerAct, LedgerLimits};

use super::queue::{self, KeptTerms, Looks, Waiting};
use super::signing;
use crate::store::ledger::{Beside, Move};
use crate::ticket::NoChance;
use crate::world::{Identity, World};

/// Where an item stands, as it was read.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) head: Arc<UnverifiedLeaf>,
    pub(super) terms: Arc<KeptTerms>,
}

/// What is to become of a step.
#[derive(Debug)]
pub(super) enum Judged {
    /// These leaves, all or none; the first is the step's.
    Moves(Vec<Move>, Arc<UnverifiedLeaf>),
    /// Its place in the chain is taken, by itself or by another step: for this reason in that case.
    Past(Reason),
    Refused(Reason),
    /// Another step of these moves the item first, or it does not fit what is remembered.
    Later,
}

/// What comes of steps that wait together.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    /// One for each step, in their order.
    pub(super) judged: Vec<Judged>,
    /// Leaves of the ledger alone: offers that have run out.
    pub(super) alone: Vec<Move>,
}

/// Judges each step.
pub(super) fn judge(
    world: &World,
    waiting: &[Waiting],
    known: &BTreeMap<ItemTag, Known>,
    looks: Looks,
    now: Timestamp,
) -> Verdicts {
    let identity = world.identity();
    let mut round = Round {
        world,
        known,
        looks,
        now: identity.dated(now),
        identity,
        limits: limits(world),
        moved: BTreeSet::new(),
        keys: BTreeSet::new(),
        alone: Vec::new(),
    };
    let judged = waiting.iter().map(|one| round.judge(one)).collect();
    Verdicts {
        judged,
        alone: round.alone,
    }
}

/// The limits of the configuration.
pub(super) fn limits(world: &World) -> LedgerLimits {
    match &world.config.ledger {
        Some(rules) => LedgerLimits {
            offer: crate::world::seconds(rules.offer),
            lease: crate::world::seconds(rules.lease),
            ..LedgerLimits::STANDARD
        },
        None => LedgerLimits::STANDARD,
    }
}

struct Round<'a> {
    world: &'a World,
    known: &'a BTreeMap<ItemTag, Known>,
    looks: Looks,
    /// Of the key in use: what is judged is what is signed.
    now: Timestamp,
    identity: Arc<Identity>,
    limits: LedgerLimits,
    /// The items that are moved already.
    moved: BTreeSet<ItemTag>,
    /// The idempotency keys that are used already.
    keys: BTreeSet<Sha256Digest>,
    alone: Vec<Move>,
}

impl Round<'_> {
    fn judge(&mut self, waiting: &Waiting) -> Judged {
        let step = &waiting.sent.step;
        let Some(item) = self.known.get(&step.item) else {
            return match self.looks {
                Looks::InMemory => Judged::Later,
                Looks::InStore => Judged::Refused(Reason::ItemUnknown),
            };
        };
        let tags: Vec<ItemTag> = queue::items_of(&waiting.sent).collect();
        let given = tags.get(1).and_then(|tag| self.known.get(tag));
        if tags.iter().any(|tag| self.moved.contains(tag)) {
            return Judged::Later;
        }
        if tags.iter().any(|tag| self.expire(*tag)) {
            return Judged::Later;
        }
        if ![Some(item), given].into_iter().flatten().all(is_paired) {
            return Judged::Refused(Reason::InternalError);
        }
        let applied = verifier::ledger::apply_paired(
            current(item),
            given.map(current),
            &waiting.sent,
            self.now,
            &self.limits,
        );
        let applied = match applied {
            Ok(applied) => applied,
            // What is remembered may be of yesterday.
            Err(_) if self.looks == Looks::InMemory => return Judged::Later,
            Err(reason) if step.seq <= item.head.claims().seq => return Judged::Past(reason),
            Err(reason) => return Judged::Refused(reason),
        };
        if !self.keys.insert(waiting.keyed.key) {
            return Judged::Later;
        }
        let moves = self.moves(waiting, item, applied);
        match moves {
            Ok((moves, leaf)) => {
                self.moved.extend(tags);
                Judged::Moves(moves, Arc::new(leaf))
            }
            Err(reason) => Judged::Refused(reason),
        }
    }

    /// Ends an offer that has run out, before anything else happens to the item.
    fn expire(&mut self, tag: ItemTag) -> bool {
        let Some(known) = self.known.get(&tag) else {
            return false;
        };
        match ended(&self.identity, &known.head, self.now) {
            Ok(Some((ended, _))) => {
                self.moved.insert(tag);
                self.alone.push(ended);
                true
            }
            // A step that answers it is refused by the rules.
            Ok(None) | Err(_) => false,
        }
    }

    fn moves(
        &self,
        waiting: &Waiting,
        item: &Known,
        applied: verifier::ledger::Applied,
    ) -> Result<(Vec<Move>, UnverifiedLeaf), Reason> {
        let leaf = signing::leaf(&self.identity, applied.leaf)?;
        let beside = match &leaf.claims().offer {
            Some(offer) if leaf.claims().event == Event::Offer => Beside::Offered {
                to: offer.to,
                until: offer.until,
            },
            _ if leaf.claims().event == Event::Accept => {
                let (tag, holder) = (leaf.claims().item, leaf.claims().holder);
                let handing = waiting.links.handing(self.world, tag, holder, self.now);
                let handing = handing.map_err(|NoChance| Reason::RngFailure)?;
                Beside::Accepted(Box::new(handing))
            }
            _ => Beside::Nothing,
        };
        let mut moves = vec![Move {
            keyed: Some(waiting.keyed),
            beside,
            ..move_of(&item.head, &leaf)
        }];
        if let Some(given) = applied.given {
            let given = signing::leaf(&self.identity, given)?;
            let before = self.known.get(&given.claims().item);
            let before = before.ok_or(Reason::ItemUnknown)?;
            moves.push(move_of(&before.head, &given));
        }
        Ok((moves, leaf))
    }
}

fn current(known: &Known) -> Current<'_> {
    Current {
        head: &known.head,
        terms: &known.terms.terms,
    }
}

/// A store that pairs an item with the terms of another is broken.
fn is_paired(known: &Known) -> bool {
    known.terms.digest == known.head.claims().terms
}

/// The plain move from a head to the next leaf.
pub(super) fn move_of(head: &UnverifiedLeaf, leaf: &UnverifiedLeaf) -> Move {
    Move {
        tag: leaf.claims().item,
        seq: leaf.claims().seq,
        before: head.hash(),
        hash: leaf.hash(),
        leaf: leaf.bytes().to_vec(),
        beside: Beside::Nothing,
        keyed: None,
    }
}

/// The end of an offer that has run out; `None` when there is none such.
///
/// # Errors
/// As of the rules and of [`signing::leaf`]: a fault of ours.
pub(super) fn ended(
    identity: &Identity,
    head: &UnverifiedLeaf,
    now: Timestamp,
) -> Result<Option<(Move, UnverifiedLeaf)>, Reason> {
    let now = identity.dated(now);
    if head.claims().offered(now).is_none_or(|(_, stands)| stands) {
        return Ok(None);
    }
    let why = "The offer ran out.";
    let ended = verifier::ledger::issue(head, IssuerAct::Expire, why, now)?;
    let ended = signing::leaf(identity, ended)?;
    Ok(Some((move_of(head, &ended), ended)))
}

/// Whether a leaf came of this very step.
pub(super) fn came_of(leaf: &UnverifiedLeaf, step: StepId) -> bool {
    let by = leaf.claims().by.as_ref();
    by.is_some_and(|by| by.step == step)
}
