//! Where the status of a token stands: one value of one Token Status List, read and written side by
//! side. Source: draft-ietf-oauth-status-list section 6.2.

use crate::json::{Number, Object, Value};
use crate::reason::Reason;
use crate::shape::{Members, ShapeError};
use crate::status::StatusEntry;
use crate::web_url::WebUrl;

/// The member of `status` that is understood.
const MEMBER: &str = "status_list";

/// One value of one Token Status List.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenStatusEntry {
    /// `idx`: which value; at most 2^53 − 1.
    pub index: u64,
    /// `uri`: where the list is.
    pub list: WebUrl,
}

/// Where one status of a credential stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatusPlace {
    /// A bit of a Bitstring Status List.
    Bit(StatusEntry),
    /// A value of a Token Status List.
    Value(TokenStatusEntry),
}

impl StatusPlace {
    /// Where the list is.
    #[must_use]
    pub const fn list(&self) -> &WebUrl {
        match self {
            Self::Bit(entry) => &entry.list,
            Self::Value(entry) => &entry.list,
        }
    }
}

impl TokenStatusEntry {
    /// Reads the claim `status`.
    ///
    /// # Errors
    /// `claim_type` for members of a wrong type, `status_type` without a `status_list` or with another
    /// mechanism beside it, `status_index_range` for an index that is not a whole number from 0 on,
    /// `status_fetch_blocked` for an address that is none of a world.
    pub fn parse(status: &Value) -> Result<Self, ShapeError> {
        let members = Members::of(status)?;
        members.only(&[MEMBER], Reason::StatusType)?;
        let Some(entry) = members.0.get(MEMBER) else {
            return Err(ShapeError::new(Reason::StatusType, ""));
        };
        let wrong = || ShapeError::new(Reason::ClaimType, "");
        let entry = entry.as_object().ok_or_else(wrong).and_then(Self::read);
        entry.map_err(|error| error.inside(MEMBER))
    }

    fn read(entry: &Object) -> Result<Self, ShapeError> {
        let members = Members(entry);
        let at = |reason, name: &str| ShapeError::new(reason, "").inside(name);
        let index = match members.required("idx")? {
            Value::Number(number) => number.as_i64().and_then(|index| u64::try_from(index).ok()),
            _ => return Err(at(Reason::ClaimType, "idx")),
        };
        let uri = members.text("uri")?.parse::<WebUrl>().ok();
        Ok(Self {
            index: index.ok_or_else(|| at(Reason::StatusIndexRange, "idx"))?,
            list: uri
                .filter(|url| url.fragment().is_none())
                .ok_or_else(|| at(Reason::StatusFetchBlocked, "uri"))?,
        })
    }

    /// The claim `status`.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let entry = crate::object! {
            "idx" => Number::from_u64_saturating(self.index),
            "uri" => self.list.as_str(),
        };
        crate::object! { MEMBER => entry }
    }
}
