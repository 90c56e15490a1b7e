//! The way back of the person's browser on the same device (OpenID4VP 1.0 sections 8.2, 13.3 and
//! 14.3): the wallet sends it on with a code, and only who brings that code to the poll address, which
//! the session before it has, is told the outcome. So nobody is told what a stranger answered to a link
//! that was passed on.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use schemas::admission::{AdmissionRequest, Returned};
use schemas::digest::Sha256Digest;
use schemas::message::Message;
use schemas::reason::Reason;
use schemas::web_url::WebUrl;
use subtle::ConstantTimeEq;

use crate::asking::state_of;
use crate::error::{Refusal, json_unstored};
use crate::server::body::{self, Kind};
use crate::store::Records;
use crate::ticket::Ticket;
use crate::world::World;

/// Where a browser is sent, and with which code.
pub(super) struct WayBack {
    code: Ticket,
    url: WebUrl,
}

impl WayBack {
    /// With a new code; `None` when the person is on another device.
    pub(super) fn of(asked: &AdmissionRequest) -> Result<Option<Self>, Refusal> {
        let Some(to) = &asked.manner.return_to else {
            return Ok(None);
        };
        let code = Ticket::for_link()?;
        let url = format!("{to}#response_code={}", code.expose());
        let url = url
            .parse()
            .map_err(|_| Refusal::internal(Reason::InternalError))?;
        Ok(Some(Self { code, url }))
    }

    /// What the store keeps of the code.
    pub(super) fn digest(&self) -> Sha256Digest {
        self.code.digest()
    }

    /// `redirect_uri`
    pub(super) const fn url(&self) -> &WebUrl {
        &self.url
    }
}

/// What everybody hears who does not bring both, whatever there is.
pub(super) const fn mismatch() -> Refusal {
    Refusal::new(
        StatusCode::FORBIDDEN,
        "access_denied",
        Reason::SessionMismatch,
    )
}

/// `POST /admissions/{admission}`: for whoever has the poll address and brings the code, once.
pub(crate) async fn returned(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    let poll = Ticket::read(body::last_segment(&request)).ok_or(mismatch())?;
    let bytes = body::message(&world, Kind::Json, request).await?;
    let brought = Returned::read(&bytes)?.response_code;
    let code = Ticket::read(brought.reveal()).ok_or(mismatch())?.digest();
    let admission = world.store.admission_by_poll(poll.digest()).await?;
    let admission = admission.ok_or(mismatch())?;
    let expected = admission.response_code.ok_or(mismatch())?;
    if !bool::from(expected.as_bytes().ct_eq(code.as_bytes())) {
        return Err(mismatch());
    }
    let standing = state_of(&world, &admission)?.ok_or(mismatch())?;
    match world.store.tell_once(admission.id.as_str(), code).await? {
        true => Ok(json_unstored(&standing.to_object())),
        false => Err(mismatch()),
    }
}
