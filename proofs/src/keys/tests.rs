//! Ed25519 keys: published vectors, the encodings that no honest key has, text forms. P-256 keys are
//! in `tests/ecdsa.rs`.

mod ecdsa;

use proptest::prelude::{any, prop, proptest};
use schemas::encoding::{base58btc, base64url, hex};
use schemas::json::Value;
use schemas::object;
use schemas::reason::Reason;
use schemas::suite::KeyType;

use super::{KeyError, Signature, SignatureInvalid, SigningKey, VerifyingKey};
use crate::shared;

fn bytes32(text: &str) -> [u8; 32] {
    hex::decode(text).unwrap().try_into().unwrap()
}

/// RFC 8032 section 7.1: secret, public, message, signature.
const RFC_8032: [[&str; 4]; 3] = [
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
];

#[test]
fn signs_as_rfc_8032_does() {
    for [secret, public, message, signature] in RFC_8032 {
        let key = SigningKey::from_seed(&bytes32(secret));
        assert_eq!(key.verifying_key().to_bytes(), bytes32(public));
        let message = hex::decode(message).unwrap();
        let made = key.sign(&message);
        assert_eq!(hex::encode(&made.to_bytes()), signature);
        assert_eq!(key.verifying_key().verify(&message, &made), Ok(()));
        let other = key.verifying_key().verify(b"other", &made).unwrap_err();
        assert_eq!(other.reason(), Reason::SigInvalid);
    }
}

