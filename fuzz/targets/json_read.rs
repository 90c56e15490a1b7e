//! Any bytes: what is read is written canonically and read again, the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use schemas::canonical;
use schemas::json::{Limits, read};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(value) = read(bytes, &Limits::document()) {
        let written = canonical::to_bytes(&value);
        let again = read(&written, &Limits::document()).expect("what we write we read");
        assert_eq!(canonical::to_bytes(&again), written);
    }
    let _ = read(bytes, &Limits::model());
    let _ = read(bytes, &Limits::message());
});
