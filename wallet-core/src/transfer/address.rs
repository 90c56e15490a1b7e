//! One-time addresses: at each of them one thing may be offered. The holder's side runs it.
//!
//! An address names nobody: its key is used for one `accept` or `refuse` and then never again. Whoever
//! was told it can offer to it; a ledger learns its key when it is used.

use schemas::ledger::{Address, Commitment};
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::error::StoreError;
use crate::holding::{Holding, HoldingError};
use crate::keys::{PersonaIndex, TransferPath, TransferUse};
use crate::store::records::Edit;
use crate::store::{Kind, RecordId};
use crate::transfer::StepKind;
use crate::transfer::step::Outgoing;
use crate::transfer::stored::StoredAddress;
use crate::wallet::{Wallet, insert, update};

/// After so long nobody is asked any more whether something is offered at an address.
pub const ADDRESS_DAYS: i64 = 90;

/// Whether something may still come to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// It may.
    Open,
    /// It was used.
    Used,
}

impl Lasting {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Used => "used",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Open, Self::Used]
            .into_iter()
            .find(|one| one.name() == name)
    }
}

/// An address that this wallet gave out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownAddress {
    pub(crate) path: TransferPath,
    pub(crate) commitment: Commitment,
    /// In whose ledger something is to be offered at it; of one that was made for no world, any that
    /// its persona knows.
    pub(crate) world: Option<WorldId>,
    pub(crate) made_at: Timestamp,
    pub(crate) lasting: Lasting,
}

impl Wallet {
    /// A new address of a persona, remembered before it is shown. For something in the ledger of
    /// `world`, which alone is asked about it; without one, of any world that the persona knows.
    ///
    /// # Errors
    /// [`HoldingError`].
    pub fn new_address(
        &mut self,
        persona: PersonaIndex,
        world: Option<&WorldId>,
        now: Timestamp,
    ) -> Result<Address, HoldingError> {
        let path = self.allocate_transfer_key(persona, TransferUse::Address)?;
        let key = self.transfer_key(&path);
        let (address, commitment) = (key.address(), key.commitment());
        let known = KnownAddress {
            path,
            commitment,
            world: world.cloned(),
            made_at: now,
            lasting: Lasting::Open,
        };
        let (store, names) = self.parts_mut();
        let id = RecordId::of_name(names, "address", &[commitment.as_bytes()]);
        store.edit(|edit| insert(edit, Kind::Address, &id, &StoredAddress::of(&known)))?;
        Ok(address)
    }

    /// How many addresses are open: something may be offered at each.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open_addresses(&self, now: Timestamp) -> Result<usize, StoreError> {
        Ok(self.addresses(now)?.len())
    }

    /// The personas of which a world is asked what is offered to them, each by itself: those with open
    /// addresses for this world, or with some that were made for none when they know it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn expecting(
        &self,
        world: &WorldId,
        now: Timestamp,
    ) -> Result<Vec<PersonaIndex>, StoreError> {
        let personas = self.personas()?;
        let mut expecting = Vec::new();
        for persona in personas {
            if !self.addresses_for(persona.index, world, now)?.is_empty() {
                expecting.push(persona.index);
            }
        }
        Ok(expecting)
    }

    /// The open addresses of a persona that a world is asked about, the newest first.
    pub(crate) fn addresses_for(
        &self,
        persona: PersonaIndex,
        world: &WorldId,
        now: Timestamp,
    ) -> Result<Vec<KnownAddress>, StoreError> {
        let mut known = self.addresses(now)?;
        known.retain(|one| one.path.persona == persona);
        let is_known = match known.iter().any(|one| one.world.is_none()) {
            true => self.knows(persona, world)?,
            false => false,
        };
        known.retain(|one| {
            one.world
                .as_ref()
                .map_or(is_known, |made_for| made_for == world)
        });
        Ok(known)
    }

    /// Whether a persona has to do with a world: it holds something of it, or has an address for it; or
    /// there is no other persona that could be taken for it.
    fn knows(&self, persona: PersonaIndex, world: &WorldId) -> Result<bool, StoreError> {
        if self.personas()?.len() == 1 {
            return Ok(true);
        }
        let holds = |holding: &Holding| holding.persona == persona && holding.issuer == *world;
        if self.holdings()?.iter().any(holds) {
            return Ok(true);
        }
        let made_for =
            |one: &KnownAddress| one.path.persona == persona && one.world.as_ref() == Some(world);
        Ok(self.all_addresses()?.iter().any(made_for))
    }

    /// Addresses that are open, the newest first.
    pub(crate) fn addresses(&self, now: Timestamp) -> Result<Vec<KnownAddress>, StoreError> {
        let mut known = self.all_addresses()?;
        let oldest = now.plus_seconds(-ADDRESS_DAYS * 86_400);
        known.retain(|one| one.lasting == Lasting::Open && one.made_at >= oldest);
        known.sort_by_key(|one| std::cmp::Reverse((one.made_at, one.path.index)));
        Ok(known)
    }

    /// The address of a commitment, when it is one of this wallet, used or not.
    pub(crate) fn address_of(
        &self,
        commitment: &Commitment,
    ) -> Result<Option<KnownAddress>, StoreError> {
        let known = self.all_addresses()?;
        Ok(known.into_iter().find(|one| one.commitment == *commitment))
    }

    fn all_addresses(&self) -> Result<Vec<KnownAddress>, StoreError> {
        self.store().view(|view| {
            view.records(Kind::Address)?
                .iter()
                .map(|(_, record)| record.decode::<StoredAddress>()?.into_address())
                .collect()
        })
    }
}

/// Nothing more is asked for at the address that a step was signed with, when it was one.
pub(crate) fn close_used(edit: &mut Edit<'_>, step: &Outgoing) -> Result<(), StoreError> {
    if !matches!(step.kind, StepKind::Accept | StepKind::Refuse) {
        return Ok(());
    }
    let key = proofs::did_key::decode(&step.sent.key).ok();
    let used = key.and_then(|key| proofs::ledger::commitment(&key, &step.sent.salt).ok());
    used.map_or(Ok(()), |used| close(edit, &used))
}

/// Nothing more is asked for at this address. One that is not ours is passed over.
fn close(edit: &mut Edit<'_>, commitment: &Commitment) -> Result<(), StoreError> {
    for (id, record) in edit.view.records(Kind::Address)? {
        let mut known = record.decode::<StoredAddress>()?.into_address()?;
        if known.commitment == *commitment {
            known.lasting = Lasting::Used;
            let stored = StoredAddress::of(&known);
            return update(edit, Kind::Address, &id, record.version, &stored);
        }
    }
    Ok(())
}
