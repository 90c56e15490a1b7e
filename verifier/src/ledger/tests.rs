//! Each rule has a case that only it refuses, and no order of steps breaks what must always hold.

mod convicting;
mod machine;
mod town;
mod walking;

use schemas::ledger::{
    Act, Commitment, Event, LeafHash, SentStep, State, Step, TransferTerms, WorldCommitment,
};
use schemas::reason::Reason;
use schemas::time::Timestamp;

use self::town::{Hand, Town, now, salt};
use super::{Current, IssuerAct, LedgerLimits, apply, issue};

const LIMITS: LedgerLimits = LedgerLimits::STANDARD;

/// A gives to B.
fn offered(town: &Town) -> (Hand, Hand, Vec<schemas::ledger::UnverifiedLeaf>) {
    let (a, b) = (Hand::new(1), Hand::new(2));
    let mut leaves = vec![town.mint(&a)];
    let offer = town.offer(&leaves[0], &a, &b);
    leaves.push(town.take(&leaves[0], &offer, now(1)).unwrap());
    (a, b, leaves)
}

#[test]
fn an_item_is_given_and_nobody_else_has_it_then() {
    let town = Town::new();
    let (a, b, mut leaves) = offered(&town);
    let at_b = Hand::new(3);
    let accept = town.accept(&leaves[1], &b, &at_b);
    leaves.push(town.take(&leaves[1], &accept, now(2)).unwrap());
    let head = leaves[2].claims();
    assert_eq!((head.seq, head.transfers), (2, 1));
    assert_eq!((head.state, head.event), (State::Held, Event::Accept));
    assert_eq!(head.holder, at_b.commitment());
    assert_eq!((head.offer, head.lease), (None, None));
    // Neither who had it nor the address can do anything with it.
    for stranger in [&a, &b] {
        let offer = town.offer(&leaves[2], stranger, &Hand::new(4));
        let refused = town.take(&leaves[2], &offer, now(3));
        assert_eq!(refused.map(|_| ()), Err(Reason::TransferNotHolder));
    }
    let onwards = town.offer(&leaves[2], &at_b, &Hand::new(4));
    assert!(town.take(&leaves[2], &onwards, now(3)).is_ok());
}

#[test]
fn an_offer_ends_in_one_way() {
    let town = Town::new();
    let (a, b, leaves) = offered(&town);
    let open = &leaves[1];
    let step = |act| town.step(open, act);
    let refuse = town.sent(step(Act::Refuse), &b);
    let withdraw = town.sent(step(Act::Withdraw), &a);
    let accept = town.accept(open, &b, &Hand::new(3));
    for (first, later) in [
        (&refuse, Reason::OfferChanged),
        (&withdraw, Reason::OfferChanged),
        (&accept, Reason::TransferConflict),
    ] {
        let leaf = town.take(open, first, now(2)).unwrap();
        let held = (leaf.claims().state, leaf.claims().offer);
        assert_eq!(held, (State::Held, None));
        for other in [&refuse, &withdraw, &accept] {
            let refused = town.take(&leaf, other, now(3));
            assert_eq!(refused.map(|_| ()), Err(later));
        }
    }
    // It ran out: the recipient hears that, whoever wrote it down.
    let late = now(town::OFFERED + 2);
    for sent in [&refuse, &withdraw, &accept] {
        let refused = town.take(open, sent, late).map(|_| ());
        assert_eq!(refused, Err(Reason::TransferExpired));
    }
    let expired = issue(open, IssuerAct::Expire, "ran out", late).unwrap();
    let expired = town.write(&expired);
    for sent in [&refuse, &withdraw, &accept] {
        let refused = town.take(&expired, sent, late).map(|_| ());
        assert_eq!(refused, Err(Reason::TransferExpired));
    }
    // At the deadline it has ended, a second before it has not.
    assert!(town.take(open, &accept, now(town::OFFERED)).is_ok());
    let at = now(town::OFFERED + 1);
    let refused = town.take(open, &accept, at).map(|_| ());
    assert_eq!(refused, Err(Reason::TransferExpired));
}

