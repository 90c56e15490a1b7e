//! The ledger of an item: what its newest leaf says of a credential, what is asked when, and that no
//! head is ever believed for being absent, late, somebody else's or broken.

use proofs::ledger::{sign_leaf, sign_receipt};
use proofs::tlog::note::{KeyKind, NoteSigner};
use proofs::tlog::proof::UnverifiedTlogProof;
use schemas::check::{CheckId, Outcome, Verdict};
use schemas::credential::UnverifiedCredential;
use schemas::did::DidUrl;
use schemas::json::{Object, Value};
use schemas::ledger::{
    Act, Event, HeadDocument, HeadReceiptClaims, ItemTag, LeafClaims, State, TermsDigest,
    TransferTerms, UnverifiedLeaf, WorldCommitment,
};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::terms::Contexts;
use schemas::time::Timestamp;
use tests::actors::key;
use tests::fixed::now;
use tests::items::{Hand, Items, RECEIPT, salt};
use tests::scene::Scene;
use tests::sd_jwt::{Forged, ITEM_CLAIMS, sd_query, sd_token};
use verifier::ledger::{IssuerAct, NoProvenance, provenance};
use verifier::{
    ActiveElsewhere, Fetched, Finding, Learned, LedgerItems, LedgerRules, Missing, Report, Rounds,
    StatusAsked,
};

#[track_caller]
fn says(title: &str, report: &Report, outcome: Outcome) {
    let found = report.outcome(CheckId::Ledger);
    assert_eq!(found, outcome, "{title}: {:#?}", report.details());
    let mut details = report.details().iter();
    let others = details.all(|detail| detail.check == CheckId::Ledger);
    assert!(others, "{title}: {:#?}", report.details());
    let verdict = match outcome {
        Outcome::Passed | Outcome::NotAsked => Verdict::Accepted,
        Outcome::Undecided(_) => Verdict::Indeterminate,
        _ => Verdict::Rejected,
    };
    assert_eq!(report.verdict(), verdict, "{title}");
}

/// The scene, its ledger, and the hand of the person's credential.
fn setting() -> (Scene, Items, Hand, Object) {
    let scene = Scene::new();
    let items = Items::of(&scene).unwrap();
    let hand = Hand::new("mika");
    let item = items.item(&scene, Some(items.entry(&hand)));
    (scene.announcing(&items), items, hand, item)
}

/// What is said when world B knows this head.
fn with_head(head: impl FnOnce(&Items, &Hand) -> HeadDocument) -> Report {
    let (scene, items, hand, item) = setting();
    let head = head(&items, &hand);
    scene.knowing_head(&items, &head).judge_item(&item)
}

/// An item of a world with a ledger, which does not say so.
pub(crate) fn nameless() -> Report {
    let scene = Scene::new();
    let items = Items::of(&scene).unwrap();
    let bare = items.item(&scene, None);
    scene.announcing(&items).judge_item(&bare)
}

/// A token of an item that is in another hand by now.
pub(crate) fn moved_token() -> Report {
    let (scene, items, hand, _) = setting();
    let moved = items.given(&items.mint(&hand), &hand, &Hand::new("sora's"));
    let scene = scene.knowing_head(&items, &items.head(&moved));
    of_token(&scene, &items, true, true)
}

#[test]
fn each_state_says_its_own() {
    let said = |make: &dyn Fn(&Items, &UnverifiedLeaf, &Hand) -> UnverifiedLeaf| {
        with_head(|items, hand| {
            let mint = items.mint(hand);
            items.head(&make(items, &mint, hand))
        })
    };
    let offered = |items: &Items, leaf: &UnverifiedLeaf, hand: &Hand| {
        items.take(leaf, &items.offer(leaf, hand, &Hand::new("sora")))
    };
    let held = said(&|_, mint, _| mint.clone());
    says("held", &held, Outcome::Passed);
    assert_eq!(held.findings(), []);
    let open = said(&offered);
    says("offered", &open, Outcome::Passed);
    assert_eq!(open.findings(), [Finding::ItemOffered]);
    let moved = said(&|items, mint, hand| items.given(mint, hand, &Hand::new("sora's")));
    says("moved", &moved, Outcome::Failed(Reason::ItemMoved));
    let stopped = said(&|items, mint, _| items.alone(mint, IssuerAct::Suspend));
    says("suspended", &stopped, Outcome::Failed(Reason::Suspended));
    let ended = said(&|items, mint, _| items.alone(mint, IssuerAct::End));
    says("ended", &ended, Outcome::Failed(Reason::ItemRevoked));
    let burned = said(&|items, mint, hand| items.take(mint, &items.step(mint, Act::Burn, hand)));
    says("burned", &burned, Outcome::Failed(Reason::ItemRevoked));
    // Somebody else's and suspended: that it is theirs no more comes first.
    let both = said(&|items, mint, hand| {
        let moved = items.given(mint, hand, &Hand::new("sora's"));
        items.alone(&moved, IssuerAct::Suspend)
    });
    says("both", &both, Outcome::Failed(Reason::ItemMoved));
}

