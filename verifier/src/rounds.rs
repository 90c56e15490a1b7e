//! Asking again: what a report misses, round by round, until it misses nothing that can be had.
//!
//! The caller does the fetching, each in its own way (a wallet from confirmed worlds only, a world
//! off its busy threads); counting and remembering are here, once.

use std::collections::{BTreeMap, BTreeSet};

use proofs::did_document::DidDocument;
use schemas::did::Did;
use schemas::ledger::{HeadDocument, MAX_HEADS, Salt, UnverifiedLeaf};
use schemas::reason::Reason;
use schemas::time::Timestamp;

use crate::evidence::{Evidence, Missing};
use crate::key_history::VerifiedKeyHistory;
use crate::ledger::{HeadRef, judge_head, judge_head_bytes};
use crate::list::ListRef;
use crate::policy::Policy;
use crate::report::Report;
use crate::status::VerifiedStatusList;
use crate::{status, trust};

/// How often a caller fetches what is missing and asks again before it gives up.
pub const MAX_ROUNDS: usize = 8;

/// One question being settled.
#[derive(Clone, Debug)]
pub struct Rounds {
    evidence: Evidence,
    asked: BTreeSet<Missing>,
    rounds: usize,
    now: Timestamp,
    /// Lists that have arrived and cannot be judged yet.
    waiting: Vec<Waiting>,
    /// Heads of items that came with what is judged: nothing is fetched for them.
    brought: Vec<HeadDocument>,
    /// What opens the worlds of leases: whoever holds an item says it to the world in which it is active,
    /// and no ledger knows it.
    salts: BTreeMap<HeadRef, Salt>,
}

/// A list that has arrived, and what has to be known to judge it.
#[derive(Clone, Debug)]
struct Waiting {
    learned: Learned,
    missing: Missing,
}

impl Rounds {
    /// Begins with what is known.
    #[must_use]
    pub const fn new(evidence: Evidence, now: Timestamp) -> Self {
        Self {
            evidence,
            asked: BTreeSet::new(),
            rounds: 0,
            now,
            waiting: Vec::new(),
            brought: Vec::new(),
            salts: BTreeMap::new(),
        }
    }

    /// Also heads of items that whoever presents them sent along. What one is worth its ledger's keys
    /// say, once they are known; none of them makes anybody ask anybody, and one that cannot be used is
    /// as good as none.
    pub fn bring(&mut self, heads: Vec<HeadDocument>, policy: &Policy) {
        self.open(&heads);
        self.brought.extend(heads);
        self.try_brought(policy);
    }

    /// Of such heads only what opens the worlds of their leases: a world that keeps the ledger itself knows
    /// the newest, and not for whom it is. A wrong one opens nothing.
    pub fn open(&mut self, heads: &[HeadDocument]) {
        for document in heads.iter().take(MAX_HEADS) {
            if let Some(salt) = document.lease_salt {
                let head = HeadRef::of_leaf(&document.leaf);
                self.evidence.open_lease(&head, salt);
                self.salts.insert(head, salt);
            }
        }
    }

    fn try_brought(&mut self, policy: &Policy) {
        let brought = std::mem::take(&mut self.brought);
        for document in brought {
            let head = HeadRef::of_leaf(&document.leaf);
            let judged = judge_head(&head, &document, policy, &self.evidence, self.now);
            match judged {
                Ok(known) => {
                    let evidence = std::mem::take(&mut self.evidence);
                    self.evidence = evidence.with_item_head(known, self.now);
                }
                Err(fault) if fault.missing().is_some() => self.brought.push(document),
                Err(_) => {}
            }
        }
    }

    /// What is known by now: what to verify with.
    #[must_use]
    pub const fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The same, when it is settled.
    #[must_use]
    pub fn into_evidence(self) -> Evidence {
        self.evidence
    }

    /// What has to be fetched before asking again, in this order; nothing when the report is final.
    /// What lists wait for that have arrived comes first. Nothing is asked for twice, and after [`MAX_ROUNDS`] nothing any more.
    #[must_use]
    pub fn wanted(&mut self, report: &Report) -> Vec<Missing> {
        if self.rounds >= MAX_ROUNDS {
            return Vec::new();
        }
        self.rounds += 1;
        let mut wanted = self.awaited();
        let missing = report.missing().iter();
        wanted.extend(
            missing
                .filter(|missing| self.asked.insert((*missing).clone()))
                .cloned(),
        );
        wanted
    }

    /// What lists wait for that have arrived, such as the history of the key that signed one: for
    /// callers who fetch without a report. Nothing is named twice.
    #[must_use]
    pub fn awaited(&mut self) -> Vec<Missing> {
        let missing = self.waiting.iter().map(|waiting| &waiting.missing);
        missing
            .filter(|missing| self.asked.insert((*missing).clone()))
            .cloned()
            .collect()
    }

