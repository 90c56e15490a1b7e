//! P-256 keys and their signatures: SIG-03, SIG-09, SIG-10, SIG-11, DID-15.

use proofs::did_key;
use proofs::jws::{Typ, UnverifiedJws};
use proofs::keys::{Signature, SigningKey, VerifyingKey};
use schemas::did::Did;
use schemas::encoding::{base58btc, base64url, hex};
use schemas::json::{Object, Value};
use schemas::object;
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use tests::actors::{key, key_for};
use tests::forge::edited;
use tests::scene::Scene;

use crate::signature::jws;
use crate::{accepted, accepted_both, refused, refused_both};

/// The order of the curve.
const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
/// The prime of its field, less the order.
const PRIME_LESS_ORDER: &str = "000000000000000000000000000000004319055358e8617b0c46353d039cdaae";

fn p256(name: &str) -> SigningKey {
    key_for(name, Cryptosuite::EcdsaJcs2019)
}

fn bytes32(text: &str) -> [u8; 32] {
    hex::decode(text).unwrap().try_into().unwrap()
}

/// `n - number`, the highest byte first.
fn negated(number: &[u8]) -> [u8; 32] {
    let mut out = bytes32(ORDER);
    let mut borrow = 0_i16;
    for (digit, less) in out.iter_mut().zip(number).rev() {
        let left = i16::from(*digit) - i16::from(*less) - borrow;
        borrow = i16::from(left < 0);
        *digit = u8::try_from(left.rem_euclid(256)).unwrap();
    }
    assert_eq!(borrow, 0);
    out
}

fn signature_of(document: &Object) -> Vec<u8> {
    let value = document.get("proof").unwrap().get("proofValue").unwrap();
    base58btc::decode(&value.as_str().unwrap()[1..]).unwrap()
}

fn with_signature(document: &Object, bytes: &[u8]) -> Object {
    let value = format!("z{}", base58btc::encode(bytes));
    edited(document, "proof/proofValue", Some(value.into()))
}

/// A token of this slot, signed with ES256.
fn es256(typ: Typ, signer: &SigningKey) -> String {
    let header = format!(
        r#"{{"alg":"ES256","typ":"{}","kid":"did:web:a.example#key-1"}}"#,
        typ.as_str()
    );
    jws(&header, "{}", signer)
}

fn judge(token: &str, typ: Typ, key: &VerifyingKey) -> Result<(), Reason> {
    UnverifiedJws::parse(token, typ)
        .and_then(|token| token.verify(key))
        .map(drop)
        .map_err(|error| error.reason())
}

#[test]
fn honest_p256_parties_are_accepted() {
    for suite in Cryptosuite::P256 {
        let scene = Scene::with_suite(suite);
        assert!(scene.holder().did_key().as_str().starts_with("did:key:zDn"));
        accepted_both("an avatar", &scene, &scene.avatar());
        accepted("shown", &scene.judge(&scene.presentation()));
        // Whoever issues and whoever holds may have keys of two types.
        let mut mixed = Scene::with_suite(suite);
        mixed.holder_suite = Cryptosuite::EddsaJcs2022;
        accepted_both("an Ed25519 holder", &mixed, &mixed.avatar());
        let mut mixed = Scene::new();
        mixed.holder_suite = suite;
        accepted_both("an Ed25519 world", &mixed, &mixed.avatar());
    }
}