/// Whoever gets an item gets a credential of their own, which is good.
#[test]
fn the_new_hand_is_as_good_as_the_first() {
    let (scene, items, hand, _) = setting();
    let theirs = Hand::new("sora's");
    let head = items.given(&items.mint(&hand), &hand, &theirs);
    let scene = scene.knowing_head(&items, &items.head(&head));
    let item = items.item(&scene, Some(items.entry(&theirs)));
    says("theirs", &scene.judge_item(&item), Outcome::Passed);
    let received = scene.judge_credential(&item);
    says("received", &received, Outcome::Passed);
}

#[test]
fn what_is_not_known_is_asked_after_everything_else_stands() {
    let (scene, items, hand, item) = setting();
    let report = scene.judge_item(&item);
    says(
        "unknown",
        &report,
        Outcome::Undecided(Reason::HeadUnavailable),
    );
    assert_eq!(report.missing(), [Missing::ItemHead(items.head_ref())]);
    let url = "https://a.example/items/AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE/head";
    assert_eq!(items.head_ref().url(), url);
    // A forger's ledger is not asked.
    let mut forged = item.clone();
    forged.insert("validFrom", now());
    let refused = scene.judge_item(&forged);
    assert_eq!(
        refused.outcome(CheckId::Ledger),
        Outcome::Blocked(CheckId::Proof)
    );
    assert_eq!(refused.missing(), []);
    // That it could not be had leaves it open, and nothing else does.
    for (reason, outcome) in [
        (
            Reason::HeadUnavailable,
            Outcome::Undecided(Reason::HeadUnavailable),
        ),
        (Reason::HeadInvalid, Outcome::Failed(Reason::HeadInvalid)),
    ] {
        let mut scene = Scene::new().announcing(&items);
        scene.learns(Learned::ItemHead(items.head_ref(), Err(reason)), now());
        says("not had", &scene.judge_item(&item), outcome);
    }
    // An avatar has no ledger; nobody is asked about it.
    let avatar = scene.judge(&scene.present_unchecked(&scene.avatar()));
    says("an avatar", &avatar, Outcome::Passed);
    // A person who chooses what to show does not tell the ledger.
    let mut asked = scene.asked_by_wallet();
    if let verifier::Asked::Credential(asked) = &mut asked {
        asked.status = StatusAsked::NotAsked;
    }
    let bytes = schemas::canonical::object_to_bytes(&item);
    let chosen = scene.judge_bytes(&asked, &bytes);
    says("chosen", &chosen, Outcome::NotAsked);
    let _ = hand;
}

#[test]
fn rounds_fetch_it_once_and_take_what_was_brought() {
    let (scene, items, hand, item) = setting();
    let head = items.head(&items.mint(&hand));
    let judge = |rounds: &Rounds| {
        let scene = Scene {
            evidence: rounds.evidence().clone(),
            ..Scene::new()
        };
        scene.judge_item(&item)
    };
    let mut rounds = Rounds::new(scene.evidence.clone(), now());
    let wanted = rounds.wanted(&judge(&rounds));
    assert_eq!(wanted, [Missing::ItemHead(items.head_ref())]);
    let learned = Learned::ItemHead(items.head_ref(), Ok(Fetched::now(head.to_bytes())));
    rounds.learn(learned, &scene.policy);
    says("fetched", &judge(&rounds), Outcome::Passed);
    assert_eq!(rounds.wanted(&judge(&rounds)), []);
    // Brought along, before anybody knows whose keys they are: nobody is asked for its sake.
    let mut rounds = Rounds::new(verifier::Evidence::new(), now());
    rounds.bring(vec![head.clone()], &scene.policy);
    assert_eq!(rounds.awaited(), []);
    let wanted = rounds.wanted(&judge(&rounds));
    assert_eq!(wanted, [Missing::DidDocument(scene.a.did())]);
    let document = Box::new(items.announcement());
    rounds.learn(
        Learned::Document(scene.a.did(), Ok(document)),
        &scene.policy,
    );
    says("brought", &judge(&rounds), Outcome::Passed);
    // What was brought and is good for nothing is as good as nothing.
    let mut stale = head.clone();
    stale.receipt = items.receipt(&stale.leaf, now().plus_seconds(-RECEIPT));
    let mut rounds = Rounds::new(scene.evidence.clone(), now());
    rounds.bring(vec![stale], &scene.policy);
    let wanted = rounds.wanted(&judge(&rounds));
    assert_eq!(wanted, [Missing::ItemHead(items.head_ref())]);
}

