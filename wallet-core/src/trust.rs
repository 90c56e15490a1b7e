//! Worlds that this person has met, and which of them were confirmed. The holder's side runs it.
//!
//! A world is contacted only after the person has looked at its origin and confirmed it; that is
//! what a pin remembers.

use proofs::did_document::Profile;
use schemas::did::Did;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use serde::{Deserialize, Serialize};

use crate::error::{Fault, StoreError};
use crate::kdf::Key32;
use crate::store::records::{View, Written};
use crate::store::{Kind, RecordId};
use crate::wallet::{Wallet, insert, update};

/// A world that the wallet remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Its origin.
    pub world: WorldId,
    /// The identifier it signs with.
    pub did: Did,
    /// Its names in its own document, when something was last received from it or shown to it.
    /// Outside text.
    pub names: Vec<String>,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// Whether and how it was confirmed.
    pub confirmation: Confirmation,
}

/// Whether somebody vouched for a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// The person looked at the origin and said yes.
    ByPerson {
        /// When.
        at: Timestamp,
    },
    /// Nobody yet.
    Unconfirmed,
}

/// Whether something was there to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// There was nothing.
    Absent,
    /// It was removed.
    Removed,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredPin {
    v: u8,
    world: WorldId,
    did: String,
    first_seen: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    names: Vec<String>,
}

impl StoredPin {
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        self.clone().into_pin().map(drop)
    }

    fn into_pin(self) -> Result<Pin, StoreError> {
        let confirmation = match self.confirmed_at {
            Some(at) => Confirmation::ByPerson { at },
            None => Confirmation::Unconfirmed,
        };
        Ok(Pin {
            did: self
                .did
                .parse()
                .map_err(|_| StoreError::Corrupt(Fault::Record))?,
            world: self.world,
            names: self.names,
            first_seen: self.first_seen,
            confirmation,
        })
    }
}

impl Wallet {
    /// All worlds, by origin.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn pins(&self) -> Result<Vec<Pin>, StoreError> {
        let mut pins: Vec<Pin> = self.store().view(|view| {
            view.records(Kind::Pin)?
                .iter()
                .map(|(_, record)| record.decode::<StoredPin>()?.into_pin())
                .collect::<Result<_, StoreError>>()
        })?;
        pins.sort_by(|a, b| a.world.cmp(&b.world));
        Ok(pins)
    }

    /// What is known of a world.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn pin(&self, world: &WorldId) -> Result<Option<Pin>, StoreError> {
        let id = id(self.names(), world);
        self.store().view(|view| read(view, &id))
    }

    /// Remembers that a world was seen. What is known already is kept.
    #[cfg(test)]
    pub(crate) fn note_world(
        &mut self,
        world: &WorldId,
        now: Timestamp,
    ) -> Result<Pin, StoreError> {
        self.write_pin(world, now, Confirmation::Unconfirmed)
    }

    /// Remembers that the person confirmed a world's origin.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn confirm_world(&mut self, world: &WorldId, now: Timestamp) -> Result<Pin, StoreError> {
        self.write_pin(world, now, Confirmation::ByPerson { at: now })
    }

    /// Remembers the names in a world's own document, so that another world under a name like them is
    /// noticed. Of a world without a pin nothing is remembered.
    pub(crate) fn note_names(
        &mut self,
        world: &WorldId,
        profile: &Profile,
    ) -> Result<(), StoreError> {
        let found: Vec<String> = profile.names().map(str::to_owned).collect();
        let (store, names) = self.parts_mut();
        let id = id(names, world);
        let known = store.view(|view| match view.record(Kind::Pin, &id)? {
            Some(record) => Ok(Some(record.decode::<StoredPin>()?.names)),
            None => Ok::<_, StoreError>(None),
        })?;
        // Nothing new is no change, and no change is nothing to write.
        if known.is_none_or(|known| known == found) {
            return Ok(());
        }
        store.edit(|edit| {
            let Some(record) = edit.view.record(Kind::Pin, &id)? else {
                return Ok(());
            };
            let mut stored: StoredPin = record.decode()?;
            if stored.names != found {
                stored.names = found;
                update(edit, Kind::Pin, &id, record.version, &stored)?;
            }
            Ok(())
        })
    }

    /// Forgets a world; it must be confirmed anew before it is contacted again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn remove_pin(&mut self, world: &WorldId) -> Result<Removal, StoreError> {
        let (store, names) = self.parts_mut();
        let id = id(names, world);
        store.edit(|edit| {
            Ok(match edit.delete(Kind::Pin, &id)? {
                Written::Done => Removal::Removed,
                Written::Refused => Removal::Absent,
            })
        })
    }

    fn write_pin(
        &mut self,
        world: &WorldId,
        now: Timestamp,
        confirmation: Confirmation,
    ) -> Result<Pin, StoreError> {
        let (store, names) = self.parts_mut();
        let id = id(names, world);
        store.edit(|edit| {
            let confirmed_at = match confirmation {
                Confirmation::ByPerson { at } => Some(at),
                Confirmation::Unconfirmed => None,
            };
            let Some(record) = edit.view.record(Kind::Pin, &id)? else {
                let stored = StoredPin {
                    v: 1,
                    world: world.clone(),
                    did: world.did().as_str().to_owned(),
                    first_seen: now,
                    confirmed_at,
                    names: Vec::new(),
                };
                insert(edit, Kind::Pin, &id, &stored)?;
                return stored.into_pin();
            };
            let mut stored: StoredPin = record.decode()?;
            if stored.confirmed_at.is_none() && confirmed_at.is_some() {
                stored.confirmed_at = confirmed_at;
                update(edit, Kind::Pin, &id, record.version, &stored)?;
            }
            stored.into_pin()
        })
    }
}

fn id(names: &Key32, world: &WorldId) -> RecordId {
    RecordId::of_name(names, "pin", &[world.origin().as_bytes()])
}

fn read(view: &View<'_>, id: &RecordId) -> Result<Option<Pin>, StoreError> {
    view.record(Kind::Pin, id)?
        .map(|record| record.decode::<StoredPin>()?.into_pin())
        .transpose()
}
