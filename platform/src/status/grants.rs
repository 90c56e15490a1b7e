//! Grants: what came of one offer is suspended and revoked as one, however many copies there are; and
//! approved before there are any, where the offer says so.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use schemas::json::Limits;
use schemas::message::Message;
use schemas::reason::Reason;
use schemas::records::{Approval, GrantList, GrantRecord, GrantStatus, StatusChange};

use crate::error::{Refusal, json_unstored};
use crate::server::body;
use crate::store::offers::{Approved, Offers};
use crate::store::{Changed, Records, StoreError};
use crate::world::World;

/// The most grants in one list.
const MOST: u32 = 1000;

/// Why the status of a grant was not changed.
#[derive(Debug)]
#[non_exhaustive]
pub enum GrantError {
    /// It was approved or denied before, and stays so.
    Decided,
    /// Nobody has to approve it.
    NothingToApprove,
    /// There is none of this name, or none any more.
    Unknown,
    /// It is revoked, and stays so.
    Revoked,
    /// The store.
    Store(StoreError),
}

impl GrantError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Decided | Self::NothingToApprove => Reason::BadRequest,
            Self::Unknown => Reason::NotFound,
            Self::Revoked => Reason::GrantRevoked,
            Self::Store(error) => error.reason(),
        }
    }
}

impl fmt::Display for GrantError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decided => formatter
                .write_str("the grant was decided otherwise before; take it back by revoking it"),
            Self::NothingToApprove => {
                formatter.write_str("nobody has to approve this grant: its offer is not deferred")
            }
            Self::Unknown => formatter.write_str("there is no such grant"),
            Self::Revoked => formatter.write_str("the grant is revoked, which is for ever"),
            Self::Store(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for GrantError {}

impl From<StoreError> for GrantError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<GrantError> for Refusal {
    fn from(error: GrantError) -> Self {
        match error {
            GrantError::Decided | GrantError::NothingToApprove => {
                Self::new(StatusCode::CONFLICT, "invalid_request", Reason::BadRequest)
                    .because(error)
            }
            GrantError::Unknown => Self::not_found(),
            GrantError::Revoked => Self::new(
                StatusCode::CONFLICT,
                "invalid_request",
                Reason::GrantRevoked,
            ),
            GrantError::Store(error) => error.into(),
        }
    }
}

impl World {
    /// The newest grants.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn grants(&self) -> Result<GrantList, StoreError> {
        Ok(GrantList {
            grants: self.store.grants(MOST).await?,
        })
    }

    /// One grant.
    ///
    /// # Errors
    /// [`GrantError`]
    pub async fn grant(&self, grant: &str) -> Result<GrantRecord, GrantError> {
        let found = self.store.grant_record(grant).await?;
        found.ok_or(GrantError::Unknown)
    }

    /// Sets the status of a grant, and with it the bits of all copies that were issued on it. A grant
    /// that is not active issues no more copies. To ask for the status that it has is no error.
    ///
    /// # Errors
    /// [`GrantError`]
    pub async fn set_status(
        &self,
        grant: &str,
        status: GrantStatus,
    ) -> Result<GrantRecord, GrantError> {
        let now = self.clock.now();
        match self.store.change_grant(grant, status, now).await? {
            Changed::Done(record) => Ok(record),
            Changed::Revoked => Err(GrantError::Revoked),
            Changed::Unknown => Err(GrantError::Unknown),
        }
    }

    /// Approves or denies a grant whose offer waits for it. To say again what was said is no error.
    ///
    /// # Errors
    /// [`GrantError`]
    pub async fn decide_grant(
        &self,
        grant: &str,
        approval: Approval,
    ) -> Result<GrantRecord, GrantError> {
        match self.store.approve(grant, approval).await? {
            Approved::Done(record) => Ok(record),
            Approved::Otherwise => Err(GrantError::Decided),
            Approved::NotAsked => Err(GrantError::NothingToApprove),
            Approved::Unknown => Err(GrantError::Unknown),
        }
    }
}

/// `GET /grants`
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    body::admin_only(&world, request.headers())?;
    Ok(json_unstored(&world.grants().await?.to_object()))
}

/// `GET /grants/{grant}`
pub(crate) async fn show(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    body::admin_only(&world, request.headers())?;
    let grant = world.grant(body::last_segment(&request)).await?;
    Ok(json_unstored(&grant.to_object()))
}

/// `POST /grants/{grant}/status`
pub(crate) async fn change(
    State(world): State<Arc<World>>,
    Path(grant): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    body::admin_only(&world, request.headers())?;
    let value = body::json(&world, &Limits::message(), request).await?;
    let asked = StatusChange::from_value(&value)?;
    let changed = world.set_status(&grant, asked.status).await?;
    Ok(json_unstored(&changed.to_object()))
}

/// `POST /grants/{grant}/approve`
pub(crate) async fn approve(
    State(world): State<Arc<World>>,
    Path(grant): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    decide(&world, &grant, Approval::Approved, request).await
}

/// `POST /grants/{grant}/deny`
pub(crate) async fn deny(
    State(world): State<Arc<World>>,
    Path(grant): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    decide(&world, &grant, Approval::Denied, request).await
}

async fn decide(
    world: &Arc<World>,
    grant: &str,
    approval: Approval,
    request: Request,
) -> Result<Response, Refusal> {
    body::admin_only(world, request.headers())?;
    body::nothing(world, request).await?;
    let decided = world.decide_grant(grant, approval).await?;
    Ok(json_unstored(&decided.to_object()))
}
