//! Personas, pinned worlds, holdings and their copies.

use crate::holding::{NewCopy, NewHolding, Spent};
use crate::{
    Certainty, Confirmation, CopyState, Format, HoldingError, HoldingKind, KeyPath, PersonaError,
    PersonaIndex, Removal, Standing, StoreError,
};
use schemas::reason::Reason;

use super::fixture::{Place, add_avatar, at, facts, persona, world};

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
    add_avatar(&mut wallet, "Kagura", 1);
    assert_eq!(
        wallet.find_holding("Kagura").unwrap_err(),
        HoldingError::Ambiguous { matches: 2 }
    );
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
    let first = wallet.choose_copy(&holding.id, &b, Format::LdpVc).unwrap();
    assert_eq!(first.certainty, Certainty::Fresh);
    assert_eq!(wallet.spend_copy(&first.copy.id, &b).unwrap(), Spent::Now);
    assert_eq!(
        wallet.spend_copy(&first.copy.id, &b).unwrap(),
        Spent::Before
    );
    let refused = wallet.spend_copy(&first.copy.id, &c).unwrap_err();
    assert_eq!(refused, HoldingError::SpentElsewhere);
    assert_eq!(refused.reason(), Reason::CopyExhausted);

    let again = wallet.choose_copy(&holding.id, &b, Format::LdpVc).unwrap();
    assert_eq!(
        (again.copy.id, again.certainty),
        (first.copy.id, Certainty::KnownToWorld)
    );
    let second = wallet.choose_copy(&holding.id, &c, Format::LdpVc).unwrap();
    assert_ne!(second.copy.id, first.copy.id);
    wallet.spend_copy(&second.copy.id, &c).unwrap();
    let none = wallet
        .choose_copy(&holding.id, &d, Format::LdpVc)
        .unwrap_err();
    assert_eq!(none, HoldingError::Exhausted);

    // A refill renews what a known world sees and adds a reserve.
    let keys = wallet
        .allocate_keys(PersonaIndex::FIRST, &world("a"), 2)
        .unwrap();
    let worlds = [Some(b.clone()), None];
    let copies = keys
        .into_iter()
        .zip(worlds)
        .map(|(key, world)| NewCopy {
            format: Format::LdpVc,
            key,
            credential: b"refill".to_vec(),
            world,
        })
        .collect();
    let refilled = wallet.add_copies(&holding.id, copies, at(3)).unwrap();
    wallet.retire_copy(&first.copy.id).unwrap();
    let renewed = wallet.choose_copy(&holding.id, &b, Format::LdpVc).unwrap();
    assert_eq!(renewed.copy.id, refilled.copies[2]);
    assert_eq!(
        wallet.spend_copy(&first.copy.id, &b).unwrap_err(),
        HoldingError::Retired
    );
    assert_eq!(
        wallet
            .choose_copy(&holding.id, &d, Format::LdpVc)
            .unwrap()
            .copy
            .id,
        refilled.copies[3]
    );
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
        copies,
    }
}

fn copy_under(key: KeyPath) -> NewCopy {
    NewCopy {
        format: Format::LdpVc,
        key,
        credential: b"c".to_vec(),
        world: None,
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
