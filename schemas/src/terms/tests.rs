//! What `check` refuses, with its reason and place.

mod published;

use crate::json::{Limits, Object, read};
use crate::object;
use crate::reason::Reason;
use crate::terms::{Context, Contexts, MAX_DEPTH, check, declared, expand_type, expanded_types};

fn parse(text: &str) -> Object {
    let value = read(text.as_bytes(), &Limits::document()).expect("test JSON");
    value.as_object().expect("an object").clone()
}

fn refusal(text: &str) -> (Reason, String) {
    let fault = check(&parse(text), &Contexts::pinned()).expect_err("must be refused");
    (fault.reason(), fault.pointer())
}

const AVATAR: &str = r##"{
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/omote/v1"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AvatarCredential"],
    "issuer": {"id": "did:web:world-a.example", "name": "World A"},
    "name": [{"@value": "Mask", "@language": "en"}, {"@value": "面", "@language": "ja", "@direction": "ltr"}],
    "validFrom": "2026-11-21T18:00:00Z",
    "credentialStatus": {
        "id": "https://world-a.example/status/1#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://world-a.example/status/1"
    },
    "credentialSubject": {
        "id": "did:key:z6MkjRagNiMu91DduvCvgEsqLZDVzrJzFrwahc4tXLt9DoHd",
        "personaName": "白狐",
        "asset": {
            "type": "Asset",
            "digestMultibase": "uEiAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "mediaType": "model/gltf-binary",
            "byteLength": 123456
        },
        "license": {"authors": ["A", "B"], "allowRedistribution": false, "references": ["x", "y"]},
        "provenance": {
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/omote/v1"],
            "type": ["VerifiableCredential", "AssetProvenance"],
            "issuer": "did:key:z6MkjRagNiMu91DduvCvgEsqLZDVzrJzFrwahc4tXLt9DoHd",
            "credentialSubject": {"type": "Asset", "derivedFrom": ["urn:a", {"id": "urn:b"}]},
            "proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofValue": "z1"}
        }
    },
    "proof": {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": "2026-11-21T18:00:00Z",
        "verificationMethod": "did:web:world-a.example#key-1",
        "proofPurpose": "assertionMethod",
        "proofValue": "z1"
    }
}"##;

#[test]
fn a_whole_avatar_is_in_the_table() {
    assert_eq!(check(&parse(AVATAR), &Contexts::pinned()), Ok(()));
}

/// The avatar with one text replaced.
fn avatar(from: &str, to: &str) -> String {
    assert!(AVATAR.contains(from), "{from}");
    AVATAR.replacen(from, to, 1)
}

const CONTEXTS: &str = r#"["https://www.w3.org/ns/credentials/v2", "https://w3id.org/omote/v1"]"#;

