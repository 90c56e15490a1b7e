//! Any text as a token of every slot. No key of ours has signed it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proofs::jws::{Typ, UnverifiedJws};
use tests::actors::key;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for typ in Typ::ALL {
        if let Ok(token) = UnverifiedJws::parse(text, typ) {
            let stranger = key("a key that signs nothing").verifying_key();
            assert!(token.verify(&stranger).is_err());
        }
    }
});
