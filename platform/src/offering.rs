//! Offers: what a world is ready to issue, and the link by which a wallet fetches it. Run by the
//! people who run the world (OpenID4VCI 1.0 section 4).

mod provenance;

use std::fmt;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use schemas::canonical;
use schemas::check::Verdict;
use schemas::credential::{CredentialType, Subject, UnverifiedCredential};
use schemas::json::{Limits, Value};
use schemas::message::{Confidential, Message};
use schemas::offering::{OfferTerms, Offered};
use schemas::oid4vci::IssuerUrl;
use schemas::oid4vci::offer::{CredentialOffer, OfferLink, PreAuthorizedCodeGrant};
use schemas::reason::Reason;
use schemas::terms::Contexts;
use verifier::{Asked, AssetAsked, Creators, CredentialAsked, Holder, Policy, StatusAsked};

pub use provenance::ProvenanceError;

use crate::asking::new_id;
use crate::error::{self, Refusal};
use crate::issuing::template::Template;
use crate::server::body::{self, Kind};
use crate::store::{ListName, NewOffer, Place, Records, StoreError};
use crate::ticket::{NoChance, Purpose, Ticket};
use crate::world::{World, seconds};

/// Why an offer was not made.
#[derive(Debug)]
#[non_exhaustive]
pub enum OfferError {
    /// More copies than one batch, or none.
    Copies {
        /// The most.
        most: u32,
        /// What was asked for.
        found: u32,
    },
    /// The license would be looser than the creator's.
    License(schemas::license::Looser),
    /// Too busy to look at it.
    Overloaded,
    /// The provenance is not one, or does not hold.
    Provenance(Reason),
    /// No random bytes.
    NoChance,
    /// The store.
    Store(StoreError),
    /// What would be issued is no sound credential.
    Template(Reason),
}

impl OfferError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Copies { .. } => Reason::BadRequest,
            Self::License(_) => Reason::LicenseLooser,
            Self::NoChance => Reason::RngFailure,
            Self::Overloaded => Reason::Overloaded,
            Self::Provenance(reason) | Self::Template(reason) => *reason,
            Self::Store(error) => error.reason(),
        }
    }
}

impl fmt::Display for OfferError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Copies { most, found } => {
                write!(formatter, "{found} copies; from 1 to {most} can be offered")
            }
            Self::License(looser) => write!(formatter, "the license: {looser}"),
            Self::NoChance => NoChance.fmt(formatter),
            Self::Overloaded => formatter.write_str("too busy to check the provenance"),
            Self::Provenance(reason) => write!(formatter, "the provenance is refused: {reason}"),
            Self::Store(error) => error.fmt(formatter),
            Self::Template(reason) => {
                write!(
                    formatter,
                    "what would be issued is no sound credential: {reason}"
                )
            }
        }
    }
}

impl std::error::Error for OfferError {}

impl From<StoreError> for OfferError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<NoChance> for OfferError {
    fn from(_: NoChance) -> Self {
        Self::NoChance
    }
}

impl From<OfferError> for Refusal {
    fn from(error: OfferError) -> Self {
        match error {
            OfferError::Store(error) => error.into(),
            OfferError::NoChance => NoChance.into(),
            OfferError::Overloaded => Self::overloaded(),
            other => Self::bad("invalid_request", other.reason()).because(other),
        }
    }
}

impl World {
    /// Offers an avatar or an item. The creator's statement is verified before anything is offered,
    /// and what would be issued is issued once for nobody, so that no wallet meets a broken offer.
    ///
    /// # Errors
    /// [`OfferError`]
    pub async fn offer(self: &Arc<Self>, terms: &OfferTerms) -> Result<Offered, OfferError> {
        let most = self.config.issuing.batch_size;
        let copies = terms.copies.unwrap_or(most);
        if !(1..=most).contains(&copies) {
            return Err(OfferError::Copies {
                most,
                found: copies,
            });
        }
        let provenance = Value::Object(terms.provenance.clone());
        let unverified = UnverifiedCredential::parse(&provenance, &Contexts::pinned())
            .map_err(|error| OfferError::Provenance(error.reason()))?;
        let Subject::Asset(asset) = unverified.subject() else {
            return Err(OfferError::Provenance(Reason::CredType));
        };
        let license = terms.license.as_ref().unwrap_or(&asset.license);
        license
            .not_looser_than(&asset.license)
            .map_err(OfferError::License)?;
        self.check_provenance(&unverified, &provenance).await?;
        let template = Template::new(&terms.right, license, &terms.provenance);
        self.try_out(&template)?;
        self.keep_offer(&template, copies).await
    }

