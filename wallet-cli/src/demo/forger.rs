//! Somebody without a wallet, who speaks the protocols by hand and can say what a wallet never would.

use fetch::{Bearer, Client, Purpose as Sent};
use proofs::data_integrity::{ProofOptions, ProofPurpose};
use proofs::jws::{self, KeyRef, Typ, UnverifiedJws};
use proofs::keys::SigningKey;
use schemas::credential::CONTEXTS;
use schemas::json::{Number, Object, Value};
use schemas::message::{Message as _, WireDocument};
use schemas::oauth::ErrorResponse;
use schemas::object;
use schemas::oid4vci::CredentialFormat;
use schemas::oid4vci::authorization_server::AuthorizationServerMetadata;
use schemas::oid4vci::credential::{
    CredentialRequest, CredentialResponse, CredentialSelector, Proofs,
};
use schemas::oid4vci::issuer_metadata::CredentialIssuerMetadata;
use schemas::oid4vci::nonce::NonceResponse;
use schemas::oid4vci::offer::{CredentialOffer, OfferLink};
use schemas::oid4vci::token::{TokenRequest, TokenResponse};
use schemas::oid4vp::request::RequestObject;
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;

/// Somebody with a key of their own.
pub(super) struct Forger<'a> {
    pub(super) client: &'a Client,
    pub(super) key: SigningKey,
}

