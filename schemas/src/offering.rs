//! A world's `POST /offers`: what its own people want to issue, and the link that comes of it; and
//! `POST /authorizations/{ticket}`: what somebody who has logged in is granted.
//!
//! Written and read within one world. Other members are refused: a misspelled one would offer
//! something else than was meant.

mod authorization;
#[cfg(test)]
mod tests;

use crate::admission::{read_license, read_word, words};
use crate::credential::Format;
use crate::json::{Object, Value};
use crate::ledger::TransferTerms;
use crate::license::LicenseTerms;
use crate::message::{
    Confidential, Kind, Members, Message, MessageError, Problem, natural, printable,
};
use crate::oid4vci::offer::{InputMode, OfferLink};
use crate::reason::Reason;
use crate::receipt::UniqueId;
use crate::records::{Envelope, read_time};
use crate::time::Timestamp;

pub use authorization::{AuthorizationAsked, AuthorizationDecided, AuthorizationDecision};

const TERMS: Kind = Kind::new("offer", Reason::BadRequest);
const OFFERED: Kind = Kind::new("created offer", Reason::BadRequest);

/// `POST /offers`: what is to be offered.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferTerms {
    /// The usage right.
    pub right: Right,
    /// `transfer`, of an item: whether its holder may pass it on; freely when left out.
    pub transfer: TransferTerms,
    /// `provenance`: the creator's statement about the model file (`AssetProvenance`), as it was
    /// signed.
    pub provenance: Object,
    /// `license`: the terms for the holder; the creator's own when left out.
    pub license: Option<LicenseTerms>,
    /// `copies`: how many; one batch when left out.
    pub copies: Option<u32>,
    /// `formats`: in which the wallet may choose to receive it; both when left out.
    pub formats: Option<Vec<Format>>,
    /// `flow`: how a wallet comes by an access token.
    pub flow: OfferFlow,
    /// `tx_code`: whether a second code is drawn, and of which characters. `true` is six digits.
    pub tx_code: Option<InputMode>,
    /// `deferred`: whether one of the world's people has to approve before anything is issued.
    pub approval: ApprovalAsked,
}

words! {
    /// How a wallet comes by an access token.
    OfferFlow,
    /// With the code that is in the offer; the default.
    PreAuthorized = "pre-authorized_code",
    /// After a login at the world.
    Authorization = "authorization_code",
}

/// Whether one of the world's people has to approve before anything is issued.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApprovalAsked {
    /// `deferred: false`, or left out.
    #[default]
    NotAsked,
    /// `deferred: true`
    Asked,
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
                Ok((
                    Self::Item { class, serial },
                    &["class", "serial", "transfer"],
                ))
            }
            _ => {
                let expected = "avatar or item";
                Err(members.fail("right", Problem::Value { expected }))
            }
        }
    }
}

impl OfferTerms {
    /// An offer of everything that is usual: the creator's license, one batch, both formats, a code in
    /// the offer and nothing beside it.
    #[must_use]
    pub const fn new(right: Right, provenance: Object) -> Self {
        Self {
            right,
            transfer: TransferTerms::FREE,
            provenance,
            license: None,
            copies: None,
            formats: None,
            flow: OfferFlow::PreAuthorized,
            tx_code: None,
            approval: ApprovalAsked::NotAsked,
        }
    }
}

impl Message for OfferTerms {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(TERMS, value)?;
        let (right, special) = Right::read(&members)?;
        let usual = [
            "right",
            "provenance",
            "license",
            "copies",
            "formats",
            "flow",
            "tx_code",
            "deferred",
        ];
        members.only(&[&usual, special].concat())?;
        let provenance = members.part("provenance", "offer")?;
        let provenance = provenance.ok_or_else(|| members.fail("provenance", Problem::Missing))?;
        let license = members.optional("license");
        let license = license.map(|value| read_license(&members, value));
        Ok(Self {
            right,
            transfer: match members.optional("transfer") {
                Some(transfer) => TransferTerms::from_value(transfer)
                    .map_err(|error| members.fail("transfer", error.problem()))?,
                None => TransferTerms::FREE,
            },
            provenance: provenance.object.clone(),
            license: license.transpose()?,
            copies: read_copies(&members)?,
            formats: read_formats(&members)?,
            flow: match members.optional("flow") {
                Some(_) => read_word(&members, "flow", OfferFlow::from_id)?,
                None => OfferFlow::PreAuthorized,
            },
            tx_code: read_tx_code(&members)?,
            approval: match members.flag("deferred")? {
                Some(true) => ApprovalAsked::Asked,
                Some(false) | None => ApprovalAsked::NotAsked,
            },
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
                if self.transfer != TransferTerms::FREE {
                    object.insert("transfer", self.transfer.to_object());
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
        if let Some(formats) = &self.formats {
            let formats: Vec<_> = formats.iter().map(|format| format.name()).collect();
            object.insert("formats", formats);
        }
        if self.flow != OfferFlow::PreAuthorized {
            object.insert("flow", self.flow.id());
        }
        match self.tx_code {
            Some(InputMode::Numeric) => drop(object.insert("tx_code", true)),
            Some(InputMode::Text) => drop(object.insert("tx_code", "text")),
            None => {}
        }
        if self.approval == ApprovalAsked::Asked {
            object.insert("deferred", true);
        }
        object
    }
}

fn read_formats(members: &Members<'_>) -> Result<Option<Vec<Format>>, MessageError> {
    if members.optional("formats").is_none() {
        return Ok(None);
    }
    let formats = members.texts("formats", Format::ALL.len())?;
    let read = |name: &String| {
        let expected = "dc+sd-jwt or ldp_vc";
        Format::from_name(name).ok_or_else(|| members.fail("formats", Problem::Value { expected }))
    };
    formats.iter().map(read).collect::<Result<_, _>>().map(Some)
}

/// `true` and `"numeric"` are six digits, `"text"` letters and digits, `false` is none.
fn read_tx_code(members: &Members<'_>) -> Result<Option<InputMode>, MessageError> {
    let expected = "true, false, numeric or text";
    match members.optional("tx_code") {
        None | Some(Value::Bool(false)) => Ok(None),
        Some(Value::Bool(true)) => Ok(Some(InputMode::Numeric)),
        Some(Value::String(word)) if word == "numeric" => Ok(Some(InputMode::Numeric)),
        Some(Value::String(word)) if word == "text" => Ok(Some(InputMode::Text)),
        Some(_) => Err(members.fail("tx_code", Problem::Value { expected })),
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
    /// `tx_code`: the second code, to be told to the person by another way than the link. It is told
    /// here and never again.
    pub tx_code: Option<Confidential>,
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
            "tx_code",
            "expires_at",
        ]))?;
        Envelope::read(&members)?;
        let tx_code = members.optional_text("tx_code")?;
        if tx_code.as_deref().is_some_and(|text| !printable(text)) {
            let expected = "visible ASCII";
            return Err(members.fail("tx_code", Problem::Value { expected }));
        }
        Ok(Self {
            tx_code: tx_code.map(Confidential::new),
            link: OfferLink::parse(&members.text("offer_link")?)?,
            grant: UniqueId::read(&members, "grant")?,
            copies: read_copies(&members)?
                .ok_or_else(|| members.fail("copies", Problem::Missing))?,
            expires: read_time(&members, "expires_at")?,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! {
            "offer_link" => self.link.to_link(),
            "grant" => self.grant.as_str(),
            "copies" => self.copies,
            "expires_at" => self.expires,
        };
        if let Some(tx_code) = &self.tx_code {
            object.insert("tx_code", tx_code.reveal());
        }
        object
    }
}
