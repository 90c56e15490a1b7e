//! Holdings: the avatars and items that people see, and the copies behind them. The holder's side
//! runs it.
//!
//! A holding is a usage right; its copies are credentials, each bound to a key of its own. A copy is
//! spent per world: shown to one world first, it belongs to that world, which so recognises the
//! persona again, and it is never shown to another. Copies lie in records of their own, so that
//! spending one is a single conditional statement.

mod choose;
mod error;
mod keys;
pub(crate) mod stored;

use std::fmt;
use std::str::FromStr;

use schemas::digest::Sha256Digest;
use schemas::encoding::hex;
use schemas::json::Value;
use schemas::time::Timestamp;
use schemas::world::WorldId;

pub use choose::Certainty;
#[cfg(test)]
pub(crate) use choose::Spent;
pub(crate) use choose::{Choice, doubt_fresh_copies, spend};
pub use error::HoldingError;

use crate::error::{Fault, StoreError};
use crate::history::{EntryKind, NewEntry, What, append_note};
use crate::kdf::Key32;
use crate::keys::{KeyPath, PersonaIndex};
use crate::persona;
use crate::store::records::{Edit, View, Written, encode};
use crate::store::{Kind, RecordId};
use crate::trust::Removal;
use crate::wallet::{Wallet, insert, update};
use stored::{StoredCopy, StoredHolding};

const MAX_COPIES_AT_ONCE: usize = 256;
const MIN_PREFIX: usize = 4;

/// The name of one holding: 32 hexadecimal digits, random, shown to its holder only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoldingId(RecordId);

/// The name of one copy: 32 hexadecimal digits, made from the place of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CopyId(RecordId);

impl CopyId {
    pub(crate) const fn record(self) -> RecordId {
        self.0
    }

    pub(crate) fn of_key(names: &Key32, path: &KeyPath) -> Self {
        let persona = path.persona.value().to_be_bytes();
        Self(RecordId::of_name(names, "copy", &[&persona, &path.info()]))
    }
}

macro_rules! hex_id {
    ($($id:ident),+) => {$(
        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0.as_bytes()))
            }
        }

        impl FromStr for $id {
            type Err = HoldingError;

            fn from_str(text: &str) -> Result<Self, HoldingError> {
                hex::decode(text)
                    .and_then(|bytes| RecordId::from_slice(&bytes))
                    .map(Self)
                    .ok_or(HoldingError::IdMalformed)
            }
        }
    )+};
}
hex_id!(HoldingId, CopyId);

/// What a holding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldingKind {
    /// A body and face to enter worlds with.
    Avatar,
    /// A thing to carry.
    Item,
}

/// How a copy is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A W3C credential with a Data Integrity proof (`ldp_vc`).
    LdpVc,
}

/// Whether a copy may be presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyState {
    /// It looks unused, but it came from a backup or an older store and may have been shown since.
    Doubtful,
    /// It may.
    Ready,
    /// A newer copy has taken its place.
    Retired,
}

/// What choosing among holdings may look at, without opening a credential. Taken from a credential
/// that was verified; what is chosen is verified again before it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// From when the credential is valid.
    pub valid_from: Option<Timestamp>,
    /// Until when.
    pub valid_until: Option<Timestamp>,
    /// The claims that a request may ask for.
    pub claims: Value,
}

/// An avatar or an item, as its holder sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Holding {
    /// Its name in this wallet.
    pub id: HoldingId,
    /// Avatar or item.
    pub kind: HoldingKind,
    /// The name to show. Text from outside: made safe where it is shown.
    pub name: String,
    /// The world that issued it.
    pub issuer: WorldId,
    /// The face that holds it.
    pub persona: PersonaIndex,
    /// The credential's types.
    pub types: Vec<String>,
    /// What choosing looks at.
    pub facts: Facts,
    /// When it was received.
    pub added_at: Timestamp,
    /// Its copies, in the order they came.
    pub copies: Vec<CopyId>,
}

/// One credential, bound to one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Its name in this wallet.
    pub id: CopyId,
    /// What it is a copy of.
    pub holding: HoldingId,
    /// How it is written.
    pub format: Format,
    /// Its key.
    pub key: KeyPath,
    /// The world it was shown to, and to which alone it is shown again.
    pub world: Option<WorldId>,
    /// Whether it may be presented.
    pub state: CopyState,
    /// When it came.
    pub added_at: Timestamp,
}

/// A holding to be kept. Outside of tests made in one place, `receive::preview`, of what was verified.
#[derive(Clone, Debug)]
pub(crate) struct NewHolding {
    /// Avatar or item.
    pub(crate) kind: HoldingKind,
    /// The name to show.
    pub(crate) name: String,
    /// The world that issued it.
    pub(crate) issuer: WorldId,
    /// The face that holds it.
    pub(crate) persona: PersonaIndex,
    /// The credential's types.
    pub(crate) types: Vec<String>,
    /// What choosing looks at.
    pub(crate) facts: Facts,
    /// At least one copy.
    pub(crate) copies: Vec<NewCopy>,
}

