//! Any bytes as a credential: a report, and acceptance only of what the world signed.
#![no_main]

#[path = "../signed.rs"]
mod signed;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static SIGNED: LazyLock<signed::Signed> = LazyLock::new(signed::Signed::new);

fuzz_target!(|bytes: &[u8]| {
    let scene = &SIGNED.scene;
    SIGNED.check(&scene.judge_bytes(&scene.asked_by_wallet(), bytes));
});
