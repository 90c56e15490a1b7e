//! `POST /presentations` and `POST /presentations/verify`

use schemas::json::{Object, Value};
use schemas::object;

use crate::program::{Program, SUITES, V2, credential, object as parse, value, with};

fn presentation(credentials: Vec<Value>) -> Object {
    let mut presentation = parse(&format!(
        r#"{{"@context": ["{V2}"], "type": ["VerifiablePresentation"]}}"#
    ));
    if !credentials.is_empty() {
        presentation.insert("verifiableCredential", credentials);
    }
    presentation
}

const BOUND: &str = r#"{"challenge": "c-1", "domain": "verifier.example"}"#;

fn create(program: &Program, suite: &str, presentation: &Object) -> Object {
    let request = object! { "presentation" => presentation.clone(), "options" => value(BOUND) };
    program
        .post(&format!("/suites/{suite}/presentations"), &request)
        .document("verifiablePresentation")
}

#[test]
fn every_suite_presents_and_verifies() {
    let program = Program::start(&[]);
    for suite in SUITES {
        let carried: Vec<Value> = SUITES
            .iter()
            .map(|suite| program.issued(suite, &credential()).into())
            .collect();
        let made = create(&program, suite, &presentation(carried));
        let proof = made.get("proof").unwrap();
        assert_eq!(
            proof.get("proofPurpose").unwrap().as_str(),
            Some("authentication")
        );
        assert_eq!(proof.get("challenge").unwrap().as_str(), Some("c-1"));
        assert_eq!(
            made.get("holder").unwrap().as_str(),
            Some(program.did(suite))
        );
        program.verify_presentation(&made, BOUND).verifies();
        program.verify_presentation(&made, "{}").verifies();
        program
            .verify_presentation(&made, r#"{"domain": ["verifier.example"]}"#)
            .verifies();
        for (options, title, reason) in [
            (
                r#"{"challenge": "c-2"}"#,
                "INVALID_CHALLENGE_ERROR",
                "proof_challenge",
            ),
            (
                r#"{"domain": "other.example"}"#,
                "INVALID_DOMAIN_ERROR",
                "proof_domain",
            ),
            (
                r#"{"surprise": 1}"#,
                "UNKNOWN_OPTION_PROVIDED",
                "bad_request",
            ),
            (
                r#"{"proofPurpose": "assertionMethod"}"#,
                "MALFORMED_VALUE_ERROR",
                "bad_request",
            ),
        ] {
            program
                .verify_presentation(&made, options)
                .refuses(400, title, reason);
        }
        let mut changed = made.clone();
        changed.insert("id", "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008");
        program.verify_presentation(&changed, BOUND).refuses(
            400,
            "CRYPTOGRAPHIC_SECURITY_ERROR",
            "sig_invalid",
        );
    }
    let plain = program.post(
        "/presentations",
        &object! { "presentation" => presentation(vec![]) },
    );
    let plain = plain.document("verifiablePresentation");
    program.verify_presentation(&plain, "{}").verifies();
    // What was made without a challenge answers none.
    program.verify_presentation(&plain, BOUND).refuses(
        400,
        "INVALID_CHALLENGE_ERROR",
        "proof_challenge",
    );
}

#[test]
fn one_bad_credential_spoils_the_presentation() {
    let program = Program::start(&[]);
    let suite = "eddsa-jcs-2022";
    let good = program.issued(suite, &credential());
    let mut bad = good.clone();
    bad.insert("name", "changed");
    let made = create(
        &program,
        suite,
        &presentation(vec![good.clone().into(), bad.into()]),
    );
    let options = r#"{"returnResults": true, "returnPresentation": true}"#;
    let answer = program.verify_presentation(&made, options);
    answer.refuses(400, "CRYPTOGRAPHIC_SECURITY_ERROR", "sig_invalid");
    let json = answer.json();
    assert_eq!(
        json.get("verifiablePresentation").unwrap().as_object(),
        Some(&made)
    );
    let of_each = json.get("results").unwrap().get("credentials").unwrap();
    let of_each: Vec<&Value> = of_each
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one.get("verified").unwrap())
        .collect();
    assert_eq!(of_each, [&Value::Bool(true), &Value::Bool(false)]);
    let mut without = good;
    without.remove("proof");
    let made = create(&program, suite, &presentation(vec![without.into()]));
    program
        .verify_presentation(&made, "{}")
        .refuses(400, "PARSING_ERROR", "proof_missing");
    let expired = program.issued(suite, &with("validUntil", r#""2023-02-26T01:20:00Z""#));
    let made = create(&program, suite, &presentation(vec![expired.into()]));
    let answer = program.verify_presentation(&made, "{}");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.problems()[0].0, "CREDENTIAL_EXPIRED");
    program
        .verify_presentation(&made, r#"{"checks": ["validityPeriod"]}"#)
        .refuses(400, "CREDENTIAL_EXPIRED", "cred_expired");
}

#[test]
fn presentations_keep_the_data_model() {
    let program = Program::start(&[]);
    let suite = "eddsa-rdfc-2022";
    let made = create(&program, suite, &presentation(vec![]));
    let unsigned = credential();
    let mut untyped = unsigned.clone();
    untyped.insert("type", Vec::<Value>::new());
    for (name, text, reason) in [
        ("@context", "-", "ctx_order"),
        (
            "@context",
            r#"["https://www.w3.org/ns/credentials/examples/v2"]"#,
            "ctx_order",
        ),
        (
            "@context",
            r#"[{"A": "urn:a"}, "https://www.w3.org/ns/credentials/v2"]"#,
            "ctx_order",
        ),
        (
            "@context",
            r#"["https://www.w3.org/ns/credentials/v2", 7]"#,
            "ctx_unknown",
        ),
        (
            "@context",
            r#"["https://www.w3.org/ns/credentials/v2", "https ://x"]"#,
            "ctx_unknown",
        ),
        ("type", "-", "cred_malformed"),
        ("type", r#"["VerifiableCredential"]"#, "cred_type"),
        ("id", r#"["urn:a"]"#, "id_malformed"),
        ("holder", r#""z6Mk""#, "vp_malformed"),
        ("holder", r#"{"name": "Acme"}"#, "vp_malformed"),
        ("holder", r#"{"id": "z6Mk"}"#, "vp_malformed"),
        ("verifiableCredential", r#"["eyJ"]"#, "vp_malformed"),
        (
            "verifiableCredential",
            r#""https://example.org/1""#,
            "vp_malformed",
        ),
        ("termsOfUse", "{}", "cred_malformed"),
    ] {
        let mut changed = made.clone();
        match text {
            "-" => {
                changed.remove(name);
            }
            text => {
                changed.insert(name, value(text));
            }
        }
        let answer = program.verify_presentation(&changed, "{}");
        let found = answer.problems();
        assert_eq!(answer.status, 400, "{name} {text}");
        assert!(
            found.iter().any(|(_, one)| one == reason),
            "{name} {text}: {found:?}"
        );
        changed.remove("proof");
        let answer = program.post("/presentations", &object! { "presentation" => changed });
        assert_eq!(answer.status, 400, "{name} {text}");
    }
    let mut changed = made.clone();
    changed.insert("verifiableCredential", vec![Value::from(untyped)]);
    program
        .verify_presentation(&changed, "{}")
        .refuses(400, "MALFORMED_VALUE_ERROR", "cred_type");
    let unknown = parse(&format!(
        r#"{{"@context": ["{V2}", "https://example.com"], "type": ["VerifiablePresentation"]}}"#
    ));
    let mut changed = made.clone();
    changed.insert("@context", unknown.get("@context").unwrap().clone());
    program.verify_presentation(&changed, "{}").refuses(
        400,
        "MALFORMED_VALUE_ERROR",
        "ctx_unknown",
    );
}

#[test]
fn the_holder_is_who_signed() {
    let program = Program::start(&[]);
    let suite = "eddsa-jcs-2022";
    let path = format!("/suites/{suite}/presentations");
    for holder in [r#""did:example:other""#, r#"{"id": "did:example:other"}"#] {
        let mut other = presentation(vec![]);
        other.insert("holder", value(holder));
        program
            .post(&path, &object! { "presentation" => other })
            .refuses(400, "CRYPTOGRAPHIC_SECURITY_ERROR", "vp_holder_mismatch");
    }
    let mut own = presentation(vec![]);
    own.insert("holder", object! { "id" => program.did(suite) });
    let made = create(&program, suite, &own);
    program.verify_presentation(&made, "{}").verifies();
    let mut stolen = made.clone();
    stolen.insert("holder", program.did("ecdsa-jcs-2019"));
    program.verify_presentation(&stolen, "{}").refuses(
        400,
        "CRYPTOGRAPHIC_SECURITY_ERROR",
        "vp_holder_mismatch",
    );
    program
        .post(&path, &object! { "presentation" => made })
        .refuses(400, "PROOF_GENERATION_ERROR", "proof_set_policy");
    for request in [object! {}, object! { "presentation" => Value::Null }] {
        assert_eq!(program.post(&path, &request).status, 400);
    }
}

#[test]
fn a_presentation_has_to_be_signed() {
    let program = Program::start(&[]);
    program
        .verify_presentation(&presentation(vec![]), "{}")
        .refuses(400, "PARSING_ERROR", "proof_missing");
    let credential = program.issued("eddsa-jcs-2022", &credential());
    program.verify_presentation(&credential, "{}").refuses(
        400,
        "MALFORMED_VALUE_ERROR",
        "cred_type",
    );
    program
        .post(
            "/presentations/verify",
            &object! { "verifiablePresentation" => "text" },
        )
        .refuses(400, "PARSING_ERROR", "parse_error");
}
