//! The credential that carries a list, read and written side by side.
//! Source: Bitstring Status List v1.0 section 2.2.

use std::fmt;

use crate::credential::{
    CONTEXTS, Envelope, ShapeError, UnsignedCredential, Validity, in_order, read_type_name,
    the_subject,
};
use crate::did::Did;
use crate::json::{Number, Value};
use crate::reason::Reason;
use crate::shape::Members;
use crate::status::{Bits, StatusPurpose};
use crate::terms::Contexts;
use crate::web_url::WebUrl;

/// The type beside `VerifiableCredential`.
const TYPE: &str = "BitstringStatusListCredential";
const SUBJECT_TYPE: &str = "BitstringStatusList";

/// A list before it is signed.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusListCredential {
    /// Where it is served; its `id`.
    pub url: WebUrl,
    /// Who publishes it: the issuer of the credentials.
    pub issuer: Did,
    /// When it is valid. `from` has to grow with every change.
    pub validity: Validity,
    /// What its bits mean.
    pub purpose: StatusPurpose,
    /// The bits.
    pub bits: Bits,
    /// How long a copy may be used, in seconds.
    pub ttl_seconds: u32,
}

impl StatusListCredential {
    /// The document to sign.
    #[must_use]
    pub fn unsigned(&self) -> UnsignedCredential {
        let subject = crate::object! {
            "id" => format!("{}#list", self.url.as_str()),
            "type" => SUBJECT_TYPE,
            "statusPurpose" => self.purpose.name(),
            "encodedList" => self.bits.encode(),
            "ttl" => Number::from_u64_saturating(u64::from(self.ttl_seconds) * 1000),
        };
        UnsignedCredential::named(
            CONTEXTS.get(..1).unwrap_or_default(),
            self.url.as_str(),
            TYPE,
            &self.issuer,
            self.validity,
            subject,
        )
    }
}

/// A list as it arrived: of the right shape, and nothing in it is believed yet.
#[derive(Clone, Debug, PartialEq)]
pub struct UnverifiedStatusList {
    envelope: Envelope,
    purposes: Vec<StatusPurpose>,
    ttl_milliseconds: Option<u64>,
    encoded: String,
}

/// Why a document is no list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListError(ShapeError);

impl ListError {
    /// The reason code: always `status_invalid`.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        Reason::StatusInvalid
    }

    /// What is wrong with the document, and where.
    #[must_use]
    pub const fn shape(&self) -> &ShapeError {
        &self.0
    }
}

impl fmt::Display for ListError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "not a status list: {}", self.0)
    }
}

impl std::error::Error for ListError {}

impl UnverifiedStatusList {
    /// Reads a list: contexts, shape, terms. The bits stay compressed until the list is believed.
    ///
    /// # Errors
    /// [`ListError`] for any other document, and for a list that names a list itself.
    pub fn parse(value: &Value) -> Result<Self, ListError> {
        Self::read(value).map_err(ListError)
    }

    fn read(value: &Value) -> Result<Self, ShapeError> {
        let members = Members::of(value)?;
        in_order(members.0, &Contexts::pinned(), || {
            let type_name = read_type_name(&members)?;
            if type_name != TYPE {
                return Err(ShapeError::new(Reason::StatusInvalid, "/type"));
            }
            let envelope = Envelope::read(&members, type_name)?;
            // Whether a list still holds is never asked of another list.
            if !envelope.statuses().is_empty() {
                return Err(ShapeError::new(Reason::StatusInvalid, "/credentialStatus"));
            }
            let inside = |error: ShapeError| error.inside("credentialSubject");
            let subject = Members::of(the_subject(&members)?).map_err(inside)?;
            Self::read_subject(envelope, &subject).map_err(inside)
        })
    }

    fn read_subject(envelope: Envelope, subject: &Members<'_>) -> Result<Self, ShapeError> {
        subject.only(
            &["encodedList", "id", "statusPurpose", "ttl", "type"],
            Reason::UnknownExtension,
        )?;
        subject.optional_text("id")?;
        if subject.types()? != [SUBJECT_TYPE] {
            return Err(ShapeError::new(Reason::StatusInvalid, "/type"));
        }
        let names = subject.required("statusPurpose")?.strings();
        let purposes = names
            .filter(|names| !names.is_empty() && names.len() <= StatusPurpose::ALL.len())
            .ok_or_else(|| ShapeError::new(Reason::StatusInvalid, "/statusPurpose"))?;
        Ok(Self {
            envelope,
            // A list may serve purposes that are not ours to understand.
            purposes: purposes
                .into_iter()
                .filter_map(|name| name.parse().ok())
                .collect(),
            ttl_milliseconds: match subject.0.get("ttl") {
                None => None,
                Some(_) => Some(subject.natural("ttl")?),
            },
            encoded: subject.text("encodedList")?.to_owned(),
        })
    }

    /// What every credential has.
    #[must_use]
    pub const fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// What its bits mean.
    #[must_use]
    pub fn purposes(&self) -> &[StatusPurpose] {
        &self.purposes
    }

    /// How long a copy may be used, in milliseconds.
    #[must_use]
    pub const fn ttl_milliseconds(&self) -> Option<u64> {
        self.ttl_milliseconds
    }

    /// `encodedList`: for [`Bits::decode`], once the signature stands.
    #[must_use]
    pub fn encoded(&self) -> &str {
        &self.encoded
    }
}
