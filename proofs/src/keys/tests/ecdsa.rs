//! P-256 keys: published vectors, points and numbers that no honest key has, text forms.

use proptest::prelude::{any, prop, prop_assume, proptest};
use schemas::encoding::{base58btc, base64url, hex};
use schemas::json::{Object, Value};
use schemas::object;
use schemas::reason::Reason;
use schemas::suite::KeyType;

use super::bytes32;
use crate::keys::{KeyError, Signature, SignatureInvalid, SigningKey, VerifyingKey};
use crate::shared;

/// The order of the curve.
const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
/// The prime of the field.
const PRIME: &str = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
/// `x` of the base point.
const BASE: &str = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";

fn key(scalar: &str) -> SigningKey {
    SigningKey::from_p256_scalar(&bytes32(scalar)).unwrap()
}

/// `left - right` of two numbers of 32 bytes, the highest first.
fn minus(left: [u8; 32], right: [u8; 32]) -> [u8; 32] {
    let mut out = [0; 32];
    let mut borrow = 0_i16;
    for at in (0..32).rev() {
        let digit = i16::from(left[at]) - i16::from(right[at]) - borrow;
        borrow = i16::from(digit < 0);
        out[at] = digit.rem_euclid(256).try_into().unwrap();
    }
    assert_eq!(borrow, 0);
    out
}

/// The other signature of the same message: `n - s`.
fn twin(signature: &Signature) -> Signature {
    let bytes = signature.to_bytes();
    let s = minus(bytes32(ORDER), bytes[32..].try_into().unwrap());
    Signature::from_bytes(&[&bytes[..32], &s].concat()).unwrap()
}

