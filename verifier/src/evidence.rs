//! What is known of the outside, as an immutable snapshot: DID documents and their ages. The only
//! cache that a verification reads, and it never grows while one runs.

use std::collections::BTreeMap;

use proofs::did_document::DidDocument;
use schemas::did::Did;
use schemas::json::Object;
use schemas::reason::Reason;
use schemas::time::Timestamp;

/// Most documents in one snapshot.
const MAX_DOCUMENTS: usize = 1024;

/// A snapshot of the outside.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    documents: BTreeMap<Did, Known>,
}

#[derive(Clone, Debug)]
struct Known {
    found: Result<DidDocument, Reason>,
    at: Timestamp,
}

/// Something that a verification would have to know. Trust and, for parts of a credential, the
/// signature around it have passed already: it is safe to fetch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Missing {
    /// The document of this DID.
    DidDocument(Did),
}

impl Missing {
    /// The JSON form, as reports carry it.
    #[must_use]
    pub fn to_object(&self) -> Object {
        match self {
            Self::DidDocument(did) => schemas::object! { "did_document" => did },
        }
    }
}

impl Evidence {
    /// Nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Also a document, as it was at a moment. Beyond 1024 documents the oldest makes room.
    #[must_use]
    pub fn with_document(self, document: DidDocument, at: Timestamp) -> Self {
        let did = document.did().clone();
        self.with(
            did,
            Known {
                found: Ok(document),
                at,
            },
        )
    }

    /// Also that a document could not be had: `did_resolution_failed` leaves the verification
    /// undecided, every other reason refuses.
    #[must_use]
    pub fn without_document(self, did: Did, reason: Reason, at: Timestamp) -> Self {
        self.with(
            did,
            Known {
                found: Err(reason),
                at,
            },
        )
    }

    fn with(mut self, did: Did, known: Known) -> Self {
        self.documents.insert(did, known);
        self.bounded()
    }

    fn bounded(mut self) -> Self {
        while self.documents.len() > MAX_DOCUMENTS {
            let oldest = self.documents.iter().min_by_key(|(_, known)| known.at);
            let Some(did) = oldest.map(|(did, _)| did.clone()) else {
                break;
            };
            self.documents.remove(&did);
        }
        self
    }

    /// What both know. Of two entries for one DID the younger stays, of two of the same moment the
    /// other's. The bound is that of [`Evidence::with_document`].
    #[must_use]
    pub fn merged(mut self, other: Self) -> Self {
        for (did, known) in other.documents {
            let younger = self
                .documents
                .get(&did)
                .is_none_or(|mine| mine.at <= known.at);
            if younger {
                self.documents.insert(did, known);
            }
        }
        self.bounded()
    }

    /// Only what is known of the DIDs that the caller keeps.
    #[must_use]
    pub fn keeping(mut self, mut keeps: impl FnMut(&Did) -> bool) -> Self {
        self.documents.retain(|did, _| keeps(did));
        self
    }

    /// Only the documents: that one could not be had is nothing to remember.
    #[must_use]
    pub fn found(mut self) -> Self {
        self.documents.retain(|_, known| known.found.is_ok());
        self
    }

    /// Whether anything is known of a DID's document, be it that it could not be had.
    #[must_use]
    pub fn knows(&self, did: &Did) -> bool {
        self.documents.contains_key(did)
    }

    /// The DIDs of which anything is known.
    pub fn dids(&self) -> impl Iterator<Item = &Did> {
        self.documents.keys()
    }

    /// What is known of a DID's document, unless it is older than this many seconds.
    pub(crate) fn document(
        &self,
        did: &Did,
        now: Timestamp,
        max_age: i64,
    ) -> Option<&Result<DidDocument, Reason>> {
        let known = self.documents.get(did)?;
        (now.seconds_since(known.at) <= max_age).then_some(&known.found)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, proptest};
    use schemas::did::Did;
    use schemas::reason::Reason;
    use schemas::time::Timestamp;

    use super::{Evidence, MAX_DOCUMENTS};

