//! Fetching what this wallet holds in a ledger and has no credential of yet: what it accepted, and what
//! came in return for what it offered. The holder's side runs it.
//!
//! The ledger tells whoever took a step how the credential is fetched, for as long as it knows the step's
//! key; and whoever proves to be the holder, at any time.

use fetch::Client;
use schemas::canonical;
use schemas::form::Form;
use schemas::json::{Object, Value};
use schemas::ledger::{ItemTag, LeafClaims, TermsDigest};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::consent::KeepConsent;
use crate::holding::HoldingId;
use crate::keys::TransferPath;
use crate::origin::Confirmed;
use crate::receive::{self, Arrived, ArrivedPart, Copies, Fetched, ReceiveError, Received, Wanted};
use crate::store::RecordId;
use crate::transfer::finish::{Came, Done, found, settle};
use crate::transfer::item::Standing;
use crate::transfer::judge::Ledger;
use crate::transfer::step::Outgoing;
use crate::transfer::{TransferError, talk};
use crate::wallet::Wallet;

/// Fetches the credential of what was accepted, and keeps it. The right has passed already: whatever
/// goes wrong here can be tried again.
#[expect(clippy::too_many_arguments, reason = "all of one conversation")]
pub(super) async fn take(
    client: &Client,
    wallet: &mut Wallet,
    id: &RecordId,
    step: &Outgoing,
    came: Came,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Done, TransferError> {
    let path = step.takes.clone().ok_or(TransferError::Absent)?;
    let due = Due::of(came.leaf.claims(), path);
    let first = redeem(client, wallet, &due, came.offer.as_ref(), confirmed, now).await?;
    let received = match first {
        Some(received) => received,
        // No code was told, or it was spent by a run that was killed, or is too old. The ledger answers
        // the same step with a good one, while it knows the step's key; and the holder whenever they ask.
        None => {
            let again = match talk::step(client, &step.sent, &step.once).await {
                Ok(again) => {
                    let ledger = Ledger::meet(client, &step.sent.step.ledger, now).await?;
                    ledger.answers(&again, &step.sent)?;
                    wallet.keep_answer(id, &again)?;
                    again
                        .credential_offer
                        .filter(|offer| came.offer.as_ref() != Some(offer))
                }
                Err(TransferError::Refused { .. }) => None,
                Err(error) => return Err(error),
            };
            let redeemed = match &again {
                Some(_) => redeem(client, wallet, &due, again.as_ref(), confirmed, now).await?,
                None => None,
            };
            match redeemed {
                Some(received) => received,
                None => match by_holder(client, wallet, &due, confirmed, now).await {
                    Ok(received) => received,
                    // It is not ours any more, or nobody's: that is the end of it.
                    Err(TransferError::Refused { reason }) => {
                        return lost(client, wallet, id, step, reason, now).await;
                    }
                    Err(error) => return Err(error),
                },
            }
        }
    };
    Ok(Done {
        kind: step.kind,
        name: step.name.clone(),
        ledger: step.sent.step.ledger.clone(),
        tag: step.sent.step.item,
        standing: Some(Standing::Held),
        received: Some(Box::new(received)),
    })
}

/// Ends an accept of which nothing can be fetched any more, when the chain says so.
async fn lost(
    client: &Client,
    wallet: &mut Wallet,
    id: &RecordId,
    step: &Outgoing,
    reason: Reason,
    now: Timestamp,
) -> Result<Done, TransferError> {
    let ledger = Ledger::meet(client, &step.sent.step.ledger, now).await?;
    let found = found(client, &ledger, step).await?;
    let refused = TransferError::Refused { reason };
    let found = found.ok_or(refused.clone())?;
    let standing = Standing::of_head(found.head.leaf.claims(), &found.leaf.claims().holder);
    match standing.is_over() {
        true => Ok(Done {
            standing: Some(standing),
            ..settle(wallet, id, step, found, now)?
        }),
        false => Err(refused),
    }
}

/// An item that this wallet holds in the ledger, and of which it has no credential yet.
struct Due {
    ledger: WorldId,
    item: ItemTag,
    terms: TermsDigest,
    /// The key that holds it.
    path: TransferPath,
}

impl Due {
    fn of(leaf: &LeafClaims, path: TransferPath) -> Self {
        Self {
            ledger: leaf.ledger.clone(),
            item: leaf.item,
            terms: leaf.terms,
            path,
        }
    }
}

/// Fetches what came in return for a holding that was passed on, and keeps it. `None` when nothing is
/// owed for it.
///
/// # Errors
/// [`TransferError`]; it can be tried again.
pub async fn collect(
    client: &Client,
    wallet: &mut Wallet,
    holding: &HoldingId,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Option<Received>, TransferError> {
    let item = wallet.item(holding)?.ok_or(TransferError::Absent)?;
    let Some(owed) = item.due.clone().filter(|_| item.owed().is_some()) else {
        return Ok(None);
    };
    confirmed.require(&item.ledger)?;
    let ledger = Ledger::meet(client, &item.ledger, now).await?;
    let document = talk::head(client, &item.ledger, &owed.item).await?;
    let head = ledger.head(&document, &owed.item)?;
    // What it is, is shown with what is kept; that it is ours, the head says.
    let due = Due::of(head.claims(), owed.path);
    Ok(Some(by_holder(client, wallet, &due, confirmed, now).await?))
}

/// Asks the ledger for the credential as the holder, by the holder's key, and keeps it.
async fn by_holder(
    client: &Client,
    wallet: &mut Wallet,
    due: &Due,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Received, TransferError> {
    let query = wallet
        .transfer_key(&due.path)
        .asks_for(&due.ledger, due.item, now)?;
    let offer = talk::credential(client, &due.ledger, &due.item, &query).await?;
    let redeemed = redeem(client, wallet, due, Some(&offer), confirmed, now).await?;
    redeemed.ok_or(TransferError::Document {
        reason: Reason::WorldUnreachable,
    })
}

/// Whether a code was used up, is too old, or was never given.
fn is_spent(error: &ReceiveError) -> bool {
    matches!(
        error,
        ReceiveError::Refused {
            step: receive::Step::Token,
            ..
        }
    )
}

/// Fetches and keeps what an item's holder is handed; `None` when there is no offer of it that is good.
async fn redeem(
    client: &Client,
    wallet: &mut Wallet,
    due: &Due,
    offer: Option<&Object>,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Option<Received>, TransferError> {
    let path = due.path.clone();
    let arrived = match (
        undecided(client, wallet, &path, confirmed, now).await?,
        offer,
    ) {
        (Some(arrived), _) => arrived,
        (None, None) => return Ok(None),
        (None, Some(offer)) => {
            let offer = receive::read_offer(&link(offer))?;
            let open = receive::open(client, offer, confirmed, now).await?;
            let wanted = Wanted {
                persona: path.persona,
                configurations: Vec::new(),
                format: None,
                tx_code: None,
                login: None,
                copies: Copies::Usual,
            };
            let digest = open.digest(&wanted);
            match receive::redeem_for(client, wallet, open, &digest, &wanted, Some(path), now).await
            {
                Ok(arrived) => arrived,
                Err(error) if is_spent(&error) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
    };
    // What it is and under which terms was agreed to before the step was signed: nothing else is kept.
    let is_it = |part: &ArrivedPart| {
        let entry = part.entry();
        entry.is_some_and(|entry| entry.item == due.item && entry.terms == due.terms)
    };
    match arrived.parts() {
        [part] if is_it(part) => {}
        _ => {
            return Err(TransferError::Lied {
                reason: Reason::LedgerEntryMismatch,
            });
        }
    }
    let consent = KeepConsent::WhateverVerifies;
    Ok(Some(
        receive::keep(client, wallet, arrived, consent, now).await?,
    ))
}

/// What an earlier run fetched and did not keep any more.
async fn undecided(
    client: &Client,
    wallet: &mut Wallet,
    path: &TransferPath,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Option<Arrived>, TransferError> {
    let Some(undecided) = wallet.undecided_for(path)? else {
        return Ok(None);
    };
    match receive::resume(client, wallet, &undecided, confirmed, now).await? {
        Fetched::Arrived(arrived) => Ok(Some(*arrived)),
        Fetched::NotYet(_) | Fetched::Refilled(_) => Ok(None),
    }
}

/// A credential offer by value, as a link.
fn link(offer: &Object) -> String {
    let text = canonical::to_text(&Value::Object(offer.clone()));
    let query = Form::default().with("credential_offer", text).to_text();
    format!("openid-credential-offer://?{query}")
}