    /// The people who run the world chose this creator; what is left to check is that the statement
    /// is the creator's.
    async fn check_provenance(
        self: &Arc<Self>,
        unverified: &UnverifiedCredential,
        provenance: &Value,
    ) -> Result<(), OfferError> {
        let types = vec![CredentialType::AssetProvenance];
        let creator = unverified.unverified_issuer().clone();
        let policy = Policy::nobody().with_issuer(creator, types.clone(), Creators::Any);
        let asked = Asked::Credential(CredentialAsked {
            types,
            holder: Holder::Anyone,
            status: StatusAsked::Asked,
        });
        let bytes = Bytes::from(canonical::to_bytes(provenance));
        let report = self
            .judge(asked, AssetAsked::NotAsked, Arc::new(policy), bytes)
            .await
            .map_err(|_| OfferError::Overloaded)?;
        match (report.verdict(), report.reason()) {
            (Verdict::Accepted, _) => Ok(()),
            (_, reason) => Err(OfferError::Provenance(
                reason.unwrap_or(Reason::CredMalformed),
            )),
        }
    }

    fn try_out(&self, template: &Template) -> Result<(), OfferError> {
        let holder = self.identity().keys.signing.did_key();
        let nowhere = Place {
            revocation: ListName::nobodys(),
            suspension: ListName::nobodys(),
            index: 0,
        };
        template
            .issue(self, &holder, &nowhere, self.clock.now())
            .map(drop)
            .map_err(|error| OfferError::Template(error.reason()))
    }

    async fn keep_offer(&self, template: &Template, copies: u32) -> Result<Offered, OfferError> {
        let link = Ticket::for_link()?;
        let made = self.clock.now();
        let expires = made.plus_seconds(seconds(self.config.issuing.offer_life));
        let offer = NewOffer {
            offer: link.digest(),
            code: link.derive(Purpose::Code).digest(),
            grant: new_id()?,
            made,
            configuration: template.configuration(),
            template: canonical::to_text(&Value::Object(template.to_object())),
            copies,
            expires,
        };
        self.store.add_offer(&offer).await?;
        let address = self.config.address(&format!("/offers/{}", link.expose()));
        let address = address
            .parse()
            .map_err(|_| OfferError::Template(Reason::InternalError))?;
        Ok(Offered {
            link: OfferLink::ByReference(address),
            grant: offer.grant,
            copies,
            expires,
        })
    }
}

/// `POST /offers`
pub(crate) async fn create(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    body::admin_only(&world, request.headers())?;
    let bytes = body::message(&world, Kind::Json, request).await?;
    let value = schemas::json::read(&bytes, &Limits::document())
        .map_err(|error| Refusal::bad("invalid_request", error.reason()).because(error))?;
    let terms = OfferTerms::from_value(&value)?;
    let offered = world.offer(&terms).await?;
    let mut response = error::json(StatusCode::CREATED, &offered.to_object());
    response.headers_mut().insert(
        axum::http::header::CACHE_CONTROL,
        axum::http::HeaderValue::from_static("no-store"),
    );
    Ok(response)
}

/// `GET /offers/{offer}`
pub(crate) async fn fetch(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    let link = Ticket::read(body::last_segment(&request)).ok_or(Refusal::not_found())?;
    let configuration = world
        .store
        .open_offer(link.digest(), world.clock.now())
        .await?
        .ok_or(Refusal::not_found())?;
    let code = link.derive(Purpose::Code);
    let offer = CredentialOffer {
        credential_issuer: IssuerUrl::from(world.config.world()),
        credential_configuration_ids: vec![configuration],
        pre_authorized_code: Some(PreAuthorizedCodeGrant {
            code: Confidential::new(code.expose()),
            tx_code: None,
            authorization_server: None,
        }),
    };
    Ok(error::json_unstored(&offer.to_object()))
}
