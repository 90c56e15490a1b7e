//! `POST /presentations`: a presentation is judged and signed by our key, as its holder.
//! Source: VCALM, "Create Presentation".

use proofs::data_integrity::{ProofOptions, ProofPurpose};
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::vcdm;

use crate::issue::{check_agreement, sign};
use crate::options::{Options, document};
use crate::problem::{Problem, Refusal};
use crate::service::{DEFAULT_SUITE, Service};
use crate::verify::party;
use crate::verify_presentation::MAX_CREDENTIALS;

const OPTIONS: [&str; 8] = [
    "challenge",
    "created",
    "cryptosuite",
    "domain",
    "expires",
    "proofPurpose",
    "type",
    "verificationMethod",
];

/// Makes a presentation of the one in a request, which has no proof yet.
pub(crate) fn create(
    service: &Service,
    named: Option<Cryptosuite>,
    request: &Object,
) -> Result<Object, Refusal> {
    let options = Options::of(request, &OPTIONS)?;
    let suite = options.suite(named, DEFAULT_SUITE)?;
    let key = service.key(suite);
    let method = key.verification_method();
    check_agreement(&options, &method, "authentication")?;
    let proof = ProofOptions {
        purpose: ProofPurpose::Authentication,
        expires: options.date("expires")?,
        challenge: options.text("challenge")?.map(str::to_owned),
        domain: options.text("domain")?.map(str::to_owned),
        ..ProofOptions::assertion(
            suite,
            method,
            options.date("created")?.unwrap_or_else(|| service.now()),
        )
    };
    let mut presentation = document(request, "presentation")?.clone();
    if presentation.contains_key("proof") {
        return Err(Refusal::bad(Problem::generation(
            Reason::ProofSetPolicy,
            "the presentation has a proof already; this service adds none to others",
        )));
    }
    let did = key.did_key();
    match presentation.get("holder") {
        None => {
            presentation.insert("holder", &did);
        }
        Some(holder) => {
            if party(holder).is_some_and(|holder| holder != did.as_str()) {
                return Err(Refusal::bad(Problem::generation(
                    Reason::VpHolderMismatch,
                    format!("the holder is somebody else; this address presents as {did}"),
                )));
            }
        }
    }
    let carried = presentation
        .get("verifiableCredential")
        .and_then(Value::as_array);
    if carried.is_some_and(|carried| carried.len() > MAX_CREDENTIALS) {
        let detail = format!("at most {MAX_CREDENTIALS} credentials go into a presentation");
        return Err(Refusal::bad(Problem::new(Reason::VpTooMany, detail)));
    }
    vcdm::check_presentation(&presentation)
        .map_err(|faults| Refusal::all(faults.iter().map(Problem::of_fault).collect()))?;
    sign(service, &presentation, &proof, suite)
}
