//! A hand that holds an item, and the item as it was last seen.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use proofs::keys::SigningKey;
use proofs::ledger;
use schemas::did::Did;
use schemas::digest::Sha256Digest;
use schemas::ledger::{
    Act, Commitment, ItemTag, LeafHash, Salt, SentStep, Step, TermsDigest, UnverifiedLeaf,
};
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::actors::key;

/// How long offers stand, in seconds.
const OFFER: i64 = 86_400;

/// The time of this machine, which the worlds live by.
///
/// # Panics
/// When the clock stands before 1970.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "a world in a process of its own has the machine's clock"
)]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let since = since.expect("a clock after 1970").as_secs();
    Timestamp::from_unix(i64::try_from(since).expect("a date"))
}

/// A one-time key and its salt, and what follows from them.
#[derive(Clone, Debug)]
pub struct Hand {
    key: Arc<SigningKey>,
    name: Did,
    salt: Salt,
    commitment: Commitment,
}

impl Hand {
    /// The hand of a name: the same in every run.
    ///
    /// # Panics
    /// Never: its key is an Ed25519 key.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let salt = Sha256Digest::of_parts(&[b"salt of ", name.as_bytes()]);
        let (key, salt) = (key(name), Salt::from_bytes(*salt.as_bytes()));
        let commitment = ledger::commitment(&key.verifying_key(), &salt);
        Self {
            name: key.did_key(),
            commitment: commitment.expect("an Ed25519 key"),
            key: Arc::new(key),
            salt,
        }
    }

    /// By which the ledger knows it.
    #[must_use]
    pub const fn commitment(&self) -> Commitment {
        self.commitment
    }

    /// A step of this hand, as it is sent.
    ///
    /// # Panics
    /// Never: its key is an Ed25519 key.
    #[must_use]
    pub fn sends(&self, step: Step) -> SentStep {
        SentStep {
            key: self.name.clone(),
            salt: self.salt,
            signature: ledger::sign_step(&step, &self.key).expect("an Ed25519 key"),
            creator: None,
            swap: None,
            step,
        }
    }
}

/// An item, and the hand in which it is.
#[derive(Clone, Debug)]
pub struct Held {
    /// Its newest leaf, as far as this hand knows.
    pub leaf: UnverifiedLeaf,
    /// Who may take the next step with it.
    pub hand: Hand,
}

impl Held {
    /// Which item.
    #[must_use]
    pub fn tag(&self) -> ItemTag {
        self.leaf.claims().item
    }

    /// Where it is in its chain.
    #[must_use]
    pub fn place(&self) -> Place {
        let claims = self.leaf.claims();
        Place {
            ledger: claims.ledger.clone(),
            item: claims.item,
            seq: claims.seq,
            hash: self.leaf.hash(),
            terms: claims.terms,
        }
    }

    /// It is offered to an address.
    #[must_use]
    pub fn offer(&self, to: &Hand) -> SentStep {
        self.place().offer(&self.hand, to)
    }

    /// The address to which it is offered takes it, into a fresh hand.
    #[must_use]
    pub fn accept(&self, address: &Hand, fresh: &Hand) -> SentStep {
        self.place().accept(address, fresh)
    }
}

/// A place in the chain of an item: what the next step has to know of it.
#[derive(Clone, Debug)]
pub struct Place {
    ledger: WorldId,
    item: ItemTag,
    seq: u64,
    hash: LeafHash,
    terms: TermsDigest,
}

impl Place {
    /// Goes on to the next leaf.
    pub(super) const fn next(&mut self, hash: LeafHash) {
        self.seq += 1;
        self.hash = hash;
    }

    fn step(&self, act: Act) -> Step {
        Step {
            ledger: self.ledger.clone(),
            item: self.item,
            seq: self.seq + 1,
            previous: self.hash,
            act,
        }
    }

    /// Whoever holds the item offers it to an address.
    #[must_use]
    pub fn offer(&self, by: &Hand, to: &Hand) -> SentStep {
        by.sends(self.step(Act::Offer {
            to: to.commitment(),
            until: now().plus_seconds(OFFER),
            terms: self.terms,
            swap: None,
        }))
    }

    /// The address to which it is offered takes it, into a fresh hand.
    #[must_use]
    pub fn accept(&self, address: &Hand, fresh: &Hand) -> SentStep {
        address.sends(self.step(Act::Accept {
            holder: fresh.commitment(),
            terms: self.terms,
            swap: None,
        }))
    }
}
