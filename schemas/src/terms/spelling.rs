//! Writes out the words that a document defines itself: the same document in absolute IRIs, with
//! named contexts alone, which the walk over the term table can read.
//!
//! Only the conformance interface allows such documents
//! ([`Contexts::for_conformance_suites`]); for everybody else a document stays as it is and the walk
//! refuses its contexts. What is supported of JSON-LD contexts is in [`definitions`]; the rest is a
//! violation, never dropped. Source: JSON-LD 1.1 Processing Algorithms, sections 4.1, 4.2 and 5.1.

mod definitions;

use std::borrow::Cow;

use crate::json::{Object, Value};
use crate::reason::Reason;
use crate::terms::spelling::definitions::{Definitions, Meant, Word};
use crate::terms::table::{Coercion, Container, Role, Scope, Tables, find};
use crate::terms::walk::MAX_DEPTH;
use crate::terms::{Contexts, Violation, Words, walk};

/// The document in words that the term table has. Borrowed where documents may not define words.
///
/// # Errors
/// [`Violation`] with `ctx_inline` for contexts that are not understood or define a protected word
/// anew, `ctx_order` when the first context is no URL, `term_undefined` for words that the document
/// takes the meaning from, `input_too_deep` beyond [`MAX_DEPTH`].
pub fn spell_out<'d>(
    document: &'d Object,
    allowed: &Contexts,
) -> Result<Cow<'d, Object>, Violation> {
    match allowed.words {
        Words::Tabled => Ok(Cow::Borrowed(document)),
        Words::Own => Speller { allowed: *allowed }
            .document(document, 0)
            .map(Cow::Owned),
    }
}

struct Speller {
    allowed: Contexts,
}

/// What is in force at one place.
#[derive(Clone, Copy)]
struct Here<'s> {
    tables: Tables,
    /// What is in force again one object further in.
    outer: Tables,
    own: &'s Definitions,
    depth: usize,
}

impl Here<'_> {
    fn further_in(self, scope: Scope) -> Self {
        let tables = match scope {
            Scope::Keep => self.outer,
            Scope::Add(table) => self.outer | table.alone(),
            Scope::Clear => Tables::NONE,
        };
        Self {
            tables,
            outer: tables,
            depth: self.depth + 1,
            ..self
        }
    }
}

impl Speller {
    fn document(&self, document: &Object, depth: usize) -> Result<Object, Violation> {
        let mut named = Vec::new();
        let mut inline = Vec::new();
        match document.get("@context") {
            Some(Value::Array(contexts)) => {
                for (index, context) in contexts.iter().enumerate() {
                    match context {
                        Value::Object(own) if index > 0 => inline.push((index, own)),
                        Value::Object(_) => {
                            return Err(Violation::new(Reason::CtxOrder)
                                .inside("0")
                                .inside("@context"));
                        }
                        other => named.push(other.clone()),
                    }
                }
            }
            Some(Value::Object(_)) => {
                return Err(Violation::new(Reason::CtxOrder).inside("@context"));
            }
            Some(other) => named.push(other.clone()),
            None => {}
        }
        let mut head = Object::new();
        head.insert("@context", named);
        let contexts = walk::contexts(&head, &self.allowed)?;
        let tables = walk::tables_of(&contexts);
        let mut own = Definitions::new(tables);
        for (index, context) in inline {
            own.take(context)
                .map_err(|fault| fault.inside(index.to_string()).inside("@context"))?;
        }
        let here = Here {
            tables,
            outer: tables,
            own: &own,
            depth,
        };
        let mut spelled = self.thing(document, here, false)?;
        if let Some(contexts) = head.remove("@context") {
            spelled.insert("@context", contexts);
        }
        Ok(spelled)
    }

    fn thing(&self, object: &Object, here: Here<'_>, proof: bool) -> Result<Object, Violation> {
        if here.depth >= MAX_DEPTH {
            return Err(Violation::new(Reason::InputTooDeep));
        }
        // A type may stand behind the members whose meaning it decides, and under an alias.
        let mut inner = Here {
            outer: here.tables,
            ..here
        };
        for (name, value) in object.iter() {
            if here.own.alias(name).unwrap_or(name) != "type" {
                continue;
            }
            let names = value.strings().unwrap_or_default();
            for name in names {
                if let Some(term) = find(name, here.tables)
                    && let Scope::Add(table) = term.scope
                {
                    inner.tables = inner.tables | table.alone();
                }
            }
        }
        let mut spelled = Object::new();
        for (name, value) in object.iter() {
            let (name, value) = self
                .member(name, value, here, inner, proof)
                .map_err(|fault| fault.inside(name))?;
            add(&mut spelled, name, value)?;
        }
        Ok(spelled)
    }

    fn member(
        &self,
        name: &str,
        value: &Value,
        here: Here<'_>,
        inner: Here<'_>,
        proof: bool,
    ) -> Result<(String, Value), Violation> {
        match here.own.alias(name).unwrap_or(name) {
            "@context" if proof => return Ok(("@context".to_owned(), named_only(value))),
            "@context" => return Ok(("@context".to_owned(), value.clone())),
            "id" => return Ok(("id".to_owned(), reference(value, here))),
            "type" => return Ok(("type".to_owned(), types(value, here)?)),
            _ => {}
        }
        if let Some(term) = find(name, inner.tables) {
            if term.coercion == Coercion::Json {
                return Ok((name.to_owned(), value.clone()));
            }
            let value = self.each(value, &|value| {
                self.tabled(
                    name,
                    value,
                    inner,
                    term.scope,
                    (term.coercion, term.container),
                )
            })?;
            return Ok((name.to_owned(), value));
        }
        match inner.own.property(name)? {
            Meant::Word(iri, word) => {
                let spelled = self.each(value, &|value| self.own_value(value, word, inner))?;
                let spelled = if word.is_list() {
                    in_list(spelled)?
                } else {
                    spelled
                };
                Ok((iri, spelled))
            }
            Meant::Iri(iri) => {
                let word = Word::plain();
                let spelled = self.each(value, &|value| self.own_value(value, &word, inner))?;
                Ok((iri, spelled))
            }
            Meant::Nothing => {
                let word = Word::plain();
                let spelled = self.each(value, &|value| self.own_value(value, &word, inner))?;
                Ok((name.to_owned(), spelled))
            }
        }
    }

