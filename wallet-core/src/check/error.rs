//! Why something could not be judged at all. The holder's side runs it.

use std::fmt;

use schemas::reason::Reason;

/// Why something could not be judged at all.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckError {
    /// The request has several parts, and a single presentation does not say which it answers.
    PartUnknown,
    /// The request beside it, or the presentation itself, was not read.
    Request {
        /// Why.
        reason: Reason,
    },
    /// A presentation says nothing without the request that it answers.
    RequestMissing,
    /// It is no kind of thing that can be judged.
    Unrecognized,
    /// It is by a world that the person has not confirmed, so nobody was asked for its key.
    WorldUnconfirmed,
}

impl CheckError {
    /// The code of this refusal.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::PartUnknown | Self::RequestMissing => Reason::BadRequest,
            Self::Request { reason } => *reason,
            Self::Unrecognized => Reason::ParseError,
            Self::WorldUnconfirmed => Reason::OriginUnconfirmed,
        }
    }
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PartUnknown => f.write_str(
                "the request has several parts; a single presentation does not say which it answers",
            ),
            Self::Request { reason } => {
                write!(f, "the request or presentation was not read ({})", reason.code())
            }
            Self::RequestMissing => {
                f.write_str("a presentation can be judged only beside the request that it answers")
            }
            Self::Unrecognized => {
                f.write_str("neither a credential, a presentation, a model file nor a receipt")
            }
            Self::WorldUnconfirmed => f.write_str("it is by a world that is not confirmed"),
        }
    }
}

impl std::error::Error for CheckError {}
