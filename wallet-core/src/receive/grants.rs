//! The records of what issuers gave for asking again, and of what they owe. The holder's side runs it.

use schemas::message::Confidential;
use schemas::time::Timestamp;

use crate::error::{Fault, StoreError};
use crate::holding::HoldingId;
use crate::receive::arrival::StoredArrival;
use crate::receive::stored::{Grant, Pending, StoredGrant, StoredPending};
use crate::store::records::{Edit, View, Written};
use crate::store::{Kind, RecordId};
use crate::wallet::{Wallet, insert, update};

/// The grant of a record.
pub(crate) fn read(view: &View<'_>, id: &RecordId) -> Result<Option<Grant>, StoreError> {
    let record = view.record(Kind::Grant, id)?;
    let grant = record.map(|record| record.decode::<StoredGrant>()?.into_grant());
    grant.transpose()
}

/// Lets a grant be for a holding too; keeps the grant when it is new. One that is there is not
/// written over: its token may be newer.
pub(crate) fn join(
    edit: &mut Edit<'_>,
    id: &RecordId,
    grant: Grant,
    holding: &HoldingId,
) -> Result<(), StoreError> {
    let Some(record) = edit.view.record(Kind::Grant, id)? else {
        let grant = Grant {
            holdings: vec![*holding],
            ..grant
        };
        return insert(edit, Kind::Grant, id, &StoredGrant::of(&grant));
    };
    let mut grant = record.decode::<StoredGrant>()?.into_grant()?;
    grant.holdings.push(*holding);
    let stored = StoredGrant::of(&grant);
    update(edit, Kind::Grant, id, record.version, &stored)
}

/// Ends that a grant is for a holding.
pub(crate) fn leave(
    edit: &mut Edit<'_>,
    id: &RecordId,
    holding: &HoldingId,
) -> Result<(), StoreError> {
    let Some(record) = edit.view.record(Kind::Grant, id)? else {
        return Ok(());
    };
    let mut grant = record.decode::<StoredGrant>()?.into_grant()?;
    grant.holdings.retain(|other| other != holding);
    let stored = StoredGrant::of(&grant);
    update(edit, Kind::Grant, id, record.version, &stored)?;
    release(edit, id)
}

/// Ends a grant that is for nothing any more: no holding, nothing that is owed, and nothing that
/// arrived and may still be kept.
pub(crate) fn release(edit: &mut Edit<'_>, id: &RecordId) -> Result<(), StoreError> {
    let Some(grant) = read(&edit.view, id)? else {
        return Ok(());
    };
    let mut is_used = !grant.holdings.is_empty();
    for (_, record) in edit.view.records(Kind::Pending)? {
        is_used |= record.decode::<StoredPending>()?.into_pending()?.grant == Some(*id);
    }
    for (_, record) in edit.view.records(Kind::Arrived)? {
        is_used |= record.decode::<StoredArrival>()?.into_arrival()?.grant == Some(*id);
    }
    if is_used {
        return Ok(());
    }
    delete(edit, Kind::Grant, id)
}

/// Ends what was owed.
pub(crate) fn settle(edit: &mut Edit<'_>, id: &RecordId) -> Result<(), StoreError> {
    // Another process may have been quicker.
    edit.delete(Kind::Pending, id).map(|written| match written {
        Written::Done | Written::Refused => (),
    })
}

fn rotate(edit: &mut Edit<'_>, id: &RecordId, next: Confidential) -> Result<(), StoreError> {
    let Some(record) = edit.view.record(Kind::Grant, id)? else {
        return Ok(());
    };
    let mut grant = record.decode::<StoredGrant>()?.into_grant()?;
    grant.refresh_token = next;
    let stored = StoredGrant::of(&grant);
    update(edit, Kind::Grant, id, record.version, &stored)
}

fn delete(edit: &mut Edit<'_>, kind: Kind, id: &RecordId) -> Result<(), StoreError> {
    match edit.delete(kind, id)? {
        Written::Done => Ok(()),
        Written::Refused => Err(StoreError::Corrupt(Fault::Record)),
    }
}

impl Wallet {
    /// The grant of a record.
    pub(crate) fn grant(&self, id: &RecordId) -> Result<Option<Grant>, StoreError> {
        self.store().view(|view| read(view, id))
    }

    /// Puts the next token in the place of one that was used. On disk before the access token that
    /// came with it is used for anything.
    pub(crate) fn rotate_grant(
        &mut self,
        id: &RecordId,
        next: Confidential,
    ) -> Result<(), StoreError> {
        self.store_mut().edit(|edit| rotate(edit, id, next))
    }

    /// Remembers what is owed, and by what more of it is had.
    pub(crate) fn keep_pending(
        &mut self,
        pending: &Pending,
        grant: Option<&(RecordId, Grant)>,
    ) -> Result<RecordId, StoreError> {
        let id = RecordId::from_bytes(self.store_mut().draw()?);
        self.store_mut().edit(|edit| {
            if let Some((id, grant)) = grant
                && read(&edit.view, id)?.is_none()
            {
                insert(edit, Kind::Grant, id, &StoredGrant::of(grant))?;
            }
            insert(edit, Kind::Pending, &id, &StoredPending::of(pending))?;
            Ok::<_, StoreError>(id)
        })
    }

    /// Says when to ask again for what is owed.
    pub(crate) fn put_off(&mut self, id: &RecordId, until: Timestamp) -> Result<(), StoreError> {
        self.store_mut().edit(|edit| {
            let Some(record) = edit.view.record(Kind::Pending, id)? else {
                return Ok(());
            };
            let mut pending = record.decode::<StoredPending>()?.into_pending()?;
            pending.not_before = until;
            let stored = StoredPending::of(&pending);
            update(edit, Kind::Pending, id, record.version, &stored)
        })
    }

    /// Puts another access token in the place of one that ended, and the next token of its grant with
    /// it. On disk before the access token is used.
    pub(crate) fn renew_pending(
        &mut self,
        id: &RecordId,
        access: Confidential,
        grant: &RecordId,
        next: Option<Confidential>,
    ) -> Result<(), StoreError> {
        self.store_mut().edit(|edit| {
            if let Some(record) = edit.view.record(Kind::Pending, id)? {
                let mut pending = record.decode::<StoredPending>()?.into_pending()?;
                pending.access_token = access;
                let stored = StoredPending::of(&pending);
                update(edit, Kind::Pending, id, record.version, &stored)?;
            }
            next.map_or(Ok(()), |next| rotate(edit, grant, next))
        })
    }

    /// All that is owed, the oldest first.
    pub(crate) fn all_pending(&self) -> Result<Vec<(RecordId, Pending)>, StoreError> {
        let mut all: Vec<(RecordId, Pending)> = self.store().view(|view| {
            view.records(Kind::Pending)?
                .into_iter()
                .map(|(id, record)| Ok((id, record.decode::<StoredPending>()?.into_pending()?)))
                .collect::<Result<_, StoreError>>()
        })?;
        all.sort_by_key(|(id, pending)| (pending.asked_at, *id));
        Ok(all)
    }

    /// Forgets what is owed, and the grant that came with it when that is for nothing else.
    pub(crate) fn drop_pending(&mut self, id: &RecordId) -> Result<(), StoreError> {
        self.store_mut().edit(|edit| {
            let Some(record) = edit.view.record(Kind::Pending, id)? else {
                return Ok(());
            };
            let pending = record.decode::<StoredPending>()?.into_pending()?;
            settle(edit, id)?;
            match pending.grant {
                Some(grant) => release(edit, &grant),
                None => Ok(()),
            }
        })
    }
}
