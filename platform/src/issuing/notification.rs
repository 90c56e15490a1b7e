//! `POST /notification` (section 11): the wallet says what became of a batch.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use schemas::message::Message;
use schemas::oid4vci::error::at_notification;
use schemas::oid4vci::notification::NotificationRequest;
use schemas::reason::Reason;

use super::credential::authorized;
use crate::error::Refusal;
use crate::server::body::{self, Kind};
use crate::store::offers::Offers;
use crate::ticket::Ticket;
use crate::world::World;

pub(crate) async fn note(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let (token, _) = authorized(&world, request.headers()).await?;
    let bytes = body::message(&world, Kind::Json, request).await?;
    let refused = |reason| Refusal::of(StatusCode::BAD_REQUEST, &at_notification(reason));
    let told = NotificationRequest::read(&bytes)
        .map_err(|error| refused(error.reason()).because(error))?;
    let unknown = || refused(Reason::NotFound);
    let id = Ticket::read(&told.notification_id).ok_or_else(unknown)?;
    let noted = world
        .store
        .note(id.digest(), token.digest(), told.event.word())
        .await?;
    if noted {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(unknown())
    }
}
