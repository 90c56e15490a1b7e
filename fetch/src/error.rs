//! Why something was not fetched, and the reason code that follows from purpose and cause.
//!
//! Texts name no URL, no path, no DID and nothing that was sent or received: a path may be a secret
//! of the protocol. The origin is kept apart, for those who may show it.

use std::fmt;

use schemas::reason::Reason;

use crate::guard::Refusal;
use crate::purpose::Purpose;

/// Which part of a fetch ran out of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The head of the answer.
    Answer,
    /// The body of the answer.
    Body,
    /// The connection, TLS included.
    Connect,
    /// The name.
    Lookup,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The connection ended, or carried something that is not HTTP, before the answer was complete.
    Broken,
    /// No address accepted a connection.
    Connect,
    /// The body is compressed or otherwise encoded, which was not asked for.
    ContentEncoding,
    /// The answer is of another type than the purpose accepts.
    ContentType {
        /// The types that are accepted.
        expected: &'static [&'static str],
        /// What was declared, shortened.
        found: Option<String>,
    },
    /// A DID of a method that has no document on the web.
    DidMethod,
    /// A `did:web` with a port that is not open to DIDs.
    DidPort {
        /// The port of the DID.
        found: u16,
    },
    /// The document's `id` is not the DID that was asked for.
    IdMismatch,
    /// The body is not JSON as this house reads it.
    Json(Reason),
    /// The name has no address, or the name service did not answer.
    Lookup,
    /// This machine has no root certificates that could be read.
    NoRoots,
    /// The answer leads elsewhere, which this purpose does not allow, or it did so too often.
    Redirect {
        /// Its HTTP status.
        status: u16,
    },
    /// The guard refused the URL, one of its addresses, or those of a redirect.
    Refused(Refusal),
    /// The settings of the HTTP client were not accepted: a fault of this crate.
    Setup,
    /// Time ran out.
    Slow {
        /// During what.
        stage: Stage,
    },
    /// An HTTP status that is no success.
    Status {
        /// The status.
        found: u16,
    },
    /// TLS failed: the certificate, the name in it, or the versions offered.
    Tls,
    /// More bytes than are read.
    TooLarge {
        /// The most bytes that are read.
        limit: usize,
    },
    /// The connection went to an address that was not checked: a fault of this crate.
    WrongPeer,
}

/// Why something was not fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchError {
    purpose: Purpose,
    cause: Cause,
    origin: Option<String>,
}

impl FetchError {
    pub(crate) fn new(purpose: Purpose, cause: Cause, origin: Option<String>) -> Self {
        Self {
            purpose,
            cause,
            origin,
        }
    }

    /// What went wrong.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// What was to be fetched.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The origin that was asked, when the URL was good enough to have one. Not part of the text,
    /// because a service's log must not name whom a holder deals with.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// The reason code.
    #[must_use]
    pub fn reason(&self) -> Reason {
        if matches!(self.cause, Cause::Setup | Cause::WrongPeer) {
            return Reason::InternalError;
        }
        match self.purpose {
            Purpose::DidDocument | Purpose::KeyHistory => did_reason(&self.cause),
            Purpose::RequestObject => request_reason(&self.cause),
            Purpose::StatusList => status_reason(&self.cause),
            Purpose::ItemHead => match status_reason(&self.cause) {
                Reason::StatusUnavailable => Reason::HeadUnavailable,
                _ => Reason::HeadInvalid,
            },
            Purpose::TrustList => match status_reason(&self.cause) {
                Reason::StatusUnavailable => Reason::TrustListUnavailable,
                _ => Reason::TrustListInvalid,
            },
            Purpose::Offer => match &self.cause {
                Cause::Refused(_)
                | Cause::Redirect { .. }
                | Cause::ContentEncoding
                | Cause::ContentType { .. }
                | Cause::TooLarge { .. } => Reason::OfferRejected,
                cause => other_reason(cause),
            },
            _ => other_reason(&self.cause),
        }
    }
}

