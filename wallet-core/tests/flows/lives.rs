//! The life of an item as its holder reads it: from the mint by way of what was seen to the head, or it
//! is said what does not fit.

use proofs::did_document::{DidDocument, Relationship};
use schemas::credential::CredentialType;
use schemas::did::DidUrl;
use schemas::json::{self, Limits};
use schemas::ledger::{EvidenceFile, ItemTag, State};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::ledger::{Convicted, IssuerAct, LedgerKeys, judge_evidence};
use wallet_core::transfer::{self, Life, TransferError};

use crate::fixture::{Person, client, now, run};
use crate::world::World;

/// Somebody who holds an item that was stopped and went on again: three leaves.
fn scene() -> (World, Person, ItemTag) {
    let world = World::new(1);
    world.offer(&[CredentialType::Item], Some(3));
    world.keep_ledger();
    let mut person = Person::new();
    person.receive(&world);
    let tag = person.wallet.items().unwrap()[0].tag;
    world.act(&tag, IssuerAct::Suspend);
    world.act(&tag, IssuerAct::Resume);
    (world, person, tag)
}

fn walk(world: &World, person: &mut Person) -> Result<Life, TransferError> {
    let confirmed = person.confirm(world);
    let holding = person.wallet.holdings().unwrap().remove(0);
    let client = client(&[world]);
    run(transfer::walk(
        &client,
        &mut person.wallet,
        &holding,
        &confirmed,
        now(),
    ))
}

#[test]
fn a_life_ends_in_the_head_for_which_a_receipt_speaks() {
    let (world, mut person, tag) = scene();
    let life = walk(&world, &mut person).unwrap();
    let last = life.steps().last().unwrap();
    assert_eq!(last.leaf, world.head(&tag).leaf.hash());
    assert_eq!((life.steps().len(), last.state), (3, State::Held));
    assert!(life.provenance.is_of_credential && life.is_ours(last));
    assert_eq!(life.provenance.hands().count(), 1);
}

#[test]
fn a_chain_without_its_newest_leaves_is_not_believed() {
    for withheld in [1, 2] {
        let (world, mut person, _) = scene();
        world.register(|register| register.withholds = withheld);
        let error = walk(&world, &mut person).unwrap_err();
        assert_eq!(error.reason(), Reason::LedgerChainBroken, "{withheld}");
        // The head was asked before, and nothing contradicts it.
        assert!(person.wallet.suspicions().unwrap().is_empty());
        world.register(|register| register.withholds = 0);
        walk(&world, &mut person).unwrap();
    }
}

#[test]
fn a_chain_with_another_leaf_than_its_head_convicts() {
    let (world, mut person, tag) = scene();
    let head = world.head(&tag);
    world.second_story(&tag);
    world.register(|register| register.shows = Some(head.clone()));
    let error = walk(&world, &mut person).unwrap_err();
    assert_eq!(error.reason(), Reason::RegistryEquivocation);
    convicts(&world, &person);
}

#[test]
fn what_was_seen_before_has_to_stand_in_its_place() {
    // The ledger forked below the head that it shows now, and the wallet has seen the other branch.
    let (world, mut person, tag) = scene();
    walk(&world, &mut person).unwrap();
    world.second_story(&tag);
    world.act(&tag, IssuerAct::Suspend);
    let error = walk(&world, &mut person).unwrap_err();
    assert_eq!(error.reason(), Reason::RegistryEquivocation);
    convicts(&world, &person);
}

fn convicts(world: &World, person: &Person) {
    let found = person.wallet.suspicions().unwrap();
    assert_eq!(found.len(), 1);
    let evidence = EvidenceFile::from_value(found[0].evidence.as_ref().unwrap()).unwrap();
    let document = json::read(&world.document(), &Limits::document()).unwrap();
    let document = DidDocument::parse(&document, &world.id.did()).unwrap();
    let at = |kid: &DidUrl, at: Timestamp| {
        let key = document.key(kid, Relationship::AssertionMethod, at);
        key.cloned().map_err(|error| error.reason())
    };
    let keys = LedgerKeys { at: &at, all: &[] };
    assert_eq!(judge_evidence(&evidence, keys), Ok(Convicted::TwoLeaves));
}
