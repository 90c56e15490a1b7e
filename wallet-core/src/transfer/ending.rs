//! Ending an offer, and giving a right up. The holder's side runs it.

use fetch::Client;
use schemas::time::Timestamp;

use crate::holding::Holding;
use crate::origin::Confirmed;
use crate::transfer::act::{current, require};
use crate::transfer::{Prepared, Standing, StepKind, TransferError};
use crate::wallet::Wallet;

/// Prepares to take an offer back.
///
/// # Errors
/// [`TransferError`]; nothing is signed then.
pub async fn prepare_withdraw(
    client: &Client,
    wallet: &mut Wallet,
    holding: &Holding,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Prepared, TransferError> {
    let (item, head) = current(client, wallet, holding, confirmed, now).await?;
    require(item.standing, |standing| {
        matches!(standing, Standing::Offered { .. })
    })?;
    Prepared::of(StepKind::Withdraw, holding, item, head)
}

/// Prepares to give a right up for ever.
///
/// # Errors
/// [`TransferError`]; nothing is signed then.
pub async fn prepare_burn(
    client: &Client,
    wallet: &mut Wallet,
    holding: &Holding,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Prepared, TransferError> {
    let (item, head) = current(client, wallet, holding, confirmed, now).await?;
    require(item.standing, |standing| standing == Standing::Held)?;
    Prepared::of(StepKind::Burn, holding, item, head)
}
