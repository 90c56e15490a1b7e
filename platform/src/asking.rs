//! Asking for a presentation (OpenID4VP 1.0 section 5): who may enter is asked by the world's own
//! servers, the signed request is fetched by the wallet. Run by the world.

mod asker;
mod certificate;
pub(crate) mod encryption;
mod object;
mod query;
mod wallet;

use std::fmt;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemas::admission::{AdmissionCreated, AdmissionRequest, AdmissionState as Standing};
use schemas::canonical;
use schemas::credential::Format;
use schemas::encoding::base64url;
use schemas::json::{Limits, read};
use schemas::ledger::{LeaseRequest, Salt};
use schemas::message::{Message, MessageError};
use schemas::oid4vp::client_id::ClientId;
use schemas::oid4vp::link::{RequestLink, RequestUriMethod, RequestUriPost};
use schemas::oid4vp::request::{REQUEST_MEDIA_TYPE, ResponseMode};
use schemas::oid4vp::{Nonce, match_code};
use schemas::reason::Reason;
use schemas::receipt::UniqueId;
use schemas::time::Timestamp;
use schemas::web_url::WebUrl;
use verifier::LedgerItems;

use crate::error::{self, Refusal};
use crate::seal::Sealed;
use crate::server::body::{self, Kind};
use crate::store::{Admission, AdmissionState, NewAdmission, Records, StoreError};
use crate::ticket::{NoChance, Purpose, Ticket};
use crate::world::{World, seconds};

pub(crate) use asker::Askers;
pub use asker::{AskerError, CertificateReload};
pub use certificate::ChainFault;
pub(crate) use query::{formats_of, names_entry, query_of, transaction_data};
pub use query::{query_for, query_in};

/// Why an admission was not asked for.
#[derive(Debug)]
#[non_exhaustive]
pub enum AskError {
    /// A fault of ours: an address of ours is no address.
    Address,
    /// The certificate by which the world asks is not valid now.
    Certificate,
    /// Nobody is sent back to that address.
    ReturnTo,
    /// A lease where nothing could be leased.
    Lease,
    /// The policy requires a ledger of items, and the query leaves out where it keeps them.
    LedgerEntry,
    /// No random bytes.
    NoChance,
    /// The query.
    Query(MessageError),
    /// A statement where nothing is asked for in the format that can confirm one.
    Statement,
    /// The store.
    Store(StoreError),
}

impl AskError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Address => Reason::InternalError,
            Self::Certificate => Reason::ConfigMalformed,
            Self::Lease | Self::ReturnTo => Reason::BadRequest,
            Self::LedgerEntry => Reason::LedgerEntryMissing,
            Self::NoChance => Reason::RngFailure,
            Self::Query(error) => error.reason(),
            Self::Statement => Reason::TransactionDataUnsupported,
            Self::Store(error) => error.reason(),
        }
    }
}

impl fmt::Display for AskError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => formatter.write_str("an address of this world is no address"),
            Self::Certificate => formatter.write_str(
                "the certificate by which this world asks (asking.certificate) is not valid now",
            ),
            Self::ReturnTo => formatter.write_str(
                "return_to lies neither in the origin of this world nor in one of \
                 asking.return_origins",
            ),
            Self::Lease => formatter.write_str(
                "a lease is for items that are shown with the claim ledgerEntry, and the policy \
                 has to ask their ledgers (ledger.items)",
            ),
            Self::LedgerEntry => formatter.write_str(
                "the policy requires that every item stands in a ledger (ledger.items), and the \
                 query does not ask for the claim ledgerEntry",
            ),
            Self::NoChance => NoChance.fmt(formatter),
            Self::Query(error) => error.fmt(formatter),
            Self::Statement => formatter.write_str("a statement needs the format dc+sd-jwt"),
            Self::Store(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for AskError {}

impl From<NoChance> for AskError {
    fn from(_: NoChance) -> Self {
        Self::NoChance
    }
}

impl From<StoreError> for AskError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<AskError> for Refusal {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Store(error) => error.into(),
            AskError::NoChance => NoChance.into(),
            AskError::Query(error) => error.into(),
            AskError::Address => Self::internal(Reason::InternalError),
            AskError::Certificate => Self::internal(error.reason()).because(error),
            AskError::Lease | AskError::LedgerEntry | AskError::ReturnTo | AskError::Statement => {
                Self::bad("invalid_request", error.reason()).because(error)
            }
        }
    }
}

