//! How items, addresses, steps and evidence stand in their records. The holder's side runs it.
//!
//! These shapes are part of the file format: a field is never renamed or given another meaning; a
//! new one comes with a new `v`. Keys and salts are not in them, only their places in the tree; what a
//! sent step opens stands in sealed records until it has ended.

use schemas::json::Value;
use schemas::ledger::{Commitment, HeadDocument, Salt, SentStep, StepAnswer, TransferTerms};
use schemas::message::Message as _;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use serde::{Deserialize, Serialize};

use crate::error::{Fault, StoreError};
use crate::holding::HoldingId;
use crate::keys::{Generation, PersonaIndex, TransferPath, TransferUse};
use crate::store::RecordId;
use crate::transfer::evidence::Suspicion;
use crate::transfer::item::{Due, Head, Item, Standing};
use crate::transfer::step::{Outgoing, StepKind};
use crate::transfer::{KnownAddress, Lasting, Leased};

const CORRUPT: StoreError = StoreError::Corrupt(Fault::Record);

/// The place of a key that signs steps.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredPath {
    persona: u32,
    #[serde(rename = "use")]
    what: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    world: Option<WorldId>,
    generation: u32,
    index: u32,
}

impl StoredPath {
    pub(crate) fn of(path: &TransferPath) -> Self {
        Self {
            persona: path.persona.value(),
            what: path.what.name().to_owned(),
            world: match &path.what {
                TransferUse::Address => None,
                TransferUse::Holder(world) => Some(world.clone()),
            },
            generation: path.generation.value(),
            index: path.index,
        }
    }

    pub(crate) fn into_path(self) -> Result<TransferPath, StoreError> {
        let what = match self.world {
            None => TransferUse::Address,
            Some(world) => TransferUse::Holder(world),
        };
        if what.name() != self.what {
            return Err(CORRUPT);
        }
        Ok(TransferPath {
            persona: PersonaIndex::new(self.persona).ok_or(CORRUPT)?,
            what,
            generation: Generation::new(self.generation),
            index: self.index,
        })
    }
}

/// What the wallet knows of a holding that stands in a ledger. Its record has the holding's id.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredItem {
    v: u8,
    ledger: WorldId,
    tag: String,
    commitment: String,
    terms: String,
    transfer: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<StoredPath>,
    standing: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    head: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    head_at: Option<Timestamp>,
    /// Since version 2: where it was marked as active last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    leased: Option<StoredLeased>,
    /// Since version 2: what was asked for in return when it was offered last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<StoredDue>,
}

/// A world in which an item was marked as active, with what opens the lease.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredLeased {
    world: WorldId,
    salt: String,
}

impl StoredLeased {
    fn of(leased: &Leased) -> Self {
        Self {
            world: leased.world.clone(),
            salt: schemas::encoding::base64url::encode(leased.salt.as_bytes()),
        }
    }

    fn into_leased(self) -> Result<Leased, StoreError> {
        let salt = schemas::encoding::base64url::decode(&self.salt);
        let salt: [u8; 32] = salt
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(CORRUPT)?;
        Ok(Leased {
            world: self.world,
            salt: Salt::from_bytes(salt),
        })
    }
}

/// An item that comes in return, and the key that is going to hold it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredDue {
    item: String,
    key: StoredPath,
}

impl StoredDue {
    fn of(due: &Due) -> Self {
        Self {
            item: due.item.to_string(),
            key: StoredPath::of(&due.path),
        }
    }

    fn into_due(self) -> Result<Due, StoreError> {
        Ok(Due {
            item: self.item.parse().map_err(|_| CORRUPT)?,
            path: self.key.into_path()?,
        })
    }
}

impl StoredItem {
    pub(crate) fn of(item: &Item) -> Self {
        Self {
            v: if item.leased.is_some() || item.due.is_some() {
                2
            } else {
                1
            },
            ledger: item.ledger.clone(),
            tag: item.tag.to_string(),
            commitment: item.commitment.to_string(),
            terms: item.terms.to_string(),
            transfer: Value::Object(item.transfer.to_object()),
            key: item.path.as_ref().map(StoredPath::of),
            standing: item.standing.name().to_owned(),
            until: match item.standing {
                Standing::Offered { until } => Some(until),
                _ => None,
            },
            head: item.head.as_ref().map(|head| head.document.to_value()),
            head_at: item.head.as_ref().map(|head| head.at),
            leased: item.leased.as_ref().map(StoredLeased::of),
            due: item.due.as_ref().map(StoredDue::of),
        }
    }

    pub(crate) fn into_item(self, holding: HoldingId) -> Result<Item, StoreError> {
        let standing = Standing::from_name(&self.standing, self.until).ok_or(CORRUPT)?;
        let head = match (self.head, self.head_at) {
            (None, None) => None,
            (Some(value), Some(at)) => Some(Head {
                document: HeadDocument::from_value(&value).map_err(|_| CORRUPT)?,
                at,
            }),
            _ => return Err(CORRUPT),
        };
        Ok(Item {
            holding,
            ledger: self.ledger,
            tag: self.tag.parse().map_err(|_| CORRUPT)?,
            commitment: self.commitment.parse().map_err(|_| CORRUPT)?,
            terms: self.terms.parse().map_err(|_| CORRUPT)?,
            transfer: TransferTerms::from_value(&self.transfer).map_err(|_| CORRUPT)?,
            path: self.key.map(StoredPath::into_path).transpose()?,
            standing,
            head,
            leased: self.leased.map(StoredLeased::into_leased).transpose()?,
            due: self.due.map(StoredDue::into_due).transpose()?,
        })
    }