    fn did(number: usize) -> Did {
        format!("did:web:w{number}.example").parse().unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(1_800_000_000 + seconds)
    }

    fn known(entries: impl IntoIterator<Item = (usize, Reason, i64)>) -> Evidence {
        let entries = entries.into_iter();
        entries.fold(Evidence::new(), |evidence, (number, reason, seconds)| {
            evidence.without_document(did(number), reason, at(seconds))
        })
    }

    fn told(evidence: &Evidence, number: usize) -> Option<Reason> {
        let found = evidence.document(&did(number), at(0), i64::MAX)?;
        found.as_ref().err().copied()
    }

    const OLD: Reason = Reason::DidMalformed;
    const YOUNG: Reason = Reason::DidRedirect;

    #[test]
    fn two_snapshots_do_not_evict_each_other() {
        let (one, other) = (known([(1, OLD, 0)]), known([(2, OLD, 0)]));
        for merged in [
            one.clone().merged(other.clone()),
            other.clone().merged(one.clone()),
        ] {
            assert!(merged.knows(&did(1)) && merged.knows(&did(2)));
        }
        assert!(!one.knows(&did(2)));
    }

    #[test]
    fn the_younger_entry_stays_whoever_comes_last() {
        let (old, young) = (known([(1, OLD, 0)]), known([(1, YOUNG, 1)]));
        assert_eq!(told(&old.clone().merged(young.clone()), 1), Some(YOUNG));
        assert_eq!(told(&young.merged(old.clone()), 1), Some(YOUNG));
        // Of the same moment: what was learned later.
        assert_eq!(told(&old.merged(known([(1, YOUNG, 0)])), 1), Some(YOUNG));
    }

    #[test]
    fn a_merged_snapshot_has_its_bound_and_drops_the_oldest() {
        let seconds = |number: usize| i64::try_from(number).unwrap();
        let one = known((0..MAX_DOCUMENTS).map(|number| (number, OLD, seconds(number))));
        let more = MAX_DOCUMENTS..2 * MAX_DOCUMENTS;
        let other = known(more.map(|number| (number, OLD, seconds(number))));
        let merged = one.merged(other);
        assert_eq!(merged.dids().count(), MAX_DOCUMENTS);
        assert!(!merged.knows(&did(MAX_DOCUMENTS - 1)) && merged.knows(&did(MAX_DOCUMENTS)));
    }

    #[test]
    fn failures_and_what_is_not_kept_are_left_out() {
        let evidence = known([(1, OLD, 0), (2, OLD, 0)]);
        let kept = evidence.clone().keeping(|known| *known == did(2));
        assert!(!kept.knows(&did(1)) && kept.knows(&did(2)));
        assert_eq!(evidence.found().dids().count(), 0);
    }

    fn entries() -> impl Strategy<Value = Vec<(usize, i64)>> {
        proptest::collection::vec((0_usize..8, 0_i64..8), 0..12)
    }

    proptest! {
        /// In a merged snapshot stands, for each DID, the youngest of all moments.
        #[test]
        fn merging_keeps_the_youngest_of_each(one in entries(), other in entries()) {
            // An entry for a DID replaces the one before it, so the last of each counts.
            let last = |entries: &[(usize, i64)], number| {
                let mut mine = entries.iter().filter(|(known, _)| *known == number);
                mine.next_back().map(|(_, seconds)| *seconds)
            };
            let all = |entries: &[(usize, i64)]| {
                known(entries.iter().map(|(number, seconds)| (*number, OLD, *seconds)))
            };
            let merged = all(&one).merged(all(&other));
            for number in 0..8 {
                let youngest = last(&one, number).max(last(&other, number));
                let age = |seconds| merged.document(&did(number), at(seconds), 0).is_some();
                match youngest {
                    // As old as that moment, and no older.
                    Some(seconds) => assert!(age(seconds) && !age(seconds + 1)),
                    None => assert!(!merged.knows(&did(number))),
                }
            }
        }
    }
}
