//! Signatures and keys: SIG-03 to SIG-29.

use proofs::data_integrity::{ProofOptions, UnverifiedProof};
use proofs::did_document::{DidDocument, Relationship};
use proofs::issue::Issuer;
use proofs::jws::{HeaderKey, Typ, UnverifiedJws};
use proofs::keys::{SigningKey, VerifyingKey};
use schemas::canonical;
use schemas::digest::Sha256Digest;
use schemas::encoding::{base58btc, base64url};
use schemas::json::{Object, Value};
use schemas::object;
use schemas::reason::Reason;
use schemas::suite::{Cryptosuite, KeyType};
use tests::actors::{World, key, key_for};
use tests::fixed::now;
use tests::forge::{edited, resigned};
use tests::scene::Scene;

use crate::{accepted, accepted_both, json_of, refused, refused_both};

/// A compact JWS with any header at all, well signed.
pub(crate) fn jws(header: &str, claims: &str, key: &SigningKey) -> String {
    let input = format!(
        "{}.{}",
        base64url::encode(header.as_bytes()),
        base64url::encode(claims.as_bytes())
    );
    let signature = key.sign(input.as_bytes());
    format!("{input}.{}", base64url::encode(&signature.to_bytes()))
}

/// A header of this slot with some members more.
fn header(typ: Typ, more: &str) -> String {
    format!(
        r#"{{"alg":"EdDSA","typ":"{}","kid":"did:web:a.example#key-1"{more}}}"#,
        typ.as_str()
    )
}

#[track_caller]
fn refused_jws(title: &str, text: &str, typ: Typ, reason: Reason) {
    let error = UnverifiedJws::parse(text, typ).map(|_| ()).unwrap_err();
    assert_eq!(error.reason(), reason, "{title}: {error}");
}

/// World A's document with its one verification method changed.
fn document_with(scene: &Scene, changes: &[(&str, Option<Value>)]) -> Object {
    let mut document = scene.a.document_object();
    for (path, value) in changes {
        document = edited(
            &document,
            &format!("verificationMethod/0/{path}"),
            value.clone(),
        );
    }
    document
}

/// The first key of curve P-256, compressed, as Multikey.
fn p256_multikey() -> String {
    let x = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
    let mut bytes = vec![0x80, 0x24, 0x03];
    bytes.extend(schemas::encoding::hex::decode(x).unwrap());
    format!("z{}", base58btc::encode(&bytes))
}

fn p256_jwk(more: &str) -> String {
    let key = key_for("p256", Cryptosuite::EcdsaJcs2019);
    let jwk = Value::Object(key.verifying_key().jwk()).to_string();
    jwk.replace('}', &format!("{more}}}"))
}

fn ed25519_jwk(key: &VerifyingKey, more: &str) -> String {
    let x = base64url::encode(&key.to_bytes());
    format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"{more}}}"#)
}

