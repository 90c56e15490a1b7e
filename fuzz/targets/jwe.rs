//! Any text as an encrypted message, any bytes as the header of one, as what was decrypted, and as the
//! certificate keys of a signer. Nobody has encrypted anything to this key but the seed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proofs::jwe::{DecryptionKey, Expected, RecipientKey, decrypt};
use proofs::keys::VerifyingKey;
use schemas::encoding::base64url;
use schemas::json::{Limits, Value, read};
use schemas::oid4vp::response::{AuthorizationResponse, PostedResponse};
use schemas::suite::ContentEncryption;

fuzz_target!(|bytes: &[u8]| {
    let key = DecryptionKey::from_scalar(&[7; 32]).expect("a number of the curve");
    let expected = Expected {
        key: &key,
        kid: "k1",
        encryptions: &ContentEncryption::ALL,
    };
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = decrypt(text, &expected);
    }
    let header = base64url::encode(bytes);
    let (iv, tag) = ("A".repeat(16), "A".repeat(22));
    assert!(decrypt(&format!("{header}..{iv}.AAAA.{tag}"), &expected).is_err());
    if let Ok(Value::Object(jwk)) = read(bytes, &Limits::message())
        && let Ok(key) = RecipientKey::from_jwk(&jwk)
    {
        let mut again = key.jwk();
        again.insert("alg", "ECDH-ES");
        assert_eq!(RecipientKey::from_jwk(&again), Ok(key));
    }
    if let Ok(response) = AuthorizationResponse::read_decrypted(bytes) {
        let claims = schemas::canonical::object_to_bytes(&response.to_claims());
        assert_eq!(AuthorizationResponse::read_decrypted(&claims), Ok(response));
    }
    if let Ok(posted) = PostedResponse::read(bytes) {
        let form = posted.to_form().to_text();
        assert_eq!(PostedResponse::read(form.as_bytes()), Ok(posted));
    }
    if let Ok(key) = VerifyingKey::from_spki(bytes) {
        assert_eq!(key.to_spki(), bytes);
    }
});
