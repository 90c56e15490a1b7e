//! Documents changed in exactly one place: what the real interface forbids to make.

use proofs::data_integrity::{ProofOptions, sign};
use proofs::keys::SigningKey;
use proofs::rdf::{WorkLimit, to_canonical_nquads};
use schemas::canonical;
use schemas::digest::Sha256Digest;
use schemas::encoding::base58btc;
use schemas::json::{Object, Value};
use schemas::suite::Cryptosuite;
use schemas::terms::{Contexts, OwnProof};

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

/// The document with one member of its proof set, and that proof signed again: what the interface
/// for signing has no word for.
///
/// # Panics
/// When it has no proof of ours, or no canonical form.
#[must_use]
pub fn reproved(object: &Object, name: &str, value: Value, key: &SigningKey) -> Object {
    let mut bare = object.clone();
    let Some(Value::Object(mut proof)) = bare.remove("proof") else {
        panic!("one proof")
    };
    proof.insert(name, value);
    proof.remove("proofValue");
    let suite = proof.get("cryptosuite").and_then(Value::as_str);
    let suite: Cryptosuite = suite.and_then(|suite| suite.parse().ok()).expect("a suite");
    let mut config = proof.clone();
    if let Some(contexts) = bare.get("@context") {
        config.insert("@context", contexts.clone());
    }
    let digest = |object: &Object| match suite {
        Cryptosuite::EddsaJcs2022 | Cryptosuite::EcdsaJcs2019 => {
            Sha256Digest::of(&canonical::object_to_bytes(object))
        }
        Cryptosuite::EddsaRdfc2022 | Cryptosuite::EcdsaRdfc2019 => {
            let (contexts, work) = (Contexts::pinned(), WorkLimit::document());
            let text = to_canonical_nquads(object, &contexts, OwnProof::Told, work);
            Sha256Digest::of(text.expect("a canonical form").as_bytes())
        }
    };
    let data = [*digest(&config).as_bytes(), *digest(&bare).as_bytes()].concat();
    let value = base58btc::encode(&key.sign(&data).to_bytes());
    proof.insert("proofValue", format!("z{value}"));
    bare.insert("proof", proof);
    bare
}