/// RFC 6979 appendix A.2.5, SHA-256: the key, two messages and their only signatures.
#[test]
fn signs_as_rfc_6979_does() {
    let key = key("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
    let public = key.verifying_key();
    assert_eq!(key.key_type(), KeyType::P256);
    assert_eq!(public.key_type(), KeyType::P256);
    assert_eq!(
        hex::encode(&public.to_bytes()),
        "0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    );
    assert_eq!(public.ed25519_bytes(), None);
    for (message, signature) in [
        (
            "sample",
            "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        ),
        (
            "test",
            "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
        ),
    ] {
        let made = key.sign(message.as_bytes());
        assert_eq!(hex::encode(&made.to_bytes()), signature);
        assert_eq!(public.verify(message.as_bytes(), &made), Ok(()));
        assert_eq!(public.verify(b"other", &made), Err(SignatureInvalid));
        // SIG-11: both verify, so neither can be a name for the message.
        let twin = twin(&made);
        assert_ne!(twin, made);
        assert_eq!(public.verify(message.as_bytes(), &twin), Ok(()));
    }
}

/// RFC 7515 appendix A.3: a key as JSON Web Key, and a signature over a signing input.
#[test]
fn checks_as_rfc_7515_does() {
    let jwk = object! {
        "kty" => "EC",
        "crv" => "P-256",
        "x" => "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y" => "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    };
    let public = VerifyingKey::from_jwk(&jwk).unwrap();
    assert_eq!(public.jwk(), jwk);
    let secret = base64url::decode("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI").unwrap();
    let secret = SigningKey::from_p256_scalar(&secret.try_into().unwrap()).unwrap();
    assert_eq!(secret.verifying_key(), public);
    let input = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let signature = base64url::decode(
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    );
    let signature = Signature::from_bytes(&signature.unwrap()).unwrap();
    assert_eq!(public.verify(input.as_bytes(), &signature), Ok(()));
}

#[test]
fn a_secret_is_a_number_below_the_order() {
    let mut above = bytes32(ORDER);
    above[31] += 1;
    for bytes in [[0; 32], bytes32(ORDER), above, [0xff; 32]] {
        let error = SigningKey::from_p256_scalar(&bytes).unwrap_err();
        assert_eq!(error, KeyError::Scalar);
        assert_eq!(error.reason(), Reason::KeyMalformed);
    }
    let mut below = bytes32(ORDER);
    below[31] -= 1;
    let mut one = [0; 32];
    one[31] = 1;
    let [one, last] = [one, below].map(|bytes| SigningKey::from_p256_scalar(&bytes).unwrap());
    // The base point and its negative.
    let coordinate = |key: &SigningKey| hex::encode(&key.verifying_key().to_bytes()[1..]);
    assert_eq!([coordinate(&one), coordinate(&last)], [BASE, BASE]);
    assert_ne!(one.verifying_key(), last.verifying_key());
    assert_eq!(format!("{one:?}"), "SigningKey");
}

/// DID-15: every other spelling of a point, and what is none.
#[test]
fn a_point_has_one_spelling() {
    let good = key(BASE).verifying_key();
    let jwk = good.jwk();
    let coordinate = |name| base64url::decode(jwk.get(name).and_then(Value::as_str).unwrap());
    let (x, y) = (coordinate("x").unwrap(), coordinate("y").unwrap());
    let of = |first: u8, parts: &[&[u8]]| [&[first][..], &parts.concat()].concat();
    assert_eq!(VerifyingKey::from_p256(&good.to_bytes()), Ok(good));
    for bytes in [
        vec![],
        vec![0],
        of(4, &[&x, &y]),
        of(6, &[&x, &y]),
        of(7, &[&x, &y]),
        of(2, &[&x, &y]),
        of(2, &[&x[..31]]),
        of(2, &[&x, &[0]]),
        of(2, &[&[0], &x]),
        x.clone(),
    ] {
        let expected = KeyError::Length {
            expected: 33,
            found: bytes.len(),
        };
        assert_eq!(VerifyingKey::from_p256(&bytes), Err(expected));
    }
    for first in (0..=255).filter(|first| ![2, 3].contains(first)) {
        assert_eq!(
            VerifyingKey::from_p256(&of(first, &[&x])),
            Err(KeyError::NonCanonical)
        );
    }
    // Half of all numbers are no x of the curve; of those below 10 these.
    let refused = (0..10)
        .filter(|low| {
            let found = VerifyingKey::from_p256(&of(2, &[&[0; 31], &[*low]]));
            assert!(found.is_ok() || found == Err(KeyError::NotAPoint));
            found.is_err()
        })
        .count();
    assert!((1..10).contains(&refused), "{refused}");
    // A coordinate that is not reduced: p + x for x of points that are there.
    for low in 0..10_u8 {
        let mut above = bytes32(PRIME);
        let mut carry = u16::from(low);
        for byte in above.iter_mut().rev() {
            carry += u16::from(*byte);
            *byte = carry.to_le_bytes()[0];
            carry >>= 8;
        }
        for first in [2, 3] {
            assert_eq!(
                VerifyingKey::from_p256(&of(first, &[&above])),
                Err(KeyError::NotAPoint)
            );
        }
    }
}

fn reason_of_multikey(bytes: &[u8]) -> Result<(), Reason> {
    let text = format!("z{}", base58btc::encode(bytes));
    VerifyingKey::from_multikey(&text)
        .map(drop)
        .map_err(|error| error.reason())
}

#[test]
fn a_multikey_is_of_a_compressed_point() {
    let good = key(BASE).verifying_key();
    let bytes = good.to_bytes();
    assert!(good.multikey().starts_with("zDn"));
    assert_eq!(VerifyingKey::from_multikey(&good.multikey()), Ok(good));
    let with = |codec: &[u8], key: &[u8]| reason_of_multikey(&[codec, key].concat());
    assert_eq!(with(&[0x80, 0x24], &bytes), Ok(()));
    // P-384, P-521, secp256k1, the number without its varint, the same number in a longer one.
    for codec in [
        &[0x81, 0x24][..],
        &[0x82, 0x24],
        &[0xe7, 0x01],
        &[0x12, 0x00],
        &[0x80, 0xa4, 0x00],
        &[0x80],
    ] {
        assert_eq!(with(codec, &bytes), Err(Reason::KeyTypeMismatch));
    }
    // A key under the codec of the other type.
    assert_eq!(with(&[0xed, 0x01], &bytes), Err(Reason::KeyMalformed));
    assert_eq!(with(&[0x80, 0x24], &[9; 32]), Err(Reason::KeyTypeMismatch));
    for key in [&bytes[..31], &[&bytes[..], &[0]].concat(), &[]] {
        assert_eq!(with(&[0x80, 0x24], key), Err(Reason::KeyMalformed));
    }
}

/// SIG-03, SIG-20.
#[test]
fn a_jwk_is_of_one_public_key_for_signatures() {
    let good = key(BASE).verifying_key();
    let with = |name: &str, value: Value| {
        let mut jwk: Object = good.jwk();
        jwk.insert(name, value);
        VerifyingKey::from_jwk(&jwk)
            .map(drop)
            .map_err(|error| error.reason())
    };
    for (name, value) in [
        ("kid", "a".into()),
        ("alg", "ES256".into()),
        ("use", "sig".into()),
        ("key_ops", ["verify"].into()),
    ] {
        assert_eq!(with(name, value), Ok(()), "{name}");
    }
    for name in ["d", "k", "n", "e", "p", "oth", "priv", "pub"] {
        assert_eq!(with(name, "AA".into()), Err(Reason::KeyMalformed), "{name}");
    }
    let jwk = good.jwk();
    let [x, y] = ["x", "y"].map(|name| jwk.get(name).and_then(Value::as_str).unwrap());
    for name in ["x", "y"] {
        for value in [
            Value::Null,
            "".into(),
            "AA".into(),
            7.into(),
            format!("{x}=").into(),
            base64url::encode(&[0; 32]).into(),
            base64url::encode(&[0xff; 32]).into(),
            base64url::encode(&[&[0][..], &base64url::decode(x).unwrap()].concat()).into(),
            base64url::encode(&base64url::decode(y).unwrap()[..31]).into(),
        ] {
            assert_eq!(with(name, value), Err(Reason::KeyMalformed), "{name}");
        }
    }
    // Another point of the curve is another key; x twice is none.
    assert_eq!(with("y", x.into()), Err(Reason::KeyMalformed));
    for (name, value) in [
        ("kty", "OKP"),
        ("kty", "RSA"),
        ("crv", "P-384"),
        ("crv", "secp256k1"),
        ("crv", "Ed25519"),
        ("alg", "ES384"),
        ("alg", "EdDSA"),
        ("alg", "ECDH-ES"),
        ("use", "enc"),
    ] {
        assert_eq!(
            with(name, value.into()),
            Err(Reason::KeyTypeMismatch),
            "{name}"
        );
    }
    let mut without = good.jwk();
    without.remove("y");
    assert_eq!(VerifyingKey::from_jwk(&without), Err(KeyError::Member("y")));
}

/// SIG-09: every pair of numbers at the edges of the range, for keys and messages of any kind.
#[test]
fn r_and_s_are_within_the_range() {
    let public = key(BASE).verifying_key();
    let good = key(BASE).sign(b"message").to_bytes();
    let (r, s) = good.split_at(32);
    let mut above = bytes32(ORDER);
    above[31] += 1;
    let mut one = [0; 32];
    one[31] = 1;
    let edges = [[0; 32], bytes32(ORDER), above, bytes32(PRIME), [0xff; 32]];
    let refused = |bytes: &[u8]| {
        let signature = Signature::from_bytes(bytes).unwrap();
        let error = public.verify(b"message", &signature).unwrap_err();
        assert_eq!(error.reason(), Reason::SigInvalid);
    };
    for edge in edges {
        refused(&[&edge[..], s].concat());
        refused(&[r, &edge[..]].concat());
        for other in edges {
            refused(&[edge, other].concat());
        }
        refused(&[edge, one].concat());
        refused(&[one, edge].concat());
    }
    refused(&[one, one].concat());
    // r = p - n, which a reader that reduces would take for another number.
    refused(&[&minus(bytes32(PRIME), bytes32(ORDER))[..], s].concat());
}

struct Case {
    key: VerifyingKey,
    message: Vec<u8>,
    signature: Vec<u8>,
    valid: bool,
    id: String,
}

fn wycheproof(name: &str) -> Option<Vec<Case>> {
    let file = shared::object(&format!("vectors/wycheproof/{name}"))?;
    let mut cases = Vec::new();
    for group in file.get("testGroups").and_then(Value::as_array).unwrap() {
        let point = group
            .get("publicKey")
            .and_then(|key| key.get("uncompressed"))
            .and_then(Value::as_str)
            .unwrap();
        let point = hex::decode(point).unwrap();
        let jwk = object! {
            "kty" => "EC",
            "crv" => "P-256",
            "x" => base64url::encode(&point[1..33]),
            "y" => base64url::encode(&point[33..]),
        };
        let key = VerifyingKey::from_jwk(&jwk).unwrap();
        assert_eq!(key.jwk(), jwk);
        if let Some(theirs) = group.get("publicKeyJwk").and_then(Value::as_object) {
            assert_eq!(VerifyingKey::from_jwk(theirs), Ok(key.clone()));
        }
        assert_eq!(
            VerifyingKey::from_multikey(&key.multikey()),
            Ok(key.clone())
        );
        for test in group.get("tests").and_then(Value::as_array).unwrap() {
            let text = |name| test.get(name).and_then(Value::as_str).unwrap();
            cases.push(Case {
                key: key.clone(),
                message: hex::decode(text("msg")).unwrap(),
                signature: hex::decode(text("sig")).unwrap(),
                valid: text("result") == "valid",
                id: format!("{name} {:?}", test.get("tcId")),
            });
        }
    }
    Some(cases)
}

#[test]
fn wycheproof_p256() {
    let Some(cases) = wycheproof("ecdsa_secp256r1_sha256_p1363_test.json") else {
        return;
    };
    let (mut valid, mut invalid) = (0, 0);
    for case in &cases {
        let found = Signature::from_bytes(&case.signature)
            .map_err(|error| error.reason())
            .and_then(|signature| {
                case.key
                    .verify(&case.message, &signature)
                    .map_err(|error| error.reason())
            });
        let expected = match (case.valid, case.signature.len()) {
            (true, _) => Ok(()),
            (false, 64) => Err(Reason::SigInvalid),
            (false, _) => Err(Reason::SigMalformed),
        };
        assert_eq!(found, expected, "{}", case.id);
        if case.valid {
            valid += 1;
        } else {
            invalid += 1;
        }
    }
    assert!(valid > 150 && invalid > 80, "{valid} {invalid}");
}

/// SIG-10: DER is another form of a signature, and no form that is read. The few that are as long as
/// a raw one are no raw one.
#[test]
fn wycheproof_p256_in_der_is_refused() {
    let Some(cases) = wycheproof("ecdsa_secp256r1_sha256_test.json") else {
        return;
    };
    let mut valid = 0;
    for case in &cases {
        let found = Signature::from_bytes(&case.signature).map_err(|error| error.reason());
        if case.signature.len() == 64 {
            assert!(case.key.verify(&case.message, &found.unwrap()).is_err());
        } else {
            assert_eq!(found, Err(Reason::SigMalformed), "{}", case.id);
        }
        valid += usize::from(case.valid);
    }
    assert!(valid > 150 && cases.len() > 400, "{valid}");
}

proptest! {
    #[test]
    fn reads_what_it_writes(scalar in any::<[u8; 32]>()) {
        let secret = SigningKey::from_p256_scalar(&scalar);
        prop_assume!(secret.is_ok());
        let key = secret.unwrap().verifying_key();
        assert_eq!(VerifyingKey::from_p256(&key.to_bytes()), Ok(key.clone()));
        assert_eq!(VerifyingKey::from_multikey(&key.multikey()), Ok(key.clone()));
        assert_eq!(VerifyingKey::from_jwk(&key.jwk()), Ok(key));
    }

    /// Whatever bytes are a key, they are its only spelling.
    #[test]
    fn a_key_has_one_spelling(sign in 2..=3_u8, x in any::<[u8; 32]>()) {
        let bytes = [&[sign][..], &x].concat();
        if let Ok(key) = VerifyingKey::from_p256(&bytes) {
            assert_eq!(key.to_bytes(), bytes);
        }
    }

    #[test]
    fn any_flipped_bit_is_refused(at in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let key = key(BASE);
        let mut bytes = key.sign(b"message").to_bytes();
        bytes[at.index(64)] ^= 1 << bit;
        let signature = Signature::from_bytes(&bytes).unwrap();
        assert!(key.verifying_key().verify(b"message", &signature).is_err());
    }

    #[test]
    fn every_signature_has_a_twin_and_a_length(message in any::<[u8; 20]>()) {
        let key = key(BASE);
        let signature = key.sign(&message);
        assert_eq!(key.sign(&message), signature);
        assert_eq!(key.verifying_key().verify(&message, &twin(&signature)), Ok(()));
    }
}
