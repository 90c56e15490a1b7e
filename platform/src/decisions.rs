//! Decision records: what was decided and why, in digests and reason codes. Kept for the configured
//! time, then deleted, and the deletion is recorded.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use schemas::json::{Number, Object, Value};
use schemas::time::Timestamp;

use crate::error::{Refusal, json_unstored};
use crate::server::body;
use crate::store::{Decision, Purge, Records, StoreError};
use crate::world::{World, seconds};

/// The most records in one list.
const MOST: u32 = 1000;

/// Decision records and the records of their deletion, newest first.
#[derive(Clone, Debug)]
pub struct DecisionList {
    decisions: Vec<Decision>,
    purges: Vec<Purge>,
}

/// What a purge did.
#[derive(Clone, Debug)]
pub struct Purged(Purge);

impl World {
    /// The newest decision records.
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
    pub async fn purge(&self) -> Result<Purged, StoreError> {
        let now = self.clock.now();
        let before = now.plus_seconds(-seconds(self.config.retention));
        self.store.purge(before, now).await.map(Purged)
    }
}

impl DecisionList {
    /// The JSON form: `decisions` and `purges`.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let decisions: Vec<Object> = self.decisions.iter().map(decision_json).collect();
        let purges: Vec<Object> = self.purges.iter().map(purge_json).collect();
        schemas::object! { "v" => 1, "decisions" => decisions, "purges" => purges }
    }

    /// A line for each record, for people.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let decisions = self.decisions.iter().map(|decision| {
            let reasons: Vec<_> = decision
                .reasons
                .iter()
                .map(|reason| reason.code())
                .collect();
            format!(
                "{}  {:<11}  {:<13}  {}",
                decision.at,
                decision.kind.name(),
                decision.verdict,
                reasons.join(", ")
            )
        });
        let purges = self.purges.iter().map(|purge| {
            format!(
                "{}  purge        {} records older than {} deleted",
                purge.at, purge.removed, purge.before
            )
        });
        decisions.chain(purges)
    }
}

impl Purged {
    /// How many records were deleted.
    #[must_use]
    pub const fn removed(&self) -> u64 {
        self.0.removed
    }

    /// The moment before which records were deleted.
    #[must_use]
    pub const fn before(&self) -> Timestamp {
        self.0.before
    }

    /// The JSON form.
    #[must_use]
    pub fn to_object(&self) -> Object {
        purge_json(&self.0)
    }
}

fn decision_json(decision: &Decision) -> Object {
    let reasons: Vec<_> = decision
        .reasons
        .iter()
        .map(|reason| reason.code())
        .collect();
    let mut object = schemas::object! {
        "id" => decision.id.as_str(),
        "kind" => decision.kind.name(),
        "at" => decision.at,
        "input_digest" => decision.input,
        "verdict" => decision.verdict.as_str(),
        "reasons" => reasons,
        "outcome" => decision.outcome.as_str(),
    };
    if let Some(admission) = &decision.admission {
        object.insert("admission", admission.as_str());
    }
    if let Some(receipt) = decision.receipt {
        object.insert("receipt_digest", receipt);
    }
    object
}

fn purge_json(purge: &Purge) -> Object {
    let mut object = schemas::object! {
        "at" => purge.at,
        "before" => purge.before,
        "removed" => Number::from_u64_saturating(purge.removed),
    };
    if let Some((oldest, newest)) = purge.window {
        object.insert("oldest", Value::from(oldest));
        object.insert("newest", Value::from(newest));
    }
    object
}

/// `GET /decisions`
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    body::admin_only(&world, request.headers())?;
    Ok(json_unstored(&world.decisions().await?.to_object()))
}
