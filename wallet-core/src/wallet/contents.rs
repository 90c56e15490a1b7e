//! Reading every record of a wallet once, for `doctor` and for backups. The holder's side runs it.

use crate::anchor::StoredAnchor;
use crate::error::{Fault, StoreError};
use crate::history::{StoredEntry, derived, verify_chain};
use crate::holding::stored::{StoredCopy, StoredCounter, StoredHolding};
use crate::index::shelf;
use crate::persona::StoredPersona;
use crate::receive::arrival::StoredArrival;
use crate::receive::stored::{StoredGrant, StoredPending};
use crate::store::Kind;
use crate::store::records::{View, decode};
use crate::transfer::stored::{StoredAddress, StoredItem, StoredStep, StoredSuspicion};
use crate::trust::StoredPin;
use crate::wallet::{Settings, Wallet};

/// How much there is in a wallet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Faces.
    pub personas: usize,
    /// Avatars and items.
    pub holdings: usize,
    /// Credentials, each bound to a key of its own.
    pub copies: usize,
    /// Worlds that the person has confirmed or seen.
    pub worlds: usize,
    /// Entries of the history.
    pub history: usize,
}

impl Inventory {
    pub(crate) const fn count(&mut self, kind: Kind) {
        let place = match kind {
            Kind::Persona => &mut self.personas,
            Kind::Holding => &mut self.holdings,
            Kind::Copy => &mut self.copies,
            Kind::Pin => &mut self.worlds,
            Kind::History => &mut self.history,
            Kind::Seed
            | Kind::Settings
            | Kind::KeyCounter
            | Kind::Credential
            | Kind::UsedKey
            | Kind::Index
            | Kind::Grant
            | Kind::Pending
            | Kind::Arrived
            | Kind::Item
            | Kind::Address
            | Kind::Step
            | Kind::Evidence
            | Kind::Shown
            | Kind::Intention
            | Kind::Anchor => return,
        };
        *place = place.saturating_add(1);
    }
}

impl Wallet {
    /// Opens and reads every record and walks the history.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] at the first thing that is not as it was left.
    pub fn check(&self) -> Result<Inventory, StoreError> {
        self.store().view(|view| {
            let mut inventory = Inventory::default();
            for kind in Kind::ALL {
                for (_, record) in view.records(kind)? {
                    check_record(kind, &record.bytes)?;
                    inventory.count(kind);
                }
            }
            verify_whole_history(view)?;
            shelf::check(view)?;
            Ok(inventory)
        })
    }
}

/// Refuses a store whose history does not fit together.
pub(crate) fn verify_whole_history(view: &View<'_>) -> Result<(), StoreError> {
    verify_chain(view)
        .map(drop)
        .map_err(|_| StoreError::Corrupt(Fault::Record))
}

/// Refuses a record that this program would not have written.
pub(crate) fn check_record(kind: Kind, bytes: &[u8]) -> Result<(), StoreError> {
    match kind {
        // The index is compared with what it is made of.
        Kind::Credential | Kind::Index => Ok(()),
        Kind::Grant => decode::<StoredGrant>(bytes)?.check(),
        Kind::Pending => decode::<StoredPending>(bytes)?.check(),
        Kind::Arrived => decode::<StoredArrival>(bytes)?.check(),
        Kind::Item => decode::<StoredItem>(bytes)?.check(),
        Kind::Address => decode::<StoredAddress>(bytes)?.check(),
        Kind::Step => decode::<StoredStep>(bytes)?.check(),
        Kind::Evidence => decode::<StoredSuspicion>(bytes)?.check(),
        Kind::Shown => derived::check_shown(bytes),
        Kind::Intention => derived::check_intention(bytes),
        Kind::Seed if bytes.len() == 32 => Ok(()),
        Kind::Seed => Err(StoreError::Corrupt(Fault::Record)),
        Kind::Settings => decode::<Settings>(bytes).map(drop),
        Kind::Persona => decode::<StoredPersona>(bytes).map(drop),
        Kind::KeyCounter => decode::<StoredCounter>(bytes).map(drop),
        Kind::Holding => decode::<StoredHolding>(bytes).map(drop),
        Kind::Copy => decode::<StoredCopy>(bytes)?.check(),
        Kind::Pin => decode::<StoredPin>(bytes)?.check(),
        Kind::Anchor => decode::<StoredAnchor>(bytes)?.check(),
        Kind::History => decode::<StoredEntry>(bytes)?.into_entry().map(drop),
        Kind::UsedKey if bytes.is_empty() => Ok(()),
        Kind::UsedKey => Err(StoreError::Corrupt(Fault::Record)),
    }
}
