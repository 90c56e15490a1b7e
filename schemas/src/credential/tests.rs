//! Each rule of the shape of credentials and presentations, tripped alone.

use super::{
    Asset, AssetProvenance, AvatarCredential, CredentialType, ItemCredential, Subject,
    UnverifiedCredential, Validity,
};
use crate::asset::MediaType;
use crate::did::Did;
use crate::digest::Sha256Digest;
use crate::json::{Limits, Object, Value, read};
use crate::license::LicenseTerms;
use crate::presentation::{UnsignedPresentation, UnverifiedPresentation};
use crate::reason::Reason;
use crate::terms::Contexts;
use crate::time::Timestamp;

const HOLDER: &str = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";

fn holder() -> Did {
    HOLDER.parse().unwrap()
}

fn validity() -> Validity {
    let from = Timestamp::parse("2026-11-21T00:00:00Z").unwrap();
    Validity::between(from, from.plus_seconds(86_400))
}

fn license() -> LicenseTerms {
    let text = r#"{"name":"Mika","authors":["Aoi"],"licenseUrl":"https://vrm.dev/licenses/1.0/"}"#;
    LicenseTerms::from_value(&read(text.as_bytes(), &Limits::document()).unwrap()).unwrap()
}

fn provenance() -> Object {
    let unsigned = AssetProvenance {
        creator: holder(),
        validity: Validity::starting(Timestamp::from_unix(1_700_000_000)),
        asset: Asset {
            name: "Mika".to_owned(),
            digest: Sha256Digest::of(b"model"),
            media_type: MediaType::GltfBinary,
            byte_length: 5,
            derived_from: vec![Sha256Digest::of(b"older")],
        },
        license: license(),
    };
    unsigned.unsigned().object().clone()
}

fn avatar() -> Object {
    let unsigned = AvatarCredential {
        issuer: "did:web:a.example".parse().unwrap(),
        holder: holder(),
        validity: validity(),
        persona_name: "ミカ".to_owned(),
        license: license(),
        provenance: provenance(),
    };
    unsigned.unsigned().object().clone()
}

fn item() -> Object {
    let unsigned = ItemCredential {
        issuer: "did:web:a.example".parse().unwrap(),
        holder: holder(),
        validity: validity(),
        item_class: "sword".to_owned(),
        serial: 42,
        license: license(),
        provenance: provenance(),
        ledger_entry: None,
    };
    unsigned.unsigned().object().clone()
}

fn parse(object: Object) -> Result<UnverifiedCredential, Reason> {
    let parsed = UnverifiedCredential::parse(&Value::Object(object), &Contexts::pinned());
    parsed.map_err(|error| error.reason())
}

#[test]
fn what_is_written_is_read() {
    let read = parse(avatar()).unwrap();
    assert_eq!(read.kind(), CredentialType::Avatar);
    assert_eq!(read.unverified_issuer().as_str(), "did:web:a.example");
    assert_eq!(read.validity(), validity());
    assert_eq!(read.subject().holder(), Some(&holder()));
    let Subject::Asset(asset) = read.subject().provenance().unwrap().subject() else {
        panic!("provenance is about an asset");
    };
    assert_eq!(asset.asset.digest, Sha256Digest::of(b"model"));
    assert_eq!(asset.asset.derived_from, [Sha256Digest::of(b"older")]);
    let read = parse(item()).unwrap();
    assert!(matches!(read.subject(), Subject::Item(item) if item.serial == 42));
    assert_eq!(
        parse(provenance()).unwrap().kind(),
        CredentialType::AssetProvenance
    );
}

/// Sets (or, without a value, removes) the member at a path of names.
fn edited(mut object: Object, path: &[&str], value: Option<Value>) -> Object {
    let (last, parents) = path.split_last().unwrap();
    let mut at = &mut object;
    for name in parents {
        at = at.get_mut(name).unwrap().as_object_mut().unwrap();
    }
    match value {
        Some(value) => at.insert(*last, value),
        None => at.remove(last),
    };
    object
}

fn json(text: &str) -> Option<Value> {
    Some(read(text.as_bytes(), &Limits::document()).unwrap())
}

