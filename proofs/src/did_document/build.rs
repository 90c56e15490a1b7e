//! The document that a world publishes at `/.well-known/did.json`. Worlds run it.
//! Source: DID Core 1.0 section 5; Controlled Identifiers 1.0 section 2.2.2 (Multikey).

use schemas::did::{Did, DidError};
use schemas::json::{Object, Value};
use schemas::object;

use crate::did_document::Relationship;
use crate::keys::VerifyingKey;

/// A service of a world, for readers that look for one: what the world is called
/// ([`Profile::service`](super::Profile::service)), or anything else, which has no say in any verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// The fragment of its id.
    pub fragment: String,
    /// Its type, such as `LinkedDomains`.
    pub kind: String,
    /// Where it is: a URL, or a map.
    pub endpoint: Value,
}

/// The document of a DID: each key as Multikey under its fragment, for claims and for acting as the
/// DID.
///
/// # Errors
/// When a fragment has letters that no fragment has.
pub fn build(
    did: &Did,
    keys: &[(&str, &VerifyingKey)],
    services: &[Service],
) -> Result<Object, DidError> {
    let mut methods: Vec<Value> = Vec::with_capacity(keys.len());
    let mut names: Vec<Value> = Vec::with_capacity(keys.len());
    for (fragment, key) in keys {
        let id = did.with_fragment(fragment)?;
        names.push(Value::from(&id));
        methods.push(Value::from(object! {
            "id" => &id,
            "type" => "Multikey",
            "controller" => did,
            "publicKeyMultibase" => key.multikey(),
        }));
    }
    let mut document = object! {
        "@context" => [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/multikey/v1",
        ],
        "id" => did,
        "verificationMethod" => methods,
    };
    for relationship in [Relationship::AssertionMethod, Relationship::Authentication] {
        document.insert(relationship.name(), names.clone());
    }
    if !services.is_empty() {
        let services = services
            .iter()
            .map(|service| {
                let id = did.with_fragment(&service.fragment)?;
                Ok(Value::from(object! {
                    "id" => &id,
                    "type" => service.kind.as_str(),
                    "serviceEndpoint" => service.endpoint.clone(),
                }))
            })
            .collect::<Result<Vec<_>, DidError>>()?;
        document.insert("service", services);
    }
    Ok(document)
}
