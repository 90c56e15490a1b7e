//! A chain is walked by the rules by which it was written.

use proofs::keys::{SigningKey, VerifyingKey};
use schemas::did::DidUrl;
use schemas::ledger::{Act, Event, LeafClaims, State, TransferTerms, UnverifiedLeaf};
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::town::{Hand, Town, now};
use crate::ledger::{
    Broken, Current, IssuerAct, Passage, apply, issue, require_follows, walk, walk_without_terms,
};

/// A chain with every kind of step, and the other item of its swap.
fn long(town: &Town) -> (Vec<UnverifiedLeaf>, Vec<UnverifiedLeaf>) {
    let mut swap = town.swap();
    let mut chain = vec![swap.first.clone(), swap.open.clone()];
    let mut other = vec![swap.other.clone()];
    let standing = |head| Current {
        head,
        terms: &town.terms,
    };
    let both = apply(
        standing(&swap.open),
        Some(standing(&swap.other)),
        &swap.accept,
        now(2),
        &super::LIMITS,
    )
    .unwrap();
    chain.push(town.write(&both.leaf));
    other.push(town.write(&both.given.unwrap()));
    swap.b = Hand::new(40);
    let holder = &swap.b_gets;
    let steps: [&dyn Fn(&UnverifiedLeaf) -> LeafClaims; 11] = [
        &|head| {
            let act = Act::Lease {
                world: schemas::ledger::WorldCommitment::from_bytes([1; 32]),
                until: now(60),
            };
            town.take(head, &town.sent(town.step(head, act), holder), now(3))
                .unwrap()
                .claims()
                .clone()
        },
        &|head| taken(town, head, Act::Release, holder),
        &|head| offered(town, head, holder, &swap.b),
        &|head| taken(town, head, Act::Withdraw, holder),
        &|head| offered(town, head, holder, &swap.b),
        &|head| taken(town, head, Act::Refuse, &swap.b),
        &|head| offered(town, head, holder, &swap.b),
        &|head| issue(head, IssuerAct::Suspend, "why", now(6)).unwrap(),
        &|head| issue(head, IssuerAct::Resume, "why", now(7)).unwrap(),
        &|head| issue(head, IssuerAct::Expire, "late", now(9000)).unwrap(),
        &|head| taken(town, head, Act::Burn, holder),
    ];
    for step in steps {
        let claims = step(chain.last().unwrap());
        chain.push(town.write(&claims));
    }
    (chain, other)
}

fn taken(town: &Town, head: &UnverifiedLeaf, act: Act, by: &Hand) -> LeafClaims {
    let sent = town.sent(town.step(head, act), by);
    let leaf = town.take(head, &sent, now(5)).unwrap();
    leaf.claims().clone()
}

fn offered(town: &Town, head: &UnverifiedLeaf, by: &Hand, to: &Hand) -> LeafClaims {
    let leaf = town.take(head, &town.offer(head, by, to), now(5));
    leaf.unwrap().claims().clone()
}

fn keys(key: &SigningKey) -> impl Fn(&DidUrl, Timestamp) -> Result<VerifyingKey, Reason> {
    let key = key.verifying_key();
    move |kid, _| match kid.fragment() {
        "key-1" => Ok(key.clone()),
        _ => Err(Reason::VmNotFound),
    }
}

#[test]
fn what_the_rules_have_written_is_walked() {
    let town = Town::new();
    let (chain, other) = long(&town);
    assert_eq!(chain.len(), 14);
    let key = keys(&town.key);
    let walked = walk(&chain, &town.terms, &key).unwrap();
    assert_eq!(walked.leaves().len(), chain.len());
    assert_eq!(walked.head().unwrap().claims().state, State::Burned);
    let hands: Vec<Event> = walked
        .leaves()
        .iter()
        .map(Passage::of)
        .filter(Passage::is_hand)
        .map(|hand| hand.event)
        .collect();
    assert_eq!(hands, [Event::Mint, Event::Accept]);
    let walked = walk(&other, &town.terms, &key).unwrap();
    assert_eq!(walked.head().unwrap().claims().event, Event::Swap);
    assert!(walk_without_terms(&chain, &key).is_ok());
    assert!(walk(&[], &town.terms, &key).is_err());
}

type Lie<'a> = &'a dyn Fn(&mut LeafClaims);

