//! `did:key`: the identifier is the key. Holders and creators are named so; everybody reads it.
//! Source: did:key 0.9 sections 3.1 and 3.2.

use std::fmt;

use schemas::did::{Did, DidMethod, DidUrl};
use schemas::reason::Reason;

use crate::keys::{KeyError, VerifyingKey};

/// Why a DID is not a `did:key` of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DidKeyError {
    /// A DID of another method.
    Method(DidMethod),
    /// The key in it was refused.
    Key(KeyError),
}

impl DidKeyError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Method(_) => Reason::DidMethodUnsupported,
            Self::Key(KeyError::Codec) => Reason::DidKeyCodec,
            Self::Key(KeyError::Encoding) => Reason::DidMalformed,
            Self::Key(error) => error.reason(),
        }
    }
}

impl fmt::Display for DidKeyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method(_) => formatter.write_str("not a did:key"),
            Self::Key(error) => write!(formatter, "the key in a did:key: {error}"),
        }
    }
}

impl std::error::Error for DidKeyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Method(_) => None,
            Self::Key(error) => Some(error),
        }
    }
}

/// The `did:key` of a key.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "`did:key:z` and base58 letters are always a DID; a test walks it"
)]
pub fn encode(key: &VerifyingKey) -> Did {
    format!("did:key:{}", key.multikey())
        .parse()
        .expect("a did:key of base58 letters")
}

/// The verification method of a `did:key` document: its fragment repeats the key.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "a Multikey has only letters that a fragment has; a test walks it"
)]
pub fn verification_method(key: &VerifyingKey) -> DidUrl {
    encode(key)
        .with_fragment(&key.multikey())
        .expect("a fragment of base58 letters")
}

