//! Data Integrity proofs: DI-02 to DI-26.

use proofs::data_integrity::{ProofOptions, ProofPurpose};
use proofs::issue::Issuer;
use schemas::credential::{AvatarCredential, CredentialType};
use schemas::encoding::base58btc;
use schemas::json::{Object, Value};
use schemas::object;
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use tests::actors::{NONCE, World, json, key, key_for, query};
use tests::fixed::now;
use tests::forge::{edited, resigned};
use tests::scene::Scene;
use verifier::{Asked, Audience, Challenge, PresentationAsked};

use crate::{accepted, accepted_both, json_of, refused, refused_both};

fn proof_of(document: &Object) -> Object {
    document.get("proof").unwrap().as_object().unwrap().clone()
}

fn with_proofs(document: &Object, proofs: Vec<Object>) -> Object {
    let proofs: Vec<Value> = proofs.into_iter().map(Value::Object).collect();
    edited(document, "proof", Some(proofs.into()))
}

/// A presentation whose proof says something else, well signed.
fn shown_with(scene: &Scene, change: impl FnOnce(&mut ProofOptions)) -> Object {
    let mut options = scene.vp_options();
    change(&mut options);
    resigned(&scene.presentation(), &options, &scene.holder())
}

/// A credential whose proof says something else, well signed.
fn issued_with(scene: &Scene, change: impl FnOnce(&mut ProofOptions)) -> Object {
    let mut options = ProofOptions::assertion(scene.a.suite, scene.a.method(), now());
    change(&mut options);
    resigned(&scene.avatar(), &options, &scene.a.key())
}

#[test]
pub(crate) fn di_02_a_set_of_proofs_stands_or_falls_together() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let avatar = scene.avatar();
        let good = proof_of(&avatar);
        let second = proof_of(&issued_with(&scene, |options| {
            options.created = now().plus_seconds(-7);
        }));
        let edited_one = edited(&good, "created", Some(now().into()));
        let foreign = {
            let world = World::new("c.example").with_suite(suite);
            let options = ProofOptions::assertion(suite, world.method(), now());
            proof_of(&resigned(&avatar, &options, &world.key()))
        };
        let own_key = {
            let mallory = key_for("mallory", suite);
            let options = ProofOptions::assertion(suite, mallory.verification_method(), now());
            proof_of(&resigned(&avatar, &options, &mallory))
        };
        for (title, bad) in [
            ("edited", &edited_one),
            ("foreign", &foreign),
            ("own key", &own_key),
        ] {
            for set in [
                vec![good.clone(), bad.clone()],
                vec![bad.clone(), good.clone()],
                vec![good.clone(), second.clone(), bad.clone()],
                vec![bad.clone(), bad.clone()],
            ] {
                let set = with_proofs(&avatar, set);
                refused_both(title, &scene, &set, Reason::ProofSetPolicy);
            }
        }
        accepted_both(
            "two good ones",
            &scene,
            &with_proofs(&avatar, vec![good.clone(), second]),
        );
        accepted_both(
            "one in a list",
            &scene,
            &with_proofs(&avatar, vec![good.clone()]),
        );
        let five = with_proofs(&avatar, vec![good.clone(); 5]);
        refused_both("five", &scene, &five, Reason::ProofSetPolicy);
        refused_both(
            "none",
            &scene,
            &with_proofs(&avatar, vec![]),
            Reason::ProofMissing,
        );
        for value in [r#""z""#, "7", "null", "true", "[7]", r#"[{},"z"]"#, "[[]]"] {
            let broken = edited(&avatar, "proof", json_of(value));
            for report in scene.judge_both(&broken) {
                assert!(
                    [Some(Reason::ProofMissing), Some(Reason::CredMalformed)]
                        .contains(&report.reason()),
                    "{value}: {:#?}",
                    report.details()
                );
            }
        }
        // On a presentation it is the same.
        let shown = scene.presentation();
        let good = proof_of(&shown);
        let replayed = proof_of(&shown_with(&scene, |options| {
            options.challenge = Some("another-nonce-of-someone".to_owned());
        }));
        let bad = edited(&good, "created", Some(now().plus_seconds(-1).into()));
        let both = with_proofs(&shown, vec![good.clone(), bad]);
        refused("a bad one", &scene.judge(&both), Reason::ProofSetPolicy);
        let both = with_proofs(&shown, vec![good, replayed]);
        refused(
            "one of another session",
            &scene.judge(&both),
            Reason::ProofChallenge,
        );
    }
}