/// One thing is wrong at a time.
#[test]
fn each_rule_refuses_by_itself() {
    let town = Town::new();
    let (a, b, leaves) = offered(&town);
    let (held, open) = (&leaves[0], &leaves[1]);
    let good = town.offer(held, &a, &b);
    let accept = town.accept(open, &b, &Hand::new(3));
    let other_ledger = "https://other.example".parse().unwrap();
    let changed = |sent: &SentStep, by: &Hand, change: &dyn Fn(&mut Step)| {
        let mut step = sent.step.clone();
        change(&mut step);
        town.sent(step, by)
    };
    let offer_to = |to: Commitment| {
        changed(&good, &a, &|step| {
            if let Act::Offer { to: named, .. } = &mut step.act {
                *named = to;
            }
        })
    };
    let offer_until = |until: Timestamp| {
        changed(&good, &a, &|step| {
            if let Act::Offer { until: named, .. } = &mut step.act {
                *named = until;
            }
        })
    };
    let accept_by = |holder: Commitment| {
        changed(&accept, &b, &|step| {
            if let Act::Accept { holder: named, .. } = &mut step.act {
                *named = holder;
            }
        })
    };
    let other_terms = |sent: &SentStep, by: &Hand| {
        changed(sent, by, &|step| match &mut step.act {
            Act::Offer { terms, .. } | Act::Accept { terms, .. } => {
                *terms = schemas::ledger::TermsDigest::from_bytes([0; 32]);
            }
            _ => {}
        })
    };
    let mut unsigned = good.clone();
    unsigned.signature = schemas::ledger::LedgerSignature::from_bytes([7; 64]);
    let mut salted = good.clone();
    salted.salt = salt(99);
    let mut p256 = good.clone();
    p256.key = proofs::keys::SigningKey::from_p256_scalar(&[1; 32])
        .unwrap()
        .did_key();
    let mut weak = accept.clone();
    weak.key = town::weak_key();
    let mut consented = good.clone();
    consented.creator = Some(good.signature);
    let mut agreed = accept.clone();
    agreed.creator = Some(accept.signature);
    for (head, sent, reason) in [
        (
            held,
            changed(&good, &a, &|step| step.ledger = Clone::clone(&other_ledger)),
            Reason::TransferAudience,
        ),
        (
            held,
            changed(&good, &a, &|step| {
                step.item = schemas::ledger::ItemTag::from_bytes([9; 32]);
            }),
            Reason::ItemUnknown,
        ),
        (
            held,
            changed(&good, &a, &|step| step.seq = 2),
            Reason::TransferConflict,
        ),
        (
            held,
            changed(&good, &a, &|step| {
                step.previous = LeafHash::from_bytes([9; 32]);
            }),
            Reason::TransferConflict,
        ),
        (held, unsigned, Reason::SigInvalid),
        (held, salted, Reason::TransferNotHolder),
        (
            held,
            town.sent(good.step.clone(), &b),
            Reason::TransferNotHolder,
        ),
        (held, p256, Reason::KeyTypeMismatch),
        (held, consented, Reason::LedgerMalformed),
        (open, agreed, Reason::LedgerMalformed),
        (held, offer_to(a.commitment()), Reason::ReceiverInvalid),
        (held, offer_until(now(1)), Reason::TransferExpired),
        (held, offer_until(now(LIMITS.offer + 2)), Reason::BadRequest),
        (held, other_terms(&good, &a), Reason::OfferChanged),
        // In another state than it is for.
        (open, town.offer(open, &a, &b), Reason::TransferConflict),
        (
            open,
            town.sent(town.step(open, Act::Burn), &a),
            Reason::TransferConflict,
        ),
        (
            held,
            town.accept(held, &b, &Hand::new(3)),
            Reason::OfferChanged,
        ),
        (
            held,
            town.sent(town.step(held, Act::Withdraw), &a),
            Reason::OfferChanged,
        ),
        (
            held,
            town.sent(town.step(held, Act::Release), &a),
            Reason::TransferConflict,
        ),
        // By somebody else.
        (
            open,
            town.sent(accept.step.clone(), &a),
            Reason::TransferNotHolder,
        ),
        (
            open,
            town.sent(town.step(open, Act::Refuse), &a),
            Reason::TransferNotHolder,
        ),
        (
            open,
            town.sent(town.step(open, Act::Withdraw), &b),
            Reason::TransferNotHolder,
        ),
        (open, weak, Reason::ReceiverInvalid),
        (open, accept_by(a.commitment()), Reason::ReceiverInvalid),
        (open, accept_by(b.commitment()), Reason::ReceiverInvalid),
        (open, other_terms(&accept, &b), Reason::OfferChanged),
    ] {
        let refused = town.take(head, &sent, now(1)).map(|_| ());
        assert_eq!(refused, Err(reason), "{sent:?}");
    }
    assert!(town.take(held, &good, now(1)).is_ok());
    assert!(town.take(open, &accept, now(1)).is_ok());
    let latest = offer_until(now(LIMITS.offer + 1));
    assert!(town.take(held, &latest, now(1)).is_ok());
}

