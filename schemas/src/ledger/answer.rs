//! What a ledger answers: to a step, to a question for open offers, and to one for a chain.

use crate::canonical;
use crate::json::{Number, Object, Value};
use crate::ledger::{Asker, ItemTerms, UnverifiedHeadReceipt, UnverifiedLeaf, kind, time};
use crate::message::{Kind, Members, Message, MessageError, Problem};
use crate::time::Timestamp;

/// Most addresses of one question.
pub const MAX_ADDRESSES: usize = 64;
/// Most offers of one answer, and most leaves of one page of a chain.
const MAX_PAGE: usize = 256;

const STEP: Kind = kind("answer to a step");
const QUERY: Kind = kind("question for offers");
const ADDRESS: Kind = QUERY.part("an address");
const INBOX: Kind = kind("open offers");
const OFFERED: Kind = INBOX.part("an open offer");
const PAGE: Kind = kind("page of a chain");

/// The answer to `POST /items/{tag}/steps`: always the same to the same step.
#[derive(Clone, Debug, PartialEq)]
pub struct StepAnswer {
    /// `leaf`: what came of the step.
    pub leaf: UnverifiedLeaf,
    /// `receipt`
    pub receipt: UnverifiedHeadReceipt,
    /// `credential_offer`: by which whoever accepted gets the credential. An object of OpenID4VCI.
    pub credential_offer: Option<Object>,
}

impl Message for StepAnswer {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(STEP, value)?;
        members.only(&["leaf", "receipt", "credential_offer"])?;
        let offer = members.part("credential_offer", "credential offer")?;
        Ok(Self {
            leaf: UnverifiedLeaf::from_value(members.required("leaf")?)?,
            receipt: UnverifiedHeadReceipt::from_value(members.required("receipt")?)?,
            credential_offer: offer.map(|part| part.object.clone()),
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! {
            "leaf" => self.leaf.to_object(),
            "receipt" => self.receipt.to_object(),
        };
        if let Some(offer) = &self.credential_offer {
            object.insert("credential_offer", offer.clone());
        }
        object
    }

    fn to_bytes(&self) -> Vec<u8> {
        Self::bytes_of(&self.leaf, &self.receipt, self.credential_offer.as_ref())
    }
}

impl StepAnswer {
    /// The canonical bytes of an answer, of parts that stand there already: a ledger writes many.
    #[must_use]
    pub fn bytes_of(
        leaf: &UnverifiedLeaf,
        receipt: &UnverifiedHeadReceipt,
        credential_offer: Option<&Object>,
    ) -> Vec<u8> {
        let receipt = receipt.to_bytes();
        let mut bytes = Vec::with_capacity(leaf.bytes().len() + receipt.len() + 1024);
        bytes.push(b'{');
        if let Some(offer) = credential_offer {
            bytes.extend_from_slice(b"\"credential_offer\":");
            bytes.extend_from_slice(&canonical::object_to_bytes(offer));
            bytes.push(b',');
        }
        bytes.extend_from_slice(b"\"leaf\":");
        bytes.extend_from_slice(leaf.bytes());
        bytes.extend_from_slice(b",\"receipt\":");
        bytes.extend_from_slice(&receipt);
        bytes.push(b'}');
        bytes
    }
}

/// `POST /items/inbox`: which offers are open for these addresses? Asked by whoever has their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxQuery {
    /// `at`: when it is asked.
    pub at: Timestamp,
    /// `addresses`: 1 to [`MAX_ADDRESSES`] openings of addresses, each once.
    pub addresses: Vec<Asker>,
}

impl Message for InboxQuery {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(QUERY, value)?;
        members.only(&["at", "addresses"])?;
        let elements = page(&members, "addresses")?;
        members
            .kind
            .within("addresses", elements.len(), MAX_ADDRESSES)?;
        let mut addresses: Vec<Asker> = Vec::with_capacity(elements.len());
        for element in elements {
            let part = Members::of_member(ADDRESS, "addresses", element)?;
            part.only(&["key", "salt", "signature"])?;
            let asker = Asker::read(&part)?;
            // By what is committed to: whoever has the key may sign the question in many ways.
            let same = |other: &Asker| (&other.key, other.salt) == (&asker.key, asker.salt);
            if addresses.iter().any(same) {
                let expected = "each address once";
                return Err(members.fail("addresses", Problem::Value { expected }));
            }
            addresses.push(asker);
        }
        if addresses.is_empty() {
            let expected = "at least one address";
            return Err(members.fail("addresses", Problem::Value { expected }));
        }
        Ok(Self {
            at: time(&members, "at")?,
            addresses,
        })
    }

    fn to_object(&self) -> Object {
        let addresses: Vec<Object> = self.addresses.iter().map(Asker::write).collect();
        crate::object! { "at" => self.at, "addresses" => addresses }
    }
}

