//! What the three credentials say: the typed `credentialSubject`, read and written side by side.

use crate::asset::MediaType;
use crate::credential::CredentialType;
use crate::credential::envelope::read_type_name;
use crate::credential::unverified::{UnverifiedCredential, kind_of};
use crate::did::Did;
use crate::digest::Sha256Digest;
use crate::json::{Object, Value};
use crate::ledger::LedgerEntry;
use crate::license::LicenseTerms;
use crate::message::{Message as _, Problem};
use crate::reason::Reason;
use crate::shape::{Members, ShapeError};
use crate::terms::Contexts;

/// Longest name, in characters, that a document may give to a persona, an item or an asset.
const MAX_NAME: usize = 200;

/// A model file, as its creator states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// `name`: what it is called.
    pub name: String,
    /// `digestMultibase`: SHA-256 of all bytes of the file.
    pub digest: Sha256Digest,
    /// `mediaType`
    pub media_type: MediaType,
    /// `byteLength`: length of the file in bytes.
    pub byte_length: u64,
    /// `derivedFrom`: the files that this one was made from, as named information
    /// (RFC 6920, `ni:///sha-256;…`).
    pub derived_from: Vec<Sha256Digest>,
}

/// The subject of an `AssetProvenance`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetSubject {
    /// The file.
    pub asset: Asset,
    /// The terms under which its creator gives it out.
    pub license: LicenseTerms,
}

/// The subject of an `AvatarCredential`.
#[derive(Clone, Debug, PartialEq)]
pub struct AvatarSubject {
    /// `id`: the key to which the credential is bound.
    pub holder: Did,
    /// `personaName`: how the face is called.
    pub persona_name: String,
    /// The terms granted to the holder.
    pub license: LicenseTerms,
    /// The creator's statement about the model file.
    pub provenance: Box<UnverifiedCredential>,
}

/// The subject of an `ItemCredential`.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemSubject {
    /// `id`: the key to which the credential is bound.
    pub holder: Did,
    /// `itemClass`: what kind of item it is.
    pub item_class: String,
    /// `serial`: which one of its class.
    pub serial: u64,
    /// The terms granted to the holder.
    pub license: LicenseTerms,
    /// The creator's statement about the model file.
    pub provenance: Box<UnverifiedCredential>,
    /// `ledgerEntry`: where its ledger keeps it. Other issuers have none.
    pub ledger_entry: Option<LedgerEntry>,
}

/// The subject of a held credential of which not everything was disclosed.
#[derive(Clone, Debug, PartialEq)]
pub struct PartialSubject {
    /// The key to which the credential is bound.
    pub holder: Did,
    /// `personaName` of an `AvatarCredential`.
    pub persona_name: Option<String>,
    /// `itemClass` of an `ItemCredential`.
    pub item_class: Option<String>,
    /// `serial` of an `ItemCredential`.
    pub serial: Option<u64>,
    /// The terms granted to the holder.
    pub license: Option<LicenseTerms>,
    /// The creator's statement about the model file.
    pub provenance: Option<Box<UnverifiedCredential>>,
    /// `ledgerEntry` of an `ItemCredential`.
    pub ledger_entry: Option<LedgerEntry>,
}

/// The subject of a credential whose type is none of ours: what it says is for whoever allowed it.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherSubject {
    /// `id`, when it is a DID: the key to which the credential is bound.
    pub holder: Option<Did>,
    /// All that it says.
    pub claims: Object,
}

/// What a credential says, by its type.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// Of an `AssetProvenance`.
    Asset(AssetSubject),
    /// Of an `AvatarCredential`.
    Avatar(AvatarSubject),
    /// Of an `ItemCredential`.
    Item(ItemSubject),
    /// Of an `AvatarCredential` or `ItemCredential` that its holder disclosed in part.
    Partial(PartialSubject),
    /// Of a type that is none of ours.
    Other(OtherSubject),
}

impl Subject {
    /// The key to which the credential is bound; `None` for provenance, which nobody holds.
    #[must_use]
    pub const fn holder(&self) -> Option<&Did> {
        match self {
            Self::Asset(_) => None,
            Self::Avatar(avatar) => Some(&avatar.holder),
            Self::Item(item) => Some(&item.holder),
            Self::Partial(partial) => Some(&partial.holder),
            Self::Other(other) => other.holder.as_ref(),
        }
    }

