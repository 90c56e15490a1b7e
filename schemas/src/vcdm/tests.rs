//! Each rule with documents that keep it and documents that break it.

use std::collections::BTreeSet;

use crate::json::{Limits, Object, Value, read};
use crate::vcdm::{
    Kind, MAX_FAULTS, Rule, check_credential, check_enveloped, check_presentation, known_digest,
};

fn value(text: &str) -> Value {
    read(text.as_bytes(), &Limits::document()).unwrap_or_else(|error| panic!("{error:?} {text}"))
}

fn object(text: &str) -> Object {
    value(text).as_object().expect("an object").clone()
}

const CREDENTIAL: &str = r#"{
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:issuer",
    "credentialSubject": {"id": "did:example:subject"}
}"#;

const PRESENTATION: &str = r#"{
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiablePresentation"]
}"#;

/// The document with members set; `null` by the word `-` takes one away.
fn with(base: &str, members: &[(&str, &str)]) -> Object {
    let mut document = object(base);
    for (name, text) in members {
        if *text == "-" {
            document.remove(name);
        } else {
            document.insert(*name, value(text));
        }
    }
    document
}

fn faults(document: &Object) -> Vec<(Rule, String)> {
    let judged = if document
        .get("type")
        .and_then(Value::strings)
        .is_some_and(|names| names.contains(&"VerifiablePresentation"))
    {
        check_presentation(document)
    } else {
        check_credential(document)
    };
    judged
        .err()
        .unwrap_or_default()
        .iter()
        .map(|fault| (fault.rule(), fault.pointer().to_owned()))
        .collect()
}

fn of_credential(name: &str, text: &str) -> Vec<(Rule, String)> {
    let mut document = object(CREDENTIAL);
    if text == "-" {
        document.remove(name);
    } else {
        document.insert(name, value(text));
    }
    check_credential(&document)
        .err()
        .unwrap_or_default()
        .iter()
        .map(|fault| (fault.rule(), fault.pointer().to_owned()))
        .collect()
}

#[track_caller]
fn keeps(name: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(of_credential(name, text), [], "{name}: {text}");
    }
}

#[track_caller]
fn breaks(name: &str, rule: Rule, pointer: &str, texts: &[&str]) {
    for text in texts {
        let found = of_credential(name, text);
        assert!(
            found.contains(&(rule, pointer.to_owned())),
            "{name}: {text}: {found:?}"
        );
    }
}

#[test]
fn the_smallest_documents_are_good() {
    assert_eq!(faults(&object(CREDENTIAL)), []);
    assert_eq!(faults(&object(PRESENTATION)), []);
}

