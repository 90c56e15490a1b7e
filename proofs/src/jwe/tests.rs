//! The published vector, round trips, and every refusal.

use proptest::collection::vec;
use proptest::prelude::{any, proptest};
use schemas::encoding::base64url;
use schemas::json::{Limits, Object, Value, read};
use schemas::object;
use schemas::reason::Reason;
use schemas::suite::ContentEncryption;
use zeroize::Zeroizing;

use super::{
    DecryptionKey, Expected, Fresh, IV_BYTES, JweError, MAX_BYTES, Parties, Recipient,
    RecipientKey, decrypt, encrypt, kdf,
};
use crate::keys::KeyError;

const BOTH: [ContentEncryption; 2] = ContentEncryption::ALL;
const KID: &str = "k1";

fn secret(letter: u8) -> DecryptionKey {
    DecryptionKey::from_scalar(&[letter; 32]).unwrap()
}

fn fresh() -> Fresh {
    Fresh {
        secret: Zeroizing::new([9; 32]),
        iv: [5; IV_BYTES],
    }
}

fn sealed(plain: &[u8], encryption: ContentEncryption) -> String {
    let recipient = Recipient {
        key: &secret(7).recipient(),
        kid: Some(KID),
        encryption,
        parties: Parties::default(),
    };
    encrypt(plain, &recipient, &fresh()).unwrap()
}

fn open(text: &str) -> Result<Vec<u8>, JweError> {
    let expected = Expected {
        key: &secret(7),
        kid: KID,
        encryptions: &BOTH,
    };
    decrypt(text, &expected).map(|plain| plain.to_vec())
}

/// A message whose header was changed; its tag does not fit any more, which nobody gets to see.
fn with_header(change: impl FnOnce(&mut Object)) -> String {
    let text = sealed(b"plain", ContentEncryption::A128Gcm);
    let (header, rest) = text.split_once('.').unwrap();
    let header = base64url::decode(header).unwrap();
    let Value::Object(mut header) = read(&header, &Limits::message()).unwrap() else {
        panic!("a header");
    };
    change(&mut header);
    let header = schemas::canonical::object_to_bytes(&header);
    format!("{}.{rest}", base64url::encode(&header))
}

/// RFC 7518 appendix C.
#[test]
fn the_published_key_is_derived() {
    let scalar = |text| <[u8; 32]>::try_from(base64url::decode(text).unwrap()).unwrap();
    let alice = scalar("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo");
    let bob = scalar("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw");
    let [alice, bob] = [alice, bob].map(|scalar| DecryptionKey::from_scalar(&scalar).unwrap());
    let of_bob = object! {
        "kty" => "EC",
        "crv" => "P-256",
        "x" => "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
        "y" => "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
    };
    assert_eq!(bob.recipient().jwk(), of_bob);
    let of_alice = object! {
        "kty" => "EC",
        "crv" => "P-256",
        "x" => "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
        "y" => "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
    };
    let agreed = alice.agree(&bob.recipient());
    assert_eq!(
        agreed,
        bob.agree(&RecipientKey::from_point(&of_alice).unwrap())
    );
    assert_eq!(
        *agreed,
        [
            158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49,
            110, 163, 218, 128, 106, 72, 246, 218, 167, 121, 140, 254, 144, 196
        ]
    );
    let parties = Parties {
        producer: b"Alice",
        recipient: b"Bob",
    };
    let key = kdf::derive(&agreed, ContentEncryption::A128Gcm, &parties);
    assert_eq!(base64url::encode(&key), "VqqN6vgjbSBcIijNcacQGg");
    // Each input counts.
    let other = kdf::derive(&agreed, ContentEncryption::A256Gcm, &parties);
    assert_eq!(other.len(), 32);
    assert_ne!(other.get(..16), Some(key.as_slice()));
    assert_ne!(
        kdf::derive(&agreed, ContentEncryption::A128Gcm, &Parties::default()),
        key
    );
}

#[test]
fn what_is_encrypted_is_read_by_its_recipient_only() {
    for encryption in BOTH {
        let text = sealed(b"a face", encryption);
        assert!(!text.contains("face") && text.split('.').nth(1) == Some(""));
        assert_eq!(open(&text).unwrap(), b"a face");
        let expected = Expected {
            key: &secret(8),
            kid: KID,
            encryptions: &BOTH,
        };
        assert_eq!(
            decrypt(&text, &expected).unwrap_err(),
            JweError::NotForThisKey
        );
        let other: Vec<_> = BOTH.into_iter().filter(|one| *one != encryption).collect();
        let expected = Expected {
            key: &secret(7),
            kid: KID,
            encryptions: &other,
        };
        assert_eq!(decrypt(&text, &expected).unwrap_err(), JweError::Encryption);
    }
    assert_eq!(open(&sealed(b"", ContentEncryption::A256Gcm)).unwrap(), b"");
}

