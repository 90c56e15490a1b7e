//! Whoever holds an item, and the item as they know it.

use proofs::keys::SigningKey;
use proofs::ledger;
use schemas::json::Object;
use schemas::ledger::{
    About, Act, Asker, Commitment, HeadDocument, InboxQuery, ItemTag, Question, Salt, SentStep,
    SentSwap, Step, StepAnswer, SwapLeg, TermsDigest, UnverifiedLeaf,
};
use schemas::message::Message;
use schemas::offering::{OfferTerms, Right};
use schemas::time::Timestamp;

use crate::holder::{claims, key_proof, nonce, token};
use crate::http::{Answer, get, post_json, send};
use crate::town::{Town, provenance};

/// A one-time key and its salt.
#[derive(Clone, Debug)]
pub(crate) struct Hand {
    seed: u8,
}

impl Hand {
    pub(crate) const fn new(seed: u8) -> Self {
        Self { seed }
    }

    pub(crate) fn key(&self) -> SigningKey {
        SigningKey::from_seed(&[self.seed; 32])
    }

    pub(crate) const fn salt(&self) -> Salt {
        Salt::from_bytes([self.seed; 32])
    }

    pub(crate) fn commitment(&self) -> Commitment {
        ledger::commitment(&self.key().verifying_key(), &self.salt()).unwrap()
    }

    /// Opens the commitment for a question.
    pub(crate) fn asks(&self, town: &Town, about: About, at: Timestamp) -> Asker {
        let question = Question {
            ledger: town.world().config().world().clone(),
            about,
            who: self.commitment(),
            at,
        };
        Asker {
            key: self.key().did_key(),
            salt: self.salt(),
            signature: ledger::sign_question(&question, &self.key()).unwrap(),
        }
    }

    /// A step of this hand.
    pub(crate) fn sends(&self, step: Step) -> SentStep {
        SentStep {
            key: self.key().did_key(),
            salt: self.salt(),
            signature: ledger::sign_step(&step, &self.key()).unwrap(),
            creator: None,
            swap: None,
            step,
        }
    }

    /// The other half of a swap.
    pub(crate) fn gives(&self, step: &Step) -> SentSwap {
        SentSwap {
            key: self.key().did_key(),
            salt: self.salt(),
            signature: ledger::sign_swap(step, &self.key()).unwrap(),
            creator: None,
        }
    }
}

/// An item where somebody last saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) leaf: UnverifiedLeaf,
}

impl Seen {
    pub(crate) fn tag(&self) -> ItemTag {
        self.leaf.claims().item
    }

    pub(crate) fn terms(&self) -> TermsDigest {
        self.leaf.claims().terms
    }

    /// The next step.
    pub(crate) fn step(&self, act: Act) -> Step {
        Step {
            ledger: self.leaf.claims().ledger.clone(),
            item: self.tag(),
            seq: self.leaf.claims().seq + 1,
            previous: self.leaf.hash(),
            act,
        }
    }

    pub(crate) fn offer(&self, to: &Hand, until: Timestamp) -> Step {
        self.step(Act::Offer {
            to: to.commitment(),
            until,
            terms: self.terms(),
            swap: None,
        })
    }

    pub(crate) fn accept(&self, holder: &Hand) -> Step {
        self.step(Act::Accept {
            holder: holder.commitment(),
            terms: self.terms(),
            swap: None,
        })
    }

    /// What is given in return, as the accept of another item names it.
    pub(crate) fn leg(&self, holder: &Hand) -> SwapLeg {
        SwapLeg {
            item: self.tag(),
            seq: self.leaf.claims().seq + 1,
            previous: self.leaf.hash(),
            holder: holder.commitment(),
            terms: self.terms(),
        }
    }

    /// After a step that was taken.
    pub(crate) fn after(answer: &Answer) -> Self {
        let leaf = taken(answer).leaf;
        Self { leaf }
    }
}

/// The answer to a step that was taken.
#[track_caller]
pub(crate) fn taken(answer: &Answer) -> StepAnswer {
    assert_eq!(answer.status, 200, "{}", answer.text());
    StepAnswer::read(&answer.body).unwrap()
}

/// An idempotency key of a test's own.
pub(crate) fn idempotency(name: &str) -> String {
    format!("{name:-<22}")
}

