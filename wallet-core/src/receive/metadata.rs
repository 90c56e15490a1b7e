//! What an issuer says about itself and its offer, before the code is spent (OpenID4VCI 1.0 section
//! 12.2, RFC 8414). The holder's side runs it.

use fetch::{Client, Purpose};
use proofs::did_document::Profile;
use schemas::digest::Sha256Digest;
use schemas::json::{Object, Value};
use schemas::message::{Confidential, Message as _, MessageError};
use schemas::oid4vci::IssuerUrl;
use schemas::oid4vci::authorization_server::{
    AnonymousAccess, AuthorizationServerMetadata, CodeFlow,
};
use schemas::oid4vci::credential::MAX_PROOFS;
use schemas::oid4vci::issuer_metadata::{CredentialIssuerMetadata, Display};
use schemas::oid4vci::offer::{CredentialOffer, PreAuthorizedCodeGrant, TxCode};
use schemas::oid4vci::token::TokenRequest;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::names::NameFinding;

use crate::consent::{self, Act};
use crate::error::StoreError;
use crate::holding::Format;
use crate::judge::Documents;
use crate::names;
use crate::origin::Confirmed;
use crate::receive::login::CLIENT_ID;
use crate::receive::offer::Fetched;
use crate::receive::offered::Offered;
use crate::receive::{Copies, PREFERRED, ReceiveError, Step, USUAL_COPIES, Wanted};
use crate::wallet::Wallet;

/// An offer with all that is known of it before its code is spent.
#[derive(Clone, Debug)]
pub struct OpenOffer {
    world: WorldId,
    issuer: IssuerUrl,
    offer: Option<CredentialOffer>,
    way: Way,
    metadata: CredentialIssuerMetadata,
    server: AuthorizationServerMetadata,
    offered: Vec<Offered>,
    profile: Option<Profile>,
    pub(super) documents: Documents,
}

/// By which way an access token is had.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// The person logs in at the world.
    Login {
        flow: Box<CodeFlow>,
        issuer_state: Option<Confidential>,
    },
    /// The offer has a code.
    PreAuthorized(Box<PreAuthorizedCodeGrant>),
    /// There was an offer once, and what it led to is asked for again.
    Again,
}

/// What leads to an issuer's metadata.
pub(super) enum Lead<'a> {
    /// An offer or an address, just read.
    Fresh(Fetched),
    /// An issuer that gave something before, with the server that it was had from.
    Known(&'a IssuerUrl, Option<&'a IssuerUrl>),
}

pub(super) async fn fetch(
    client: &Client,
    lead: Lead<'_>,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<OpenOffer, ReceiveError> {
    let (issuer, offer) = match &lead {
        Lead::Fresh(Fetched::Issuer(issuer)) => (issuer, None),
        Lead::Fresh(Fetched::Offer(offer)) => (&offer.credential_issuer, Some(&**offer)),
        Lead::Known(issuer, _) => (*issuer, None),
    };
    if issuer.world() != confirmed.world() {
        return Err(ReceiveError::OtherWorld {
            step: Step::IssuerMetadata,
            expected: confirmed.world().clone(),
            found: issuer.world().clone(),
        });
    }
    let bytes = get(client, &issuer.credential_issuer_metadata()).await?;
    let metadata = CredentialIssuerMetadata::read_for(issuer, &bytes)
        .and_then(|metadata| metadata.require_one_origin().map(|()| metadata))
        .map_err(at(Step::IssuerMetadata))?;
    let named = match (&lead, offer) {
        (Lead::Known(_, server), _) => *server,
        (_, Some(offer)) => server_named_by(offer),
        (_, None) => None,
    };
    let server = metadata
        .authorization_server(named)
        .map_err(at(Step::IssuerMetadata))?;
    let bytes = get(client, &server.authorization_server_metadata()).await?;
    let server =
        AuthorizationServerMetadata::read_for(server, &bytes).map_err(at(Step::ServerMetadata))?;
    let way = match &lead {
        Lead::Known(..) => Way::Again,
        Lead::Fresh(_) => way_of(offer, &server)?,
    };
    let ids: Vec<&str> = match offer {
        Some(offer) => offer
            .credential_configuration_ids
            .iter()
            .map(String::as_str)
            .collect(),
        None => metadata
            .configurations
            .iter()
            .map(|(id, _)| id.as_str())
            .collect(),
    };
    let offered: Vec<Offered> = ids
        .into_iter()
        .filter_map(|id| Offered::read(id, &metadata))
        .collect();
    if offered.is_empty() {
        return Err(ReceiveError::Unsupported {
            what: "no credential of a known kind",
        });
    }
    let world = confirmed.world().clone();
    let mut documents = Documents::default();
    // Without it nothing that arrives could be checked, and the code would be spent for nothing.
    documents
        .fetch(client, &world.did(), now)
        .await
        .map_err(|reason| ReceiveError::Document { reason })?;
    let profile = documents.profile(&world.did());
    Ok(OpenOffer {
        world,
        issuer: issuer.clone(),
        offer: offer.cloned(),
        way,
        metadata,
        server,
        offered,
        profile,
        documents,
    })
}

