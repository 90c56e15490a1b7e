//! An item is marked as active in the world that it is shown to: agreed to, written by its ledger, seen by
//! that world alone as its own, and ended by whoever holds it.

use schemas::credential::CredentialType;
use schemas::json::Value;
use schemas::ledger::{Event, HeadDocument, ItemTag, Salt, WorldCommitment};
use schemas::object;
use schemas::oid4vp::response::AuthorizationResponse;
use schemas::reason::Reason;
use schemas::world::WorldId;
use wallet_core::present::{self, Leases, PresentError, Wishes};
use wallet_core::transfer::{self, StepKind};
use wallet_core::{EntryKind, HoldingId, OsEntropy, PersonaIndex};

use crate::fixture::{Person, client, later, now, run};
use crate::world::{Lost, World, query};

/// The world of the item, and somebody who holds it.
fn scene() -> (World, Person, HoldingId) {
    let world = World::new(1);
    world.offer(&[CredentialType::Item], Some(6));
    world.keep_ledger();
    let mut person = Person::new();
    person.receive(&world);
    let holding = person.wallet.items().unwrap()[0].holding;
    (world, person, holding)
}

const SALTS: [u8; 2] = [21, 22];

/// A world that asks for the item, and for a lease of so many seconds.
fn door(number: u8, home: &World, seconds: i64) -> World {
    let door = World::new(number);
    door.believe(home);
    door.ask(|ask| {
        ask.query = query(&[("item", CredentialType::Item)]);
        ask.lease = Some(lease(number, seconds));
    });
    door
}

fn lease(number: u8, seconds: i64) -> Value {
    let salt = Salt::from_bytes([SALTS[usize::from(number) - 2]; 32]);
    let seconds = schemas::json::Number::from_i64(seconds);
    object! { "salt" => salt, "seconds" => seconds }.into()
}

fn of(number: u8, door: &World, item: (&WorldId, &ItemTag)) -> WorldCommitment {
    let salt = Salt::from_bytes([SALTS[usize::from(number) - 2]; 32]);
    WorldCommitment::of(door.id.origin(), &salt.for_item(item.0, item.1))
}

fn prepare(
    person: &mut Person,
    door: &World,
    leases: Leases,
) -> Result<present::Prepared, PresentError> {
    let confirmed = person.confirm(door);
    let client = client(&[door]);
    let request = present::read_request(&door.request_link())?;
    let mut entropy = OsEntropy;
    let opening = present::open(&client, &request, &confirmed, &mut entropy, now());
    let open = run(opening)?;
    let wishes = Wishes {
        leases,
        ..Wishes::default()
    };
    present::prepare(&person.wallet, open, PersonaIndex::FIRST, &wishes, now())
}

fn show(person: &mut Person, door: &World, leases: Leases) -> Result<(), PresentError> {
    let prepared = prepare(person, door, leases)?;
    send(person, prepared)
}