#[test]
fn refuses_each_wrong_form_with_its_reason() {
    let subject = Value::Object(
        avatar()
            .remove("credentialSubject")
            .unwrap()
            .as_object()
            .unwrap()
            .clone(),
    );
    let two = Value::Array(vec![subject.clone(), subject.clone()]);
    for (path, value, reason) in [
        (
            &["type"][..],
            json(r#""VerifiableCredential""#),
            Reason::CredType,
        ),
        (
            &["type"],
            json(r#"["VerifiableCredential","Guest","Admin"]"#),
            Reason::CredType,
        ),
        (
            &["type"],
            json(r#"["VerifiableCredential","AvatarCredential","ItemCredential"]"#),
            Reason::CredType,
        ),
        (
            &["type"],
            json(r#"["AvatarCredential"]"#),
            Reason::CredMalformed,
        ),
        (
            &["type"],
            json(r#"["VerifiableCredential","AvatarCredential","AvatarCredential"]"#),
            Reason::CredMalformed,
        ),
        (&["type"], json("7"), Reason::CredMalformed),
        (
            &["@context"],
            json(
                r#"["https://www.w3.org/ns/credentials/v2","https://w3id.org/omote/v1","https://evil.example/ctx"]"#,
            ),
            Reason::CtxUnknown,
        ),
        (
            &["@context"],
            json(r#"["https://w3id.org/omote/v1","https://www.w3.org/ns/credentials/v2"]"#),
            Reason::CtxOrder,
        ),
        (
            &["@context"],
            json(
                r#"["https://www.w3.org/ns/credentials/v2","https://w3id.org/omote/v1",{"name":"x:y"}]"#,
            ),
            Reason::CtxInline,
        ),
        (&["issuer"], None, Reason::CredMalformed),
        (&["issuer"], json("[]"), Reason::CredMalformed),
        (&["issuer"], json(r#"{"id":7}"#), Reason::ClaimType),
        (
            &["issuer"],
            json(r#""did:evil:x""#),
            Reason::DidMethodUnsupported,
        ),
        (
            &["issuer"],
            json(r#""https://a.example""#),
            Reason::DidMethodUnsupported,
        ),
        (&["issuer"], json(r#""a.example""#), Reason::TermUndefined),
        (
            &["issuer"],
            json(r#""did:web:good.example\u0000.evil""#),
            Reason::IdMalformed,
        ),
        (&["validUntil"], json("123"), Reason::ClaimType),
        (
            &["validUntil"],
            json(r#""2026-01-01""#),
            Reason::DateMalformed,
        ),
        (
            &["validUntil"],
            json(r#""2020-01-01T00:00:00Z""#),
            Reason::CredMalformed,
        ),
        (&["validFrom"], json("[]"), Reason::ClaimType),
        (&["credentialStatus"], json("[]"), Reason::ClaimType),
        (&["credentialStatus"], json(r#""x""#), Reason::ClaimType),
        (
            &["termsOfUse"],
            json(r#"{"type":"X"}"#),
            Reason::UnknownExtension,
        ),
        (
            &["credentialSchema"],
            json(r#"{"id":"https://a.example/s","type":"JsonSchema"}"#),
            Reason::UnknownExtension,
        ),
        (&["role"], json(r#""admin""#), Reason::TermUndefined),
        (&["credentialSubject"], None, Reason::CredMalformed),
        (&["credentialSubject"], json("[]"), Reason::CredMalformed),
        (&["credentialSubject"], Some(two), Reason::VpHolderMismatch),
        (
            // A holder is a key, of no kind that anything here knows.
            &["credentialSubject", "type"],
            json(r#""Asset""#),
            Reason::UnknownExtension,
        ),
        (
            &["credentialSubject", "id"],
            None,
            Reason::HolderBindingMissing,
        ),
        (&["credentialSubject", "id"], json("7"), Reason::ClaimType),
        (
            &["credentialSubject", "role"],
            json("7"),
            Reason::TermUndefined,
        ),
        (
            &["credentialSubject", "personaName"],
            None,
            Reason::CredMalformed,
        ),
        (
            &["credentialSubject", "personaName"],
            json(r#""""#),
            Reason::CredMalformed,
        ),
        (
            &["credentialSubject", "personaName"],
            json(r#""a\u001b[2Jb""#),
            Reason::CredMalformed,
        ),
        (
            &["credentialSubject", "personaName"],
            json("true"),
            Reason::ClaimType,
        ),
        (
            &["credentialSubject", "@context"],
            json(r#"{"@vocab":"https://evil.example/"}"#),
            Reason::CtxNested,
        ),
        (
            &["credentialSubject", "license"],
            None,
            Reason::CredMalformed,
        ),
        (
            &["credentialSubject", "license", "avatarPermission"],
            json(r#""all""#),
            Reason::CredMalformed,
        ),
        (
            &["credentialSubject", "license", "mayDoAll"],
            json("true"),
            Reason::TermUndefined,
        ),
        (
            &["credentialSubject", "provenance"],
            None,
            Reason::ProvenanceMissing,
        ),
        (
            &["credentialSubject", "provenance", "type"],
            json(r#"["VerifiableCredential","ItemCredential"]"#),
            Reason::CredType,
        ),
        (
            &[
                "credentialSubject",
                "provenance",
                "credentialSubject",
                "digestMultibase",
            ],
            json(r#""abc""#),
            Reason::CredMalformed,
        ),
        (
            &[
                "credentialSubject",
                "provenance",
                "credentialSubject",
                "byteLength",
            ],
            json("-5"),
            Reason::ClaimType,
        ),
        (
            &[
                "credentialSubject",
                "provenance",
                "credentialSubject",
                "mediaType",
            ],
            json(r#""text/html""#),
            Reason::CredMalformed,
        ),
        (
            &[
                "credentialSubject",
                "provenance",
                "credentialSubject",
                "derivedFrom",
            ],
            json(r#"["https://x.example"]"#),
            Reason::CredMalformed,
        ),
    ] {
        assert_eq!(
            parse(edited(avatar(), path, value.clone())),
            Err(reason),
            "{path:?} {value:?}"
        );
    }
}

#[test]
fn presentations_have_their_own_rules() {
    let parse = |object: Object| {
        UnverifiedPresentation::parse(&Value::Object(object), &Contexts::pinned())
            .map_err(|error| error.reason())
    };
    let good = UnsignedPresentation::new(&holder(), vec![avatar()])
        .object()
        .clone();
    let read = parse(good.clone()).unwrap();
    assert_eq!(
        (read.unverified_holder(), read.credentials().len()),
        (&holder(), 1)
    );
    let many = Value::from(vec![avatar(); 17]);
    let nested = Value::from(vec![good.clone()]);
    for (name, value, reason) in [
        ("holder", None, Reason::VpHolderMismatch),
        (
            "holder",
            json(r#"{"id":"did:key:z6Mk"}"#),
            Reason::VpHolderMismatch,
        ),
        ("holder", json(r#""""#), Reason::VpHolderMismatch),
        (
            "type",
            json(r#"["VerifiablePresentation","VerifiableCredential"]"#),
            Reason::VpMalformed,
        ),
        ("verifiableCredential", None, Reason::VpQueryUnsatisfied),
        (
            "verifiableCredential",
            json("[]"),
            Reason::VpQueryUnsatisfied,
        ),
        ("verifiableCredential", json(r#""x""#), Reason::VpMalformed),
        ("verifiableCredential", Some(many), Reason::VpTooMany),
        (
            "verifiableCredential",
            Some(nested),
            Reason::VpNestedForbidden,
        ),
        (
            "termsOfUse",
            json(r#"{"type":"X"}"#),
            Reason::UnknownExtension,
        ),
    ] {
        assert_eq!(
            parse(edited(good.clone(), &[name], value.clone())),
            Err(reason),
            "{name}"
        );
    }
}

/// Each pair of them compared would be five thousand million comparisons.
#[test]
fn a_hundred_thousand_types_cost_no_more_than_reading_them() {
    let types: Vec<String> = (0..95_000).map(|at| format!("T{at}")).collect();
    let many = edited(avatar(), &["type"], Some(types.clone().into()));
    assert_eq!(parse(many), Err(Reason::CredMalformed));
    let presentation = UnsignedPresentation::new(&holder(), vec![avatar()]);
    let many = edited(presentation.object().clone(), &["type"], Some(types.into()));
    let parsed = UnverifiedPresentation::parse(&many.into(), &Contexts::pinned());
    assert_eq!(
        parsed.map_err(|error| error.reason()),
        Err(Reason::VpMalformed)
    );
}
