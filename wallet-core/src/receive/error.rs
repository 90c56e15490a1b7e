//! Why nothing was received. The holder's side runs it.

use std::fmt;

use fetch::FetchError;
use proofs::present::PresentError;
use schemas::check::Verdict;
use schemas::message::MessageError;
use schemas::oauth::ErrorCode;
use schemas::oid4vci::IssuerUrl;
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
    /// A credential that is delivered later.
    Deferred,
    /// The metadata of the issuer.
    IssuerMetadata,
    /// The login at the world.
    Login,
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
            Self::Deferred => "the credential that it owes",
            Self::IssuerMetadata => "the issuer's metadata",
            Self::Login => "the login",
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
    /// The person has not logged in at the world.
    LoginMissing,
    /// What the browser brought is no answer to this login.
    LoginState,
    /// A message is not of the right form.
    Message {
        /// Which one.
        step: Step,
        /// What is wrong with it.
        error: MessageError,
    },
    /// The world is not confirmed.
    Origin(OriginError),
    /// A code of another server than the one that was asked.
    OtherServer {
        /// The one that was asked.
        expected: Box<IssuerUrl>,
        /// The other one.
        found: Box<IssuerUrl>,
    },
    /// The world gives nothing here: there is no code, and no login that this wallet knows.
    NoWay,
    /// There is nothing of this kind that a world owes or gives again.
    NothingOwed,
    /// Something leads to another world than the confirmed one.
    OtherWorld {
        /// In which message.
        step: Step,
        /// The confirmed world.
        expected: WorldId,
        /// The other one.
        found: WorldId,
    },
    /// A key could not be proved.
    Prove(PresentError),
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
    /// The copies do not say the same.
    Differing,
    /// What it says about the ledger does not fit it, or it is held there by somebody else.
    Entry,
    /// It is not of the format that was offered.
    Format,
    /// An SD-JWT of which claims were kept back.
    KeptBack,
    /// An SD-JWT that somebody has bound to a verifier already.
    KeyBound,
    /// More copies of a holding say something else than the holding.
    OtherThanHeld,
    /// Copies with the same salts: whoever saw two of them would know that they belong together.
    SaltsAgain,
    /// The verifier does not accept it.
    Verdict(Box<Report>),
}

impl ImportFault {
    /// The reason underneath: the verifier's, when it spoke.
    #[must_use]
    pub fn cause(&self) -> Reason {
        match self {
            Self::Count { .. } | Self::Differing | Self::OtherThanHeld | Self::SaltsAgain => {
                Reason::ImportRejected
            }
            Self::Entry => Reason::LedgerEntryMismatch,
            Self::Format => Reason::CredMalformed,
            Self::KeptBack | Self::KeyBound => Reason::SdHolderReject,
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
            Self::Import(ImportFault::KeptBack | ImportFault::KeyBound) => Reason::SdHolderReject,
            Self::Import(_) | Self::TokenMalformed => Reason::ImportRejected,
            Self::LoginMissing | Self::LoginState => Reason::AuthCodeMismatch,
            Self::Message { error, .. } => error.reason(),
            Self::Origin(error) => error.reason(),
            Self::OtherServer { .. } | Self::OtherWorld { .. } => Reason::IssuerMetadataMismatch,
            Self::NothingOwed => Reason::NotFound,
            Self::Prove(error) => error.reason(),
            Self::TxCode => Reason::TxCodeInvalid,
            Self::NoWay | Self::Unsupported { .. } => Reason::OfferRejected,
        }
    }

    /// Whether what arrived is not to be believed, now or later. Not when it could not be decided: a
    /// list that is not to be had today may be there tomorrow.
    pub(super) fn is_final(&self) -> bool {
        match self {
            Self::Import(ImportFault::Verdict(report)) => report.verdict() == Verdict::Rejected,
            Self::Import(_) => true,
            _ => false,
        }
    }

    /// Whether the second code was wrong, so that it is worth asking for it again.
    #[must_use]
    pub const fn is_wrong_code(&self) -> bool {
        matches!(
            self,
            Self::TxCode
                | Self::Refused {
                    step: Step::Token,
                    reason: Reason::TxCodeInvalid,
                    ..
                }
        )
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
            Self::LoginMissing => f.write_str("nobody has logged in at the world"),
            Self::LoginState => f.write_str("what the browser brought is no answer to this login"),
            Self::Message { step, error } => write!(f, "{}: {error}", step.name()),
            Self::Origin(error) => error.fmt(f),
            Self::OtherServer { expected, found } => {
                write!(
                    f,
                    "the code is of {found}; the server that was asked is {expected}"
                )
            }
            Self::NoWay => f.write_str("there is no code, and no login that this wallet knows"),
            Self::NothingOwed => f.write_str("no world owes or gives this any more"),
            Self::Prove(error) => error.fmt(f),
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
            Self::Differing => f.write_str("the copies do not say the same"),
            Self::Entry => f.write_str("what it says about the ledger does not fit"),
            Self::Format => f.write_str("it is of another format than was offered"),
            Self::KeptBack => f.write_str("claims of it were kept back"),
            Self::KeyBound => f.write_str("it is bound to a verifier already"),
            Self::OtherThanHeld => f.write_str("it says something else than what is held"),
            Self::SaltsAgain => f.write_str("its copies could be told to belong together"),
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