/// RFC 8037 appendix A.1 to A.3: JSON Web Key and thumbprint.
#[test]
fn names_keys_as_rfc_8037_does() {
    let jwk = object! {
        "kty" => "OKP",
        "crv" => "Ed25519",
        "x" => "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    };
    let key = VerifyingKey::from_jwk(&jwk).unwrap();
    assert_eq!(key.to_bytes(), bytes32(RFC_8032[0][1]));
    assert_eq!(key.jwk(), jwk);
    assert_eq!(
        base64url::encode(key.jwk_thumbprint().as_bytes()),
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    );
}

/// All spellings of the points of small order: eight canonical ones and six that are not.
const SMALL_ORDER: [&str; 14] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

#[test]
fn no_point_of_small_order_is_a_key_in_any_spelling() {
    for text in SMALL_ORDER {
        let bytes = bytes32(text);
        assert_eq!(
            VerifyingKey::from_ed25519(&bytes),
            Err(KeyError::Weak),
            "{text}"
        );
        let multikey = [&[0xed, 0x01][..], &bytes].concat();
        let multikey = format!("z{}", base58btc::encode(&multikey));
        let jwk = object! {
            "kty" => "OKP",
            "crv" => "Ed25519",
            "x" => base64url::encode(&bytes),
        };
        for found in [
            VerifyingKey::from_multikey(&multikey),
            VerifyingKey::from_jwk(&jwk),
        ] {
            assert_eq!(
                found.map_err(|error| error.reason()),
                Err(Reason::KeyWeak),
                "{text}"
            );
        }
    }
}

/// A coordinate that is not reduced: p + 2 … p + 18, with either sign.
#[test]
fn no_point_has_a_second_spelling() {
    let mut points = 0;
    for low in 0xef..=0xff_u8 {
        for high in [0x7f, 0xff] {
            let mut bytes = [0xff; 32];
            (bytes[0], bytes[31]) = (low, high);
            match VerifyingKey::from_ed25519(&bytes).unwrap_err() {
                KeyError::NotAPoint => {}
                error => {
                    assert_eq!(error, KeyError::NonCanonical);
                    assert_eq!(error.reason(), Reason::KeyMalformed);
                    points += 1;
                }
            }
        }
    }
    assert!(points > 0);
}

/// A small-order commitment `R` with a scalar of zero verifies for every message under the equation
/// with cofactor; here the key would have to be weak, and under a good key `R` is refused.
#[test]
fn no_signature_has_a_commitment_of_small_order() {
    let key = SigningKey::from_seed(&[9; 32]).verifying_key();
    for text in SMALL_ORDER {
        let signature = [&bytes32(text)[..], &[0; 32]].concat();
        let signature = Signature::from_bytes(&signature).unwrap();
        assert!(key.verify(b"anything", &signature).is_err(), "{text}");
    }
}

/// SIG-08.
#[test]
fn lengths_are_exact() {
    for length in [0, 1, 63, 65, 128] {
        let error = Signature::from_bytes(&vec![1; length]).unwrap_err();
        assert_eq!(error.reason(), Reason::SigMalformed);
    }
    let key = SigningKey::from_seed(&[1; 32]).verifying_key();
    let bytes = key.to_bytes();
    for bytes in [
        &bytes[..31],
        &[&bytes[..], &[0]].concat(),
        &[&[0], &bytes[..]].concat(),
    ] {
        let multikey = [&[0xed, 0x01][..], bytes].concat();
        let multikey = format!("z{}", base58btc::encode(&multikey));
        let jwk = object! { "kty" => "OKP", "crv" => "Ed25519", "x" => base64url::encode(bytes) };
        let expected = KeyError::Length {
            expected: 32,
            found: bytes.len(),
        };
        assert_eq!(VerifyingKey::from_multikey(&multikey), Err(expected));
        assert_eq!(VerifyingKey::from_jwk(&jwk), Err(expected));
    }
    let good = key.multikey();
    for text in [
        "",
        "z",
        &good[1..],
        &good.replacen('z', "Z", 1),
        &good.replacen('z', "u", 1),
        &format!("{good}\n"),
        &format!(" {good}"),
        &format!("{}\n{}", &good[..9], &good[9..]),
        &good.replacen("6Mk", "0Ml", 1),
        &format!("z{}", "1".repeat(2000)),
    ] {
        assert_eq!(
            VerifyingKey::from_multikey(text),
            Err(KeyError::Encoding),
            "{text}"
        );
    }
}

/// SIG-03, SIG-20.
#[test]
fn a_jwk_is_of_one_public_key_for_signatures() {
    let with = |name: &str, value: Value| {
        let mut jwk = SigningKey::from_seed(&[1; 32]).verifying_key().jwk();
        jwk.insert(name, value);
        VerifyingKey::from_jwk(&jwk)
            .map(drop)
            .map_err(|error| error.reason())
    };
    for (name, value) in [
        ("kid", "a".into()),
        ("alg", "EdDSA".into()),
        ("alg", "Ed25519".into()),
        ("use", "sig".into()),
        ("key_ops", ["verify"].into()),
        ("something", true.into()),
    ] {
        assert_eq!(with(name, value), Ok(()), "{name}");
    }
    for name in ["d", "y", "k", "n", "e", "p", "oth", "priv"] {
        assert_eq!(with(name, "AA".into()), Err(Reason::KeyMalformed), "{name}");
    }
    for (name, value) in [
        ("x", Value::Null),
        ("x", "".into()),
        ("x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp".into()),
        ("x", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo".into()),
        ("kty", 1.into()),
        ("crv", ["Ed25519"].into()),
        ("alg", Value::Null),
        ("key_ops", "verify".into()),
    ] {
        assert_eq!(with(name, value), Err(Reason::KeyMalformed), "{name}");
    }
    for (name, value) in [
        ("kty", "EC"),
        ("kty", "okp"),
        ("crv", "X25519"),
        ("crv", "P-256"),
        ("crv", "Ed448"),
        ("alg", "ES256"),
        ("alg", "none"),
        ("use", "enc"),
    ] {
        assert_eq!(
            with(name, value.into()),
            Err(Reason::KeyTypeMismatch),
            "{name}"
        );
    }
    assert_eq!(
        with("key_ops", ["sign"].into()),
        Err(Reason::KeyTypeMismatch)
    );
    let p384 = object! { "kty" => "EC", "crv" => "P-384", "x" => "AA", "y" => "AA", "d" => "AA" };
    assert_eq!(
        VerifyingKey::from_jwk(&p384).map_err(|error| error.reason()),
        Err(Reason::KeyTypeMismatch)
    );
    assert_eq!(
        VerifyingKey::from_jwk(&object! {}).map_err(|error| error.reason()),
        Err(Reason::KeyMalformed)
    );
}

#[test]
fn a_secret_prints_nothing() {
    let key = SigningKey::from_seed(&[0x5a; 32]);
    assert_eq!(format!("{key:?}"), "SigningKey");
}

#[test]
fn wycheproof_ed25519() {
    let Some(file) = shared::object("vectors/wycheproof/ed25519_test.json") else {
        return;
    };
    let (mut valid, mut invalid) = (0, 0);
    for group in file.get("testGroups").and_then(Value::as_array).unwrap() {
        let jwk = group
            .get("publicKeyJwk")
            .and_then(Value::as_object)
            .unwrap();
        let key = VerifyingKey::from_jwk(jwk).unwrap();
        let text = group
            .get("publicKey")
            .and_then(|key| key.get("pk"))
            .unwrap();
        assert_eq!(hex::encode(&key.to_bytes()), text.as_str().unwrap());
        // The same answers from a key that is met often.
        let kept = key.clone().kept();
        let nothing = Signature::from_bytes(&[1; 64]).unwrap();
        assert!((0..20).all(|_| kept.verify(b"", &nothing).is_err()));
        for test in group.get("tests").and_then(Value::as_array).unwrap() {
            let text = |name| test.get(name).and_then(Value::as_str).unwrap();
            let message = hex::decode(text("msg")).unwrap();
            let signature = hex::decode(text("sig")).unwrap();
            let found = Signature::from_bytes(&signature)
                .map_err(|error| error.reason())
                .and_then(|signature| {
                    let found = key.verify(&message, &signature);
                    assert_eq!(kept.verify(&message, &signature), found);
                    found.map_err(|error| error.reason())
                });
            let case = test.get("tcId");
            match text("result") {
                "valid" => {
                    assert_eq!(found, Ok(()), "{case:?}");
                    valid += 1;
                }
                _ => {
                    let reason = if signature.len() == 64 {
                        Reason::SigInvalid
                    } else {
                        Reason::SigMalformed
                    };
                    assert_eq!(found, Err(reason), "{case:?}");
                    invalid += 1;
                }
            }
        }
    }
    assert!(valid > 50 && invalid > 50, "{valid} {invalid}");
}

/// None of these keys is a public key for signatures of ours, and each says why.
#[test]
fn wycheproof_json_web_keys_are_refused() {
    let Some(file) = shared::object("vectors/wycheproof/json_web_key_test.json") else {
        return;
    };
    let (mut keys, mut points, mut secrets, mut good) = (0, 0, 0, 0);
    for group in file.get("testGroups").and_then(Value::as_array).unwrap() {
        let comment = group.get("comment").and_then(Value::as_str);
        for set in ["private", "public"].map(|name| group.get(name)) {
            let set = set
                .and_then(|set| set.get("keys"))
                .and_then(Value::as_array);
            for key in set.unwrap_or_default() {
                keys += 1;
                let text = |name| key.get(name).and_then(Value::as_str);
                let found = VerifyingKey::from_jwk(key.as_object().unwrap());
                // The one public key that is in order; its group is about a set of many.
                if comment == Some("jws_mixedSymmetryKeyset") && text("kty") == Some("EC") {
                    assert_eq!(found.map(|key| key.key_type()), Ok(KeyType::P256));
                    good += 1;
                    continue;
                }
                let secret = text("d").is_some();
                let expected = match (text("kty"), text("crv")) {
                    (Some("EC"), Some("P-256")) if secret => Err(Reason::KeyMalformed),
                    (Some("EC"), Some("P-256")) if comment == Some("invalid_point") => {
                        points += 1;
                        Err(Reason::KeyMalformed)
                    }
                    _ => Err(Reason::KeyTypeMismatch),
                };
                secrets += usize::from(expected == Err(Reason::KeyMalformed) && secret);
                assert_eq!(
                    found.map(drop).map_err(|error| error.reason()),
                    expected,
                    "{key}"
                );
            }
        }
    }
    assert!(keys > 20, "{keys}");
    assert!(
        (points, good) == (1, 1) && secrets > 2,
        "{points} {good} {secrets}"
    );
}

/// Keys with a part of small order beside the honest one, and commitments with such a part: signature
/// checks of several makes differ on them. The equation without cofactor decides, as it does for
/// every other key: its holder knows the secret, so nobody else can use it.
const MIXED_ORDER: [(&str, &str, &str, Result<(), SignatureInvalid>); 5] = [
    (
        "10eb7c3acfb2bed3e0d6ab89bf5a3d6afddd1176ce4812e38d9fd485058fdb1f",
        "ed25519vectors 5",
        "b62cf890de42c413b11b1411c9f01f1c4d77aa87ef182258d1251f69af2a350608f32d206a7c0b7efa9a59e66546e8f1f599ef843fb502c9cc3c4ae8b7c11e05",
        Ok(()),
    ),
    (
        "10eb7c3acfb2bed3e0d6ab89bf5a3d6afddd1176ce4812e38d9fd485058fdb1f",
        "ed25519vectors 3",
        "b62cf890de42c413b11b1411c9f01f1c4d77aa87ef182258d1251f69af2a3506030b03796b78f7afeadfccaedc9d09ce6d487d1ece1f16b1ae2b59b7e5c40603",
        Err(SignatureInvalid),
    ),
    (
        "10eb7c3acfb2bed3e0d6ab89bf5a3d6afddd1176ce4812e38d9fd485058fdb1f",
        "ed25519vectors",
        "36684ea91032ba5b1dbab2d02f4debc74c3327f2b3802e2e4d371aa42b12b56bbbfd00bd9c259d8d222d15e67a3d8228585050dbb9b9585be20d8fadc721da03",
        Ok(()),
    ),
    (
        "10eb7c3acfb2bed3e0d6ab89bf5a3d6afddd1176ce4812e38d9fd485058fdb1f",
        "ed25519vectors 10",
        "36684ea91032ba5b1dbab2d02f4debc74c3327f2b3802e2e4d371aa42b12b56bc02e2b9e63e385c058bf62b14b3a2b29ccefe8e38ddb536bc3f9865320a3d801",
        Err(SignatureInvalid),
    ),
    (
        "ef75b20e7540e3dff77404193652ba2bd13df99c1508eee1515e27ae25f28076",
        "ed25519vectors 3",
        "36684ea91032ba5b1dbab2d02f4debc74c3327f2b3802e2e4d371aa42b12b56b2d471882773a677af1e3824e757a33f8ddf7bbeaf3d28a09595eb8daa0d74a03",
        Err(SignatureInvalid),
    ),
];

#[test]
fn a_part_of_small_order_is_no_way_round_the_equation() {
    for (key, message, signature, expected) in MIXED_ORDER {
        let key = VerifyingKey::from_ed25519(&bytes32(key)).unwrap();
        let signature = Signature::from_bytes(&hex::decode(signature).unwrap()).unwrap();
        assert_eq!(
            key.verify(message.as_bytes(), &signature),
            expected,
            "{message}"
        );
        let other = key.verify(b"another", &signature);
        assert_eq!(other, Err(SignatureInvalid));
    }
}

proptest! {
    #[test]
    fn reads_what_it_writes(seed in any::<[u8; 32]>()) {
        let key = SigningKey::from_seed(&seed).verifying_key();
        assert_eq!(VerifyingKey::from_ed25519(&key.ed25519_bytes().unwrap()), Ok(key.clone()));
        assert_eq!(VerifyingKey::from_multikey(&key.multikey()), Ok(key.clone()));
        assert_eq!(VerifyingKey::from_jwk(&key.jwk()), Ok(key.clone()));
        assert!(key.multikey().starts_with("z6Mk"));
    }

    /// Whatever bytes are a key, they are what its point is written as.
    #[test]
    fn a_key_has_one_spelling(bytes in any::<[u8; 32]>()) {
        if let Ok(key) = VerifyingKey::from_ed25519(&bytes) {
            assert_eq!(key.to_bytes(), bytes);
            let point = ed25519_dalek::VerifyingKey::from_bytes(&bytes).unwrap().to_edwards();
            assert_eq!(point.compress().as_bytes(), &bytes);
        }
    }

    #[test]
    fn any_text_gets_an_answer(text in "z?\\PC{0,80}") {
        let found = VerifyingKey::from_multikey(&text);
        assert!(found.is_err() || found.is_ok_and(|key| key.multikey() == text));
    }

    #[test]
    fn any_flipped_bit_is_refused(seed in any::<[u8; 32]>(), at in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let key = SigningKey::from_seed(&seed);
        let mut bytes = key.sign(b"message").to_bytes();
        bytes[at.index(64)] ^= 1 << bit;
        let signature = Signature::from_bytes(&bytes).unwrap();
        assert!(key.verifying_key().verify(b"message", &signature).is_err());
    }
}

/// The forms of RFC 8410 section 10.1 and of a P-256 key that OpenSSL wrote.
#[test]
fn keys_of_certificates_have_one_form() {
    let ed25519 =
        "302a300506032b657003210019bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";
    let der = hex::decode(ed25519).unwrap();
    let key = VerifyingKey::from_spki(&der).unwrap();
    assert_eq!(
        (key.key_type(), key.to_spki()),
        (KeyType::Ed25519, der.clone())
    );
    let secret = SigningKey::from_p256_scalar(&[7; 32]).unwrap();
    let p256 = secret.verifying_key().to_spki();
    assert_eq!(p256.len(), 91);
    assert_eq!(VerifyingKey::from_spki(&p256), Ok(secret.verifying_key()));
    let mut off_curve = p256.clone();
    *off_curve.last_mut().unwrap() ^= 1;
    let mut other_curve = p256.clone();
    other_curve[22] ^= 1;
    for (der, error) in [
        (vec![], KeyError::Codec),
        (b"0\x00".to_vec(), KeyError::Codec),
        (
            der[..43].to_vec(),
            KeyError::Length {
                expected: 32,
                found: 31,
            },
        ),
        (
            p256[..90].to_vec(),
            KeyError::Length {
                expected: 32,
                found: 31,
            },
        ),
        (
            [&p256[..], &[0]].concat(),
            KeyError::Length {
                expected: 32,
                found: 33,
            },
        ),
        (off_curve, KeyError::NotAPoint),
        (other_curve, KeyError::Codec),
        ([&der[..12], &[0; 32]].concat(), KeyError::Weak),
    ] {
        assert_eq!(
            VerifyingKey::from_spki(&der),
            Err(error),
            "{}",
            hex::encode(&der)
        );
    }
}
