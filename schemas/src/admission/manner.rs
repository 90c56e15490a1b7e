//! How an admission is asked and answered, where it differs from what the world does as a rule.

use super::REQUEST;
use crate::credential::Format;
use crate::json::Object;
use crate::message::{Members, MessageError, Problem};
use crate::oid4vp::MAX_STATEMENT;
use crate::oid4vp::request::ResponseMode;
use crate::web_url::WebUrl;

/// Longer addresses to return to are refused.
const MAX_URL: usize = 2048;
/// The longest lease that is asked for, in minutes: an hour ([`MAX_LEASE`](crate::ledger::MAX_LEASE)).
pub const MAX_LEASE_MINUTES: u64 = 60;

/// How an admission is asked and answered. The default is another device, no statement, and what the
/// world's configuration says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// `formats`: in which a preset asks, the most wanted first; none means those of the world.
    pub formats: Vec<Format>,
    /// `response_mode`: whether the answer is to be encrypted; none means as the world has it.
    pub response_mode: Option<ResponseMode>,
    /// `return_to`: where the person's browser goes on, on this same device. The outcome is then told
    /// only to whoever brings the response code that comes with it.
    pub return_to: Option<WebUrl>,
    /// `statement`: a text that the holder confirms by presenting; at most [`MAX_STATEMENT`]
    /// characters.
    pub statement: Option<String>,
    /// `lease_minutes`: for how long the item that is shown is to be marked as active in this world, at
    /// most [`MAX_LEASE_MINUTES`]; none asks for no lease.
    pub lease_minutes: Option<u64>,
}

impl Manner {
    /// The members of a request that are read here.
    pub(super) const MEMBERS: [&str; 5] = [
        "formats",
        "response_mode",
        "return_to",
        "statement",
        "lease_minutes",
    ];

    pub(super) fn read(members: &Members<'_>) -> Result<Self, MessageError> {
        let expected = "dc+sd-jwt and ldp_vc";
        let formats = members.optional_texts("formats", Format::ALL.len())?;
        let formats = formats.iter().map(|name| {
            let problem = Problem::Value { expected };
            Format::from_name(name).ok_or_else(|| members.fail("formats", problem))
        });
        let statement = members.optional_text("statement")?;
        let length = statement.as_deref().map_or(0, |text| text.chars().count());
        REQUEST.within("statement", length, MAX_STATEMENT)?;
        Ok(Self {
            formats: formats.collect::<Result<_, _>>()?,
            response_mode: read_mode(members)?,
            return_to: read_return(members)?,
            statement,
            lease_minutes: read_lease(members)?,
        })
    }

    pub(super) fn write(&self, object: &mut Object) {
        if !self.formats.is_empty() {
            let formats: Vec<_> = self.formats.iter().map(|format| format.name()).collect();
            object.insert("formats", formats);
        }
        if let Some(mode) = self.response_mode {
            object.insert("response_mode", mode.name());
        }
        if let Some(url) = &self.return_to {
            object.insert("return_to", url);
        }
        if let Some(statement) = &self.statement {
            object.insert("statement", statement.as_str());
        }
        if let Some(minutes) = self.lease_minutes {
            let minutes = crate::json::Number::from_u64_saturating(minutes);
            object.insert("lease_minutes", minutes);
        }
    }
}

fn read_mode(members: &Members<'_>) -> Result<Option<ResponseMode>, MessageError> {
    let expected = "direct_post or direct_post.jwt";
    let read = |name: String| {
        let mode = ResponseMode::ALL
            .into_iter()
            .find(|mode| mode.name() == name);
        mode.ok_or_else(|| members.fail("response_mode", Problem::Value { expected }))
    };
    members
        .optional_text("response_mode")?
        .map(read)
        .transpose()
}

fn read_lease(members: &Members<'_>) -> Result<Option<u64>, MessageError> {
    let expected = "1 to 60";
    let minutes = members.natural("lease_minutes")?;
    match minutes.is_none_or(|minutes| (1..=MAX_LEASE_MINUTES).contains(&minutes)) {
        true => Ok(minutes),
        false => Err(members.fail("lease_minutes", Problem::Value { expected })),
    }
}

/// The response code comes as its fragment, so it has none of its own.
fn read_return(members: &Members<'_>) -> Result<Option<WebUrl>, MessageError> {
    let url = members.optional_url("return_to")?;
    let length = url.as_ref().map_or(0, |url| url.as_str().len());
    REQUEST.within("return_to", length, MAX_URL)?;
    if url.as_ref().is_some_and(|url| url.fragment().is_some()) {
        let expected = "an https URL without a fragment";
        return Err(members.fail("return_to", Problem::Value { expected }));
    }
    Ok(url)
}
