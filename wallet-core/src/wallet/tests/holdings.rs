//! Personas, pinned worlds, holdings and their copies.

use crate::holding::{CopyWish, Freshness, NewCopy, NewHolding, Refill, Spent};
use crate::{
    Certainty, Confirmation, CopyState, Format, HoldingError, HoldingKind, KeyPath, PersonaError,
    PersonaIndex, Removal, Standing, StoreError,
};
use schemas::reason::Reason;

use super::fixture::{Place, add_avatar, at, facts, ldp, persona, world};

#[test]
fn personas_have_names_and_numbers_of_their_own() {
    let place = Place::new();
    let mut wallet = place.create();
    let night = wallet.add_persona(&persona("夜"), at(5)).unwrap();
    assert_eq!(night.index.value(), 1);
    let taken = wallet.add_persona(&persona("MAIN"), at(5)).unwrap_err();
    assert_eq!(taken, PersonaError::NameTaken);
    wallet
        .rename_persona(night.index, &persona("dawn"))
        .unwrap();
    wallet
        .rename_persona(night.index, &persona("Dawn"))
        .unwrap();
    assert_eq!(
        wallet
            .rename_persona(night.index, &persona("main"))
            .unwrap_err(),
        PersonaError::NameTaken
    );
    let nobody = PersonaIndex::new(9).unwrap();
    assert_eq!(
        wallet.rename_persona(nobody, &persona("x")).unwrap_err(),
        PersonaError::NotFound
    );
    assert_eq!(
        wallet.set_default_persona(nobody).unwrap_err(),
        PersonaError::NotFound
    );
    assert_eq!(wallet.default_persona().unwrap().index, PersonaIndex::FIRST);
    wallet.set_default_persona(night.index).unwrap();
    drop(wallet);

    let wallet = place.open().unwrap();
    let names: Vec<_> = wallet
        .personas()
        .unwrap()
        .into_iter()
        .map(|persona| (persona.name.to_string(), persona.standing))
        .collect();
    assert_eq!(
        names,
        [
            ("main".to_owned(), Standing::Named),
            ("Dawn".to_owned(), Standing::Default)
        ]
    );
    assert_eq!(wallet.persona(&persona("DAWN")).unwrap().index, night.index);
    assert_eq!(
        wallet.persona(&persona("x")).unwrap_err().reason(),
        Reason::NotFound
    );
}

#[test]
fn personas_never_share_keys() {
    let place = Place::new();
    let mut wallet = place.create();
    let other = wallet.add_persona(&persona("other"), at(5)).unwrap().index;
    let one = wallet
        .allocate_keys(PersonaIndex::FIRST, &world("a"), 3)
        .unwrap();
    let two = wallet.allocate_keys(other, &world("a"), 3).unwrap();
    assert_eq!(one[0].index, two[0].index);
    for path in &one {
        for foreign in &two {
            assert_ne!(
                wallet.copy_seed(path).expose(),
                wallet.copy_seed(foreign).expose()
            );
        }
    }
    let nobody = PersonaIndex::new(9).unwrap();
    assert_eq!(
        wallet.allocate_keys(nobody, &world("a"), 1).unwrap_err(),
        HoldingError::PersonaUnknown
    );
}

#[test]
fn worlds_are_pinned_once_and_confirmed_by_the_person() {
    let place = Place::new();
    let mut wallet = place.create();
    let seen = wallet.note_world(&world("b"), at(1)).unwrap();
    assert_eq!(seen.confirmation, Confirmation::Unconfirmed);
    let confirmed = wallet.confirm_world(&world("b"), at(2)).unwrap();
    assert_eq!(confirmed.first_seen, at(1));
    assert_eq!(confirmed.confirmation, Confirmation::ByPerson { at: at(2) });
    // Seeing it again takes nothing away.
    assert_eq!(wallet.note_world(&world("b"), at(3)).unwrap(), confirmed);
    assert_eq!(wallet.confirm_world(&world("b"), at(4)).unwrap(), confirmed);
    assert_eq!(confirmed.did.as_str(), "did:web:b.example");
    wallet.confirm_world(&world("a"), at(5)).unwrap();
    let origins: Vec<_> = wallet
        .pins()
        .unwrap()
        .into_iter()
        .map(|pin| pin.world.to_string())
        .collect();
    assert_eq!(origins, ["https://a.example", "https://b.example"]);
    assert_eq!(wallet.remove_pin(&world("b")).unwrap(), Removal::Removed);
    assert_eq!(wallet.remove_pin(&world("b")).unwrap(), Removal::Absent);
    assert_eq!(wallet.pin(&world("b")).unwrap(), None);
}

