//! What whoever sent a step heard.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, ErrorKind};

use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use schemas::json::{Limits, Object, Value, read};
use schemas::ledger::{SentStep, StepAnswer};
use schemas::message::Message as _;

use crate::http::{Answer, Connection};

/// One answer, or none.
#[derive(Clone, Debug)]
pub enum Heard {
    /// The step was taken.
    Taken(Box<StepAnswer>),
    /// It was refused: status and reason code.
    Refused(u16, String),
    /// Nobody listens.
    NobodyListens,
    /// The connection ended before an answer came: whoever was to answer was killed.
    CutOff,
    /// Anything else, which there should not be.
    Else(String),
}

impl Heard {
    /// Of an error of a connection.
    #[must_use]
    pub fn of_error(error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::ConnectionRefused => Self::NobodyListens,
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof => Self::CutOff,
            other => Self::Else(format!("no answer: {other}")),
        }
    }

    pub(super) fn of_answer(answer: &Answer) -> Self {
        if answer.status == 200 {
            return match StepAnswer::read(&answer.body) {
                Ok(taken) => Self::Taken(Box::new(taken)),
                Err(error) => Self::Else(format!("200 with {error}")),
            };
        }
        Self::of_refusal(answer)
    }

    /// Of an answer that is no 200.
    #[must_use]
    pub fn of_refusal(answer: &Answer) -> Self {
        let reason = object_of(&answer.body).and_then(|object| {
            let reason = object.get("reason")?.as_str()?;
            Some(reason.to_owned())
        });
        match reason {
            Some(reason) => Self::Refused(answer.status, reason),
            None => Self::Else(format!("{} without a reason", answer.status)),
        }
    }
}

impl fmt::Display for Heard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken(_) => formatter.write_str("200"),
            Self::Refused(status, reason) => write!(formatter, "{status} {reason}"),
            Self::NobodyListens => formatter.write_str("nobody listens"),
            Self::CutOff => formatter.write_str("cut off"),
            Self::Else(what) => formatter.write_str(what),
        }
    }
}

/// A JSON object.
pub(super) fn object_of(bytes: &[u8]) -> Option<Object> {
    match read(bytes, &Limits::document()) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// Sends a step under the idempotency key that follows from it: again is the same again.
pub fn send_step(connection: &mut Connection, sent: &SentStep) -> Heard {
    match ask_for_step(connection, sent) {
        Ok(answer) => Heard::of_answer(&answer),
        Err(error) => Heard::of_error(&error),
    }
}

/// The same, and nobody has read the answer yet.
pub(super) fn ask_for_step(connection: &mut Connection, sent: &SentStep) -> io::Result<Answer> {
    let body = sent.to_bytes();
    let key = Sha256Digest::of_parts(&[b"key of a test ", &body]);
    let key = base64url::encode(key.as_bytes());
    let headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", key.as_str()),
    ];
    let path = format!("/items/{}/steps", sent.step.item);
    connection.ask("POST", &path, &headers, &body)
}

/// How often what was heard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<String, u64>);

impl Tally {
    /// Counts one.
    pub fn note(&mut self, heard: &Heard) {
        *self.0.entry(heard.to_string()).or_default() += 1;
    }

    /// Counts those of another.
    pub fn add(&mut self, other: &Self) {
        for (heard, count) in &other.0 {
            *self.0.entry(heard.clone()).or_default() += count;
        }
    }

    /// How often this.
    #[must_use]
    pub fn of(&self, heard: &str) -> u64 {
        self.0.get(heard).copied().unwrap_or(0)
    }

    /// What else was heard than these.
    #[must_use]
    pub fn beside(&self, expected: &[&str]) -> Vec<(String, u64)> {
        let others = self.0.iter();
        let others = others.filter(|(heard, _)| !expected.contains(&heard.as_str()));
        others
            .map(|(heard, count)| (heard.clone(), *count))
            .collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self
            .0
            .iter()
            .map(|(heard, count)| format!("{count} x {heard}"))
            .collect();
        formatter.write_str(&parts.join(", "))
    }
}
