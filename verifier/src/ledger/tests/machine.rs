//! Any order of any steps by anybody: what must always hold.

use std::collections::BTreeSet;

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use schemas::ledger::{Act, Event, SentStep, State, StepId, TransferTerms, UnverifiedLeaf};

use super::town::{Hand, Town, now};
use crate::ledger::{IssuerAct, issue, walk};

/// What somebody tries. Numbers name hands and places in the chain, wrapped to what there is.
#[derive(Clone, Debug)]
enum Try {
    /// Somebody signs a step on some leaf, and the clock stands somewhere.
    Step(Kind, u8, usize, i64),
    /// A step that was sent before is sent again.
    Replay(usize, i64),
    /// The ledger does something alone.
    Alone(u8, i64),
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Offer(u8),
    Accept(u8),
    Refuse,
    Withdraw,
    Burn,
    Lease(u8),
    Release,
}

const HANDS: u8 = 6;
/// Whoever may take the step, of the hands that there are.
const RIGHT: u8 = u8::MAX;
/// How many orders of steps are tried, always the same ones.
const ORDERS: usize = 300;

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let kind = prop_oneof![
        6 => (0..HANDS).prop_map(Kind::Offer),
        6 => (0..HANDS).prop_map(Kind::Accept),
        2 => Just(Kind::Refuse),
        2 => Just(Kind::Withdraw),
        1 => Just(Kind::Burn),
        1 => (0..3_u8).prop_map(Kind::Lease),
        1 => Just(Kind::Release),
    ];
    // Mostly on the head and at the right time, for else nothing would ever happen.
    let place = prop_oneof![5 => Just(0_usize), 1 => 0..5_usize];
    let hand = prop_oneof![4 => Just(RIGHT), 1 => 0..HANDS];
    let clock = prop_oneof![5 => 0..60_i64, 1 => -100_000..100_000_i64];
    let one = prop_oneof![
        12 => (kind, hand, place, clock.clone())
            .prop_map(|(kind, by, back, at)| Try::Step(kind, by, back, at)),
        2 => (any::<usize>(), clock.clone()).prop_map(|(which, at)| Try::Replay(which, at)),
        1 => (0..4_u8, clock).prop_map(|(act, at)| Try::Alone(act, at)),
    ];
    proptest::collection::vec(one, 1..60)
}

fn step(town: &Town, head: &UnverifiedLeaf, kind: Kind, by: &Hand, at: i64) -> SentStep {
    let act = match kind {
        Kind::Offer(to) => return town.offer(head, by, &Hand::new(to + 1)),
        Kind::Accept(holder) => return town.accept(head, by, &Hand::new(holder + 1)),
        Kind::Refuse => Act::Refuse,
        Kind::Withdraw => Act::Withdraw,
        Kind::Burn => Act::Burn,
        Kind::Lease(world) => Act::Lease {
            world: schemas::ledger::WorldCommitment::from_bytes([world; 32]),
            until: now(at + 60),
        },
        Kind::Release => Act::Release,
    };
    town.sent(town.step(head, act), by)
}

/// The hand that may take a step after this leaf, and else the first.
fn right(head: &UnverifiedLeaf, kind: Kind) -> Hand {
    let claims = head.claims();
    let named = match (kind, claims.offer) {
        (Kind::Accept(_) | Kind::Refuse, Some(offer)) => offer.to,
        _ => claims.holder,
    };
    let hands = (1..=HANDS).map(Hand::new);
    let found = hands.into_iter().find(|hand| hand.commitment() == named);
    found.unwrap_or_else(|| Hand::new(1))
}

#[test]
fn no_order_of_steps_breaks_the_rules() {
    let mut runner = TestRunner::deterministic();
    let mut reached = BTreeSet::new();
    for order in 0..ORDERS {
        let tries = tries().new_tree(&mut runner).unwrap().current();
        let most = u64::try_from(order % 5).unwrap();
        let chain = run(tries, most);
        reached.extend(chain.iter().map(|leaf| leaf.claims().event));
    }
    // All but the swap, for which there have to be two items.
    assert_eq!(reached.len(), Event::ALL.len() - 1, "{reached:?}");
}

fn run(tries: Vec<Try>, most: u64) -> Vec<UnverifiedLeaf> {
    let town = Town::with(TransferTerms {
        most: (most > 0).then_some(most),
        ..TransferTerms::FREE
    });
    let mut chain = vec![town.mint(&Hand::new(1))];
    let mut sent: Vec<SentStep> = Vec::new();
    let mut taken: BTreeSet<StepId> = BTreeSet::new();
    for one in tries {
        let head = chain.last().unwrap().clone();
        let (step, at) = match one {
            Try::Step(kind, by, back, at) => {
                let place = chain.len() - 1 - back.min(chain.len() - 1);
                let by = match by {
                    RIGHT => right(&chain[place], kind),
                    by => Hand::new(by + 1),
                };
                (step(&town, &chain[place], kind, &by, at), at)
            }
            Try::Replay(_, _) if sent.is_empty() => continue,
            Try::Replay(which, at) => (sent[which % sent.len()].clone(), at),
            Try::Alone(act, at) => {
                let act = [
                    IssuerAct::Expire,
                    IssuerAct::Suspend,
                    IssuerAct::Resume,
                    IssuerAct::End,
                ][usize::from(act)];
                if let Ok(claims) = issue(&head, act, "because", now(at)) {
                    chain.push(town.write(&claims));
                }
                continue;
            }
        };
        sent.push(step.clone());
        let Ok(leaf) = town.take(&head, &step, now(at)) else {
            continue;
        };
        // No step is taken twice, whenever it is sent again.
        assert!(taken.insert(step.step.id()), "{step:?}");
        chain.push(leaf);
    }
    holds(&town, &chain, most);
    chain
}

/// What is true of every chain that the rules have written.
fn holds(town: &Town, chain: &[UnverifiedLeaf], most: u64) {
    let mut transfers = 0;
    for (at, leaf) in chain.iter().enumerate() {
        let claims = leaf.claims();
        assert_eq!(claims.seq, u64::try_from(at).unwrap(), "dense");
        let Some(before) = at.checked_sub(1).map(|before| &chain[before]) else {
            continue;
        };
        let earlier = before.claims();
        assert!(!earlier.state.is_final(), "nothing after the end");
        assert_eq!(claims.previous, Some(before.hash()));
        assert!(claims.at >= earlier.at, "time goes on");
        assert_eq!(claims.terms, earlier.terms);
        // It changes hands by accepting an open offer, and in no other way.
        if claims.holder != earlier.holder {
            assert_eq!(claims.event, Event::Accept);
            assert_eq!(earlier.state, State::Offered);
            assert!(claims.at < earlier.offer.unwrap().until);
            transfers += 1;
        }
        assert_eq!(claims.transfers, transfers);
        // Whoever took the step could open what the leaf before names.
        if let Some(by) = &claims.by {
            let named = match claims.event {
                Event::Accept | Event::Refuse => earlier.offer.unwrap().to,
                _ => earlier.holder,
            };
            assert!(proofs::ledger::open(named, &by.key, &by.salt).is_ok());
        }
        if earlier.state == State::Suspended {
            assert!(claims.event.is_of_issuer());
        }
    }
    assert!(most == 0 || transfers <= most);
    let key = town.key.verifying_key();
    let walked = walk(chain, &town.terms, &|_, _| Ok(key.clone()));
    assert!(walked.is_ok(), "{walked:?}");
}
