//! What an issuer says about itself and its offer, before the code is spent (OpenID4VCI 1.0 section
//! 12.2, RFC 8414). The holder's side runs it.

use fetch::{Client, Purpose};
use proofs::did_document::Profile;
use schemas::credential::CredentialType;
use schemas::digest::Sha256Digest;
use schemas::json::{Object, Value};
use schemas::message::{Confidential, Message as _, MessageError};
use schemas::oid4vci::authorization_server::AuthorizationServerMetadata;
use schemas::oid4vci::credential::MAX_PROOFS;
use schemas::oid4vci::issuer_metadata::{
    CredentialConfiguration, CredentialIssuerMetadata, Display, FormatDetails, ProofType,
};
use schemas::oid4vci::offer::{CredentialOffer, PreAuthorizedCodeGrant, TxCode};
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::names::NameFinding;

use crate::consent::{self, Act};
use crate::error::StoreError;
use crate::judge::Documents;
use crate::names;
use crate::origin::Confirmed;
use crate::receive::{Copies, ReceiveError, Step, USUAL_COPIES, Wanted};
use crate::wallet::Wallet;

/// The names of the one algorithm that this wallet proves keys with.
const KEY_PROOF_ALGS: [&str; 2] = ["EdDSA", "Ed25519"];

/// An offer with all that is known of it before its code is spent.
#[derive(Clone, Debug)]
pub struct OpenOffer {
    world: WorldId,
    offer: CredentialOffer,
    grant: PreAuthorizedCodeGrant,
    metadata: CredentialIssuerMetadata,
    server: AuthorizationServerMetadata,
    offered: Vec<Offered>,
    profile: Option<Profile>,
    pub(super) documents: Documents,
}

/// A credential that is offered in a form that this wallet understands.
#[derive(Clone, Debug, PartialEq)]
pub struct Offered {
    /// The issuer's name for it.
    pub configuration_id: String,
    /// What it is.
    pub kind: CredentialType,
    /// How the issuer calls it, by language. Outside text.
    pub display: Vec<Display>,
}

pub(super) async fn fetch(
    client: &Client,
    offer: CredentialOffer,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<OpenOffer, ReceiveError> {
    let grant = offer.pre_authorized().map_err(at(Step::Offer))?.clone();
    let issuer = &offer.credential_issuer;
    let bytes = get(client, &issuer.credential_issuer_metadata()).await?;
    let metadata = CredentialIssuerMetadata::read_for(issuer, &bytes)
        .and_then(|metadata| metadata.require_one_origin().map(|()| metadata))
        .map_err(at(Step::IssuerMetadata))?;
    let server = metadata
        .authorization_server(grant.authorization_server.as_ref())
        .map_err(at(Step::IssuerMetadata))?;
    let bytes = get(client, &server.authorization_server_metadata()).await?;
    let server =
        AuthorizationServerMetadata::read_for(server, &bytes).map_err(at(Step::ServerMetadata))?;
    let offered = understood(&offer, &metadata);
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
        offer,
        grant,
        metadata,
        server,
        offered,
        profile,
        documents,
    })
}

fn at(step: Step) -> impl Fn(MessageError) -> ReceiveError {
    move |error| ReceiveError::Message { step, error }
}

async fn get(client: &Client, url: &str) -> Result<Vec<u8>, ReceiveError> {
    Ok(client.get(Purpose::IssuerMetadata, url).await?.into_body())
}

fn understood(offer: &CredentialOffer, metadata: &CredentialIssuerMetadata) -> Vec<Offered> {
    let read = |id: &String| {
        let configuration = metadata.configuration(id)?;
        let kind = kind_of(configuration)?;
        let provable = KEY_PROOF_ALGS
            .iter()
            .any(|alg| configuration.takes_proof(ProofType::Jwt, alg));
        let details = configuration.metadata.as_ref();
        provable.then(|| Offered {
            configuration_id: id.clone(),
            kind,
            display: details
                .map(|details| details.display.clone())
                .unwrap_or_default(),
        })
    };
    offer
        .credential_configuration_ids
        .iter()
        .filter_map(read)
        .collect()
}

/// What a configuration is, when it is one of ours that is bound to a holder.
fn kind_of(configuration: &CredentialConfiguration) -> Option<CredentialType> {
    let FormatDetails::LdpVc { definition, .. } = &configuration.details else {
        return None;
    };
    let mut others = definition
        .types
        .iter()
        .filter(|name| *name != "VerifiableCredential");
    let kind: CredentialType = others.next()?.parse().ok()?;
    (others.next().is_none() && kind.is_held()).then_some(kind)
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
        self.grant.tx_code.as_ref()
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
        let all = self.offered.iter().map(|one| one.configuration_id.as_str());
        let chosen: Vec<&str> = if wanted.configurations.is_empty() {
            all.collect()
        } else {
            wanted.configurations.iter().map(String::as_str).collect()
        };
        let offered: Vec<Object> = self
            .offered
            .iter()
            .map(|offered| {
                schemas::object! {
                    "id" => offered.configuration_id.as_str(),
                    "kind" => offered.kind.name(),
                }
            })
            .collect();
        let offer = schemas::canonical::object_to_bytes(&self.offer.to_object());
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

    /// The offered credentials that the person wants.
    pub(super) fn chosen(&self, wanted: &[String]) -> Result<Vec<&Offered>, ReceiveError> {
        if wanted.is_empty() {
            return Ok(self.offered.iter().collect());
        }
        wanted
            .iter()
            .map(|id| {
                let found = self
                    .offered
                    .iter()
                    .find(|offered| offered.configuration_id == *id);
                found.ok_or(ReceiveError::Unsupported {
                    what: "a credential that is not offered",
                })
            })
            .collect()
    }

    /// The code to send: the one that was typed when one is needed, and none when it is not. A code
    /// of another form is not tried, for the world counts guesses.
    pub(super) fn tx_code_to_send<'a>(
        &self,
        typed: Option<&'a Confidential>,
    ) -> Result<Option<&'a Confidential>, ReceiveError> {
        match (&self.grant.tx_code, typed) {
            (None, _) => Ok(None),
            (Some(form), Some(typed)) if form.admits(typed.reveal()) => Ok(Some(typed)),
            (Some(_), _) => Err(ReceiveError::TxCode),
        }
    }

    pub(super) const fn grant(&self) -> &PreAuthorizedCodeGrant {
        &self.grant
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
                    "claimed_name" => name.and_then(|display| display.name.clone()),
                })
            })
            .collect();
        schemas::object! {
            "world" => self.world.origin(),
            "offered" => offered,
            "copies" => consent::natural(self.copies(wanted.copies)),
            "needs_code" => self.grant.tx_code.is_some(),
            "digest" => self.digest(wanted),
        }
    }
}