/// A chain that nobody could walk any more would be nobody's item: what is begun comes to its end, and
/// nothing begins.
#[test]
fn a_long_life_comes_to_its_end() {
    let town = Town::new();
    let (a, b, leaves) = offered(&town);
    let (held, open) = (&leaves[0], &leaves[1]);
    let short = LedgerLimits {
        steps: 0,
        ..LedgerLimits::STANDARD
    };
    let full = Err(Reason::LedgerChainFull);
    let judged = |head: &schemas::ledger::UnverifiedLeaf, sent: &SentStep| {
        let terms = &town.terms;
        let applied = apply(Current { head, terms }, None, sent, now(1), &short);
        applied.map(drop)
    };
    assert_eq!(judged(held, &town.offer(held, &a, &b)), full);
    let lease = Act::Lease {
        world: WorldCommitment::from_bytes([4; 32]),
        until: now(60),
    };
    assert_eq!(judged(held, &town.sent(town.step(held, lease), &a)), full);
    assert_eq!(
        judged(held, &town.sent(town.step(held, Act::Burn), &a)),
        Ok(())
    );
    let accept = town.accept(open, &b, &Hand::new(3));
    assert_eq!(judged(open, &accept), Ok(()));
    let withdraw = town.sent(town.step(open, Act::Withdraw), &a);
    assert_eq!(judged(open, &withdraw), Ok(()));
}

#[test]
fn terms_decide_whether_and_how_often() {
    for (most, times) in [(Some(1), 1), (Some(3), 3), (None, 5)] {
        let town = Town::with(TransferTerms {
            most,
            ..TransferTerms::FREE
        });
        let (mut holder, mut given) = (Hand::new(1), 0);
        let mut head = town.mint(&holder);
        for turn in 0..5_u8 {
            let (to, next) = (Hand::new(50 + turn), Hand::new(100 + turn));
            let offer = town.offer(&head, &holder, &to);
            let Ok(open) = town.take(&head, &offer, now(1)) else {
                let refused = town.take(&head, &offer, now(1)).map(|_| ());
                assert_eq!(refused, Err(Reason::TransferNotAllowed));
                break;
            };
            let accept = town.accept(&open, &to, &next);
            head = town.take(&open, &accept, now(1)).unwrap();
            holder = next;
            given += 1;
            assert_eq!(head.claims().transfers, given);
        }
        assert_eq!(given, times, "{most:?}");
    }
    let town = Town::with(TransferTerms::NEVER);
    let holder = Hand::new(1);
    let head = town.mint(&holder);
    let offer = town.offer(&head, &holder, &Hand::new(2));
    let refused = town.take(&head, &offer, now(1)).map(|_| ());
    assert_eq!(refused, Err(Reason::TransferNotAllowed));
    let burn = town.sent(town.step(&head, Act::Burn), &holder);
    assert!(town.take(&head, &burn, now(1)).is_ok());
}

