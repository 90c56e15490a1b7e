//! A ledger, its items, and the hands they are in.

use proofs::keys::SigningKey;
use proofs::ledger::{sign_consent, sign_leaf, sign_step, sign_swap};
use schemas::did::{Did, DidUrl};
use schemas::digest::Sha256Digest;
use schemas::encoding::base58btc;
use schemas::ledger::{
    Act, Commitment, ItemTag, ItemTerms, LeafClaims, LedgerSignature, Salt, SentStep, SentSwap,
    Step, SwapLeg, SwapWanted, TransferTerms, UnverifiedLeaf,
};
use schemas::license::LicenseTerms;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use super::LIMITS;
use crate::ledger::{Current, NewItem, apply, mint};

/// How long offers are open, in seconds from [`now`] at 1.
pub(super) const OFFERED: i64 = 3600;

pub(super) fn now(plus: i64) -> Timestamp {
    Timestamp::from_unix(1_795_000_000 + plus)
}

pub(super) fn salt(number: u8) -> Salt {
    Salt::from_bytes([number; 32])
}

/// A point of small order: whoever signs, it verifies nothing, and no key is like it.
pub(super) fn weak_key() -> Did {
    let bytes = [&[0xed, 0x01, 1][..], &[0; 31]].concat();
    format!("did:key:z{}", base58btc::encode(&bytes))
        .parse()
        .unwrap()
}

/// A one-time key with its salt.
pub(super) struct Hand {
    pub(super) key: SigningKey,
    pub(super) salt: Salt,
}

impl Hand {
    pub(super) fn new(number: u8) -> Self {
        Self {
            key: SigningKey::from_seed(&[number; 32]),
            salt: salt(number),
        }
    }

    pub(super) fn commitment(&self) -> Commitment {
        proofs::ledger::commitment(&self.key.verifying_key(), &self.salt).unwrap()
    }
}

pub(super) struct Town {
    pub(super) ledger: WorldId,
    pub(super) key: SigningKey,
    pub(super) kid: DidUrl,
    pub(super) creator: SigningKey,
    pub(super) terms: ItemTerms,
}

impl Town {
    pub(super) fn new() -> Self {
        Self::with(TransferTerms::FREE)
    }

    pub(super) fn with(transfer: TransferTerms) -> Self {
        let creator = SigningKey::from_seed(&[201; 32]);
        Self {
            ledger: "https://world.example".parse().unwrap(),
            key: SigningKey::from_seed(&[200; 32]),
            kid: "did:web:world.example#key-1".parse().unwrap(),
            terms: ItemTerms {
                class: "lantern".to_owned(),
                serial: 42,
                license: LicenseTerms::default(),
                transfer,
                creator: creator.did_key(),
                asset: Sha256Digest::of(b"model"),
            },
            creator,
        }
    }

    pub(super) fn write(&self, claims: &LeafClaims) -> UnverifiedLeaf {
        let signed = sign_leaf(claims, &self.kid, &self.key).unwrap();
        signed.leaf().clone()
    }

    pub(super) fn mint(&self, hand: &Hand) -> UnverifiedLeaf {
        self.mint_as(1, hand)
    }

    pub(super) fn mint_as(&self, item: u8, hand: &Hand) -> UnverifiedLeaf {
        let new = NewItem {
            ledger: self.ledger.clone(),
            item: ItemTag::from_bytes([item; 32]),
            holder: hand.commitment(),
            terms: self.terms.digest(),
        };
        self.write(&mint(&new, now(0)))
    }

    pub(super) fn step(&self, head: &UnverifiedLeaf, act: Act) -> Step {
        Step {
            ledger: self.ledger.clone(),
            item: head.claims().item,
            seq: head.claims().seq + 1,
            previous: head.hash(),
            act,
        }
    }

    pub(super) fn sent(&self, step: Step, by: &Hand) -> SentStep {
        SentStep {
            key: by.key.did_key(),
            salt: by.salt,
            signature: sign_step(&step, &by.key).unwrap(),
            creator: None,
            swap: None,
            step,
        }
    }

    pub(super) fn consent(&self, step: &Step, creator: &SigningKey) -> LedgerSignature {
        sign_consent(step, creator).unwrap()
    }

