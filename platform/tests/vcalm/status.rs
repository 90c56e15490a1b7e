//! Status lists: given, served, changed, asked.

use schemas::json::{Object, Value};
use schemas::object;
use schemas::status::{Bits, MIN_BITS};

use crate::program::{Program, SUITES, credential, value, with};

fn asking(purpose: &str) -> String {
    format!(
        r#"{{"credentialStatus": {{"type": "BitstringStatusListEntry", "statusPurpose": "{purpose}"}}}}"#
    )
}

fn text<'o>(object: &'o Object, path: &[&str]) -> &'o str {
    let (first, rest) = path.split_first().unwrap();
    let start = object.get(first).unwrap();
    let end = rest
        .iter()
        .fold(start, |value, name| value.get(name).unwrap());
    end.as_str().unwrap()
}

/// The list that a credential names, as it is served.
fn list_of(program: &Program, credential: &Object) -> Object {
    let url = text(credential, &["credentialStatus", "statusListCredential"]);
    let path = url.split_once(&format!(":{}", program.port)).unwrap().1;
    let answer = program.get(path);
    assert_eq!(answer.status, 200);
    answer.json()
}

fn bit(program: &Program, credential: &Object) -> bool {
    let list = list_of(program, credential);
    let bits = Bits::decode(text(&list, &["credentialSubject", "encodedList"])).unwrap();
    assert!(bits.len() >= MIN_BITS);
    let index = text(credential, &["credentialStatus", "statusListIndex"]);
    bits.get(index.parse().unwrap()).unwrap()
}

fn set(program: &Program, id: &str, purpose: &str, status: bool) -> u16 {
    let request = object! {
        "credentialId" => id,
        "credentialStatus" => object! {
            "type" => "BitstringStatusListEntry",
            "statusPurpose" => purpose,
        },
        "status" => status,
    };
    program.post("/credentials/status", &request).status
}

