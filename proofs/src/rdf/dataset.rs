//! A set of quads, each part already in the text form of N-Quads.
//!
//! Run by signers and checkers of `eddsa-rdfc-2022`. Source: RDF 1.1 Datasets; canonical N-Quads
//! of RDF Dataset Canonicalization 1.0, section 5.

use std::cmp::Ordering;
use std::fmt::Write as _;

/// A stretch of the dataset's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: usize,
    end: usize,
}

/// A subject, predicate, object or graph name. Valid in the dataset that made it.
#[derive(Clone, Copy, Debug)]
pub struct Term(Form);

#[derive(Clone, Copy, Debug)]
enum Form {
    Blank(u32),
    Text(Span),
}

/// A term as canonicalization sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// A blank node, by number.
    Blank(u32),
    /// Everything else, as N-Quads writes it.
    Text(&'a str),
}

/// One statement: subject, predicate, object, and a graph name unless in the default graph.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quad {
    pub(crate) subject: Term,
    pub(crate) predicate: Term,
    pub(crate) object: Term,
    pub(crate) graph: Option<Term>,
    /// Equal quads have equal fingerprints.
    fingerprint: u64,
}

impl Quad {
    /// The places where a blank node may stand.
    pub(crate) fn places(&self) -> [Option<Term>; 3] {
        [Some(self.subject), Some(self.object), self.graph]
    }
}

