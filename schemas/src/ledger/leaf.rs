//! A leaf: one step of an item's chain, signed by the ledger. Its canonical bytes are its entry in the
//! log.

mod signed;

use crate::admission::{read_word, words};
use crate::canonical;
use crate::did::{Did, DidMethod, DidUrl};
use crate::json::{Number, Object};
use crate::ledger::step::{read_consent, write_consent};
use crate::ledger::{
    Act, Commitment, ItemTag, LeafHash, LedgerSignature, MAX_REASON, Salt, Step, StepId, SwapLeg,
    SwapWanted, TermsDigest, WorldCommitment, key, kind, ledger, number, part, require_number,
    require_time, time, version,
};
use crate::message::{Kind, Members, MessageError, Problem};
use crate::reason::Reason;
use crate::time::Timestamp;
use crate::world::WorldId;

pub use signed::UnverifiedLeaf;

/// Longest leaf, in bytes: the longest entry that a bundle of the log holds.
pub const MAX_LEAF: usize = 65_535;

const LEAF: Kind = kind("leaf of an item");

words! {
    /// What happened in one step.
    Event,
    /// The item came to be.
    Mint = "mint",
    /// Its holder offered it to an address.
    Offer = "offer",
    /// The address took it.
    Accept = "accept",
    /// It was given in return for another item, in the same moment.
    Swap = "swap",
    /// The address refused it.
    Refuse = "refuse",
    /// Its holder took the offer back.
    Withdraw = "withdraw",
    /// The offer ran out.
    Expire = "expire",
    /// Its holder gave it up.
    Burn = "burn",
    /// Its holder says in which world it is active.
    Lease = "lease",
    /// It is active there no more.
    Release = "release",
    /// The ledger stops it for a while.
    Suspend = "suspend",
    /// The ledger lets it go on.
    Resume = "resume",
    /// The ledger ended the right for a breach.
    End = "end",
}

impl Event {
    /// Whether the ledger writes it alone, without anybody's step.
    #[must_use]
    pub const fn is_of_issuer(self) -> bool {
        matches!(
            self,
            Self::Mint | Self::Expire | Self::Suspend | Self::Resume | Self::End
        )
    }
}

words! {
    /// What an item is after a step.
    State,
    /// Somebody holds it.
    Held = "held",
    /// Somebody holds it and has offered it.
    Offered = "offered",
    /// Stopped for a while.
    Suspended = "suspended",
    /// Given up for ever.
    Burned = "burned",
    /// Ended for a breach, for ever.
    Ended = "ended",
}

impl State {
    /// Whether nothing can follow.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Burned | Self::Ended)
    }

    /// Whether its holder has the right now: it is neither stopped nor at its end.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Held | Self::Offered)
    }
}

/// An open offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// `to`: the commitment of the address.
    pub to: Commitment,
    /// `until`: when it ends, and not at it any more.
    pub until: Timestamp,
    /// `swap`: what is wanted in return.
    pub swap: Option<SwapWanted>,
}

/// Where an item is active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// `world`
    pub world: WorldCommitment,
    /// `until`: when it ends, and not at it any more.
    pub until: Timestamp,
}

/// Who took the step: the opened commitment and the signature. With the other members of its leaf it
/// is all that was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// `step`: the id of the step.
    pub step: StepId,
    /// `key`
    pub key: Did,
    /// `salt`
    pub salt: Salt,
    /// `signature`
    pub signature: LedgerSignature,
    /// `creator.signature`: the creator's consent, where the terms ask for it.
    pub creator: Option<LedgerSignature>,
}

/// What a leaf says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafClaims {
    /// `ledger`
    pub ledger: WorldId,
    /// `item`
    pub item: ItemTag,
    /// `seq`: 0 for the mint, and one more each step.
    pub seq: u64,
    /// `previous`: the leaf before; `None` for the mint.
    pub previous: Option<LeafHash>,
    /// `event`
    pub event: Event,
    /// `state`: after the step.
    pub state: State,
    /// `holder`: after the step.
    pub holder: Commitment,
    /// `terms`: the same in every leaf.
    pub terms: TermsDigest,
    /// `transfers`: how often it has changed hands.
    pub transfers: u64,
    /// `at`: never before the leaf before.
    pub at: Timestamp,
    /// `offer`: while it is offered, and kept while it is suspended.
    pub offer: Option<Offer>,
    /// `lease`
    pub lease: Option<Lease>,
    /// `reason`: why the ledger took a step alone; at most [`MAX_REASON`] characters.
    pub reason: Option<String>,
    /// `swap`: the other half, of an accept that gave something in return and of what was given.
    pub swap: Option<SwapLeg>,
    /// `by`: who took the step; `None` where the ledger did alone.
    pub by: Option<Authority>,
}

