//! The JSON-LD document of `https://w3id.org/omote/v1`, written out of the table.
//!
//! Worlds serve it to strangers; nobody in this house reads it. Source: JSON-LD 1.1 section 9.15.

use crate::json::{Object, Value};
use crate::terms::table::{Coercion, Container, Scope, Table, Term};

/// The context document of our own terms, as worlds serve it.
#[must_use]
pub fn context_document() -> Value {
    let mut document = Object::new();
    document.insert("@context", definitions(Table::Omote));
    Value::Object(document)
}

fn definitions(table: Table) -> Object {
    let mut context = Object::new();
    context.insert("@protected", true);
    context.insert("id", "@id");
    context.insert("type", "@type");
    for term in table.terms() {
        context.insert(term.name, definition(term));
    }
    context
}

fn definition(term: &Term) -> Value {
    let mut definition = Object::new();
    definition.insert("@id", term.iri);
    match term.coercion {
        Coercion::Plain => None,
        Coercion::Id => definition.insert("@type", "@id"),
        Coercion::Vocab => definition.insert("@type", "@vocab"),
        Coercion::Json => definition.insert("@type", "@json"),
        Coercion::Datatype(datatype) => definition.insert("@type", datatype),
    };
    match term.container {
        Container::Single => None,
        Container::Set => definition.insert("@container", "@set"),
        Container::List => definition.insert("@container", "@list"),
        Container::Graph => definition.insert("@container", "@graph"),
    };
    match term.scope {
        Scope::Keep => None,
        Scope::Add(table) => definition.insert("@context", definitions(table)),
        Scope::Clear => definition.insert("@context", Value::Null),
    };
    Value::Object(definition)
}