/// A copy to be kept.
#[derive(Clone, Debug)]
pub(crate) struct NewCopy {
    /// How it is written.
    pub(crate) format: Format,
    /// Its key, from [`Wallet::allocate_keys`].
    pub(crate) key: KeyPath,
    /// The bytes of the credential that were verified: see [`Wallet::credential`].
    pub(crate) credential: Vec<u8>,
    /// The world it is for, when it renews a copy that was shown there.
    pub(crate) world: Option<WorldId>,
}

impl Wallet {
    /// Keeps a holding with all its copies, and says so in the history: all of it or nothing.
    pub(crate) fn insert_holding(
        &mut self,
        new: NewHolding,
        now: Timestamp,
    ) -> Result<Holding, HoldingError> {
        let id = HoldingId(RecordId::from_bytes(self.store_mut().draw()?));
        let names = self.names().clone();
        self.store_mut().edit(|edit| {
            if new.copies.is_empty() {
                return Err(HoldingError::NoCopies);
            }
            if !persona::exists(&edit.view, new.persona)? {
                return Err(HoldingError::PersonaUnknown);
            }
            let mut holding = Holding {
                id,
                kind: new.kind,
                name: new.name,
                issuer: new.issuer,
                persona: new.persona,
                types: new.types,
                facts: new.facts,
                added_at: now,
                copies: Vec::new(),
            };
            let what = write_copies(edit, &names, &mut holding, new.copies, now)?;
            insert(edit, Kind::Holding, &id.0, &StoredHolding::of(&holding))?;
            note(edit, EntryKind::Received, &holding, what, now)?;
            Ok(holding)
        })
    }

    /// Adds copies to a holding: renewals for worlds that know it, and a fresh reserve.
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "the rules of renewal are held by tests before there is any"
        )
    )]
    pub(crate) fn add_copies(
        &mut self,
        id: &HoldingId,
        copies: Vec<NewCopy>,
        now: Timestamp,
    ) -> Result<Holding, HoldingError> {
        let names = self.names().clone();
        self.store_mut().edit(|edit| {
            let (mut holding, version) =
                read_holding(&edit.view, id)?.ok_or(HoldingError::NotFound)?;
            let what = write_copies(edit, &names, &mut holding, copies, now)?;
            let stored = StoredHolding::of(&holding);
            update(edit, Kind::Holding, &id.0, version, &stored)?;
            note(edit, EntryKind::Received, &holding, what, now)?;
            Ok(holding)
        })
    }

    /// All holdings, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn holdings(&self) -> Result<Vec<Holding>, StoreError> {
        let mut holdings: Vec<Holding> = self.store().view(|view| {
            view.records(Kind::Holding)?
                .into_iter()
                .map(|(id, record)| {
                    record
                        .decode::<StoredHolding>()?
                        .into_holding(HoldingId(id))
                })
                .collect::<Result<_, StoreError>>()
        })?;
        holdings.sort_by_key(|holding| (holding.added_at, holding.id));
        Ok(holdings)
    }

    /// The holding of this id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn holding(&self, id: &HoldingId) -> Result<Option<Holding>, StoreError> {
        self.store()
            .view(|view| Ok(read_holding(view, id)?.map(|(holding, _)| holding)))
    }

    /// The one holding that a person means: by its id, by the first four or more digits of its id,
    /// or by its name.
    ///
    /// # Errors
    /// [`HoldingError::NotFound`], or [`HoldingError::Ambiguous`] when it may be several.
    pub fn find_holding(&self, text: &str) -> Result<Holding, HoldingError> {
        let holdings = self.holdings()?;
        let prefix = text.to_ascii_lowercase();
        let by_id = prefix.len() >= MIN_PREFIX && prefix.bytes().all(|b| b.is_ascii_hexdigit());
        let mut found = holdings.into_iter().filter(|holding| {
            holding.name == text || (by_id && holding.id.to_string().starts_with(&prefix))
        });
        let Some(first) = found.next() else {
            return Err(HoldingError::NotFound);
        };
        match found.count() {
            0 => Ok(first),
            more => Err(HoldingError::Ambiguous {
                matches: more.saturating_add(1),
            }),
        }
    }

    /// The copies of a holding, in the order they came.
    ///
    /// # Errors
    /// [`HoldingError`].
    pub fn copies(&self, id: &HoldingId) -> Result<Vec<Copy>, HoldingError> {
        self.store().view(|view| {
            let (holding, _) = read_holding(view, id)?.ok_or(HoldingError::NotFound)?;
            Ok(read_copies(view, &holding)?)
        })
    }

    /// The credential of a copy, byte for byte as it was verified. It came as a value inside the
    /// issuer's answer, which has no bytes of its own: these are its canonical ones (RFC 8785), of
    /// equal meaning since the strict reader takes nothing that could be written in another sense.
    /// Unverified: what was true when it was kept need not be true now.
    ///
    /// # Errors
    /// [`HoldingError`].
    pub fn credential(&self, id: &CopyId) -> Result<Vec<u8>, HoldingError> {
        self.store().view(|view| {
            let record = view
                .record(Kind::Credential, &id.0)?
                .ok_or(HoldingError::NotFound)?;
            Ok(record.bytes.to_vec())
        })
    }

    /// Takes a copy out of use, for instance because a newer one took its place.
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "the rules of renewal are held by tests before there is any"
        )
    )]
    pub(crate) fn retire_copy(&mut self, id: &CopyId) -> Result<(), HoldingError> {
        self.store_mut().edit(|edit| {
            let record = edit
                .view
                .record(Kind::Copy, &id.0)?
                .ok_or(HoldingError::NotFound)?;
            let mut copy = record.decode::<StoredCopy>()?.into_copy(*id)?;
            copy.state = CopyState::Retired;
            let stored = StoredCopy::of(&copy);
            Ok(update(edit, Kind::Copy, &id.0, record.version, &stored)?)
        })
    }

    /// Forgets a holding and its copies for good. Their keys are never used again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn forget_holding(
        &mut self,
        id: &HoldingId,
        now: Timestamp,
    ) -> Result<Removal, StoreError> {
        self.store_mut().edit(|edit| {
            let Some((holding, _)) = read_holding(&edit.view, id)? else {
                return Ok(Removal::Absent);
            };
            for copy in &holding.copies {
                for kind in [Kind::Copy, Kind::Credential] {
                    if edit.delete(kind, &copy.0)? == Written::Refused {
                        return Err(StoreError::Corrupt(Fault::Record));
                    }
                }
                if edit.insert(Kind::UsedKey, &copy.0, b"")? == Written::Refused {
                    return Err(StoreError::Corrupt(Fault::Record));
                }
            }
            if edit.delete(Kind::Holding, &id.0)? == Written::Refused {
                return Err(StoreError::Corrupt(Fault::Record));
            }
            note(edit, EntryKind::Forgotten, &holding, Vec::new(), now)?;
            Ok(Removal::Removed)
        })
    }
}

