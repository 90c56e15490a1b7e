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
use schemas::credential::{CredentialType, Format, Subject, UnverifiedCredential};
use schemas::did::Did;
use schemas::json::{Limits, Value};
use schemas::message::{Confidential, Message};
use schemas::offering::{ApprovalAsked, OfferFlow, OfferTerms, Offered, Right};
use schemas::oid4vci::IssuerUrl;
use schemas::oid4vci::offer::{
    AuthorizationCodeGrant, CredentialOffer, OfferLink, PreAuthorizedCodeGrant,
};
use schemas::reason::Reason;
use schemas::records::Approval;
use schemas::terms::Contexts;
use verifier::{Asked, AssetAsked, Creators, CredentialAsked, Holder, Policy, StatusAsked};

pub use provenance::ProvenanceError;

use crate::asking::new_id;
use crate::error::{self, Refusal};
use crate::issuing::configuration::Configuration;
use crate::issuing::template::{Slots, Template};
use crate::issuing::tx_code::{self, DrawnTxCode};
use crate::ledger::minting;
use crate::server::body;
use crate::store::offers::{NewOffer, Offers};
use crate::store::{ListName, Place, StoreError};
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
    /// A transaction code for an offer that is taken up by logging in.
    CodeBesideLogin,
    /// Terms by which somebody has to agree who has no key for that: the creator of the statement.
    Consent(Did),
    /// There is an item of this class and number.
    ItemExists,
    /// The license would be looser than the creator's.
    License(schemas::license::Looser),
    /// To be taken up by logging in, at a world that has no login page.
    NoLogin,
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
            Self::Copies { .. } | Self::CodeBesideLogin | Self::Consent(_) | Self::NoLogin => {
                Reason::BadRequest
            }
            Self::ItemExists => Reason::ItemExists,
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
            Self::CodeBesideLogin => formatter
                .write_str("a transaction code goes with a code in the offer, not with a login"),
            Self::Consent(creator) => write!(
                formatter,
                "{creator} is the creator and could never consent to a transfer: only a did:key with an \
                 Ed25519 key signs a consent"
            ),
            Self::NoLogin => formatter.write_str(
                "this world has no login page (issuing.login_uri), so nobody can log in",
            ),
            Self::ItemExists => formatter
                .write_str("an item of this class and number is in the ledger, and has a holder"),
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
        let (new, drawn) = self.prepare_offer(terms).await?;
        self.store.add_offer(&new.offer).await?;
        let address = self
            .config
            .address(&format!("/offers/{}", new.link.expose()));
        let address = address
            .parse()
            .map_err(|_| OfferError::Template(Reason::InternalError))?;
        Ok(Offered {
            link: OfferLink::ByReference(address),
            grant: new.offer.grant,
            copies: new.offer.copies,
            tx_code: drawn.map(|code| code.told()),
            expires: new.offer.expires,
        })
    }

    /// All of an offer but keeping it, and the transaction code, which nobody keeps.
    pub(crate) async fn prepare_offer(
        self: &Arc<Self>,
        terms: &OfferTerms,
    ) -> Result<(Prepared, Option<DrawnTxCode>), OfferError> {
        if terms.flow == OfferFlow::Authorization {
            if self.config.issuing.login.is_none() {
                return Err(OfferError::NoLogin);
            }
            if terms.tx_code.is_some() {
                return Err(OfferError::CodeBesideLogin);
            }
        }
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
        let creator = unverified.unverified_issuer();
        if terms.transfer.creator && proofs::ledger::consent_key(creator).is_err() {
            return Err(OfferError::Consent(creator.clone()));
        }
        let license = terms.license.as_ref().unwrap_or(&asset.license);
        license
            .not_looser_than(&asset.license)
            .map_err(OfferError::License)?;
        self.check_provenance(&unverified, &provenance).await?;
        let template = Template::new(&terms.right, terms.transfer, license, &terms.provenance);
        self.check_item(&template).await?;
        self.try_out(&template)?;
        let drawn = terms.tx_code.map(DrawnTxCode::draw).transpose()?;
        Ok((
            self.write_offer(terms, &template, copies, drawn.as_ref())?,
            drawn,
        ))
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

    /// An item that there is already is not offered: it has a holder.
    async fn check_item(&self, template: &Template) -> Result<(), OfferError> {
        let (Some(_), Right::Item { class, serial }) = (&self.config.ledger, template.right())
        else {
            return Ok(());
        };
        minting::terms(template).map_err(OfferError::Template)?;
        match self.store.item_named(class, *serial).await? {
            Some(_) => Err(OfferError::ItemExists),
            None => Ok(()),
        }
    }

    /// In every format: one that is not offered now is held to the same rules.
    fn try_out(&self, template: &Template) -> Result<(), OfferError> {
        let holder: Did = self.identity().keys.signing.did_key();
        let nowhere = Place {
            revocation: ListName::nobodys(),
            suspension: ListName::nobodys(),
            index: 0,
        };
        let entry = minting::nobodys_entry(self, template);
        let slots = Slots {
            holder: &holder,
            place: &nowhere,
            entry: entry.as_ref(),
        };
        // The one with the stricter shape decides first.
        for format in [Format::LdpVc, Format::DcSdJwt] {
            template
                .issue(self, format, &slots, self.clock.now())
                .map_err(|error| OfferError::Template(error.reason()))?;
        }
        Ok(())
    }

    fn write_offer(
        &self,
        terms: &OfferTerms,
        template: &Template,
        copies: u32,
        drawn: Option<&DrawnTxCode>,
    ) -> Result<Prepared, OfferError> {
        let link = Ticket::for_link()?;
        let made = self.clock.now();
        let expires = made.plus_seconds(seconds(self.config.issuing.offer_life));
        let code = code_of(&link, terms.flow);
        let kind = template.kind();
        let offer = NewOffer {
            offer: link.digest(),
            code: code.digest(),
            flow: terms.flow,
            tx_code: drawn.map(|drawn| drawn.kept(&code)),
            grant: new_id()?,
            approval: match terms.approval {
                ApprovalAsked::Asked => Some(Approval::Pending),
                ApprovalAsked::NotAsked => None,
            },
            made,
            kind: kind.id(),
            configurations: Configuration::offered(kind, terms.formats.as_deref()),
            template: canonical::to_text(&Value::Object(template.to_object())),
            copies,
            expires,
        };
        Ok(Prepared { link, offer })
    }
}