#[test]
fn a_creator_who_has_to_agree_agrees_to_this_offer() {
    let town = Town::with(TransferTerms {
        creator: true,
        ..TransferTerms::FREE
    });
    let (a, b) = (Hand::new(1), Hand::new(2));
    let head = town.mint(&a);
    let mut offer = town.offer(&head, &a, &b);
    let refuse = |offer: &SentStep| town.take(&head, offer, now(1)).map(|_| ());
    assert_eq!(refuse(&offer), Err(Reason::TransferNotAllowed));
    offer.creator = Some(town.consent(&offer.step, &town.creator));
    assert_eq!(refuse(&offer), Ok(()));
    offer.creator = Some(town.consent(&offer.step, &a.key));
    assert_eq!(refuse(&offer), Err(Reason::SigInvalid));
    let another = town.offer(&head, &a, &Hand::new(3));
    offer.creator = Some(town.consent(&another.step, &town.creator));
    assert_eq!(refuse(&offer), Err(Reason::SigInvalid));
    // The holder's own signature is no consent, and a consent no signature.
    offer.creator = Some(offer.signature);
    assert_eq!(refuse(&offer), Err(Reason::SigInvalid));
}

#[test]
fn a_swap_is_both_or_neither() {
    let town = Town::new();
    let swap = town.swap();
    let standing = |head| Current {
        head,
        terms: &town.terms,
    };
    let (open, other) = (standing(&swap.open), standing(&swap.other));
    let apply = |given, sent: &SentStep| apply(open, given, sent, now(3), &LIMITS);
    let done = apply(Some(other), &swap.accept).unwrap();
    let given = done.given.clone().unwrap();
    assert_eq!(done.leaf.holder, swap.b_gets.commitment());
    assert_eq!(given.holder, swap.a_gets.commitment());
    assert_eq!((given.event, given.transfers), (Event::Swap, 1));
    // Either leaf says what was signed for it.
    assert_eq!(done.leaf.step().unwrap(), swap.accept.step);
    assert_eq!(given.step().unwrap(), swap.accept.step);

    let refused = |given, sent: &SentStep| apply(given, sent).map(|_| ()).unwrap_err();
    assert_eq!(refused(None, &swap.accept), Reason::ItemUnknown);
    assert_eq!(refused(Some(open), &swap.accept), Reason::ItemUnknown);
    // Nothing in return, or something else, or to somebody else.
    let bare = town.accept(&swap.open, &swap.b, &swap.b_gets);
    assert_eq!(refused(Some(other), &bare), Reason::OfferChanged);
    for change in [
        (|leg: &mut schemas::ledger::SwapLeg| {
            leg.item = schemas::ledger::ItemTag::from_bytes([9; 32]);
        }) as fn(&mut schemas::ledger::SwapLeg),
        |leg| leg.holder = Hand::new(77).commitment(),
    ] {
        let sent = swap.changed(&town, change);
        assert_eq!(refused(Some(other), &sent), Reason::OfferChanged);
    }
    // The other item has moved on, or was looked at under other terms.
    let stale = swap.changed(&town, |leg| leg.seq += 1);
    assert_eq!(refused(Some(other), &stale), Reason::TransferConflict);
    let stale = swap.changed(&town, |leg| leg.previous = LeafHash::from_bytes([9; 32]));
    assert_eq!(refused(Some(other), &stale), Reason::TransferConflict);
    let terms = |leg: &mut schemas::ledger::SwapLeg| {
        leg.terms = schemas::ledger::TermsDigest::from_bytes([9; 32]);
    };
    let others = swap.changed(&town, terms);
    assert_eq!(refused(Some(other), &others), Reason::OfferChanged);
    // Not the holder of what is given; a signature of the other kind.
    let mut stranger = swap.accept.clone();
    let thief = Hand::new(66);
    let other_half = stranger.swap.as_mut().unwrap();
    (other_half.key, other_half.salt) = (thief.key.did_key(), thief.salt);
    assert_eq!(refused(Some(other), &stranger), Reason::TransferNotHolder);
    let mut mistaken = swap.accept.clone();
    let signature = proofs::ledger::sign_step(&mistaken.step, &swap.b_has.key).unwrap();
    mistaken.swap.as_mut().unwrap().signature = signature;
    assert_eq!(refused(Some(other), &mistaken), Reason::SigInvalid);
    // It is offered to somebody else, or ended.
    let offer = town.offer(&swap.other, &swap.b_has, &Hand::new(5));
    let offered = town.take(&swap.other, &offer, now(1)).unwrap();
    let ended = issue(&swap.other, IssuerAct::End, "breach", now(1)).unwrap();
    let ended = town.write(&ended);
    for (head, reason) in [
        (&offered, Reason::TransferConflict),
        (&ended, Reason::ItemRevoked),
    ] {
        let sent = swap.changed(&town, |leg| {
            leg.seq = head.claims().seq + 1;
            leg.previous = head.hash();
        });
        assert_eq!(refused(Some(standing(head)), &sent), reason);
    }
}

