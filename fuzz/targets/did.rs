//! Any text as a DID and as a DID URL, any JSON as a DID document.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proofs::did_document::{DidDocument, Relationship};
use schemas::did::{Did, DidUrl};
use schemas::json::{Limits, read};
use tests::fixed::now;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Ok(did) = text.parse::<Did>() {
            assert_eq!(did.as_str(), text);
            let _ = DidDocument::of_static(&did);
        }
        if let Ok(url) = text.parse::<DidUrl>() {
            assert_eq!(url.as_str(), text);
            assert_eq!(format!("{}#{}", url.did(), url.fragment()), text);
        }
    }
    let did: Did = "did:web:a.example".parse().expect("a DID");
    if let Ok(value) = read(bytes, &Limits::document())
        && let Ok(document) = DidDocument::parse(&value, &did)
    {
        let method: DidUrl = "did:web:a.example#key-1".parse().expect("a DID URL");
        let _ = document.key(&method, Relationship::AssertionMethod, now());
    }
});
