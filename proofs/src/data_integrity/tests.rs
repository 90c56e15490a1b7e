//! Data Integrity proofs: both suites through making and checking, every malformed proof with its
//! reason, and any changed bit.

mod vectors;

use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_oneof, proptest};
use schemas::canonical;
use schemas::json::{self, Limits, Object, Value};
use schemas::object;
use schemas::reason::Reason;
use schemas::suite::{Cryptosuite, KeyType};
use schemas::terms::{Contexts, OwnProof};
use schemas::time::Timestamp;

use super::{
    Hashes, MAX_PROOFS, ProofOptions, ProofPurpose, Settings, UnverifiedProof, Words, sign,
    verify_proof_alone,
};
use crate::did_document::{DidDocument, Relationship};
use crate::keys::{SigningKey, VerifyingKey};
use crate::rdf::{WorkLimit, to_canonical_nquads};

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

/// A key that signs with the suite.
fn key_for(suite: Cryptosuite, seed: u8) -> SigningKey {
    match suite.key_type() {
        KeyType::Ed25519 => key(seed),
        KeyType::P256 => SigningKey::from_p256_scalar(&[seed; 32]).unwrap(),
    }
}

fn now() -> Timestamp {
    "2026-11-21T18:00:00Z".parse().unwrap()
}

/// A credential as worlds issue them, of made-up content.
fn document() -> Object {
    object! {
        "@context" => ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/omote/v1"],
        "type" => ["VerifiableCredential", "AvatarCredential"],
        "issuer" => "did:web:world.example",
        "validFrom" => "2026-11-21T00:00:00Z",
        "credentialSubject" => object! {
            "id" => &key(9).did_key(),
            "personaName" => "Mika",
        },
    }
}

fn options(suite: Cryptosuite) -> ProofOptions {
    ProofOptions::assertion(suite, key_for(suite, 1).verification_method(), now())
}

fn signed(suite: Cryptosuite) -> Object {
    sign(&document(), &options(suite), &key_for(suite, 1)).unwrap()
}

/// The reason for which a document is refused, with the key of seed 1.
fn judge(document: &Object) -> Result<(), Reason> {
    let proofs = UnverifiedProof::all_of(document).map_err(|error| error.reason())?;
    for proof in &proofs {
        let key = key_for(proof.suite(), 1).verifying_key();
        proof
            .verify(document, &key, WorkLimit::document())
            .map_err(|error| error.reason())?;
    }
    Ok(())
}

fn proof_of(document: &mut Object) -> &mut Object {
    document
        .get_mut("proof")
        .and_then(Value::as_object_mut)
        .unwrap()
}

/// What becomes of the document when its proof is changed.
fn with_proof(suite: Cryptosuite, change: impl FnOnce(&mut Object)) -> Result<(), Reason> {
    let mut document = signed(suite);
    change(proof_of(&mut document));
    judge(&document)
}

fn with_member(name: &str, value: impl Into<Value>) -> Result<(), Reason> {
    let value = value.into();
    let [found, others @ ..] = Cryptosuite::ALL.map(|suite| {
        with_proof(suite, |proof| {
            proof.insert(name, value.clone());
        })
    });
    assert_eq!(others, [found; 3], "{name}");
    found
}

