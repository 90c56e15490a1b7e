//! Steps that wait are judged and written together: one look at the heads, one transaction, and one
//! sync of the disk for all of them. Nobody is answered before.
//!
//! The queue is bounded; who finds it full is told so at once. Two rounds may be under way, so that one
//! is judged while the other is being written; a round takes all who came while it waited for its turn.
//!
//! There are two queues. In the first a step is judged on what is remembered, and goes or does not; that
//! is all. What does not go waits in the second, where it is looked up whether its key was answered
//! before, and judged on what the store says, as often as its item moves meanwhile. So what is sent
//! again, comes too late or is refused holds up nobody whose step goes.

mod past;

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use schemas::ledger::{Act, ItemTag, ItemTerms, SentStep, TermsDigest, UnverifiedLeaf};
use schemas::message::Message;
use schemas::reason::Reason;
use tokio::sync::{Semaphore, mpsc, oneshot};

use past::{refuse, unanswered};

use super::handing::Links;
use super::judging::{self, Judged, Known};
use super::{read_leaf, steps};
use crate::error::Refusal;
use crate::store::ledger::{Keyed, Move, is_taken};
use crate::store::{Answer, StoreError};
use crate::world::World;

/// Most steps of a round.
const MOST: usize = 256;
/// Rounds that are under way.
const ROUNDS: usize = 2;
/// How often a step is judged again when its item moved meanwhile.
const TRIES: usize = 16;
/// Items of which terms, which never change, and the newest leaf that was written are remembered.
const REMEMBERED: usize = 8192;

/// A step, and who waits for its answer.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) sent: Box<SentStep>,
    pub(super) keyed: Keyed,
    /// By which whoever accepts is handed the credential.
    pub(super) links: Links,
    pub(super) answer: oneshot::Sender<Result<Done, Refusal>>,
}

/// On which heads a step is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Looks {
    /// Those that are remembered, as far as there are. A step that fits one is written where the store
    /// agrees; one that does not is judged again.
    InMemory,
    /// Those of the store.
    InStore,
}

/// What became of a step that was taken.
#[derive(Debug)]
pub(super) enum Done {
    /// Now.
    Fresh(Arc<UnverifiedLeaf>),
    /// Before, under the same key.
    Again(Arc<UnverifiedLeaf>),
}

/// The terms of an item, which never change.
#[derive(Debug)]
pub(super) struct KeptTerms {
    pub(super) terms: ItemTerms,
    pub(super) digest: TermsDigest,
}

/// Before the store.
#[derive(Debug)]
pub(super) struct Queue {
    first: Line,
    again: Line,
    terms: Mutex<BTreeMap<ItemTag, Arc<KeptTerms>>>,
    heads: Mutex<BTreeMap<ItemTag, Arc<UnverifiedLeaf>>>,
}

/// A bounded queue, until somebody serves it.
#[derive(Debug)]
struct Line {
    sender: mpsc::Sender<Waiting>,
    receiver: Mutex<Option<mpsc::Receiver<Waiting>>>,
}

impl Line {
    fn new(room: usize) -> Self {
        let (sender, receiver) = mpsc::channel(room.max(1));
        Self {
            sender,
            receiver: Mutex::new(Some(receiver)),
        }
    }

    /// Serves what comes, in rounds, until it is aborted.
    async fn serve<F>(&self, settle: impl Fn(Vec<Waiting>) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let receiver = self.receiver.lock();
        let receiver = receiver.unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut receiver) = receiver else {
            return;
        };
        let places = Arc::new(Semaphore::new(ROUNDS));
        loop {
            // A place first: who comes meanwhile goes with this round.
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            let mut waiting = Vec::with_capacity(MOST);
            if receiver.recv_many(&mut waiting, MOST).await == 0 {
                return;
            }
            let settled = settle(waiting);
            tokio::spawn(async move {
                settled.await;
                drop(place);
            });
        }
    }
}

impl Queue {
    pub(super) fn new(room: usize) -> Self {
        Self {
            first: Line::new(room),
            again: Line::new(room),
            terms: Mutex::new(BTreeMap::new()),
            heads: Mutex::new(BTreeMap::new()),
        }
    }

    /// Waits in the queue for what becomes of a step.
    ///
    /// # Errors
    /// `overloaded` when the queue is full or nobody serves it; otherwise why the step was not taken.
    pub(super) async fn take(
        &self,
        sent: SentStep,
        keyed: Keyed,
        links: Links,
    ) -> Result<Done, Refusal> {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting {
            sent: Box::new(sent),
            keyed,
            links,
            answer,
        };
        let sent = self.first.sender.try_send(waiting);
        sent.map_err(|_| Refusal::overloaded())?;
        answered.await.map_err(|_| Refusal::overloaded())?
    }

