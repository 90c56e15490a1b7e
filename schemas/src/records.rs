//! A world's decision records and the records of their deletion: `GET /decisions`, and what
//! `omote-world decisions --json` and `omote-world purge --json` answer.
//!
//! Digests and reason codes: no claims, no holder's DID. Other members are refused, so that nothing
//! else can stand there.

mod grants;
#[cfg(test)]
mod tests;

use crate::admission::{Decided, read_word, words};
use crate::check::Verdict;
use crate::digest::Sha256Digest;
use crate::json::{Object, Value};
use crate::message::{Kind, Members, Message, MessageError, Problem, natural};
use crate::reason::Reason;
use crate::receipt::UniqueId;
use crate::time::Timestamp;

pub use grants::{Approval, GrantList, GrantRecord, GrantStatus, StatusChange};

const LIST: Kind = Kind::new("list of decisions", Reason::BadRequest);
const RECORD: Kind = Kind::new("decision record", Reason::BadRequest);
const PURGE: Kind = Kind::new("record of a purge", Reason::BadRequest);

/// Longer lists are not read.
pub(crate) const MAX_RECORDS: usize = 10_000;

words! {
    /// What a decision was about.
    RecordKind,
    /// A response to a request.
    Admission = "admission",
    /// A model file against a credential.
    AssetCheck = "asset_check",
    /// A document that one of the world's servers handed in.
    Check = "check",
}

words! {
    /// How what arrived was judged.
    RecordVerdict,
    /// Every check passed.
    Accepted = "accepted",
    /// The person said no: there was nothing to judge.
    Declined = "declined",
    /// A check could not be decided.
    Indeterminate = "indeterminate",
    /// A check failed.
    Rejected = "rejected",
}

impl From<Verdict> for RecordVerdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Accepted => Self::Accepted,
            Verdict::Rejected => Self::Rejected,
            Verdict::Indeterminate => Self::Indeterminate,
        }
    }
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionRecord {
    /// `id`: the `jti` of receipt and admission token, when there are such.
    pub id: UniqueId,
    /// `admission`: the one that was answered.
    pub admission: Option<UniqueId>,
    /// `kind`
    pub kind: RecordKind,
    /// `at`
    pub at: Timestamp,
    /// `input_digest`: of the bytes that were judged.
    pub input: Sha256Digest,
    /// `verdict`
    pub verdict: RecordVerdict,
    /// `reasons`: the headline first.
    pub reasons: Vec<Reason>,
    /// `outcome`: what the policy said; a check of a file asks no policy.
    pub outcome: Option<Decided>,
    /// `receipt_digest`: of the receipt that the wallet was given.
    pub receipt: Option<Sha256Digest>,
}

impl Message for DecisionRecord {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of_member(RECORD, "decisions", value)?;
        members.only(&[
            "id",
            "admission",
            "kind",
            "at",
            "input_digest",
            "verdict",
            "reasons",
            "outcome",
            "receipt_digest",
        ])?;
        let present = |name: &'static str| members.optional(name).is_some();
        let digest = |name| {
            let expected = "a SHA-256 digest in the form uEi…";
            let text = members.text(name)?;
            text.parse()
                .map_err(|_| members.fail(name, Problem::Value { expected }))
        };
        Ok(Self {
            id: UniqueId::read(&members, "id")?,
            admission: present("admission")
                .then(|| UniqueId::read(&members, "admission"))
                .transpose()?,
            kind: read_word(&members, "kind", RecordKind::from_id)?,
            at: read_time(&members, "at")?,
            input: digest("input_digest")?,
            verdict: read_word(&members, "verdict", RecordVerdict::from_id)?,
            reasons: read_reasons(&members)?,
            outcome: present("outcome")
                .then(|| read_word(&members, "outcome", Decided::from_id))
                .transpose()?,
            receipt: present("receipt_digest")
                .then(|| digest("receipt_digest"))
                .transpose()?,
        })
    }

    fn to_object(&self) -> Object {
        let reasons: Vec<_> = self.reasons.iter().map(|reason| reason.code()).collect();
        let mut object = crate::object! {
            "id" => self.id.as_str(),
            "kind" => self.kind.id(),
            "at" => self.at,
            "input_digest" => self.input,
            "verdict" => self.verdict.id(),
            "reasons" => reasons,
        };
        if let Some(outcome) = self.outcome {
            object.insert("outcome", outcome.id());
        }
        if let Some(admission) = &self.admission {
            object.insert("admission", admission.as_str());
        }
        if let Some(receipt) = self.receipt {
            object.insert("receipt_digest", receipt);
        }
        object
    }
}

