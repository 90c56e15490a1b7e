//! `POST /credentials/verify`

use schemas::json::{Object, Value};
use schemas::object;

use crate::program::{Program, SUITES, credential, value, with};

/// A credential whose proof has one member changed, or taken away by `-`.
fn proof_with(issued: &Object, name: &str, text: &str) -> Object {
    let mut changed = issued.clone();
    let proof = changed.get_mut("proof").unwrap().as_object_mut().unwrap();
    if text == "-" {
        proof.remove(name);
    } else {
        proof.insert(name, value(text));
    }
    changed
}

#[test]
fn every_member_of_a_proof_counts() {
    let program = Program::start(&[]);
    for suite in SUITES {
        let issued = program.issued(suite, &credential());
        let security = "CRYPTOGRAPHIC_SECURITY_ERROR";
        let proof = "PROOF_VERIFICATION_ERROR";
        for (name, text, title, reason) in [
            ("type", "-", "MALFORMED_VALUE_ERROR", ""),
            (
                "type",
                r#""UnknownProofType""#,
                proof,
                "proof_type_unsupported",
            ),
            ("cryptosuite", "-", proof, "proof_type_unsupported"),
            (
                "cryptosuite",
                r#""UnknownCryptosuite""#,
                proof,
                "proof_type_unsupported",
            ),
            ("cryptosuite", "7", proof, "proof_type_unsupported"),
            ("proofPurpose", "-", proof, "proof_purpose"),
            (
                "proofPurpose",
                r#""invalidPurpose""#,
                proof,
                "proof_purpose",
            ),
            (
                "proofPurpose",
                r#""authentication""#,
                proof,
                "proof_purpose",
            ),
            (
                "verificationMethod",
                "-",
                "INVALID_VERIFICATION_METHOD_URL",
                "vm_malformed",
            ),
            ("verificationMethod", r#""did:key:invalidVm""#, "", ""),
            ("proofValue", "-", proof, "proof_malformed"),
            ("proofValue", "null", proof, "proof_malformed"),
            ("proofValue", r#""invalid""#, proof, "proof_malformed"),
            (
                "proofValue",
                r#""z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh""#,
                security,
                "sig_malformed",
            ),
            (
                "created",
                r#""yesterday""#,
                "MALFORMED_VALUE_ERROR",
                "date_malformed",
            ),
            (
                "created",
                r#""2024-01-01T00:00:00Z""#,
                security,
                "sig_invalid",
            ),
            (
                "expires",
                r#""2024-01-01T00:00:00Z""#,
                proof,
                "proof_expired",
            ),
            (
                "previousProof",
                r#""urn:uuid:missing""#,
                proof,
                "proof_chain_broken",
            ),
            ("previousProof", "7", proof, "proof_malformed"),
            ("surprise", "1", proof, "unknown_security_member"),
        ] {
            let answer = program.verify(&proof_with(&issued, name, text), "{}");
            let found = answer.problems();
            assert_eq!(answer.status, 400, "{suite} {name} {text}");
            assert!(
                found
                    .iter()
                    .any(|(one, other)| (title.is_empty() || one == title)
                        && (reason.is_empty() || other == reason)),
                "{suite} {name} {text}: {found:?}"
            );
        }
        for text in ["null", "[]", "7", r#""proof""#] {
            let mut changed = issued.clone();
            changed.insert("proof", value(text));
            assert_eq!(program.verify(&changed, "{}").status, 400, "{text}");
        }
        let mut without = issued.clone();
        without.remove("proof");
        program
            .verify(&without, "{}")
            .refuses(400, "PARSING_ERROR", "proof_missing");
    }
}

#[test]
fn a_proof_by_somebody_else_is_no_proof_of_the_issuer() {
    let (program, other) = (Program::start(&[]), Program::start(&[]));
    let suite = "eddsa-jcs-2022";
    let issued = program.issued(suite, &credential());
    let mut stolen = issued.clone();
    stolen.insert("issuer", other.did(suite));
    let answer = program.verify(&stolen, "{}");
    answer.refuses(400, "CRYPTOGRAPHIC_SECURITY_ERROR", "issuer_key_mismatch");
    answer.refuses(400, "CRYPTOGRAPHIC_SECURITY_ERROR", "sig_invalid");
}

#[test]
fn all_proofs_of_a_set_have_to_stand() {
    let program = Program::start(&[]);
    let did = program.did("eddsa-jcs-2022").to_owned();
    let credential = with("issuer", &format!("\"{did}\""));
    let proofs: Vec<Value> = ["eddsa-jcs-2022", "eddsa-rdfc-2022"]
        .iter()
        .map(|suite| program.issued(suite, &credential).remove("proof").unwrap())
        .collect();
    let mut set = credential.clone();
    set.insert("proof", proofs.clone());
    program.verify(&set, "{}").verifies();
    let mut broken = proofs;
    broken[1]
        .as_object_mut()
        .unwrap()
        .insert("created", "2024-01-01T00:00:00Z");
    set.insert("proof", broken);
    program.verify(&set, r#"{"returnResults": true}"#).refuses(
        400,
        "CRYPTOGRAPHIC_SECURITY_ERROR",
        "sig_invalid",
    );
    let results = program.verify(&set, r#"{"returnResults": true}"#).json();
    let results = results
        .get("results")
        .and_then(|results| results.get("proof"));
    let good: Vec<bool> = results
        .and_then(Value::as_array)
        .unwrap()
        .iter()
        .map(|proof| proof.get("verified").unwrap().as_bool().unwrap())
        .collect();
    assert_eq!(good, [true, false]);
}

#[test]
fn expired_is_a_warning_until_it_is_asked_for() {
    let program = Program::start(&[]);
    for (name, text, title) in [
        (
            "validUntil",
            r#""2023-02-26T01:20:00Z""#,
            "CREDENTIAL_EXPIRED",
        ),
        (
            "validFrom",
            r#""4023-02-26T01:20:00Z""#,
            "CREDENTIAL_NOT_YET_VALID",
        ),
    ] {
        let issued = program.issued("eddsa-jcs-2022", &with(name, text));
        for options in ["{}", r#"{"checks": ["proof"]}"#] {
            let answer = program.verify(&issued, options);
            assert_eq!(answer.status, 200);
            let problem = (title.to_owned(), "cred_expired".to_owned());
            assert_eq!(answer.problems(), [problem]);
            let json = answer.json();
            assert_eq!(json.get("verified"), Some(&Value::Bool(true)));
            assert_eq!(json.get("errors").unwrap().as_array().unwrap().len(), 0);
            assert_eq!(json.get("warnings").unwrap().as_array().unwrap().len(), 1);
        }
        for check in ["validityPeriod", "validFrom", "validUntil"] {
            program
                .verify(&issued, &format!(r#"{{"checks": ["proof", "{check}"]}}"#))
                .refuses(400, title, "cred_expired");
        }
    }
    let old = crate::program::object(
        r#"{"@context": ["https://www.w3.org/2018/credentials/v1"],
            "type": ["VerifiableCredential"], "issuanceDate": "2020-03-16T22:37:26Z",
            "expirationDate": "2021-03-16T22:37:26Z",
            "credentialSubject": {"id": "did:example:subject"}}"#,
    );
    let issued = program.issued("eddsa-rdfc-2022", &old);
    assert_eq!(
        program.verify(&issued, "{}").problems()[0].0,
        "CREDENTIAL_EXPIRED"
    );
}

#[test]
fn what_is_asked_back_is_given_back() {
    let program = Program::start(&[]);
    let issued = program.issued(
        "eddsa-jcs-2022",
        &with("validFrom", r#""2023-02-26T01:20:00Z""#),
    );
    let plain = program.verify(&issued, "{}").json();
    assert!(!plain.contains_key("results") && !plain.contains_key("credential"));
    let options =
        r#"{"returnResults": true, "returnCredential": true, "returnProblemDetails": true}"#;
    let whole = program.verify(&issued, options).json();
    assert_eq!(whole.get("credential").unwrap().as_object(), Some(&issued));
    let results = whole.get("results").unwrap();
    assert_eq!(
        results.get("validFrom").unwrap().get("verified"),
        Some(&Value::Bool(true))
    );
    for options in [
        r#"{"returnResults": 7}"#,
        r#"{"checks": "x"}"#,
        r#"{"checks": [7]}"#,
        r#"{"challenge": 7}"#,
    ] {
        assert_eq!(program.verify(&issued, options).status, 400, "{options}");
    }
    for options in [r#"{"surprise": 1}"#, r#"{"checks": ["surprise"]}"#] {
        program
            .verify(&issued, options)
            .refuses(400, "UNKNOWN_OPTION_PROVIDED", "bad_request");
    }
    program
        .verify(&issued, r#"{"expectedProofPurpose": "authentication"}"#)
        .refuses(400, "MALFORMED_VALUE_ERROR", "bad_request");
}

#[test]
fn what_is_no_map_is_a_parsing_error() {
    let program = Program::start(&[]);
    let issued = program.issued("eddsa-jcs-2022", &credential());
    let text = schemas::canonical::to_text(&issued.into());
    for wrong in [
        Value::from(text),
        Value::Null,
        Value::from(7),
        Value::from(vec![Value::Null]),
    ] {
        program
            .post(
                "/credentials/verify",
                &object! { "verifiableCredential" => wrong },
            )
            .refuses(400, "PARSING_ERROR", "parse_error");
    }
    program.post("/credentials/verify", &object! {}).refuses(
        400,
        "MALFORMED_VALUE_ERROR",
        "bad_request",
    );
}

/// A vector of the W3C: VC Data Integrity EdDSA 1.0 appendix B. Its issuer is a web page, which has
/// no document that lists keys.
#[test]
fn an_issuer_that_is_no_did_is_told() {
    let vector = crate::program::object(
        r#"{
        "@context": ["https://www.w3.org/ns/credentials/v2",
            "https://www.w3.org/ns/credentials/examples/v2"],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678",
        "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
        "proof": PROOF}"#
            .replace("PROOF", VECTOR_PROOF)
            .as_str(),
    );
    let program = Program::start(&[]);
    let answer = program.verify(&vector, "{}");
    let told = (
        "CRYPTOGRAPHIC_SECURITY_ERROR".to_owned(),
        "issuer_key_mismatch".to_owned(),
    );
    assert_eq!((answer.status, answer.problems()), (200, vec![told]));
    let mut changed = vector;
    changed.insert("name", "Changed");
    program
        .verify(&changed, "{}")
        .refuses(400, "CRYPTOGRAPHIC_SECURITY_ERROR", "sig_invalid");
}

const VECTOR_PROOF: &str = r#"{
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2023-02-24T23:36:38Z",
    "verificationMethod": "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
    "proofPurpose": "assertionMethod",
    "proofValue": "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme"
}"#;