fn did_reason(cause: &Cause) -> Reason {
    match cause {
        Cause::DidMethod => Reason::DidMethodUnsupported,
        Cause::DidPort { .. } | Cause::Refused(Refusal::Port { .. }) => Reason::DidPort,
        Cause::IdMismatch => Reason::DidIdMismatch,
        Cause::Json(Reason::InputTooDeep | Reason::InputTooLarge) => Reason::DidTooLarge,
        Cause::Json(_) => Reason::DidDocumentInvalid,
        Cause::Redirect { .. } => Reason::DidRedirect,
        Cause::Refused(Refusal::Address(_) | Refusal::LocalName | Refusal::Scheme) => {
            Reason::DidResolutionBlocked
        }
        Cause::Refused(_) => Reason::DidMalformed,
        // The true size of an encoded body is unknown until it is decoded, and a body that drips is
        // longer than the time that a document may take.
        Cause::ContentEncoding | Cause::Slow { stage: Stage::Body } | Cause::TooLarge { .. } => {
            Reason::DidTooLarge
        }
        _ => Reason::DidResolutionFailed,
    }
}

fn request_reason(cause: &Cause) -> Reason {
    match cause {
        Cause::Refused(_)
        | Cause::Redirect { .. }
        | Cause::ContentEncoding
        | Cause::ContentType { .. }
        | Cause::TooLarge { .. } => Reason::RequestUriBlocked,
        cause => other_reason(cause),
    }
}

fn status_reason(cause: &Cause) -> Reason {
    match cause {
        Cause::Refused(_) | Cause::Redirect { .. } => Reason::StatusFetchBlocked,
        Cause::ContentEncoding | Cause::TooLarge { .. } => Reason::StatusTooLarge,
        Cause::Json(_) => Reason::StatusInvalid,
        _ => Reason::StatusUnavailable,
    }
}

fn other_reason(cause: &Cause) -> Reason {
    match cause {
        Cause::Refused(_) => Reason::FetchBlocked,
        Cause::Redirect { .. } => Reason::RedirectRefused,
        Cause::ContentEncoding | Cause::TooLarge { .. } => Reason::InputTooLarge,
        Cause::Json(reason) => *reason,
        Cause::Status { found: 404 | 410 } => Reason::NotFound,
        Cause::Status { found: 401 | 403 } => Reason::Unauthorized,
        Cause::Status { found: 429 | 503 } => Reason::Overloaded,
        _ => Reason::WorldUnreachable,
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.purpose {
            Purpose::Credential => "the credential",
            Purpose::DidDocument => "the DID document",
            Purpose::IssuerMetadata => "the issuer's metadata",
            Purpose::ItemHead => "the newest step of the item",
            Purpose::KeyHistory => "the key history",
            Purpose::Log => "a part of the log",
            Purpose::Nonce => "the nonce",
            Purpose::Notification => "the notification",
            Purpose::Offer => "the credential offer",
            Purpose::PresentationResponse => "the presentation",
            Purpose::RequestObject => "the request",
            Purpose::StatusList => "the status list",
            Purpose::TrustList => "the trust list",
            Purpose::Token => "the access token",
            Purpose::World => "the world's answer",
        };
        write!(f, "{what} was not exchanged: {}", self.cause)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken => f.write_str("the connection broke before the answer was complete"),
            Self::Connect => f.write_str("no connection could be made"),
            Self::ContentEncoding => f.write_str("expected a plain body; found an encoded one"),
            Self::ContentType { expected, found } => {
                let found = found.as_deref().unwrap_or("none");
                write!(
                    f,
                    "expected content type {}; found {found}",
                    expected.join(" or ")
                )
            }
            Self::DidMethod => f.write_str("expected a did:web; found another method"),
            Self::DidPort { found } => {
                write!(
                    f,
                    "expected no port or one that is configured; found {found}"
                )
            }
            Self::IdMismatch => f.write_str("the document's id is not the DID that was asked for"),
            Self::Json(reason) => write!(f, "the body is not acceptable JSON ({})", reason.code()),
            Self::Lookup => f.write_str("the name has no address"),
            Self::NoRoots => {
                f.write_str("this machine has no root certificates that could be read")
            }
            Self::Redirect { status } => write!(f, "the answer leads elsewhere (status {status})"),
            Self::Refused(refusal) => write!(f, "{refusal}"),
            Self::Setup => f.write_str("the HTTP client could not be set up"),
            Self::Slow { stage } => f.write_str(match stage {
                Stage::Answer => "no answer in time",
                Stage::Body => "the answer did not end in time",
                Stage::Connect => "no connection in time",
                Stage::Lookup => "no answer from the name service in time",
            }),
            Self::Status { found } => write!(f, "expected a success; found HTTP status {found}"),
            Self::Tls => f.write_str("the server could not show by TLS that it is that host"),
            Self::TooLarge { limit } => write!(f, "expected at most {limit} bytes; found more"),
            Self::WrongPeer => {
                f.write_str("the connection went to an address that was not checked")
            }
        }
    }
}