/// An offer that is not kept yet.
pub(crate) struct Prepared {
    pub(crate) link: Ticket,
    pub(crate) offer: NewOffer,
}

/// What a wallet brings back of an offer. It follows from the link, so that nothing secret is stored.
fn code_of(link: &Ticket, flow: OfferFlow) -> Ticket {
    link.derive(match flow {
        OfferFlow::Authorization => Purpose::IssuerState,
        OfferFlow::PreAuthorized => Purpose::Code,
    })
}

/// `POST /offers`
pub(crate) async fn create(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    body::admin_only(&world, request.headers())?;
    let value = body::json(&world, &Limits::document(), request).await?;
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
    let open = world
        .store
        .open_offer(link.digest(), world.clock.now())
        .await?
        .ok_or(Refusal::not_found())?;
    let code = Confidential::new(code_of(&link, open.flow).expose());
    let mut offer = CredentialOffer {
        credential_issuer: IssuerUrl::from(world.config.world()),
        credential_configuration_ids: open.configurations,
        pre_authorized_code: None,
        authorization_code: None,
    };
    match open.flow {
        OfferFlow::Authorization => {
            offer.authorization_code = Some(AuthorizationCodeGrant {
                issuer_state: Some(code),
                authorization_server: None,
            });
        }
        OfferFlow::PreAuthorized => {
            offer.pre_authorized_code = Some(PreAuthorizedCodeGrant {
                code,
                tx_code: open.tx_code.map(tx_code::description),
                authorization_server: None,
            });
        }
    }
    Ok(error::json_unstored(&offer.to_object()))
}
