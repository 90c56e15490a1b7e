//! What credentials and presentations have in common: contexts, ids, types, texts, points in time.
//! Source: VCDM 2.0 sections 4.3 to 4.6 and 11.1.

use crate::json::{Object, Value};
use crate::terms::{self, Context};
use crate::time::Timestamp;
use crate::vcdm::fault::{Faults, Rule, step};

/// The deepest nesting that is looked into.
const MAX_DEPTH: usize = 64;

/// Which version of the data model a document follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// VCDM 1.1, by the context `https://www.w3.org/2018/credentials/v1`.
    V1,
    /// VCDM 2.0.
    V2,
}

/// Judges the contexts; the version is that of the first one, 2.0 when there is none.
pub(super) fn contexts(document: &Object, at: &str, faults: &mut Faults) -> Version {
    let at = step(at, "@context");
    let Some(Value::Array(entries)) = document.get("@context") else {
        faults.add(Rule::Context, at);
        return Version::V2;
    };
    let first = entries.first().and_then(Value::as_str);
    let version = if first == Some(Context::VectorCredentialsV1.url()) {
        Version::V1
    } else {
        let base = first == Some(Context::CredentialsV2.url());
        faults.demand(base, Rule::Context, at.as_str());
        Version::V2
    };
    for (index, entry) in entries.iter().enumerate() {
        let fits = match entry {
            Value::String(url) => is_url(url),
            Value::Object(_) => true,
            _ => false,
        };
        let before = entries.get(..index).unwrap_or_default();
        let once = !before.contains(entry);
        faults.demand(fits && once, Rule::ContextEntry, step(&at, index));
    }
    version
}

/// Whether a text is a URL: absolute, and no blank node.
pub(super) fn is_url(text: &str) -> bool {
    terms::is_absolute_iri(text)
}

/// Judges an optional `id`.
pub(super) fn id(object: &Object, at: &str, faults: &mut Faults) {
    if let Some(id) = object.get("id") {
        faults.demand(id.as_str().is_some_and(is_url), Rule::Id, step(at, "id"));
    }
}

/// Judges the type of a document, which has to name what it is.
pub(super) fn type_of_document(object: &Object, name: &str, at: &str, faults: &mut Faults) {
    let at = step(at, "type");
    let Some(value) = object.get("type") else {
        faults.add(Rule::TypeMissing, at);
        return;
    };
    let names = type_names(value, &at, faults);
    faults.demand(names.contains(&name), Rule::TypeOfDocument, at);
}

/// Judges the type of an object that needs one.
pub(super) fn needed_type(object: &Object, at: &str, faults: &mut Faults) {
    let at = step(at, "type");
    match object.get("type") {
        None => faults.add(Rule::TypeMissing, at),
        Some(value) => {
            type_names(value, &at, faults);
        }
    }
}

fn type_names<'v>(value: &'v Value, at: &str, faults: &mut Faults) -> Vec<&'v str> {
    let names = value.strings().unwrap_or_default();
    let good = !names.is_empty() && names.iter().all(|name| is_type(name));
    faults.demand(good, Rule::Type, at);
    names
}

/// A term or an absolute URL. What a term means is for the contexts to say.
fn is_type(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('@') && (!name.contains(':') || is_url(name))
}

/// Judges `name` and `description`.
pub(super) fn texts(object: &Object, at: &str, faults: &mut Faults) {
    for name in ["name", "description"] {
        let Some(value) = object.get(name) else {
            continue;
        };
        let at = step(at, name);
        match value {
            Value::Array(texts) if !texts.is_empty() => {
                for (index, text) in texts.iter().enumerate() {
                    faults.demand(is_text(text), Rule::Text, step(&at, index));
                }
            }
            text => faults.demand(is_text(text), Rule::Text, at),
        }
    }
}

fn is_text(value: &Value) -> bool {
    match value {
        Value::String(_) => true,
        Value::Object(object) => {
            object.get("@value").and_then(Value::as_str).is_some() && is_language_value(object)
        }
        _ => false,
    }
}

