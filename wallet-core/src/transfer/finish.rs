//! Taking a step: signed and on disk, then sent; and going on with one that was interrupted. The holder's
//! side runs it.
//!
//! ```text
//! signed ─▶ on disk ─▶ sent ─▶ answer on disk ─▶ head, standing, history: one transaction
//!    an accept ────────────────────▶ credential fetched ─▶ holding, entry, history: one transaction
//! ```
//! At each arrow the process may be killed. What is on disk says where to go on: before the answer the
//! same bytes leave once more under the same idempotency key, and the ledger answers as it did.

use fetch::Client;
use proofs::ledger::VerifiedLeaf;
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::ledger::{HeadDocument, ItemTag, StepAnswer, UnverifiedLeaf};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use zeroize::Zeroizing;

use crate::consent::ConsentMismatch;
use crate::history::Completion;
use crate::holding::HoldingError;
use crate::keys::TransferUse;
use crate::origin::Confirmed;
use crate::receive::Received;
use crate::store::RecordId;
use crate::transfer::act::Prepared;
use crate::transfer::error::is_final;
use crate::transfer::item::{self, Standing};
use crate::transfer::judge::Ledger;
use crate::transfer::step::{self, Outgoing};
use crate::transfer::{StepKind, TransferError, Unfinished, address, handed, look, talk};
use crate::wallet::Wallet;

/// What came of a step.
#[derive(Debug)]
pub struct Done {
    /// What it did.
    pub kind: StepKind,
    /// What the item is called. Outside text.
    pub name: String,
    /// The world whose ledger it is.
    pub ledger: WorldId,
    /// The item's name in the ledger.
    pub tag: ItemTag,
    /// How a holding of this wallet stands now.
    pub standing: Option<Standing>,
    /// What was received, of an accept.
    pub received: Option<Box<Received>>,
}

