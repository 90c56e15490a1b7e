//! Proving keys, asking for credentials, and verifying what arrives (OpenID4VCI 1.0 sections 7 and 8,
//! appendix F.1). The holder's side runs it.

use fetch::{Client, Purpose};
use proofs::jws::{self, KeyRef, Typ};
use proofs::keys::SigningKey;
use schemas::canonical;
use schemas::did::Did;
use schemas::json::{Number, Object, Value};
use schemas::message::{Message as _, WireDocument};
use schemas::oauth::{ErrorCode, ErrorResponse};
use schemas::oid4vci::credential::{CredentialRequest, CredentialResponse, Proofs};
use schemas::oid4vci::nonce::{CNonce, NonceResponse};
use schemas::time::Timestamp;
use verifier::{
    Asked, AssetAsked, Creators, CredentialAsked, Holder, Policy, Question, Report, StatusAsked,
    VerifiedCredential,
};

use crate::judge::{Outside, judge};
use crate::keys::KeyPath;
use crate::receive::preview::{ArrivedPart, VerifiedCopy};
use crate::receive::token::{Token, refusal};
use crate::receive::{ImportFault, Offered, OpenOffer, ReceiveError, Step};
use crate::wallet::Wallet;

/// Credentials as they arrived.
pub(super) struct Issued {
    credentials: Vec<WireDocument>,
    pub(super) notification_id: Option<String>,
}

/// One offer being redeemed.
pub(super) struct Exchange<'a> {
    pub(super) client: &'a Client,
    pub(super) wallet: &'a Wallet,
    pub(super) open: &'a OpenOffer,
    pub(super) now: Timestamp,
}

/// Asks for one credential for each key. A nonce that the issuer calls stale is fetched anew once,
/// and only once.
pub(super) async fn request(
    exchange: &Exchange<'_>,
    offered: &Offered,
    token: &Token,
    keys: &[KeyPath],
) -> Result<Issued, ReceiveError> {
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
        let proofs = keys
            .iter()
            .map(|key| prove(open, key, nonce.as_ref(), now))
            .collect();
        let request = CredentialRequest {
            selector: token.selector(&offered.configuration_id),
            proofs: Some(Proofs::Jwt(proofs)),
        };
        let bearer = Some(&*token.bearer);
        let body = request.to_value();
        let response = client
            .post_json(Purpose::Credential, endpoint, &body, bearer)
            .await?;
        if response.is_success() {
            return read(response.body());
        }
        let stale = ErrorResponse::read(response.body())
            .is_ok_and(|refusal| refusal.code == ErrorCode::InvalidNonce);
        if !stale || retried || nonce.is_none() {
            return Err(refusal(Step::Credential, &response));
        }
        retried = true;
    }
}

