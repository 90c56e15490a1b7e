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
        if self.documents.len() > MAX_DOCUMENTS {
            let oldest = self.documents.iter().min_by_key(|(_, known)| known.at);
            if let Some(did) = oldest.map(|(did, _)| did.clone()) {
                self.documents.remove(&did);
            }
        }
        self
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
