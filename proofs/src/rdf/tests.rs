//! Published documents byte for byte, what is refused, and what hostile documents cost.

mod oracle;

use schemas::json::{Limits, Object, Value, read};
use schemas::object;
use schemas::reason::Reason;
use schemas::terms::{Contexts, OwnProof};

use crate::rdf::{RdfError, WorkLimit, to_canonical_nquads};
use crate::rdfc::tests::shared;

pub(super) fn parse(text: &str) -> Object {
    let value = read(text.as_bytes(), &Limits::document()).unwrap();
    value.as_object().unwrap().clone()
}

fn canonical(document: &Object) -> Result<String, RdfError> {
    let contexts = Contexts::pinned();
    to_canonical_nquads(document, &contexts, OwnProof::Told, WorkLimit::document())
}

fn vector(path: &str, document: &Object, own_proof: OwnProof) {
    let contexts = Contexts::with_examples_for_vectors();
    let found = to_canonical_nquads(document, &contexts, own_proof, WorkLimit::document());
    let expected = shared(&format!("vectors/vc-di-eddsa/{path}")).unwrap();
    assert_eq!(found.unwrap(), expected, "{path}");
}

fn vector_file(path: &str) -> Option<Object> {
    shared(&format!("vectors/vc-di-eddsa/{path}")).map(|text| parse(&text))
}

#[test]
fn published_documents_and_proofs_come_out_byte_for_byte() {
    let Some(unsigned) = vector_file("unsigned.json") else {
        return;
    };
    vector(
        "eddsa-rdfc-2022/canonDocDataInt.txt",
        &unsigned,
        OwnProof::Told,
    );
    let employ = vector_file("employmentAuth.json").unwrap();
    vector(
        "eddsa-rdfc-2022/employ/canonDocDataInt.txt",
        &employ,
        OwnProof::Told,
    );
    for folder in ["eddsa-rdfc-2022", "eddsa-rdfc-2022/employ"] {
        let config = vector_file(&format!("{folder}/proofConfigDataInt.json")).unwrap();
        vector(
            &format!("{folder}/proofCanonDataInt.txt"),
            &config,
            OwnProof::Told,
        );
        // The signed document without its proof is the unsigned one.
        let signed = vector_file(&format!("{folder}/signedDataInt.json")).unwrap();
        vector(
            &format!("{folder}/canonDocDataInt.txt"),
            &signed,
            OwnProof::LeftOut,
        );
    }
}

#[test]
fn proof_sets_and_chains_are_documents_of_the_table() {
    let contexts = Contexts::with_examples_for_vectors();
    let limit = WorkLimit::document();
    for name in [
        "signedProofSet1",
        "signedProofSet2",
        "signedProofChain1",
        "signedProofChain2",
    ] {
        let path = format!("proof-set-chain/{name}.json");
        let Some(signed) = vector_file(&path) else {
            return;
        };
        vector(
            "eddsa-rdfc-2022/canonDocDataInt.txt",
            &signed,
            OwnProof::LeftOut,
        );
        let whole = to_canonical_nquads(&signed, &contexts, OwnProof::Told, limit).unwrap();
        assert!(
            whole.contains("<https://w3id.org/security#proofValue>"),
            "{name}"
        );
    }
}

const HEAD: &str = r#""@context": ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/omote/v1"],
    "type": ["VerifiableCredential", "AvatarCredential"], "issuer": "did:web:a.example""#;

fn credential(rest: &str) -> Object {
    parse(&format!("{{{HEAD}, {rest}}}"))
}

fn refusal(rest: &str) -> (Reason, String) {
    let fault = canonical(&credential(rest)).unwrap_err();
    (fault.reason(), fault.pointer())
}

fn same(left: &str, right: &str) -> bool {
    let [left, right] = [left, right].map(|rest| canonical(&credential(rest)).unwrap());
    left == right
}

