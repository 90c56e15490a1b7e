//! Any JSON as a secured document: what some key of ours verifies is what that key has signed.
#![no_main]

#[path = "../signed.rs"]
mod signed;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use proofs::data_integrity::UnverifiedProof;
use proofs::keys::VerifyingKey;
use proofs::rdf::WorkLimit;
use schemas::json::{Limits, Value, read};
use tests::actors::key;

static SIGNED: LazyLock<signed::Signed> = LazyLock::new(signed::Signed::new);

static KEYS: LazyLock<[VerifyingKey; 3]> = LazyLock::new(|| {
    let scene = &SIGNED.scene;
    [scene.a.key(), scene.holder(), key("aoi")].map(|key| key.verifying_key())
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(Value::Object(document)) = read(bytes, &Limits::document()) else {
        return;
    };
    for proof in UnverifiedProof::all_of(&document).into_iter().flatten() {
        for key in KEYS.iter() {
            if proof.verify(&document, key, WorkLimit::document()).is_ok() {
                SIGNED.assert_signed(&document);
            }
        }
    }
});
