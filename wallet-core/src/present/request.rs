//! A world's request: found by a link, believed by its signature (OpenID4VP 1.0 sections 5.7, 5.9,
//! 5.10; RFC 9101). The holder's side runs it.
//!
//! ```text
//! decentralized_identifier  a key under `authentication` in the world's DID document
//! x509_san_dns, x509_hash   the key of a certificate that leads to a root (`crate::certificate`)
//! redirect_uri              nobody signs: the answer goes to the address that is the name
//! ```
//! The key of a DID has to stand under `authentication`: by asking, a world acts as itself and claims
//! nothing. Receipts, which claim something, need `assertionMethod`.

use fetch::{Client, Policy, Purpose};
use proofs::did_document::{Profile, Relationship};
use proofs::jws::{HeaderKey, JwsError, Typ, UnverifiedJws};
use proofs::keys::VerifyingKey;
use schemas::did::Did;
use schemas::encoding::base64url;
use schemas::json::{Object, Value};
use schemas::message::{Message as _, MessageError};
use schemas::oid4vp::client_id::{self, ClientIdPrefix};
use schemas::oid4vp::link::{LinkedRequest, RequestLink, RequestUriMethod, RequestUriPost};
use schemas::oid4vp::request::{RequestObject, ResponseMode, parameters};
use schemas::oid4vp::response::{AuthorizationResponse, PostedResponse};
use schemas::oid4vp::{WalletNonce, match_code};
use schemas::reason::Reason;
use schemas::suite::{ContentEncryption, Cryptosuite};
use schemas::time::Timestamp;
use schemas::web_url::WebUrl;
use schemas::world::WorldId;

use crate::anchor::Anchor;
use crate::answer::reason_of_status;
use crate::certificate::{self, CertificateFault, Root};
use crate::entropy::{Entropy, draw};
use crate::error::StoreError;
use crate::judge::Documents;
use crate::origin::Confirmed;
use crate::present::seal::Seal;
use crate::present::{ClientFault, PresentError};

/// How far ahead of ours a world's clock may be, in seconds.
const CLOCK_SKEW: i64 = 120;

/// A request as a link, unopened.
#[derive(Clone, Debug)]
pub struct Request {
    link: RequestLink,
    world: WorldId,
    /// Where it stands, or where its answer would go.
    place: WorldId,
    anchors: Vec<Anchor>,
}

/// A request whose signature is the world's, and which is for this wallet, now; or one that nobody
/// signed, which is answered to the address that is its name.
#[derive(Clone, Debug)]
pub struct VerifiedRequest {
    world: WorldId,
    object: RequestObject,
    claims: Object,
    documents: Documents,
    root: Option<Root>,
    seal: Option<Seal>,
}

/// Reads the link or the text of a QR code. Contacts nobody.
///
/// # Errors
/// [`PresentError::Message`] (`client_id_prefix`, `request_uri_blocked`, `bad_request`, and what a
/// request in the link itself is refused for), [`PresentError::NotAWorld`] for a client that is no
/// whole origin, and [`PresentError::RequestElsewhere`] when the request stands in another origin than
/// the client's, or at another host than the one that names it.
pub fn read_request(link: &str) -> Result<Request, PresentError> {
    let link = RequestLink::parse(link.trim()).map_err(PresentError::Message)?;
    let place = match &link.request {
        LinkedRequest::At { uri, .. } => uri.world().clone(),
        LinkedRequest::Signed(jws) => answered_at(jws.as_str())?,
        LinkedRequest::Unsigned(form) => {
            let object = RequestObject::from_parameters(form).map_err(PresentError::Message)?;
            object.response_uri.world().clone()
        }
    };
    let world = match link.client_id.client() {
        client_id::Client::Did(_) | client_id::Client::RedirectUri(_) => link.client_id.world(),
        // A name is a whole host. On this machine only the port tells worlds apart.
        client_id::Client::X509SanDns(name) => {
            let named = link.client_id.world();
            named.or_else(|| (place.host() == name).then(|| place.clone()))
        }
        client_id::Client::X509Hash(_) => Some(place.clone()),
        _ => None,
    };
    let world = world.ok_or(PresentError::NotAWorld)?;
    let is_there = match link.client_id.prefix() {
        ClientIdPrefix::X509SanDns => place.host() == world.host(),
        _ => place == world,
    };
    if !is_there {
        return Err(PresentError::RequestElsewhere {
            expected: world,
            found: place,
        });
    }
    Ok(Request {
        link,
        world,
        place,
        anchors: Vec::new(),
    })
}

