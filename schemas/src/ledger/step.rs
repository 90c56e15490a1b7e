//! A step: what a wallet signs to move an item on, and how it is sent.

use crate::canonical;
use crate::did::Did;
use crate::json::{Number, Object, Value};
use crate::ledger::{
    Commitment, Event, ItemTag, LeafHash, LedgerSignature, Salt, StepId, TermsDigest,
    WorldCommitment, key, kind, ledger, number, part, time, version,
};
use crate::message::{Kind, Members, Message, MessageError, Problem};
use crate::reason::Reason;
use crate::time::Timestamp;
use crate::world::WorldId;

const STEP: Kind = kind("step of an item");
const SENT: Kind = kind("signed step of an item");

/// One step of an item's chain, as whoever may take it signs it. `seq` and `previous` are those of the
/// leaf that is to come of it, so it fits one place of one chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// `ledger`: the world that issued the item.
    pub ledger: WorldId,
    /// `item`
    pub item: ItemTag,
    /// `seq`: one more than the head's; never 0, for the ledger mints.
    pub seq: u64,
    /// `previous`: the head on which it was decided.
    pub previous: LeafHash,
    /// `event`, and what belongs to it.
    pub act: Act,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// `offer`: the holder offers the item to an address.
    Offer {
        /// `to`: the commitment of the address.
        to: Commitment,
        /// `until`: when the offer ends, and not at it any more.
        until: Timestamp,
        /// `terms`: what the giver saw.
        terms: TermsDigest,
        /// `swap`: what is wanted in return.
        swap: Option<SwapWanted>,
    },
    /// `accept`: the address takes it.
    Accept {
        /// `holder`: the fresh commitment that is going to hold it.
        holder: Commitment,
        /// `terms`: what the recipient saw.
        terms: TermsDigest,
        /// `swap`: what is given in return.
        swap: Option<SwapLeg>,
    },
    /// `refuse`: the address does not want it.
    Refuse,
    /// `withdraw`: the holder takes the offer back.
    Withdraw,
    /// `burn`: the holder gives the right up for ever.
    Burn,
    /// `lease`: the holder says in which world the item is active, for a while.
    Lease {
        /// `world`
        world: WorldCommitment,
        /// `until`
        until: Timestamp,
    },
    /// `release`: it is active there no more.
    Release,
}

impl Act {
    /// The event of the leaf that comes of it.
    #[must_use]
    pub const fn event(&self) -> Event {
        match self {
            Self::Offer { .. } => Event::Offer,
            Self::Accept { .. } => Event::Accept,
            Self::Refuse => Event::Refuse,
            Self::Withdraw => Event::Withdraw,
            Self::Burn => Event::Burn,
            Self::Lease { .. } => Event::Lease,
            Self::Release => Event::Release,
        }
    }
}

/// What an offer asks for in return: another item of the same ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwapWanted {
    /// `item`: which one.
    pub item: ItemTag,
    /// `holder`: the fresh commitment of the giver that is going to hold it.
    pub holder: Commitment,
}

impl SwapWanted {
    pub(super) fn read(members: &Members<'_>) -> Result<Self, MessageError> {
        members.only(&["item", "holder"])?;
        Ok(Self {
            item: ItemTag::read(members, "item")?,
            holder: Commitment::read(members, "holder")?,
        })
    }

    pub(super) fn write(&self) -> Object {
        crate::object! { "item" => self.item, "holder" => self.holder }
    }
}

/// One half of a swap, told to the other half: which leaf is to come there and who holds the item then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwapLeg {
    /// `item`
    pub item: ItemTag,
    /// `seq` of the leaf to come.
    pub seq: u64,
    /// `previous`: the head of that item.
    pub previous: LeafHash,
    /// `holder`: the commitment that is going to hold it.
    pub holder: Commitment,
    /// `terms` of that item.
    pub terms: TermsDigest,
}

