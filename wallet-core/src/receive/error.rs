//! Why nothing was received. The holder's side runs it.

use std::fmt;

use fetch::FetchError;
use schemas::message::MessageError;
use schemas::oauth::ErrorCode;
use schemas::reason::Reason;
use schemas::world::WorldId;
use verifier::Report;

use crate::consent::ConsentMismatch;
use crate::error::StoreError;
use crate::holding::HoldingError;
use crate::origin::OriginError;

/// Which message was being exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The credential itself.
    Credential,
    /// The metadata of the issuer.
    IssuerMetadata,
    /// The nonce for key proofs.
    Nonce,
    /// The offer.
    Offer,
    /// The metadata of the authorization server.
    ServerMetadata,
    /// The access token.
    Token,
}

impl Step {
    const fn name(self) -> &'static str {
        match self {
            Self::Credential => "the credential",
            Self::IssuerMetadata => "the issuer's metadata",
            Self::Nonce => "the nonce",
            Self::Offer => "the offer",
            Self::ServerMetadata => "the authorization server's metadata",
            Self::Token => "the access token",
        }
    }
}

/// Why nothing was received.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ReceiveError {
    /// The person agreed to something else.
    Consent(ConsentMismatch),
    /// The issuer's DID document could not be had, so nothing it signs could be checked.
    Document {
        /// Why.
        reason: Reason,
    },
    /// The network did not deliver.
    Fetch(FetchError),
    /// The keys or the holding were not stored.
    Holding(HoldingError),
    /// What arrived is not what was offered, or is not to be believed.
    Import(ImportFault),
    /// A message is not of the right form.
    Message {
        /// Which one.
        step: Step,
        /// What is wrong with it.
        error: MessageError,
    },
    /// The world is not confirmed.
    Origin(OriginError),
    /// Something leads to another world than the confirmed one.
    OtherWorld {
        /// In which message.
        step: Step,
        /// The confirmed world.
        expected: WorldId,
        /// The other one.
        found: WorldId,
    },
    /// The world refused.
    Refused {
        /// At which step.
        step: Step,
        /// The code of the protocol.
        code: ErrorCode,
        /// Why, in our words.
        reason: Reason,
    },
    /// The access token cannot stand in a header.
    TokenMalformed,
    /// The offer asks for a transaction code, and none or one of another form was given.
    TxCode,
    /// Nothing that was asked for is offered in a form that this wallet understands.
    Unsupported {
        /// What is not supported.
        what: &'static str,
    },
}

/// What is wrong with credentials that arrived.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ImportFault {
    /// There are more credentials than keys were proved.
    Count {
        /// How many keys were proved.
        expected: usize,
        /// How many credentials came.
        found: usize,
    },
    /// The issuer wants to deliver later, which this wallet does not wait for.
    Deferred,
    /// The copies do not say the same.
    Differing,
    /// It is not of the format that was offered.
    Format,
    /// The verifier does not accept it.
    Verdict(Box<Report>),
}

impl ImportFault {
    /// The reason underneath: the verifier's, when it spoke.
    #[must_use]
    pub fn cause(&self) -> Reason {
        match self {
            Self::Count { .. } | Self::Differing | Self::Deferred => Reason::ImportRejected,
            Self::Format => Reason::CredMalformed,
            Self::Verdict(report) => report.reason().unwrap_or(Reason::InternalError),
        }
    }

    /// What the verifier found, when it spoke.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        match self {
            Self::Verdict(report) => Some(report),
            _ => None,
        }
    }
}

impl ReceiveError {
    /// The code of this refusal.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self {
            Self::Consent(error) => error.reason(),
            Self::Document { reason } | Self::Refused { reason, .. } => *reason,
            Self::Fetch(error) => error.reason(),
            Self::Holding(error) => error.reason(),
            Self::Import(_) | Self::TokenMalformed => Reason::ImportRejected,
            Self::Message { error, .. } => error.reason(),
            Self::Origin(error) => error.reason(),
            Self::OtherWorld { .. } => Reason::IssuerMetadataMismatch,
            Self::TxCode => Reason::TxCodeInvalid,
            Self::Unsupported { .. } => Reason::OfferRejected,
        }
    }

    /// The reason underneath, where there is one.
    #[must_use]
    pub fn cause(&self) -> Reason {
        match self {
            Self::Import(fault) => fault.cause(),
            other => other.reason(),
        }
    }
}

impl fmt::Display for ReceiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Consent(error) => error.fmt(f),
            Self::Document { reason } => {
                write!(
                    f,
                    "the issuer's DID document is not to be had ({})",
                    reason.code()
                )
            }
            Self::Fetch(error) => error.fmt(f),
            Self::Holding(error) => error.fmt(f),
            Self::Import(fault) => write!(f, "what arrived was not kept: {fault}"),
            Self::Message { step, error } => write!(f, "{}: {error}", step.name()),
            Self::Origin(error) => error.fmt(f),
            Self::OtherWorld {
                step,
                expected,
                found,
            } => {
                write!(
                    f,
                    "{} is of {found}; the world that was confirmed is {expected}",
                    step.name()
                )
            }
            Self::Refused { step, code, reason } => {
                write!(
                    f,
                    "the world refused {}: {code} ({})",
                    step.name(),
                    reason.code()
                )
            }
            Self::TokenMalformed => f.write_str("the access token cannot stand in a header"),
            Self::TxCode => {
                f.write_str("the offer asks for a code of another form than what was given")
            }
            Self::Unsupported { what } => write!(f, "the offer is not understood: {what}"),
        }
    }
}

impl fmt::Display for ImportFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count { expected, found } => {
                write!(f, "expected at most {expected} credentials; found {found}")
            }
            Self::Deferred => f.write_str("the issuer wants to deliver later"),
            Self::Differing => f.write_str("the copies do not say the same"),
            Self::Format => f.write_str("it is of another format than was offered"),
            Self::Verdict(report) => match report.headline() {
                Some((check, reason)) => {
                    write!(f, "the check {} failed ({})", check.id(), reason.code())
                }
                None => f.write_str("the verifier did not accept it"),
            },
        }
    }
}

impl std::error::Error for ReceiveError {}

impl From<ConsentMismatch> for ReceiveError {
    fn from(error: ConsentMismatch) -> Self {
        Self::Consent(error)
    }
}

impl From<FetchError> for ReceiveError {
    fn from(error: FetchError) -> Self {
        Self::Fetch(error)
    }
}

impl From<HoldingError> for ReceiveError {
    fn from(error: HoldingError) -> Self {
        Self::Holding(error)
    }
}

impl From<ImportFault> for ReceiveError {
    fn from(fault: ImportFault) -> Self {
        Self::Import(fault)
    }
}

impl From<OriginError> for ReceiveError {
    fn from(error: OriginError) -> Self {
        Self::Origin(error)
    }
}

impl From<StoreError> for ReceiveError {
    fn from(error: StoreError) -> Self {
        Self::Holding(HoldingError::Store(error))
    }
}
