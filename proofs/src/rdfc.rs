//! RDF Dataset Canonicalization (RDFC-1.0): the same dataset, the same text, whatever its blank
//! nodes were called.
//!
//! Run by signers and checkers of `eddsa-rdfc-2022`. Work is counted and bounded, for a few blank
//! nodes that all look alike would otherwise cost hours.
//! Source: RDF Dataset Canonicalization 1.0, section 4.

mod hash;
mod issuer;
mod ndegree;

#[cfg(test)]
pub(crate) mod tests;

use std::fmt;

use crate::rdf::{Dataset, Part, Quad};
use crate::rdfc::hash::Hash;
use crate::rdfc::issuer::Issuer;
use crate::rdfc::ndegree::Work;

pub use hash::HashAlgorithm;

/// How much it took to tell apart the blank nodes that look alike; nothing where none do. Counted, so
/// the same on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Steps, of those that the limit allows.
    pub steps: u64,
    /// How often Hash N-Degree Quads (section 4.8) began.
    pub n_degree: u64,
}

/// The work limit was reached. The answer is the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkExceeded {
    limit: u64,
    effort: Effort,
}

impl WorkExceeded {
    /// What had been done by then.
    #[must_use]
    pub const fn effort(&self) -> Effort {
        self.effort
    }
}

impl fmt::Display for WorkExceeded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "canonical form needs more than {} steps: too many blank nodes look alike",
            self.limit
        )
    }
}

impl std::error::Error for WorkExceeded {}

/// A dataset in canonical form.
#[derive(Debug)]
pub struct Canonical {
    nquads: String,
    numbers: Vec<Option<usize>>,
    effort: Effort,
}

impl Canonical {
    /// What it took.
    #[must_use]
    pub const fn effort(&self) -> Effort {
        self.effort
    }

    /// The canonical N-Quads, lines in code point order.
    #[must_use]
    pub fn nquads(&self) -> &str {
        &self.nquads
    }

    /// The canonical N-Quads, taken.
    #[must_use]
    pub fn into_nquads(self) -> String {
        self.nquads
    }

    /// What each blank node is called now: `Some(n)` is `_:c14n`*n*, in the order in which the
    /// dataset made them. `None` stands in no quad.
    #[must_use]
    pub fn numbers(&self) -> &[Option<usize>] {
        &self.numbers
    }
}

/// Puts a dataset into canonical form.
///
/// # Errors
/// [`WorkExceeded`] when telling its blank nodes apart takes more than `steps`.
pub fn canonicalize(
    dataset: &Dataset,
    algorithm: HashAlgorithm,
    steps: u64,
) -> Result<Canonical, WorkExceeded> {
    let quads = dataset.distinct();
    let mut state = State::new(dataset, &quads, algorithm);
    let mut work = Work::new(steps);
    state.hash_first_degrees();
    state.issue_unique();
    state.issue_alike(&mut work)?;
    Ok(Canonical {
        nquads: state.lines(),
        numbers: state.numbers,
        effort: work.effort(),
    })
}

/// Canonicalization state (section 4.3).
struct State<'a> {
    dataset: &'a Dataset,
    quads: &'a [Quad],
    algorithm: HashAlgorithm,
    /// For each blank node, where its quads begin in `mentions`; one more at the end.
    starts: Vec<usize>,
    /// Indexes into `quads`, by blank node.
    mentions: Vec<usize>,
    first_degrees: Vec<Hash>,
    numbers: Vec<Option<usize>>,
    issued: usize,
}

impl<'a> State<'a> {
    fn new(dataset: &'a Dataset, quads: &'a [Quad], algorithm: HashAlgorithm) -> Self {
        let blanks = usize::try_from(dataset.blanks()).unwrap_or(usize::MAX);
        let mut pairs = Vec::with_capacity(quads.len());
        for (index, quad) in quads.iter().enumerate() {
            let mut met = [None; 3];
            for (slot, term) in quad.places().into_iter().enumerate() {
                if let Some(Part::Blank(blank)) = term.map(|term| dataset.part(term))
                    && !met.contains(&Some(blank))
                {
                    pairs.push((blank, index));
                    if let Some(slot) = met.get_mut(slot) {
                        *slot = Some(blank);
                    }
                }
            }
        }
        pairs.sort_unstable();
        let mut starts = Vec::with_capacity(blanks + 1);
        for (at, (blank, _)) in pairs.iter().enumerate() {
            let blank = usize::try_from(*blank).unwrap_or(usize::MAX);
            while starts.len() <= blank {
                starts.push(at);
            }
        }
        starts.resize(blanks + 1, pairs.len());
        Self {
            dataset,
            quads,
            algorithm,
            starts,
            mentions: pairs.into_iter().map(|(_, index)| index).collect(),
            first_degrees: Vec::with_capacity(blanks),
            numbers: vec![None; blanks],
            issued: 0,
        }
    }

