//! Enveloped credentials and presentations.

use proofs::keys::SigningKey;
use schemas::canonical;
use schemas::encoding::base64url;
use schemas::json::{Number, Object, Value};
use schemas::object;

use crate::program::{Program, V2, object as parse, value};

fn envelope(kind: &str, media: &str, token: &str) -> Object {
    object! {
        "@context" => V2,
        "type" => kind,
        "id" => format!("data:{media},{token}"),
    }
}

fn token(key: &SigningKey, header: Object, claims: &Object) -> String {
    let part = |object: &Object| base64url::encode(&canonical::object_to_bytes(object));
    let signed = format!("{}.{}", part(&header), part(claims));
    let signature = key.sign(signed.as_bytes()).to_bytes();
    format!("{signed}.{}", base64url::encode(&signature))
}

fn header(key: &SigningKey, alg: &str) -> Object {
    object! { "alg" => alg, "typ" => "vc+jwt", "kid" => &key.verification_method() }
}

fn claims(key: &SigningKey) -> Object {
    let mut claims = parse(&format!(
        r#"{{"@context": ["{V2}"], "type": ["VerifiableCredential"],
            "credentialSubject": {{"id": "did:example:subject"}}}}"#
    ));
    claims.insert("issuer", &key.did_key());
    claims
}

const CREDENTIAL: &str = "EnvelopedVerifiableCredential";
const VC_JWT: &str = "application/vc+jwt";

#[test]
fn a_credential_in_a_jws_is_verified() {
    let program = Program::start(&[]);
    let keys = [
        (SigningKey::from_seed(&[7; 32]), "EdDSA"),
        (SigningKey::from_p256_scalar(&[7; 32]).unwrap(), "ES256"),
    ];
    for (key, alg) in &keys {
        let good = token(key, header(key, alg), &claims(key));
        program
            .verify(&envelope(CREDENTIAL, VC_JWT, &good), "{}")
            .verifies();
        // As the first drafts had it.
        let old = object! { "vc" => claims(key), "iss" => &key.did_key() };
        let old = token(key, header(key, alg), &old);
        program
            .verify(&envelope(CREDENTIAL, "application/jwt", &old), "{}")
            .verifies();
        let mut wrong = claims(key);
        wrong.remove("credentialSubject");
        let wrong = token(key, header(key, alg), &wrong);
        program
            .verify(&envelope(CREDENTIAL, VC_JWT, &wrong), "{}")
            .refuses(400, "MALFORMED_VALUE_ERROR", "cred_malformed");
        let mut stolen = claims(key);
        stolen.insert("issuer", "did:example:other");
        let stolen = token(key, header(key, alg), &stolen);
        program
            .verify(&envelope(CREDENTIAL, VC_JWT, &stolen), "{}")
            .refuses(400, "CRYPTOGRAPHIC_SECURITY_ERROR", "issuer_key_mismatch");
        let mut undefined = claims(key);
        undefined.insert("unknown", "x");
        let undefined = token(key, header(key, alg), &undefined);
        program
            .verify(&envelope(CREDENTIAL, VC_JWT, &undefined), "{}")
            .refuses(400, "DATA_LOSS_DETECTION_ERROR", "term_undefined");
        let mut changed = good.clone();
        changed.replace_range(
            good.len() - 4..good.len() - 3,
            if good.as_bytes()[good.len() - 4] == b'A' {
                "B"
            } else {
                "A"
            },
        );
        assert_eq!(
            program
                .verify(&envelope(CREDENTIAL, VC_JWT, &changed), "{}")
                .status,
            400
        );
    }
    let (ed, p256) = (&keys[0].0, &keys[1].0);
    for (token, reason) in [
        (
            token(ed, header(ed, "ES256"), &claims(ed)),
            "key_type_mismatch",
        ),
        (
            token(ed, header(ed, "none"), &claims(ed)),
            "alg_not_allowed",
        ),
        (token(p256, header(ed, "EdDSA"), &claims(ed)), "sig_invalid"),
        (
            token(ed, object! { "alg" => "EdDSA" }, &claims(ed)),
            "vm_malformed",
        ),
        (
            token(
                ed,
                object! { "alg" => "EdDSA", "kid" => "did:web:a.example#k" },
                &claims(ed),
            ),
            "did_method_unsupported",
        ),
        ("eyJ.eyJ".to_owned(), "jws_serialization"),
        ("a.b.c.d".to_owned(), "jws_serialization"),
    ] {
        let answer = program.verify(&envelope(CREDENTIAL, VC_JWT, &token), "{}");
        let problems = answer.problems();
        assert_eq!(answer.status, 400);
        assert!(
            problems.iter().any(|(_, found)| found == reason),
            "{reason} {problems:?}"
        );
    }
}

