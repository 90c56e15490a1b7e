//! Trust lists: whom somebody vouches for as an issuer, as a credential of its own.
//!
//! A federation of worlds publishes one, and a policy names it in place of each issuer. Source: this
//! house; the words stand in the context `https://w3id.org/omote/v1`.

#[cfg(test)]
mod tests;

use std::fmt;

use crate::credential::{
    CONTEXTS, Envelope, ShapeError, UnsignedCredential, Validity, in_order, read_type_name,
    the_subject,
};
use crate::did::Did;
use crate::json::{Object, Value};
use crate::reason::Reason;
use crate::shape::{Members, did};
use crate::terms::Contexts;
use crate::web_url::WebUrl;

/// The type beside `VerifiableCredential`.
const TYPE: &str = "TrustListCredential";
const SUBJECT_TYPE: &str = "TrustList";
/// Most issuers in one list.
const MAX_ISSUERS: usize = 1000;
/// Most types and most creators of one issuer.
const MAX_NAMES: usize = 64;
/// Longest name of a type, in bytes.
const MAX_TYPE_NAME: usize = 200;

/// One issuer, and what the list vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedIssuer {
    /// The issuer.
    pub did: Did,
    /// `credentialType`: the types beside `VerifiableCredential`, by their names.
    pub types: Vec<String>,
    /// Whose provenance it may embed.
    pub creators: TrustedCreators,
    /// `trustedFrom`, `trustedUntil`: when this holds, within the validity of the list.
    pub validity: Validity,
}

/// Whose provenance an issuer of a list may embed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustedCreators {
    /// `anyCreator`: anybody's.
    Any,
    /// `creator`: only these.
    Listed(Vec<Did>),
}

/// A list before it is signed.
#[derive(Clone, Debug, PartialEq)]
pub struct TrustListCredential {
    /// Where it is served; its `id`.
    pub url: WebUrl,
    /// Who vouches.
    pub issuer: Did,
    /// When it is valid.
    pub validity: Validity,
    /// For whom.
    pub trusted: Vec<TrustedIssuer>,
}

impl TrustListCredential {
    /// The document to sign.
    #[must_use]
    pub fn unsigned(&self) -> UnsignedCredential {
        let trusted: Vec<Object> = self.trusted.iter().map(TrustedIssuer::to_object).collect();
        let subject = crate::object! { "type" => SUBJECT_TYPE, "trustedIssuer" => trusted };
        UnsignedCredential::named(
            &CONTEXTS,
            self.url.as_str(),
            TYPE,
            &self.issuer,
            self.validity,
            subject,
        )
    }
}

impl TrustedIssuer {
    fn to_object(&self) -> Object {
        let mut object = crate::object! { "id" => &self.did };
        let types: Vec<Value> = self.types.iter().map(|name| name.as_str().into()).collect();
        object.insert("credentialType", types);
        match &self.creators {
            TrustedCreators::Any => {
                object.insert("anyCreator", true);
            }
            TrustedCreators::Listed(creators) if creators.is_empty() => {}
            TrustedCreators::Listed(creators) => {
                let creators: Vec<Value> = creators.iter().map(Value::from).collect();
                object.insert("creator", creators);
            }
        }
        if let Some(from) = self.validity.from {
            object.insert("trustedFrom", from);
        }
        if let Some(until) = self.validity.until {
            object.insert("trustedUntil", until);
        }
        object
    }

