//! Gathering what goes into a bundle, and signing it; run by a world with a network.

use std::collections::BTreeSet;
use std::sync::Arc;

use fetch::Purpose;
use fetch::settle::document_with_value;
use proofs::jws::{self, KeyRef, Typ};
use schemas::bundle::{
    BundleClaims, BundledDocument, BundledHistory, BundledList, MAX_BUNDLE_BYTES, MAX_DOCUMENTS,
    MAX_KEY_HISTORIES, MAX_STATUS_LISTS, MAX_TRUST_LISTS,
};
use schemas::did::{Did, DidMethod};
use schemas::json::{Limits, Value, read};
use schemas::key_history::KEY_HISTORY_PATH;
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::trust_list::TrustedCreators;
use schemas::world::WorldId;
use verifier::bundle::{UnpackedKind, VerifiedBundle};
use verifier::{Creators, Fetched, Learned, ListRef, Policy, Rounds, status};

use super::{BundleMade, BundleTerms, BundlingError, Gathered, Times};
use crate::store::{ListKind, Records as _};
use crate::world::{World, seconds};

impl World {
    /// Makes a bundle of what this world's policy believes: DID documents, trust lists, the status
    /// lists that this world has seen, and what it publishes itself. What could not be had is left out
    /// and said.
    ///
    /// # Errors
    /// [`BundlingError`]
    pub async fn make_bundle(
        self: &Arc<Self>,
        terms: &BundleTerms,
    ) -> Result<BundleMade, BundlingError> {
        let now = self.clock.now();
        let policy = self.believing.policy();
        let rounds = self.begin(&policy, now);
        let mut basket = Basket::new(self, &policy, rounds, now);
        let named = named_by(&policy);
        basket.has_room(UnpackedKind::Document, documents(&named))?;
        basket.has_room(UnpackedKind::TrustList, policy.trust_lists().len())?;
        for did in &named {
            basket.document(did).await;
        }
        basket.own_document();
        for rule in policy.trust_lists() {
            basket.trust_list(&rule.list).await;
        }
        // Of whom nobody believes any more nothing is asked.
        let believed: BTreeSet<Did> = named.into_iter().chain(basket.listed(&policy)).collect();
        let seen = self.store.marked_lists().await?.into_iter();
        let seen = seen
            .filter(|seen| seen.kind == ListKind::Status)
            .map(|seen| seen.list);
        let seen = seen.filter(|list| believed.contains(&list.issuer) && !self.is_own(list));
        let wanted = seen.chain(terms.status_lists.iter().cloned());
        let wanted: BTreeSet<ListRef> = wanted.chain(self.own_lists().await?).collect();
        // What does not fit is said before anybody else is asked.
        let issuers = wanted.iter().map(|list| list.issuer.clone());
        let all: BTreeSet<Did> = believed.iter().cloned().chain(issuers).collect();
        basket.has_room(UnpackedKind::Document, documents(&all))?;
        basket.has_room(UnpackedKind::StatusList, wanted.len())?;
        for did in &believed {
            basket.document(did).await;
        }
        for list in wanted {
            basket.document(&list.issuer).await;
            basket.status_list(&list).await;
        }
        basket.has_room(UnpackedKind::KeyHistory, basket.claims.key_histories.len())?;
        let until = now.plus_seconds(seconds(terms.life));
        let (claims, gathered) = basket.packed(until);
        self.sign_bundle(&claims, gathered, &policy)
    }

    fn sign_bundle(
        &self,
        claims: &BundleClaims,
        gathered: Vec<Gathered>,
        policy: &Policy,
    ) -> Result<BundleMade, BundlingError> {
        let identity = self.identity();
        let key = &identity.keys.signing;
        let Value::Object(object) = claims.to_value() else {
            return Err(BundlingError::Unsound(Reason::InternalError));
        };
        let method = key.verification_method();
        let text = jws::sign(Typ::Bundle, KeyRef::Kid(&method), &object, key);
        if text.len() > MAX_BUNDLE_BYTES {
            return Err(BundlingError::TooLarge {
                limit: MAX_BUNDLE_BYTES,
                found: text.len(),
            });
        }
        let maker = key.did_key();
        // As those will read it who are to live by it.
        let reader = policy.clone().with_bundle_maker(maker.clone());
        VerifiedBundle::verify(&text, &reader, claims.made)
            .map_err(|error| BundlingError::Unsound(error.reason()))?;
        Ok(BundleMade {
            text,
            maker,
            made: claims.made,
            until: claims.until,
            gathered,
        })
    }
}

/// How many documents these have to be fetched from, and our own. A key that is its own document has
/// none.
fn documents(dids: &BTreeSet<Did>) -> usize {
    let fetched = |did: &&Did| did.method() == DidMethod::Web;
    dids.iter().filter(fetched).count() + 1
}

