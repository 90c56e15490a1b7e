//! How what is owed stands in its records: tokens for more copies, and credentials that an issuer
//! delivers later. The holder's side runs it.
//!
//! These shapes are part of the file format: a field is never renamed or given another meaning; a
//! new one comes with a new `v`. Tokens stand in sealed records and nowhere else.

use schemas::message::Confidential;
use schemas::oid4vci::IssuerUrl;
use schemas::oid4vci::issuer_metadata::Display;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use serde::{Deserialize, Serialize};

use crate::error::{Fault, StoreError};
use crate::holding::stored::StoredKey;
use crate::holding::{Format, HoldingId};
use crate::keys::{KeyPath, PersonaIndex, TransferPath};
use crate::store::RecordId;
use crate::transfer::stored::StoredPath;

const CORRUPT: StoreError = StoreError::Corrupt(Fault::Record);

/// What an issuer gave for asking again: a refresh token, good for the holdings that came with it.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    /// The world that gave it.
    pub(crate) world: WorldId,
    /// The issuer, as its offer named it.
    pub(crate) issuer: IssuerUrl,
    /// Its authorization server, when it names several.
    pub(crate) server: Option<IssuerUrl>,
    /// The token. Used once; the answer has the next one.
    pub(crate) refresh_token: Confidential,
    /// How the wallet called itself for it; none when it said nothing.
    pub(crate) client_id: Option<String>,
    /// What it is for; the grant goes when the last of them is forgotten.
    pub(crate) holdings: Vec<HoldingId>,
}

/// A credential that an issuer delivers later.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    /// The world that owes it.
    pub(crate) world: WorldId,
    /// The issuer, as its offer named it.
    pub(crate) issuer: IssuerUrl,
    /// The face that is to hold it.
    pub(crate) persona: PersonaIndex,
    /// The issuer's name for the kind of credential.
    pub(crate) configuration: String,
    /// How the issuer calls it, by language, without pictures. Outside text.
    pub(crate) display: Vec<Display>,
    /// In which format.
    pub(crate) format: Format,
    /// The keys that were proved, in their order.
    pub(crate) keys: Vec<KeyPath>,
    /// The key that is to hold it in its issuer's ledger, when one was named.
    pub(crate) holder: Option<TransferPath>,
    /// By which the issuer knows the transaction.
    pub(crate) transaction_id: String,
    /// What lets the wallet ask.
    pub(crate) access_token: Confidential,
    /// The grant for more copies, when there is one.
    pub(crate) grant: Option<RecordId>,
    /// The holding that is being refilled; none when it is a new one.
    pub(crate) refills: Option<HoldingId>,
    /// When it was asked for.
    pub(crate) asked_at: Timestamp,
    /// Not to be asked for again before.
    pub(crate) not_before: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredGrant {
    v: u8,
    world: WorldId,
    issuer: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    server: Option<String>,
    refresh_token: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    holdings: Vec<String>,
}

impl StoredGrant {
    pub(crate) fn of(grant: &Grant) -> Self {
        Self {
            v: 2,
            world: grant.world.clone(),
            issuer: grant.issuer.as_str().to_owned(),
            server: grant.server.as_ref().map(|url| url.as_str().to_owned()),
            refresh_token: grant.refresh_token.reveal().to_owned(),
            client_id: grant.client_id.clone(),
            holdings: grant.holdings.iter().map(ToString::to_string).collect(),
        }
    }

    pub(crate) fn into_grant(self) -> Result<Grant, StoreError> {
        let server = self.server.map(|url| url.parse().map_err(|_| CORRUPT));
        let holdings = self
            .holdings
            .iter()
            .map(|id| id.parse().map_err(|_| CORRUPT));
        Ok(Grant {
            world: self.world,
            issuer: self.issuer.parse().map_err(|_| CORRUPT)?,
            server: server.transpose()?,
            refresh_token: Confidential::new(self.refresh_token),
            client_id: self.client_id,
            holdings: holdings.collect::<Result<_, StoreError>>()?,
        })
    }

    pub(crate) fn check(self) -> Result<(), StoreError> {
        self.into_grant().map(drop)
    }
}

