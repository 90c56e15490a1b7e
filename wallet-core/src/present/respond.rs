//! Signing an answer, writing it down, sending it, and keeping the world's receipt (OpenID4VP 1.0
//! sections 8.1, 8.2 and B.1.3.2). The holder's side runs it.
//!
//! ```text
//! sign ── spend copies + history "intended" (one transaction, on disk) ── POST ── receipt checked
//!                                                        ── history "completed" or "failed"
//! ```

use std::collections::BTreeSet;

use fetch::{Client, Purpose, Response};
use proofs::did_document::{DidDocument, Relationship};
use proofs::jws::{HeaderKey, Typ, UnverifiedJws};
use proofs::keys::SigningKey;
use proofs::present::{Binding, sign};
use proofs::sd_jwt::{self, KeyBinding, UnverifiedSdJwt};
use schemas::dcql::{ClaimPath, QueryId};
use schemas::digest::Sha256Digest;
use schemas::json::{Object, Value};
use schemas::ledger::{HeadDocument, MAX_HEADS};
use schemas::message::{Confidential, Message as _, WireDocument};
use schemas::oauth::{ErrorCode, ErrorResponse};
use schemas::oid4vci::error::reason_of;
use schemas::oid4vp::request::VpFormats;
use schemas::oid4vp::response::{
    AuthorizationResponse, DirectPostAnswer, ResponseOutcome, VpToken,
};
use schemas::presentation::UnsignedPresentation;
use schemas::reason::Reason;
use schemas::receipt::{CompactJws, ReceiptClaims, ReceiptOutcome};
use schemas::suite::{Cryptosuite, KeyType};
use schemas::time::Timestamp;
use schemas::web_url::WebUrl;
use schemas::world::WorldId;

use crate::answer::reason_of_status;
use crate::history::shown::joinable;
use crate::history::{
    CameReceipt, Completion, Entry, EntryKind, EntryRef, NewEntry, ReceiptStanding, What,
};
use crate::holding::{CopyId, HoldingError};
use crate::judge::Documents;
use crate::present::{
    Accepted, Held, Prepared, PresentError, ReceiptFault, Repetition, VerifiedRequest,
};
use crate::transfer;
use crate::wallet::Wallet;

/// What a world answered.
#[derive(Clone, Debug)]
pub struct Presented {
    /// The world.
    pub world: WorldId,
    /// The entry of the history that says how it ended.
    pub entry: EntryRef,
    /// The world's signed receipt, checked. Not every verifier gives one.
    pub receipt: Option<ReceiptClaims>,
    /// What to show at the door, when the world gave something.
    pub admission_token: Option<Confidential>,
    /// Where the person's browser goes on, when the world says so.
    pub redirect_uri: Option<WebUrl>,
    /// The `vp_token` that was sent, byte for byte.
    pub vp_token: Vec<u8>,
}

/// Sends an answer that the person agreed to.
///
/// # Errors
/// [`PresentError`]. Once the entry in the history exists, every error has been written down beside
/// it; the copies stay spent to this world, which may have seen them.
pub async fn send(
    client: &Client,
    wallet: &mut Wallet,
    accepted: Accepted,
    now: Timestamp,
) -> Result<Presented, PresentError> {
    let Accepted {
        mut prepared,
        repetition,
    } = accepted;
    prepared.request.require_still_now(now)?;
    lease(client, wallet, &mut prepared, now).await?;
    let token = vp_token(wallet, &prepared, now)?;
    let state = prepared.request.object().state.clone();
    let response = AuthorizationResponse {
        outcome: ResponseOutcome::Presented(token),
        state,
        ledger_evidence: evidence(&prepared),
    };
    let bytes = sent_token(&response);
    let digest = Sha256Digest::of(&bytes);
    if let Some(profile) = &prepared.disclosure.profile {
        wallet.note_names(prepared.request.world(), profile)?;
    }
    let seq = intend(wallet, &prepared, repetition, digest, now)?;
    let end = match post(client, &prepared.request, &response).await {
        Ok(answer) => {
            let document = document_for(client, &prepared.request, &answer, now).await;
            read_answer(&prepared.request, document, &answer, digest, now)
        }
        Err(error) => Err(Ended::boxed(error, None)),
    };
    match end {
        Ok((answer, receipt)) => {
            let text = answer
                .receipt
                .as_ref()
                .map(|receipt| receipt.as_str().to_owned());
            let entry = wallet.complete(seq, Completion::Completed { receipt: text }, now)?;
            Ok(Presented {
                world: prepared.request.world().clone(),
                entry,
                receipt,
                admission_token: answer.admission_token,
                redirect_uri: answer
                    .redirect_uri
                    .filter(|url| leads_on(url, &prepared.request)),
                vp_token: bytes,
            })
        }
        Err(ended) => {
            let Ended { error, receipt } = *ended;
            let reason = error.reason();
            wallet.complete(seq, Completion::Failed { reason, receipt }, now)?;
            Err(error)
        }
    }
}

