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
mod withdrawn;

use std::fmt;
use std::str::FromStr;

use schemas::credential::CredentialType;
pub use schemas::credential::Format;
use schemas::digest::Sha256Digest;
use schemas::encoding::hex;
use schemas::json::{Object, Value};
use schemas::time::Timestamp;
use schemas::world::WorldId;

#[cfg(test)]
pub(crate) use choose::Spent;
pub use choose::{Certainty, Freshness};
pub(crate) use choose::{Choice, CopyWish, doubt_fresh_copies, spend};
pub use error::HoldingError;
pub(crate) use withdrawn::Heard;
pub use withdrawn::{Withdrawal, Withdrawn};

use crate::error::{Fault, StoreError};
use crate::history::{EntryKind, NewEntry, What, append_note};
use crate::index::{self, shelf};
use crate::kdf::Key32;
use crate::keys::{KeyPath, PersonaIndex};
use crate::persona;
use crate::receive::arrival;
use crate::receive::grants;
use crate::receive::stored::Grant;
use crate::store::records::{Edit, View, Written, encode};
use crate::store::{Kind, RecordId};
use crate::transfer::{self, entry::NewItem};
use crate::trust::Removal;
use crate::wallet::{Wallet, insert, update};
use stored::{StoredCopy, StoredHolding};

const MAX_COPIES_AT_ONCE: usize = 256;
const MIN_PREFIX: usize = 4;

/// The name of one holding: 32 hexadecimal digits, random, shown to its holder only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoldingId(pub(crate) RecordId);

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
    /// A credential of a type that is none of ours: kept and shown as it is.
    Credential,
    /// A thing to carry.
    Item,
}

impl HoldingKind {
    pub(crate) const ALL: [Self; 3] = [Self::Avatar, Self::Credential, Self::Item];

    /// The word for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Avatar => "avatar",
            Self::Credential => "credential",
            Self::Item => "item",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind of credential that copies of it are.
    #[must_use]
    pub const fn credential_type(self) -> CredentialType {
        match self {
            Self::Avatar => CredentialType::Avatar,
            Self::Credential => CredentialType::Other,
            Self::Item => CredentialType::Item,
        }
    }
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
    /// How the copies are written.
    pub format: Format,
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
    /// By what its issuer gives more copies.
    pub(crate) grant: Option<GrantRef>,
    /// Its copies, in the order they came.
    pub copies: Vec<CopyId>,
}

impl Holding {
    /// What every copy of it says: the credential without its proof, or all that an SD-JWT VC can
    /// disclose. Verified when it was received; outside text.
    #[must_use]
    pub fn says(&self) -> Option<&Object> {
        index::credential(&self.facts).ok()
    }
}

/// By what an issuer gives more copies of a holding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GrantRef {
    /// The record of the grant.
    pub(crate) id: RecordId,
    /// The issuer's name for this kind of credential.
    pub(crate) configuration: String,
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
    /// Until when it is valid, as far as it says so.
    pub valid_until: Option<Timestamp>,
    /// What its issuer has said against it, as far as this wallet has heard.
    pub withdrawn: Option<Withdrawn>,
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
    /// By what its issuer gives more copies.
    pub(crate) grant: Option<NewGrant>,
    /// What arrived, and is decided on when this is kept.
    pub(crate) settles: Option<RecordId>,
    /// Its entry in a ledger, when it stands in one.
    pub(crate) item: Option<NewItem>,
    /// At least one copy.
    pub(crate) copies: Vec<NewCopy>,
}

/// By what an issuer gives more copies, when it is new here: one grant may be for several holdings.
#[derive(Clone, Debug)]
pub(crate) struct NewGrant {
    /// The record to be.
    pub(crate) id: RecordId,
    /// The issuer's name for this kind of credential.
    pub(crate) configuration: String,
    /// The grant.
    pub(crate) grant: Grant,
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
    /// Until when it is valid, as far as it says so.
    pub(crate) valid_until: Option<Timestamp>,
}

