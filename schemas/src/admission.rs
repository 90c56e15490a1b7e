//! A world's `POST /admissions`: what a game server or web page asks of the world's own server, and
//! how it hears the outcome.
//!
//! Written and read within one world. Other members are refused: a misspelled one would ask for
//! something else than was meant.

mod decision;
mod manner;
mod returned;
mod state;
#[cfg(test)]
mod tests;

use crate::dcql::DcqlQuery;
use crate::json::{Object, Value};
use crate::message::{Kind, Members, Message, MessageError, Problem, read_purpose};
use crate::oid4vp::link::RequestLink;
use crate::reason::Reason;
use crate::receipt::{InstanceId, UniqueId};
use crate::time::Timestamp;
use crate::web_url::WebUrl;

pub use decision::{Condition, Decided, Decision, Shown, ShownAsset, ShownRight};
pub(crate) use decision::{read_license, read_word, words};
pub use manner::{MAX_LEASE_MINUTES, Manner};
pub use returned::Returned;
pub use state::{AdmissionState, Admitted, Judged};

/// Longer names of who asks are refused, in characters.
const MAX_NAME: usize = 100;

pub(crate) const REQUEST: Kind = Kind::new("admission request", Reason::BadRequest);
const CREATED: Kind = Kind::new("created admission", Reason::BadRequest);

/// `POST /admissions`
#[derive(Clone, Debug, PartialEq)]
pub struct AdmissionRequest {
    /// What to ask the wallet for.
    pub ask: Ask,
    /// `by`: who asks, as the person will read it; at most 100 characters.
    pub by: String,
    /// `instance`: where the person wants to enter.
    pub instance: InstanceId,
    /// `purpose`: what it is for, as the person will read it; at most 300 characters.
    pub purpose: Option<String>,
    /// How it is asked and answered.
    pub manner: Manner,
}

/// What to ask for.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// `preset: "avatar"`: an avatar.
    Avatar,
    /// `preset: "item"`: an item.
    Item,
    /// `dcql_query`
    Query(DcqlQuery),
}

impl Ask {
    fn read(members: &Members<'_>) -> Result<Self, MessageError> {
        let preset = members.optional_text("preset")?;
        match (preset.as_deref(), members.optional("dcql_query")) {
            (Some("avatar"), None) => Ok(Self::Avatar),
            (Some("item"), None) => Ok(Self::Item),
            (Some(_), None) => {
                let expected = "avatar or item";
                Err(members.fail("preset", Problem::Value { expected }))
            }
            (None, Some(query)) => DcqlQuery::from_value(query).map(Self::Query),
            (None, None) => Err(members.fail("preset", Problem::Missing)),
            (Some(_), Some(_)) => {
                let other = "dcql_query";
                Err(members.fail("preset", Problem::Excludes { other }))
            }
        }
    }
}

impl Message for AdmissionRequest {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(REQUEST, value)?;
        let ours = ["preset", "dcql_query", "by", "instance", "purpose"];
        members.only(&[ours.as_slice(), &Manner::MEMBERS].concat())?;
        let by = members.text("by")?;
        REQUEST.within("by", by.chars().count(), MAX_NAME)?;
        Ok(Self {
            ask: Ask::read(&members)?,
            by,
            instance: InstanceId::read(&members)?,
            purpose: read_purpose(&members, "purpose")?,
            manner: Manner::read(&members)?,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = match &self.ask {
            Ask::Avatar => crate::object! { "preset" => "avatar" },
            Ask::Item => crate::object! { "preset" => "item" },
            Ask::Query(query) => crate::object! { "dcql_query" => query.to_object() },
        };
        object.insert("by", self.by.as_str());
        object.insert("instance", self.instance.as_str());
        if let Some(purpose) = &self.purpose {
            object.insert("purpose", purpose.as_str());
        }
        self.manner.write(&mut object);
        object
    }
}

/// The 201 to an admission request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdmissionCreated {
    /// `id`
    pub id: UniqueId,
    /// `request_link`: `openid4vp://?…`, for a link or a QR code.
    pub request_link: RequestLink,
    /// `poll_url`: where the outcome will stand. Only for who made the request: it is not in the link.
    pub poll_url: WebUrl,
    /// `expires_at`
    pub expires_at: Timestamp,
    /// `match_code`: two digits for the screen where the link stands, 10 to 99. The wallet shows the
    /// same ([`match_code`](crate::oid4vp::match_code)). None when the person comes back by the same
    /// browser.
    pub match_code: Option<u8>,
}

impl Message for AdmissionCreated {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(CREATED, value)?;
        let ours = ["id", "request_link", "poll_url", "expires_at", "match_code"];
        members.only(&ours)?;
        let expected = "a date and time with a zone";
        let expires_at = members.text("expires_at")?;
        Ok(Self {
            id: UniqueId::read(&members, "id")?,
            request_link: RequestLink::parse(&members.text("request_link")?)?,
            poll_url: members.url("poll_url")?,
            expires_at: expires_at
                .parse()
                .map_err(|_| members.fail("expires_at", Problem::Value { expected }))?,
            match_code: read_match_code(&members)?,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! {
            "id" => self.id.as_str(),
            "request_link" => self.request_link.to_link(),
            "poll_url" => &self.poll_url,
            "expires_at" => self.expires_at,
        };
        if let Some(code) = &self.match_code {
            object.insert("match_code", code.to_string());
        }
        object
    }
}

/// A text, as it is shown: no number to count with.
fn read_match_code(members: &Members<'_>) -> Result<Option<u8>, MessageError> {
    let expected = "two digits, 10 to 99";
    let read = |text: String| {
        let code = text.parse().ok().filter(|code| (10..=99).contains(code));
        code.filter(|_| text.len() == 2)
            .ok_or_else(|| members.fail("match_code", Problem::Value { expected }))
    };
    members.optional_text("match_code")?.map(read).transpose()
}
