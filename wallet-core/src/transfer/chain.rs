//! An item's life, step by step: from its creator through the mint and each hand to now. The holder's
//! side runs it; the rules are the verifier's ([`verifier::ledger::provenance`]).

use fetch::Client;
use proofs::did_key;
use proofs::ledger::VerifiedLeaf;
use proofs::sd_jwt::UnverifiedSdJwt;
use schemas::credential::{Format, UnverifiedCredential};
use schemas::json::{self, Limits};
use schemas::ledger::UnverifiedLeaf;
use schemas::reason::Reason;
use schemas::terms::Contexts;
use schemas::time::Timestamp;
use verifier::ledger::{LeafStanding, Passage, Provenance, VerifiedChain};

use crate::holding::{Holding, HoldingError};
use crate::origin::Confirmed;
use crate::transfer::evidence::Suspicion;
use crate::transfer::judge::Ledger;
use crate::transfer::{Item, TransferError, look, talk};
use crate::wallet::Wallet;

/// How often head and chain are asked for when the item moves on in between.
const TRIES: usize = 3;

/// The whole life of an item.
#[derive(Clone, Debug)]
pub struct Life {
    /// What the wallet knows of it now.
    pub item: Item,
    /// Where it comes from, every link checked.
    pub provenance: Provenance,
}

impl Life {
    /// Its steps, from the mint to now, each following from the one before.
    #[must_use]
    pub fn steps(&self) -> &[Passage] {
        &self.provenance.steps
    }

    /// Whether a step left the item with this wallet.
    #[must_use]
    pub fn is_ours(&self, step: &Passage) -> bool {
        step.holder == self.item.commitment
    }
}

/// Reads the chain of a holding from its mint to now and checks every link: each leaf signed by the
/// ledger, each following from the one before by the rules, each step signed by whoever may take it;
/// and that it ends in the head for which the ledger's receipt speaks, by way of the one that this
/// wallet has seen before.
///
/// # Errors
/// [`TransferError`]; `ledger_chain_broken` where a link does not hold or the chain ends before its
/// head, `registry_equivocation` where the ledger signed two leaves for one step: the wallet keeps what
/// proves it then.
pub async fn walk(
    client: &Client,
    wallet: &mut Wallet,
    holding: &Holding,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Life, TransferError> {
    let item = wallet.item(&holding.id)?.ok_or(TransferError::Absent)?;
    confirmed.require(&item.ledger)?;
    let credential = credential_of(wallet, &item)?.ok_or(TransferError::Absent)?;
    let ledger = Ledger::meet(client, &item.ledger, now).await?;
    for _ in 0..TRIES {
        let document = talk::head(client, &item.ledger, &item.tag).await?;
        let seen = item.head.as_ref().map(|head| head.document.leaf.clone());
        let head = look::learn(client, wallet, &ledger, &item, document, now).await?;
        let leaves = talk::chain(client, &item.ledger, &item.tag, 0).await?;
        let provenance = ledger.life(&credential, &leaves)?;
        if let Some(seen) = seen {
            let seen = ledger.leaf(seen)?;
            stands(wallet, &item, &provenance.chain, &seen, now)?;
        }
        if stands(wallet, &item, &provenance.chain, &head, now)? == LeafStanding::Within {
            // It has moved on between the two answers.
            continue;
        }
        let item = wallet.item(&holding.id)?.ok_or(HoldingError::NotFound)?;
        return Ok(Life { item, provenance });
    }
    Err(TransferError::Refused {
        reason: Reason::HeadStale,
    })
}

/// How a leaf that was seen stands in a chain: in its place, or the ledger lied.
fn stands(
    wallet: &mut Wallet,
    item: &Item,
    chain: &VerifiedChain,
    seen: &VerifiedLeaf,
    now: Timestamp,
) -> Result<LeafStanding, TransferError> {
    match chain.standing(seen) {
        LeafStanding::Short => Err(TransferError::Lied {
            reason: Reason::LedgerChainBroken,
        }),
        LeafStanding::Other(other) => Err(two_stories(wallet, item, seen.leaf(), &other, now)?),
        there => Ok(there),
    }
}

fn two_stories(
    wallet: &mut Wallet,
    item: &Item,
    seen: &UnverifiedLeaf,
    other: &UnverifiedLeaf,
    now: Timestamp,
) -> Result<TransferError, TransferError> {
    let suspicion = Suspicion::two_leaves(seen, other, now);
    wallet.suspect(Some(item.holding), &suspicion)?;
    Ok(TransferError::Lied {
        reason: suspicion.reason,
    })
}

/// The credential of a holding, as it was kept: it was verified when it came.
fn credential_of(
    wallet: &Wallet,
    item: &Item,
) -> Result<Option<UnverifiedCredential>, TransferError> {
    let copies = wallet.copies(&item.holding)?;
    let Some(copy) = copies.first() else {
        return Ok(None);
    };
    let bytes = wallet.credential(&copy.id)?;
    let contexts = Contexts::pinned();
    Ok(match copy.format {
        Format::LdpVc => json::read(&bytes, &Limits::document())
            .ok()
            .and_then(|value| UnverifiedCredential::parse(&value, &contexts).ok()),
        Format::DcSdJwt => std::str::from_utf8(&bytes)
            .ok()
            .and_then(|text| UnverifiedSdJwt::parse(text).ok())
            .and_then(|token| {
                let holder = token.holder_key().ok().map(|key| did_key::encode(&key));
                UnverifiedCredential::of_claims(token.claims(), holder, &contexts).ok()
            }),
    })
}
