//! Hash N-Degree Quads: telling apart blank nodes whose own quads look alike.
//!
//! The costly part of RDFC-1.0: every step is counted, and the count is bounded.
//! Source: RDF Dataset Canonicalization 1.0, sections 4.7 and 4.8.

use crate::rdf::{Part, Quad};
use crate::rdfc::hash::Hash;
use crate::rdfc::issuer::{Issuer, write_label};
use crate::rdfc::{Effort, State, WorkExceeded};

/// The longest chain of blank nodes followed; bounds the stack.
const MAX_DEPTH: usize = 256;

/// What is left of the work that a canonicalization may take.
#[derive(Debug)]
pub(super) struct Work {
    limit: u64,
    left: u64,
    n_degree: u64,
}

impl Work {
    pub(super) const fn new(limit: u64) -> Self {
        Self {
            limit,
            left: limit,
            n_degree: 0,
        }
    }

    pub(super) const fn effort(&self) -> Effort {
        Effort {
            steps: self.limit - self.left,
            n_degree: self.n_degree,
        }
    }

    fn spend(&mut self, steps: usize) -> Result<(), WorkExceeded> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        match self.left.checked_sub(steps) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(self.exceeded()),
        }
    }

    const fn exceeded(&self) -> WorkExceeded {
        WorkExceeded {
            limit: self.limit,
            effort: self.effort(),
        }
    }
}

impl State<'_> {
    /// The N-degree hash of a blank node, and the issuer with everything met on the best path.
    pub(super) fn hash_n_degree(
        &self,
        blank: u32,
        mut issuer: Issuer,
        depth: usize,
        work: &mut Work,
    ) -> Result<(Hash, Issuer), WorkExceeded> {
        work.n_degree += 1;
        if depth >= MAX_DEPTH {
            return Err(work.exceeded());
        }
        let related = self.related(blank, &issuer, work)?;
        let mut data = Vec::with_capacity(256);
        for group in related.chunk_by(|left, right| left.0 == right.0) {
            if let Some((hash, _)) = group.first() {
                hash.write(&mut data);
            }
            // A blank node stands in the list once for every quad that relates it.
            let mut order: Vec<u32> = group.iter().map(|(_, related)| *related).collect();
            let mut chosen: Option<(Vec<u8>, Issuer)> = None;
            loop {
                let best = chosen.as_ref().map(|(path, _)| path.as_slice());
                if let Some(better) = self.path(&order, best, &issuer, depth, work)? {
                    chosen = Some(better);
                }
                if !next_permutation(&mut order) {
                    break;
                }
            }
            if let Some((path, with_path)) = chosen {
                data.extend_from_slice(&path);
                issuer = with_path;
            }
        }
        Ok((self.algorithm.of(&data), issuer))
    }

    /// The blank nodes next to this one with the hashes of how they relate, in order of the hashes.
    fn related(
        &self,
        blank: u32,
        issuer: &Issuer,
        work: &mut Work,
    ) -> Result<Vec<(Hash, u32)>, WorkExceeded> {
        let mut related = Vec::new();
        let mut input = Vec::with_capacity(160);
        for quad in self.quads_of(blank) {
            work.spend(1)?;
            for (term, position) in quad.places().into_iter().zip([b's', b'o', b'g']) {
                let Some(Part::Blank(other)) = term.map(|term| self.dataset.part(term)) else {
                    continue;
                };
                if other == blank {
                    continue;
                }
                work.spend(2)?;
                input.clear();
                input.push(position);
                self.relate(quad, position, other, issuer, &mut input);
                related.push((self.algorithm.of(&input), other));
            }
        }
        related.sort_unstable();
        Ok(related)
    }

    fn relate(&self, quad: &Quad, position: u8, other: u32, issuer: &Issuer, input: &mut Vec<u8>) {
        if position != b'g'
            && let Part::Text(predicate) = self.dataset.part(quad.predicate)
        {
            input.extend_from_slice(predicate.as_bytes());
        }
        if let Some(number) = self.canonical_number(other) {
            write_label("c14n", number, input);
        } else if let Some(number) = issuer.number(other) {
            write_label("b", number, input);
        } else if let Some(hash) = self.first_degree_of(other) {
            hash.write(input);
        }
    }

    /// The path that visits blank nodes in this order; `None` once it is no better than the best.
    fn path(
        &self,
        order: &[u32],
        best: Option<&[u8]>,
        issuer: &Issuer,
        depth: usize,
        work: &mut Work,
    ) -> Result<Option<(Vec<u8>, Issuer)>, WorkExceeded> {
        let worse = |path: &[u8]| best.is_some_and(|best| path.len() >= best.len() && path > best);
        // Copying and searching an issuer costs by its length.
        let weight = 1 + issuer.issued().len() / 16;
        work.spend(weight)?;
        let mut issuer = issuer.clone();
        let mut path = Vec::with_capacity(64);
        let mut recursion = Vec::new();
        for related in order.iter().copied() {
            work.spend(weight)?;
            if let Some(number) = self.canonical_number(related) {
                write_label("c14n", number, &mut path);
            } else {
                if issuer.number(related).is_none() {
                    recursion.push(related);
                }
                write_label("b", issuer.issue(related), &mut path);
            }
            if worse(&path) {
                return Ok(None);
            }
        }
        for related in recursion {
            let number = issuer.issue(related);
            let (hash, after) = self.hash_n_degree(related, issuer, depth + 1, work)?;
            write_label("b", number, &mut path);
            path.push(b'<');
            hash.write(&mut path);
            path.push(b'>');
            issuer = after;
            if worse(&path) {
                return Ok(None);
            }
        }
        let better = best.is_none_or(|best| path.as_slice() < best);
        Ok(better.then_some((path, issuer)))
    }
}

/// Moves to the next arrangement in lexicographic order; `false` after the last. Equal elements
/// are not swapped: that would give the same path again.
fn next_permutation(order: &mut [u32]) -> bool {
    let Some(pivot) = order
        .windows(2)
        .rposition(|pair| pair.first() < pair.last())
    else {
        return false;
    };
    let Some(value) = order.get(pivot).copied() else {
        return false;
    };
    let Some(swap) = order.iter().rposition(|other| *other > value) else {
        return false;
    };
    order.swap(pivot, swap);
    if let Some(tail) = order.get_mut(pivot + 1..) {
        tail.reverse();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::next_permutation;

    #[test]
    fn every_arrangement_comes_once() {
        for (mut order, count) in [
            (vec![], 1),
            (vec![1], 1),
            (vec![1, 2, 3, 4], 24),
            (vec![1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 1),
            (vec![1, 1, 2, 2], 6),
        ] {
            let mut seen = vec![order.clone()];
            while next_permutation(&mut order) {
                seen.push(order.clone());
            }
            assert_eq!(seen.len(), count);
            seen.dedup();
            assert_eq!(seen.len(), count);
        }
    }
}
