//! Items that go from hand to hand for as long as they are let, and what was acknowledged of it.
//!
//! Where the world's rate is measured on the same machine, clients take from an answer what their next
//! step needs, and read and judge all answers when the time is over ([`Walkers::rush`]).

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use schemas::ledger::{Event, ItemTag, LeafHash, SentStep, StepAnswer, UnverifiedLeaf};

use super::hand::{Hand, Held};
use super::heard::{Heard, Tally, ask_for_step, send_step};
use super::town::Town;
use crate::http::{Answer, Connection};

/// A step that is not taken by then never will be.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(5);

/// A step that somebody was told is taken.
#[derive(Clone, Debug)]
pub struct Acknowledged {
    /// What came of it.
    pub leaf: UnverifiedLeaf,
    /// Whether it was sent more than once before somebody answered.
    pub asked_again: bool,
}

/// What came of a walk.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    /// How often what was heard.
    pub tally: Tally,
    /// Every step that was taken.
    pub acknowledged: Vec<Acknowledged>,
    /// How often an item came into another hand.
    pub transfers: u64,
}

/// Each item goes from hand to hand, each by a client of its own, until it is told to stop. A client
/// that hears nothing, or that the store is away, sends the very same again, to the next process. It
/// ends with a transfer that is whole.
///
/// # Panics
/// When a step is refused for good, is not taken within a minute, or is answered with another leaf than
/// its own.
#[must_use]
pub fn walk(town: &Town, items: &[Held], stop: &AtomicBool) -> Walk {
    Walkers::prepare(town, items, 0).walk(stop)
}

/// Clients that have not begun.
#[derive(Debug)]
pub struct Walkers(Vec<(Walker, Held)>);

impl Walkers {
    /// One for each item, with the one-time keys of so many transfers: a wallet makes the key of an
    /// address when it shows it, and not while somebody waits for it.
    #[must_use]
    pub fn prepare(town: &Town, items: &[Held], transfers: u64) -> Self {
        let walker = |(number, held): (usize, &Held)| {
            let mut walker = Walker::new(town, number);
            let hands = (0..transfers).map(|transfer| Walker::hands(held.tag(), transfer));
            walker.hands = hands.collect();
            (walker, held.clone())
        };
        Self(items.iter().enumerate().map(walker).collect())
    }

    /// Lets them go; see [`walk`].
    ///
    /// # Panics
    /// As [`walk`].
    #[must_use]
    pub fn walk(self, stop: &AtomicBool) -> Walk {
        let mut all = Walk::default();
        for walk in self.each(|walker, held| walker.go(held, stop)) {
            all.tally.add(&walk.tally);
            all.acknowledged.extend(walk.acknowledged);
            all.transfers += walk.transfers;
        }
        all
    }

    /// Lets them go without reading more of an answer than they need to go on.
    ///
    /// # Panics
    /// When there is no answer to a step, or one that names no leaf.
    #[must_use]
    pub fn rush(self, stop: &AtomicBool) -> Rush {
        let steps = self.each(|walker, held| walker.rush(&held, stop));
        Rush(steps.into_iter().flatten().collect())
    }

    fn each<T: Send>(self, go: impl Fn(Walker, Held) -> T + Sync) -> Vec<T> {
        let go = &go;
        thread::scope(|scope| {
            let walkers = self.0.into_iter();
            let walkers: Vec<_> = walkers
                .map(|(walker, held)| scope.spawn(move || go(walker, held)))
                .collect();
            let done = walkers.into_iter().map(|walker| walker.join());
            done.map(|done| done.expect("a client")).collect()
        })
    }
}

/// Steps that were answered; nobody has read the answers.
#[derive(Debug)]
pub struct Rush(Vec<(SentStep, Answer)>);

impl Rush {
    /// Reads the answers; how often an item came into another hand.
    ///
    /// # Panics
    /// When a step was not taken, or is answered with another leaf than its own.
    #[must_use]
    pub fn transfers(&self) -> u64 {
        let mut transfers = 0;
        for (sent, answer) in &self.0 {
            let answer = match Heard::of_answer(answer) {
                Heard::Taken(answer) => answer,
                other => panic!("{} of {}: {other}", sent.step.seq, sent.step.item),
            };
            require_leaf_of(sent, &answer);
            if answer.leaf.claims().event == Event::Accept {
                assert!(answer.credential_offer.is_some());
                transfers += 1;
            }
        }
        transfers
    }
}

