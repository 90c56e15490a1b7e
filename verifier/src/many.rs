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

/// How many a thread takes at a time.
#[cfg(feature = "parallel")]
const SHARE: usize = 4;

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
    // Whoever is free takes the next few: a thread that is held up holds up nothing else.
    let work = || {
        let seen = RefCell::new(Seen::remembering());
        let mut done = Vec::new();
        loop {
            let from = next.fetch_add(SHARE, Ordering::Relaxed);
            let part = submitted.iter().skip(from).take(SHARE);
            if part.len() == 0 {
                return done;
            }
            let judge =
                |one: &Submitted<'_>| crate::judge(&one.question, one.bytes, evidence, now, &seen);
            done.push((from, part.map(judge).collect::<Vec<_>>()));
        }
    };
    let threads = threads.min(submitted.len().div_ceil(SHARE));
    let mut parts = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut parts = work();
        for other in others {
            match other.join() {
                Ok(more) => parts.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parts
    });
    parts.sort_unstable_by_key(|(from, _)| *from);
    parts.into_iter().flat_map(|(_, reports)| reports).collect()
}
