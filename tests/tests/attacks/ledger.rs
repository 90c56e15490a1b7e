//! What a ledger might do to those who trust it. The rows of what others might do to a ledger are with
//! the ledger (`platform/tests/server/ledger`).

use proofs::data_integrity::ProofOptions;
use proofs::did_document::{DidDocument, build, key_history_service};
use proofs::jws::{KeyRef, Typ, sign};
use proofs::keys::SigningKey;
use proofs::ledger::{sign_consent, sign_receipt};
use schemas::check::{CheckId, Outcome};
use schemas::credential::CredentialType;
use schemas::did::DidUrl;
use schemas::digest::Sha256Digest;
use schemas::key_history::{KeyHistoryDocument, KeyHistoryEntry, KeyHistoryKey, KeyState};
use schemas::ledger::{
    Act, EvidenceFile as File, HeadDocument, LedgerEntry, TransferTerms, UnverifiedLeaf,
    WorldCommitment,
};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use tests::actors::{World, key};
use tests::fixed::now;
use tests::forge::resigned;
use tests::items::{Hand, Items, salt};
use tests::scene::Scene;
use tests::sd_jwt::{Forged, ITEM_CLAIMS, sd_query, sd_token};
use verifier::ledger::{Convicted, IssuerAct, LedgerKeys, NotProven, judge_evidence, walk};
use verifier::{
    ActiveElsewhere, Evidence, Learned, LedgerItems, LedgerProvenance, LedgerRules,
    VerifiedKeyHistory,
};

use crate::{accepted, refused};

/// The operator shows one history to one person and another to somebody else.
#[test]
pub(crate) fn reg_12_a_ledger_that_tells_two_stories_is_convicted() {
    let scene = Scene::new();
    let Some(items) = Items::of(&scene) else {
        return;
    };
    let hand = Hand::new("mika");
    let item = items.item(&scene, Some(items.entry(&hand)));
    let mint = items.mint(&hand);
    let stories = ["sora", "ren"].map(|to| {
        let offer = items.offer(&mint, &hand, &Hand::new(to));
        items.take(&mint, &offer)
    });
    // Whoever hears both refuses.
    let told = stories
        .iter()
        .fold(scene.announcing(&items), |scene, leaf| {
            scene.knowing_head(&items, &items.head(leaf))
        });
    let report = told.judge_item(&item);
    refused("two stories", &report, Reason::RegistryEquivocation);
    // And can show it to others, who need nothing but the ledger's key.
    let key = items.world.key().verifying_key();
    let at = |_: &DidUrl, _: Timestamp| Ok(key.clone());
    let keys = LedgerKeys {
        at: &at,
        all: std::slice::from_ref(&key),
    };
    let file = |one: &UnverifiedLeaf, other: &UnverifiedLeaf| File::TwoLeaves {
        ledger: items.ledger.clone(),
        leaves: Box::new([one.clone(), other.clone()]),
    };
    let [one, other] = &stories;
    let evidence = File::read(&file(one, other).to_bytes()).unwrap();
    let convicted = judge_evidence(&evidence, keys).unwrap();
    assert_eq!(convicted, Convicted::TwoLeaves);
    assert_eq!(convicted.reason(), Reason::RegistryEquivocation);
    let truthful = judge_evidence(&file(&mint, one), keys);
    assert_eq!(truthful, Err(NotProven::Compatible));
    assert_eq!(NotProven::Compatible.reason(), Reason::EvidenceInconclusive);
    // Neither story alone is caught by walking it: each is a good chain.
    for leaf in &stories {
        let chain = [mint.clone(), leaf.clone()];
        assert!(walk(&chain, &items.terms, &at).is_ok());
    }
}

/// World A has another key now, and says so of the old one.
fn after_rotation(world: &World, new: &SigningKey, old: KeyState) -> Evidence {
    let (first, second) = (world.method(), method_of(world));
    let entry = |number, from, keys, previous| KeyHistoryEntry {
        did: world.did(),
        number,
        from,
        keys,
        previous,
    };
    let known = |id: &DidUrl, key: &SigningKey, state| KeyHistoryKey {
        id: id.clone(),
        multikey: key.verifying_key().multikey(),
        state,
    };
    let begun = now().plus_seconds(-1_000_000);
    let keys = vec![known(&first, &world.key(), KeyState::Current)];
    let kid = KeyRef::Kid(&first);
    let one = entry(1, begun, keys, None);
    let one = sign(Typ::KeyHistory, kid, &one.to_object(), &world.key());
    let keys = vec![
        known(&first, &world.key(), old),
        known(&second, new, KeyState::Current),
    ];
    let two = entry(
        2,
        now().plus_seconds(-200),
        keys,
        Some(Sha256Digest::of(one.as_bytes())),
    );
    let two = sign(Typ::KeyHistory, kid, &two.to_object(), &world.key());
    let bytes = KeyHistoryDocument {
        entries: vec![one, two],
    }
    .to_bytes();
    let history = VerifiedKeyHistory::verify(&world.did(), &bytes, now()).unwrap();
    let services = [key_history_service(&"https://a.example".parse().unwrap())];
    let keys = [("key-2", &new.verifying_key())];
    let document = build(&world.did(), &keys, &services).unwrap();
    let document = DidDocument::parse(&document.into(), &world.did()).unwrap();
    Evidence::new()
        .with_document(document, now())
        .with_key_history(history, now())
}

