//! Any bytes as a form and as a link.
#![no_main]

use libfuzzer_sys::fuzz_target;
use schemas::form::Form;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(form) = Form::read(bytes, 1 << 16) {
        let again = Form::read(form.to_text().as_bytes(), 1 << 18).expect("what we write we read");
        assert!(form.iter().eq(again.iter()));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Form::of_link(text);
    }
});