#[test]
fn what_is_signed_is_verified() {
    for suite in Cryptosuite::ALL {
        let key = key_for(suite, 1);
        let options = ProofOptions {
            purpose: ProofPurpose::Authentication,
            expires: Some(now().plus_seconds(300)),
            challenge: Some("challenge".to_owned()),
            domain: Some("decentralized_identifier:did:web:b.example".to_owned()),
            ..options(suite)
        };
        let document = sign(&document(), &options, &key).unwrap();
        let proofs = UnverifiedProof::all_of(&document).unwrap();
        let [proof] = proofs.as_slice() else {
            panic!("one proof")
        };
        let did_document = DidDocument::of_static(&key.did_key()).unwrap().unwrap();
        let found = proof.key_in(&did_document, now()).unwrap().clone();
        let verified = proof
            .verify(&document, &found, WorkLimit::document())
            .unwrap();
        assert_eq!(verified.suite(), suite);
        assert_eq!(verified.verification_method(), &key.verification_method());
        assert_eq!(verified.purpose(), ProofPurpose::Authentication);
        assert_eq!(
            verified.purpose().relationship(),
            Relationship::Authentication
        );
        assert_eq!(verified.created(), Some(now()));
        assert_eq!(verified.expires(), options.expires);
        assert_eq!(verified.challenge(), options.challenge.as_deref());
        assert_eq!(verified.domain(), options.domain.as_deref());
        assert_eq!(verified.key(), &key.verifying_key());
    }
}

#[test]
fn signs_nothing_twice_nothing_empty_and_nothing_without_meaning() {
    for suite in Cryptosuite::ALL {
        let reason = |document: &Object, options: &ProofOptions| {
            sign(document, options, &key_for(suite, 1))
                .unwrap_err()
                .reason()
        };
        assert_eq!(
            reason(&signed(suite), &options(suite)),
            Reason::ProofSetPolicy
        );
        for (challenge, domain) in [("", "domain"), ("challenge", "")] {
            let options = ProofOptions {
                challenge: Some(challenge.to_owned()),
                domain: Some(domain.to_owned()),
                ..options(suite)
            };
            assert_eq!(reason(&document(), &options), Reason::ProofMalformed);
        }
        let mut document = document();
        document.insert("nonsense", 1);
        assert_eq!(reason(&document, &options(suite)), Reason::TermUndefined);
        document.remove("nonsense");
        document.insert(
            "@context",
            [
                "https://www.w3.org/ns/credentials/v2",
                "https://evil.example/v1",
            ],
        );
        assert_eq!(reason(&document, &options(suite)), Reason::CtxUnknown);
    }
}

#[test]
fn another_key_or_another_document_is_refused() {
    for suite in Cryptosuite::ALL {
        let document = signed(suite);
        let proof = &UnverifiedProof::all_of(&document).unwrap()[0];
        let other = key_for(suite, 2).verifying_key();
        let refused = proof.verify(&document, &other, WorkLimit::document());
        assert_eq!(refused.unwrap_err().reason(), Reason::SigInvalid);
        // DI-20
        let mut other = document.clone();
        other.insert(
            "credentialSubject",
            object! { "id" => &key(8).did_key(), "personaName" => "Mika" },
        );
        assert_eq!(judge(&other), Err(Reason::SigInvalid));
        // DI-13: taken away, and put in.
        let mut shorter = document.clone();
        shorter.remove("validFrom");
        assert_eq!(judge(&shorter), Err(Reason::SigInvalid));
        let mut longer = document.clone();
        longer.insert("validUntil", "9999-01-01T00:00:00Z");
        assert_eq!(judge(&longer), Err(Reason::SigInvalid));
        let mut unknown = document.clone();
        unknown.insert("isAdmin", true);
        assert_eq!(judge(&unknown), Err(Reason::TermUndefined));
    }
}

#[test]
fn members_of_the_proof_are_signed() {
    for (name, value) in [
        ("created", "2026-11-21T18:00:01Z"),
        ("expires", "2036-11-21T18:00:01Z"),
        ("proofPurpose", "authentication"),
        ("verificationMethod", "did:web:world.example#key-1"),
        ("challenge", "c"),
        ("domain", "d"),
        ("nonce", "n"),
        ("id", "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544"),
    ] {
        assert_eq!(with_member(name, value), Err(Reason::SigInvalid), "{name}");
    }
    for (suite, other) in [
        (Cryptosuite::EddsaJcs2022, Cryptosuite::EddsaRdfc2022),
        (Cryptosuite::EddsaRdfc2022, Cryptosuite::EddsaJcs2022),
        (Cryptosuite::EcdsaJcs2019, Cryptosuite::EcdsaRdfc2019),
        (Cryptosuite::EcdsaRdfc2019, Cryptosuite::EcdsaJcs2019),
        (Cryptosuite::EcdsaJcs2019, Cryptosuite::EddsaJcs2022),
    ] {
        let found = with_proof(suite, |proof| {
            proof.insert("cryptosuite", other.name());
        });
        assert_eq!(found, Err(Reason::SigInvalid));
    }
}