/// Whose documents the rules of a policy need.
fn named_by(policy: &Policy) -> BTreeSet<Did> {
    let mut named: BTreeSet<Did> = policy.rules().iter().map(|rule| rule.did.clone()).collect();
    for rule in policy.rules() {
        if let Creators::Listed(creators) = &rule.creators {
            named.extend(creators.iter().cloned());
        }
    }
    let lists = policy.trust_lists().iter();
    named.extend(lists.map(|rule| rule.list.issuer.clone()));
    named
}

/// What has been gathered so far.
struct Basket<'w> {
    world: &'w Arc<World>,
    policy: &'w Policy,
    rounds: Rounds,
    now: Timestamp,
    asked: BTreeSet<Did>,
    claims: BundleClaims,
    gathered: Vec<Gathered>,
}

impl<'w> Basket<'w> {
    fn new(world: &'w Arc<World>, policy: &'w Policy, rounds: Rounds, now: Timestamp) -> Self {
        Self {
            world,
            policy,
            rounds,
            now,
            asked: BTreeSet::new(),
            claims: BundleClaims {
                made: now,
                until: now,
                documents: Vec::new(),
                key_histories: Vec::new(),
                trust_lists: Vec::new(),
                status_lists: Vec::new(),
            },
            gathered: Vec::new(),
        }
    }

    /// Whether a bundle holds so many things of a kind.
    fn has_room(&self, kind: UnpackedKind, found: usize) -> Result<(), BundlingError> {
        let limit = match kind {
            UnpackedKind::Document => MAX_DOCUMENTS,
            UnpackedKind::KeyHistory => MAX_KEY_HISTORIES,
            UnpackedKind::TrustList => MAX_TRUST_LISTS,
            UnpackedKind::StatusList => MAX_STATUS_LISTS,
        };
        if found <= limit {
            return Ok(());
        }
        Err(BundlingError::TooMany { kind, limit, found })
    }

    fn note(&mut self, kind: UnpackedKind, name: &str, outcome: Result<Times, Reason>) {
        self.gathered.push(Gathered {
            name: name.to_owned(),
            kind,
            outcome,
        });
    }

    /// A key that is its own document has none to be fetched.
    async fn document(&mut self, did: &Did) {
        let own = self.world.config.origin.did();
        if did.method() != DidMethod::Web || *did == own || !self.asked.insert(did.clone()) {
            return;
        }
        let found = match self.world.network() {
            Some(client) => document_with_value(client, did, self.now).await,
            None => Err(Reason::DidResolutionFailed),
        };
        let mut announced = false;
        let outcome = found.map(|(document, value)| {
            announced = document.announces_key_history();
            let learned = Learned::Document(did.clone(), Ok(Box::new(document)));
            self.rounds.learn(learned, self.policy);
            self.keep_document(did, value)
        });
        self.note(UnpackedKind::Document, did.as_str(), outcome);
        if announced {
            self.key_history(did).await;
        }
    }

    /// What older keys signed is believed without a network too. Comes before the lists: one of them may
    /// be signed by such a key.
    async fn key_history(&mut self, did: &Did) {
        let url = WorldId::of_did(did).map(|world| format!("{}{KEY_HISTORY_PATH}", world.origin()));
        let outcome = match (url, self.world.network()) {
            (Ok(url), Some(client)) => client
                .get(Purpose::KeyHistory, &url)
                .await
                .map_err(|error| error.reason()),
            _ => Err(Reason::DidResolutionFailed),
        };
        let outcome = outcome.and_then(|answer| {
            let fetched = Fetched {
                age_seconds: i64::from(answer.age_seconds()),
                bytes: answer.into_body(),
            };
            self.judge_key_history(did, fetched)
        });
        self.note(UnpackedKind::KeyHistory, did.as_str(), outcome);
    }

    fn judge_key_history(&mut self, did: &Did, fetched: Fetched) -> Result<Times, Reason> {
        let bytes = fetched.bytes.clone();
        let at = self.now.plus_seconds(-fetched.age_seconds.max(0));
        let learned = Learned::KeyHistory(did.clone(), Ok(fetched));
        self.rounds.learn(learned, self.policy);
        let known = self.rounds.evidence().heard_of_key_history(did);
        known.unwrap_or(Err(Reason::DidResolutionFailed))?;
        self.keep_key_history(did, &bytes, at)
    }

    fn keep_key_history(
        &mut self,
        did: &Did,
        bytes: &[u8],
        fetched: Timestamp,
    ) -> Result<Times, Reason> {
        self.claims.key_histories.push(BundledHistory {
            did: did.clone(),
            fetched,
            history: read(bytes, &Limits::document()).map_err(|error| error.reason())?,
        });
        Ok(Times {
            fetched,
            own_end: None,
        })
    }

