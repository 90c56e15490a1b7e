//! What a world signs after a presentation: a receipt, and a token for the door.
//!
//! Worlds write both. The wallet keeps receipts in its history, so that neither side can deny what
//! happened; game servers read tokens. A receipt names no holder and no claim. These are the claims;
//! signing and checking the JWS around them is the business of `proofs`.

#[cfg(test)]
mod tests;
mod token;

use std::fmt;

use crate::check::Verdict;
use crate::digest::Sha256Digest;
use crate::encoding::base64url;
use crate::json::{Object, Value};
use crate::message::{
    Kind, Members, Message, MessageError, Problem, read_date, url_safe, write_date,
};
use crate::reason::Reason;
use crate::time::Timestamp;
use crate::world::WorldId;

pub use token::{ADMISSION_TYP, AdmissionTokenClaims, ConfirmationKey, MAX_TOKEN_SECONDS};

/// The `typ` of the JWS header of a receipt.
pub const RECEIPT_TYP: &str = "omote-receipt+jwt";

const RECEIPT: Kind = Kind {
    name: "receipt",
    malformed: Reason::CredMalformed,
    mistyped: Reason::ClaimType,
};

/// A compact JWS: three parts of base64url, at most 64 KiB. Its signature is not checked here.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CompactJws(String);

impl CompactJws {
    /// A JWS; `None` for another form.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let parts: Vec<&str> = text.split('.').take(4).collect();
        let whole = |part: &&str| !part.is_empty() && base64url::decode(part).is_some();
        let sound = text.len() <= 64 << 10 && parts.len() == 3 && parts.iter().all(whole);
        sound.then_some(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn read_member(
        members: &Members<'_>,
        name: &'static str,
    ) -> Result<Option<Self>, MessageError> {
        let expected = "a compact JWS";
        let text = members.optional_text(name)?;
        text.map(|text| {
            let jws = Self::new(text);
            jws.ok_or_else(|| members.fail(name, Problem::Value { expected }))
        })
        .transpose()
    }
}

impl fmt::Debug for CompactJws {
    /// The digest only: whoever has an admission token and its key may enter.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "CompactJws({})",
            Sha256Digest::of(self.0.as_bytes())
        )
    }
}

/// Which room, server or shard of a world somebody enters: 1 to 128 letters, digits, `-`, `.`, `_`,
/// `~`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceId(String);

impl InstanceId {
    /// An instance; `None` for other characters, no or too many.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        (text.len() <= 128 && url_safe(&text)).then_some(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn read(members: &Members<'_>) -> Result<Self, MessageError> {
        let expected = "1 to 128 letters, digits, - . _ ~";
        Self::new(members.text("instance")?)
            .ok_or_else(|| members.fail("instance", Problem::Value { expected }))
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A unique identifier of a receipt, a token or an admission: 22 to 128 URL safe characters, of
/// which 22 hold 128 bits. Unguessable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UniqueId(String);

impl UniqueId {
    /// An identifier; `None` for other characters, too few or too many.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        ((22..=128).contains(&text.len()) && url_safe(&text)).then_some(Self(text))
    }

    /// An identifier from 128 or more random bits.
    #[must_use]
    pub fn of_random(bits: &[u8; 16]) -> Self {
        Self(base64url::encode(bits))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn read(members: &Members<'_>, name: &'static str) -> Result<Self, MessageError> {
        let expected = "22 to 128 URL safe characters";
        Self::new(members.text(name)?)
            .ok_or_else(|| members.fail(name, Problem::Value { expected }))
    }
}

impl fmt::Display for UniqueId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The claims of a receipt: this world answered this presentation, made for this nonce, with this
/// outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptClaims {
    /// `iss`: the DID of the world.
    pub issuer: WorldId,
    /// `iat`
    pub issued_at: Timestamp,
    /// `jti`
    pub id: UniqueId,
    /// `nonce_digest`: that of the request's [`Nonce`](crate::oid4vp::Nonce).
    pub nonce_digest: Sha256Digest,
    /// `presentation_digest`: that of the [`VpToken`](crate::oid4vp::response::VpToken).
    pub presentation_digest: Sha256Digest,
    /// `outcome`, and `reason` beside it.
    pub outcome: ReceiptOutcome,
    /// `instance`
    pub instance: InstanceId,
}