#[test]
fn no_proof_no_verdict() {
    for proof in [
        Value::Null,
        true.into(),
        "proof".into(),
        Value::Array(Vec::new()),
        ["proof"].into(),
    ] {
        let mut document = document();
        document.insert("proof", proof);
        assert_eq!(judge(&document), Err(Reason::ProofMissing));
    }
    assert_eq!(judge(&document()), Err(Reason::ProofMissing));
    assert_eq!(
        UnverifiedProof::all_of(&object! { "proof" => Object::new() })
            .unwrap_err()
            .reason(),
        Reason::ProofTypeUnsupported
    );
}

#[test]
fn only_supported_kinds_of_proof() {
    for (name, value) in [
        ("type", Value::from("Ed25519Signature2020")),
        ("type", "dataIntegrityProof".into()),
        ("type", ["DataIntegrityProof"].into()),
        ("cryptosuite", "eddsa-2022".into()),
        ("cryptosuite", "EDDSA-JCS-2022".into()),
        ("cryptosuite", "ecdsa-sd-2023".into()),
        ("cryptosuite", "ecdsa-rdfc-2022".into()),
        ("cryptosuite", 7.into()),
    ] {
        assert_eq!(
            with_member(name, value),
            Err(Reason::ProofTypeUnsupported),
            "{name}"
        );
    }
}

/// DI-15, and members that no proof has.
#[test]
fn a_proof_has_one_signature_and_known_members() {
    for name in ["jws", "signature", "signatureValue"] {
        assert_eq!(
            with_member(name, "x"),
            Err(Reason::ProofMalformed),
            "{name}"
        );
    }
    for name in ["proofValues", "creator", "publicKeyMultibase", "capability"] {
        assert_eq!(
            with_member(name, "x"),
            Err(Reason::UnknownSecurityMember),
            "{name}"
        );
    }
}

/// DI-16, SIG-08.
#[test]
fn a_signature_has_one_spelling() {
    let good = |document: &mut Object| {
        let value = proof_of(document).get("proofValue").cloned().unwrap();
        value.as_str().unwrap().to_owned()
    };
    for suite in Cryptosuite::ALL {
        let value = good(&mut signed(suite));
        let bytes = schemas::encoding::base58btc::decode(&value[1..]).unwrap();
        let encode = |bytes: &[u8]| format!("z{}", schemas::encoding::base58btc::encode(bytes));
        let base64url = schemas::encoding::base64url::encode(&bytes);
        for other in [
            String::new(),
            "z".to_owned(),
            format!("Z{}", &value[1..]),
            format!("u{base64url}"),
            format!("m{base64url}"),
            format!("f{}", schemas::encoding::hex::encode(&bytes)),
            value.trim_start_matches('z').to_owned(),
            format!("z1{}", &value[1..]),
            format!("{value}\n"),
            format!("{value} "),
            format!("{}0OIl", &value[..60]),
            format!("z{}", "1".repeat(2000)),
        ] {
            assert_eq!(
                with_member("proofValue", other.as_str()),
                Err(Reason::ProofMalformed),
                "{other}"
            );
        }
        for bytes in [
            &bytes[..63],
            &bytes[..1],
            &[&bytes[..], &[1]].concat(),
            &[&bytes[..], &bytes[..]].concat(),
        ] {
            assert_eq!(
                with_member("proofValue", encode(bytes)),
                Err(Reason::SigMalformed)
            );
        }
        // The length is right and the first byte is a zero: a signature like others, and not this.
        assert_eq!(
            with_member("proofValue", encode(&[0; 64])),
            Err(Reason::SigInvalid)
        );
    }
    for value in [Value::from([""]), Value::Null, 1.into()] {
        assert_eq!(
            with_member("proofValue", value),
            Err(Reason::ProofMalformed)
        );
    }
    let missing = with_proof(Cryptosuite::EddsaJcs2022, |proof| {
        proof.remove("proofValue");
    });
    assert_eq!(missing, Err(Reason::ProofMalformed));
}

