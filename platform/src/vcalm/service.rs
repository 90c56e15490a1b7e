//! What the conformance interface is made of: keys, its own address, its status lists, its clock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use platform::Clock;
use proofs::keys::SigningKey;
use proofs::rdf::WorkLimit;
use schemas::json::{Limits, Numbers, Object, Value};
use schemas::object;
use schemas::status::StatusPurpose;
use schemas::suite::Cryptosuite;
use schemas::terms::Contexts;
use schemas::time::Timestamp;

use crate::keys::Keys;
use crate::status::Lists;

/// The suite of the addresses that name none: it signs every JSON document, also texts with a base
/// direction, which RDF cannot carry.
pub(crate) const DEFAULT_SUITE: Cryptosuite = Cryptosuite::EddsaJcs2022;

/// The form in which documents that were made are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answers {
    /// As a member of an object, as VCALM has it.
    Wrapped,
    /// As they are.
    Bare,
}

/// The interface, without HTTP.
#[derive(Debug)]
pub(crate) struct Service {
    keys: Keys,
    origin: String,
    pub(crate) answers: Answers,
    /// The status that every credential is given that names none.
    pub(crate) always: Option<StatusPurpose>,
    clock: Clock,
    lists: Mutex<Lists>,
}

impl Service {
    pub(crate) fn new(
        keys: Keys,
        origin: String,
        answers: Answers,
        always: Option<StatusPurpose>,
    ) -> Self {
        Self {
            keys,
            origin,
            answers,
            always,
            clock: Clock::System,
            lists: Mutex::new(Lists::new()),
        }
    }

    pub(crate) const fn key(&self, suite: Cryptosuite) -> &SigningKey {
        self.keys.of(suite)
    }

    /// Its address, without a slash at the end.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// A document that was made, in the form that was chosen at start.
    pub(crate) fn answered(&self, name: &str, document: Object) -> Object {
        match self.answers {
            Answers::Bare => document,
            Answers::Wrapped => object! { name => document },
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The lists. What is done with them leaves them whole, so a handler that panicked does no harm.
    pub(crate) fn lists(&self) -> MutexGuard<'_, Lists> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it is and where, for people: a line a suite.
    pub(crate) fn lines(&self) -> Vec<String> {
        let lines = Cryptosuite::ALL.into_iter().map(|suite| {
            let did = self.key(suite).did_key();
            format!("{suite} {did} {}", self.issue_url(suite))
        });
        lines.collect()
    }

    /// The same as JSON.
    pub(crate) fn to_object(&self) -> Object {
        let suites: Vec<Value> = Cryptosuite::ALL
            .into_iter()
            .map(|suite| {
                Value::from(object! {
                    "cryptosuite" => suite.name(),
                    "id" => &self.key(suite).did_key(),
                    "verificationMethod" => &self.key(suite).verification_method(),
                    "issue" => self.issue_url(suite),
                })
            })
            .collect();
        object! {
            "name" => "omote-vcalm",
            "version" => env!("CARGO_PKG_VERSION"),
            "trust" => "none: it judges proofs and data model alone",
            "issue" => format!("{}/credentials/issue", self.origin),
            "verify" => format!("{}/credentials/verify", self.origin),
            "present" => format!("{}/presentations", self.origin),
            "verifyPresentation" => format!("{}/presentations/verify", self.origin),
            "suites" => suites,
        }
    }

    fn issue_url(&self, suite: Cryptosuite) -> String {
        format!("{}/suites/{suite}/credentials/issue", self.origin)
    }
}

/// What documents here may say: anything, in words of their own.
pub(crate) const fn contexts() -> Contexts {
    Contexts::for_conformance_suites()
}

/// How much work one proof may take.
pub(crate) const fn work() -> WorkLimit {
    WorkLimit::document()
}

/// How requests are read: strictly, but with every number that JSON has, because the documents of
/// others have them. What is signed and answered is the canonical form.
pub(crate) const fn limits() -> Limits {
    Limits {
        numbers: Numbers::AnyFinite,
        ..Limits::document()
    }
}