fn method_of(world: &World) -> DidUrl {
    world.did().with_fragment("key-2").unwrap()
}

/// Items that an old key has signed: good while it was in use, nothing after its end, and nothing ever
/// when somebody else may have it, whatever date stands there.
#[test]
pub(crate) fn reg_14_an_old_key_vouches_for_its_time_and_a_stolen_one_for_none() {
    let scene = Scene::new();
    let Some(items) = Items::of(&scene) else {
        return;
    };
    let new = key("the next key of a.example");
    let hand = Hand::new("mika");
    let options = ProofOptions::assertion(scene.a.suite, method_of(&scene.a), now());
    let item = items.item(&scene, Some(items.entry(&hand)));
    let item = resigned(&item, &options, &new);
    let leaf = items.mint(&hand);
    let claims = items.receipt(&leaf, now()).claims().clone();
    let receipt = sign_receipt(&claims, &method_of(&scene.a), &new).unwrap();
    let head = HeadDocument {
        receipt: receipt.receipt().clone(),
        ..items.head(&leaf)
    };
    let ago = |seconds: i64| now().plus_seconds(-seconds);
    let judge = |old| {
        let scene = Scene {
            evidence: after_rotation(&scene.a, &new, old),
            ..Scene::new()
        };
        scene.knowing_head(&items, &head).judge_item(&item)
    };
    // The leaf is of 600 seconds ago.
    accepted("in its time", &judge(KeyState::Retired(ago(300))));
    // As long as the nodes of a world may take to hear of the change, and no longer.
    accepted("just after", &judge(KeyState::Retired(ago(1200))));
    let late = judge(KeyState::Retired(ago(1201)));
    refused("after its end", &late, Reason::HeadInvalid);
    let stolen = judge(KeyState::Compromised(ago(300)));
    refused("stolen", &stolen, Reason::KeyRevoked);
    assert_eq!(
        stolen.headline().map(|(check, _)| check),
        Some(CheckId::Ledger)
    );
    // Nor for any step of a life that is walked.
    let scene = Scene {
        evidence: after_rotation(&scene.a, &new, KeyState::Compromised(ago(300))),
        ..requiring_life(Scene::new())
    };
    let mut scene = scene.knowing_head(&items, &head);
    scene.learns(Learned::ItemChain(items.head_ref(), Ok(vec![leaf])), now());
    let walked = scene.judge_item(&item);
    assert_eq!(
        walked.outcome(CheckId::Hands),
        Outcome::Failed(Reason::KeyRevoked)
    );
}

fn requiring_life(scene: Scene) -> Scene {
    let rules = LedgerRules {
        provenance: LedgerProvenance::Required,
        ..LedgerRules::default()
    };
    Scene {
        policy: scene.policy.clone().with_ledger(rules),
        ..scene
    }
}

/// A creator who has to agree to a passing on, of whom a token does not say who it is.
fn undisclosed_creator() {
    let scene = Scene::new();
    let terms = TransferTerms {
        creator: true,
        ..TransferTerms::FREE
    };
    let items = Items::with(&scene, terms).unwrap();
    let (hand, address) = (Hand::new("mika"), Hand::new("an address"));
    let mint = items.mint(&hand);
    let mut offer = items.offer(&mint, &hand, &address);
    offer.creator = Some(sign_consent(&offer.step, &scene.creator.key()).unwrap());
    let open = items.take(&mint, &offer);
    let item = items.credential(&scene, Some(items.entry(&hand)));
    let text = scene.sd_issue(&item.unsigned_sd_jwt(None));
    let forged = Forged::of(&text).keeping_back("provenance");
    let text = forged.text(&scene.a.key());
    let shown = ITEM_CLAIMS
        .into_iter()
        .filter(|claim| *claim != "provenance");
    let claims: Vec<&str> = shown.chain(["ledgerEntry"]).collect();
    let asked = scene.sd_asked_for(sd_query(CredentialType::Item.iri(), &claims));
    let bytes = sd_token(&scene.sd_bound(&text));
    let scene = requiring_life(Scene::new().announcing(&items));
    let mut scene = scene.knowing_head(&items, &items.head(&open));
    let learned = Learned::ItemChain(items.head_ref(), Ok(vec![mint, open]));
    scene.learns(learned, now());
    let report = scene.judge_bytes(&asked, &bytes);
    let undecided = Outcome::Undecided(Reason::LedgerCreatorUndisclosed);
    assert_eq!(report.outcome(CheckId::Hands), undecided);
}