/// Marks the items as active that the world asks for, and takes their new heads along. Before anything
/// is spent or sent: a ledger that cannot be asked leaves all as it is.
async fn lease(
    client: &Client,
    wallet: &mut Wallet,
    prepared: &mut Prepared,
    now: Timestamp,
) -> Result<(), PresentError> {
    let world = prepared.request.world().clone();
    for lease in &prepared.disclosure.leases {
        let consent = &prepared.disclosure.digest;
        transfer::take_lease(client, wallet, lease, &world, consent, now)
            .await
            .map_err(|error| PresentError::Lease {
                reason: error.reason(),
                begun: error.may_be_done(),
            })?;
        for answer in &mut prepared.answers {
            if answer.holding == lease.holding {
                let item = wallet.item(&lease.holding).map_err(HoldingError::from)?;
                answer.head = item.and_then(|item| item.head_for(&world));
            }
        }
    }
    Ok(())
}

/// Writes down that an interrupted run is given up. What it may have sent stays sent, and its copies
/// stay spent to their world.
///
/// # Errors
/// [`PresentError::History`] when nothing of this number was interrupted.
pub fn abandon(wallet: &mut Wallet, seq: u64, now: Timestamp) -> Result<EntryRef, PresentError> {
    let completion = Completion::Failed {
        reason: Reason::WorldUnreachable,
        receipt: None,
    };
    Ok(wallet.complete(seq, completion, now)?)
}

/// What the ledgers of the items say that are shown, each once.
fn evidence(prepared: &Prepared) -> Vec<HeadDocument> {
    let mut heads: Vec<HeadDocument> = Vec::new();
    for head in prepared
        .answers
        .iter()
        .filter_map(|answer| answer.head.as_ref())
    {
        if heads.len() < MAX_HEADS && !heads.contains(head) {
            heads.push(head.clone());
        }
    }
    heads
}

/// The field that a world digests in its receipt.
fn sent_token(response: &AuthorizationResponse) -> Vec<u8> {
    response
        .to_form()
        .field("vp_token")
        .unwrap_or_default()
        .as_bytes()
        .to_vec()
}

/// Spends the copies and writes the intention: on disk before anything leaves. Refused when another
/// run of the same consent has not ended.
fn intend(
    wallet: &mut Wallet,
    prepared: &Prepared,
    repetition: Repetition,
    digest: Sha256Digest,
    now: Timestamp,
) -> Result<u64, PresentError> {
    let consent = prepared.disclosure.digest;
    if repetition == Repetition::Allowed {
        let same = |entry: &Entry| entry.consent == Some(consent);
        for entry in wallet.pending()?.into_iter().filter(same) {
            abandon(wallet, entry.seq, now)?;
        }
    }
    let claims = prepared
        .disclosure
        .shown
        .iter()
        .flat_map(|copy| &copy.claims);
    let mut names: Vec<String> = claims.map(|claim| claim.pointer.clone()).collect();
    names.sort();
    names.dedup();
    let mut holdings: Vec<_> = prepared
        .answers
        .iter()
        .map(|answer| answer.holding)
        .collect();
    holdings.sort();
    holdings.dedup();
    let copies: Vec<CopyId> = prepared.answers.iter().map(|answer| answer.copy).collect();
    let entry = NewEntry {
        kind: EntryKind::Presented,
        world: Some(prepared.request.world().clone()),
        what: What {
            holdings,
            digests: vec![digest],
            claims: names,
        },
        consent: Some(consent),
    };
    let leaves = prepared
        .disclosure
        .shown
        .iter()
        .flat_map(|copy| joinable(copy.leaves()));
    let marks: BTreeSet<_> = leaves.map(|one| wallet.mark_of(&one)).collect();
    Ok(wallet.intend_presentation(entry, &copies, &marks, now)?.seq)
}