    /// The terms that are remembered, and the tags of the others.
    fn remembered(&self, tags: &[ItemTag]) -> (BTreeMap<ItemTag, Arc<KeptTerms>>, Vec<ItemTag>) {
        let kept = self.terms.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut found, mut others) = (BTreeMap::new(), Vec::new());
        for tag in tags {
            match kept.get(tag) {
                Some(terms) => drop(found.insert(*tag, Arc::clone(terms))),
                None => others.push(*tag),
            }
        }
        (found, others)
    }

    fn remember(&self, terms: &BTreeMap<ItemTag, Arc<KeptTerms>>) {
        let mut kept = self.terms.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() + terms.len() > REMEMBERED {
            kept.clear();
        }
        kept.extend(terms.iter().map(|(tag, terms)| (*tag, Arc::clone(terms))));
    }

    fn heads(&self) -> MutexGuard<'_, BTreeMap<ItemTag, Arc<UnverifiedLeaf>>> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A leaf that was written here just now.
    fn wrote(&self, leaf: Arc<UnverifiedLeaf>) {
        let mut heads = self.heads();
        if heads.len() == REMEMBERED {
            heads.clear();
        }
        heads.insert(leaf.claims().item, leaf);
    }
}

/// Judges and writes what comes, until it is aborted.
pub(super) async fn serve(world: Arc<World>) {
    let queue = &world.ledger.queue;
    let first = queue.first.serve(|waiting| {
        let world = Arc::clone(&world);
        async move {
            for one in round(&world, waiting, Looks::InMemory).await {
                later(&world, one);
            }
        }
    });
    let again = queue.again.serve(|waiting| {
        let world = Arc::clone(&world);
        async move { settle(&world, waiting).await }
    });
    tokio::join!(first, again);
}

/// To be judged on what the store says, when others do not wait for it.
fn later(world: &World, waiting: Waiting) {
    if let Err(full) = world.ledger.queue.again.sender.try_send(waiting) {
        answer(full.into_inner(), Err(Refusal::overloaded()));
    }
}

/// Judges until every step is answered.
async fn settle(world: &Arc<World>, mut waiting: Vec<Waiting>) {
    for _ in 0..TRIES {
        waiting = unanswered(world, waiting).await;
        if waiting.is_empty() {
            return;
        }
        waiting = round(world, waiting, Looks::InStore).await;
    }
    // Others were faster each time.
    for one in waiting {
        answer(one, Err(Refusal::overloaded()));
    }
}

fn answer(waiting: Waiting, done: Result<Done, Refusal>) {
    // Who asked may be gone.
    let _ = waiting.answer.send(done);
}

/// One round: those whose items moved meanwhile come back.
async fn round(world: &Arc<World>, waiting: Vec<Waiting>, looks: Looks) -> Vec<Waiting> {
    let known = match known(world, &waiting, looks).await {
        Ok(known) => known,
        Err(error) => return unavailable(waiting, &error),
    };
    let judging = Arc::clone(world);
    let judged = tokio::task::spawn_blocking(move || {
        let now = judging.clock.now();
        let verdicts = judging::judge(&judging, &waiting, &known, looks, now);
        (verdicts, waiting)
    });
    let Ok((verdicts, waiting)) = judged.await else {
        // Dropped: each is told that it was too much.
        return Vec::new();
    };
    if !verdicts.alone.is_empty()
        && let Err(error) = world.store.write_leaves(&verdicts.alone).await
    {
        return unavailable(waiting, &error);
    }
    let mut sorted = Sorted::default();
    for (one, judged) in waiting.into_iter().zip(verdicts.judged) {
        match judged {
            Judged::Later => sorted.later.push(one),
            Judged::Past(reason) => sorted.past.push((one, reason)),
            Judged::Refused(reason) => sorted.refused.push((one, reason)),
            Judged::Moves(moves, leaf) => sorted.moves.push((one, moves, leaf)),
        }
    }
    let mut later = sorted.later;
    later.extend(write(world, sorted.moves).await);
    refuse(world, sorted.past, sorted.refused).await;
    later
}

#[derive(Default)]
struct Sorted {
    later: Vec<Waiting>,
    past: Vec<(Waiting, Reason)>,
    refused: Vec<(Waiting, Reason)>,
    moves: Vec<(Waiting, Vec<Move>, Arc<UnverifiedLeaf>)>,
}

fn unavailable(waiting: Vec<Waiting>, error: &StoreError) -> Vec<Waiting> {
    tracing::error!(%error, "steps of items");
    for one in waiting {
        answer(one, Err(steps::unavailable(error.reason())));
    }
    Vec::new()
}

/// Where the items of these steps stand.
async fn known(
    world: &World,
    waiting: &[Waiting],
    looks: Looks,
) -> Answer<BTreeMap<ItemTag, Known>> {
    let tags = waiting.iter().flat_map(|one| items_of(&one.sent));
    let tags: BTreeSet<ItemTag> = tags.collect();
    let tags: Vec<ItemTag> = tags.into_iter().collect();
    let terms = terms_of(world, &tags).await?;
    let mut known = BTreeMap::new();
    let mut add = |tag: ItemTag, head| -> Answer<()> {
        let terms = terms.get(&tag);
        let terms = terms.ok_or(StoreError::Corrupt("an item without terms"))?;
        let terms = Arc::clone(terms);
        known.insert(tag, Known { head, terms });
        Ok(())
    };
    let mut others = Vec::new();
    {
        let heads = world.ledger.queue.heads();
        for tag in &tags {
            match heads.get(tag).filter(|_| looks == Looks::InMemory) {
                Some(head) => add(*tag, Arc::clone(head))?,
                None => others.push(*tag),
            }
        }
    }
    if !others.is_empty() {
        for (tag, head) in world.store.item_heads(&others).await? {
            add(tag, Arc::new(read_leaf(&head)?))?;
        }
    }
    Ok(known)
}