/// DI-09.
#[test]
fn challenge_nonce_and_id_are_one_text_each() {
    for name in ["challenge", "nonce", "id"] {
        for value in [
            Value::from(["real", "other"]),
            ["real"].into(),
            object! { "a" => 1 }.into(),
            123.into(),
            "".into(),
            Value::Null,
        ] {
            assert_eq!(
                with_member(name, value),
                Err(Reason::ProofMalformed),
                "{name}"
            );
        }
    }
}

#[test]
fn a_domain_is_a_text_or_a_set_of_texts() {
    for value in [
        Value::Array(Vec::new()),
        [""].into(),
        ["a", ""].into(),
        ["a", "a"].into(),
        ["a", "b", "a"].into(),
        vec![Value::from("a"), 1.into()].into(),
        vec![Value::from(["a"])].into(),
        vec![Value::Null].into(),
        object! { "a" => 1 }.into(),
        123.into(),
        "".into(),
        Value::Null,
    ] {
        assert_eq!(
            with_member("domain", value.clone()),
            Err(Reason::ProofMalformed),
            "{value}"
        );
    }
    // Well formed, and not what was signed.
    for value in [Value::from("a"), ["a"].into(), ["a", "b"].into()] {
        assert_eq!(with_member("domain", value), Err(Reason::SigInvalid));
    }
}

/// The proof of a document with these members more, signed so.
fn signed_with(suite: Cryptosuite, members: &[(&str, Value)]) -> Object {
    let settings = Settings {
        contexts: Contexts::pinned(),
        work: WorkLimit::document(),
        words: Words::Open,
    };
    let mut proof = options(suite).write().unwrap();
    for (name, value) in members {
        proof.insert(*name, value.clone());
    }
    let mut document = document();
    let proof = settings
        .create(&document, suite, proof, &key_for(suite, 1))
        .unwrap();
    document.insert("proof", proof);
    document
}

#[test]
fn a_set_of_domains_is_signed_and_compared_as_a_whole() {
    for suite in Cryptosuite::ALL {
        let read = |domains: Option<Value>| {
            let members: Vec<_> = domains.into_iter().map(|value| ("domain", value)).collect();
            let document = signed_with(suite, &members);
            let proof = UnverifiedProof::all_of(&document).unwrap().remove(0);
            let key = key_for(suite, 1).verifying_key();
            let verified = proof
                .verify(&document, &key, WorkLimit::document())
                .unwrap();
            assert_eq!(verified.domains(), proof.domains());
            assert_eq!(verified.domain(), proof.domain());
            verified
        };
        let both = read(Some(["b", "a"].into()));
        assert_eq!(both.domains(), ["b", "a"]);
        assert_eq!(both.domain(), None);
        assert!(both.is_for(&["a", "b"]) && both.is_for(&["b", "a"]));
        for other in [&["a"][..], &["b"], &[], &["a", "b", "c"], &["A", "B"]] {
            assert!(!both.is_for(other), "{other:?}");
        }
        let text = read(Some("a".into()));
        let list = read(Some(["a"].into()));
        for one in [text, list] {
            assert_eq!((one.domain(), one.domains().len()), (Some("a"), 1));
            assert!(one.is_for(&["a"]) && !one.is_for(&["a", "b"]) && !one.is_for(&[]));
        }
        let none = read(None);
        assert!(none.domains().is_empty() && none.domain().is_none() && none.is_for(&[]));
        assert!(!none.is_for(&["a"]));
    }
}

