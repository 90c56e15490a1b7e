//! The JSON Schemas (2020-12) of documents and messages, for strangers. Types and term table decide;
//! tests hold the schemas to them.

/// One schema.
#[derive(Clone, Copy, Debug)]
pub struct JsonSchema {
    /// Its name, as worlds serve it: `avatar-credential`.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! schemas {
    ($($name:literal),+ $(,)?) => {
        /// Every schema of this crate.
        pub const ALL: &[JsonSchema] = &[$(JsonSchema {
            name: $name,
            text: include_str!(concat!("../json/", $name, ".schema.json")),
        }),+];
    };
}

schemas![
    "admission-created",
    "admission-request",
    "admission-return",
    "admission-state",
    "admission-token",
    "asset-provenance",
    "authorization-asked",
    "authorization-decided",
    "authorization-decision",
    "avatar-credential",
    "data-integrity-proof",
    "decision-list",
    "grant",
    "grant-list",
    "grant-status",
    "head-receipt",
    "item-chain",
    "item-credential",
    "item-credential-answer",
    "item-credential-query",
    "item-head",
    "item-inbox",
    "item-inbox-query",
    "item-leaf",
    "item-list",
    "item-record",
    "item-step",
    "item-step-answer",
    "item-step-sent",
    "item-terms",
    "ledger-entry",
    "ledger-evidence",
    "license-terms",
    "monitor-pass",
    "offer-created",
    "offer-request",
    "policy",
    "policy-explanation",
    "presentation",
    "purge",
    "receipt",
    "report",
    "transfer-terms",
];

/// The schema of a name.
#[must_use]
pub fn by_name(name: &str) -> Option<JsonSchema> {
    ALL.iter().copied().find(|schema| schema.name == name)
}
