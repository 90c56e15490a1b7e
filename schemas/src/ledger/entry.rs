//! What an item's credential says about the ledger: where its chain is, and which of its states the
//! credential stands for.

use crate::json::{Object, Value};
use crate::ledger::{Commitment, ItemTag, TermsDigest, TransferTerms, kind, ledger};
use crate::message::{Kind, Members, Message, MessageError};
use crate::world::WorldId;

const ENTRY: Kind = kind("ledger entry");

/// `ledgerEntry` of an `ItemCredential`. It names no step: the credential is good while the head has
/// this holder and is held or offered, so that the head retires it and no list has to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// `ledger`: the world that keeps the chain; the issuer of the credential.
    pub ledger: WorldId,
    /// `itemTag`
    pub item: ItemTag,
    /// `holderCommitment`
    pub holder: Commitment,
    /// `termsDigest`
    pub terms: TermsDigest,
    /// `transfer`: in clear, so that its holder knows without asking.
    pub transfer: TransferTerms,
}

impl Message for LedgerEntry {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(ENTRY, value)?;
        members.only(&[
            "ledger",
            "itemTag",
            "holderCommitment",
            "termsDigest",
            "transfer",
        ])?;
        Ok(Self {
            ledger: ledger(&members)?,
            item: ItemTag::read(&members, "itemTag")?,
            holder: Commitment::read(&members, "holderCommitment")?,
            terms: TermsDigest::read(&members, "termsDigest")?,
            transfer: TransferTerms::from_value(members.required("transfer")?)?,
        })
    }

    fn to_object(&self) -> Object {
        crate::object! {
            "ledger" => &self.ledger.did(),
            "itemTag" => self.item,
            "holderCommitment" => self.holder,
            "termsDigest" => self.terms,
            "transfer" => self.transfer.to_object(),
        }
    }
}