/// One presentation for each credential, each signed by the key of its copy.
fn vp_token(wallet: &Wallet, prepared: &Prepared, now: Timestamp) -> Result<VpToken, PresentError> {
    let mut entries: Vec<(QueryId, Vec<WireDocument>)> = Vec::new();
    for answer in &prepared.answers {
        let key = wallet.signing_key(&answer.key);
        let document = match &answer.held {
            Held::LdpVc(credential) => present_document(&prepared.request, credential, &key, now)?,
            Held::DcSdJwt(credential) => {
                let agreed = prepared.disclosure.agreed.iter();
                let agreed = agreed.filter(|one| one.query_id == answer.query_id);
                let texts: Vec<String> = agreed.map(|one| one.data.encoded().to_owned()).collect();
                present_sd_jwt(&prepared.request, credential, &texts, &key, now)?
            }
        };
        match entries.iter_mut().find(|(id, _)| *id == answer.query_id) {
            Some((_, documents)) => documents.push(document),
            None => entries.push((answer.query_id.clone(), vec![document])),
        }
    }
    VpToken::new(entries).map_err(PresentError::Message)
}

/// A presentation of a W3C credential (OpenID4VP 1.0 section B.1.3.2).
fn present_document(
    request: &VerifiedRequest,
    credential: &Object,
    key: &SigningKey,
    now: Timestamp,
) -> Result<WireDocument, PresentError> {
    let object = request.object();
    let unsigned = UnsignedPresentation::new(&key.did_key(), vec![credential.clone()]);
    let binding = Binding {
        challenge: object.nonce.as_str(),
        domain: object.client_id.as_str(),
        created: now,
        suite: suite(request, credential)?,
    };
    let signed = sign(&unsigned, &binding, key).map_err(PresentError::Sign)?;
    Ok(WireDocument::Object(signed))
}

/// An SD-JWT VC with a key binding (section B.3.6), and in it what is agreed to.
fn present_sd_jwt(
    request: &VerifiedRequest,
    credential: &UnverifiedSdJwt,
    transaction_data: &[String],
    key: &SigningKey,
    now: Timestamp,
) -> Result<WireDocument, PresentError> {
    let object = request.object();
    let binding = KeyBinding {
        audience: object.client_id.as_str(),
        nonce: object.nonce.as_str(),
        issued_at: now,
        transaction_data,
    };
    // What is not to be disclosed was taken out before the person was asked.
    let disclosed: Vec<ClaimPath> = credential
        .disclosures()
        .iter()
        .map(|one| one.path().clone())
        .collect();
    let text = sd_jwt::present(credential, &disclosed, &binding, key);
    text.map(WireDocument::Text)
        .map_err(PresentError::SignSdJwt)
}

/// Refuses a credential whose format, or whose issuer's or our algorithm, the world does not take.
pub(super) fn require_taken(request: &VerifiedRequest, held: &Held) -> Result<(), PresentError> {
    match held {
        Held::LdpVc(credential) => suite(request, credential).map(drop),
        Held::DcSdJwt(credential) => {
            let formats = &request.object().client_metadata.vp_formats;
            let Some(support) = &formats.dc_sd_jwt else {
                return refuse_unless_silent(formats);
            };
            // Keys of holders are Ed25519 keys here.
            if takes(&support.sd_jwt_algs, credential.key_type())
                && takes(&support.kb_jwt_algs, KeyType::Ed25519)
            {
                Ok(())
            } else {
                Err(PresentError::Formats)
            }
        }
    }
}

