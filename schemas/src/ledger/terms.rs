//! What is fixed about an item for as long as it lasts: what it is, what its license says, and whether
//! and how often it may be passed on.

use crate::canonical;
use crate::did::Did;
use crate::digest::Sha256Digest;
use crate::json::{Number, Object, Value};
use crate::ledger::{TermsDigest, kind, number};
use crate::license::LicenseTerms;
use crate::message::{Kind, Members, Message, MessageError, Problem};

const TRANSFER: Kind = kind("transfer terms");
const TERMS: Kind = kind("terms of an item");
/// Longest name of an item's class, in characters: as in its credential.
const MAX_CLASS: usize = 200;

/// Whether and how often an item may be passed on, and whether its creator has to agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransferTerms {
    /// `allowed`
    pub allowed: bool,
    /// `most`: how often at most, over its whole life. `None` for as often as people like.
    pub most: Option<u64>,
    /// `creator`: whether each offer needs the creator's signature too.
    pub creator: bool,
}

impl TransferTerms {
    /// Passed on as often as people like: what a new item has when nothing else is said.
    pub const FREE: Self = Self {
        allowed: true,
        most: None,
        creator: false,
    };

    /// Never passed on.
    pub const NEVER: Self = Self {
        allowed: false,
        most: None,
        creator: false,
    };

    /// Whether an item that has changed hands so often may change them once more.
    #[must_use]
    pub const fn allow_another(&self, transfers: u64) -> bool {
        match self.most {
            _ if !self.allowed => false,
            Some(most) => transfers < most,
            None => true,
        }
    }
}

impl Default for TransferTerms {
    fn default() -> Self {
        Self::FREE
    }
}

impl Message for TransferTerms {
    /// One spelling: where it may not be passed on, nothing else is said about how.
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(TRANSFER, value)?;
        members.only(&["allowed", "most", "creator"])?;
        let flag = |name| {
            let flag = members.flag(name)?;
            flag.ok_or_else(|| members.fail(name, Problem::Missing))
        };
        let read = Self {
            allowed: flag("allowed")?,
            most: members.natural("most")?,
            creator: flag("creator")?,
        };
        if read.most == Some(0) {
            let expected = "1 or more; what is never passed on is not allowed";
            return Err(members.fail("most", Problem::Value { expected }));
        }
        if !read.allowed && (read.most.is_some() || read.creator) {
            let other = "allowed false";
            return Err(members.fail("most", Problem::Excludes { other }));
        }
        Ok(read)
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! { "allowed" => self.allowed, "creator" => self.creator };
        if let Some(most) = self.most {
            object.insert("most", Number::from_u64_saturating(most));
        }
        object
    }
}

/// What an item is and under which terms, in clear. Its digest stands in every leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemTerms {
    /// `class`: as `itemClass` of its credential.
    pub class: String,
    /// `serial`
    pub serial: u64,
    /// `license`: the terms granted.
    pub license: LicenseTerms,
    /// `transfer`
    pub transfer: TransferTerms,
    /// `creator`: who made the model.
    pub creator: Did,
    /// `asset`: the digest of the model file.
    pub asset: Sha256Digest,
}

impl ItemTerms {
    /// The digest: what giver and recipient sign, and what every leaf repeats.
    #[must_use]
    pub fn digest(&self) -> TermsDigest {
        let bytes = canonical::object_to_bytes(&self.to_object());
        TermsDigest::from_bytes(*Sha256Digest::of(&bytes).as_bytes())
    }
}

impl Message for ItemTerms {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(TERMS, value)?;
        members.only(&["class", "serial", "license", "transfer", "creator", "asset"])?;
        let class = members.text("class")?;
        if class.chars().count() > MAX_CLASS || class.chars().any(char::is_control) {
            let expected = "one line of at most 200 characters";
            return Err(members.fail("class", Problem::Value { expected }));
        }
        let license = LicenseTerms::from_value(members.required("license")?);
        Ok(Self {
            class,
            serial: number(&members, "serial")?,
            license: license.map_err(|error| members.fail("license", Problem::License(error)))?,
            transfer: TransferTerms::from_value(members.required("transfer")?)?,
            creator: members.text("creator")?.parse().map_err(|_| {
                let expected = "a DID";
                members.fail("creator", Problem::Value { expected })
            })?,
            asset: members.text("asset")?.parse().map_err(|_| {
                let expected = "a SHA-256 digest in the form uEi…";
                members.fail("asset", Problem::Value { expected })
            })?,
        })
    }

    fn to_object(&self) -> Object {
        crate::object! {
            "class" => self.class.as_str(),
            "serial" => Number::from_u64_saturating(self.serial),
            "license" => self.license.to_object(),
            "transfer" => self.transfer.to_object(),
            "creator" => &self.creator,
            "asset" => self.asset,
        }
    }
}