#[test]
fn parties_are_bound() {
    let recipient = Recipient {
        key: &secret(7).recipient(),
        kid: Some(KID),
        encryption: ContentEncryption::A256Gcm,
        parties: Parties {
            producer: b"wallet",
            recipient: b"world",
        },
    };
    let text = encrypt(b"a face", &recipient, &fresh()).unwrap();
    assert_eq!(open(&text).unwrap(), b"a face");
}

/// OVP-16 and OVP-17.
#[test]
fn each_fault_of_a_header_is_refused() {
    let set = |name: &'static str, value: Value| {
        with_header(move |header| {
            header.insert(name, value);
        })
    };
    let unset = |name: &'static str| {
        with_header(move |header| {
            header.remove(name);
        })
    };
    let epk = |name: &'static str, value: &str| {
        let value = Value::from(value);
        with_header(move |header| {
            let Some(Value::Object(epk)) = header.get_mut("epk") else {
                panic!("epk");
            };
            epk.insert(name, value);
        })
    };
    let off_curve = base64url::encode(&[1; 32]);
    for (text, error) in [
        (set("alg", "dir".into()), JweError::Algorithm),
        (set("alg", "RSA1_5".into()), JweError::Algorithm),
        (set("alg", "none".into()), JweError::Algorithm),
        (set("alg", "ECDH-ES+A128KW".into()), JweError::Algorithm),
        (set("alg", "PBES2-HS256+A128KW".into()), JweError::Algorithm),
        (unset("alg"), JweError::Algorithm),
        (set("alg", 1.into()), JweError::Header("alg")),
        (set("enc", "A128CBC-HS256".into()), JweError::Encryption),
        (set("enc", "a128gcm".into()), JweError::Encryption),
        (unset("enc"), JweError::Encryption),
        (set("zip", "DEF".into()), JweError::Forbidden("zip")),
        (set("p2c", 2_147_483_647.into()), JweError::Forbidden("p2c")),
        (
            set("jku", "https://evil.example".into()),
            JweError::Forbidden("jku"),
        ),
        (set("jwk", object! {}.into()), JweError::Forbidden("jwk")),
        (set("crit", ["exp"].into()), JweError::Critical),
        (set("kid", "k2".into()), JweError::Kid),
        (unset("kid"), JweError::Kid),
        (unset("epk"), JweError::Header("epk")),
        (set("epk", "x".into()), JweError::Header("epk")),
        (epk("crv", "P-384"), JweError::Key(KeyError::Purpose("crv"))),
        (epk("kty", "OKP"), JweError::Key(KeyError::Purpose("kty"))),
        (epk("y", &off_curve), JweError::Key(KeyError::NotAPoint)),
        (epk("y", "AQ=="), JweError::Key(KeyError::Encoding)),
        (
            epk("x", "AQ"),
            JweError::Key(KeyError::Length {
                expected: 32,
                found: 1,
            }),
        ),
        (epk("d", "AQ"), JweError::Key(KeyError::Member("d"))),
        (set("apu", "A".into()), JweError::Header("apu")),
        (
            set("apv", base64url::encode(&[0; 513]).into()),
            JweError::Header("apv"),
        ),
        // A change that is no fault by itself is seen by the tag.
        (set("cty", "json".into()), JweError::NotForThisKey),
        (set("apu", "QWxpY2U".into()), JweError::NotForThisKey),
    ] {
        assert_eq!(error.reason(), Reason::EncUnsupported);
        assert_eq!(open(&text), Err(error));
    }
    let large = set("apu", "A".repeat(10 << 20).into());
    assert_eq!(open(&large).unwrap_err().reason(), Reason::InputTooLarge);
    let wide = set("theme", "A".repeat(9 << 10).into());
    assert!(matches!(open(&wide), Err(JweError::Json(_))));
}

