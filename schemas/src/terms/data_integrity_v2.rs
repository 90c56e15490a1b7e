//! The terms of `https://w3id.org/security/data-integrity/v2`. The credentials context has the same
//! ones and shares these tables.
//!
//! Source: Verifiable Credential Data Integrity 1.0, section 2.4.

use crate::terms::table::{Container, Scope, Table, Term, class, graph, link, plain, typed, vocab};

macro_rules! sec {
    ($name:literal) => {
        concat!("https://w3id.org/security#", $name)
    };
}

/// SHA-256 of the published file, as VC Data Integrity 1.0 section 2.4.1 prints it.
pub(super) const SHA256: &str = "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4";

/// The IRI of `proof`.
pub(super) const PROOF_IRI: &str = sec!("proof");

const DATE_TIME: &str = "http://www.w3.org/2001/XMLSchema#dateTime";

/// `proof`, wherever it is defined.
pub(super) const HAS_PROOF: Term = graph("proof", PROOF_IRI);

/// `DataIntegrityProof`, wherever it is defined.
pub(super) const DATA_INTEGRITY_PROOF: Term =
    class("DataIntegrityProof", sec!("DataIntegrityProof")).scoped(Scope::Add(Table::Proof));

pub(super) const BASE: &[Term] = &[HAS_PROOF, DATA_INTEGRITY_PROOF];

pub(super) const PROOF: &[Term] = &[
    plain("challenge", sec!("challenge")),
    typed("created", "http://purl.org/dc/terms/created", DATE_TIME),
    typed(
        "cryptosuite",
        sec!("cryptosuite"),
        sec!("cryptosuiteString"),
    ),
    plain("domain", sec!("domain")),
    typed("expires", sec!("expiration"), DATE_TIME),
    plain("nonce", sec!("nonce")),
    link("previousProof", sec!("previousProof")),
    vocab("proofPurpose", sec!("proofPurpose")).scoped(Scope::Add(Table::Purpose)),
    typed("proofValue", sec!("proofValue"), sec!("multibase")),
    link("verificationMethod", sec!("verificationMethod")),
];

pub(super) const PURPOSE: &[Term] = &[
    link("assertionMethod", sec!("assertionMethod")).held(Container::Set),
    link("authentication", sec!("authenticationMethod")).held(Container::Set),
    link("capabilityDelegation", sec!("capabilityDelegationMethod")).held(Container::Set),
    link("capabilityInvocation", sec!("capabilityInvocationMethod")).held(Container::Set),
    link("keyAgreement", sec!("keyAgreementMethod")).held(Container::Set),
];