/// `@value` with a language or a direction, and nothing else.
fn is_language_value(object: &Object) -> bool {
    object.iter().all(|(name, value)| match name {
        "@value" => true,
        "@language" => value.as_str().is_some_and(is_language),
        "@direction" => matches!(value.as_str(), Some("ltr" | "rtl")),
        _ => false,
    })
}

/// The shape of a BCP 47 tag.
fn is_language(tag: &str) -> bool {
    tag.len() <= 64
        && tag.split('-').enumerate().all(|(index, part)| {
            (1..=8).contains(&part.len())
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphabetic() || (index > 0 && byte.is_ascii_digit()))
        })
}

/// Judges what holds for every object anywhere inside: ids, types, value objects.
pub(super) fn everywhere(value: &Value, at: &str, depth: usize, faults: &mut Faults) {
    if depth > MAX_DEPTH {
        faults.add(Rule::Depth, at);
        return;
    }
    match value {
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                everywhere(value, &step(at, index), depth + 1, faults);
            }
        }
        Value::Object(object) if object.contains_key("@value") => {
            // A datatype makes it a value of another kind, which the data model says nothing about.
            let typed = object.len() == 2 && object.contains_key("@type");
            let good = typed
                || object.get("@value").and_then(Value::as_str).is_some()
                    && is_language_value(object);
            faults.demand(good, Rule::ValueObject, at);
        }
        Value::Object(object) => {
            id(object, at, faults);
            if let Some(types) = object.get("type") {
                type_names(types, &step(at, "type"), faults);
            }
            for (name, value) in object.iter() {
                if !matches!(
                    name,
                    "@context" | "id" | "type" | "proof" | "verifiableCredential"
                ) {
                    everywhere(value, &step(at, name), depth + 1, faults);
                }
            }
        }
        _ => {}
    }
}

/// Whoever issues or holds: a URL, or an object whose `id` is one.
pub(super) fn party(value: &Value, rule: Rule, at: &str, faults: &mut Faults) {
    match value {
        Value::String(url) => faults.demand(is_url(url), rule, at),
        Value::Object(object) => {
            let id = object.get("id").and_then(Value::as_str);
            faults.demand(id.is_some_and(is_url), rule, at);
            texts(object, at, faults);
        }
        _ => faults.add(rule, at),
    }
}

/// The objects of a member that is one object or a list of objects, with the place of each.
pub(super) fn objects<'v>(
    object: &'v Object,
    name: &str,
    rule: Rule,
    at: &str,
    faults: &mut Faults,
) -> Vec<(&'v Object, String)> {
    let at = step(at, name);
    match object.get(name) {
        None => Vec::new(),
        Some(Value::Object(one)) => vec![(one, at)],
        Some(Value::Array(many)) if !many.is_empty() => {
            let mut found = Vec::new();
            for (index, value) in many.iter().enumerate() {
                let at = step(&at, index);
                match value {
                    Value::Object(one) => found.push((one, at)),
                    _ => faults.add(rule, at),
                }
            }
            found
        }
        Some(_) => {
            faults.add(rule, at);
            Vec::new()
        }
    }
}

/// A point in time, when the member is there and is one.
pub(super) fn date(
    object: &Object,
    name: &str,
    at: &str,
    faults: &mut Faults,
) -> Option<Timestamp> {
    let value = object.get(name)?;
    let date = value.as_str().and_then(|text| Timestamp::parse(text).ok());
    faults.demand(date.is_some(), Rule::Date, step(at, name));
    date
}

/// Judges an optional `proof`: what is in it is for the cryptosuites.
pub(super) fn proof(object: &Object, at: &str, faults: &mut Faults) {
    for (proof, at) in objects(object, "proof", Rule::Proof, at, faults) {
        needed_type(proof, &at, faults);
        id(proof, &at, faults);
    }
}
