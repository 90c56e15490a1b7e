//! Collects what is odd but not refused: each kind once, with its first place and how often.

use schemas::asset::{Finding, FindingKind};

use crate::error::Place;

#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    pub(crate) fn note(&mut self, kind: FindingKind, place: Place) {
        if let Some(known) = self.0.iter_mut().find(|finding| finding.kind == kind) {
            known.times = known.times.saturating_add(1);
            return;
        }
        self.0.push(Finding {
            kind,
            place: place.to_string(),
            times: 1,
        });
    }

    /// In the order of the kinds, so that equal files have equal facts.
    pub(crate) fn into_list(mut self) -> Vec<Finding> {
        self.0.sort_by_key(|finding| finding.kind);
        self.0
    }
}