impl World {
    /// Asks for an admission: the link for the person, and where the outcome will stand.
    ///
    /// # Errors
    /// [`AskError`]
    pub async fn ask(&self, asked: &AdmissionRequest) -> Result<AdmissionCreated, AskError> {
        let asked = self.settled(asked)?;
        self.may_ask()?;
        let asker = self.askers.standing();
        let (request, poll) = (Ticket::for_link()?, Ticket::for_link()?);
        let response = request.derive(Purpose::Response);
        let id = new_id()?;
        let now = self.clock.now();
        let expires = now.plus_seconds(seconds(self.config.asking.request_life));
        let decryption = match asked.manner.response_mode {
            Some(ResponseMode::DirectPostJwt) => Some(encryption::draw(self, &id)?),
            _ => None,
        };
        let client_id = asker.client_id().clone();
        let admission = NewAdmission {
            id: id.clone(),
            request: request.digest(),
            response: response.digest(),
            poll: poll.digest(),
            asked: canonical::to_text(&asked.to_value()),
            client_id: client_id.as_str().to_owned(),
            decryption,
            created: now,
            expires,
        };
        self.store.add_admission(&admission).await?;
        let nonce = nonce_of(&response).ok_or(AskError::Address)?;
        Ok(AdmissionCreated {
            id,
            // Who comes back by the same browser needs nothing to compare.
            match_code: match asked.manner.return_to {
                None => Some(match_code(&client_id, &nonce)),
                Some(_) => None,
            },
            request_link: RequestLink::to(
                client_id,
                self.url("/openid4vp/request/", &request)?,
                RequestUriMethod::Post,
            ),
            poll_url: self.url("/admissions/", &poll)?,
            expires_at: expires,
        })
    }

    /// Whether wallets would believe a request of this world now.
    ///
    /// # Errors
    /// [`AskError::Certificate`], when it asks by one that is not valid.
    pub fn may_ask(&self) -> Result<(), AskError> {
        match self.askers.standing().is_valid_at(self.clock.now()) {
            true => Ok(()),
            false => Err(AskError::Certificate),
        }
    }

    /// The same request with everything said that was left to the configuration, which may be another
    /// when the answer comes. What cannot be answered is not asked.
    fn settled(&self, asked: &AdmissionRequest) -> Result<AdmissionRequest, AskError> {
        let mut asked = asked.clone();
        let manner = &mut asked.manner;
        let usual = &self.config.asking;
        if let Some(url) = &manner.return_to
            && !self.config.returns_to(url)
        {
            return Err(AskError::ReturnTo);
        }
        manner.response_mode.get_or_insert(usual.response_mode);
        if manner.formats.is_empty() {
            manner.formats.clone_from(&usual.formats);
        }
        if manner.statement.is_some() {
            // The other format has no place for it that the holder would sign.
            manner.formats.retain(|one| *one == Format::DcSdJwt);
            if manner.formats.is_empty() {
                return Err(AskError::Statement);
            }
        }
        let query = query_of(&asked.ask, &asked.manner.formats).map_err(AskError::Query)?;
        // The token of an admission names the key of whoever presented.
        query.require_bound().map_err(AskError::Query)?;
        transaction_data(&asked, &query).map_err(AskError::Query)?;
        let names_entry = names_entry(&query);
        let items = self.believing.policy().ledger().items;
        if names_entry == Some(false) && items == LedgerItems::Required {
            return Err(AskError::LedgerEntry);
        }
        let may_lease = names_entry == Some(true) && items != LedgerItems::NotAsked;
        match asked.manner.lease_minutes {
            Some(_) if !may_lease => return Err(AskError::Lease),
            None if may_lease => asked.manner.lease_minutes = usual.lease_minutes,
            Some(_) | None => {}
        }
        Ok(asked)
    }

    /// How far the admission of this name is, as it stands at the poll address; `None` when there is
    /// none, or none any more, and when the outcome is for the person's browser alone.
    ///
    /// # Errors
    /// When the store does not answer, or what it answers is broken.
    pub async fn standing(&self, id: &UniqueId) -> Result<Option<Standing>, StoreError> {
        match self.store.admission_by_id(id.as_str()).await? {
            Some(admission) if admission.response_code.is_none() => state_of(self, &admission),
            Some(_) | None => Ok(None),
        }
    }

    fn url(&self, path: &str, ticket: &Ticket) -> Result<WebUrl, AskError> {
        let address = self.config.address(&format!("{path}{}", ticket.expose()));
        address.parse().map_err(|_| AskError::Address)
    }
}

