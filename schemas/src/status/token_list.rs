//! A Token Status List: the claims of the token that carries it, read and written side by side.
//! Source: draft-ietf-oauth-status-list sections 4 and 5.1.

use crate::credential::Validity;
use crate::json::{Number, Object};
use crate::reason::Reason;
use crate::shape::{Members, ShapeError};
use crate::status::values::{StatusValues, ValueSize};
use crate::time::Timestamp;
use crate::web_url::WebUrl;

/// `typ` of the token.
pub const STATUS_LIST_TYP: &str = "statuslist+jwt";
/// The media type under which it is served.
pub const STATUS_LIST_MEDIA_TYPE: &str = "application/statuslist+jwt";

/// What a value says of a token (section 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenStatus {
    /// It is good.
    Valid,
    /// It is revoked, for ever.
    Invalid,
    /// It is not good for now.
    Suspended,
    /// A value whose meaning is the issuer's own, or nobody's yet: not good.
    Other,
}

impl TokenStatus {
    /// What a value says.
    #[must_use]
    pub const fn of(value: u8) -> Self {
        match value {
            0 => Self::Valid,
            1 => Self::Invalid,
            2 => Self::Suspended,
            _ => Self::Other,
        }
    }
}

/// A list before it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusListToken {
    /// `sub`: where it is served.
    pub url: WebUrl,
    /// `iat` and `exp`.
    pub validity: Validity,
    /// `ttl`: how long a copy may be used, in seconds.
    pub ttl_seconds: u32,
    /// The values.
    pub values: StatusValues,
}

impl StatusListToken {
    /// The claims to sign.
    #[must_use]
    pub fn claims(&self) -> Object {
        let seconds = |time: Timestamp| Number::from_i64(time.unix());
        let mut claims = crate::object! { "sub" => self.url.as_str() };
        if let Some(from) = self.validity.from {
            claims.insert("iat", seconds(from));
        }
        if let Some(until) = self.validity.until {
            claims.insert("exp", seconds(until));
        }
        claims.insert("ttl", self.ttl_seconds);
        let list = crate::object! {
            "bits" => u32::from(self.values.size().bits()),
            "lst" => self.values.encode(),
        };
        claims.insert("status_list", list);
        claims
    }
}

/// The claims of a list that were read. The values stay compressed until the list is believed.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusListClaims {
    subject: String,
    issuer: Option<String>,
    validity: Validity,
    ttl_seconds: Option<u64>,
    size: ValueSize,
    list: String,
}

impl StatusListClaims {
    /// Reads the claims of a token.
    ///
    /// # Errors
    /// The first fault with its place: a claim that is missing or of a wrong type, a size that is none,
    /// a `ttl` of nothing, or an `aud`, for nobody here is the only one who may read a list.
    pub fn parse(claims: &Object) -> Result<Self, ShapeError> {
        let members = Members(claims);
        let at = |name: &str| ShapeError::new(Reason::StatusInvalid, "").inside(name);
        if claims.contains_key("aud") {
            return Err(at("aud"));
        }
        let time = |name: &str| numeric_date(claims, name);
        let issued = time("iat")?.ok_or_else(|| at("iat"))?;
        let ttl_seconds = match claims.get("ttl") {
            None => None,
            Some(ttl) => Some(
                ttl.as_u64()
                    .filter(|ttl| *ttl > 0)
                    .ok_or_else(|| at("ttl"))?,
            ),
        };
        let list = Members::of(members.required("status_list")?)
            .map_err(|error| error.inside("status_list"))?;
        let inside = |error: ShapeError| error.inside("status_list");
        let bits = list.natural("bits").map_err(inside)?;
        Ok(Self {
            subject: members.text("sub")?.to_owned(),
            issuer: members.optional_text("iss")?.map(str::to_owned),
            validity: Validity {
                from: Some(time("nbf")?.map_or(issued, |from| from.max(issued))),
                until: time("exp")?,
            },
            ttl_seconds,
            size: ValueSize::of_bits(bits).ok_or_else(|| inside(at("bits")))?,
            list: list.text("lst").map_err(inside)?.to_owned(),
        })
    }

    /// `sub`: where it says that it is served.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// `iss`, which no list needs.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// From `iat` (or `nbf`, when that is later) to `exp`.
    #[must_use]
    pub const fn validity(&self) -> Validity {
        self.validity
    }

    /// How long a copy may be used, in seconds.
    #[must_use]
    pub const fn ttl_seconds(&self) -> Option<u64> {
        self.ttl_seconds
    }

    /// How many bits a value has.
    #[must_use]
    pub const fn size(&self) -> ValueSize {
        self.size
    }

    /// `lst`: for [`StatusValues::decode`], once the signature stands.
    #[must_use]
    pub fn encoded(&self) -> &str {
        &self.list
    }
}

/// A `NumericDate` (RFC 7519 section 2), in whole seconds, rounded down.
fn numeric_date(claims: &Object, name: &str) -> Result<Option<Timestamp>, ShapeError> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    let seconds = value
        .as_f64()
        .and_then(|number| Number::from_f64(number.floor()));
    let seconds = seconds.and_then(Number::as_i64);
    let wrong = || ShapeError::new(Reason::ClaimType, "").inside(name);
    Ok(Some(Timestamp::from_unix(seconds.ok_or_else(wrong)?)))
}