/// The item of a step, and the one that is given in return.
pub(super) fn items_of(sent: &SentStep) -> impl Iterator<Item = ItemTag> {
    let other = match &sent.step.act {
        Act::Accept {
            swap: Some(leg), ..
        } => Some(leg.item),
        _ => None,
    };
    [Some(sent.step.item), other].into_iter().flatten()
}

/// The terms of items, from memory or from the store.
pub(super) async fn terms_of(
    world: &World,
    tags: &[ItemTag],
) -> Answer<BTreeMap<ItemTag, Arc<KeptTerms>>> {
    let queue = &world.ledger.queue;
    let (mut found, others) = queue.remembered(tags);
    if others.is_empty() {
        return Ok(found);
    }
    let broken = || StoreError::Corrupt("the terms of an item");
    let mut read = BTreeMap::new();
    for (tag, text) in world.store.item_terms(&others).await? {
        let value = schemas::json::read(text.as_bytes(), &schemas::json::Limits::document());
        let terms = value
            .ok()
            .and_then(|value| ItemTerms::from_value(&value).ok());
        let terms = terms.ok_or_else(broken)?;
        let digest = terms.digest();
        read.insert(tag, Arc::new(KeptTerms { terms, digest }));
    }
    queue.remember(&read);
    found.append(&mut read);
    Ok(found)
}

/// Steps that were judged good, and the leaf of each: of two lists the same places.
#[derive(Default)]
struct Lot {
    waiting: Vec<(Waiting, Arc<UnverifiedLeaf>)>,
    moves: Vec<Move>,
}

impl Lot {
    /// The half of it.
    fn split(&mut self) -> Self {
        let half = self.moves.len() / 2;
        Self {
            waiting: self.waiting.split_off(half),
            moves: self.moves.split_off(half),
        }
    }
}

/// Writes what was judged good; what did not go comes back.
async fn write(
    world: &Arc<World>,
    moves: Vec<(Waiting, Vec<Move>, Arc<UnverifiedLeaf>)>,
) -> Vec<Waiting> {
    let (mut together, mut later) = (Lot::default(), Vec::new());
    let mut several = Vec::new();
    for (one, mut moves, leaf) in moves {
        match moves.pop() {
            Some(only) if moves.is_empty() => {
                together.waiting.push((one, leaf));
                together.moves.push(only);
            }
            Some(last) => {
                moves.push(last);
                several.push((one, moves, leaf));
            }
            None => {}
        }
    }
    let mut lots = vec![together];
    while let Some(mut lot) = lots.pop() {
        if lot.moves.is_empty() {
            continue;
        }
        match world.store.write_leaves(&lot.moves).await {
            Ok(went) => {
                world.metrics.ledger.round(went.len());
                for (one, leaf) in lot.waiting {
                    match went.contains(&leaf.claims().item) {
                        true => {
                            world.ledger.queue.wrote(Arc::clone(&leaf));
                            answer(one, Ok(Done::Fresh(leaf)));
                        }
                        false => later.push(one),
                    }
                }
            }
            // A name that one of them brought is there already, such as a code of an earlier offer.
            Err(error) if is_taken(&error) && lot.moves.len() > 1 => {
                tracing::warn!(%error, "steps that were to be written together are parted");
                lots.push(lot.split());
                lots.push(lot);
            }
            Err(error) if is_taken(&error) => {
                let taken = |(one, _)| (one, Reason::TransferConflict);
                refuse(
                    world,
                    Vec::new(),
                    lot.waiting.into_iter().map(taken).collect(),
                )
                .await;
            }
            Err(error) => {
                let waiting = lot.waiting.into_iter().map(|(one, _)| one).collect();
                unavailable(waiting, &error);
            }
        }
    }
    for (one, moves, leaf) in several {
        later.extend(write_one(world, one, &moves, leaf).await);
    }
    later
}

/// Writes the leaves of one step.
async fn write_one(
    world: &Arc<World>,
    one: Waiting,
    moves: &[Move],
    leaf: Arc<UnverifiedLeaf>,
) -> Option<Waiting> {
    match world.store.write_leaves_as_one(moves).await {
        Ok(true) => {
            world.metrics.ledger.round(1);
            answer(one, Ok(Done::Fresh(leaf)));
            None
        }
        Ok(false) => Some(one),
        // The key came with another request in the same moment.
        Err(error) if is_taken(&error) => {
            refuse(world, Vec::new(), vec![(one, Reason::TransferConflict)]).await;
            None
        }
        Err(error) => {
            unavailable(vec![one], &error);
            None
        }
    }
}
