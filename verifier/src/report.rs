//! Outcomes, and the verdict that follows from all of them together.
//!
//! A report is made in one place, from a complete list: a check that was asked for and of which
//! nothing was heard is a refusal, not an acceptance.

use std::collections::BTreeSet;

use schemas::check::{CheckId, Outcome, Verdict};
use schemas::credential::UnverifiedCredential;
use schemas::json::{Object, Value};
use schemas::lang::Lang;
use schemas::reason::Reason;

use crate::credential::VerifiedCredential;
use crate::evidence::Missing;
use crate::finding::Finding;
use crate::trust::Explanation;

/// The version of the JSON form.
pub const VERSION: u32 = 1;

/// What a verification found.
#[derive(Clone, Debug)]
pub struct Report {
    outcomes: [Outcome; CheckId::ALL.len()],
    details: Vec<Detail>,
    findings: Vec<Finding>,
    missing: Vec<Missing>,
    explanations: Vec<Explanation>,
    accepted: Option<Accepted>,
}

/// What was accepted. Only a report with the verdict `Accepted` has one.
#[derive(Clone, Debug)]
pub struct Accepted {
    credentials: Vec<VerifiedCredential>,
}

impl Accepted {
    /// The credentials, in the order in which they were presented.
    #[must_use]
    pub fn credentials(&self) -> &[VerifiedCredential] {
        &self.credentials
    }
}

/// A credential of the right shape, on its way to a verdict.
pub(crate) struct Shaped {
    /// The part of the query that it answers.
    pub(crate) query_id: Option<String>,
    /// What it says.
    pub(crate) credential: UnverifiedCredential,
}

/// One fault or doubt, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// The check that found it.
    pub check: CheckId,
    /// What is wrong.
    pub reason: Reason,
    /// Where, as a JSON Pointer into the input.
    pub pointer: String,
    /// What was expected, when that can be said without a claim or a holder's DID.
    pub expected: Option<String>,
    /// What was found instead, likewise.
    pub found: Option<String>,
}

impl Report {
    /// The outcome of one check.
    #[must_use]
    pub fn outcome(&self, check: CheckId) -> Outcome {
        let outcome = self.outcomes.get(check.place()).copied();
        outcome.unwrap_or(Outcome::Failed(Reason::InternalError))
    }

    /// Every check with its outcome, in headline order.
    pub fn outcomes(&self) -> impl Iterator<Item = (CheckId, Outcome)> + '_ {
        CheckId::ALL.into_iter().zip(self.outcomes)
    }

    /// Any failure rejects; else any doubt leaves it open; else it is accepted.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        verdict_of(&self.outcomes)
    }

    /// The first check in headline order that failed or, when none did, could not be decided.
    #[must_use]
    pub fn headline(&self) -> Option<(CheckId, Reason)> {
        let failed = self.outcomes().find_map(|(check, outcome)| match outcome {
            Outcome::Failed(reason) => Some((check, reason)),
            _ => None,
        });
        failed.or_else(|| {
            self.outcomes().find_map(|(check, outcome)| match outcome {
                Outcome::Undecided(reason) => Some((check, reason)),
                _ => None,
            })
        })
    }

    /// The reason of the headline.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        self.headline().map(|(_, reason)| reason)
    }

    /// Every fault and doubt, in headline order.
    #[must_use]
    pub fn details(&self) -> &[Detail] {
        &self.details
    }

    /// What stands beside the verdict.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What would have to be fetched to decide, or to know the first of the reasons to refuse; empty
    /// when neither is open.
    #[must_use]
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// For each credential which rule of the policy decided about its issuer.
    #[must_use]
    pub fn explanations(&self) -> &[Explanation] {
        &self.explanations
    }

    /// What was accepted.
    #[must_use]
    pub const fn accepted(&self) -> Option<&Accepted> {
        self.accepted.as_ref()
    }

    /// The JSON form (`schemas/json/report.schema.json`): no claims, no holders.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let checks: Vec<Value> = self
            .outcomes()
            .map(|(id, outcome)| check_json(id, outcome))
            .collect();
        let details: Vec<Value> = self.details.iter().map(detail_json).collect();
        let findings: Vec<Object> = self.findings.iter().map(Finding::to_object).collect();
        let missing: Vec<Object> = self.missing.iter().map(Missing::to_object).collect();
        let trust = self.explanations.iter().map(Explanation::to_object);
        let trust: Vec<Object> = trust.collect();
        let mut object = schemas::object! {
            "v" => VERSION,
            "verdict" => self.verdict().id(),
            "checks" => checks,
            "details" => details,
            "findings" => findings,
            "missing" => missing,
            "trust" => trust,
        };
        if let Some((check, reason)) = self.headline() {
            object.insert("check", check.id());
            object.insert("reason", reason.code());
            object.insert("sentence", sentences(|lang| reason.sentence(lang)));
            object.insert("remedy", sentences(|lang| reason.remedy(lang)));
        }
        object
    }
}

