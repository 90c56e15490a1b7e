//! Choosing the copy that a world may see, and spending it to that world. The holder's side runs it.

use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::error::StoreError;
use crate::holding::stored::StoredCopy;
use crate::holding::{
    Copy, CopyId, CopyState, Format, HoldingError, HoldingId, read_copies, read_holding,
};
use crate::index::shelf;
use crate::store::Kind;
use crate::store::records::{Edit, Written, encode};
use crate::wallet::{Wallet, update};

/// Which copy is wanted for a world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CopyWish<'a> {
    /// The formats that the world takes.
    pub(crate) formats: &'a [Format],
    /// Whether the world is to recognise the persona.
    pub(crate) freshness: Freshness,
    /// Copies that have expired by now come last.
    pub(crate) now: Timestamp,
}

/// Whether a world is to recognise the persona.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Freshness {
    /// The copy that the world knows, when it knows one.
    #[default]
    Known,
    /// One that no world has seen, since the person asks for it.
    Unseen,
}

impl Freshness {
    pub(crate) const fn admits(self, certainty: Certainty) -> bool {
        match (self, certainty) {
            (Self::Unseen, Certainty::KnownToWorld) => false,
            (Self::Known | Self::Unseen, _) => true,
        }
    }
}

/// A copy to present, with what is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The copy.
    pub(crate) copy: Copy,
    /// Whether another world may have seen it.
    pub(crate) certainty: Certainty,
}

/// What is known about where a copy was shown. Better ones come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// This world knows it, and no other.
    KnownToWorld,
    /// No world has seen it.
    Fresh,
    /// It came from a backup or an older store; another world may have seen it since.
    Doubtful,
}

/// What spending found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spent {
    /// It was spent to this world before.
    Before,
    /// It is spent to this world from now on.
    Now,
}

impl Wallet {
    /// The copy of a holding to show to a world: the one that the world knows, else a fresh one,
    /// else a doubtful one; one that is still valid before one that has expired, and one that its
    /// issuer has taken back last. Nothing is spent by
    /// choosing.
    pub(crate) fn choose_copy(
        &self,
        holding: &HoldingId,
        world: &WorldId,
        wish: &CopyWish<'_>,
    ) -> Result<Choice, HoldingError> {
        self.store().view(|view| {
            let (holding, _) = read_holding(view, holding)?.ok_or(HoldingError::NotFound)?;
            read_copies(view, &holding)?
                .into_iter()
                .filter(|copy| wish.formats.contains(&copy.format))
                .filter_map(|copy| {
                    let certainty = certainty(&copy, world)?;
                    Some(Choice { copy, certainty })
                })
                .filter(|choice| wish.freshness.admits(choice.certainty))
                .min_by_key(|choice| {
                    let withdrawn = choice.copy.withdrawn.map(|withdrawn| withdrawn.how);
                    let over = is_over(&choice.copy, wish.now);
                    (withdrawn, over, choice.certainty)
                })
                .ok_or(HoldingError::Exhausted)
        })
    }
}

/// Spends a copy to a world inside a transaction. Of two that race, one wins and the other is
/// refused.
pub(crate) fn spend(
    edit: &mut Edit<'_>,
    id: &CopyId,
    world: &WorldId,
) -> Result<Spent, HoldingError> {
    let record = edit
        .view
        .record(Kind::Copy, &id.record())?
        .ok_or(HoldingError::NotFound)?;
    let mut copy = record.decode::<StoredCopy>()?.into_copy(*id)?;
    if copy.state == CopyState::Retired {
        return Err(HoldingError::Retired);
    }
    match &copy.world {
        Some(known) if known == world => return Ok(Spent::Before),
        Some(_) => return Err(HoldingError::SpentElsewhere),
        None => {}
    }
    copy.world = Some(world.clone());
    copy.state = CopyState::Ready;
    // The statement itself asks for the version that was read: it cannot spend a spent copy.
    let stored = encode(&StoredCopy::of(&copy))?;
    match edit.update(Kind::Copy, &id.record(), record.version, &stored)? {
        Written::Done => {
            shelf::put(edit, &copy.holding)?;
            Ok(Spent::Now)
        }
        Written::Refused => Err(HoldingError::SpentElsewhere),
    }
}

/// Marks every copy that looks unused as doubtful; says how many there were.
pub(crate) fn doubt_fresh_copies(edit: &mut Edit<'_>) -> Result<usize, StoreError> {
    let mut count = 0usize;
    for (id, record) in edit.view.records(Kind::Copy)? {
        let mut copy = record.decode::<StoredCopy>()?.into_copy(CopyId(id))?;
        if copy.world.is_none() && copy.state == CopyState::Ready {
            copy.state = CopyState::Doubtful;
            update(
                edit,
                Kind::Copy,
                &id,
                record.version,
                &StoredCopy::of(&copy),
            )?;
            count = count.saturating_add(1);
        }
    }
    shelf::rebuild(edit)?;
    Ok(count)
}

fn is_over(copy: &Copy, now: Timestamp) -> bool {
    copy.valid_until.is_some_and(|until| until <= now)
}

fn certainty(copy: &Copy, world: &WorldId) -> Option<Certainty> {
    match (&copy.world, copy.state) {
        (_, CopyState::Retired) => None,
        (Some(known), _) => (known == world).then_some(Certainty::KnownToWorld),
        (None, CopyState::Ready) => Some(Certainty::Fresh),
        (None, CopyState::Doubtful) => Some(Certainty::Doubtful),
    }
}