    /// The license terms; `None` for a type that is none of ours, and where they were not disclosed.
    #[must_use]
    pub const fn license(&self) -> Option<&LicenseTerms> {
        match self {
            Self::Asset(asset) => Some(&asset.license),
            Self::Avatar(avatar) => Some(&avatar.license),
            Self::Item(item) => Some(&item.license),
            Self::Partial(partial) => partial.license.as_ref(),
            Self::Other(_) => None,
        }
    }

    /// The embedded provenance; `None` where it was not disclosed.
    #[must_use]
    pub fn provenance(&self) -> Option<&UnverifiedCredential> {
        match self {
            Self::Asset(_) | Self::Other(_) => None,
            Self::Avatar(avatar) => Some(&avatar.provenance),
            Self::Item(item) => Some(&item.provenance),
            Self::Partial(partial) => partial.provenance.as_deref(),
        }
    }

    /// The ledger entry of an item; `None` where there is none, and where it was not disclosed.
    #[must_use]
    pub const fn ledger_entry(&self) -> Option<&LedgerEntry> {
        match self {
            Self::Item(item) => item.ledger_entry.as_ref(),
            Self::Partial(partial) => partial.ledger_entry.as_ref(),
            Self::Asset(_) | Self::Avatar(_) | Self::Other(_) => None,
        }
    }

    pub(super) fn read(
        kind: CredentialType,
        value: &Value,
        contexts: &Contexts,
    ) -> Result<Self, ShapeError> {
        let members = Members::of(value)?;
        Ok(match kind {
            CredentialType::AssetProvenance => Self::Asset(read_asset(&members)?),
            CredentialType::Avatar => {
                members.only(
                    &["id", "personaName", "license", "provenance"],
                    Reason::UnknownExtension,
                )?;
                Self::Avatar(AvatarSubject {
                    holder: read_holder(&members)?,
                    persona_name: read_name(&members, "personaName")?,
                    license: read_license(&members)?,
                    provenance: read_provenance(&members, contexts)?,
                })
            }
            CredentialType::Item => {
                members.only(
                    &[
                        "id",
                        "itemClass",
                        "serial",
                        "license",
                        "provenance",
                        "ledgerEntry",
                    ],
                    Reason::UnknownExtension,
                )?;
                Self::Item(ItemSubject {
                    holder: read_holder(&members)?,
                    item_class: read_name(&members, "itemClass")?,
                    serial: members.natural("serial")?,
                    license: read_license(&members)?,
                    provenance: read_provenance(&members, contexts)?,
                    ledger_entry: read_ledger_entry(&members)?,
                })
            }
            CredentialType::Other => Self::Other(OtherSubject {
                holder: read_bearer(&members)?,
                claims: members.0.clone(),
            }),
        })
    }
}

fn read_asset(members: &Members<'_>) -> Result<AssetSubject, ShapeError> {
    members.only(
        &[
            "type",
            "name",
            "digestMultibase",
            "mediaType",
            "byteLength",
            "license",
            "derivedFrom",
        ],
        Reason::UnknownExtension,
    )?;
    if members.types()? != ["Asset"] {
        return Err(ShapeError::new(Reason::CredType, "/type"));
    }
    let digest = members.text("digestMultibase")?;
    let media_type = members.text("mediaType")?;
    let derived_from = match members.0.get("derivedFrom") {
        None => Vec::new(),
        Some(value) => {
            let malformed = || ShapeError::new(Reason::CredMalformed, "/derivedFrom");
            let names = value.strings().ok_or_else(malformed)?;
            let digests: Option<Vec<_>> = names
                .into_iter()
                .map(Sha256Digest::from_named_information)
                .collect();
            digests
                .filter(|digests| digests.len() <= 64)
                .ok_or_else(malformed)?
        }
    };
    Ok(AssetSubject {
        asset: Asset {
            name: read_name(members, "name")?,
            digest: digest
                .parse()
                .map_err(|_| ShapeError::new(Reason::CredMalformed, "/digestMultibase"))?,
            media_type: MediaType::from_name(media_type)
                .ok_or_else(|| ShapeError::new(Reason::CredMalformed, "/mediaType"))?,
            byte_length: members.natural("byteLength")?,
            derived_from,
        },
        license: read_license(members)?,
    })
}

