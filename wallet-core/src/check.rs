//! Judging something that a person was handed: a credential, a presentation, a model file, a receipt.
//! The holder's side runs it.
//!
//! The verifier is the one that worlds use. Believed are the worlds that the person confirmed, and
//! creators named in words; only those worlds are contacted. Or a policy says who is believed, and a
//! thing is judged as a world of that policy would.

mod at_hand;
mod error;
mod held;
mod sort;

use fetch::Client;
use fetch::settle::settle;
use proofs::did_document::DidDocument;
use proofs::jws::{Typ, UnverifiedJws};
use schemas::asset::AssetFacts;
use schemas::canonical;
use schemas::credential::CredentialType;
use schemas::did::Did;
use schemas::json::{self, Limits, Object, Value};
use schemas::message::Message as _;
use schemas::oid4vp::request::RequestObject;
use schemas::reason::Reason;
use schemas::receipt::{CompactJws, ReceiptClaims};
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::{
    Asked, AssetAsked, Audience, Challenge, Creators, CredentialAsked, Evidence, Holder,
    LedgerProvenance, LedgerRules, Policy, PresentationAsked, Question, Report, StatusAsked,
};

pub use at_hand::AtHand;
pub use error::{Aid, CheckError};
pub use held::{Held, judge_holdings};
pub use sort::{Sort, sort_of};

use crate::error::StoreError;
use crate::judge::{Documents, Outside, judge};
use crate::present::{ReceiptFault, check_receipt};
use crate::wallet::Wallet;

/// Who is believed.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    worlds: Vec<WorldId>,
    creators: Vec<Did>,
    policy: Option<Policy>,
    chains: LedgerProvenance,
}

/// Where it comes from what a verification has to know of the outside.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// From what is at hand; nobody is contacted.
    AtHand(&'a AtHand),
    /// From the worlds: under a policy as the report names them, else from believed ones only.
    Network(&'a Client),
}

/// What was handed over, with what is known about it.
#[derive(Clone, Debug)]
pub struct Handed<'a> {
    /// The thing itself.
    pub bytes: &'a [u8],
    /// The model file that it speaks of, when it is at hand.
    pub model: Option<&'a [u8]>,
    /// What a presentation has to answer; see [`asked_by`].
    pub request: Option<PresentationAsked>,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What it is.
    pub sort: Sort,
    /// How it stands.
    pub finding: Judgment,
}

/// How a thing stands.
#[derive(Clone, Debug)]
pub enum Judgment {
    /// Of a model file by itself: well-formed or not, and what is in it. Nobody has vouched for it.
    Model(Box<AssetFacts>),
    /// Of a receipt: what the world confirms with its signature, or why it does not.
    Receipt(Box<Result<ReceiptClaims, ReceiptFault>>),
    /// Of a credential or presentation.
    Report(Box<Report>),
}

impl Trust {
    /// Nobody.
    #[must_use]
    pub fn nobody() -> Self {
        Self::default()
    }