/// In how many languages a name is remembered, and how long it may be, in characters.
const LANGUAGES: usize = 16;
const LONGEST: usize = 200;

/// A name of something in one language.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredName {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
}

impl StoredName {
    fn all(display: &[Display]) -> Vec<Self> {
        let names = display.iter().filter_map(|display| {
            Some(Self {
                name: display.name.as_ref()?.chars().take(LONGEST).collect(),
                locale: display.locale.clone(),
            })
        });
        names.take(LANGUAGES).collect()
    }

    fn shown(self) -> Display {
        Display {
            name: Some(self.name),
            locale: self.locale,
            description: None,
            logo: None,
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredPending {
    v: u8,
    world: WorldId,
    issuer: String,
    persona: u32,
    configuration: String,
    /// Since `v` 3.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    called: Vec<StoredName>,
    format: String,
    keys: Vec<StoredKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    holder: Option<StoredPath>,
    transaction_id: String,
    access_token: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grant: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refills: Option<String>,
    asked_at: Timestamp,
    not_before: Timestamp,
}

impl StoredPending {
    pub(crate) fn of(pending: &Pending) -> Self {
        Self {
            v: 3,
            world: pending.world.clone(),
            issuer: pending.issuer.as_str().to_owned(),
            persona: pending.persona.value(),
            configuration: pending.configuration.clone(),
            called: StoredName::all(&pending.display),
            format: pending.format.name().to_owned(),
            keys: pending.keys.iter().map(StoredKey::of).collect(),
            holder: pending.holder.as_ref().map(StoredPath::of),
            transaction_id: pending.transaction_id.clone(),
            access_token: pending.access_token.reveal().to_owned(),
            grant: pending.grant.map(RecordId::text),
            refills: pending.refills.map(|id| id.to_string()),
            asked_at: pending.asked_at,
            not_before: pending.not_before,
        }
    }

    pub(crate) fn into_pending(self) -> Result<Pending, StoreError> {
        let keys = self.keys.into_iter().map(StoredKey::into_path);
        let grant = self.grant.map(|id| RecordId::of_text(&id).ok_or(CORRUPT));
        let refills = self.refills.map(|id| id.parse().map_err(|_| CORRUPT));
        Ok(Pending {
            world: self.world,
            issuer: self.issuer.parse().map_err(|_| CORRUPT)?,
            persona: PersonaIndex::new(self.persona).ok_or(CORRUPT)?,
            configuration: self.configuration,
            display: self.called.into_iter().map(StoredName::shown).collect(),
            format: Format::from_name(&self.format).ok_or(CORRUPT)?,
            keys: keys.collect::<Result<_, StoreError>>()?,
            holder: self.holder.map(StoredPath::into_path).transpose()?,
            transaction_id: self.transaction_id,
            access_token: Confidential::new(self.access_token),
            grant: grant.transpose()?,
            refills: refills.transpose()?,
            asked_at: self.asked_at,
            not_before: self.not_before,
        })
    }

    pub(crate) fn check(self) -> Result<(), StoreError> {
        self.into_pending().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use schemas::oid4vci::issuer_metadata::Display;

    use super::{LONGEST, StoredName};

    #[test]
    fn names_are_kept_by_language_and_within_bounds() {
        let called = |name: &str| Display {
            name: Some(name.to_owned()),
            locale: Some("ja".to_owned()),
            description: Some("more".to_owned()),
            logo: None,
        };
        let long = "x".repeat(LONGEST * 2);
        let display = [called("提灯"), Display::default(), called(&long)];
        let stored = serde_json::to_vec(&StoredName::all(&display)).unwrap();
        let read: Vec<StoredName> = serde_json::from_slice(&stored).unwrap();
        let shown: Vec<Display> = read.into_iter().map(StoredName::shown).collect();
        let names: Vec<&str> = shown.iter().filter_map(|one| one.name.as_deref()).collect();
        assert_eq!(names, ["提灯", &long[..LONGEST]]);
        assert_eq!(shown[0].locale.as_deref(), Some("ja"));
        assert_eq!(shown[0].description, None);
    }
}
