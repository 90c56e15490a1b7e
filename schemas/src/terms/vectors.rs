//! Terms that published test vectors and suites need and nobody else may use.
//!
//! Only [`Contexts::with_examples_for_vectors`](crate::terms::Contexts::with_examples_for_vectors)
//! and [`Contexts::for_conformance_suites`](crate::terms::Contexts::for_conformance_suites) reach
//! them. Source: VCDM 2.0 appendix B.3; VC Data Integrity EdDSA 1.1 appendix B; VCDM 1.1
//! appendix B.1.

use crate::terms::data_integrity_v2::HAS_PROOF;
use crate::terms::table::{Scope, Table, Term, class, graph, link, plain, typed};

/// Where every name of the examples context leads.
pub(super) const EXAMPLES_VOCABULARY: &str = "https://www.w3.org/ns/credentials/examples#";

macro_rules! citizenship {
    ($name:literal) => {
        concat!("https://w3id.org/citizenship#", $name)
    };
}
macro_rules! schema {
    ($name:literal) => {
        concat!("https://schema.org/", $name)
    };
}

const DATE_TIME: &str = "http://www.w3.org/2001/XMLSchema#dateTime";

/// As much of `https://w3id.org/citizenship/v4rc1` as the vector uses.
pub(super) const CITIZENSHIP: &[Term] = &[
    class(
        "EmploymentAuthorizationDocumentCredential",
        citizenship!("EmploymentAuthorizationDocumentCredential"),
    ),
    class(
        "EmploymentAuthorizationDocument",
        citizenship!("EmploymentAuthorizationDocument"),
    ),
    class("EmployablePerson", citizenship!("EmployablePerson")),
    class("Person", schema!("Person")),
    plain("additionalName", schema!("additionalName")),
    plain("birthCountry", citizenship!("birthCountry")),
    typed("birthDate", schema!("birthDate"), DATE_TIME),
    link(
        "employmentAuthorizationDocument",
        citizenship!("employmentAuthorizationDocument"),
    ),
    plain("familyName", schema!("familyName")),
    plain("gender", schema!("gender")),
    plain("givenName", schema!("givenName")),
    plain("identifier", schema!("identifier")),
    link("image", schema!("image")),
    plain("lprCategory", citizenship!("lprCategory")),
    plain("lprNumber", citizenship!("lprNumber")),
    typed("residentSince", citizenship!("residentSince"), DATE_TIME),
];

macro_rules! cred {
    ($name:literal) => {
        concat!("https://www.w3.org/2018/credentials#", $name)
    };
}

/// As much of `https://www.w3.org/2018/credentials/v1` as Data Integrity suites use: everything but
/// the proof types that it brings along.
pub(super) const CREDENTIALS_V1: &[Term] = &[
    class("VerifiableCredential", cred!("VerifiableCredential"))
        .scoped(Scope::Add(Table::VectorV1Credential)),
    class("VerifiablePresentation", cred!("VerifiablePresentation"))
        .scoped(Scope::Add(Table::VectorV1Presentation)),
    HAS_PROOF,
];

pub(super) const CREDENTIAL_V1: &[Term] = &[
    class("JsonSchemaValidator2018", cred!("JsonSchemaValidator2018")),
    class(
        "ManualRefreshService2018",
        cred!("ManualRefreshService2018"),
    ),
    link("credentialSchema", cred!("credentialSchema")),
    link("credentialStatus", cred!("credentialStatus")),
    link("credentialSubject", cred!("credentialSubject")),
    link("evidence", cred!("evidence")),
    typed("expirationDate", cred!("expirationDate"), DATE_TIME),
    link("holder", cred!("holder")),
    typed("issued", cred!("issued"), DATE_TIME),
    typed("issuanceDate", cred!("issuanceDate"), DATE_TIME),
    link("issuer", cred!("issuer")),
    HAS_PROOF,
    link("refreshService", cred!("refreshService")),
    link("termsOfUse", cred!("termsOfUse")),
    typed("validFrom", cred!("validFrom"), DATE_TIME),
    typed("validUntil", cred!("validUntil"), DATE_TIME),
];

pub(super) const PRESENTATION_V1: &[Term] = &[
    link("holder", cred!("holder")),
    HAS_PROOF,
    graph("verifiableCredential", cred!("verifiableCredential")).scoped(Scope::Clear),
];