#[test]
fn an_avatar_in_full() {
    let text = canonical(&credential(
        r#""id": "urn:x", "name": [{"@value": "Mask", "@language": "en"}, {"@value": "面"}],
        "credentialSubject": {
            "id": "did:key:z1", "personaName": "白\"狐\"\n",
            "asset": {"type": "Asset", "byteLength": 12345, "mediaType": "model/gltf-binary"},
            "license": {"authors": ["A", "B"], "allowRedistribution": false}
        }"#,
    ))
    .unwrap();
    let expected = [
        r#"<did:key:z1> <https://w3id.org/omote/v1#asset> _:c14n2 ."#,
        r#"<did:key:z1> <https://w3id.org/omote/v1#license> _:c14n0 ."#,
        r#"<did:key:z1> <https://w3id.org/omote/v1#personaName> "白\"狐\"\n" ."#,
        r#"<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/omote/v1#AvatarCredential> ."#,
        r#"<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://www.w3.org/2018/credentials#VerifiableCredential> ."#,
        r#"<urn:x> <https://schema.org/name> "Mask"@en ."#,
        r#"<urn:x> <https://schema.org/name> "面" ."#,
        r#"<urn:x> <https://www.w3.org/2018/credentials#credentialSubject> <did:key:z1> ."#,
        r#"<urn:x> <https://www.w3.org/2018/credentials#issuer> <did:web:a.example> ."#,
    ];
    for line in expected {
        assert!(
            text.contains(line.split(" _:").next().unwrap()),
            "{line}\n{text}"
        );
    }
    for part in [
        r#"<https://w3id.org/omote/v1#byteLength> "12345"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger> ."#,
        r#"<https://w3id.org/omote/v1#allowRedistribution> "false"^^<http://www.w3.org/2001/XMLSchema#boolean> ."#,
        r#"<https://schema.org/encodingFormat> "model/gltf-binary" ."#,
        r#"<http://www.w3.org/1999/02/22-rdf-syntax-ns#first> "B" ."#,
        r#"<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil> ."#,
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_eq!(text.lines().count(), 18, "{text}");
}

#[test]
fn the_data_integrity_context_changes_nothing() {
    let rest = r#""proof": {"type": "DataIntegrityProof", "proofPurpose": "assertionMethod"}"#;
    let with = format!("{{{HEAD}, {rest}}}").replace(
        r#", "https://w3id.org/omote/v1"]"#,
        r#", "https://w3id.org/security/data-integrity/v2", "https://w3id.org/omote/v1"]"#,
    );
    let with = canonical(&parse(&with)).unwrap();
    assert_eq!(with, canonical(&credential(rest)).unwrap());
}

#[test]
fn json_literals_are_canonical_json() {
    let text = canonical(&parse(
        r#"{"@context": ["https://www.w3.org/ns/credentials/v2"], "type": "JsonSchema",
        "jsonSchema": {"b": [null, "\u0001"], "a": 1, "@id": "x"}}"#,
    ))
    .unwrap();
    let literal = r#""{\"@id\":\"x\",\"a\":1,\"b\":[null,\"\\u0001\"]}"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON> ."#;
    assert!(text.contains(literal), "{text}");
}

