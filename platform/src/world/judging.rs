//! Judging: what is verified at the bench, what is fetched for it outside, and what of that a world
//! remembers.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use fetch::settle::{Obtained, Tagged, obtain_again};
use schemas::check::{CheckId, Outcome, Verdict};
use schemas::ledger::HeadDocument;
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::{
    Asked, AssetAsked, Evidence, Fetched, Learned, ListRef, Missing, Policy, Question, Report,
    Rounds,
};

use super::{Outside, World};
use crate::error::Refusal;
use crate::ledger::reading::{head_document, whole_chain};
use crate::status::lists::SignedList;
use crate::store::Records;

impl World {
    /// Judges bytes, fetching the DID documents that are missing.
    ///
    /// # Errors
    /// [`Refusal`] only when there was no place to do it; a bad document has a report.
    pub(crate) async fn judge(
        self: &Arc<Self>,
        asked: Asked,
        asset: AssetAsked,
        policy: Arc<Policy>,
        brought: impl Into<Brought>,
    ) -> Result<Report, Refusal> {
        let start = Instant::now();
        let case = Arc::new(Case {
            asked,
            asset,
            policy,
            brought: brought.into(),
            now: self.clock.now(),
        });
        let before = self.known(&case.policy, case.now);
        let (mut report, known) = self.settle(&case, before.clone(), Asking::First).await?;
        // A document that was remembered may be older than the key, of a list too.
        let key = [CheckId::Key, CheckId::Proof]
            .into_iter()
            .any(|check| matches!(report.outcome(check), Outcome::Failed(_)));
        let list = report.details().iter().any(|detail| {
            matches!(
                detail.reason,
                Reason::StatusInvalid | Reason::TrustListInvalid
            )
        });
        let own = self.did();
        if (key || list)
            && self.network().is_some()
            && let Some(rest) = self.memory.doubting(known, &before, own)
        {
            (report, _) = self.settle(&case, rest, Asking::Again).await?;
        }
        let reason = match report.verdict() {
            Verdict::Accepted => None,
            _ => report.reason(),
        };
        self.metrics.judged(reason, start.elapsed());
        Ok(report)
    }

    /// The loop of `fetch::settle`, with the verification at the bench and the fetching outside, so
    /// that an issuer who answers slowly keeps nobody else waiting. What was known in the end comes
    /// with the report.
    async fn settle(
        self: &Arc<Self>,
        case: &Arc<Case>,
        evidence: Evidence,
        asking: Asking,
    ) -> Result<(Report, Evidence), Refusal> {
        let mut rounds = Rounds::new(self.own(evidence, case.now), case.now);
        // Of its own ledger a world knows the newest, and takes nobody's word.
        let heads = case.brought.heads.iter();
        let heads = heads.filter(|head| head.leaf.claims().ledger != *self.config.world());
        rounds.bring(heads.cloned().collect(), &case.policy);
        rounds.open(&case.brought.heads);
        loop {
            let judged = Arc::clone(case);
            let (report, known) = self
                .at_bench(move |_| (judged.verify(rounds.evidence()), rounds))
                .await?;
            rounds = known;
            let wanted = rounds.wanted(&report);
            if wanted.is_empty() {
                let known = rounds.into_evidence();
                self.remember(&known).await;
                return Ok((report, known));
            }
            for missing in wanted {
                if let (Asking::Again, Missing::DidDocument(did)) = (asking, &missing) {
                    self.memory.asks_again(did);
                }
                self.learn(&mut rounds, missing, &case.policy, case.now)
                    .await;
            }
        }
    }

    /// Fetches one thing that is missing. A list that was fetched before is asked for by its tag.
    pub(crate) async fn learn(
        self: &Arc<Self>,
        rounds: &mut Rounds,
        missing: Missing,
        policy: &Policy,
        now: Timestamp,
    ) {
        let list = match &missing {
            Missing::StatusList(list) => Some(list.clone()),
            _ => None,
        };
        let known = list.as_ref().and_then(|list| self.memory.tagged(list));
        let own = match &list {
            Some(list) => self.own_list(list).await,
            None => None,
        };
        let obtained = match (own, &list) {
            (Some(own), Some(list)) => Some(of_own(own, list, known)),
            _ => match (self.of_own_ledger(&missing).await, self.network()) {
                (Some(own), _) => Some(own),
                (None, Some(client)) => obtain_again(client, missing, known.as_ref(), now).await,
                (None, None) => without_network(missing),
            },
        };
        let Some(Obtained { learned, etag }) = obtained else {
            return;
        };
        rounds.learn(learned, policy);
        let known = list.and_then(|list| rounds.evidence().last_status_list(&list).cloned());
        if let (Some(etag), Some(list)) = (etag, known) {
            self.memory.tag(etag, list);
        }
    }

