use super::{BundleClaims, BundledDocument, BundledHistory, BundledList};
use crate::json::{Object, Value};
use crate::message::Message as _;
use crate::reason::Reason;
use crate::time::Timestamp;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_800_000_000 + seconds)
}

fn claims() -> BundleClaims {
    let list = |path: &str| BundledList {
        url: format!("https://a.example/{path}").parse().unwrap(),
        issuer: "did:web:a.example".parse().unwrap(),
        fetched: at(-5),
        credential: Value::Object(crate::object! { "id" => path }),
    };
    BundleClaims {
        made: at(0),
        until: at(86_400),
        documents: vec![BundledDocument {
            did: "did:web:a.example".parse().unwrap(),
            fetched: at(0),
            document: Value::Object(crate::object! { "id" => "did:web:a.example" }),
        }],
        key_histories: vec![BundledHistory {
            did: "did:web:a.example".parse().unwrap(),
            fetched: at(-1),
            history: Value::Object(crate::object! { "v" => 1 }),
        }],
        trust_lists: vec![list("trust")],
        status_lists: vec![list("status/1"), list("status/2")],
    }
}

#[test]
fn a_bundle_reads_as_it_was_written() {
    let written = Value::Object(claims().to_object());
    assert_eq!(BundleClaims::from_value(&written), Ok(claims()));
    let empty = BundleClaims {
        documents: Vec::new(),
        key_histories: Vec::new(),
        trust_lists: Vec::new(),
        status_lists: Vec::new(),
        ..claims()
    };
    let written = Value::Object(empty.to_object());
    assert_eq!(BundleClaims::from_value(&written), Ok(empty));
}

#[test]
fn what_is_no_bundle_is_refused() {
    type Change = fn(&mut Object);
    fn first<'a>(object: &'a mut Object, name: &str) -> &'a mut Object {
        let Some(Value::Array(all)) = object.get_mut(name) else {
            panic!("a list of {name}");
        };
        all[0].as_object_mut().unwrap()
    }
    fn twice(object: &mut Object, name: &str) {
        let Some(Value::Array(all)) = object.get_mut(name) else {
            panic!("a list of {name}");
        };
        all.push(all[0].clone());
    }
    let cases: [Change; 17] = [
        |object| drop(object.remove("v")),
        |object| drop(object.insert("v", 2)),
        |object| drop(object.remove("made")),
        |object| drop(object.insert("until", "2027-01-15T08:00:00Z")),
        |object| drop(object.insert("secret", 1)),
        |object| drop(first(object, "documents").insert("did", "a.example")),
        |object| drop(first(object, "documents").insert("fetched", at(1))),
        |object| drop(first(object, "status_lists").insert("fetched", at(1))),
        |object| drop(first(object, "trust_lists").insert("url", "file:///trust")),
        |object| drop(first(object, "trust_lists").remove("credential")),
        |object| drop(first(object, "status_lists").remove("issuer")),
        |object| drop(first(object, "key_histories").insert("did", "a.example")),
        |object| drop(first(object, "key_histories").insert("fetched", at(1))),
        |object| drop(first(object, "key_histories").remove("history")),
        |object| twice(object, "key_histories"),
        |object| twice(object, "documents"),
        |object| twice(object, "status_lists"),
    ];
    for (number, change) in cases.into_iter().enumerate() {
        let mut object = claims().to_object();
        change(&mut object);
        let error = BundleClaims::from_value(&Value::Object(object)).unwrap_err();
        assert_eq!(error.reason(), Reason::BundleInvalid, "case {number}");
    }
}
