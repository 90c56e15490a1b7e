//! `POST /presentations`: a presentation is judged and signed by our key, as its holder.
//! Source: VCALM, "Create Presentation".

use proofs::data_integrity::ProofPurpose;
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::vcdm;

use crate::issue::sign;
use crate::options::{Options, SIGNING, unsigned};
use crate::problem::{Problem, Refusal};
use crate::service::{DEFAULT_SUITE, Service};
use crate::verify::party;
use crate::verify_presentation::MAX_CREDENTIALS;

/// Makes a presentation of the one in a request, which has no proof yet.
pub(crate) fn create(
    service: &Service,
    named: Option<Cryptosuite>,
    request: &Object,
) -> Result<Object, Refusal> {
    let options = Options::of(request, &[&SIGNING])?;
    let suite = options.suite(named, DEFAULT_SUITE)?;
    let proof = options.proof(service, suite, ProofPurpose::Authentication)?;
    let mut presentation = unsigned(request, "presentation")?;
    let did = service.key(suite).did_key();
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
    vcdm::check_presentation(&presentation).map_err(|faults| Refusal::of_faults(&faults))?;
    sign(service, &presentation, &proof, suite)
}