/// What is given in return is passed on too, by its own terms.
#[test]
fn what_is_given_in_return_has_terms_of_its_own() {
    let town = Town::new();
    let swap = town.swap();
    let judge = |strict: &Town, consent: bool| {
        let other = strict.mint_as(2, &swap.b_has);
        let mut sent = swap.changed(&town, |leg| {
            leg.terms = strict.terms.digest();
            leg.previous = other.hash();
        });
        if consent {
            let consent = strict.consent(&sent.step, &strict.creator);
            sent.swap.as_mut().unwrap().creator = Some(consent);
        }
        let open = Current {
            head: &swap.open,
            terms: &town.terms,
        };
        let given = Current {
            head: &other,
            terms: &strict.terms,
        };
        apply(open, Some(given), &sent, now(3), &LIMITS).map(|_| ())
    };
    let never = Town::with(TransferTerms::NEVER);
    assert_eq!(judge(&never, false), Err(Reason::TransferNotAllowed));
    let asked = Town::with(TransferTerms {
        creator: true,
        ..TransferTerms::FREE
    });
    assert_eq!(judge(&asked, false), Err(Reason::TransferNotAllowed));
    assert_eq!(judge(&asked, true), Ok(()));
    // A consent that nobody asked for would stand in a leaf unchecked.
    assert_eq!(judge(&town, true), Err(Reason::LedgerMalformed));
    assert_eq!(judge(&town, false), Ok(()));
}

#[test]
fn each_half_of_a_swap_gets_a_fresh_commitment() {
    let town = Town::new();
    let swap = town.swap();
    let standing = |head| Current {
        head,
        terms: &town.terms,
    };
    let judge = |open, sent: &SentStep| {
        let given = Some(standing(&swap.other));
        apply(standing(open), given, sent, now(3), &LIMITS).map(|_| ())
    };
    // Both items to one commitment.
    let same = swap.accepted_by(&town, &swap.a_gets);
    assert_eq!(judge(&swap.open, &same), Err(Reason::ReceiverInvalid));
    // The item that is given stays where it is.
    let wanted = schemas::ledger::SwapWanted {
        item: swap.other.claims().item,
        holder: swap.b_has.commitment(),
    };
    let offer = town.offer_for(&swap.first, &swap.a, &swap.b, Some(wanted));
    let open = town.take(&swap.first, &offer, now(1)).unwrap();
    let kept = swap.of_offer(&town, &open, |leg| leg.holder = wanted.holder);
    assert_eq!(judge(&open, &kept), Err(Reason::ReceiverInvalid));
}

