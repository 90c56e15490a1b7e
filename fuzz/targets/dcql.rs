//! Any bytes as a query: it is read, written and read again, and answered within bounds.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use schemas::credential::Format;
use schemas::dcql::DcqlQuery;
use schemas::json::Object;
use schemas::message::Message as _;
use tests::scene::Scene;
use verifier::query::Candidate;

static AVATAR: LazyLock<Object> = LazyLock::new(|| Scene::new().avatar());

fuzz_target!(|bytes: &[u8]| {
    if let Ok(query) = DcqlQuery::read(bytes) {
        let again = DcqlQuery::read(&query.to_bytes());
        assert_eq!(again.as_ref(), Ok(&query));
        let _ = query.require_modest();
        let avatar = Candidate { format: Format::LdpVc, object: &AVATAR };
        // The same claims, as another format would have them.
        let claims = Candidate { format: Format::DcSdJwt, object: &AVATAR };
        let _ = verifier::query::choose(&query, &[avatar, claims, avatar]);
        for part in query.credentials() {
            let _ = verifier::query::disclosures(part, &AVATAR);
        }
    }
});
