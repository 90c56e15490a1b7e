//! The records of the store, as the world sees them.

use schemas::digest::Sha256Digest;
use schemas::receipt::UniqueId;
use schemas::records::DecisionRecord;
use schemas::time::Timestamp;
use verifier::ListRef;

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
    /// By which name the world asks.
    pub(crate) client_id: String,
    /// The key to which the answer is to be encrypted, sealed.
    pub(crate) decryption: Option<Vec<u8>>,
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
    /// By which name the world asked; none for one from before there were several.
    pub(crate) client_id: Option<String>,
    /// The key to which the answer is to be encrypted, sealed; gone when it was answered.
    pub(crate) decryption: Option<Vec<u8>>,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) state: AdmissionState,
    /// When it was answered.
    pub(crate) closed: Option<Timestamp>,
    /// What the world that asked is told, sealed; swept after a short time.
    pub(crate) result: Option<Vec<u8>>,
    /// Digest of the code without which nobody is told; gone when it was told.
    pub(crate) response_code: Option<Sha256Digest>,
}

/// The end of an admission.
#[derive(Clone, Debug)]
pub(crate) struct Closing {
    /// Any state but open.
    pub(crate) state: AdmissionState,
    /// What the world that asked is told, sealed.
    pub(crate) result: Vec<u8>,
    /// Digest of the code without which nobody is told.
    pub(crate) response_code: Option<Sha256Digest>,
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
