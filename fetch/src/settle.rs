//! Asking the verifier, fetching what its report misses, and asking again: how the outside becomes
//! [`Evidence`].
//!
//! Run by wallets and worlds. Only what a report names is fetched, and a report names nothing whose
//! trust has not passed.

use proofs::did_document::DidDocument;
use schemas::did::Did;
use schemas::json::{Limits, Value, read};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::{Evidence, Learned, Missing, Question, Report, Rounds, verify};

use crate::client::Client;
use crate::purpose::Purpose;

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

/// Fetches one thing that a report misses. `None` for a kind of thing that this version cannot fetch.
pub async fn obtain(client: &Client, missing: Missing, now: Timestamp) -> Option<Learned> {
    match missing {
        Missing::DidDocument(did) => {
            let found = document(client, &did, now).await;
            Some(Learned::Document(did, found.map(Box::new)))
        }
        Missing::StatusList(list) => {
            let fetched = client.get(Purpose::StatusList, list.url.as_str()).await;
            let fetched = fetched.map(crate::client::Response::into_body);
            let fetched = fetched.map_err(|error| error.reason());
            Some(Learned::StatusList(list, fetched))
        }
        Missing::TrustList(list) => {
            let fetched = client.get(Purpose::TrustList, list.url.as_str()).await;
            let fetched = fetched.map(crate::client::Response::into_body);
            let fetched = fetched.map_err(|error| error.reason());
            Some(Learned::TrustList(list, fetched))
        }
        _ => None,
    }
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
