//! Any bytes as a model, as a container and as the JSON of one.
#![no_main]

use assets::make::container;
use assets::{Limits, facts, thumbnail};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let whole = facts(bytes, &limits);
    let _ = whole.to_object();
    let _ = thumbnail(bytes, &limits);
    let _ = facts(&container(bytes, &[0; 64]), &limits);
});
