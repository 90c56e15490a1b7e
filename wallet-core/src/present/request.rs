//! A world's request: found by a link, believed by its signature (OpenID4VP 1.0 sections 5.7, 5.9,
//! 5.10; RFC 9101). The holder's side runs it.
//!
//! The key of a request has to stand under `authentication` in the world's DID document: by asking,
//! a world acts as itself and claims nothing. Receipts, which claim something, need
//! `assertionMethod`.

use fetch::{Client, Purpose};
use proofs::did_document::{Profile, Relationship};
use proofs::jws::{HeaderKey, Typ, UnverifiedJws};
use schemas::encoding::base64url;
use schemas::json::{Object, Value};
use schemas::message::Message as _;
use schemas::oid4vp::WalletNonce;
use schemas::oid4vp::link::{RequestLink, RequestUriMethod, RequestUriPost};
use schemas::oid4vp::request::RequestObject;
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::answer::reason_of_status;
use crate::entropy::{Entropy, draw};
use crate::error::StoreError;
use crate::judge::Documents;
use crate::origin::Confirmed;
use crate::present::{ClientFault, PresentError};

/// How far ahead of ours a world's clock may be, in seconds.
const CLOCK_SKEW: i64 = 120;

/// A request as a link, unopened.
#[derive(Clone, Debug)]
pub struct Request {
    link: RequestLink,
    world: WorldId,
}

/// A request whose signature is the world's, and which is for this wallet, now.
#[derive(Clone, Debug)]
pub struct VerifiedRequest {
    world: WorldId,
    object: RequestObject,
    claims: Object,
    documents: Documents,
}

/// Reads the link or the text of a QR code. Contacts nobody.
///
/// # Errors
/// [`PresentError::Message`] (`client_id_prefix`, `request_uri_blocked`, `bad_request`),
/// [`PresentError::NotAWorld`] for a client that is no `did:web` of a whole origin, and
/// [`PresentError::RequestElsewhere`] when the request stands in another origin than the client's.
pub fn read_request(link: &str) -> Result<Request, PresentError> {
    let link = RequestLink::parse(link.trim()).map_err(PresentError::Message)?;
    let world = link.client_id.world().ok_or(PresentError::NotAWorld)?;
    let found = link.request_uri.world();
    if *found != world {
        return Err(PresentError::RequestElsewhere {
            expected: world,
            found: found.clone(),
        });
    }
    Ok(Request { link, world })
}

impl Request {
    /// The world to confirm. It says that it asks; its signature is not checked yet.
    #[must_use]
    pub const fn world(&self) -> &WorldId {
        &self.world
    }
}

/// Fetches the request of a confirmed world and checks it. The entropy is for the nonce that a posted
/// request has to repeat.
///
/// # Errors
/// [`PresentError`]; `client_auth_failed` with a cause for everything that could be somebody else's
/// doing.
pub async fn open(
    client: &Client,
    request: &Request,
    confirmed: &Confirmed,
    entropy: &mut dyn Entropy,
    now: Timestamp,
) -> Result<VerifiedRequest, PresentError> {
    confirmed.require(&request.world)?;
    let wallet_nonce = match request.link.method {
        RequestUriMethod::Get => None,
        RequestUriMethod::Post => {
            let bytes = draw::<16>(entropy).map_err(StoreError::from)?;
            let nonce = WalletNonce::new(base64url::encode(&bytes));
            Some(nonce.ok_or(StoreError::Internal("wallet nonce"))?)
        }
    };
    let body = fetch(client, &request.link, wallet_nonce.as_ref()).await?;
    let fault = PresentError::Client;
    let text = std::str::from_utf8(&body).map_err(|_| fault(ClientFault::NotText))?;
    let jws = UnverifiedJws::parse(text.trim_end(), Typ::RequestObject)
        .map_err(|error| fault(ClientFault::Jws(error)))?;
    let did = request.link.client_id.did();
    let HeaderKey::Kid(kid) = jws.key_ref() else {
        return Err(fault(ClientFault::KidOfOther));
    };
    if kid.did() != did {
        return Err(fault(ClientFault::KidOfOther));
    }
    let kid = kid.clone();
    let mut documents = Documents::default();
    let document = |reason| fault(ClientFault::Document { reason });
    documents.fetch(client, did, now).await.map_err(document)?;
    let world_document = documents.document(did).map_err(document)?;
    let key = world_document
        .key(&kid, Relationship::Authentication, now)
        .map_err(|error| {
            fault(ClientFault::Key {
                reason: error.reason(),
            })
        })?;
    let claims = jws
        .verify(key)
        .map_err(|error| fault(ClientFault::Jws(error)))?
        .into_claims();
    let object = RequestObject::from_value(&Value::Object(claims.clone())).map_err(|error| {
        match error.reason() {
            Reason::ClientAuthFailed => fault(ClientFault::NotTheOne(error)),
            _ => PresentError::Message(error),
        }
    })?;
    object
        .require_answer_to(&request.link, wallet_nonce.as_ref())
        .map_err(|error| fault(ClientFault::NotTheOne(error)))?;
    object
        .require_response_within(&request.world)
        .map_err(PresentError::Message)?;
    require_now(&object, now)?;
    let world = request.world.clone();
    Ok(VerifiedRequest::assert(world, object, claims, documents))
}

