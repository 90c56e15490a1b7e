//! The head document: the newest leaf of an item, the receipt that says so, and the proof that the log
//! holds it.

use crate::json::{Object, Value};
use crate::ledger::{Salt, UnverifiedHeadReceipt, UnverifiedLeaf, kind, version};
use crate::message::{Kind, Members, Message, MessageError};

/// Most head documents beside one presentation.
pub const MAX_HEADS: usize = 16;
/// Longest proof, in bytes: a path of 64 hashes, a checkpoint and its signatures fit many times.
const MAX_PROOF: usize = 64 << 10;

const HEAD: Kind = kind("head of an item");
const HEADS: Kind = kind("heads of items");

/// `GET /items/{tag}/head`, and what a wallet sends beside a presentation of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadDocument {
    /// `leaf`: the newest.
    pub leaf: UnverifiedLeaf,
    /// `receipt`
    pub receipt: UnverifiedHeadReceipt,
    /// `proof`: that the log holds the leaf (c2sp.org/tlog-proof), as it is written. `None` while the
    /// log has not taken it in yet.
    pub proof: Option<String>,
    /// `lease_salt`: opens the world of the leaf's lease. No ledger knows it; the holder adds it for
    /// the world in which the item is active.
    pub lease_salt: Option<Salt>,
}

impl Message for HeadDocument {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(HEAD, value)?;
        members.only(&["v", "leaf", "receipt", "proof", "lease_salt"])?;
        version(&members)?;
        let proof = members.optional_text("proof")?;
        let found = proof.as_deref().map_or(0, str::len);
        members.kind.within("proof", found, MAX_PROOF)?;
        let salted = members.optional("lease_salt").is_some();
        Ok(Self {
            leaf: UnverifiedLeaf::from_value(members.required("leaf")?)?,
            receipt: UnverifiedHeadReceipt::from_value(members.required("receipt")?)?,
            proof,
            lease_salt: salted
                .then(|| Salt::read(&members, "lease_salt"))
                .transpose()?,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! {
            "v" => 1,
            "leaf" => self.leaf.to_object(),
            "receipt" => self.receipt.to_object(),
        };
        if let Some(proof) = &self.proof {
            object.insert("proof", proof.as_str());
        }
        if let Some(salt) = self.lease_salt {
            object.insert("lease_salt", salt);
        }
        object
    }
}

/// `ledger_evidence` of a response: head documents in an array, at most [`MAX_HEADS`].
///
/// # Errors
/// When it is no array, is empty or too long, or one of them is no head document.
pub fn read_heads(value: &Value) -> Result<Vec<HeadDocument>, MessageError> {
    let heads = HEADS.array("ledger_evidence", value, MAX_HEADS)?;
    heads.iter().map(HeadDocument::from_value).collect()
}
