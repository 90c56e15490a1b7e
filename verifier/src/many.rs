//! Many things at once, with the same answers as one by one.
//!
//! What they have in common is done once. Signatures are not added up: a sum of them holds also for
//! some that do not hold each by itself, and the answer must not depend on who else was in the queue.

use std::cell::RefCell;

use proofs::data_integrity::Seen;
use schemas::time::Timestamp;

use crate::evidence::Evidence;
use crate::question::Question;
use crate::report::Report;

/// Bytes, and the question that they answer.
#[derive(Clone, Copy, Debug)]
pub struct Submitted<'a> {
    /// What is asked.
    pub question: Question<'a>,
    /// What came.
    pub bytes: &'a [u8],
}

/// Judges many things, in their order. Each report is the one that [`verify`](crate::verify) gives.
#[must_use]
pub fn verify_many(
    submitted: &[Submitted<'_>],
    evidence: &Evidence,
    now: Timestamp,
) -> Vec<Report> {
    let seen = RefCell::new(Seen::remembering());
    submitted
        .iter()
        .map(|one| crate::judge(&one.question, one.bytes, evidence, now, &seen))
        .collect()
}

/// The same, on so many threads at most.
#[cfg(feature = "parallel")]
#[must_use]
pub fn verify_many_on(
    threads: usize,
    submitted: &[Submitted<'_>],
    evidence: &Evidence,
    now: Timestamp,
) -> Vec<Report> {
    let share = submitted.len().div_ceil(threads.max(1)).max(1);
    std::thread::scope(|scope| {
        let mut parts = submitted.chunks(share);
        let first = parts.next();
        let others: Vec<_> = parts
            .map(|part| scope.spawn(move || verify_many(part, evidence, now)))
            .collect();
        let mut reports = first.map_or_else(Vec::new, |part| verify_many(part, evidence, now));
        for other in others {
            match other.join() {
                Ok(more) => reports.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        reports
    })
}
