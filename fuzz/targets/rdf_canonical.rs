//! Any JSON as a graph, with all terms of all contexts: canonical statements within bounds, and the
//! same ones however the members of the document are ordered.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proofs::rdf::{WorkLimit, to_canonical_nquads};
use schemas::json::{Limits, Object, Value, read};
use schemas::terms::{Contexts, OwnProof};

fuzz_target!(|bytes: &[u8]| {
    let Ok(Value::Object(document)) = read(bytes, &Limits::document()) else {
        return;
    };
    let (contexts, work) = (Contexts::pinned(), WorkLimit::document());
    let found = to_canonical_nquads(&document, &contexts, OwnProof::LeftOut, work);
    let turned = to_canonical_nquads(&turned(&document), &contexts, OwnProof::LeftOut, work);
    match (found, turned) {
        (Ok(found), Ok(turned)) => assert_eq!(found, turned),
        (Err(_), Err(_)) => {}
        (found, turned) => panic!("{found:?} in one order, {turned:?} in the other"),
    }
});

fn turned(object: &Object) -> Object {
    let mut turned = Object::new();
    let members: Vec<_> = object.iter().collect();
    for (name, value) in members.into_iter().rev() {
        turned.insert(name, turned_value(value));
    }
    turned
}

fn turned_value(value: &Value) -> Value {
    match value {
        Value::Object(object) => turned(object).into(),
        Value::Array(elements) => elements.iter().map(turned_value).collect::<Vec<_>>().into(),
        other => other.clone(),
    }
}
