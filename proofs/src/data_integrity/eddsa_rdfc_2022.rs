//! `eddsa-rdfc-2022`: Ed25519 over the canonical statements (RDF) of the document, however its JSON
//! is written. Issuers and holders make it, everybody checks it.
//! Source: VC Data Integrity EdDSA 1.0 section 3.2.

use schemas::json::Object;
use schemas::terms::OwnProof;

use crate::data_integrity::{Hashes, ProofError, Settings, SignError, UnverifiedProof};
use crate::keys::SigningKey;
use crate::rdf::{RdfError, to_canonical_nquads};

/// Create Proof (section 3.2.1): `proof` has everything but its value.
pub(super) fn create(
    document: &Object,
    mut proof: Object,
    key: &SigningKey,
    settings: &Settings,
) -> Result<Object, SignError> {
    let config = in_contexts_of(document, proof.clone());
    let value = Hashes::of(
        canonical(&config, OwnProof::Told, settings)?.as_bytes(),
        canonical(document, OwnProof::LeftOut, settings)?.as_bytes(),
    )
    .sign(key);
    proof.insert("proofValue", value);
    Ok(proof)
}

/// Verify Proof (section 3.2.2), up to the bytes that must have been signed.
pub(super) fn check(
    document: &Object,
    proof: &UnverifiedProof,
    settings: &Settings,
) -> Result<Hashes, ProofError> {
    // Canonicalizing checks the terms of everything, of the proofs too.
    let transformed = match proof.before(document) {
        None => canonical(document, OwnProof::LeftOut, settings)?,
        Some(before) => {
            settings.check_terms(document)?;
            let mut unsecured = document.clone();
            unsecured.insert("proof", before);
            canonical(&unsecured, OwnProof::Told, settings)?
        }
    };
    let config = canonical(
        &in_contexts_of(document, proof.config()),
        OwnProof::Told,
        settings,
    )?;
    Ok(Hashes::of(config.as_bytes(), transformed.as_bytes()))
}

/// Proof Configuration (section 3.2.5): the words of a proof mean what they mean in its document.
fn in_contexts_of(document: &Object, mut config: Object) -> Object {
    config.remove("@context");
    if let Some(contexts) = document.get("@context") {
        config.insert("@context", contexts.clone());
    }
    config
}

/// Transformation (section 3.2.3).
fn canonical(
    document: &Object,
    own_proof: OwnProof,
    settings: &Settings,
) -> Result<String, RdfError> {
    to_canonical_nquads(document, &settings.contexts, own_proof, settings.work)
}
