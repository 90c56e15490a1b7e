//! Any bytes as a world's request, and any text as the link to one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use schemas::message::Message as _;
use schemas::oid4vp::link::{LinkedRequest, RequestLink};
use schemas::oid4vp::request::RequestObject;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(request) = RequestObject::read(bytes) {
        assert_eq!(RequestObject::read(&request.to_bytes()), Ok(request));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        for text in [text, &format!("openid4vp://?client_id=redirect_uri:https://a.example/b&{text}")] {
            let Ok(link) = RequestLink::parse(text) else {
                continue;
            };
            if let LinkedRequest::Unsigned(form) = &link.request
                && let Ok(request) = RequestObject::from_parameters(form)
            {
                let again = request.to_parameters();
                assert_eq!(RequestObject::from_parameters(&again), Ok(request));
            }
            let written = link.to_link();
            if written.len() <= 16 << 10 {
                assert_eq!(RequestLink::parse(&written), Ok(link));
            }
        }
    }
});
