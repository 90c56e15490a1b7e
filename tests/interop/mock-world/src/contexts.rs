//! The contexts, in memory: those that `ssi` brings along, and the one of omote. Nothing is fetched.

use std::collections::HashMap;

use ssi::json_ld::ContextLoader;

use crate::Refused;

/// The contexts of a document, in their order.
pub const NAMES: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://w3id.org/omote/v1",
];

/// The context of omote, as worlds publish it.
#[must_use]
pub fn omote() -> String {
    let document = schemas::terms::context_document();
    String::from_utf8_lossy(&schemas::canonical::to_bytes(&document)).into_owned()
}

/// A loader with the context of omote.
///
/// # Errors
/// When `ssi` cannot read it.
pub fn loader() -> Result<ContextLoader, Refused> {
    with(HashMap::from([(NAMES[1].to_owned(), omote())]))
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