/// What kind of literal a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// `xsd:string`
    Plain,
    /// Of the datatype with this IRI.
    Datatype(&'a str),
    /// In this language.
    Language(&'a str),
}

/// More quads, or more text in them, than the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyQuads;

/// The most text that all quads together have when they are written as lines: half as much again as
/// the largest document. Each line is hashed for every blank node in it, sorted, and hashed once more.
const MAX_TEXT: usize = 3 << 19;
/// What a line has beside its terms, rounded up.
const LINE: usize = 8;
/// A blank node as lines call it, rounded up.
const LABEL: usize = 12;

/// Quads, blank nodes by number.
#[derive(Debug)]
pub struct Dataset {
    text: String,
    quads: Vec<Quad>,
    blanks: u32,
    limit: usize,
    /// Text that further lines may have. A term stands in memory once and in as many lines as it has
    /// statements, so that a long one would be written thousands of times.
    room: usize,
}

impl Dataset {
    /// An empty dataset that takes at most so many quads.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self::with_room(limit, MAX_TEXT)
    }

    /// An empty dataset that takes at most so many quads, with so many bytes of text.
    pub(crate) fn with_room(limit: usize, room: usize) -> Self {
        Self {
            text: String::with_capacity(4096),
            quads: Vec::with_capacity(limit.min(64)),
            blanks: 0,
            limit,
            room: room.min(MAX_TEXT),
        }
    }

    /// A new blank node.
    pub fn blank(&mut self) -> Term {
        let number = self.blanks;
        self.blanks = self.blanks.saturating_add(1);
        Term(Form::Blank(number))
    }

    /// The number of blank nodes made so far.
    #[must_use]
    pub const fn blanks(&self) -> u32 {
        self.blanks
    }

    /// An IRI, in two parts that follow each other. It must be absolute and well-formed.
    pub fn iri(&mut self, prefix: &str, rest: &str) -> Term {
        let start = self.text.len();
        self.text.push('<');
        self.text.push_str(prefix);
        self.text.push_str(rest);
        self.text.push('>');
        self.since(start)
    }

    /// A literal. Language tags become lower-case, as JSON-LD processors do.
    pub fn literal(&mut self, text: &str, kind: Kind<'_>) -> Term {
        let start = self.text.len();
        self.text.push('"');
        escape(text, &mut self.text);
        self.text.push('"');
        match kind {
            Kind::Plain => {}
            Kind::Datatype(iri) => {
                self.text.push_str("^^<");
                self.text.push_str(iri);
                self.text.push('>');
            }
            Kind::Language(tag) => {
                self.text.push('@');
                let letters = tag.chars().map(|letter| letter.to_ascii_lowercase());
                self.text.extend(letters);
            }
        }
        self.since(start)
    }

    fn since(&self, start: usize) -> Term {
        let end = self.text.len();
        Term(Form::Text(Span { start, end }))
    }

    /// Adds a statement.
    ///
    /// # Errors
    /// [`TooManyQuads`] at the limit of quads or of their text.
    pub fn push(
        &mut self,
        subject: Term,
        predicate: Term,
        object: Term,
        graph: Option<Term>,
    ) -> Result<(), TooManyQuads> {
        if self.quads.len() >= self.limit {
            return Err(TooManyQuads);
        }
        let mut fingerprint = 0;
        let mut length = LINE;
        for term in [Some(subject), Some(predicate), Some(object), graph] {
            fingerprint = self.mix(fingerprint, term);
            length += match term.map(|term| self.part(term)) {
                None => 0,
                Some(Part::Blank(_)) => LABEL,
                Some(Part::Text(text)) => text.len(),
            };
        }
        self.room = self.room.checked_sub(length).ok_or(TooManyQuads)?;
        self.quads.push(Quad {
            subject,
            predicate,
            object,
            graph,
            fingerprint,
        });
        Ok(())
    }

    fn mix(&self, fingerprint: u64, term: Option<Term>) -> u64 {
        let word = match term.map(|term| self.part(term)) {
            None => 1,
            Some(Part::Blank(number)) => u64::from(number) << 8 | 2,
            Some(Part::Text(text)) => {
                let bytes = text.as_bytes();
                let tail = bytes.last_chunk::<8>().copied().unwrap_or_default();
                let head = bytes.get(..bytes.len().saturating_sub(4));
                let neck = head.and_then(|head| head.last_chunk::<8>());
                u64::from_le_bytes(tail)
                    ^ u64::from_le_bytes(neck.copied().unwrap_or_default()).rotate_left(21)
                    ^ (text.len() as u64) << 8
                    | 3
            }
        };
        (fingerprint.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    /// A term as canonicalization sees it.
    pub(crate) fn part(&self, term: Term) -> Part<'_> {
        match term.0 {
            Form::Blank(number) => Part::Blank(number),
            Form::Text(span) => Part::Text(self.text.get(span.start..span.end).unwrap_or_default()),
        }
    }

    /// Every quad once, in no order that means anything.
    pub(crate) fn distinct(&self) -> Vec<Quad> {
        let mut quads = self.quads.clone();
        quads.sort_unstable_by(|left, right| {
            left.fingerprint
                .cmp(&right.fingerprint)
                .then_with(|| self.order(left, right))
        });
        quads.dedup_by(|left, right| {
            left.fingerprint == right.fingerprint && self.order(left, right) == Ordering::Equal
        });
        quads
    }

    fn order(&self, left: &Quad, right: &Quad) -> Ordering {
        let parts = |quad: &Quad| {
            [
                Some(quad.subject),
                Some(quad.predicate),
                Some(quad.object),
                quad.graph,
            ]
        };
        for (left, right) in parts(left).into_iter().zip(parts(right)) {
            let order = match (left.map(|t| self.part(t)), right.map(|t| self.part(t))) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Less,
                (Some(_), None) => Ordering::Greater,
                (Some(Part::Blank(left)), Some(Part::Blank(right))) => left.cmp(&right),
                (Some(Part::Blank(_)), Some(Part::Text(_))) => Ordering::Less,
                (Some(Part::Text(_)), Some(Part::Blank(_))) => Ordering::Greater,
                (Some(Part::Text(left)), Some(Part::Text(right))) => left.cmp(right),
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    }

    /// Writes a quad as a line; `label` writes blank nodes.
    pub(crate) fn line(&self, quad: &Quad, out: &mut String, label: impl Fn(u32, &mut String)) {
        for term in [
            Some(quad.subject),
            Some(quad.predicate),
            Some(quad.object),
            quad.graph,
        ]
        .into_iter()
        .flatten()
        {
            match self.part(term) {
                Part::Blank(number) => label(number, out),
                Part::Text(text) => out.push_str(text),
            }
            out.push(' ');
        }
        out.push_str(".\n");
    }
}

/// Escapes of canonical N-Quads: the short forms, `\u` for other controls, nothing else.
fn escape(text: &str, out: &mut String) {
    let mut plain_from = 0;
    for (index, byte) in text.bytes().enumerate() {
        let short = match byte {
            0x08 => "\\b",
            b'\t' => "\\t",
            b'\n' => "\\n",
            0x0C => "\\f",
            b'\r' => "\\r",
            b'"' => "\\\"",
            b'\\' => "\\\\",
            0x00..=0x1F | 0x7F => "",
            _ => continue,
        };
        out.push_str(text.get(plain_from..index).unwrap_or_default());
        plain_from = index + 1;
        if short.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{byte:04X}");
        } else {
            out.push_str(short);
        }
    }
    out.push_str(text.get(plain_from..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::{Dataset, Kind, Part, TooManyQuads};

    fn text(dataset: &Dataset, term: super::Term) -> &str {
        match dataset.part(term) {
            Part::Text(text) => text,
            Part::Blank(_) => panic!("a text"),
        }
    }

    #[test]
    fn terms_are_written_as_canonical_nquads() {
        let mut data = Dataset::new(8);
        let iri = data.iri("https://a.example/", "b");
        assert_eq!(text(&data, iri), "<https://a.example/b>");
        let plain = data.literal("a\"b\\c\u{8}\t\n\u{c}\r\u{1}\u{7f}é", Kind::Plain);
        assert_eq!(
            text(&data, plain),
            "\"a\\\"b\\\\c\\b\\t\\n\\f\\r\\u0001\\u007Fé\""
        );
        let typed = data.literal("1", Kind::Datatype("urn:t"));
        assert_eq!(text(&data, typed), "\"1\"^^<urn:t>");
        let tagged = data.literal("x", Kind::Language("EN-us"));
        assert_eq!(text(&data, tagged), "\"x\"@en-us");
    }

    #[test]
    fn quads_are_kept_once_and_limited() {
        let mut data = Dataset::new(4);
        let blank = data.blank();
        let p = data.iri("", "urn:p");
        let p_again = data.iri("urn:", "p");
        let o = data.literal("o", Kind::Plain);
        assert_eq!(data.push(blank, p, o, None), Ok(()));
        assert_eq!(data.push(blank, p_again, o, None), Ok(()));
        assert_eq!(data.push(blank, p, o, Some(blank)), Ok(()));
        assert_eq!(data.push(p, p, o, None), Ok(()));
        assert_eq!(data.distinct().len(), 3);
        assert_eq!(data.push(blank, p, blank, None), Err(TooManyQuads));
    }

    #[test]
    fn the_text_of_all_quads_is_limited() {
        let mut data = Dataset::with_room(100, 120);
        let (s, p, o) = (
            data.iri("urn:", "s"),
            data.iri("urn:", "p"),
            data.iri("urn:", "o"),
        );
        let taken = (0..10).take_while(|_| data.push(s, p, o, None).is_ok());
        assert_eq!(
            taken.count(),
            4,
            "each has 21 bytes in its terms and 8 beside them"
        );
    }
}