/// Formats that are named without ours are a refusal of ours; no formats at all are none.
fn refuse_unless_silent(formats: &VpFormats) -> Result<(), PresentError> {
    if formats.is_empty() {
        Ok(())
    } else {
        Err(PresentError::Formats)
    }
}

/// Whether an algorithm for keys of a type is among those that are listed; none are listed for any.
fn takes(listed: &[String], key_type: KeyType) -> bool {
    let names: &[&str] = match key_type {
        KeyType::Ed25519 => &["EdDSA", "Ed25519"],
        KeyType::P256 => &["ES256"],
    };
    listed.is_empty() || listed.iter().any(|name| names.contains(&name.as_str()))
}

/// The suite to sign with: the first of our keys' that the world takes. It has to take the
/// credential's as well.
fn suite(request: &VerifiedRequest, credential: &Object) -> Result<Cryptosuite, PresentError> {
    let formats = &request.object().client_metadata.vp_formats;
    let Some(support) = &formats.ldp_vc else {
        return refuse_unless_silent(formats).map(|()| Cryptosuite::EddsaJcs2022);
    };
    let taken = |values: &[String], name: &str| {
        values.is_empty() || values.iter().any(|value| value == name)
    };
    let suite_taken = |name: &str| taken(&support.cryptosuites, name);
    let theirs = credential
        .get("proof")
        .and_then(|proof| proof.get("cryptosuite"));
    let theirs = theirs.and_then(Value::as_str).is_none_or(suite_taken);
    // Keys of holders are Ed25519 keys here.
    let ours = Cryptosuite::ED25519
        .into_iter()
        .find(|suite| suite_taken(suite.name()));
    match ours {
        Some(suite) if theirs && taken(&support.proof_types, "DataIntegrityProof") => Ok(suite),
        _ => Err(PresentError::Formats),
    }
}

/// Whether a browser may be sent there: out into the web over TLS, or back to the world on this machine
/// that asked, and to no other port of this machine.
fn leads_on(url: &WebUrl, request: &VerifiedRequest) -> bool {
    !url.world().is_loopback() || url.world() == request.world()
}

/// Posts an answer, encrypted when the request asks for that, once: a redirect is refused and nothing is tried again.
pub(super) async fn post(
    client: &Client,
    request: &VerifiedRequest,
    response: &AuthorizationResponse,
) -> Result<Response, PresentError> {
    let form = request.posted(response)?.to_form();
    let fields: Vec<(&str, &str)> = form.iter().collect();
    let url = request.object().response_uri.as_str();
    Ok(client
        .post_form(Purpose::PresentationResponse, url, &fields)
        .await?)
}

/// An answer that did not end well, with the receipt that came all the same.
struct Ended {
    error: PresentError,
    receipt: Option<CameReceipt>,
}

impl Ended {
    fn boxed(error: PresentError, receipt: Option<CameReceipt>) -> Box<Self> {
        Box::new(Self { error, receipt })
    }
}

/// The document of the world as it was when the request was opened; fetched once more when the receipt
/// names a key that it does not have: a person takes their time, and the world may have changed its key
/// since.
async fn document_for(
    client: &Client,
    request: &VerifiedRequest,
    answer: &Response,
    now: Timestamp,
) -> Result<DidDocument, Reason> {
    let did = request.world().did();
    let known = request.documents().document(&did);
    let named = DirectPostAnswer::read(answer.body())
        .ok()
        .and_then(|read| UnverifiedJws::parse(read.receipt?.as_str(), Typ::Receipt).ok());
    let is_newer = match (named.as_ref().map(UnverifiedJws::key_ref), &known) {
        (Some(HeaderKey::Kid(kid)), Ok(known)) if *kid.did() == did => {
            let found = known.key(kid, Relationship::AssertionMethod, now);
            found.is_err_and(|error| error.reason() == Reason::VmNotFound)
        }
        // Of a world that asked by a certificate or an address, none was needed so far.
        (Some(HeaderKey::Kid(kid)), Err(_)) => *kid.did() == did,
        _ => false,
    };
    if !is_newer {
        return known;
    }
    let mut documents = Documents::default();
    documents.fetch(client, &did, now).await?;
    documents.document(&did)
}