#[test]
fn holdings_are_found_by_id_prefix_and_name() {
    let place = Place::new();
    let mut wallet = place.create();
    let one = add_avatar(&mut wallet, "Kagura", 2);
    let two = add_avatar(&mut wallet, "Noh mask", 1);
    drop(wallet);
    let mut wallet = place.open().unwrap();
    assert_eq!(wallet.holdings().unwrap().len(), 2);
    assert_eq!(wallet.holding(&one.id).unwrap().unwrap(), one);
    assert_eq!(wallet.find_holding("Kagura").unwrap(), one);
    let id = two.id.to_string();
    assert_eq!(wallet.find_holding(&id[..8]).unwrap(), two);
    assert_eq!(wallet.find_holding(&id.to_uppercase()).unwrap(), two);
    assert_eq!(
        wallet.find_holding(&id[..3]).unwrap_err(),
        HoldingError::NotFound
    );
    assert_eq!(
        wallet.find_holding("").unwrap_err().reason(),
        Reason::NotFound
    );
    let three = add_avatar(&mut wallet, "Kagura", 1);
    let HoldingError::Ambiguous { mut matches } = wallet.find_holding("Kagura").unwrap_err() else {
        panic!("two are called so");
    };
    matches.sort();
    let mut expected = vec![one.id, three.id];
    expected.sort();
    assert_eq!(matches, expected);
    let copies = wallet.copies(&one.id).unwrap();
    assert_eq!(
        wallet.credential(&copies[1].id).unwrap(),
        b"credential Kagura 1"
    );
    assert_eq!(
        wallet.holding(&one.id).unwrap().unwrap().facts,
        facts("Kagura")
    );
    assert_eq!(
        "xyz".parse::<crate::HoldingId>().unwrap_err().reason(),
        Reason::IdMalformed
    );
}