/// The answer: what is offered, so that the recipient sees what it is. Nothing about addresses that have
/// no offer.
#[derive(Clone, Debug, PartialEq)]
pub struct InboxAnswer {
    /// `offers`
    pub offers: Vec<OfferedItem>,
    /// `more`: there are others, for which this answer has no room. Fewer addresses at a time get them.
    pub more: bool,
}

/// One open offer.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferedItem {
    /// `leaf`: the offer.
    pub leaf: UnverifiedLeaf,
    /// `terms` in clear. Whoever reads them compares their digest with the leaf's.
    pub terms: ItemTerms,
    /// `provenance`: the creator's statement about the model, as it was issued.
    pub provenance: Object,
}

impl OfferedItem {
    fn read(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of_member(OFFERED, "offers", value)?;
        members.only(&["leaf", "terms", "provenance"])?;
        let provenance = members.part("provenance", "provenance")?;
        let missing = || members.fail("provenance", Problem::Missing);
        Ok(Self {
            leaf: UnverifiedLeaf::from_value(members.required("leaf")?)?,
            terms: ItemTerms::from_value(members.required("terms")?)?,
            provenance: provenance.ok_or_else(missing)?.object.clone(),
        })
    }

    /// As it stands in an answer.
    #[must_use]
    pub fn to_object(&self) -> Object {
        crate::object! {
            "leaf" => self.leaf.to_object(),
            "terms" => self.terms.to_object(),
            "provenance" => self.provenance.clone(),
        }
    }
}

/// The elements of an array that may be empty.
fn page<'a>(members: &Members<'a>, name: &'static str) -> Result<&'a [Value], MessageError> {
    match members.required(name)? {
        Value::Array(elements) => {
            members.kind.within(name, elements.len(), MAX_PAGE)?;
            Ok(elements)
        }
        other => Err(members.kind.wrong_type(name, "array", other)),
    }
}

impl Message for InboxAnswer {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(INBOX, value)?;
        members.only(&["offers", "more"])?;
        let offers = page(&members, "offers")?.iter().map(OfferedItem::read);
        Ok(Self {
            offers: offers.collect::<Result<_, _>>()?,
            more: members.flag("more")?.unwrap_or(false),
        })
    }

    fn to_object(&self) -> Object {
        let offers: Vec<Object> = self.offers.iter().map(OfferedItem::to_object).collect();
        let mut object = crate::object! { "offers" => offers };
        if self.more {
            object.insert("more", true);
        }
        object
    }
}

/// `GET /items/{tag}/chain`: leaves, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainPage {
    /// `leaves`
    pub leaves: Vec<UnverifiedLeaf>,
    /// `next`: the `seq` at which the next page begins; `None` at the end.
    pub next: Option<u64>,
}

impl Message for ChainPage {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(PAGE, value)?;
        members.only(&["leaves", "next"])?;
        let leaves = page(&members, "leaves")?.iter();
        let leaves: Vec<UnverifiedLeaf> = leaves
            .map(UnverifiedLeaf::from_value)
            .collect::<Result<_, _>>()?;
        let next = members.natural("next")?;
        // Whoever follows it comes to an end: each page brings something, and leads on.
        let after = leaves
            .last()
            .map(|leaf| leaf.claims().seq.saturating_add(1));
        if next.is_some() && next != after {
            let expected = "the number after the last of these leaves";
            return Err(members.fail("next", Problem::Value { expected }));
        }
        Ok(Self { leaves, next })
    }

    fn to_object(&self) -> Object {
        let leaves: Vec<Object> = self.leaves.iter().map(Message::to_object).collect();
        let mut object = crate::object! { "leaves" => leaves };
        if let Some(next) = self.next {
            object.insert("next", Number::from_u64_saturating(next));
        }
        object
    }
}
