//! The terms of `https://w3id.org/omote/v1`: what this house says beyond VCDM 2.0.
//!
//! Worlds and creators write them. Media type, digests, name and description are VCDM's own terms.
//! Source: the architecture of this house; license terms are named as in VRM 1.0 `meta`.

use crate::terms::table::{Container, Scope, Table, Term, class, graph, json, link, plain, typed};

/// SHA-256 of the canonical bytes of the generated document. Documents signed under it depend on
/// this: once released, a change is a new context with a new URL.
pub(super) const SHA256: &str = "7459d9b7e287187ff8ed2503087a292730a3a1230793830733f490b1a721fbe7";

macro_rules! omote {
    ($name:literal) => {
        concat!("https://w3id.org/omote/v1#", $name)
    };
}

const XSD_COUNT: &str = "http://www.w3.org/2001/XMLSchema#nonNegativeInteger";
const XSD_DATE_TIME: &str = "http://www.w3.org/2001/XMLSchema#dateTime";
const XSD_URI: &str = "http://www.w3.org/2001/XMLSchema#anyURI";

pub(super) const BASE: &[Term] = &[
    // kinds of credentials
    class("AssetProvenance", omote!("AssetProvenance")),
    class("AvatarCredential", omote!("AvatarCredential")),
    class("ItemCredential", omote!("ItemCredential")),
    class("TrustListCredential", omote!("TrustListCredential")),
    // kinds of things
    class("Asset", omote!("Asset")),
    class("LicenseTerms", omote!("LicenseTerms")).scoped(Scope::Add(Table::License)),
    class("TrustList", omote!("TrustList")),
    // a model file and where it comes from
    link("asset", omote!("asset")),
    typed("byteLength", omote!("byteLength"), XSD_COUNT),
    link("creator", omote!("creator")),
    link("derivedFrom", omote!("derivedFrom")),
    link("license", omote!("license")).scoped(Scope::Add(Table::License)),
    // the creator's signed statement, carried along: a credential with its own context and proof
    graph("provenance", omote!("provenance")).scoped(Scope::Clear),
    // what a world says of an avatar or an item
    plain("itemClass", omote!("itemClass")),
    // one literal: a document of the item ledger, with names of its own
    json("ledgerEntry", omote!("ledgerEntry")),
    plain("personaName", omote!("personaName")),
    plain("serial", omote!("serial")),
    // whom a trust list vouches for, and for what
    link("trustedIssuer", omote!("trustedIssuer")),
    plain("anyCreator", omote!("anyCreator")),
    plain("credentialType", omote!("credentialType")),
    typed("trustedFrom", omote!("trustedFrom"), XSD_DATE_TIME),
    typed("trustedUntil", omote!("trustedUntil"), XSD_DATE_TIME),
];

/// The terms of VRM 1.0 `meta`, each by its own name; `name` is VCDM's. Authors are a list, for
/// the first of them is credited first. URLs are texts: models carry all kinds.
pub(super) const LICENSE: &[Term] = &[
    plain("version", omote!("version")),
    plain("authors", omote!("authors")).held(Container::List),
    plain("copyrightInformation", omote!("copyrightInformation")),
    plain("contactInformation", omote!("contactInformation")),
    plain("references", omote!("references")),
    plain("thirdPartyLicenses", omote!("thirdPartyLicenses")),
    typed("licenseUrl", omote!("licenseUrl"), XSD_URI),
    typed("otherLicenseUrl", omote!("otherLicenseUrl"), XSD_URI),
    plain("avatarPermission", omote!("avatarPermission")),
    plain(
        "allowExcessivelyViolentUsage",
        omote!("allowExcessivelyViolentUsage"),
    ),
    plain(
        "allowExcessivelySexualUsage",
        omote!("allowExcessivelySexualUsage"),
    ),
    plain("commercialUsage", omote!("commercialUsage")),
    plain(
        "allowPoliticalOrReligiousUsage",
        omote!("allowPoliticalOrReligiousUsage"),
    ),
    plain(
        "allowAntisocialOrHateUsage",
        omote!("allowAntisocialOrHateUsage"),
    ),
    plain("creditNotation", omote!("creditNotation")),
    plain("allowRedistribution", omote!("allowRedistribution")),
    plain("modification", omote!("modification")),
];