#[test]
pub(crate) fn sig_03_the_algorithm_is_of_another_key_type() {
    let signer = key("mika-1");
    for typ in Typ::ALL {
        for alg in ["ES384", "ES512", "ES256K", "Ed448"] {
            let header = header(typ, "").replace("EdDSA", alg);
            let token = jws(&header, "{}", &signer);
            refused_jws(alg, &token, typ, Reason::KeyTypeMismatch);
        }
        // A known algorithm, and a key of the other type under the name.
        let token = jws(&header(typ, "").replace("EdDSA", "ES256"), "{}", &signer);
        let error = UnverifiedJws::parse(&token, typ)
            .and_then(|token| token.verify(&signer.verifying_key()))
            .unwrap_err();
        assert_eq!(error.reason(), Reason::KeyTypeMismatch);
    }
    let public = signer.verifying_key();
    for jwk in [
        p256_jwk(""),
        p256_jwk(r#","alg":"ES256""#),
        ed25519_jwk(&public, r#","alg":"ES256""#),
        ed25519_jwk(&public, r#","alg":"ECDH-ES","use":"enc""#),
        ed25519_jwk(&public, r#","use":"enc""#),
        ed25519_jwk(&public, r#","key_ops":["sign"]"#),
        ed25519_jwk(&public, "").replace("Ed25519", "X25519"),
        ed25519_jwk(&public, "").replace("Ed25519", "Ed448"),
    ] {
        let typ = Typ::CredentialOfferProof;
        let header = format!(r#"{{"alg":"EdDSA","typ":"{}","jwk":{jwk}}}"#, typ.as_str());
        refused_jws(
            &jwk,
            &jws(&header, "{}", &signer),
            typ,
            Reason::KeyTypeMismatch,
        );

        // The same key in the document of an issuer.
        let scene = Scene::new();
        let document = document_with(
            &scene,
            &[
                ("type", Some("JsonWebKey".into())),
                ("publicKeyMultibase", None),
                ("publicKeyJwk", json_of(&jwk)),
            ],
        );
        let avatar = scene.avatar();
        let scene = scene.publishing(&document);
        refused_both(&jwk, &scene, &avatar, Reason::KeyTypeMismatch);
    }
    for (path, value) in [
        ("publicKeyMultibase", p256_multikey().as_str()),
        ("type", "EcdsaSecp256r1VerificationKey2019"),
        ("type", "X25519KeyAgreementKey2020"),
        ("type", "multikey"),
    ] {
        let scene = Scene::new();
        let document = document_with(&scene, &[(path, Some(value.into()))]);
        let avatar = scene.avatar();
        refused_both(
            value,
            &scene.publishing(&document),
            &avatar,
            Reason::KeyTypeMismatch,
        );
    }
}

#[test]
pub(crate) fn sig_08_signatures_and_keys_have_one_length() {
    let scene = Scene::new();
    let avatar = scene.avatar();
    let text = avatar.get("proof").unwrap().get("proofValue").unwrap();
    let good = base58btc::decode(&text.as_str().unwrap()[1..]).unwrap();
    let forged = |bytes: &[u8]| format!("z{}", base58btc::encode(bytes));
    for length in [1, 32, 63, 65, 70, 72, 96, 128] {
        let mut bytes = good.clone();
        bytes.resize(length, 0x5a);
        let credential = edited(&avatar, "proof/proofValue", Some(forged(&bytes).into()));
        refused_both(
            &format!("{length} bytes"),
            &scene,
            &credential,
            Reason::SigMalformed,
        );
        let presentation = edited(
            &scene.presentation(),
            "proof/proofValue",
            Some(forged(&bytes).into()),
        );
        refused("shown", &scene.judge(&presentation), Reason::SigMalformed);
        let token = jws(&header(Typ::Receipt, ""), "{}", &scene.a.key());
        let (input, _) = token.rsplit_once('.').unwrap();
        let token = format!("{input}.{}", base64url::encode(&bytes));
        refused_jws("token", &token, Typ::Receipt, Reason::SigMalformed);
    }
    // Another spelling of the good one is refused as what it is: no text of a signature.
    let leading_zero = forged(&[&[0][..], &good].concat());
    let newline = format!("{}\n", forged(&good));
    for value in [leading_zero, newline] {
        let credential = edited(&avatar, "proof/proofValue", Some(value.as_str().into()));
        refused_both(&value, &scene, &credential, Reason::ProofMalformed);
    }

    let public = scene.a.key().verifying_key().to_bytes();
    for bytes in [
        &public[..31],
        &[&public[..], &[0]].concat(),
        &[&[0][..], &public].concat(),
        &[],
    ] {
        let multikey = forged(&[&[0xed, 0x01][..], bytes].concat());
        let document = document_with(&scene, &[("publicKeyMultibase", Some(multikey.into()))]);
        let scene = Scene::new().publishing(&document);
        refused_both("key length", &scene, &avatar, Reason::KeyMalformed);
    }
    for multikey in ["z", "", "m7QE", "z6Mk0OIl", "\n"] {
        let document = document_with(&scene, &[("publicKeyMultibase", Some(multikey.into()))]);
        let scene = Scene::new().publishing(&document);
        refused_both(multikey, &scene, &avatar, Reason::KeyMalformed);
    }
}

/// A signature may begin with a zero byte by right; nothing is cut off there.
#[test]
fn a_signature_that_begins_with_zero_is_read_whole() {
    let scene = Scene::new();
    let bare = edited(&scene.presentation(), "proof", None);
    let mut found = 0;
    for second in 0..3000 {
        let options = ProofOptions {
            created: now().plus_seconds(-(second % 300)),
            challenge: Some(format!("{}-{second}", tests::actors::NONCE)),
            ..scene.vp_options()
        };
        let signed = resigned(&bare, &options, &scene.holder());
        let value = signed.get("proof").unwrap().get("proofValue").unwrap();
        if value.as_str().unwrap().starts_with("z1") {
            let report = scene.judge(&signed);
            refused(
                "only the challenge is another",
                &report,
                Reason::ProofChallenge,
            );
            assert_eq!(report.details().len(), 1);
            found += 1;
            break;
        }
    }
    assert_eq!(found, 1, "no signature began with zero");
}

/// Ed25519 signatures have no twin: `s + L` and the other root of `R` are refused.
#[test]
fn an_ed25519_signature_has_no_twin() {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let scene = Scene::new();
    let avatar = scene.avatar();
    let text = avatar.get("proof").unwrap().get("proofValue").unwrap();
    let good = base58btc::decode(&text.as_str().unwrap()[1..]).unwrap();
    let mut twin = good.clone();
    let mut carry = 0_u16;
    for (byte, order) in twin[32..].iter_mut().zip(ORDER) {
        carry += u16::from(*byte) + u16::from(order);
        *byte = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    let mut other_root = good.clone();
    other_root[31] ^= 0x80;
    let zero = vec![0; 64];
    let mut identity = vec![0; 64];
    identity[0] = 1;
    for bytes in [twin, other_root, zero, identity] {
        let value = format!("z{}", base58btc::encode(&bytes));
        let credential = edited(&avatar, "proof/proofValue", Some(value.into()));
        refused_both("twin", &scene, &credential, Reason::SigInvalid);
    }
}

#[test]
pub(crate) fn sig_12_a_key_that_comes_along_is_not_believed() {
    let attacker = key("mallory");
    let public = attacker.verifying_key();
    for typ in [Typ::RequestObject, Typ::Receipt, Typ::Admission] {
        let jwk = ed25519_jwk(&public, "");
        let token = jws(&header(typ, &format!(r#","jwk":{jwk}"#)), "{}", &attacker);
        refused_jws("kid and jwk", &token, typ, Reason::IssuerKeyMismatch);
        let alone = format!(r#"{{"alg":"EdDSA","typ":"{}","jwk":{jwk}}}"#, typ.as_str());
        let token = jws(&alone, "{}", &attacker);
        refused_jws("jwk alone", &token, typ, Reason::IssuerKeyMismatch);
    }
    // Where a token may bring its key, it proves that key only.
    let typ = Typ::CredentialOfferProof;
    let jwk = ed25519_jwk(&public, "");
    let alone = format!(r#"{{"alg":"EdDSA","typ":"{}","jwk":{jwk}}}"#, typ.as_str());
    let token = UnverifiedJws::parse(&jws(&alone, "{}", &attacker), typ).unwrap();
    assert!(matches!(token.key_ref(), HeaderKey::Jwk(key) if *key == public));
    let error = token.verify(&key("mika-1").verifying_key()).unwrap_err();
    assert_eq!(error.reason(), Reason::IssuerKeyMismatch);

    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let avatar = scene.avatar();
        // Signed by the attacker, who names a key of their own.
        let theirs = key_for("mallory", suite);
        let options = ProofOptions::assertion(suite, theirs.verification_method(), now());
        let forged = resigned(&avatar, &options, &theirs);
        refused_both("their did:key", &scene, &forged, Reason::IssuerKeyMismatch);
        for method in [
            object! { "publicKeyMultibase" => public.multikey() },
            object! {
                "id" => &scene.a.method(),
                "type" => "Multikey",
                "controller" => &scene.a.did(),
                "publicKeyMultibase" => public.multikey(),
            },
            object! { "id" => &scene.a.method() },
            Object::new(),
        ] {
            let embedded = edited(
                &forged,
                "proof/verificationMethod",
                Some(method.clone().into()),
            );
            refused_both("embedded", &scene, &embedded, Reason::IssuerKeyMismatch);
            let shown = edited(
                &scene.presentation(),
                "proof/verificationMethod",
                Some(method.into()),
            );
            refused("shown", &scene.judge(&shown), Reason::IssuerKeyMismatch);
        }
        // The creator's statement inside, made by somebody else under the creator's name.
        let statement = avatar
            .get("credentialSubject")
            .unwrap()
            .get("provenance")
            .unwrap();
        let jcs = Cryptosuite::EddsaJcs2022;
        let options = ProofOptions::assertion(jcs, attacker.verification_method(), now());
        let forged = resigned(statement.as_object().unwrap(), &options, &attacker);
        let path = "credentialSubject/provenance";
        let avatar = scene.reissue(&avatar, path, Some(forged.into()));
        refused_both("provenance", &scene, &avatar, Reason::IssuerKeyMismatch);
    }
}

#[test]
pub(crate) fn sig_15_the_key_may_not_make_claims() {
    for suite in Cryptosuite::ALL {
        for allowed in ["authentication", "keyAgreement", "capabilityInvocation"] {
            let scene = Scene::with_suite(suite);
            let avatar = scene.avatar();
            let mut document = scene.a.document_object();
            let names = document.remove("assertionMethod").unwrap();
            document.remove("authentication");
            document.insert(allowed, names);
            let scene = scene.publishing(&document);
            refused_both(allowed, &scene, &avatar, Reason::VmRelationship);
        }
        // Listed, and for nothing at all.
        let scene = Scene::with_suite(suite);
        let avatar = scene.avatar();
        let mut document = scene.a.document_object();
        document.insert("assertionMethod", Vec::<Value>::new());
        let scene = scene.publishing(&document);
        refused_both("nothing", &scene, &avatar, Reason::VmRelationship);
    }
}

/// A holder is a key and may do both, so the case is one step lower: the key that a presentation
/// proof names, looked up in a document that lists it for claims only.
#[test]
pub(crate) fn sig_16_the_key_may_not_authenticate() {
    let scene = Scene::new();
    let options = ProofOptions {
        verification_method: scene.a.method(),
        ..scene.vp_options()
    };
    let bare = scene.unsigned_presentation(vec![scene.avatar()]);
    let signed = resigned(&bare, &options, &scene.a.key());
    let mut document = scene.a.document_object();
    document.remove("authentication");
    let document = DidDocument::parse(&document.into(), &scene.a.did()).unwrap();
    let proofs = UnverifiedProof::all_of(&signed).unwrap();
    let error = proofs[0].key_in(&document, now()).unwrap_err();
    assert_eq!(error.reason(), Reason::VmRelationship);
    let claims = document.key(&scene.a.method(), Relationship::AssertionMethod, now());
    assert!(claims.is_ok());
    // And presented: the key is not the holder's.
    refused("shown", &scene.judge(&signed), Reason::VpHolderMismatch);
}

#[test]
pub(crate) fn sig_17_the_key_was_revoked_or_has_expired() {
    for member in ["revoked", "expires"] {
        for (ended, created, reason) in [
            (-86_400, -3600, Some(Reason::KeyRevoked)),
            // Signed before it: whoever stole the key can write any date.
            (-60, -3600, Some(Reason::KeyRevoked)),
            (-1, 0, Some(Reason::KeyRevoked)),
            (0, -3600, Some(Reason::KeyRevoked)),
            (1, -3600, None),
        ] {
            let scene = Scene::new();
            let options = ProofOptions::assertion(
                scene.a.suite,
                scene.a.method(),
                now().plus_seconds(created),
            );
            let avatar = resigned(&scene.avatar(), &options, &scene.a.key());
            let at = now().plus_seconds(ended);
            let document = document_with(&scene, &[(member, Some(at.into()))]);
            let scene = scene.publishing(&document);
            let title = format!("{member} {ended} {created}");
            match reason {
                Some(reason) => refused_both(&title, &scene, &avatar, reason),
                None => accepted_both(&title, &scene, &avatar),
            }
        }
        // No date is not "never".
        for date in [
            Value::Null,
            "".into(),
            "2025-01-01".into(),
            5.into(),
            true.into(),
        ] {
            let scene = Scene::new();
            let avatar = scene.avatar();
            let document = document_with(&scene, &[(member, Some(date))]);
            let scene = scene.publishing(&document);
            refused_both(member, &scene, &avatar, Reason::DateMalformed);
        }
    }
}

#[test]
pub(crate) fn sig_18_names_of_keys_are_compared_whole() {
    let named = |scene: &Scene, name: &str| {
        edited(
            &scene.avatar(),
            "proof/verificationMethod",
            Some(name.into()),
        )
    };
    let scene = Scene::new();
    // The document has #key-10 with the key that signed, and not #key-1.
    let signer = scene.a.key();
    let other = key("test key of somebody").verifying_key();
    let public = signer.verifying_key();
    let document = proofs::did_document::build(
        &scene.a.did(),
        &[
            ("key-10", &public),
            ("Key-2", &public),
            ("key-", &public),
            ("ey-1", &public),
        ],
        &[],
    );
    let elsewhere = Scene::new().publishing(&document.unwrap());
    let both = proofs::did_document::build(
        &scene.a.did(),
        &[("key-1", &other), ("key-10", &public)],
        &[],
    );
    for name in [
        "key-1", "key-2", "KEY-10", "Key-10", "key-100", "key-10.", "ey-10", "key",
    ] {
        let name = format!("did:web:a.example#{name}");
        let avatar = named(&scene, &name);
        refused_both(&name, &elsewhere, &avatar, Reason::VmNotFound);
    }
    // Both are there: the key of the name decides, not the key that happens to fit.
    let avatar = named(&scene, "did:web:a.example#key-1");
    let scene = Scene::new().publishing(&both.unwrap());
    refused_both("the other key", &scene, &avatar, Reason::SigInvalid);
    // What is no name of a key is not looked up at all.
    for name in [
        "did:web:a.example#key%2D1",
        "did:web:a.example?versionId=1#key-1",
        "did:web:a.example/path#key-1",
        "did:web:a.example#key-1#key-1",
        "did:web:a.example# key-1",
        "did:web:a.example",
        "#key-1",
        "key-1",
        "",
    ] {
        refused_both(name, &scene, &named(&scene, name), Reason::VmMalformed);
    }
    // A document names its keys in full or by fragment, and means the same.
    let relative = document_with(&scene, &[("id", Some("#key-1".into()))]);
    let scene = Scene::new();
    let avatar = scene.avatar();
    accepted_both("relative", &scene.publishing(&relative), &avatar);
}

#[test]
pub(crate) fn sig_20_a_public_key_is_one_key_and_public() {
    let scene = Scene::new();
    let public = scene.a.key().verifying_key();
    let other = key("mallory").verifying_key();
    let secret = base64url::encode(&[3; 32]);
    let with_jwk = |jwk: &str| {
        document_with(
            &scene,
            &[
                ("type", Some("JsonWebKey".into())),
                ("publicKeyMultibase", None),
                ("publicKeyJwk", json_of(jwk)),
            ],
        )
    };
    let mut documents = vec![
        document_with(&scene, &[("publicKeyJwk", Some(other.jwk().into()))]),
        document_with(&scene, &[("publicKeyJwk", Some(public.jwk().into()))]),
        document_with(
            &scene,
            &[
                ("type", Some("JsonWebKey".into())),
                ("publicKeyJwk", Some(public.jwk().into())),
            ],
        ),
        document_with(&scene, &[("publicKeyMultibase", None)]),
        document_with(&scene, &[("type", Some("JsonWebKey".into()))]),
        document_with(
            &scene,
            &[("publicKeyBase58", Some(public.multikey().into()))],
        ),
        document_with(&scene, &[("secretKeyMultibase", Some("z3u2".into()))]),
        document_with(&scene, &[("publicKeyMultibase", Some(Value::Null))]),
        document_with(
            &scene,
            &[("publicKeyMultibase", Some(vec![public.multikey()].into()))],
        ),
        with_jwk(&ed25519_jwk(&public, "").replace(r#""x""#, r#""X""#)),
        with_jwk(r#"{"kty":"OKP","crv":"Ed25519","x":7}"#),
        with_jwk("{}"),
    ];
    for member in ["d", "y", "k", "n", "e", "p", "q", "dp", "dq", "qi", "oth"] {
        let more = format!(r#","{member}":"{secret}""#);
        documents.push(with_jwk(&ed25519_jwk(&public, &more)));
    }
    let padded = ed25519_jwk(&public, "").replace(
        &base64url::encode(&public.to_bytes()),
        &format!("{}=", base64url::encode(&public.to_bytes())),
    );
    documents.push(with_jwk(&padded));
    let avatar = scene.avatar();
    for document in documents {
        let scene = Scene::new().publishing(&document);
        let title = Value::from(document).to_string();
        refused_both(&title, &scene, &avatar, Reason::KeyMalformed);
    }
    let scene = Scene::new().publishing(&with_jwk(&ed25519_jwk(&public, r#","kid":"x""#)));
    accepted_both("a clean one", &scene, &avatar);
}

#[test]
pub(crate) fn sig_21_no_extension_is_understood() {
    for typ in Typ::ALL {
        for more in [
            r#","crit":["exp2"]"#,
            r#","crit":["exp2"],"exp2":1"#,
            r#","crit":[]"#,
            r#","crit":["b64"],"b64":false"#,
            r#","crit":["b64"],"b64":true"#,
            r#","b64":false"#,
            r#","crit":["alg"]"#,
            r#","crit":"exp""#,
            r#","crit":null"#,
        ] {
            let token = jws(&header(typ, more), "{}", &key("a"));
            refused_jws(more, &token, typ, Reason::JwsCritUnsupported);
        }
    }
}

#[test]
pub(crate) fn sig_22_only_the_compact_form_is_read() {
    let good = jws(&header(Typ::Receipt, ""), "{}", &key("a"));
    let parts: Vec<&str> = good.split('.').collect();
    let [protected, payload, signature] = parts.as_slice() else {
        panic!("three parts")
    };
    for text in [
        format!(r#"{{"payload":"{payload}","signatures":[]}}"#),
        format!(r#"{{"payload":"{payload}"}}"#),
        format!(r#"{{"payload":"{payload}","protected":"{protected}","signature":"{signature}"}}"#),
        format!(
            r#"{{"payload":"{payload}","signatures":[{{"header":{{"alg":"EdDSA"}},"signature":"{signature}"}}]}}"#
        ),
        // As many dots as a compact one has.
        format!(r#"{{"payload":"{payload}","a":"..","signatures":[]}}"#),
        String::new(),
        format!("{protected}.{payload}"),
        format!("{good}.{signature}"),
        format!("{protected}.{payload}.{signature}.{payload}.{signature}"),
        format!("{good}="),
        format!("{good}\n"),
        format!(" {good}"),
        good.replacen('.', ". ", 1),
        good.replace('_', "/")
            .replacen(protected, &format!("{protected}+"), 1),
    ] {
        refused_jws(&text, &text, Typ::Receipt, Reason::JwsSerialization);
    }
    // No algorithm in the protected header, or none at all.
    for header in [
        r#"{"typ":"omote-receipt+jwt"}"#.to_owned(),
        header(Typ::Receipt, "").replace("EdDSA", "none"),
        header(Typ::Receipt, "").replace("EdDSA", "eddsa"),
        header(Typ::Receipt, "").replace("EdDSA", "HS256"),
        header(Typ::Receipt, "").replace("EdDSA", ""),
    ] {
        let token = jws(&header, "{}", &key("a"));
        refused_jws(&header, &token, Typ::Receipt, Reason::AlgNotAllowed);
    }
    let unsigned = format!("{protected}.{payload}.");
    refused_jws(
        "no signature",
        &unsigned,
        Typ::Receipt,
        Reason::SigMalformed,
    );
    UnverifiedJws::parse(&good, Typ::Receipt).unwrap();
}

#[test]
pub(crate) fn sig_23_no_header_names_another_place_for_the_key() {
    for typ in Typ::ALL {
        for more in [
            r#","jku":"http://169.254.169.254/""#,
            r#","jku":"https://a.example/jwks.json""#,
            r#","x5u":"http://169.254.169.254/""#,
            r#","x5c":["MIIB"]"#,
            r#","x5c":[]"#,
            r#","x5t":"AAAA""#,
            r#","x5t#S256":"AAAA""#,
            r#","trust_chain":["a.b.c"]"#,
        ] {
            // A client that is a certificate brings it along, and whoever reads it has to follow its
            // chain: `wallet-core/tests/flows/asked_by_strangers.rs`.
            if typ == Typ::RequestObject && more.contains("x5c") {
                continue;
            }
            let token = jws(&header(typ, more), "{}", &key("a"));
            refused_jws(more, &token, typ, Reason::JwsHeaderForbidden);
        }
    }
}

#[test]
pub(crate) fn sig_24_a_token_of_one_slot_is_none_of_another() {
    for made_for in Typ::ALL {
        let token = jws(&header(made_for, ""), "{}", &key("a"));
        for asked_for in Typ::ALL {
            if made_for == asked_for {
                UnverifiedJws::parse(&token, asked_for).unwrap();
            } else {
                refused_jws("other slot", &token, asked_for, Reason::JwtTyp);
            }
        }
    }
    let others = [
        "JWT",
        "jwt",
        "kb+jwt",
        "dc+sd-jwt",
        "vc+sd-jwt",
        "vc+jwt",
        "statuslist+jwt",
        "",
        "at+jwt",
        "application/oauth-authz-req+jwt",
        "OAUTH-AUTHZ-REQ+JWT",
        "oauth-authz-req+jwt ",
    ];
    for typ in Typ::ALL {
        for other in others {
            let header =
                format!(r#"{{"alg":"EdDSA","typ":"{other}","kid":"did:web:a.example#key-1"}}"#);
            refused_jws(other, &jws(&header, "{}", &key("a")), typ, Reason::JwtTyp);
        }
        let untyped = r#"{"alg":"EdDSA","kid":"did:web:a.example#key-1"}"#;
        refused_jws(
            "no typ",
            &jws(untyped, "{}", &key("a")),
            typ,
            Reason::JwtTyp,
        );
        let listed = header(typ, "").replace(
            &format!(r#""{}""#, typ.as_str()),
            &format!(r#"["{}"]"#, typ.as_str()),
        );
        refused_jws(
            "list",
            &jws(&listed, "{}", &key("a")),
            typ,
            Reason::ClaimType,
        );
    }
    // A token where a credential is asked for is no document, and no SD-JWT, not even with a tilde.
    let scene = Scene::new();
    for typ in Typ::ALL {
        let claims = Value::from(scene.avatar()).to_string();
        let token = jws(&header(typ, ""), &claims, &scene.a.key());
        let report = scene.judge_bytes(&scene.asked_by_wallet(), token.as_bytes());
        refused("a token as credential", &report, Reason::SdMalformed);
        let tilde = format!("{token}~");
        let report = scene.judge_bytes(&scene.asked_by_wallet(), tilde.as_bytes());
        refused("a token as SD-JWT", &report, Reason::JwtTyp);
        let quoted = object! { "avatar" => vec![token.as_str()] };
        let report = scene.judge_token(&canonical::object_to_bytes(&quoted));
        refused("a token as presentation", &report, Reason::VpMalformed);
    }
}

#[test]
pub(crate) fn sig_25_no_token_is_nested_in_a_token() {
    let signer = key("a");
    for typ in Typ::ALL {
        let inner = jws(&header(typ, ""), "{}", &signer);
        for more in [
            r#","cty":"JWT""#,
            r#","cty":"jwt""#,
            r#","cty":"application/json""#,
            r#","cty":"""#,
            r#","zip":"DEF""#,
            r#","enc":"A256GCM""#,
        ] {
            let token = jws(&header(typ, more), &inner, &signer);
            refused_jws(more, &token, typ, Reason::JwsHeaderForbidden);
            let token = jws(&header(typ, more), "{}", &signer);
            refused_jws(more, &token, typ, Reason::JwsHeaderForbidden);
        }
        // Without saying so: the payload is no JSON object.
        let token = jws(&header(typ, ""), &inner, &signer);
        refused_jws("unsaid", &token, typ, Reason::ParseError);
        let token = jws(&header(typ, ""), &format!(r#""{inner}""#), &signer);
        refused_jws("quoted", &token, typ, Reason::ClaimType);
    }
}

/// There is no call that takes a secret and a public key of another's choice. What can be asked for
/// comes nearest: an issuer whose published key is not the secret's. Nothing gets out of it.
#[test]
pub(crate) fn sig_27_nobody_pairs_a_secret_with_another_public_key() {
    let scene = Scene::new();
    let statement = scene.creator.statement();
    for suite in Cryptosuite::ALL {
        let [a, b] = ["a", "b"].map(|name| key_for(name, suite));
        let method = a.verification_method();
        let issuer = Issuer::new(method, b.verifying_key(), key_for("a", suite), suite);
        let template = schemas::credential::AssetProvenance {
            creator: a.did_key(),
            ..statement.clone()
        };
        let error = issuer.issue(&template.unsigned(), now()).unwrap_err();
        assert_eq!(error.reason(), Reason::IssueSelfCheckFailed);
        assert_eq!(a.sign(b"m"), a.sign(b"m"));
        assert!(b.verifying_key().verify(b"m", &a.sign(b"m")).is_err());
    }
    // The calls of the library below that would allow it are used nowhere.
    for file in crate::table::sources() {
        let text = std::fs::read_to_string(&file).unwrap();
        for call in [
            "dalek::hazmat",
            "raw_sign",
            "ExpandedSecretKey",
            "from_keypair_bytes",
        ] {
            let quoted = format!("\"{call}\"");
            let used = text.replace(&quoted, "").contains(call);
            assert!(!used, "{} uses {call}", file.display());
        }
    }
}

#[test]
pub(crate) fn sig_28_a_damaged_key_releases_nothing() {
    let world = World::new("a.example");
    let scene = Scene::new();
    let holder = scene.holder().did_key();
    let avatar = world.avatar(&holder, scene.creator.provenance()).unsigned();
    let seed = Sha256Digest::of(world.id.origin().as_bytes());
    let of = |suite: Cryptosuite, seed: &[u8; 32]| match suite.key_type() {
        KeyType::Ed25519 => SigningKey::from_seed(seed),
        KeyType::P256 => SigningKey::from_p256_scalar(seed).unwrap(),
    };
    for suite in Cryptosuite::ALL {
        let public = of(suite, seed.as_bytes()).verifying_key();
        for bit in (0..256).step_by(5) {
            let mut damaged = *seed.as_bytes();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let damaged = of(suite, &damaged);
            let issuer = Issuer::new(world.method(), public.clone(), damaged, suite);
            let error = issuer.issue(&avatar, now()).unwrap_err();
            assert_eq!(error.reason(), Reason::IssueSelfCheckFailed, "bit {bit}");
        }
        let whole = of(suite, seed.as_bytes());
        let issuer = Issuer::new(world.method(), public, whole, suite);
        assert!(issuer.issue(&avatar, now()).is_ok());
    }
}

/// The one verdict knows of every part: a presentation is refused for what is inside it, and what is
/// inside for the presentation.
#[test]
pub(crate) fn sig_29_no_inner_failure_is_lost() {
    let scene = Scene::new();
    let presentation = scene.presentation();
    accepted("honest", &scene.judge(&presentation));
    let replayed = ProofOptions {
        challenge: Some("another-nonce-of-someone".to_owned()),
        ..scene.vp_options()
    };
    let replayed = resigned(&presentation, &replayed, &scene.holder());
    let report = scene.judge(&replayed);
    refused("the presentation", &report, Reason::ProofChallenge);
    assert_eq!(report.details().len(), 1, "all signatures are good");

    let edited_inside = edited(
        &scene.avatar(),
        "credentialSubject/personaName",
        Some("Mia".into()),
    );
    let shown = scene.present_unchecked(&edited_inside);
    refused("the credential", &scene.judge(&shown), Reason::SigInvalid);

    let path = "credentialSubject/provenance/credentialSubject/name";
    let avatar = scene.reissue(&scene.avatar(), path, Some("Mia".into()));
    refused_both("the statement in it", &scene, &avatar, Reason::SigInvalid);

    let status = json_of(
        r#"{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"7","statusListCredential":"https://a.example/status/1"}"#,
    );
    let avatar = scene.reissue(&scene.avatar(), "credentialStatus", status);
    for report in scene.judge_both(&avatar) {
        assert_eq!(report.reason(), Some(Reason::StatusUnavailable));
        assert!(report.accepted().is_none());
    }
    // One bad among good ones, in every position.
    let good = scene.avatar();
    for place in 0..3 {
        let mut credentials = vec![good.clone(), good.clone(), good.clone()];
        credentials[place] = edited_inside.clone();
        let bare = scene.unsigned_presentation(credentials);
        let shown = resigned(&bare, &scene.vp_options(), &scene.holder());
        refused("one of three", &scene.judge(&shown), Reason::SigInvalid);
    }
}
