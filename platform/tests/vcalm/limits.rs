//! What every address does with requests that are none.

use crate::program::{Program, command};

const POSTS: [&str; 9] = [
    "/credentials/issue",
    "/credentials/verify",
    "/credentials/status",
    "/presentations",
    "/presentations/verify",
    "/status-lists",
    "/suites/eddsa-jcs-2022/credentials/issue",
    "/suites/eddsa-rdfc-2022/credentials/verify",
    "/suites/ecdsa-rdfc-2019/presentations/verify",
];

#[test]
fn only_strict_json_is_read() {
    let program = Program::start(&[]);
    let json = [("Content-Type", "application/json")];
    for path in POSTS {
        for (body, reason) in [
            (&b"{"[..], "parse_error"),
            (b"", "parse_error"),
            (b"{} {}", "parse_error"),
            (b"[]", "parse_error"),
            (br#"{"a": 1, "a": 2}"#, "json_duplicate_key"),
            (b"{\"a\": \"\xff\"}", "json_invalid_utf8"),
            (br#"{"a": "\ud800"}"#, "json_lone_surrogate"),
            (br#"{"a": 9007199254740993}"#, "json_number_out_of_range"),
        ] {
            let answer = program.send("POST", path, &json, body);
            let problems = answer.problems();
            assert_eq!(answer.status, 400, "{path}");
            assert_eq!(problems[0].1, reason, "{path} {problems:?}");
        }
        let deep = format!("{{\"a\": {}{}}}", "[".repeat(100), "]".repeat(100));
        let answer = program.send("POST", path, &json, deep.as_bytes());
        assert_eq!(answer.problems()[0].1, "input_too_deep", "{path}");
        for kind in ["text/plain", "application/x-www-form-urlencoded"] {
            let answer = program.send("POST", path, &[("Content-Type", kind)], b"{}");
            answer.refuses(415, "MALFORMED_VALUE_ERROR", "media_type_unsupported");
        }
        let answer = program.send("POST", path, &[], b"{}");
        assert_eq!(answer.status, 415);
        let large = vec![b' '; (1 << 20) + 1];
        let answer = program.send("POST", path, &json, &large);
        answer.refuses(413, "PARSING_ERROR", "body_too_large");
        let answer = program.get(path);
        assert!(
            matches!(answer.status, 404 | 405),
            "{path} {}",
            answer.status
        );
    }
}

#[test]
fn nothing_is_nowhere() {
    let program = Program::start(&[]);
    assert_eq!(program.get("/nowhere").status, 404);
    assert_eq!(program.get("/health").status, 200);
    let about = program.get("/").json();
    assert!(
        about
            .get("trust")
            .unwrap()
            .as_str()
            .unwrap()
            .starts_with("none")
    );
}

#[test]
fn a_hostile_document_costs_little() {
    let program = Program::start(&[]);
    let context = r#"["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"]"#;
    // Blank nodes that all look alike, each pointing at every other.
    let nodes: Vec<String> = (0..40)
        .map(|one| {
            let others: Vec<String> = (0..40)
                .filter(|other| *other != one)
                .map(|other| format!(r#"{{"id": "_:b{other}"}}"#))
                .collect();
            format!(r#"{{"id": "_:b{one}", "p": [{}]}}"#, others.join(","))
        })
        .collect();
    let credential = format!(
        r#"{{"@context": {context}, "type": ["VerifiableCredential"],
            "credentialSubject": {{"p": [{}]}}}}"#,
        nodes.join(",")
    );
    let body = format!(r#"{{"credential": {credential}}}"#);
    let start = std::time::Instant::now();
    let answer = program.send(
        "POST",
        "/suites/eddsa-rdfc-2022/credentials/issue",
        &[("Content-Type", "application/json")],
        body.as_bytes(),
    );
    assert_eq!(answer.status, 400);
    assert!(start.elapsed().as_secs() < 5);
}

#[test]
fn help_says_what_there_is() {
    let help = command(&["--help"]).output().unwrap();
    assert!(help.status.success());
    let text = String::from_utf8(help.stdout).unwrap();
    for word in [
        "--listen",
        "--seed-file",
        "--public-url",
        "--status",
        "--bare-answers",
        "/credentials/issue",
        "/presentations/verify",
        "/identifiers/DID",
    ] {
        assert!(text.contains(word), "{word}");
    }
    for arguments in [
        &["--public-url", "not a url"][..],
        &["--status", "surprise"],
        &["--seed-file", "/nowhere"],
    ] {
        let run = command(arguments).output().unwrap();
        assert_eq!(run.status.code(), Some(2), "{arguments:?}");
    }
}
