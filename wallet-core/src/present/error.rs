//! Why nothing was presented, or what went wrong afterwards. The holder's side runs it.

use std::fmt;

use fetch::FetchError;
use proofs::jws::JwsError;
use schemas::dcql::{OverAsk, QueryId};
use schemas::message::MessageError;
use schemas::oauth::ErrorCode;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::certificate::CertificateFault;
use crate::consent::ConsentMismatch;
use crate::error::StoreError;
use crate::history::HistoryError;
use crate::holding::{Format, HoldingError, HoldingId};
use crate::index::{Listed, Refillable};
use crate::origin::OriginError;

/// Why nothing was presented, or what went wrong afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PresentError {
    /// What would answer does not stand any more.
    Chosen {
        /// The holding.
        holding: Named,
        /// What the verifier says, or what its issuer has said.
        reason: Reason,
        /// When the wallet heard it from the issuer; `None` when the verifier says it now.
        heard: Option<Timestamp>,
    },
    /// The request is not shown to be the world's.
    Client(ClientFault),
    /// The person agreed to something else.
    Consent(ConsentMismatch),
    /// The request asks for an encrypted answer, and has no key or no way for it that is understood.
    Encryption,
    /// Every copy that would fit was shown to other worlds.
    Exhausted {
        /// The holding that would answer; `None` when a run at the same time took its last copy.
        holding: Option<Named>,
    },
    /// The time for the request is over.
    Expired,
    /// The network did not deliver.
    Fetch(FetchError),
    /// The world takes no proofs of a kind that this wallet makes.
    Formats,
    /// The history was not written.
    History(HistoryError),
    /// A holding or copy was not read or not spent.
    Holding(HoldingError),
    /// An earlier run may have sent this very answer.
    Interrupted {
        /// Its entry in the history.
        seq: u64,
    },
    /// An item could not be marked as active in its ledger. Nothing was sent to the world.
    Lease {
        /// Why.
        reason: Reason,
        /// Whether a step for it is signed and goes on: in the ledger it may be active all the same.
        begun: bool,
    },
    /// A message is not of the right form.
    Message(MessageError),
    /// Nothing in the wallet answers the request.
    NothingFits {
        /// The part that nothing answers; `None` when it is the whole.
        query_id: Option<String>,
        /// What would answer it if it were written in the format that the part asks for.
        other: Option<OtherFormat>,
    },
    /// Several holdings are named for a part of which the world takes one.
    OnlyOne {
        /// The part.
        query_id: String,
    },
    /// The world is not confirmed.
    Origin(OriginError),
    /// The request asks for more than one consent can be about.
    OverAsk(OverAsk),
    /// What the world signed as a receipt is not one for this answer.
    Receipt(ReceiptFault),
    /// The world refused the answer.
    Refused {
        /// The code of the protocol.
        code: ErrorCode,
        /// Why, in our words.
        reason: Reason,
    },
    /// The request stands at another world than the one that asks.
    RequestElsewhere {
        /// The world that asks.
        expected: WorldId,
        /// Where the request stands.
        found: WorldId,
    },
    /// The request was not handed out.
    RequestStatus {
        /// The HTTP status.
        found: u16,
        /// What it stands for.
        reason: Reason,
    },
    /// The answer was not signed.
    Sign(proofs::present::PresentError),
    /// The answer was not put together or not signed.
    SignSdJwt(proofs::sd_jwt::PresentError),
    /// Something is to be agreed to, and nothing that would be shown can sign it.
    Unsigned,
    /// The client is no whole world: its DID is of another method, or has a path.
    NotAWorld,
}

/// A holding by its id and by the name that people know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: HoldingId,
    /// Its name. Text from outside: made safe where it is shown.
    pub name: String,
    /// Whether its issuer gives more copies.
    pub refill: Refillable,
}

impl From<&Listed> for Named {
    fn from(line: &Listed) -> Self {
        Self {
            id: line.id,
            name: line.name.clone(),
            refill: line.refill,
        }
    }
}

/// A holding that answers in kind, and is written in another format than the world asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherFormat {
    /// The format that the world asks for.
    pub asked: Format,
    /// The format of the holding.
    pub held: Format,
    /// The holding.
    pub holding: Named,
}