/// A new name for an admission or a decision.
pub(crate) fn new_id() -> Result<UniqueId, NoChance> {
    let mut bits = [0; 16];
    crate::ticket::draw(&mut bits)?;
    Ok(UniqueId::of_random(&bits))
}

/// What was asked, from the store.
pub(crate) fn asked_of(admission: &Admission) -> Result<AdmissionRequest, Refusal> {
    let broken = || Refusal::internal(Reason::InternalError);
    let value = read(admission.asked.as_bytes(), &Limits::document()).map_err(|_| broken())?;
    AdmissionRequest::from_value(&value).map_err(|_| broken())
}

/// `POST /admissions`
pub(crate) async fn create(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    body::admin_only(&world, request.headers())?;
    let bytes = body::message(&world, Kind::Json, request).await?;
    let asked = AdmissionRequest::read(&bytes)?;
    let created = world.ask(&asked).await?;
    let mut response = error::json(StatusCode::CREATED, &created.to_object());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// `GET` and `POST /openid4vp/request/{request}`: fetchable until it is answered.
pub(crate) async fn request_object(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    let link = Ticket::read(body::last_segment(&request)).ok_or(Refusal::not_found())?;
    let posted = if request.method() == Method::POST {
        let bytes = body::message(&world, Kind::Form, request).await?;
        RequestUriPost::read(&bytes)?
    } else {
        RequestUriPost::default()
    };
    let admission = world.store.admission_by_request(link.digest()).await?;
    let admission = admission
        .filter(|admission| admission.state == AdmissionState::Open)
        .ok_or(Refusal::not_found())?;
    if admission.expires <= world.clock.now() {
        return Err(Refusal::new(
            StatusCode::NOT_FOUND,
            "not_found",
            Reason::DeadlinePassed,
        ));
    }
    let text = object::signed(&world, &admission, &link, &posted)?;
    let headers = [
        (header::CONTENT_TYPE, REQUEST_MEDIA_TYPE),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((StatusCode::OK, headers, text).into_response())
}

/// The nonce of the request whose response goes to this path.
pub(crate) fn nonce_of(response: &Ticket) -> Option<Nonce> {
    Nonce::new(response.derive(Purpose::Nonce).expose())
}

/// What a request asks of the item that is shown: a lease under a salt that follows from the path to
/// which the response goes. No other request has the same.
pub(crate) fn lease_of(asked: &AdmissionRequest, response: &Ticket) -> Option<LeaseRequest> {
    let minutes = i64::try_from(asked.manner.lease_minutes?).ok()?;
    let salt = base64url::decode(response.derive(Purpose::Lease).expose())?;
    Some(LeaseRequest {
        salt: Salt::from_bytes(salt.try_into().ok()?),
        seconds: minutes.saturating_mul(60),
    })
}

/// By which name the request of an admission was made.
pub(crate) fn client_id_of(world: &World, admission: &Admission) -> Result<ClientId, Refusal> {
    match &admission.client_id {
        Some(text) => text
            .parse()
            .map_err(|_| Refusal::internal(Reason::InternalError)),
        None => Ok(ClientId::from(world.config.world())),
    }
}

/// What the world's own server is told; `None` when the time of the result is over.
pub(crate) fn state_of(
    world: &World,
    admission: &Admission,
) -> Result<Option<Standing>, StoreError> {
    let now = world.clock.now();
    if admission.state == AdmissionState::Open {
        return Ok(Some(match admission.expires <= now {
            true => Standing::Expired,
            false => Standing::Pending,
        }));
    }
    let life = seconds(world.config.asking.result_life);
    let over = |closed: Timestamp| closed.plus_seconds(life) <= now;
    let Some(sealed) = &admission.result else {
        return Ok(None);
    };
    if admission.closed.is_none_or(over) {
        return Ok(None);
    }
    let broken = StoreError::Corrupt("the result of an admission");
    let id = admission.id.as_str();
    let keys = &world.identity().keys;
    let Some(plain) = keys.open(Sealed::Result, id, sealed) else {
        // What was sealed with a key that somebody else may have is not believed any more: it is over.
        let ended = |closed| keys.history.was_compromised(closed);
        return match admission.closed.is_some_and(ended) {
            true => Ok(None),
            false => Err(broken),
        };
    };
    let value = read(&plain, &Limits::document()).ok();
    let told = value.and_then(|value| Standing::from_value(&value).ok());
    told.map(Some).ok_or(broken)
}
