//! What an item's credential says about the ledger, compared with what it is and with whose it is to be.
//! The holder's side runs it.

use schemas::ledger::{Commitment, LedgerEntry};
use schemas::world::WorldId;
use verifier::VerifiedCredential;
use verifier::ledger::terms_of;

use crate::keys::TransferPath;

/// An entry of a holding that is to be kept, with the key that holds it there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NewItem {
    pub(crate) entry: LedgerEntry,
    /// `None` when none was named: nobody can open the commitment.
    pub(crate) path: Option<TransferPath>,
}

/// The entry does not fit the credential, or not this wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Misfit;

/// The entry of an item's credential, when it has one: in the ledger of the world that issued it, about
/// what the credential says, and held by `holder`.
pub(crate) fn entry_of(
    credential: &VerifiedCredential,
    world: &WorldId,
    holder: Option<&Commitment>,
) -> Result<Option<LedgerEntry>, Misfit> {
    let subject = credential.subject();
    let Some(entry) = subject.ledger_entry() else {
        return Ok(None);
    };
    let terms = terms_of(subject, entry.transfer).ok_or(Misfit)?;
    let fits = entry.ledger == *world
        && entry.terms == terms.digest()
        && holder.is_none_or(|holder| *holder == entry.holder);
    match fits {
        true => Ok(Some(entry.clone())),
        false => Err(Misfit),
    }
}
