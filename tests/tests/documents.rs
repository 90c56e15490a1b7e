//! The JSON Schemas are held to the types: what the types write validates, what the types refuse
//! for its form does not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

use std::collections::BTreeMap;

use jsonschema::{Registry, Resource, Validator};
use schemas::json::{Object, Value};
use tests::actors::{Creator, World, json, key, present};
use tests::forge::edited;

fn validator(name: &str) -> Validator {
    let pairs = schemas::json_schemas::ALL.iter().map(|schema| {
        let text: serde_json::Value = serde_json::from_str(schema.text).unwrap();
        let id = text["$id"].as_str().unwrap().to_owned();
        assert_eq!(
            id,
            format!("https://w3id.org/omote/schemas/{}.schema.json", schema.name)
        );
        (id, text)
    });
    let texts: BTreeMap<String, serde_json::Value> = pairs.collect();
    let root = texts[&format!("https://w3id.org/omote/schemas/{name}.schema.json")].clone();
    let mut registry = Registry::new();
    for (id, text) in &texts {
        registry = registry
            .add(id.clone(), Resource::from_contents(text.clone()))
            .unwrap();
    }
    let registry = registry.prepare().unwrap();
    jsonschema::options()
        .with_registry(&registry)
        .build(&root)
        .unwrap()
}

fn foreign(object: &Object) -> serde_json::Value {
    serde_json::to_value(object).unwrap()
}

#[test]
fn what_the_types_write_validates_and_what_they_refuse_does_not() {
    let (creator, world) = (Creator::new("aoi"), World::new("a.example"));
    let holder = key("mika").did_key();
    let provenance = creator.provenance();
    let avatar = world.issue(&world.avatar(&holder, provenance.clone()).unsigned());
    let item = world.issue(&world.item(&holder, provenance.clone()).unsigned());
    let presentation = present(&key("mika"), vec![avatar.clone(), item.clone()], &world);
    for (name, object, holder_member) in [
        (
            "asset-provenance",
            &provenance,
            "credentialSubject/digestMultibase",
        ),
        ("avatar-credential", &avatar, "credentialSubject/id"),
        ("item-credential", &item, "credentialSubject/serial"),
        ("presentation", &presentation, "holder"),
    ] {
        let validator = validator(name);
        let errors: Vec<_> = validator
            .iter_errors(&foreign(object))
            .map(|error| error.to_string())
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{name}");
        for (path, value) in [
            ("type", None),
            ("type", Some(json(r#"["VerifiableCredential","Guest"]"#))),
            (
                "@context",
                Some(json(r#"["https://www.w3.org/ns/credentials/v2"]"#)),
            ),
            ("proof", None),
            ("surprise", Some(json("1"))),
            ("proof/cryptosuite", Some(json(r#""rot13""#))),
            (holder_member, None),
            (holder_member, Some(json("[]"))),
        ] {
            let wrong = edited(object, path, value.clone());
            assert!(
                !validator.is_valid(&foreign(&wrong)),
                "{name} {path} {value:?}"
            );
        }
    }
}

#[test]
fn a_license_has_the_values_of_vrm_and_no_other() {
    let validator = validator("license-terms");
    let terms = tests::actors::terms().to_object();
    assert!(validator.is_valid(&foreign(&terms)));
    for field in schemas::license::Field::ALL {
        // Every term that the type knows is in the schema: a wrong value for it is noticed.
        let wrong = {
            let mut terms = terms.clone();
            terms.insert(field.name(), Value::Null);
            terms
        };
        assert!(!validator.is_valid(&foreign(&wrong)), "{}", field.name());
    }
    assert!(!validator.is_valid(&foreign(&schemas::object! { "mayDoAll" => true })));
}

#[test]
fn reports_validate() {
    use verifier::{
        Asked, AssetAsked, CredentialAsked, Evidence, Holder, Policy, Question, StatusAsked, verify,
    };
    let validator = validator("report");
    let world = World::new("a.example");
    let avatar = world.issue(
        &world
            .avatar(&key("mika").did_key(), Creator::new("aoi").provenance())
            .unsigned(),
    );
    let kind = schemas::credential::CredentialType::Avatar;
    let policy = Policy::nobody().with_issuer(world.did(), vec![kind], verifier::Creators::Any);
    let known = Evidence::new().with_document(world.document(), tests::fixed::now());
    let asked = Asked::Credential(CredentialAsked {
        types: vec![kind],
        holder: Holder::Anyone,
        status: StatusAsked::Asked,
    });
    let bytes = schemas::canonical::object_to_bytes(&avatar);
    for (policy, evidence, verdict) in [
        (&policy, &known, "accepted"),
        (&policy, &Evidence::new(), "indeterminate"),
        (&Policy::nobody(), &known, "rejected"),
    ] {
        let question = Question {
            asked: &asked,
            asset: &AssetAsked::NotAsked,
            policy,
        };
        let report = verify(&question, &bytes, evidence, tests::fixed::now()).to_object();
        assert_eq!(report.get("verdict").and_then(Value::as_str), Some(verdict));
        let errors: Vec<_> = validator
            .iter_errors(&foreign(&report))
            .map(|error| error.to_string())
            .collect();
        assert_eq!(errors, Vec::<String>::new());
        let holder = key("mika").did_key();
        assert!(
            !report_text(&report).contains(holder.as_str()),
            "a holder in a report"
        );
    }
}

fn report_text(report: &Object) -> String {
    Value::Object(report.clone()).to_string()
}