impl SwapLeg {
    pub(super) fn read(members: &Members<'_>) -> Result<Self, MessageError> {
        members.only(&["item", "seq", "previous", "holder", "terms"])?;
        Ok(Self {
            item: ItemTag::read(members, "item")?,
            seq: after_mint(members)?,
            previous: LeafHash::read(members, "previous")?,
            holder: Commitment::read(members, "holder")?,
            terms: TermsDigest::read(members, "terms")?,
        })
    }

    pub(super) fn write(&self) -> Object {
        crate::object! {
            "item" => self.item,
            "seq" => Number::from_u64_saturating(self.seq),
            "previous" => self.previous,
            "holder" => self.holder,
            "terms" => self.terms,
        }
    }
}

/// `seq` of a leaf that is not the mint.
fn after_mint(members: &Members<'_>) -> Result<u64, MessageError> {
    let expected = "1 or more";
    match number(members, "seq")? {
        0 => Err(members.fail("seq", Problem::Value { expected })),
        seq => Ok(seq),
    }
}

/// The commitment of whoever is to receive an item: a wrong one is a wrong receiver.
fn receiver(members: &Members<'_>, name: &'static str) -> Result<Commitment, MessageError> {
    Commitment::read(members, name).map_err(|error| {
        let reason = Reason::ReceiverInvalid;
        members.kind.fail_as(name, error.problem(), reason)
    })
}

impl Step {
    /// The bytes that are signed, behind a line that says what they are, and digested for its id.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        canonical::object_to_bytes(&self.to_object())
    }

    /// Its name: the same however often it is sent and signed.
    #[must_use]
    pub fn id(&self) -> StepId {
        StepId::of_canonical(&self.canonical())
    }
}

const COMMON: [&str; 6] = ["v", "ledger", "item", "seq", "previous", "event"];

impl Message for Step {
    /// Members that do not belong to its event are refused.
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(STEP, value)?;
        version(&members)?;
        let only = |names: &[&str]| members.only(&[&COMMON, names].concat());
        let act = match members.text("event")?.as_str() {
            "offer" => {
                only(&["to", "until", "terms", "swap"])?;
                Act::Offer {
                    to: receiver(&members, "to")?,
                    until: time(&members, "until")?,
                    terms: TermsDigest::read(&members, "terms")?,
                    swap: part(&members, "swap", SwapWanted::read)?,
                }
            }
            "accept" => {
                only(&["holder", "terms", "swap"])?;
                Act::Accept {
                    holder: receiver(&members, "holder")?,
                    terms: TermsDigest::read(&members, "terms")?,
                    swap: part(&members, "swap", SwapLeg::read)?,
                }
            }
            "lease" => {
                only(&["world", "until"])?;
                Act::Lease {
                    world: WorldCommitment::read(&members, "world")?,
                    until: time(&members, "until")?,
                }
            }
            "refuse" => only(&[]).map(|()| Act::Refuse)?,
            "withdraw" => only(&[]).map(|()| Act::Withdraw)?,
            "burn" => only(&[]).map(|()| Act::Burn)?,
            "release" => only(&[]).map(|()| Act::Release)?,
            _ => {
                let expected = "a step that a wallet may take";
                return Err(members.fail("event", Problem::Value { expected }));
            }
        };
        Ok(Self {
            ledger: ledger(&members)?,
            item: ItemTag::read(&members, "item")?,
            seq: after_mint(&members)?,
            previous: LeafHash::read(&members, "previous")?,
            act,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! {
            "v" => 1,
            "ledger" => &self.ledger.did(),
            "item" => self.item,
            "seq" => Number::from_u64_saturating(self.seq),
            "previous" => self.previous,
            "event" => self.act.event().id(),
        };
        match &self.act {
            Act::Offer {
                to,
                until,
                terms,
                swap,
            } => {
                object.insert("to", *to);
                object.insert("until", *until);
                object.insert("terms", *terms);
                if let Some(swap) = swap {
                    object.insert("swap", swap.write());
                }
            }
            Act::Accept {
                holder,
                terms,
                swap,
            } => {
                object.insert("holder", *holder);
                object.insert("terms", *terms);
                if let Some(swap) = swap {
                    object.insert("swap", swap.write());
                }
            }
            Act::Lease { world, until } => {
                object.insert("world", *world);
                object.insert("until", *until);
            }
            Act::Refuse | Act::Withdraw | Act::Burn | Act::Release => {}
        }
        object
    }
}

/// A step as it is sent: with the opening of the commitment that may take it, and the signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentStep {
    /// `step`
    pub step: Step,
    /// `key`: the `did:key` that signed.
    pub key: Did,
    /// `salt`: with the key, it opens the commitment of the holder or of the address.
    pub salt: Salt,
    /// `signature`
    pub signature: LedgerSignature,
    /// `creator.signature`: the creator's consent to an offer, where the terms ask for it.
    pub creator: Option<LedgerSignature>,
    /// `swap`: who gives the item in return. With an `accept` that has a swap, and only with it.
    pub swap: Option<SentSwap>,
}