/// Signs what was prepared and agreed to, and takes it to its end. `consent` is [`Prepared::digest`].
///
/// # Errors
/// [`TransferError`]. When [`TransferError::may_be_done`], the step is on disk and goes on with
/// [`resume`]; else nothing has happened to the item.
pub async fn carry_out(
    client: &Client,
    wallet: &mut Wallet,
    prepared: Prepared,
    consent: &Sha256Digest,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Done, TransferError> {
    ConsentMismatch::require(prepared.digest(), consent)?;
    confirmed.require(prepared.ledger())?;
    if prepared.lacks_creator() {
        return Err(TransferError::Creator);
    }
    let id = begin(wallet, &prepared, consent, now)?;
    finish(client, wallet, &id, confirmed, now).await
}

/// Goes on with a step that was begun. What was sent is sent again letter by letter, under the same key.
///
/// # Errors
/// As [`carry_out`].
pub async fn resume(
    client: &Client,
    wallet: &mut Wallet,
    unfinished: &Unfinished,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Done, TransferError> {
    confirmed.require(&unfinished.ledger)?;
    finish(client, wallet, &unfinished.id, confirmed, now).await
}

/// Signs, and writes down: before anything leaves.
pub(crate) fn begin(
    wallet: &mut Wallet,
    prepared: &Prepared,
    consent: &Sha256Digest,
    now: Timestamp,
) -> Result<RecordId, TransferError> {
    let takes = match prepared.takes_something() {
        true => {
            let holder = TransferUse::Holder(prepared.ledger().clone());
            Some(wallet.allocate_transfer_key(prepared.persona(), holder)?)
        }
        false => None,
    };
    let holder = takes
        .as_ref()
        .map(|path| wallet.transfer_key(path).commitment());
    let step = prepared.step(holder, now)?;
    let mut sent = wallet.transfer_key(prepared.signer()).sign(step)?;
    sent.creator = prepared.creator();
    if let Some(given) = prepared.given() {
        let signed = wallet.transfer_key(given.signer()).sign_swap(&sent.step)?;
        sent.swap = Some(signed);
    }
    let once = Zeroizing::new(wallet.draw_once()?);
    let outgoing = Outgoing {
        kind: prepared.kind(),
        sent,
        once,
        name: prepared.name().to_owned(),
        holding: prepared.holding(),
        takes,
        returns: prepared.given().map(|given| given.holding),
        begun_at: now,
        entry: 0,
        answer: None,
    };
    Ok(wallet.begin_step(outgoing, *consent, now)?)
}

/// Takes a step from wherever it is to its end.
pub(super) async fn finish(
    client: &Client,
    wallet: &mut Wallet,
    id: &RecordId,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Done, TransferError> {
    let step = wallet.step(id)?.ok_or(HoldingError::NotFound)?;
    let came = match &step.answer {
        Some(answer) => Came::of(answer.clone()),
        None => answered(client, wallet, id, &step, now).await?,
    };
    match step.kind {
        StepKind::Accept => handed::take(client, wallet, id, &step, came, confirmed, now).await,
        _ => settle(wallet, id, &step, came, now),
    }
}

/// What came of a step that was taken, checked.
pub(super) struct Came {
    /// Its leaf.
    pub(super) leaf: UnverifiedLeaf,
    /// The newest that is known of the item: this leaf, or one that followed from it.
    pub(super) head: HeadDocument,
    /// How the credential is fetched, when it was told.
    pub(super) offer: Option<Object>,
}

impl Came {
    fn of(answer: StepAnswer) -> Self {
        Self {
            leaf: answer.leaf.clone(),
            head: HeadDocument {
                leaf: answer.leaf,
                receipt: answer.receipt,
                proof: None,
                lease_salt: None,
            },
            offer: answer.credential_offer,
        }
    }
}

/// Sends a step and keeps what the ledger answers. A refusal that is its last word ends the step.
async fn answered(
    client: &Client,
    wallet: &mut Wallet,
    id: &RecordId,
    step: &Outgoing,
    now: Timestamp,
) -> Result<Came, TransferError> {
    let world = &step.sent.step.ledger;
    let ledger = Ledger::meet(client, world, now).await?;
    match talk::step(client, &step.sent, &step.once).await {
        Ok(answer) => {
            ledger.answers(&answer, &step.sent)?;
            wallet.keep_answer(id, &answer)?;
            Ok(Came::of(answer))
        }
        // Whatever it is refused for: what stands in the chain was taken.
        Err(TransferError::Refused { reason })
            if reason == Reason::TransferReplay || is_final(reason) =>
        {
            match found(client, &ledger, step).await {
                Ok(Some(came)) => return Ok(came),
                Ok(None) => {}
                // Of an item that it never had it has no head either.
                Err(error) if reason == Reason::ItemUnknown && error.is_not_there() => {}
                Err(error) => return Err(error),
            }
            if is_final(reason) {
                wallet.fail_step(id, reason, now)?;
                learn_after(client, wallet, &ledger, step, now).await;
            }
            Err(TransferError::Refused { reason })
        }
        Err(error) => Err(error),
    }
}

/// What came of a step, as the chain has it, for a ledger that does not know its key any more; `None`
/// when its place is free or somebody else's. The chain has to be the one on which the step was signed:
/// of another it says nothing.
pub(super) async fn found(
    client: &Client,
    ledger: &Ledger,
    step: &Outgoing,
) -> Result<Option<Came>, TransferError> {
    let sent = &step.sent.step;
    let document = talk::head(client, &sent.ledger, &sent.item).await?;
    let head = ledger.head(&document, &sent.item)?;
    let before = sent.seq.saturating_sub(1);
    let leaves = talk::chain(client, &sent.ledger, &sent.item, before).await?;
    let mut leaves = leaves.into_iter();
    let signed_on = leaves.next().filter(|leaf| leaf.hash() == sent.previous);
    let signed_on = ledger.leaf(signed_on.ok_or(broken())?)?;
    let mut after = ledger.following(&signed_on, leaves.collect())?.into_iter();
    let is_ours = |leaf: &VerifiedLeaf| {
        let by = leaf.claims().by.as_ref();
        by.is_some_and(|by| by.step == sent.id())
    };
    let Some(ours) = after.next().filter(is_ours) else {
        return Ok(None);
    };
    ledger.took(&ours, &step.sent)?;
    // The head that was shown just before is this leaf, or follows from it.
    let mut onward = std::iter::once(&ours).chain(after.as_slice());
    if !onward.any(|leaf| leaf.hash() == head.hash()) {
        return Err(broken());
    }
    Ok(Some(Came {
        leaf: ours.leaf().clone(),
        head: document,
        offer: None,
    }))
}

const fn broken() -> TransferError {
    TransferError::Lied {
        reason: Reason::LedgerChainBroken,
    }
}

/// What became of the item after a refusal. Nothing depends on it: the next look tells as well.
async fn learn_after(
    client: &Client,
    wallet: &mut Wallet,
    ledger: &Ledger,
    step: &Outgoing,
    now: Timestamp,
) {
    let Some(Ok(Some(item))) = step.holding.map(|holding| wallet.item(&holding)) else {
        return;
    };
    if let Ok(document) = talk::head(client, &item.ledger, &item.tag).await {
        look::learn(client, wallet, ledger, &item, document, now)
            .await
            .ok();
    }
}

/// What the ledger answered becomes what the wallet knows.
pub(super) fn settle(
    wallet: &mut Wallet,
    id: &RecordId,
    step: &Outgoing,
    came: Came,
    now: Timestamp,
) -> Result<Done, TransferError> {
    let head = came.head;
    wallet.store_mut().edit(|edit| {
        let completed = Completion::Completed { receipt: None };
        step::end(edit, id, completed, now)?;
        address::close_used(edit, step)?;
        if let Some(returned) = &step.returns {
            item::pass_on(edit, returned, now)?;
        }
        match step.holding {
            Some(holding) => look::keep_in(edit, &holding, head, now),
            None => Ok(()),
        }
    })?;
    let standing = match step.holding {
        Some(holding) => wallet.item(&holding)?.map(|item| item.standing),
        None => None,
    };
    Ok(Done {
        kind: step.kind,
        name: step.name.clone(),
        ledger: step.sent.step.ledger.clone(),
        tag: step.sent.step.item,
        standing,
        received: None,
    })
}