/// The key of a `did:key`.
///
/// # Errors
/// [`DidKeyError::Method`] for other methods; `did_key_codec` for keys of other types than Ed25519 and P-256;
/// as of [`VerifyingKey::from_multikey`].
pub fn decode(did: &Did) -> Result<VerifyingKey, DidKeyError> {
    match did.method() {
        DidMethod::Key => {
            VerifyingKey::from_multikey(did.method_specific_id()).map_err(DidKeyError::Key)
        }
        other => Err(DidKeyError::Method(other)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};
    use schemas::did::{Did, DidUrl};
    use schemas::encoding::{base58btc, base64url, hex};
    use schemas::json::Value;
    use schemas::reason::Reason;
    use schemas::suite::KeyType;
    use schemas::time::Timestamp;

    use super::{decode, encode, verification_method};
    use crate::did_document::{DidDocument, Relationship};
    use crate::keys::{SigningKey, VerifyingKey};
    use crate::shared;

    fn reason_of(bytes: &[u8]) -> Reason {
        let did: Did = format!("did:key:z{}", base58btc::encode(bytes))
            .parse()
            .unwrap();
        decode(&did).unwrap_err().reason()
    }

    /// DID-13, and the length games of SIG-08.
    #[test]
    fn refuses_other_codecs_and_lengths() {
        let key = SigningKey::from_seed(&[1; 32]).verifying_key().to_bytes();
        for codec in [
            &[0xec, 0x01][..],
            &[0xe7, 0x01],
            // P-256, of which no form has 32 bytes.
            &[0x80, 0x24],
            &[0x12, 0x00],
            &[0x85, 0x24],
            &[0xff, 0xff, 0x03],
            &[0xed],
            // The same codec in a longer varint.
            &[0xed, 0x81, 0x00],
        ] {
            assert_eq!(
                reason_of(&[codec, &key].concat()),
                Reason::DidKeyCodec,
                "{codec:02x?}"
            );
        }
        for key in [&key[..31], &[&key[..], &[0]].concat(), &[]] {
            assert_eq!(
                reason_of(&[&[0xed, 0x01], key].concat()),
                Reason::KeyMalformed
            );
        }
        assert_eq!(
            reason_of(&[&[0, 0xed, 0x01], &key[..]].concat()),
            Reason::DidKeyCodec
        );
        let identity = [&[0xed, 0x01, 1][..], &[0; 31]].concat();
        assert_eq!(reason_of(&identity), Reason::KeyWeak);
    }

    #[test]
    fn refuses_other_methods_and_letters() {
        for (text, reason) in [
            ("did:web:example.com", Reason::DidMethodUnsupported),
            ("did:key:z0OIl", Reason::DidMalformed),
            ("did:key:z1", Reason::DidKeyCodec),
        ] {
            assert_eq!(
                decode(&text.parse().unwrap()).unwrap_err().reason(),
                reason,
                "{text}"
            );
        }
    }

    #[test]
    fn published_vectors_of_ed25519() {
        let Some(file) = shared::object("vectors/did-key/ed25519-x25519.json") else {
            return;
        };
        assert!(file.len() > 3);
        for (text, vector) in file.iter() {
            let seed = vector.get("seed").and_then(Value::as_str).unwrap();
            let key = SigningKey::from_seed(&hex::decode(seed).unwrap().try_into().unwrap());
            assert_eq!(key.did_key().as_str(), text);
            assert_eq!(decode(&text.parse().unwrap()), Ok(key.verifying_key()));
            let pair = vector.get("verificationKeyPair").unwrap();
            if let Some(jwk) = pair.get("publicKeyJwk").and_then(Value::as_object) {
                assert_eq!(VerifyingKey::from_jwk(jwk), Ok(key.verifying_key()));
            }
            reads_the_document(vector.get("didDocument").unwrap(), &key);
        }
    }

    /// The document that the vector expands the DID to; types of before 2020 are not supported.
    fn reads_the_document(document: &Value, key: &SigningKey) {
        let parsed = DidDocument::parse(document, &key.did_key()).unwrap();
        let kind = document
            .get("verificationMethod")
            .and_then(Value::as_array)
            .and_then(|methods| methods[0].get("type"))
            .and_then(Value::as_str);
        let expected = match kind {
            Some("Ed25519VerificationKey2018") => Err(Reason::KeyTypeMismatch),
            _ => Ok(key.verifying_key()),
        };
        let at = Timestamp::from_unix(0);
        for relationship in [Relationship::AssertionMethod, Relationship::Authentication] {
            let found = parsed.key(&key.verification_method(), relationship, at);
            assert_eq!(found.cloned().map_err(|error| error.reason()), expected);
        }
        // The agreement key is in the document and no signature is made with it.
        let agreement: DidUrl = document
            .get("keyAgreement")
            .and_then(Value::as_array)
            .and_then(|names| names[0].as_str())
            .unwrap()
            .parse()
            .unwrap();
        let found = parsed.key(&agreement, Relationship::AssertionMethod, at);
        assert_eq!(
            found.map_err(|error| error.reason()),
            Err(Reason::VmRelationship)
        );
    }

    /// DID-15.
    #[test]
    fn a_p256_key_is_a_compressed_point() {
        let key = SigningKey::from_p256_scalar(&[1; 32]).unwrap();
        let point = key.verifying_key().to_bytes();
        assert_eq!(decode(&key.did_key()), Ok(key.verifying_key()));
        assert!(key.did_key().as_str().starts_with("did:key:zDn"));
        let (x, p256) = (&point[1..], [0x80, 0x24]);
        let off = (0..=255_u8)
            .map(|last| [&point[..32], &[last]].concat())
            .find(|point| VerifyingKey::from_p256(point).is_err())
            .unwrap();
        for point in [
            &[&[4], x, x].concat()[..],
            &[&[6], x, x].concat(),
            &[&[7], x, x].concat(),
            &[&[4], x].concat(),
            &[&[5], x].concat(),
            &[&[6], x].concat(),
            &[&[0], x].concat(),
            &[0; 33],
            &[0],
            &[],
            &off,
            &[&[2][..], &[0xff; 32]].concat(),
            &point[..31],
            &[&point[..], &[0]].concat(),
        ] {
            assert_eq!(
                reason_of(&[&p256, point].concat()),
                Reason::KeyMalformed,
                "{point:02x?}"
            );
        }
        for codec in [
            &[0x12, 0x00][..],
            &[0x81, 0x24],
            &[0x80, 0xa4, 0x00],
            &[0xe7, 0x01],
        ] {
            assert_eq!(reason_of(&[codec, &point].concat()), Reason::DidKeyCodec);
        }
        assert_eq!(
            reason_of(&[&[0xed, 0x01], &point[..]].concat()),
            Reason::KeyMalformed
        );
    }

    #[test]
    fn published_vectors_of_p256() {
        let Some(file) = shared::object("vectors/did-key/nist-curves.json") else {
            return;
        };
        let mut keys = 0;
        for (text, vector) in file
            .iter()
            .filter(|(text, _)| text.starts_with("did:key:zDn"))
        {
            let did: Did = text.parse().unwrap();
            let key = decode(&did).unwrap();
            assert_eq!((key.key_type(), encode(&key)), (KeyType::P256, did.clone()));
            let method = vector.get("verificationMethod").unwrap();
            let jwk = |name| method.get(name).and_then(Value::as_object);
            if let Some(public) = jwk("publicKeyJwk") {
                assert_eq!(VerifyingKey::from_jwk(public), Ok(key.clone()));
            }
            let text = method.get("publicKeyBase58").and_then(Value::as_str);
            if let Some(public) = text {
                let bytes = base58btc::decode(public).unwrap();
                assert_eq!(VerifyingKey::from_p256(&bytes), Ok(key.clone()));
            }
            if let Some(secret) = jwk("privateKeyJwk") {
                let text = secret.get("d").and_then(Value::as_str).unwrap();
                let scalar = base64url::decode(text).unwrap().try_into().unwrap();
                let secret = SigningKey::from_p256_scalar(&scalar).unwrap();
                assert_eq!(secret.verifying_key(), key);
                keys += 1;
            }
            let document = DidDocument::parse(vector.get("didDocument").unwrap(), &did).unwrap();
            let at = Timestamp::from_unix(0);
            let found = document.key(
                &verification_method(&key),
                Relationship::AssertionMethod,
                at,
            );
            // Types of before 2020 are not supported.
            match method.get("type").and_then(Value::as_str) {
                Some("JsonWebKey2020" | "Multikey") => assert_eq!(found, Ok(&key)),
                _ => assert_eq!(
                    found.map_err(|error| error.reason()),
                    Err(Reason::KeyTypeMismatch)
                ),
            }
        }
        assert!(keys > 1, "{keys}");
    }

    #[test]
    fn published_vectors_of_other_key_types_are_refused() {
        let refuse = |text: &str| {
            let reason = decode(&text.parse().unwrap()).unwrap_err().reason();
            assert_eq!(reason, Reason::DidKeyCodec, "{text}");
        };
        let p256 = |text: &&str| text.starts_with("did:key:zDn");
        for name in ["nist-curves", "secp256k1", "bls12381", "rsa"] {
            let Some(file) = shared::object(&format!("vectors/did-key/{name}.json")) else {
                return;
            };
            assert!(!file.is_empty());
            file.keys().filter(|text| !p256(text)).for_each(refuse);
        }
        let file = shared::object("vectors/did-key/x25519.json").unwrap();
        let document = file.get("didDocument").unwrap();
        document.as_object().unwrap().keys().for_each(refuse);
    }

    proptest! {
        #[test]
        fn reads_what_it_writes(seed in any::<[u8; 32]>()) {
            let key = SigningKey::from_seed(&seed).verifying_key();
            let did = encode(&key);
            assert_eq!(decode(&did), Ok(key.clone()));
            let method = verification_method(&key);
            assert_eq!((method.did(), method.fragment()), (&did, did.method_specific_id()));
        }
    }
}
