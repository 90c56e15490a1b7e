//! `eddsa-jcs-2022`: Ed25519 over the canonical JSON of the document. Issuers and holders make it,
//! everybody checks it. Source: VC Data Integrity EdDSA 1.0 section 3.3.

use schemas::canonical;
use schemas::json::{Object, Value};

use crate::data_integrity::{Hashes, ProofError, Settings, SignError, UnverifiedProof};
use crate::keys::SigningKey;

/// Create Proof (section 3.3.1): `proof` has everything but its value and its contexts.
pub(super) fn create(
    document: &Object,
    mut proof: Object,
    key: &SigningKey,
    settings: &Settings,
) -> Result<Object, SignError> {
    settings.check_terms(document)?;
    // The proof repeats the contexts, so that the words are signed together with their meaning.
    if let Some(contexts) = document.get("@context") {
        proof.insert("@context", contexts.clone());
    }
    let value = hash(document.iter(), proof.iter()).sign(key);
    proof.insert("proofValue", value);
    Ok(proof)
}

/// Verify Proof (section 3.3.2), up to the bytes that must have been signed. The document is read
/// where it stands: what is hashed of it is chosen member by member, and nothing is copied but the
/// proofs before this one.
pub(super) fn check(
    document: &Object,
    proof: &UnverifiedProof,
    settings: &Settings,
) -> Result<Hashes, ProofError> {
    settings.check_terms(document)?;
    let contexts = proof.contexts();
    if contexts.is_some_and(|contexts| !begins_with(document.get("@context"), contexts)) {
        return Err(ProofError::ContextOrder);
    }
    let before = proof.before(document);
    let unsecured = document
        .iter()
        .filter(|(name, _)| *name != "proof")
        .map(|(name, value)| match name {
            "@context" => (name, contexts.unwrap_or(value)),
            _ => (name, value),
        })
        .chain(before.as_ref().map(|before| ("proof", before)));
    Ok(hash(unsecured, proof.config_members()))
}

/// Transformation, Proof Configuration and Hashing (sections 3.3.3 to 3.3.5).
fn hash<'v>(
    unsecured: impl Iterator<Item = (&'v str, &'v Value)>,
    config: impl Iterator<Item = (&'v str, &'v Value)>,
) -> Hashes {
    Hashes::of(
        &canonical::members_to_bytes(config),
        &canonical::members_to_bytes(unsecured),
    )
}

/// Whether the contexts of a document begin with these, in order. One context alone counts as a list
/// of one.
fn begins_with(document: Option<&Value>, contexts: &Value) -> bool {
    document.is_some_and(|document| list(document).starts_with(list(contexts)))
}

fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(elements) => elements,
        other => std::slice::from_ref(other),
    }
}