    /// Head or chain of an item of this world's own ledger; `None` for everything else.
    async fn of_own_ledger(&self, missing: &Missing) -> Option<Obtained> {
        let head = match missing {
            Missing::ItemHead(head) => head,
            Missing::ItemChain(head) if head.ledger == *self.config.world() => {
                let leaves = whole_chain(self, head.item).await;
                let leaves = leaves.map_err(|_| Reason::LedgerChainUnavailable);
                return Some(Obtained {
                    learned: Learned::ItemChain(head.clone(), leaves),
                    etag: None,
                });
            }
            _ => return None,
        };
        if head.ledger != *self.config.world() {
            return None;
        }
        let document = head_document(self, head.item).await;
        let bytes = document.map(|document| Fetched::now(document.to_bytes()));
        let learned = Learned::ItemHead(head.clone(), bytes.map_err(|_| Reason::HeadUnavailable));
        Some(Obtained {
            learned,
            etag: None,
        })
    }

    /// Remembers what a verification learned, and the dates of lists and heads of key histories beyond the
    /// end of this process.
    pub(crate) async fn remember(&self, known: &Evidence) {
        // Of what this world publishes itself it always knows the newest.
        let known = match &self.outside {
            Outside::Network(_) => known
                .clone()
                .without_status_lists(|list| self.is_own(list))
                .without_item_heads(|head| head.ledger == *self.config.world()),
            // What a bundle says ends with it, and with the trust in its maker.
            Outside::Bundle(_) => known.dates(),
        };
        let newer = self.memory.remember(known);
        let now = self.clock.now();
        for seen in newer.lists {
            if self.is_own(&seen.list) {
                continue;
            }
            if let Err(error) = self.store.mark_list(&seen, now).await {
                tracing::error!(%error, "the date of a list is not kept beyond a restart");
            }
        }
        for (did, head) in newer.histories {
            if did == *self.did() {
                continue;
            }
            if let Err(error) = self.store.mark_history(&did, &head, now).await {
                tracing::error!(%error, "a key history is not remembered beyond a restart");
            }
        }
    }

    /// What this world knows to begin with.
    pub(crate) fn begin(&self, policy: &Arc<Policy>, now: Timestamp) -> Rounds {
        Rounds::new(self.own(self.known(policy, now), now), now)
    }

    /// A world need not ask the network who it is and was.
    fn own(&self, evidence: Evidence, now: Timestamp) -> Evidence {
        self.identity().told(evidence, now)
    }
}

/// Whether documents are asked for that were remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    First,
    Again,
}

/// Something to be judged, at one time.
struct Case {
    asked: Asked,
    asset: AssetAsked,
    policy: Arc<Policy>,
    brought: Brought,
    now: Timestamp,
}

/// What somebody handed in.
pub(crate) struct Brought {
    /// What is judged.
    pub(crate) bytes: Bytes,
    /// The heads of items that came with it.
    pub(crate) heads: Vec<HeadDocument>,
}

impl From<Bytes> for Brought {
    fn from(bytes: Bytes) -> Self {
        Self {
            bytes,
            heads: Vec::new(),
        }
    }
}

impl Case {
    fn verify(&self, evidence: &Evidence) -> Report {
        let question = Question {
            asked: &self.asked,
            asset: &self.asset,
            policy: &self.policy,
        };
        verifier::verify(&question, &self.brought.bytes, evidence, self.now)
    }
}

/// A list that this world publishes itself, judged once for each time that it is signed.
fn of_own(own: Result<Arc<SignedList>, Reason>, list: &ListRef, known: Option<Tagged>) -> Obtained {
    match (own, known) {
        (Ok(signed), Some(known)) if known.etag == signed.etag() => Obtained {
            learned: Learned::StatusListUnchanged(Box::new(known.list), 0),
            etag: None,
        },
        (own, _) => {
            let etag = own.as_ref().ok().map(|signed| signed.etag().to_owned());
            let own = own.map(|signed| Fetched::now(signed.bytes().to_vec()));
            Obtained {
                learned: Learned::StatusList(list.clone(), own),
                etag,
            }
        }
    }
}

/// What a world without a network learns of what is not in its bundle: that it cannot be had.
fn without_network(missing: Missing) -> Option<Obtained> {
    let learned = match missing {
        Missing::DidDocument(did) => Learned::Document(did, Err(Reason::DidResolutionFailed)),
        Missing::KeyHistory(did) => Learned::KeyHistory(did, Err(Reason::DidResolutionFailed)),
        Missing::StatusList(list) => Learned::StatusList(list, Err(Reason::StatusUnavailable)),
        Missing::TrustList(list) => Learned::TrustList(list, Err(Reason::TrustListUnavailable)),
        Missing::ItemHead(head) => Learned::ItemHead(head, Err(Reason::HeadUnavailable)),
        Missing::ItemChain(head) => Learned::ItemChain(head, Err(Reason::LedgerChainUnavailable)),
        _ => return None,
    };
    Some(Obtained {
        learned,
        etag: None,
    })
}
