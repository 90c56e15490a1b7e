//! A world's `POST /offers`: what its own people want to issue, and the link that comes of it.
//!
//! Written and read within one world. Other members are refused: a misspelled one would offer
//! something else than was meant.

#[cfg(test)]
mod tests;

use crate::admission::read_license;
use crate::json::{Object, Value};
use crate::license::LicenseTerms;
use crate::message::{Kind, Members, Message, MessageError, Problem, natural};
use crate::oid4vci::offer::OfferLink;
use crate::reason::Reason;
use crate::receipt::UniqueId;
use crate::records::{Envelope, read_time};
use crate::time::Timestamp;

const TERMS: Kind = Kind::new("offer", Reason::BadRequest);
const OFFERED: Kind = Kind::new("created offer", Reason::BadRequest);

/// `POST /offers`: what is to be offered.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferTerms {
    /// The usage right.
    pub right: Right,
    /// `provenance`: the creator's statement about the model file (`AssetProvenance`), as it was
    /// signed.
    pub provenance: Object,
    /// `license`: the terms for the holder; the creator's own when left out.
    pub license: Option<LicenseTerms>,
    /// `copies`: how many; one batch when left out.
    pub copies: Option<u32>,
}

/// `right`: the usage right that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Right {
    /// `avatar`: to wear an avatar.
    Avatar {
        /// `persona`: how the face is called.
        persona: String,
    },
    /// `item`: to use an item.
    Item {
        /// `class`: what kind of item.
        class: String,
        /// `serial`: which one of its class.
        serial: u64,
    },
}

impl Right {
    /// Names are judged where the credential is made, so an empty one is read here.
    fn read(members: &Members<'_>) -> Result<(Self, &'static [&'static str]), MessageError> {
        let name = |member| {
            let value = members.required(member)?;
            let text = value.as_str().map(str::to_owned);
            text.ok_or_else(|| members.kind.wrong_type(member, "string", value))
        };
        match members.text("right")?.as_str() {
            "avatar" => {
                let persona = name("persona")?;
                Ok((Self::Avatar { persona }, &["persona"]))
            }
            "item" => {
                let class = name("class")?;
                let serial = members.natural("serial")?;
                let serial = serial.ok_or_else(|| members.fail("serial", Problem::Missing))?;
                Ok((Self::Item { class, serial }, &["class", "serial"]))
            }
            _ => {
                let expected = "avatar or item";
                Err(members.fail("right", Problem::Value { expected }))
            }
        }
    }
}

impl Message for OfferTerms {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(TERMS, value)?;
        let (right, special) = Right::read(&members)?;
        members.only(&[&["right", "provenance", "license", "copies"], special].concat())?;
        let provenance = members.part("provenance", "offer")?;
        let provenance = provenance.ok_or_else(|| members.fail("provenance", Problem::Missing))?;
        let license = members.optional("license");
        let license = license.map(|value| read_license(&members, value));
        Ok(Self {
            right,
            provenance: provenance.object.clone(),
            license: license.transpose()?,
            copies: read_copies(&members)?,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = match &self.right {
            Right::Avatar { persona } => crate::object! {
                "right" => "avatar",
                "persona" => persona.as_str(),
            },
            Right::Item { class, serial } => {
                let mut object = crate::object! { "right" => "item", "class" => class.as_str() };
                if let Some(serial) = natural(Some(*serial)) {
                    object.insert("serial", serial);
                }
                object
            }
        };
        object.insert("provenance", self.provenance.clone());
        if let Some(license) = &self.license {
            object.insert("license", license.to_object());
        }
        if let Some(copies) = self.copies {
            object.insert("copies", copies);
        }
        object
    }
}

fn read_copies(members: &Members<'_>) -> Result<Option<u32>, MessageError> {
    let expected = "a number of copies";
    let read = |copies: u64| {
        u32::try_from(copies).map_err(|_| members.fail("copies", Problem::Value { expected }))
    };
    members.natural("copies")?.map(read).transpose()
}

/// The 201 to an offer.
#[derive(Clone, Debug, PartialEq)]
pub struct Offered {
    /// `offer_link`: `openid-credential-offer://…`, for the person and for nobody else.
    pub link: OfferLink,
    /// `grant`: by which the world's people find, suspend and revoke what comes of it.
    pub grant: UniqueId,
    /// `copies`: how many may be issued.
    pub copies: u32,
    /// `expires_at`: from when on it is worth nothing.
    pub expires: Timestamp,
}

impl Message for Offered {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(OFFERED, value)?;
        members.only(&Envelope::around(&[
            "offer_link",
            "grant",
            "copies",
            "expires_at",
        ]))?;
        Envelope::read(&members)?;
        Ok(Self {
            link: OfferLink::parse(&members.text("offer_link")?)?,
            grant: UniqueId::read(&members, "grant")?,
            copies: read_copies(&members)?
                .ok_or_else(|| members.fail("copies", Problem::Missing))?,
            expires: read_time(&members, "expires_at")?,
        })
    }

    fn to_object(&self) -> Object {
        crate::object! {
            "offer_link" => self.link.to_link(),
            "grant" => self.grant.as_str(),
            "copies" => self.copies,
            "expires_at" => self.expires,
        }
    }
}
