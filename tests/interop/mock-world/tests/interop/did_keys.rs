//! did:key: both give a key the same name and read the same key from it.

use mock_world::did_key;
use proofs::keys::{SigningKey, VerifyingKey};
use schemas::did::Did;
use schemas::encoding::{base58btc, base64url};
use schemas::json::Value;

use crate::ours::{json, key, random};
use crate::theirs::Theirs;

const KEYS: usize = 200;

/// The bytes of a key behind the letters of its multibase text: codec and key.
fn multicodec(key: &VerifyingKey) -> Vec<u8> {
    base58btc::decode(key.multikey().strip_prefix('z').unwrap()).unwrap()
}

async fn have_one_name(make: impl Fn() -> SigningKey, curve: &str) {
    for _ in 0..KEYS {
        let ours = make().verifying_key();
        let theirs = did_key::of_bytes(&multicodec(&ours)).unwrap();
        let did: Did = theirs.parse().unwrap();
        assert_eq!(proofs::did_key::encode(&ours), did);
        assert_eq!(proofs::did_key::decode(&did), Ok(ours.clone()));
        let jwk = did_key::jwk(&theirs).await.unwrap();
        assert_eq!(jwk["crv"], curve);
        let written = ours.jwk();
        for name in ["kty", "crv", "x", "y"] {
            let member = written.get(name).and_then(Value::as_str);
            assert_eq!(jwk[name].as_str(), member, "{name}");
        }
    }
}

#[tokio::test]
async fn ed25519_keys_have_one_name() {
    have_one_name(key, "Ed25519").await;
}

#[tokio::test]
async fn p256_keys_have_one_name() {
    let make = || SigningKey::from_p256_scalar(&random()).unwrap();
    have_one_name(make, "P-256").await;
}

#[tokio::test]
async fn documents_over_http_name_the_same_method() {
    let theirs = Theirs::open().await;
    for _ in 0..5 {
        let key = key();
        let document = json(&theirs.get(&format!("/dids/{}", key.did_key())).await);
        let named = document
            .get("assertionMethod")
            .and_then(Value::as_array)
            .unwrap();
        assert_eq!(named, [Value::from(key.verification_method().as_str())]);
    }
}

/// Neither reads a name that is damaged in one letter as the same key.
#[tokio::test]
async fn damaged_names_are_other_keys_or_none() {
    for _ in 0..KEYS {
        let key = key();
        let mut text = key.did_key().to_string().into_bytes();
        let [at, letter] = random::<2>();
        let at = "did:key:z6Mk".len() + usize::from(at) % (text.len() - "did:key:z6Mk".len());
        let alphabet = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        let letter = alphabet[usize::from(letter) % alphabet.len()];
        if text[at] == letter {
            continue;
        }
        text[at] = letter;
        let text = String::from_utf8(text).unwrap();
        let ours = text
            .parse::<Did>()
            .ok()
            .and_then(|did| proofs::did_key::decode(&did).ok());
        assert_ne!(ours, Some(key.verifying_key()));
        let theirs = did_key::jwk(&text).await.ok();
        let x = theirs.as_ref().and_then(|jwk| jwk["x"].as_str());
        // Whatever key ours still reads there, theirs reads it too.
        if let Some(ours) = ours {
            assert_eq!(x, Some(base64url::encode(&ours.to_bytes()).as_str()));
        }
    }
}
