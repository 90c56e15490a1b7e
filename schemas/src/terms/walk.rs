//! Reads a document as statements, over the term table: the only place where JSON-LD is understood.
//!
//! Everybody runs it: [`check`](crate::terms::check) with nobody listening, `proofs` to make RDF.
//! Only what the table can express is accepted; what JSON-LD would drop is a violation.
//! Source: JSON-LD 1.1 Processing Algorithms, sections 4.1, 5.1 and 8.

mod place;
mod shape;

use crate::json::{Number, Object, Value};
use crate::reason::Reason;
use crate::terms::data_integrity_v2::PROOF_IRI;
use crate::terms::iri::{Iri, Reference, ReferenceFault, reference};
use crate::terms::table::{Coercion, Container, Localized, Role, Scope, Tables};
use crate::terms::walk::place::{Place, Speech, entering, further_in};
use crate::terms::walk::shape::{keywords, localized, repeats, typed};
use crate::terms::{Contexts, Violation, Words};

use place::Meaning;
use place::meaning;
pub(super) use place::{contexts, tables_of, type_meaning};

/// The deepest nesting of objects that is read.
pub const MAX_DEPTH: usize = 64;

const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const RDF_FIRST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first";
const RDF_REST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest";
const RDF_NIL: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil";

/// A literal, as the document writes it.
#[derive(Clone, Copy, Debug)]
pub enum Literal<'d> {
    /// Text; a datatype when the term has one.
    Text(&'d str, Option<&'d str>),
    /// Text in a language, or with a base direction.
    Localized {
        /// The text.
        text: &'d str,
        /// BCP 47 tag.
        language: Option<&'d str>,
        /// `ltr` or `rtl`.
        direction: Option<&'d str>,
    },
    /// A truth value; a datatype when the term has one.
    Bool(bool, Option<&'static str>),
    /// A number; a datatype when the term has one.
    Number(Number, Option<&'static str>),
    /// Any JSON.
    Json(&'d Value),
}

/// What listens to a walk. A refusal ends the walk, at the place that it has reached.
pub trait Statements<'d> {
    /// A thing or a graph, as the listener knows it.
    type Node: Copy;

    /// The thing of this IRI.
    ///
    /// # Errors
    /// The listener's reason not to go on.
    fn named(&mut self, iri: Iri<'d>) -> Result<Self::Node, Reason>;

    /// The blank node of this label; a new one when there is none.
    ///
    /// # Errors
    /// The listener's reason not to go on.
    fn blank(&mut self, label: Option<&'d str>) -> Result<Self::Node, Reason>;

    /// A statement about a thing; `graph` is `None` in the default graph.
    ///
    /// # Errors
    /// The listener's reason not to go on.
    fn link(
        &mut self,
        graph: Option<Self::Node>,
        subject: Self::Node,
        predicate: Iri<'d>,
        object: Self::Node,
    ) -> Result<(), Reason>;

    /// A statement with a literal.
    ///
    /// # Errors
    /// The listener's reason not to go on.
    fn literal(
        &mut self,
        graph: Option<Self::Node>,
        subject: Self::Node,
        predicate: Iri<'d>,
        object: Literal<'d>,
    ) -> Result<(), Reason>;
}

/// Nobody listens: the walk only checks.
pub(super) struct Nothing;

impl<'d> Statements<'d> for Nothing {
    type Node = ();

    fn named(&mut self, _: Iri<'d>) -> Result<(), Reason> {
        Ok(())
    }

    fn blank(&mut self, _: Option<&'d str>) -> Result<(), Reason> {
        Ok(())
    }

    fn link(&mut self, _: Option<()>, (): (), _: Iri<'d>, (): ()) -> Result<(), Reason> {
        Ok(())
    }

    fn literal(&mut self, _: Option<()>, (): (), _: Iri<'d>, _: Literal<'d>) -> Result<(), Reason> {
        Ok(())
    }
}

/// What a walk does with the `proof` of the document itself. It is checked either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnProof {
    /// Its statements are told too.
    Told,
    /// Only what it secures is told.
    LeftOut,
}

/// Reads a document and tells the statements of it to `statements`.
///
/// # Errors
/// [`Violation`] as of [`check`](crate::terms::check), or with the reason of the listener.
pub fn walk<'d, S: Statements<'d>>(
    document: &'d Object,
    allowed: &Contexts,
    own_proof: OwnProof,
    statements: &mut S,
) -> Result<(), Violation> {
    let mut walk = Walk {
        allowed: *allowed,
        own_proof,
        statements,
    };
    walk.document(document, None, 0)
}

/// Where a value hangs.
#[derive(Clone, Copy)]
struct Edge<'d, N> {
    graph: Option<N>,
    subject: N,
    meaning: Meaning<'d>,
}

struct Walk<'w, S> {
    allowed: Contexts,
    own_proof: OwnProof,
    statements: &'w mut S,
}

