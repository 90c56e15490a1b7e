//! Many things at once, with the same answers as one by one.
//!
//! What they have in common is done once. Signatures are not added up: a sum of them holds also for
//! some that do not hold each by itself, and the answer must not depend on who else was in the queue.

use std::cell::RefCell;
#[cfg(feature = "parallel")]
use std::sync::atomic::{AtomicUsize, Ordering};

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
    let next = AtomicUsize::new(0);
    // Whoever is free takes the next: a thread that is held up holds up nothing else.
    let work = || {
        let seen = RefCell::new(Seen::remembering());
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = submitted.get(place) else {
                return done;
            };
            let report = crate::judge(&one.question, one.bytes, evidence, now, &seen);
            done.push((place, report));
        }
    };
    let threads = threads.min(submitted.len());
    let mut reports = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut reports = work();
        for other in others {
            match other.join() {
                Ok(more) => reports.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        reports
    });
    reports.sort_unstable_by_key(|(place, _)| *place);
    reports.into_iter().map(|(_, report)| report).collect()
}