#[test]
fn each_fault_of_the_form_is_refused() {
    let text = sealed(b"plain", ContentEncryption::A128Gcm);
    let parts: Vec<&str> = text.split('.').collect();
    let with = |at: usize, part: &str| {
        let mut parts = parts.clone();
        parts[at] = part;
        parts.join(".")
    };
    for (text, error) in [
        (String::new(), JweError::Serialization),
        ("a.b.c".to_owned(), JweError::Serialization),
        (format!("{text}.AAAA"), JweError::Serialization),
        (with(1, "AAAA"), JweError::WrappedKey),
        (with(2, ""), JweError::Serialization),
        (
            with(2, &base64url::encode(&[5; 16])),
            JweError::Serialization,
        ),
        (with(4, ""), JweError::Serialization),
        (
            with(4, &base64url::encode(&[0; 12])),
            JweError::Serialization,
        ),
        (
            with(4, &base64url::encode(&[0; 16])),
            JweError::NotForThisKey,
        ),
        (with(3, ""), JweError::NotForThisKey),
        (with(3, "A+=="), JweError::Serialization),
        (with(0, "W10"), JweError::Header("")),
        (with(0, "e30"), JweError::Algorithm),
    ] {
        assert_eq!(open(&text), Err(error), "{text}");
    }
    let found = MAX_BYTES + 1;
    let error = JweError::TooLarge {
        limit: MAX_BYTES,
        found,
    };
    assert_eq!(open(&"A".repeat(found)), Err(error));
}

#[test]
fn a_key_is_for_this_use_only() {
    let with = |name: &str, value: Value| {
        let mut jwk = secret(7).recipient().jwk();
        jwk.insert("alg", "ECDH-ES");
        jwk.insert(name, value);
        RecipientKey::from_jwk(&jwk)
    };
    assert_eq!(with("kid", "k".into()), Ok(secret(7).recipient()));
    assert_eq!(with("use", "enc".into()), Ok(secret(7).recipient()));
    assert_eq!(
        with("key_ops", Value::Array(Vec::new())),
        Ok(secret(7).recipient())
    );
    for (name, value, error) in [
        ("alg", "ES256".into(), KeyError::Purpose("alg")),
        ("alg", "ECDH-ES+A256KW".into(), KeyError::Purpose("alg")),
        ("use", "sig".into(), KeyError::Purpose("use")),
        ("use", 1.into(), KeyError::Member("use")),
        ("key_ops", ["verify"].into(), KeyError::Purpose("key_ops")),
        ("kty", "OKP".into(), KeyError::Purpose("kty")),
        ("crv", "X25519".into(), KeyError::Purpose("crv")),
        ("d", "AA".into(), KeyError::Member("d")),
        ("x", Value::Null, KeyError::Member("x")),
    ] {
        assert_eq!(with(name, value), Err(error), "{name}");
    }
    let mut jwk = secret(7).recipient().jwk();
    assert_eq!(RecipientKey::from_jwk(&jwk), Err(KeyError::Member("alg")));
    jwk.insert("alg", "ECDH-ES");
    jwk.remove("y");
    assert_eq!(RecipientKey::from_jwk(&jwk), Err(KeyError::Member("y")));
    for number in [[0; 32], [255; 32]] {
        assert_eq!(
            DecryptionKey::from_scalar(&number).unwrap_err(),
            KeyError::Scalar
        );
        let fresh = Fresh {
            secret: Zeroizing::new(number),
            iv: [0; IV_BYTES],
        };
        let recipient = Recipient {
            key: &secret(7).recipient(),
            kid: None,
            encryption: ContentEncryption::A128Gcm,
            parties: Parties::default(),
        };
        assert_eq!(encrypt(b"", &recipient, &fresh), Err(JweError::Secret));
    }
    assert_eq!(
        format!("{:?} {:?}", secret(7), fresh()),
        "DecryptionKey Fresh"
    );
}

proptest! {
    #[test]
    fn messages_round_trip(plain in vec(any::<u8>(), 0..200), letter in 1_u8..255, long in any::<bool>()) {
        let encryption = if long { ContentEncryption::A256Gcm } else { ContentEncryption::A128Gcm };
        let key = secret(letter);
        let kid = key.recipient().thumbprint().to_string();
        let recipient = Recipient {
            key: &key.recipient(),
            kid: Some(&kid),
            encryption,
            parties: Parties::default(),
        };
        let text = encrypt(&plain, &recipient, &fresh()).unwrap();
        let expected = Expected { key: &key, kid: &kid, encryptions: &[encryption] };
        assert_eq!(*decrypt(&text, &expected).unwrap(), plain);
    }

    #[test]
    fn a_changed_letter_is_refused(at in any::<proptest::sample::Index>(), letter in "[A-Za-z0-9_.-]") {
        let text = sealed(b"plain", ContentEncryption::A256Gcm);
        let at = at.index(text.len());
        let mut changed = text.clone();
        changed.replace_range(at..=at, &letter);
        if changed != text {
            assert!(open(&changed).is_err());
        }
    }

    #[test]
    fn any_text_is_refused(text in any::<String>()) {
        assert!(open(&text).is_err());
    }
}
