//! The announcement of an item ledger in a DID document. Worlds with a ledger publish it; a verifier
//! then expects an entry in each item of theirs. A service of ours (DID Core 1.0 section 5.4).

use schemas::did::Did;
use schemas::json::{Object, Value};
use schemas::ledger::LEDGER_SERVICE;
use schemas::world::WorldId;

use crate::did_document::Service;

/// The fragment of its id.
const FRAGMENT: &str = "item-ledger";
/// Where a ledger's log is, below the world's origin.
const PATH: &str = "/ledger";

/// The service that says that a world keeps an item ledger.
#[must_use]
pub fn service(world: &WorldId) -> Service {
    Service {
        fragment: FRAGMENT.to_owned(),
        kind: LEDGER_SERVICE.to_owned(),
        endpoint: Value::String(format!("{}{PATH}", world.origin())),
    }
}

/// Whether a document says so. However it says it: an announcement in an odd form is not a way to have
/// items that nobody asks about.
pub(super) fn is_announced(document: &Object, did: &Did) -> bool {
    let Some(services) = document.get("service").and_then(Value::as_array) else {
        return false;
    };
    let names = |kind: &Value| match kind {
        Value::Array(kinds) => kinds
            .iter()
            .any(|kind| kind.as_str() == Some(LEDGER_SERVICE)),
        kind => kind.as_str() == Some(LEDGER_SERVICE),
    };
    let mut kinds = services.iter().filter_map(|service| service.get("type"));
    WorldId::of_did(did).is_ok() && kinds.any(names)
}
