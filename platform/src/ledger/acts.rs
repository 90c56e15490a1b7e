//! What the world does with an item alone, each with a reason: it ends offers that ran out, stops an
//! item for a while, lets it go on, and ends the right for a breach. By its own people
//! (`omote-world items`), and by the sweep.

use std::fmt;

use schemas::json::{Number, Object};
use schemas::ledger::{ItemTag, LeafClaims, UnverifiedLeaf};
use schemas::offering::Offered;
use schemas::oid4vci::offer::OfferLink;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::ledger::IssuerAct;

use super::{handing, judging, read_leaf, signing};
use crate::store::StoreError;
use crate::store::ledger::Item;
use crate::ticket::{NoChance, Ticket};
use crate::world::World;

/// How often an act is tried again when the item moved meanwhile.
const TRIES: usize = 16;
/// Items, or leaves, that are read in one go.
const PAGE: u32 = 1000;
/// Offers that ran out, at a sweep.
const SWEPT: u32 = 1000;

/// Why nothing was done with an item, or nothing said of it.
#[derive(Debug)]
#[non_exhaustive]
pub enum ItemError {
    /// The world keeps no ledger.
    NoLedger,
    /// There is no such item.
    Unknown,
    /// The rules, such as an item that is suspended already.
    Refused(Reason),
    /// The store.
    Store(StoreError),
}

impl ItemError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::NoLedger => Reason::NotFound,
            Self::Unknown => Reason::ItemUnknown,
            Self::Refused(reason) => *reason,
            Self::Store(error) => error.reason(),
        }
    }
}

impl fmt::Display for ItemError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLedger => formatter.write_str("this world keeps no item ledger"),
            Self::Unknown => formatter.write_str("the ledger has no item of this name"),
            Self::Refused(reason) => write!(formatter, "the item stays as it is: {reason}"),
            Self::Store(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for ItemError {}

impl From<StoreError> for ItemError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What the world's people do with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemAct {
    /// Stop it for a while.
    Suspend,
    /// Let it go on.
    Resume,
    /// End the right, for ever.
    End,
}

/// An item, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemRecord {
    /// What kind of item.
    pub class: String,
    /// Which one of its class.
    pub serial: u64,
    /// When it came to be.
    pub minted: Timestamp,
    /// What its newest leaf says.
    pub head: LeafClaims,
}

impl ItemRecord {
    /// As `omote-world items --json` writes it.
    #[must_use]
    pub fn to_object(&self) -> Object {
        schemas::object! {
            "class" => self.class.as_str(),
            "serial" => Number::from_u64_saturating(self.serial),
            "minted_at" => self.minted,
            "head" => self.head.to_object(),
        }
    }
}

impl World {
    /// All items of the ledger, the newest first.
    ///
    /// # Errors
    /// [`ItemError`]
    pub async fn items(&self) -> Result<Vec<ItemRecord>, ItemError> {
        self.require_ledger()?;
        let mut records = Vec::new();
        let mut last: Option<Item> = None;
        loop {
            let mut items = self.store.items(last.as_ref(), PAGE).await?;
            let tags: Vec<ItemTag> = items.iter().map(|item| item.tag).collect();
            let heads = self.store.item_heads(&tags).await?;
            for item in &items {
                if let Some(head) = heads.get(&item.tag) {
                    records.push(record(item, &read_leaf(head)?));
                }
            }
            last = items.pop();
            if last.is_none() {
                return Ok(records);
            }
        }
    }

    /// An item of the ledger and its whole chain, the newest leaf last.
    ///
    /// # Errors
    /// [`ItemError`]
    pub async fn item(&self, tag: ItemTag) -> Result<(ItemRecord, Vec<UnverifiedLeaf>), ItemError> {
        self.require_ledger()?;
        let item = self.store.item(tag).await?.ok_or(ItemError::Unknown)?;
        let mut leaves: Vec<UnverifiedLeaf> = Vec::new();
        loop {
            let from = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
            let page = self.store.item_chain(tag, from, PAGE).await?;
            if page.is_empty() {
                break;
            }
            for leaf in &page {
                leaves.push(read_leaf(leaf)?);
            }
        }
        let head = leaves.last().ok_or(ItemError::Unknown)?;
        Ok((record(&item, head), leaves))
    }