#[test]
fn a_credential_is_revoked_and_restored() {
    let program = Program::start(&[]);
    for suite in SUITES {
        for (purpose, title, reason) in [
            ("revocation", "CREDENTIAL_REVOKED", "revoked"),
            ("suspension", "CREDENTIAL_SUSPENDED", "suspended"),
        ] {
            let id = format!("urn:example:{suite}:{purpose}");
            let credential = with("id", &format!("\"{id}\""));
            let issued = program
                .issue(suite, &credential, &asking(purpose))
                .document("verifiableCredential");
            assert_eq!(
                text(&issued, &["credentialStatus", "type"]),
                "BitstringStatusListEntry"
            );
            assert_eq!(
                text(&issued, &["credentialStatus", "statusPurpose"]),
                purpose
            );
            let list = list_of(&program, &issued);
            program.verify(&list, "{}").verifies();
            assert_eq!(text(&list, &["issuer"]), program.did(suite));
            assert_eq!(text(&list, &["proof", "cryptosuite"]), suite);
            assert_eq!(
                text(&list, &["id"]),
                text(&issued, &["credentialStatus", "statusListCredential"])
            );
            assert_eq!(
                text(&list, &["credentialSubject", "statusPurpose"]),
                purpose
            );
            assert!(!bit(&program, &issued));
            let asked = r#"{"checks": ["proof", "credentialStatus"]}"#;
            program.verify(&issued, asked).verifies();
            assert_eq!(set(&program, &id, purpose, true), 200);
            assert!(bit(&program, &issued));
            program.verify(&issued, asked).refuses(400, title, reason);
            let unasked = program.verify(&issued, r#"{"returnResults": true}"#);
            assert_eq!(unasked.status, 200);
            assert_eq!(unasked.problems(), [(title.to_owned(), reason.to_owned())]);
            let results = unasked.json();
            let entry = &results
                .get("results")
                .unwrap()
                .get("credentialStatus")
                .unwrap();
            assert_eq!(
                entry.as_array().unwrap()[0].get("value").unwrap().as_u64(),
                Some(1)
            );
            assert_eq!(set(&program, &id, purpose, false), 200);
            program.verify(&issued, asked).verifies();
        }
    }
}

#[test]
fn copies_of_one_credential_are_revoked_as_one() {
    let program = Program::start(&[]);
    let options = asking("revocation").replacen('{', r#"{"credentialId": "urn:holding:1", "#, 1);
    let copies: Vec<Object> = (0..3)
        .map(|_| {
            let answer = program.issue("eddsa-jcs-2022", &credential(), &options);
            answer.document("verifiableCredential")
        })
        .collect();
    let indices: Vec<&str> = copies
        .iter()
        .map(|copy| text(copy, &["credentialStatus", "statusListIndex"]))
        .collect();
    assert!(indices[0] != indices[1] && indices[1] != indices[2] && indices[0] != indices[2]);
    assert_eq!(set(&program, "urn:holding:1", "revocation", true), 200);
    assert!(copies.iter().all(|copy| bit(&program, copy)));
}

#[test]
fn changes_of_what_was_never_issued_are_refused() {
    let program = Program::start(&[]);
    let issued = program
        .issue(
            "eddsa-jcs-2022",
            &with("id", r#""urn:a""#),
            &asking("revocation"),
        )
        .document("verifiableCredential");
    assert_eq!(set(&program, "urn:b", "revocation", true), 404);
    assert_eq!(set(&program, "urn:a", "suspension", true), 404);
    assert_eq!(set(&program, "urn:a", "surprise", true), 400);
    for request in [
        r#"{}"#,
        r#"{"credentialId": "urn:a", "status": true}"#,
        r#"{"credentialId": 7, "credentialStatus": {}, "status": true}"#,
        r#"{"credentialId": "urn:a", "status": true, "credentialStatus": {"type": "Other", "statusPurpose": "revocation"}}"#,
        r#"{"credentialId": "urn:a", "status": true, "credentialStatus": {"type": "BitstringStatusListEntry"}}"#,
        r#"{"credentialId": "urn:a", "status": 1, "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}}"#,
        r#"{"credentialId": "urn:a", "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}}"#,
    ] {
        let answer = program.post("/credentials/status", &crate::program::object(request));
        assert_eq!(answer.status, 400, "{request}");
        answer.problems();
    }
    assert!(!bit(&program, &issued));
}

#[test]
fn entries_are_given_when_they_are_asked_for_only() {
    let program = Program::start(&[]);
    let plain = program.issued("eddsa-jcs-2022", &credential());
    assert!(!plain.contains_key("credentialStatus"));
    let own = with("credentialStatus", r#"{"type": "urn:t", "id": "urn:s"}"#);
    program
        .issue("eddsa-jcs-2022", &own, &asking("revocation"))
        .refuses(400, "MALFORMED_VALUE_ERROR", "bad_request");
    program
        .issue("eddsa-jcs-2022", &credential(), &asking("surprise"))
        .refuses(400, "STATUS_VERIFICATION_ERROR", "status_purpose");
    program
        .issue(
            "eddsa-jcs-2022",
            &credential(),
            r#"{"credentialStatus": {"type": "Other"}}"#,
        )
        .refuses(400, "MALFORMED_VALUE_ERROR", "status_type");
    let always = Program::start(&["--status", "suspension"]);
    let issued = always.issued("eddsa-rdfc-2022", &credential());
    assert_eq!(
        text(&issued, &["credentialStatus", "statusPurpose"]),
        "suspension"
    );
    let kept = always.issued("eddsa-rdfc-2022", &own);
    assert_eq!(text(&kept, &["credentialStatus", "id"]), "urn:s");
    let message = program.issue("eddsa-rdfc-2022", &credential(), &asking("message"));
    let message = message.document("verifiableCredential");
    program
        .verify(&message, r#"{"checks": ["credentialStatus"]}"#)
        .verifies();
}

#[test]
fn a_status_that_cannot_be_had_is_told() {
    let program = Program::start(&[]);
    let mine = format!("http://localhost:{}/status-lists", program.port);
    let entry = |list: &str, purpose: &str, index: &str| {
        with(
            "credentialStatus",
            &format!(
                r#"{{"type": "BitstringStatusListEntry", "statusPurpose": "{purpose}",
                    "statusListIndex": "{index}", "statusListCredential": "{list}"}}"#
            ),
        )
    };
    program
        .issue("eddsa-jcs-2022", &credential(), &asking("revocation"))
        .document("verifiableCredential");
    for (credential, title, reason) in [
        (
            entry("https://other.example/list", "revocation", "1"),
            "STATUS_RETRIEVAL_ERROR",
            "status_unavailable",
        ),
        (
            entry(&format!("{mine}/99"), "revocation", "1"),
            "STATUS_RETRIEVAL_ERROR",
            "status_unavailable",
        ),
        (
            entry(&format!("{mine}/0"), "suspension", "1"),
            "STATUS_VERIFICATION_ERROR",
            "status_purpose",
        ),
        (
            entry(&format!("{mine}/0"), "surprise", "1"),
            "STATUS_VERIFICATION_ERROR",
            "status_purpose",
        ),
        (
            entry(&format!("{mine}/0"), "revocation", "131072"),
            "RANGE_ERROR",
            "status_index_range",
        ),
        (
            with("credentialStatus", r#"{"type": "urn:t"}"#),
            "MALFORMED_VALUE_ERROR",
            "status_type",
        ),
    ] {
        let issued = program.issued("eddsa-jcs-2022", &credential);
        let unasked = program.verify(&issued, "{}");
        assert_eq!(unasked.status, 200);
        assert_eq!(unasked.problems(), [(title.to_owned(), reason.to_owned())]);
        program
            .verify(&issued, r#"{"checks": ["status"]}"#)
            .refuses(400, title, reason);
    }
}

#[test]
fn lists_are_made_and_served() {
    let program = Program::start(&[]);
    for (path, suite) in [
        ("/status-lists", "eddsa-jcs-2022"),
        ("/suites/ecdsa-rdfc-2019/status-lists", "ecdsa-rdfc-2019"),
    ] {
        let answer = program.post(path, &object! { "statusPurpose" => "suspension" });
        assert_eq!(answer.status, 201);
        let location = answer.header("location").unwrap().to_owned();
        let json = answer.json();
        assert_eq!(json.get("id").unwrap().as_str(), Some(location.as_str()));
        let list = json
            .get("verifiableCredential")
            .and_then(Value::as_object)
            .unwrap();
        assert_eq!(text(list, &["proof", "cryptosuite"]), suite);
        let path = location
            .split_once(&format!(":{}", program.port))
            .unwrap()
            .1;
        let served = program.get(path);
        assert_eq!(&served.json(), list);
        assert_eq!(served.header("content-type"), Some("application/json"));
        assert_eq!(served.header("cache-control"), Some("public, max-age=60"));
        let tag = served.header("etag").unwrap();
        let again = program.send("GET", path, &[("If-None-Match", tag)], b"");
        assert_eq!((again.status, again.body.len()), (304, 0));
        let named = program.send("GET", path, &[("Accept", "application/vc, */*")], b"");
        assert_eq!(named.header("content-type"), Some("application/vc"));
    }
    for path in ["/status-lists/99", "/status-lists/x", "/status-lists/00"] {
        program
            .get(path)
            .refuses(404, "MALFORMED_VALUE_ERROR", "not_found");
    }
    for request in [
        r#"{}"#,
        r#"{"statusPurpose": 7}"#,
        r#"{"statusPurpose": "x"}"#,
        r#"{"statusPurpose": "revocation", "id": "urn:x"}"#,
        r#"{"statusPurpose": "revocation", "options": {"surprise": 1}}"#,
    ] {
        let answer = program.post("/status-lists", &crate::program::object(request));
        assert_eq!(answer.status, 400, "{request}");
    }
}

#[test]
fn a_list_that_breaks_its_form_is_refused() {
    let program = Program::start(&[]);
    let made = program
        .post(
            "/status-lists",
            &object! { "statusPurpose" => "revocation" },
        )
        .json();
    let mut list = made
        .get("verifiableCredential")
        .and_then(Value::as_object)
        .unwrap()
        .clone();
    list.remove("proof");
    list.remove("issuer");
    let good = list
        .get("credentialSubject")
        .unwrap()
        .as_object()
        .unwrap()
        .clone();
    for (name, text, title, reason) in [
        (
            "encodedList",
            r#""uH4sI""#,
            "STATUS_VERIFICATION_ERROR",
            "status_invalid",
        ),
        (
            "encodedList",
            r#""uH4sIAAAAAAAA_2NgAAMAjmVVqQIAAAA""#,
            "",
            "",
        ),
        (
            "type",
            r#""BitstringStatusListEntry""#,
            "MALFORMED_VALUE_ERROR",
            "status_type",
        ),
    ] {
        let mut subject = good.clone();
        subject.insert(name, value(text));
        if name == "type" {
            subject.remove("encodedList");
            subject.remove("ttl");
        }
        let mut changed = list.clone();
        changed.insert("credentialSubject", subject);
        let issued = program.issued("eddsa-jcs-2022", &changed);
        let answer = program.verify(&issued, "{}");
        assert_eq!(answer.status, 400, "{name} {text}");
        if !title.is_empty() {
            answer.refuses(400, title, reason);
        }
    }
}