/// Where a signed request in a link would be answered, by its own word.
fn answered_at(jws: &str) -> Result<WorldId, PresentError> {
    let jws = UnverifiedJws::parse(jws, Typ::RequestObject)
        .map_err(|error| PresentError::Client(ClientFault::Jws(error)))?;
    let claims = Value::Object(jws.unverified_claims().clone());
    let object = RequestObject::from_value(&claims).map_err(refused)?;
    Ok(object.response_uri.world().clone())
}

impl Request {
    /// The world to confirm. It says that it asks; its signature is not checked yet.
    #[must_use]
    pub const fn world(&self) -> &WorldId {
        &self.world
    }

    /// The same request, believed also by the word of these certificates: [`Wallet::anchors`].
    ///
    /// [`Wallet::anchors`]: crate::Wallet::anchors
    #[must_use]
    pub fn trusting(self, anchors: Vec<Anchor>) -> Self {
        Self { anchors, ..self }
    }

    /// Where a client may go that opens and answers it: where [`Confirmed::policy`] leads, and the port
    /// of the world's host at which the request stands.
    ///
    /// # Errors
    /// [`PresentError::Origin`] when another world was confirmed.
    pub fn policy(&self, confirmed: &Confirmed) -> Result<Policy, PresentError> {
        confirmed.require(&self.world)?;
        Ok(Policy::for_worlds(&[
            self.world.clone(),
            self.place.clone(),
        ]))
    }
}

/// Fetches the request of a confirmed world and checks it. The entropy is for the nonce that a posted
/// request has to repeat, and for the key with which the answer is encrypted.
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
    let opened = match &request.link.request {
        LinkedRequest::At { uri, method } => {
            let wallet_nonce = match method {
                RequestUriMethod::Get => None,
                RequestUriMethod::Post => Some(new_nonce(entropy)?),
            };
            let body = fetch(client, uri, wallet_nonce.as_ref()).await?;
            let not_text = |_| PresentError::Client(ClientFault::NotText);
            let text = std::str::from_utf8(&body).map_err(not_text)?.trim_end();
            let signed = check_signature(client, request, text, now).await?;
            let signed = signed.read()?;
            signed.require_answer(&request.link, wallet_nonce.as_ref())?;
            signed
        }
        LinkedRequest::Signed(jws) => {
            let signed = check_signature(client, request, jws.as_str(), now).await?;
            let signed = signed.read()?;
            signed.require_answer(&request.link, None)?;
            signed
        }
        LinkedRequest::Unsigned(form) => Opened {
            object: RequestObject::from_parameters(form).map_err(PresentError::Message)?,
            claims: parameters(form).map_err(PresentError::Message)?,
            documents: Documents::default(),
            root: None,
            host_names: None,
        },
    };
    opened
        .object
        .require_response_within(&request.world)
        .map_err(PresentError::Message)?;
    opened.require_named_host()?;
    require_now(&opened.object, &opened.claims, now)?;
    let seal = Seal::of(&opened.object, entropy)?;
    Ok(VerifiedRequest::assert(request.world.clone(), opened, seal))
}

fn new_nonce(entropy: &mut dyn Entropy) -> Result<WalletNonce, PresentError> {
    let bytes = draw::<16>(entropy).map_err(StoreError::from)?;
    let nonce = WalletNonce::new(base64url::encode(&bytes));
    Ok(nonce.ok_or(StoreError::Internal("wallet nonce"))?)
}

/// Claims under a signature that is the client's.
struct Signed {
    claims: Object,
    documents: Documents,
    root: Option<Root>,
    host_names: Option<Vec<String>>,
}

/// A request that was read; whether its answer may go where it says is not checked yet.
struct Opened {
    object: RequestObject,
    claims: Object,
    documents: Documents,
    root: Option<Root>,
    /// The DNS names of the certificate, of a client that is called by its digest.
    host_names: Option<Vec<String>>,
}