    /// Stops an item, lets it go on, or ends it, for a reason that everybody reads.
    ///
    /// # Errors
    /// [`ItemError`]; nothing is written then.
    pub async fn act_on_item(
        &self,
        tag: ItemTag,
        act: ItemAct,
        reason: &str,
    ) -> Result<ItemRecord, ItemError> {
        self.require_ledger()?;
        let act = match act {
            ItemAct::Suspend => IssuerAct::Suspend,
            ItemAct::Resume => IssuerAct::Resume,
            ItemAct::End => IssuerAct::End,
        };
        let item = self.store.item(tag).await?.ok_or(ItemError::Unknown)?;
        for _ in 0..TRIES {
            let heads = self.store.item_heads(&[tag]).await?;
            let head = read_leaf(heads.get(&tag).ok_or(ItemError::Unknown)?)?;
            let identity = self.identity();
            let now = identity.dated(self.clock.now());
            let claims = verifier::ledger::issue(&head, act, reason, now);
            let claims = claims.map_err(ItemError::Refused)?;
            let leaf = signing::leaf(&identity, claims).map_err(ItemError::Refused)?;
            let mut moves = vec![judging::move_of(&head, &leaf)];
            let mut newest = leaf;
            // An offer whose time ran out while the item was stopped ends with that, or it would stand
            // until somebody took a step.
            let ended = judging::ended(&identity, &newest, now).map_err(ItemError::Refused)?;
            if let Some((ended, expired)) = ended {
                moves.push(ended);
                newest = expired;
            }
            if self.store.write_leaves_as_one(&moves).await? {
                return Ok(record(&item, &newest));
            }
        }
        Err(ItemError::Refused(Reason::TransferConflict))
    }

    /// Offers the credential of an item once more, for its present holder: for someone whose copies ran
    /// out or got lost. Whoever takes the offer up can show the item; to pass it on needs the holder's key.
    ///
    /// # Errors
    /// [`ItemError`]
    pub async fn offer_item_again(&self, tag: ItemTag) -> Result<Offered, ItemError> {
        self.require_ledger()?;
        let heads = self.store.item_heads(&[tag]).await?;
        let head = read_leaf(heads.get(&tag).ok_or(ItemError::Unknown)?)?;
        let claims = head.claims();
        if !claims.state.is_open() {
            return Err(ItemError::Refused(Reason::ItemRevoked));
        }
        let no_chance = |NoChance| ItemError::Refused(Reason::RngFailure);
        let link = Ticket::for_link().map_err(no_chance)?;
        let now = self.clock.now();
        let handing = handing::handing(self, tag, claims.holder, &link, now).map_err(no_chance)?;
        self.store.give_item(tag, &handing).await?;
        let address = self.config.address(&format!("/offers/{}", link.expose()));
        let address = address.parse();
        let address = address.map_err(|_| ItemError::Refused(Reason::InternalError))?;
        Ok(Offered {
            link: OfferLink::ByReference(address),
            grant: handing.grant,
            copies: handing.copies,
            tx_code: None,
            expires: handing.expires,
        })
    }

    fn require_ledger(&self) -> Result<(), ItemError> {
        match &self.config.ledger {
            Some(_) => Ok(()),
            None => Err(ItemError::NoLedger),
        }
    }

    /// Ends the offers that ran out, and deletes what has had its time.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn sweep_ledger(&self, now: Timestamp) -> Result<(), StoreError> {
        if self.config.ledger.is_none() {
            return Ok(());
        }
        let due = self.store.items_due(now, SWEPT).await?;
        let heads = self.store.item_heads(&due).await?;
        for (tag, head) in heads {
            let head = read_leaf(&head)?;
            let ended = match judging::ended(&self.identity(), &head, now) {
                Ok(Some((ended, _))) => self.store.write_leaves_as_one(&[ended]).await?,
                Ok(None) => true,
                // It stays due, and is tried again.
                Err(error) => {
                    tracing::error!(%error, "an offer that ran out was not ended");
                    false
                }
            };
            if ended {
                self.store.forget_offers(tag, now).await?;
            }
        }
        self.store.sweep_ledger(now).await
    }
}

fn record(item: &Item, head: &UnverifiedLeaf) -> ItemRecord {
    ItemRecord {
        class: item.class.clone(),
        serial: item.serial,
        minted: item.minted,
        head: head.claims().clone(),
    }
}