fn require_leaf_of(sent: &SentStep, answer: &StepAnswer) {
    let claims = answer.leaf.claims();
    assert_eq!((claims.item, claims.seq), (sent.step.item, sent.step.seq));
    let by = claims.by.as_ref().map(|by| by.step);
    assert_eq!(by, Some(sent.step.id()), "the leaf of another step");
    assert!(answer.receipt.claims().speaks_of(&answer.leaf));
}

/// The leaf that the receipt of an answer names.
fn leaf_named_in(answer: &[u8]) -> Option<LeafHash> {
    const MEMBER: &[u8] = b"\"leaf\":\"";
    let place = answer.windows(MEMBER.len()).rposition(|at| at == MEMBER)?;
    let hash = answer.get(place + MEMBER.len()..)?.get(..43)?;
    std::str::from_utf8(hash).ok()?.parse().ok()
}

#[derive(Debug)]
struct Walker {
    connections: Vec<Connection>,
    /// To which of them it talks.
    turn: usize,
    /// Address and hand of the next transfers.
    hands: VecDeque<(Hand, Hand)>,
    walk: Walk,
}

impl Walker {
    fn new(town: &Town, number: usize) -> Self {
        let processes = 0..town.processes();
        Self {
            connections: processes.map(|which| town.connection(which)).collect(),
            turn: number,
            hands: VecDeque::new(),
            walk: Walk::default(),
        }
    }

    /// The address to which an item is offered, and the hand into which it is taken from there.
    fn hands(item: ItemTag, transfer: u64) -> (Hand, Hand) {
        let name = |kind: &str| format!("{kind} {item} {transfer}");
        (Hand::new(&name("address")), Hand::new(&name("hand")))
    }

    fn go(mut self, mut held: Held, stop: &AtomicBool) -> Walk {
        while !stop.load(Ordering::Relaxed) {
            let made = self.hands.pop_front();
            let new = || Self::hands(held.tag(), self.walk.transfers);
            let (address, fresh) = made.unwrap_or_else(new);
            held.leaf = self.take(&held.offer(&address)).leaf;
            let accepted = self.take(&held.accept(&address, &fresh));
            assert!(accepted.credential_offer.is_some());
            held = Held {
                leaf: accepted.leaf,
                hand: fresh,
            };
            self.walk.transfers += 1;
        }
        self.walk
    }

    fn rush(mut self, held: &Held, stop: &AtomicBool) -> Vec<(SentStep, Answer)> {
        let (mut place, mut hand) = (held.place(), held.hand.clone());
        let mut done = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            let made = self.hands.pop_front();
            let new = || Self::hands(held.tag(), self.walk.transfers);
            let (address, fresh) = made.unwrap_or_else(new);
            for accepts in [false, true] {
                let sent = match accepts {
                    false => place.offer(&hand, &address),
                    true => place.accept(&address, &fresh),
                };
                let which = self.turn % self.connections.len().max(1);
                let connection = self.connections.get_mut(which).expect("a process");
                let answer = ask_for_step(connection, &sent).expect("an answer");
                let Some(leaf) = leaf_named_in(&answer.body) else {
                    panic!("{}", Heard::of_answer(&answer));
                };
                place.next(leaf);
                done.push((sent, answer));
            }
            hand = fresh;
            self.walk.transfers += 1;
        }
        done
    }

    /// Sends a step until it is taken.
    fn take(&mut self, sent: &SentStep) -> StepAnswer {
        let until = Instant::now() + PATIENCE;
        let mut asked_again = false;
        loop {
            let which = self.turn % self.connections.len().max(1);
            let connection = self.connections.get_mut(which).expect("a process");
            let heard = send_step(connection, sent);
            self.walk.tally.note(&heard);
            match heard {
                Heard::Taken(answer) => {
                    require_leaf_of(sent, &answer);
                    self.walk.acknowledged.push(Acknowledged {
                        leaf: answer.leaf.clone(),
                        asked_again,
                    });
                    return *answer;
                }
                Heard::Refused(status, reason) if status < 500 => {
                    panic!("{} of {}: {status} {reason}", sent.step.seq, sent.step.item);
                }
                // What it may have been is judged when all is over.
                other => assert!(Instant::now() < until, "a minute of {other}"),
            }
            asked_again = true;
            self.turn += 1;
            sleep(PAUSE);
        }
    }
}
