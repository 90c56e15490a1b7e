//! Presenting: from a world's request to its signed receipt (OpenID4VP 1.0, signed requests,
//! `direct_post`). The holder's side runs it.
//!
//! ```text
//! link ── read_request ──▶ Request ── (person confirms its origin) ── open ──▶ VerifiedRequest
//!   ── prepare ──▶ Prepared { Disclosure } ── (person agrees) ── accept ──▶ Accepted
//!   ── send ──▶ Presented              └─ decline: one answer, whatever the cause
//! ```
//! Nobody is contacted but the world that asks, and nothing of a request is shown before its
//! signature is checked. A copy is spent and the history written before bytes leave. A run that was
//! interrupted in between may have sent: the same answer is not sent again unless the person says so.

mod choose;
mod error;
mod request;
mod respond;

use fetch::Client;
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::oid4vp::response::AuthorizationResponse;
use schemas::world::WorldId;

pub use choose::{Preference, prepare};
pub use error::{ClientFault, PresentError, ReceiptFault};
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
    credential: Object,
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

/// Whether an entry of the history is about something that was shown to a world.
pub(crate) fn is_of(world: &WorldId, entry: &crate::history::Entry) -> bool {
    entry.kind == crate::history::EntryKind::Presented && entry.world.as_ref() == Some(world)
}