/// Each leaf of the chain, changed in one member and signed again by a ledger that lies.
#[test]
fn a_ledger_that_lies_breaks_its_own_chain() {
    let town = Town::new();
    let (chain, other) = long(&town);
    let key = keys(&town.key);
    let hand = Hand::new(99).commitment();
    let lies: [(&str, Lie<'_>); 12] = [
        ("holder", &|leaf| leaf.holder = hand),
        ("transfers", &|leaf| leaf.transfers += 1),
        ("seq", &|leaf| leaf.seq += 1),
        ("item", &|leaf| {
            leaf.item = schemas::ledger::ItemTag::from_bytes([9; 32]);
        }),
        ("ledger", &|leaf| {
            leaf.ledger = "https://other.example".parse().unwrap();
        }),
        ("previous", &|leaf| {
            leaf.previous = Some(schemas::ledger::LeafHash::from_bytes([9; 32]));
        }),
        ("at", &|leaf| leaf.at = now(-1)),
        ("terms", &|leaf| {
            leaf.terms = schemas::ledger::TermsDigest::from_bytes([9; 32]);
        }),
        ("step", &|leaf| {
            if let Some(by) = &mut leaf.by {
                by.step = schemas::ledger::StepId::from_bytes([9; 32]);
            }
        }),
        ("signature", &|leaf| {
            if let Some(by) = &mut leaf.by {
                by.signature = schemas::ledger::LedgerSignature::from_bytes([9; 64]);
            }
        }),
        ("key", &|leaf| {
            if let Some(by) = &mut leaf.by {
                by.key = Hand::new(99).key.did_key();
            }
        }),
        ("salt", &|leaf| {
            if let Some(by) = &mut leaf.by {
                by.salt = super::salt(99);
            }
        }),
    ];
    let mut found = 0;
    for chain in [&chain, &other] {
        for at in 1..chain.len() {
            for (name, lie) in &lies {
                let mut claims = chain[at].claims().clone();
                lie(&mut claims);
                if claims == *chain[at].claims() {
                    continue;
                }
                let kid = match name {
                    // Whose key it is, is part of the form.
                    &"ledger" => "did:web:other.example#key-1".parse().unwrap(),
                    _ => town.kid.clone(),
                };
                let signed = proofs::ledger::sign_leaf(&claims, &kid, &town.key);
                let mut lying = chain[..at].to_vec();
                lying.push(signed.unwrap().leaf().clone());
                let broken = walk(&lying, &town.terms, &key).unwrap_err();
                assert_eq!(broken.at, at, "{name} of {:?}", claims.event);
                assert_eq!(broken.reason, Reason::LedgerChainBroken, "{name}");
                let without = walk_without_terms(&lying, &key).unwrap_err();
                assert_eq!(without.at, at, "{name} of {:?}", claims.event);
                assert!(require_follows(&lying[at - 1], &claims).is_err());
                found += 1;
            }
        }
    }
    assert!(found > 100, "{found}");
}

#[test]
fn leaves_are_neither_left_out_nor_moved_nor_said_twice() {
    let town = Town::new();
    let (chain, other) = long(&town);
    let key = keys(&town.key);
    for at in 0..chain.len() {
        let mut less = chain.clone();
        less.remove(at);
        // Without its end a chain is a chain: that there is more, a receipt says.
        let whole = at + 1 == chain.len();
        assert_eq!(walk(&less, &town.terms, &key).is_ok(), whole, "{at}");
        let mut twice = chain.clone();
        twice.insert(at, chain[at].clone());
        assert!(walk(&twice, &town.terms, &key).is_err(), "{at}");
        if at > 0 {
            let mut moved = chain.clone();
            moved.swap(at - 1, at);
            assert!(walk(&moved, &town.terms, &key).is_err(), "{at}");
        }
    }
    let mut mixed = vec![other[0].clone()];
    mixed.extend_from_slice(&chain[1..]);
    assert!(walk(&mixed, &town.terms, &key).is_err());
}

#[test]
fn every_leaf_is_signed_by_a_key_of_the_ledger() {
    let town = Town::new();
    let (chain, _) = long(&town);
    let stranger = SigningKey::from_seed(&[77; 32]);
    for at in 0..chain.len() {
        let forged = proofs::ledger::sign_leaf(chain[at].claims(), &town.kid, &stranger);
        let mut forgery = chain[..at].to_vec();
        forgery.push(forged.unwrap().leaf().clone());
        let broken = walk(&forgery, &town.terms, &keys(&town.key)).unwrap_err();
        let expected = Broken {
            at,
            reason: Reason::SigInvalid,
            cause: None,
        };
        assert_eq!(broken, expected);
    }
    // REG-14: what a key of which somebody else had hold has signed counts for nothing.
    let revoked = |_: &DidUrl, _: Timestamp| Err(Reason::KeyRevoked);
    let broken = walk(&chain, &town.terms, &revoked).unwrap_err();
    assert_eq!((broken.at, broken.reason), (0, Reason::KeyRevoked));
    // A key is asked for at the time of its leaf.
    let early = |kid: &DidUrl, at: Timestamp| match at < now(6) {
        true => keys(&town.key)(kid, at),
        false => Err(Reason::VmNotFound),
    };
    let broken = walk(&chain, &town.terms, &early).unwrap_err();
    assert_eq!(chain[broken.at].claims().event, Event::Suspend);
}

#[test]
fn terms_are_those_of_the_chain() {
    let town = Town::new();
    let (chain, _) = long(&town);
    let other = Town::with(TransferTerms {
        most: Some(9),
        ..TransferTerms::FREE
    });
    let broken = walk(&chain, &other.terms, &keys(&town.key)).unwrap_err();
    assert_eq!((broken.at, broken.reason), (0, Reason::LedgerChainBroken));
    // A transfer that the terms do not allow: only who knows them sees it.
    let never = Town::with(TransferTerms::NEVER);
    let a = Hand::new(1);
    let free = Town::new();
    let head = never.mint(&a);
    let mut claims = offered(&free, &free.mint(&a), &a, &Hand::new(2));
    claims.terms = never.terms.digest();
    claims.previous = Some(head.hash());
    let step = claims.step().unwrap();
    let sent = never.sent(step.clone(), &a);
    let by = claims.by.as_mut().unwrap();
    (by.step, by.signature) = (step.id(), sent.signature);
    let lying = [head, never.write(&claims)];
    let broken = walk(&lying, &never.terms, &keys(&never.key)).unwrap_err();
    assert_eq!(
        (broken.at, broken.cause),
        (1, Some(Reason::TransferNotAllowed))
    );
    assert!(walk_without_terms(&lying, &keys(&never.key)).is_ok());
}
