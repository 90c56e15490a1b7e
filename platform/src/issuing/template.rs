//! The template of what an offer issues. Whoever asks fills one slot: their key.
//!
//! All copies of an offer are alike but for that key, their places in the status lists and their
//! signature: dates are rounded down to the day, so that the second of issuing does not join copies
//! that are shown in different worlds, and places are drawn by chance.

use schemas::credential::{AvatarCredential, ItemCredential, Validity};
use schemas::did::Did;
use schemas::json::{Limits, Number, Object, Value, read};
use schemas::license::LicenseTerms;
use schemas::offering::Right;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use crate::status::lists;
use crate::store::Place;
use crate::world::{World, seconds};

/// The identifier of the avatar's credential configuration.
pub(crate) const AVATAR: &str = "avatar";
/// The identifier of the item's credential configuration.
pub(crate) const ITEM: &str = "item";

/// What an offer issues.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    right: Right,
    license: LicenseTerms,
    provenance: Object,
}

/// Why a template gave no credential.
#[derive(Clone, Debug)]
pub(crate) enum TemplateError {
    /// The stored template is not one.
    Stored,
    /// Signing or the check of what was signed.
    Issue(proofs::issue::IssueError),
}

impl TemplateError {
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::Stored => Reason::InternalError,
            Self::Issue(error) => error.reason(),
        }
    }
}

impl Template {
    pub(crate) fn new(right: &Right, license: &LicenseTerms, provenance: &Object) -> Self {
        Self {
            right: right.clone(),
            license: license.clone(),
            provenance: provenance.clone(),
        }
    }

    /// The credential configuration that it belongs to.
    pub(crate) const fn configuration(&self) -> &'static str {
        match self.right {
            Right::Avatar { .. } => AVATAR,
            Right::Item { .. } => ITEM,
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
        object.insert("license", self.license.to_object());
        object.insert("provenance", self.provenance.clone());
        object
    }

    pub(crate) fn read(text: &str) -> Result<Self, TemplateError> {
        let value = read(text.as_bytes(), &Limits::document());
        let value = value.map_err(|_| TemplateError::Stored)?;
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
        Ok(Self {
            right,
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

    /// Signs a copy for a holder's key, with its place in the status lists.
    pub(crate) fn issue(
        &self,
        world: &World,
        holder: &Did,
        place: &Place,
        now: Timestamp,
    ) -> Result<Object, TemplateError> {
        let today = now.day();
        let validity = Validity::between(today, Self::valid_until(world, now));
        let unsigned = match &self.right {
            Right::Avatar { persona } => AvatarCredential {
                issuer: world.did().clone(),
                holder: holder.clone(),
                validity,
                persona_name: persona.clone(),
                license: self.license.clone(),
                provenance: self.provenance.clone(),
            }
            .unsigned(),
            Right::Item { class, serial } => ItemCredential {
                issuer: world.did().clone(),
                holder: holder.clone(),
                validity,
                item_class: class.clone(),
                serial: *serial,
                license: self.license.clone(),
                provenance: self.provenance.clone(),
            }
            .unsigned(),
        };
        let entries = lists::entries(world, place).ok_or(TemplateError::Stored)?;
        let issued = world
            .identity()
            .issue(&unsigned.with_status(&entries), today);
        Ok(issued.map_err(TemplateError::Issue)?.into_object())
    }
}
