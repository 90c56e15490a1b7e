//! Documents changed in exactly one place: what the real interface forbids to make.

use proofs::data_integrity::{ProofOptions, sign};
use proofs::keys::SigningKey;
use schemas::json::{Object, Value};

/// Sets the member at a path of names and indexes (`a/0/b`), or takes it out.
///
/// # Panics
/// When the path leads nowhere: the test is wrong then.
#[must_use]
pub fn edited(object: &Object, path: &str, value: Option<Value>) -> Object {
    let mut whole = Value::Object(object.clone());
    let (parents, last) = path.rsplit_once('/').unwrap_or(("", path));
    let mut at = &mut whole;
    for step in parents.split('/').filter(|step| !step.is_empty()) {
        at = match at {
            Value::Object(object) => object.get_mut(step).expect("a member on the path"),
            Value::Array(elements) => elements
                .get_mut(step.parse::<usize>().expect("an index"))
                .expect("an element"),
            _ => panic!("nothing below {step}"),
        };
    }
    match (at, value) {
        (Value::Object(object), Some(value)) => {
            object.insert(last, value);
        }
        (Value::Object(object), None) => {
            object.remove(last).expect("a member to take out");
        }
        (Value::Array(elements), Some(value)) => {
            *elements
                .get_mut(last.parse::<usize>().expect("an index"))
                .expect("an element") = value;
        }
        _ => panic!("nothing to change at {path}"),
    }
    match whole {
        Value::Object(object) => object,
        _ => unreachable!("it began as an object"),
    }
}

/// The document without its proof, changed, and signed again by this key.
///
/// # Panics
/// When it cannot be signed at all.
#[must_use]
pub fn resigned(object: &Object, options: &ProofOptions, key: &SigningKey) -> Object {
    let mut bare = object.clone();
    bare.remove("proof");
    sign(&bare, options, key).expect("a document that can be signed")
}