#[test]
fn an_issuer_with_a_ledger_names_it() {
    let scene = Scene::new();
    let items = Items::of(&scene).unwrap();
    let bare = items.item(&scene, None);
    says("no ledger", &scene.judge_item(&bare), Outcome::Passed);
    let announcing = Scene::new().announcing(&items);
    let missing = Outcome::Failed(Reason::LedgerEntryMissing);
    says("announced", &announcing.judge_item(&bare), missing);
    says("received", &announcing.judge_credential(&bare), missing);
    let rules = |items| LedgerRules {
        items,
        ..LedgerRules::default()
    };
    let with = |scene: Scene, items| Scene {
        policy: scene.policy.clone().with_ledger(rules(items)),
        ..scene
    };
    let required = with(Scene::new(), LedgerItems::Required);
    says("required", &required.judge_item(&bare), missing);
    let not_asked = with(Scene::new().announcing(&items), LedgerItems::NotAsked);
    says("not asked", &not_asked.judge_item(&bare), Outcome::NotAsked);
    // Who has an entry without announcing anything is asked all the same.
    let hand = Hand::new("mika");
    let quiet = items.item(&scene, Some(items.entry(&hand)));
    let open = Outcome::Undecided(Reason::HeadUnavailable);
    says("quiet", &scene.judge_item(&quiet), open);
}

#[test]
fn an_entry_is_of_its_credential() {
    let (scene, items, hand, _) = setting();
    let entry = items.entry(&hand);
    let elsewhere = "https://b.example".parse().unwrap();
    let others = [
        schemas::ledger::LedgerEntry {
            ledger: elsewhere,
            ..entry.clone()
        },
        schemas::ledger::LedgerEntry {
            terms: TermsDigest::from_bytes([9; 32]),
            ..entry.clone()
        },
        // Terms that are not those of the digest.
        schemas::ledger::LedgerEntry {
            transfer: TransferTerms::NEVER,
            ..entry.clone()
        },
    ];
    let head = items.head(&items.mint(&hand));
    let scene = scene.knowing_head(&items, &head);
    for other in others {
        let item = items.item(&scene, Some(other));
        let mismatch = Outcome::Failed(Reason::LedgerEntryMismatch);
        says("another entry", &scene.judge_item(&item), mismatch);
    }
    // The head of an item with other terms.
    let never = Items::with(&Scene::new(), TransferTerms::NEVER).unwrap();
    let scene = Scene::new().announcing(&items);
    let scene = scene.knowing_head(&items, &never.head(&never.mint(&hand)));
    let item = items.item(&scene, Some(entry));
    let mismatch = Outcome::Failed(Reason::LedgerEntryMismatch);
    says("another item's head", &scene.judge_item(&item), mismatch);
}

#[test]
fn a_receipt_is_for_a_short_while() {
    let at = |issued: i64, not_after: i64| {
        with_head(move |items, hand| {
            let leaf = items.mint(hand);
            let claims = HeadReceiptClaims {
                issued: now().plus_seconds(issued),
                not_after: now().plus_seconds(not_after),
                ..items.receipt(&leaf, now()).claims().clone()
            };
            let signed = sign_receipt(&claims, &items.world.method(), &items.world.key());
            HeadDocument {
                receipt: signed.unwrap().receipt().clone(),
                ..items.head(&leaf)
            }
        })
    };
    let stale = Outcome::Undecided(Reason::HeadStale);
    for (issued, not_after, outcome) in [
        (0, 1, Outcome::Passed),
        (-600, 1, Outcome::Passed),
        (-601, 1, stale),
        (-5, 0, stale),
        (-86_400, 86_400, stale),
        (120, 600, Outcome::Passed),
        (121, 600, Outcome::Failed(Reason::HeadInvalid)),
    ] {
        says("a receipt", &at(issued, not_after), outcome);
    }
    // What was fresh when it came is not fresh for ever.
    let (scene, items, hand, item) = setting();
    let scene = scene.knowing_head(&items, &items.head(&items.mint(&hand)));
    let later = Scene {
        now: now().plus_seconds(RECEIPT),
        policy: scene.policy.clone().with_limits(verifier::PolicyLimits {
            max_document_age: 86_400,
            max_presentation_age: 86_400,
            ..verifier::PolicyLimits::default()
        }),
        ..scene
    };
    says("later", &later.judge_item(&item), stale);
    assert_eq!(
        later.judge_item(&item).missing(),
        [Missing::ItemHead(items.head_ref())]
    );
}