#[test]
fn contexts_are_refused_with_their_reasons() {
    let v2 = "https://www.w3.org/ns/credentials/v2";
    let omote = "https://w3id.org/omote/v1";
    for (contexts, reason, pointer) in [
        (
            format!(r#"["{v2}", "{omote}", "https://evil.example/ctx"]"#),
            Reason::CtxUnknown,
            "/@context/2",
        ),
        (
            format!(r#"["https://evil.example/ctx", "{v2}", "{omote}"]"#),
            Reason::CtxUnknown,
            "/@context/0",
        ),
        (
            format!(r#"["{v2}", "http://127.0.0.1:5432/"]"#),
            Reason::CtxUnknown,
            "/@context/1",
        ),
        (
            format!(r#"["{v2}", "file:///etc/passwd"]"#),
            Reason::CtxUnknown,
            "/@context/1",
        ),
        (
            format!(r#"["{v2}", "http://[::1]/"]"#),
            Reason::CtxUnknown,
            "/@context/1",
        ),
        (
            format!(r#"["{v2}", "https://www.w3.org/ns/credentials/examples/v2"]"#),
            Reason::CtxUnknown,
            "/@context/1",
        ),
        (
            r#"["https://www.w3.org/2018/credentials/v1"]"#.to_owned(),
            Reason::CtxUnknown,
            "/@context/0",
        ),
        (
            format!(r#"["{v2}/", "{omote}"]"#),
            Reason::CtxUnknown,
            "/@context/0",
        ),
        (
            format!(r#"["{v2}", null]"#),
            Reason::CtxUnknown,
            "/@context/1",
        ),
        (
            format!(r#"["{v2}", {{"name": "https://schema.org/alias"}}]"#),
            Reason::CtxInline,
            "/@context/1",
        ),
        (
            format!(r#"["{v2}", ["{omote}"]]"#),
            Reason::CtxInline,
            "/@context/1",
        ),
        (
            r#"{"id": "@type", "type": "@id"}"#.to_owned(),
            Reason::CtxInline,
            "/@context",
        ),
        (
            r#"{"@vocab": "https://evil.example/"}"#.to_owned(),
            Reason::CtxInline,
            "/@context",
        ),
        (
            format!(r#"["{omote}", "{v2}"]"#),
            Reason::CtxOrder,
            "/@context/0",
        ),
        (
            format!(r#"["{v2}", "{v2}", "{omote}"]"#),
            Reason::CtxOrder,
            "/@context/1",
        ),
        ("[]".to_owned(), Reason::CtxOrder, "/@context/0"),
        ("null".to_owned(), Reason::CtxUnknown, "/@context"),
        (format!(r#""{v2}""#), Reason::CredMalformed, "/@context"),
    ] {
        let found = refusal(&avatar(CONTEXTS, &contexts));
        assert_eq!(found, (reason, pointer.to_owned()), "{contexts}");
    }
    let without = avatar(&format!(r#""@context": {CONTEXTS},"#), "");
    assert_eq!(
        refusal(&without),
        (Reason::CtxOrder, "/@context".to_owned())
    );
}

#[test]
fn a_context_below_the_root_is_refused() {
    for (from, to, pointer) in [
        (
            r#""personaName""#,
            r#""@context": {"@vocab": "https://evil.example/"}, "personaName""#,
            "/credentialSubject/@context",
        ),
        (
            r#""type": "Asset","#,
            r#""type": "Asset", "@context": ["https://www.w3.org/ns/credentials/v2"],"#,
            "/credentialSubject/asset/@context",
        ),
        (
            r#"{"@value": "Mask", "#,
            r#"{"@context": [], "@value": "Mask", "#,
            "/name/0/@context",
        ),
    ] {
        let found = refusal(&avatar(from, to));
        assert_eq!(found, (Reason::CtxNested, pointer.to_owned()));
    }
}

#[test]
fn a_carried_credential_is_a_document_of_its_own() {
    let carried = format!(
        r#""provenance": {{
            "@context": {CONTEXTS},
            "type""#
    );
    for (to, reason, pointer) in [
        (r#""provenance": { "type""#, Reason::CtxOrder, "@context"),
        (
            r#""provenance": { "@context": ["https://w3id.org/omote/v1"], "type""#,
            Reason::CtxOrder,
            "@context/0",
        ),
        (
            r#""provenance": { "@context": ["https://evil.example"], "type""#,
            Reason::CtxUnknown,
            "@context/0",
        ),
        (
            r#""provenance": { "@context": ["https://www.w3.org/ns/credentials/v2"], "type""#,
            Reason::TermUndefined,
            "type",
        ),
    ] {
        let found = refusal(&avatar(&carried, to));
        let pointer = format!("/credentialSubject/provenance/{pointer}");
        assert_eq!(found, (reason, pointer), "{to}");
    }
    let bare = r#"{"@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": "VerifiablePresentation", "verifiableCredential": "urn:x"}"#;
    assert_eq!(
        refusal(bare),
        (Reason::CredMalformed, "/verifiableCredential".to_owned())
    );
    let hollow = r#"{"@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": "VerifiablePresentation", "verifiableCredential":
        [{"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:x"}]}"#;
    assert_eq!(
        refusal(hollow),
        (Reason::CredMalformed, "/verifiableCredential/0".to_owned())
    );
}

#[test]
fn a_proof_repeats_the_first_contexts_of_its_document() {
    let own = r#""@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": "DataIntegrityProof","#;
    for (to, expected) in [
        (
            r#"["https://www.w3.org/ns/credentials/v2", "https://w3id.org/omote/v1"]"#,
            None,
        ),
        (
            r#"["https://w3id.org/omote/v1"]"#,
            Some((Reason::CtxOrder, "/proof/@context/0")),
        ),
        ("[]", Some((Reason::CtxOrder, "/proof/@context"))),
        (
            r#"["https://evil.example"]"#,
            Some((Reason::CtxUnknown, "/proof/@context/0")),
        ),
        (
            r#"["https://www.w3.org/ns/credentials/v2", "https://w3id.org/security/data-integrity/v2"]"#,
            Some((Reason::CtxUnknown, "/proof/@context/1")),
        ),
        ("{}", Some((Reason::CtxInline, "/proof/@context"))),
        (
            r#"["https://www.w3.org/ns/credentials/v2", {}]"#,
            Some((Reason::CtxInline, "/proof/@context/1")),
        ),
    ] {
        let text = avatar(
            own,
            &format!(r#""@context": {to}, "type": "DataIntegrityProof","#),
        );
        let found = check(&parse(&text), &Contexts::pinned())
            .err()
            .map(|fault| (fault.reason(), fault.pointer()));
        let expected = expected.map(|(reason, at)| (reason, at.to_owned()));
        assert_eq!(found, expected, "{to}");
    }
}

#[test]
fn undefined_words_are_refused() {
    for (from, to, pointer) in [
        (r#""personaName""#, r#""level""#, "/credentialSubject/level"),
        (
            r#""personaName""#,
            r#""https://schema.org/name""#,
            "/credentialSubject/https:~1~1schema.org~1name",
        ),
        (r#""personaName""#, r#""Asset""#, "/credentialSubject/Asset"),
        (
            r#""personaName""#,
            r#""issuer""#,
            "/credentialSubject/issuer",
        ),
        (
            r#""personaName""#,
            r#""proofValue""#,
            "/credentialSubject/proofValue",
        ),
        (
            r#""personaName""#,
            r#""avatarPermission""#,
            "/credentialSubject/avatarPermission",
        ),
        (
            r#""personaName""#,
            r#""__proto__""#,
            "/credentialSubject/__proto__",
        ),
        (r#""personaName""#, r#""""#, "/credentialSubject/"),
        (r#""AvatarCredential""#, r#""EvilCredential""#, "/type"),
        (
            r#""AvatarCredential""#,
            r#""https://w3id.org/omote/v1#AvatarCredential""#,
            "/type",
        ),
        (r#""AvatarCredential""#, r#""personaName""#, "/type"),
        (r#""AvatarCredential""#, r#""_:b0""#, "/type"),
        (r#""assertionMethod""#, r#""allow""#, "/proof/proofPurpose"),
        (r#""白狐""#, "null", "/credentialSubject/personaName"),
        (
            r#"["x", "y"]"#,
            "[]",
            "/credentialSubject/license/references",
        ),
        (
            r#"["A", "B"]"#,
            r#"["A", null]"#,
            "/credentialSubject/license/authors/1",
        ),
    ] {
        let found = refusal(&avatar(from, to));
        assert_eq!(found, (Reason::TermUndefined, pointer.to_owned()), "{to}");
    }
}

#[test]
fn keywords_are_refused() {
    for word in [
        "@id",
        "@type",
        "@graph",
        "@included",
        "@reverse",
        "@vocab",
        "@base",
        "@index",
        "@foo",
        "@",
    ] {
        let found = refusal(&avatar(r#""personaName""#, &format!(r#""{word}""#)));
        let pointer = format!("/credentialSubject/{word}");
        assert_eq!(found, (Reason::LdKeywordForbidden, pointer), "{word}");
    }
    for (from, to, pointer) in [
        (
            r#"{"@value": "Mask", "@language": "en"}"#,
            r#"{"@value": "1", "@type": "http://www.w3.org/2001/XMLSchema#integer"}"#,
            "/name/0/@type",
        ),
        (
            r#""白狐""#,
            r#"{"@value": "白狐"}"#,
            "/credentialSubject/personaName/@value",
        ),
        (
            r#"["A", "B"]"#,
            r#"[{"@list": ["A"]}]"#,
            "/credentialSubject/license/authors/0/@list",
        ),
    ] {
        let found = refusal(&avatar(from, to));
        assert_eq!(
            found,
            (Reason::LdKeywordForbidden, pointer.to_owned()),
            "{to}"
        );
    }
}

#[test]
fn relative_iris_are_refused() {
    for (from, to, reason, pointer) in [
        (
            r#""urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33""#,
            r#""item/1""#,
            Reason::TermUndefined,
            "/id",
        ),
        (
            r##""did:key:z6MkjRagNiMu91DduvCvgEsqLZDVzrJzFrwahc4tXLt9DoHd""##,
            r##""#x""##,
            Reason::TermUndefined,
            "/credentialSubject/id",
        ),
        (
            r#""https://world-a.example/status/1","#,
            r#""","#,
            Reason::TermUndefined,
            "/credentialStatus/statusListCredential",
        ),
        (
            r#"["urn:a""#,
            r#"["a""#,
            Reason::TermUndefined,
            "/credentialSubject/provenance/credentialSubject/derivedFrom/0",
        ),
        (
            r#""did:web:world-a.example""#,
            r#""did:web:world-a.example\u0000.evil""#,
            Reason::IdMalformed,
            "/issuer/id",
        ),
        (
            r#""did:web:world-a.example""#,
            r#""did:web:world-a.example\u200b""#,
            Reason::IdMalformed,
            "/issuer/id",
        ),
    ] {
        let text = if from.contains("status/1") {
            avatar(
                r#""statusListCredential": "https://world-a.example/status/1""#,
                r#""statusListCredential": """#,
            )
        } else {
            avatar(from, to)
        };
        assert_eq!(refusal(&text), (reason, pointer.to_owned()), "{to}");
    }
}

#[test]
fn wrong_shapes_are_refused() {
    for (from, to, pointer) in [
        (
            r#""urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33""#,
            "7",
            "/id",
        ),
        (
            r#""type": "Asset","#,
            r#""type": [], "#,
            "/credentialSubject/asset/type",
        ),
        (
            r#""type": "Asset","#,
            r#""type": ["Asset", "Asset"], "#,
            "/credentialSubject/asset/type",
        ),
        (
            r#""type": "Asset","#,
            r#""type": {}, "#,
            "/credentialSubject/asset/type",
        ),
        (
            r#"["x", "y"]"#,
            r#"["x", "x"]"#,
            "/credentialSubject/license/references",
        ),
        (
            r#"["x", "y"]"#,
            r#"[1, 1]"#,
            "/credentialSubject/license/references",
        ),
        (
            r#"["x", "y"]"#,
            r#"[true, true]"#,
            "/credentialSubject/license/references",
        ),
        (
            r#"["x", "y"]"#,
            r#"[["x"], "y"]"#,
            "/credentialSubject/license/references/0",
        ),
        (
            r#"["A", "B"]"#,
            r#""A""#,
            "/credentialSubject/license/authors",
        ),
        (
            r#"["A", "B"]"#,
            r#"[["A"]]"#,
            "/credentialSubject/license/authors/0",
        ),
        (
            r#""2026-11-21T18:00:00Z","#,
            r#"{"id": "urn:x"},"#,
            "/validFrom",
        ),
        (
            r#"["urn:a", "#,
            r#"[7, "#,
            "/credentialSubject/provenance/credentialSubject/derivedFrom/0",
        ),
        (r#""assertionMethod""#, "7", "/proof/proofPurpose"),
        (
            r#""@language": "en""#,
            r#""@language": "e n""#,
            "/name/0/@language",
        ),
        (
            r#""@direction": "ltr""#,
            r#""@direction": "up""#,
            "/name/1/@direction",
        ),
        (r#""@value": "Mask""#, r#""@value": 7"#, "/name/0/@value"),
    ] {
        let found = refusal(&avatar(from, to));
        assert_eq!(found, (Reason::CredMalformed, pointer.to_owned()), "{to}");
    }
    let silent = r#"{"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:x"}"#;
    assert_eq!(refusal(silent), (Reason::CredMalformed, String::new()));
}

#[test]
fn nesting_has_an_end() {
    let nested = |depth: usize| {
        let inner = (1..depth).fold(object! { "name" => "x" }, |inner, _| {
            object! { "derivedFrom" => inner }
        });
        object! {
            "@context" => [Context::CredentialsV2.url(), Context::OmoteV1.url()],
            "derivedFrom" => inner,
        }
    };
    assert_eq!(check(&nested(MAX_DEPTH - 1), &Contexts::pinned()), Ok(()));
    let fault = check(&nested(MAX_DEPTH), &Contexts::pinned()).expect_err("too deep");
    assert_eq!(fault.reason(), Reason::InputTooDeep);
}

#[test]
fn scopes_of_types_end_at_the_next_object() {
    // `statusListIndex` is a word of BitstringStatusListEntry, not of what stands inside one.
    let text = avatar(
        r#""statusListCredential": "https://world-a.example/status/1""#,
        r#""statusListCredential": {"statusListIndex": "8"}"#,
    );
    assert_eq!(
        refusal(&text),
        (
            Reason::TermUndefined,
            "/credentialStatus/statusListCredential/statusListIndex".to_owned()
        )
    );
}

#[test]
fn types_expand_to_iris() {
    let all = Context::PINNED;
    let iri = |name| expand_type(&all, name).map(|iri| iri.to_string());
    assert_eq!(
        iri("AvatarCredential").as_deref(),
        Some("https://w3id.org/omote/v1#AvatarCredential")
    );
    assert_eq!(
        iri("VerifiableCredential").as_deref(),
        Some("https://www.w3.org/2018/credentials#VerifiableCredential")
    );
    assert_eq!(iri("personaName"), None);
    assert_eq!(iri("EvilCredential"), None);
    assert_eq!(
        expand_type(&[Context::CredentialsV2], "AvatarCredential"),
        None
    );

    let avatar = parse(AVATAR);
    let contexts = declared(&avatar, &Contexts::pinned()).expect("known contexts");
    assert_eq!(contexts, [Context::CredentialsV2, Context::OmoteV1]);
    let types = expanded_types(&avatar, &Contexts::pinned()).expect("known types");
    assert!(types.len() == 2 && types[1] == "https://w3id.org/omote/v1#AvatarCredential");
}

#[test]
fn examples_are_open_to_vectors_only() {
    let text = r#"{
        "@context": ["https://www.w3.org/ns/credentials/v2",
                     "https://www.w3.org/ns/credentials/examples/v2"],
        "type": ["VerifiableCredential", "AlumniCredential"],
        "issuer": "https://vc.example/issuers/5678",
        "credentialSubject": {"alumniOf": "The School of Examples"}
    }"#;
    assert_eq!(
        refusal(text),
        (Reason::CtxUnknown, "/@context/1".to_owned())
    );
    let open = Contexts::with_examples_for_vectors();
    assert_eq!(check(&parse(text), &open), Ok(()));
    for word in ["a:b", "@x", "a b"] {
        let text = text.replace("alumniOf", word);
        assert!(check(&parse(&text), &open).is_err(), "{word}");
    }
}
