//! Credentials. Source: VCDM 2.0 sections 4.2 to 4.12 and 5; VCDM 1.1 section 4.

use crate::json::{Object, Value};
use crate::vcdm::common::{
    Version, contexts, date, everywhere, id, is_url, needed_type, objects, party, proof, texts,
    type_of_document,
};
use crate::vcdm::fault::{Faults, Rule, step};
use crate::vcdm::{Kind, digest, status};

/// Judges a credential that stands at this place.
pub(super) fn check(document: &Object, at: &str, faults: &mut Faults) {
    let version = contexts(document, at, faults);
    id(document, at, faults);
    type_of_document(document, Kind::Credential.type_name(), at, faults);
    texts(document, at, faults);
    match document.get("issuer") {
        Some(issuer) => party(issuer, Rule::Issuer, &step(at, "issuer"), faults),
        None => faults.add(Rule::Issuer, step(at, "issuer")),
    }
    subjects(document, at, faults);
    dates(document, version, at, faults);
    status::check(document, at, faults);
    for (schema, at) in objects(document, "credentialSchema", Rule::Schema, at, faults) {
        needed_type(schema, &at, faults);
        let id = schema.get("id").and_then(Value::as_str);
        faults.demand(id.is_some_and(is_url), Rule::Schema, step(&at, "id"));
    }
    for name in ["refreshService", "termsOfUse", "evidence"] {
        for (object, at) in objects(document, name, Rule::Objects, at, faults) {
            needed_type(object, &at, faults);
        }
    }
    for name in ["confidenceMethod", "renderMethod"] {
        for (object, at) in objects(document, name, Rule::Objects, at, faults) {
            needed_type(object, &at, faults);
        }
    }
    resources(document, at, faults);
    proof(document, at, faults);
    everywhere_below(document, at, faults);
}

/// What holds for every object, in every member of the credential.
fn everywhere_below(document: &Object, at: &str, faults: &mut Faults) {
    for (name, value) in document.iter() {
        if !matches!(
            name,
            "@context" | "id" | "type" | "proof" | "name" | "description"
        ) {
            everywhere(value, &step(at, name), 1, faults);
        }
    }
}

fn subjects(document: &Object, at: &str, faults: &mut Faults) {
    if !document.contains_key("credentialSubject") {
        faults.add(Rule::Subject, step(at, "credentialSubject"));
    }
    for (subject, at) in objects(document, "credentialSubject", Rule::Subject, at, faults) {
        faults.demand(!subject.is_empty(), Rule::Subject, at);
    }
}

fn dates(document: &Object, version: Version, at: &str, faults: &mut Faults) {
    let from = date(document, "validFrom", at, faults);
    let until = date(document, "validUntil", at, faults);
    if let (Some(from), Some(until)) = (from, until) {
        faults.demand(from <= until, Rule::Period, step(at, "validUntil"));
    }
    if version == Version::V1 {
        let issued = date(document, "issuanceDate", at, faults);
        if !document.contains_key("issuanceDate") {
            faults.add(Rule::IssuanceDate, step(at, "issuanceDate"));
        }
        let expires = date(document, "expirationDate", at, faults);
        if let (Some(issued), Some(expires)) = (issued, expires) {
            faults.demand(issued <= expires, Rule::Period, step(at, "expirationDate"));
        }
    }
}

fn resources(document: &Object, at: &str, faults: &mut Faults) {
    let mut seen = Vec::new();
    for (resource, at) in objects(document, "relatedResource", Rule::Resource, at, faults) {
        let id = resource.get("id").and_then(Value::as_str);
        let id = id.filter(|id| is_url(id));
        let Some(id) = id else {
            faults.add(Rule::Resource, step(&at, "id"));
            continue;
        };
        faults.demand(!seen.contains(&id), Rule::ResourceTwice, step(&at, "id"));
        seen.push(id);
        digest::check(resource, id, &at, faults);
        if let Some(kind) = resource.get("mediaType") {
            let good = kind.as_str().is_some_and(is_media_type);
            faults.demand(good, Rule::MediaType, step(&at, "mediaType"));
        }
    }
}

/// RFC 6838 section 4.2: two restricted names. Parameters may follow.
fn is_media_type(text: &str) -> bool {
    let name = |name: &str| {
        name.bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
            && name.len() <= 127
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let essence = text.split(';').next().unwrap_or_default().trim_end();
    essence
        .split_once('/')
        .is_some_and(|(kind, subtype)| name(kind) && name(subtype))
}
