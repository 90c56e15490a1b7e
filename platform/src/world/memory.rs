//! What a world remembers of others between verifications: DID documents and lists. The verifier says
//! how long one is good; who is asked again before that, and how often, is said here.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use fetch::settle::Tagged;
use schemas::did::Did;
use schemas::time::Timestamp;
use verifier::status::VerifiedStatusList;
use verifier::{Evidence, KeyHistoryHead, ListRef};

use crate::store::{ListKind, SeenList};

/// Most status lists that are kept with their tags; as many as in one [`Evidence`].
const MAX_TAGS: usize = 256;
/// Between two times that one issuer is asked again for a document that is remembered.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// What is kept longer than a running world, so that nobody makes it forget by waiting for the next start.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// The newest dates of lists that were seen.
    pub(super) lists: Vec<SeenList>,
    /// How far key histories had come.
    pub(super) histories: Vec<(Did, KeyHistoryHead)>,
}

impl Marks {
    fn evidence(self) -> Evidence {
        let lists = self.lists.into_iter();
        let known = lists.fold(Evidence::new(), |known, seen| {
            known.with_newest(seen.list, seen.newest)
        });
        let histories = self.histories.into_iter();
        histories.fold(known, |known, (did, head)| {
            known.with_key_history_head(did, head)
        })
    }
}

/// The memory of a world.
#[derive(Default)]
pub(super) struct Memory {
    kept: Mutex<Evidence>,
    /// Lists with their entity tags. Each with its own tag, so that "unchanged" is said of this list
    /// and not of one that another verification has put in its place.
    tagged: Mutex<BTreeMap<ListRef, Tagged>>,
    asked_again: Mutex<BTreeMap<Did, Instant>>,
}

impl Memory {
    /// What is known now.
    pub(super) fn snapshot(&self) -> Evidence {
        locked(&self.kept).clone()
    }

    /// A memory that begins with what was seen before.
    pub(super) fn new(marks: Marks) -> Self {
        Self {
            kept: Mutex::new(marks.evidence()),
            ..Self::default()
        }
    }

    /// Takes in what others have marked who share the store.
    pub(super) fn learn(&self, marks: Marks) {
        let mut kept = locked(&self.kept);
        let known = std::mem::take(&mut *kept);
        *kept = known.merged(marks.evidence()).found();
    }

    /// Remembers what a verification learned beside what others have learned meanwhile. That something
    /// could not be had is not remembered. What is newer than it was comes back.
    pub(super) fn remember(&self, learned: Evidence) -> Marks {
        let mut kept = locked(&self.kept);
        let known = std::mem::take(&mut *kept);
        let before: BTreeMap<&ListRef, Timestamp> = known.newest().collect();
        let lists = learned
            .newest()
            .filter(|(list, newest)| before.get(list).is_none_or(|before| before < newest))
            .map(|(list, newest)| SeenList {
                list: list.clone(),
                kind: match learned.heard_of_trust_list(list) {
                    Some(_) => ListKind::Trust,
                    None => ListKind::Status,
                },
                newest,
            })
            .collect();
        let before: BTreeMap<Did, usize> = known
            .key_history_heads()
            .map(|(did, head)| (did.clone(), head.number()))
            .collect();
        // What turns out to be a replay beside what the other has seen is not remembered either.
        *kept = known.merged(learned.found()).found();
        // Of those that go on from what was known, which only both together tell.
        let histories = kept
            .key_history_heads()
            .filter(|(did, head)| before.get(did).is_none_or(|before| *before < head.number()))
            .map(|(did, head)| (did.clone(), head.clone()))
            .collect();
        Marks { lists, histories }
    }

    /// A status list that was fetched before, with its tag.
    pub(super) fn tagged(&self, list: &ListRef) -> Option<Tagged> {
        locked(&self.tagged).get(list).cloned()
    }

    /// Keeps a list with its tag.
    pub(super) fn tag(&self, etag: String, list: VerifiedStatusList) {
        let mut tagged = locked(&self.tagged);
        tagged.insert(list.list().clone(), Tagged { etag, list });
        while tagged.len() > MAX_TAGS {
            let oldest = tagged
                .iter()
                .min_by_key(|(_, known)| known.list.fetched_at())
                .map(|(list, _)| list.clone());
            let Some(oldest) = oldest else { break };
            tagged.remove(&oldest);
        }
    }

    /// Of what a verification knew, what is left without the documents that were remembered and may
    /// be older than the keys in use: those are fetched once more. `None` when there is no such, or
    /// each was asked for again just now: bad signatures must not make this world a nuisance to those
    /// whom it believes.
    pub(super) fn doubting(
        &self,
        known: Evidence,
        before: &Evidence,
        own: &Did,
    ) -> Option<Evidence> {
        let now = Instant::now();
        let asked = locked(&self.asked_again);
        let waits = |did: &Did| {
            let last = asked.get(did);
            last.is_some_and(|last| now.duration_since(*last) < ASK_AGAIN)
        };
        let doubtful = |did: &Did| did != own && before.knows(did) && !waits(did);
        known.dids().any(doubtful).then(|| {
            // A list by a key that is newer than the document is judged once more, too.
            let known = known
                .clone()
                .without_failed_lists(|list| doubtful(&list.issuer));
            known.keeping(|did| !doubtful(did))
        })
    }