impl<'d, S: Statements<'d>> Walk<'_, S> {
    /// A document, or a credential carried in one.
    fn document(
        &mut self,
        document: &'d Object,
        graph: Option<S::Node>,
        depth: usize,
    ) -> Result<(), Violation> {
        let tables = tables_of(&contexts(document, &self.allowed)?) | self.allowed.always();
        // A document without a type or a member besides its id makes no statement at all.
        let speaks = document
            .keys()
            .any(|name| !matches!(name, "@context" | "id"));
        if !speaks {
            return Err(Violation::new(Reason::CredMalformed));
        }
        let place = Place {
            tables,
            outer: tables,
            contexts: document
                .get("@context")
                .and_then(Value::as_array)
                .unwrap_or_default(),
            depth,
        };
        self.thing(document, place, graph, Speech::Document)
            .map(|_| ())
    }

    /// An object that describes a thing.
    fn thing(
        &mut self,
        object: &'d Object,
        place: Place<'d>,
        graph: Option<S::Node>,
        speech: Speech,
    ) -> Result<S::Node, Violation> {
        if place.depth >= MAX_DEPTH {
            return Err(Violation::new(Reason::InputTooDeep));
        }
        keywords(object, place, speech)?;
        let subject = match object.get("id") {
            None => self.statements.blank(None).map_err(Violation::new)?,
            Some(Value::String(id)) => self.reference(id).map_err(|fault| fault.inside("id"))?,
            Some(_) => return Err(Violation::new(Reason::CredMalformed).inside("id")),
        };
        let mut inner = Place {
            outer: place.tables,
            ..place
        };
        if let Some(types) = object.get("type") {
            let scope = self
                .types(types, place.tables, graph, subject)
                .map_err(|fault| fault.inside("type"))?;
            inner.tables = inner.tables | scope;
        }
        for (name, value) in object.iter() {
            if matches!(name, "@context" | "id" | "type") {
                continue;
            }
            let meaning = meaning(name, inner.tables)
                .filter(|meaning| meaning.role != Some(Role::Class))
                .ok_or_else(|| Violation::new(Reason::TermUndefined).inside(name))?;
            let left_out =
                place.depth == 0 && self.own_proof == OwnProof::LeftOut && meaning.iri == PROOF_IRI;
            let told = if left_out {
                let mut silent = Walk {
                    allowed: self.allowed,
                    own_proof: OwnProof::Told,
                    statements: &mut Nothing,
                };
                let edge = Edge {
                    graph: None,
                    subject: (),
                    meaning,
                };
                silent.values(value, inner, edge)
            } else {
                let edge = Edge {
                    graph,
                    subject,
                    meaning,
                };
                self.values(value, inner, edge)
            };
            told.map_err(|fault| fault.inside(name))?;
        }
        Ok(subject)
    }

    /// States the types of a thing; returns what they bring into force.
    fn types(
        &mut self,
        types: &'d Value,
        tables: Tables,
        graph: Option<S::Node>,
        subject: S::Node,
    ) -> Result<Tables, Violation> {
        let names = match types {
            Value::String(_) => std::slice::from_ref(types),
            Value::Array(names) if !names.is_empty() => names,
            _ => return Err(Violation::new(Reason::CredMalformed)),
        };
        if repeats(names) {
            return Err(Violation::new(Reason::CredMalformed));
        }
        let mut scopes = Tables::NONE;
        for name in names {
            let Value::String(name) = name else {
                return Err(Violation::new(Reason::CredMalformed));
            };
            let meaning =
                type_meaning(name, tables).ok_or_else(|| Violation::new(Reason::TermUndefined))?;
            if let Scope::Add(table) = meaning.scope {
                scopes = scopes | table.alone();
            }
            let object = self.named(meaning.iri)?;
            self.link(graph, subject, Iri::whole(RDF_TYPE), object)?;
        }
        Ok(scopes)
    }

    /// All values of a member.
    fn values(
        &mut self,
        value: &'d Value,
        place: Place<'d>,
        edge: Edge<'d, S::Node>,
    ) -> Result<(), Violation> {
        if edge.meaning.coercion == Coercion::Json {
            return self.literal(edge, Literal::Json(value));
        }
        match (edge.meaning.container, value) {
            (Container::List, Value::Array(values)) => self.list(values, place, edge),
            (Container::List, _) => Err(Violation::new(Reason::CredMalformed)),
            (_, Value::Array(values)) => {
                if values.is_empty() {
                    return Err(Violation::new(Reason::TermUndefined));
                }
                if repeats(values) {
                    return Err(Violation::new(Reason::CredMalformed));
                }
                for (index, value) in values.iter().enumerate() {
                    self.one(value, place, edge)
                        .map_err(|fault| fault.inside(index.to_string()))?;
                }
                Ok(())
            }
            (_, value) => self.one(value, place, edge),
        }
    }

    /// One value that is not a list.
    fn one(
        &mut self,
        value: &'d Value,
        place: Place<'d>,
        edge: Edge<'d, S::Node>,
    ) -> Result<(), Violation> {
        if edge.meaning.container == Container::Graph {
            self.graph(value, place, edge)
        } else {
            self.value(value, place, edge)
        }
    }

    /// A graph of its own: a proof, or a credential that is carried along.
    fn graph(
        &mut self,
        value: &'d Value,
        place: Place<'d>,
        edge: Edge<'d, S::Node>,
    ) -> Result<(), Violation> {
        let Value::Object(object) = value else {
            // A bare IRI would make an empty graph: nothing of it would be said.
            return Err(Violation::new(Reason::CredMalformed));
        };
        let graph = self.statements.blank(None).map_err(Violation::new)?;
        self.link(edge.graph, edge.subject, edge.meaning.iri, graph)?;
        if edge.meaning.scope == Scope::Clear {
            return self.document(object, Some(graph), place.depth + 1);
        }
        let speech = if edge.meaning.iri == PROOF_IRI {
            Speech::Proof
        } else {
            Speech::Thing
        };
        if object.keys().all(|name| matches!(name, "@context" | "id")) {
            return Err(Violation::new(Reason::CredMalformed));
        }
        let inner = further_in(place, edge.meaning.scope);
        self.thing(object, inner, Some(graph), speech).map(|_| ())
    }

    /// An ordered list: a ladder of blank nodes.
    fn list(
        &mut self,
        values: &'d [Value],
        place: Place<'d>,
        edge: Edge<'d, S::Node>,
    ) -> Result<(), Violation> {
        let mut at = edge;
        for (index, value) in values.iter().enumerate() {
            let step = self.statements.blank(None).map_err(Violation::new)?;
            self.link(at.graph, at.subject, at.meaning.iri, step)?;
            at.subject = step;
            at.meaning.iri = Iri::whole(RDF_FIRST);
            self.value(value, place, at)
                .map_err(|fault| fault.inside(index.to_string()))?;
            at.meaning.iri = Iri::whole(RDF_REST);
        }
        let nil = self.named(Iri::whole(RDF_NIL))?;
        self.link(at.graph, at.subject, at.meaning.iri, nil)
    }

    /// One value, as its term asks for.
    fn value(
        &mut self,
        value: &'d Value,
        place: Place<'d>,
        edge: Edge<'d, S::Node>,
    ) -> Result<(), Violation> {
        let datatype = match edge.meaning.coercion {
            Coercion::Datatype(datatype) => Some(datatype),
            _ => None,
        };
        match (edge.meaning.coercion, value) {
            (_, Value::Null) => Err(Violation::new(Reason::TermUndefined)),
            (Coercion::Id, Value::String(id)) => {
                let object = self.reference(id)?;
                self.link(edge.graph, edge.subject, edge.meaning.iri, object)
            }
            (Coercion::Vocab, Value::String(word)) => {
                let tables = entering(place.tables, edge.meaning.scope);
                let object = match meaning(word, tables) {
                    Some(meaning) => self.named(meaning.iri)?,
                    None => self.reference(word)?,
                };
                self.link(edge.graph, edge.subject, edge.meaning.iri, object)
            }
            (Coercion::Plain | Coercion::Datatype(_), Value::String(text)) => {
                self.literal(edge, Literal::Text(text, datatype))
            }
            (Coercion::Plain | Coercion::Datatype(_), Value::Bool(truth)) => {
                self.literal(edge, Literal::Bool(*truth, datatype))
            }
            (Coercion::Plain | Coercion::Datatype(_), Value::Number(number)) => {
                self.literal(edge, Literal::Number(*number, datatype))
            }
            (Coercion::Plain | Coercion::Id, Value::Object(object))
                if self.allowed.words == Words::Own && object.contains_key("@list") =>
            {
                let elements = object.get("@list").and_then(Value::as_array);
                let elements = elements
                    .filter(|_| object.len() == 1)
                    .ok_or_else(|| Violation::new(Reason::CredMalformed).inside("@list"))?;
                self.list(elements, place, edge)
            }
            (Coercion::Plain, Value::Object(object))
                if self.allowed.words == Words::Own && object.contains_key("@type") =>
            {
                let literal = typed(object)?;
                self.literal(edge, literal)
            }
            (Coercion::Plain, Value::Object(object))
                if (edge.meaning.localized == Localized::Yes
                    || self.allowed.words == Words::Own)
                    && object.contains_key("@value") =>
            {
                let literal = localized(object)?;
                self.literal(edge, literal)
            }
            (Coercion::Plain | Coercion::Id, Value::Object(object)) => {
                let inner = further_in(place, edge.meaning.scope);
                let thing = self.thing(object, inner, edge.graph, Speech::Thing)?;
                self.link(edge.graph, edge.subject, edge.meaning.iri, thing)
            }
            _ => Err(Violation::new(Reason::CredMalformed)),
        }
    }

    fn reference(&mut self, text: &'d str) -> Result<S::Node, Violation> {
        match reference(text) {
            Ok(Reference::Iri(iri)) => self.named(Iri::whole(iri)),
            Ok(Reference::Blank(label)) => {
                self.statements.blank(Some(label)).map_err(Violation::new)
            }
            Err(ReferenceFault::Hidden) => Err(Violation::new(Reason::IdMalformed)),
            Err(ReferenceFault::NotAbsolute) => Err(Violation::new(Reason::TermUndefined)),
        }
    }

    fn named(&mut self, iri: Iri<'d>) -> Result<S::Node, Violation> {
        self.statements.named(iri).map_err(Violation::new)
    }

    fn link(
        &mut self,
        graph: Option<S::Node>,
        subject: S::Node,
        predicate: Iri<'d>,
        object: S::Node,
    ) -> Result<(), Violation> {
        self.statements
            .link(graph, subject, predicate, object)
            .map_err(Violation::new)
    }

    fn literal(&mut self, edge: Edge<'d, S::Node>, literal: Literal<'d>) -> Result<(), Violation> {
        self.statements
            .literal(edge.graph, edge.subject, edge.meaning.iri, literal)
            .map_err(Violation::new)
    }
}
