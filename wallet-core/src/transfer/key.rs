//! Keys that sign steps of items: one for each holding in a ledger and one for each address, with the
//! salt that hides it. The holder's side runs it.
//!
//! No other key of the wallet can be put in the place of one: a [`TransferKey`] is made of a
//! [`TransferPath`] alone, and it signs steps, and questions to
//! the ledger about what it holds, and nothing else.

use proofs::keys::SigningKey;
use proofs::ledger::{self, LedgerError};
use schemas::ledger::{
    About, Address, Asker, Commitment, HolderQuery, ItemTag, Question, Salt, SentStep, SentSwap,
    Step,
};
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::holding::HoldingError;
use crate::holding::stored::StoredCounter;
use crate::keys::{Generation, PersonaIndex, TransferPath, TransferUse};
use crate::persona;
use crate::store::{Kind, RecordId};
use crate::wallet::{Wallet, insert, read_settings, update};

/// A key that signs steps of items. Wiped when dropped; never printed.
pub(crate) struct TransferKey {
    key: SigningKey,
    bytes: [u8; 32],
    salt: Salt,
}

impl TransferKey {
    /// By which a ledger knows whoever has this key, without knowing the key.
    pub(crate) fn commitment(&self) -> Commitment {
        Commitment::of(&self.bytes, &self.salt)
    }

    /// The address at which something may be offered to this key.
    pub(crate) fn address(&self) -> Address {
        Address::new(self.bytes, self.salt)
    }

    /// Signs a step, with what opens the commitment.
    pub(crate) fn sign(&self, step: Step) -> Result<SentStep, LedgerError> {
        Ok(SentStep {
            signature: ledger::sign_step(&step, &self.key)?,
            key: self.key.did_key(),
            salt: self.salt,
            creator: None,
            swap: None,
            step,
        })
    }

    /// Signs the other half of a swap: that what this key holds is given in return.
    pub(crate) fn sign_swap(&self, step: &Step) -> Result<SentSwap, LedgerError> {
        Ok(SentSwap {
            signature: ledger::sign_swap(step, &self.key)?,
            key: self.key.did_key(),
            salt: self.salt,
            creator: None,
        })
    }

    /// Asks the ledger for the credential of an item that this key holds.
    pub(crate) fn asks_for(
        &self,
        ledger: &WorldId,
        item: ItemTag,
        now: Timestamp,
    ) -> Result<HolderQuery, LedgerError> {
        let at = Timestamp::from_unix(now.unix());
        Ok(HolderQuery {
            at,
            holder: self.asks(ledger, About::Credential(item), at)?,
        })
    }

    /// Opens the commitment for a question of that time.
    pub(crate) fn asks(
        &self,
        world: &WorldId,
        about: About,
        at: Timestamp,
    ) -> Result<Asker, LedgerError> {
        let question = Question {
            ledger: world.clone(),
            about,
            who: self.commitment(),
            at,
        };
        Ok(Asker {
            key: self.key.did_key(),
            salt: self.salt,
            signature: ledger::sign_question(&question, &self.key)?,
        })
    }
}

impl Wallet {
    /// The key at a place of the tree.
    pub(crate) fn transfer_key(&self, path: &TransferPath) -> TransferKey {
        let seed = self.tree().transfer_seed(path);
        let key = SigningKey::from_seed(seed.expose());
        TransferKey {
            bytes: key.verifying_key().ed25519_bytes().unwrap_or_default(),
            salt: Salt::from_bytes(*seed.salt()),
            key,
        }
    }

    /// A key that was never given out and never will be again: its number is on disk before this
    /// returns. A kill leaves a gap in the numbers.
    pub(crate) fn allocate_transfer_key(
        &mut self,
        persona: PersonaIndex,
        what: TransferUse,
    ) -> Result<TransferPath, HoldingError> {
        let (store, names) = self.parts_mut();
        store.edit(|edit| {
            if !persona::exists(&edit.view, persona)? {
                return Err(HoldingError::PersonaUnknown);
            }
            let generation = Generation::new(read_settings(&edit.view)?.generation);
            let numbers = [
                persona.value().to_be_bytes(),
                generation.value().to_be_bytes(),
            ]
            .concat();
            let parts = [&*numbers, what.name().as_bytes(), what.origin().as_bytes()];
            let id = RecordId::of_name(names, "transfer-counter", &parts);
            let record = edit.view.record(Kind::KeyCounter, &id)?;
            let index = match &record {
                Some(record) => record.decode::<StoredCounter>()?.next,
                None => 0,
            };
            let next = index.checked_add(1).ok_or(HoldingError::KeysExhausted)?;
            let stored = StoredCounter { v: 1, next };
            match record {
                Some(record) => update(edit, Kind::KeyCounter, &id, record.version, &stored)?,
                None => insert(edit, Kind::KeyCounter, &id, &stored)?,
            }
            Ok(TransferPath {
                persona,
                what,
                generation,
                index,
            })
        })
    }
}
