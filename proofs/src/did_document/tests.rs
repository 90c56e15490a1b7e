//! DID documents: what is read, what is refused, and with which reason.

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use schemas::did::{Did, DidUrl};
use schemas::json::{self, Limits, Value};
use schemas::lang::Lang;
use schemas::object;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::{DidDocument, Profile, Relationship, Service, build};
use crate::keys::{SigningKey, VerifyingKey};
use crate::shared;

const NOW: &str = "2026-11-21T18:00:00Z";

fn key(seed: u8) -> VerifyingKey {
    SigningKey::from_seed(&[seed; 32]).verifying_key()
}

fn did() -> Did {
    "did:web:good.example".parse().unwrap()
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn read(text: &str) -> Result<DidDocument, Reason> {
    let value = json::read(text.as_bytes(), &Limits::document()).unwrap();
    DidDocument::parse(&value, &did()).map_err(|error| error.reason())
}

/// A document with these methods and relationships, `GOOD` for its DID and `K1` for a Multikey.
fn document(body: &str) -> Result<DidDocument, Reason> {
    let body = body.replace("K1", &key(1).multikey()).replace(
        "X1",
        &schemas::encoding::base64url::encode(&key(1).to_bytes()),
    );
    read(&format!(r#"{{"id":"GOOD",{body}}}"#).replace("GOOD", "did:web:good.example"))
}

fn look(
    document: &DidDocument,
    fragment: &str,
    use_: Relationship,
) -> Result<VerifyingKey, Reason> {
    let url: DidUrl = did().with_fragment(fragment).unwrap();
    document
        .key(&url, use_, now())
        .cloned()
        .map_err(|error| error.reason())
}

fn assertion_key(body: &str) -> Result<VerifyingKey, Reason> {
    let members = format!(
        r##""verificationMethod":[{{"id":"GOOD#k","controller":"GOOD",{body}}}],"assertionMethod":["GOOD#k"]"##
    );
    look(
        &document(&members).unwrap(),
        "k",
        Relationship::AssertionMethod,
    )
}

#[test]
fn reads_what_it_builds() {
    let services = [Service {
        fragment: "world".to_owned(),
        kind: "LinkedDomains".to_owned(),
        endpoint: Value::from("https://good.example"),
    }];
    let built = build(&did(), &[("key-1", &key(1)), ("key-2", &key(2))], &services).unwrap();
    let document = DidDocument::parse(&Value::Object(built), &did()).unwrap();
    for relationship in [Relationship::AssertionMethod, Relationship::Authentication] {
        assert_eq!(look(&document, "key-1", relationship), Ok(key(1)));
        assert_eq!(look(&document, "key-2", relationship), Ok(key(2)));
        assert_eq!(document.methods(relationship).count(), 2);
    }
    assert_eq!(document.did(), &did());
    assert!(build(&did(), &[("a b", &key(1))], &[]).is_err());
}

#[test]
fn the_controller_is_called_what_its_document_says() {
    for (name, japanese) in [("Meadow", Some("草原")), ("Neo ❤\u{fe0f} Kyoto", None)] {
        let profile = Profile::new(name, japanese).unwrap();
        let built = build(&did(), &[("key-1", &key(1))], &[profile.service()]).unwrap();
        let document = DidDocument::parse(&Value::Object(built), &did()).unwrap();
        assert_eq!(document.profile(), Some(&profile));
        assert_eq!(document.display_name(), Some(name));
        assert_eq!(profile.name_in(Lang::En), name);
        assert_eq!(profile.name_in(Lang::Ja), japanese.unwrap_or(name));
        assert!(
            profile
                .names()
                .eq([Some(name), japanese].into_iter().flatten())
        );
    }
    let profile = r##"{"id":"GOOD#p","type":["Other","OmoteProfile"],"serviceEndpoint":{"name":"Meadow","more":1}}"##;
    let other = r##"{"id":"#q","type":"LinkedDomains","serviceEndpoint":"https://good.example"}"##;
    for services in [profile.to_owned(), format!("{other},{profile},7")] {
        let document = document(&format!(r#""service":[{services}]"#)).unwrap();
        assert_eq!(document.display_name(), Some("Meadow"), "{services}");
    }
}

/// A slip in what decides no signature takes no keys away from a world: it only has no name then.
#[test]
fn a_malformed_profile_is_none() {
    let profile = |id: &str, endpoint: &str| {
        format!(r#"{{"id":"{id}","type":"OmoteProfile","serviceEndpoint":{endpoint}}}"#)
    };
    let named = |name: &str| profile("#profile", &format!(r#"{{"name":"{name}"}}"#));
    let many = vec!["{}"; 64].join(",");
    let services = [
        named(""),
        named(" "),
        named(&"a".repeat(201)),
        named("Mea\\u0000dow"),
        named("Mea\\ndow"),
        named("\u{202e}wodaeM"),
        named("Meadow\u{200b}"),
        named("\u{3164}"),
        profile("#profile", "{}"),
        profile("#profile", r#"{"name":["Meadow"]}"#),
        profile("#profile", r#"{"name":"Meadow","names":"x"}"#),
        profile("#profile", r#"{"name":"Meadow","names":{"ja":1}}"#),
        profile("#profile", r#"{"name":"Meadow","names":{"ja":"\t"}}"#),
        profile("#profile", r#""https://good.example""#),
        profile("#profile", r#"[{"name":"Meadow"}]"#),
        profile("did:web:evil.example#profile", r#"{"name":"Meadow"}"#),
        profile("GOOD.evil#profile", r#"{"name":"Meadow"}"#),
        r#"{"type":"OmoteProfile","serviceEndpoint":{"name":"Meadow"}}"#.to_owned(),
        r##"{"id":"#p","type":"omoteprofile","serviceEndpoint":{"name":"Meadow"}}"##.to_owned(),
        format!("{},{}", named("Meadow"), named("Meadow")),
        format!("{many},{}", named("Meadow")),
    ];
    for service in services {
        let body = format!(
            r##""assertionMethod":[{{"id":"#k","type":"Multikey","controller":"GOOD","publicKeyMultibase":"K1"}}],"service":[{service}]"##
        );
        let document = document(&body).unwrap();
        assert_eq!(document.display_name(), None, "{service}");
        let found = look(&document, "k", Relationship::AssertionMethod);
        assert_eq!(found, Ok(key(1)), "{service}");
    }
    for service in ["{}", "7", r#""x""#, "null"] {
        let document = document(&format!(r#""service":{service}"#)).unwrap();
        assert_eq!(document.display_name(), None);
    }
    assert_eq!(document(r#""x":1"#).unwrap().profile(), None);
    assert!(Profile::new(&"草".repeat(200), None).is_some());
    assert_eq!(Profile::new("Meadow", Some("草\u{2028}原")), None);
}

#[test]
fn a_static_did_is_its_own_document() {
    for did in [
        crate::did_key::encode(&key(1)),
        crate::did_jwk::encode(&key(1)),
    ] {
        let document = DidDocument::of_static(&did).unwrap().unwrap();
        let method: DidUrl = document
            .methods(Relationship::Authentication)
            .next()
            .unwrap()
            .parse()
            .unwrap();
        for relationship in [Relationship::AssertionMethod, Relationship::Authentication] {
            assert_eq!(document.key(&method, relationship, now()), Ok(&key(1)));
        }
        let other = did.with_fragment("other").unwrap();
        assert_eq!(
            document
                .key(&other, Relationship::Authentication, now())
                .map_err(|error| error.reason()),
            Err(Reason::VmNotFound)
        );
    }
    assert_eq!(DidDocument::of_static(&did()), None);
    let x25519: Did = "did:key:z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F"
        .parse()
        .unwrap();
    assert_eq!(
        DidDocument::of_static(&x25519)
            .unwrap()
            .map_err(|error| error.reason()),
        Err(Reason::DidKeyCodec)
    );
}

#[test]
fn reads_every_supported_type_and_form_of_reference() {
    for body in [
        r#""type":"Multikey","publicKeyMultibase":"K1""#,
        r#""type":"Ed25519VerificationKey2020","publicKeyMultibase":"K1""#,
        r#""type":"JsonWebKey","publicKeyJwk":{"kty":"OKP","crv":"Ed25519","x":"X1"}"#,
        r#""type":"JsonWebKey2020","publicKeyJwk":{"kty":"OKP","crv":"Ed25519","x":"X1","kid":"a"},"extra":1"#,
    ] {
        assert_eq!(assertion_key(body), Ok(key(1)), "{body}");
    }
    let method = r##""type":"Multikey","controller":"GOOD","publicKeyMultibase":"K1""##;
    for body in [
        format!(r##""verificationMethod":[{{"id":"#k",{method}}}],"authentication":["#k"]"##),
        format!(r##""verificationMethod":[{{"id":"GOOD#k",{method}}}],"authentication":["#k"]"##),
        format!(r##""verificationMethod":[{{"id":"#k",{method}}}],"authentication":["GOOD#k"]"##),
        format!(r##""authentication":[{{"id":"GOOD#k",{method}}}]"##),
        format!(r##""authentication":["GOOD#gone",{{"id":"#k",{method}}}],"keyAgreement":["#k"]"##),
    ] {
        let document = document(&body).unwrap();
        assert_eq!(
            look(&document, "k", Relationship::Authentication),
            Ok(key(1)),
            "{body}"
        );
        // SIG-16
        assert_eq!(
            look(&document, "k", Relationship::AssertionMethod),
            Err(Reason::VmRelationship)
        );
    }
}

/// DID-10.
#[test]
fn the_document_is_of_the_did_that_was_asked_for() {
    for id in [
        r#""id":"did:web:evil.example","#,
        "",
        r#""id":["did:web:good.example"],"#,
        r#""id":"did:web:good.example#","#,
        r#""id":"did:web:good.example/","#,
        r#""id":"DID:web:good.example","#,
        r#""id":null,"#,
    ] {
        assert_eq!(
            read(&format!(r#"{{{id}"verificationMethod":[]}}"#)).unwrap_err(),
            Reason::DidIdMismatch,
            "{id}"
        );
    }
}

#[test]
fn refuses_what_is_no_document() {
    assert_eq!(read("[]").unwrap_err(), Reason::DidDocumentInvalid);
    for body in [
        r#""verificationMethod":{}"#,
        r#""verificationMethod":["GOOD#k"]"#,
        r#""verificationMethod":[{"type":"Multikey"}]"#,
        r#""verificationMethod":[{"id":1}]"#,
        r#""assertionMethod":"GOOD#k""#,
        r#""assertionMethod":[7]"#,
        r#""keyAgreement":[null]"#,
        // One name, two methods.
        r##""verificationMethod":[{"id":"GOOD#k"},{"id":"#k"}]"##,
        r##""verificationMethod":[{"id":"GOOD#k"}],"authentication":[{"id":"GOOD#k"}]"##,
    ] {
        assert_eq!(
            document(body).unwrap_err(),
            Reason::DidDocumentInvalid,
            "{body}"
        );
    }
    // DID-09
    let many: Vec<_> = (0..10_000)
        .map(|number| format!(r##"{{"id":"#k{number}"}}"##))
        .collect();
    for member in ["verificationMethod", "authentication", "keyAgreement"] {
        let body = format!(r#""{member}":[{}]"#, many.join(","));
        assert_eq!(document(&body).unwrap_err(), Reason::DidTooLarge);
    }
    let half = |from: usize| many[from..from + 40].join(",");
    let body = format!(
        r#""verificationMethod":[{}],"authentication":[{}]"#,
        half(0),
        half(40)
    );
    assert_eq!(document(&body).unwrap_err(), Reason::DidTooLarge);
}

/// SIG-15, SIG-16.
#[test]
fn a_key_has_the_uses_that_are_listed() {
    let document = document(
        r##""verificationMethod":[
            {"id":"#agree","type":"Multikey","controller":"GOOD","publicKeyMultibase":"K1"},
            {"id":"#login","type":"Multikey","controller":"GOOD","publicKeyMultibase":"K1"},
            {"id":"#none","type":"Multikey","controller":"GOOD","publicKeyMultibase":"K1"}],
          "keyAgreement":["#agree"],"authentication":["#login"],"controller":"did:web:evil.example",
          "alsoKnownAs":["did:web:evil.example"]"##,
    )
    .unwrap();
    for (fragment, relationship, found) in [
        (
            "agree",
            Relationship::AssertionMethod,
            Err(Reason::VmRelationship),
        ),
        (
            "agree",
            Relationship::Authentication,
            Err(Reason::VmRelationship),
        ),
        (
            "none",
            Relationship::AssertionMethod,
            Err(Reason::VmRelationship),
        ),
        (
            "login",
            Relationship::AssertionMethod,
            Err(Reason::VmRelationship),
        ),
        ("login", Relationship::Authentication, Ok(key(1))),
    ] {
        assert_eq!(look(&document, fragment, relationship), found, "{fragment}");
    }
}

/// SIG-17.
#[test]
fn a_revoked_or_expired_key_is_refused() {
    let method = r#""type":"Multikey","publicKeyMultibase":"K1""#;
    for (member, found) in [
        (
            r#""revoked":"2025-01-01T00:00:00Z""#,
            Err(Reason::KeyRevoked),
        ),
        (
            r#""revoked":"2026-11-21T18:00:00Z""#,
            Err(Reason::KeyRevoked),
        ),
        (r#""revoked":"2026-11-21T18:00:01Z""#, Ok(key(1))),
        (
            r#""expires":"2026-11-21T18:00:00Z""#,
            Err(Reason::KeyRevoked),
        ),
        (r#""expires":"2027-01-01T00:00:00Z""#, Ok(key(1))),
        (r#""expires":"2027-01-01""#, Err(Reason::DateMalformed)),
        (r#""revoked":false"#, Err(Reason::DateMalformed)),
    ] {
        assert_eq!(
            assertion_key(&format!("{method},{member}")),
            found,
            "{member}"
        );
    }
}

/// SIG-18.
#[test]
fn names_are_compared_exactly() {
    let document = document(
        r##""assertionMethod":[
            {"id":"#key-10","type":"Multikey","controller":"GOOD","publicKeyMultibase":"K1"},
            {"id":"GOOD?versionId=1#key-2","type":"Multikey","controller":"GOOD","publicKeyMultibase":"K1"},
            {"id":"did:web:evil.example#key-3","type":"Multikey","controller":"GOOD","publicKeyMultibase":"K1"},
            {"id":"key-4","type":"Multikey","controller":"GOOD","publicKeyMultibase":"K1"}]"##,
    )
    .unwrap();
    for fragment in ["key-1", "Key-10", "key-2", "key-3", "key-4", "key-100"] {
        assert_eq!(
            look(&document, fragment, Relationship::AssertionMethod),
            Err(Reason::VmNotFound),
            "{fragment}"
        );
    }
    assert_eq!(
        look(&document, "key-10", Relationship::AssertionMethod),
        Ok(key(1))
    );
}

#[test]
fn a_key_of_somebody_else_is_refused() {
    let method = r#""type":"Multikey","publicKeyMultibase":"K1""#;
    for controller in [
        r#""controller":"did:web:evil.example","#,
        r#""controller":["GOOD"],"#,
        "",
    ] {
        let body = format!(r##""assertionMethod":[{{"id":"#k",{controller}{method}}}]"##);
        assert_eq!(
            look(
                &document(&body).unwrap(),
                "k",
                Relationship::AssertionMethod
            ),
            Err(Reason::VmController),
            "{controller}"
        );
    }
}

/// SIG-20, and keys of other types.
#[test]
fn refuses_keys_that_are_malformed_or_of_another_type() {
    let jwk = r#""kty":"OKP","crv":"Ed25519","x":"X1""#;
    for (body, reason) in [
        (r#""type":"EcdsaSecp256k1VerificationKey2019","publicKeyMultibase":"K1""#.to_owned(), Reason::KeyTypeMismatch),
        (r#""publicKeyMultibase":"K1""#.to_owned(), Reason::KeyTypeMismatch),
        (r#""type":["Multikey"],"publicKeyMultibase":"K1""#.to_owned(), Reason::KeyTypeMismatch),
        (r#""type":"Multikey""#.to_owned(), Reason::KeyMalformed),
        (r#""type":"Multikey","publicKeyMultibase":["K1"]"#.to_owned(), Reason::KeyMalformed),
        (r#""type":"Multikey","publicKeyMultibase":"K1\n""#.to_owned(), Reason::KeyMalformed),
        (r#""type":"Multikey","publicKeyMultibase":"z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F""#.to_owned(), Reason::KeyTypeMismatch),
        (r#""type":"Multikey","publicKeyMultibase":"z6MkeXATEjyXENzBXBxgC5EHk2JE5aqd7qMGGtDpLUH1e2Sj""#.to_owned(), Reason::KeyWeak),
        (r#""type":"Multikey","publicKeyMultibase":"K1","publicKeyBase58":"x""#.to_owned(), Reason::KeyMalformed),
        (r#""type":"Multikey","publicKeyMultibase":"K1","secretKeyMultibase":"x""#.to_owned(), Reason::KeyMalformed),
        (format!(r#""type":"Multikey","publicKeyJwk":{{{jwk}}}"#), Reason::KeyMalformed),
        (format!(r#""type":"JsonWebKey","publicKeyJwk":{{{jwk}}},"publicKeyMultibase":"K1""#), Reason::KeyMalformed),
        (format!(r#""type":"JsonWebKey","publicKeyJwk":{{{jwk},"d":"X1"}}"#), Reason::KeyMalformed),
        (format!(r#""type":"JsonWebKey","publicKeyJwk":{{{jwk},"y":"X1"}}"#), Reason::KeyMalformed),
        (format!(r#""type":"JsonWebKey","publicKeyJwk":{{{jwk},"alg":"ES256"}}"#), Reason::KeyTypeMismatch),
        (format!(r#""type":"JsonWebKey","publicKeyJwk":{{{jwk},"use":"enc"}}"#), Reason::KeyTypeMismatch),
    ] {
        assert_eq!(assertion_key(&body), Err(reason), "{body}");
    }
}

#[test]
fn p256_keys_are_read_as_multikey_and_json_web_key() {
    let key = SigningKey::from_p256_scalar(&[1; 32])
        .unwrap()
        .verifying_key();
    let (multikey, jwk) = (key.multikey(), Value::Object(key.jwk()));
    for body in [
        format!(r#""type":"Multikey","publicKeyMultibase":"{multikey}""#),
        format!(r#""type":"JsonWebKey","publicKeyJwk":{jwk}"#),
        format!(r#""type":"JsonWebKey2020","publicKeyJwk":{jwk}"#),
    ] {
        assert_eq!(assertion_key(&body), Ok(key.clone()), "{body}");
    }
    // The name of a type of another curve, or of an old one.
    for kind in [
        "Ed25519VerificationKey2020",
        "EcdsaSecp256r1VerificationKey2019",
    ] {
        let body = format!(r#""type":"{kind}","publicKeyMultibase":"{multikey}""#);
        assert_eq!(assertion_key(&body), Err(Reason::KeyTypeMismatch), "{kind}");
    }
    let built = build(&did(), &[("p", &key)], &[]).unwrap();
    let built = DidDocument::parse(&Value::Object(built), &did()).unwrap();
    assert_eq!(look(&built, "p", Relationship::Authentication), Ok(key));
}

#[test]
fn a_document_of_nothing_gives_no_key() {
    let empty = Value::Object(object! { "id" => "did:web:good.example" });
    let document = DidDocument::parse(&empty, &did()).unwrap();
    assert_eq!(
        look(&document, "key-1", Relationship::AssertionMethod),
        Err(Reason::VmNotFound)
    );
}

/// Documents that other software published: all are read, and a key of a supported type is found
/// where the document is honest about its controller.
#[test]
fn reads_documents_of_peers() {
    let (mut read, mut found) = (0, 0);
    for name in [
        "did-key-2018-db",
        "did-key-2020-db",
        "did-key-spruce",
        "did-key-transmute",
        "did-web-mattr",
        "did-web-spruce",
        "did-web-transmute",
    ] {
        let Some(file) = shared::object(&format!("vectors/did-core-suite/{name}.json")) else {
            return;
        };
        for text in file.get("dids").and_then(Value::strings).unwrap() {
            // One path begins with a year, which is not told from a port.
            let Ok(did) = text.parse::<Did>() else {
                assert_eq!(name, "did-web-spruce");
                continue;
            };
            let document = ["didDocumentDataModel", "properties"]
                .iter()
                .try_fold(file.get(text).unwrap(), |value, name| value.get(name))
                .unwrap();
            let document = DidDocument::parse(document, &did).unwrap();
            read += 1;
            for id in document.methods(Relationship::AssertionMethod) {
                let Ok(url) = id.parse::<DidUrl>() else {
                    continue;
                };
                match document.key(&url, Relationship::AssertionMethod, now()) {
                    Ok(key) => {
                        assert_eq!(crate::did_key::decode(&did), Ok(key.clone()));
                        found += 1;
                    }
                    Err(error) => assert_eq!(error.reason(), Reason::KeyTypeMismatch, "{id}"),
                }
            }
        }
    }
    assert!(read > 12 && found >= 2, "{read} {found}");
}

/// Any JSON that mentions the members that are read.
fn any_value() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec![
        "id",
        "type",
        "controller",
        "verificationMethod",
        "assertionMethod",
        "publicKeyJwk",
        "publicKeyMultibase",
        "revoked",
        "x",
    ]);
    let text = prop::sample::select(vec!["did:web:good.example", "#k", "Multikey", "", "OKP"]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..6).prop_map(|members| {
                let members = members
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value));
                Value::Object(members.collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_gets_an_answer(methods in any_value(), relations in any_value()) {
        let document = object! {
            "id" => "did:web:good.example",
            "verificationMethod" => methods,
            "assertionMethod" => relations,
        };
        if let Ok(document) = DidDocument::parse(&Value::Object(document), &did()) {
            let found = look(&document, "k", Relationship::AssertionMethod);
            assert!(found.is_err());
        }
    }
}