    /// Remembers what came of fetching; that nothing came is evidence too. A list is judged here, with
    /// the documents that are known by now, and once more when what it waits for has come.
    pub fn learn(&mut self, learned: Learned, policy: &Policy) {
        let came = match &learned {
            Learned::Document(did, _) => Some(Missing::DidDocument(did.clone())),
            Learned::KeyHistory(did, _) => Some(Missing::KeyHistory(did.clone())),
            Learned::StatusList(..)
            | Learned::StatusListUnchanged(..)
            | Learned::TrustList(..)
            | Learned::ItemHead(..)
            | Learned::ItemChain(..) => None,
        };
        self.take_in(learned, policy);
        let Some(came) = came else { return };
        self.try_brought(policy);
        let waiting = std::mem::take(&mut self.waiting);
        let (ready, still): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|waiting| waiting.missing == came);
        self.waiting = still;
        for waiting in ready {
            self.take_in(waiting.learned, policy);
        }
    }

    /// Keeps a list for which something is missing that was not asked for yet. Until that has come the
    /// list counts as one that could not be had.
    fn keep(&mut self, learned: &Learned, missing: Option<&Missing>) {
        let missing = missing.filter(|missing| !self.asked.contains(missing));
        if let Some(missing) = missing.cloned() {
            let learned = learned.clone();
            self.waiting.push(Waiting { learned, missing });
        }
    }

    fn take_in(&mut self, learned: Learned, policy: &Policy) {
        let evidence = std::mem::take(&mut self.evidence);
        let now = self.now;
        self.evidence = match learned {
            Learned::Document(_, Ok(document)) => evidence.with_document(*document, now),
            Learned::Document(did, Err(reason)) => evidence.without_document(did, reason, now),
            Learned::KeyHistory(did, fetched) => {
                let latest = now.plus_seconds(policy.limits().clock_skew);
                let judged = fetched.and_then(|fetched| {
                    VerifiedKeyHistory::verify(&did, &fetched.bytes, latest)
                        .map(|history| (history, fetched.age_seconds))
                        .map_err(|fault| fault.reason())
                });
                match judged {
                    Ok((history, age)) => {
                        let at = now.plus_seconds(age.max(0).saturating_neg());
                        evidence.with_key_history(history, at)
                    }
                    Err(reason) => evidence.without_key_history(did, reason, now),
                }
            }
            Learned::StatusList(list, Err(reason)) => {
                evidence.without_status_list(list, reason, now)
            }
            Learned::StatusList(ref list, Ok(ref fetched)) => {
                match status::verify_list(list, &fetched.bytes, policy, &evidence, now) {
                    Ok(known) => evidence
                        .awaiting(list, None)
                        .with_status_list(known.aged(fetched.age_seconds)),
                    Err(fault) => {
                        self.keep(&learned, fault.missing());
                        evidence
                            .awaiting(list, fault.missing())
                            .without_status_list(list.clone(), fault.reason(), now)
                    }
                }
            }
            Learned::StatusListUnchanged(ref known, age_seconds) => {
                let at = now.plus_seconds(age_seconds.max(0).saturating_neg());
                let list = known.list().clone();
                match (**known).clone().unchanged(at, policy, &evidence, now) {
                    Ok(known) => evidence.awaiting(&list, None).with_status_list(known),
                    Err(fault) => {
                        self.keep(&learned, fault.missing());
                        evidence
                            .awaiting(&list, fault.missing())
                            .without_status_list(list, fault.reason(), now)
                    }
                }
            }
            Learned::ItemHead(head, Err(reason)) => evidence.without_item_head(head, reason, now),
            Learned::ItemHead(ref head, Ok(ref fetched)) => {
                match judge_head_bytes(head, &fetched.bytes, policy, &evidence, now) {
                    Ok(known) => {
                        let known = known.opened(self.salts.get(head).copied());
                        evidence.with_item_head(known, now)
                    }
                    Err(fault) => {
                        self.keep(&learned, fault.missing());
                        evidence.without_item_head(head.clone(), fault.reason(), now)
                    }
                }
            }
            Learned::ItemChain(head, leaves) => evidence.with_item_chain(head, leaves),
            Learned::TrustList(list, Err(reason)) => evidence.without_trust_list(list, reason, now),
            Learned::TrustList(ref list, Ok(ref fetched)) => {
                match trust::verify_list(list, &fetched.bytes, policy, &evidence, now) {
                    Ok(known) => evidence
                        .awaiting(list, None)
                        .with_trust_list(known.aged(fetched.age_seconds)),
                    Err(fault) => {
                        self.keep(&learned, fault.missing());
                        evidence.awaiting(list, fault.missing()).without_trust_list(
                            list.clone(),
                            fault.reason(),
                            now,
                        )
                    }
                }
            }
        };
    }
}

/// What came of fetching something that a report misses.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Learned {
    /// A DID document, or why there is none: `did_resolution_failed` leaves the verification
    /// undecided, every other reason refuses.
    Document(Did, Result<Box<DidDocument>, Reason>),
    /// The bytes of a key history, or why there are none: `did_resolution_failed` leaves the
    /// verification undecided, every other reason refuses.
    KeyHistory(Did, Result<Fetched, Reason>),
    /// The bytes of a status list, or why there are none: `status_unavailable` leaves the
    /// verification undecided, every other reason refuses.
    StatusList(ListRef, Result<Fetched, Reason>),
    /// The publisher of a status list says that it still is this one, as of so many seconds ago.
    StatusListUnchanged(Box<VerifiedStatusList>, i64),
    /// The bytes of a trust list, or why there are none: `trust_list_unavailable` leaves the
    /// verification undecided, every other reason refuses.
    TrustList(ListRef, Result<Fetched, Reason>),
    /// The bytes of an item's head document, or why there are none: `head_unavailable` leaves the
    /// verification undecided, every other reason refuses.
    ItemHead(HeadRef, Result<Fetched, Reason>),
    /// An item's leaves, the mint first, or why there are none: `ledger_chain_unavailable` leaves the
    /// verification undecided, every other reason refuses.
    ItemChain(HeadRef, Result<Vec<UnverifiedLeaf>, Reason>),
}

/// The bytes of a list, as they arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// For how long somebody between us and the publisher had kept them: so old the list is already.
    pub age_seconds: i64,
}

impl Fetched {
    /// Bytes that come from the publisher just now.
    #[must_use]
    pub const fn now(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            age_seconds: 0,
        }
    }
}
