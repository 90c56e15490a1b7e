//! The template of what an offer issues. Whoever asks fills one slot: their key.
//!
//! All copies of an offer are alike but for that key, their places in the status lists and their
//! signature: dates are rounded down to the day, so that the second of issuing does not join copies
//! that are shown in different worlds, and places are drawn by chance.

use proofs::sd_jwt::Salt;
use schemas::credential::{
    AvatarCredential, Format, ItemCredential, UnsignedCredential, UnsignedSdJwtVc, Validity,
};
use schemas::did::Did;
use schemas::json::{Limits, Number, Object, Value, read};
use schemas::ledger::{ItemTag, LedgerEntry, TransferTerms};
use schemas::license::LicenseTerms;
use schemas::message::{Message, WireDocument};
use schemas::offering::Right;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::configuration::Kind;
use crate::status::lists;
use crate::store::Place;
use crate::ticket::{self, NoChance};
use crate::world::{World, seconds};

/// What an offer issues.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    right: Right,
    /// Of an item: whether it may be passed on.
    transfer: TransferTerms,
    license: LicenseTerms,
    provenance: Object,
}

/// A template as an offer keeps it.
#[derive(Clone, Debug)]
pub(crate) enum Stored {
    /// All of it.
    Whole(Box<Template>),
    /// That of an item of the ledger, which has it.
    OfItem(ItemTag),
}

/// Why a template gave no credential.
#[derive(Clone, Debug)]
pub(crate) enum TemplateError {
    /// The stored template is not one.
    Stored,
    /// Signing or the check of what was signed.
    Issue(proofs::issue::IssueError),
    /// No random bytes for salts.
    NoChance,
}

impl From<NoChance> for TemplateError {
    fn from(_: NoChance) -> Self {
        Self::NoChance
    }
}

impl TemplateError {
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::Stored => Reason::InternalError,
            Self::Issue(error) => error.reason(),
            Self::NoChance => Reason::RngFailure,
        }
    }
}

impl Template {
    pub(crate) fn new(
        right: &Right,
        transfer: TransferTerms,
        license: &LicenseTerms,
        provenance: &Object,
    ) -> Self {
        Self {
            right: right.clone(),
            transfer,
            license: license.clone(),
            provenance: provenance.clone(),
        }
    }

    /// What kind of usage right it is.
    pub(crate) const fn kind(&self) -> Kind {
        Kind::of(&self.right)
    }

    /// The usage right.
    pub(crate) const fn right(&self) -> &Right {
        &self.right
    }

    /// Whether an item may be passed on.
    pub(crate) const fn transfer(&self) -> TransferTerms {
        self.transfer
    }

    /// The terms for the holder.
    pub(crate) const fn license(&self) -> &LicenseTerms {
        &self.license
    }

    /// The creator's statement.
    pub(crate) const fn provenance(&self) -> &Object {
        &self.provenance
    }

    /// What people call it: the avatar's name, or the item's class and serial number.
    pub(crate) fn name(&self) -> String {
        match &self.right {
            Right::Avatar { persona } => persona.clone(),
            Right::Item { class, serial } => format!("{class} #{serial}"),
        }
    }

    /// The form in which an offer keeps the template of an item that there is.
    pub(crate) fn of_item(tag: ItemTag) -> Object {
        schemas::object! { "item" => tag }
    }

    /// A template as an offer keeps it.
    pub(crate) fn stored(text: &str) -> Result<Stored, TemplateError> {
        let value = read(text.as_bytes(), &Limits::document());
        let value = value.map_err(|_| TemplateError::Stored)?;
        match value.get("item").and_then(Value::as_str) {
            Some(tag) => {
                let tag = tag.parse().map_err(|_| TemplateError::Stored)?;
                Ok(Stored::OfItem(tag))
            }
            None => Ok(Stored::Whole(Box::new(Self::of_value(&value)?))),
        }
    }

    /// The form in which the store keeps it.
    pub(crate) fn to_object(&self) -> Object {
        let mut object = match &self.right {
            Right::Avatar { persona } => schemas::object! { "persona" => persona.as_str() },
            Right::Item { class, serial } => schemas::object! {
                "class" => class.as_str(),
                "serial" => Number::from_u64_saturating(*serial),
            },
        };
        if self.transfer != TransferTerms::FREE {
            object.insert("transfer", self.transfer.to_object());
        }
        object.insert("license", self.license.to_object());
        object.insert("provenance", self.provenance.clone());
        object
    }

    pub(crate) fn read(text: &str) -> Result<Self, TemplateError> {
        let value = read(text.as_bytes(), &Limits::document());
        Self::of_value(&value.map_err(|_| TemplateError::Stored)?)
    }