impl Signed {
    fn read(self) -> Result<Opened, PresentError> {
        let value = Value::Object(self.claims.clone());
        Ok(Opened {
            object: RequestObject::from_value(&value).map_err(refused)?,
            claims: self.claims,
            documents: self.documents,
            root: self.root,
            host_names: self.host_names,
        })
    }
}

impl Opened {
    fn require_answer(
        &self,
        link: &RequestLink,
        wallet_nonce: Option<&WalletNonce>,
    ) -> Result<(), PresentError> {
        let answers = self.object.require_answer_to(link, wallet_nonce);
        answers.map_err(|error| PresentError::Client(ClientFault::NotTheOne(error)))
    }

    /// A digest names no host: the certificate has to, and the answer goes there.
    fn require_named_host(&self) -> Result<(), PresentError> {
        let host = self.object.response_uri.world().host();
        match &self.host_names {
            Some(names) if !names.iter().any(|name| name == host) => Err(PresentError::Client(
                ClientFault::Certificate(CertificateFault::Name),
            )),
            _ => Ok(()),
        }
    }
}

/// What is wrong with a request: that it is not the one, or what it says.
fn refused(error: MessageError) -> PresentError {
    match error.reason() {
        Reason::ClientAuthFailed => PresentError::Client(ClientFault::NotTheOne(error)),
        _ => PresentError::Message(error),
    }
}

async fn check_signature(
    client: &Client,
    request: &Request,
    text: &str,
    now: Timestamp,
) -> Result<Signed, PresentError> {
    let fault = PresentError::Client;
    let jws = UnverifiedJws::parse(text, Typ::RequestObject)
        .map_err(|error| fault(ClientFault::Jws(error)))?;
    let mut documents = Documents::default();
    let (key, root, host_names) = match request.link.client_id.client() {
        client_id::Client::Did(did) => {
            let key = key_of_did(client, did, &jws, &mut documents, now).await?;
            (key, None, None)
        }
        named @ (client_id::Client::X509SanDns(_) | client_id::Client::X509Hash(_)) => {
            let HeaderKey::X5c(chain) = jws.key_ref() else {
                let missing = CertificateFault::Missing;
                return Err(fault(ClientFault::Certificate(missing)));
            };
            let verified = certificate::verify(chain, named, &request.anchors, now)
                .map_err(|error| fault(ClientFault::Certificate(error)))?;
            let is_digest = matches!(named, client_id::Client::X509Hash(_));
            let names = is_digest.then_some(verified.names);
            (verified.key, Some(verified.root), names)
        }
        _ => return Err(PresentError::NotAWorld),
    };
    let claims = jws
        .verify(&key)
        .map_err(|error| fault(ClientFault::Jws(error)))?
        .into_claims();
    Ok(Signed {
        claims,
        documents,
        root,
        host_names,
    })
}

async fn key_of_did(
    client: &Client,
    did: &Did,
    jws: &UnverifiedJws,
    documents: &mut Documents,
    now: Timestamp,
) -> Result<VerifyingKey, PresentError> {
    let fault = PresentError::Client;
    let kid = match jws.key_ref() {
        HeaderKey::Kid(kid) if kid.did() == did => kid,
        // A certificate says nothing about a DID.
        HeaderKey::X5c(_) => return Err(fault(ClientFault::Jws(JwsError::Forbidden("x5c")))),
        _ => return Err(fault(ClientFault::KidOfOther)),
    };
    let document = |reason| fault(ClientFault::Document { reason });
    documents.fetch(client, did, now).await.map_err(document)?;
    let world_document = documents.document(did).map_err(document)?;
    let key = world_document.key(kid, Relationship::Authentication, now);
    key.cloned().map_err(|error| {
        fault(ClientFault::Key {
            reason: error.reason(),
        })
    })
}