impl Forger<'_> {
    /// Takes up an offer with the own key, as any wallet may.
    pub(super) async fn take(&self, link: &OfferLink, now: Timestamp) -> Result<Object, Reason> {
        let OfferLink::ByReference(url) = link else {
            return Err(Reason::OfferRejected);
        };
        let offer = self
            .client
            .json(Sent::Offer, url.as_str())
            .await
            .map_err(|e| e.reason())?;
        let offer = CredentialOffer::from_value(&offer).map_err(|error| error.reason())?;
        let issuer = &offer.credential_issuer;
        let metadata = self
            .get(issuer.credential_issuer_metadata().as_str())
            .await?;
        let metadata = CredentialIssuerMetadata::read_for(issuer, &metadata);
        let metadata = metadata.map_err(|error| error.reason())?;
        let bearer = self.redeem(&offer).await?;
        let nonce = metadata
            .nonce_endpoint
            .as_ref()
            .ok_or(Reason::IssuerMetadataMismatch)?;
        let nonce = self.post(Sent::Nonce, nonce.as_str(), &[]).await?;
        let nonce = NonceResponse::read(&nonce).map_err(|error| error.reason())?;
        let claims = object! {
            "aud" => issuer.as_str(),
            "iat" => Number::from_i64(now.unix()),
            "nonce" => nonce.c_nonce.as_str(),
        };
        let method = self.key.verification_method();
        let proof = jws::sign(
            Typ::CredentialOfferProof,
            KeyRef::Kid(&method),
            &claims,
            &self.key,
        );
        // What is edited afterwards is a document with a proof inside.
        let is_document = |id: &&String| {
            let configuration = metadata.configuration(id);
            configuration.is_some_and(|found| found.format() == CredentialFormat::LdpVc)
        };
        let configuration = offer.credential_configuration_ids.iter().find(is_document);
        let request = CredentialRequest {
            selector: CredentialSelector::Configuration(
                configuration.ok_or(Reason::OfferRejected)?.clone(),
            ),
            proofs: Some(Proofs::Jwt(vec![proof])),
            omote_holder: None,
        };
        let endpoint = metadata.credential_endpoint.as_str();
        let body = request.to_value();
        let response = self
            .client
            .post_json(Sent::Credential, endpoint, &body, Some(&bearer))
            .await;
        let body = settled(response)?;
        match CredentialResponse::read(&body).map_err(|error| error.reason())? {
            CredentialResponse::Issued { credentials, .. } => {
                match credentials.into_iter().next() {
                    Some(WireDocument::Object(credential)) => Ok(credential),
                    _ => Err(Reason::ImportRejected),
                }
            }
            CredentialResponse::Deferred { .. } => Err(Reason::ImportRejected),
        }
    }

    async fn redeem(&self, offer: &CredentialOffer) -> Result<Bearer, Reason> {
        let server = &offer.credential_issuer;
        let metadata = self
            .get(server.authorization_server_metadata().as_str())
            .await?;
        let metadata = AuthorizationServerMetadata::read_for(server, &metadata);
        let metadata = metadata.map_err(|error| error.reason())?;
        let grant = offer.pre_authorized().map_err(|error| error.reason())?;
        let request = TokenRequest::PreAuthorized {
            code: grant.code.clone(),
            tx_code: None,
            client_id: None,
        };
        let form = request.to_form();
        let fields: Vec<(&str, &str)> = form.iter().collect();
        let token = self
            .post(Sent::Token, metadata.token_endpoint.as_str(), &fields)
            .await?;
        let token = TokenResponse::read(&token).map_err(|error| error.reason())?;
        Bearer::new(token.access_token.reveal().to_owned()).map_err(|_| Reason::InternalError)
    }

    async fn get(&self, url: &str) -> Result<Vec<u8>, Reason> {
        let response = self.client.get(Sent::IssuerMetadata, url).await;
        response
            .map(fetch::Response::into_body)
            .map_err(|error| error.reason())
    }

    async fn post(
        &self,
        purpose: Sent,
        url: &str,
        fields: &[(&str, &str)],
    ) -> Result<Vec<u8>, Reason> {
        settled(self.client.post_form(purpose, url, fields).await)
    }

    /// What a world asks, without believing a word of it.
    pub(super) async fn request(&self, url: &str) -> Result<RequestObject, Reason> {
        let fetched = self
            .client
            .get(Sent::RequestObject, url)
            .await
            .map_err(|error| error.reason())?;
        let text = std::str::from_utf8(fetched.body()).map_err(|_| Reason::ParseError)?;
        let jws = UnverifiedJws::parse(text.trim(), Typ::RequestObject);
        let claims = jws
            .map_err(|error| error.reason())?
            .unverified_claims()
            .clone();
        RequestObject::from_value(&Value::Object(claims)).map_err(|error| error.reason())
    }

    /// A presentation around anything at all, signed with the own key.
    pub(super) fn present(
        &self,
        credential: &Object,
        challenge: &str,
        domain: &str,
        now: Timestamp,
    ) -> Result<Object, Reason> {
        let presentation = object! {
            "@context" => CONTEXTS,
            "type" => ["VerifiablePresentation"],
            "holder" => &self.key.did_key(),
            "verifiableCredential" => vec![credential.clone()],
        };
        let options = ProofOptions {
            suite: Cryptosuite::EddsaJcs2022,
            verification_method: self.key.verification_method(),
            purpose: ProofPurpose::Authentication,
            created: now,
            expires: None,
            challenge: Some(challenge.to_owned()),
            domain: Some(domain.to_owned()),
        };
        let signed = proofs::data_integrity::sign(&presentation, &options, &self.key);
        signed.map_err(|error| error.reason())
    }
}

/// Sends an answer, as text; the world's own reason comes back when it refuses.
pub(super) async fn send(
    client: &Client,
    request: &RequestObject,
    vp_token: &[u8],
) -> Result<(), Reason> {
    let vp_token = std::str::from_utf8(vp_token).map_err(|_| Reason::ParseError)?;
    let mut fields = vec![("vp_token", vp_token)];
    if let Some(state) = &request.state {
        fields.push(("state", state.as_str()));
    }
    let url = request.response_uri.as_str();
    settled(
        client
            .post_form(Sent::PresentationResponse, url, &fields)
            .await,
    )
    .map(drop)
}

/// The body of a good answer, or the reason that the world gives.
fn settled(response: Result<fetch::Response, fetch::FetchError>) -> Result<Vec<u8>, Reason> {
    let response = response.map_err(|error| error.reason())?;
    if response.is_success() {
        return Ok(response.into_body());
    }
    let refusal = ErrorResponse::read(response.body()).map_err(|error| error.reason())?;
    Err(refusal.reason.unwrap_or(Reason::BadRequest))
}
