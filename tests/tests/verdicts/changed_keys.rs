//! A ledger that has changed its key: its newest checkpoint may be signed by the key before, and counts,
//! unless somebody else had hold of that key. What is not known yet decides nothing.

use proofs::data_integrity::ProofOptions;
use proofs::did_document::{DidDocument, build, key_history_service, ledger_service};
use proofs::jws::{KeyRef, Typ, sign};
use proofs::keys::SigningKey;
use proofs::ledger::{sign_leaf, sign_receipt};
use schemas::check::{CheckId, Outcome, Verdict};
use schemas::did::DidUrl;
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::key_history::{KeyHistoryDocument, KeyHistoryEntry, KeyHistoryKey, KeyState};
use schemas::ledger::HeadDocument;
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use tests::actors::key;
use tests::fixed::now;
use tests::forge::resigned;
use tests::items::{Hand, Items};
use tests::scene::Scene;
use verifier::ledger::{NoKey, checkpoint_keys};
use verifier::{Evidence, Fetched, Learned, Missing, Report, Rounds};

const NEXT: &str = "the next key of world A";

/// When the second key came.
fn changed() -> Timestamp {
    now().plus_seconds(-100)
}

/// World A after it changed its key, and an item that it issued since.
struct Changed {
    scene: Scene,
    items: Items,
    item: Object,
    hand: Hand,
    new: SigningKey,
    kid: DidUrl,
}

/// Who signed what of a head. The receipt is of the key of today.
#[derive(Clone, Copy)]
enum By {
    Old,
    New,
    Nobody,
}

impl Changed {
    fn new() -> Self {
        let scene = Scene::new();
        let items = Items::of(&scene).unwrap();
        let hand = Hand::new("mika");
        let new = key(NEXT);
        let kid = scene.a.did().with_fragment("key-2").unwrap();
        let options = ProofOptions::assertion(scene.a.suite, kid.clone(), now());
        let item = items.item(&scene, Some(items.entry(&hand)));
        Self {
            item: resigned(&item, &options, &new),
            scene,
            items,
            hand,
            new,
            kid,
        }
    }

    fn document(&self, announces: bool) -> DidDocument {
        let ledger = &self.items.ledger;
        let mut services = vec![ledger_service(ledger)];
        services.extend(announces.then(|| key_history_service(ledger)));
        let keys = [("key-2", &self.new.verifying_key())];
        let document = build(&ledger.did(), &keys, &services).unwrap();
        DidDocument::parse(&document.into(), &ledger.did()).unwrap()
    }

    /// The history of so many entries; in the second one the first key has ended like this.
    fn history(&self, entries: usize, end: KeyState) -> Learned {
        let (did, old) = (self.scene.a.did(), self.scene.a.key());
        let listed = |name: &str, key: &SigningKey, state| KeyHistoryKey {
            id: did.with_fragment(name).unwrap(),
            multikey: key.verifying_key().multikey(),
            state,
        };
        let signed = |entry: &KeyHistoryEntry| {
            let method = self.scene.a.method();
            let kid = KeyRef::Kid(&method);
            sign(Typ::KeyHistory, kid, &entry.to_object(), &old)
        };
        let first = signed(&KeyHistoryEntry {
            did: did.clone(),
            number: 1,
            from: now().plus_seconds(-1_000_000),
            keys: vec![listed("key-1", &old, KeyState::Current)],
            previous: None,
        });
        let second = signed(&KeyHistoryEntry {
            did: did.clone(),
            number: 2,
            from: changed(),
            keys: vec![
                listed("key-1", &old, end),
                listed("key-2", &self.new, KeyState::Current),
            ],
            previous: Some(Sha256Digest::of(first.as_bytes())),
        });
        let mut all = vec![first, second];
        all.truncate(entries);
        let bytes = KeyHistoryDocument { entries: all }.to_bytes();
        Learned::KeyHistory(did, Ok(Fetched::now(bytes)))
    }

    /// A head of which leaf and checkpoint are signed by these.
    fn head(&self, leaf: By, checkpoint: By) -> HeadDocument {
        let mint = self.items.mint(&self.hand);
        let leaf = match leaf {
            By::New => sign_leaf(mint.claims(), &self.kid, &self.new)
                .unwrap()
                .leaf()
                .clone(),
            _ => mint,
        };
        let receipt = self.items.receipt(&leaf, now());
        let receipt = sign_receipt(receipt.claims(), &self.kid, &self.new).unwrap();
        let secret = match checkpoint {
            By::Old => self.items.world.key(),
            By::New => key(NEXT),
            By::Nobody => key("nobody's key"),
        };
        HeadDocument {
            receipt: receipt.receipt().clone(),
            proof: Some(self.items.proof_by(&leaf, &secret)),
            ..self.items.head(&leaf)
        }
    }

    fn judge(&self, evidence: &Evidence) -> Report {
        let scene = Scene {
            evidence: evidence.clone(),
            ..Scene::new()
        };
        scene.judge_item(&self.item)
    }

    /// What is said with this document, this history if there is any, and this head.
    fn said(&self, announces: bool, history: Option<Learned>, head: &HeadDocument) -> Rounds {
        let document = self.document(announces);
        let evidence = Evidence::new().with_document(document, now());
        let mut rounds = Rounds::new(evidence, now());
        if let Some(history) = history {
            rounds.learn(history, &self.scene.policy);
        }
        rounds.learn(self.fetched(head), &self.scene.policy);
        rounds
    }