    pub(crate) fn check(self) -> Result<(), StoreError> {
        self.into_item(HoldingId(RecordId::ZERO)).map(drop)
    }
}

/// A one-time address that this wallet gave out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredAddress {
    v: u8,
    key: StoredPath,
    commitment: String,
    /// Of version 2: the world that it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    world: Option<WorldId>,
    made_at: Timestamp,
    lasting: String,
}

impl StoredAddress {
    pub(crate) fn of(address: &KnownAddress) -> Self {
        Self {
            v: match address.world {
                None => 1,
                Some(_) => 2,
            },
            key: StoredPath::of(&address.path),
            commitment: address.commitment.to_string(),
            world: address.world.clone(),
            made_at: address.made_at,
            lasting: address.lasting.name().to_owned(),
        }
    }

    pub(crate) fn into_address(self) -> Result<KnownAddress, StoreError> {
        let commitment: Commitment = self.commitment.parse().map_err(|_| CORRUPT)?;
        Ok(KnownAddress {
            path: self.key.into_path()?,
            commitment,
            world: self.world,
            made_at: self.made_at,
            lasting: Lasting::from_name(&self.lasting).ok_or(CORRUPT)?,
        })
    }

    pub(crate) fn check(self) -> Result<(), StoreError> {
        self.into_address().map(drop)
    }
}

/// A step that was signed and has not ended.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredStep {
    v: u8,
    kind: String,
    sent: Value,
    /// By which the ledger knows it when it is sent again.
    once: String,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    holding: Option<String>,
    /// The key that is going to hold what is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    takes: Option<StoredPath>,
    /// The holding that is given in return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    returns: Option<String>,
    begun_at: Timestamp,
    /// The entry of the history that says it was intended.
    entry: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer: Option<Value>,
}

impl StoredStep {
    pub(crate) fn of(step: &Outgoing) -> Self {
        Self {
            v: 1,
            kind: step.kind.name().to_owned(),
            sent: step.sent.to_value(),
            once: schemas::encoding::base64url::encode(&*step.once),
            name: step.name.clone(),
            holding: step.holding.map(|id| id.to_string()),
            takes: step.takes.as_ref().map(StoredPath::of),
            returns: step.returns.map(|id| id.to_string()),
            begun_at: step.begun_at,
            entry: step.entry,
            answer: step.answer.as_ref().map(|answer| answer.to_value()),
        }
    }

    pub(crate) fn into_step(self) -> Result<Outgoing, StoreError> {
        let id = |text: String| text.parse::<HoldingId>().map_err(|_| CORRUPT);
        let once = schemas::encoding::base64url::decode(&self.once);
        let once: [u8; 32] = once
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(CORRUPT)?;
        let answer = self.answer.as_ref().map(StepAnswer::from_value);
        Ok(Outgoing {
            kind: StepKind::from_name(&self.kind).ok_or(CORRUPT)?,
            sent: SentStep::from_value(&self.sent).map_err(|_| CORRUPT)?,
            once: once.into(),
            name: self.name,
            holding: self.holding.map(id).transpose()?,
            takes: self.takes.map(StoredPath::into_path).transpose()?,
            returns: self.returns.map(id).transpose()?,
            begun_at: self.begun_at,
            entry: self.entry,
            answer: answer.transpose().map_err(|_| CORRUPT)?,
        })
    }

    pub(crate) fn check(self) -> Result<(), StoreError> {
        self.into_step().map(drop)
    }
}

/// What speaks against a ledger.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredSuspicion {
    /// 2 where no item is named, which was not before.
    v: u8,
    ledger: WorldId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    reason: schemas::reason::Reason,
    found_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    evidence: Option<Value>,
}

impl StoredSuspicion {
    pub(crate) fn of(suspicion: &Suspicion) -> Self {
        Self {
            v: if suspicion.tag.is_some() { 1 } else { 2 },
            ledger: suspicion.ledger.clone(),
            tag: suspicion.tag.map(|tag| tag.to_string()),
            reason: suspicion.reason,
            found_at: suspicion.found_at,
            evidence: suspicion.evidence.clone(),
        }
    }

    pub(crate) fn into_suspicion(self) -> Result<Suspicion, StoreError> {
        let tag = self.tag.map(|tag| tag.parse());
        Ok(Suspicion {
            ledger: self.ledger,
            tag: tag.transpose().map_err(|_| CORRUPT)?,
            reason: self.reason,
            found_at: self.found_at,
            evidence: self.evidence,
        })
    }

    pub(crate) fn check(self) -> Result<(), StoreError> {
        self.into_suspicion().map(drop)
    }
}
