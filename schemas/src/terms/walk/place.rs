//! What words mean at one place of a document: its contexts, and the scopes of terms and types.
//!
//! Source: JSON-LD 1.1 Processing Algorithms, sections 4.1 (contexts) and 5.1 steps 7 to 11 (how
//! scopes come into force and end).

use crate::json::{Object, Value};
use crate::reason::Reason;
use crate::terms::iri::{Iri, Reference, reference};
use crate::terms::table::{
    Coercion, Container, Localized, Role, Scope, Table, Tables, find, has_word,
};
use crate::terms::vectors::EXAMPLES_VOCABULARY;
use crate::terms::{Context, Contexts, Violation};

/// The contexts that a document names: at least one, each known and once, the credentials context
/// first.
pub(in crate::terms) fn contexts(
    document: &Object,
    allowed: &Contexts,
) -> Result<Vec<Context>, Violation> {
    let known = match document.get("@context") {
        Some(Value::Array(urls)) => known(urls, allowed),
        Some(Value::Object(_)) => Err(Violation::new(Reason::CtxInline)),
        Some(Value::String(url)) if allowed.get(url).is_some() => {
            Err(Violation::new(Reason::CredMalformed))
        }
        Some(_) => Err(Violation::new(Reason::CtxUnknown)),
        None => Err(Violation::new(Reason::CtxOrder)),
    };
    known.map_err(|fault| fault.inside("@context"))
}

fn known(urls: &[Value], allowed: &Contexts) -> Result<Vec<Context>, Violation> {
    let at = |index: usize, reason| Violation::new(reason).inside(index.to_string());
    let mut known = Vec::with_capacity(urls.len().min(Context::WITH_SUITES.len()));
    for (index, url) in urls.iter().enumerate() {
        let context = match url {
            Value::String(url) => allowed.get(url).ok_or(Reason::CtxUnknown),
            Value::Object(_) | Value::Array(_) => Err(Reason::CtxInline),
            _ => Err(Reason::CtxUnknown),
        };
        let context = context.map_err(|reason| at(index, reason))?;
        if known.contains(&context) {
            return Err(at(index, Reason::CtxOrder));
        }
        known.push(context);
    }
    // The two credentials contexts give the same words two meanings.
    let first = |context| known.first() == Some(context);
    let base = [Context::CredentialsV2, Context::VectorCredentialsV1];
    if base.iter().any(first) && known.iter().filter(|found| base.contains(found)).count() == 1 {
        Ok(known)
    } else {
        Err(at(0, Reason::CtxOrder))
    }
}

/// What a word means at one place.
#[derive(Clone, Copy, Debug)]
pub(in crate::terms) struct Meaning<'d> {
    pub(in crate::terms) iri: Iri<'d>,
    /// `None` where any word may be either.
    pub(in crate::terms) role: Option<Role>,
    pub(in crate::terms) coercion: Coercion,
    pub(in crate::terms) container: Container,
    pub(in crate::terms) scope: Scope,
    pub(in crate::terms) localized: Localized,
}

/// What a word means where these tables are in force.
pub(in crate::terms) fn meaning(word: &str, tables: Tables) -> Option<Meaning<'_>> {
    if let Some(term) = find(word, tables) {
        return Some(Meaning {
            iri: Iri::whole(term.iri),
            role: Some(term.role),
            coercion: term.coercion,
            container: term.container,
            scope: term.scope,
            localized: term.localized,
        });
    }
    if tables.meets(Table::VectorIris.alone()) && matches!(reference(word), Ok(Reference::Iri(_))) {
        return Some(Meaning {
            iri: Iri::whole(word),
            ..ANY
        });
    }
    let any = tables.meets(Table::VectorExamples.alone())
        && !word.is_empty()
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    any.then(|| Meaning {
        iri: Iri::joined(EXAMPLES_VOCABULARY, word),
        ..ANY
    })
}

/// The meaning of a word that stands as a type: also a whole IRI with an authority, which JSON-LD
/// takes as it is and no context can redefine. Whether such a type will do is for a policy. What has a
/// word in the table is said with that word: a second spelling would be another type to some readers.
pub(in crate::terms) fn type_meaning(word: &str, tables: Tables) -> Option<Meaning<'_>> {
    let whole = |word: &str| {
        word.contains("://") && matches!(reference(word), Ok(Reference::Iri(_))) && !has_word(word)
    };
    meaning(word, tables)
        .filter(|meaning| meaning.role != Some(Role::Property))
        .or_else(|| {
            whole(word).then(|| Meaning {
                iri: Iri::whole(word),
                ..ANY
            })
        })
}

/// What is known of a word of which no table says more.
const ANY: Meaning<'static> = Meaning {
    iri: Iri::whole(""),
    role: None,
    coercion: Coercion::Plain,
    container: Container::Single,
    scope: Scope::Keep,
    localized: Localized::No,
};

/// What a list of contexts brings into force.
pub(in crate::terms) fn tables_of(contexts: &[Context]) -> Tables {
    let tables = contexts.iter().map(|context| context.table().alone());
    tables.fold(Tables::NONE, |sum, table| sum | table)
}

/// What is in force at one place of a document.
#[derive(Clone, Copy)]
pub(super) struct Place<'d> {
    /// What members of this object mean.
    pub(super) tables: Tables,
    /// What is in force again one object further in: the scope of a type does not reach further.
    pub(super) outer: Tables,
    /// The contexts of the document around.
    pub(super) contexts: &'d [Value],
    /// How deep.
    pub(super) depth: usize,
}

/// How an object may speak of contexts.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Speech {
    /// It must: it is a document.
    Document,
    /// It may repeat the first ones of its document: it is a proof.
    Proof,
    /// It may not.
    Thing,
}

/// The place one object further in, behind a term with this scope.
pub(super) fn further_in(place: Place<'_>, scope: Scope) -> Place<'_> {
    let tables = entering(place.outer, scope);
    Place {
        tables,
        outer: tables,
        depth: place.depth + 1,
        ..place
    }
}

pub(super) fn entering(tables: Tables, scope: Scope) -> Tables {
    match scope {
        Scope::Keep => tables,
        Scope::Add(table) => tables | table.alone(),
        Scope::Clear => Tables::NONE,
    }
}
