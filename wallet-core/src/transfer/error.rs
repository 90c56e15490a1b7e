//! Why an item did not move, or what went wrong with the answer. The holder's side runs it.

use std::fmt;

use fetch::{Cause, FetchError};
use proofs::ledger::LedgerError;
use schemas::ledger::ItemTag;
use schemas::message::MessageError;
use schemas::reason::Reason;

use crate::answer::reason_of_status;
use crate::consent::ConsentMismatch;
use crate::error::StoreError;
use crate::holding::HoldingError;
use crate::origin::OriginError;
use crate::receive::ReceiveError;
use crate::transfer::{Standing, StepKind};

/// Why an item did not move, or what went wrong with the answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TransferError {
    /// The ledger keeps no item of this wallet that is meant.
    Absent,
    /// The person agreed to something else.
    Consent(ConsentMismatch),
    /// The creator has to agree, and what is at hand is not their consent to this.
    Creator,
    /// The ledger's document, or one that it needs, could not be had.
    Document {
        /// Why.
        reason: Reason,
    },
    /// The network did not deliver.
    Fetch(FetchError),
    /// The holding or its keys were not stored.
    Holding(HoldingError),
    /// What the ledger said is not to be believed.
    Lied {
        /// Why.
        reason: Reason,
    },
    /// A message is not of the right form.
    Message(MessageError),
    /// Who is to sign as the item's creator is somebody else.
    NotCreator,
    /// The terms of the item do not allow it, or no further time.
    NotAllowed,
    /// The item does not stand so that this could be done.
    NotNow {
        /// How it stands.
        standing: Standing,
    },
    /// Nothing is offered to this wallet under this name.
    NothingOffered,
    /// It is active nowhere, so nothing is released.
    NotActive,
    /// The world is not confirmed.
    Origin(OriginError),
    /// The address is one of this wallet's own: nothing would change hands.
    OwnAddress,
    /// Nobody can have the key of the address.
    Receiver,
    /// The credential that was to come of it did not.
    Receive(Box<ReceiveError>),
    /// The ledger refused.
    Refused {
        /// Why.
        reason: Reason,
    },
    /// Nothing could be signed.
    Sign(LedgerError),
    /// Something on the way answered, and not the ledger: the ledger gives a reason.
    Unanswered {
        /// The HTTP status.
        status: u16,
    },
    /// The offer asks for something in return, and this is not what would be given; or it asks for
    /// nothing.
    Swap {
        /// What it asks for.
        wanted: Option<ItemTag>,
    },
    /// What would be asked for in return is the item itself, or held by this wallet.
    WantsOwn,
    /// Another step of this item was signed and has not ended.
    Unfinished {
        /// What it does.
        kind: StepKind,
    },
}

impl TransferError {
    /// The code of this refusal.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self {
            Self::Absent => Reason::LedgerEntryMissing,
            Self::Consent(error) => error.reason(),
            Self::Document { reason } | Self::Lied { reason } | Self::Refused { reason } => *reason,
            Self::Fetch(error) => error.reason(),
            Self::Holding(error) => error.reason(),
            Self::Message(error) => error.reason(),
            Self::Creator | Self::NotAllowed | Self::NotCreator => Reason::TransferNotAllowed,
            Self::NotNow { standing } => match standing {
                Standing::PassedOn | Standing::Offered { .. } | Standing::Held => {
                    Reason::TransferConflict
                }
                Standing::Burned | Standing::Ended | Standing::Suspended => Reason::ItemRevoked,
            },
            Self::NotActive => Reason::TransferConflict,
            Self::NothingOffered => Reason::NotFound,
            Self::Origin(error) => error.reason(),
            Self::OwnAddress | Self::Receiver => Reason::ReceiverInvalid,
            Self::Receive(error) => error.reason(),
            Self::Sign(error) => error.reason(),
            Self::Swap { .. } | Self::WantsOwn => Reason::BadRequest,
            Self::Unanswered { status } => reason_of_status(*status),
            Self::Unfinished { .. } => Reason::TransferUnfinished,
        }
    }

    /// Whether the step may be in the ledger or may yet come there: it is sent again, and never twice.
    #[must_use]
    pub fn may_be_done(&self) -> bool {
        match self {
            Self::Document { .. }
            | Self::Fetch(_)
            | Self::Lied { .. }
            | Self::Message(_)
            | Self::Receive(_)
            | Self::Unanswered { .. } => true,
            Self::Refused { reason } => !is_final(*reason),
            _ => false,
        }
    }

    /// Whether the ledger answered that there is no such thing.
    pub(super) fn is_not_there(&self) -> bool {
        matches!(self, Self::Fetch(error) if matches!(error.cause(), Cause::Status { found: 404 }))
    }
}