    /// The worlds that the person has confirmed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn of_pins(wallet: &Wallet) -> Result<Self, StoreError> {
        Ok(Self {
            worlds: wallet.confirmed_worlds()?,
            ..Self::default()
        })
    }

    /// Whom this policy believes: things are judged as a world with it would.
    #[must_use]
    pub fn of_policy(policy: Policy) -> Self {
        Self {
            policy: Some(policy),
            ..Self::default()
        }
    }

    /// Also a world, which the person named.
    #[must_use]
    pub fn with_world(mut self, world: WorldId) -> Self {
        self.worlds.push(world);
        self
    }

    /// Also a creator, for provenance by itself.
    #[must_use]
    pub fn with_creator(mut self, creator: Did) -> Self {
        self.creators.push(creator);
        self
    }

    /// Also that the whole life of an item is walked, from its mint to now.
    #[must_use]
    pub const fn walking_chains(mut self) -> Self {
        self.chains = LedgerProvenance::Required;
        self
    }

    /// The worlds that may be contacted.
    #[must_use]
    pub fn worlds(&self) -> &[WorldId] {
        &self.worlds
    }

    /// What is asked of the ledgers of items.
    #[must_use]
    pub fn ledger(&self) -> LedgerRules {
        self.policy().ledger().clone()
    }

    fn policy(&self) -> Policy {
        let policy = self.whom();
        match self.chains {
            LedgerProvenance::NotAsked => policy,
            LedgerProvenance::Required => {
                let rules = LedgerRules {
                    provenance: self.chains,
                    ..policy.ledger().clone()
                };
                policy.with_ledger(rules)
            }
        }
    }

    fn whom(&self) -> Policy {
        if let Some(policy) = &self.policy {
            return policy.clone();
        }
        let held = vec![CredentialType::Avatar, CredentialType::Item];
        let with_worlds = self.worlds.iter().fold(Policy::nobody(), |policy, world| {
            policy.with_issuer(world.did(), held.clone(), Creators::Any)
        });
        self.creators.iter().fold(with_worlds, |policy, creator| {
            let kinds = vec![CredentialType::AssetProvenance];
            policy.with_issuer(creator.clone(), kinds, Creators::Any)
        })
    }
}

/// Judges a thing.
///
/// Bytes that look like JSON are judged even when they cannot be read: the report says why.
///
/// # Errors
/// [`CheckError`] when it is no kind of thing that can be judged, or when a presentation comes without
/// the request that it answers.
pub async fn judge_file(
    source: Source<'_>,
    trust: &Trust,
    handed: &Handed<'_>,
    now: Timestamp,
) -> Result<Judged, CheckError> {
    let sort = sort_of(handed.bytes)?;
    let finding = match sort {
        Sort::Model => {
            let facts = assets::facts(handed.bytes, &assets::Limits::default());
            Judgment::Model(Box::new(facts))
        }
        Sort::Receipt => Judgment::Receipt(Box::new(
            judge_receipt(source, trust, handed.bytes, now).await?,
        )),
        Sort::Credential | Sort::Provenance => {
            let types = match sort {
                Sort::Provenance => vec![CredentialType::AssetProvenance],
                _ => vec![
                    CredentialType::Avatar,
                    CredentialType::Item,
                    CredentialType::Other,
                ],
            };
            let asked = Asked::Credential(CredentialAsked {
                types,
                holder: Holder::Anyone,
                status: StatusAsked::Asked,
            });
            let report = report(source, trust, &asked, handed, handed.bytes, now).await;
            Judgment::Report(Box::new(report))
        }
        Sort::Presentation | Sort::VpToken => {
            let request = handed.request.clone().ok_or(CheckError::RequestMissing)?;
            let bytes = match sort {
                Sort::Presentation => in_a_token(handed.bytes, &request)?,
                _ => handed.bytes.to_vec(),
            };
            let asked = Asked::Presentation(request);
            let report = report(source, trust, &asked, handed, &bytes, now).await;
            Judgment::Report(Box::new(report))
        }
    };
    Ok(Judged { sort, finding })
}

/// What a request object asks, for judging a presentation that was kept beside it. Whether the
/// request was the world's is not looked at: it is the question here, and not the answer.
///
/// # Errors
/// [`CheckError::Request`] when it is none.
pub fn asked_by(request: &str) -> Result<PresentationAsked, CheckError> {
    let jws = UnverifiedJws::parse(request.trim(), Typ::RequestObject).map_err(|error| {
        CheckError::Request {
            reason: error.reason(),
        }
    })?;
    let claims = Value::Object(jws.unverified_claims().clone());
    let object = RequestObject::from_value(&claims).map_err(|error| CheckError::Request {
        reason: error.reason(),
    })?;
    let challenge = Challenge::new(object.nonce.as_str()).map_err(|_| CheckError::Request {
        reason: Reason::BadRequest,
    })?;
    Ok(PresentationAsked {
        lease: verifier::LeaseAsked::NotAsked,
        challenge,
        audience: Audience::new(object.client_id.as_str()),
        query: object.dcql_query,
        transaction_data: object
            .transaction_data
            .iter()
            .map(|data| data.encoded().to_owned())
            .collect(),
    })
}