/// What a report can say of an item's life, for the map of checks and reasons.
fn every_life() {
    undisclosed_creator();
    let items = Items::of(&Scene::new()).unwrap();
    let (hand, address) = (Hand::new("mika"), Hand::new("an address"));
    let mint = items.mint(&hand);
    let offered = |to: &Hand| items.take(&mint, &items.offer(&mint, &hand, to));
    let (open, other) = (offered(&address), offered(&Hand::new("another address")));
    let whole = [mint.clone(), open.clone()];
    let judged =
        |entry: Option<LedgerEntry>, head: Option<&UnverifiedLeaf>, chain: &[UnverifiedLeaf]| {
            let scene = requiring_life(Scene::new().announcing(&items));
            let mut scene = match head {
                Some(leaf) => scene.knowing_head(&items, &items.head(leaf)),
                None => scene,
            };
            let item = items.item(&scene, entry);
            let learned = Learned::ItemChain(items.head_ref(), Ok(chain.to_vec()));
            scene.learns(learned, now());
            let _ = scene.judge_item(&item);
        };
    let entry = || Some(items.entry(&hand));
    judged(None, Some(&open), &whole);
    judged(entry(), None, &whole);
    for head in [&mint, &other] {
        judged(entry(), Some(head), &whole);
    }
    for chain in [&whole[1..], &whole[..1]] {
        judged(entry(), Some(&open), chain);
    }
    let strangers = items.entry(&Hand::new("somebody who never had it"));
    judged(Some(strangers), Some(&open), &whole);
}

/// What a report can say of a ledger, for the map of checks and reasons.
pub(crate) fn every_answer() {
    every_life();
    let judged = |rules: LedgerRules,
                  make: &dyn Fn(&Items, &Hand, &UnverifiedLeaf) -> HeadDocument| {
        let scene = Scene::new();
        let items = Items::of(&scene).unwrap();
        let hand = Hand::new("mika");
        let item = items.item(&scene, Some(items.entry(&hand)));
        let head = make(&items, &hand, &items.mint(&hand));
        let scene = Scene {
            policy: scene.policy.clone().with_ledger(rules),
            ..scene
        };
        let _ = scene
            .announcing(&items)
            .knowing_head(&items, &head)
            .judge_item(&item);
    };
    let usual = LedgerRules::default;
    judged(usual(), &|items, hand, mint| {
        items.head(&items.given(mint, hand, &Hand::new("sora's")))
    });
    for act in [IssuerAct::Suspend, IssuerAct::End] {
        judged(usual(), &|items, _, mint| {
            items.head(&items.alone(mint, act))
        });
    }
    judged(usual(), &|items, _, mint| HeadDocument {
        proof: Some("no proof".to_owned()),
        ..items.head(mint)
    });
    judged(usual(), &|items, _, mint| HeadDocument {
        receipt: items.receipt(mint, now().plus_seconds(-900)),
        ..items.head(mint)
    });
    judged(usual(), &|items, _, mint| HeadDocument {
        receipt: items.receipt(mint, now().plus_seconds(900)),
        ..items.head(mint)
    });
    let elsewhere = LedgerRules {
        active_elsewhere: ActiveElsewhere::Refuse,
        ..usual()
    };
    judged(elsewhere, &|items, hand, mint| {
        let act = Act::Lease {
            world: WorldCommitment::of("https://c.example", &salt("lease")),
            until: now().plus_seconds(60),
        };
        items.head(&items.take(mint, &items.step(mint, act, hand)))
    });
    let witnessed = LedgerRules {
        quorum: 1,
        ..usual()
    };
    judged(witnessed.clone(), &|items, _, mint| items.head(mint));
    judged(witnessed, &|items, _, mint| HeadDocument {
        proof: Some(items.proof(mint)),
        ..items.head(mint)
    });
    let scene = Scene::new();
    let items = Items::of(&scene).unwrap();
    let required = LedgerRules {
        items: LedgerItems::Required,
        ..usual()
    };
    let scene = Scene {
        policy: scene.policy.clone().with_ledger(required),
        ..scene
    };
    let _ = scene.judge_item(&items.item(&scene, None));
    let mut other = items.entry(&Hand::new("mika"));
    let _ = scene.judge_item(&items.item(&scene, Some(other.clone())));
    other.terms = schemas::ledger::TermsDigest::from_bytes([9; 32]);
    let _ = scene.judge_item(&items.item(&scene, Some(other)));
    for reason in [Reason::RegistryRollback, Reason::HeadUnavailable] {
        let entry = Some(items.entry(&Hand::new("mika")));
        let mut scene = Scene::new();
        scene.learns(Learned::ItemHead(items.head_ref(), Err(reason)), now());
        let _ = scene.judge_item(&items.item(&scene, entry));
    }
    reg_12_a_ledger_that_tells_two_stories_is_convicted();
    reg_14_an_old_key_vouches_for_its_time_and_a_stolen_one_for_none();
}
