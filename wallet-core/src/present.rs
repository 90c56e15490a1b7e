//! Presenting: from a world's request to its signed receipt (OpenID4VP 1.0, `direct_post` and
//! `direct_post.jwt`). The holder's side runs it.
//!
//! ```text
//! link ── read_request ──▶ Request ── (person confirms its origin) ── open ──▶ VerifiedRequest
//!   ── prepare ──▶ Prepared { Disclosure } ── (person agrees) ── accept ──▶ Accepted
//!   ── send ──▶ Presented              └─ decline: one answer, whatever the cause
//! ```
//! Nobody is contacted but the world that asks and, after the person agreed to a lease, the ledger that
//! writes it; and nothing of a request is shown before its
//! signature is checked, or it is said that it has none ([`Disclosure::authentication`]). A copy is
//! spent and the history written before bytes leave. A run that was interrupted in between may have sent: the same
//! answer is not sent again unless the person says so.

mod choose;
mod error;
mod request;
mod respond;
mod seal;

use fetch::{Client, Policy};
use proofs::sd_jwt::UnverifiedSdJwt;
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::ledger::HeadDocument;
use schemas::oid4vp::response::AuthorizationResponse;
use schemas::world::WorldId;

pub use choose::{Leases, Preference, Wishes, prepare};
pub use error::{ClientFault, Named, OtherFormat, PresentError, ReceiptFault};
pub use request::{Request, VerifiedRequest, open, read_request};
pub(crate) use respond::check_receipt;
pub use respond::{Presented, abandon, send};

use crate::consent::{ConsentMismatch, Disclosure};
use crate::holding::{CopyId, HoldingId};
use crate::keys::KeyPath;

/// An answer that could be sent, with all that it would disclose. Nothing is spent yet.
#[derive(Debug)]
pub struct Prepared {
    request: VerifiedRequest,
    disclosure: Disclosure,
    answers: Vec<Answer>,
}

/// One credential that answers one part of a request.
#[derive(Debug)]
struct Answer {
    query_id: schemas::dcql::QueryId,
    holding: HoldingId,
    copy: CopyId,
    key: KeyPath,
    held: Held,
    head: Option<HeadDocument>,
}

/// A credential that leaves, before its presentation is signed.
#[derive(Clone, Debug)]
enum Held {
    /// An SD-JWT VC with the claims that are disclosed and no others.
    DcSdJwt(Box<UnverifiedSdJwt>),
    /// A W3C credential, which is one piece.
    LdpVc(Object),
}

/// An answer that the person agreed to.
#[derive(Debug)]
pub struct Accepted {
    prepared: Prepared,
    repetition: Repetition,
}

/// Whether an answer that may have been sent is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repetition {
    Allowed,
    Refused,
}

impl Prepared {
    /// What would be disclosed.
    #[must_use]
    pub const fn disclosure(&self) -> &Disclosure {
        &self.disclosure
    }

    /// The request that it answers.
    #[must_use]
    pub const fn request(&self) -> &VerifiedRequest {
        &self.request
    }

    /// [`Accepted::policy`].
    fn policy(&self) -> Policy {
        let place = self.request.object().response_uri.world();
        let asking = [self.request.world().clone(), place.clone()];
        let ledgers = self
            .disclosure
            .leases
            .iter()
            .map(|lease| lease.ledger.clone());
        let worlds: Vec<WorldId> = asking.into_iter().chain(ledgers).collect();
        Policy::for_worlds(&worlds)
    }

    /// Takes the person's consent to exactly this: `digest` is [`Disclosure::digest`].
    ///
    /// # Errors
    /// [`PresentError::Consent`] when it is for something else; [`PresentError::Interrupted`] when an
    /// earlier run may have sent this very answer.
    pub fn accept(self, digest: &Sha256Digest) -> Result<Accepted, PresentError> {
        if let Some(interrupted) = self.disclosure.interrupted {
            return Err(PresentError::Interrupted {
                seq: interrupted.seq,
            });
        }
        self.agreed(digest, Repetition::Refused)
    }

    /// As [`Prepared::accept`], after the person was told that an interrupted run may have sent this
    /// answer, and wants it sent again. The copy is the same, so the world learns nothing new.
    ///
    /// # Errors
    /// [`PresentError::Consent`].
    pub fn accept_again(self, digest: &Sha256Digest) -> Result<Accepted, PresentError> {
        self.agreed(digest, Repetition::Allowed)
    }

    fn agreed(
        self,
        digest: &Sha256Digest,
        repetition: Repetition,
    ) -> Result<Accepted, PresentError> {
        ConsentMismatch::require(self.disclosure.digest, digest)?;
        Ok(Accepted {
            prepared: self,
            repetition,
        })
    }
}

impl Accepted {
    /// Where a client may go that sends it: where the request leads, and the ledgers that write its
    /// leases.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.prepared.policy()
    }
}

/// Tells the world no. The same bytes whether the person declined or nothing fitted, so that a world
/// cannot find out what somebody has; ask the person in both cases, so that time does not tell either.
///
/// # Errors
/// [`PresentError::Fetch`] when the world could not be told; nothing else leaves.
pub async fn decline(client: &Client, request: &VerifiedRequest) -> Result<(), PresentError> {
    let response = AuthorizationResponse::declined(request.object().state.clone());
    // What a world answers to a no changes nothing.
    respond::post(client, request, &response).await.map(drop)
}