async fn report(
    source: Source<'_>,
    trust: &Trust,
    asked: &Asked,
    handed: &Handed<'_>,
    bytes: &[u8],
    now: Timestamp,
) -> Report {
    let asset = match handed.model {
        None => AssetAsked::NotAsked,
        Some(model) => {
            AssetAsked::Given(Box::new(assets::facts(model, &assets::Limits::default())))
        }
    };
    let policy = trust.policy();
    let question = Question {
        asked,
        asset: &asset,
        policy: &policy,
    };
    match (source, &trust.policy) {
        (Source::AtHand(at_hand), _) => at_hand.judge(&question, bytes, now),
        (Source::Network(client), Some(_)) => {
            settle(client, &question, bytes, Evidence::new(), now)
                .await
                .0
        }
        (Source::Network(client), None) => {
            let mut outside = Outside::default();
            judge(client, &question, bytes, &mut outside, &trust.worlds, now).await
        }
    }
}

/// A presentation by itself, a document or the text of an SD-JWT, as the answer to the one part that
/// the request has. The answer has to be made here, so its bytes are not those that were handed over:
/// they are the canonical ones of the same value, which the strict reader has left one meaning.
fn in_a_token(bytes: &[u8], request: &PresentationAsked) -> Result<Vec<u8>, CheckError> {
    let [part] = request.query.credentials() else {
        return Err(CheckError::PartUnknown);
    };
    let is_document = bytes.trim_ascii_start().starts_with(b"{");
    let value = match std::str::from_utf8(bytes.trim_ascii()) {
        Ok(text) if !is_document => Ok(Value::from(text)),
        _ => json::read(bytes, &Limits::document()),
    };
    let value = value.map_err(|error| CheckError::Request {
        reason: error.reason(),
    })?;
    let mut token = Object::new();
    token.insert(part.id.as_str(), vec![value]);
    Ok(canonical::object_to_bytes(&token))
}

async fn judge_receipt(
    source: Source<'_>,
    trust: &Trust,
    bytes: &[u8],
    now: Timestamp,
) -> Result<Result<ReceiptClaims, ReceiptFault>, CheckError> {
    let text = std::str::from_utf8(bytes).map_err(|_| CheckError::Unrecognized)?;
    let text = CompactJws::new(text.trim()).ok_or(CheckError::Unrecognized)?;
    let jws = match UnverifiedJws::parse(text.as_str(), Typ::Receipt) {
        Ok(jws) => jws,
        Err(error) => return Ok(Err(ReceiptFault::Jws(error))),
    };
    let issuer = jws.unverified_claims().get("iss").and_then(Value::as_str);
    let world = issuer.and_then(|did| WorldId::of_did(&did.parse().ok()?).ok());
    let Some(world) = world.filter(|world| trust.worlds.contains(world)) else {
        return Err(CheckError::WorldUnconfirmed);
    };
    let document = match world_document(source, &world, now).await {
        Ok(document) => document,
        Err(reason) => return Ok(Err(ReceiptFault::Key { reason })),
    };
    Ok(check_receipt(&text, &world, &document, now))
}

async fn world_document(
    source: Source<'_>,
    world: &WorldId,
    now: Timestamp,
) -> Result<DidDocument, Reason> {
    let did = world.did();
    match source {
        Source::AtHand(at_hand) => {
            let found = at_hand.document(&did).cloned();
            found.ok_or(Reason::DidResolutionFailed)
        }
        Source::Network(client) => {
            let mut documents = Documents::default();
            documents.fetch(client, &did, now).await?;
            documents.document(&did)
        }
    }
}
