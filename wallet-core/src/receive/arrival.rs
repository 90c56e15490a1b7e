//! What arrived, as it lies in its record until somebody decides on it. The holder's side runs it.
//!
//! A code is good once, and an issuer delivers once: so what came is on disk before it is judged and
//! before anybody is asked. A kill, a closed terminal or a script that has nobody to ask leaves the
//! record, and nothing is ever redeemed a second time. Keeping, declining and refusing what arrived
//! end the record in the same transaction.
//!
//! The shape is part of the file format: a field is never renamed or given another meaning; a new one
//! comes with a new `v`. The token stands in sealed records and nowhere else.

use schemas::credential::CredentialType;
use schemas::dcql::{ClaimPath, PathElement};
use schemas::json::Value;
use schemas::message::{Confidential, WireDocument};
use schemas::time::Timestamp;
use schemas::world::WorldId;
use serde::{Deserialize, Serialize};

use crate::error::{Fault, StoreError};
use crate::holding::stored::StoredKey;
use crate::holding::{Format, HoldingId};
use crate::judge::Documents;
use crate::keys::{KeyPath, PersonaIndex, TransferPath};
use crate::receive::grants;
use crate::receive::offered::Ordered;
use crate::receive::stored::{Grant, StoredGrant};
use crate::store::records::{Edit, Written};
use crate::store::{Kind, RecordId};
use crate::transfer::stored::StoredPath;
use crate::wallet::{Wallet, insert, update};

const CORRUPT: StoreError = StoreError::Corrupt(Fault::Record);

/// What arrived and is not decided on.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    /// The world that sent it.
    pub(crate) world: WorldId,
    /// The face that would hold it.
    pub(crate) persona: PersonaIndex,
    /// Each credential with its copies.
    pub(crate) parts: Vec<ArrivalPart>,
    /// What of the same offer is delivered later.
    pub(crate) owed: Vec<RecordId>,
    /// The grant for more copies, when there is one.
    pub(crate) grant: Option<RecordId>,
    /// The holding that is being refilled; none when it is a new one.
    pub(crate) refills: Option<HoldingId>,
    /// Where the issuer wants to hear what became of it.
    pub(crate) notification_endpoint: Option<String>,
    /// By which the issuer knows it.
    pub(crate) notification_ids: Vec<String>,
    /// What lets the wallet tell.
    pub(crate) access_token: Confidential,
    /// When it came.
    pub(crate) arrived_at: Timestamp,
}

/// One credential with its copies, as they came.
#[derive(Clone, Debug)]
pub(crate) struct ArrivalPart {
    /// What was asked for.
    pub(crate) ordered: Ordered,
    /// The keys that were proved.
    pub(crate) keys: Vec<KeyPath>,
    /// The key that is to hold it in its issuer's ledger, when one was named.
    pub(crate) holder: Option<TransferPath>,
    /// What came.
    pub(crate) credentials: Vec<WireDocument>,
    /// The DID documents that are known.
    pub(crate) documents: Documents,
    /// How far it was judged.
    pub(crate) standing: Standing,
}