impl Wallet {
    /// Keeps a holding with all its copies, and says so in the history: all of it or nothing.
    #[cfg(any(test, feature = "hazmat"))]
    pub(crate) fn insert_holding(
        &mut self,
        new: NewHolding,
        now: Timestamp,
    ) -> Result<Holding, HoldingError> {
        let kept = self.insert_holdings(vec![new], now)?.pop();
        kept.ok_or(HoldingError::NoCopies)
    }

    /// Keeps holdings with all their copies, says so in the history, and ends that they are undecided:
    /// all of it or nothing.
    pub(crate) fn insert_holdings(
        &mut self,
        all: Vec<NewHolding>,
        now: Timestamp,
    ) -> Result<Vec<Holding>, HoldingError> {
        let mut ids = Vec::with_capacity(all.len());
        for _ in &all {
            ids.push(HoldingId(RecordId::from_bytes(self.store_mut().draw()?)));
        }
        let names = self.names().clone();
        self.store_mut().edit(|edit| {
            let mut decided: Vec<RecordId> = all.iter().filter_map(|new| new.settles).collect();
            decided.sort_unstable();
            decided.dedup();
            for id in &decided {
                decide(edit, id)?;
            }
            let all = all.into_iter().zip(ids);
            all.map(|(new, id)| insert_one(edit, &names, id, new, now))
                .collect()
        })
    }

