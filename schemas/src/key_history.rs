//! A world's key history: which keys it signs with, which it signed with before, each step signed by
//! a key of the step before.
//!
//! Worlds publish it beside their `did:web` document; verifiers and wallets read it. A format of ours:
//! checking signatures is the business of `proofs`, judging the chain that of the verifier.

#[cfg(test)]
mod tests;

use crate::did::{Did, DidUrl};
use crate::digest::Sha256Digest;
use crate::json::{Object, Value};
use crate::message::{Kind, Members, Message, MessageError, Problem, natural};
use crate::reason::Reason;
use crate::records::read_time;
use crate::time::Timestamp;

/// The `typ` of the JWS header of an entry.
pub const KEY_HISTORY_TYP: &str = "omote-key-history+jwt";
/// Where in its origin a world publishes its history.
pub const KEY_HISTORY_PATH: &str = "/.well-known/did-history.json";
/// The type of the service in a DID document that announces a history.
pub const KEY_HISTORY_SERVICE: &str = "OmoteKeyHistory";
/// Most entries of a history.
pub const MAX_HISTORY_ENTRIES: usize = 64;
/// Most keys of an entry.
const MAX_KEYS: usize = 64;
/// The only version there is.
const VERSION: u64 = 1;

const HISTORY: Kind = Kind::new("key history", Reason::KeyHistoryMismatch);
const ENTRY: Kind = HISTORY.part("entry of a key history");
const KEY: Kind = HISTORY.part("key of a key history");

/// A history, as it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHistoryDocument {
    /// `entries`: compact JWSs, oldest first.
    pub entries: Vec<String>,
}

impl Message for KeyHistoryDocument {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(HISTORY, value)?;
        members.only(&["v", "entries"])?;
        version(&members)?;
        let entries = members.optional_array("entries", MAX_HISTORY_ENTRIES)?;
        let expected = "one entry at least, each a text";
        let fail = || members.fail("entries", Problem::Value { expected });
        if entries.is_empty() {
            return Err(fail());
        }
        let texts = entries
            .iter()
            .map(|entry| entry.as_str().map(str::to_owned));
        Ok(Self {
            entries: texts.collect::<Option<_>>().ok_or_else(fail)?,
        })
    }

    fn to_object(&self) -> Object {
        let entries: Vec<Value> = self.entries.iter().map(|one| one.as_str().into()).collect();
        crate::object! { "v" => 1, "entries" => entries }
    }
}

/// The claims of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHistoryEntry {
    /// `did`: whose keys these are.
    pub did: Did,
    /// `number`: 1 for the first.
    pub number: u64,
    /// `from`: from when on this entry counts.
    pub from: Timestamp,
    /// `keys`: all that there are and ever were.
    pub keys: Vec<KeyHistoryKey>,
    /// `previous`: the digest of the text of the entry before; `None` for the first.
    pub previous: Option<Sha256Digest>,
}

/// One key of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHistoryKey {
    /// `id`: its verification method.
    pub id: DidUrl,
    /// `publicKeyMultibase`
    pub multikey: String,
    /// `until`, `compromised`
    pub state: KeyState,
}

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It is in use.
    Current,
    /// Nothing was signed with it after this. What was signed before stands.
    Retired(Timestamp),
    /// Somebody else may have it: nothing that it ever signed stands, for dates can be forged.
    Compromised(Timestamp),
}

impl Message for KeyHistoryEntry {
    /// Other members are refused.
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(ENTRY, value)?;
        members.only(&["v", "did", "number", "from", "keys", "previous"])?;
        version(&members)?;
        let number = members.natural("number")?.unwrap_or_default();
        let previous = match members.optional_text("previous")? {
            None => None,
            Some(text) => Some(text.parse().map_err(|_| {
                let expected = "a digest";
                members.fail("previous", Problem::Value { expected })
            })?),
        };
        if number == 0 || (number == 1) != previous.is_none() {
            let expected = "1 for an entry with nothing before it, and more for every other";
            return Err(members.fail("number", Problem::Value { expected }));
        }
        let keys = members.optional_array("keys", MAX_KEYS)?.iter();
        let read = Self {
            did: members.text("did")?.parse().map_err(|_| {
                let expected = "a DID";
                members.fail("did", Problem::Value { expected })
            })?,
            number,
            from: read_time(&members, "from")?,
            keys: keys.map(KeyHistoryKey::read).collect::<Result<_, _>>()?,
            previous,
        };
        // One name has one key, and one key one name: else what is said of one is not said of it.
        let repeated = read.keys.iter().enumerate().any(|(index, key)| {
            let before = read.keys.iter().take(index);
            before
                .into_iter()
                .any(|other| other.id == key.id || other.multikey == key.multikey)
        });
        if repeated {
            return Err(members.fail("keys", Problem::Repeated));
        }
        Ok(read)
    }

    fn to_object(&self) -> Object {
        let keys: Vec<Object> = self.keys.iter().map(KeyHistoryKey::write).collect();
        let mut object = crate::object! {
            "v" => 1,
            "did" => &self.did,
            "from" => self.from,
            "keys" => keys,
        };
        // A history is far too short for a number that JSON does not have.
        if let Some(number) = natural(Some(self.number)) {
            object.insert("number", number);
        }
        if let Some(previous) = &self.previous {
            object.insert("previous", previous.to_string());
        }
        object
    }
}

impl KeyHistoryKey {
    fn read(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of_member(KEY, "keys", value)?;
        members.only(&["id", "publicKeyMultibase", "until", "compromised"])?;
        let compromised = members.flag("compromised")?;
        let state = match (members.optional("until").is_some(), compromised) {
            (false, None) => KeyState::Current,
            (true, None) => KeyState::Retired(read_time(&members, "until")?),
            (true, Some(true)) => KeyState::Compromised(read_time(&members, "until")?),
            _ => {
                let expected = "true, of a key that has an end";
                return Err(members.fail("compromised", Problem::Value { expected }));
            }
        };
        Ok(Self {
            id: members.text("id")?.parse().map_err(|_| {
                let expected = "a verification method";
                members.fail("id", Problem::Value { expected })
            })?,
            multikey: members.text("publicKeyMultibase")?,
            state,
        })
    }

    fn write(&self) -> Object {
        let mut object = crate::object! {
            "id" => &self.id,
            "publicKeyMultibase" => self.multikey.as_str(),
        };
        match self.state {
            KeyState::Current => {}
            KeyState::Retired(until) => {
                object.insert("until", until);
            }
            KeyState::Compromised(until) => {
                object.insert("until", until);
                object.insert("compromised", true);
            }
        }
        object
    }
}

fn version(members: &Members<'_>) -> Result<(), MessageError> {
    if members.natural("v")? == Some(VERSION) {
        return Ok(());
    }
    let expected = "version 1";
    Err(members.fail("v", Problem::Value { expected }))
}