/// Why a request is not shown to be the world's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientFault {
    /// Its certificate does not show whose it is.
    Certificate(CertificateFault),
    /// The world's DID document could not be had.
    Document {
        /// Why.
        reason: Reason,
    },
    /// It was made in the future.
    Future,
    /// Its signature, type or algorithm.
    Jws(JwsError),
    /// The key that it names is not one by which the world acts.
    Key {
        /// Why.
        reason: Reason,
    },
    /// It names a key of somebody else.
    KidOfOther,
    /// It is not the request of the link, or not for this wallet.
    NotTheOne(MessageError),
    /// It is not text.
    NotText,
}

/// Why a receipt is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReceiptFault {
    /// It is for another nonce.
    Nonce,
    /// It is for another answer.
    Presentation,
    /// It is by another world.
    Issuer,
    /// Its signature, type or algorithm.
    Jws(JwsError),
    /// The key that it names is not one by which the world makes claims.
    Key {
        /// Why.
        reason: Reason,
    },
    /// It is not a receipt by its form.
    Message(MessageError),
}

impl ClientFault {
    /// The reason underneath.
    #[must_use]
    pub const fn cause(&self) -> Reason {
        match self {
            Self::Certificate(fault) => fault.cause(),
            Self::Document { reason } | Self::Key { reason } => *reason,
            Self::Future => Reason::ProofCreatedFuture,
            Self::Jws(error) => error.reason(),
            Self::KidOfOther => Reason::IssuerKeyMismatch,
            Self::NotTheOne(error) => error.reason(),
            Self::NotText => Reason::JwsSerialization,
        }
    }
}

impl ReceiptFault {
    /// The code of this refusal.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Nonce | Self::Presentation => Reason::DigestMismatch,
            Self::Issuer => Reason::IssuerKeyMismatch,
            Self::Jws(error) => error.reason(),
            Self::Key { reason } => *reason,
            Self::Message(error) => error.reason(),
        }
    }
}

impl PresentError {
    pub(super) fn nothing_fits(part: &QueryId) -> Self {
        Self::NothingFits {
            query_id: Some(part.as_str().to_owned()),
            other: None,
        }
    }

    /// The code of this refusal.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self {
            Self::Chosen { reason, .. }
            | Self::Lease { reason, .. }
            | Self::Refused { reason, .. }
            | Self::RequestStatus { reason, .. } => *reason,
            // A world whose document is not to be had may be itself all the same.
            Self::Client(ClientFault::Document { reason }) => *reason,
            Self::Client(_) => Reason::ClientAuthFailed,
            Self::Consent(error) => error.reason(),
            Self::Encryption => Reason::EncUnsupported,
            Self::Exhausted { .. } => Reason::CopyExhausted,
            Self::Expired => Reason::DeadlinePassed,
            Self::Fetch(error) => error.reason(),
            Self::Formats => Reason::ProofTypeUnsupported,
            Self::History(error) => error.reason(),
            Self::Holding(error) => error.reason(),
            Self::Interrupted { .. } => Reason::VpReplay,
            Self::Message(error) => error.reason(),
            Self::NothingFits { .. } => Reason::VpQueryUnsatisfied,
            Self::NotAWorld => Reason::DidMethodUnsupported,
            Self::OnlyOne { .. } => Reason::BadRequest,
            Self::OverAsk(error) => error.reason(),
            Self::Origin(error) => error.reason(),
            Self::Receipt(fault) => fault.reason(),
            Self::RequestElsewhere { .. } => Reason::RequestUriBlocked,
            Self::Sign(error) => error.reason(),
            Self::SignSdJwt(error) => error.reason(),
            Self::Unsigned => Reason::VpQueryUnsatisfied,
        }
    }

    /// The reason underneath, where there is one.
    #[must_use]
    pub fn cause(&self) -> Reason {
        match self {
            Self::Client(fault) => fault.cause(),
            other => other.reason(),
        }
    }
}

