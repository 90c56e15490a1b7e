//! Credentials before they are signed: the templates from which creators and worlds issue.
//!
//! Whoever asks for a credential fills named slots of these and nothing else.

mod sd_jwt;

use crate::credential::subject::{Asset, AssetSubject};
use crate::credential::{CONTEXTS, CredentialType, Validity};
use crate::did::Did;
use crate::json::{Number, Object, Value};
use crate::ledger::LedgerEntry;
use crate::license::LicenseTerms;
use crate::message::Message as _;
use crate::status::StatusEntry;

pub use sd_jwt::UnsignedSdJwtVc;

/// A document that is ready to be signed, and good for nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct UnsignedCredential {
    object: Object,
    issuer: Did,
}

impl UnsignedCredential {
    /// The document.
    #[must_use]
    pub const fn object(&self) -> &Object {
        &self.object
    }

    /// Who is going to sign it.
    #[must_use]
    pub const fn issuer(&self) -> &Did {
        &self.issuer
    }

    fn new(kind: CredentialType, issuer: &Did, validity: Validity, subject: Object) -> Self {
        let object = crate::object! {
            "@context" => CONTEXTS,
            "type" => ["VerifiableCredential", kind.name()],
            "issuer" => issuer,
        };
        Self::completed(object, issuer, validity, subject)
    }

    /// A list, which is found under its `id`.
    pub(crate) fn named(
        contexts: &[&str],
        id: &str,
        type_name: &str,
        issuer: &Did,
        validity: Validity,
        subject: Object,
    ) -> Self {
        let contexts: Vec<Value> = contexts.iter().copied().map(Value::from).collect();
        let object = crate::object! {
            "@context" => contexts,
            "id" => id,
            "type" => ["VerifiableCredential", type_name],
            "issuer" => issuer,
        };
        Self::completed(object, issuer, validity, subject)
    }

    /// The same credential, with the bits that its issuer may set about it.
    #[must_use]
    pub fn with_status(mut self, entries: &[StatusEntry]) -> Self {
        let written: Vec<Value> = entries
            .iter()
            .map(|entry| Value::Object(entry.to_object()))
            .collect();
        match written.len() {
            0 => {}
            1 => {
                self.object
                    .insert("credentialStatus", written.into_iter().next());
            }
            _ => {
                self.object.insert("credentialStatus", written);
            }
        }
        self
    }

    fn completed(mut object: Object, issuer: &Did, validity: Validity, subject: Object) -> Self {
        if let Some(from) = validity.from {
            object.insert("validFrom", from);
        }
        if let Some(until) = validity.until {
            object.insert("validUntil", until);
        }
        object.insert("credentialSubject", subject);
        Self {
            object,
            issuer: issuer.clone(),
        }
    }
}

/// A creator's statement about a model file.
#[derive(Clone, Debug, PartialEq)]
pub struct AssetProvenance {
    /// Who states it; normally the `did:key` of a creator's key.
    pub creator: Did,
    /// Since when it holds.
    pub validity: Validity,
    /// The file.
    pub asset: Asset,
    /// The terms under which the creator gives it out.
    pub license: LicenseTerms,
}

impl AssetProvenance {
    /// The document to sign.
    #[must_use]
    pub fn unsigned(&self) -> UnsignedCredential {
        let subject = AssetSubject {
            asset: self.asset.clone(),
            license: self.license.clone(),
        };
        UnsignedCredential::new(
            CredentialType::AssetProvenance,
            &self.creator,
            self.validity,
            subject.write(),
        )
    }
}

/// The right to wear an avatar, granted to one key.
#[derive(Clone, Debug, PartialEq)]
pub struct AvatarCredential {
    /// The world that grants it.
    pub issuer: Did,
    /// The key that holds it.
    pub holder: Did,
    /// When it is valid.
    pub validity: Validity,
    /// How the face is called.
    pub persona_name: String,
    /// The terms granted; not looser than the provenance's.
    pub license: LicenseTerms,
    /// The creator's signed statement, as it arrived.
    pub provenance: Object,
}

impl AvatarCredential {
    /// The document to sign.
    #[must_use]
    pub fn unsigned(&self) -> UnsignedCredential {
        let subject = crate::object! {
            "id" => &self.holder,
            "personaName" => self.persona_name.as_str(),
            "license" => self.license.to_object(),
            "provenance" => self.provenance.clone(),
        };
        UnsignedCredential::new(CredentialType::Avatar, &self.issuer, self.validity, subject)
    }
}

/// The right to use an item, granted to one key.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemCredential {
    /// The world that grants it.
    pub issuer: Did,
    /// The key that holds it.
    pub holder: Did,
    /// When it is valid.
    pub validity: Validity,
    /// What kind of item it is.
    pub item_class: String,
    /// Which one of its class; at most 2^53 − 1.
    pub serial: u64,
    /// The terms granted; not looser than the provenance's.
    pub license: LicenseTerms,
    /// The creator's signed statement, as it arrived.
    pub provenance: Object,
    /// Where its ledger keeps it; `None` of an issuer without a ledger.
    pub ledger_entry: Option<LedgerEntry>,
}

impl ItemCredential {
    /// The document to sign.
    #[must_use]
    pub fn unsigned(&self) -> UnsignedCredential {
        let mut subject = crate::object! {
            "id" => &self.holder,
            "itemClass" => self.item_class.as_str(),
            "serial" => Number::from_u64_saturating(self.serial),
            "license" => self.license.to_object(),
            "provenance" => self.provenance.clone(),
        };
        if let Some(entry) = &self.ledger_entry {
            subject.insert("ledgerEntry", entry.to_object());
        }
        UnsignedCredential::new(CredentialType::Item, &self.issuer, self.validity, subject)
    }
}