#[test]
fn contexts_are_ordered() {
    let v2 = "https://www.w3.org/ns/credentials/v2";
    keeps(
        "@context",
        &[
            &format!(r#"["{v2}", "https://example.org/ctx"]"#),
            &format!(r#"["{v2}", {{"A": "urn:a"}}, {{"B": "urn:b"}}]"#),
        ],
    );
    breaks(
        "@context",
        Rule::Context,
        "/@context",
        &[
            "-",
            "[]",
            "{}",
            "7",
            &format!(r#""{v2}""#),
            &format!(r#"["https://example.org/ctx", "{v2}"]"#),
            &format!(r#"[{{"A": "urn:a"}}, "{v2}"]"#),
            r#"["https://www.w3.org/ns/credentials/V2"]"#,
        ],
    );
    breaks(
        "@context",
        Rule::ContextEntry,
        "/@context/1",
        &[
            &format!(r#"["{v2}", "https ://not-a-url"]"#),
            &format!(r#"["{v2}", "relative"]"#),
            &format!(r#"["{v2}", 123192875]"#),
            &format!(r#"["{v2}", null]"#),
            &format!(r#"["{v2}", ["https://example.org/ctx"]]"#),
            &format!(r#"["{v2}", "{v2}"]"#),
        ],
    );
}

#[test]
fn ids_are_one_url() {
    keeps(
        "id",
        &[
            r#""https://example.org/credentials/1""#,
            r#""urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33""#,
            r#""did:example:1""#,
        ],
    );
    breaks(
        "id",
        Rule::Id,
        "/id",
        &[
            "null",
            "1",
            "{}",
            r#""""#,
            r#""name""#,
            r#""https ://not-a-url""#,
            r#""_:b0""#,
            r#"["https://example.org/1", "https://example.net/1"]"#,
            r#"["https://example.org/1"]"#,
        ],
    );
    breaks(
        "credentialSubject",
        Rule::Id,
        "/credentialSubject/id",
        &[
            r#"{"id": ["did:example:1", "did:example:2"]}"#,
            r#"{"id": null}"#,
            r#"{"id": "subject"}"#,
        ],
    );
    breaks(
        "credentialSubject",
        Rule::Id,
        "/credentialSubject/0/degree/id",
        &[r#"[{"degree": {"id": "x"}}]"#],
    );
}

#[test]
fn types_are_terms_or_urls() {
    keeps(
        "type",
        &[
            r#""VerifiableCredential""#,
            r#"["https://example.org/#A", "VerifiableCredential", "B"]"#,
        ],
    );
    breaks("type", Rule::TypeMissing, "/type", &["-"]);
    breaks(
        "type",
        Rule::TypeOfDocument,
        "/type",
        &[
            r#"["RelationshipCredential"]"#,
            "[]",
            "7",
            r#""VerifiablePresentation""#,
        ],
    );
    breaks(
        "type",
        Rule::Type,
        "/type",
        &[
            "[]",
            "7",
            "null",
            r#"["VerifiableCredential", 7]"#,
            r#"["VerifiableCredential", ""]"#,
            r#"["VerifiableCredential", "@id"]"#,
            r#"["VerifiableCredential", "https ://x"]"#,
        ],
    );
    breaks(
        "credentialSubject",
        Rule::Type,
        "/credentialSubject/a/type",
        &[r#"{"a": {"type": 2}}"#, r#"{"a": {"type": []}}"#],
    );
}

#[test]
fn names_and_descriptions_are_texts() {
    for name in ["name", "description"] {
        keeps(
            name,
            &[
                r#""text""#,
                r#"{"@value": "text"}"#,
                r#"{"@value": "text", "@language": "en"}"#,
                r#"{"@value": "text", "@language": "zh-Hant-TW", "@direction": "ltr"}"#,
                r#"[{"@value": "a", "@language": "en"}, {"@value": "b", "@language": "fr"}]"#,
                r#"["a", {"@value": "b", "@direction": "rtl"}]"#,
            ],
        );
        let bad = [
            "7",
            "null",
            "{}",
            r#"{"@language": "en"}"#,
            r#"{"@value": 7}"#,
            r#"{"@value": "a", "@language": "en", "url": "did:example:1"}"#,
            r#"{"@value": "a", "@language": "not a tag"}"#,
            r#"{"@value": "a", "@language": 7}"#,
            r#"{"@value": "a", "@direction": "up"}"#,
            r#"{"@value": "a", "@type": "urn:t"}"#,
        ];
        breaks(name, Rule::Text, &format!("/{name}"), &bad);
        breaks(name, Rule::Text, &format!("/{name}/1"), &[r#"["a", 7]"#]);
        for text in bad {
            breaks(
                "issuer",
                Rule::Text,
                &format!("/issuer/{name}"),
                &[&format!(r#"{{"id": "did:example:i", "{name}": {text}}}"#)],
            );
        }
    }
}

#[test]
fn value_objects_say_nothing_else_wherever_they_stand() {
    keeps(
        "credentialSubject",
        &[
            r#"{"a": {"@value": "x", "@language": "en"}}"#,
            r#"{"a": {"@value": "x", "@type": "urn:t"}}"#,
        ],
    );
    breaks(
        "credentialSubject",
        Rule::ValueObject,
        "/credentialSubject/a/0",
        &[
            r#"{"a": [{"@value": "x", "@language": "en", "url": "urn:x"}]}"#,
            r#"{"a": [{"@value": "x", "@direction": "up"}]}"#,
            r#"{"a": [{"@value": "x", "@index": "1"}]}"#,
            r#"{"a": [{"@value": {}}]}"#,
        ],
    );
}

#[test]
fn issuers_and_subjects_are_there() {
    keeps(
        "issuer",
        &[
            r#"{"id": "did:example:i", "name": "I"}"#,
            r#""https://example.org/i""#,
        ],
    );
    breaks(
        "issuer",
        Rule::Issuer,
        "/issuer",
        &[
            "-",
            "null",
            "7",
            r#""fake-issuer""#,
            "{}",
            r#"{"id": null}"#,
            r#"{"id": "fake"}"#,
            r#"["did:example:i"]"#,
        ],
    );
    keeps(
        "credentialSubject",
        &[
            r#"{"a": 1}"#,
            r#"[{"id": "did:example:1"}, {"id": "did:example:2"}]"#,
        ],
    );
    breaks(
        "credentialSubject",
        Rule::Subject,
        "/credentialSubject",
        &["-", "{}", "[]", "null", r#""did:example:1""#],
    );
    breaks(
        "credentialSubject",
        Rule::Subject,
        "/credentialSubject/1",
        &[r#"[{"a": 1}, {}]"#, r#"[{"a": 1}, "did:example:1"]"#],
    );
}

#[test]
fn periods_are_in_order() {
    for name in ["validFrom", "validUntil"] {
        keeps(
            name,
            &[
                r#""2023-02-26T01:02:58Z""#,
                r#""2023-02-26T01:02:58.447Z""#,
                r#""4023-02-25T19:10:39-06:00""#,
            ],
        );
        breaks(
            name,
            Rule::Date,
            &format!("/{name}"),
            &[
                "7",
                "null",
                r#""""#,
                r#""2023-02-26""#,
                r#""2023-02-26T01:02:58""#,
                r#""2023-02-30T01:02:58Z""#,
                r#""Sat 25 Feb 2023 07:16:31 PM CST""#,
            ],
        );
    }
    let period = |from: &str, until: &str| {
        let dates = [("validFrom", from), ("validUntil", until)];
        faults(&with(CREDENTIAL, &dates))
    };
    let same = r#""2023-02-26T01:00:00Z""#;
    assert_eq!(period(same, same), []);
    assert_eq!(period(same, r#""2023-02-25T19:00:00-06:00""#), []);
    assert_eq!(
        period(same, r#""2023-02-26T00:59:59.999Z""#),
        [(Rule::Period, "/validUntil".to_owned())]
    );
}

#[test]
fn objects_of_a_kind_have_a_type() {
    for name in [
        "credentialStatus",
        "termsOfUse",
        "evidence",
        "refreshService",
    ] {
        keeps(
            name,
            &[
                r#"{"type": "urn:t"}"#,
                r#"{"id": "urn:i", "type": ["A", "B"]}"#,
                r#"[{"type": "A"}, {"type": "A"}]"#,
            ],
        );
        let at = format!("/{name}");
        breaks(
            name,
            Rule::TypeMissing,
            &format!("{at}/type"),
            &["{}", r#"{"id": "did:example:1"}"#],
        );
        breaks(
            name,
            Rule::TypeMissing,
            &format!("{at}/1/type"),
            &[r#"[{"type": "A"}, {}]"#],
        );
        breaks(
            name,
            Rule::Type,
            &format!("{at}/type"),
            &[r#"{"type": 2}"#, r#"{"type": []}"#],
        );
        breaks(
            name,
            Rule::Id,
            &format!("{at}/id"),
            &[
                r#"{"type": "A", "id": "https ://x"}"#,
                r#"{"type": "A", "id": ["urn:a", "urn:b"]}"#,
            ],
        );
        let rule = if name == "credentialStatus" {
            Rule::Status
        } else {
            Rule::Objects
        };
        breaks(name, rule, &at, &["[]", "null", r#""did:example:1""#]);
        breaks(name, rule, &format!("{at}/0"), &[r#"["did:example:1"]"#]);
    }
}

#[test]
fn schemas_have_an_id_and_a_type() {
    let good = r#"{"id": "https://example.org/s", "type": "JsonSchema"}"#;
    keeps("credentialSchema", &[good, &format!("[{good}, {good}]")]);
    breaks(
        "credentialSchema",
        Rule::TypeMissing,
        "/credentialSchema/type",
        &[r#"{"id": "https://example.org/s"}"#],
    );
    breaks(
        "credentialSchema",
        Rule::Schema,
        "/credentialSchema/id",
        &[
            r#"{"type": "JsonSchema"}"#,
            r#"{"type": "JsonSchema", "id": "https ://x"}"#,
            r#"{"type": "JsonSchema", "id": 7}"#,
        ],
    );
    breaks(
        "credentialSchema",
        Rule::Schema,
        "/credentialSchema",
        &["[]", r#""urn:s""#],
    );
}

#[test]
fn status_entries_are_in_form() {
    let entry = |members: &str| {
        format!(
            r#"{{"type": "BitstringStatusListEntry", "statusPurpose": "revocation",
                "statusListIndex": "94567",
                "statusListCredential": "https://example.com/status/3"{members}}}"#
        )
    };
    let two = r#"{"status": "0x0", "message": "a"}, {"status": "0x1", "message": "b"}"#;
    keeps(
        "credentialStatus",
        &[
            &entry(""),
            &entry(r#", "id": "https://example.com/status/3#94567""#),
            &entry(&format!(r#", "statusMessage": [{two}]"#)),
            &entry(&format!(
                r#", "statusSize": 2, "statusMessage": [{two}, {two}]"#
            )),
            &entry(r#", "statusReference": "https://example.com/why""#),
        ],
    );
    let changed = |from: &str, to: &str| entry("").replacen(from, to, 1);
    for (text, member) in [
        (changed("\"94567\"", "94567"), "statusListIndex"),
        (changed("\"94567\"", "true"), "statusListIndex"),
        (changed("\"94567\"", "\"-1\""), "statusListIndex"),
        (changed("\"94567\"", "\"1e3\""), "statusListIndex"),
        (changed("\"94567\"", "\"007\""), "statusListIndex"),
        (changed("\"revocation\"", "7"), "statusPurpose"),
        (changed("\"statusPurpose\"", "\"id2\""), "statusPurpose"),
        (
            changed("https://example.com/status/3", "here"),
            "statusListCredential",
        ),
        (entry(r#", "id": "https://example.com/status/3""#), "id"),
        (entry(r#", "statusSize": 0"#), "statusSize"),
        (entry(r#", "statusSize": "1""#), "statusSize"),
        (entry(r#", "statusSize": 2"#), "statusMessage"),
        (
            entry(&format!(r#", "statusSize": 2, "statusMessage": [{two}]"#)),
            "statusMessage",
        ),
        (
            entry(r#", "statusMessage": [{"status": "0x0"}, {"status": "0x1"}]"#),
            "statusMessage",
        ),
        (changed("\"revocation\"", "\"message\""), "statusMessage"),
        (entry(r#", "statusReference": ["why"]"#), "statusReference"),
    ] {
        breaks(
            "credentialStatus",
            Rule::StatusEntry,
            &format!("/credentialStatus/{member}"),
            &[&text],
        );
    }
}

#[test]
fn related_resources_are_named_once_with_a_digest() {
    let sri = "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ=";
    let multibase = "uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA";
    let v2 = "https://www.w3.org/ns/credentials/v2";
    keeps(
        "relatedResource",
        &[
            &format!(r#"{{"id": "{v2}", "digestSRI": "{sri}"}}"#),
            &format!(
                r#"{{"id": "{v2}", "digestMultibase": "{multibase}", "mediaType": "application/ld+json"}}"#
            ),
            &format!(
                r#"[{{"id": "{v2}", "digestSRI": "{sri}", "digestMultibase": "{multibase}"}},
                     {{"id": "https://example.org/x", "digestSRI": "{sri}"}}]"#
            ),
        ],
    );
    breaks(
        "relatedResource",
        Rule::ResourceTwice,
        "/relatedResource/1/id",
        &[&format!(
            r#"[{{"id": "{v2}", "digestSRI": "{sri}"}}, {{"id": "{v2}", "digestMultibase": "{multibase}"}}]"#
        )],
    );
    breaks(
        "relatedResource",
        Rule::ResourceDigest,
        "/relatedResource",
        &[&format!(r#"{{"id": "{v2}"}}"#)],
    );
    breaks(
        "relatedResource",
        Rule::Resource,
        "/relatedResource/0",
        &[r#"["urn:a"]"#],
    );
    breaks(
        "relatedResource",
        Rule::Resource,
        "/relatedResource",
        &["[]", r#""urn:a""#],
    );
    breaks(
        "relatedResource",
        Rule::Resource,
        "/relatedResource/id",
        &[
            &format!(r#"{{"digestSRI": "{sri}"}}"#),
            &format!(r#"{{"id": "x", "digestSRI": "{sri}"}}"#),
            &format!(r#"{{"id": null, "digestSRI": "{sri}"}}"#),
        ],
    );
    breaks(
        "relatedResource",
        Rule::MediaType,
        "/relatedResource/mediaType",
        &[
            &format!(r#"{{"id": "{v2}", "digestSRI": "{sri}", "mediaType": "json"}}"#),
            &format!(r#"{{"id": "{v2}", "digestSRI": "{sri}", "mediaType": 7}}"#),
            &format!(r#"{{"id": "{v2}", "digestSRI": "{sri}", "mediaType": "/"}}"#),
        ],
    );
    let digest = |name: &str, text: &str| {
        of_credential(
            "relatedResource",
            &format!(r#"{{"id": "{v2}", "{name}": {text}}}"#),
        )
    };
    for (name, text, rule) in [
        (
            "digestSRI",
            "\"sha384-_rCVIV7fSXXTNIvpiq26jRDyj8JG8TDjij-tD0ewLk4JpnXEz6a5AeeY_1qQ0d0P\"",
            Rule::DigestForm,
        ),
        ("digestSRI", "\"md5-AAAA\"", Rule::DigestForm),
        ("digestSRI", "\"sha256-AAAA\"", Rule::DigestForm),
        ("digestSRI", "\"\"", Rule::DigestForm),
        ("digestSRI", "7", Rule::DigestForm),
        (
            "digestSRI",
            "\"sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg\"",
            Rule::DigestWrong,
        ),
        // The strongest function decides.
        (
            "digestSRI",
            "\"sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ= sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg\"",
            Rule::DigestWrong,
        ),
        (
            "digestMultibase",
            "\"uM4RgWQc3RUDtjJCSgTJtTfvpZ7SPEg_LNO0ESlovQC0\"",
            Rule::DigestForm,
        ),
        (
            "digestMultibase",
            "\"uEiAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"",
            Rule::DigestWrong,
        ),
        ("digestMultibase", "\"mEiA\"", Rule::DigestForm),
        ("digestMultibase", "[]", Rule::DigestForm),
    ] {
        assert_eq!(
            digest(name, text),
            [(rule, format!("/relatedResource/{name}"))],
            "{text}"
        );
    }
    assert_eq!(
        known_digest("https://example.org/unknown", "digestSRI", sri),
        Ok(())
    );
}

#[test]
fn proofs_have_a_type() {
    keeps(
        "proof",
        &[
            r#"{"type": "DataIntegrityProof"}"#,
            r#"[{"type": "A"}, {"type": "B"}]"#,
        ],
    );
    breaks(
        "proof",
        Rule::TypeMissing,
        "/proof/type",
        &["{}", r#"{"cryptosuite": "x"}"#],
    );
    breaks("proof", Rule::Proof, "/proof", &["null", "[]", r#""x""#]);
}

#[test]
fn version_1_1_has_its_own_dates() {
    let v1 = |dates: &[(&str, &str)]| {
        let mut members = vec![("@context", r#"["https://www.w3.org/2018/credentials/v1"]"#)];
        members.extend_from_slice(dates);
        faults(&with(CREDENTIAL, &members))
    };
    assert_eq!(v1(&[("issuanceDate", r#""2020-03-16T22:37:26.544Z""#)]), []);
    assert_eq!(v1(&[]), [(Rule::IssuanceDate, "/issuanceDate".to_owned())]);
    assert_eq!(
        v1(&[
            ("issuanceDate", r#""2020-03-16T22:37:26Z""#),
            ("expirationDate", r#""2019-03-16T22:37:26Z""#),
        ]),
        [(Rule::Period, "/expirationDate".to_owned())]
    );
}

#[test]
fn presentations_carry_credentials_and_say_who_holds_them() {
    let good = |members: &[(&str, &str)]| assert_eq!(faults(&with(PRESENTATION, members)), []);
    good(&[("holder", r#""did:example:h""#)]);
    good(&[("holder", r#"{"id": "did:example:h", "name": "H"}"#)]);
    good(&[("verifiableCredential", CREDENTIAL)]);
    good(&[(
        "verifiableCredential",
        &format!("[{CREDENTIAL}, {CREDENTIAL}]"),
    )]);
    let bad = |name: &str, text: &str, rule: Rule, pointer: &str| {
        let found = faults(&with(PRESENTATION, &[(name, text)]));
        assert!(
            found.contains(&(rule, pointer.to_owned())),
            "{text}: {found:?}"
        );
    };
    for text in [
        r#""z6Mk""#,
        "7",
        "null",
        r#"{"name": "Acme"}"#,
        r#"{"id": "z6Mk"}"#,
    ] {
        bad("holder", text, Rule::Holder, "/holder");
    }
    bad("id", r#"["urn:a"]"#, Rule::Id, "/id");
    bad(
        "verifiableCredential",
        r#""eyJ""#,
        Rule::Credentials,
        "/verifiableCredential",
    );
    bad(
        "verifiableCredential",
        "[]",
        Rule::Credentials,
        "/verifiableCredential",
    );
    bad(
        "verifiableCredential",
        r#"["eyJ"]"#,
        Rule::Credentials,
        "/verifiableCredential/0",
    );
    bad(
        "verifiableCredential",
        "[7]",
        Rule::Credentials,
        "/verifiableCredential/0",
    );
    bad("termsOfUse", "{}", Rule::TypeMissing, "/termsOfUse/type");
    let untyped = CREDENTIAL.replace(r#"["VerifiableCredential"]"#, "[]");
    bad(
        "verifiableCredential",
        &format!("[{untyped}]"),
        Rule::TypeOfDocument,
        "/verifiableCredential/0/type",
    );
    let envelope = r#"{"@context": "https://www.w3.org/ns/credentials/v2",
        "type": "EnvelopedVerifiableCredential", "id": "nothing"}"#;
    bad(
        "verifiableCredential",
        envelope,
        Rule::Envelope,
        "/verifiableCredential/id",
    );
    let nothing = check_presentation(&object(r#"{"type": ["NonconformingDocument"]}"#));
    let rules: Vec<Rule> = nothing
        .unwrap_err()
        .iter()
        .map(|fault| fault.rule())
        .collect();
    assert_eq!(rules, [Rule::Context, Rule::TypeOfDocument]);
}

#[test]
fn envelopes_are_data_urls() {
    let kind = Kind::EnvelopedCredential;
    let good = object(
        r#"{"@context": "https://www.w3.org/ns/credentials/v2",
            "type": "EnvelopedVerifiableCredential", "id": "data:application/vc+jwt,eyJ.eyJ.abc"}"#,
    );
    let envelope = check_enveloped(&good, kind).unwrap();
    assert_eq!(envelope.media_type, "application/vc+jwt");
    assert_eq!(envelope.content, "eyJ.eyJ.abc");
    for (name, texts) in [
        (
            "@context",
            &[
                "[]",
                "-",
                r#""https://www.w3.org/ns/credentials/examples/v2""#,
            ][..],
        ),
        (
            "type",
            &[
                "-",
                r#""VerifiableCredential""#,
                r#""EnvelopedVerifiablePresentation""#,
                r#"["EnvelopedVerifiableCredential", "VerifiableCredential"]"#,
            ],
        ),
        (
            "id",
            &[
                "-",
                r#""eyJ.eyJ.abc""#,
                r#""data:text/html,x""#,
                r#""data:application/vc+jwt,""#,
                r#""data:application/vc+jwt""#,
                r#""data:application/vp+jwt,eyJ""#,
                r#""https://example.org/""#,
                r#"["data:application/vc+jwt,eyJ"]"#,
            ],
        ),
        // What stands beside the envelope is signed by nobody.
        ("credentialSubject", &[r#"{"id": "did:example:king"}"#]),
        ("proof", &["{}"]),
    ] {
        for text in texts {
            let mut document = good.clone();
            if *text == "-" {
                document.remove(name);
            } else {
                document.insert(name, value(text));
            }
            let faults = check_enveloped(&document, kind).unwrap_err();
            assert_eq!(faults[0].rule(), Rule::Envelope, "{name} {text}");
            assert_eq!(faults[0].pointer(), format!("/{name}"), "{text}");
        }
    }
    let presentation = object(
        r#"{"@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["EnvelopedVerifiablePresentation"], "id": "data:application/vp+jwt,eyJ"}"#,
    );
    assert!(check_enveloped(&presentation, Kind::EnvelopedPresentation).is_ok());
    assert!(check_enveloped(&presentation, kind).is_err());
}

#[test]
fn faults_are_bounded_and_every_rule_has_its_own_sentence() {
    let many: Vec<Value> = (0..1000).map(|_| value("{}")).collect();
    let mut document = object(CREDENTIAL);
    document.insert("evidence", many);
    assert_eq!(check_credential(&document).unwrap_err().len(), MAX_FAULTS);
    let mut deep = value("{}");
    for _ in 0..62 {
        deep = vec![deep].into();
    }
    let sentences: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.sentence()).collect();
    assert_eq!(sentences.len(), Rule::ALL.len());
}
