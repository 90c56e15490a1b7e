//! Asking the verifier, fetching what its report misses, and asking again: how the outside becomes
//! [`Evidence`].
//!
//! Run by wallets and worlds. Only what a report names is fetched, and a report names nothing whose
//! trust has not passed.

mod ledger_keys;

use proofs::did_document::DidDocument;
use schemas::did::Did;
use schemas::json::{Limits, Value, read};
use schemas::key_history::KEY_HISTORY_PATH;
use schemas::ledger::{ChainPage, UnverifiedLeaf};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::ledger::{HeadRef, MAX_CHAIN};
use verifier::status::VerifiedStatusList;
use verifier::{Evidence, Fetched, Learned, ListRef, Missing, Question, Report, Rounds, verify};

use crate::client::{Client, Response};
use crate::purpose::Purpose;

pub use ledger_keys::ledger_keys;

/// Judges bytes, fetching what is missing, as [`Rounds`] says.
///
/// The evidence comes back grown, so that a caller may keep it for the next question. What could not
/// be fetched is evidence too: the report says why it stays undecided, or is refused.
pub async fn settle(
    client: &Client,
    question: &Question<'_>,
    bytes: &[u8],
    evidence: Evidence,
    now: Timestamp,
) -> (Report, Evidence) {
    let mut rounds = Rounds::new(evidence, now);
    loop {
        let report = verify(question, bytes, rounds.evidence(), now);
        let wanted = rounds.wanted(&report);
        if wanted.is_empty() {
            return (report, rounds.into_evidence());
        }
        for missing in wanted {
            if let Some(learned) = obtain(client, missing, now).await {
                rounds.learn(learned, question.policy);
            }
        }
    }
}

/// A status list that was fetched before, and the tag by which to ask whether it still is the one.
#[derive(Clone, Debug, PartialEq)]
pub struct Tagged {
    /// The entity tag that came with it.
    pub etag: String,
    /// The list that came with it, judged.
    pub list: VerifiedStatusList,
}

/// What came of fetching one thing.
#[derive(Clone, Debug)]
pub struct Obtained {
    /// What to tell [`Rounds::learn`].
    pub learned: Learned,
    /// The entity tag of a status list that is new.
    pub etag: Option<String>,
}

/// Fetches one thing that a report misses. `None` for a kind of thing that this version cannot fetch.
pub async fn obtain(client: &Client, missing: Missing, now: Timestamp) -> Option<Learned> {
    let obtained = obtain_again(client, missing, None, now).await?;
    Some(obtained.learned)
}

/// The same, for whoever keeps status lists with their tags: one that did not change is not sent again.
pub async fn obtain_again(
    client: &Client,
    missing: Missing,
    known: Option<&Tagged>,
    now: Timestamp,
) -> Option<Obtained> {
    let learned = match missing {
        Missing::DidDocument(did) => {
            let found = document(client, &did, now).await;
            Learned::Document(did, found.map(Box::new))
        }
        Missing::StatusList(list) => return Some(status_list(client, list, known).await),
        Missing::TrustList(list) => {
            let fetched = client.get(Purpose::TrustList, list.url.as_str()).await;
            let fetched = fetched.map(fetched_of).map_err(|error| error.reason());
            Learned::TrustList(list, fetched)
        }
        Missing::ItemHead(head) => {
            let fetched = client.get(Purpose::ItemHead, &head.url()).await;
            let fetched = fetched.map(fetched_of).map_err(|error| error.reason());
            Learned::ItemHead(head, fetched)
        }
        Missing::ItemChain(head) => {
            let leaves = item_chain(client, &head).await;
            Learned::ItemChain(head, leaves)
        }
        Missing::KeyHistory(did) => {
            let fetched = key_history(client, &did).await;
            Learned::KeyHistory(did, fetched)
        }
        _ => return None,
    };
    Some(Obtained {
        learned,
        etag: None,
    })
}

/// Every leaf of an item, page by page. A ledger that never ends a chain is not read for ever, and an
/// answer that cannot be read proves nothing: `ledger_chain_unavailable`.
async fn item_chain(client: &Client, head: &HeadRef) -> Result<Vec<UnverifiedLeaf>, Reason> {
    let unavailable = Reason::LedgerChainUnavailable;
    let mut leaves: Vec<UnverifiedLeaf> = Vec::new();
    let mut next = Some(0);
    while let Some(from) = next {
        let url = format!("{}?from={from}", head.chain_url());
        let answer = client.get(Purpose::ItemHead, &url).await;
        let answer = answer.map_err(|_| unavailable)?;
        let page = ChainPage::read(answer.body()).map_err(|_| unavailable)?;
        leaves.extend(page.leaves);
        if leaves.len() > MAX_CHAIN {
            return Err(unavailable);
        }
        next = page.next;
    }
    Ok(leaves)
}

async fn status_list(client: &Client, list: ListRef, known: Option<&Tagged>) -> Obtained {
    let known = known.filter(|known| *known.list.list() == list);
    let url = list.url.as_str();
    let answer = match known {
        Some(known) => {
            client
                .get_if_changed(Purpose::StatusList, url, &known.etag)
                .await
        }
        None => client.get(Purpose::StatusList, url).await,
    };
    match (answer, known) {
        (Ok(answer), Some(known)) if answer.is_unchanged() => Obtained {
            learned: Learned::StatusListUnchanged(
                Box::new(known.list.clone()),
                i64::from(answer.age_seconds()),
            ),
            etag: None,
        },
        (Ok(answer), _) => Obtained {
            etag: answer.etag().map(str::to_owned),
            learned: Learned::StatusList(list, Ok(fetched_of(answer))),
        },
        (Err(error), _) => Obtained {
            learned: Learned::StatusList(list, Err(error.reason())),
            etag: None,
        },
    }
}

fn fetched_of(answer: Response) -> Fetched {
    Fetched {
        age_seconds: i64::from(answer.age_seconds()),
        bytes: answer.into_body(),
    }
}

/// Fetches the key history of a world, from its one place in the world's origin.
async fn key_history(client: &Client, did: &Did) -> Result<Fetched, Reason> {
    // Only a whole origin announces one.
    let world = WorldId::of_did(did).map_err(|_| Reason::KeyHistoryMismatch)?;
    let url = format!("{}{KEY_HISTORY_PATH}", world.origin());
    let fetched = client.get(Purpose::KeyHistory, &url).await;
    fetched.map(fetched_of).map_err(|error| error.reason())
}

/// Fetches and reads the document of a `did:web`.
///
/// # Errors
/// The reason code of what went wrong on the way or in the document.
pub async fn document(client: &Client, did: &Did, now: Timestamp) -> Result<DidDocument, Reason> {
    let (document, _) = document_with_value(client, did, now).await?;
    Ok(document)
}

/// The same, with the document as it arrived, for whoever keeps it.
///
/// # Errors
/// As [`document`].
pub async fn document_with_value(
    client: &Client,
    did: &Did,
    now: Timestamp,
) -> Result<(DidDocument, Value), Reason> {
    let fetched = client
        .resolve(did, now)
        .await
        .map_err(|error| error.reason())?;
    let value = read(&fetched.value, &Limits::document()).map_err(|error| error.reason())?;
    let document = DidDocument::parse(&value, did).map_err(|error| error.reason())?;
    Ok((document, value))
}
