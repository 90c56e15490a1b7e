//! What is judged in a test, written down so that the same can be asked elsewhere: of the command
//! `omote check`, and of a world's `POST /check`.
//!
//! [`record`] runs a test and gives every question that it asked through a [`Scene`]. A case carries all
//! that the question needs, as it goes over the wire; what a test knows in a way in which nothing
//! arrives is told apart ([`Case::outside`]).

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::panic::{UnwindSafe, catch_unwind};

use schemas::did::Did;
use schemas::json::Object;
use schemas::time::Timestamp;
use verifier::{Asked, AssetAsked, Evidence, Policy, Report};

use crate::lists::Fetched;
use crate::scene::Scene;

/// One question, with the library's answer.
#[derive(Clone, Debug)]
pub struct Case {
    /// What was judged.
    pub bytes: Vec<u8>,
    /// How it was asked.
    pub asked: Asked,
    /// Under which policy.
    pub policy: Policy,
    /// At what time.
    pub now: Timestamp,
    /// What was known.
    pub evidence: Evidence,
    /// What was known, as it arrives; `None` when the test knows it in another way.
    pub outside: Option<Outside>,
    /// What the library said.
    pub report: Report,
}

/// DID documents and lists as they go over the wire.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// The documents.
    pub documents: Vec<Object>,
    /// The lists.
    pub lists: Vec<Fetched>,
}

thread_local! {
    static CASES: RefCell<Option<Vec<Case>>> = const { RefCell::new(None) };
    static PUBLISHED: RefCell<BTreeMap<Did, Object>> = const { RefCell::new(BTreeMap::new()) };
}

/// Runs a test and gives what it asked, in order. A test that ends early has asked what it has asked.
pub fn record(test: impl FnOnce() + UnwindSafe) -> Vec<Case> {
    CASES.with(|cases| *cases.borrow_mut() = Some(Vec::new()));
    let _ = catch_unwind(test);
    CASES
        .with(|cases| cases.borrow_mut().take())
        .unwrap_or_default()
}

/// A world publishes this document from now on.
pub(crate) fn publishes(did: &Did, document: &Object) {
    PUBLISHED.with(|published| published.borrow_mut().insert(did.clone(), document.clone()));
}

/// How many questions of one test are written down; then it may end.
const MOST: usize = 80;

/// Notes a question and its answer, when somebody listens. A test that has asked enough ends here.
pub(crate) fn note(scene: &Scene, asked: &Asked, bytes: &[u8], report: &Report) {
    CASES.with(|cases| {
        let mut cases = cases.borrow_mut();
        let (Some(cases), AssetAsked::NotAsked) = (cases.as_mut(), &scene.asset) else {
            return;
        };
        assert!(cases.len() < MOST, "enough was asked");
        cases.push(Case {
            bytes: bytes.to_vec(),
            asked: asked.clone(),
            policy: scene.policy.clone(),
            now: scene.now,
            evidence: scene.evidence.clone(),
            outside: outside(scene),
            report: report.clone(),
        });
    });
}

/// The scene's evidence as it arrives, when all of it did just now.
fn outside(scene: &Scene) -> Option<Outside> {
    let known: Vec<_> = scene.evidence.documents().collect();
    let mut outside = Outside::default();
    for (document, at) in &known {
        let raw = PUBLISHED.with(|published| published.borrow().get(document.did()).cloned())?;
        let same = proofs::did_document::DidDocument::parse(&raw.clone().into(), document.did());
        if *at != scene.now || same.as_ref() != Ok(*document) {
            return None;
        }
        outside.documents.push(raw);
    }
    // Heads of items arrive in another way.
    if scene.evidence.item_heads().next().is_some() {
        return None;
    }
    if known.len() != scene.evidence.dids().count() {
        return None;
    }
    for (index, list) in scene.lists.iter().enumerate() {
        let twice = scene.lists.iter().skip(index + 1);
        if list.at != scene.now
            || twice
                .map(|other| &other.list)
                .any(|other| *other == list.list)
        {
            return None;
        }
    }
    if scene.evidence.newest().count() > scene.lists.len() {
        return None;
    }
    outside.lists.clone_from(&scene.lists);
    Some(outside)
}

thread_local! {
    static NOW: Cell<Option<Timestamp>> = const { Cell::new(None) };
}

/// Lets every test of this thread take place now, and every world be its own key: so that a real world,
/// whose clock is the machine's, can be asked the same without a network.
pub fn live_at(now: Timestamp) {
    NOW.with(|live| live.set(Some(now)));
}

/// When that is, where it is so.
pub(crate) fn live() -> Option<Timestamp> {
    NOW.with(Cell::get)
}