/// A chain in every suite: the later proof covers the earlier ones that it names, value and all, in
/// the order of the document, and no other.
#[test]
fn a_later_proof_covers_those_that_it_names() {
    for suite in Cryptosuite::ALL {
        let settings = Settings {
            contexts: Contexts::pinned(),
            work: WorkLimit::document(),
            words: Words::Open,
        };
        let id = |name: &str| Value::from(format!("urn:example:{name}"));
        let add = |document: &Object, seed: u8, members: &[(&str, Value)], over: &[usize]| {
            let key = key_for(suite, seed);
            let mut proof = options(suite).write().unwrap();
            proof.insert("verificationMethod", &key.verification_method());
            for (name, value) in members {
                proof.insert(*name, value.clone());
            }
            let there = document.get("proof").and_then(Value::as_array);
            let there = there.unwrap_or_default().to_vec();
            let mut input = document.clone();
            input.remove("proof");
            let before: Vec<Value> = over.iter().map(|index| there[*index].clone()).collect();
            if !before.is_empty() {
                input.insert("proof", before);
            }
            let proof = match suite {
                // The statements of the proofs before belong to what is signed.
                Cryptosuite::EddsaRdfc2022 | Cryptosuite::EcdsaRdfc2019 if !over.is_empty() => {
                    let told = |object: &Object| {
                        let (contexts, work) = (&settings.contexts, settings.work);
                        to_canonical_nquads(object, contexts, OwnProof::Told, work).unwrap()
                    };
                    let mut config = proof.clone();
                    config.insert("@context", input.get("@context").cloned().unwrap());
                    let hashes = Hashes::of(told(&config).as_bytes(), told(&input).as_bytes());
                    let mut proof = proof;
                    proof.insert("proofValue", hashes.sign(&key));
                    proof
                }
                _ => settings.create(&input, suite, proof, &key).unwrap(),
            };
            let mut document = document.clone();
            document.insert("proof", [there, vec![proof.into()]].concat());
            document
        };
        let one = add(&document(), 1, &[("id", id("a"))], &[]);
        let two = add(&one, 2, &[("id", id("b"))], &[]);
        let both = vec![id("b"), id("a")];
        let three = add(&two, 3, &[("previousProof", both.into())], &[0, 1]);
        let four = add(&three, 4, &[("previousProof", id("a"))], &[0]);
        let judge = |document: &Object| -> Vec<bool> {
            let proofs = UnverifiedProof::all_of(document).unwrap();
            let verify = |(index, proof): (usize, &UnverifiedProof)| {
                let seed = u8::try_from(index + 1).unwrap();
                let key = key_for(suite, seed).verifying_key();
                proof.verify(document, &key, WorkLimit::document()).is_ok()
            };
            proofs.iter().enumerate().map(verify).collect()
        };
        assert_eq!(judge(&four), [true; 4], "{suite}");
        // What one proof says of itself is covered by those that name it.
        let mut changed = four.clone();
        let Some(Value::Array(proofs)) = changed.get_mut("proof") else {
            panic!("proofs")
        };
        let first = proofs[1].as_object_mut().unwrap();
        first.insert("created", "2026-11-21T18:00:01Z");
        assert_eq!(judge(&changed), [true, false, false, true], "{suite}");
    }
}

/// A suite is for keys of one type: with another it neither signs nor verifies.
#[test]
fn a_key_of_another_type_is_refused() {
    for suite in Cryptosuite::ALL {
        for other in Cryptosuite::ALL {
            let key = key_for(other, 1);
            let signed_by = sign(&document(), &options(suite), &key).map(drop);
            let document = signed(suite);
            let proof = &UnverifiedProof::all_of(&document).unwrap()[0];
            let verified = proof
                .verify(&document, &key.verifying_key(), WorkLimit::document())
                .map(drop);
            if suite.key_type() == other.key_type() {
                assert!(signed_by.is_ok() && verified.is_ok());
                continue;
            }
            let (signed_by, verified) = (signed_by.unwrap_err(), verified.unwrap_err());
            assert_eq!(signed_by.reason(), Reason::KeyTypeMismatch);
            assert_eq!(verified.reason(), Reason::KeyTypeMismatch);
            assert_eq!(verified.pointer(), "/proof/verificationMethod");
            assert!(verified.to_string().contains(suite.key_type().name()));
        }
    }
}