/// The other signature of a swap: by the holder of the item that is given in return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentSwap {
    /// `key`: the `did:key` that signed.
    pub key: Did,
    /// `salt`: with the key, it opens the commitment of that item's holder.
    pub salt: Salt,
    /// `signature`: over the same step, under a line of its own.
    pub signature: LedgerSignature,
    /// `creator.signature`: the consent of that item's creator, where its terms ask for it.
    pub creator: Option<LedgerSignature>,
}

/// `creator`: an object with a signature.
pub(super) fn read_consent(members: &Members<'_>) -> Result<Option<LedgerSignature>, MessageError> {
    part(members, "creator", |part| {
        part.only(&["signature"])?;
        LedgerSignature::read(part, "signature")
    })
}

pub(super) fn write_consent(object: &mut Object, consent: Option<LedgerSignature>) {
    if let Some(signature) = consent {
        object.insert("creator", crate::object! { "signature" => signature });
    }
}

impl SentSwap {
    fn read(members: &Members<'_>) -> Result<Self, MessageError> {
        members.only(&["key", "salt", "signature", "creator"])?;
        Ok(Self {
            key: key(members, Reason::KeyMalformed)?,
            salt: Salt::read(members, "salt")?,
            signature: LedgerSignature::read(members, "signature")?,
            creator: read_consent(members)?,
        })
    }

    fn write(&self) -> Object {
        let mut object = crate::object! {
            "key" => &self.key,
            "salt" => self.salt,
            "signature" => self.signature,
        };
        write_consent(&mut object, self.creator);
        object
    }
}

impl Message for SentStep {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(SENT, value)?;
        members.only(&["step", "key", "salt", "signature", "creator", "swap"])?;
        let step = Step::from_value(members.required("step")?)?;
        let receives = matches!(step.act, Act::Accept { .. } | Act::Refuse);
        let reason = match receives {
            true => Reason::ReceiverInvalid,
            false => Reason::KeyMalformed,
        };
        let read = Self {
            key: key(&members, reason)?,
            salt: Salt::read(&members, "salt")?,
            signature: LedgerSignature::read(&members, "signature")?,
            creator: read_consent(&members)?,
            swap: part(&members, "swap", SentSwap::read)?,
            step,
        };
        let swaps = matches!(read.step.act, Act::Accept { swap: Some(_), .. });
        if swaps != read.swap.is_some() {
            let expected = "there for an accept that gives something in return, and only then";
            return Err(members.fail("swap", Problem::Value { expected }));
        }
        if read.creator.is_some() && !matches!(read.step.act, Act::Offer { .. }) {
            let expected = "there for an offer only";
            return Err(members.fail("creator", Problem::Value { expected }));
        }
        Ok(read)
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! {
            "step" => self.step.to_object(),
            "key" => &self.key,
            "salt" => self.salt,
            "signature" => self.signature,
        };
        write_consent(&mut object, self.creator);
        if let Some(swap) = &self.swap {
            object.insert("swap", swap.write());
        }
        object
    }
}
