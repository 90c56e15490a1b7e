//! A question that a ledger answers to one party alone: to the recipient what is offered to them, to the
//! holder the credential of what they hold. Whoever asks opens the commitment and signs.
//!
//! A commitment says nothing about who may ask: it stands in leaves that everybody reads, and of an
//! address even the key and the salt are known to whoever was told it. So what counts is the signature,
//! over the ledger, what is asked, and a time.

use crate::canonical;
use crate::did::Did;
use crate::json::{Object, Value};
use crate::ledger::{Commitment, ItemTag, LedgerSignature, Salt, key, kind, time};
use crate::message::{Kind, Members, Message, MessageError};
use crate::reason::Reason;
use crate::time::Timestamp;
use crate::world::WorldId;

/// How far the time of a question may be from the ledger's, in seconds, either way.
pub const QUESTION_SECONDS: i64 = 300;

const HOLDER: Kind = kind("question of a holder");
const HANDED: Kind = kind("answer to a holder");

/// What a question is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The credential of this item, which whoever asks holds.
    Credential(ItemTag),
    /// What is offered at an address.
    Inbox,
}

/// What is signed by whoever asks. It is not sent: the ledger knows all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// `ledger`: to whom.
    pub ledger: WorldId,
    /// `for`, and `item` where it is for one.
    pub about: About,
    /// `who`: the commitment that is opened.
    pub who: Commitment,
    /// `at`: when it is asked.
    pub at: Timestamp,
}

impl Question {
    /// The bytes that are signed, behind a line that says what they are.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        let mut object = crate::object! {
            "v" => 1,
            "ledger" => &self.ledger.did(),
            "who" => self.who,
            "at" => self.at,
        };
        match self.about {
            About::Credential(item) => {
                object.insert("for", "credential");
                object.insert("item", item);
            }
            About::Inbox => {
                object.insert("for", "inbox");
            }
        }
        canonical::object_to_bytes(&object)
    }

    /// Whether it was asked about now.
    ///
    /// # Errors
    /// `proof_expired` and `proof_created_future`.
    pub fn require_fresh(&self, now: Timestamp) -> Result<(), Reason> {
        match now.seconds_since(self.at) {
            age if age > QUESTION_SECONDS => Err(Reason::ProofExpired),
            age if age < -QUESTION_SECONDS => Err(Reason::ProofCreatedFuture),
            _ => Ok(()),
        }
    }
}

/// Who asks: what opens a commitment, and the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    /// `key`: the `did:key` that signed.
    pub key: Did,
    /// `salt`: with the key, it opens the commitment.
    pub salt: Salt,
    /// `signature`: over the [`Question`].
    pub signature: LedgerSignature,
}

impl Asker {
    pub(super) fn read(members: &Members<'_>) -> Result<Self, MessageError> {
        Ok(Self {
            key: key(members, Reason::KeyMalformed)?,
            salt: Salt::read(members, "salt")?,
            signature: LedgerSignature::read(members, "signature")?,
        })
    }

    pub(super) fn write(&self) -> Object {
        crate::object! {
            "key" => &self.key,
            "salt" => self.salt,
            "signature" => self.signature,
        }
    }
}

/// `POST /items/{tag}/credential`: whoever holds the item asks for its credential once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderQuery {
    /// `at`
    pub at: Timestamp,
    /// `key`, `salt`, `signature`
    pub holder: Asker,
}

impl Message for HolderQuery {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(HOLDER, value)?;
        members.only(&["at", "key", "salt", "signature"])?;
        Ok(Self {
            at: time(&members, "at")?,
            holder: Asker::read(&members)?,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = self.holder.write();
        object.insert("at", self.at);
        object
    }
}

/// The answer: how the credential is fetched.
#[derive(Clone, Debug, PartialEq)]
pub struct HolderAnswer {
    /// `credential_offer`: an object of OpenID4VCI, by value.
    pub credential_offer: Object,
}

impl Message for HolderAnswer {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(HANDED, value)?;
        members.only(&["credential_offer"])?;
        let offer = members.part("credential_offer", "credential offer")?;
        let missing = || members.fail("credential_offer", crate::message::Problem::Missing);
        Ok(Self {
            credential_offer: offer.ok_or_else(missing)?.object.clone(),
        })
    }

    fn to_object(&self) -> Object {
        crate::object! { "credential_offer" => self.credential_offer.clone() }
    }
}
