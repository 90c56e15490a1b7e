//! Decision records: what was decided and why, in digests and reason codes. Kept for the configured
//! time, then deleted, and the deletion is recorded.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use schemas::message::Message;
use schemas::records::{DecisionList, PurgeRecord};

use crate::error::{Refusal, json_unstored};
use crate::server::body;
use crate::store::{Records, StoreError};
use crate::world::{World, seconds};

/// The most records in one list.
const MOST: u32 = 1000;

impl World {
    /// The newest decision records, and the newest records of their deletion.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn decisions(&self) -> Result<DecisionList, StoreError> {
        Ok(DecisionList {
            decisions: self.store.decisions(MOST).await?,
            purges: self.store.purges(MOST).await?,
        })
    }

    /// Deletes the decision records whose time is over, and records that it did.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn purge(&self) -> Result<PurgeRecord, StoreError> {
        let now = self.clock.now();
        let before = now.plus_seconds(-seconds(self.config.retention));
        self.store.purge(before, now).await
    }
}

/// `GET /decisions`
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    body::admin_only(&world, request.headers())?;
    Ok(json_unstored(&world.decisions().await?.to_object()))
}
