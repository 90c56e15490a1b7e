//! Documents that differ from a golden one in one member or element.

use proofs::rdf::{WorkLimit, to_canonical_nquads};
use schemas::canonical;
use schemas::json::{Limits, Object, Value, read};
use schemas::terms::{Contexts, OwnProof};

use crate::golden::{Golden, for_each_golden};

mod a_changed_member_is_refused {
    super::for_each_golden!(super::refuses_every_changed_member);
}

fn refuses_every_changed_member(golden: &Golden) {
    let value = read(&golden.bytes, &Limits::document()).unwrap();
    let mutants = mutants(&value);
    assert!(mutants.len() > 200, "{}: {}", golden.title, mutants.len());
    for (place, mutant) in &mutants {
        if golden.judge(&canonical::to_bytes(mutant)).is_ok() {
            let same = says_the_same(&value, mutant, golden.graph);
            assert!(same, "{}: {place} was accepted", golden.title);
        }
    }
}

/// Whether a document is the other one spelled otherwise. Of several proofs some are enough, and one
/// that is given twice is one. What is signed as a graph is the same when its statements are.
fn says_the_same(one: &Value, other: &Value, graph: bool) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) if graph && one.contains_key("@context") => {
            statements(one) == statements(other)
                && match (one.get("proof"), other.get("proof")) {
                    (Some(one), Some(other)) => some_of(one, other, graph),
                    _ => false,
                }
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| says_the_same(one, other, graph))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, inner)| match other.get(name) {
                    Some(found) if name == "proof" => some_of(inner, found, graph),
                    Some(found) => says_the_same(inner, found, graph),
                    None => false,
                })
        }
        (one, other) => one == other,
    }
}

fn statements(document: &Object) -> String {
    let (contexts, work) = (Contexts::pinned(), WorkLimit::document());
    to_canonical_nquads(document, &contexts, OwnProof::LeftOut, work).unwrap()
}

/// Proofs are the same when their members are, alone or in a list of one.
fn some_of(all: &Value, some: &Value, graph: bool) -> bool {
    let list = |value: &Value| match value {
        Value::Array(proofs) => proofs.clone(),
        single => vec![single.clone()],
    };
    let (all, some) = (list(all), list(some));
    !some.is_empty()
        && some
            .iter()
            .all(|proof| all.iter().any(|known| same_proof(known, proof, graph)))
}

fn same_proof(one: &Value, other: &Value, graph: bool) -> bool {
    match (one.as_object(), other.as_object()) {
        (Some(one), Some(other)) if graph => {
            one.len() == other.len()
                && one.iter().all(|(name, inner)| {
                    let found = other.get(name);
                    found == Some(inner) || found == Some(&Value::Array(vec![inner.clone()]))
                })
        }
        _ => one == other,
    }
}

/// Every document that differs from this one in one place: a member taken out, given twice under a
/// name that looks alike, or of another type; an element taken out or given twice.
fn mutants(value: &Value) -> Vec<(String, Value)> {
    let others = |value: &Value| -> Vec<Value> {
        [
            Value::Null,
            Value::Bool(true),
            7.into(),
            "x".into(),
            Value::Array(vec![]),
            Value::Array(vec![value.clone(), value.clone()]),
            Value::Object(Object::new()),
            Value::Array(vec![Value::Array(vec![value.clone()])]),
        ]
        .into_iter()
        .filter(|other| other != value)
        .collect()
    };
    let mut mutants: Vec<(String, Value)> = Vec::new();
    match value {
        Value::Object(object) => {
            for (name, inner) in object.iter() {
                let mut less = object.clone();
                less.remove(name);
                mutants.push((format!("/{name} taken out"), less.into()));
                for twin in [
                    format!("{name} "),
                    name.to_uppercase(),
                    format!("{name}\u{200b}"),
                ] {
                    let mut more = object.clone();
                    if more.insert(twin, inner.clone()).is_none() {
                        mutants.push((format!("/{name} given twice"), more.into()));
                    }
                }
                for other in others(inner) {
                    let mut retyped = object.clone();
                    retyped.insert(name, other.clone());
                    mutants.push((format!("/{name} = {other}"), retyped.into()));
                }
                for (place, changed) in self::mutants(inner) {
                    let mut whole = object.clone();
                    whole.insert(name, changed);
                    mutants.push((format!("/{name}{place}"), whole.into()));
                }
            }
        }
        Value::Array(elements) => {
            for (index, inner) in elements.iter().enumerate() {
                let mut less = elements.clone();
                less.remove(index);
                mutants.push((format!("/{index} taken out"), less.into()));
                let mut more = elements.clone();
                more.insert(index, inner.clone());
                mutants.push((format!("/{index} given twice"), more.into()));
                for (place, changed) in self::mutants(inner) {
                    let mut whole = elements.clone();
                    whole[index] = changed;
                    mutants.push((format!("/{index}{place}"), whole.into()));
                }
            }
        }
        _ => {}
    }
    mutants
}
