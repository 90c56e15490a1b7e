//! Steps that do not go: what was said under their key before is said again, and of the others why.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use schemas::reason::Reason;

use super::{Done, Waiting, answer, unavailable};
use crate::error::Refusal;
use crate::ledger::{judging, read_leaf, steps};
use crate::store::ledger::{Answered, Spot};
use crate::store::{Answer, StoreError};
use crate::world::World;

/// Answers those whose key was used before; the others come back.
pub(super) async fn unanswered(world: &World, waiting: Vec<Waiting>) -> Vec<Waiting> {
    let keys: Vec<_> = waiting.iter().map(|one| one.keyed.key).collect();
    let before = async {
        let answered = world.store.item_answers(&keys).await?;
        let spots = answered.values().map(|before| (before.tag, before.seq));
        let leaves = leaves_at(world, spots.collect()).await?;
        Ok((answered, leaves))
    };
    let (answered, leaves) = match before.await {
        Ok(before) => before,
        Err(error) => return unavailable(waiting, &error),
    };
    let mut others = Vec::new();
    for one in waiting {
        match answered.get(&one.keyed.key) {
            Some(before) => {
                let done = as_before(&one, before, &leaves);
                answer(one, done.unwrap_or_else(|error| Err(Refusal::from(error))));
            }
            None => others.push(one),
        }
    }
    others
}

/// Answers steps that are not taken: as before where one was taken under the same key.
pub(super) async fn refuse(
    world: &World,
    past: Vec<(Waiting, Reason)>,
    refused: Vec<(Waiting, Reason)>,
) {
    if past.is_empty() && refused.is_empty() {
        return;
    }
    match refusals(world, &past, &refused).await {
        Ok(mut answers) => {
            for (one, _) in past.into_iter().chain(refused) {
                let missing = || Err(Refusal::internal(Reason::InternalError));
                let done = answers.pop_front().unwrap_or_else(missing);
                answer(one, done);
            }
        }
        Err(error) => {
            let all = past.into_iter().chain(refused).map(|(one, _)| one);
            unavailable(all.collect(), &error);
        }
    }
}

type Answers = VecDeque<Result<Done, Refusal>>;

async fn refusals(
    world: &World,
    past: &[(Waiting, Reason)],
    refused: &[(Waiting, Reason)],
) -> Answer<Answers> {
    let all = || past.iter().chain(refused);
    let keys: Vec<_> = all().map(|(one, _)| one.keyed.key).collect();
    let answered = world.store.item_answers(&keys).await?;
    let before = answered.values().map(|before| (before.tag, before.seq));
    let taken = past.iter().map(|(one, _)| spot(one));
    let leaves = leaves_at(world, before.chain(taken).collect()).await?;
    let mut answers = Answers::new();
    for (place, (one, reason)) in all().enumerate() {
        answers.push_back(match answered.get(&one.keyed.key) {
            Some(before) => as_before(one, before, &leaves)?,
            None => {
                let there = leaves.get(&spot(one)).filter(|_| place < past.len());
                let there = there.map(|leaf| read_leaf(leaf)).transpose()?;
                match there.is_some_and(|leaf| judging::came_of(&leaf, one.sent.step.id())) {
                    true => Err(steps::refusal(Reason::TransferReplay)),
                    false => Err(steps::refusal(*reason)),
                }
            }
        });
    }
    Ok(answers)
}

type Leaves = BTreeMap<Spot, Vec<u8>>;

async fn leaves_at(world: &World, spots: BTreeSet<Spot>) -> Answer<Leaves> {
    if spots.is_empty() {
        return Ok(Leaves::new());
    }
    let spots: Vec<Spot> = spots.into_iter().collect();
    world.store.item_leaves(&spots).await
}

/// What is said of a step whose key was used before: the same again, for the same.
fn as_before(
    waiting: &Waiting,
    before: &Answered,
    leaves: &Leaves,
) -> Answer<Result<Done, Refusal>> {
    if before.request != waiting.keyed.request {
        return Ok(Err(steps::refusal(Reason::IdempotencyConflict)));
    }
    let leaf = leaves.get(&(before.tag, before.seq));
    let leaf = leaf.ok_or(StoreError::Corrupt("an answer about no leaf"))?;
    Ok(Ok(Done::Again(Arc::new(read_leaf(leaf)?))))
}

fn spot(waiting: &Waiting) -> Spot {
    (waiting.sent.step.item, waiting.sent.step.seq)
}
