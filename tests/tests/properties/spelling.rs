//! One document in several spellings: they say the same, and what was read is written again.

use schemas::canonical;
use schemas::json::{Limits, Object, Value, read};
use schemas::presentation::UnverifiedPresentation;
use schemas::terms::Contexts;
use tests::scene::Scene;

use crate::golden::{Golden, for_each_golden};

mod members_in_another_order_say_the_same {
    super::for_each_golden!(super::accepts_every_order);
}

fn accepts_every_order(golden: &Golden) {
    let value = read(&golden.bytes, &Limits::document()).unwrap();
    assert_eq!(
        canonical::to_bytes(&value),
        golden.bytes,
        "{}",
        golden.title
    );
    let turned = value_turned(&value);
    let text = serde_json::to_string(&Unsorted(&turned)).unwrap();
    assert_ne!(text.as_bytes(), golden.bytes);
    assert_eq!(
        canonical::to_bytes(&turned),
        golden.bytes,
        "{}",
        golden.title
    );
    assert_eq!(golden.judge(text.as_bytes()), Ok(()), "{}", golden.title);
    let pretty: serde_json::Value = serde_json::from_slice(&golden.bytes).unwrap();
    let pretty = serde_json::to_string_pretty(&pretty).unwrap();
    assert_eq!(golden.judge(pretty.as_bytes()), Ok(()), "{}", golden.title);
}

#[test]
fn what_was_read_is_written_again() {
    let scene = Scene::new();
    let shown = scene.presentation();
    let contexts = Contexts::pinned();
    let parsed = UnverifiedPresentation::parse(&shown.clone().into(), &contexts).unwrap();
    assert_eq!(parsed.object(), &shown);
    assert_eq!(parsed.credentials()[0].object(), &scene.avatar());
    let bytes = canonical::object_to_bytes(&shown);
    let again = read(&bytes, &Limits::document()).unwrap();
    assert_eq!(canonical::to_bytes(&again), bytes);
    let report = scene.judge(&shown);
    let accepted = report.accepted().unwrap();
    assert_eq!(accepted.credentials()[0].object(), &scene.avatar());
}

/// JSON with its members in their own order; the house itself writes them sorted only.
struct Unsorted<'a>(&'a Value);

impl serde::Serialize for Unsorted<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(object) => {
                serializer.collect_map(object.iter().map(|(name, inner)| (name, Unsorted(inner))))
            }
            Value::Array(elements) => serializer.collect_seq(elements.iter().map(Unsorted)),
            Value::String(text) => serializer.serialize_str(text),
            Value::Bool(truth) => serializer.serialize_bool(*truth),
            Value::Null => serializer.serialize_unit(),
            Value::Number(_) => match self.0.as_i64() {
                Some(number) => serializer.serialize_i64(number),
                None => Err(serde::ser::Error::custom("an integer")),
            },
        }
    }
}

fn value_turned(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut turned = Object::new();
            let mut members: Vec<_> = object.iter().collect();
            members.reverse();
            for (name, inner) in members {
                turned.insert(name, value_turned(inner));
            }
            turned.into()
        }
        Value::Array(elements) => Value::Array(elements.iter().map(value_turned).collect()),
        other => other.clone(),
    }
}