    fn fetched(&self, head: &HeadDocument) -> Learned {
        Learned::ItemHead(self.items.head_ref(), Ok(Fetched::now(head.to_bytes())))
    }
}

fn retired() -> KeyState {
    KeyState::Retired(changed())
}

const UNKNOWN: Outcome = Outcome::Undecided(Reason::HeadUnavailable);
const INVALID: Outcome = Outcome::Failed(Reason::LogProofInvalid);

#[test]
fn a_checkpoint_of_the_key_before_counts() {
    let world = Changed::new();
    for (title, leaf, checkpoint, outcome) in [
        ("all new", By::New, By::New, Outcome::Passed),
        ("an older checkpoint", By::New, By::Old, Outcome::Passed),
        ("an older leaf too", By::Old, By::Old, Outcome::Passed),
        ("nobody's checkpoint", By::New, By::Nobody, INVALID),
    ] {
        let head = world.head(leaf, checkpoint);
        let known = world.said(true, Some(world.history(2, retired())), &head);
        let report = world.judge(known.evidence());
        assert_eq!(report.outcome(CheckId::Ledger), outcome, "{title}");
    }
}

/// It is signed by none of the keys that are known, and there may be others.
#[test]
fn without_the_history_nothing_is_said_of_it() {
    let world = Changed::new();
    let did = world.scene.a.did();
    let asked = [Missing::KeyHistory(did.clone())];
    for (title, checkpoint, outcome) in [
        ("an older checkpoint", By::Old, Outcome::Passed),
        ("nobody's checkpoint", By::Nobody, INVALID),
    ] {
        let head = world.head(By::New, checkpoint);
        let mut known = world.said(true, None, &head);
        let report = world.judge(known.evidence());
        assert_eq!(report.outcome(CheckId::Ledger), UNKNOWN, "{title}");
        assert_eq!(known.awaited(), asked, "{title}");
        known.learn(world.history(2, retired()), &world.scene.policy);
        let report = world.judge(known.evidence());
        assert_eq!(report.outcome(CheckId::Ledger), outcome, "{title}");
        assert_eq!(known.awaited(), [], "{title}");
    }
    // It could not be had.
    let away = Learned::KeyHistory(did, Err(Reason::DidResolutionFailed));
    let head = world.head(By::New, By::Old);
    let known = world.said(true, Some(away), &head);
    let report = world.judge(known.evidence());
    assert_eq!(report.outcome(CheckId::Ledger), UNKNOWN);
    // Of the key of today nothing more has to be known, and where there is no history nothing more is.
    let known = world.said(true, None, &world.head(By::New, By::New));
    let report = world.judge(known.evidence());
    assert_eq!(report.outcome(CheckId::Ledger), Outcome::Passed);
    let known = world.said(false, None, &head);
    let report = world.judge(known.evidence());
    assert_eq!(report.outcome(CheckId::Ledger), INVALID);
}

/// Nothing counts of a key of which somebody else had hold, also while only an older history is known.
#[test]
fn a_compromised_key_signs_no_checkpoint() {
    let world = Changed::new();
    let compromised = || world.history(2, KeyState::Compromised(changed()));
    let head = world.head(By::New, By::Old);
    let known = world.said(true, Some(compromised()), &head);
    let report = world.judge(known.evidence());
    assert_eq!(report.outcome(CheckId::Ledger), INVALID);
    // A history that was fetched before the key was changed does not know of it.
    let mut before = Rounds::new(Evidence::new(), now().plus_seconds(-60));
    before.learn(world.history(1, retired()), &world.scene.policy);
    let evidence = before
        .into_evidence()
        .with_document(world.document(true), now());
    let known = checkpoint_keys(&world.items.ledger, &world.scene.policy, &evidence, now());
    assert!(known.lacks.is_some_and(|no_key| no_key.is_doubt()));
    let mut rounds = Rounds::new(evidence, now());
    rounds.learn(world.fetched(&head), &world.scene.policy);
    let report = world.judge(rounds.evidence());
    assert_eq!(report.verdict(), Verdict::Indeterminate);
    rounds.learn(compromised(), &world.scene.policy);
    let report = world.judge(rounds.evidence());
    assert_eq!(report.outcome(CheckId::Ledger), INVALID);
}

/// A world of which a history was seen goes on with one: whoever took over its domain signs nothing.
#[test]
fn a_world_without_its_history_has_no_keys() {
    let world = Changed::new();
    let head = world.head(By::New, By::New);
    let known = world.said(true, Some(world.history(2, retired())), &head);
    let evidence = known.into_evidence();
    let count = |evidence: &Evidence| {
        checkpoint_keys(&world.items.ledger, &world.scene.policy, evidence, now())
    };
    let both = count(&evidence);
    assert_eq!((both.keys.len(), both.lacks), (2, None));
    let evidence = evidence.with_document(world.document(false), now());
    let none = count(&evidence);
    let mismatch = NoKey::Failed(Reason::KeyHistoryMismatch);
    assert_eq!((none.keys.len(), none.lacks), (0, Some(mismatch)));
}
