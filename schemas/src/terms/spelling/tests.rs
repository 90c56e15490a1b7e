//! Own words: what they become, and what is refused.

use crate::json::{Limits, Object, Value, read};
use crate::reason::Reason;
use crate::terms::{Contexts, check, spell_out};

fn parse(text: &str) -> Object {
    let value = read(text.as_bytes(), &Limits::document()).expect("test JSON");
    value.as_object().expect("an object").clone()
}

fn document(context: &str, types: &str, subject: &str) -> Object {
    parse(&format!(
        r#"{{"@context": ["https://www.w3.org/ns/credentials/v2"{context}],
            "type": {types}, "issuer": "did:example:i", "credentialSubject": {subject}}}"#
    ))
}

fn spelled(context: &str, types: &str, subject: &str) -> Object {
    let document = document(context, types, subject);
    let spelled = spell_out(&document, &Contexts::for_conformance_suites()).unwrap();
    assert_eq!(
        check(&document, &Contexts::for_conformance_suites()),
        Ok(())
    );
    assert!(check(&document, &Contexts::pinned()).is_err());
    assert!(check(&document, &Contexts::with_examples_for_vectors()).is_err());
    spelled.into_owned()
}

fn subject(context: &str, subject: &str) -> Value {
    spelled(context, r#"["VerifiableCredential"]"#, subject)
        .get("credentialSubject")
        .unwrap()
        .clone()
}

fn refusal(context: &str, types: &str) -> (Reason, String) {
    let document = document(context, types, r#"{"id": "did:example:s"}"#);
    let fault = check(&document, &Contexts::for_conformance_suites()).unwrap_err();
    (fault.reason(), fault.pointer())
}

#[test]
fn types_and_members_become_iris() {
    let spelled = spelled(
        r#", {"ex": "https://e.example/#", "Pass": "ex:Pass", "level": {"@id": "ex:level"}}"#,
        r#"["VerifiableCredential", "Pass", "ex:Other"]"#,
        r#"{"level": 3, "ex:more": "x"}"#,
    );
    let types = spelled.get("type").unwrap().strings().unwrap();
    assert_eq!(
        types,
        [
            "VerifiableCredential",
            "https://e.example/#Pass",
            "https://e.example/#Other"
        ]
    );
    let contexts = spelled.get("@context").unwrap().strings().unwrap();
    assert_eq!(contexts, ["https://www.w3.org/ns/credentials/v2"]);
    let subject = spelled.get("credentialSubject").unwrap();
    assert_eq!(
        subject.get("https://e.example/#level").unwrap().as_i64(),
        Some(3)
    );
    assert!(subject.get("https://e.example/#more").is_some());
}

#[test]
fn values_say_what_their_word_makes_of_them() {
    let context = r#", {
        "see": {"@id": "urn:see", "@type": "@id"},
        "on": {"@id": "urn:on", "@type": "urn:date"},
        "say": {"@id": "urn:say", "@language": "en"},
        "steps": {"@id": "urn:steps", "@container": "@list"}
    }"#;
    let subject = subject(
        context,
        r#"{"see": "urn:x", "on": "2026", "say": "hi", "steps": ["a", "b"]}"#,
    );
    let expected = parse(
        r#"{"urn:see": {"id": "urn:x"}, "urn:on": {"@value": "2026", "@type": "urn:date"},
            "urn:say": {"@value": "hi", "@language": "en"}, "urn:steps": {"@list": ["a", "b"]}}"#,
    );
    assert_eq!(subject, Value::Object(expected));
}

#[test]
fn a_vocabulary_gives_every_other_name_a_meaning() {
    let subject = subject(
        r#", {"@vocab": "https://v.example/"}"#,
        r#"{"anything": "x"}"#,
    );
    assert!(subject.get("https://v.example/anything").is_some());
}

#[test]
fn a_carried_credential_has_its_own_words() {
    let document = parse(
        r#"{"@context": ["https://www.w3.org/ns/credentials/v2", {"P": "urn:P"}],
            "type": ["VerifiablePresentation", "P"],
            "verifiableCredential": [{
                "@context": ["https://www.w3.org/ns/credentials/v2", {"C": "urn:C"}],
                "type": ["VerifiableCredential", "C"], "issuer": "did:example:i",
                "credentialSubject": {"id": "did:example:s"}}]}"#,
    );
    assert_eq!(
        check(&document, &Contexts::for_conformance_suites()),
        Ok(())
    );
    let mut wrong = document.clone();
    wrong.insert(
        "@context",
        vec![Value::from("https://www.w3.org/ns/credentials/v2")],
    );
    let fault = check(&wrong, &Contexts::for_conformance_suites()).unwrap_err();
    assert_eq!(
        (fault.reason(), fault.pointer().as_str()),
        (Reason::TermUndefined, "/type")
    );
}

