//! Any bytes as a `vp_token`, and any document behind a holder's good signature.
#![no_main]

#[path = "../signed.rs"]
mod signed;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use schemas::json::{Limits, Value, read};

static SIGNED: LazyLock<signed::Signed> = LazyLock::new(signed::Signed::new);

fuzz_target!(|bytes: &[u8]| {
    let scene = &SIGNED.scene;
    SIGNED.check(&scene.judge_token(bytes));
    if let Ok(Value::Object(credential)) = read(bytes, &Limits::document()) {
        SIGNED.check(&scene.judge(&scene.present_unchecked_or_stale(&credential)));
    }
});