fn read_answer(
    request: &VerifiedRequest,
    document: Result<DidDocument, Reason>,
    answer: &Response,
    digest: Sha256Digest,
    now: Timestamp,
) -> Result<(DirectPostAnswer, Option<ReceiptClaims>), Box<Ended>> {
    if !answer.is_success() {
        let refusal = ErrorResponse::read(answer.body());
        let (code, reason) = match &refusal {
            Ok(refusal) => (refusal.code, reason_of(refusal)),
            Err(_) => (ErrorCode::Unrecognized, reason_of_status(answer.status())),
        };
        return Err(Ended::boxed(PresentError::Refused { code, reason }, None));
    }
    let read = DirectPostAnswer::read(answer.body())
        .map_err(|error| Ended::boxed(PresentError::Message(error), None))?;
    let Some(text) = &read.receipt else {
        return Ok((read, None));
    };
    // Whatever the receipt is worth, it is what the world sent.
    let came = |standing| {
        Some(CameReceipt {
            text: text.as_str().to_owned(),
            standing,
        })
    };
    let receipt = receipt_of(request, document, text, digest, now).map_err(|fault| {
        let came = came(ReceiptStanding::Unverified);
        Ended::boxed(PresentError::Receipt(fault), came)
    })?;
    match receipt.outcome {
        // One of the world's people decides: nobody is admitted yet, and the receipt is worth keeping.
        ReceiptOutcome::Accepted | ReceiptOutcome::Indeterminate(Reason::AdmissionReview) => {
            Ok((read, Some(receipt)))
        }
        ReceiptOutcome::Rejected(reason) | ReceiptOutcome::Indeterminate(reason) => {
            let code = ErrorCode::InvalidRequest;
            let came = came(ReceiptStanding::Verified);
            Err(Ended::boxed(PresentError::Refused { code, reason }, came))
        }
    }
}

/// The receipt, when it is the world's and about this very answer.
fn receipt_of(
    request: &VerifiedRequest,
    document: Result<DidDocument, Reason>,
    text: &CompactJws,
    digest: Sha256Digest,
    now: Timestamp,
) -> Result<ReceiptClaims, ReceiptFault> {
    let world = request.world();
    let document = document.map_err(|reason| ReceiptFault::Key { reason })?;
    let receipt = check_receipt(text, world, &document, now)?;
    let nonce = Sha256Digest::of(request.object().nonce.as_str().as_bytes());
    if receipt.nonce_digest != nonce {
        return Err(ReceiptFault::Nonce);
    }
    if receipt.presentation_digest != digest {
        return Err(ReceiptFault::Presentation);
    }
    Ok(receipt)
}

/// Whether a receipt is this world's: its key, its signature, its name.
pub(crate) fn check_receipt(
    text: &CompactJws,
    world: &WorldId,
    document: &DidDocument,
    now: Timestamp,
) -> Result<ReceiptClaims, ReceiptFault> {
    let jws = UnverifiedJws::parse(text.as_str(), Typ::Receipt).map_err(ReceiptFault::Jws)?;
    let HeaderKey::Kid(kid) = jws.key_ref() else {
        return Err(ReceiptFault::Issuer);
    };
    if *kid.did() != world.did() {
        return Err(ReceiptFault::Issuer);
    }
    let key = document
        .key(kid, Relationship::AssertionMethod, now)
        .map_err(|error| ReceiptFault::Key {
            reason: error.reason(),
        })?;
    let verified = jws.clone().verify(key).map_err(ReceiptFault::Jws)?;
    let claims = Value::Object(verified.into_claims());
    let receipt = ReceiptClaims::from_value(&claims).map_err(ReceiptFault::Message)?;
    if receipt.issuer == *world {
        Ok(receipt)
    } else {
        Err(ReceiptFault::Issuer)
    }
}
