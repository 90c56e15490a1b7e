//! Any bytes as a world's request, and any text as the link to one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use schemas::message::Message as _;
use schemas::oid4vp::link::RequestLink;
use schemas::oid4vp::request::RequestObject;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(request) = RequestObject::read(bytes) {
        assert_eq!(RequestObject::read(&request.to_bytes()), Ok(request));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = RequestLink::parse(text);
    }
});