#[test]
fn envelopes_that_break_their_form_are_refused() {
    let program = Program::start(&[]);
    let key = SigningKey::from_seed(&[7; 32]);
    let good = envelope(
        CREDENTIAL,
        VC_JWT,
        &token(&key, header(&key, "EdDSA"), &claims(&key)),
    );
    let id = good.get("id").unwrap().as_str().unwrap();
    for (name, text) in [
        ("@context", "[]".to_owned()),
        (
            "@context",
            r#""https://www.w3.org/ns/credentials/examples/v2""#.to_owned(),
        ),
        ("id", format!("\"{}\"", id.split_once(',').unwrap().1)),
        ("id", format!("\"{}\"", id.replace(VC_JWT, "text/plain"))),
        (
            "type",
            r#"["EnvelopedVerifiableCredential", "VerifiableCredential"]"#.to_owned(),
        ),
    ] {
        let mut changed = good.clone();
        changed.insert(name, value(&text));
        program
            .verify(&changed, "{}")
            .refuses(400, "MALFORMED_VALUE_ERROR", "cred_malformed");
    }
    // What stands beside the envelope is not verified because the envelope is.
    for (name, text) in [
        ("credentialSubject", r#"{"id": "did:example:king"}"#),
        ("proof", r#"{"type": "DataIntegrityProof"}"#),
        ("name", r#""King""#),
    ] {
        let mut changed = good.clone();
        changed.insert(name, value(text));
        program
            .verify(&changed, "{}")
            .refuses(400, "MALFORMED_VALUE_ERROR", "cred_malformed");
    }
    for text in [None, Some(r#""VerifiableCredential""#)] {
        let mut changed = good.clone();
        changed.remove("type");
        if let Some(text) = text {
            changed.insert("type", value(text));
        }
        assert_eq!(program.verify(&changed, "{}").status, 400);
    }
    let sealed = envelope(CREDENTIAL, "application/vc+sd-jwt", "eyJ.eyJ.abc~");
    program.verify(&sealed, "{}").refuses(
        400,
        "PROOF_VERIFICATION_ERROR",
        "proof_type_unsupported",
    );
}

/// Whatever a request asks of a credential is asked of an envelope too, and so is the time.
#[test]
fn an_envelope_counts_in_its_time_and_answers_what_was_asked() {
    let program = Program::start(&[]);
    let key = SigningKey::from_seed(&[7; 32]);
    let now = platform::Clock::System.now().unix();
    let credential = claims(&key);
    let presentation = object! {
        "@context" => [V2],
        "type" => ["VerifiablePresentation"],
        "holder" => &key.did_key(),
    };
    let judged = |more: &[(&str, Value)], options: &str| {
        [
            (CREDENTIAL, VC_JWT, &credential),
            (
                "EnvelopedVerifiablePresentation",
                "application/vp+jwt",
                &presentation,
            ),
        ]
        .map(|(kind, media, claims)| {
            let mut claims = claims.clone();
            for (name, value) in more {
                claims.insert(*name, value.clone());
            }
            let token = token(&key, header(&key, "EdDSA"), &claims);
            let document = envelope(kind, media, &token);
            match kind {
                CREDENTIAL => program.verify(&document, options),
                _ => program.verify_presentation(&document, options),
            }
        })
    };
    let time = |seconds: i64| Value::from(Number::from_i64(now + seconds).unwrap());
    for good in [
        &[("exp", time(3600)), ("nbf", time(0))][..],
        &[("nbf", time(60))],
        &[("nonce", "n-1".into()), ("aud", "a.example".into())],
    ] {
        for answer in judged(good, "{}") {
            answer.verifies();
        }
    }
    for (claim, reason) in [
        (("exp", time(0)), "proof_expired"),
        (("exp", time(-1)), "proof_expired"),
        (("exp", "never".into()), "proof_expired"),
        (("nbf", time(3600)), "proof_created_future"),
        (("nbf", "now".into()), "proof_created_future"),
    ] {
        for answer in judged(&[claim], "{}") {
            answer.refuses(400, "PROOF_VERIFICATION_ERROR", reason);
        }
    }
    let said = [("nonce", "n-1".into()), ("aud", "a.example".into())];
    let options = r#"{"challenge": "n-1", "domain": "a.example"}"#;
    for answer in judged(&said, options) {
        answer.verifies();
    }
    for claims in [&said[..], &[]] {
        for answer in judged(claims, r#"{"challenge": "n-2"}"#) {
            answer.refuses(400, "INVALID_CHALLENGE_ERROR", "proof_challenge");
        }
        for answer in judged(claims, r#"{"domain": "b.example"}"#) {
            answer.refuses(400, "INVALID_DOMAIN_ERROR", "proof_domain");
        }
    }
}

#[test]
fn a_presentation_in_a_jws_is_verified() {
    let program = Program::start(&[]);
    let key = SigningKey::from_seed(&[8; 32]);
    let credential = envelope(
        CREDENTIAL,
        VC_JWT,
        &token(&key, header(&key, "EdDSA"), &claims(&key)),
    );
    let mut claims = object! {
        "@context" => [V2],
        "type" => ["VerifiablePresentation"],
        "holder" => &key.did_key(),
        "verifiableCredential" => vec![Value::from(credential)],
        "nonce" => "n-1",
        "aud" => "verifier.example",
    };
    let enveloped = |claims: &Object| {
        envelope(
            "EnvelopedVerifiablePresentation",
            "application/vp+jwt",
            &token(&key, header(&key, "EdDSA"), claims),
        )
    };
    let good = enveloped(&claims);
    program.verify_presentation(&good, "{}").verifies();
    program
        .verify_presentation(
            &good,
            r#"{"challenge": "n-1", "domain": "verifier.example"}"#,
        )
        .verifies();
    program
        .verify_presentation(&good, r#"{"challenge": "n-2"}"#)
        .refuses(400, "INVALID_CHALLENGE_ERROR", "proof_challenge");
    program
        .verify_presentation(&good, r#"{"domain": "other.example"}"#)
        .refuses(400, "INVALID_DOMAIN_ERROR", "proof_domain");
    claims.insert("holder", "did:example:other");
    program
        .verify_presentation(&enveloped(&claims), "{}")
        .refuses(400, "CRYPTOGRAPHIC_SECURITY_ERROR", "vp_holder_mismatch");
}

#[test]
fn credentials_are_issued_in_envelopes() {
    let program = Program::start(&[]);
    for (alg, suite) in [("EdDSA", "eddsa-jcs-2022"), ("ES256", "ecdsa-jcs-2019")] {
        let path = format!("/envelopes/{alg}/credentials/issue");
        let request = object! { "credential" => crate::program::credential() };
        let issued = program
            .post(&path, &request)
            .document("verifiableCredential");
        let id = issued.get("id").unwrap().as_str().unwrap();
        let token = id.strip_prefix("data:application/vc+jwt,").unwrap();
        let payload = token.split('.').nth(1).unwrap();
        let payload = String::from_utf8(base64url::decode(payload).unwrap()).unwrap();
        let payload = parse(&payload);
        assert_eq!(
            payload.get("issuer").unwrap().as_str(),
            Some(program.did(suite))
        );
        program.verify(&issued, "{}").verifies();
        for (name, text) in [
            ("type", "7"),
            ("unknown", "1"),
            ("issuer", "\"did:example:i\""),
        ] {
            let wrong = crate::program::with(name, text);
            let answer = program.post(&path, &object! { "credential" => wrong });
            assert_eq!(answer.status, 400, "{name}");
            answer.problems();
        }
    }
    let answer = program.post(
        "/envelopes/none/credentials/issue",
        &object! { "credential" => crate::program::credential() },
    );
    answer.refuses(404, "CRYPTOGRAPHIC_SECURITY_ERROR", "alg_not_allowed");
}