/// Whether a refusal can be a ledger's last word about a step: it says why this very step never comes
/// true. Everything else is over some day, or was said by something else than the ledger.
pub(crate) const fn is_final(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::BadRequest
            | Reason::IdempotencyConflict
            | Reason::ItemActiveElsewhere
            | Reason::ItemRevoked
            | Reason::ItemUnknown
            | Reason::KeyMalformed
            | Reason::LedgerChainFull
            | Reason::LedgerMalformed
            | Reason::OfferChanged
            | Reason::ReceiverInvalid
            | Reason::SigInvalid
            | Reason::TransferConflict
            | Reason::TransferExpired
            | Reason::TransferNotAllowed
            | Reason::TransferNotHolder
    )
}

impl fmt::Display for TransferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => {
                f.write_str("this holding stands in no ledger, or without a key of ours")
            }
            Self::Consent(error) => error.fmt(f),
            Self::Creator => f.write_str("the creator has to sign this very step"),
            Self::Document { reason } => write!(f, "the ledger's document: {}", reason.code()),
            Self::Fetch(error) => error.fmt(f),
            Self::Holding(error) => error.fmt(f),
            Self::Lied { reason } => write!(f, "what the ledger said: {}", reason.code()),
            Self::Message(error) => error.fmt(f),
            Self::NotCreator => f.write_str("the creator of this item is somebody else"),
            Self::NotAllowed => f.write_str("the terms allow no further pass"),
            Self::NotNow { standing } => write!(f, "the item is {}", standing.name()),
            Self::NotActive => f.write_str("the item is active nowhere"),
            Self::NothingOffered => f.write_str("nothing of this name is offered to this wallet"),
            Self::Origin(error) => error.fmt(f),
            Self::OwnAddress => f.write_str("this wallet itself has the key of this address"),
            Self::Receiver => f.write_str("nobody can take it at this address"),
            Self::Receive(error) => error.fmt(f),
            Self::Refused { reason } => write!(f, "the ledger refused: {}", reason.code()),
            Self::Sign(error) => error.fmt(f),
            Self::Swap { wanted: None } => f.write_str("the offer asks for nothing in return"),
            Self::Swap { wanted: Some(tag) } => {
                write!(f, "the offer asks for another item in return: {tag}")
            }
            Self::Unanswered { status } => {
                write!(f, "something else than the ledger answered: {status}")
            }
            Self::WantsOwn => f.write_str("what is asked for in return is this wallet's already"),
            Self::Unfinished { kind } => {
                write!(f, "a step was signed and has not ended: {}", kind.name())
            }
        }
    }
}

impl std::error::Error for TransferError {}

macro_rules! from {
    ($($error:ty => $variant:ident,)+) => {$(
        impl From<$error> for TransferError {
            fn from(error: $error) -> Self {
                Self::$variant(error.into())
            }
        }
    )+};
}
from! {
    ConsentMismatch => Consent,
    FetchError => Fetch,
    HoldingError => Holding,
    LedgerError => Sign,
    MessageError => Message,
    OriginError => Origin,
    ReceiveError => Receive,
    StoreError => Holding,
}