/// Gets the request, or posts for it; a redirect is refused either way.
async fn fetch(
    client: &Client,
    uri: &WebUrl,
    wallet_nonce: Option<&WalletNonce>,
) -> Result<Vec<u8>, PresentError> {
    let (purpose, url) = (Purpose::RequestObject, uri.as_str());
    let response = match wallet_nonce {
        None => client.get(purpose, url).await?,
        Some(nonce) => {
            let post = RequestUriPost {
                wallet_metadata: Some(wallet_metadata()),
                wallet_nonce: Some(nonce.clone()),
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
            "dc+sd-jwt" => schemas::object! {
                "sd-jwt_alg_values" => ["EdDSA", "Ed25519", "ES256"],
                "kb-jwt_alg_values" => ["EdDSA", "Ed25519"],
            },
            "ldp_vc" => schemas::object! {
                "proof_type_values" => ["DataIntegrityProof"],
                "cryptosuite_values" => suites,
            },
        },
        "client_id_prefixes_supported" => ClientIdPrefix::SUPPORTED.map(ClientIdPrefix::name),
        "request_object_signing_alg_values_supported" => ["EdDSA", "Ed25519", "ES256"],
        "response_types_supported" => ["vp_token"],
        "response_modes_supported" => ResponseMode::ALL.map(ResponseMode::name),
        "authorization_encryption_alg_values_supported" => ["ECDH-ES"],
        "authorization_encryption_enc_values_supported" =>
            ContentEncryption::ALL.map(ContentEncryption::name),
    }
}

fn require_now(
    object: &RequestObject,
    claims: &Object,
    now: Timestamp,
) -> Result<(), PresentError> {
    if object.expires_at.is_some_and(|until| until <= now) {
        return Err(PresentError::Expired);
    }
    let latest = now.plus_seconds(CLOCK_SKEW);
    // RFC 7519 section 4.1.5. What is no date is no time that has come.
    let not_yet = |from| Timestamp::of_numeric_date(from).is_none_or(|from| from > latest);
    let begins_later = claims.get("nbf").is_some_and(not_yet);
    if begins_later || object.issued_at.is_some_and(|at| at > latest) {
        return Err(PresentError::Client(ClientFault::Future));
    }
    Ok(())
}

impl VerifiedRequest {
    /// The only maker, at the end of [`open`]: signature, client, nonce, address and time are checked,
    /// or the request is one that nobody signs.
    fn assert(world: WorldId, opened: Opened, seal: Option<Seal>) -> Self {
        Self {
            world,
            object: opened.object,
            claims: opened.claims,
            documents: opened.documents,
            root: opened.root,
            seal,
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

    /// What the certificate leads to, of a world that asks by one.
    #[must_use]
    pub const fn root(&self) -> Option<Root> {
        self.root
    }

    /// Two digits, from 10 to 99, that the world shows as well.
    #[must_use]
    pub fn match_code(&self) -> u8 {
        match_code(&self.object.client_id, &self.object.nonce)
    }

    /// What the world is called in its own document, which is authenticated. Outside text.
    #[must_use]
    pub fn profile(&self) -> Option<Profile> {
        self.documents.profile(&self.world.did())
    }

    /// The world's DID document, as it was when the request was opened; none of a world that is known
    /// by a certificate or an address.
    pub(super) const fn documents(&self) -> &Documents {
        &self.documents
    }

    /// All that was signed but what differs each time a request is fetched that is signed for whoever
    /// fetches it, and decides nothing about the answer: the wallet's own nonce, and when and for how
    /// long it was signed. What a consent covers.
    pub(super) fn covered(&self) -> Object {
        let mut claims = self.claims.clone();
        for name in ["exp", "iat", "jti", "nbf", "wallet_nonce"] {
            claims.remove(name);
        }
        claims
    }

    /// The answer as it travels: encrypted when the request asks for that, a refusal too.
    pub(super) fn posted(
        &self,
        response: &AuthorizationResponse,
    ) -> Result<PostedResponse, PresentError> {
        Ok(match &self.seal {
            Some(seal) => PostedResponse::Encrypted(seal.seal(response)?),
            None => PostedResponse::Plain(response.clone()),
        })
    }

    /// Refuses a request whose time has run out since it was opened.
    pub(super) fn require_still_now(&self, now: Timestamp) -> Result<(), PresentError> {
        require_now(&self.object, &self.claims, now)
    }
}
