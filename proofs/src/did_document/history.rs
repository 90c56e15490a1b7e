//! The announcement of a key history in a DID document. Worlds publish it, verifiers and wallets look
//! for it. A service of ours (DID Core 1.0 section 5.4).

use schemas::did::Did;
use schemas::json::{Object, Value};
use schemas::key_history::{KEY_HISTORY_PATH, KEY_HISTORY_SERVICE};
use schemas::world::WorldId;

use crate::did_document::{MAX_ENTRIES, Service};

/// The fragment of its id.
const FRAGMENT: &str = "key-history";

/// The service that says that a world publishes its key history.
#[must_use]
pub fn service(world: &WorldId) -> Service {
    Service {
        fragment: FRAGMENT.to_owned(),
        kind: KEY_HISTORY_SERVICE.to_owned(),
        endpoint: Value::String(endpoint(world)),
    }
}

fn endpoint(world: &WorldId) -> String {
    format!("{}{KEY_HISTORY_PATH}", world.origin())
}

/// Whether a document says that its keys have a history where this DID may have one.
pub(super) fn is_announced(document: &Object, did: &Did) -> bool {
    let Ok(world) = WorldId::of_did(did) else {
        return false;
    };
    let Some(services) = document.get("service").and_then(Value::as_array) else {
        return false;
    };
    let expected = endpoint(&world);
    services.len() <= MAX_ENTRIES
        && services.iter().filter_map(Value::as_object).any(|service| {
            service.get("type").and_then(Value::as_str) == Some(KEY_HISTORY_SERVICE)
                && service.get("serviceEndpoint").and_then(Value::as_str) == Some(&expected)
        })
}
