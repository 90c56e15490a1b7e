//! Asking for a presentation (OpenID4VP 1.0 section 5): who may enter is asked by the world's own
//! servers, the signed request is fetched by the wallet. Run by the world.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use proofs::jws::Typ;
use schemas::admission::{AdmissionCreated, AdmissionRequest, AdmissionState as Standing, Ask};
use schemas::canonical;
use schemas::credential::CredentialType;
use schemas::dcql::{Count, CredentialQuery, DcqlQuery, HolderBinding, Meta, QueryId};
use schemas::json::{Limits, read};
use schemas::message::{Message, MessageError};
use schemas::oid4vp::link::{RequestLink, RequestUriMethod, RequestUriPost};
use schemas::oid4vp::request::{
    ClientMetadata, LdpVcSupport, REQUEST_MEDIA_TYPE, RequestObject, ResponseMode, VpFormats,
};
use schemas::oid4vp::{Nonce, State as ResponseState, WalletNonce};
use schemas::reason::Reason;
use schemas::receipt::UniqueId;
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;
use schemas::web_url::WebUrl;

use crate::error::{self, Refusal};
use crate::server::body::{self, Kind};
use crate::store::{Admission, AdmissionState, NewAdmission, Records, StoreError};
use crate::ticket::{NoChance, Purpose, Ticket};
use crate::world::{World, seconds};

/// Why an admission was not asked for.
#[derive(Debug)]
#[non_exhaustive]
pub enum AskError {
    /// A fault of ours: an address of ours is no address.
    Address,
    /// No random bytes.
    NoChance,
    /// The query.
    Query(MessageError),
    /// The store.
    Store(StoreError),
}

impl AskError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Address => Reason::InternalError,
            Self::NoChance => Reason::RngFailure,
            Self::Query(error) => error.reason(),
            Self::Store(error) => error.reason(),
        }
    }
}

impl fmt::Display for AskError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => formatter.write_str("an address of this world is no address"),
            Self::NoChance => NoChance.fmt(formatter),
            Self::Query(error) => error.fmt(formatter),
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
        }
    }
}

/// A query for credentials of these types, one each, all of them. The type's word is its id.
///
/// # Errors
/// When a type is named twice or none is.
pub fn query_for(types: &[CredentialType]) -> Result<DcqlQuery, MessageError> {
    let query = |kind: &CredentialType| {
        let id = match kind {
            CredentialType::Avatar => "avatar",
            CredentialType::Item => "item",
            CredentialType::Other => "other",
            CredentialType::AssetProvenance => "provenance",
        };
        Some(CredentialQuery {
            id: QueryId::new(id)?,
            meta: Meta::LdpVc {
                type_values: vec![vec![kind.iri().to_owned()]],
            },
            count: Count::One,
            trusted_authorities: Vec::new(),
            holder_binding: HolderBinding::Required,
            claims: Vec::new(),
            claim_sets: Vec::new(),
        })
    };
    DcqlQuery::new(types.iter().filter_map(query).collect(), Vec::new())
}

/// The query that an admission asks.
pub(crate) fn query_of(ask: &Ask) -> Result<DcqlQuery, MessageError> {
    match ask {
        Ask::Avatar => query_for(&[CredentialType::Avatar]),
        Ask::Item => query_for(&[CredentialType::Item]),
        Ask::Query(query) => Ok(query.clone()),
    }
}

impl World {
    /// Asks for an admission: the link for the person, and where the outcome will stand.
    ///
    /// # Errors
    /// [`AskError`]
    pub async fn ask(&self, asked: &AdmissionRequest) -> Result<AdmissionCreated, AskError> {
        query_of(&asked.ask).map_err(AskError::Query)?;
        let (request, poll) = (Ticket::for_link()?, Ticket::for_link()?);
        let id = new_id()?;
        let now = self.clock.now();
        let expires = now.plus_seconds(seconds(self.config.asking.request_life));
        let admission = NewAdmission {
            id: id.clone(),
            request: request.digest(),
            response: request.derive(Purpose::Response).digest(),
            poll: poll.digest(),
            asked: canonical::to_text(&asked.to_value()),
            created: now,
            expires,
        };
        self.store.add_admission(&admission).await?;
        Ok(AdmissionCreated {
            id,
            request_link: RequestLink {
                client_id: self.config.client_id(),
                request_uri: self.url("/openid4vp/request/", &request)?,
                method: RequestUriMethod::Post,
            },
            poll_url: self.url("/admissions/", &poll)?,
            expires_at: expires,
        })
    }

    /// How far the admission of this name is, as it stands at the poll address; `None` when there is
    /// none, or none any more.
    ///
    /// # Errors
    /// When the store does not answer, or what it answers is broken.
    pub async fn standing(&self, id: &UniqueId) -> Result<Option<Standing>, StoreError> {
        match self.store.admission_by_id(id.as_str()).await? {
            Some(admission) => state_of(self, &admission),
            None => Ok(None),
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
    let wallet_nonce = if request.method() == Method::POST {
        let bytes = body::message(&world, Kind::Form, request).await?;
        RequestUriPost::read(&bytes)?.wallet_nonce
    } else {
        None
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
    let object = object_of(&world, &admission, &link, wallet_nonce)?;
    let text = world
        .identity()
        .sign(Typ::RequestObject, &object.to_object());
    let headers = [
        (header::CONTENT_TYPE, REQUEST_MEDIA_TYPE),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((StatusCode::OK, headers, text).into_response())
}

fn object_of(
    world: &World,
    admission: &Admission,
    link: &Ticket,
    wallet_nonce: Option<WalletNonce>,
) -> Result<RequestObject, Refusal> {
    let broken = || Refusal::internal(Reason::InternalError);
    let asked = asked_of(admission)?;
    let names = world.config.names();
    let mut localized_names = Vec::new();
    if let Some(japanese) = names
        .japanese
        .as_ref()
        .filter(|_| asked.by == names.english)
    {
        localized_names.push(("ja".to_owned(), japanese.clone()));
    }
    let response = link.derive(Purpose::Response);
    Ok(RequestObject {
        client_id: world.config.client_id(),
        response_mode: ResponseMode::DirectPost,
        response_uri: world.url("/openid4vp/response/", &response)?,
        nonce: Nonce::new(response.derive(Purpose::Nonce).expose()).ok_or_else(broken)?,
        state: ResponseState::new(response.derive(Purpose::State).expose()),
        client_metadata: ClientMetadata {
            client_name: Some(asked.by.clone()),
            localized_names,
            logo_uri: None,
            vp_formats: VpFormats {
                ldp_vc: Some(LdpVcSupport {
                    proof_types: vec!["DataIntegrityProof".to_owned()],
                    cryptosuites: Cryptosuite::ALL
                        .map(|suite| suite.name().to_owned())
                        .to_vec(),
                }),
                others: Vec::new(),
            },
        },
        dcql_query: query_of(&asked.ask)?,
        wallet_nonce,
        issued_at: Some(admission.created),
        expires_at: Some(admission.expires),
        purpose: asked.purpose,
    })
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
    let Some(plain) = keys.open_result(id, sealed) else {
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
