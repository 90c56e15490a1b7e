//! `POST …/credentials/issue`: a credential is judged, given a status when that was asked for, and
//! signed. Source: VCALM, "Issue Credential".

use proofs::data_integrity::{
    self, ProofOptions, ProofPurpose, UnverifiedProof, verify_proof_alone,
};
use schemas::json::{self, Object, Value};
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::terms::Context;
use schemas::{canonical, vcdm};

use crate::options::{Options, SIGNING, bad, unsigned};
use crate::problem::{Problem, Refusal};
use crate::service::{DEFAULT_SUITE, Service, contexts, limits, work};
use crate::status::Asked;

/// The options beside those of the proof.
const OPTIONS: [&str; 3] = ["credentialId", "credentialStatus", "mandatoryPointers"];

/// Issues the credential of a request.
pub(crate) fn issue(
    service: &Service,
    named: Option<Cryptosuite>,
    request: &Object,
) -> Result<Object, Refusal> {
    let options = Options::of(request, &[&SIGNING, &OPTIONS])?;
    let suite = options.suite(named, DEFAULT_SUITE)?;
    if options.get("mandatoryPointers").is_some() {
        return Err(bad("no cryptosuite here discloses a part of what it signs"));
    }
    let proof = options.proof(service, suite, ProofPurpose::AssertionMethod)?;
    let mut credential = prepared(request, service.key(suite).did_key().as_str())?;
    let asked = Asked::of(service, &options, &credential, suite)?;
    // From here on an index may be taken; a failure gives it back by not keeping it.
    let entry = match &asked {
        None => None,
        Some(asked) => Some(service.lists().draw(service, asked)?),
    };
    if let Some(entry) = &entry {
        credential.insert("credentialStatus", entry.to_object());
        judge(&credential)?;
    }
    let secured = sign(service, &credential, &proof, suite)?;
    if let Some(entry) = entry {
        let id = options.text("credentialId")?;
        let id = id.or_else(|| credential.get("id").and_then(Value::as_str));
        service.lists().keep(entry, id);
    }
    Ok(secured)
}

/// The credential of a request, with its issuer written in, judged by the data model.
pub(crate) fn prepared(request: &Object, did: &str) -> Result<Object, Refusal> {
    let mut credential = unsigned(request, "credential")?;
    be_issuer(&mut credential, did)?;
    judge(&credential)?;
    Ok(credential)
}

/// Writes the issuer in where the request leaves it to us; another's name is refused.
fn be_issuer(credential: &mut Object, did: &str) -> Result<(), Refusal> {
    let found = match credential.get_mut("issuer") {
        None => {
            credential.insert("issuer", did);
            return Ok(());
        }
        Some(Value::Object(issuer)) => {
            if !issuer.contains_key("id") {
                issuer.insert("id", did);
            }
            issuer.get("id").cloned()
        }
        Some(other) => Some(other.clone()),
    };
    match found {
        // What is no URL at all is for the data model to say.
        Some(Value::String(other)) if other != did && schemas::terms::is_absolute_iri(&other) => {
            Err(Refusal::bad(Problem::generation(
                Reason::IssuerKeyMismatch,
                format!("the issuer is somebody else; this address issues as {did}"),
            )))
        }
        _ => Ok(()),
    }
}

/// Judges a document by the data model.
fn judge(credential: &Object) -> Result<(), Refusal> {
    vcdm::check_credential(credential).map_err(|faults| Refusal::of_faults(&faults))
}

/// Signs, and checks as a stranger would.
pub(crate) fn sign(
    service: &Service,
    document: &Object,
    proof: &ProofOptions,
    suite: Cryptosuite,
) -> Result<Object, Refusal> {
    let mut document = document.clone();
    if first_context(&document) == Some(Context::VectorCredentialsV1.url()) {
        // Version 1.1 has no words for these proofs (VC Data Integrity 1.0 section 2.4.1).
        with_context(&mut document, Context::DataIntegrityV2);
    }
    let key = service.key(suite);
    let secured =
        data_integrity::sign_alone(&document, proof, key, contexts(), work()).map_err(|error| {
            let detail = format!("not signed: {error}");
            Refusal::bad(Problem::generation(error.reason(), detail))
        })?;
    let read = json::read(&canonical::object_to_bytes(&secured), &limits());
    let stands = read.ok().and_then(|value| {
        let document = value.as_object()?.clone();
        let proofs = UnverifiedProof::all_of(&document).ok()?;
        let [proof] = proofs.as_slice() else {
            return None;
        };
        verify_proof_alone(&document, proof, &key.verifying_key(), contexts(), work()).ok()
    });
    stands.map(|()| secured).ok_or_else(|| {
        Refusal::with(
            axum::http::StatusCode::INTERNAL_SERVER_ERROR,
            Problem::generation(
                Reason::IssueSelfCheckFailed,
                "what was signed does not verify, and is not given out",
            ),
        )
    })
}

fn first_context(document: &Object) -> Option<&str> {
    document.get("@context")?.as_array()?.first()?.as_str()
}

fn with_context(document: &mut Object, context: Context) {
    if let Some(Value::Array(contexts)) = document.get_mut("@context") {
        let url = Value::from(context.url());
        if !contexts.contains(&url) {
            // Behind the first one, before what the document defines itself.
            contexts.insert(1.min(contexts.len()), url);
        }
    }
}