impl LeafClaims {
    /// Whether somebody else holds the item after it: of an accept, and of what was given for one.
    #[must_use]
    pub const fn changes_hands(&self) -> bool {
        matches!(self.event, Event::Accept | Event::Swap)
    }

    /// The step that somebody signed for this leaf, put together again from its members. `None` where
    /// the ledger acted alone, and for a leaf that lacks what its event has (none that was read does).
    #[must_use]
    pub fn step(&self) -> Option<Step> {
        let act = match self.event {
            Event::Offer => {
                let offer = self.offer?;
                Act::Offer {
                    to: offer.to,
                    until: offer.until,
                    terms: self.terms,
                    swap: offer.swap,
                }
            }
            Event::Accept => Act::Accept {
                holder: self.holder,
                terms: self.terms,
                swap: self.swap,
            },
            // What was signed is the accept of the other item.
            Event::Swap => return self.step_of_other_half(),
            Event::Refuse => Act::Refuse,
            Event::Withdraw => Act::Withdraw,
            Event::Burn => Act::Burn,
            Event::Lease => {
                let Lease { world, until } = self.lease?;
                Act::Lease { world, until }
            }
            Event::Release => Act::Release,
            Event::Mint | Event::Expire | Event::Suspend | Event::Resume | Event::End => {
                return None;
            }
        };
        Some(Step {
            ledger: self.ledger.clone(),
            item: self.item,
            seq: self.seq,
            previous: self.previous?,
            act,
        })
    }

    fn step_of_other_half(&self) -> Option<Step> {
        let other = self.swap?;
        Some(Step {
            ledger: self.ledger.clone(),
            item: other.item,
            seq: other.seq,
            previous: other.previous,
            act: Act::Accept {
                holder: other.holder,
                terms: other.terms,
                swap: Some(SwapLeg {
                    item: self.item,
                    seq: self.seq,
                    previous: self.previous?,
                    holder: self.holder,
                    terms: self.terms,
                }),
            },
        })
    }

