//! Why something could not be judged at all. The holder's side runs it.

use std::fmt;

use schemas::reason::Reason;

/// Why something could not be judged at all.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckError {
    /// A document or list that lies beside the thing was not read.
    Beside {
        /// Why.
        reason: Reason,
    },
    /// It is something that others are judged by, and is not judged by itself.
    NotByItself(Aid),
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

/// Something that others are judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Aid {
    /// A bundle of documents and lists.
    Bundle,
    /// A DID document.
    DidDocument,
    /// A world's signed request.
    Request,
    /// A status list.
    StatusList,
    /// A trust list.
    TrustList,
}

impl Aid {
    const fn name(self) -> &'static str {
        match self {
            Self::Bundle => "a bundle of documents and lists",
            Self::DidDocument => "a DID document",
            Self::Request => "a world's request",
            Self::StatusList => "a status list",
            Self::TrustList => "a trust list",
        }
    }
}

impl CheckError {
    /// The code of this refusal.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::NotByItself(_) | Self::PartUnknown | Self::RequestMissing => Reason::BadRequest,
            Self::Beside { reason } | Self::Request { reason } => *reason,
            Self::Unrecognized => Reason::ParseError,
            Self::WorldUnconfirmed => Reason::OriginUnconfirmed,
        }
    }
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Beside { reason } => {
                write!(f, "what lies beside it was not read ({})", reason.code())
            }
            Self::NotByItself(aid) => {
                write!(f, "it is {}: others are judged by it", aid.name())
            }
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
