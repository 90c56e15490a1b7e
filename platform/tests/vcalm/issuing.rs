//! `POST …/credentials/issue`

use schemas::json::Value;
use schemas::object;

use crate::program::{Program, SUITES, V2, credential, object as parse, value, with};

#[test]
fn every_suite_issues_under_its_own_address_and_verifies() {
    let program = Program::start(&[]);
    for suite in SUITES {
        let issued = program.issued(
            suite,
            &with("name", r#"{"@value": "x", "@language": "en"}"#),
        );
        let proof = issued.get("proof").unwrap();
        assert_eq!(proof.get("cryptosuite").unwrap().as_str(), Some(suite));
        assert_eq!(
            proof.get("type").unwrap().as_str(),
            Some("DataIntegrityProof")
        );
        assert_eq!(
            proof.get("proofPurpose").unwrap().as_str(),
            Some("assertionMethod")
        );
        assert_eq!(
            issued.get("issuer").unwrap().as_str(),
            Some(program.did(suite))
        );
        program.verify(&issued, "{}").verifies();
        program
            .verify(&issued, r#"{"checks": ["proof"]}"#)
            .verifies();
        let mut changed = issued.clone();
        changed.insert("name", "y");
        program
            .verify(&changed, "{}")
            .refuses(400, "CRYPTOGRAPHIC_SECURITY_ERROR", "sig_invalid");
    }
    assert_eq!(
        program.issue("bbs-2023", &credential(), "{}").status,
        404,
        "a suite that is not there"
    );
}

#[test]
fn the_address_without_a_suite_takes_the_one_that_is_asked_for() {
    let program = Program::start(&[]);
    for (options, suite) in [
        ("{}", "eddsa-jcs-2022"),
        ("null", "eddsa-jcs-2022"),
        (r#"{"cryptosuite": "eddsa-rdfc-2022"}"#, "eddsa-rdfc-2022"),
        (
            r#"{"type": "DataIntegrityProof", "proofPurpose": "assertionMethod"}"#,
            "eddsa-jcs-2022",
        ),
    ] {
        let request = object! { "credential" => credential(), "options" => value(options) };
        let issued = program
            .post("/credentials/issue", &request)
            .document("verifiableCredential");
        let proof = issued.get("proof").unwrap();
        assert_eq!(
            proof.get("cryptosuite").unwrap().as_str(),
            Some(suite),
            "{options}"
        );
    }
    let without = program.post(
        "/credentials/issue",
        &object! { "credential" => credential() },
    );
    assert_eq!(without.status, 201);
    assert!(
        without
            .header("content-type")
            .unwrap()
            .starts_with("application/json")
    );
}

#[test]
fn options_say_what_the_proof_says() {
    let program = Program::start(&[]);
    let options = r#"{"created": "2024-01-02T03:04:05Z", "expires": "4024-01-02T03:04:05Z",
        "challenge": "c", "domain": "d.example", "credentialId": "urn:x"}"#;
    let issued = program
        .issue("eddsa-rdfc-2022", &credential(), options)
        .document("verifiableCredential");
    let proof = issued.get("proof").unwrap();
    for (name, text) in [
        ("created", "2024-01-02T03:04:05Z"),
        ("expires", "4024-01-02T03:04:05Z"),
        ("challenge", "c"),
        ("domain", "d.example"),
    ] {
        assert_eq!(proof.get(name).unwrap().as_str(), Some(text));
    }
    let asked = r#"{"challenge": "c", "domain": "d.example"}"#;
    program.verify(&issued, asked).verifies();
    program
        .verify(&issued, r#"{"challenge": "other"}"#)
        .refuses(400, "INVALID_CHALLENGE_ERROR", "proof_challenge");
    program
        .verify(&issued, r#"{"domain": "other.example"}"#)
        .refuses(400, "INVALID_DOMAIN_ERROR", "proof_domain");
}

#[test]
fn options_that_are_not_understood_are_refused() {
    let program = Program::start(&[]);
    for (options, title) in [
        (r#"{"surprise": true}"#, "UNKNOWN_OPTION_PROVIDED"),
        (
            r#"{"credentialStatus": {"type": "BitstringStatusListEntry", "x": 1}}"#,
            "UNKNOWN_OPTION_PROVIDED",
        ),
        ("7", "MALFORMED_VALUE_ERROR"),
        (
            r#"{"cryptosuite": "eddsa-rdfc-2022"}"#,
            "MALFORMED_VALUE_ERROR",
        ),
        (
            r#"{"type": "Ed25519Signature2020"}"#,
            "MALFORMED_VALUE_ERROR",
        ),
        (
            r#"{"proofPurpose": "authentication"}"#,
            "MALFORMED_VALUE_ERROR",
        ),
        (
            r#"{"verificationMethod": "did:example:1#key"}"#,
            "MALFORMED_VALUE_ERROR",
        ),
        (
            r#"{"mandatoryPointers": ["/issuer"]}"#,
            "MALFORMED_VALUE_ERROR",
        ),
        (r#"{"created": "yesterday"}"#, "MALFORMED_VALUE_ERROR"),
        (r#"{"created": 7}"#, "MALFORMED_VALUE_ERROR"),
        (r#"{"challenge": ""}"#, "MALFORMED_VALUE_ERROR"),
    ] {
        let answer = program.issue("eddsa-jcs-2022", &credential(), options);
        assert_eq!(answer.status, 400, "{options}");
        assert_eq!(answer.problems()[0].0, title, "{options}");
    }
    program
        .issue(
            "eddsa-jcs-2022",
            &credential(),
            r#"{"cryptosuite": "unknown"}"#,
        )
        .refuses(400, "PROOF_GENERATION_ERROR", "proof_type_unsupported");
}

#[test]
fn the_issuer_is_this_service() {
    let program = Program::start(&[]);
    let suite = "eddsa-rdfc-2022";
    let did = program.did(suite).to_owned();
    for issuer in [
        format!("\"{did}\""),
        "{}".to_owned(),
        format!(r#"{{"id": "{did}", "name": "I"}}"#),
    ] {
        let issued = program.issued(suite, &with("issuer", &issuer));
        program.verify(&issued, "{}").verifies();
    }
    for issuer in [
        r#""did:example:other""#,
        r#"{"id": "https://other.example/"}"#,
    ] {
        program.issue(suite, &with("issuer", issuer), "{}").refuses(
            400,
            "CRYPTOGRAPHIC_SECURITY_ERROR",
            "issuer_key_mismatch",
        );
    }
    // The key of another suite has another DID.
    let other = format!("\"{}\"", program.did("ecdsa-jcs-2019"));
    program.issue(suite, &with("issuer", &other), "{}").refuses(
        400,
        "CRYPTOGRAPHIC_SECURITY_ERROR",
        "issuer_key_mismatch",
    );
}

#[test]
fn requests_without_a_credential_or_with_a_finished_one_are_refused() {
    let program = Program::start(&[]);
    let path = "/credentials/issue";
    program
        .post(path, &object! {})
        .refuses(400, "MALFORMED_VALUE_ERROR", "bad_request");
    for text in ["null", "[]", "7", r#""text""#] {
        program
            .post(path, &object! { "credential" => value(text) })
            .refuses(400, "PARSING_ERROR", "parse_error");
    }
    let issued = program.issued("eddsa-jcs-2022", &credential());
    program
        .post(path, &object! { "credential" => issued })
        .refuses(400, "PROOF_GENERATION_ERROR", "proof_set_policy");
}

#[test]
fn words_that_a_document_defines_itself_are_signed_with_their_meaning() {
    let program = Program::start(&[]);
    let own = |iri: &str| {
        parse(&format!(
            r#"{{"@context": ["{V2}", {{"Own": "{iri}", "level": {{"@id": "urn:level", "@type": "urn:number"}}}}],
                "type": ["VerifiableCredential", "Own"], "credentialSubject": {{"level": "seven"}}}}"#
        ))
    };
    for suite in SUITES {
        let issued = program.issued(suite, &own("https://example.org/#Own"));
        program.verify(&issued, "{}").verifies();
        // Another meaning of the same word is another document.
        let mut changed = issued.clone();
        let contexts = own("https://example.org/#Other")
            .remove("@context")
            .unwrap();
        changed.insert("@context", contexts);
        assert_eq!(program.verify(&changed, "{}").status, 400);
    }
    for contexts in [
        format!(r#"["{V2}", {{"VerifiableCredential": "https://example.org/#Bad"}}]"#),
        format!(r#"["{V2}", {{"@base": "https://example.org/"}}]"#),
        format!(r#"["{V2}", "https://example.org/unknown"]"#),
    ] {
        for suite in SUITES {
            let answer = program.issue(suite, &with("@context", &contexts), "{}");
            answer.refuses(
                400,
                "MALFORMED_VALUE_ERROR",
                if contexts.contains("unknown") {
                    "ctx_unknown"
                } else {
                    "ctx_inline"
                },
            );
        }
    }
}

#[test]
fn words_without_a_meaning_are_not_signed() {
    let program = Program::start(&[]);
    for suite in SUITES {
        for credential in [
            with("type", r#"["VerifiableCredential", "Unknown"]"#),
            with("credentialSubject", r#"{"unknown": 1}"#),
            with("unknown", "1"),
        ] {
            program.issue(suite, &credential, "{}").refuses(
                400,
                "DATA_LOSS_DETECTION_ERROR",
                "term_undefined",
            );
        }
        let examples = format!(r#"["{V2}", "https://www.w3.org/ns/credentials/examples/v2"]"#);
        let mut credential = with("credentialSubject", r#"{"unknown": 1}"#);
        credential.insert("@context", value(&examples));
        program
            .verify(&program.issued(suite, &credential), "{}")
            .verifies();
    }
}

#[test]
fn version_1_1_is_signed_with_the_context_of_its_proof() {
    let program = Program::start(&[]);
    let old = parse(
        r#"{"@context": ["https://www.w3.org/2018/credentials/v1"],
            "type": ["VerifiableCredential"], "issuanceDate": "2020-03-16T22:37:26.544Z",
            "credentialSubject": {"id": "did:example:subject"}}"#,
    );
    for suite in SUITES {
        let issued = program.issued(suite, &old);
        let contexts = issued.get("@context").unwrap().strings().unwrap();
        assert_eq!(contexts[1], "https://w3id.org/security/data-integrity/v2");
        program.verify(&issued, "{}").verifies();
    }
}

#[test]
fn answers_are_bare_when_that_is_wanted() {
    let program = Program::start(&["--bare-answers"]);
    let answer = program.post(
        "/credentials/issue",
        &object! { "credential" => credential() },
    );
    assert_eq!(answer.status, 201);
    let issued = answer.json();
    assert!(issued.contains_key("proof"));
    program.verify(&issued, "{}").verifies();
}

#[test]
fn keys_are_those_of_the_seed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seed");
    std::fs::write(&path, format!("{}\n", "07".repeat(32))).unwrap();
    let path = path.to_str().unwrap();
    let (one, two) = (
        Program::start(&["--seed-file", path]),
        Program::start(&["--seed-file", path]),
    );
    let stranger = Program::start(&[]);
    for suite in SUITES {
        assert_eq!(one.did(suite), two.did(suite));
        assert_ne!(one.did(suite), stranger.did(suite));
        // Who judges proofs alone needs nobody's word.
        stranger
            .verify(&one.issued(suite, &credential()), "{}")
            .verifies();
    }
    let suites = one.get("/").json();
    let suites = suites.get("suites").and_then(Value::as_array).unwrap();
    assert_eq!(suites.len(), SUITES.len());
    assert_eq!(
        suites[0].get("id").unwrap().as_str(),
        Some(one.did(SUITES[0]))
    );
}

#[test]
fn nobody_derives() {
    let program = Program::start(&[]);
    for path in [
        "/credentials/derive",
        "/suites/eddsa-jcs-2022/credentials/derive",
    ] {
        let answer = program.post(path, &object! { "verifiableCredential" => credential() });
        answer.refuses(501, "PROOF_VERIFICATION_ERROR", "proof_type_unsupported");
    }
}
