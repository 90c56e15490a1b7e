//! Any text as base64url, base58btc and hex, as a public key and as a digest: one spelling for one thing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proofs::keys::VerifyingKey;
use schemas::digest::Sha256Digest;
use schemas::encoding::{base58btc, base64url, hex};

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(base64url::decode(&base64url::encode(bytes)).as_deref(), Some(bytes));
    let text = base58btc::encode(bytes);
    let is_read = text.len() <= base58btc::MAX_TEXT;
    assert_eq!(base58btc::decode(&text).as_deref(), is_read.then_some(bytes));
    assert_eq!(hex::decode(&hex::encode(bytes)).as_deref(), Some(bytes));
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Some(decoded) = base64url::decode(text) {
        assert_eq!(base64url::encode(&decoded), text);
    }
    if let Some(decoded) = base58btc::decode(text) {
        assert_eq!(base58btc::encode(&decoded), text);
    }
    if let Some(decoded) = hex::decode(text) {
        assert_eq!(hex::encode(&decoded), text);
    }
    if let Ok(key) = VerifyingKey::from_multikey(text) {
        assert_eq!(key.multikey(), text);
    }
    if let Ok(digest) = text.parse::<Sha256Digest>() {
        assert_eq!(digest.to_string(), text);
    }
    if let Some(digest) = Sha256Digest::from_named_information(text) {
        assert_eq!(digest.named_information(), text);
    }
});