    fn own_document(&mut self) {
        let own = self.world.config.origin.did();
        let identity = self.world.identity();
        let document = Value::Object(identity.did_document.clone());
        let times = self.keep_document(&own, document);
        self.note(UnpackedKind::Document, own.as_str(), Ok(times));
        let outcome = self.keep_key_history(&own, identity.keys.history.bytes(), self.now);
        self.note(UnpackedKind::KeyHistory, own.as_str(), outcome);
    }

    fn keep_document(&mut self, did: &Did, document: Value) -> Times {
        self.claims.documents.push(BundledDocument {
            did: did.clone(),
            fetched: self.now,
            document,
        });
        Times {
            fetched: self.now,
            own_end: None,
        }
    }

    async fn trust_list(&mut self, list: &ListRef) {
        let outcome = match self.fetch(Purpose::TrustList, list).await {
            Ok(fetched) => self.judge_trust_list(list, fetched),
            Err(reason) => Err(reason),
        };
        self.note(UnpackedKind::TrustList, list.url.as_str(), outcome);
    }

    fn judge_trust_list(&mut self, list: &ListRef, fetched: Fetched) -> Result<Times, Reason> {
        let bytes = fetched.bytes.clone();
        let learned = Learned::TrustList(list.clone(), Ok(fetched));
        self.rounds.learn(learned, self.policy);
        let known = self.rounds.evidence().heard_of_trust_list(list);
        let known = known.unwrap_or(Err(Reason::TrustListUnavailable))?;
        let times = Times {
            fetched: known.fetched_at(),
            own_end: known.own_end(),
        };
        let bundled = bundle_list(list, &bytes, times)?;
        self.claims.trust_lists.push(bundled);
        Ok(times)
    }

    async fn status_list(&mut self, list: &ListRef) {
        let fetched = match self.world.own_list_bytes(list).await {
            Some(own) => own.map(Fetched::now),
            None => self.fetch(Purpose::StatusList, list).await,
        };
        let outcome = match fetched {
            Ok(fetched) => self.judge_status_list(list, fetched),
            Err(reason) => Err(reason),
        };
        self.note(UnpackedKind::StatusList, list.url.as_str(), outcome);
    }

    fn judge_status_list(&mut self, list: &ListRef, fetched: Fetched) -> Result<Times, Reason> {
        let bytes = fetched.bytes.clone();
        let learned = Learned::StatusList(list.clone(), Ok(fetched));
        self.rounds.learn(learned, self.policy);
        let known = self.rounds.evidence().heard_of_status_list(list);
        let known = known.unwrap_or(Err(Reason::StatusUnavailable))?;
        let times = Times {
            fetched: known.fetched_at(),
            own_end: known.own_end(),
        };
        let bundled = bundle_list(list, &bytes, times)?;
        self.claims.status_lists.push(bundled);
        Ok(times)
    }

    async fn fetch(&self, purpose: Purpose, list: &ListRef) -> Result<Fetched, Reason> {
        let Some(client) = self.world.network() else {
            return Err(match purpose {
                Purpose::TrustList => Reason::TrustListUnavailable,
                _ => Reason::StatusUnavailable,
            });
        };
        let answer = client.get(purpose, list.url.as_str()).await;
        let answer = answer.map_err(|error| error.reason())?;
        Ok(Fetched {
            age_seconds: i64::from(answer.age_seconds()),
            bytes: answer.into_body(),
        })
    }

    /// Those whom the trust lists name, and the creators whom they name.
    fn listed(&self, policy: &Policy) -> BTreeSet<Did> {
        let mut listed = BTreeSet::new();
        for rule in policy.trust_lists() {
            let known = self.rounds.evidence().heard_of_trust_list(&rule.list);
            let Some(Ok(known)) = known else { continue };
            for entry in known.trusted() {
                listed.insert(entry.did.clone());
                if let TrustedCreators::Listed(creators) = &entry.creators {
                    listed.extend(creators.iter().cloned());
                }
            }
        }
        listed
    }

    fn packed(mut self, until: Timestamp) -> (BundleClaims, Vec<Gathered>) {
        self.claims.until = until;
        (self.claims, self.gathered)
    }
}

fn bundle_list(list: &ListRef, bytes: &[u8], times: Times) -> Result<BundledList, Reason> {
    Ok(BundledList {
        url: list.url.clone(),
        issuer: list.issuer.clone(),
        fetched: times.fetched,
        credential: match status::token_in(bytes) {
            Some(token) => token.into(),
            None => read(bytes, &Limits::document()).map_err(|error| error.reason())?,
        },
    })
}
