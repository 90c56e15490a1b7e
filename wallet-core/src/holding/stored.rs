//! How holdings, copies and key numbers stand in their records. The holder's side runs it.
//!
//! These shapes are part of the file format: a field is never renamed or given another meaning; a
//! new one comes with a new `v`.

use schemas::json::Value;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use serde::{Deserialize, Serialize};

use crate::error::{Fault, StoreError};
use crate::holding::{Copy, CopyId, CopyState, Facts, Format, Holding, HoldingId, HoldingKind};
use crate::keys::{Generation, KeyPath, KeyType, PersonaIndex};

const CORRUPT: StoreError = StoreError::Corrupt(Fault::Record);

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredCounter {
    pub(crate) v: u8,
    pub(crate) next: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredHolding {
    v: u8,
    kind: String,
    name: String,
    issuer: WorldId,
    persona: u32,
    types: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_from: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_until: Option<Timestamp>,
    claims: Value,
    added_at: Timestamp,
    copies: Vec<String>,
}

impl StoredHolding {
    pub(crate) fn of(holding: &Holding) -> Self {
        Self {
            v: 1,
            kind: match holding.kind {
                HoldingKind::Avatar => "avatar",
                HoldingKind::Item => "item",
            }
            .to_owned(),
            name: holding.name.clone(),
            issuer: holding.issuer.clone(),
            persona: holding.persona.value(),
            types: holding.types.clone(),
            valid_from: holding.facts.valid_from,
            valid_until: holding.facts.valid_until,
            claims: holding.facts.claims.clone(),
            added_at: holding.added_at,
            copies: holding.copies.iter().map(ToString::to_string).collect(),
        }
    }

    pub(crate) fn into_holding(self, id: HoldingId) -> Result<Holding, StoreError> {
        let kind = match self.kind.as_str() {
            "avatar" => HoldingKind::Avatar,
            "item" => HoldingKind::Item,
            _ => return Err(CORRUPT),
        };
        let copies = self.copies.iter().map(|id| id.parse().map_err(|_| CORRUPT));
        Ok(Holding {
            id,
            kind,
            name: self.name,
            issuer: self.issuer,
            persona: PersonaIndex::new(self.persona).ok_or(CORRUPT)?,
            types: self.types,
            facts: Facts {
                valid_from: self.valid_from,
                valid_until: self.valid_until,
                claims: self.claims,
            },
            added_at: self.added_at,
            copies: copies.collect::<Result<Vec<CopyId>, _>>()?,
        })
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredCopy {
    v: u8,
    holding: String,
    format: String,
    persona: u32,
    issuer: WorldId,
    key_type: String,
    generation: u32,
    index: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    world: Option<WorldId>,
    state: String,
    added_at: Timestamp,
}

impl StoredCopy {
    pub(crate) fn of(copy: &Copy) -> Self {
        Self {
            v: 1,
            holding: copy.holding.to_string(),
            format: match copy.format {
                Format::LdpVc => "ldp_vc",
            }
            .to_owned(),
            persona: copy.key.persona.value(),
            issuer: copy.key.issuer.clone(),
            key_type: copy.key.key_type.name().to_owned(),
            generation: copy.key.generation.value(),
            index: copy.key.index,
            world: copy.world.clone(),
            state: match copy.state {
                CopyState::Doubtful => "doubtful",
                CopyState::Ready => "ready",
                CopyState::Retired => "retired",
            }
            .to_owned(),
            added_at: copy.added_at,
        }
    }

    pub(crate) fn into_copy(self, id: CopyId) -> Result<Copy, StoreError> {
        Ok(Copy {
            id,
            holding: self.holding.parse().map_err(|_| CORRUPT)?,
            format: match self.format.as_str() {
                "ldp_vc" => Format::LdpVc,
                _ => return Err(CORRUPT),
            },
            key: KeyPath {
                persona: PersonaIndex::new(self.persona).ok_or(CORRUPT)?,
                issuer: self.issuer,
                key_type: KeyType::from_name(&self.key_type).ok_or(CORRUPT)?,
                generation: Generation::new(self.generation),
                index: self.index,
            },
            world: self.world,
            state: match self.state.as_str() {
                "doubtful" => CopyState::Doubtful,
                "ready" => CopyState::Ready,
                "retired" => CopyState::Retired,
                _ => return Err(CORRUPT),
            },
            added_at: self.added_at,
        })
    }

    pub(crate) fn looks_fresh(&self) -> bool {
        self.world.is_none() && self.state == "ready"
    }

    pub(crate) fn check(self) -> Result<(), StoreError> {
        let any = CopyId(crate::store::RecordId::ZERO);
        self.into_copy(any).map(drop)
    }
}
