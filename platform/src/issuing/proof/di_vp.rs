//! Key proofs of type `di_vp` (appendix F.2): a presentation of nothing, for this issuer, that answers
//! its nonce.

use proofs::data_integrity::{ProofPurpose, UnverifiedProof};
use proofs::rdf::WorkLimit;
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::{ProofRefused, Shown, is_of_now, key_of, refused};

const TYPE: &str = "VerifiablePresentation";

pub(super) fn check(
    presentation: &Object,
    issuer: &str,
    now: Timestamp,
) -> Result<Shown, ProofRefused> {
    check_shape(presentation)?;
    let proofs = UnverifiedProof::all_of(presentation)
        .map_err(|error| refused(error.reason(), "the proof is none of Data Integrity"))?;
    // Several would be several keys, of which the copy is bound to one.
    let [proof] = proofs.as_slice() else {
        return Err(refused(Reason::InvalidProof, "exactly one proof"));
    };
    let (holder, key) = key_of(proof.verification_method(), now)?;
    if holder_of(presentation) != Some(holder.as_str()) {
        let what = "the holder is not the key of the proof";
        return Err(refused(Reason::InvalidProof, what));
    }
    if proof.purpose() != ProofPurpose::Authentication {
        return Err(refused(Reason::ProofPurpose, "expected authentication"));
    }
    if !proof.is_for(&[issuer]) {
        return Err(refused(Reason::ProofDomain, "domain is not this issuer"));
    }
    // Without `created` the nonce says that it is of now.
    if let Some(created) = proof.created()
        && !is_of_now(created.unix(), now)
    {
        return Err(refused(Reason::InvalidProof, "created is not of now"));
    }
    if proof.expires().is_some_and(|end| end <= now) {
        return Err(refused(Reason::ProofExpired, "the proof has expired"));
    }
    let verified = proof
        .verify(presentation, &key, WorkLimit::document())
        .map_err(|error| refused(error.reason(), "the proof does not verify"))?;
    Ok(Shown {
        nonce: verified.challenge().map(str::to_owned),
        holder,
        key,
    })
}

/// A presentation, and of nothing: what is shown is the key.
fn check_shape(presentation: &Object) -> Result<(), ProofRefused> {
    let types = presentation.get("type").and_then(Value::strings);
    if !types.is_some_and(|types| types.contains(&TYPE)) {
        return Err(refused(Reason::InvalidProof, "no VerifiablePresentation"));
    }
    let nothing = match presentation.get("verifiableCredential") {
        None => true,
        Some(Value::Array(credentials)) => credentials.is_empty(),
        Some(_) => false,
    };
    if !nothing {
        let what = "a key proof presents no credentials";
        return Err(refused(Reason::InvalidProof, what));
    }
    Ok(())
}

/// `holder`: a DID, or an object with one.
fn holder_of(presentation: &Object) -> Option<&str> {
    match presentation.get("holder")? {
        Value::String(did) => Some(did),
        holder => holder.get("id")?.as_str(),
    }
}
