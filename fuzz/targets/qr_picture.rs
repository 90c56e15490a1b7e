//! Any bytes as a picture with a QR code; and as the pixels of one, which a file seldom gets to be.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = qr::read::text(bytes);
    let _ = qr::read::text_of_grey(64, bytes);
});