    /// Adds copies to a holding: of copies that worlds know, the new ones take the place of the old
    /// ones under the same keys; the others are a fresh reserve. Fresh ones that have expired are
    /// retired. All of it or nothing: until this is stored the old ones are what there is.
    pub(crate) fn refill_holding(
        &mut self,
        id: &HoldingId,
        refill: Refill,
        now: Timestamp,
    ) -> Result<Holding, HoldingError> {
        let names = self.names().clone();
        self.store_mut().edit(|edit| {
            let (mut holding, version) =
                read_holding(&edit.view, id)?.ok_or(HoldingError::NotFound)?;
            let mut fresh = Vec::new();
            let mut digests = Vec::new();
            for new in refill.copies {
                let copy = CopyId::of_key(&names, &new.key);
                if holding.copies.contains(&copy) {
                    digests.push(Sha256Digest::of(&new.credential));
                    renew(edit, &copy, &new, now)?;
                } else {
                    fresh.push(new);
                }
            }
            for copy in read_copies(&edit.view, &holding)? {
                let is_over = copy.valid_until.is_some_and(|until| until <= now);
                if is_over && copy.world.is_none() {
                    retire(edit, &copy.id)?;
                }
            }
            digests.extend(write_copies(edit, &names, &mut holding, fresh, now)?);
            holding.facts = refill.facts;
            if let Some(arrived) = &refill.settles {
                decide(edit, arrived)?;
            }
            let stored = StoredHolding::of(&holding);
            update(edit, Kind::Holding, &id.0, version, &stored)?;
            shelf::put(edit, id)?;
            note(edit, EntryKind::Refilled, &holding, digests, now)?;
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
        let is_meant = |holding: &Holding| {
            holding.name == text || (by_id && holding.id.to_string().starts_with(&prefix))
        };
        let mut found: Vec<Holding> = holdings.into_iter().filter(is_meant).collect();
        if found.len() > 1 && found.iter().all(|holding| holding.name == text) {
            // What came back has the name that it had before.
            let mut kept = Vec::new();
            for holding in &found {
                let item = self.item(&holding.id)?;
                if item.is_none_or(|item| !item.standing.is_let_go()) {
                    kept.push(holding.clone());
                }
            }
            if kept.len() == 1 {
                found = kept;
            }
        }
        match (found.pop(), found.as_slice()) {
            (None, _) => Err(HoldingError::NotFound),
            (Some(one), []) => Ok(one),
            (Some(last), others) => Err(HoldingError::Ambiguous {
                matches: others.iter().chain([&last]).map(|one| one.id).collect(),
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

    /// The credential of a copy, byte for byte as it was verified. An SD-JWT VC is the text that
    /// arrived, with all its disclosures. A W3C credential came as a value inside the issuer's answer,
    /// which has no bytes of its own: these are its canonical ones (RFC 8785), of equal meaning since
    /// the strict reader takes nothing that could be written in another sense.
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
            if let Some(grant) = &holding.grant {
                grants::leave(edit, &grant.id, id)?;
            }
            transfer::item::forget(edit, id)?;
            shelf::take(edit, id)?;
            note(edit, EntryKind::Forgotten, &holding, Vec::new(), now)?;
            Ok(Removal::Removed)
        })
    }
}

/// Ends that something is undecided. Another process may have kept it, or declined it.
fn decide(edit: &mut Edit<'_>, id: &RecordId) -> Result<(), HoldingError> {
    match arrival::decide(edit, id)? {
        Written::Done => Ok(()),
        Written::Refused => Err(HoldingError::NotFound),
    }
}

fn insert_one(
    edit: &mut Edit<'_>,
    names: &Key32,
    id: HoldingId,
    new: NewHolding,
    now: Timestamp,
) -> Result<Holding, HoldingError> {
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
        grant: new.grant.as_ref().map(|grant| GrantRef {
            id: grant.id,
            configuration: grant.configuration.clone(),
        }),
        copies: Vec::new(),
    };
    let what = write_copies(edit, names, &mut holding, new.copies, now)?;
    if let Some(grant) = new.grant {
        grants::join(edit, &grant.id, grant.grant, &id)?;
    }
    insert(edit, Kind::Holding, &id.0, &StoredHolding::of(&holding))?;
    if let Some(item) = new.item {
        transfer::taken(edit, id, item, now)?;
    }
    shelf::put(edit, &id)?;
    note(edit, EntryKind::Received, &holding, what, now)?;
    Ok(holding)
}

/// More copies of a holding. Outside of tests made in one place, `receive::refill`, of what was
/// verified.
#[derive(Clone, Debug)]
pub(crate) struct Refill {
    /// What choosing looks at from now on.
    pub(crate) facts: Facts,
    /// Under keys of copies that there are, or under fresh ones.
    pub(crate) copies: Vec<NewCopy>,
    /// What arrived, and is decided on when this is kept.
    pub(crate) settles: Option<RecordId>,
}

/// Puts a newer credential under the key of a copy. The old one is gone with the same statement that
/// writes the new one.
fn renew(
    edit: &mut Edit<'_>,
    id: &CopyId,
    new: &NewCopy,
    now: Timestamp,
) -> Result<(), HoldingError> {
    let record = edit
        .view
        .record(Kind::Copy, &id.0)?
        .ok_or(HoldingError::NotFound)?;
    let mut copy = record.decode::<StoredCopy>()?.into_copy(*id)?;
    if copy.state == CopyState::Retired {
        return Err(HoldingError::Retired);
    }
    copy.format = new.format;
    copy.valid_until = new.valid_until;
    copy.withdrawn = None;
    copy.added_at = now;
    let stored = StoredCopy::of(&copy);
    update(edit, Kind::Copy, &id.0, record.version, &stored)?;
    let old = edit
        .view
        .record(Kind::Credential, &id.0)?
        .ok_or(StoreError::Corrupt(Fault::Record))?;
    match edit.update(Kind::Credential, &id.0, old.version, &new.credential)? {
        Written::Done => Ok(()),
        Written::Refused => Err(StoreError::Corrupt(Fault::Record).into()),
    }
}

/// Takes a copy out of use.
fn retire(edit: &mut Edit<'_>, id: &CopyId) -> Result<(), HoldingError> {
    let record = edit
        .view
        .record(Kind::Copy, &id.0)?
        .ok_or(HoldingError::NotFound)?;
    let mut copy = record.decode::<StoredCopy>()?.into_copy(*id)?;
    copy.state = CopyState::Retired;
    let stored = StoredCopy::of(&copy);
    Ok(update(edit, Kind::Copy, &id.0, record.version, &stored)?)
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
            valid_until: new.valid_until,
            withdrawn: None,
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

pub(crate) fn read_holding(
    view: &View<'_>,
    id: &HoldingId,
) -> Result<Option<(Holding, u64)>, StoreError> {
    let Some(record) = view.record(Kind::Holding, &id.0)? else {
        return Ok(None);
    };
    let holding = record.decode::<StoredHolding>()?.into_holding(*id)?;
    Ok(Some((holding, record.version)))
}

pub(crate) fn read_copies(view: &View<'_>, holding: &Holding) -> Result<Vec<Copy>, StoreError> {
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