/// DI-12.
#[test]
fn a_purpose_is_one_of_two() {
    for value in [
        Value::from("keyAgreement"),
        "capabilityInvocation".into(),
        "AssertionMethod".into(),
        "https://w3id.org/security#assertionMethod".into(),
        ["assertionMethod"].into(),
        ["assertionMethod", "authentication"].into(),
        Value::Null,
    ] {
        assert_eq!(
            with_member("proofPurpose", value),
            Err(Reason::ProofPurpose)
        );
    }
}

/// JSON-23 in proofs.
#[test]
fn times_are_strict() {
    for name in ["created", "expires"] {
        for value in [
            Value::from("2026-11-21"),
            "2026-11-21T18:00:00".into(),
            "2026-11-21T24:00:00Z".into(),
            "2026-11-21t18:00:00z".into(),
            1_795_284_000.into(),
            Value::Null,
        ] {
            assert_eq!(
                with_member(name, value),
                Err(Reason::DateMalformed),
                "{name}"
            );
        }
    }
}

/// DI-18, SIG-12.
#[test]
fn a_verification_method_is_a_did_url() {
    let (one, two) = (key(1).did_key(), key(2).did_key());
    for (value, reason) in [
        (Value::from("#key-1"), Reason::VmMalformed),
        ("key-1".into(), Reason::VmMalformed),
        (
            "did:web:x.example?service=f&relativeRef=/evil#k".into(),
            Reason::VmMalformed,
        ),
        ("did:web:x.example/path#k".into(), Reason::VmMalformed),
        ("did:web:x.example#key%2D1".into(), Reason::VmMalformed),
        ("https://world.example/keys#1".into(), Reason::VmMalformed),
        (one.as_str().into(), Reason::VmMalformed),
        (
            format!("{one}#{}", two.method_specific_id()).into(),
            Reason::VmMalformed,
        ),
        (format!("{one}#key-1").into(), Reason::VmMalformed),
        ("did:evil:x#k".into(), Reason::DidMethodUnsupported),
        ("did:web:127.0.0.1#k".into(), Reason::DidMalformed),
        (
            [key(1).verification_method().as_str()].into(),
            Reason::VmMalformed,
        ),
        (Value::Null, Reason::VmMalformed),
        (
            object! {
                "id" => &key(1).verification_method(),
                "type" => "Multikey",
                "controller" => "did:web:world.example",
                "publicKeyMultibase" => key(1).verifying_key().multikey(),
            }
            .into(),
            Reason::IssuerKeyMismatch,
        ),
    ] {
        assert_eq!(
            with_member("verificationMethod", value.clone()),
            Err(reason),
            "{value}"
        );
    }
}

