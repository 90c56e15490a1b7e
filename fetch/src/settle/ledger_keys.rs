//! The keys of a ledger: its DID document, and the history of its keys where it announces one.

use schemas::did::Did;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::{Evidence, Policy, VerifiedKeyHistory};

use super::{document, key_history};
use crate::client::Client;

/// Fetches all that has to be known to judge what a ledger signed, whenever that was. Run by wallets,
/// monitors and witnesses.
///
/// # Errors
/// The reason code of what could not be had: without a history that is announced nothing is said of a
/// ledger. `key_history_mismatch` where document and history do not agree.
pub async fn ledger_keys(
    client: &Client,
    ledger: &WorldId,
    now: Timestamp,
) -> Result<Evidence, Reason> {
    let did = ledger.did();
    match once(client, &did, now).await {
        // Its key may have been changed between the two answers.
        Err(Reason::KeyHistoryMismatch) => once(client, &did, now).await,
        gathered => gathered,
    }
}

async fn once(client: &Client, did: &Did, now: Timestamp) -> Result<Evidence, Reason> {
    let document = document(client, did, now).await?;
    if !document.announces_key_history() {
        return Ok(Evidence::new().with_document(document, now));
    }
    let fetched = key_history(client, did).await?;
    let latest = now.plus_seconds(Policy::nobody().limits().clock_skew);
    let history = VerifiedKeyHistory::verify(did, &fetched.bytes, latest);
    let history = history.map_err(|fault| fault.reason())?;
    if !history.agrees_with(&document, now) {
        return Err(Reason::KeyHistoryMismatch);
    }
    let at = now.plus_seconds(fetched.age_seconds.max(0).saturating_neg());
    let evidence = Evidence::new().with_document(document, now);
    Ok(evidence.with_key_history(history, at))
}
