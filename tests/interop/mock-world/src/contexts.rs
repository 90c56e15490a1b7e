//! The contexts, in memory: those that `ssi` brings along, and those that it is given. Nothing is
//! fetched.

use std::collections::HashMap;

use ssi::json_ld::ContextLoader;

use crate::Refused;

/// The contexts of a document, in their order.
pub const NAMES: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://w3id.org/omote/v1",
];

/// A loader with the context of omote, whose text this is.
///
/// # Errors
/// When `ssi` cannot read it.
pub fn with_omote(text: &str) -> Result<ContextLoader, Refused> {
    with(HashMap::from([(NAMES[1].to_owned(), text.to_owned())]))
}

/// A loader with these contexts beside those that `ssi` brings along.
///
/// # Errors
/// When `ssi` cannot read one.
pub fn with(contexts: HashMap<String, String>) -> Result<ContextLoader, Refused> {
    ContextLoader::default()
        .with_context_map_from(contexts)
        .map_err(Refused::because)
}
