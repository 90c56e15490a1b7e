//! The terms of `https://www.w3.org/ns/credentials/v2`. `id` and `type` are known everywhere.
//!
//! Source: Verifiable Credentials Data Model 2.0, appendix B.1.

use crate::terms::data_integrity_v2;
use crate::terms::table::{Scope, Table, Term, class, graph, json, link, plain, text, typed};

/// SHA-256 of the published file, as VCDM 2.0 appendix B.1 prints it.
pub(super) const SHA256: &str = "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734";

macro_rules! cred {
    ($name:literal) => {
        concat!("https://www.w3.org/2018/credentials#", $name)
    };
}
macro_rules! status {
    ($name:literal) => {
        concat!("https://www.w3.org/ns/credentials/status#", $name)
    };
}
macro_rules! jwt {
    ($name:literal) => {
        concat!("https://www.iana.org/assignments/jwt#", $name)
    };
}
macro_rules! jose {
    ($name:literal) => {
        concat!("https://www.iana.org/assignments/jose#", $name)
    };
}

const MULTIBASE: &str = "https://w3id.org/security#multibase";
const DATE_TIME: &str = "http://www.w3.org/2001/XMLSchema#dateTime";
// The published context says https here; the namespace of XML Schema is http. It is signed as is.
const COUNT: &str = "https://www.w3.org/2001/XMLSchema#nonNegativeInteger";
const INTEGER: &str = "https://www.w3.org/2001/XMLSchema#integer";

const DESCRIPTION: Term = text("description", "https://schema.org/description");
const NAME: Term = text("name", "https://schema.org/name");
const STATUS_PURPOSE: Term = plain("statusPurpose", status!("statusPurpose"));
const TERMS_OF_USE: Term = link("termsOfUse", cred!("termsOfUse"));

pub(super) const BASE: &[Term] = &[
    DESCRIPTION,
    typed(
        "digestMultibase",
        "https://w3id.org/security#digestMultibase",
        MULTIBASE,
    ),
    typed("digestSRI", cred!("digestSRI"), cred!("sriString")),
    plain("mediaType", "https://schema.org/encodingFormat"),
    NAME,
    class("VerifiableCredential", cred!("VerifiableCredential"))
        .scoped(Scope::Add(Table::Credential)),
    class(
        "EnvelopedVerifiableCredential",
        cred!("EnvelopedVerifiableCredential"),
    ),
    class("VerifiablePresentation", cred!("VerifiablePresentation"))
        .scoped(Scope::Add(Table::Presentation)),
    class(
        "EnvelopedVerifiablePresentation",
        cred!("EnvelopedVerifiablePresentation"),
    ),
    class("JsonSchemaCredential", cred!("JsonSchemaCredential")),
    class("JsonSchema", cred!("JsonSchema")).scoped(Scope::Add(Table::JsonSchema)),
    class(
        "BitstringStatusListCredential",
        status!("BitstringStatusListCredential"),
    ),
    class("BitstringStatusList", status!("BitstringStatusList"))
        .scoped(Scope::Add(Table::StatusList)),
    class(
        "BitstringStatusListEntry",
        status!("BitstringStatusListEntry"),
    )
    .scoped(Scope::Add(Table::StatusEntry)),
    data_integrity_v2::DATA_INTEGRITY_PROOF,
    plain("...", jwt!("...")),
    json("_sd", jwt!("_sd")),
    plain("_sd_alg", jwt!("_sd_alg")),
    link("aud", jwt!("aud")),
    plain("cnf", jwt!("cnf")).scoped(Scope::Add(Table::Confirmation)),
    typed("exp", jwt!("exp"), COUNT),
    typed("iat", jwt!("iat"), COUNT),
    link("iss", jose!("iss")),
    link("jku", jose!("jku")),
    link("kid", jose!("kid")),
    typed("nbf", jwt!("nbf"), COUNT),
    link("sub", jose!("sub")),
    link("x5u", jose!("x5u")),
];

pub(super) const CREDENTIAL: &[Term] = &[
    link("confidenceMethod", cred!("confidenceMethod")),
    link("credentialSchema", cred!("credentialSchema")),
    link("credentialStatus", cred!("credentialStatus")),
    link("credentialSubject", cred!("credentialSubject")),
    DESCRIPTION,
    link("evidence", cred!("evidence")),
    link("issuer", cred!("issuer")),
    NAME,
    data_integrity_v2::HAS_PROOF,
    link("refreshService", cred!("refreshService")),
    link("relatedResource", cred!("relatedResource")),
    link("renderMethod", cred!("renderMethod")),
    TERMS_OF_USE,
    typed("validFrom", cred!("validFrom"), DATE_TIME),
    typed("validUntil", cred!("validUntil"), DATE_TIME),
];

pub(super) const PRESENTATION: &[Term] = &[
    link("holder", cred!("holder")),
    data_integrity_v2::HAS_PROOF,
    TERMS_OF_USE,
    graph("verifiableCredential", cred!("verifiableCredential")).scoped(Scope::Clear),
];

pub(super) const JSON_SCHEMA: &[Term] = &[json("jsonSchema", cred!("jsonSchema"))];

pub(super) const STATUS_LIST: &[Term] = &[
    typed("encodedList", status!("encodedList"), MULTIBASE),
    STATUS_PURPOSE,
    plain("ttl", status!("ttl")),
];

pub(super) const STATUS_ENTRY: &[Term] = &[
    link("statusListCredential", status!("statusListCredential")),
    plain("statusListIndex", status!("statusListIndex")),
    STATUS_PURPOSE,
    plain("statusMessage", status!("statusMessage")).scoped(Scope::Add(Table::StatusMessage)),
    link("statusReference", status!("statusReference")),
    typed("statusSize", status!("statusSize"), INTEGER),
];

pub(super) const STATUS_MESSAGE: &[Term] = &[
    plain("message", status!("message")),
    plain("status", status!("status")),
];

pub(super) const CONFIRMATION: &[Term] = &[link("kid", jwt!("kid")), json("jwk", jwt!("jwk"))];
