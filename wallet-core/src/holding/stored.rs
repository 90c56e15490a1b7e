//! How holdings, copies and key numbers stand in their records. The holder's side runs it.
//!
//! These shapes are part of the file format: a field is never renamed or given another meaning; a
//! new one comes with a new `v`.

use schemas::json::Value;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use serde::{Deserialize, Serialize};

use crate::error::{Fault, StoreError};
use crate::holding::{
    Copy, CopyId, CopyState, Facts, Format, GrantRef, Holding, HoldingId, HoldingKind, Withdrawal,
    Withdrawn,
};
use crate::keys::{Generation, KeyPath, KeyType, PersonaIndex};
use crate::store::RecordId;

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
    /// Without it: `ldp_vc`, as everything was before there were two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    format: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grant: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    configuration: Option<String>,
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
            v: 2,
            kind: holding.kind.name().to_owned(),
            format: Some(holding.facts.format.name().to_owned()),
            grant: holding.grant.as_ref().map(|grant| grant.id.text()),
            configuration: holding
                .grant
                .as_ref()
                .map(|grant| grant.configuration.clone()),
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
        let kind = HoldingKind::from_name(&self.kind).ok_or(CORRUPT)?;
        let format = match &self.format {
            None => Format::LdpVc,
            Some(name) => Format::from_name(name).ok_or(CORRUPT)?,
        };
        let grant = match (self.grant, self.configuration) {
            (None, None) => None,
            (Some(id), Some(configuration)) => Some(GrantRef {
                id: RecordId::of_text(&id).ok_or(CORRUPT)?,
                configuration,
            }),
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
                format,
                valid_from: self.valid_from,
                valid_until: self.valid_until,
                claims: self.claims,
            },
            added_at: self.added_at,
            grant,
            copies: copies.collect::<Result<Vec<CopyId>, _>>()?,
        })
    }
}

/// The place of a key, as other records write it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredKey {
    persona: u32,
    issuer: WorldId,
    key_type: String,
    generation: u32,
    index: u32,
}

impl StoredKey {
    pub(crate) fn of(path: &KeyPath) -> Self {
        Self {
            persona: path.persona.value(),
            issuer: path.issuer.clone(),
            key_type: path.key_type.name().to_owned(),
            generation: path.generation.value(),
            index: path.index,
        }
    }

    pub(crate) fn into_path(self) -> Result<KeyPath, StoreError> {
        Ok(KeyPath {
            persona: PersonaIndex::new(self.persona).ok_or(CORRUPT)?,
            issuer: self.issuer,
            key_type: KeyType::from_name(&self.key_type).ok_or(CORRUPT)?,
            generation: Generation::new(self.generation),
            index: self.index,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withdrawn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    heard_at: Option<Timestamp>,
    added_at: Timestamp,
}

impl StoredCopy {
    pub(crate) fn of(copy: &Copy) -> Self {
        Self {
            v: 3,
            holding: copy.holding.to_string(),
            format: copy.format.name().to_owned(),
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
            valid_until: copy.valid_until,
            withdrawn: copy
                .withdrawn
                .map(|withdrawn| withdrawn.how.reason().code().to_owned()),
            heard_at: copy.withdrawn.map(|withdrawn| withdrawn.at),
            added_at: copy.added_at,
        }
    }

    pub(crate) fn into_copy(self, id: CopyId) -> Result<Copy, StoreError> {
        let withdrawn = match (self.withdrawn, self.heard_at) {
            (None, None) => None,
            (Some(how), Some(at)) => Some(Withdrawn {
                how: Withdrawal::from_name(&how).ok_or(CORRUPT)?,
                at,
            }),
            _ => return Err(CORRUPT),
        };
        Ok(Copy {
            id,
            holding: self.holding.parse().map_err(|_| CORRUPT)?,
            format: Format::from_name(&self.format).ok_or(CORRUPT)?,
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
            valid_until: self.valid_until,
            withdrawn,
            added_at: self.added_at,
        })
    }

    pub(crate) fn looks_fresh(&self) -> bool {
        self.world.is_none() && self.state == "ready"
    }

    pub(crate) fn check(self) -> Result<(), StoreError> {
        let any = CopyId(RecordId::ZERO);
        self.into_copy(any).map(drop)
    }
}