/// A code that is there comes before a login.
fn server_named_by(offer: &CredentialOffer) -> Option<&IssuerUrl> {
    match (&offer.pre_authorized_code, &offer.authorization_code) {
        (Some(grant), _) => grant.authorization_server.as_ref(),
        (None, Some(grant)) => grant.authorization_server.as_ref(),
        (None, None) => None,
    }
}

/// Without any grant in the offer the server's metadata say how it goes (section 4.1.1).
fn way_of(
    offer: Option<&CredentialOffer>,
    server: &AuthorizationServerMetadata,
) -> Result<Way, ReceiveError> {
    let grants = offer.map(|offer| (&offer.pre_authorized_code, &offer.authorization_code));
    let issuer_state = match grants {
        Some((Some(grant), _)) => return Ok(Way::PreAuthorized(Box::new(grant.clone()))),
        Some((None, Some(grant))) => grant.issuer_state.clone(),
        Some((None, None)) | None => None,
    };
    let flow = server.code_flow.clone();
    flow.map(|flow| Way::Login {
        flow: Box::new(flow),
        issuer_state,
    })
    .ok_or(ReceiveError::NoWay)
}

fn at(step: Step) -> impl Fn(MessageError) -> ReceiveError {
    move |error| ReceiveError::Message { step, error }
}

async fn get(client: &Client, url: &str) -> Result<Vec<u8>, ReceiveError> {
    Ok(client.get(Purpose::IssuerMetadata, url).await?.into_body())
}

impl OpenOffer {
    /// The world that offers.
    #[must_use]
    pub const fn world(&self) -> &WorldId {
        &self.world
    }

    /// How it calls itself in a language. Outside text, and nobody vouches for it.
    #[must_use]
    pub fn claimed_name(&self, language: &str) -> Option<&str> {
        Display::choose(&self.metadata.display, language)?
            .name
            .as_deref()
    }

    /// What it is called in its own document, which is authenticated. Outside text.
    #[must_use]
    pub const fn profile(&self) -> Option<&Profile> {
        self.profile.as_ref()
    }

