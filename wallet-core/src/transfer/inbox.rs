//! What is offered to this wallet: asked of the ledgers of worlds that the person confirmed, and looked
//! at before anybody is asked to agree. The holder's side runs it.

use std::collections::BTreeMap;

use fetch::Client;
use proofs::ledger::VerifiedLeaf;
use schemas::credential::{Asset, CredentialType, Subject};
use schemas::encoding::hex;
use schemas::json::Object;
use schemas::ledger::{
    About, Commitment, InboxQuery, ItemTag, ItemTerms, MAX_ADDRESSES, OfferedItem,
};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::ledger::Passage;
use verifier::{
    Asked, AssetAsked, Creators, CredentialAsked, Holder, Policy, Question, Report, StatusAsked,
};

use crate::judge::{Outside, judge};
use crate::keys::PersonaIndex;
use crate::origin::Confirmed;
use crate::transfer::address::KnownAddress;
use crate::transfer::judge::Ledger;
use crate::transfer::{TransferError, talk};
use crate::wallet::Wallet;

/// An offer to this wallet that was looked at.
#[derive(Debug)]
pub struct Incoming {
    /// What it is and under which terms; their digest is the one in the ledger.
    pub terms: ItemTerms,
    /// What the verifier says of the creator's statement, and that it speaks of this model.
    pub provenance: Report,
    /// The steps so far, from the mint.
    pub hands: Vec<Passage>,
    pub(crate) asset: Option<Asset>,
    pub(crate) head: VerifiedLeaf,
    pub(crate) address: KnownAddress,
}

impl Incoming {
    /// By which it is named: 64 hexadecimal digits, of which the first few will do.
    #[must_use]
    pub fn id(&self) -> String {
        hex::encode(self.tag().as_bytes())
    }

    /// The name that it would have in the wallet. Outside text.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} #{}", self.terms.class, self.terms.serial)
    }

    /// The world whose ledger it is.
    #[must_use]
    pub const fn ledger(&self) -> &WorldId {
        &self.head.claims().ledger
    }

    /// The item's name in the ledger.
    #[must_use]
    pub const fn tag(&self) -> ItemTag {
        self.head.claims().item
    }

    /// How often it has changed hands.
    #[must_use]
    pub const fn transfers(&self) -> u64 {
        self.head.claims().transfers
    }

    /// When the offer ends.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        let claims = self.head.claims();
        claims.offer.map_or(claims.at, |offer| offer.until)
    }

    /// What is wanted in return, when something is.
    #[must_use]
    pub fn wants(&self) -> Option<ItemTag> {
        let swap = self.head.claims().offer?.swap?;
        Some(swap.item)
    }

    /// Which of this wallet's faces gave out the address.
    #[must_use]
    pub const fn persona(&self) -> PersonaIndex {
        self.address.path.persona
    }

    /// The model file that its creator speaks of.
    #[must_use]
    pub const fn asset(&self) -> Option<&Asset> {
        self.asset.as_ref()
    }

    /// The JSON form, for `--json`.
    #[must_use]
    pub fn to_object(&self) -> Object {
        schemas::object! {
            "offer" => self.id(),
            "ledger" => self.ledger().origin(),
            "item" => self.tag(),
            "name" => self.name(),
            "terms" => self.terms.to_object(),
            "transfers" => schemas::json::Number::from_u64_saturating(self.transfers()),
            "until" => self.until(),
            "wants" => self.wants(),
            "asset" => self.asset().map(|asset| schemas::object! {
                "name" => asset.name.as_str(),
                "digest" => asset.digest,
            }),
            "provenance" => self.provenance.to_object(),
            "hands" => self.hands.iter().map(Passage::to_object).collect::<Vec<Object>>(),
        }
    }
}

/// What a ledger has for a persona of this wallet.
#[derive(Debug, Default)]
pub struct Inbox {
    /// Offers that were looked at and can be accepted or refused.
    pub offers: Vec<Incoming>,
    /// Offers that are not to be believed, with the reason; nothing else is known of them.
    pub refused: Vec<(ItemTag, Reason)>,
    /// Offers that could not be looked at, with the reason; another time, perhaps.
    pub unread: Vec<(ItemTag, Reason)>,
}

