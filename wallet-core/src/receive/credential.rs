//! Proving keys and asking for credentials (OpenID4VCI 1.0 sections 7 to 9, appendix F). The holder's
//! side runs it.

use fetch::{Client, Purpose, Response};
use proofs::jws::{self, KeyRef, Typ};
use proofs::keys::SigningKey;
use proofs::present::Binding;
use schemas::json::Number;
use schemas::ledger::Commitment;
use schemas::message::{Confidential, Message as _, WireDocument};
use schemas::oauth::{ErrorCode, ErrorResponse};
use schemas::oid4vci::credential::{CredentialRequest, CredentialResponse, Proofs};
use schemas::oid4vci::deferred::DeferredRequest;
use schemas::oid4vci::nonce::{CNonce, NonceResponse};
use schemas::presentation::UnsignedPresentation;
use schemas::time::Timestamp;

use crate::keys::KeyPath;
use crate::receive::offered::{KeyProof, Offered};
use crate::receive::token::{Token, refusal};
use crate::receive::{OpenOffer, ReceiveError, Step};
use crate::wallet::Wallet;

/// Credentials as they arrived.
pub(super) struct Issued {
    pub(super) credentials: Vec<WireDocument>,
    pub(super) notification_id: Option<String>,
}

/// What an issuer answers.
pub(super) enum Delivered {
    Issued(Issued),
    /// It delivers later.
    Later {
        transaction_id: String,
        interval: u64,
    },
}

/// One offer being redeemed.
pub(super) struct Exchange<'a> {
    pub(super) client: &'a Client,
    pub(super) wallet: &'a Wallet,
    pub(super) open: &'a OpenOffer,
    pub(super) now: Timestamp,
}

/// Asks for one credential for each key, to be held in the issuer's ledger by `holder`. A nonce that the issuer calls stale is fetched anew once,
/// and only once.
pub(super) async fn request(
    exchange: &Exchange<'_>,
    offered: &Offered,
    token: &Token,
    keys: &[KeyPath],
    holder: Option<Commitment>,
) -> Result<Delivered, ReceiveError> {
    let Exchange {
        client,
        wallet,
        open,
        now,
    } = *exchange;
    let keys: Vec<SigningKey> = keys.iter().map(|path| wallet.signing_key(path)).collect();
    let endpoint = open.metadata().credential_endpoint.as_str();
    let mut retried = false;
    loop {
        let nonce = fetch_nonce(client, open).await?;
        let request = CredentialRequest {
            selector: token.selector(&offered.configuration_id),
            proofs: Some(prove(open, offered.proof, &keys, nonce.as_ref(), now)?),
            omote_holder: holder,
        };
        let bearer = Some(&*token.bearer);
        let body = request.to_value();
        let response = client
            .post_json(Purpose::Credential, endpoint, &body, bearer)
            .await?;
        if response.is_success() {
            return read(&response);
        }
        let stale = ErrorResponse::read(response.body())
            .is_ok_and(|refusal| refusal.code == ErrorCode::InvalidNonce);
        if !stale || retried || nonce.is_none() {
            return Err(refusal(Step::Credential, &response));
        }
        retried = true;
    }
}

/// Asks again for what was to be delivered later.
pub(super) async fn request_again(
    client: &Client,
    open: &OpenOffer,
    token: &Token,
    transaction_id: &str,
) -> Result<Delivered, ReceiveError> {
    let Some(endpoint) = &open.metadata().deferred_credential_endpoint else {
        return Err(ReceiveError::Unsupported {
            what: "an issuer that delivers later and does not say where",
        });
    };
    let request = DeferredRequest {
        transaction_id: Confidential::new(transaction_id),
    };
    let bearer = Some(&*token.bearer);
    let body = request.to_value();
    let response = client
        .post_json(Purpose::Credential, endpoint.as_str(), &body, bearer)
        .await?;
    if response.is_success() {
        read(&response)
    } else {
        Err(refusal(Step::Deferred, &response))
    }
}

fn read(response: &Response) -> Result<Delivered, ReceiveError> {
    let response =
        CredentialResponse::read(response.body()).map_err(|error| ReceiveError::Message {
            step: Step::Credential,
            error,
        })?;
    Ok(match response {
        CredentialResponse::Issued {
            credentials,
            notification_id,
        } => Delivered::Issued(Issued {
            credentials,
            notification_id,
        }),
        CredentialResponse::Deferred {
            transaction_id,
            interval,
        } => Delivered::Later {
            transaction_id,
            interval,
        },
    })
}

async fn fetch_nonce(client: &Client, open: &OpenOffer) -> Result<Option<CNonce>, ReceiveError> {
    let Some(endpoint) = &open.metadata().nonce_endpoint else {
        return Ok(None);
    };
    let response = client
        .post_form(Purpose::Nonce, endpoint.as_str(), &[])
        .await?;
    if !response.is_success() {
        return Err(refusal(Step::Nonce, &response));
    }
    NonceResponse::read(response.body())
        .map(|nonce| Some(nonce.c_nonce))
        .map_err(|error| ReceiveError::Message {
            step: Step::Nonce,
            error,
        })
}

/// A proof for each key, all of one type.
fn prove(
    open: &OpenOffer,
    proof: KeyProof,
    keys: &[SigningKey],
    nonce: Option<&CNonce>,
    now: Timestamp,
) -> Result<Proofs, ReceiveError> {
    let issuer = &open.metadata().credential_issuer;
    let KeyProof::DiVp(suite) = proof else {
        // It has no `iss`: the wallet names no client (appendix F.1).
        let mut claims = schemas::object! {
            "aud" => issuer,
            "iat" => Number::from_i64(now.unix()),
        };
        if let Some(nonce) = nonce {
            claims.insert("nonce", nonce.as_str());
        }
        let sign = |key: &SigningKey| {
            let method = key.verification_method();
            let key_ref = match proof {
                KeyProof::JwtWithKey => KeyRef::Jwk,
                KeyProof::DiVp(_) | KeyProof::JwtWithKid => KeyRef::Kid(&method),
            };
            jws::sign(Typ::CredentialOfferProof, key_ref, &claims, key)
        };
        return Ok(Proofs::Jwt(keys.iter().map(sign).collect()));
    };
    let Some(nonce) = nonce else {
        return Err(ReceiveError::Unsupported {
            what: "an issuer that wants presentations for proofs and gives no nonce",
        });
    };
    let sign = |key: &SigningKey| {
        let unsigned = UnsignedPresentation::new(&key.did_key(), Vec::new());
        let binding = Binding {
            challenge: nonce.as_str(),
            domain: issuer.as_str(),
            created: now,
            suite,
        };
        proofs::present::sign(&unsigned, &binding, key).map_err(ReceiveError::Prove)
    };
    keys.iter()
        .map(sign)
        .collect::<Result<_, _>>()
        .map(Proofs::DiVp)
}
