//! A document becomes quads: what the walk over the term table tells is written down.
//!
//! Run by signers and checkers of `eddsa-rdfc-2022`. Source: JSON-LD 1.1 Processing Algorithms,
//! section 8 (serializing to RDF).

use std::collections::HashMap;

use schemas::canonical;
use schemas::reason::Reason;
use schemas::terms::{Iri, Literal, Statements};

use crate::rdf::dataset::{Dataset, Kind, Term};
use crate::rdf::number;

const XSD_BOOLEAN: &str = "http://www.w3.org/2001/XMLSchema#boolean";
const RDF_JSON: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON";

/// Writes statements into a dataset.
pub(crate) struct Expansion<'d> {
    dataset: Dataset,
    /// Blank nodes that the document names; the names themselves go no further.
    labels: HashMap<&'d str, Term>,
}

impl Expansion<'_> {
    pub(crate) fn new(max_quads: usize, room: usize) -> Self {
        Self {
            dataset: Dataset::with_room(max_quads, room),
            labels: HashMap::new(),
        }
    }

    pub(crate) fn into_dataset(self) -> Dataset {
        self.dataset
    }

    fn push(
        &mut self,
        graph: Option<Term>,
        subject: Term,
        predicate: Iri<'_>,
        object: Term,
    ) -> Result<(), Reason> {
        let (prefix, rest) = predicate.parts();
        let predicate = self.dataset.iri(prefix, rest);
        self.dataset
            .push(subject, predicate, object, graph)
            .map_err(|_| Reason::CanonWorkLimit)
    }
}

impl<'d> Statements<'d> for Expansion<'d> {
    type Node = Term;

    fn named(&mut self, iri: Iri<'d>) -> Result<Term, Reason> {
        let (prefix, rest) = iri.parts();
        Ok(self.dataset.iri(prefix, rest))
    }

    fn blank(&mut self, label: Option<&'d str>) -> Result<Term, Reason> {
        let dataset = &mut self.dataset;
        Ok(match label {
            None => dataset.blank(),
            Some(label) => *self.labels.entry(label).or_insert_with(|| dataset.blank()),
        })
    }

    fn link(
        &mut self,
        graph: Option<Term>,
        subject: Term,
        predicate: Iri<'d>,
        object: Term,
    ) -> Result<(), Reason> {
        self.push(graph, subject, predicate, object)
    }

    fn literal(
        &mut self,
        graph: Option<Term>,
        subject: Term,
        predicate: Iri<'d>,
        object: Literal<'d>,
    ) -> Result<(), Reason> {
        let dataset = &mut self.dataset;
        let object = match object {
            Literal::Text(text, None) => dataset.literal(text, Kind::Plain),
            Literal::Text(text, Some(datatype)) => dataset.literal(text, Kind::Datatype(datatype)),
            // RDF 1.1 has no place for a base direction: it would not be signed.
            Literal::Localized {
                direction: Some(_), ..
            } => return Err(Reason::LdKeywordForbidden),
            Literal::Localized {
                text,
                language: Some(tag),
                ..
            } => dataset.literal(text, Kind::Language(tag)),
            Literal::Localized { text, .. } => dataset.literal(text, Kind::Plain),
            Literal::Bool(truth, datatype) => {
                let text = if truth { "true" } else { "false" };
                dataset.literal(text, Kind::Datatype(datatype.unwrap_or(XSD_BOOLEAN)))
            }
            Literal::Number(number, datatype) => {
                let (text, datatype) = number::lexical(number, datatype)?;
                dataset.literal(&text, Kind::Datatype(datatype))
            }
            Literal::Json(value) => {
                dataset.literal(&canonical::to_text(value), Kind::Datatype(RDF_JSON))
            }
        };
        self.push(graph, subject, predicate, object)
    }
}
