//! What a ledger learns when a wallet asks what is offered.

use schemas::ledger::InboxQuery;
use schemas::message::Message as _;
use wallet_core::{PersonaIndex, Wallet, transfer};

use crate::fixture::{Person, client, now, open_in, run};
use crate::world::World;

/// The sizes of the questions that a wallet asks a world, one after the other.
fn questions(person: &mut Person, world: &World) -> Vec<usize> {
    let confirmed = person.confirm(world);
    world.server.forget();
    for persona in person.wallet.expecting(&world.id, now()).unwrap() {
        let client = client(&[world]);
        let asking = transfer::ask(&client, &person.wallet, persona, &confirmed, now());
        run(asking).unwrap();
    }
    let asked = world.server.asked();
    let asked = asked.iter().filter(|asked| asked.path == "/items/inbox");
    asked
        .map(|asked| InboxQuery::read(&asked.body).unwrap().addresses.len())
        .collect()
}

#[test]
fn no_world_is_asked_about_addresses_of_others_and_none_about_two_personas_at_once() {
    let (first, second) = (World::new(1), World::new(2));
    first.keep_ledger();
    second.keep_ledger();
    let mut person = Person::new();
    for world in [&first, &second] {
        person.confirm(world);
    }
    let wallet = &mut person.wallet;
    let make = |wallet: &mut Wallet, persona, world: Option<&World>| {
        let world = world.map(|world| &world.id);
        wallet.new_address(persona, world, now()).unwrap();
    };
    // One that was made for a world is asked of that one; there is nobody else to take a persona for.
    make(wallet, PersonaIndex::FIRST, Some(&first));
    make(wallet, PersonaIndex::FIRST, None);
    assert_eq!(questions(&mut person, &first), [2]);
    assert_eq!(questions(&mut person, &second), [1]);
    // Another face: each by itself, and what was made for no world only where the face is known.
    let other = person.wallet.add_persona(&"other".parse().unwrap(), now());
    let other = other.unwrap().index;
    let wallet = &mut person.wallet;
    make(wallet, other, None);
    make(wallet, other, Some(&second));
    make(wallet, other, Some(&second));
    assert_eq!(questions(&mut person, &first), [2]);
    assert_eq!(questions(&mut person, &second), [3]);
    // More than go into one question.
    for _ in 0..63 {
        make(&mut person.wallet, PersonaIndex::FIRST, Some(&first));
    }
    assert_eq!(questions(&mut person, &first), [64, 1]);
    person.wallet = open_in(person.folder());
    assert_eq!(questions(&mut person, &first), [64, 1]);
}