    pub(super) fn offer(&self, head: &UnverifiedLeaf, by: &Hand, to: &Hand) -> SentStep {
        self.offer_for(head, by, to, None)
    }

    pub(super) fn offer_for(
        &self,
        head: &UnverifiedLeaf,
        by: &Hand,
        to: &Hand,
        swap: Option<SwapWanted>,
    ) -> SentStep {
        let act = Act::Offer {
            to: to.commitment(),
            until: now(OFFERED + 1),
            terms: head.claims().terms,
            swap,
        };
        self.sent(self.step(head, act), by)
    }

    pub(super) fn accept(&self, head: &UnverifiedLeaf, by: &Hand, holder: &Hand) -> SentStep {
        let act = Act::Accept {
            holder: holder.commitment(),
            terms: head.claims().terms,
            swap: None,
        };
        self.sent(self.step(head, act), by)
    }

    /// Applies a step and writes what comes of it.
    pub(super) fn take(
        &self,
        head: &UnverifiedLeaf,
        sent: &SentStep,
        at: Timestamp,
    ) -> Result<UnverifiedLeaf, Reason> {
        let standing = Current {
            head,
            terms: &self.terms,
        };
        let applied = apply(standing, None, sent, at, &LIMITS)?;
        Ok(self.write(&applied.leaf))
    }

    /// A offers the first item and wants the second, which B has.
    pub(super) fn swap(&self) -> Swap {
        let [a, b, b_has] = [1, 2, 3].map(Hand::new);
        let [a_gets, b_gets] = [4, 5].map(Hand::new);
        let (first, other) = (self.mint_as(1, &a), self.mint_as(2, &b_has));
        let wanted = SwapWanted {
            item: other.claims().item,
            holder: a_gets.commitment(),
        };
        let offer = self.offer_for(&first, &a, &b, Some(wanted));
        let open = self.take(&first, &offer, now(1)).unwrap();
        let leg = SwapLeg {
            item: wanted.item,
            seq: 1,
            previous: other.hash(),
            holder: wanted.holder,
            terms: other.claims().terms,
        };
        let accept = accept_with(self, &open, &b, &b_gets, &b_has, leg);
        Swap {
            a,
            b,
            b_has,
            a_gets,
            b_gets,
            first,
            open,
            other,
            leg,
            accept,
        }
    }
}

pub(super) struct Swap {
    pub(super) a: Hand,
    /// The address.
    pub(super) b: Hand,
    /// The holder of the other item.
    pub(super) b_has: Hand,
    pub(super) a_gets: Hand,
    pub(super) b_gets: Hand,
    pub(super) first: UnverifiedLeaf,
    pub(super) open: UnverifiedLeaf,
    pub(super) other: UnverifiedLeaf,
    leg: SwapLeg,
    pub(super) accept: SentStep,
}

impl Swap {
    /// The accept with another half, signed by both again.
    pub(super) fn changed(&self, town: &Town, change: impl FnOnce(&mut SwapLeg)) -> SentStep {
        self.of_offer(town, &self.open, change)
    }

    /// The accept of another offer.
    pub(super) fn of_offer(
        &self,
        town: &Town,
        open: &UnverifiedLeaf,
        change: impl FnOnce(&mut SwapLeg),
    ) -> SentStep {
        let mut leg = self.leg;
        change(&mut leg);
        accept_with(town, open, &self.b, &self.b_gets, &self.b_has, leg)
    }

    /// The accept for another hand.
    pub(super) fn accepted_by(&self, town: &Town, holder: &Hand) -> SentStep {
        accept_with(town, &self.open, &self.b, holder, &self.b_has, self.leg)
    }
}

fn accept_with(
    town: &Town,
    open: &UnverifiedLeaf,
    by: &Hand,
    holder: &Hand,
    gives: &Hand,
    leg: SwapLeg,
) -> SentStep {
    let act = Act::Accept {
        holder: holder.commitment(),
        terms: open.claims().terms,
        swap: Some(leg),
    };
    let mut sent = town.sent(town.step(open, act), by);
    sent.swap = Some(SentSwap {
        key: gives.key.did_key(),
        salt: gives.salt,
        signature: sign_swap(&sent.step, &gives.key).unwrap(),
        creator: None,
    });
    sent
}
