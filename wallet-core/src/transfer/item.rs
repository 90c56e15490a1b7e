//! A holding that stands in a ledger: its entry, its key there, and the newest head that this wallet has
//! seen. The holder's side runs it.

use schemas::ledger::{
    Commitment, HeadDocument, ItemTag, LeafClaims, State, TermsDigest, TransferTerms,
};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::error::{Fault, StoreError};
use crate::history::{EntryKind, NewEntry, What, append_note};
use crate::holding::HoldingId;
use crate::index::shelf;
use crate::keys::TransferPath;
use crate::store::Kind;
use crate::store::records::{Edit, View, Written};
use crate::transfer::Leased;
use crate::transfer::stored::StoredItem;
use crate::wallet::{Wallet, insert, update};

/// How an item stands, as far as its holder's wallet knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was given up, by its holder.
    Burned,
    /// Its right was ended by the issuer, for a breach.
    Ended,
    /// It is held: it can be shown, and passed on when its terms allow that.
    Held,
    /// It is offered to somebody, until then.
    Offered {
        /// When the offer ends.
        until: Timestamp,
    },
    /// Somebody else holds it.
    PassedOn,
    /// The issuer stops it for a while.
    Suspended,
}

impl Standing {
    /// What a head says to whoever is known by `holder`.
    pub(crate) fn of_head(head: &LeafClaims, holder: &Commitment) -> Self {
        match (head.holder == *holder, head.state, head.offer) {
            (false, _, _) => Self::PassedOn,
            (true, State::Held, _) | (true, State::Offered, None) => Self::Held,
            (true, State::Offered, Some(offer)) => Self::Offered { until: offer.until },
            (true, State::Suspended, _) => Self::Suspended,
            (true, State::Burned, _) => Self::Burned,
            (true, State::Ended, _) => Self::Ended,
        }
    }

    /// The word for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Burned => "burned",
            Self::Ended => "ended",
            Self::Held => "held",
            Self::Offered { .. } => "offered",
            Self::PassedOn => "passed_on",
            Self::Suspended => "suspended",
        }
    }

    pub(crate) fn from_name(name: &str, until: Option<Timestamp>) -> Option<Self> {
        Some(match (name, until) {
            ("burned", None) => Self::Burned,
            ("ended", None) => Self::Ended,
            ("held", None) => Self::Held,
            ("offered", Some(until)) => Self::Offered { until },
            ("passed_on", None) => Self::PassedOn,
            ("suspended", None) => Self::Suspended,
            _ => return None,
        })
    }

    /// Why it is shown to nobody; `None` while it can be. An offer may be taken at any moment, and then
    /// somebody else holds it.
    #[must_use]
    pub const fn refusal(self) -> Option<Reason> {
        match self {
            Self::Held => None,
            Self::Offered { .. } => Some(Reason::TransferUnfinished),
            Self::PassedOn => Some(Reason::ItemMoved),
            Self::Burned | Self::Ended | Self::Suspended => Some(Reason::ItemRevoked),
        }
    }

    /// Whether this wallet has let it go: by passing it on, or by giving it up.
    #[must_use]
    pub const fn is_let_go(self) -> bool {
        matches!(self, Self::Burned | Self::PassedOn)
    }

    /// Whether nothing can make it good again.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Burned | Self::Ended | Self::PassedOn)
    }
}

/// A head with the time at which it arrived.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Head {
    pub(crate) document: HeadDocument,
    pub(crate) at: Timestamp,
}

impl Head {
    pub(crate) fn claims(&self) -> &LeafClaims {
        self.document.leaf.claims()
    }
}

/// What a wallet knows of a holding that stands in a ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The holding.
    pub holding: HoldingId,
    /// The world whose ledger it is.
    pub ledger: WorldId,
    /// Its name there.
    pub tag: ItemTag,
    /// What never changes of it, as a digest.
    pub terms: TermsDigest,
    /// Whether and how often it may be passed on.
    pub transfer: TransferTerms,
    /// How it stands.
    pub standing: Standing,
    /// By which the ledger knows this wallet as its holder.
    pub(crate) commitment: Commitment,
    /// The key of that; `None` when nobody has it, so that it can be shown and never passed on.
    pub(crate) path: Option<TransferPath>,
    /// The newest head that was seen.
    pub(crate) head: Option<Head>,
    /// The world in which it was marked as active last.
    pub(crate) leased: Option<Leased>,
    /// What was asked for in return when it was offered last.
    pub(crate) due: Option<Due>,
}

/// An item that comes in return for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) item: ItemTag,
    /// The key that is going to hold it.
    pub(crate) path: TransferPath,
}

