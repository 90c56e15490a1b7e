//! What is offered: the body of `POST /offers` and the arguments of `omote-world offer`.

use std::fmt;

use schemas::json::{Object, Value};
use schemas::license::{LicenseError, LicenseTerms};
use schemas::reason::Reason;

/// What is to be offered.
#[derive(Clone, Debug)]
pub struct OfferTerms {
    /// The usage right.
    pub right: Right,
    /// The creator's statement about the model file (`AssetProvenance`), as it was signed.
    pub provenance: Object,
    /// The terms for the holder; the creator's own when left out.
    pub license: Option<LicenseTerms>,
    /// How many copies; one batch when left out.
    pub copies: Option<u32>,
}

/// The usage right that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Right {
    /// To wear an avatar.
    Avatar {
        /// How the face is called.
        persona: String,
    },
    /// To use an item.
    Item {
        /// What kind of item.
        class: String,
        /// Which one of its class.
        serial: u64,
    },
}

/// What is wrong with the terms of an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TermsError {
    /// The license.
    License(LicenseError),
    /// A member is missing, or has another type or value.
    Member(&'static str),
    /// A member that offers do not have.
    Unknown,
}

impl TermsError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::License(error) => error.reason(),
            Self::Member(_) | Self::Unknown => Reason::BadRequest,
        }
    }
}

impl fmt::Display for TermsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::License(error) => error.fmt(formatter),
            Self::Member(name) => write!(formatter, "{name}: missing, or of another type"),
            Self::Unknown => formatter.write_str("a member that offers do not have"),
        }
    }
}

impl std::error::Error for TermsError {}

impl OfferTerms {
    /// Reads the body of `POST /offers`: `right` (`avatar` with `persona`, or `item` with `class` and
    /// `serial`), `provenance`, and if wanted `license` and `copies`.
    ///
    /// # Errors
    /// [`TermsError`]; a member that is not known is refused.
    pub fn from_value(value: &Value) -> Result<Self, TermsError> {
        let object = value.as_object().ok_or(TermsError::Member("body"))?;
        let text = |name: &'static str| {
            let text = object.get(name).and_then(Value::as_str);
            text.map(str::to_owned).ok_or(TermsError::Member(name))
        };
        let (right, own): (Right, &[&str]) = match text("right")?.as_str() {
            "avatar" => (
                Right::Avatar {
                    persona: text("persona")?,
                },
                &["persona"],
            ),
            "item" => (
                Right::Item {
                    class: text("class")?,
                    serial: object
                        .get("serial")
                        .and_then(Value::as_u64)
                        .ok_or(TermsError::Member("serial"))?,
                },
                &["class", "serial"],
            ),
            _ => return Err(TermsError::Member("right")),
        };
        let common = ["right", "provenance", "license", "copies"];
        if !object
            .keys()
            .all(|name| common.contains(&name) || own.contains(&name))
        {
            return Err(TermsError::Unknown);
        }
        let license = object
            .get("license")
            .map(LicenseTerms::from_value)
            .transpose()
            .map_err(TermsError::License)?;
        let copies = object.get("copies").map(|copies| {
            let copies = copies
                .as_u64()
                .and_then(|copies| u32::try_from(copies).ok());
            copies.ok_or(TermsError::Member("copies"))
        });
        Ok(Self {
            right,
            provenance: object
                .get("provenance")
                .and_then(Value::as_object)
                .cloned()
                .ok_or(TermsError::Member("provenance"))?,
            license,
            copies: copies.transpose()?,
        })
    }
}
