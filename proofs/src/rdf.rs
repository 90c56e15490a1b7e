//! From a JSON-LD document to its canonical N-Quads, within a bounded amount of work.
//!
//! Run by signers and checkers of `eddsa-rdfc-2022`. No general JSON-LD processor: the term table
//! says all that a document can say, and what RDF would lose is refused.
//! Source: VC Data Integrity EdDSA 1.1 section 3.2.3; JSON-LD 1.1; RDF Dataset Canonicalization 1.0.
//!
//! ```text
//! Object ── schemas::terms::walk ──▶ statements ── expand ──▶ Dataset ── rdfc ──▶ canonical text
//! ```

mod dataset;
mod expand;
mod number;

#[cfg(test)]
mod tests;

use std::fmt;

use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::terms::{Contexts, OwnProof, Violation, spell_out, walk};

pub use dataset::{Dataset, Kind, Term, TooManyQuads};
pub(crate) use dataset::{Part, Quad};

use crate::rdfc::{self, HashAlgorithm, WorkExceeded};

/// How much work one canonicalization may take. Counted, not timed: the answer is the same on
/// every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkLimit {
    quads: usize,
    steps: u64,
}

impl WorkLimit {
    /// At most so many quads, and so many steps among blank nodes that look alike.
    #[must_use]
    pub const fn new(quads: usize, steps: u64) -> Self {
        Self { quads, steps }
    }

    /// For documents at any entrance: 4096 quads and 20 000 steps, some milliseconds of work.
    /// An avatar credential has about 50 quads and takes no step; a presentation of equal ones
    /// takes 150 steps for each; the worst vector of the W3C that is to be computed takes 14 664.
    #[must_use]
    pub const fn document() -> Self {
        Self::new(4096, 20_000)
    }

    /// The most quads.
    #[must_use]
    pub const fn quads(self) -> usize {
        self.quads
    }

    /// The most steps.
    #[must_use]
    pub const fn steps(self) -> u64 {
        self.steps
    }
}

/// Why a document has no canonical form here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RdfError {
    /// The document says what it may not say.
    Document(Violation),
    /// Its blank nodes take more work than the limit.
    Work(WorkExceeded),
}

impl RdfError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Document(violation) => violation.reason(),
            Self::Work(_) => Reason::CanonWorkLimit,
        }
    }

    /// The place in the document as a JSON Pointer; empty when it is the whole.
    #[must_use]
    pub fn pointer(&self) -> String {
        match self {
            Self::Document(violation) => violation.pointer(),
            Self::Work(_) => String::new(),
        }
    }
}

impl fmt::Display for RdfError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(violation) => violation.fmt(formatter),
            Self::Work(exceeded) => exceeded.fmt(formatter),
        }
    }
}

impl std::error::Error for RdfError {}

impl From<Violation> for RdfError {
    fn from(violation: Violation) -> Self {
        Self::Document(violation)
    }
}

impl From<WorkExceeded> for RdfError {
    fn from(exceeded: WorkExceeded) -> Self {
        Self::Work(exceeded)
    }
}

/// The quads of a document, checked as [`schemas::terms::check`] does.
///
/// # Errors
/// [`RdfError::Document`] for what the term table does not allow, for a base direction (which RDF
/// would lose), for a number that 16 digits cannot tell from its neighbor, and for too many quads or
/// too much text in them.
pub fn to_dataset(
    document: &Object,
    contexts: &Contexts,
    own_proof: OwnProof,
    max_quads: usize,
) -> Result<Dataset, RdfError> {
    let document = spell_out(document, contexts)?;
    let mut expansion = expand::Expansion::new(max_quads, room_of(&document));
    walk(&document, contexts, own_proof, &mut expansion)?;
    Ok(expansion.into_dataset())
}

/// How much text the quads of a document may have. An identifier is repeated in every statement about
/// its thing; honest documents grow three- to fivefold by that, one with a long identifier and many
/// statements by thousands.
fn room_of(document: &Object) -> usize {
    const ALWAYS: usize = 64 << 10;
    const GROWTH: usize = 8;
    length_of_object(document)
        .saturating_mul(GROWTH)
        .saturating_add(ALWAYS)
}

/// About as many bytes as the JSON text has.
fn length_of(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len().saturating_add(3),
        Value::Array(elements) => elements.iter().map(length_of).sum::<usize>() + 2,
        Value::Object(object) => length_of_object(object),
        Value::Null | Value::Bool(_) | Value::Number(_) => 5,
    }
}

fn length_of_object(object: &Object) -> usize {
    let members = object.iter();
    members
        .map(|(name, value)| name.len() + 4 + length_of(value))
        .sum::<usize>()
        + 2
}

/// The canonical N-Quads of a document: RDFC-1.0 with SHA-256.
///
/// With [`OwnProof::LeftOut`] this is the transformed document of `eddsa-rdfc-2022`: the proof is
/// checked against the term table like everything else, and not part of the result.
///
/// # Errors
/// As of [`to_dataset`], and [`RdfError::Work`] beyond the limit.
pub fn to_canonical_nquads(
    document: &Object,
    contexts: &Contexts,
    own_proof: OwnProof,
    limit: WorkLimit,
) -> Result<String, RdfError> {
    let dataset = to_dataset(document, contexts, own_proof, limit.quads)?;
    let canonical = rdfc::canonicalize(&dataset, HashAlgorithm::Sha256, limit.steps)?;
    Ok(canonical.into_nquads())
}