    fn read(value: &Value) -> Result<Self, ShapeError> {
        let members = Members::of(value)?;
        members.only(
            &[
                "anyCreator",
                "creator",
                "credentialType",
                "id",
                "trustedFrom",
                "trustedUntil",
            ],
            Reason::UnknownExtension,
        )?;
        let names = |name: &str| {
            let wrong = || ShapeError::new(Reason::CredMalformed, "").inside(name);
            let names = members.required(name)?.strings().ok_or_else(wrong)?;
            let sound = names.len() <= MAX_NAMES
                && names
                    .iter()
                    .all(|one| (1..=MAX_TYPE_NAME).contains(&one.len()));
            if sound { Ok(names) } else { Err(wrong()) }
        };
        let creators = match members.0.get("anyCreator") {
            None if members.0.contains_key("creator") => {
                let creators = names("creator")?;
                let creators = creators.into_iter().map(did).collect::<Result<_, _>>();
                TrustedCreators::Listed(creators.map_err(|error| error.inside("creator"))?)
            }
            None => TrustedCreators::Listed(Vec::new()),
            // Said twice, and in two ways, it would mean what the reader likes.
            Some(Value::Bool(true)) if !members.0.contains_key("creator") => TrustedCreators::Any,
            Some(_) => return Err(ShapeError::new(Reason::CredMalformed, "/anyCreator")),
        };
        Ok(Self {
            did: members.did("id")?,
            types: names("credentialType")?
                .into_iter()
                .map(str::to_owned)
                .collect(),
            creators,
            validity: Validity {
                from: members.time("trustedFrom")?,
                until: members.time("trustedUntil")?,
            },
        })
    }
}

/// A list as it arrived: of the right shape, and nothing in it is believed yet.
#[derive(Clone, Debug, PartialEq)]
pub struct UnverifiedTrustList {
    envelope: Envelope,
    trusted: Vec<TrustedIssuer>,
}

/// Why a document is no list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustListError(ShapeError);

impl TrustListError {
    /// The reason code: always `trust_list_invalid`.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        Reason::TrustListInvalid
    }

    /// What is wrong with the document, and where.
    #[must_use]
    pub const fn shape(&self) -> &ShapeError {
        &self.0
    }
}

impl fmt::Display for TrustListError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "not a trust list: {}", self.0)
    }
}

impl std::error::Error for TrustListError {}

impl UnverifiedTrustList {
    /// Reads a list: contexts, shape, terms.
    ///
    /// # Errors
    /// [`TrustListError`] for any other document, for one that names an issuer twice, and for one with
    /// a status of its own: a list is short-lived instead.
    pub fn parse(value: &Value) -> Result<Self, TrustListError> {
        Self::read(value).map_err(TrustListError)
    }

    fn read(value: &Value) -> Result<Self, ShapeError> {
        let members = Members::of(value)?;
        in_order(members.0, &Contexts::pinned(), || {
            let type_name = read_type_name(&members)?;
            if type_name != TYPE {
                return Err(ShapeError::new(Reason::CredType, "/type"));
            }
            let envelope = Envelope::read(&members, type_name)?;
            if !envelope.statuses().is_empty() {
                return Err(ShapeError::new(
                    Reason::UnknownExtension,
                    "/credentialStatus",
                ));
            }
            let inside = |error: ShapeError| error.inside("credentialSubject");
            let subject = Members::of(the_subject(&members)?).map_err(inside)?;
            let trusted = read_trusted(&subject).map_err(inside)?;
            Ok(Self { envelope, trusted })
        })
    }

    /// What every credential has.
    #[must_use]
    pub const fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// For whom it vouches, if it is believed.
    #[must_use]
    pub fn unverified_trusted(&self) -> &[TrustedIssuer] {
        &self.trusted
    }
}

fn read_trusted(subject: &Members<'_>) -> Result<Vec<TrustedIssuer>, ShapeError> {
    subject.only(&["trustedIssuer", "type"], Reason::UnknownExtension)?;
    if subject.types()? != [SUBJECT_TYPE] {
        return Err(ShapeError::new(Reason::CredType, "/type"));
    }
    let inside = |error: ShapeError| error.inside("trustedIssuer");
    let wrong = || inside(ShapeError::new(Reason::CredMalformed, ""));
    let values = match subject.required("trustedIssuer")? {
        Value::Array(values) if values.len() <= MAX_ISSUERS => values.as_slice(),
        value @ Value::Object(_) => std::slice::from_ref(value),
        _ => return Err(wrong()),
    };
    let trusted: Vec<TrustedIssuer> = values
        .iter()
        .enumerate()
        .map(|(index, value)| {
            TrustedIssuer::read(value).map_err(|error| inside(error.inside(index)))
        })
        .collect::<Result<_, _>>()?;
    let mut dids: Vec<&Did> = trusted.iter().map(|one| &one.did).collect();
    dids.sort_unstable();
    if dids.windows(2).any(|pair| pair.first() == pair.last()) {
        return Err(wrong());
    }
    Ok(trusted)
}