fn write_copies(
    edit: &mut Edit<'_>,
    names: &Key32,
    holding: &mut Holding,
    copies: Vec<NewCopy>,
    now: Timestamp,
) -> Result<Vec<Sha256Digest>, HoldingError> {
    if copies.len() > MAX_COPIES_AT_ONCE {
        return Err(HoldingError::TooManyCopies {
            found: copies.len(),
            limit: MAX_COPIES_AT_ONCE,
        });
    }
    let mut digests = Vec::with_capacity(copies.len());
    for new in copies {
        if new.key.issuer != holding.issuer || new.key.persona != holding.persona {
            return Err(HoldingError::ForeignKey);
        }
        keys::refuse_unallocated(&edit.view, names, &new.key)?;
        let id = CopyId::of_key(names, &new.key);
        if edit.view.record(Kind::UsedKey, &id.0)?.is_some() {
            return Err(HoldingError::KeyUsed);
        }
        let copy = Copy {
            id,
            holding: holding.id,
            format: new.format,
            key: new.key,
            world: new.world,
            state: CopyState::Ready,
            added_at: now,
        };
        let stored = encode(&StoredCopy::of(&copy))?;
        if edit.insert(Kind::Copy, &id.0, &stored)? == Written::Refused
            || edit.insert(Kind::Credential, &id.0, &new.credential)? == Written::Refused
        {
            return Err(HoldingError::KeyUsed);
        }
        holding.copies.push(id);
        digests.push(Sha256Digest::of(&new.credential));
    }
    Ok(digests)
}

fn note(
    edit: &mut Edit<'_>,
    kind: EntryKind,
    holding: &Holding,
    digests: Vec<Sha256Digest>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let what = What {
        holdings: vec![holding.id],
        digests,
        claims: Vec::new(),
    };
    let world = Some(holding.issuer.clone());
    append_note(
        edit,
        NewEntry {
            kind,
            world,
            what,
            consent: None,
        },
        now,
    )
    .map(drop)
}

fn read_holding(view: &View<'_>, id: &HoldingId) -> Result<Option<(Holding, u64)>, StoreError> {
    let Some(record) = view.record(Kind::Holding, &id.0)? else {
        return Ok(None);
    };
    let holding = record.decode::<StoredHolding>()?.into_holding(*id)?;
    Ok(Some((holding, record.version)))
}

fn read_copies(view: &View<'_>, holding: &Holding) -> Result<Vec<Copy>, StoreError> {
    let missing = StoreError::Corrupt(Fault::Record);
    holding
        .copies
        .iter()
        .map(|id| {
            let record = view.record(Kind::Copy, &id.0)?.ok_or(missing.clone())?;
            record.decode::<StoredCopy>()?.into_copy(*id)
        })
        .collect()
}
