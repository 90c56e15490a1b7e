//! The credentials, as a stranger writes them who has read the published context.

use serde_json::{Value, json};

use crate::contexts;

/// When documents are valid: texts in UTC.
#[derive(Clone, Debug)]
pub struct Validity {
    /// From then on.
    pub from: String,
    /// Until then.
    pub until: String,
}

/// The terms of a license, as VRM 1.0 has them. No `authors`: the context makes that a list, and `ssi`
/// does not sign what stands in lists. Another name wherever they stand: `ssi` confuses nodes that
/// look alike.
fn terms(name: &str) -> Value {
    json!({
        "name": name,
        "licenseUrl": "https://vrm.dev/licenses/1.0/",
        "avatarPermission": "onlySeparatelyLicensedPerson",
        "allowRedistribution": false,
    })
}

/// What a creator states about a model file.
#[must_use]
pub fn provenance(creator: &str, validity: &Validity) -> Value {
    json!({
        "@context": contexts::NAMES,
        "type": ["VerifiableCredential", "AssetProvenance"],
        "issuer": creator,
        "validFrom": validity.from,
        "credentialSubject": {
            "type": "Asset",
            "name": "Mika",
            "digestMultibase": "uEiAn9QNR_EB8AmuA5BBZtAvPlMFQaAWdrGCRWmbEh1bKOA",
            "mediaType": "model/gltf-binary",
            "byteLength": 1_048_576,
            "license": terms("as given out"),
        },
    })
}

/// The right to wear an avatar.
#[must_use]
pub fn avatar(issuer: &str, holder: &str, validity: &Validity, provenance: Value) -> Value {
    granted(
        "AvatarCredential",
        issuer,
        validity,
        json!({
            "id": holder,
            "personaName": "Mika",
            "license": terms("as granted"),
            "provenance": provenance,
        }),
    )
}

/// The right to use an item.
#[must_use]
pub fn item(issuer: &str, holder: &str, validity: &Validity, provenance: Value) -> Value {
    granted(
        "ItemCredential",
        issuer,
        validity,
        json!({
            "id": holder,
            "itemClass": "lantern",
            "serial": 42,
            "license": terms("as granted"),
            "provenance": provenance,
        }),
    )
}

fn granted(kind: &str, issuer: &str, validity: &Validity, subject: Value) -> Value {
    json!({
        "@context": contexts::NAMES,
        "type": ["VerifiableCredential", kind],
        "issuer": issuer,
        "validFrom": validity.from,
        "validUntil": validity.until,
        "credentialSubject": subject,
    })
}

/// Credentials, to be signed by whoever holds them.
#[must_use]
pub fn presentation(holder: &str, credentials: &[Value]) -> Value {
    json!({
        "@context": contexts::NAMES,
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": credentials,
    })
}
