//! Where an item is active: a world that asked for a lease sees its own, and says so when there is none.

use schemas::check::{CheckId, Outcome};
use schemas::credential::CredentialType;
use schemas::json::Object;
use schemas::ledger::{Act, HeadDocument, Salt, UnverifiedLeaf, WorldCommitment};
use schemas::reason::Reason;
use tests::fixed::now;
use tests::items::{Hand, Items, salt};
use tests::scene::{Scene, token};
use verifier::{
    ActiveElsewhere, Asked, Audience, Finding, LeaseAsked, LedgerRules, PresentationAsked, Report,
    Rounds,
};

/// The origin of the world that asks in these tests.
const HERE: &str = "https://b.example";
const SECONDS: i64 = 60;

fn setting() -> (Scene, Items, Hand, Object) {
    let scene = Scene::new();
    let items = Items::of(&scene).unwrap();
    let hand = Hand::new("mika");
    let item = items.item(&scene, Some(items.entry(&hand)));
    (scene.announcing(&items), items, hand, item)
}

/// The item's newest leaf: a lease of this world under this salt.
fn leased(items: &Items, hand: &Hand, origin: &str, salt: &Salt) -> UnverifiedLeaf {
    let mint = items.mint(hand);
    let act = Act::Lease {
        world: WorldCommitment::of(origin, &salt.for_item(&items.ledger, &items.tag)),
        until: now().plus_seconds(SECONDS),
    };
    let applied = items.apply(&mint, &items.step(&mint, act, hand), now());
    items.write(&applied.unwrap().leaf)
}

/// What the world asks that wants a lease under this salt.
fn asking(scene: &Scene, audience: &str, lease: LeaseAsked) -> Asked {
    match scene.asked_for(CredentialType::Item) {
        Asked::Presentation(asked) => Asked::Presentation(PresentationAsked {
            audience: Audience::new(audience),
            lease,
            ..asked
        }),
        Asked::Credential(_) => panic!("a world asks for a presentation"),
    }
}

fn wanting(salt: Salt) -> LeaseAsked {
    LeaseAsked::Asked {
        world: HERE.parse().unwrap(),
        salt,
    }
}

fn refusing(scene: Scene) -> Scene {
    let policy = scene.policy.clone().with_ledger(LedgerRules {
        active_elsewhere: ActiveElsewhere::Refuse,
        ..LedgerRules::default()
    });
    Scene { policy, ..scene }
}

fn judge(scene: &Scene, item: &Object, lease: LeaseAsked) -> Report {
    let asked = asking(scene, &scene.b.client_id(), lease);
    scene.judge_bytes(&asked, &token(&scene.present_unchecked(item)))
}

#[test]
fn a_world_sees_its_own_lease_by_what_it_asked_with() {
    let (scene, items, hand, item) = setting();
    let leaf = leased(&items, &hand, HERE, &salt("mine"));
    let scene = refusing(scene).knowing_head(&items, &items.head(&leaf));
    let report = judge(&scene, &item, wanting(salt("mine")));
    let until = now().plus_seconds(SECONDS);
    assert_eq!(report.outcome(CheckId::Ledger), Outcome::Passed);
    assert_eq!(report.findings(), [Finding::ItemActiveHere { until }]);
    // Nobody can tell whose it is who asked with another salt: it is elsewhere.
    let elsewhere = Outcome::Failed(Reason::ItemActiveElsewhere);
    for lease in [wanting(salt("another")), LeaseAsked::NotAsked] {
        let report = judge(&scene, &item, lease.clone());
        assert_eq!(report.outcome(CheckId::Ledger), elsewhere, "{lease:?}");
    }
}

#[test]
fn a_lease_that_was_asked_for_and_is_not_there_is_said() {
    let (scene, items, hand, item) = setting();
    let scene = scene.knowing_head(&items, &items.head(&items.mint(&hand)));
    let report = judge(&scene, &item, wanting(salt("mine")));
    assert!(report.accepted().is_some(), "the policy decides");
    assert_eq!(report.findings(), [Finding::ItemNotLeased]);
    assert!(Finding::ItemNotLeased.is_odd());
    let until = now();
    assert!(!Finding::ItemActiveHere { until }.is_odd());
    assert_eq!(judge(&scene, &item, LeaseAsked::NotAsked).findings(), []);
    // An item of no ledger has none either.
    let scene = Scene::new();
    let bare = items.item(&scene, None);
    let report = judge(&scene, &bare, wanting(salt("mine")));
    assert_eq!(report.findings(), [Finding::ItemNotLeased]);
}

/// A client identifier that is the digest of a certificate names no world: what is active somewhere is
/// elsewhere all the same, unless the world says who it is.
#[test]
fn a_world_without_a_name_has_an_elsewhere_too() {
    let (scene, items, hand, item) = setting();
    let leaf = leased(&items, &hand, HERE, &salt("mine"));
    let scene = refusing(scene).knowing_head(&items, &items.head(&leaf));
    let nameless = "x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk";
    let judge = |lease| {
        let asked = asking(&scene, nameless, lease);
        let report = scene.judge_bytes(&asked, &token(&scene.present_unchecked(&item)));
        report.outcome(CheckId::Ledger)
    };
    let elsewhere = Outcome::Failed(Reason::ItemActiveElsewhere);
    assert_eq!(judge(LeaseAsked::NotAsked), elsewhere);
    assert_eq!(judge(wanting(salt("mine"))), Outcome::Passed);
}

/// What opens a lease comes from whoever holds the item, and stays when the head is fetched anew.
#[test]
fn what_opens_a_lease_stays_with_the_item() {
    let (scene, items, hand, item) = setting();
    let scene = refusing(scene);
    let leaf = leased(&items, &hand, HERE, &salt("mine"));
    let head = items.head(&leaf);
    let opening = HeadDocument {
        lease_salt: Some(salt("mine").for_item(&items.ledger, &items.tag)),
        ..head.clone()
    };
    let mut rounds = Rounds::new(scene.evidence.clone(), now());
    rounds.open(std::slice::from_ref(&opening));
    let fetched = verifier::Fetched::now(schemas::message::Message::to_bytes(&head));
    let learned = verifier::Learned::ItemHead(items.head_ref(), Ok(fetched));
    rounds.learn(learned.clone(), &scene.policy);
    let knowing = |rounds: &Rounds| Scene {
        evidence: rounds.evidence().clone(),
        ..refusing(Scene::new())
    };
    let report = judge(&knowing(&rounds), &item, LeaseAsked::NotAsked);
    assert_eq!(report.outcome(CheckId::Ledger), Outcome::Passed);
    // The other way round, and a salt that opens nothing.
    let mut rounds = Rounds::new(scene.evidence.clone(), now());
    rounds.learn(learned, &scene.policy);
    let elsewhere = Outcome::Failed(Reason::ItemActiveElsewhere);
    let report = judge(&knowing(&rounds), &item, LeaseAsked::NotAsked);
    assert_eq!(report.outcome(CheckId::Ledger), elsewhere);
    rounds.open(&[opening]);
    let report = judge(&knowing(&rounds), &item, LeaseAsked::NotAsked);
    assert_eq!(report.outcome(CheckId::Ledger), Outcome::Passed);
}