    /// Notes that somebody is being asked again.
    pub(super) fn asks_again(&self, did: &Did) {
        let now = Instant::now();
        let mut asked = locked(&self.asked_again);
        asked.retain(|_, last| now.duration_since(*last) < ASK_AGAIN);
        asked.insert(did.clone(), now);
    }
}

/// A thread that panicked left whole values behind: each is replaced in one step.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use proofs::did_document::{self, DidDocument};
    use proofs::jws::{KeyRef, Typ, sign};
    use proofs::keys::SigningKey;
    use schemas::did::Did;
    use schemas::digest::Sha256Digest;
    use schemas::json::Value;
    use schemas::key_history::{KeyHistoryDocument, KeyHistoryEntry, KeyHistoryKey, KeyState};
    use schemas::message::Message as _;
    use schemas::reason::Reason;
    use schemas::time::Timestamp;
    use verifier::{Evidence, VerifiedKeyHistory};

    use super::Memory;

    fn did(name: &str) -> Did {
        format!("did:web:{name}.example").parse().unwrap()
    }

    fn document(name: &str) -> DidDocument {
        let key = SigningKey::from_seed(&[7; 32]).verifying_key();
        let document = did_document::build(&did(name), &[("key-1", &key)], &[]).unwrap();
        DidDocument::parse(&Value::Object(document), &did(name)).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(1_800_000_000 + seconds)
    }

    /// Two verifications that began with nothing, each with an issuer of its own.
    #[test]
    fn verifications_at_the_same_time_do_not_evict_each_other() {
        let memory = Memory::default();
        let (one, other) = (memory.snapshot(), memory.snapshot());
        memory.remember(one.with_document(document("a"), at(0)));
        memory.remember(other.with_document(document("c"), at(0)));
        let kept = memory.snapshot();
        assert!(kept.knows(&did("a")) && kept.knows(&did("c")));
    }

    /// A history of a world that begins with one key and has so many more entries.
    fn history(seed: u8, more: u64) -> VerifiedKeyHistory {
        let (did, key) = (did("a"), SigningKey::from_seed(&[seed; 32]));
        let method = did.with_fragment("key-1").unwrap();
        let mut entries: Vec<String> = Vec::new();
        for number in 1..=more + 1 {
            let entry = KeyHistoryEntry {
                did: did.clone(),
                number,
                from: at(0),
                keys: vec![KeyHistoryKey {
                    id: method.clone(),
                    multikey: key.verifying_key().multikey(),
                    state: KeyState::Current,
                }],
                previous: entries.last().map(|text| Sha256Digest::of(text.as_bytes())),
            };
            let kid = KeyRef::Kid(&method);
            entries.push(sign(Typ::KeyHistory, kid, &entry.to_object(), &key));
        }
        let bytes = KeyHistoryDocument { entries }.to_bytes();
        VerifiedKeyHistory::verify(&did, &bytes, at(0)).unwrap()
    }

    /// Two looked at once, and were shown two histories; what is kept beyond a restart is the first.
    #[test]
    fn a_history_that_does_not_go_on_is_not_remembered() {
        let memory = Memory::default();
        let (one, other) = (memory.snapshot(), memory.snapshot());
        let marks = memory.remember(one.with_key_history(history(1, 0), at(0)));
        assert_eq!(marks.histories.len(), 1);
        let marks = memory.remember(other.with_key_history(history(2, 1), at(1)));
        assert!(marks.histories.is_empty(), "{:?}", marks.histories);
        // One that goes on is.
        let longer = memory.snapshot().with_key_history(history(1, 2), at(2));
        let marks = memory.remember(longer);
        let numbers: Vec<_> = marks
            .histories
            .iter()
            .map(|(_, head)| head.number())
            .collect();
        assert_eq!(numbers, [3]);
    }

    #[test]
    fn that_somebody_was_away_is_not_remembered() {
        let memory = Memory::default();
        let away = Evidence::new().without_document(did("a"), Reason::DidResolutionFailed, at(0));
        memory.remember(away);
        assert!(!memory.snapshot().knows(&did("a")));
    }

    #[test]
    fn each_issuer_is_asked_again_in_its_own_time_and_never_ourselves() {
        let memory = Memory::default();
        let known = ["a", "c", "own"]
            .into_iter()
            .fold(Evidence::new(), |known, name| {
                known.with_document(document(name), at(0))
            });
        let doubting = || memory.doubting(known.clone(), &known, &did("own"));
        let left = doubting().unwrap();
        assert!(left.knows(&did("own")) && !left.knows(&did("a")) && !left.knows(&did("c")));
        memory.asks_again(&did("a"));
        let left = doubting().unwrap();
        assert!(left.knows(&did("a")) && !left.knows(&did("c")));
        memory.asks_again(&did("c"));
        assert!(doubting().is_none());
        // What was fetched for this very verification is young enough.
        let fresh = memory.doubting(known.clone(), &Evidence::new(), &did("own"));
        assert!(fresh.is_none());
    }
}