    /// What is odd about the names under which the world shows itself, compared with those of the
    /// worlds that the person confirmed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn name_findings(&self, wallet: &Wallet) -> Result<Vec<NameFinding>, StoreError> {
        let claimed = self.metadata.display.iter();
        let claimed = claimed.filter_map(|display| display.name.as_deref());
        let published = self.profile.iter().flat_map(Profile::names);
        let shown: Vec<&str> = published.chain(claimed).collect();
        Ok(names::judge_world(
            &wallet.pins()?,
            &self.world.did(),
            &shown,
        ))
    }

    /// What is offered, as far as this wallet understands it. Never empty.
    #[must_use]
    pub fn offered(&self) -> &[Offered] {
        &self.offered
    }

    /// What is known of the code that the world told the person by another way, when one is needed.
    #[must_use]
    pub const fn tx_code(&self) -> Option<&TxCode> {
        match &self.way {
            Way::PreAuthorized(grant) => grant.tx_code.as_ref(),
            Way::Login { .. } | Way::Again => None,
        }
    }

    /// Whether the person has to log in at the world: see [`begin_login`](crate::receive::begin_login).
    #[must_use]
    pub const fn needs_login(&self) -> bool {
        matches!(self.way, Way::Login { .. })
    }

    /// Which of what is offered would be asked for. Of one thing in several formats one is taken: the
    /// one that is wanted, else the one that this wallet prefers.
    ///
    /// # Errors
    /// [`ReceiveError::Unsupported`] when something that is wanted is not offered.
    pub fn chosen(&self, wanted: &Wanted) -> Result<Vec<&Offered>, ReceiveError> {
        let named: Vec<&Offered> = if wanted.configurations.is_empty() {
            self.offered.iter().collect()
        } else {
            let find = |id: &String| {
                let mut offered = self.offered.iter();
                let found = offered.find(|offered| offered.configuration_id == *id);
                found.ok_or(ReceiveError::Unsupported {
                    what: "a credential that is not offered",
                })
            };
            wanted
                .configurations
                .iter()
                .map(find)
                .collect::<Result<_, _>>()?
        };
        let mut chosen: Vec<&Offered> = Vec::new();
        for one in &named {
            let has = |format: Format| {
                named
                    .iter()
                    .any(|other| other.format == format && other.is_same_thing(one))
            };
            let format = match wanted.format {
                Some(format) if has(format) => format,
                Some(_) => {
                    return Err(ReceiveError::Unsupported {
                        what: "a format that is not offered",
                    });
                }
                None => PREFERRED
                    .into_iter()
                    .find(|format| has(*format))
                    .unwrap_or(one.format),
            };
            if one.format == format && !chosen.contains(one) {
                chosen.push(one);
            }
        }
        Ok(chosen)
    }

    /// How many copies of each credential would be asked for.
    #[must_use]
    pub fn copies(&self, wish: Copies) -> usize {
        let batch = usize::try_from(self.metadata.batch_size.unwrap_or(1)).unwrap_or(usize::MAX);
        let wish = match wish {
            Copies::AtMost(wish) => wish,
            Copies::Usual => USUAL_COPIES,
        };
        wish.min(batch).clamp(1, MAX_PROOFS)
    }

    /// What redeeming needs: the digest of this very offer of this world, and of what is wanted of it:
    /// for which persona, which credentials, how many copies of each. The transaction code is not in
    /// it: the world asks for that, and it decides nothing here.
    #[must_use]
    pub fn digest(&self, wanted: &Wanted) -> Sha256Digest {
        let chosen: Vec<&str> = self
            .chosen(wanted)
            .unwrap_or_default()
            .iter()
            .map(|one| one.configuration_id.as_str())
            .collect();
        let offered: Vec<Object> = self
            .offered
            .iter()
            .map(|offered| {
                schemas::object! {
                    "id" => offered.configuration_id.as_str(),
                    "kind" => offered.kind.name(),
                    "type" => offered.type_name.as_str(),
                    "format" => offered.format.name(),
                }
            })
            .collect();
        let offer = match &self.offer {
            Some(offer) => offer.to_object(),
            None => schemas::object! { "credential_issuer" => &self.issuer },
        };
        let offer = schemas::canonical::object_to_bytes(&offer);
        let what = schemas::object! {
            "world" => self.world.origin(),
            "offer" => Sha256Digest::of(&offer),
            "offered" => offered,
            "token_endpoint" => &self.server.token_endpoint,
            "credential_endpoint" => &self.metadata.credential_endpoint,
            "persona" => wanted.persona.value(),
            "chosen" => chosen,
            "copies" => consent::natural(self.copies(wanted.copies)),
        };
        consent::digest(Act::Redeem, what)
    }

    /// What is sent for an access token. A transaction code goes along when one is needed, and not when
    /// none is; one of another form is not tried, for the world counts guesses.
    pub(super) fn token_request(&self, wanted: &Wanted) -> Result<TokenRequest, ReceiveError> {
        match (&self.way, &wanted.login) {
            (Way::PreAuthorized(grant), _) => {
                let tx_code = match (&grant.tx_code, &wanted.tx_code) {
                    (None, _) => None,
                    (Some(form), Some(typed)) if form.admits(typed.reveal()) => Some(typed.clone()),
                    (Some(_), _) => return Err(ReceiveError::TxCode),
                };
                Ok(TokenRequest::PreAuthorized {
                    code: grant.code.clone(),
                    tx_code,
                    // Whoever gives nobody anonymous access is told who asks (sections 6.3 and 12.3).
                    client_id: match self.server.anonymous_access {
                        AnonymousAccess::Refused => Some(CLIENT_ID.to_owned()),
                        AnonymousAccess::Supported => None,
                    },
                })
            }
            (Way::Login { .. }, Some(code)) => Ok(code.token_request()),
            (Way::Login { .. } | Way::Again, _) => Err(ReceiveError::LoginMissing),
        }
    }

    pub(super) const fn way(&self) -> &Way {
        &self.way
    }

    pub(super) const fn issuer(&self) -> &IssuerUrl {
        &self.issuer
    }

    pub(super) const fn metadata(&self) -> &CredentialIssuerMetadata {
        &self.metadata
    }

    pub(super) const fn server(&self) -> &AuthorizationServerMetadata {
        &self.server
    }

    /// The JSON form, for `--json`: no codes.
    #[must_use]
    pub fn to_object(&self, wanted: &Wanted) -> Object {
        let offered: Vec<Value> = self
            .offered
            .iter()
            .map(|offered| {
                let name = Display::choose(&offered.display, "en");
                Value::Object(schemas::object! {
                    "configuration" => offered.configuration_id.as_str(),
                    "kind" => offered.kind.name(),
                    "type" => offered.type_name.as_str(),
                    "format" => offered.format.name(),
                    "claimed_name" => name.and_then(|display| display.name.clone()),
                })
            })
            .collect();
        schemas::object! {
            "world" => self.world.origin(),
            "offered" => offered,
            "copies" => consent::natural(self.copies(wanted.copies)),
            "chosen" => self
                .chosen(wanted)
                .unwrap_or_default()
                .iter()
                .map(|one| one.configuration_id.as_str())
                .collect::<Vec<_>>(),
            "needs_code" => self.tx_code().is_some(),
            "needs_login" => self.needs_login(),
            "digest" => self.digest(wanted),
        }
    }
}
