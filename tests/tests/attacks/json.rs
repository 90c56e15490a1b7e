//! JSON that two readers would read differently: JSON-02 to JSON-23.

use proofs::data_integrity::UnverifiedProof;
use proofs::rdf::WorkLimit;
use schemas::canonical;
use schemas::credential::CredentialType;
use schemas::digest::Sha256Digest;
use schemas::encoding::base58btc;
use schemas::json::{Limits, read};
use schemas::message::Message as _;
use schemas::oid4vp::request::RequestObject;
use schemas::reason::Reason;
use schemas::receipt::AdmissionTokenClaims;
use tests::actors::{json, key};
use tests::forge::{edited, resigned};
use tests::scene::{Scene, token};

use crate::{accepted, accepted_both, refused, refused_both, swapped};

/// Bytes as a credential, and as what a world is shown: both refused with this reason.
#[track_caller]
fn refused_bytes(title: &str, scene: &Scene, from: &str, to: &[u8], reason: Reason) {
    let splice = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        let at = text
            .find(from)
            .unwrap_or_else(|| panic!("{from} is not there"));
        let (before, after) = (&text.as_bytes()[..at], &text.as_bytes()[at + from.len()..]);
        [before, to, after].concat()
    };
    let received = splice(canonical::object_to_bytes(&scene.item()));
    let report = scene.judge_bytes(&scene.asked_by_wallet(), &received);
    refused(&format!("{title}, received"), &report, reason);
    let shown = splice(token(&scene.present_unchecked(&scene.item())));
    let asked = scene.asked_for(CredentialType::Item);
    refused(
        &format!("{title}, shown"),
        &scene.judge_bytes(&asked, &shown),
        reason,
    );
}