/// A proof names a suite of the other key type, or a key of the other type is published.
#[test]
pub(crate) fn sig_03_the_suite_is_of_another_key_type() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let avatar = scene.avatar();
        for other in Cryptosuite::ALL {
            let renamed = edited(&avatar, "proof/cryptosuite", Some(other.name().into()));
            let shown = edited(
                &scene.presentation(),
                "proof/cryptosuite",
                Some(other.name().into()),
            );
            if other.key_type() != suite.key_type() {
                refused_both(other.name(), &scene, &renamed, Reason::KeyTypeMismatch);
                refused(other.name(), &scene.judge(&shown), Reason::KeyTypeMismatch);
            } else if other != suite {
                refused_both(other.name(), &scene, &renamed, Reason::SigInvalid);
                refused(other.name(), &scene.judge(&shown), Reason::SigInvalid);
            }
        }
        let method = |key: &SigningKey| {
            object! {
                "id" => "did:web:a.example#key-1",
                "type" => "Multikey",
                "controller" => "did:web:a.example",
                "publicKeyMultibase" => key.verifying_key().multikey(),
            }
        };
        for (signer, reason) in [
            (key("a"), Cryptosuite::EddsaJcs2022),
            (p256("a"), Cryptosuite::EcdsaJcs2019),
        ]
        .map(|(key, of)| {
            let same = of.key_type() == suite.key_type();
            let reason = if same {
                Reason::SigInvalid
            } else {
                Reason::KeyTypeMismatch
            };
            (key, reason)
        }) {
            let document = edited(
                &scene.a.document_object(),
                "verificationMethod/0",
                Some(method(&signer).into()),
            );
            let scene = Scene::with_suite(suite).publishing(&document);
            refused_both("another key", &scene, &avatar, reason);
        }
    }
    // Tokens: the algorithm in the header against the key that is looked up.
    let (ed25519, p256) = (key("a"), p256("a"));
    for typ in Typ::ALL {
        let token = es256(typ, &p256);
        assert_eq!(judge(&token, typ, &p256.verifying_key()), Ok(()));
        assert_eq!(
            judge(&token, typ, &ed25519.verifying_key()),
            Err(Reason::KeyTypeMismatch)
        );
        let named_eddsa = jws(
            &format!(
                r#"{{"alg":"EdDSA","typ":"{}","kid":"did:web:a.example#key-1"}}"#,
                typ.as_str()
            ),
            "{}",
            &p256,
        );
        assert_eq!(
            judge(&named_eddsa, typ, &p256.verifying_key()),
            Err(Reason::KeyTypeMismatch)
        );
    }
    // And against the key in the header, in the slot that may bring one.
    let typ = Typ::CredentialOfferProof;
    for (alg, jwk, signer) in [
        ("EdDSA", p256.verifying_key().jwk(), &p256),
        ("ES256", ed25519.verifying_key().jwk(), &ed25519),
        ("ES384", p256.verifying_key().jwk(), &p256),
    ] {
        let jwk = Value::Object(jwk);
        let header = format!(r#"{{"alg":"{alg}","typ":"{}","jwk":{jwk}}}"#, typ.as_str());
        let token = jws(&header, "{}", signer);
        assert_eq!(
            judge(&token, typ, &signer.verifying_key()),
            Err(Reason::KeyTypeMismatch),
            "{alg}"
        );
    }
}

#[test]
pub(crate) fn sig_09_r_and_s_are_within_their_range() {
    let (zero, order) = ([0; 32], bytes32(ORDER));
    for suite in Cryptosuite::P256 {
        let scene = Scene::with_suite(suite);
        let (avatar, shown) = (scene.avatar(), scene.presentation());
        let signer = scene.a.key();
        let token = es256(Typ::Receipt, &signer);
        let (input, text) = token.rsplit_once('.').unwrap();
        let cases: Vec<(&str, Box<dyn Fn(&[u8]) -> Vec<u8>>)> = vec![
            ("both zero", Box::new(move |_| [zero, zero].concat())),
            (
                "r zero",
                Box::new(move |good| [&zero[..], &good[32..]].concat()),
            ),
            (
                "s zero",
                Box::new(move |good| [&good[..32], &zero].concat()),
            ),
            (
                "r = n",
                Box::new(move |good| [&order[..], &good[32..]].concat()),
            ),
            (
                "s = n",
                Box::new(move |good| [&good[..32], &order].concat()),
            ),
            ("both n", Box::new(move |_| [order, order].concat())),
            (
                "r = p - n",
                Box::new(|good| [&bytes32(PRIME_LESS_ORDER)[..], &good[32..]].concat()),
            ),
            ("all ones", Box::new(|_| vec![0xff; 64])),
            (
                "r negated",
                Box::new(|good| [&negated(&good[..32]), &good[32..]].concat()),
            ),
        ];
        for (title, change) in cases {
            let forged = with_signature(&avatar, &change(&signature_of(&avatar)));
            refused_both(title, &scene, &forged, Reason::SigInvalid);
            let forged = with_signature(&shown, &change(&signature_of(&shown)));
            refused(title, &scene.judge(&forged), Reason::SigInvalid);
            let forged = change(&base64url::decode(text).unwrap());
            let forged = format!("{input}.{}", base64url::encode(&forged));
            assert_eq!(
                judge(&forged, Typ::Receipt, &signer.verifying_key()),
                Err(Reason::SigInvalid),
                "{title}"
            );
        }
    }
}

/// The same signature as a DER sequence of two integers.
fn der(raw: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let mut digits = number[zeros..].to_vec();
        if digits[0] >= 0x80 {
            digits.insert(0, 0);
        }
        [vec![2, u8::try_from(digits.len()).unwrap()], digits].concat()
    };
    let body = [integer(&raw[..32]), integer(&raw[32..])].concat();
    [vec![0x30, u8::try_from(body.len()).unwrap()], body].concat()
}