impl std::error::Error for FetchError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::Range;

    #[test]
    fn purpose_and_cause_give_the_code() {
        let blocked = Cause::Refused(Refusal::Address(Range::Private));
        let html = Cause::ContentType {
            expected: &[],
            found: None,
        };
        for (purpose, cause, reason) in [
            (
                Purpose::DidDocument,
                blocked.clone(),
                Reason::DidResolutionBlocked,
            ),
            (
                Purpose::DidDocument,
                Cause::Refused(Refusal::Port { found: 1 }),
                Reason::DidPort,
            ),
            (
                Purpose::DidDocument,
                Cause::Refused(Refusal::Userinfo),
                Reason::DidMalformed,
            ),
            (
                Purpose::DidDocument,
                Cause::Tls,
                Reason::DidResolutionFailed,
            ),
            (
                Purpose::RequestObject,
                blocked.clone(),
                Reason::RequestUriBlocked,
            ),
            (
                Purpose::RequestObject,
                html.clone(),
                Reason::RequestUriBlocked,
            ),
            (
                Purpose::RequestObject,
                Cause::TooLarge { limit: 1 },
                Reason::RequestUriBlocked,
            ),
            (
                Purpose::RequestObject,
                Cause::Connect,
                Reason::WorldUnreachable,
            ),
            (
                Purpose::StatusList,
                blocked.clone(),
                Reason::StatusFetchBlocked,
            ),
            (
                Purpose::StatusList,
                Cause::TooLarge { limit: 1 },
                Reason::StatusTooLarge,
            ),
            (
                Purpose::StatusList,
                Cause::Json(Reason::ParseError),
                Reason::StatusInvalid,
            ),
            (
                Purpose::StatusList,
                Cause::Connect,
                Reason::StatusUnavailable,
            ),
            (Purpose::Offer, blocked.clone(), Reason::OfferRejected),
            (Purpose::Offer, html, Reason::OfferRejected),
            (Purpose::Token, blocked, Reason::FetchBlocked),
            (
                Purpose::Token,
                Cause::Json(Reason::ParseError),
                Reason::ParseError,
            ),
        ] {
            let error = FetchError::new(purpose, cause, None);
            assert_eq!(error.reason(), reason, "{error:?}");
        }
    }

    #[test]
    fn a_fault_of_this_crate_is_called_so_whatever_was_fetched() {
        for purpose in Purpose::ALL {
            for cause in [Cause::Setup, Cause::WrongPeer] {
                let error = FetchError::new(*purpose, cause, None);
                assert_eq!(error.reason(), Reason::InternalError);
            }
        }
    }
}