fn send(person: &mut Person, prepared: present::Prepared) -> Result<(), PresentError> {
    let digest = *prepared.disclosure().digest();
    let accepted = prepared.accept(&digest)?;
    let client = fetch::Client::new(accepted.policy());
    let sending = present::send(&client, &mut person.wallet, accepted, now());
    match run(sending) {
        // These worlds know no ledger, and say so.
        Ok(_) | Err(PresentError::Refused { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The heads that a world was sent last.
fn sent_to(door: &World) -> Vec<HeadDocument> {
    let asked = door.server.asked();
    let posted = asked
        .iter()
        .rev()
        .find(|asked| asked.method == "POST" && asked.path.starts_with("/respond"));
    let response = AuthorizationResponse::read(&posted.unwrap().body).unwrap();
    response.ledger_evidence
}

fn events(world: &World, person: &Person) -> Vec<Event> {
    let tag = person.wallet.items().unwrap()[0].tag;
    world.events(&tag)
}

#[test]
fn an_item_is_active_where_it_was_agreed_to_and_that_world_alone_can_tell() {
    let (home, mut person, holding) = scene();
    let (here, there) = (door(2, &home, 1800), door(3, &home, 1800));
    let prepared = prepare(&mut person, &here, Leases::AsAsked).unwrap();
    let [lease] = &prepared.disclosure().leases[..] else {
        panic!("one item is to be leased")
    };
    assert_eq!((lease.holding, lease.seconds), (holding, 1800));
    assert_eq!((&lease.ledger, &lease.ends), (&home.id, &None));
    // Whoever agrees to the answer without it agrees to something else.
    let without = prepare(&mut person, &here, Leases::Never).unwrap();
    assert!(without.disclosure().leases.is_empty());
    assert_ne!(
        without.disclosure().digest(),
        prepared.disclosure().digest()
    );
    home.server.forget();
    send(&mut person, prepared).unwrap();
    assert_eq!(events(&home, &person), [Event::Mint, Event::Lease]);
    let [head] = &sent_to(&here)[..] else {
        panic!("one head")
    };
    let said = head.leaf.claims().lease.unwrap();
    let tag = person.wallet.items().unwrap()[0].tag;
    assert_eq!(said.world, of(2, &here, (&home.id, &tag)));
    assert_eq!(said.until, later(1800));
    let salt = head.lease_salt.unwrap();
    assert_eq!(WorldCommitment::of(here.id.origin(), &salt), said.world);
    // The ledger is told no origin and no salt.
    let heard = home.server.asked();
    let told = |asked: &crate::http::Asked| {
        let text = String::from_utf8_lossy(&asked.body).into_owned();
        let salt = schemas::encoding::base64url::encode(salt.as_bytes());
        text.contains(here.id.origin()) || text.contains(&salt)
    };
    assert!(!heard.iter().any(told));
    let item = person.wallet.item(&holding).unwrap().unwrap();
    assert_eq!(item.active(now()).unwrap().world, Some(here.id.clone()));
    assert_eq!(item.active(later(1800)), None);

    // Shown elsewhere without a lease: that it is active, and not where.
    there.ask(|ask| ask.lease = None);
    show(&mut person, &there, Leases::AsAsked).unwrap();
    let [head] = &sent_to(&there)[..] else {
        panic!("one head")
    };
    assert!(head.leaf.claims().lease.is_some() && head.lease_salt.is_none());

    // Again in the same world: nothing new is written, and it can tell.
    show(&mut person, &here, Leases::AsAsked).unwrap();
    assert_eq!(events(&home, &person).len(), 2);
    assert!(sent_to(&here)[0].lease_salt.is_some());
}

#[test]
fn another_world_gets_it_after_the_first_lease_is_ended() {
    let (home, mut person, holding) = scene();
    let (here, there) = (door(2, &home, 1800), door(3, &home, 600));
    show(&mut person, &here, Leases::AsAsked).unwrap();
    let prepared = prepare(&mut person, &there, Leases::AsAsked).unwrap();
    let ends = prepared.disclosure().leases[0].ends.clone().unwrap();
    assert_eq!(
        (ends.world, ends.until),
        (Some(here.id.clone()), later(1800))
    );
    send(&mut person, prepared).unwrap();
    let written = [Event::Mint, Event::Lease, Event::Release, Event::Lease];
    assert_eq!(events(&home, &person), written);
    let said = sent_to(&there)[0].leaf.claims().lease.unwrap();
    let tag = person.wallet.items().unwrap()[0].tag;
    let world = of(3, &there, (&home.id, &tag));
    assert_eq!((said.world, said.until), (world, later(600)));
    let item = person.wallet.item(&holding).unwrap().unwrap();
    assert_eq!(item.active(now()).unwrap().world, Some(there.id.clone()));

    // And it is ended by hand.
    let holding = person.wallet.holding(&holding).unwrap().unwrap();
    let confirmed = person.confirm(&home);
    let http = client(&[&home]);
    let release = |person: &mut Person| {
        run(transfer::prepare_release(
            &http,
            &mut person.wallet,
            &holding,
            &confirmed,
            now(),
        ))
    };
    let prepared = release(&mut person).unwrap();
    assert_eq!(prepared.kind(), StepKind::Release);
    let digest = prepared.digest();
    let wallet = &mut person.wallet;
    let done = transfer::carry_out(&http, wallet, prepared, &digest, &confirmed, now());
    run(done).unwrap();
    let item = person.wallet.item(&holding.id).unwrap().unwrap();
    assert_eq!(item.active(now()), None);
    let error = release(&mut person).unwrap_err();
    assert_eq!(error.reason(), Reason::TransferConflict);
    let history = person.wallet.history().unwrap();
    let count = |kind| history.iter().filter(|entry| entry.kind == kind).count();
    // Each intended and completed.
    assert_eq!(
        (count(EntryKind::Leased), count(EntryKind::Released)),
        (4, 4)
    );
}

#[test]
fn a_lease_that_is_cut_off_goes_on_and_is_taken_once() {
    for lost in [Lost::BeforeStep, Lost::AfterStep] {
        let (home, mut person, _) = scene();
        let here = door(2, &home, 1800);
        home.register(|register| register.lost = lost);
        let error = show(&mut person, &here, Leases::AsAsked).unwrap_err();
        assert!(
            matches!(error, PresentError::Lease { begun: true, .. }),
            "{error}"
        );
        // Nothing was shown, so no copy is spent.
        assert_eq!(here.requests("/respond/k3y"), 0);
        assert_eq!(person.wallet.unfinished().unwrap().len(), 1);
        show(&mut person, &here, Leases::AsAsked).unwrap();
        assert_eq!(
            events(&home, &person),
            [Event::Mint, Event::Lease],
            "{lost:?}"
        );
        assert!(person.wallet.unfinished().unwrap().is_empty());
        assert!(sent_to(&here)[0].lease_salt.is_some());
    }
}

#[test]
fn what_cannot_be_leased_is_shown_without() {
    // A world of which the item's ledger is not asked to speak, and one that asks for too long a time.
    let (home, mut person, _) = scene();
    let here = door(2, &home, 3600);
    let prepared = prepare(&mut person, &here, Leases::AsAsked).unwrap();
    // A ledger's clock may be behind ours: the longest lease stays within what it allows.
    assert_eq!(prepared.disclosure().leases[0].seconds, 3540);
    for (seconds, reason) in [(3601, Reason::BadRequest), (0, Reason::BadRequest)] {
        here.ask(|ask| ask.lease = Some(lease(2, seconds)));
        let error = prepare(&mut person, &here, Leases::AsAsked).unwrap_err();
        assert_eq!(error.reason(), reason);
    }
    // An item that stands in no ledger.
    let home = World::new(1);
    home.offer(&[CredentialType::Item], Some(2));
    let mut person = Person::new();
    person.receive(&home);
    let here = door(2, &home, 1800);
    let prepared = prepare(&mut person, &here, Leases::AsAsked).unwrap();
    assert!(prepared.disclosure().leases.is_empty());
}