fn sentences(text: impl Fn(Lang) -> String) -> Object {
    schemas::object! { "en" => text(Lang::En), "ja" => text(Lang::Ja) }
}

fn check_json(check: CheckId, outcome: Outcome) -> Value {
    let mut object = schemas::object! { "id" => check.id(), "outcome" => outcome.id() };
    if let Some(reason) = outcome.reason() {
        object.insert("reason", reason.code());
    }
    if let Outcome::Blocked(by) = outcome {
        object.insert("by", by.id());
    }
    object.into()
}

fn detail_json(detail: &Detail) -> Value {
    let mut object = schemas::object! {
        "check" => detail.check.id(),
        "reason" => detail.reason.code(),
        "at" => detail.pointer.as_str(),
    };
    for (name, text) in [("expected", &detail.expected), ("found", &detail.found)] {
        if let Some(text) = text {
            object.insert(name, text.as_str());
        }
    }
    object.into()
}

fn verdict_of(outcomes: &[Outcome]) -> Verdict {
    let mut verdict = Verdict::Accepted;
    for outcome in outcomes {
        match outcome {
            Outcome::Failed(_) => return Verdict::Rejected,
            Outcome::Undecided(_) | Outcome::Blocked(_) => verdict = Verdict::Indeterminate,
            Outcome::Passed | Outcome::NotAsked => {}
        }
    }
    verdict
}

/// Collects what the checks say, document by document, and makes the one report of it.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    failed: Vec<Detail>,
    undecided: Vec<Detail>,
    blocked: Vec<(CheckId, CheckId)>,
    passed: [bool; CheckId::ALL.len()],
    findings: Vec<Finding>,
    missing: BTreeSet<Missing>,
    explanations: Vec<Explanation>,
}

impl Recorder {
    /// A check was done on a document and found nothing wrong.
    pub(crate) fn pass(&mut self, check: CheckId) {
        if let Some(passed) = self.passed.get_mut(check.place()) {
            *passed = true;
        }
    }

    /// A check found a fault.
    pub(crate) fn fail(&mut self, check: CheckId, reason: Reason, pointer: impl Into<String>) {
        self.fail_with(check, reason, pointer, None, None);
    }

    /// A check found a fault, and both sides can be told.
    pub(crate) fn fail_with(
        &mut self,
        check: CheckId,
        reason: Reason,
        pointer: impl Into<String>,
        expected: Option<String>,
        found: Option<String>,
    ) {
        let pointer = pointer.into();
        self.failed.push(Detail {
            check,
            reason,
            pointer,
            expected,
            found,
        });
    }

    /// A check could not be decided.
    pub(crate) fn doubt(&mut self, check: CheckId, reason: Reason, pointer: impl Into<String>) {
        let pointer = pointer.into();
        self.undecided.push(Detail {
            check,
            reason,
            pointer,
            expected: None,
            found: None,
        });
    }

    /// Checks were not done on a document, because an earlier one did not pass.
    pub(crate) fn block(&mut self, checks: &[CheckId], by: CheckId) {
        self.blocked.extend(checks.iter().map(|check| (*check, by)));
    }

    /// Something has to be fetched before this can be decided.
    pub(crate) fn miss(&mut self, missing: Missing) {
        self.missing.insert(missing);
    }

    /// What policy said of an issuer.
    pub(crate) fn explain(&mut self, explanation: Explanation) {
        self.explanations.push(explanation);
    }

    /// The first fault, in headline order.
    pub(crate) fn first_failure(&self) -> Option<Reason> {
        let first = self.failed.iter().min_by_key(|detail| detail.check);
        first.map(|detail| detail.reason)
    }

    /// The first doubt, in headline order.
    pub(crate) fn first_doubt(&self) -> Option<Reason> {
        let first = self.undecided.iter().min_by_key(|detail| detail.check);
        first.map(|detail| detail.reason)
    }

    /// The first thing that has to be known.
    pub(crate) fn first_missing(&self) -> Option<Missing> {
        self.missing.first().cloned()
    }