/// A credential of another type may be about anything: what is not named by a DID is bound to nobody.
fn read_bearer(members: &Members<'_>) -> Result<Option<Did>, ShapeError> {
    match members.optional_text("id")? {
        Some(id) if id.starts_with("did:") => members.did("id").map(Some),
        _ => Ok(None),
    }
}

/// A held credential without a holder would be a bearer token.
fn read_holder(members: &Members<'_>) -> Result<Did, ShapeError> {
    if !members.0.contains_key("id") {
        return Err(ShapeError::new(Reason::HolderBindingMissing, "/id"));
    }
    members.did("id")
}

pub(super) fn read_name(members: &Members<'_>, name: &str) -> Result<String, ShapeError> {
    let text = members.text(name)?;
    let length = text.chars().count();
    if length == 0 || length > MAX_NAME || text.chars().any(char::is_control) {
        return Err(ShapeError::new(Reason::CredMalformed, "").inside(name));
    }
    Ok(text.to_owned())
}

pub(super) fn read_license(members: &Members<'_>) -> Result<LicenseTerms, ShapeError> {
    let terms = LicenseTerms::from_value(members.required("license")?);
    terms.map_err(|error| {
        let place = error
            .field()
            .map_or(String::new(), |field| format!("/{}", field.name()));
        ShapeError::new(error.reason(), place).inside("license")
    })
}

/// Where a ledger keeps the item. Whether the credential should say so is for a policy.
pub(super) fn read_ledger_entry(members: &Members<'_>) -> Result<Option<LedgerEntry>, ShapeError> {
    let Some(value) = members.0.get("ledgerEntry") else {
        return Ok(None);
    };
    let read = LedgerEntry::from_value(value).map_err(|error| {
        let reason = match error.problem() {
            Problem::Type { .. } => Reason::ClaimType,
            Problem::Unknown => Reason::UnknownExtension,
            _ => Reason::CredMalformed,
        };
        let place = match error.member() {
            "" => String::new(),
            member => format!("/{member}"),
        };
        ShapeError::new(reason, place).inside("ledgerEntry")
    });
    read.map(Some)
}

fn read_provenance(
    members: &Members<'_>,
    contexts: &Contexts,
) -> Result<Box<UnverifiedCredential>, ShapeError> {
    let Some(value) = members.0.get("provenance") else {
        return Err(ShapeError::new(Reason::ProvenanceMissing, "/provenance"));
    };
    provenance_of(value, || UnverifiedCredential::read_part(value, contexts))
}

/// A provenance in claims that are no document: its terms are checked with it.
pub(super) fn read_whole_provenance(
    value: &Value,
    contexts: &Contexts,
) -> Result<Box<UnverifiedCredential>, ShapeError> {
    provenance_of(value, || UnverifiedCredential::parse(value, contexts))
}

fn provenance_of(
    value: &Value,
    read: impl FnOnce() -> Result<UnverifiedCredential, ShapeError>,
) -> Result<Box<UnverifiedCredential>, ShapeError> {
    let inside = |error: ShapeError| error.inside("provenance");
    let type_name = read_type_name(&Members::of(value).map_err(inside)?).map_err(inside)?;
    if kind_of(type_name) != CredentialType::AssetProvenance {
        return Err(ShapeError::new(Reason::CredType, "/provenance/type"));
    }
    read().map(Box::new).map_err(inside)
}

impl AssetSubject {
    pub(super) fn write(&self) -> Object {
        let mut object = crate::object! {
            "type" => "Asset",
            "name" => self.asset.name.as_str(),
            "digestMultibase" => self.asset.digest,
            "mediaType" => self.asset.media_type.as_str(),
            "byteLength" => crate::json::Number::from_u64_saturating(self.asset.byte_length),
            "license" => self.license.to_object(),
        };
        if !self.asset.derived_from.is_empty() {
            let names: Vec<_> = self
                .asset
                .derived_from
                .iter()
                .map(Sha256Digest::named_information)
                .collect();
            object.insert("derivedFrom", names);
        }
        object
    }
}
