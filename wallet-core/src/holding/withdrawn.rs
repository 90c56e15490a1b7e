//! What an issuer has said against a copy, as far as this wallet has heard: it was revoked or suspended.
//! The holder's side runs it.
//!
//! Heard when the person asks ([`judge_holdings`](crate::check::judge_holdings)), and forgotten when the
//! issuer says otherwise or a newer copy takes the place. A wallet that shows something asks nobody.

use schemas::reason::Reason;
use schemas::time::Timestamp;

use crate::error::StoreError;
use crate::holding::stored::StoredCopy;
use crate::holding::{CopyId, HoldingId};
use crate::index::shelf;
use crate::store::Kind;
use crate::wallet::{Wallet, update};

/// What an issuer has said against a copy. The worse comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Withdrawal {
    /// It does not stand for now.
    Suspended,
    /// It does not stand any more.
    Revoked,
}

impl Withdrawal {
    pub(crate) const ALL: [Self; 2] = [Self::Suspended, Self::Revoked];

    /// The code by which it is refused, which is also the word for programs.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::Revoked => Reason::Revoked,
            Self::Suspended => Reason::Suspended,
        }
    }

    pub(crate) fn of_reason(reason: Reason) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.reason() == reason)
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|one| one.reason().code() == name)
    }
}

/// What an issuer has said against a copy, and when this wallet heard it last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// What it said.
    pub how: Withdrawal,
    /// When the wallet heard it.
    pub at: Timestamp,
}

/// What was heard of one copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) holding: HoldingId,
    pub(crate) copy: CopyId,
    /// `None`: its issuer stands by it.
    pub(crate) withdrawn: Option<Withdrawn>,
}

impl Wallet {
    /// Keeps what was heard, so that nothing that was taken back is offered. What a copy says of itself
    /// already is not written again; one that is gone meanwhile is passed over.
    pub(crate) fn note_heard(&mut self, heard: &[Heard]) -> Result<(), StoreError> {
        let mut news = Vec::new();
        for one in heard {
            let copy = self.store().view(|view| stored(view, &one.copy))?;
            if copy.is_some_and(|(copy, _)| copy.withdrawn != one.withdrawn) {
                news.push(*one);
            }
        }
        if news.is_empty() {
            return Ok(());
        }
        self.store_mut().edit(|edit| {
            let mut changed: Vec<HoldingId> = Vec::new();
            for one in &news {
                let Some((mut copy, version)) = stored(&edit.view, &one.copy)? else {
                    continue;
                };
                copy.withdrawn = one.withdrawn;
                let record = StoredCopy::of(&copy);
                update(edit, Kind::Copy, &one.copy.record(), version, &record)?;
                if !changed.contains(&one.holding) {
                    changed.push(one.holding);
                }
            }
            changed.iter().try_for_each(|id| shelf::put(edit, id))
        })
    }
}

fn stored(
    view: &crate::store::records::View<'_>,
    id: &CopyId,
) -> Result<Option<(crate::holding::Copy, u64)>, StoreError> {
    let Some(record) = view.record(Kind::Copy, &id.record())? else {
        return Ok(None);
    };
    let copy = record.decode::<StoredCopy>()?.into_copy(*id)?;
    Ok(Some((copy, record.version)))
}
