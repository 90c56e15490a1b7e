//! Asking again: what a report misses, round by round, until it misses nothing that can be had.
//!
//! The caller does the fetching, each in its own way (a wallet from confirmed worlds only, a world
//! off its busy threads); counting and remembering are here, once.

use std::collections::BTreeSet;

use proofs::did_document::DidDocument;
use schemas::did::Did;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use crate::evidence::{Evidence, Missing};
use crate::report::Report;

/// How often a caller fetches what is missing and asks again before it gives up.
pub const MAX_ROUNDS: usize = 4;

/// One question being settled.
#[derive(Clone, Debug)]
pub struct Rounds {
    evidence: Evidence,
    asked: BTreeSet<Did>,
    rounds: usize,
    now: Timestamp,
}

impl Rounds {
    /// Begins with what is known.
    #[must_use]
    pub const fn new(evidence: Evidence, now: Timestamp) -> Self {
        Self {
            evidence,
            asked: BTreeSet::new(),
            rounds: 0,
            now,
        }
    }

    /// What is known by now: what to verify with.
    #[must_use]
    pub const fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The same, when it is settled.
    #[must_use]
    pub fn into_evidence(self) -> Evidence {
        self.evidence
    }

    /// The DIDs whose documents have to be fetched before asking again; none when the report is
    /// final. Nothing is asked for twice, and after [`MAX_ROUNDS`] nothing any more.
    #[must_use]
    pub fn wanted(&mut self, report: &Report) -> Vec<Did> {
        if self.rounds >= MAX_ROUNDS {
            return Vec::new();
        }
        self.rounds += 1;
        let mut wanted = Vec::new();
        for Missing::DidDocument(did) in report.missing() {
            if self.asked.insert(did.clone()) {
                wanted.push(did.clone());
            }
        }
        wanted
    }

    /// Remembers what came of fetching; that nothing came is evidence too.
    pub fn learn(&mut self, did: Did, found: Result<DidDocument, Reason>) {
        let evidence = std::mem::take(&mut self.evidence);
        self.evidence = match found {
            Ok(document) => evidence.with_document(document, self.now),
            Err(reason) => evidence.without_document(did, reason, self.now),
        };
    }
}