#[test]
pub(crate) fn di_03_chains_begin_somewhere_and_lead_on() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let avatar = scene.avatar();
        let linked = |id: Option<&str>, previous: Option<&str>| {
            let mut proof = proof_of(&avatar);
            if let Some(id) = id {
                proof.insert("id", id);
            }
            if let Some(previous) = previous {
                proof.insert("previousProof", json(previous));
            }
            proof
        };
        let (a, b, c) = ("urn:a", "urn:b", "urn:c");
        for (title, set) in [
            ("missing", vec![linked(None, Some(r#""urn:x""#))]),
            ("itself", vec![linked(Some(a), Some(r#""urn:a""#))]),
            (
                "a circle of two",
                vec![
                    linked(Some(a), Some(r#""urn:b""#)),
                    linked(Some(b), Some(r#""urn:a""#)),
                ],
            ),
            (
                "a circle of three behind a good one",
                vec![
                    linked(None, None),
                    linked(Some(a), Some(r#""urn:b""#)),
                    linked(Some(b), Some(r#""urn:c""#)),
                    linked(Some(c), Some(r#""urn:a""#)),
                ],
            ),
            (
                "one of two is missing",
                vec![
                    linked(Some(a), None),
                    linked(Some(b), Some(r#"["urn:a","urn:x"]"#)),
                ],
            ),
        ] {
            let chain = with_proofs(&avatar, set);
            refused_both(title, &scene, &chain, Reason::ProofChainBroken);
        }
        for previous in ["[]", "7", "{}", r#""""#, "[7]"] {
            let chain = with_proofs(&avatar, vec![linked(None, Some(previous))]);
            for report in scene.judge_both(&chain) {
                assert!(report.accepted().is_none(), "{previous}");
                assert!(report.reason().is_some());
            }
        }
        // A long one is refused for its length, before anything is followed.
        let long = (0..1000)
            .map(|n| {
                linked(
                    Some(&format!("urn:{n}")),
                    Some(&format!(r#""urn:{}""#, n + 1)),
                )
            })
            .collect();
        let long = with_proofs(&avatar, long);
        refused(
            "long",
            &scene.judge_credential(&long),
            Reason::ProofSetPolicy,
        );
        // Shown in a presentation whose proof is over the graph, they are too much of a graph.
        let reason = scene
            .judge(&scene.present_unchecked_or_stale(&long))
            .reason();
        assert!(
            matches!(
                reason,
                Some(Reason::ProofSetPolicy | Reason::CanonWorkLimit)
            ),
            "{reason:?}"
        );
        // The second signs the first along: take the first away or change it, and it falls.
        let first = edited(
            &proof_of(&issued_with(&scene, |_| {})),
            "id",
            Some(a.into()),
        );
        let broken = with_proofs(&avatar, vec![first, linked(Some(b), Some(r#""urn:a""#))]);
        refused_both("not signed along", &scene, &broken, Reason::ProofSetPolicy);
    }
}

#[test]
pub(crate) fn di_05_made_in_the_future() {
    let scene = Scene::new();
    for (ahead, reason) in [
        (119, None),
        (120, None),
        (121, Some(Reason::ProofCreatedFuture)),
        (3600, Some(Reason::ProofCreatedFuture)),
        (315_576_000, Some(Reason::ProofCreatedFuture)),
    ] {
        let avatar = issued_with(&scene, |options| {
            options.created = now().plus_seconds(ahead)
        });
        match reason {
            Some(reason) => refused_both("issued", &scene, &avatar, reason),
            None => accepted_both("issued", &scene, &avatar),
        }
        let shown = shown_with(&scene, |options| {
            options.created = now().plus_seconds(ahead)
        });
        match reason {
            Some(reason) => refused("shown", &scene.judge(&shown), reason),
            None => accepted("shown", &scene.judge(&shown)),
        }
    }
}

#[test]
pub(crate) fn di_06_made_before_there_was_such_a_proof() {
    let scene = Scene::new();
    for created in [0, -1, -2_208_988_800, 1_000_000_000, 1_640_995_199] {
        let created = schemas::time::Timestamp::from_unix(created);
        let avatar = issued_with(&scene, |options| options.created = created);
        refused_both(
            &created.to_string(),
            &scene,
            &avatar,
            Reason::ProofCreatedRange,
        );
    }
    let first = schemas::time::Timestamp::from_unix(1_640_995_200);
    let avatar = issued_with(&scene, |options| options.created = first);
    accepted_both("the first one", &scene, &avatar);
    // A presentation as old as that is refused too, and for its range before its age.
    let shown = shown_with(&scene, |options| {
        options.created = schemas::time::Timestamp::from_unix(0)
    });
    refused("shown", &scene.judge(&shown), Reason::ProofCreatedRange);
}

#[test]
pub(crate) fn di_07_the_proof_has_ended() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        for (expires, created) in [(-1, -3600), (0, -3600), (60, 100), (-86_400, -3600)] {
            let change = |options: &mut ProofOptions| {
                options.created = now().plus_seconds(created);
                options.expires = Some(now().plus_seconds(expires));
            };
            let avatar = issued_with(&scene, change);
            refused_both("issued", &scene, &avatar, Reason::ProofExpired);
        }
        let ended = |options: &mut ProofOptions| options.expires = Some(now().plus_seconds(-1));
        refused(
            "shown",
            &scene.judge(&shown_with(&scene, ended)),
            Reason::ProofExpired,
        );
        let lasting = |options: &mut ProofOptions| options.expires = Some(now().plus_seconds(1));
        accepted_both("one second more", &scene, &issued_with(&scene, lasting));
        // Made to last by an edit, or without a zone.
        let avatar = issued_with(&scene, ended);
        let longer = Some(now().plus_seconds(86_400).into());
        let avatar = edited(&avatar, "proof/expires", longer);
        refused_both("edited", &scene, &avatar, Reason::SigInvalid);
        let avatar = edited(&avatar, "proof/expires", Some("2027-01-01T00:00:00".into()));
        refused_both("no zone", &scene, &avatar, Reason::DateMalformed);
    }
}

#[test]
pub(crate) fn di_08_no_challenge() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let shown = shown_with(&scene, |options| options.challenge = None);
        refused("never there", &scene.judge(&shown), Reason::ProofChallenge);
        for challenge in [
            "x",
            &NONCE[..21],
            &NONCE.to_lowercase(),
            &format!("{NONCE}x"),
            " ",
        ] {
            let challenge = Some(challenge.to_owned());
            let shown = shown_with(&scene, |options| options.challenge = challenge);
            refused("another", &scene.judge(&shown), Reason::ProofChallenge);
        }
        // The nonce where nobody looks is no answer.
        let shown = shown_with(&scene, |options| options.challenge = None);
        let moved = edited(&shown, "proof/nonce", Some(NONCE.into()));
        let report = scene.judge(&moved);
        assert!(report.accepted().is_none());
        assert!(
            report
                .details()
                .iter()
                .any(|detail| detail.reason == Reason::ProofChallenge)
        );
        let taken = edited(&scene.presentation(), "proof/challenge", None);
        refused("taken out", &scene.judge(&taken), Reason::SigInvalid);
    }
}

#[test]
pub(crate) fn di_09_the_challenge_is_one_text() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let shown = scene.presentation();
        for value in [
            format!(r#"["{NONCE}","other"]"#),
            format!(r#"["{NONCE}"]"#),
            r#"{"a":1}"#.to_owned(),
            "123".to_owned(),
            "null".to_owned(),
            "true".to_owned(),
            r#""""#.to_owned(),
            "[]".to_owned(),
        ] {
            for member in ["challenge", "nonce"] {
                let shown = edited(&shown, &format!("proof/{member}"), json_of(&value));
                refused(&value, &scene.judge(&shown), Reason::ProofMalformed);
            }
        }
    }
}

/// What a verification has to be told cannot be left out: the question has no optional parts.
#[test]
pub(crate) fn di_11_challenge_and_audience_are_always_asked_for() {
    for short in ["", "x", "123456789012345678901"] {
        assert!(Challenge::new(short).is_err(), "{short}");
    }
    let asked = PresentationAsked {
        lease: verifier::LeaseAsked::NotAsked,
        challenge: Challenge::new(NONCE).unwrap(),
        audience: Audience::new(World::new("b.example").client_id()),
        query: query(&[("avatar", CredentialType::Avatar.iri())]),
        transaction_data: Vec::new(),
    };
    // Every field is named and none is an `Option`: this does not compile otherwise.
    let PresentationAsked {
        challenge,
        audience,
        query: _,
        transaction_data: _,
        lease: _,
    } = &asked;
    let (_, _): (&Challenge, &Audience) = (challenge, audience);
    // A presentation is no credential: it cannot be judged as one, without challenge and audience.
    let scene = Scene::new();
    let bytes = schemas::canonical::object_to_bytes(&scene.presentation());
    let report = scene.judge_bytes(&scene.asked_by_wallet(), &bytes);
    refused("as a credential", &report, Reason::CredMalformed);
    let report = scene.judge_bytes(&Asked::Presentation(asked), &bytes);
    refused("without its token", &report, Reason::VpMalformed);
}

#[test]
pub(crate) fn di_12_a_proof_is_for_one_purpose() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let avatar = issued_with(&scene, |options| {
            options.purpose = ProofPurpose::Authentication
        });
        refused_both("a login as a claim", &scene, &avatar, Reason::ProofPurpose);
        let shown = shown_with(&scene, |options| {
            options.purpose = ProofPurpose::AssertionMethod
        });
        refused(
            "a claim as a login",
            &scene.judge(&shown),
            Reason::ProofPurpose,
        );
        for value in [
            r#""keyAgreement""#,
            r#""capabilityInvocation""#,
            r#""capabilityDelegation""#,
            r#""https://w3id.org/security#assertionMethod""#,
            r#"["assertionMethod"]"#,
            r#"["authentication"]"#,
            r#"["assertionMethod","authentication"]"#,
        ] {
            let value = json_of(value);
            let avatar = edited(&scene.avatar(), "proof/proofPurpose", value.clone());
            refused_both("issued", &scene, &avatar, Reason::ProofPurpose);
            let shown = edited(&scene.presentation(), "proof/proofPurpose", value);
            refused("shown", &scene.judge(&shown), Reason::ProofPurpose);
        }
        let none = edited(&scene.avatar(), "proof/proofPurpose", None);
        refused_both("none", &scene, &none, Reason::ProofPurpose);
        // The purpose is signed: it cannot be turned afterwards.
        let turned = edited(
            &avatar,
            "proof/proofPurpose",
            Some("assertionMethod".into()),
        );
        refused_both("turned", &scene, &turned, Reason::SigInvalid);
    }
}

#[test]
pub(crate) fn di_13_what_is_there_is_what_was_signed() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let avatar = scene.avatar();
        let status = r#"{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"7","statusListCredential":"https://a.example/status/1"}"#;
        let full = scene.reissue(&avatar, "description", Some("signed".into()));
        let full = scene.reissue(&full, "id", Some("urn:uuid:1".into()));
        accepted_both("with everything", &scene, &full);
        for (path, value) in [
            // added unsigned
            ("description", Some("unsigned".into())),
            ("name", Some("unsigned".into())),
            ("id", Some("urn:uuid:2".into())),
            ("credentialStatus", json_of(status)),
            // signed and taken away
            ("description", None),
            ("id", None),
            ("validUntil", None),
            ("validFrom", None),
            ("credentialSubject/license/authors", None),
            (
                "credentialSubject/license/creditNotation",
                Some("required".into()),
            ),
            // changed
            ("validUntil", Some(now().plus_seconds(800_000).into())),
            ("credentialSubject/personaName", Some("Mia".into())),
        ] {
            let changed = edited(&full, path, value);
            refused_both(path, &scene, &changed, Reason::SigInvalid);
        }
        for (path, value) in [
            ("proof/created", Some(now().plus_seconds(-9).into())),
            ("proof/expires", Some(now().plus_seconds(9).into())),
            ("proof/id", Some("urn:x".into())),
        ] {
            let changed = edited(&full, path, value);
            refused_both(path, &scene, &changed, Reason::SigInvalid);
        }
        // Signed or not, an issuer's proof is for nobody in particular.
        let addressed = edited(&full, "proof/domain", Some("https://b.example".into()));
        refused_both("proof/domain", &scene, &addressed, Reason::ProofMalformed);
        // A status is not lost by taking it away, and revocation not by adding another.
        let with_status = scene.reissue(&avatar, "credentialStatus", json_of(status));
        let without = edited(&with_status, "credentialStatus", None);
        refused_both("status taken away", &scene, &without, Reason::SigInvalid);
        let bare = edited(&avatar, "validUntil", None);
        let endless = scene.reissue(&bare, "name", Some("endless".into()));
        let ended = edited(&endless, "validUntil", Some(now().plus_seconds(60).into()));
        refused_both("end added", &scene, &ended, Reason::SigInvalid);
        // A word without a meaning is refused whether it was signed or not.
        let unknown = edited(&avatar, "level", Some(9.into()));
        refused_both("unknown", &scene, &unknown, Reason::TermUndefined);
    }
}

#[test]
pub(crate) fn di_15_one_signature_in_one_place() {
    let scene = Scene::new();
    let (avatar, shown) = (scene.avatar(), scene.presentation());
    let value = proof_of(&avatar).get("proofValue").unwrap().clone();
    for member in ["jws", "signature", "signatureValue"] {
        let path = format!("proof/{member}");
        let both = edited(&avatar, &path, Some(value.clone()));
        refused_both(member, &scene, &both, Reason::ProofMalformed);
        let moved = edited(&both, "proof/proofValue", None);
        refused_both(member, &scene, &moved, Reason::ProofMalformed);
        let both = edited(&shown, &path, Some("e30..AAAA".into()));
        refused(member, &scene.judge(&both), Reason::ProofMalformed);
    }
    for broken in [
        Some(Value::from(vec![value.clone()])),
        Some(Value::from(vec![value.clone(), value.clone()])),
        Some(Value::from(object! { "@value" => value.clone() })),
        Some(Value::Null),
        Some(7.into()),
        None,
    ] {
        let avatar = edited(&avatar, "proof/proofValue", broken.clone());
        refused_both("form", &scene, &avatar, Reason::ProofMalformed);
        let shown = edited(&shown, "proof/proofValue", broken);
        refused("form", &scene.judge(&shown), Reason::ProofMalformed);
    }
    // Another kind of proof is not half understood.
    for kind in [
        "Ed25519Signature2020",
        "JsonWebSignature2020",
        "BbsBlsSignature2020",
        "",
    ] {
        let other = edited(&avatar, "proof/type", Some(kind.into()));
        refused_both(kind, &scene, &other, Reason::ProofTypeUnsupported);
    }
    for suite in [
        "eddsa-2022",
        "ecdsa-sd-2023",
        "bbs-2023",
        "EDDSA-JCS-2022",
        "eddsa-rdfc-2022 ",
        "",
    ] {
        let other = edited(&avatar, "proof/cryptosuite", Some(suite.into()));
        refused_both(suite, &scene, &other, Reason::ProofTypeUnsupported);
    }
    // The other suite of ours is another transformation.
    let other = edited(&avatar, "proof/cryptosuite", Some("eddsa-rdfc-2022".into()));
    refused_both("the other suite", &scene, &other, Reason::SigInvalid);
}

#[test]
pub(crate) fn di_16_a_signature_has_one_text() {
    let scene = Scene::new();
    let (avatar, shown) = (scene.avatar(), scene.presentation());
    let value = proof_of(&avatar).get("proofValue").unwrap().clone();
    let text = value.as_str().unwrap();
    let bytes = base58btc::decode(&text[1..]).unwrap();
    let hex = schemas::encoding::hex::encode(&bytes);
    let base64url = schemas::encoding::base64url::encode(&bytes);
    for value in [
        format!("u{base64url}"),
        format!("m{base64url}"),
        format!("f{hex}"),
        format!("F{}", hex.to_uppercase()),
        format!("Z{}", &text[1..]),
        text[1..].to_owned(),
        format!("z1{}", &text[1..]),
        format!("z11{}", &text[1..]),
        format!("{text} "),
        format!(" {text}"),
        format!("{text}="),
        text.replacen(&text[10..11], "0", 1),
        text.replacen(&text[10..11], "O", 1),
        text.replacen(&text[10..11], "I", 1),
        text.replacen(&text[10..11], "l", 1),
        "z".to_owned(),
        String::new(),
        "z0OIl".to_owned(),
        format!("z{}", "2".repeat(5000)),
    ] {
        let avatar = edited(&avatar, "proof/proofValue", Some(value.as_str().into()));
        refused_both(&value, &scene, &avatar, Reason::ProofMalformed);
        let shown = edited(&shown, "proof/proofValue", Some(value.as_str().into()));
        refused(&value, &scene.judge(&shown), Reason::ProofMalformed);
    }
}

#[test]
pub(crate) fn di_18_a_key_is_named_in_full() {
    let (a, b) = (key("mika-1").verifying_key(), key("mika-2").verifying_key());
    let names = [
        "#key-1".to_owned(),
        "key-1".to_owned(),
        "/did#key-1".to_owned(),
        String::new(),
        "did:web:a.example".to_owned(),
        "did:web:a.example#".to_owned(),
        "did:web:a.example?service=f&relativeRef=/evil#k".to_owned(),
        "did:web:a.example?versionTime=2020-01-01T00:00:00Z#key-1".to_owned(),
        "did:web:a.example/evil#key-1".to_owned(),
        "did:web:a.example#key-1#key-1".to_owned(),
        format!("did:key:{}", a.multikey()),
        format!("did:key:{}#{}", a.multikey(), b.multikey()),
        format!("did:key:{}#key-1", a.multikey()),
        format!("did:key:{}#{}x", a.multikey(), a.multikey()),
        format!("did:key:{}?a=b#{}", a.multikey(), a.multikey()),
    ];
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let (avatar, shown) = (scene.avatar(), scene.presentation());
        for name in &names {
            let path = "proof/verificationMethod";
            let avatar = edited(&avatar, path, Some(name.as_str().into()));
            refused_both(name, &scene, &avatar, Reason::VmMalformed);
            let shown = edited(&shown, path, Some(name.as_str().into()));
            refused(name, &scene.judge(&shown), Reason::VmMalformed);
            let path = "credentialSubject/provenance/proof/verificationMethod";
            let avatar = edited(&scene.avatar(), path, Some(name.as_str().into()));
            for report in scene.judge_both(&avatar) {
                assert!(
                    report
                        .details()
                        .iter()
                        .any(|detail| detail.reason == Reason::VmMalformed)
                );
                assert!(report.accepted().is_none());
            }
        }
        for value in ["7", "null", "[]", r#"["did:web:a.example#key-1"]"#, "true"] {
            let avatar = edited(&avatar, "proof/verificationMethod", json_of(value));
            refused_both(value, &scene, &avatar, Reason::VmMalformed);
        }
        let none = edited(&avatar, "proof/verificationMethod", None);
        refused_both("none", &scene, &none, Reason::VmMalformed);
    }
}

#[test]
pub(crate) fn di_20_a_proof_belongs_to_its_document() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let (avatar, item) = (scene.avatar(), scene.item());
        let other_holder = {
            let holder = key("mika-2").did_key();
            let provenance = scene.creator.provenance();
            scene
                .a
                .issue(&scene.a.avatar(&holder, provenance).unsigned())
        };
        for other in [&item, &other_holder] {
            let moved = edited(&avatar, "proof", other.get("proof").cloned());
            refused_both("moved", &scene, &moved, Reason::SigInvalid);
        }
        let statement = avatar
            .get("credentialSubject")
            .unwrap()
            .get("provenance")
            .unwrap();
        let inner = edited(&avatar, "proof", statement.get("proof").cloned());
        refused_both("from inside", &scene, &inner, Reason::IssuerKeyMismatch);
        // Between two presentations of one holder: the credential shown is another.
        let shown = scene.presentation();
        let bare = scene.unsigned_presentation(vec![scene.item()]);
        let moved = edited(&bare, "proof", shown.get("proof").cloned());
        let asked = scene.asked_for(CredentialType::Item);
        let report = scene.judge_bytes(&asked, &tests::scene::token(&moved));
        refused("shown", &report, Reason::SigInvalid);
    }
}

#[test]
pub(crate) fn di_22_validity_is_judged_on_the_second() {
    for suite in Cryptosuite::ALL {
        let mut scene = Scene::with_suite(suite);
        let avatar = scene.avatar();
        for (from, until, at, valid) in [
            (Some(0), Some(100), 0, true),
            (Some(0), Some(100), 99, true),
            (Some(0), Some(100), 100, false),
            (Some(0), Some(100), 101, false),
            (Some(0), Some(100), 86_400, false),
            (Some(0), Some(100), -86_400, false),
            // Clocks may differ at the beginning, and only there.
            (Some(1), Some(100), 0, true),
            (Some(120), Some(1000), 0, true),
            (Some(121), Some(1000), 0, false),
            (None, Some(1), 0, true),
            (None, Some(0), 0, false),
            (Some(0), None, 86_400, true),
            (Some(0), Some(0), 0, false),
        ] {
            scene.now = now();
            let change = |path: &str, avatar: &Object, seconds: Option<i64>| {
                let value = seconds.map(|seconds| now().plus_seconds(seconds).into());
                edited(avatar, path, value)
            };
            let changed = change("validFrom", &avatar, from);
            let changed = change("validUntil", &changed, until);
            let options =
                ProofOptions::assertion(suite, scene.a.method(), now().plus_seconds(-90_000));
            let changed = resigned(&changed, &options, &scene.a.key());
            scene.now = now().plus_seconds(at);
            scene.evidence = verifier::Evidence::new().with_document(scene.a.document(), scene.now);
            let title = format!("{from:?} {until:?} at {at}");
            let report = scene.judge_credential(&changed);
            if valid {
                accepted(&title, &report);
            } else {
                refused(&title, &report, Reason::CredExpired);
            }
        }
        // One that ends before it begins was never valid, and is no credential.
        scene.now = now();
        let turned = edited(&avatar, "validFrom", Some(now().plus_seconds(10).into()));
        let turned = scene.reissue(&turned, "validUntil", Some(now().plus_seconds(9).into()));
        refused_both("turned", &scene, &turned, Reason::CredMalformed);
        // The statement inside has a life of its own.
        let path = "credentialSubject/provenance";
        let statement = avatar
            .get("credentialSubject")
            .unwrap()
            .get("provenance")
            .unwrap();
        let mut ended = statement.as_object().unwrap().clone();
        ended.insert("validUntil", now());
        let signer = key("aoi");
        let jcs = Cryptosuite::EddsaJcs2022;
        let options = ProofOptions::assertion(jcs, signer.verification_method(), now());
        let ended = resigned(&ended, &options, &signer);
        let avatar = scene.reissue(&avatar, path, Some(ended.into()));
        refused_both("inside", &scene, &avatar, Reason::CredExpired);
    }
}

/// The digest that is evaluated is the asset's; a resource that is only named beside it is refused,
/// for its digest would be checked by nobody.
#[test]
pub(crate) fn di_23_no_digest_is_left_unchecked() {
    let scene = Scene::new();
    let digest = scene.creator.statement().asset.digest.to_string();
    for resource in [
        format!(r#"{{"id":"https://a.example/mika.vrm","digestMultibase":"{digest}"}}"#),
        r#"{"id":"https://a.example/mika.vrm","digestSRI":"sha256-AAAA"}"#.to_owned(),
        r#"[{"id":"https://w3id.org/omote/v1","digestSRI":"sha256-AAAA"}]"#.to_owned(),
        r#"{"id":"https://a.example/mika.vrm"}"#.to_owned(),
    ] {
        let value = json_of(&resource);
        let named = scene.reissue(&scene.avatar(), "relatedResource", value);
        refused_both(&resource, &scene, &named, Reason::UnknownExtension);
    }
    let path = "credentialSubject/provenance/credentialSubject/digestSRI";
    let beside = edited(&scene.avatar(), path, Some("sha256-AAAA".into()));
    for report in scene.judge_both(&beside) {
        assert!(report.accepted().is_none());
    }
}

#[test]
pub(crate) fn di_24_what_is_not_evaluated_is_said() {
    let scene = Scene::new();
    for name in [
        "evidence",
        "termsOfUse",
        "refreshService",
        "credentialSchema",
        "confidenceMethod",
        "renderMethod",
    ] {
        for value in [
            r#"{"type":"BitstringStatusList"}"#,
            r#"{"type":"SomethingThatNobodyKnows","prohibition":[{"action":"archive"}]}"#,
            r#"{"id":"https://evil.example/1","type":"JsonSchema"}"#,
            r#"[{"id":"https://evil.example/1","type":"JsonSchema"}]"#,
            r#""https://evil.example/1""#,
        ] {
            let named = edited(&scene.avatar(), name, json_of(value));
            refused_both(
                &format!("{name} {value}"),
                &scene,
                &named,
                Reason::UnknownExtension,
            );
        }
        // What would say nothing at all is refused for that.
        for value in ["[]", "null"] {
            let named = edited(&scene.avatar(), name, json_of(value));
            refused_both(
                &format!("{name} {value}"),
                &scene,
                &named,
                Reason::TermUndefined,
            );
        }
    }
    let policy = json_of(r#"{"id":"https://evil.example/1","type":"JsonSchema"}"#);
    let signed = scene.reissue(&scene.avatar(), "credentialSchema", policy.clone());
    refused_both("signed", &scene, &signed, Reason::UnknownExtension);
    let shown = edited(&scene.presentation(), "termsOfUse", policy);
    refused("shown", &scene.judge(&shown), Reason::UnknownExtension);
}

/// No wrapping is opened: whatever is in it, it is refused as what it is.
#[test]
pub(crate) fn di_25_an_envelope_is_not_opened() {
    let scene = Scene::new();
    let contexts = schemas::credential::CONTEXTS;
    let inner =
        schemas::encoding::base64url::encode(&schemas::canonical::object_to_bytes(&scene.avatar()));
    for data in [
        "data:application/vc+jwt,e30.e30.AAAA".to_owned(),
        "data:application/vc+sd-jwt,e30.e30.AAAA~".to_owned(),
        "data:application/vc+cose;base64,AAAA".to_owned(),
        "data:text/html,x".to_owned(),
        "data:application/vc+jwt;charset=utf-7,e30".to_owned(),
        format!("data:application/vc;base64,{inner}"),
        format!("data:application/vc+jwt,{}", "A".repeat(500_000)),
    ] {
        let title: String = data.chars().take(40).collect();
        let envelope = object! {
            "@context" => contexts,
            "id" => data.as_str(),
            "type" => "EnvelopedVerifiableCredential",
        };
        refused(
            &title,
            &scene.judge_credential(&envelope),
            Reason::EnvelopeInvalid,
        );
        for types in [
            r#"["EnvelopedVerifiableCredential"]"#,
            r#"["EnvelopedVerifiableCredential","VerifiableCredential","AvatarCredential"]"#,
        ] {
            let envelope = edited(&envelope, "type", json_of(types));
            let shown = edited(
                &scene.presentation(),
                "verifiableCredential",
                Some(vec![envelope].into()),
            );
            refused(&title, &scene.judge(&shown), Reason::EnvelopeInvalid);
        }
        let envelope = edited(
            &envelope,
            "type",
            Some("EnvelopedVerifiablePresentation".into()),
        );
        refused(&title, &scene.judge(&envelope), Reason::EnvelopeInvalid);
    }
    let huge = format!(
        r#"{{"id":"data:application/vc+jwt,{}"}}"#,
        "A".repeat(10 << 20)
    );
    let report = scene.judge_bytes(&scene.asked_by_wallet(), huge.as_bytes());
    refused("10 MB", &report, Reason::InputTooLarge);
}

/// Nothing is signed but a template with named slots; what fills them cannot leave them.
#[test]
pub(crate) fn di_26_a_world_signs_its_own_template() {
    let scene = Scene::new();
    let holder = scene.holder().did_key();
    let template = || scene.a.avatar(&holder, scene.creator.provenance());
    let issuer = || {
        let key = scene.a.key();
        Issuer::new(scene.a.method(), key.verifying_key(), key, scene.a.suite)
    };
    // In another's name.
    for other in ["did:web:evil.example", "did:web:b.example"] {
        let avatar = AvatarCredential {
            issuer: other.parse().unwrap(),
            ..template()
        };
        let error = issuer().issue(&avatar.unsigned(), now()).unwrap_err();
        assert_eq!(error.reason(), Reason::IssueTemplateViolation);
    }
    // Slots that hold whole documents: what is put there stays there.
    let hostile = json(
        r#"{"persona","@context":["https://evil.example"],"issuer":"did:web:evil.example"}"#
            .replace(r#""persona","#, "")
            .as_str(),
    );
    for provenance in [
        hostile.as_object().unwrap().clone(),
        Object::new(),
        scene.avatar(),
        edited(
            &scene.creator.provenance(),
            "type",
            json_of(r#"["VerifiableCredential","AvatarCredential"]"#),
        ),
    ] {
        let avatar = AvatarCredential {
            provenance,
            ..template()
        };
        assert!(issuer().issue(&avatar.unsigned(), now()).is_err());
    }
    for name in ["", "\u{0}", "a\nb", &"x".repeat(300)] {
        let avatar = AvatarCredential {
            persona_name: name.to_owned(),
            ..template()
        };
        assert!(
            issuer().issue(&avatar.unsigned(), now()).is_err(),
            "{name:?}"
        );
    }
    let name = r#"","issuer":"did:web:evil.example","x":""#;
    let avatar = AvatarCredential {
        persona_name: name.to_owned(),
        ..template()
    };
    let issued = issuer()
        .issue(&avatar.unsigned(), now())
        .unwrap()
        .into_object();
    assert_eq!(
        issued.get("issuer").and_then(Value::as_str),
        Some("did:web:a.example")
    );
    let subject = issued.get("credentialSubject").unwrap();
    assert_eq!(
        subject.get("personaName").and_then(Value::as_str),
        Some(name)
    );
    accepted_both("an odd name", &scene, &issued);
}
