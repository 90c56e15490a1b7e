//! Giving out key numbers: each is used once, whatever happens. The holder's side runs it.
//!
//! The number is stored before the key exists. A kill, a refusal by the issuer or a lost answer
//! leaves a gap, never a key with two copies.

use schemas::world::WorldId;

use crate::holding::stored::StoredCounter;
use crate::holding::{HoldingError, MAX_COPIES_AT_ONCE};
use crate::kdf::Key32;
use crate::keys::{Generation, KeyPath, KeyType, PersonaIndex};
use crate::persona;
use crate::store::records::View;
use crate::store::{Kind, RecordId};
use crate::wallet::{Wallet, insert, read_settings, update};

impl Wallet {
    /// The next `count` keys of a persona for an issuer, never to be given out again.
    pub(crate) fn allocate_keys(
        &mut self,
        persona: PersonaIndex,
        issuer: &WorldId,
        count: usize,
    ) -> Result<Vec<KeyPath>, HoldingError> {
        if count > MAX_COPIES_AT_ONCE {
            return Err(HoldingError::TooManyCopies {
                found: count,
                limit: MAX_COPIES_AT_ONCE,
            });
        }
        let count = u32::try_from(count).map_err(|_| HoldingError::KeysExhausted)?;
        let (store, names) = self.parts_mut();
        store.edit(|edit| {
            if !persona::exists(&edit.view, persona)? {
                return Err(HoldingError::PersonaUnknown);
            }
            let generation = Generation::new(read_settings(&edit.view)?.generation);
            let id = counter_id(names, persona, issuer, generation);
            let record = edit.view.record(Kind::KeyCounter, &id)?;
            let first = match &record {
                Some(record) => record.decode::<StoredCounter>()?.next,
                None => 0,
            };
            let next = first
                .checked_add(count)
                .ok_or(HoldingError::KeysExhausted)?;
            let stored = StoredCounter { v: 1, next };
            match record {
                Some(record) => update(edit, Kind::KeyCounter, &id, record.version, &stored)?,
                None => insert(edit, Kind::KeyCounter, &id, &stored)?,
            }
            Ok((first..next)
                .map(|index| KeyPath {
                    persona,
                    issuer: issuer.clone(),
                    key_type: KeyType::Ed25519,
                    generation,
                    index,
                })
                .collect())
        })
    }
}

/// Refuses a key that no [`Wallet::allocate_keys`] gave out.
pub(crate) fn refuse_unallocated(
    view: &View<'_>,
    names: &Key32,
    path: &KeyPath,
) -> Result<(), HoldingError> {
    let id = counter_id(names, path.persona, &path.issuer, path.generation);
    let next = match view.record(Kind::KeyCounter, &id)? {
        Some(record) => record.decode::<StoredCounter>()?.next,
        None => 0,
    };
    if path.index < next {
        Ok(())
    } else {
        Err(HoldingError::KeyUnallocated)
    }
}

fn counter_id(
    names: &Key32,
    persona: PersonaIndex,
    issuer: &WorldId,
    generation: Generation,
) -> RecordId {
    let numbers = [
        persona.value().to_be_bytes(),
        generation.value().to_be_bytes(),
    ]
    .concat();
    RecordId::of_name(
        names,
        "key-counter",
        &[&numbers, issuer.origin().as_bytes()],
    )
}