impl fmt::Display for PresentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chosen {
                holding, reason, ..
            } => {
                write!(
                    f,
                    "the holding {} does not stand any more ({})",
                    holding.id,
                    reason.code()
                )
            }
            Self::Client(fault) => write!(f, "the request is not shown to be the world's: {fault}"),
            Self::Consent(error) => error.fmt(f),
            Self::Encryption => f.write_str(
                "the request asks for an encrypted answer, without a key or a way to encrypt for it",
            ),
            Self::Exhausted { .. } => f.write_str("every copy was shown to other worlds"),
            Self::Expired => f.write_str("the time for this request is over"),
            Self::Fetch(error) => error.fmt(f),
            Self::Formats => f.write_str("the world takes no proof that this wallet makes"),
            Self::History(error) => error.fmt(f),
            Self::Holding(error) => error.fmt(f),
            Self::Interrupted { seq } => {
                write!(
                    f,
                    "an interrupted run may have sent this answer (history entry {seq})"
                )
            }
            Self::Lease { reason, .. } => {
                write!(f, "the item is not marked as active: {}", reason.code())
            }
            Self::Message(error) => error.fmt(f),
            Self::NothingFits {
                other: Some(other), ..
            } => {
                write!(
                    f,
                    "the world asks for {}, and the holding {} is {}",
                    other.asked, other.holding.id, other.held
                )
            }
            Self::NothingFits {
                query_id: Some(id),
                other: None,
            } => {
                write!(
                    f,
                    "nothing in the wallet answers the part {id} of the request"
                )
            }
            Self::NothingFits {
                query_id: None,
                other: None,
            } => {
                f.write_str("nothing in the wallet answers the request")
            }
            Self::NotAWorld => f.write_str("the client is not a world with an origin of its own"),
            Self::OnlyOne { query_id } => {
                write!(f, "the world takes one credential for the part {query_id}")
            }
            Self::Origin(error) => error.fmt(f),
            Self::OverAsk(error) => error.fmt(f),
            Self::Receipt(fault) => {
                write!(
                    f,
                    "the answer was sent, and its receipt is not to be believed: {fault}"
                )
            }
            Self::Refused { code, reason } => {
                write!(
                    f,
                    "the world refused the answer: {code} ({})",
                    reason.code()
                )
            }
            Self::RequestElsewhere { expected, found } => {
                write!(f, "the request of {expected} stands at {found}")
            }
            Self::RequestStatus { found, .. } => {
                write!(f, "the request was not handed out (HTTP status {found})")
            }
            Self::Sign(error) => error.fmt(f),
            Self::SignSdJwt(error) => error.fmt(f),
            Self::Unsigned => {
                f.write_str("nothing that would be shown can sign what is to be agreed to")
            }
        }
    }
}

impl fmt::Display for ClientFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate(fault) => fault.fmt(f),
            Self::Document { reason } => {
                write!(
                    f,
                    "the world's DID document is not to be had ({})",
                    reason.code()
                )
            }
            Self::Future => f.write_str("it was made in the future"),
            Self::Jws(error) => error.fmt(f),
            Self::Key { reason } => write!(f, "its key is not the world's ({})", reason.code()),
            Self::KidOfOther => f.write_str("it names a key of somebody else"),
            Self::NotTheOne(error) => error.fmt(f),
            Self::NotText => f.write_str("it is not text"),
        }
    }
}

impl fmt::Display for ReceiptFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nonce => f.write_str("it is for another request"),
            Self::Presentation => f.write_str("it is for another answer"),
            Self::Issuer => f.write_str("it is by another world"),
            Self::Jws(error) => error.fmt(f),
            Self::Key { reason } => write!(f, "its key is not the world's ({})", reason.code()),
            Self::Message(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PresentError {}

impl From<ConsentMismatch> for PresentError {
    fn from(error: ConsentMismatch) -> Self {
        Self::Consent(error)
    }
}

impl From<FetchError> for PresentError {
    fn from(error: FetchError) -> Self {
        Self::Fetch(error)
    }
}

impl From<HistoryError> for PresentError {
    fn from(error: HistoryError) -> Self {
        Self::History(error)
    }
}

impl From<HoldingError> for PresentError {
    fn from(error: HoldingError) -> Self {
        match error {
            HoldingError::Exhausted | HoldingError::SpentElsewhere | HoldingError::Retired => {
                Self::Exhausted { holding: None }
            }
            HoldingError::AlreadyIntended { seq } => Self::Interrupted { seq },
            other => Self::Holding(other),
        }
    }
}

impl From<OriginError> for PresentError {
    fn from(error: OriginError) -> Self {
        Self::Origin(error)
    }
}

impl From<StoreError> for PresentError {
    fn from(error: StoreError) -> Self {
        Self::Holding(HoldingError::Store(error))
    }
}