    fn of_value(value: &Value) -> Result<Self, TemplateError> {
        let member = |name: &str| value.get(name).ok_or(TemplateError::Stored);
        let word = |value: &Value| {
            value
                .as_str()
                .map(str::to_owned)
                .ok_or(TemplateError::Stored)
        };
        let right = match value.get("persona") {
            Some(persona) => Right::Avatar {
                persona: word(persona)?,
            },
            None => Right::Item {
                class: word(member("class")?)?,
                serial: member("serial")?.as_u64().ok_or(TemplateError::Stored)?,
            },
        };
        let provenance = member("provenance")?.as_object();
        let transfer = match value.get("transfer") {
            Some(transfer) => {
                TransferTerms::from_value(transfer).map_err(|_| TemplateError::Stored)?
            }
            None => TransferTerms::FREE,
        };
        Ok(Self {
            right,
            transfer,
            license: LicenseTerms::from_value(member("license")?)
                .map_err(|_| TemplateError::Stored)?,
            provenance: provenance.cloned().ok_or(TemplateError::Stored)?,
        })
    }

    /// When a copy that is issued now runs out.
    pub(crate) fn valid_until(world: &World, now: Timestamp) -> Timestamp {
        now.day()
            .plus_seconds(seconds(world.config.issuing.validity))
    }

    /// Signs a copy.
    pub(crate) fn issue(
        &self,
        world: &World,
        format: Format,
        slots: &Slots<'_>,
        now: Timestamp,
    ) -> Result<WireDocument, TemplateError> {
        let today = now.day();
        match format {
            Format::DcSdJwt => {
                // It does not say when it was signed, so the day on which it begins has to be one that
                // the key vouches for.
                let filled = self.filled(world, slots, world.identity().dated(today), now);
                let unsigned = filled.unsigned_sd_jwt(world, slots.place)?;
                let salts = draw_salts(unsigned.digests())?;
                let issued = world.identity().issue_sd_jwt(&unsigned, &salts);
                Ok(WireDocument::Text(issued.map_err(TemplateError::Issue)?))
            }
            Format::LdpVc => {
                let filled = self.filled(world, slots, today, now);
                let entries = lists::entries(world, slots.place).ok_or(TemplateError::Stored)?;
                let unsigned = filled.unsigned().with_status(&entries);
                let issued = world.identity().issue(&unsigned, today);
                let issued = issued.map_err(TemplateError::Issue)?;
                Ok(WireDocument::Object(issued.into_object()))
            }
        }
    }

    fn filled(&self, world: &World, slots: &Slots<'_>, from: Timestamp, now: Timestamp) -> Filled {
        let validity = Validity::between(from, Self::valid_until(world, now));
        match &self.right {
            Right::Avatar { persona } => Filled::Avatar(AvatarCredential {
                issuer: world.did().clone(),
                holder: slots.holder.clone(),
                validity,
                persona_name: persona.clone(),
                license: self.license.clone(),
                provenance: self.provenance.clone(),
            }),
            Right::Item { class, serial } => Filled::Item(ItemCredential {
                issuer: world.did().clone(),
                holder: slots.holder.clone(),
                validity,
                item_class: class.clone(),
                serial: *serial,
                license: self.license.clone(),
                provenance: self.provenance.clone(),
                ledger_entry: slots.entry.cloned(),
            }),
        }
    }
}

/// What is of one copy alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slots<'a> {
    /// The key that holds it.
    pub(crate) holder: &'a Did,
    /// Its place in the status lists.
    pub(crate) place: &'a Place,
    /// Where the ledger keeps the item; alike in all copies.
    pub(crate) entry: Option<&'a LedgerEntry>,
}

/// A template with its slot filled.
enum Filled {
    Avatar(AvatarCredential),
    Item(ItemCredential),
}

impl Filled {
    fn unsigned(&self) -> UnsignedCredential {
        match self {
            Self::Avatar(avatar) => avatar.unsigned(),
            Self::Item(item) => item.unsigned(),
        }
    }

    fn unsigned_sd_jwt(
        &self,
        world: &World,
        place: &Place,
    ) -> Result<UnsignedSdJwtVc, TemplateError> {
        let entry = lists::token_entry(world, place).ok_or(TemplateError::Stored)?;
        Ok(match self {
            Self::Avatar(avatar) => avatar.unsigned_sd_jwt(Some(&entry)),
            Self::Item(item) => item.unsigned_sd_jwt(Some(&entry)),
        })
    }
}

/// Salts for one copy, each fresh: nothing is used twice, in whatever copy.
fn draw_salts(count: usize) -> Result<Vec<Salt>, NoChance> {
    let mut salts: Vec<Salt> = vec![[0; 16]; count];
    for salt in &mut salts {
        ticket::draw(salt)?;
    }
    Ok(salts)
}
