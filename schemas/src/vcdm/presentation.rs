//! Presentations. Source: VCDM 2.0 section 4.13.

use crate::json::Object;
use crate::vcdm::common::{
    contexts, everywhere, id, needed_type, objects, party, proof, type_of_document,
};
use crate::vcdm::fault::{Faults, Rule, step};
use crate::vcdm::{Kind, credential, enveloped, is_enveloped_credential};

/// Judges a presentation and every credential in it.
pub(super) fn check(document: &Object, faults: &mut Faults) {
    contexts(document, "", faults);
    id(document, "", faults);
    type_of_document(document, Kind::Presentation.type_name(), "", faults);
    if let Some(holder) = document.get("holder") {
        party(holder, Rule::Holder, "/holder", faults);
    }
    for (credential, at) in objects(
        document,
        "verifiableCredential",
        Rule::Credentials,
        "",
        faults,
    ) {
        if is_enveloped_credential(credential) {
            enveloped::check(credential, Kind::EnvelopedCredential, &at, faults);
        } else {
            credential::check(credential, &at, faults);
        }
    }
    for (terms, at) in objects(document, "termsOfUse", Rule::Objects, "", faults) {
        needed_type(terms, &at, faults);
    }
    proof(document, "", faults);
    for (name, value) in document.iter() {
        if !matches!(
            name,
            "@context" | "id" | "type" | "proof" | "verifiableCredential"
        ) {
            everywhere(value, &step("", name), 1, faults);
        }
    }
}
