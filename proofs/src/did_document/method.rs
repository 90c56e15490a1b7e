//! One verification method of a DID document. Verifiers and wallets run it.
//! Source: Controlled Identifiers 1.0 section 2.2; DID Core 1.0 section 5.2.

use schemas::did::Did;
use schemas::json::{Object, Value};
use schemas::suite::KeyType;
use schemas::time::Timestamp;

use crate::did_document::{DidDocumentError, KeyLookupError, Relationship};
use crate::keys::{KeyError, VerifyingKey};

/// A verification method and what the document lists it for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) method: Method,
    pub(super) relationships: Vec<Relationship>,
}

/// A verification method. What is wrong with it is kept and told when its key is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Method {
    id: String,
    controller: Option<String>,
    key: Result<VerifyingKey, KeyLookupError>,
    revoked: Result<Option<Timestamp>, KeyLookupError>,
    expires: Result<Option<Timestamp>, KeyLookupError>,
}

impl Method {
    /// The only method of a DID that is its own document.
    pub(super) fn of_key(id: String, key: VerifyingKey) -> Self {
        let controller = id.split_once('#').map(|(did, _)| did.to_owned());
        Self {
            id,
            controller,
            key: Ok(key),
            revoked: Ok(None),
            expires: Ok(None),
        }
    }

    /// Reads an entry; only one without a name makes the whole document unreadable.
    pub(super) fn read(entry: &Object, did: &Did) -> Result<Self, DidDocumentError> {
        let id = entry
            .get("id")
            .and_then(Value::as_str)
            .ok_or(DidDocumentError::Shape("verificationMethod"))?;
        Ok(Self {
            id: absolute(id, did),
            controller: entry
                .get("controller")
                .and_then(Value::as_str)
                .map(str::to_owned),
            key: read_key(entry),
            revoked: read_time(entry, "revoked"),
            expires: read_time(entry, "expires"),
        })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn keep(&mut self) {
        self.key = self.key.clone().map(VerifyingKey::kept);
    }

    pub(super) fn key_of(&self, did: &Did, at: Timestamp) -> Result<&VerifyingKey, KeyLookupError> {
        if self.controller.as_deref() != Some(did.as_str()) {
            return Err(KeyLookupError::Controller);
        }
        let key = self.key.as_ref().map_err(|error| *error)?;
        if self.revoked?.is_some_and(|revoked| revoked <= at) {
            return Err(KeyLookupError::Revoked);
        }
        if self.expires?.is_some_and(|expires| expires <= at) {
            return Err(KeyLookupError::Expired);
        }
        Ok(key)
    }
}

/// A name that is only a fragment is meant in the document it stands in.
pub(super) fn absolute(reference: &str, did: &Did) -> String {
    if reference.starts_with('#') {
        format!("{did}{reference}")
    } else {
        reference.to_owned()
    }
}

/// The member that holds the key of a method.
enum Holds {
    Multibase,
    Jwk,
}

fn read_key(entry: &Object) -> Result<VerifyingKey, KeyLookupError> {
    let malformed = |name| KeyLookupError::Key(KeyError::Member(name));
    let kind = entry.get("type").and_then(Value::as_str);
    let holds = match kind {
        Some("Multikey" | "Ed25519VerificationKey2020") => Holds::Multibase,
        Some("JsonWebKey" | "JsonWebKey2020") => Holds::Jwk,
        _ => return Err(KeyLookupError::Type),
    };
    let (multibase, jwk) = (entry.get("publicKeyMultibase"), entry.get("publicKeyJwk"));
    // Two keys under one name, or a secret in public.
    if multibase.is_some() && jwk.is_some() {
        return Err(malformed("publicKeyJwk"));
    }
    for name in [
        "publicKeyBase58",
        "publicKeyHex",
        "publicKeyPem",
        "secretKeyMultibase",
        "secretKeyJwk",
        "privateKeyMultibase",
        "privateKeyJwk",
        "privateKeyBase58",
    ] {
        if entry.contains_key(name) {
            return Err(malformed(name));
        }
    }
    let key = match holds {
        Holds::Multibase => {
            let text = multibase
                .and_then(Value::as_str)
                .ok_or(malformed("publicKeyMultibase"))?;
            VerifyingKey::from_multikey(text)
        }
        Holds::Jwk => {
            let jwk = jwk
                .and_then(Value::as_object)
                .ok_or(malformed("publicKeyJwk"))?;
            VerifyingKey::from_jwk(jwk)
        }
    };
    let key = key.map_err(KeyLookupError::Key)?;
    // This type names the only keys that it has.
    if kind == Some("Ed25519VerificationKey2020") && key.key_type() != KeyType::Ed25519 {
        return Err(KeyLookupError::Key(KeyError::Codec));
    }
    Ok(key)
}

fn read_time(entry: &Object, name: &'static str) -> Result<Option<Timestamp>, KeyLookupError> {
    match entry.get(name) {
        None => Ok(None),
        Some(value) => Timestamp::parse(value.as_str().unwrap_or_default())
            .map(Some)
            .map_err(KeyLookupError::Date),
    }
}