#[test]
fn a_swap_wanted_back_from_oneself_is_none() {
    let town = Town::new();
    let swap = town.swap();
    let head = town.mint(&swap.a);
    for (item, holder) in [
        (head.claims().item, Hand::new(9).commitment()),
        (swap.other.claims().item, swap.a.commitment()),
        (swap.other.claims().item, swap.b.commitment()),
    ] {
        let wanted = schemas::ledger::SwapWanted { item, holder };
        let offer = town.offer_for(&head, &swap.a, &swap.b, Some(wanted));
        let refused = town.take(&head, &offer, now(1)).map(|_| ());
        assert_eq!(refused, Err(Reason::ReceiverInvalid));
    }
}

#[test]
fn a_lease_is_short_and_in_one_world_at_a_time() {
    let town = Town::new();
    let a = Hand::new(1);
    let head = town.mint(&a);
    let world = |name: &str| WorldCommitment::of(name, &salt(5));
    let lease = |head, name: &str, until| {
        let act = Act::Lease {
            world: world(name),
            until: now(until),
        };
        town.sent(town.step(head, act), &a)
    };
    let in_w = town.take(&head, &lease(&head, "w", 600), now(1)).unwrap();
    assert_eq!(in_w.claims().lease.unwrap().world, world("w"));
    let try_it = |head, name, until, at| town.take(head, &lease(head, name, until), now(at));
    for (name, until, at, expected) in [
        ("w", 700, 2, Ok(())),
        ("v", 700, 2, Err(Reason::ItemActiveElsewhere)),
        ("v", 700, 599, Err(Reason::ItemActiveElsewhere)),
        ("v", 700, 600, Ok(())),
        ("w", 2, 2, Err(Reason::BadRequest)),
        ("w", 2 + 3601, 2, Err(Reason::BadRequest)),
        ("w", 2 + 3600, 2, Ok(())),
    ] {
        let found = try_it(&in_w, name, until, at).map(|_| ());
        assert_eq!(found, expected, "{name} until {until} at {at}");
    }
    let release = town.sent(town.step(&in_w, Act::Release), &a);
    let free = town.take(&in_w, &release, now(2)).unwrap();
    assert_eq!(free.claims().lease, None);
    assert!(try_it(&free, "v", 700, 3).is_ok());
    // It stays while the item is offered, and ends with the hand.
    let b = Hand::new(2);
    let offer = town.offer(&in_w, &a, &b);
    let open = town.take(&in_w, &offer, now(2)).unwrap();
    assert_eq!(open.claims().lease, in_w.claims().lease);
    let while_offered = try_it(&open, "w", 700, 3).unwrap();
    assert_eq!(while_offered.claims().state, State::Offered);
    assert_eq!(while_offered.claims().offer, open.claims().offer);
    let release = town.sent(town.step(&open, Act::Release), &a);
    let released = town.take(&open, &release, now(3)).unwrap();
    assert_eq!(released.claims().state, State::Offered);
    let accept = town.accept(&open, &b, &Hand::new(3));
    let gone = town.take(&open, &accept, now(3)).unwrap();
    assert_eq!(gone.claims().lease, None);
}

