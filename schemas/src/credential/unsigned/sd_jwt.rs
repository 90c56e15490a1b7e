//! The same templates as SD-JWT VCs: what everybody sees, and what is shown claim by claim.
//! Source: SD-JWT VC (draft-ietf-oauth-sd-jwt-vc) section 3.2.2; RFC 9901 section 4.2.

use crate::credential::{AvatarCredential, CredentialType, ItemCredential, Validity};
use crate::did::Did;
use crate::json::{Number, Object, Value};
use crate::license::LicenseTerms;
use crate::message::Message as _;
use crate::status::TokenStatusEntry;

/// How many digests each credential has at least: with decoys among them, their number says nothing
/// about what is in it.
const MIN_DIGESTS: usize = 8;

/// An SD-JWT VC that is ready to be issued, and good for nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct UnsignedSdJwtVc {
    clear: Object,
    issuer: Did,
    holder: Did,
    disclosable: Vec<(&'static str, Value)>,
}

impl UnsignedSdJwtVc {
    fn new(
        kind: CredentialType,
        issuer: &Did,
        holder: &Did,
        validity: Validity,
        status: Option<&TokenStatusEntry>,
    ) -> Self {
        let mut clear = crate::object! {
            "iss" => issuer,
            "vct" => kind.iri(),
        };
        let seconds = |time: crate::time::Timestamp| Number::from_i64(time.unix());
        if let Some(from) = validity.from {
            clear.insert("nbf", seconds(from));
        }
        if let Some(until) = validity.until {
            clear.insert("exp", seconds(until));
        }
        if let Some(status) = status {
            clear.insert("status", status.to_object());
        }
        Self {
            clear,
            issuer: issuer.clone(),
            holder: holder.clone(),
            disclosable: Vec::new(),
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.disclosable.push((name, value.into()));
        self
    }

    fn with_rights(self, license: &LicenseTerms, provenance: &Object) -> Self {
        self.with("license", license.to_object())
            .with("provenance", provenance.clone())
    }

    /// The claims that everybody sees, but for the holder's key.
    #[must_use]
    pub const fn clear(&self) -> &Object {
        &self.clear
    }

    /// Who is going to sign it.
    #[must_use]
    pub const fn issuer(&self) -> &Did {
        &self.issuer
    }

    /// Whose key it is bound to.
    #[must_use]
    pub const fn holder(&self) -> &Did {
        &self.holder
    }

    /// The claims that are shown one by one.
    #[must_use]
    pub fn disclosable(&self) -> &[(&'static str, Value)] {
        &self.disclosable
    }

    /// How many digests it has, decoys included: that many salts are used.
    #[must_use]
    pub fn digests(&self) -> usize {
        self.disclosable.len().max(MIN_DIGESTS)
    }
}

impl AvatarCredential {
    /// The SD-JWT VC to issue.
    #[must_use]
    pub fn unsigned_sd_jwt(&self, status: Option<&TokenStatusEntry>) -> UnsignedSdJwtVc {
        let kind = CredentialType::Avatar;
        UnsignedSdJwtVc::new(kind, &self.issuer, &self.holder, self.validity, status)
            .with("personaName", self.persona_name.as_str())
            .with_rights(&self.license, &self.provenance)
    }
}

impl ItemCredential {
    /// The SD-JWT VC to issue.
    #[must_use]
    pub fn unsigned_sd_jwt(&self, status: Option<&TokenStatusEntry>) -> UnsignedSdJwtVc {
        let kind = CredentialType::Item;
        let item = UnsignedSdJwtVc::new(kind, &self.issuer, &self.holder, self.validity, status)
            .with("itemClass", self.item_class.as_str())
            .with("serial", Number::from_u64_saturating(self.serial))
            .with_rights(&self.license, &self.provenance);
        match &self.ledger_entry {
            Some(entry) => item.with("ledgerEntry", entry.to_object()),
            None => item,
        }
    }
}
