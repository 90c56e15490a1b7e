//! Any text as the bits of a status list, any bytes as what is compressed in one, any bytes as a list
//! of either form and as a trust list: within bounds, and accepted is only what the world signed.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use schemas::canonical;
use schemas::encoding::base64url;
use schemas::json::{Limits, Value, read};
use schemas::status::{
    Bits, MAX_BITS, MIN_BITS, StatusEntry, StatusValues, TokenStatusEntry, ValueSize,
};
use tests::scene::Scene;
use verifier::ListRef;

#[path = "../lists.rs"]
mod lists;

static SCENE: LazyLock<Scene> = LazyLock::new(Scene::new);
static TOKENS: LazyLock<Vec<u8>> = LazyLock::new(|| lists::tokens(&SCENE));
static SIGNED: LazyLock<[Value; 2]> =
    LazyLock::new(|| [lists::status(&SCENE).into(), lists::trust(&SCENE).into()]);

fuzz_target!(|bytes: &[u8]| {
    let compressed = format!("u{}", base64url::encode(bytes));
    let texts = [Some(compressed.as_str()), std::str::from_utf8(bytes).ok()];
    for text in texts.into_iter().flatten() {
        if let Ok(bits) = Bits::decode(text) {
            assert!((MIN_BITS..=MAX_BITS).contains(&bits.len()));
            assert_eq!(Bits::decode(&bits.encode()), Ok(bits));
        }
    }
    let list = |url: &str| ListRef {
        url: url.parse().expect("an address"),
        issuer: SCENE.a.did(),
    };
    let (policy, evidence, now) = (&SCENE.policy, &SCENE.evidence, SCENE.now);
    let [status, trust, tokens] = [lists::STATUS, lists::TRUST, lists::TOKENS].map(list);
    for size in ValueSize::ALL {
        let text = base64url::encode(bytes);
        if let Ok(values) = StatusValues::decode(&text, size) {
            assert!(values.len() * u64::from(size.bits()) <= MAX_BITS);
            assert_eq!(StatusValues::decode(&values.encode(), size), Ok(values));
        }
    }
    let tokens = verifier::status::verify_list(&tokens, bytes, policy, evidence, now);
    assert!(tokens.is_err() || bytes.trim_ascii() == TOKENS.as_slice());
    let status = verifier::status::verify_list(&status, bytes, policy, evidence, now);
    let trust = verifier::trust::verify_list(&trust, bytes, policy, evidence, now);
    let Ok(value) = read(bytes, &Limits::document()) else {
        assert!(status.is_err() && trust.is_err());
        return;
    };
    for (accepted, signed) in [status.is_ok(), trust.is_ok()].into_iter().zip(SIGNED.iter()) {
        assert!(!accepted || canonical::to_bytes(&value) == canonical::to_bytes(signed));
    }
    if let Ok(entry) = TokenStatusEntry::parse(&value) {
        let again = TokenStatusEntry::parse(&entry.to_object().into());
        assert_eq!(again.as_ref(), Ok(&entry));
    }
    if let Ok(entry) = StatusEntry::parse(&value) {
        assert_eq!(StatusEntry::parse(&entry.to_object().into()).as_ref(), Ok(&entry));
    }
});