#[test]
fn what_a_ledger_does_alone_has_its_time_and_a_reason() {
    let town = Town::new();
    let (a, b, leaves) = offered(&town);
    let (held, open) = (&leaves[0], &leaves[1]);
    let act =
        |head: &schemas::ledger::UnverifiedLeaf, act, at| issue(head, act, "because", now(at));
    let state = |leaf: schemas::ledger::LeafClaims| (leaf.state, leaf.offer.is_some());
    let done = |head: &schemas::ledger::UnverifiedLeaf, what, at| act(head, what, at).map(state);
    let late = town::OFFERED + 1;
    assert_eq!(
        done(held, IssuerAct::Expire, late),
        Err(Reason::TransferConflict)
    );
    assert_eq!(
        done(open, IssuerAct::Expire, late - 1),
        Err(Reason::TransferConflict)
    );
    assert_eq!(
        done(open, IssuerAct::Expire, late),
        Ok((State::Held, false))
    );
    assert_eq!(
        done(held, IssuerAct::Resume, 1),
        Err(Reason::TransferConflict)
    );
    assert_eq!(done(open, IssuerAct::End, 1), Ok((State::Ended, false)));
    for (head, resumed) in [(held, State::Held), (open, State::Offered)] {
        let stopped = town.write(&act(head, IssuerAct::Suspend, 2).unwrap());
        let offer = head.claims().offer;
        assert_eq!(stopped.claims().offer, offer);
        // Nobody can do anything but the ledger.
        for sent in [
            town.offer(&stopped, &a, &b),
            town.accept(&stopped, &b, &Hand::new(3)),
            town.sent(town.step(&stopped, Act::Withdraw), &a),
            town.sent(town.step(&stopped, Act::Burn), &a),
        ] {
            let refused = town.take(&stopped, &sent, now(3)).map(|_| ());
            assert_eq!(refused, Err(Reason::ItemRevoked));
        }
        assert_eq!(
            done(&stopped, IssuerAct::Suspend, 3),
            Err(Reason::TransferConflict)
        );
        assert_eq!(
            done(&stopped, IssuerAct::Expire, late),
            Err(Reason::TransferConflict)
        );
        assert_eq!(
            done(&stopped, IssuerAct::Resume, 3),
            Ok((resumed, offer.is_some()))
        );
    }
    let burn = town.sent(town.step(held, Act::Burn), &a);
    let burned = town.take(held, &burn, now(1)).unwrap();
    let ended = town.write(&act(held, IssuerAct::End, 1).unwrap());
    for head in [&burned, &ended] {
        for what in [
            IssuerAct::Expire,
            IssuerAct::Suspend,
            IssuerAct::Resume,
            IssuerAct::End,
        ] {
            assert_eq!(done(head, what, 2), Err(Reason::ItemRevoked));
        }
        let offer = town.offer(head, &a, &b);
        let refused = town.take(head, &offer, now(2)).map(|_| ());
        assert_eq!(refused, Err(Reason::ItemRevoked));
    }
    for reason in ["", "two\nlines", &"x".repeat(201)] {
        let refused = issue(held, IssuerAct::End, reason, now(1)).map(|_| ());
        assert_eq!(refused, Err(Reason::BadRequest), "{reason}");
    }
}

/// REG-15: a clock that goes back does not take the chain with it.
#[test]
fn time_never_goes_back_along_a_chain() {
    let town = Town::new();
    let (_, b, leaves) = offered(&town);
    let accept = town.accept(&leaves[1], &b, &Hand::new(3));
    let before = now(-86_400);
    let leaf = town.take(&leaves[1], &accept, before).unwrap();
    assert_eq!(leaf.claims().at, leaves[1].claims().at);
    let stopped = issue(&leaf, IssuerAct::Suspend, "because", before).unwrap();
    assert_eq!(stopped.at, leaves[1].claims().at);
    // Fractions of a second are nothing that a leaf can say.
    let fraction = Timestamp::from_unix_micros(now(5).unix_micros() + 1);
    let leaf = town.take(&leaves[1], &accept, fraction).unwrap();
    assert_eq!(leaf.claims().at, now(5));
}

/// Terms of another item beside a head are a fault of the store, and nobody's outside.
#[test]
fn terms_belong_to_their_item() {
    let (town, other) = (Town::new(), Town::with(TransferTerms::NEVER));
    let a = Hand::new(1);
    let head = town.mint(&a);
    let offer = town.offer(&head, &a, &Hand::new(2));
    let standing = Current {
        head: &head,
        terms: &other.terms,
    };
    let refused = apply(standing, None, &offer, now(1), &LIMITS).map(|_| ());
    assert_eq!(refused, Err(Reason::InternalError));
}
