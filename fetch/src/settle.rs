//! Asking the verifier, fetching what its report misses, and asking again: the one loop that turns
//! the outside into [`Evidence`].
//!
//! Run by wallets and worlds. Only what a report names is fetched, and a report names nothing whose
//! trust has not passed.

use proofs::did_document::DidDocument;
use schemas::did::Did;
use schemas::json::{Limits, read};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::{Evidence, MAX_ROUNDS, Missing, Question, Report, verify};

use crate::client::Client;

/// Judges bytes, fetching what is missing, [`MAX_ROUNDS`] rounds at most.
///
/// The evidence comes back grown, so that a caller may keep it for the next question. What could not
/// be fetched is evidence too: the report says why it stays undecided, or is refused.
pub async fn settle(
    client: &Client,
    question: &Question<'_>,
    bytes: &[u8],
    mut evidence: Evidence,
    now: Timestamp,
) -> (Report, Evidence) {
    let mut report = verify(question, bytes, &evidence, now);
    for _ in 0..MAX_ROUNDS {
        if report.missing().is_empty() {
            break;
        }
        for missing in report.missing() {
            evidence = match missing {
                Missing::DidDocument(did) => match document(client, did, now).await {
                    Ok(document) => evidence.with_document(document, now),
                    Err(reason) => evidence.without_document(did.clone(), reason, now),
                },
                // A kind of evidence that this build cannot fetch stays missing.
                _ => evidence,
            };
        }
        report = verify(question, bytes, &evidence, now);
    }
    (report, evidence)
}

/// Fetches and reads the document of a `did:web`.
///
/// # Errors
/// The reason code of what went wrong on the way or in the document.
pub async fn document(client: &Client, did: &Did, now: Timestamp) -> Result<DidDocument, Reason> {
    let fetched = client.resolve(did, now).await.map_err(|error| error.reason())?;
    let value = read(&fetched.value, &Limits::document()).map_err(|error| error.reason())?;
    DidDocument::parse(&value, did).map_err(|error| error.reason())
}