/// Asks what is offered to these hands.
pub(crate) async fn ask_inbox(town: &Town, hands: &[&Hand]) -> Answer {
    let at = town.now();
    let addresses = hands.iter().map(|hand| hand.asks(town, About::Inbox, at));
    let query = InboxQuery {
        at,
        addresses: addresses.collect(),
    };
    post_json(town.port, "/items/inbox", "", &query.to_object()).await
}

/// Sends a step.
pub(crate) async fn send_step(town: &Town, sent: &SentStep, key: &str) -> Answer {
    send_body(town, sent.step.item, &sent.to_bytes(), key).await
}

pub(crate) async fn send_body(town: &Town, item: ItemTag, body: &[u8], key: &str) -> Answer {
    send_to(town.port, item, body, key).await
}

pub(crate) async fn send_to(port: u16, item: ItemTag, body: &[u8], key: &str) -> Answer {
    let key = idempotency(key);
    let headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", key.as_str()),
    ];
    send(
        port,
        "POST",
        &format!("/items/{item}/steps"),
        &headers,
        body,
    )
    .await
}

/// The newest leaf of an item.
pub(crate) async fn head(town: &Town, tag: ItemTag) -> HeadDocument {
    let answer = get(town.port, &format!("/items/{tag}/head")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    HeadDocument::read(&answer.body).unwrap()
}

/// An offer of an item of this number.
pub(crate) async fn offer(town: &Town, serial: u64) -> String {
    let class = "sword".to_owned();
    town.offer(Right::Item { class, serial }).await
}

/// The body of a request for one copy, with who is to hold the item.
pub(crate) async fn request(town: &Town, copy: &SigningKey, holder: Option<&Hand>) -> Object {
    let claims = claims(town, &nonce(town).await);
    let proofs = vec![key_proof(copy, &claims)];
    let mut body = schemas::object! {
        "credential_configuration_id" => "item",
        "proofs" => schemas::object! { "jwt" => proofs },
    };
    if let Some(holder) = holder {
        body.insert("omote_holder", holder.commitment());
    }
    body
}

/// The first credential of an answer.
#[track_caller]
pub(crate) fn credential(answer: &Answer) -> Object {
    crate::holder::credentials(answer).remove(0)
}

/// The ledger entry of a credential.
#[track_caller]
pub(crate) fn entry(credential: &Object) -> schemas::ledger::LedgerEntry {
    let subject = credential.get("credentialSubject").unwrap();
    let entry = subject.get("ledgerEntry").unwrap();
    schemas::ledger::LedgerEntry::from_value(entry).unwrap()
}

/// Issues an item of this number to a hand; how it begins.
pub(crate) async fn minted(town: &Town, serial: u64, holder: &Hand) -> Seen {
    let offer = offer(town, serial).await;
    seen_by(town, &offer, holder).await
}

/// Issues an item under these terms to a hand.
pub(crate) async fn minted_by(
    town: &Town,
    serial: u64,
    holder: &Hand,
    change: impl FnOnce(&mut OfferTerms),
) -> Seen {
    let class = "sword".to_owned();
    let mut terms = OfferTerms::new(Right::Item { class, serial }, provenance());
    change(&mut terms);
    let (offer, _) = town.offer_by(&terms).await;
    seen_by(town, &offer, holder).await
}

async fn seen_by(town: &Town, offer: &str, holder: &Hand) -> Seen {
    let token = token(town, offer).await;
    let copy = SigningKey::from_seed(&[201; 32]);
    let body = request(town, &copy, Some(holder)).await;
    let answer = post_json(town.port, "/credential", &token, &body).await;
    let entry = entry(&credential(&answer));
    assert_eq!(entry.holder, holder.commitment());
    let head = head(town, entry.item).await;
    assert_eq!(head.leaf.claims().terms, entry.terms);
    Seen { leaf: head.leaf }
}

/// The pre-authorized code of an offer by value.
#[track_caller]
pub(crate) fn code(offer: &Object) -> String {
    let grants = offer.get("grants").unwrap();
    let grant = grants.get("urn:ietf:params:oauth:grant-type:pre-authorized_code");
    let code = grant.unwrap().get("pre-authorized_code").unwrap();
    code.as_str().unwrap().to_owned()
}