    /// A value, or each value of an array.
    fn each(
        &self,
        value: &Value,
        spell: &dyn Fn(&Value) -> Result<Value, Violation>,
    ) -> Result<Value, Violation> {
        let Value::Array(values) = value else {
            return spell(value);
        };
        let values = values
            .iter()
            .enumerate()
            .map(|(index, value)| spell(value).map_err(|fault| fault.inside(index.to_string())));
        values.collect::<Result<Vec<_>, _>>().map(Value::Array)
    }

    /// A value of a term of the table.
    fn tabled(
        &self,
        name: &str,
        value: &Value,
        here: Here<'_>,
        scope: Scope,
        (coercion, container): (Coercion, Container),
    ) -> Result<Value, Violation> {
        match value {
            Value::Object(object) if scope == Scope::Clear => {
                self.document(object, here.depth + 1).map(Value::Object)
            }
            Value::Object(object) if container == Container::Graph => self
                .thing(object, here.further_in(scope), name == "proof")
                .map(Value::Object),
            Value::Object(object) => self.object(object, here.further_in(scope)),
            Value::String(_) if coercion == Coercion::Id => Ok(reference(value, here)),
            other => Ok(other.clone()),
        }
    }

    /// A value of a word that the document defines, or that is an IRI.
    fn own_value(&self, value: &Value, word: &Word, here: Here<'_>) -> Result<Value, Violation> {
        match value {
            Value::Object(object) => self.object(object, here.further_in(Scope::Keep)),
            Value::String(text) => word.spell(text, here.own),
            Value::Array(_) | Value::Null => Err(Violation::new(Reason::TermUndefined)),
            _ if word.is_typed() => Err(Violation::new(Reason::CtxInline)),
            other => Ok(other.clone()),
        }
    }

    /// An object that is a value: a thing, or one of the two special forms.
    fn object(&self, object: &Object, here: Here<'_>) -> Result<Value, Violation> {
        if let Some(Value::Array(elements)) = object.get("@list") {
            let plain = Word::plain();
            let spelled = self.each(&Value::Array(elements.clone()), &|value| {
                self.own_value(value, &plain, here)
            })?;
            return in_list(spelled);
        }
        if object.contains_key("@value") {
            let mut spelled = object.clone();
            if let Some(Value::String(datatype)) = object.get("@type") {
                let datatype = here.own.datatype(datatype)?;
                spelled.insert("@type", datatype);
            }
            return Ok(Value::Object(spelled));
        }
        self.thing(object, here, false).map(Value::Object)
    }
}

/// The contexts that a proof repeats, without those that its document has brought along.
fn named_only(contexts: &Value) -> Value {
    match contexts {
        Value::Array(contexts) => contexts
            .iter()
            .filter(|context| !matches!(context, Value::Object(_)))
            .cloned()
            .collect::<Vec<_>>()
            .into(),
        Value::String(_) => vec![contexts.clone()].into(),
        other => other.clone(),
    }
}

fn in_list(value: Value) -> Result<Value, Violation> {
    let Value::Array(_) = value else {
        return Err(Violation::new(Reason::CredMalformed));
    };
    let mut list = Object::new();
    list.insert("@list", value);
    Ok(Value::Object(list))
}

fn reference(value: &Value, here: Here<'_>) -> Value {
    match value {
        Value::String(text) => Value::String(here.own.compact(text)),
        other => other.clone(),
    }
}

fn types(value: &Value, here: Here<'_>) -> Result<Value, Violation> {
    let spell = |value: &Value| match value {
        Value::String(name) => {
            let known = find(name, here.tables).is_some_and(|term| term.role == Role::Class);
            if known {
                return Ok(value.clone());
            }
            match here.own.property(name)? {
                Meant::Word(iri, _) | Meant::Iri(iri) => Ok(Value::String(iri)),
                Meant::Nothing => Ok(value.clone()),
            }
        }
        other => Ok(other.clone()),
    };
    match value {
        Value::Array(names) => names
            .iter()
            .map(spell)
            .collect::<Result<Vec<_>, _>>()
            .map(Value::Array),
        other => spell(other),
    }
}

/// Adds a member. Two words may mean the same: then their values are one set.
fn add(object: &mut Object, name: String, value: Value) -> Result<(), Violation> {
    let Some(before) = object.get(&name) else {
        object.insert(name, value);
        return Ok(());
    };
    if matches!(name.as_str(), "id" | "@context") {
        return Err(Violation::new(Reason::CredMalformed));
    }
    let mut values = match before {
        Value::Array(values) => values.clone(),
        other => vec![other.clone()],
    };
    match value {
        Value::Array(more) => values.extend(more),
        other => values.push(other),
    }
    object.insert(name, values);
    Ok(())
}

#[cfg(test)]
mod tests;