    /// The members, without those that the signature adds.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let mut object = crate::object! {
            "v" => 1,
            "ledger" => &self.ledger.did(),
            "item" => self.item,
            "seq" => Number::from_u64_saturating(self.seq),
            "event" => self.event.id(),
            "state" => self.state.id(),
            "holder" => self.holder,
            "terms" => self.terms,
            "transfers" => Number::from_u64_saturating(self.transfers),
            "at" => self.at,
        };
        if let Some(previous) = self.previous {
            object.insert("previous", previous);
        }
        if let Some(offer) = &self.offer {
            let mut part = crate::object! { "to" => offer.to, "until" => offer.until };
            if let Some(swap) = &offer.swap {
                part.insert("swap", swap.write());
            }
            object.insert("offer", part);
        }
        if let Some(lease) = &self.lease {
            let part = crate::object! { "world" => lease.world, "until" => lease.until };
            object.insert("lease", part);
        }
        if let Some(reason) = &self.reason {
            object.insert("reason", reason.as_str());
        }
        if let Some(swap) = &self.swap {
            object.insert("swap", swap.write());
        }
        if let Some(by) = &self.by {
            let mut part = crate::object! {
                "step" => by.step,
                "key" => &by.key,
                "salt" => by.salt,
                "signature" => by.signature,
            };
            write_consent(&mut part, by.creator);
            object.insert("by", part);
        }
        object
    }

    fn read(members: &Members<'_>) -> Result<Self, MessageError> {
        version(members)?;
        let seq = number(members, "seq")?;
        let previous = members.optional("previous").is_some();
        let read = Self {
            ledger: ledger(members)?,
            item: ItemTag::read(members, "item")?,
            seq,
            previous: previous
                .then(|| LeafHash::read(members, "previous"))
                .transpose()?,
            event: read_word(members, "event", Event::from_id)?,
            state: read_word(members, "state", State::from_id)?,
            holder: Commitment::read(members, "holder")?,
            terms: TermsDigest::read(members, "terms")?,
            transfers: number(members, "transfers")?,
            at: time(members, "at")?,
            offer: part(members, "offer", read_offer)?,
            lease: part(members, "lease", read_lease)?,
            reason: members.optional_text("reason")?,
            swap: part(members, "swap", SwapLeg::read)?,
            by: part(members, "by", read_authority)?,
        };
        read.fit()?;
        Ok(read)
    }

    /// Whether reading these claims as they are written would give the same: for whoever writes them.
    fn check(&self) -> Result<(), MessageError> {
        for (name, number) in [("seq", self.seq), ("transfers", self.transfers)] {
            require_number(LEAF, name, number)?;
        }
        require_time(LEAF, "at", self.at)?;
        let until = self.offer.iter().map(|offer| ("offer", offer.until));
        let until = until.chain(self.lease.iter().map(|lease| ("lease", lease.until)));
        for (name, until) in until {
            require_time(LEAF, name, until)?;
        }
        if let Some(swap) = &self.swap {
            require_number(LEAF, "swap", swap.seq)?;
            if swap.seq == 0 {
                let expected = "1 or more";
                return Err(LEAF.fail("swap", Problem::Value { expected }));
            }
        }
        if self.reason.as_ref().is_some_and(String::is_empty) {
            let expected = "a text that is not empty";
            return Err(LEAF.fail("reason", Problem::Value { expected }));
        }
        let key = self.by.as_ref().map(|by| by.key.method());
        if key.is_some_and(|method| method != DidMethod::Key) {
            let expected = "a did:key";
            return Err(LEAF.fail("key", Problem::Value { expected }));
        }
        self.fit()
    }

    /// What each leaf has by itself, however it was made.
    fn fit(&self) -> Result<(), MessageError> {
        if let Some(reason) = &self.reason {
            LEAF.within("reason", reason.chars().count(), MAX_REASON)?;
            if reason.chars().any(char::is_control) {
                let expected = "one line";
                return Err(LEAF.fail("reason", Problem::Value { expected }));
            }
        }
        match self.misfit() {
            None => Ok(()),
            Some(name) => {
                let expected = "what a leaf of this event and state has";
                Err(LEAF.fail(name, Problem::Value { expected }))
            }
        }
    }

    /// Where an item is offered: the offer, and whether it still stands at a time. One stands until its
    /// deadline; a clock that goes behind the leaf's own time does not prolong it.
    #[must_use]
    pub fn offered(&self, now: Timestamp) -> Option<(&Offer, bool)> {
        let offer = self.offer.as_ref();
        let offer = offer.filter(|_| self.state == State::Offered)?;
        Some((offer, now.max(self.at) < offer.until))
    }

    /// The first member that does not go with the event. Which leaf may follow which is for the rules of
    /// the ledger; this is what each has by itself.
    fn misfit(&self) -> Option<&'static str> {
        use Event::{Accept, Burn, End, Lease, Mint, Offer, Release, Resume, Suspend, Swap};
        let event = self.event;
        let open = self.state.is_open();
        let state = match event {
            Offer => self.state == State::Offered,
            Burn => self.state == State::Burned,
            End => self.state == State::Ended,
            Suspend => self.state == State::Suspended,
            Resume | Lease | Release => open,
            _ => self.state == State::Held,
        };
        let offer = match self.state {
            State::Offered => self.offer.is_some(),
            State::Suspended => true,
            _ => self.offer.is_none(),
        };
        let lease = match event {
            Lease => self.lease.is_some(),
            Mint | Accept | Swap | Release | Burn | End => self.lease.is_none(),
            _ => true,
        };
        let swap = match event {
            Swap => self.swap.is_some(),
            Accept => true,
            _ => self.swap.is_none(),
        };
        let creator = self.by.as_ref().is_some_and(|by| by.creator.is_some());
        let alone = event.is_of_issuer();
        let fits = [
            ("previous", (self.seq == 0) == self.previous.is_none()),
            ("seq", (self.seq == 0) == (event == Mint)),
            ("transfers", event != Mint || self.transfers == 0),
            ("state", state),
            ("offer", offer),
            ("lease", lease),
            ("swap", swap),
            ("reason", self.reason.is_some() == (alone && event != Mint)),
            ("by", self.by.is_none() == alone),
            ("by", !creator || matches!(event, Offer | Swap)),
        ];
        let misfit = fits.into_iter().find(|(_, fits)| !fits);
        misfit.map(|(name, _)| name)
    }
}

fn read_offer(members: &Members<'_>) -> Result<Offer, MessageError> {
    members.only(&["to", "until", "swap"])?;
    Ok(Offer {
        to: Commitment::read(members, "to")?,
        until: time(members, "until")?,
        swap: part(members, "swap", SwapWanted::read)?,
    })
}

fn read_lease(members: &Members<'_>) -> Result<Lease, MessageError> {
    members.only(&["world", "until"])?;
    Ok(Lease {
        world: WorldCommitment::read(members, "world")?,
        until: time(members, "until")?,
    })
}

fn read_authority(members: &Members<'_>) -> Result<Authority, MessageError> {
    members.only(&["step", "key", "salt", "signature", "creator"])?;
    Ok(Authority {
        step: StepId::read(members, "step")?,
        key: key(members, Reason::LedgerMalformed)?,
        salt: Salt::read(members, "salt")?,
        signature: LedgerSignature::read(members, "signature")?,
        creator: read_consent(members)?,
    })
}

impl LeafClaims {
    /// The bytes that a key of this name is to sign, behind the line that says what they are.
    #[must_use]
    pub fn to_sign(&self, kid: &DidUrl) -> Vec<u8> {
        let mut object = self.to_object();
        object.insert("kid", kid);
        canonical::object_to_bytes(&object)
    }
}