    /// Something stands beside the verdict.
    pub(crate) fn note(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// The report. `asked` are the checks that the question asks for.
    pub(crate) fn report(self, asked: &[CheckId], sound: Vec<Shaped>) -> Report {
        let outcomes = CheckId::ALL.map(|check| self.outcome(check, asked.contains(&check)));
        let accepted = (verdict_of(&outcomes) == Verdict::Accepted).then(|| Accepted {
            credentials: sound
                .into_iter()
                .map(|one| VerifiedCredential::assert(one.query_id, one.credential))
                .collect(),
        });
        let refused_by = self.failed.iter().map(|detail| detail.check).min();
        let mut details = self.failed;
        details.extend(self.undecided);
        details.sort_by_key(|detail| detail.check);
        // What is refused for an earlier reason needs nothing from outside. One that is refused for a
        // later reason does: which reason comes first must not depend on what happened to be known.
        let missing = match refused_by {
            Some(check) if check <= CheckId::Key => Vec::new(),
            _ => self.missing.into_iter().collect(),
        };
        Report {
            outcomes,
            details,
            findings: self.findings,
            missing,
            explanations: self.explanations,
            accepted,
        }
    }

    fn outcome(&self, check: CheckId, asked: bool) -> Outcome {
        let first = |details: &[Detail]| {
            details
                .iter()
                .find(|detail| detail.check == check)
                .map(|detail| detail.reason)
        };
        if let Some(reason) = first(&self.failed) {
            return Outcome::Failed(reason);
        }
        if let Some(reason) = first(&self.undecided) {
            return Outcome::Undecided(reason);
        }
        if !asked {
            return Outcome::NotAsked;
        }
        if let Some((_, by)) = self.blocked.iter().find(|(blocked, _)| *blocked == check) {
            return Outcome::Blocked(*by);
        }
        if self.passed.get(check.place()) == Some(&true) {
            return Outcome::Passed;
        }
        // Asked for, and nothing was heard of it: never acceptance.
        let earlier = self
            .failed
            .iter()
            .chain(&self.undecided)
            .map(|detail| detail.check)
            .min();
        earlier.map_or(Outcome::Failed(Reason::InternalError), Outcome::Blocked)
    }
}

#[cfg(test)]
mod tests {
    use super::{Recorder, verdict_of};
    use schemas::check::{CheckId, Outcome, Verdict};
    use schemas::reason::Reason;

    #[test]
    fn verdicts_follow_from_all_outcomes() {
        let (passed, not_asked) = (Outcome::Passed, Outcome::NotAsked);
        let failed = Outcome::Failed(Reason::SigInvalid);
        let undecided = Outcome::Undecided(Reason::StatusUnavailable);
        let blocked = Outcome::Blocked(CheckId::Key);
        for (outcomes, verdict) in [
            (&[passed, not_asked][..], Verdict::Accepted),
            (&[passed, undecided], Verdict::Indeterminate),
            (&[passed, blocked], Verdict::Indeterminate),
            (&[undecided, failed], Verdict::Rejected),
            (&[failed, passed], Verdict::Rejected),
            (&[blocked, failed, undecided], Verdict::Rejected),
        ] {
            assert_eq!(verdict_of(outcomes), verdict, "{outcomes:?}");
        }
    }

    #[test]
    fn silence_is_not_acceptance() {
        let report = Recorder::default().report(&CheckId::ALL, Vec::new());
        assert_eq!(report.verdict(), Verdict::Rejected);
        assert_eq!(report.reason(), Some(Reason::InternalError));
        assert!(report.accepted().is_none());
    }

    #[test]
    fn one_fault_among_many_documents_decides() {
        let mut recorder = Recorder::default();
        for check in CheckId::ALL {
            recorder.pass(check);
        }
        recorder.fail(CheckId::Time, Reason::CredExpired, "/1");
        recorder.fail(CheckId::Proof, Reason::SigInvalid, "/2");
        recorder.block(&[CheckId::Query], CheckId::Proof);
        let report = recorder.report(&CheckId::ALL, Vec::new());
        assert_eq!(
            report.headline(),
            Some((CheckId::Proof, Reason::SigInvalid))
        );
        assert_eq!(
            report.outcome(CheckId::Time),
            Outcome::Failed(Reason::CredExpired)
        );
        assert_eq!(
            report.outcome(CheckId::Query),
            Outcome::Blocked(CheckId::Proof)
        );
        assert_eq!(report.outcome(CheckId::Size), Outcome::Passed);
    }

    #[test]
    fn a_fault_counts_even_when_nobody_asked() {
        let mut recorder = Recorder::default();
        recorder.pass(CheckId::Size);
        recorder.fail(CheckId::Asset, Reason::AssetHashMismatch, "");
        assert_eq!(
            recorder.report(&[CheckId::Size], Vec::new()).verdict(),
            Verdict::Rejected
        );
    }
}