/// Asks the ledger of a confirmed world what is offered to a persona. `None` when the world keeps no
/// ledger, or nobody could offer it anything. The ledger learns which addresses one persona asks about
/// together, and by their keys that it is who gave them out. Each persona is asked for with a client of
/// its own, so that no connection ties it to another.
///
/// # Errors
/// [`TransferError`].
pub async fn ask(
    client: &Client,
    wallet: &Wallet,
    persona: PersonaIndex,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Option<Inbox>, TransferError> {
    let world = confirmed.world();
    let addresses = wallet.addresses_for(persona, world, now)?;
    if addresses.is_empty() {
        return Ok(None);
    }
    let Some(ledger) = Ledger::meet_announced(client, world, now).await? else {
        return Ok(None);
    };
    let mut inbox = Inbox::default();
    for some in addresses.chunks(MAX_ADDRESSES) {
        let at = Timestamp::from_unix(now.unix());
        let asked = some.iter().map(|one| {
            let key = wallet.transfer_key(&one.path);
            key.asks(world, About::Inbox, at)
        });
        let query = InboxQuery {
            at,
            addresses: asked.collect::<Result<_, _>>()?,
        };
        let known: BTreeMap<Commitment, &KnownAddress> =
            some.iter().map(|one| (one.commitment, one)).collect();
        for offered in talk::inbox(client, world, &query).await?.offers {
            let tag = offered.leaf.claims().item;
            match looked_at(client, wallet, &ledger, &known, offered, now).await {
                Ok(Some(incoming)) => inbox.offers.push(incoming),
                // Not for us, or over.
                Ok(None) => {}
                Err(error @ (TransferError::Lied { .. } | TransferError::Message(_))) => {
                    inbox.refused.push((tag, error.reason()));
                }
                // The others are shown all the same.
                Err(error) => inbox.unread.push((tag, error.reason())),
            }
        }
    }
    Ok(Some(inbox))
}

async fn looked_at(
    client: &Client,
    wallet: &Wallet,
    ledger: &Ledger,
    known: &BTreeMap<Commitment, &KnownAddress>,
    offered: OfferedItem,
    now: Timestamp,
) -> Result<Option<Incoming>, TransferError> {
    let head = ledger.leaf(offered.leaf)?;
    let claims = head.claims();
    let to = claims.offer.map(|offer| offer.to);
    let Some(address) = to.and_then(|to| known.get(&to)) else {
        return Ok(None);
    };
    let lied = |reason| TransferError::Lied { reason };
    if offered.terms.digest() != claims.terms {
        return Err(lied(Reason::OfferChanged));
    }
    let leaves = talk::chain(client, ledger.world(), &claims.item, 0).await?;
    let leaves = ledger.walked(&leaves, &claims.item, &offered.terms)?;
    if leaves.last().is_none_or(|last| last.hash() != head.hash()) {
        // It has moved on since, or the ledger tells two stories; the next look tells which.
        return Ok(None);
    }
    let (provenance, asset) =
        provenance(client, wallet, &offered.terms, &offered.provenance, now).await;
    if provenance.accepted().is_none() {
        let reason = provenance.reason().unwrap_or(Reason::InternalError);
        return Err(lied(reason));
    }
    if asset
        .as_ref()
        .is_none_or(|asset| asset.digest != offered.terms.asset)
    {
        return Err(lied(Reason::AssetHashMismatch));
    }
    Ok(Some(Incoming {
        hands: leaves.iter().map(Passage::of).collect(),
        terms: offered.terms,
        provenance,
        asset,
        address: (*address).clone(),
        head,
    }))
}

/// Judges the creator's statement: signed by the creator whom the terms name, and by nobody else.
async fn provenance(
    client: &Client,
    wallet: &Wallet,
    terms: &ItemTerms,
    statement: &Object,
    now: Timestamp,
) -> (Report, Option<Asset>) {
    let kinds = vec![CredentialType::AssetProvenance];
    let policy = Policy::nobody().with_issuer(terms.creator.clone(), kinds.clone(), Creators::Any);
    let asked = Asked::Credential(CredentialAsked {
        types: kinds,
        holder: Holder::Anyone,
        status: StatusAsked::Asked,
    });
    let question = Question {
        asked: &asked,
        asset: &AssetAsked::NotAsked,
        policy: &policy,
    };
    let bytes = schemas::canonical::object_to_bytes(statement);
    let reachable = wallet.confirmed_worlds().unwrap_or_default();
    let mut outside = Outside::default();
    let report = judge(client, &question, &bytes, &mut outside, &reachable, now).await;
    let verified = report.accepted().and_then(|all| all.credentials().first());
    let asset = verified.and_then(|credential| match credential.subject() {
        Subject::Asset(subject) => Some(subject.asset.clone()),
        _ => None,
    });
    (report, asset)
}