#[test]
fn attacks_on_contexts_and_terms_have_their_reasons() {
    let with = |contexts: &str| {
        let rest = r#""credentialSubject": {"id": "did:key:z1"}"#;
        let text = format!("{{{HEAD}, {rest}}}");
        let own = r#"["https://www.w3.org/ns/credentials/v2", "https://w3id.org/omote/v1"]"#;
        canonical(&parse(&text.replace(own, contexts)))
            .unwrap_err()
            .reason()
    };
    let v2 = "https://www.w3.org/ns/credentials/v2";
    let examples = "https://www.w3.org/ns/credentials/examples/v2";
    // LD-01, LD-02, LD-11, LD-14
    for url in [
        "https://evil.example/ctx",
        "http://127.0.0.1:5432/",
        "file:///etc/passwd",
        "http://[::1]/",
    ] {
        assert_eq!(
            with(&format!(r#"["{v2}", "{url}"]"#)),
            Reason::CtxUnknown,
            "{url}"
        );
    }
    assert_eq!(
        with(&format!(r#"["{v2}", {{"id": "@type"}}]"#)),
        Reason::CtxInline
    );
    // LD-08
    assert_eq!(
        with(&format!(r#"["{v2}", "{examples}"]"#)),
        Reason::CtxUnknown
    );
    // LD-04
    assert_eq!(
        with(&format!(r#"["https://w3id.org/omote/v1", "{v2}"]"#)),
        Reason::CtxOrder
    );
    // LD-12
    let unknown_type = with(&format!(r#"["{v2}"]"#));
    assert_eq!(unknown_type, Reason::TermUndefined);
    for (rest, reason, pointer) in [
        // LD-07
        (
            r#""credentialSubject": {"id": "item/1"}"#,
            Reason::TermUndefined,
            "/credentialSubject/id",
        ),
        (
            r##""credentialSubject": {"id": "#x"}"##,
            Reason::TermUndefined,
            "/credentialSubject/id",
        ),
        // LD-10
        (
            r#""credentialSubject": {"@context": {"@vocab": "urn:"}, "level": 9}"#,
            Reason::CtxNested,
            "/credentialSubject/@context",
        ),
        (
            r#""credentialSubject": {"level": 9}"#,
            Reason::TermUndefined,
            "/credentialSubject/level",
        ),
        (
            r#""credentialSubject": {"@id": "urn:x"}"#,
            Reason::LdKeywordForbidden,
            "/credentialSubject/@id",
        ),
        (
            r#""name": {"@value": "x", "@language": "en", "@direction": "rtl"}"#,
            Reason::LdKeywordForbidden,
            "/name",
        ),
        (
            r#""name": {"@value": "1", "@type": "http://www.w3.org/2001/XMLSchema#integer"}"#,
            Reason::LdKeywordForbidden,
            "/name/@type",
        ),
        (
            r#""credentialSubject": {"serial": 0.30000000000000004}"#,
            Reason::JsonNumberNonCanonical,
            "/credentialSubject/serial",
        ),
    ] {
        assert_eq!(refusal(rest), (reason, pointer.to_owned()), "{rest}");
    }
}

#[test]
fn labels_of_documents_are_replaced() {
    // LD-17
    let named = |a: &str, b: &str| {
        format!(
            r#""id": "{a}", "credentialSubject": {{"id": "{b}", "derivedFrom": ["{a}", "{b}"]}}"#
        )
    };
    assert!(same(
        &named("_:c14n0", "_:c14n1"),
        &named("_:c14n1", "_:c14n0")
    ));
    assert!(same(&named("_:c14n0", "_:c14n1"), &named("_:x", "_:b0")));
    let text = canonical(&credential(&named("_:x", "_:secret"))).unwrap();
    assert!(!text.contains("secret"));
}

#[test]
fn values_that_differ_have_quads_that_differ() {
    // LD-18
    let name = |value: &str| format!(r#""name": {value}"#);
    let english = name(r#"{"@value": "x", "@language": "en"}"#);
    assert!(!same(
        &english,
        &name(r#"{"@value": "x", "@language": "ja"}"#)
    ));
    assert!(!same(&english, &name(r#""x""#)));
    // LD-20
    let serial = |value: &str| format!(r#""credentialSubject": {{"serial": {value}}}"#);
    assert!(!same(&serial("1"), &serial(r#""1""#)));
    assert!(!same(&serial("true"), &serial(r#""true""#)));
    assert!(!same(&serial(r#""urn:x""#), &serial(r#"{"id": "urn:x"}"#)));
    // LD-19: the order of a list is signed, that of a set is not.
    let license = |term: &str, order: &str| {
        format!(r#""credentialSubject": {{"license": {{"{term}": {order}}}}}"#)
    };
    let [forth, back] = [r#"["a", "b"]"#, r#"["b", "a"]"#];
    assert!(!same(&license("authors", forth), &license("authors", back)));
    assert!(same(
        &license("references", forth),
        &license("references", back)
    ));
}

/// A credential whose subject holds blank nodes that all point at each other.
fn clique(size: usize) -> Object {
    let nodes = (0..size).map(|from| {
        let others = (0..size).filter(|to| *to != from);
        let others: Vec<String> = others.map(|to| format!("_:e{to}")).collect();
        object! { "id" => format!("_:e{from}"), "derivedFrom" => others }
    });
    let mut credential = credential(r#""credentialSubject": {}"#);
    let nodes: Vec<Object> = nodes.collect();
    credential.insert("credentialSubject", object! { "derivedFrom" => nodes });
    credential
}

#[test]
fn poisoned_documents_end_at_the_work_limit() {
    // LD-15
    for size in [7, 8, 10] {
        let fault = canonical(&clique(size)).unwrap_err();
        assert_eq!(fault.reason(), Reason::CanonWorkLimit, "{size}");
        assert_eq!(fault.pointer(), "");
    }
    // LD-16 is `test074c`, in the W3C suite; here its ten nodes also point at themselves.
    let nodes: Vec<Object> = (0..10)
        .map(|from| {
            let all: Vec<String> = (0..10).map(|to| format!("_:e{to}")).collect();
            object! { "id" => format!("_:e{from}"), "derivedFrom" => all }
        })
        .collect();
    let mut document = credential(r#""credentialSubject": {}"#);
    document.insert("credentialSubject", object! { "derivedFrom" => nodes });
    let fault = canonical(&document).unwrap_err();
    assert_eq!(fault.reason(), Reason::CanonWorkLimit);
}

#[test]
fn too_many_quads_end_at_the_work_limit() {
    let mut document = credential(r#""credentialSubject": {}"#);
    let many: Vec<String> = (0..5000).map(|at| format!("urn:{at}")).collect();
    document.insert("credentialSubject", object! { "derivedFrom" => many });
    let fault = canonical(&document).unwrap_err();
    assert_eq!(fault.reason(), Reason::CanonWorkLimit);
    assert!(
        fault
            .pointer()
            .starts_with("/credentialSubject/derivedFrom/")
    );
}

#[test]
fn a_long_identifier_is_not_written_a_thousand_times() {
    // 100 KB of JSON, 390 MB of statements.
    let mut document = credential(r#""credentialSubject": {}"#);
    let many: Vec<String> = (0..3900).map(|at| format!("a:{at}")).collect();
    let id = format!("a:{}", "x".repeat(100_000));
    document.insert(
        "credentialSubject",
        object! { "id" => id, "derivedFrom" => many },
    );
    let fault = canonical(&document).unwrap_err();
    assert_eq!(fault.reason(), Reason::CanonWorkLimit);
    // A long text said once is as long as it is.
    let text = "x".repeat(400_000);
    let document = credential(&format!(
        r#""credentialSubject": {{"id": "a:s", "personaName": "{text}"}}"#
    ));
    assert!(canonical(&document).unwrap().len() > 400_000);
}

/// A presentation of credentials that differ in nothing but the key of the subject.
pub(super) fn presentation_of_twins(count: usize) -> Object {
    let twins = (0..count).map(|at| {
        let mut twin = credential(
            r#""validFrom": "2026-11-21T18:00:00Z",
            "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation",
                "statusListIndex": "7", "statusListCredential": "https://a.example/1"},
            "proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022",
                "created": "2026-11-21T18:00:00Z", "proofPurpose": "assertionMethod",
                "verificationMethod": "did:web:a.example#k", "proofValue": "z1"}"#,
        );
        let subject = parse(
            r#"{"personaName": "x",
                "asset": {"type": "Asset", "byteLength": 1, "digestMultibase": "uEi"},
                "license": {"authors": ["A", "B", "C"], "allowRedistribution": false}}"#,
        );
        let mut subject = subject;
        subject.insert("id", format!("did:key:z{at}"));
        twin.insert("credentialSubject", subject);
        Value::Object(twin)
    });
    object! {
        "@context" => ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/omote/v1"],
        "type" => "VerifiablePresentation",
        "holder" => "did:key:z0",
        "verifiableCredential" => twins.collect::<Vec<Value>>(),
    }
}

#[test]
fn honest_twins_stay_within_the_limit() {
    for count in [2, 4, 8] {
        canonical(&presentation_of_twins(count)).unwrap_or_else(|fault| panic!("{count}: {fault}"));
    }
}

mod arbitrary {
    //! Whatever stands in a document: the answer is a reason or the same text twice.

    use proptest::collection::vec;
    use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
    use proptest::sample::select;
    use schemas::json::{Number, Object, Value};
    use schemas::reason::Reason;
    use schemas::terms::{Contexts, OwnProof, check};

    use crate::rdf::{WorkLimit, to_canonical_nquads};

    const WORDS: &[&str] = &[
        "@context",
        "@id",
        "@value",
        "@language",
        "id",
        "type",
        "name",
        "issuer",
        "holder",
        "credentialSubject",
        "verifiableCredential",
        "proof",
        "proofPurpose",
        "asset",
        "license",
        "authors",
        "references",
        "derivedFrom",
        "provenance",
        "byteLength",
        "jsonSchema",
        "cnf",
        "kid",
        "unknown",
        "__proto__",
    ];
    const TEXTS: &[&str] = &[
        "https://www.w3.org/ns/credentials/v2",
        "https://w3id.org/omote/v1",
        "VerifiableCredential",
        "VerifiablePresentation",
        "AvatarCredential",
        "DataIntegrityProof",
        "LicenseTerms",
        "JsonSchema",
        "assertionMethod",
        "urn:a",
        "_:b",
        "en",
        "a b",
        "",
    ];

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<f64>().prop_map(|n| Number::from_f64(n).map_or(Value::Null, Value::from)),
            select(TEXTS).prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 48, 4, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(Value::from),
                vec((select(WORDS), inner), 0..5).prop_map(|members| {
                    let members = members.into_iter();
                    let members = members.map(|(name, value)| (name.to_owned(), value));
                    Value::Object(members.collect())
                }),
            ]
        })
    }

    fn document() -> impl Strategy<Value = Object> {
        let kind = select(vec![
            "VerifiableCredential",
            "VerifiablePresentation",
            "DataIntegrityProof",
        ]);
        (kind, vec((select(WORDS), value()), 0..5)).prop_map(|(kind, members)| {
            let mut document: Object = members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect();
            document.insert(
                "@context",
                [
                    "https://www.w3.org/ns/credentials/v2",
                    "https://w3id.org/omote/v1",
                ],
            );
            document.insert("type", kind);
            document
        })
    }

    proptest! {
        #[test]
        fn checking_and_canonicalizing_agree(document in document()) {
            let contexts = Contexts::pinned();
            let done = |own_proof| {
                to_canonical_nquads(&document, &contexts, own_proof, WorkLimit::document())
            };
            match (check(&document, &contexts), done(OwnProof::Told)) {
                (Ok(()), Ok(text)) => {
                    assert_eq!(done(OwnProof::Told).unwrap(), text);
                    assert!(!text.is_empty() && done(OwnProof::LeftOut).is_ok());
                }
                // RDF cannot say everything that JSON can.
                (Ok(()), Err(fault)) => assert!(matches!(
                    fault.reason(),
                    Reason::JsonNumberNonCanonical | Reason::CanonWorkLimit
                )),
                (Err(fault), Err(found)) => {
                    let both = [found.reason(), fault.reason()];
                    assert!(both[0] == both[1] || both[0] == Reason::JsonNumberNonCanonical);
                    assert!(done(OwnProof::LeftOut).is_err());
                }
                (Err(fault), Ok(_)) => panic!("{fault}"),
            }
        }
    }
}
