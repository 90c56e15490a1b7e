//! What all protocol messages have in common: reading members strictly, and saying what was wrong.
//!
//! Run by both sides. A member that is absent, one that has another JSON type and one with a value
//! that means nothing are three different faults; none of them is ever read as another.

mod document;
#[cfg(test)]
pub(crate) mod judged;
mod members;
mod values;

use std::fmt;

use crate::json::{self, Limits, Object, ReadError, Value};
use crate::reason::Reason;

pub use document::{Confidential, WireDocument};
pub(crate) use members::{Kind, Members, printable, url_safe};
pub use values::MAX_PURPOSE;
pub(crate) use values::{natural, read_date, read_numeric_date, read_purpose, write_date};

/// A JSON message of a protocol: one strict reading, one writing.
///
/// Not a check of anything but its shape: who sent it, and whether it may, is judged elsewhere.
pub trait Message: Sized {
    /// Reads the message from a value.
    ///
    /// # Errors
    /// [`MessageError`] names the member and what is wrong with it.
    fn from_value(value: &Value) -> Result<Self, MessageError>;

    /// The message as an object.
    fn to_object(&self) -> Object;

    /// Reads the message from the bytes of a body, at most 256 KiB.
    ///
    /// # Errors
    /// When the bytes are not strict JSON, or not this message.
    fn read(bytes: &[u8]) -> Result<Self, MessageError> {
        Self::from_value(&json::read(bytes, &Limits::message())?)
    }

    /// The message as a value.
    fn to_value(&self) -> Value {
        Value::Object(self.to_object())
    }

    /// The bytes of a body.
    fn to_bytes(&self) -> Vec<u8> {
        crate::canonical::object_to_bytes(&self.to_object())
    }
}

/// Why a message was not read. Holds names of members and kinds of values, never values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageError {
    message: &'static str,
    member: &'static str,
    problem: Problem,
    reason: Reason,
}

/// What is wrong with a message or with one member of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The bytes are not strict JSON.
    Json(ReadError),
    /// The bytes are not a strict form or link.
    Form(crate::form::FormError),
    /// License terms that are none.
    License(crate::license::LicenseError),
    /// A member that must be there is not.
    Missing,
    /// Another JSON type.
    Type {
        /// The kind that is expected.
        expected: &'static str,
        /// The kind that was found.
        found: &'static str,
    },
    /// The right type with a value that is not allowed.
    Value {
        /// What would be.
        expected: &'static str,
    },
    /// A well-formed value that names something that is not supported here.
    Unsupported,
    /// More or longer than is read.
    TooLarge {
        /// The most that is read.
        limit: usize,
        /// What was found.
        found: usize,
    },
    /// Two members of which only one may be there.
    Excludes {
        /// The other member.
        other: &'static str,
    },
    /// The same thing said twice.
    Repeated,
    /// A member that this message does not have.
    Unknown,
    /// A value that differs from the one that was expected from elsewhere.
    Mismatch {
        /// What it has to be equal to.
        expected: &'static str,
    },
}

impl MessageError {
    /// A fault in one member.
    pub(crate) const fn new(
        message: &'static str,
        member: &'static str,
        problem: Problem,
        reason: Reason,
    ) -> Self {
        Self {
            message,
            member,
            problem,
            reason,
        }
    }

    /// The name of the message or of the part of it.
    #[must_use]
    pub const fn message(&self) -> &'static str {
        self.message
    }

    /// The member; empty when the fault is in the whole.
    #[must_use]
    pub const fn member(&self) -> &'static str {
        self.member
    }

    /// What is wrong.
    #[must_use]
    pub const fn problem(&self) -> Problem {
        self.problem
    }

    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }
}

impl From<ReadError> for MessageError {
    fn from(error: ReadError) -> Self {
        Self::new("message", "", Problem::Json(error), error.reason())
    }
}

impl fmt::Display for MessageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.message)?;
        if !self.member.is_empty() {
            write!(formatter, ", {}", self.member)?;
        }
        match self.problem {
            Problem::Json(error) => write!(formatter, ": {error}"),
            Problem::Form(error) => write!(formatter, ": {error}"),
            Problem::License(error) => write!(formatter, ": {error}"),
            Problem::Missing => formatter.write_str(": missing"),
            Problem::Type { expected, found } => {
                write!(formatter, ": expected {expected}, found {found}")
            }
            Problem::Value { expected } => write!(formatter, ": not {expected}"),
            Problem::Unsupported => formatter.write_str(": not supported"),
            Problem::TooLarge { limit, found } => {
                write!(formatter, ": {found}, and at most {limit} are read")
            }
            Problem::Excludes { other } => write!(formatter, ": not together with {other}"),
            Problem::Repeated => formatter.write_str(": said twice"),
            Problem::Unknown => formatter.write_str(": a member that this message does not have"),
            Problem::Mismatch { expected } => write!(formatter, ": differs from {expected}"),
        }
    }
}

impl std::error::Error for MessageError {}
