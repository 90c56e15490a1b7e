//! Tests of reader and encoder: the catalogue's JSON rows, properties, the serde bridge.

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use serde::{Deserialize, Serialize};

use super::{Limits, Number, Numbers, Object, Value, decode, read};
use crate::canonical;
use crate::reason::Reason;

fn reason_of(text: impl AsRef<[u8]>) -> Result<Value, Reason> {
    read(text.as_ref(), &Limits::document()).map_err(|error| error.reason())
}

#[test]
fn refuses_each_kind_of_bad_text_with_its_own_reason() {
    let deep = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
    let deep_object = format!("{}1", "{\"a\":".repeat(100_000));
    let long = "9".repeat(400);
    let digits = format!("0.1{}", "0".repeat(100_000));
    for (text, reason) in [
        (r#"{"a":1,"a":2}"#, Reason::JsonDuplicateKey),
        (r#"{"issuer":1,"\u0069ssuer":2}"#, Reason::JsonDuplicateKey),
        (
            r#"[{"@context":1,"x":{},"\u0040context":2}]"#,
            Reason::JsonDuplicateKey,
        ),
        ("9007199254740992", Reason::JsonNumberOutOfRange),
        ("-9007199254740992", Reason::JsonNumberOutOfRange),
        ("9007199254740993.0", Reason::JsonNumberOutOfRange),
        ("1e400", Reason::JsonNumberOutOfRange),
        ("-1e400", Reason::JsonNumberOutOfRange),
        ("1e-400", Reason::JsonNumberOutOfRange),
        ("NaN", Reason::JsonNumberOutOfRange),
        ("Infinity", Reason::JsonNumberOutOfRange),
        ("-Infinity", Reason::JsonNumberOutOfRange),
        (&long, Reason::JsonNumberOutOfRange),
        (&digits, Reason::JsonNumberNonCanonical),
        ("1.0", Reason::JsonNumberNonCanonical),
        ("-0", Reason::JsonNumberNonCanonical),
        ("1E2", Reason::JsonNumberNonCanonical),
        ("1e2", Reason::JsonNumberNonCanonical),
        (r#""\ud800""#, Reason::JsonLoneSurrogate),
        (r#""\udc00x""#, Reason::JsonLoneSurrogate),
        (r#""\ud800\ud800""#, Reason::JsonLoneSurrogate),
        (r#""\ud800A""#, Reason::JsonLoneSurrogate),
        (&deep(65), Reason::InputTooDeep),
        (&deep(100_000), Reason::InputTooDeep),
        (&deep_object, Reason::InputTooDeep),
        ("\u{FEFF}{}", Reason::ParseError),
        ("{}{}", Reason::ParseError),
        ("{} x", Reason::ParseError),
        ("{} // c", Reason::ParseError),
        ("[1,]", Reason::ParseError),
        (r#"{"a":1,}"#, Reason::ParseError),
        ("{'a':1}", Reason::ParseError),
        (r#""\x41""#, Reason::ParseError),
        ("\"\t\"", Reason::ParseError),
        ("", Reason::ParseError),
        ("01", Reason::ParseError),
        ("+1", Reason::ParseError),
        (".5", Reason::ParseError),
        ("1.", Reason::ParseError),
        ("nul", Reason::ParseError),
        (r#""\u00g0""#, Reason::ParseError),
        (r#""\u+123""#, Reason::ParseError),
        (r#"{"a"}"#, Reason::ParseError),
        ("\"open", Reason::ParseError),
    ] {
        let shown: String = text.chars().take(40).collect();
        assert_eq!(reason_of(text), Err(reason), "{shown}");
    }
    assert_eq!(
        reason_of(b"\"\xED\xA0\x80\""),
        Err(Reason::JsonLoneSurrogate)
    );
    assert_eq!(reason_of(b"\"\xFF\""), Err(Reason::JsonInvalidUtf8));
    assert_eq!(reason_of(b"\xFE\xFF\0{"), Err(Reason::JsonInvalidUtf8));
    assert_eq!(
        reason_of(vec![b' '; (1 << 20) + 1]),
        Err(Reason::InputTooLarge)
    );
    let wide = format!("[{}0]", "0,".repeat(200_000));
    assert_eq!(reason_of(wide), Err(Reason::InputTooLarge));
    assert!(reason_of(deep(64)).is_ok());
}

#[test]
fn finds_a_duplicate_in_a_large_object() {
    for twin in ["k0", "k15", "k16", "k99"] {
        let members: Vec<_> = (0..100).map(|i| format!("\"k{i}\":0")).collect();
        let text = format!("{{{},\"{twin}\":1}}", members.join(","));
        assert_eq!(reason_of(text), Err(Reason::JsonDuplicateKey), "{twin}");
    }
}

#[test]
fn keeps_what_is_allowed() {
    let value =
        reason_of(r#" { "a" : [ true , null , -1.5 , 1e-7, "\u00e9\ud83d\ude00\/" ] } "#).unwrap();
    assert_eq!(
        canonical::to_text(&value),
        r#"{"a":[true,null,-1.5,1e-7,"é😀/"]}"#
    );
    let bom_inside = reason_of("{\"\u{FEFF}\":\"\u{FEFF}\"}").unwrap();
    assert_eq!(
        canonical::to_text(&bom_inside),
        "{\"\u{FEFF}\":\"\u{FEFF}\"}"
    );
}

#[test]
fn names_are_ordered_by_utf16_code_unit() {
    let value = reason_of("{\"\u{FFFF}\":1,\"\u{10000}\":2,\"a\":3}").unwrap();
    assert_eq!(
        canonical::to_text(&value),
        "{\"a\":3,\"\u{10000}\":2,\"\u{FFFF}\":1}"
    );
}

#[test]
fn models_may_spell_numbers_as_they_like_within_a_double() {
    let limits = Limits::model();
    assert_eq!(limits.numbers, Numbers::AnyFinite);
    for (text, number) in [("1.0", 1.0), ("1E2", 100.0), ("-0.0", 0.0), ("1e-400", 0.0)] {
        assert_eq!(
            read(text.as_bytes(), &limits).unwrap().as_f64(),
            Some(number)
        );
    }
    assert_eq!(
        read(b"1e400", &limits).unwrap_err().reason(),
        Reason::JsonNumberOutOfRange
    );
    assert_eq!(
        read(b"{\"a\":1,\"a\":1}", &limits).unwrap_err().reason(),
        Reason::JsonDuplicateKey
    );
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    kind: Kind,
    rest: Object,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Plain,
    With(Vec<i64>),
}

#[test]
fn types_come_and_go() {
    for text in [
        r#"{"kind":"plain","name":"n","rest":{}}"#,
        r#"{"count":3,"kind":{"with":[1,-2]},"name":"n","rest":{"x":[{"y":1.5}]}}"#,
    ] {
        let value = reason_of(text).unwrap();
        let sample: Sample = decode(&value).unwrap();
        assert_eq!(canonical::to_text(&written(&sample)), text);
    }
    for text in [
        r#"{"kind":"plain","name":"n","rest":{},"extra":1}"#,
        r#"{"kind":"plain","name":"n","rest":{},"count":null}"#,
        r#"{"kind":"plain","name":"n","rest":{},"count":"3"}"#,
        r#"{"kind":"plain","name":"n","rest":{},"count":3.5}"#,
        r#"{"kind":"plain","name":7,"rest":{}}"#,
        r#"{"kind":"secret-word","name":"n","rest":{}}"#,
        r#"{"kind":"plain","rest":{}}"#,
    ] {
        let error = decode::<Sample>(&reason_of(text).unwrap())
            .unwrap_err()
            .to_string();
        assert!(
            !error.contains("secret-word") && !error.contains('7'),
            "{error}"
        );
    }
}

/// What serde_json writes, read as anything from outside.
fn written(value: &impl Serialize) -> Value {
    read(&serde_json::to_vec(value).unwrap(), &Limits::model()).unwrap()
}

fn any_value() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        (-super::MAX_SAFE_INTEGER..=super::MAX_SAFE_INTEGER).prop_map(Number::from_i64),
        (-1e15_f64..1e15).prop_map(Number::from_f64),
        (-1e-300_f64..1e-300).prop_map(Number::from_f64),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number.prop_map(|number| Value::Number(number.unwrap())),
        any::<String>().prop_map(Value::String),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::Array),
            prop::collection::vec((any::<String>(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn reading_undoes_writing(value in any_value()) {
        let bytes = canonical::to_bytes(&value);
        let again = read(&bytes, &Limits::document()).unwrap();
        assert_eq!(&again, &value);
        assert_eq!(canonical::to_bytes(&again), bytes);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes, &Limits::document());
    }

    #[test]
    fn agrees_with_serde_json_on_what_both_accept(text in r#"[\[\]{}:,"a-c0-9.eE\-\\u tnrfals]{0,40}"#) {
        if let Ok(value) = reason_of(&text) {
            let other: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(written(&other), value);
        }
    }
}
