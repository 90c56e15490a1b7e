//! The consent of an item's creator, where its terms ask for it: a file that asks, and one that agrees.
//! The holder's side runs it, and the creator's.
//!
//! ```text
//! giver ── consent_request ──▶ file ──▶ creator: reads, signs ──▶ file ──▶ giver: gives with it
//! ```
//! What is signed is the very step: this item, in this state, to this address, until then.

use schemas::did::Did;
use schemas::digest::Sha256Digest;
use schemas::json::{self, Limits, Object};
use schemas::ledger::{Act, LedgerSignature, Step, SwapWanted};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use crate::consent;
use crate::holding::Holding;
use crate::keys::PersonaIndex;
use crate::provenance;
use crate::transfer::{Prepared, TransferError};
use crate::wallet::Wallet;

const CONSENT: &str = "omote-transfer-consent";

/// `type` of a file that asks a creator for consent.
const CONSENT_REQUEST: &str = "omote-transfer-consent-request";

/// A step with the consent of the item's creator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consented {
    pub(crate) step: Step,
    pub(crate) signature: LedgerSignature,
}

impl Prepared {
    /// A file for the creator of the item: the step that they are to sign, until when the offer would
    /// stand included.
    ///
    /// # Errors
    /// [`TransferError::Creator`] when the item needs no such thing.
    pub fn consent_request(&self, now: Timestamp) -> Result<Object, TransferError> {
        if !self.lacks_creator() {
            return Err(TransferError::Creator);
        }
        Ok(schemas::object! {
            "v" => 1,
            "type" => CONSENT_REQUEST,
            "name" => self.name(),
            "creator" => self.made_by().ok_or(TransferError::Creator)?.as_str(),
            "step" => self.step(None, now)?.to_object(),
        })
    }
}

/// Who made the model of a holding, as its credential says.
pub(super) fn creator_of(holding: &Holding) -> Option<Did> {
    let said = holding.says()?;
    let provenance = said
        .get("provenance")
        .or_else(|| said.get("credentialSubject")?.get("provenance"))?;
    let issuer = provenance.get("issuer")?;
    let did = issuer.as_str().or_else(|| issuer.get("id")?.as_str())?;
    did.parse().ok()
}

/// What a creator is asked to agree to. Outside data: whoever made the file says what it is called.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsentAsked {
    /// What the item is called, as the giver says. Outside text.
    pub name: String,
    /// Who is asked, as the giver says: who made the item's model. A consent of somebody else is none.
    pub creator: Did,
    step: Step,
}

impl ConsentAsked {
    /// The world whose ledger it is.
    #[must_use]
    pub const fn ledger(&self) -> &schemas::world::WorldId {
        &self.step.ledger
    }

    /// The item.
    #[must_use]
    pub const fn tag(&self) -> schemas::ledger::ItemTag {
        self.step.item
    }

    /// To whom it is given, and until when the offer stands.
    #[must_use]
    pub const fn to(&self) -> Option<(schemas::ledger::Commitment, Timestamp)> {
        match self.step.act {
            Act::Offer { to, until, .. } => Some((to, until)),
            _ => None,
        }
    }

    /// What the giver asks for in return.
    #[must_use]
    pub const fn wants(&self) -> Option<SwapWanted> {
        match self.step.act {
            Act::Offer { swap, .. } => swap,
            _ => None,
        }
    }

    /// The persona that is asked: the one that is named, or else any whose creator key is meant.
    ///
    /// # Errors
    /// [`TransferError::NotCreator`] when it is none of this wallet, or not the one that is named.
    pub fn signer(
        &self,
        wallet: &Wallet,
        named: Option<PersonaIndex>,
    ) -> Result<PersonaIndex, TransferError> {
        let personas = wallet.personas()?.into_iter().map(|persona| persona.index);
        personas
            .filter(|index| named.is_none_or(|named| named == *index))
            .find(|index| provenance::creator_did(wallet, *index) == self.creator)
            .ok_or(TransferError::NotCreator)
    }

    /// The JSON form, for `--json`.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let to = self.to();
        schemas::object! {
            "name" => self.name.as_str(),
            "creator" => self.creator.as_str(),
            "ledger" => self.ledger().origin(),
            "item" => self.tag(),
            "to" => to.map(|(to, _)| to),
            "until" => to.map(|(_, until)| until),
            "wants" => self.wants().map(|swap| swap.item),
            "digest" => self.digest(),
        }
    }

    /// What stands for this very step when it is agreed to.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        let what = schemas::object! { "kind" => "consent", "step" => self.step.id() };
        consent::digest(consent::Act::Transfer, what)
    }

    /// Signs it with the creator key of a persona: the file for the giver.
    ///
    /// # Errors
    /// [`TransferError::Sign`]; [`TransferError::NotCreator`] for a persona that is not asked.
    pub fn sign(&self, wallet: &Wallet, persona: PersonaIndex) -> Result<Object, TransferError> {
        self.signer(wallet, Some(persona))?;
        let signature = provenance::consent_to(wallet, persona, &self.step)?;
        Ok(schemas::object! {
            "v" => 1,
            "type" => CONSENT,
            "step" => self.step.to_object(),
            "signature" => signature,
        })
    }
}

/// Reads a file that asks a creator.
///
/// # Errors
/// [`TransferError::Message`], or [`TransferError::Creator`] when it is no such file.
pub fn read_consent_request(bytes: &[u8]) -> Result<ConsentAsked, TransferError> {
    let object = read(bytes, CONSENT_REQUEST)?;
    let name = object.get("name").and_then(|name| name.as_str());
    let creator = object.get("creator").and_then(|creator| creator.as_str());
    let creator = creator.and_then(|creator| creator.parse().ok());
    Ok(ConsentAsked {
        name: name.unwrap_or_default().to_owned(),
        creator: creator.ok_or(TransferError::Refused {
            reason: Reason::LedgerMalformed,
        })?,
        step: step(&object)?,
    })
}

/// Reads a creator's consent. Whether it is theirs, and to this, is looked at when the item is given.
///
/// # Errors
/// [`TransferError::Message`], or [`TransferError::Creator`] when it is no such file.
pub fn read_consent(bytes: &[u8]) -> Result<Consented, TransferError> {
    let object = read(bytes, CONSENT)?;
    let signature = object.get("signature").and_then(|text| text.as_str());
    let signature = signature.and_then(schemas::encoding::base64url::decode);
    let signature = signature.and_then(|bytes| bytes.try_into().ok());
    Ok(Consented {
        step: step(&object)?,
        signature: signature
            .map(LedgerSignature::from_bytes)
            .ok_or(TransferError::Creator)?,
    })
}

fn read(bytes: &[u8], kind: &str) -> Result<Object, TransferError> {
    let malformed = TransferError::Refused {
        reason: Reason::LedgerMalformed,
    };
    let value = json::read(bytes, &Limits::message()).map_err(|_| malformed.clone())?;
    let object = value.as_object().cloned().ok_or(malformed.clone())?;
    let is_it = object.get("type").and_then(|text| text.as_str()) == Some(kind)
        && object.get("v").and_then(|v| v.as_u64()) == Some(1);
    match is_it {
        true => Ok(object),
        false => Err(malformed),
    }
}

fn step(object: &Object) -> Result<Step, TransferError> {
    let step = object.get("step").ok_or(TransferError::Creator)?;
    let step = Step::from_value(step)?;
    match step.act {
        Act::Offer { .. } => Ok(step),
        _ => Err(TransferError::Creator),
    }
}