impl Item {
    /// What came in return when it was passed on, and has not been fetched yet.
    #[must_use]
    pub fn owed(&self) -> Option<ItemTag> {
        let due = self.due.as_ref()?;
        (self.standing == Standing::PassedOn).then_some(due.item)
    }

    /// How often it has changed hands, as far as is known.
    #[must_use]
    pub fn transfers(&self) -> Option<u64> {
        self.head.as_ref().map(|head| head.claims().transfers)
    }

    /// How often it may still be passed on; `None` when nobody counts.
    #[must_use]
    pub fn left(&self) -> Option<u64> {
        let most = self.transfer.most?;
        Some(most.saturating_sub(self.transfers().unwrap_or(0)))
    }

    /// Until when the newest receipt speaks for its head.
    #[must_use]
    pub fn receipt_until(&self) -> Option<Timestamp> {
        let head = self.head.as_ref()?;
        Some(head.document.receipt.claims().not_after)
    }

    /// The newest head, to be shown beside the item. It is a public document of the ledger.
    #[must_use]
    pub fn head(&self) -> Option<&HeadDocument> {
        self.head.as_ref().map(|head| &head.document)
    }
}

impl Wallet {
    /// What is known of a holding in its ledger; `None` when it stands in none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn item(&self, holding: &HoldingId) -> Result<Option<Item>, StoreError> {
        self.store()
            .view(|view| Ok(read(view, holding)?.map(|(item, _)| item)))
    }

    /// Every holding that stands in a ledger.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn items(&self) -> Result<Vec<Item>, StoreError> {
        self.store().view(|view| {
            view.records(Kind::Item)?
                .into_iter()
                .map(|(id, record)| record.decode::<StoredItem>()?.into_item(HoldingId(id)))
                .collect()
        })
    }
}

pub(crate) fn read(
    view: &View<'_>,
    holding: &HoldingId,
) -> Result<Option<(Item, u64)>, StoreError> {
    let Some(record) = view.record(Kind::Item, &holding.0)? else {
        return Ok(None);
    };
    let item = record.decode::<StoredItem>()?.into_item(*holding)?;
    Ok(Some((item, record.version)))
}

/// How a holding stands, for the index.
pub(crate) fn standing(
    view: &View<'_>,
    holding: &HoldingId,
) -> Result<Option<Standing>, StoreError> {
    Ok(read(view, holding)?.map(|(item, _)| item.standing))
}

/// Keeps what is known of a new holding. The index is the caller's.
pub(crate) fn put_new(edit: &mut Edit<'_>, item: &Item) -> Result<(), StoreError> {
    insert(edit, Kind::Item, &item.holding.0, &StoredItem::of(item))
}

/// Changes what is known of a holding, and its line in the index. One that is gone is passed over.
pub(crate) fn change(
    edit: &mut Edit<'_>,
    holding: &HoldingId,
    change: impl FnOnce(&mut Item),
) -> Result<(), StoreError> {
    let Some((mut item, version)) = read(&edit.view, holding)? else {
        return Ok(());
    };
    change(&mut item);
    update(
        edit,
        Kind::Item,
        &holding.0,
        version,
        &StoredItem::of(&item),
    )?;
    shelf::put(edit, holding)
}

/// Notes that somebody else holds it now.
pub(crate) fn pass_on(
    edit: &mut Edit<'_>,
    holding: &HoldingId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some((before, _)) = read(&edit.view, holding)? else {
        return Ok(());
    };
    if before.standing == Standing::PassedOn {
        return Ok(());
    }
    change(edit, holding, |item| item.standing = Standing::PassedOn)?;
    let new = NewEntry {
        kind: EntryKind::PassedOn,
        world: Some(before.ledger),
        what: What {
            holdings: vec![*holding],
            ..What::default()
        },
        consent: None,
    };
    append_note(edit, new, now).map(drop)
}

/// What this key holds has arrived: nothing more comes in return.
pub(crate) fn settle_due(edit: &mut Edit<'_>, path: &TransferPath) -> Result<(), StoreError> {
    for (id, record) in edit.view.records(Kind::Item)? {
        let item = record.decode::<StoredItem>()?.into_item(HoldingId(id))?;
        if item.due.is_some_and(|due| due.path == *path) {
            return change(edit, &HoldingId(id), |item| item.due = None);
        }
    }
    Ok(())
}

/// Forgets it with its holding.
pub(crate) fn forget(edit: &mut Edit<'_>, holding: &HoldingId) -> Result<(), StoreError> {
    if edit.view.record(Kind::Item, &holding.0)?.is_none() {
        return Ok(());
    }
    match edit.delete(Kind::Item, &holding.0)? {
        Written::Done => Ok(()),
        Written::Refused => Err(StoreError::Corrupt(Fault::Record)),
    }
}
