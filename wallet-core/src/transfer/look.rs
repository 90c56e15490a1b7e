//! Looking at the newest head of an item, and remembering it: whether it goes on from the one that was
//! seen before, and what it says about who holds the item. The holder's side runs it.

use fetch::Client;
use proofs::ledger::VerifiedLeaf;
use schemas::ledger::HeadDocument;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::ledger::contradict;

use crate::error::StoreError;
use crate::history::{EntryKind, NewEntry, What, append_note};
use crate::holding::{HoldingError, HoldingId};
use crate::origin::Confirmed;
use crate::store::records::Edit;
use crate::transfer::evidence::Suspicion;
use crate::transfer::item::{self, Head};
use crate::transfer::judge::Ledger;
use crate::transfer::{Item, Standing, TransferError, talk};
use crate::wallet::Wallet;

/// Asks the ledger for the newest head of a holding and keeps it, with its receipt and its proof.
///
/// # Errors
/// [`TransferError`]; `registry_equivocation` and `registry_rollback` when it does not go on from what
/// was seen before. What was known stays then, and the wallet remembers the suspicion.
pub async fn look(
    client: &Client,
    wallet: &mut Wallet,
    holding: &HoldingId,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Standing, TransferError> {
    let item = wallet.item(holding)?.ok_or(TransferError::Absent)?;
    confirmed.require(&item.ledger)?;
    let ledger = Ledger::meet(client, &item.ledger, now).await?;
    let document = talk::head(client, &item.ledger, &item.tag).await?;
    learn(client, wallet, &ledger, &item, document, now).await?;
    let item = wallet.item(holding)?.ok_or(HoldingError::NotFound)?;
    Ok(item.standing)
}

/// The same for a holding that was just received from this world, where it stands in a ledger. Nothing
/// depends on it: what goes wrong is told at the next look.
pub(crate) async fn look_once(
    client: &Client,
    wallet: &mut Wallet,
    holding: &HoldingId,
    now: Timestamp,
) {
    let Ok(Some(item)) = wallet.item(holding) else {
        return;
    };
    let Ok(confirmed) = wallet.confirmed(&item.ledger) else {
        return;
    };
    look(client, wallet, holding, &confirmed, now).await.ok();
}

/// Judges a head that arrived, compares it with the one before, and keeps it.
pub(super) async fn learn(
    client: &Client,
    wallet: &mut Wallet,
    ledger: &Ledger,
    item: &Item,
    document: HeadDocument,
    now: Timestamp,
) -> Result<VerifiedLeaf, TransferError> {
    let head = ledger.head(&document, &item.tag)?;
    if head.claims().terms != item.terms {
        // What never changes has changed: some other leaf of this item says so too.
        return Err(TransferError::Lied {
            reason: Reason::LedgerChainBroken,
        });
    }
    if let Some(seen) = &item.head {
        goes_on(client, wallet, ledger, item, &seen.document, &head, now).await?;
    }
    keep(wallet, &item.holding, document, now)?;
    Ok(head)
}

/// Whether a head follows from one that was seen before.
#[expect(clippy::too_many_arguments, reason = "all of one conversation")]
async fn goes_on(
    client: &Client,
    wallet: &mut Wallet,
    ledger: &Ledger,
    item: &Item,
    seen: &HeadDocument,
    head: &VerifiedLeaf,
    now: Timestamp,
) -> Result<(), TransferError> {
    let (before, after) = (&seen.leaf, head.leaf());
    let (from, to) = (before.claims().seq, after.claims().seq);
    let suspicion = if before.hash() == after.hash() {
        return Ok(());
    } else if from == to {
        Suspicion::two_leaves(before, after, now)
    } else if to < from {
        Suspicion::rollback(before, now)
    } else {
        let leaves = talk::chain(client, &item.ledger, &item.tag, from).await?;
        let mut told = leaves.into_iter();
        // The first is the one that was seen; if it is another, the ledger has two.
        let first = told.next().ok_or(broken())?;
        let first = ledger.leaf(first)?;
        let told_of = (first.claims().item, first.claims().seq);
        if told_of != (item.tag, from) {
            // One that begins later could leave out where it forked.
            return Err(broken());
        } else if first.hash() != before.hash() {
            Suspicion::two_leaves(before, first.leaf(), now)
        } else {
            let rest = ledger.following(&first, told.collect())?;
            let there = rest.iter().find(|leaf| leaf.claims().seq == to);
            match there {
                Some(leaf) if leaf.hash() == after.hash() => {
                    match without_other_half(client, ledger, &rest, now).await? {
                        Some(suspicion) => suspicion,
                        None => return Ok(()),
                    }
                }
                Some(leaf) => Suspicion::two_leaves(leaf.leaf(), after, now),
                None => return Err(broken()),
            }
        }
    };
    let reason = suspicion.reason;
    wallet.suspect(Some(item.holding), &suspicion)?;
    Err(TransferError::Lied { reason })
}

/// Whether these leaves pass the item on by half of a swap whose other half is something else: then
/// whoever gave the item got nothing for it. What came after is of other hands.
///
/// # Errors
/// [`TransferError`]; `ledger_chain_broken` when there is no other half.
async fn without_other_half(
    client: &Client,
    ledger: &Ledger,
    leaves: &[VerifiedLeaf],
    now: Timestamp,
) -> Result<Option<Suspicion>, TransferError> {
    let passed_on = leaves.iter().find(|leaf| leaf.claims().changes_hands());
    let half = passed_on.and_then(|half| Some((half, half.claims().swap?)));
    let Some((half, leg)) = half else {
        return Ok(None);
    };
    let leaves = talk::chain(client, &half.claims().ledger, &leg.item, leg.seq).await?;
    let other = ledger.leaf(leaves.into_iter().next().ok_or(broken())?)?;
    if contradict(half.leaf(), other.leaf()) {
        return Ok(Some(Suspicion::two_leaves(half.leaf(), other.leaf(), now)));
    }
    match (other.claims().item, other.claims().seq) == (leg.item, leg.seq) {
        true => Ok(None),
        false => Err(broken()),
    }
}

const fn broken() -> TransferError {
    TransferError::Lied {
        reason: Reason::LedgerChainBroken,
    }
}

/// Keeps a head that was judged, and what it says about the holding.
pub(super) fn keep(
    wallet: &mut Wallet,
    holding: &HoldingId,
    document: HeadDocument,
    now: Timestamp,
) -> Result<(), TransferError> {
    let store = wallet.store_mut();
    Ok(store.edit(|edit| keep_in(edit, holding, document, now))?)
}

/// The same inside a transaction.
pub(super) fn keep_in(
    edit: &mut Edit<'_>,
    holding: &HoldingId,
    document: HeadDocument,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some((before, _)) = item::read(&edit.view, holding)? else {
        return Ok(());
    };
    let standing = Standing::of_head(document.leaf.claims(), &before.commitment);
    item::change(edit, holding, |item| {
        item.standing = standing;
        item.head = Some(Head { document, at: now });
    })?;
    if standing == Standing::PassedOn && before.standing != Standing::PassedOn {
        let new = NewEntry {
            kind: EntryKind::PassedOn,
            world: Some(before.ledger.clone()),
            what: What {
                holdings: vec![*holding],
                ..What::default()
            },
            consent: None,
        };
        append_note(edit, new, now)?;
    }
    Ok(())
}