    fn quads_of(&self, blank: u32) -> impl Iterator<Item = &'a Quad> {
        let quads = self.quads;
        let at = usize::try_from(blank).unwrap_or(usize::MAX);
        let range = match (self.starts.get(at), self.starts.get(at.saturating_add(1))) {
            (Some(from), Some(to)) => *from..*to,
            _ => 0..0,
        };
        let mentions = self.mentions.get(range).unwrap_or_default();
        mentions.iter().filter_map(move |index| quads.get(*index))
    }

    fn canonical_number(&self, blank: u32) -> Option<usize> {
        let at = usize::try_from(blank).ok()?;
        self.numbers.get(at).copied().flatten()
    }

    fn first_degree_of(&self, blank: u32) -> Option<&Hash> {
        self.first_degrees.get(usize::try_from(blank).ok()?)
    }

    fn issue(&mut self, blank: u32) {
        let at = usize::try_from(blank).unwrap_or(usize::MAX);
        if let Some(number @ None) = self.numbers.get_mut(at) {
            *number = Some(self.issued);
            self.issued += 1;
        }
    }

    /// Hash First Degree Quads (section 4.6) of every blank node.
    fn hash_first_degrees(&mut self) {
        let mut text = String::new();
        let mut data = Vec::new();
        for blank in 0..self.dataset.blanks() {
            text.clear();
            data.clear();
            for line in self.sorted_lines(self.quads_of(blank), &mut text, |other, out| {
                out.push_str(if other == blank { "_:a" } else { "_:z" });
            }) {
                data.extend_from_slice(text.get(line).unwrap_or_default().as_bytes());
            }
            self.first_degrees.push(self.algorithm.of(&data));
        }
    }

    /// Writes quads as lines into `text`; returns where the lines are, in code point order.
    fn sorted_lines<'q>(
        &self,
        quads: impl Iterator<Item = &'q Quad>,
        text: &mut String,
        label: impl Fn(u32, &mut String),
    ) -> Vec<std::ops::Range<usize>> {
        let mut lines = Vec::with_capacity(quads.size_hint().1.unwrap_or_default());
        for quad in quads {
            let start = text.len();
            self.dataset.line(quad, text, &label);
            lines.push(start..text.len());
        }
        let line = |range: &std::ops::Range<usize>| text.get(range.clone()).unwrap_or_default();
        lines.sort_unstable_by(|left, right| line(left).cmp(line(right)));
        lines
    }

    /// The blank nodes that stand in quads, by first degree hash.
    fn by_hash(&self) -> Vec<(Hash, u32)> {
        let mut hashes: Vec<(Hash, u32)> = self
            .first_degrees
            .iter()
            .copied()
            .zip(0..)
            .filter(|(_, blank)| self.quads_of(*blank).next().is_some())
            .collect();
        hashes.sort_unstable();
        hashes
    }

    /// Step 4: whoever has a hash of its own gets its identifier at once.
    fn issue_unique(&mut self) {
        let hashes = self.by_hash();
        for group in hashes.chunk_by(|left, right| left.0 == right.0) {
            if let [(_, blank)] = group {
                self.issue(*blank);
            }
        }
    }

    /// Step 5: those that look alike are told apart by what surrounds them.
    fn issue_alike(&mut self, work: &mut Work) -> Result<(), WorkExceeded> {
        let hashes = self.by_hash();
        for group in hashes.chunk_by(|left, right| left.0 == right.0) {
            let mut results = Vec::with_capacity(group.len());
            for (_, blank) in group {
                if self.canonical_number(*blank).is_some() {
                    continue;
                }
                let mut issuer = Issuer::default();
                issuer.issue(*blank);
                results.push(self.hash_n_degree(*blank, issuer, 0, work)?);
            }
            results.sort_by_key(|(hash, _)| *hash);
            for (_, issuer) in results {
                for blank in issuer.issued() {
                    self.issue(*blank);
                }
            }
        }
        Ok(())
    }

    /// The whole dataset as canonical N-Quads.
    fn lines(&self) -> String {
        let mut text = String::new();
        let lines = self.sorted_lines(self.quads.iter(), &mut text, |blank, out| {
            use std::fmt::Write as _;
            let number = self.canonical_number(blank).unwrap_or_default();
            // Writing to a String cannot fail.
            let _ = write!(out, "_:c14n{number}");
        });
        let mut nquads = String::with_capacity(text.len());
        for line in lines {
            nquads.push_str(text.get(line).unwrap_or_default());
        }
        nquads
    }
}
