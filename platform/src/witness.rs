//! A witness of logs (C2SP tlog-witness): it cosigns the checkpoints of the logs that it knows, each
//! only when every one that it cosigned before is its beginning. What the log of a world asks such
//! witnesses is in `ledger::witnesses`.
//!
//! A witness keeps its own key and its own state, and is nobody's world. What it promises is in one
//! conditional statement: a cosignature leaves it only after size and root are on its disk in the place
//! of the ones that they were proven from, so neither a race nor a power cut makes it sign two trees.
//!
//! ```text
//! POST /add-checkpoint ─ read (400) ─ which log (404) ─ its signature (403) ─ old size (409) ─ proof (422)
//!     ─ cosign ─ keep ─ 200
//! ```

mod config;
mod error;
mod logs;
mod serving;
mod state;

pub use config::{WitnessConfig, WitnessNew};
pub use error::WitnessError;
pub use serving::WitnessServing;

use std::sync::Arc;

use axum::http::StatusCode;
use proofs::tlog::TlogError;
use proofs::tlog::checkpoint::VerifiedCheckpoint;
use proofs::tlog::merkle::{TreeHead, verify_consistency};
use proofs::tlog::note::{KeyKind, MAX_SIGNATURES, NoteKey, NoteSigner};
use proofs::tlog::request::AddCheckpoint;
use schemas::reason::Reason;

use crate::clock::Clock;
use logs::Logs;
use state::State;

/// How often a request is judged anew when another was faster. The last of so many that race sees the
/// others' states, and is refused by them.
const ROUNDS: usize = 8;

/// A witness, open.
#[derive(Debug)]
pub struct Witness {
    config: WitnessConfig,
    logs: Logs,
    state: State,
    clock: Clock,
}

/// What is answered to a request that is not cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// 400: it is no request.
    Malformed(TlogError),
    /// 404: no log of this origin is known.
    Unknown,
    /// 403: it is not signed by the log.
    Unsigned(TlogError),
    /// 409: the size of the tree that was cosigned last.
    Conflict(u64),
    /// 422: it does not begin with the tree that was cosigned last.
    Inconsistent(TlogError),
    /// 503: the state or the log's keys cannot be read now.
    Unavailable(Reason),
}

impl Refused {
    /// The status of the answer (C2SP tlog-witness).
    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Unsigned(_) => StatusCode::FORBIDDEN,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Inconsistent(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl Witness {
    /// Opens a witness: its key, its state, the logs that it knows.
    ///
    /// # Errors
    /// [`WitnessError`]
    pub async fn open(config: WitnessConfig, clock: Clock) -> Result<Arc<Self>, WitnessError> {
        let state = State::open(&config.state_file(), clock.now()).await?;
        let logs = Logs::new(&config)?;
        Ok(Arc::new(Self {
            config,
            logs,
            state,
            clock,
        }))
    }

    /// Its settings.
    #[must_use]
    pub const fn config(&self) -> &WitnessConfig {
        &self.config
    }

    /// The key with which it cosigns, as logs and verifiers are told it.
    ///
    /// # Errors
    /// None for a witness that was opened.
    pub fn vkey(&self) -> Result<NoteKey, WitnessError> {
        Ok(self.signer()?.public().clone())
    }

    fn signer(&self) -> Result<NoteSigner<'_>, WitnessError> {
        let (name, key) = (self.config.name().clone(), self.config.key());
        Ok(NoteSigner::new(name, KeyKind::Cosignature, key)?)
    }

    /// Judges a request and cosigns: the lines of the answer.
    pub(crate) async fn add(&self, body: &str) -> Result<String, Refused> {
        let request = AddCheckpoint::read(body).map_err(Refused::Malformed)?;
        let (checkpoint, keys) = self.signed(&request).await?;
        for _ in 0..ROUNDS {
            let known = self.state.newest(checkpoint.origin()).await;
            let known = known.map_err(|error| unavailable(&error))?;
            let head = known.unwrap_or_else(TreeHead::empty);
            if request.old != head.size {
                return Err(Refused::Conflict(head.size));
            }
            verify_consistency(&head, checkpoint.head(), &request.path)
                .map_err(Refused::Inconsistent)?;
            let (line, note) = self.cosign(&checkpoint, &keys)?;
            let kept = self.state.advance(&checkpoint, &note, known).await;
            if kept.map_err(|error| unavailable(&error))? {
                return Ok(line);
            }
        }
        Err(Refused::Unavailable(Reason::Overloaded))
    }

    /// The newest checkpoint of a log with the cosignature of this witness, by the SHA-256 of its origin.
    pub(crate) async fn newest(&self, origin: &[u8; 32]) -> Result<Option<String>, Refused> {
        let note = self.state.note(origin).await;
        note.map_err(|error| unavailable(&error))
    }

    /// The checkpoint of a request, signed by its log, and the keys that the log has.
    async fn signed(
        &self,
        request: &AddCheckpoint,
    ) -> Result<(VerifiedCheckpoint, Vec<NoteKey>), Refused> {
        let origin = request.checkpoint.unverified().origin();
        let mut keys = self.logs.keys(origin, self.clock.now()).await?;
        let mut verified = request.checkpoint.clone().verify(origin, &keys);
        // A world may have changed its key.
        if verified == Err(TlogError::Unsigned)
            && let Some(newer) = self.logs.newer_keys(origin, self.clock.now()).await
        {
            keys = newer;
            verified = request.checkpoint.clone().verify(origin, &keys);
        }
        Ok((verified.map_err(Refused::Unsigned)?, keys))
    }

    /// The line, and the note as monitors are shown it: of what else is on a note this witness vouches
    /// for nothing, and hands nothing on.
    fn cosign(
        &self,
        checkpoint: &VerifiedCheckpoint,
        keys: &[NoteKey],
    ) -> Result<(String, String), Refused> {
        let signer = self.signer().map_err(|error| unavailable(&error))?;
        let line = checkpoint
            .cosign(self.clock.now(), &signer)
            .map_err(|error| unavailable(&error))?
            .to_string();
        // One line is its own.
        let keys = keys.get(..MAX_SIGNATURES - 1).unwrap_or(keys);
        let note = format!("{}{line}", checkpoint.of_log(keys));
        Ok((line, note))
    }
}

fn unavailable(error: &dyn std::fmt::Display) -> Refused {
    tracing::error!(%error, "the witness");
    Refused::Unavailable(Reason::DbUnavailable)
}

#[cfg(test)]
mod tests;