#[test]
fn a_copy_belongs_to_the_world_that_saw_it_first() {
    let place = Place::new();
    let mut wallet = place.create();
    let holding = add_avatar(&mut wallet, "one", 2);
    let (b, c, d) = (world("b"), world("c"), world("d"));
    let first = wallet.choose_copy(&holding.id, &b, &ldp()).unwrap();
    assert_eq!(first.certainty, Certainty::Fresh);
    assert_eq!(wallet.spend_copy(&first.copy.id, &b).unwrap(), Spent::Now);
    assert_eq!(
        wallet.spend_copy(&first.copy.id, &b).unwrap(),
        Spent::Before
    );
    let refused = wallet.spend_copy(&first.copy.id, &c).unwrap_err();
    assert_eq!(refused, HoldingError::SpentElsewhere);
    assert_eq!(refused.reason(), Reason::CopyExhausted);

    let again = wallet.choose_copy(&holding.id, &b, &ldp()).unwrap();
    assert_eq!(
        (again.copy.id, again.certainty),
        (first.copy.id, Certainty::KnownToWorld)
    );
    let second = wallet.choose_copy(&holding.id, &c, &ldp()).unwrap();
    assert_ne!(second.copy.id, first.copy.id);
    wallet.spend_copy(&second.copy.id, &c).unwrap();
    let none = wallet.choose_copy(&holding.id, &d, &ldp()).unwrap_err();
    assert_eq!(none, HoldingError::Exhausted);

    // A refill renews what a known world sees, under the same key, and adds a reserve.
    let fresh = wallet
        .allocate_keys(PersonaIndex::FIRST, &world("a"), 1)
        .unwrap();
    let renewed = NewCopy {
        credential: b"renewed".to_vec(),
        valid_until: Some(at(2000)),
        ..copy_under(first.copy.key.clone())
    };
    let reserve = copy_under(fresh[0].clone());
    let refilled = wallet
        .refill_holding(&holding.id, refill(vec![renewed, reserve]), at(3))
        .unwrap();
    assert_eq!(refilled.copies.len(), 3);
    let known = wallet.choose_copy(&holding.id, &b, &ldp()).unwrap();
    assert_eq!(
        (known.copy.id, known.certainty, known.copy.valid_until),
        (first.copy.id, Certainty::KnownToWorld, Some(at(2000)))
    );
    assert_eq!(wallet.credential(&first.copy.id).unwrap(), b"renewed");
    let reserve = wallet.choose_copy(&holding.id, &d, &ldp()).unwrap();
    assert_eq!(reserve.copy.id, refilled.copies[2]);
    // Only when the person asks for it, a world that knows one is shown another.
    let fresh = CopyWish {
        freshness: Freshness::Unseen,
        ..ldp()
    };
    let unseen = wallet.choose_copy(&holding.id, &b, &fresh).unwrap();
    assert_eq!(unseen.copy.id, refilled.copies[2]);
    let other = CopyWish {
        formats: &[Format::DcSdJwt],
        ..ldp()
    };
    assert_eq!(
        wallet.choose_copy(&holding.id, &b, &other).unwrap_err(),
        HoldingError::Exhausted
    );
    wallet.check().unwrap();
}

fn refill(copies: Vec<NewCopy>) -> Refill {
    Refill {
        facts: facts("one"),
        copies,
        settles: None,
    }
}

#[test]
fn a_fresh_copy_that_has_expired_is_retired_by_a_refill() {
    let place = Place::new();
    let mut wallet = place.create();
    let keys = wallet
        .allocate_keys(PersonaIndex::FIRST, &world("a"), 2)
        .unwrap();
    let short = NewCopy {
        valid_until: Some(at(10)),
        ..copy_under(keys[0].clone())
    };
    let holding = wallet.insert_holding(item(vec![short]), at(1)).unwrap();
    let more = refill(vec![copy_under(keys[1].clone())]);
    wallet.refill_holding(&holding.id, more, at(10)).unwrap();
    let copies = wallet.copies(&holding.id).unwrap();
    let states: Vec<CopyState> = copies.iter().map(|copy| copy.state).collect();
    assert_eq!(states, [CopyState::Retired, CopyState::Ready]);
    assert_eq!(
        wallet
            .spend_copy(&holding.copies[0], &world("b"))
            .unwrap_err(),
        HoldingError::Retired
    );
    // A retired copy is not brought back, and a refill that fails changes nothing.
    let state = wallet.check().unwrap();
    let again = refill(vec![copy_under(keys[0].clone())]);
    assert_eq!(
        wallet
            .refill_holding(&holding.id, again, at(11))
            .unwrap_err(),
        HoldingError::Retired
    );
    let mut unknown = keys[1].clone();
    unknown.index = 7;
    let mixed = refill(vec![copy_under(keys[1].clone()), copy_under(unknown)]);
    assert_eq!(
        wallet
            .refill_holding(&holding.id, mixed, at(11))
            .unwrap_err(),
        HoldingError::KeyUnallocated
    );
    assert_eq!(wallet.check().unwrap(), state);
    assert_eq!(wallet.credential(&copies[1].id).unwrap(), b"c");
}

