//! The records of the store, as the world sees them.

use schemas::digest::Sha256Digest;
use schemas::receipt::UniqueId;
use schemas::records::DecisionRecord;
use schemas::time::Timestamp;
use verifier::ListRef;

use super::places::{Lot, Place};

/// An offer to keep.
#[derive(Clone, Debug)]
pub(crate) struct NewOffer {
    /// Digest of the link.
    pub(crate) offer: Sha256Digest,
    /// Digest of the pre-authorized code.
    pub(crate) code: Sha256Digest,
    /// By which the world's people find what comes of it.
    pub(crate) grant: UniqueId,
    /// When it was made.
    pub(crate) made: Timestamp,
    /// `avatar` or `item`.
    pub(crate) configuration: &'static str,
    /// What is issued, as JSON.
    pub(crate) template: String,
    /// How many copies may be issued in all.
    pub(crate) copies: u32,
    /// From when on it is worth nothing.
    pub(crate) expires: Timestamp,
}

/// An access token to keep.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewToken {
    /// Digest of the token.
    pub(crate) token: Sha256Digest,
    /// From when on it is worth nothing.
    pub(crate) expires: Timestamp,
}

/// What became of a pre-authorized code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redeemed {
    /// The token is good.
    Done,
    /// Nobody was given this code, or its time is over.
    Unknown,
    /// It was redeemed before.
    Used,
}

/// What an access token permits.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    /// `avatar` or `item`.
    pub(crate) configuration: String,
    /// What is issued, as JSON.
    pub(crate) template: String,
    /// How many copies are left.
    pub(crate) copies: u32,
}

/// What the issuing of a batch uses up.
#[derive(Clone, Debug)]
pub(crate) struct Spending {
    /// The access token.
    pub(crate) token: Sha256Digest,
    /// How many copies.
    pub(crate) copies: u32,
    /// The nonce that the proofs answered.
    pub(crate) nonce: Sha256Digest,
    /// Until when the nonce has to be remembered.
    pub(crate) nonce_expires: Timestamp,
    /// By which the wallet says what became of the batch.
    pub(crate) notification: Sha256Digest,
    /// When the copies run out.
    pub(crate) valid_until: Timestamp,
    /// From which each copy gets a place in the status lists.
    pub(crate) lot: Lot,
}

/// What became of a [`Spending`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// All of it is spent, and each copy has a place in the status lists that nobody else ever gets.
    Done(Vec<Place>),
    /// The lot held no free place for each: draw another.
    Crowded,
    /// The grant was suspended or revoked meanwhile.
    Withdrawn,
    /// The nonce was answered before.
    NonceSpent,
    /// The token has fewer copies left, or its time is over.
    TooMany,
}

/// An admission to keep.
#[derive(Clone, Debug)]
pub(crate) struct NewAdmission {
    /// Its name.
    pub(crate) id: UniqueId,
    /// Digest of the request link.
    pub(crate) request: Sha256Digest,
    /// Digest of the response path.
    pub(crate) response: Sha256Digest,
    /// Digest of the poll address.
    pub(crate) poll: Sha256Digest,
    /// What was asked, as the JSON of the admission request.
    pub(crate) asked: String,
    /// When it was asked.
    pub(crate) created: Timestamp,
    /// From when on no answer is taken.
    pub(crate) expires: Timestamp,
}

/// How far an admission has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AdmissionState {
    /// Waiting for an answer.
    Open,
    /// Verified and admitted.
    Admitted,
    /// Verified, or not, and refused.
    Refused,
    /// Verified, and a person of the world decides.
    Review,
    /// The person declined.
    Declined,
}

impl AdmissionState {
    pub(crate) const ALL: [Self; 5] = [
        Self::Open,
        Self::Admitted,
        Self::Refused,
        Self::Review,
        Self::Declined,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Admitted => "admitted",
            Self::Refused => "refused",
            Self::Review => "review",
            Self::Declined => "declined",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// An admission.
#[derive(Clone, Debug)]
pub(crate) struct Admission {
    pub(crate) id: UniqueId,
    pub(crate) asked: String,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) state: AdmissionState,
    /// When it was answered.
    pub(crate) closed: Option<Timestamp>,
    /// What the world that asked is told, sealed; swept after a short time.
    pub(crate) result: Option<Vec<u8>>,
}

/// The end of an admission.
#[derive(Clone, Debug)]
pub(crate) struct Closing {
    /// Any state but open.
    pub(crate) state: AdmissionState,
    /// What the world that asked is told, sealed.
    pub(crate) result: Vec<u8>,
    /// The record that stays.
    pub(crate) decision: DecisionRecord,
}

/// The newest date of a list of somebody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeenList {
    pub(crate) list: ListRef,
    pub(crate) kind: ListKind,
    pub(crate) newest: Timestamp,
}

/// A kind of list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListKind {
    Status,
    Trust,
}

impl ListKind {
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Trust => "trust",
        }
    }

    pub(crate) fn from_id(id: &str) -> Option<Self> {
        [Self::Status, Self::Trust]
            .into_iter()
            .find(|kind| kind.id() == id)
    }
}