/// LD-01, LD-04, LD-08.
#[test]
fn contexts_are_known_and_in_order() {
    let [base, omote] = [
        "https://www.w3.org/ns/credentials/v2",
        "https://w3id.org/omote/v1",
    ];
    let integrity = "https://w3id.org/security/data-integrity/v2";
    let examples = "https://www.w3.org/ns/credentials/examples/v2";
    for suite in Cryptosuite::ALL {
        let with = |contexts: Vec<&str>| {
            let mut document = signed(suite);
            document.insert("@context", contexts);
            judge(&document)
        };
        assert_eq!(with(vec![base, omote]), Ok(()));
        assert_eq!(with(vec![omote, base]), Err(Reason::CtxOrder));
        assert_eq!(with(vec![integrity, base, omote]), Err(Reason::CtxOrder));
        assert_eq!(
            with(vec![base, omote, "https://evil.example/ctx"]),
            Err(Reason::CtxUnknown)
        );
        assert_eq!(with(vec![base, omote, examples]), Err(Reason::CtxUnknown));
        let nested = {
            let mut document = signed(suite);
            let subject = document.get_mut("credentialSubject").unwrap();
            subject.as_object_mut().unwrap().insert("@context", [base]);
            judge(&document)
        };
        assert_eq!(nested, Err(Reason::CtxNested));
    }
    // The contexts that the proof repeats are the first ones of the document: one in between is not
    // what was signed, one behind adds no meaning to any word that was.
    let with = |contexts: Vec<&str>| {
        let mut document = signed(Cryptosuite::EddsaJcs2022);
        document.insert("@context", contexts);
        judge(&document)
    };
    assert_eq!(with(vec![base, integrity, omote]), Err(Reason::CtxOrder));
    assert_eq!(with(vec![base, omote, integrity]), Ok(()));
    let inside = |contexts: Vec<&str>| {
        with_proof(Cryptosuite::EddsaJcs2022, |proof| {
            proof.insert("@context", contexts);
        })
    };
    assert_eq!(inside(vec![omote, base]), Err(Reason::CtxOrder));
    assert_eq!(inside(vec![base]), Err(Reason::SigInvalid));
    assert_eq!(
        inside(vec![base, omote, integrity]),
        Err(Reason::CtxUnknown)
    );
}

/// DI-02 and DI-03: what is read; which sets are enough is the verifier's to say.
#[test]
fn sets_and_chains_are_read_within_limits() {
    let proofs = |members: &[&[(&str, Value)]]| {
        let mut document = signed(Cryptosuite::EddsaJcs2022);
        let proof = proof_of(&mut document).clone();
        let proofs: Vec<Value> = members
            .iter()
            .map(|members| {
                let mut proof = proof.clone();
                for (name, value) in *members {
                    proof.insert(*name, value.clone());
                }
                proof.into()
            })
            .collect();
        document.insert("proof", proofs);
        UnverifiedProof::all_of(&document)
            .map(|proofs| proofs.len())
            .map_err(|error| error.reason())
    };
    let id = |id: &str| ("id", Value::from(format!("urn:uuid:{id}")));
    let after = |ids: &[&str]| {
        let ids: Vec<_> = ids.iter().map(|id| format!("urn:uuid:{id}")).collect();
        ("previousProof", Value::from(ids))
    };
    assert_eq!(proofs(&[&[], &[]]), Ok(2));
    assert_eq!(proofs(&[&[][..]; MAX_PROOFS]), Ok(MAX_PROOFS));
    assert_eq!(
        proofs(&[&[][..]; MAX_PROOFS + 1]),
        Err(Reason::ProofSetPolicy)
    );
    assert_eq!(proofs(&[&[][..]; 1000]), Err(Reason::ProofSetPolicy));
    assert_eq!(
        proofs(&[&[id("a")], &[id("b"), after(&["a"])], &[after(&["a", "b"])]]),
        Ok(3)
    );
    for (broken, reason) in [
        (vec![&[after(&["gone"])][..]], Reason::ProofChainBroken),
        (vec![&[id("a"), after(&["a"])]], Reason::ProofChainBroken),
        (
            vec![&[id("a"), after(&["b"])], &[id("b"), after(&["a"])], &[]],
            Reason::ProofChainBroken,
        ),
        (
            vec![&[id("a")], &[after(&["a", "gone"])]],
            Reason::ProofChainBroken,
        ),
        (vec![&[id("a")], &[id("a")]], Reason::ProofMalformed),
        (vec![&[id("a")], &[after(&[])]], Reason::ProofMalformed),
        (vec![&[("previousProof", 7.into())]], Reason::ProofMalformed),
        (
            vec![&[("previousProof", "".into())]],
            Reason::ProofMalformed,
        ),
    ] {
        assert_eq!(proofs(&broken), Err(reason), "{broken:?}");
    }
}

