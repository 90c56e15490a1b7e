//! Judging a document with the verifier that worlds use, while fetching only from origins that were
//! confirmed. The holder's side runs it.
//!
//! A wallet is stricter than [`fetch::settle`]: a creator whom an issuer vouches for is not contacted
//! either, unless the person confirmed that origin.

use fetch::Client;
use fetch::settle::{document_with_value, obtain};
use proofs::did_document::{DidDocument, Profile};
use schemas::did::Did;
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::{Evidence, Learned, Missing, Question, Report, Rounds, verify};

/// DID documents as they arrived, with the times of their arrival.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Documents(Vec<Known>);

#[derive(Clone, Debug, PartialEq)]
struct Known {
    did: Did,
    found: Result<Value, Reason>,
    at: Timestamp,
}

impl Documents {
    /// What is known, as the verifier reads it.
    pub(crate) fn evidence(&self) -> Evidence {
        self.evidence_with(|known| known.at)
    }

    /// What was known when a credential was received, taken as if it had arrived at `now`. So a
    /// presentation contacts nobody but the world that asks: an issuer that were asked for its
    /// document each time would learn when its credentials are shown. The world that is shown them
    /// fetches a fresh one by itself.
    pub(crate) fn evidence_as_of(&self, now: Timestamp) -> Evidence {
        self.evidence_with(|_| now)
    }

    fn evidence_with(&self, at: impl Fn(&Known) -> Timestamp) -> Evidence {
        self.0.iter().fold(Evidence::new(), |evidence, known| {
            let parsed = known.found.clone().and_then(|value| {
                DidDocument::parse(&value, &known.did).map_err(|error| error.reason())
            });
            match parsed {
                Ok(document) => evidence.with_document(document, at(known)),
                Err(reason) => evidence.without_document(known.did.clone(), reason, at(known)),
            }
        })
    }

    /// The document of a DID, read.
    pub(crate) fn document(&self, did: &Did) -> Result<DidDocument, Reason> {
        let known = self.0.iter().rev().find(|known| known.did == *did);
        let value = known.ok_or(Reason::DidResolutionFailed)?.found.clone()?;
        DidDocument::parse(&value, did).map_err(|error| error.reason())
    }

    /// What a DID is called, as its document says.
    pub(crate) fn profile(&self, did: &Did) -> Option<Profile> {
        self.document(did).ok()?.profile().cloned()
    }

    /// Fetches a document; what went wrong is remembered too.
    pub(crate) async fn fetch(
        &mut self,
        client: &Client,
        did: &Did,
        now: Timestamp,
    ) -> Result<(), Reason> {
        let found = document_with_value(client, did, now)
            .await
            .map(|(_, value)| value);
        let outcome = found.as_ref().map(drop).map_err(|reason| *reason);
        self.0.retain(|known| known.did != *did);
        self.0.push(Known {
            did: did.clone(),
            found,
            at: now,
        });
        outcome
    }

    /// The documents that arrived, to be kept beside a credential.
    pub(crate) fn to_object(&self) -> Object {
        let arrived = self.0.iter().filter_map(|known| {
            let document = known.found.clone().ok()?;
            let entry = schemas::object! { "at" => known.at, "document" => document };
            Some((known.did.as_str().to_owned(), Value::Object(entry)))
        });
        arrived.collect()
    }

    /// Reads what [`Documents::to_object`] wrote.
    pub(crate) fn from_object(object: &Object) -> Option<Self> {
        let known = |(did, entry): (&str, &Value)| {
            Some(Known {
                did: did.parse().ok()?,
                found: Ok(entry.get("document")?.clone()),
                at: Timestamp::parse(entry.get("at")?.as_str()?).ok()?,
            })
        };
        object.iter().map(known).collect::<Option<_>>().map(Self)
    }
}

/// What is known of the outside while things are judged: documents, which are kept beside a
/// credential, and lists, which are not. Copies of one credential share it, so that their issuer is
/// asked once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outside {
    documents: Documents,
    evidence: Evidence,
}

impl Outside {
    /// These documents, and no list.
    pub(crate) fn of(documents: Documents) -> Self {
        let evidence = documents.evidence();
        Self {
            documents,
            evidence,
        }
    }

    /// The documents that are known by now.
    pub(crate) fn into_documents(self) -> Documents {
        self.documents
    }
}

/// Judges bytes; what is missing is fetched from the `reachable` worlds, and from no other. A report
/// that lacks something from elsewhere stays undecided and names it.
pub(crate) async fn judge(
    client: &Client,
    question: &Question<'_>,
    bytes: &[u8],
    outside: &mut Outside,
    reachable: &[WorldId],
    now: Timestamp,
) -> Report {
    let mut rounds = Rounds::new(std::mem::take(&mut outside.evidence), now);
    loop {
        let report = verify(question, bytes, rounds.evidence(), now);
        let mut wanted = rounds.wanted(&report);
        wanted.retain(|missing| is_reachable(missing, reachable));
        if wanted.is_empty() {
            outside.evidence = rounds.into_evidence();
            return report;
        }
        for missing in wanted {
            let learned = match missing {
                Missing::DidDocument(did) => {
                    // What went wrong is remembered, and the report says what came of it.
                    outside.documents.fetch(client, &did, now).await.ok();
                    let found = outside.documents.document(&did);
                    Some(Learned::Document(did, found.map(Box::new)))
                }
                missing => obtain(client, missing, now).await,
            };
            if let Some(learned) = learned {
                rounds.learn(learned, question.policy);
            }
        }
    }
}

/// Whether it lies in a world that may be contacted.
fn is_reachable(missing: &Missing, reachable: &[WorldId]) -> bool {
    match missing {
        Missing::DidDocument(did) | Missing::KeyHistory(did) => {
            WorldId::of_did(did).is_ok_and(|world| reachable.contains(&world))
        }
        Missing::StatusList(list) | Missing::TrustList(list) => {
            reachable.contains(list.url.world())
        }
        Missing::ItemChain(head) | Missing::ItemHead(head) => reachable.contains(&head.ledger),
        _ => false,
    }
}
