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
    "admission-state",
    "admission-token",
    "asset-provenance",
    "avatar-credential",
    "data-integrity-proof",
    "decision-list",
    "grant",
    "grant-list",
    "grant-status",
    "item-credential",
    "license-terms",
    "offer-created",
    "offer-request",
    "policy",
    "policy-explanation",
    "presentation",
    "purge",
    "receipt",
    "report",
];

/// The schema of a name.
#[must_use]
pub fn by_name(name: &str) -> Option<JsonSchema> {
    ALL.iter().copied().find(|schema| schema.name == name)
}
