//! What is asked of a verification. Nothing in it is optional: what is not asked is said so.

use schemas::asset::AssetFacts;
use schemas::credential::CredentialType;
use schemas::dcql::DcqlQuery;
use schemas::did::Did;
use schemas::ledger::Salt;
use schemas::oid4vp::client_id::ClientId;
use schemas::world::WorldId;

use crate::policy::Policy;

/// One question: what should be there, and under which policy it is judged.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The kind of document, and to what it has to be bound.
    pub asked: &'a Asked,
    /// Whether a model file has to be the one that the credential names.
    pub asset: &'a AssetAsked,
    /// Who may issue what, and how old things may be.
    pub policy: &'a Policy,
}

/// The document that is asked for.
#[derive(Clone, Debug)]
pub enum Asked {
    /// One credential: what a wallet receives, what a person was handed. A document, or the text of an
    /// SD-JWT with all that its holder has: one that is bound to a verifier, or in which a claim of our
    /// types is missing, is a presentation and no credential (`sd_holder_reject`).
    Credential(CredentialAsked),
    /// An answer to a request of our own: a `vp_token` (OpenID4VP 1.0 section 8.1), with documents for
    /// its `ldp_vc` parts and texts for its `dc+sd-jwt` parts.
    Presentation(PresentationAsked),
}

/// What a single credential has to be.
#[derive(Clone, Debug)]
pub struct CredentialAsked {
    /// The types that will do.
    pub types: Vec<CredentialType>,
    /// To whom it has to be bound.
    pub holder: Holder,
    /// Whether its status lists are asked.
    pub status: StatusAsked,
}

/// Whether the status lists that a credential names are part of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusAsked {
    /// The question is whether it is good now: what everybody asks who is to believe it.
    Asked,
    /// It is not: a holder who chooses among credentials in order to show one does not tell its
    /// issuer by asking.
    NotAsked,
}

/// To whom a single credential has to be bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// To anybody: the question is about the document, not about who has it.
    Anyone,
    /// To this key.
    Key(Did),
}

/// What a presentation has to answer.
#[derive(Clone, Debug)]
pub struct PresentationAsked {
    /// The nonce of our request. A proof over another one answers somebody else's question.
    pub challenge: Challenge,
    /// Our full client identifier, with its prefix.
    pub audience: Audience,
    /// What we asked to see.
    pub query: DcqlQuery,
    /// `transaction_data` of our request, each text as it was sent (OpenID4VP 1.0 section 8.4): what
    /// the holder has to have authorized with the key of a credential. Most requests have none.
    pub transaction_data: Vec<String>,
    /// Whether an item that is shown was to be marked as active in the world that asks.
    pub lease: LeaseAsked,
}

/// Whether a request asked for a lease (`omote_lease`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeaseAsked {
    /// It did not.
    NotAsked,
    /// It did: an item without a lease of this world is a finding beside the verdict.
    Asked {
        /// The world that asks, whatever its client identifier says.
        world: WorldId,
        /// What hides it in the lease.
        salt: Salt,
    },
}

/// A nonce that this verifier gave out, at least 128 bits in text form.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge(String);

impl Challenge {
    /// Shortest text of 128 bits in base64url.
    const MIN: usize = 22;

    /// The challenge of a request.
    ///
    /// # Errors
    /// When the text is too short to be one.
    pub fn new(nonce: impl Into<String>) -> Result<Self, ChallengeError> {
        let nonce = nonce.into();
        if nonce.len() < Self::MIN {
            Err(ChallengeError)
        } else {
            Ok(Self(nonce))
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Challenge {
    /// A live nonce is worth something: it is not printed.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Challenge(…)")
    }
}

/// A nonce shorter than 128 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChallengeError;

impl std::fmt::Display for ChallengeError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a challenge has at least 22 characters")
    }
}

impl std::error::Error for ChallengeError {}

/// For whom a presentation has to be made: the full client identifier, compared byte by byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience(String);

impl Audience {
    /// The audience of a request.
    #[must_use]
    pub fn new(client_id: impl Into<String>) -> Self {
        Self(client_id.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The world whose client identifier it is, where that says so.
    pub(crate) fn world(&self) -> Option<WorldId> {
        self.0.parse::<ClientId>().ok()?.world()
    }
}

/// Whether a model file is part of the question.
#[derive(Clone, Debug)]
pub enum AssetAsked {
    /// Only the credential is asked about.
    NotAsked,
    /// This file has to be the one that the credential names.
    Given(Box<AssetFacts>),
}