#[test]
pub(crate) fn sig_10_der_is_no_signature() {
    for suite in Cryptosuite::P256 {
        let scene = Scene::with_suite(suite);
        let (avatar, shown) = (scene.avatar(), scene.presentation());
        let forged = with_signature(&avatar, &der(&signature_of(&avatar)));
        refused_both("der", &scene, &forged, Reason::SigMalformed);
        let forged = with_signature(&shown, &der(&signature_of(&shown)));
        refused("der", &scene.judge(&forged), Reason::SigMalformed);
    }
    let signer = p256("a");
    for typ in Typ::ALL {
        let token = es256(typ, &signer);
        let (input, text) = token.rsplit_once('.').unwrap();
        let der = der(&base64url::decode(text).unwrap());
        assert!((68..=72).contains(&der.len()));
        let token = format!("{input}.{}", base64url::encode(&der));
        assert_eq!(
            judge(&token, typ, &signer.verifying_key()),
            Err(Reason::SigMalformed)
        );
    }
}

/// Both signatures of a message verify, and nothing tells them apart: what is known of a document is
/// the same under both, so nobody counts one thing as two.
#[test]
pub(crate) fn sig_11_a_signature_and_its_twin_name_nothing() {
    for suite in Cryptosuite::P256 {
        let scene = Scene::with_suite(suite);
        let twin = |document: &Object| {
            let good = signature_of(document);
            let twin = [&good[..32], &negated(&good[32..])].concat();
            assert_ne!(good, twin);
            with_signature(document, &twin)
        };
        let avatar = scene.avatar();
        let [one, other] = [&avatar, &twin(&avatar)].map(|avatar| scene.judge_credential(avatar));
        accepted("as signed", &one);
        accepted("its twin", &other);
        assert_eq!(one.to_object(), other.to_object());
        let shown = scene.presentation();
        let [one, other] = [&shown, &twin(&shown)].map(|shown| scene.judge(shown));
        accepted("as signed", &one);
        accepted("its twin", &other);
        assert_eq!(one.to_object(), other.to_object());
    }
    let signer = p256("a");
    let token = es256(Typ::Admission, &signer);
    let (input, text) = token.rsplit_once('.').unwrap();
    let good = base64url::decode(text).unwrap();
    let twin = [&good[..32], &negated(&good[32..])].concat();
    let twin = format!("{input}.{}", base64url::encode(&twin));
    assert_eq!(
        judge(&twin, Typ::Admission, &signer.verifying_key()),
        Ok(())
    );
    // Nothing in the sources sorts or finds by a signature.
    for file in crate::table::sources() {
        let text = std::fs::read_to_string(&file).unwrap();
        for keyed in ["Map<Signature", "Set<Signature", "Hash for Signature"] {
            assert!(!text.contains(keyed), "{} has {keyed}", file.display());
        }
    }
    assert!(Signature::from_bytes(&good).is_ok());
}

#[test]
pub(crate) fn did_15_a_p256_key_in_a_did_key_is_one_compressed_point() {
    let point = p256("mika-1").verifying_key().to_bytes();
    let jwk = p256("mika-1").verifying_key().jwk();
    let coordinate = |name| base64url::decode(jwk.get(name).and_then(Value::as_str).unwrap());
    let (x, y) = (coordinate("x").unwrap(), coordinate("y").unwrap());
    let off_the_curve = (0..=255_u8)
        .map(|last| [&point[..32], &[last]].concat())
        .find(|point| VerifyingKey::from_p256(point).is_err())
        .unwrap();
    let with = |first: u8, parts: &[&[u8]]| [&[first][..], &parts.concat()].concat();
    for (title, point) in [
        ("uncompressed", with(4, &[&x, &y])),
        ("hybrid, even", with(6, &[&x, &y])),
        ("hybrid, odd", with(7, &[&x, &y])),
        ("hybrid of one coordinate", with(6, &[&x])),
        ("compact", with(5, &[&x])),
        ("infinity", vec![0]),
        ("infinity, filled up", vec![0; 33]),
        ("infinity, of 65 bytes", vec![0; 65]),
        ("no such x", off_the_curve),
        ("x is not reduced", with(2, &[&[0xff; 32]])),
        ("cut off", point[..32].to_vec()[..31].to_vec()),
        ("with more behind", [&point[..], &[0]].concat()),
        ("nothing", Vec::new()),
    ] {
        let text = base58btc::encode(&[&[0x80, 0x24], &point[..]].concat());
        let did = format!("did:key:z{text}");
        let found = did_key::decode(&did.parse::<Did>().unwrap());
        assert_eq!(
            found.map_err(|error| error.reason()),
            Err(Reason::KeyMalformed),
            "{title}"
        );
        for suite in Cryptosuite::P256 {
            let scene = Scene::with_suite(suite);
            crate::did::refused_as_holder_and_creator(&scene, &did, Reason::KeyMalformed);
        }
        // The same point in the document of a world.
        let scene = Scene::with_suite(Cryptosuite::EcdsaJcs2019);
        let document = edited(
            &scene.a.document_object(),
            "verificationMethod/0/publicKeyMultibase",
            Some(format!("z{text}").into()),
        );
        let avatar = scene.avatar();
        let scene = scene.publishing(&document);
        refused_both(title, &scene, &avatar, Reason::KeyMalformed);
    }
}
