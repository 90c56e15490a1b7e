//! Every rule of the data model, over HTTP: refused when issued, and refused when a document that
//! breaks it is verified.

use schemas::json::Value;
use schemas::object;

use crate::program::{Program, V2, credential, value, with};

/// A member, what it may not be, and the reason.
const BROKEN: &[(&str, &str, &str)] = &[
    ("@context", "-", "ctx_order"),
    ("@context", "[]", "ctx_order"),
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
        r#"["https://www.w3.org/ns/credentials/v2", "https ://x"]"#,
        "ctx_unknown",
    ),
    (
        "@context",
        r#"["https://www.w3.org/ns/credentials/v2", 7]"#,
        "ctx_unknown",
    ),
    ("id", "null", "id_malformed"),
    ("id", r#""https ://not-a-url""#, "id_malformed"),
    (
        "id",
        r#"["https://example.org/1", "https://example.net/1"]"#,
        "id_malformed",
    ),
    ("type", "-", "cred_malformed"),
    ("type", r#"["BitstringStatusListCredential"]"#, "cred_type"),
    ("type", "7", "cred_malformed"),
    ("issuer", "null", "cred_malformed"),
    ("issuer", r#""fake-issuer""#, "cred_malformed"),
    ("issuer", r#"{"id": null}"#, "cred_malformed"),
    ("issuer", r#"{"id": "fake-issuer"}"#, "cred_malformed"),
    (
        "issuer",
        r#"{"name": {"@value": "I", "url": "urn:x"}}"#,
        "cred_malformed",
    ),
    ("issuer", r#"{"description": 7}"#, "cred_malformed"),
    (
        "name",
        r#"{"@value": "N", "@language": "en", "url": "urn:x"}"#,
        "cred_malformed",
    ),
    ("name", "7", "cred_malformed"),
    (
        "description",
        r#"{"@value": "N", "@direction": "up"}"#,
        "cred_malformed",
    ),
    ("description", r#"{"@language": "en"}"#, "cred_malformed"),
    ("credentialSubject", "-", "cred_malformed"),
    ("credentialSubject", "{}", "cred_malformed"),
    ("credentialSubject", "[]", "cred_malformed"),
    (
        "credentialSubject",
        r#"[{"id": "urn:a"}, {}]"#,
        "cred_malformed",
    ),
    (
        "credentialSubject",
        r#"{"id": ["urn:a", "urn:b"]}"#,
        "id_malformed",
    ),
    ("validFrom", r#""Sat 25 Feb 2023""#, "date_malformed"),
    ("validFrom", r#""2023-02-26T01:02:58""#, "date_malformed"),
    (
        "validUntil",
        r#""Sun, 26 Feb 2023 01:22:14 +0000""#,
        "date_malformed",
    ),
    ("credentialStatus", r#"{"id": "urn:s"}"#, "cred_malformed"),
    ("credentialStatus", r#"{"type": 2}"#, "cred_malformed"),
    (
        "credentialStatus",
        r#"{"type": "urn:t", "id": ["urn:a", "urn:b"]}"#,
        "id_malformed",
    ),
    (
        "credentialStatus",
        r#"{"type": "urn:t", "id": "https ://x"}"#,
        "id_malformed",
    ),
    (
        "credentialStatus",
        r#"{"type": "BitstringStatusListEntry", "statusPurpose": "revocation",
            "statusListIndex": true, "statusListCredential": "https://example.com/"}"#,
        "cred_malformed",
    ),
    ("credentialSchema", r#"{"id": "urn:s"}"#, "cred_malformed"),
    ("credentialSchema", r#"{"type": "urn:t"}"#, "cred_malformed"),
    (
        "credentialSchema",
        r#"{"type": "urn:t", "id": "https ://x"}"#,
        "cred_malformed",
    ),
    ("refreshService", r#"{"id": "urn:r"}"#, "cred_malformed"),
    ("termsOfUse", "{}", "cred_malformed"),
    (
        "termsOfUse",
        r#"[{"type": "urn:t"}, {"id": "urn:u"}]"#,
        "cred_malformed",
    ),
    ("evidence", "{}", "cred_malformed"),
    ("evidence", r#""urn:e""#, "cred_malformed"),
    ("relatedResource", r#"["urn:a"]"#, "cred_malformed"),
    ("relatedResource", r#"{"id": "urn:a"}"#, "cred_malformed"),
    (
        "relatedResource",
        r#"{"digestSRI": "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ="}"#,
        "cred_malformed",
    ),
    (
        "relatedResource",
        r#"[{"id": "urn:a", "digestSRI": "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ="},
            {"id": "urn:a", "digestSRI": "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ="}]"#,
        "cred_malformed",
    ),
    (
        "relatedResource",
        r#"{"id": "https://www.w3.org/ns/credentials/v2",
            "digestSRI": "sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg"}"#,
        "digest_mismatch",
    ),
    (
        "relatedResource",
        r#"{"id": "https://www.w3.org/ns/credentials/v2", "digestMultibase": "uJKGM"}"#,
        "cred_malformed",
    ),
];

#[test]
fn what_breaks_a_rule_is_neither_issued_nor_verified() {
    let program = Program::start(&[]);
    for suite in ["eddsa-jcs-2022", "eddsa-rdfc-2022"] {
        let issued = program.issued(suite, &credential());
        for (name, text, reason) in BROKEN {
            let answer = program.issue(suite, &with(name, text), "{}");
            let found = answer.problems();
            assert_eq!(answer.status, 400, "{name}: {text}");
            assert!(
                found.iter().any(|(_, found)| found == reason),
                "{name} {text}: {found:?}"
            );
            let mut changed = issued.clone();
            match *text {
                "-" => {
                    changed.remove(name);
                }
                text => {
                    changed.insert(*name, value(text));
                }
            }
            let answer = program.verify(&changed, "{}");
            let found = answer.problems();
            assert_eq!(answer.status, 400, "{name}: {text}");
            // An issuer is written in when we issue, and missed when we verify.
            assert!(
                *name == "issuer" || found.iter().any(|(_, found)| found == reason),
                "{name} {text}: {found:?}"
            );
        }
    }
}

#[test]
fn what_keeps_the_rules_is_issued_and_verified() {
    let program = Program::start(&[]);
    let kept = [
        ("id", r#""urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33""#),
        (
            "type",
            r#"["https://example.org/#A", "VerifiableCredential", "https://example.org/#B"]"#,
        ),
        (
            "name",
            r#"[{"@value": "Dog", "@language": "en"}, {"@value": "Chien", "@language": "fr"}]"#,
        ),
        (
            "issuer",
            r#"{"name": "I", "description": {"@value": "d", "@language": "en"}}"#,
        ),
        (
            "credentialSubject",
            r#"[{"id": "urn:a"}, {"id": "urn:b", "name": "b"}]"#,
        ),
        ("validFrom", r#""2023-02-25T19:10:39-06:00""#),
        ("validUntil", r#""4023-02-26T01:20:18.477Z""#),
        (
            "credentialSchema",
            r#"[{"type": "urn:t", "id": "urn:a"}, {"type": "urn:t", "id": "urn:b"}]"#,
        ),
        (
            "refreshService",
            r#"{"type": "https://example.org/#R", "id": "urn:r"}"#,
        ),
        ("termsOfUse", r#"[{"type": "urn:t"}, {"type": "urn:t"}]"#),
        ("evidence", r#"{"type": "urn:t"}"#),
        (
            "relatedResource",
            r#"{"id": "https://www.w3.org/ns/credentials/v2", "mediaType": "application/ld+json",
                "digestSRI": "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU"}"#,
        ),
    ];
    for suite in ["eddsa-jcs-2022", "eddsa-rdfc-2022"] {
        for (name, text) in kept {
            let issued = program.issued(suite, &with(name, text));
            program.verify(&issued, "{}").verifies();
        }
    }
    // A base direction is nothing that RDF could carry.
    let direction = with(
        "name",
        r#"{"@value": "x", "@language": "ar", "@direction": "rtl"}"#,
    );
    let issued = program.issued("eddsa-jcs-2022", &direction);
    program.verify(&issued, "{}").verifies();
    program.issue("eddsa-rdfc-2022", &direction, "{}").refuses(
        400,
        "MALFORMED_VALUE_ERROR",
        "ld_keyword_forbidden",
    );
}

#[test]
fn a_period_ends_after_it_begins() {
    let program = Program::start(&[]);
    let mut credential = with("validFrom", r#""2023-02-26T01:20:00Z""#);
    credential.insert("validUntil", "2023-02-26T01:19:59Z");
    program.issue("eddsa-jcs-2022", &credential, "{}").refuses(
        400,
        "MALFORMED_VALUE_ERROR",
        "cred_malformed",
    );
    credential.insert("validUntil", "2023-02-26T01:20:00Z");
    program.issued("eddsa-jcs-2022", &credential);
}

#[test]
fn all_faults_are_told_at_once() {
    let program = Program::start(&[]);
    let document = object! { "type" => ["NonconformingDocument"] };
    let answer = program.verify(&document, "{}");
    let reasons: Vec<String> = answer
        .problems()
        .into_iter()
        .map(|(_, reason)| reason)
        .collect();
    assert_eq!(answer.status, 400);
    for reason in ["ctx_order", "cred_type", "cred_malformed", "proof_missing"] {
        assert!(
            reasons.iter().any(|found| found == reason),
            "{reason}: {reasons:?}"
        );
    }
    assert_eq!(answer.json().get("verified"), Some(&Value::Bool(false)));
    let detail = String::from_utf8(answer.body).unwrap();
    assert!(
        !detail.contains(V2),
        "sentences of ours, no words of the document"
    );
}