#[test]
fn one_that_is_still_valid_comes_before_one_that_has_expired() {
    let place = Place::new();
    let mut wallet = place.create();
    let keys = wallet
        .allocate_keys(PersonaIndex::FIRST, &world("a"), 2)
        .unwrap();
    let short = NewCopy {
        valid_until: Some(at(10)),
        ..copy_under(keys[0].clone())
    };
    let long = NewCopy {
        valid_until: Some(at(1000)),
        ..copy_under(keys[1].clone())
    };
    let holding = wallet
        .insert_holding(item(vec![short, long]), at(1))
        .unwrap();
    let chosen = |now| {
        let wish = CopyWish { now, ..ldp() };
        let choice = wallet.choose_copy(&holding.id, &world("b"), &wish);
        choice.unwrap().copy.id
    };
    assert_eq!(chosen(at(9)), holding.copies[0]);
    assert_eq!(chosen(at(10)), holding.copies[1]);
    assert_eq!(chosen(at(2000)), holding.copies[0]);
}

#[test]
fn two_that_race_never_spend_one_copy_to_two_worlds() {
    let place = Place::new();
    let mut wallet = place.create();
    for round in 0..10 {
        let holding = add_avatar(&mut wallet, &format!("round {round}"), 1);
        let copy = holding.copies[0];
        let threads: Vec<_> = ["b", "c", "d", "e"]
            .into_iter()
            .map(|name| {
                let mut wallet = place.open().unwrap();
                std::thread::spawn(move || wallet.spend_copy(&copy, &world(name)))
            })
            .collect();
        let results: Vec<_> = threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect();
        let won = results
            .iter()
            .filter(|result| **result == Ok(Spent::Now))
            .count();
        let lost = results
            .iter()
            .filter(|result| **result == Err(HoldingError::SpentElsewhere))
            .count();
        assert_eq!((won, lost), (1, 3), "{results:?}");
    }
}

fn item(copies: Vec<NewCopy>) -> NewHolding {
    NewHolding {
        kind: HoldingKind::Item,
        name: "sword".to_owned(),
        issuer: world("a"),
        persona: PersonaIndex::FIRST,
        types: Vec::new(),
        facts: facts("sword"),
        grant: None,
        settles: None,
        item: None,
        copies,
    }
}

fn copy_under(key: KeyPath) -> NewCopy {
    NewCopy {
        format: Format::LdpVc,
        key,
        credential: b"c".to_vec(),
        world: None,
        valid_until: None,
    }
}

#[test]
fn a_key_never_has_two_copies() {
    let place = Place::new();
    let mut wallet = place.create();
    let keys = wallet
        .allocate_keys(PersonaIndex::FIRST, &world("a"), 2)
        .unwrap();
    let next = wallet
        .allocate_keys(PersonaIndex::FIRST, &world("a"), 1)
        .unwrap();
    assert_eq!(next[0].index, 2);
    let kept = wallet
        .insert_holding(item(vec![copy_under(keys[0].clone())]), at(1))
        .unwrap();
    let state = wallet.check().unwrap();

    let twice = item(vec![
        copy_under(keys[1].clone()),
        copy_under(keys[0].clone()),
    ]);
    assert_eq!(
        wallet.insert_holding(twice, at(2)).unwrap_err(),
        HoldingError::KeyUsed
    );
    let mut unknown = keys[1].clone();
    unknown.index = 3;
    let unallocated = item(vec![copy_under(unknown)]);
    assert_eq!(
        wallet.insert_holding(unallocated, at(2)).unwrap_err(),
        HoldingError::KeyUnallocated
    );
    let mut foreign = keys[1].clone();
    foreign.issuer = world("b");
    let foreign = item(vec![copy_under(foreign)]);
    assert_eq!(
        wallet.insert_holding(foreign, at(2)).unwrap_err(),
        HoldingError::ForeignKey
    );
    let empty = item(Vec::new());
    assert_eq!(
        wallet.insert_holding(empty, at(2)).unwrap_err(),
        HoldingError::NoCopies
    );
    let many = wallet
        .allocate_keys(PersonaIndex::FIRST, &world("a"), 257)
        .unwrap_err();
    assert_eq!(
        many,
        HoldingError::TooManyCopies {
            found: 257,
            limit: 256
        }
    );
    // Refused acts leave nothing behind.
    assert_eq!(wallet.check().unwrap(), state);

    // Not even after the holding is forgotten.
    assert_eq!(
        wallet.forget_holding(&kept.id, at(3)).unwrap(),
        Removal::Removed
    );
    assert_eq!(
        wallet.forget_holding(&kept.id, at(3)).unwrap(),
        Removal::Absent
    );
    assert_eq!(
        wallet.credential(&kept.copies[0]).unwrap_err(),
        HoldingError::NotFound
    );
    let again = item(vec![copy_under(keys[0].clone())]);
    assert_eq!(
        wallet.insert_holding(again, at(4)).unwrap_err(),
        HoldingError::KeyUsed
    );
    let other = item(vec![copy_under(keys[1].clone())]);
    let other = wallet.insert_holding(other, at(4)).unwrap();
    assert_eq!(wallet.copies(&other.id).unwrap()[0].state, CopyState::Ready);
}

