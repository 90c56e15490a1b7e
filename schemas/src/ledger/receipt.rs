//! The head receipt: the ledger's word for a short while that a leaf is the newest of its item.

use crate::canonical;
use crate::did::DidUrl;
use crate::json::{Number, Object, Value};
use crate::ledger::{
    ItemTag, LeafHash, LedgerSignature, UnverifiedLeaf, kid, kind, ledger, number, require_kid,
    require_number, require_time, time, version,
};
use crate::message::{Kind, Members, Message, MessageError, Problem};
use crate::time::Timestamp;
use crate::world::WorldId;

const RECEIPT: Kind = kind("head receipt");

/// What a head receipt says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadReceiptClaims {
    /// `ledger`
    pub ledger: WorldId,
    /// `item`
    pub item: ItemTag,
    /// `seq` of the head.
    pub seq: u64,
    /// `leaf`: the head.
    pub leaf: LeafHash,
    /// `issued`: when this leaf was the newest.
    pub issued: Timestamp,
    /// `not_after`: from when on nobody should go by it.
    pub not_after: Timestamp,
}

impl HeadReceiptClaims {
    /// Whether it speaks of this leaf of its ledger: item, number and hash. That the leaf is of the same
    /// ledger is for the caller, who knows which one was asked.
    #[must_use]
    pub fn speaks_of(&self, leaf: &UnverifiedLeaf) -> bool {
        let claims = leaf.claims();
        self.item == claims.item && self.seq == claims.seq && self.leaf == leaf.hash()
    }

    /// Whether reading these claims as they are written would give the same: for whoever writes them.
    fn check(&self) -> Result<(), MessageError> {
        require_number(RECEIPT, "seq", self.seq)?;
        require_time(RECEIPT, "issued", self.issued)?;
        require_time(RECEIPT, "not_after", self.not_after)?;
        self.fit()
    }

    fn fit(&self) -> Result<(), MessageError> {
        if self.not_after <= self.issued {
            let expected = "later than issued";
            return Err(RECEIPT.fail("not_after", Problem::Value { expected }));
        }
        Ok(())
    }

    fn to_object(&self) -> Object {
        crate::object! {
            "v" => 1,
            "ledger" => &self.ledger.did(),
            "item" => self.item,
            "seq" => Number::from_u64_saturating(self.seq),
            "leaf" => self.leaf,
            "issued" => self.issued,
            "not_after" => self.not_after,
        }
    }

    /// The bytes that a key of this name is to sign, behind the line that says what they are.
    #[must_use]
    pub fn to_sign(&self, kid: &DidUrl) -> Vec<u8> {
        let mut object = self.to_object();
        object.insert("kid", kid);
        canonical::object_to_bytes(&object)
    }
}

/// A head receipt as it arrived: nobody has checked its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnverifiedHeadReceipt {
    claims: HeadReceiptClaims,
    kid: DidUrl,
    signature: LedgerSignature,
}

impl UnverifiedHeadReceipt {
    /// A receipt and its signature. For whoever signs.
    ///
    /// # Errors
    /// When these claims make no receipt that anybody would read: an end that is not after its
    /// beginning, a key of somebody else.
    pub fn new(
        claims: &HeadReceiptClaims,
        kid: &DidUrl,
        signature: LedgerSignature,
    ) -> Result<Self, MessageError> {
        Self::signed(claims, kid, |_| Ok(signature))
    }

    /// A receipt that is signed now: `sign` is given the bytes, behind the line that says what they are.
    ///
    /// # Errors
    /// As of [`UnverifiedHeadReceipt::new`], and those of `sign`.
    pub fn signed<E: From<MessageError>>(
        claims: &HeadReceiptClaims,
        kid: &DidUrl,
        sign: impl FnOnce(&[u8]) -> Result<LedgerSignature, E>,
    ) -> Result<Self, E> {
        claims.check()?;
        require_kid(RECEIPT, kid, &claims.ledger)?;
        let receipt = Self {
            claims: claims.clone(),
            kid: kid.clone(),
            signature: sign(&claims.to_sign(kid))?,
        };
        debug_assert_eq!(Self::from_value(&receipt.to_value()).as_ref(), Ok(&receipt));
        Ok(receipt)
    }

    /// What it says.
    #[must_use]
    pub const fn claims(&self) -> &HeadReceiptClaims {
        &self.claims
    }

    /// The key that is said to have signed it.
    #[must_use]
    pub const fn kid(&self) -> &DidUrl {
        &self.kid
    }

    /// The signature.
    #[must_use]
    pub const fn signature(&self) -> LedgerSignature {
        self.signature
    }

    /// The bytes that were signed, behind the line that says what they are.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        self.claims.to_sign(&self.kid)
    }
}

impl Message for UnverifiedHeadReceipt {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(RECEIPT, value)?;
        members.only(&[
            "v",
            "ledger",
            "item",
            "seq",
            "leaf",
            "issued",
            "not_after",
            "kid",
            "signature",
        ])?;
        version(&members)?;
        let claims = HeadReceiptClaims {
            ledger: ledger(&members)?,
            item: ItemTag::read(&members, "item")?,
            seq: number(&members, "seq")?,
            leaf: LeafHash::read(&members, "leaf")?,
            issued: time(&members, "issued")?,
            not_after: time(&members, "not_after")?,
        };
        claims.fit()?;
        Ok(Self {
            kid: kid(&members, &claims.ledger)?,
            signature: LedgerSignature::read(&members, "signature")?,
            claims,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = self.claims.to_object();
        object.insert("kid", &self.kid);
        object.insert("signature", self.signature);
        object
    }
}