#[test]
fn protected_words_keep_their_meaning() {
    let credential = r#"["VerifiableCredential"]"#;
    for context in [
        r#", {"VerifiableCredential": "https://e.example/#Bad"}"#,
        r#", {"name": "https://e.example/#name"}"#,
        r#", {"type": "https://e.example/#type"}"#,
        r#", {"id": "@type"}"#,
        r#", {"@protected": true, "A": "urn:a"}, {"A": "urn:b"}"#,
        r#", {"A": {"@id": "urn:a", "@protected": true}}, {"A": null}"#,
    ] {
        assert_eq!(
            refusal(context, credential).0,
            Reason::CtxInline,
            "{context}"
        );
    }
    for context in [
        r#", {"id": "@id", "type": "@type", "name": "https://schema.org/name"}"#,
        r#", {"@protected": true, "A": "urn:a"}, {"A": "urn:a"}"#,
        r#", {"A": "urn:a"}, {"A": "urn:b"}"#,
    ] {
        spelled(context, credential, r#"{"id": "did:example:s"}"#);
    }
}

#[test]
fn what_is_not_understood_is_refused_at_its_place() {
    let credential = r#"["VerifiableCredential"]"#;
    for (context, pointer) in [
        (r#", {"@base": "https://e.example/"}"#, "/@context/1/@base"),
        (
            r#", {"@import": "https://e.example/"}"#,
            "/@context/1/@import",
        ),
        (r#", {"@version": 1}"#, "/@context/1/@version"),
        (r#", {"@vocab": "relative"}"#, "/@context/1/@vocab"),
        (r#", {"A": 1}"#, "/@context/1/A"),
        (r#", {"A": "https ://e.example"}"#, "/@context/1/A"),
        (r#", {"A": "relative"}"#, "/@context/1/A"),
        (r#", {"A": "B", "B": "A"}"#, "/@context/1/A"),
        (
            r#", {"A": {"@id": "urn:a", "@context": {}}}"#,
            "/@context/1/A/@context",
        ),
        (r#", {"urn:a": {"@id": "urn:b"}}"#, "/@context/1/urn:a"),
        (
            r#", {"A": {"@reverse": "urn:a"}}"#,
            "/@context/1/A/@reverse",
        ),
        (
            r#", {"A": {"@id": "urn:a", "@container": "@index"}}"#,
            "/@context/1/A/@container",
        ),
        (
            r#", {"A": {"@id": "urn:a", "@type": "@json"}}"#,
            "/@context/1/A/@type",
        ),
    ] {
        assert_eq!(
            refusal(context, credential),
            (Reason::CtxInline, pointer.to_owned()),
            "{context}"
        );
    }
}

#[test]
fn undefined_and_taken_words_are_refused() {
    for (context, types) in [
        ("", r#"["VerifiableCredential", "Unknown"]"#),
        (
            r#", {"@vocab": null}"#,
            r#"["VerifiableCredential", "Unknown"]"#,
        ),
        (
            r#", "https://www.w3.org/ns/credentials/examples/v2", {"@vocab": null}"#,
            r#"["VerifiableCredential", "Unknown"]"#,
        ),
        (
            r#", "https://www.w3.org/ns/credentials/examples/v2", {"Unknown": null}"#,
            r#"["VerifiableCredential", "Unknown"]"#,
        ),
        ("", r#"["VerifiableCredential", "https ://e.example"]"#),
    ] {
        assert_eq!(
            refusal(context, types).0,
            Reason::TermUndefined,
            "{context} {types}"
        );
    }
    assert_eq!(
        refusal(
            r#", "https://www.w3.org/2018/credentials/v1""#,
            r#"["VerifiableCredential"]"#
        )
        .0,
        Reason::CtxOrder
    );
}

#[test]
fn a_word_of_its_own_does_not_stand_first() {
    let document = parse(
        r#"{"@context": [{"A": "urn:a"}, "https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential", "A"], "issuer": "did:example:i",
            "credentialSubject": {"id": "did:example:s"}}"#,
    );
    let fault = check(&document, &Contexts::for_conformance_suites()).unwrap_err();
    assert_eq!(
        (fault.reason(), fault.pointer().as_str()),
        (Reason::CtxOrder, "/@context/0")
    );
}