fn read(body: &[u8]) -> Result<Issued, ReceiveError> {
    let response = CredentialResponse::read(body).map_err(|error| ReceiveError::Message {
        step: Step::Credential,
        error,
    })?;
    match response {
        CredentialResponse::Issued {
            credentials,
            notification_id,
        } => Ok(Issued {
            credentials,
            notification_id,
        }),
        CredentialResponse::Deferred { .. } => Err(ImportFault::Deferred.into()),
    }
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

/// A key proof. It has no `iss`: the wallet names no client (appendix F.1).
fn prove(open: &OpenOffer, key: &SigningKey, nonce: Option<&CNonce>, now: Timestamp) -> String {
    let mut claims = schemas::object! {
        "aud" => &open.metadata().credential_issuer,
        "iat" => Number::from_i64(now.unix()),
    };
    if let Some(nonce) = nonce {
        claims.insert("nonce", nonce.as_str());
    }
    jws::sign(
        Typ::CredentialOfferProof,
        KeyRef::Kid(&key.verification_method()),
        &claims,
        key,
    )
}

/// Verifies every copy: of the offered type, by the confirmed world, each bound to another one of our
/// keys, all saying the same.
pub(super) async fn verify(
    exchange: &Exchange<'_>,
    offered: &Offered,
    issued: Issued,
    keys: Vec<KeyPath>,
) -> Result<ArrivedPart, ReceiveError> {
    let Exchange {
        client,
        wallet,
        open,
        now,
    } = *exchange;
    if issued.credentials.len() > keys.len() {
        let (expected, found) = (keys.len(), issued.credentials.len());
        return Err(ImportFault::Count { expected, found }.into());
    }
    let mut outside = Outside::of(open.documents.clone());
    // Also creators that are worlds, when the person confirmed them; nobody else is contacted.
    let reachable = wallet.confirmed_worlds()?;
    let mut unbound: Vec<(KeyPath, Did)> = keys
        .into_iter()
        .map(|path| {
            let did = wallet.signing_key(&path).did_key();
            (path, did)
        })
        .collect();
    let mut copies: Vec<VerifiedCopy> = Vec::new();
    let mut first: Option<Arrival> = None;
    for document in issued.credentials {
        let WireDocument::Object(object) = document else {
            return Err(ImportFault::Format.into());
        };
        let place = place_of(&object, &unbound);
        let (key, holder) = unbound.remove(place);
        let policy =
            Policy::nobody().with_issuer(open.world().did(), vec![offered.kind], Creators::Any);
        let asked = Asked::Credential(CredentialAsked {
            types: vec![offered.kind],
            holder: Holder::Key(holder),
            status: StatusAsked::Asked,
        });
        let question = Question {
            asked: &asked,
            asset: &AssetAsked::NotAsked,
            policy: &policy,
        };
        // A credential arrives as a value inside the answer, whose bytes are the only ones that there
        // are. The strict reader has left one meaning to it, so its canonical form is judged, and that
        // very form is kept and shown.
        let bytes = canonical::object_to_bytes(&object);
        let report = judge(client, &question, &bytes, &mut outside, &reachable, now).await;
        let Some(credential) = accepted(&report) else {
            return Err(ImportFault::Verdict(Box::new(report)).into());
        };
        match &first {
            Some(first) if what_it_says(first.credential.object()) != what_it_says(&object) => {
                return Err(ImportFault::Differing.into());
            }
            Some(_) => {}
            None => first = Some(Arrival { credential, report }),
        }
        copies.push(VerifiedCopy::assert(key, bytes));
    }
    // The reader of the response refuses an empty list.
    let first = first.ok_or(ImportFault::Count {
        expected: 1,
        found: 0,
    })?;
    Ok(ArrivedPart::new(
        open.world(),
        first.credential,
        first.report,
        copies,
        outside.into_documents(),
    ))
}

struct Arrival {
    credential: VerifiedCredential,
    report: Report,
}

/// The key that a credential says it is bound to; for a stranger's, any of ours, so that the verifier
/// says what is wrong.
fn place_of(credential: &Object, keys: &[(KeyPath, Did)]) -> usize {
    let holder = credential
        .get("credentialSubject")
        .and_then(|subject| subject.get("id"));
    let holder = holder.and_then(Value::as_str);
    keys.iter()
        .position(|(_, did)| Some(did.as_str()) == holder)
        .unwrap_or(0)
}

fn accepted(report: &Report) -> Option<VerifiedCredential> {
    report.accepted()?.credentials().first().cloned()
}

/// A credential without what has to differ between copies: whose key, which place in which status
/// list, and the signature. That all have a status of the same purpose has to agree.
fn what_it_says(credential: &Object) -> Object {
    let mut credential = credential.clone();
    credential.remove("proof");
    if let Some(status) = credential.get_mut("credentialStatus") {
        without_places(status);
    }
    if let Some(Value::Object(subject)) = credential.get_mut("credentialSubject") {
        subject.remove("id");
    }
    credential
}

fn without_places(status: &mut Value) {
    match status {
        Value::Object(entry) => {
            for name in ["id", "statusListCredential", "statusListIndex"] {
                entry.remove(name);
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(without_places),
        _ => {}
    }
}
