//! Any bytes as a credential offer, and any text as the link to one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use schemas::message::Message as _;
use schemas::oid4vci::offer::{CredentialOffer, OfferLink};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(offer) = CredentialOffer::read(bytes) {
        assert_eq!(CredentialOffer::read(&offer.to_bytes()), Ok(offer));
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(link) = OfferLink::parse(text)
    {
        assert_eq!(OfferLink::parse(&link.to_link()), Ok(link));
    }
});