fn read_reasons(members: &Members<'_>) -> Result<Vec<Reason>, MessageError> {
    let value = members.required("reasons")?;
    if value.as_array().is_some_and(<[Value]>::is_empty) {
        return Ok(Vec::new());
    }
    let codes = members
        .kind
        .texts("reasons", value, Reason::ALL.len())?
        .into_iter();
    let expected = "reason codes";
    let read = |code: String| {
        code.parse()
            .map_err(|_| members.fail("reasons", Problem::Value { expected }))
    };
    codes.map(read).collect()
}

/// The record of a deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurgeRecord {
    /// `at`
    pub at: Timestamp,
    /// `before`: older decisions than this were deleted.
    pub before: Timestamp,
    /// `removed`: how many.
    pub removed: u64,
    /// `oldest` and `newest` of what was deleted, when there was something.
    pub window: Option<(Timestamp, Timestamp)>,
}

impl Message for PurgeRecord {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of_member(PURGE, "purges", value)?;
        let names = ["at", "before", "removed", "oldest", "newest"];
        members.only(&Envelope::around(&names))?;
        Envelope::read(&members)?;
        let present = |name: &'static str| members.optional(name).is_some();
        let window = match (present("oldest"), present("newest")) {
            (false, false) => None,
            _ => Some((
                read_time(&members, "oldest")?,
                read_time(&members, "newest")?,
            )),
        };
        Ok(Self {
            at: read_time(&members, "at")?,
            before: read_time(&members, "before")?,
            removed: members
                .natural("removed")?
                .ok_or_else(|| members.fail("removed", Problem::Missing))?,
            window,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! { "at" => self.at, "before" => self.before };
        if let Some(removed) = natural(Some(self.removed)) {
            object.insert("removed", removed);
        }
        if let Some((oldest, newest)) = self.window {
            object.insert("oldest", oldest);
            object.insert("newest", newest);
        }
        object
    }
}

/// Decisions and deletions, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecisionList {
    /// `decisions`
    pub decisions: Vec<DecisionRecord>,
    /// `purges`
    pub purges: Vec<PurgeRecord>,
}

impl Message for DecisionList {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(LIST, value)?;
        members.only(&Envelope::around(&["decisions", "purges"]))?;
        members.required("v")?;
        Envelope::read(&members)?;
        let list = |name| {
            let value = members.required(name)?;
            let array = value.as_array();
            let array = array.ok_or_else(|| LIST.wrong_type(name, "array", value))?;
            LIST.within(name, array.len(), MAX_RECORDS)?;
            Ok::<_, MessageError>(array.iter())
        };
        Ok(Self {
            decisions: list("decisions")?
                .map(DecisionRecord::from_value)
                .collect::<Result<_, _>>()?,
            purges: list("purges")?
                .map(PurgeRecord::from_value)
                .collect::<Result<_, _>>()?,
        })
    }

    fn to_object(&self) -> Object {
        let decisions: Vec<Object> = self.decisions.iter().map(Message::to_object).collect();
        let purges: Vec<Object> = self.purges.iter().map(Message::to_object).collect();
        crate::object! { "v" => 1, "decisions" => decisions, "purges" => purges }
    }
}

/// `v: 1` and `ok: true`: what a command writes around an answer. By HTTP the status says it.
pub(crate) struct Envelope;

impl Envelope {
    pub(crate) fn around<'a>(names: &[&'a str]) -> Vec<&'a str> {
        [names, &["v", "ok"]].concat()
    }

    pub(crate) fn read(members: &Members<'_>) -> Result<(), MessageError> {
        let expected = "version 1";
        if members.natural("v")?.is_some_and(|version| version != 1) {
            return Err(members.fail("v", Problem::Value { expected }));
        }
        let expected = "true";
        if members.flag("ok")? == Some(false) {
            return Err(members.fail("ok", Problem::Value { expected }));
        }
        Ok(())
    }
}

pub(crate) fn read_time(
    members: &Members<'_>,
    name: &'static str,
) -> Result<Timestamp, MessageError> {
    let expected = "a date and time with a zone";
    let text = members.text(name)?;
    text.parse()
        .map_err(|_| members.fail(name, Problem::Value { expected }))
}
