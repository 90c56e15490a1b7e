//! Terms that published test vectors need and nobody else may use.
//!
//! Only [`Contexts::with_examples_for_vectors`](crate::terms::Contexts::with_examples_for_vectors)
//! reaches them. Source: VCDM 2.0 appendix B.3; VC Data Integrity EdDSA 1.1 appendix B.

use crate::terms::table::{Term, class, link, plain, typed};

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
