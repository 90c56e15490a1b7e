//! Shapes that no term decides: keywords, the contexts of a proof, texts with a language, sets.
//!
//! Source: JSON-LD 1.1; VCDM 2.0 section 11.1; VC Data Integrity 1.0 section 2.4.

use crate::json::{Object, Value};
use crate::reason::Reason;
use crate::terms::Violation;
use crate::terms::iri::{Reference, reference};
use crate::terms::walk::Literal;
use crate::terms::walk::place::{Place, Speech};

/// Refuses the keywords of JSON-LD: of them, documents use `@context` alone, at its place.
pub(super) fn keywords(object: &Object, place: Place<'_>, speech: Speech) -> Result<(), Violation> {
    for (name, value) in object.iter() {
        if name == "@context" {
            match speech {
                Speech::Document => {}
                Speech::Thing => return Err(Violation::new(Reason::CtxNested).inside(name)),
                Speech::Proof => {
                    repeated_contexts(value, place.contexts).map_err(|fault| fault.inside(name))?;
                }
            }
        } else if name.starts_with('@') {
            return Err(Violation::new(Reason::LdKeywordForbidden).inside(name));
        }
    }
    Ok(())
}

/// The contexts of a proof are the first ones of its document, in order.
fn repeated_contexts(value: &Value, contexts: &[Value]) -> Result<(), Violation> {
    match value {
        Value::Array(repeated) if !repeated.is_empty() => {
            for (index, url) in repeated.iter().enumerate() {
                let reason = match url {
                    Value::Object(_) | Value::Array(_) => Reason::CtxInline,
                    _ if contexts.get(index) == Some(url) => continue,
                    _ if contexts.contains(url) => Reason::CtxOrder,
                    _ => Reason::CtxUnknown,
                };
                return Err(Violation::new(reason).inside(index.to_string()));
            }
            Ok(())
        }
        Value::Object(_) => Err(Violation::new(Reason::CtxInline)),
        Value::Array(_) => Err(Violation::new(Reason::CtxOrder)),
        Value::String(_) => Err(Violation::new(Reason::CredMalformed)),
        _ => Err(Violation::new(Reason::CtxUnknown)),
    }
}

/// A value object with a language, as VCDM 2.0 section 11.1 has it.
pub(super) fn localized(object: &Object) -> Result<Literal<'_>, Violation> {
    let malformed = |name: &str| Violation::new(Reason::CredMalformed).inside(name);
    let (mut text, mut language, mut direction) = (None, None, None);
    for (name, value) in object.iter() {
        let slot = match name {
            "@value" => &mut text,
            "@language" => &mut language,
            "@direction" => &mut direction,
            "@context" => return Err(Violation::new(Reason::CtxNested).inside(name)),
            other if other.starts_with('@') => {
                return Err(Violation::new(Reason::LdKeywordForbidden).inside(other));
            }
            other => return Err(Violation::new(Reason::TermUndefined).inside(other)),
        };
        *slot = Some(value.as_str().ok_or_else(|| malformed(name))?);
    }
    if language.is_some_and(|tag| !is_language(tag)) {
        return Err(malformed("@language"));
    }
    if direction.is_some_and(|direction| !matches!(direction, "ltr" | "rtl")) {
        return Err(malformed("@direction"));
    }
    let text = text.ok_or_else(|| malformed("@value"))?;
    Ok(Literal::Localized {
        text,
        language,
        direction,
    })
}

/// A value object with a datatype, as JSON-LD 1.1 section 4.1 has it.
pub(super) fn typed(object: &Object) -> Result<Literal<'_>, Violation> {
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    match (text("@value"), text("@type")) {
        (Some(value), Some(datatype))
            if object.len() == 2 && matches!(reference(datatype), Ok(Reference::Iri(_))) =>
        {
            Ok(Literal::Text(value, Some(datatype)))
        }
        _ => Err(Violation::new(Reason::CredMalformed).inside("@type")),
    }
}

/// The shape of a BCP 47 tag: subtags of one to eight letters and digits, the first of letters.
fn is_language(tag: &str) -> bool {
    tag.len() <= 64
        && tag.split('-').enumerate().all(|(index, subtag)| {
            (1..=8).contains(&subtag.len())
                && subtag
                    .bytes()
                    .all(|byte| byte.is_ascii_alphabetic() || (index > 0 && byte.is_ascii_digit()))
        })
}

/// Whether a set names the same value twice: RDF keeps one, so one of them would not be signed.
pub(super) fn repeats(values: &[Value]) -> bool {
    if values.len() < 2 {
        return false;
    }
    let mut texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    let mut numbers: Vec<f64> = values.iter().filter_map(Value::as_f64).collect();
    let truths = values.iter().filter(|value| value.as_bool().is_some());
    texts.sort_unstable();
    numbers.sort_unstable_by(f64::total_cmp);
    let twice = |truth| {
        truths
            .clone()
            .filter(|value| value.as_bool() == Some(truth))
            .count()
            > 1
    };
    texts.windows(2).any(|pair| pair.first() == pair.last())
        || numbers.windows(2).any(|pair| pair.first() == pair.last())
        || twice(true)
        || twice(false)
}
