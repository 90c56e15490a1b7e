//! A leaf with its signature, as it is written and as it arrives.

use super::{LEAF, LeafClaims, MAX_LEAF};
use crate::canonical;
use crate::did::DidUrl;
use crate::json::{self, Limits, Object, Value};
use crate::ledger::{LeafHash, LedgerSignature, kid, require_kid};
use crate::message::{Members, Message, MessageError, Problem};

/// A leaf as it arrived: of the right shape, and nobody has checked a signature of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnverifiedLeaf {
    claims: LeafClaims,
    kid: DidUrl,
    signature: LedgerSignature,
    bytes: Vec<u8>,
    hash: LeafHash,
}

impl UnverifiedLeaf {
    /// A leaf and its signature. For whoever signs.
    ///
    /// # Errors
    /// When these claims make no leaf that anybody would read: members that do not go with the event, a
    /// key of somebody else, more than [`MAX_LEAF`] bytes.
    pub fn new(
        claims: &LeafClaims,
        kid: &DidUrl,
        signature: LedgerSignature,
    ) -> Result<Self, MessageError> {
        Self::signed(claims, kid, |_| Ok(signature))
    }

    /// A leaf that is signed now: `sign` is given the bytes, behind the line that says what they are.
    ///
    /// # Errors
    /// As of [`UnverifiedLeaf::new`], and those of `sign`.
    pub fn signed<E: From<MessageError>>(
        claims: &LeafClaims,
        kid: &DidUrl,
        sign: impl FnOnce(&[u8]) -> Result<LedgerSignature, E>,
    ) -> Result<Self, E> {
        claims.check()?;
        require_kid(LEAF, kid, &claims.ledger)?;
        let mut object = claims.to_object();
        object.insert("kid", kid);
        let signature = sign(&canonical::object_to_bytes(&object))?;
        object.insert("signature", signature);
        let bytes = canonical::object_to_bytes(&object);
        LEAF.within("", bytes.len(), MAX_LEAF)?;
        let leaf = Self {
            claims: claims.clone(),
            kid: kid.clone(),
            signature,
            hash: LeafHash::of_entry(&bytes),
            bytes,
        };
        debug_assert_eq!(Self::from_value(&Value::Object(object)).as_ref(), Ok(&leaf));
        Ok(leaf)
    }

    /// Reads an entry of the log: the canonical bytes of a leaf and no others.
    ///
    /// # Errors
    /// When it is no leaf, or written in another way: such an entry has another hash than its leaf.
    pub fn of_entry(entry: &[u8]) -> Result<Self, MessageError> {
        let found = entry.len();
        LEAF.within("", found, MAX_LEAF)?;
        let read = Self::from_value(&json::read(entry, &Limits::message())?)?;
        let expected = "canonical JSON";
        match read.bytes == entry {
            true => Ok(read),
            false => Err(LEAF.fail("", Problem::Value { expected })),
        }
    }

    /// What it says.
    #[must_use]
    pub const fn claims(&self) -> &LeafClaims {
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

    /// Its canonical bytes: the entry in the log.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// By which the leaf after it names it, and the log proves it.
    #[must_use]
    pub const fn hash(&self) -> LeafHash {
        self.hash
    }

    /// The bytes that were signed, behind the line that says what they are.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        self.claims.to_sign(&self.kid)
    }
}

impl Message for UnverifiedLeaf {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(LEAF, value)?;
        members.only(&[
            "v",
            "ledger",
            "item",
            "seq",
            "previous",
            "event",
            "state",
            "holder",
            "terms",
            "transfers",
            "at",
            "offer",
            "lease",
            "reason",
            "swap",
            "by",
            "kid",
            "signature",
        ])?;
        let claims = LeafClaims::read(&members)?;
        let bytes = canonical::object_to_bytes(members.object);
        members.kind.within("", bytes.len(), MAX_LEAF)?;
        Ok(Self {
            kid: kid(&members, &claims.ledger)?,
            signature: LedgerSignature::read(&members, "signature")?,
            hash: LeafHash::of_entry(&bytes),
            claims,
            bytes,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = self.claims.to_object();
        object.insert("kid", &self.kid);
        object.insert("signature", self.signature);
        object
    }
}
