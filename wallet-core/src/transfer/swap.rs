//! An item for another: what an offer asks for in return, and what is given for it. The holder's side
//! runs it.
//!
//! ```text
//! giver      offer of A, for B to a fresh key ──▶ … ──▶ A is passed on ──▶ B is collected by that key
//! recipient  accept of A ── signed by the address, and by the key that holds B ──▶ both, or neither
//! ```

use fetch::Client;
use proofs::ledger::VerifiedLeaf;
use schemas::ledger::{Commitment, ItemTag, State, SwapLeg};
use schemas::reason::Reason;
use schemas::time::Timestamp;

use crate::holding::{Holding, HoldingId};
use crate::keys::{PersonaIndex, TransferPath};
use crate::origin::Confirmed;
use crate::transfer::act::{answering, current, require};
use crate::transfer::inbox::Incoming;
use crate::transfer::judge::Ledger;
use crate::transfer::{Item, Prepared, Standing, StepKind, TransferError, talk};
use crate::wallet::Wallet;

/// What is given in return for what is accepted.
#[derive(Clone, Debug)]
pub struct Given {
    /// Which holding.
    pub holding: HoldingId,
    /// What it is called. Outside text.
    pub name: String,
    /// Which face holds it.
    pub persona: PersonaIndex,
    /// Who is going to hold it: what the offer names.
    pub to: Commitment,
    /// The item as it is now.
    head: VerifiedLeaf,
    signer: TransferPath,
}

impl Given {
    /// The item's name in the ledger.
    #[must_use]
    pub const fn tag(&self) -> ItemTag {
        self.head.claims().item
    }

    pub(super) const fn head(&self) -> &VerifiedLeaf {
        &self.head
    }

    pub(crate) const fn signer(&self) -> &TransferPath {
        &self.signer
    }

    pub(super) fn leg(&self) -> SwapLeg {
        let claims = self.head.claims();
        SwapLeg {
            item: claims.item,
            seq: claims.seq.saturating_add(1),
            previous: self.head.hash(),
            holder: self.to,
            terms: claims.terms,
        }
    }
}

/// How an item that is wanted in return stands: somebody else has to hold it.
pub(super) async fn wanted_now(
    client: &Client,
    wallet: &Wallet,
    item: &Item,
    tag: ItemTag,
    now: Timestamp,
) -> Result<VerifiedLeaf, TransferError> {
    let ours = |one: &Item| {
        one.ledger == item.ledger && one.tag == tag && one.standing != Standing::PassedOn
    };
    if tag == item.tag || wallet.items()?.iter().any(ours) {
        return Err(TransferError::WantsOwn);
    }
    let ledger = Ledger::meet(client, &item.ledger, now).await?;
    let document = talk::head(client, &item.ledger, &tag).await;
    let document = document.map_err(|error| match error {
        error if error.reason() == Reason::NotFound => TransferError::Refused {
            reason: Reason::ItemUnknown,
        },
        error => error,
    })?;
    let head = ledger.head(&document, &tag)?;
    match head.claims().state {
        State::Held | State::Offered => Ok(head),
        State::Suspended | State::Burned | State::Ended => Err(TransferError::Refused {
            reason: Reason::ItemRevoked,
        }),
    }
}

/// Prepares to take what is offered, and to give a holding in return that it asks for.
///
/// # Errors
/// [`TransferError`]: [`TransferError::Swap`] when it asks for another item, or for none.
pub async fn prepare_swap(
    client: &Client,
    wallet: &mut Wallet,
    incoming: &Incoming,
    holding: &Holding,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Prepared, TransferError> {
    let offer = incoming.head.claims().offer;
    let Some(wanted) = offer.and_then(|offer| offer.swap) else {
        return Err(TransferError::Swap { wanted: None });
    };
    let is_it = |item: &Item| item.ledger == *incoming.ledger() && item.tag == wanted.item;
    if !wallet.item(&holding.id)?.as_ref().is_some_and(is_it) {
        let wanted = Some(wanted.item);
        return Err(TransferError::Swap { wanted });
    }
    let (item, head) = current(client, wallet, holding, confirmed, now).await?;
    require(item.standing, |standing| standing == Standing::Held)?;
    if !item.transfer.allow_another(head.claims().transfers) {
        return Err(TransferError::NotAllowed);
    }
    if item.transfer.creator {
        return Err(TransferError::Creator);
    }
    let given = Given {
        holding: holding.id,
        name: holding.name.clone(),
        persona: holding.persona,
        to: wanted.holder,
        head,
        signer: item.path.ok_or(TransferError::Absent)?,
    };
    Ok(answering(wallet, incoming, StepKind::Accept, now)?.giving(given))
}