/// What the world decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptOutcome {
    /// `accepted`
    Accepted,
    /// `indeterminate`, for want of this.
    Indeterminate(Reason),
    /// `rejected`, for this reason.
    Rejected(Reason),
}

impl ReceiptOutcome {
    /// The verdict.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Accepted => Verdict::Accepted,
            Self::Indeterminate(_) => Verdict::Indeterminate,
            Self::Rejected(_) => Verdict::Rejected,
        }
    }

    /// The reason, when there is one.
    #[must_use]
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Accepted => None,
            Self::Indeterminate(reason) | Self::Rejected(reason) => Some(reason),
        }
    }

    fn read(members: &Members<'_>) -> Result<Self, MessageError> {
        let outcome = members.text("outcome")?;
        let expected = "a reason code";
        let reason = members
            .optional_text("reason")?
            .map(|code| {
                let reason = code.parse();
                reason.map_err(|_| members.fail("reason", Problem::Value { expected }))
            })
            .transpose()?;
        match (outcome.as_str(), reason) {
            ("accepted", None) => Ok(Self::Accepted),
            ("accepted", Some(_)) => {
                let other = "outcome accepted";
                Err(members.fail("reason", Problem::Excludes { other }))
            }
            ("indeterminate", Some(reason)) => Ok(Self::Indeterminate(reason)),
            ("rejected", Some(reason)) => Ok(Self::Rejected(reason)),
            ("indeterminate" | "rejected", None) => Err(members.fail("reason", Problem::Missing)),
            _ => {
                let expected = "accepted, indeterminate or rejected";
                Err(members.fail("outcome", Problem::Value { expected }))
            }
        }
    }
}

impl Message for ReceiptClaims {
    /// Other members are refused: a receipt says this and no more.
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(RECEIPT, value)?;
        members.only(&[
            "iss",
            "iat",
            "jti",
            "nonce_digest",
            "presentation_digest",
            "outcome",
            "reason",
            "instance",
        ])?;
        Ok(Self {
            issuer: read_issuer(&members)?,
            issued_at: required_date(&members, "iat")?,
            id: UniqueId::read(&members, "jti")?,
            nonce_digest: read_digest(&members, "nonce_digest")?,
            presentation_digest: read_digest(&members, "presentation_digest")?,
            outcome: ReceiptOutcome::read(&members)?,
            instance: InstanceId::read(&members)?,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! { "iss" => self.issuer.did().as_str() };
        write_date(&mut object, "iat", Some(self.issued_at));
        object.insert("jti", self.id.as_str());
        object.insert("nonce_digest", self.nonce_digest);
        object.insert("presentation_digest", self.presentation_digest);
        object.insert("outcome", self.outcome.verdict().id());
        if let Some(reason) = self.outcome.reason() {
            object.insert("reason", reason.code());
        }
        object.insert("instance", self.instance.as_str());
        object
    }
}

/// `iss`: the `did:web` of a world.
fn read_issuer(members: &Members<'_>) -> Result<WorldId, MessageError> {
    let expected = "the did:web of a world";
    let did = members.text("iss")?.parse().ok();
    did.and_then(|did| WorldId::of_did(&did).ok())
        .ok_or_else(|| members.fail("iss", Problem::Value { expected }))
}

fn required_date(members: &Members<'_>, name: &'static str) -> Result<Timestamp, MessageError> {
    read_date(members, name)?.ok_or_else(|| members.fail(name, Problem::Missing))
}

fn read_digest(members: &Members<'_>, name: &'static str) -> Result<Sha256Digest, MessageError> {
    let expected = "a SHA-256 digest in the form uEi…";
    let text = members.text(name)?;
    text.parse()
        .map_err(|_| members.fail(name, Problem::Value { expected }))
}