#[test]
fn one_bad_proof_is_seen_in_any_place() {
    for suite in Cryptosuite::ALL {
        let mut document = signed(suite);
        let good = document.remove("proof").unwrap();
        let mut bad = good.clone();
        bad.as_object_mut()
            .unwrap()
            .insert("created", "2026-11-21T18:00:01Z");
        for proofs in [[good.clone(), bad.clone()], [bad, good.clone()]] {
            document.insert("proof", proofs);
            assert_eq!(judge(&document), Err(Reason::SigInvalid));
        }
        let by_another = sign(
            &{
                let mut document = document.clone();
                document.remove("proof");
                document
            },
            &ProofOptions::assertion(suite, key_for(suite, 2).verification_method(), now()),
            &key_for(suite, 2),
        )
        .unwrap();
        document.insert("proof", [good, by_another.get("proof").cloned().unwrap()]);
        // Each is good for its key, and only for its key.
        let proofs = UnverifiedProof::all_of(&document).unwrap();
        let verify = |proof: usize, seed: u8| {
            let key = key_for(suite, seed).verifying_key();
            proofs[proof]
                .verify(&document, &key, WorkLimit::document())
                .is_ok()
        };
        assert!(verify(0, 1) && verify(1, 2));
        assert!(!verify(0, 2) && !verify(1, 1));
    }
}

/// LD-15 through the entrance that verifiers use.
#[test]
fn work_is_bounded() {
    let document = signed(Cryptosuite::EddsaRdfc2022);
    let proof = &UnverifiedProof::all_of(&document).unwrap()[0];
    let refused = proof.verify(&document, &key(1).verifying_key(), WorkLimit::new(3, 10));
    assert_eq!(refused.unwrap_err().reason(), Reason::CanonWorkLimit);
}

fn judge_bytes(bytes: &[u8], key: &VerifyingKey) -> Option<Object> {
    let Ok(Value::Object(document)) = json::read(bytes, &Limits::document()) else {
        return None;
    };
    let proofs = UnverifiedProof::all_of(&document).ok()?;
    let [proof] = proofs.as_slice() else {
        return None;
    };
    let method = proof.verification_method();
    let static_key = DidDocument::of_static(method.did())?.ok()?;
    let found = proof.key_in(&static_key, now()).ok()?;
    (found == key).then_some(())?;
    proof.verify(&document, key, WorkLimit::document()).ok()?;
    Some(document)
}

/// Any JSON in any member of a proof.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-z@]{1,4}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_changed_member_of_a_proof_is_refused(
        name in prop::sample::select(&super::proof::MEMBERS[..]),
        value in any_value(),
        suite in prop::sample::select(&Cryptosuite::ALL[..]),
    ) {
        let found = with_proof(suite, |proof| {
            proof.insert(name, value);
        });
        assert!(found.is_err());
    }

    /// A changed bit is refused, or it changed nothing that has a meaning.
    #[test]
    fn any_flipped_bit_is_refused(
        at in any::<prop::sample::Index>(),
        bit in 0..8_u32,
        suite in prop::sample::select(&Cryptosuite::ALL[..]),
    ) {
        let document = signed(suite);
        let mut bytes = canonical::object_to_bytes(&document);
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Some(read) = judge_bytes(&bytes, &key_for(suite, 1).verifying_key()) {
            assert_eq!(canonical::object_to_bytes(&read), canonical::object_to_bytes(&document));
        }
    }
}

#[test]
fn the_unchanged_bytes_are_accepted() {
    for suite in Cryptosuite::ALL {
        let document = signed(suite);
        let bytes = canonical::object_to_bytes(&document);
        let key = key_for(suite, 1).verifying_key();
        assert_eq!(judge_bytes(&bytes, &key), Some(document.clone()));
        let proof = &UnverifiedProof::all_of(&document).unwrap()[0];
        let alone = verify_proof_alone(
            &document,
            proof,
            &key,
            Contexts::pinned(),
            WorkLimit::document(),
        );
        assert_eq!(alone, Ok(()));
    }
}