#[test]
pub(crate) fn json_02_one_name_however_it_is_written() {
    let scene = Scene::new();
    for (from, to) in [
        (
            r#""issuer":"#,
            r#""issuer":"did:web:evil.example","issuer":"#,
        ),
        (
            r#""issuer":"#,
            r#""\u0069ssuer":"did:web:evil.example","issuer":"#,
        ),
        (
            r#""issuer":"#,
            r#""issu\u0065\u0072":"did:web:evil.example","issuer":"#,
        ),
        (r#""@context":"#, r#""\u0040context":[],"@context":"#),
        (r#""proof":"#, r#""proof":{},"proo\u0066":"#),
        (r#""serial":42"#, r#""serial":42,"serial":42"#),
        (r#""serial":42"#, r#""serial":42,"s\u0065rial":43"#),
        (
            r#""license":{"#,
            r#""license":{"type":"LicenseTerms","typ\u0065":"LicenseTerms","#,
        ),
    ] {
        refused_bytes(to, &scene, from, to.as_bytes(), Reason::JsonDuplicateKey);
    }
    // An escape that is no trick: one name, written otherwise.
    let shown = swapped(
        &token(&scene.presentation()),
        r#""holder""#,
        r#""h\u006flder""#,
    );
    accepted("escaped once", &scene.judge_token(&shown));
    // A name that only looks alike is another name.
    refused_bytes(
        "zero width",
        &scene,
        r#""issuer":"#,
        "\"\u{200b}issuer\":\"did:web:evil.example\",\"issuer\":".as_bytes(),
        Reason::TermUndefined,
    );
    // Many members are compared as few are.
    let many: String = (0..40).map(|n| format!(r#""m{n}":1,"#)).collect();
    let from = r#""serial":42"#;
    let to = format!(r#"{from},{many}"m\u0037":1"#);
    refused_bytes(
        "many",
        &scene,
        from,
        to.as_bytes(),
        Reason::JsonDuplicateKey,
    );
}

#[test]
pub(crate) fn json_04_no_integer_that_readers_round() {
    let scene = Scene::new();
    // The largest safe one is signed, and every neighbor above it is refused before any signature.
    let mut item = scene
        .a
        .item(&scene.holder().did_key(), scene.creator.provenance());
    item.serial = 9_007_199_254_740_991;
    let item = scene.a.issue(&item.unsigned());
    let honest = scene.judge_credential(&item);
    accepted("2^53 - 1", &honest);
    let bytes = canonical::object_to_bytes(&item);
    for text in [
        "9007199254740992",
        "9007199254740993",
        "-9007199254740992",
        "18446744073709551615",
        "18446744073709551616",
        "9007199254740992.0",
        "9.007199254740993e15",
        "1e16",
    ] {
        let edited = swapped(&bytes, "9007199254740991", text);
        let report = scene.judge_bytes(&scene.asked_by_wallet(), &edited);
        refused(text, &report, Reason::JsonNumberOutOfRange);
    }
    let edited = swapped(&bytes, "9007199254740991", "9007199254740990");
    let report = scene.judge_bytes(&scene.asked_by_wallet(), &edited);
    refused("another safe one", &report, Reason::SigInvalid);
}

#[test]
pub(crate) fn json_06_numbers_have_a_value_and_one_text() {
    let scene = Scene::new();
    let started = std::time::Instant::now();
    let long = "1".repeat(400);
    for text in [
        "1e400",
        "-1e400",
        "1e-400",
        "NaN",
        "Infinity",
        "-Infinity",
        "1e99999999999",
        &long,
    ] {
        let to = format!(r#""serial":{text}"#);
        let reason = Reason::JsonNumberOutOfRange;
        refused_bytes(text, &scene, r#""serial":42"#, to.as_bytes(), reason);
    }
    // What has a value but not the text that is signed.
    let digits = format!("0.1{}", "0".repeat(100_000));
    for text in ["42.0", "4.2e1", "42e0", "-0", "0.10", "1E2", &digits] {
        let to = format!(r#""serial":{text}"#);
        let reason = Reason::JsonNumberNonCanonical;
        refused_bytes("text", &scene, r#""serial":42"#, to.as_bytes(), reason);
    }
    for text in [
        "042", "+42", "42.", ".42", "4_2", "0x2a", "--1", "4 2", "١", "-",
    ] {
        let to = format!(r#""serial":{text}"#);
        refused_bytes(
            text,
            &scene,
            r#""serial":42"#,
            to.as_bytes(),
            Reason::ParseError,
        );
    }
    assert!(started.elapsed().as_secs() < 10, "bounded time");
}

#[test]
pub(crate) fn json_07_every_surrogate_has_its_other_half() {
    let scene = Scene::new();
    let from = r#""itemClass":"lantern""#;
    for text in [
        r"\ud800",
        r"\udc00x",
        r"\ud800\ud800",
        r"\udbff",
        r"\ud800x",
        r"\ud800\u0041",
        r"\udfff\ud800",
        r"\uD800\n",
    ] {
        let to = format!(r#""itemClass":"{text}""#);
        refused_bytes(text, &scene, from, to.as_bytes(), Reason::JsonLoneSurrogate);
        let to = format!(r#""{text}":1,{from}"#);
        refused_bytes(text, &scene, from, to.as_bytes(), Reason::JsonLoneSurrogate);
    }
    for bytes in [
        &b"\xED\xA0\x80"[..],
        b"\xED\xB0\x80",
        b"\xED\xA0\x80\xED\xB0\x80",
        b"\xED\xBF\xBF",
    ] {
        let to = [b"\"itemClass\":\"", bytes, b"\""].concat();
        refused_bytes("raw", &scene, from, &to, Reason::JsonLoneSurrogate);
    }
    for bytes in [
        &b"\xFF"[..],
        b"\xC0\x80",
        b"\xF4\x90\x80\x80",
        b"\xE2\x82",
        b"\x80",
    ] {
        let to = [b"\"itemClass\":\"", bytes, b"\""].concat();
        refused_bytes("not UTF-8", &scene, from, &to, Reason::JsonInvalidUtf8);
    }
}

/// The order of names is that of UTF-16: U+10000 stands before U+FFFF. The bytes that are signed are
/// written out here by hand.
#[test]
pub(crate) fn json_10_names_are_ordered_as_utf16() {
    let pair = schemas::object! { "\u{ffff}" => 1, "\u{10000}" => 2, "\u{e000}" => 3, "z" => 4 };
    let text = "{\"z\":4,\"\u{10000}\":2,\"\u{e000}\":3,\"\u{ffff}\":1}";
    assert_eq!(canonical::object_to_bytes(&pair), text.as_bytes());

    let signer = key("order");
    let context = r#"["https://www.w3.org/ns/credentials/v2"]"#;
    let types = r#""type":["VerifiableCredential","JsonSchema"]"#;
    let method = signer.verification_method();
    let config = format!(
        r#"{{"@context":{context},"created":"2026-11-21T12:00:00Z","cryptosuite":"eddsa-jcs-2022","proofPurpose":"assertionMethod","type":"DataIntegrityProof","verificationMethod":"{method}"}}"#
    );
    let signed_over = |schema: &str| {
        let document = format!(r#"{{"@context":{context},"jsonSchema":{schema},{types}}}"#);
        let mut data = Sha256Digest::of(config.as_bytes()).as_bytes().to_vec();
        data.extend(Sha256Digest::of(document.as_bytes()).as_bytes());
        let value = format!("z{}", base58btc::encode(&signer.sign(&data).to_bytes()));
        let mut proof = json(&config).as_object().unwrap().clone();
        proof.insert("proofValue", value);
        // In whatever order the members arrive.
        let mut secured = json(&format!("{{{types}}}")).as_object().unwrap().clone();
        secured.insert("proof", proof);
        secured.insert("jsonSchema", pair.clone());
        secured.insert("@context", json(context));
        let proofs = UnverifiedProof::all_of(&secured).unwrap();
        let key = signer.verifying_key();
        let verified = proofs[0].verify(&secured, &key, WorkLimit::document());
        verified.map(|_| ()).map_err(|error| error.reason())
    };
    assert_eq!(signed_over(text), Ok(()));
    // By code point two of them would stand the other way round.
    let by_code_point = "{\"z\":4,\"\u{e000}\":3,\"\u{ffff}\":1,\"\u{10000}\":2}";
    assert_eq!(signed_over(by_code_point), Err(Reason::SigInvalid));
    // The whole way.
    for suite in schemas::suite::Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let schema = schemas::object! { "type" => "JsonSchema", "jsonSchema" => pair.clone() };
        let avatar = scene.reissue(&scene.avatar(), "description", Some(schema.into()));
        accepted_both("in a credential", &scene, &avatar);
        let shown = token(&scene.present_unchecked(&avatar));
        let turned = swapped(
            &shown,
            "\"\u{10000}\":2,\"\u{e000}\":3",
            "\"\u{e000}\":3,\"\u{10000}\":2",
        );
        accepted("in any order", &scene.judge_token(&turned));
    }

    let Some(folder) = tests::shared::shared("vectors/jcs-rfc8785") else {
        return;
    };
    for input in tests::shared::files(&folder.join("input"), "json") {
        let expected =
            std::fs::read(folder.join("output").join(input.file_name().unwrap())).unwrap();
        let limits = Limits {
            numbers: schemas::json::Numbers::AnyFinite,
            ..Limits::document()
        };
        match read(&std::fs::read(&input).unwrap(), &limits) {
            Ok(value) => assert_eq!(canonical::to_bytes(&value), expected, "{}", input.display()),
            // Some vectors have integers that are refused here on purpose.
            Err(error) => assert_eq!(error.reason(), Reason::JsonNumberOutOfRange),
        }
    }
}

#[test]
pub(crate) fn json_11_depth_is_bounded() {
    let scene = Scene::new();
    for opening in ["[", r#"{"a":"#, r#"{"a":["#, "[[ [\n"] {
        for times in [129, 100_000] {
            let bytes = opening.repeat(times).into_bytes();
            let report = scene.judge_bytes(&scene.asked_by_wallet(), &bytes);
            refused("credential", &report, Reason::InputTooDeep);
            refused("token", &scene.judge_token(&bytes), Reason::InputTooDeep);
        }
    }
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let from = r#""itemClass":"lantern""#;
    for depth in [64, 65, 5000] {
        let to = format!(r#""itemClass":{}"#, nested(depth));
        refused_bytes(
            "in a claim",
            &scene,
            from,
            to.as_bytes(),
            Reason::InputTooDeep,
        );
    }
    // Exactly at the limit it is read, and refused for what it is.
    for (depth, reason) in [(64, Reason::CredMalformed), (65, Reason::InputTooDeep)] {
        let report = scene.judge_bytes(&scene.asked_by_wallet(), nested(depth).as_bytes());
        refused("alone", &report, reason);
    }
}

#[test]
pub(crate) fn json_14_no_byte_order_mark() {
    let scene = Scene::new();
    let (credential, shown) = (
        canonical::object_to_bytes(&scene.avatar()),
        token(&scene.presentation()),
    );
    let judge = |bytes: &[u8], shown: &[u8]| {
        [
            scene.judge_bytes(&scene.asked_by_wallet(), bytes),
            scene.judge_token(shown),
        ]
    };
    let marked = |bytes: &[u8]| [b"\xEF\xBB\xBF", bytes].concat();
    for report in judge(&marked(&credential), &marked(&shown)) {
        refused("UTF-8", &report, Reason::ParseError);
    }
    let utf16 = |bytes: &[u8], big: bool| -> Vec<u8> {
        let text = std::str::from_utf8(bytes).unwrap();
        text.encode_utf16()
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    };
    for big in [true, false] {
        for report in judge(&utf16(&credential, big), &utf16(&shown, big)) {
            refused("UTF-16", &report, Reason::ParseError);
        }
        // With its mark it is not even UTF-8, and is called that.
        let marked = |bytes: &[u8]| utf16(&marked(bytes), big);
        for report in judge(&marked(&credential), &marked(&shown)) {
            refused("UTF-16 with mark", &report, Reason::JsonInvalidUtf8);
        }
    }
    // Inside a text it is a character like others, and kept.
    for suite in schemas::suite::Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let path = "credentialSubject/personaName";
        let avatar = scene.reissue(&scene.avatar(), path, Some("\u{feff}Mika".into()));
        let report = scene.judge_credential(&avatar);
        accepted("kept", &report);
        let kept = report.accepted().unwrap().credentials()[0].object().clone();
        assert_eq!(kept, avatar);
        let without = edited(&avatar, path, Some("Mika".into()));
        refused_both("not dropped", &scene, &without, Reason::SigInvalid);
    }
    let from = r#""issuer":"#;
    let to = "\"\u{feff}issuer\":\"did:web:evil.example\",\"issuer\":";
    refused_bytes(
        "in a name",
        &scene,
        from,
        to.as_bytes(),
        Reason::TermUndefined,
    );
}

#[test]
pub(crate) fn json_15_one_text_and_nothing_else() {
    let scene = Scene::new();
    let credential = String::from_utf8(canonical::object_to_bytes(&scene.avatar())).unwrap();
    let shown = String::from_utf8(token(&scene.presentation())).unwrap();
    let loose: [fn(&str) -> String; 22] = [
        |text| format!("{text}{text}"),
        |text| format!("{text} {{}}"),
        |text| format!("{text}garbage"),
        |text| format!("{text}\0"),
        |text| format!("{text},"),
        |text| format!("{text}]"),
        |text| format!("// comment\n{text}"),
        |text| format!("{text}// comment"),
        |text| format!("/**/{text}"),
        |text| format!("#\n{text}"),
        |text| text.replacen('}', ",}", 1),
        |text| text.replacen(']', ",]", 1),
        |text| text.replacen('{', "{,", 1),
        |text| text.replace('"', "'"),
        |text| text.replacen(":\"", ":\"\\x41", 1),
        |text| text.replacen(":\"", ":\"\\u00g1", 1),
        |text| text.replacen(":\"", ":\"\n", 1),
        |text| text.replacen(":\"", ":\"\u{1}", 1),
        |text| text.replacen(':', "=", 1),
        |text| text[..text.len() - 1].to_owned(),
        |text| format!("\u{a0}{text}"),
        |_| String::new(),
    ];
    for (index, change) in loose.iter().enumerate() {
        let report = scene.judge_bytes(&scene.asked_by_wallet(), change(&credential).as_bytes());
        refused(&format!("{index}, received"), &report, Reason::ParseError);
        let report = scene.judge_token(change(&shown).as_bytes());
        refused(&format!("{index}, shown"), &report, Reason::ParseError);
    }
    // White space of JSON is no difference.
    let spaced = shown.replace(":{", " :\t{\r\n").replace("],", "] , ");
    accepted(
        "spaces",
        &scene.judge_token(format!(" {spaced}\n").as_bytes()),
    );
}

#[test]
pub(crate) fn json_16_a_wrong_type_is_not_absence() {
    let scene = Scene::new();
    let avatar = scene.avatar();
    let wrong: [(&str, &[&str]); 8] = [
        (
            "validUntil",
            &[
                "123",
                "null",
                "[]",
                "{}",
                "true",
                r#"["2027-01-01T00:00:00Z"]"#,
            ],
        ),
        ("validFrom", &["123", "null", "[]", "{}"]),
        (
            "credentialStatus",
            &["[]", "null", "1", r#""x""#, "true", r#"["x"]"#, "[{},1]"],
        ),
        ("credentialSubject/id", &["7", "null", "[]", "{}", "true"]),
        (
            "credentialSubject/personaName",
            &["1", "null", "[]", "{}", r#"{"text":"Mika"}"#],
        ),
        ("credentialSubject/provenance/validUntil", &["123", "null"]),
        (
            "credentialSubject/provenance/credentialSubject/byteLength",
            &["\"12\"", "null", "-1", "1.5", "[1]"],
        ),
        (
            "credentialSubject/provenance/credentialSubject/name",
            &["1", "null"],
        ),
    ];
    for (path, values) in wrong {
        for value in values {
            let credential = edited(&avatar, path, Some(json(value)));
            let title = format!("{path} = {value}");
            refused_both(&title, &scene, &credential, Reason::ClaimType);
        }
    }
    let item = scene.item();
    for value in ["\"42\"", "null", "-1", "4.5", "[42]", "true"] {
        let item = edited(&item, "credentialSubject/serial", Some(json(value)));
        refused(value, &scene.judge_credential(&item), Reason::ClaimType);
    }
    // The same of tokens: a time that is a text is not "no time".
    let admission = json(
        r#"{"iss":"did:web:a.example","cnf":{"jwk":{"kty":"OKP","crv":"Ed25519","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}},
            "jti":"abcdefghijklmnopqrstuv","instance":"lobby","iat":1795262400,"exp":1795262500}"#,
    );
    let admission = admission.as_object().unwrap();
    for (member, value) in [
        ("exp", "\"9999999999\""),
        ("exp", "[]"),
        ("exp", "null"),
        ("iat", "{}"),
        ("iss", "7"),
        ("sub", "[]"),
        ("jti", "{}"),
    ] {
        let token = edited(admission, member, Some(json(value)));
        let error = AdmissionTokenClaims::from_value(&token.into()).unwrap_err();
        assert_eq!(
            error.reason(),
            Reason::ClaimType,
            "{member} {value}: {error}"
        );
    }
    for (member, value) in [
        ("aud", "{}"),
        ("aud", "7"),
        ("exp", "\"9999999999\""),
        ("nbf", "[]"),
        ("iat", "\"1\""),
        ("nonce", "7"),
        ("client_id", "[]"),
    ] {
        let request = edited(json("{}").as_object().unwrap(), member, Some(json(value)));
        let error = RequestObject::from_value(&request.into()).unwrap_err();
        assert!(
            [Reason::ClaimType, Reason::BadRequest].contains(&error.reason()),
            "{member} {value}: {error}"
        );
    }
}

#[test]
pub(crate) fn json_19_every_form_is_read_or_refused() {
    let scene = Scene::new();
    let avatar = scene.avatar();
    let issuer = r#""did:web:a.example""#;
    let malformed = Reason::CredMalformed;
    for (path, value, reason) in [
        (
            "type",
            r#""VerifiableCredential""#.to_owned(),
            Reason::CredType,
        ),
        (
            "type",
            r#"["VerifiableCredential"]"#.to_owned(),
            Reason::CredType,
        ),
        ("type", r#""AvatarCredential""#.to_owned(), malformed),
        ("type", r#"["AvatarCredential"]"#.to_owned(), malformed),
        ("type", "[]".to_owned(), malformed),
        ("type", "{}".to_owned(), malformed),
        ("type", "null".to_owned(), malformed),
        ("type", "7".to_owned(), malformed),
        (
            "type",
            r#"["VerifiableCredential",["AvatarCredential"]]"#.to_owned(),
            malformed,
        ),
        (
            "type",
            r#"["VerifiableCredential","AvatarCredential","AvatarCredential"]"#.to_owned(),
            malformed,
        ),
        ("issuer", format!("[{issuer}]"), malformed),
        ("issuer", format!("[{issuer},{issuer}]"), malformed),
        ("issuer", "7".to_owned(), malformed),
        ("issuer", "null".to_owned(), malformed),
        ("issuer", "{}".to_owned(), malformed),
        (
            "issuer",
            format!(r#"{{"id":[{issuer},"did:web:evil.example"]}}"#),
            Reason::ClaimType,
        ),
        (
            "issuer",
            format!(r#"{{"id":{issuer},"@id":"did:web:evil.example"}}"#),
            Reason::LdKeywordForbidden,
        ),
        (
            "issuer",
            format!(r#"{{"id":{issuer},"controller":"did:web:evil.example"}}"#),
            Reason::TermUndefined,
        ),
        (
            "issuer",
            format!(r#"{{"id":{issuer},"mediaType":"text/html"}}"#),
            Reason::UnknownExtension,
        ),
        ("credentialSubject", "[]".to_owned(), malformed),
        (
            "credentialSubject",
            r#""did:key:z6Mk""#.to_owned(),
            malformed,
        ),
        ("credentialSubject", "null".to_owned(), malformed),
        ("credentialSubject", "[[]]".to_owned(), malformed),
        ("credentialSubject/provenance", "[]".to_owned(), malformed),
        (
            "credentialSubject/provenance",
            r#""https://a.example/p""#.to_owned(),
            malformed,
        ),
        ("credentialSubject/license", "[]".to_owned(), malformed),
    ] {
        let credential = edited(&avatar, path, Some(json(&value)));
        for report in scene.judge_both(&credential) {
            let found = report.reason();
            // Keywords and contexts are looked at before any shape.
            assert_eq!(
                found,
                Some(reason),
                "{path} = {value}: {:#?}",
                report.details()
            );
            assert!(report.accepted().is_none());
        }
    }
    // The forms that the specification allows, read as what they are.
    let subject = avatar.get("credentialSubject").unwrap().clone();
    let one = scene.reissue(&avatar, "credentialSubject", Some(vec![subject].into()));
    refused_both("one subject in a list", &scene, &one, Reason::CredMalformed);
    let object = schemas::object! { "id" => &scene.a.did(), "name" => "World A" };
    let named = scene.reissue(&avatar, "issuer", Some(object.into()));
    accepted_both("issuer as object", &scene, &named);
    let evil = schemas::object! { "id" => "did:web:evil.example" };
    let other = scene.reissue(&avatar, "issuer", Some(evil.into()));
    refused_both(
        "another issuer as object",
        &scene,
        &other,
        Reason::CredIssuerUntrusted,
    );
    let turned = scene.reissue(
        &avatar,
        "type",
        Some(json(r#"["AvatarCredential","VerifiableCredential"]"#)),
    );
    accepted_both("types the other way round", &scene, &turned);
    let bare = edited(
        &scene.presentation(),
        "verifiableCredential",
        Some(avatar.into()),
    );
    let shown = resigned(&bare, &scene.vp_options(), &scene.holder());
    accepted("one credential without a list", &scene.judge(&shown));
}

#[test]
pub(crate) fn json_20_no_hidden_characters_in_names() {
    let scene = Scene::new();
    let (avatar, shown) = (scene.avatar(), scene.presentation());
    for hidden in [
        '\0', '\u{8}', '\n', '\t', '\u{1b}', '\u{7f}', '\u{85}', '\u{9b}',
    ] {
        for id in [
            format!("did:web:a.example{hidden}.evil"),
            format!("did:web:a.example{hidden}"),
            format!("{hidden}did:web:a.example"),
        ] {
            for path in [
                "id",
                "issuer",
                "credentialSubject/id",
                "credentialSubject/provenance/issuer",
                "proof/verificationMethod",
            ] {
                let credential = edited(&avatar, path, Some(id.as_str().into()));
                let title = format!("{path} {}", id.escape_debug());
                refused_both(&title, &scene, &credential, Reason::IdMalformed);
            }
            for path in ["id", "holder", "proof/verificationMethod"] {
                let shown = edited(&shown, path, Some(id.as_str().into()));
                refused(path, &scene.judge(&shown), Reason::IdMalformed);
            }
        }
    }
    // Invisible and turning characters too, where any IRI would do.
    for hidden in [
        '\u{200b}', '\u{200f}', '\u{202e}', '\u{2066}', '\u{feff}', '\u{ad}',
    ] {
        let id = format!("https://a.example/{hidden}1");
        let credential = edited(&avatar, "id", Some(id.into()));
        refused_both("hidden", &scene, &credential, Reason::IdMalformed);
    }
}

/// To this reader they are unknown words like others; there is nothing that they could reach.
#[test]
pub(crate) fn json_21_names_of_javascript_are_words_without_meaning() {
    let scene = Scene::new();
    for name in [
        "__proto__",
        "constructor",
        "prototype",
        "toString",
        "hasOwnProperty",
        "then",
    ] {
        for value in [
            r#"{"verified":true}"#,
            r#"{"prototype":{"verified":true}}"#,
            "true",
        ] {
            for path in ["", "credentialSubject/", "proof/"] {
                let path = format!("{path}{name}");
                let credential = edited(&scene.avatar(), &path, Some(json(value)));
                refused_both(&path, &scene, &credential, Reason::TermUndefined);
            }
        }
        let text = format!(r#"{{"{name}":{{"verified":true}}}}"#);
        let value = json(&text);
        assert_eq!(value.to_string(), text);
        assert_eq!(value.get("verified"), None);
        let report = scene.judge_bytes(&scene.asked_by_wallet(), text.as_bytes());
        assert!(report.accepted().is_none());
        assert!(!report.to_object().contains_key("verified"));
    }
}

#[test]
pub(crate) fn json_23_dates_have_one_grammar() {
    let long = format!("2026-12-01T00:00:00.{}Z", "0".repeat(5000));
    let dates = [
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-12-32T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-12-01",
        "2026-12-01T00:00:00",
        "2026-12-01T24:00:00Z",
        "2026-12-01T25:00:00Z",
        "2026-12-01T00:60:00Z",
        "2026-12-31T23:59:60Z",
        "2026-12-01T00:00:00+99:99",
        "2026-12-01T00:00:00+24:00",
        "2026-12-01T00:00:00+0900",
        "2026-12-01T00:00:00+09",
        "10000-01-01T00:00:00Z",
        "+2026-12-01T00:00:00Z",
        "-2026-12-01T00:00:00Z",
        "2026-12-01t00:00:00Z",
        "2026-12-01T00:00:00z",
        "2026-12-01 00:00:00Z",
        "2026-12-01T00:00:00.Z",
        "2026-12-01T00:00Z",
        "2026-12-01T00:00:00Z ",
        " 2026-12-01T00:00:00Z",
        "2026-12-01T00:00:00ZZ",
        "20261201T000000Z",
        "2026-W49-2T00:00:00Z",
        "２０２６-12-01T00:00:00Z",
        "4102444800",
        "",
        &long,
    ];
    let scene = Scene::new();
    let (avatar, shown) = (scene.avatar(), scene.presentation());
    for date in dates {
        let title: String = date.chars().take(40).collect();
        for path in [
            "validUntil",
            "validFrom",
            "proof/created",
            "proof/expires",
            "credentialSubject/provenance/validFrom",
        ] {
            let credential = edited(&avatar, path, Some(date.into()));
            refused_both(
                &format!("{path} {title}"),
                &scene,
                &credential,
                Reason::DateMalformed,
            );
        }
        let path = "credentialSubject/provenance/proof/created";
        let credential = scene.reissue(&avatar, path, Some(date.into()));
        refused_both(
            &format!("{path} {title}"),
            &scene,
            &credential,
            Reason::DateMalformed,
        );
        for path in ["proof/created", "proof/expires"] {
            let shown = edited(&shown, path, Some(date.into()));
            refused(&title, &scene.judge(&shown), Reason::DateMalformed);
        }
    }
    // Other spellings of a moment are dates, and another text than the one that was signed.
    for date in ["2026-12-01T00:00:00.0Z", "2026-12-01T09:00:00+09:00"] {
        let avatar = scene.reissue(&avatar, "validUntil", Some(date.into()));
        accepted_both(date, &scene, &avatar);
        let other = edited(&avatar, "validUntil", Some("2026-12-01T00:00:00Z".into()));
        refused_both(date, &scene, &other, Reason::SigInvalid);
    }
}
