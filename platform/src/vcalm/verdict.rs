//! What came of a verification: errors, warnings, and what the specification wants reported.
//!
//! VCALM tells errors from warnings: what is wrong with cryptography, data model or contexts is an
//! error; status and validity period are warnings, for the application to decide on. Whoever asks for
//! a check by name wants it decided here: then its failure is an error too.

use axum::http::StatusCode;
use schemas::json::{Object, Value};
use schemas::object;
use schemas::vcdm::Fault;

use crate::options::{Options, bad};
use crate::problem::{Problem, Refusal, details};

/// The checks that a request may ask for by name.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Checks {
    /// Fail on the status.
    pub(crate) status: bool,
    /// Fail on the validity period.
    pub(crate) period: bool,
}

impl Checks {
    /// The names of `options.checks`. Proof and data model are always checked.
    pub(crate) fn of(options: &Options<'_>) -> Result<Self, Refusal> {
        let mut checks = Self::default();
        for name in options.texts("checks")?.unwrap_or_default() {
            match name {
                "proof" | "dataModel" | "credential" | "presentation" => {}
                "credentialStatus" | "status" => checks.status = true,
                "validityPeriod" | "validFrom" | "validUntil" | "issuanceDate"
                | "expirationDate" | "expiration" => checks.period = true,
                other => {
                    let name = format!("checks: {other}");
                    return Err(Refusal::bad(Problem::unknown_option(&name)));
                }
            }
        }
        if options
            .get("checks")
            .is_some_and(|checks| checks.strings().is_none())
        {
            return Err(bad("the option \"checks\" has to be a list of names"));
        }
        Ok(checks)
    }
}

/// One verification.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) errors: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
    /// `results`, by the members of the document.
    pub(crate) results: Object,
}

impl Verdict {
    pub(crate) fn error(&mut self, problem: Problem) {
        self.errors.push(problem);
    }

    /// What the data model says of a document.
    pub(crate) fn model(&mut self, judged: Result<(), Vec<Fault>>) {
        let faults = judged.err().unwrap_or_default();
        self.errors.extend(faults.iter().map(Problem::of_fault));
    }

    /// An error when the check was asked for, otherwise a warning.
    pub(crate) fn finding(&mut self, asked: bool, problem: Problem) {
        if asked {
            self.errors.push(problem);
        } else {
            self.warnings.push(problem);
        }
    }

    pub(crate) const fn is_verified(&self) -> bool {
        self.errors.is_empty()
    }

    pub(crate) fn status(&self) -> StatusCode {
        if self.is_verified() {
            StatusCode::OK
        } else {
            StatusCode::BAD_REQUEST
        }
    }

    /// Errors first.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        self.errors.iter().chain(&self.warnings).cloned().collect()
    }

    /// The answer, without the document.
    pub(crate) fn to_object(&self) -> Object {
        object! {
            "verified" => self.is_verified(),
            "problemDetails" => details(&self.problems()),
            "errors" => details(&self.errors),
            "warnings" => details(&self.warnings),
        }
    }
}

/// The result of one part: whether it holds, and the part.
pub(crate) fn result(verified: bool, input: &Value) -> Object {
    object! { "verified" => verified, "input" => input.clone() }
}