/// One thing is wrong with the document at a time.
#[test]
fn a_head_is_one_whole_and_the_ledgers_own() {
    let (invalid, revoked) = (Reason::HeadInvalid, Reason::KeyRevoked);
    let stranger = key("somebody else");
    let resigned = |items: &Items, head: &HeadDocument, leaf: &LeafClaims| HeadDocument {
        leaf: sign_leaf(leaf, &items.world.method(), &items.world.key())
            .unwrap()
            .leaf()
            .clone(),
        ..head.clone()
    };
    let receipt = |items: &Items, head: &HeadDocument, claims: HeadReceiptClaims| HeadDocument {
        receipt: sign_receipt(&claims, &items.world.method(), &items.world.key())
            .unwrap()
            .receipt()
            .clone(),
        ..head.clone()
    };
    type Damage<'a> = &'a dyn Fn(&Items, HeadDocument) -> HeadDocument;
    let damages: [(&str, Damage<'_>); 7] = [
        ("another item", &|items, head| {
            let leaf = LeafClaims {
                item: ItemTag::from_bytes([2; 32]),
                ..head.leaf.claims().clone()
            };
            let head = resigned(items, &head, &leaf);
            let claims = items.receipt(&head.leaf, now()).claims().clone();
            receipt(items, &head, claims)
        }),
        ("a receipt for another leaf", &|items, head| {
            let leaf = LeafClaims {
                at: now(),
                ..head.leaf.claims().clone()
            };
            resigned(items, &head, &leaf)
        }),
        ("a receipt for another number", &|items, head| {
            let claims = HeadReceiptClaims {
                seq: 1,
                ..head.receipt.claims().clone()
            };
            receipt(items, &head, claims)
        }),
        ("a receipt for another item", &|items, head| {
            let claims = HeadReceiptClaims {
                item: ItemTag::from_bytes([2; 32]),
                ..head.receipt.claims().clone()
            };
            receipt(items, &head, claims)
        }),
        ("a leaf by a stranger", &|items, head| {
            let leaf = sign_leaf(head.leaf.claims(), &items.world.method(), &stranger);
            let head = HeadDocument {
                leaf: leaf.unwrap().leaf().clone(),
                ..head
            };
            let claims = items.receipt(&head.leaf, now()).claims().clone();
            receipt(items, &head, claims)
        }),
        ("a receipt by a stranger", &|items, head| {
            let claims = head.receipt.claims();
            let signed = sign_receipt(claims, &items.world.method(), &stranger).unwrap();
            HeadDocument {
                receipt: signed.receipt().clone(),
                ..head
            }
        }),
        ("a key that nobody has", &|items, head| {
            let kid: DidUrl = "did:web:a.example#key-9".parse().unwrap();
            let claims = head.receipt.claims();
            let signed = sign_receipt(claims, &kid, &items.world.key()).unwrap();
            HeadDocument {
                receipt: signed.receipt().clone(),
                ..head
            }
        }),
    ];
    for (title, damage) in damages {
        let report = with_head(|items, hand| {
            let head = items.head(&items.mint(hand));
            damage(items, head)
        });
        says(title, &report, Outcome::Failed(invalid));
    }
    let _ = revoked;
    // Bytes that are no head document.
    let (scene, items, hand, item) = setting();
    let good = items.head(&items.mint(&hand)).to_bytes();
    let mut more = items.head(&items.mint(&hand)).to_object();
    more.insert("more", true);
    for bytes in [
        b"{}".to_vec(),
        b"[".to_vec(),
        schemas::canonical::object_to_bytes(&more),
        good[..good.len() - 1].to_vec(),
    ] {
        let mut scene = Scene::new().announcing(&items);
        let learned = Learned::ItemHead(items.head_ref(), Ok(Fetched::now(bytes)));
        scene.learns(learned, now());
        says(
            "no head",
            &scene.judge_item(&item),
            Outcome::Failed(invalid),
        );
    }
    let mut empty = scene;
    let learned = Learned::ItemHead(items.head_ref(), Ok(Fetched::now(Vec::new())));
    empty.learns(learned, now());
    let open = Outcome::Undecided(Reason::HeadUnavailable);
    says("nothing", &empty.judge_item(&item), open);
}

#[test]
fn an_item_active_elsewhere_is_for_the_policy() {
    let policy = |rule| LedgerRules {
        active_elsewhere: rule,
        ..LedgerRules::default()
    };
    let leased = |rule, until: i64, salted: bool, origin: &str| {
        let (scene, items, hand, item) = setting();
        let mint = items.mint(&hand);
        let act = Act::Lease {
            world: WorldCommitment::of(origin, &salt("lease")),
            until: now().plus_seconds(until),
        };
        let at = now().plus_seconds(-500);
        let applied = items.apply(&mint, &items.step(&mint, act, &hand), at);
        let leaf = items.write(&applied.unwrap().leaf);
        let head = HeadDocument {
            lease_salt: salted.then(|| salt("lease")),
            ..items.head(&leaf)
        };
        let scene = Scene {
            policy: scene.policy.clone().with_ledger(policy(rule)),
            ..scene
        };
        scene.knowing_head(&items, &head).judge_item(&item)
    };
    let (here, there) = ("https://b.example", "https://c.example");
    let until = now().plus_seconds(60);
    for (rule, seconds, salted, origin, outcome, found) in [
        (
            ActiveElsewhere::Refuse,
            60,
            true,
            there,
            Outcome::Failed(Reason::ItemActiveElsewhere),
            false,
        ),
        (
            ActiveElsewhere::Refuse,
            60,
            false,
            there,
            Outcome::Failed(Reason::ItemActiveElsewhere),
            false,
        ),
        // Nobody can tell that it is here.
        (
            ActiveElsewhere::Refuse,
            60,
            false,
            here,
            Outcome::Failed(Reason::ItemActiveElsewhere),
            false,
        ),
        (
            ActiveElsewhere::Refuse,
            60,
            true,
            here,
            Outcome::Passed,
            false,
        ),
        (
            ActiveElsewhere::Refuse,
            0,
            true,
            there,
            Outcome::Passed,
            false,
        ),
        (
            ActiveElsewhere::Review,
            60,
            true,
            there,
            Outcome::Passed,
            true,
        ),
        (
            ActiveElsewhere::Review,
            60,
            true,
            here,
            Outcome::Passed,
            false,
        ),
        (
            ActiveElsewhere::Ignore,
            60,
            true,
            there,
            Outcome::Passed,
            false,
        ),
    ] {
        let report = leased(rule, seconds, salted, origin);
        let title = format!("{rule:?} {seconds} {salted} {origin}");
        says(&title, &report, outcome);
        let elsewhere = Finding::ItemActiveElsewhere { until };
        assert_eq!(report.findings().contains(&elsewhere), found, "{title}");
    }
}

/// A head that was brought may be younger than its receipt's end and older than what witnesses said:
/// the ledger is asked, and only then is it too little.
#[test]
fn a_head_with_old_cosignatures_is_fetched_anew() {
    let (scene, items, hand, item) = setting();
    let witness = {
        let secret = key("w1.example");
        let name = "w1.example".parse().unwrap();
        let signer = NoteSigner::new(name, KeyKind::Cosignature, &secret);
        signer.unwrap().public().clone()
    };
    let rules = LedgerRules {
        witnesses: vec![witness],
        quorum: 1,
        ..LedgerRules::default()
    };
    let policy = scene.policy.clone().with_ledger(rules);
    let leaf = items.mint(&hand);
    let head = |signed: &[(&str, Timestamp)]| HeadDocument {
        proof: Some(proof_of(&items, &leaf, signed)),
        ..items.head(&leaf)
    };
    let judge = |rounds: &Rounds| {
        let scene = Scene {
            evidence: rounds.evidence().clone(),
            policy: policy.clone(),
            ..Scene::new()
        };
        scene.judge_item(&item)
    };
    let few = Outcome::Undecided(Reason::LogWitnessesMissing);
    for (fetched, outcome) in [
        (head(&[("w1.example", now())]), Outcome::Passed),
        (head(&[]), few),
    ] {
        let mut rounds = Rounds::new(scene.evidence.clone(), now());
        let old = head(&[("w1.example", now().plus_seconds(-86_401))]);
        rounds.bring(vec![old], &policy);
        let report = judge(&rounds);
        says("brought", &report, few);
        assert_eq!(
            rounds.wanted(&report),
            [Missing::ItemHead(items.head_ref())]
        );
        let fetched = Learned::ItemHead(items.head_ref(), Ok(Fetched::now(fetched.to_bytes())));
        rounds.learn(fetched, &policy);
        let report = judge(&rounds);
        says("fetched", &report, outcome);
        assert_eq!(rounds.wanted(&report), [], "it is asked for once");
    }
}

/// A log of one leaf, with whoever cosigned it.
fn proof_of(items: &Items, leaf: &UnverifiedLeaf, witnesses: &[(&str, Timestamp)]) -> String {
    let mut verified = items.checkpoint(leaf);
    for (name, at) in witnesses {
        let secret = key(name);
        let witness =
            NoteSigner::new(name.parse().unwrap(), KeyKind::Cosignature, &secret).unwrap();
        let line = verified.cosign(*at, &witness).unwrap();
        verified
            .add_cosignatures(&line.to_string(), witness.public())
            .unwrap();
    }
    UnverifiedTlogProof::new(0, Vec::new(), &verified).to_string()
}

#[test]
fn a_proof_holds_and_enough_witnesses_have_signed_it() {
    let witness = |name: &str| {
        let secret = key(name);
        let signer = NoteSigner::new(name.parse().unwrap(), KeyKind::Cosignature, &secret);
        signer.unwrap().public().clone()
    };
    let (w1, w2, w3) = ("w1.example", "w2.example", "w3.example");
    let rules = |quorum| LedgerRules {
        witnesses: vec![witness(w1), witness(w2)],
        quorum,
        ..LedgerRules::default()
    };
    let judge = |rules: LedgerRules, proof: &dyn Fn(&Items, &UnverifiedLeaf) -> Option<String>| {
        let (scene, items, hand, item) = setting();
        let leaf = items.mint(&hand);
        let head = HeadDocument {
            proof: proof(&items, &leaf),
            ..items.head(&leaf)
        };
        let scene = Scene {
            policy: scene.policy.clone().with_ledger(rules),
            ..scene
        };
        scene.knowing_head(&items, &head).judge_item(&item)
    };
    let at = now();
    let few = Outcome::Undecided(Reason::LogWitnessesMissing);
    let cases: [(usize, Vec<(&str, Timestamp)>, Outcome); 12] = [
        (0, vec![], Outcome::Passed),
        (1, vec![], few),
        (1, vec![(w1, at)], Outcome::Passed),
        (1, vec![(w3, at)], few),
        (2, vec![(w1, at)], few),
        (2, vec![(w1, at), (w3, at)], few),
        (2, vec![(w1, at), (w2, at)], Outcome::Passed),
        (1, vec![(w1, at.plus_seconds(-86_400))], Outcome::Passed),
        (1, vec![(w1, at.plus_seconds(-86_401))], few),
        (1, vec![(w1, at.plus_seconds(121))], few),
        (2, vec![(w1, at), (w2, at.plus_seconds(-86_401))], few),
        (
            1,
            vec![(w1, at.plus_seconds(-86_401)), (w2, at)],
            Outcome::Passed,
        ),
    ];
    for (quorum, signed, outcome) in cases {
        let report = judge(rules(quorum), &|items, leaf| {
            Some(proof_of(items, leaf, &signed))
        });
        says(&format!("{quorum} of {signed:?}"), &report, outcome);
        let asked = matches!(report.missing(), [Missing::ItemHead(_)]);
        assert_eq!(asked, outcome == few, "{quorum} of {signed:?}");
    }
    // None yet: it is asked for again.
    let none = judge(rules(1), &|_, _| None);
    says("none", &none, Outcome::Undecided(Reason::LogProofMissing));
    assert!(matches!(none.missing(), [Missing::ItemHead(_)]));
    let unasked = judge(LedgerRules::default(), &|_, _| None);
    says("unasked", &unasked, Outcome::Passed);
    // One that does not hold refuses, whether anybody asks for one or not.
    let invalid = Outcome::Failed(Reason::LogProofInvalid);
    type Forge<'a> = &'a dyn Fn(&Items, &UnverifiedLeaf) -> Option<String>;
    let forgeries: [Forge<'_>; 4] = [
        &|_, _| Some("c2sp.org/tlog-proof@v1\n".to_owned()),
        &|items, leaf| {
            let other = LeafClaims {
                at: now(),
                ..leaf.claims().clone()
            };
            Some(proof_of(items, &items.write(&other), &[]))
        },
        &|items, leaf| Some(proof_of(items, leaf, &[]).replace("index 0", "index 1")),
        &|items, leaf| {
            let proof = proof_of(items, leaf, &[]);
            Some(proof.replace("a.example/ledger", "b.example/ledger"))
        },
    ];
    for forge in forgeries {
        for rules in [rules(1), LedgerRules::default()] {
            says("forged", &judge(rules, forge), invalid);
        }
    }
}

/// REG-12: a ledger that says one thing and then another is caught by whoever heard both.
#[test]
fn a_ledger_does_not_take_back_what_it_signed() {
    let (scene, items, hand, item) = setting();
    let mint = items.mint(&hand);
    let offer = |to| items.take(&mint, &items.offer(&mint, &hand, &Hand::new(to)));
    let (one, other) = (offer("sora"), offer("ren"));
    let knowing = |heads: &[HeadDocument]| {
        let scene = Scene::new().announcing(&items);
        heads
            .iter()
            .fold(scene, |scene, head| scene.knowing_head(&items, head))
    };
    let two = knowing(&[items.head(&one), items.head(&other)]);
    let caught = Outcome::Failed(Reason::RegistryEquivocation);
    says("two leaves", &two.judge_item(&item), caught);
    // An older head that says so now, long after a younger one.
    let at = |leaf: &UnverifiedLeaf, seconds| HeadDocument {
        receipt: items.receipt(leaf, now().plus_seconds(seconds)),
        ..items.head(leaf)
    };
    let mut back = Scene::new().announcing(&items);
    back.now = now().plus_seconds(-601);
    let back = back
        .announcing(&items)
        .knowing_head(&items, &at(&one, -601));
    let back = Scene {
        evidence: back.evidence.with_document(items.announcement(), now()),
        now: now(),
        ..Scene::new()
    };
    let back = back.knowing_head(&items, &at(&mint, 0));
    let rolled = Outcome::Failed(Reason::RegistryRollback);
    says("rolled back", &back.judge_item(&item), rolled);
    // One that is merely older changes nothing, and the same once more neither.
    let older = knowing(&[items.head(&one), at(&mint, -30), items.head(&one)]);
    let report = older.judge_item(&item);
    says("older", &report, Outcome::Passed);
    assert_eq!(report.findings(), [Finding::ItemOffered]);
    // Two snapshots that are put together know what both have heard.
    let merged = knowing(&[items.head(&one)]).evidence;
    let merged = merged.merged(knowing(&[items.head(&other)]).evidence);
    let merged = Scene {
        evidence: merged,
        ..Scene::new()
    };
    says("merged", &merged.judge_item(&item), caught);
    let _ = scene;
}

/// An item as a token, of which these claims are shown, asked for those.
fn of_token(scene: &Scene, items: &Items, shown: bool, asked: bool) -> Report {
    let hand = Hand::new("mika");
    let unsigned = items.credential(scene, Some(items.entry(&hand)));
    let text = scene.sd_issue(&unsigned.unsigned_sd_jwt(None));
    let text = match shown {
        true => text,
        false => Forged::of(&text)
            .keeping_back("ledgerEntry")
            .text(&scene.a.key()),
    };
    let mut claims = ITEM_CLAIMS.to_vec();
    if asked {
        claims.push("ledgerEntry");
    }
    let vct = schemas::credential::CredentialType::Item.iri();
    let asked = scene.sd_asked_for(sd_query(vct, &claims));
    scene.judge_bytes(&asked, &sd_token(&scene.sd_bound(&text)))
}

/// Of a token the query says what can be there, and the policy what has to be.
#[test]
fn of_a_token_the_query_asks_for_the_entry() {
    let (scene, items, hand, _) = setting();
    let mint = items.mint(&hand);
    let moved = items.given(&mint, &hand, &Hand::new("sora's"));
    let with = |leaf: &UnverifiedLeaf| {
        Scene::new()
            .announcing(&items)
            .knowing_head(&items, &items.head(leaf))
    };
    says(
        "held",
        &of_token(&with(&mint), &items, true, true),
        Outcome::Passed,
    );
    let gone = Outcome::Failed(Reason::ItemMoved);
    says("moved", &of_token(&with(&moved), &items, true, true), gone);
    says(
        "shown unasked",
        &of_token(&with(&moved), &items, true, false),
        gone,
    );
    // Whose hand it is in nobody can tell then, and nobody is let in for that.
    says(
        "not asked for",
        &of_token(&scene, &items, false, false),
        Outcome::Undecided(Reason::LedgerEntryMissing),
    );
    says(
        "of an issuer without a ledger",
        &of_token(&Scene::new(), &items, false, false),
        Outcome::Passed,
    );
    let required = LedgerRules {
        items: LedgerItems::Required,
        ..LedgerRules::default()
    };
    let strict = Scene {
        policy: scene.policy.clone().with_ledger(required),
        ..scene
    };
    let missing = Outcome::Failed(Reason::LedgerEntryMissing);
    says(
        "required",
        &of_token(&strict, &items, false, false),
        missing,
    );
    let kept_back = of_token(&Scene::new().announcing(&items), &items, false, true);
    assert_eq!(kept_back.outcome(CheckId::Ledger), missing);
}

/// Nothing of it can be read from a report but what the policy needs.
#[test]
fn a_report_names_no_hand() {
    let (scene, items, hand, item) = setting();
    let text = Value::Object(scene.judge_item(&item).to_object()).to_string();
    assert!(text.contains("item_head") && !text.contains(&hand.commitment().to_string()));
    let _ = items;
}

/// Where an item comes from: creator, mint, each hand, now.
#[test]
fn provenance_walks_from_the_creator_to_the_present_hand() {
    let (scene, items, hand, _) = setting();
    let [second, third] = ["sora's", "ren's"].map(Hand::new);
    let chain = |leaves: &mut Vec<UnverifiedLeaf>, from: &Hand, to: &Hand| {
        let address = Hand::new("an address");
        let head = leaves.last().unwrap().clone();
        let open = items.take(&head, &items.offer(&head, from, &address));
        let held = items.take(&open, &items.accept(&open, &address, to));
        leaves.extend([open, held]);
    };
    let mut leaves = vec![items.mint(&hand)];
    chain(&mut leaves, &hand, &second);
    chain(&mut leaves, &second, &third);
    let evidence = scene.evidence.clone();
    let key = |kid: &DidUrl, at: Timestamp| {
        let key =
            verifier::ledger::ledger_key(&items.ledger, kid, at, &scene.policy, &evidence, now());
        key.map_err(|no_key| no_key.reason())
    };
    let read = |entry| {
        let item = items.item(&scene, entry).into();
        UnverifiedCredential::parse(&item, &Contexts::pinned()).unwrap()
    };
    for (at, holder) in [&hand, &second, &third].into_iter().enumerate() {
        let credential = read(Some(items.entry(holder)));
        let found = provenance(&credential, &leaves, &key).unwrap();
        let hands: Vec<_> = found.hands().map(|hand| hand.holder).collect();
        let expected = [&hand, &second, &third].map(Hand::commitment);
        assert_eq!(hands, expected);
        let came: Vec<_> = found.hands().map(|hand| (hand.seq, hand.event)).collect();
        let expected = [(0, Event::Mint), (2, Event::Accept), (4, Event::Accept)];
        assert_eq!(came, expected);
        assert_eq!(found.is_of_credential, at == 2);
        assert_eq!(found.creator, scene.creator.did());
        assert_eq!((found.asset, found.state), (items.terms.asset, State::Held));
        assert_eq!(found.chain.leaves().len(), leaves.len());
    }
    // A credential of a hand that it never was in, of another item, or of none.
    let credential = read(Some(items.entry(&hand)));
    let refused = |credential: &UnverifiedCredential, leaves: &[UnverifiedLeaf]| {
        provenance(credential, leaves, &key)
            .map(|_| ())
            .unwrap_err()
    };
    let stranger = read(Some(items.entry(&Hand::new("nobody"))));
    assert_eq!(refused(&stranger, &leaves), NoProvenance::Mismatch);
    assert_eq!(refused(&read(None), &leaves), NoProvenance::NoEntry);
    let mut entry = items.entry(&hand);
    entry.item = ItemTag::from_bytes([2; 32]);
    assert_eq!(refused(&read(Some(entry)), &leaves), NoProvenance::Mismatch);
    let mut entry = items.entry(&hand);
    entry.transfer = TransferTerms::NEVER;
    assert_eq!(refused(&read(Some(entry)), &leaves), NoProvenance::Mismatch);
    let elsewhere = schemas::ledger::LedgerEntry {
        ledger: "https://b.example".parse().unwrap(),
        ..items.entry(&hand)
    };
    assert_eq!(
        refused(&read(Some(elsewhere)), &leaves),
        NoProvenance::Mismatch
    );
    // A link that is missing, and a chain of nothing.
    let mut broken = leaves.clone();
    broken.remove(2);
    let broken = refused(&credential, &broken);
    assert_eq!(broken.reason(), Reason::LedgerChainBroken);
    assert_eq!(
        refused(&credential, &[]).reason(),
        Reason::LedgerChainBroken
    );
    // The ledger's keys are not known.
    let unknown = |kid: &DidUrl, at: Timestamp| {
        let nothing = verifier::Evidence::new();
        let key =
            verifier::ledger::ledger_key(&items.ledger, kid, at, &scene.policy, &nothing, now());
        let no_key = key.unwrap_err();
        assert!(no_key.is_doubt(), "{no_key}");
        Err(no_key.reason())
    };
    let refused = provenance(&credential, &leaves, &unknown)
        .map(|_| ())
        .unwrap_err();
    assert_eq!(refused.reason(), Reason::DidResolutionFailed);
    // Somebody else's key is none of the ledger's.
    let foreign: DidUrl = "did:web:b.example#key-1".parse().unwrap();
    assert_eq!(key(&foreign, now()), Err(Reason::IssuerKeyMismatch));
}