#[test]
fn a_credential_that_is_too_large_is_refused() {
    let place = Place::new();
    let mut wallet = place.create();
    let keys = wallet
        .allocate_keys(PersonaIndex::FIRST, &world("a"), 1)
        .unwrap();
    let mut copy = copy_under(keys[0].clone());
    copy.credential = vec![0; 4 * 1024 * 1024 + 1];
    let error = wallet.insert_holding(item(vec![copy]), at(1)).unwrap_err();
    assert!(matches!(
        error,
        HoldingError::Store(StoreError::TooLarge { .. })
    ));
    assert_eq!(error.reason(), Reason::InputTooLarge);
}

#[test]
fn the_index_says_what_the_holdings_say() {
    let place = Place::new();
    let mut wallet = place.create();
    let (b, c) = (world("b"), world("c"));
    let one = add_avatar(&mut wallet, "one", 3);
    let two = add_avatar(&mut wallet, "two", 1);
    let three = add_avatar(&mut wallet, "three", 1);
    wallet.spend_copy(&one.copies[0], &b).unwrap();
    wallet.spend_copy(&one.copies[1], &c).unwrap();
    wallet.forget_holding(&two.id, at(3)).unwrap();
    let listed = wallet.listed().unwrap();
    let mut ids: Vec<_> = listed.iter().map(|line| line.id).collect();
    ids.sort();
    let mut expected = vec![one.id, three.id];
    expected.sort();
    assert_eq!(ids, expected);
    let line = listed.iter().find(|line| line.id == one.id).unwrap();
    assert!(line.is_known_to(&b) && line.is_known_to(&c) && !line.is_known_to(&world("d")));
    assert_eq!(line.worlds(), [&b, &c]);
    assert_eq!((line.name.as_str(), &line.issuer), ("one", &world("a")));
    // Compared with what it is made of.
    wallet.check().unwrap();

    // A wallet without it, as earlier versions wrote them, has it when it is opened.
    let remove = |wallet: &mut crate::Wallet| {
        wallet.store_mut().edit(|edit| {
            for (id, _) in edit.view.records(crate::store::Kind::Index)? {
                assert_eq!(
                    edit.delete(crate::store::Kind::Index, &id)?,
                    crate::store::records::Written::Done
                );
            }
            Ok::<_, StoreError>(())
        })
    };
    remove(&mut wallet).unwrap();
    assert_eq!(wallet.listed().unwrap(), listed);
    drop(wallet);
    let mut wallet = place.open().unwrap();
    assert_eq!(wallet.listed().unwrap(), listed);
    let shelves = |wallet: &crate::Wallet| {
        let count = |view: &crate::store::records::View<'_>| {
            Ok::<_, StoreError>(view.records(crate::store::Kind::Index)?.len())
        };
        wallet.store().view(count).unwrap()
    };
    assert!(shelves(&wallet) > 1);
    // One that lost it on the way is whole again with the next change.
    remove(&mut wallet).unwrap();
    let four = add_avatar(&mut wallet, "four", 1);
    assert_eq!(wallet.listed().unwrap().len(), 3);
    assert!(
        wallet
            .listed()
            .unwrap()
            .iter()
            .any(|line| line.id == four.id)
    );
    wallet.check().unwrap();
}
