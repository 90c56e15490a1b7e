//! The proofs of one document: who signed it, for what, and does every signature stand.
//! Source: VC Data Integrity 1.0 sections 4.4 and 4.5; VCDM 2.0 section 4.12.

use proofs::data_integrity::{ProofPurpose, UnverifiedProof, verify_proof_alone};
use proofs::did_document::DidDocument;
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::time::Timestamp;

use crate::problem::Problem;
use crate::service::{contexts, work};
use crate::verdict::{Verdict, result};

/// A proof may be made by a clock that is this much ahead, in seconds.
pub(crate) const SKEW: i64 = 120;

/// What every proof has to be.
pub(crate) struct Expected<'a> {
    pub(crate) purpose: ProofPurpose,
    /// Who has to have made one of them: the issuer or the holder. `None` when nobody is named.
    pub(crate) by: Option<&'a str>,
    /// The reason when it was somebody else.
    pub(crate) stranger: Reason,
    pub(crate) challenge: Option<&'a str>,
    pub(crate) domains: Option<&'a [&'a str]>,
    pub(crate) now: Timestamp,
}

/// Checks every proof: all have to stand.
pub(crate) fn check(document: &Object, expected: &Expected<'_>, verdict: &mut Verdict) {
    let proofs = match UnverifiedProof::all_of(document) {
        Ok(proofs) => proofs,
        Err(error) => {
            let detail = format!("at \"{}\": {error}", error.pointer());
            verdict.error(Problem::new(error.reason(), detail));
            return;
        }
    };
    let inputs: &[Value] = match document.get("proof") {
        Some(Value::Array(proofs)) => proofs,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let mut results: Vec<Value> = Vec::new();
    for (proof, input) in proofs.iter().zip(inputs) {
        let problems = problems(document, proof, expected);
        results.push(result(problems.is_empty(), input).into());
        verdict.errors.extend(problems);
    }
    if let Some(by) = expected.by
        && !proofs
            .iter()
            .any(|proof| proof.verification_method().did().as_str() == by)
    {
        let detail = "no proof is by the one in whose name the document speaks";
        let problem = Problem::new(expected.stranger, detail);
        verdict.finding(is_certain(expected.purpose, by), problem);
    }
    verdict.results.insert("proof", results);
}

/// Whether somebody who is named cannot be whoever signed. An issuer that is no DID has no document
/// that lists keys: nothing says that the key is not theirs, and nothing that it is, which is told.
pub(crate) fn is_certain(purpose: ProofPurpose, by: &str) -> bool {
    purpose == ProofPurpose::Authentication || by.starts_with("did:")
}

/// What is wrong with one proof.
fn problems(document: &Object, proof: &UnverifiedProof, expected: &Expected<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut add = |reason, detail: String| problems.push(Problem::new(reason, detail));
    if proof.purpose() != expected.purpose {
        let detail = format!(
            "a proof for {}, expected one for {}",
            proof.purpose().name(),
            expected.purpose.name()
        );
        add(Reason::ProofPurpose, detail);
    }
    if expected.challenge.is_some() && proof.challenge() != expected.challenge {
        let detail = "the challenge of a proof is not the one that was asked for";
        add(Reason::ProofChallenge, detail.to_owned());
    }
    if expected
        .domains
        .is_some_and(|domains| !proof.is_for(domains))
    {
        let detail = "the domain of a proof is not the one that was asked for";
        add(Reason::ProofDomain, detail.to_owned());
    }
    if proof
        .expires()
        .is_some_and(|expires| expires <= expected.now)
    {
        add(Reason::ProofExpired, "a proof has expired".to_owned());
    }
    if proof
        .created()
        .is_some_and(|created| created.seconds_since(expected.now) > SKEW)
    {
        add(
            Reason::ProofCreatedFuture,
            "a proof was made in the future".to_owned(),
        );
    }
    if let Err((reason, detail)) = signature(document, proof, expected.now) {
        add(reason, detail);
    }
    problems
}

fn signature(
    document: &Object,
    proof: &UnverifiedProof,
    now: Timestamp,
) -> Result<(), (Reason, String)> {
    let did = proof.verification_method().did();
    let found = DidDocument::of_static(did).ok_or_else(|| {
        let detail = "the DID of a proof is of a method that is not resolved here";
        (Reason::DidMethodUnsupported, detail.to_owned())
    })?;
    let found = found.map_err(|error| (error.reason(), format!("the DID of a proof: {error}")))?;
    let key = proof
        .key_in(&found, now)
        .map_err(|error| (error.reason(), format!("the key of a proof: {error}")))?;
    verify_proof_alone(document, proof, key, contexts(), work()).map_err(|error| {
        let detail = format!("at \"{}\": {error}", error.pointer());
        (error.reason(), detail)
    })
}