/// Gets the request, or posts for it; a redirect is refused either way.
async fn fetch(
    client: &Client,
    link: &RequestLink,
    wallet_nonce: Option<&WalletNonce>,
) -> Result<Vec<u8>, PresentError> {
    let (purpose, url) = (Purpose::RequestObject, link.request_uri.as_str());
    let response = match link.method {
        RequestUriMethod::Get => client.get(purpose, url).await?,
        RequestUriMethod::Post => {
            let post = RequestUriPost {
                wallet_metadata: Some(wallet_metadata()),
                wallet_nonce: wallet_nonce.cloned(),
            };
            let form = post.to_form();
            let fields: Vec<(&str, &str)> = form.iter().collect();
            client.post_form(purpose, url, &fields).await?
        }
    };
    if response.is_success() {
        return Ok(response.into_body());
    }
    let found = response.status();
    Err(PresentError::RequestStatus {
        found,
        reason: reason_of_status(found),
    })
}

/// What every wallet of this make says about itself, letter by letter: it must not tell one person
/// from another.
fn wallet_metadata() -> Object {
    let suites: Vec<&str> = Cryptosuite::ALL.iter().map(|suite| suite.name()).collect();
    schemas::object! {
        "vp_formats_supported" => schemas::object! {
            "ldp_vc" => schemas::object! {
                "proof_type_values" => ["DataIntegrityProof"],
                "cryptosuite_values" => suites,
            },
        },
        "client_id_prefixes_supported" => ["decentralized_identifier"],
        "request_object_signing_alg_values_supported" => ["EdDSA", "Ed25519"],
        "response_types_supported" => ["vp_token"],
        "response_modes_supported" => ["direct_post"],
    }
}

fn require_now(object: &RequestObject, now: Timestamp) -> Result<(), PresentError> {
    if object.expires_at.is_some_and(|until| until <= now) {
        return Err(PresentError::Expired);
    }
    let latest = now.plus_seconds(CLOCK_SKEW);
    if object.issued_at.is_some_and(|at| at > latest) {
        return Err(PresentError::Client(ClientFault::Future));
    }
    Ok(())
}

impl VerifiedRequest {
    /// The only maker, at the end of [`open`]: signature, client, nonce, address and time are checked.
    const fn assert(
        world: WorldId,
        object: RequestObject,
        claims: Object,
        documents: Documents,
    ) -> Self {
        Self {
            world,
            object,
            claims,
            documents,
        }
    }

    /// The world that asks.
    #[must_use]
    pub const fn world(&self) -> &WorldId {
        &self.world
    }

    /// What it asks.
    #[must_use]
    pub const fn object(&self) -> &RequestObject {
        &self.object
    }

    /// What the world is called in its own document, which is authenticated. Outside text.
    #[must_use]
    pub fn profile(&self) -> Option<Profile> {
        self.documents.profile(&self.world.did())
    }

    /// The world's DID document, as it was when the request was opened.
    pub(super) const fn documents(&self) -> &Documents {
        &self.documents
    }

    /// All that was signed but the wallet's own nonce, which differs each time a request is fetched
    /// and decides nothing: what a consent covers.
    pub(super) fn covered(&self) -> Object {
        let mut claims = self.claims.clone();
        claims.remove("wallet_nonce");
        claims
    }

    /// Refuses a request whose time has run out since it was opened.
    pub(super) fn require_still_now(&self, now: Timestamp) -> Result<(), PresentError> {
        require_now(&self.object, now)
    }
}