/// How far something that arrived was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Not at all: the process ended before.
    Unjudged,
    /// Every check passed, also whether its issuer stands by it.
    Verified,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredArrival {
    v: u8,
    world: WorldId,
    persona: u32,
    parts: Vec<StoredPart>,
    owed: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grant: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refills: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notification_endpoint: Option<String>,
    notification_ids: Vec<String>,
    access_token: String,
    arrived_at: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredPart {
    configuration: String,
    kind: String,
    format: String,
    type_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    called: Option<String>,
    promised: Vec<Value>,
    keys: Vec<StoredKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    holder: Option<StoredPath>,
    credentials: Vec<Value>,
    documents: Value,
    verified: bool,
}

impl StoredArrival {
    pub(crate) fn of(arrival: &Arrival) -> Self {
        Self {
            v: 1,
            world: arrival.world.clone(),
            persona: arrival.persona.value(),
            parts: arrival.parts.iter().map(StoredPart::of).collect(),
            owed: arrival.owed.iter().map(|id| id.text()).collect(),
            grant: arrival.grant.map(RecordId::text),
            refills: arrival.refills.map(|id| id.to_string()),
            notification_endpoint: arrival.notification_endpoint.clone(),
            notification_ids: arrival.notification_ids.clone(),
            access_token: arrival.access_token.reveal().to_owned(),
            arrived_at: arrival.arrived_at,
        }
    }

    pub(crate) fn into_arrival(self) -> Result<Arrival, StoreError> {
        let record = |id: String| RecordId::of_text(&id).ok_or(CORRUPT);
        let parts = self.parts.into_iter().map(StoredPart::into_part);
        let refills = self.refills.map(|id| id.parse().map_err(|_| CORRUPT));
        Ok(Arrival {
            world: self.world,
            persona: PersonaIndex::new(self.persona).ok_or(CORRUPT)?,
            parts: parts.collect::<Result<_, StoreError>>()?,
            owed: self
                .owed
                .into_iter()
                .map(record)
                .collect::<Result<_, _>>()?,
            grant: self.grant.map(record).transpose()?,
            refills: refills.transpose()?,
            notification_endpoint: self.notification_endpoint,
            notification_ids: self.notification_ids,
            access_token: Confidential::new(self.access_token),
            arrived_at: self.arrived_at,
        })
    }

    pub(crate) fn check(self) -> Result<(), StoreError> {
        self.into_arrival().map(drop)
    }
}

impl StoredPart {
    fn of(part: &ArrivalPart) -> Self {
        let ordered = &part.ordered;
        Self {
            configuration: ordered.configuration_id.clone(),
            kind: ordered.kind.name().to_owned(),
            format: ordered.format.name().to_owned(),
            type_name: ordered.type_name.clone(),
            called: ordered.called.clone(),
            promised: ordered.promised.iter().map(Value::from).collect(),
            keys: part.keys.iter().map(StoredKey::of).collect(),
            holder: part.holder.as_ref().map(StoredPath::of),
            credentials: part.credentials.iter().map(Value::from).collect(),
            documents: Value::Object(part.documents.to_object()),
            verified: part.standing == Standing::Verified,
        }
    }

    fn into_part(self) -> Result<ArrivalPart, StoreError> {
        let kinds = CredentialType::ALL.into_iter();
        let kind = kinds
            .chain([CredentialType::Other])
            .find(|kind| kind.name() == self.kind);
        let documents = self.documents.as_object().and_then(Documents::from_object);
        let keys = self.keys.into_iter().map(StoredKey::into_path);
        Ok(ArrivalPart {
            ordered: Ordered {
                configuration_id: self.configuration,
                kind: kind.ok_or(CORRUPT)?,
                format: Format::from_name(&self.format).ok_or(CORRUPT)?,
                type_name: self.type_name,
                called: self.called,
                promised: self.promised.iter().map(path).collect::<Result<_, _>>()?,
            },
            keys: keys.collect::<Result<_, StoreError>>()?,
            holder: self.holder.map(StoredPath::into_path).transpose()?,
            credentials: self
                .credentials
                .into_iter()
                .map(document)
                .collect::<Result<_, _>>()?,
            documents: documents.ok_or(CORRUPT)?,
            standing: match self.verified {
                true => Standing::Verified,
                false => Standing::Unjudged,
            },
        })
    }
}

fn document(value: Value) -> Result<WireDocument, StoreError> {
    match value {
        Value::Object(object) => Ok(WireDocument::Object(object)),
        Value::String(text) => Ok(WireDocument::Text(text)),
        _ => Err(CORRUPT),
    }
}

fn path(value: &Value) -> Result<ClaimPath, StoreError> {
    let element = |value: &Value| match value {
        Value::Null => Some(PathElement::All),
        Value::String(name) => Some(PathElement::Name(name.clone())),
        other => other.as_u64().map(PathElement::Index),
    };
    let elements = value.as_array().ok_or(CORRUPT)?;
    let elements: Option<Vec<PathElement>> = elements.iter().map(element).collect();
    elements.and_then(ClaimPath::new).ok_or(CORRUPT)
}

/// Ends what was not decided on. Refused when another process has decided on it.
pub(crate) fn decide(edit: &mut Edit<'_>, id: &RecordId) -> Result<Written, StoreError> {
    edit.delete(Kind::Arrived, id)
}

impl Wallet {
    /// Writes what arrived over what was written of it before; what was owed is not owed any more.
    pub(super) fn keep_arrival(
        &mut self,
        id: &RecordId,
        arrival: &Arrival,
        grant: Option<&(RecordId, Grant)>,
        settles: Option<&RecordId>,
    ) -> Result<(), StoreError> {
        self.store_mut().edit(|edit| {
            if let Some((id, grant)) = grant
                && grants::read(&edit.view, id)?.is_none()
            {
                insert(edit, Kind::Grant, id, &StoredGrant::of(grant))?;
            }
            if let Some(owed) = settles {
                grants::settle(edit, owed)?;
            }
            let stored = StoredArrival::of(arrival);
            match edit.view.record(Kind::Arrived, id)? {
                Some(record) => update(edit, Kind::Arrived, id, record.version, &stored),
                None => insert(edit, Kind::Arrived, id, &stored),
            }
        })
    }

    /// All that arrived and is not decided on, the oldest first.
    pub(super) fn all_arrivals(&self) -> Result<Vec<(RecordId, Arrival)>, StoreError> {
        let mut all: Vec<(RecordId, Arrival)> = self.store().view(|view| {
            view.records(Kind::Arrived)?
                .into_iter()
                .map(|(id, record)| Ok((id, record.decode::<StoredArrival>()?.into_arrival()?)))
                .collect::<Result<_, StoreError>>()
        })?;
        all.sort_by_key(|(id, arrival)| (arrival.arrived_at, *id));
        Ok(all)
    }

    /// Lets go of what arrived, and of what else is owed of it.
    pub(super) fn drop_arrival(
        &mut self,
        id: &RecordId,
        owed: &[RecordId],
        grant: Option<&RecordId>,
    ) -> Result<(), StoreError> {
        self.store_mut().edit(|edit| {
            match decide(edit, id)? {
                // Another process may have been quicker.
                Written::Done | Written::Refused => (),
            }
            for id in owed {
                grants::settle(edit, id)?;
            }
            grant.map_or(Ok(()), |id| grants::release(edit, id))
        })
    }
}
