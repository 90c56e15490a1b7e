//! The history of a world's own keys: one file, which says which key is in use, and how it goes on.
//! Run by the world.
//!
//! ```text
//! draw a seed ─▶ write it down ─▶ sign the next entry with the key in use ─▶ put the history in place
//! ```
//!
//! The last step decides. Before it the world goes on with the key that it had, and the new seed is a
//! file that nothing names; after it the seed is on the disk already. Between any two steps the key in
//! use stands in the history, and its seed beside it.

use std::path::{Path, PathBuf};

use proofs::did_key;
use proofs::jws::{KeyRef, Typ, UnverifiedJws, sign};
use proofs::keys::VerifyingKey;
use schemas::did::{Did, DidUrl};
use schemas::digest::Sha256Digest;
use schemas::json::{Limits, Value, read};
use schemas::key_history::{
    KeyHistoryDocument, KeyHistoryEntry, KeyHistoryKey, KeyState, MAX_HISTORY_ENTRIES,
};
use schemas::message::Message as _;
use schemas::time::Timestamp;
use verifier::VerifiedKeyHistory;

use super::{KeysError, read_seed, write_seed};
use crate::clock::Clock;
use crate::config::Config;
use crate::files::{self, FileError};
use crate::seed::Seed;

/// The file of the history; as it is served.
const HISTORY_FILE: &str = "did-history.json";
/// Held by whoever changes keys: one at a time.
const LOCK_FILE: &str = "keys.lock";
/// The seed of the first key, from the founding on.
const FIRST_SEED: &str = "world.key";
/// The seed of each later one, before its number.
const LATER_SEED: &str = "world-";
/// Entries that are left for keys that somebody else may have.
const RESERVE: usize = 4;
/// From when on the first key counts: the year of the suites. It was the only one, whenever it signed.
const BEGINNING: i64 = 1_640_995_200;

/// What becomes of the key that was in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyEnd {
    /// What it signed stands.
    Retired,
    /// Somebody else may have it: nothing that it ever signed stands.
    Compromised,
}

/// A key of a world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldKey {
    /// Its verification method.
    pub id: DidUrl,
    /// The public key (Multikey).
    pub multikey: String,
    /// Since when it signs; the first one since ever.
    pub from: Timestamp,
    /// What became of it.
    pub state: KeyState,
}

/// The keys that a world has and had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldKeys {
    /// Whose they are.
    pub did: Did,
    /// The oldest first.
    pub keys: Vec<WorldKey>,
    /// How many more times the key can be changed.
    pub changes_left: usize,
}

impl Config {
    /// The keys of this world, as its history has them.
    ///
    /// # Errors
    /// [`KeysError`]
    pub fn keys(&self) -> Result<WorldKeys, KeysError> {
        files::private_folder(&self.data)?;
        let did = self.origin.did();
        let history = match OwnHistory::read(&self.data, &did)? {
            Some(history) => history,
            // As it will be founded by the next start.
            None => OwnHistory::first(&self.data, &did)?,
        };
        Ok(history.keys())
    }

    /// Makes a new signing key, from now on the one in use, and ends the one before. A running world
    /// takes it up within a second or two.
    ///
    /// # Errors
    /// [`KeysError`]; then the key in use is the one that it was.
    pub fn rotate_key(&self, end: KeyEnd, clock: &Clock) -> Result<WorldKeys, KeysError> {
        let (folder, did) = (&self.data, self.origin.did());
        files::private_folder(folder)?;
        let _alone = files::lock(&folder.join(LOCK_FILE))?;
        let history = OwnHistory::founded(folder, &did)?;
        let next = history.next(folder, end, clock.now())?;
        next.put(folder)?;
        next.drop_compromised(folder)?;
        Ok(next.keys())
    }

    /// Says of a key that is not in use any more that somebody else may have it, such as `key-1`:
    /// nothing that it ever signed stands from now on.
    ///
    /// # Errors
    /// [`KeysError`]; of the key in use that is said by [`Config::rotate_key`].
    pub fn distrust_key(&self, name: &str, clock: &Clock) -> Result<WorldKeys, KeysError> {
        let (folder, did) = (&self.data, self.origin.did());
        files::private_folder(folder)?;
        let _alone = files::lock(&folder.join(LOCK_FILE))?;
        let history = OwnHistory::founded(folder, &did)?;
        let next = history.distrusting(folder, name, clock.now())?;
        next.put(folder)?;
        next.drop_compromised(folder)?;
        Ok(next.keys())
    }
}

/// A world's history; its chain stands.
#[derive(Clone, Debug)]
pub(crate) struct OwnHistory {
    entries: Vec<String>,
    keys: Vec<WorldKey>,
    /// The entry that counts.
    last: KeyHistoryEntry,
    verified: VerifiedKeyHistory,
    bytes: Vec<u8>,
}

impl OwnHistory {
    /// The history of a folder, founded with its first key when there is none.
    pub(super) fn open(folder: &Path, did: &Did) -> Result<Self, KeysError> {
        if let Some(history) = Self::read(folder, did)? {
            return Ok(history);
        }
        let _alone = files::lock(&folder.join(LOCK_FILE))?;
        Self::founded(folder, did)
    }

    /// The same, by whoever has the lock.
    fn founded(folder: &Path, did: &Did) -> Result<Self, KeysError> {
        if let Some(history) = Self::read(folder, did)? {
            return Ok(history);
        }
        let history = Self::first(folder, did)?;
        history.put(folder)?;
        Ok(history)
    }

    /// Puts the history of a new folder into its place.
    pub(super) fn found(folder: &Path, did: &Did) -> Result<(), KeysError> {
        Self::first(folder, did)?.put(folder)
    }

    fn read(folder: &Path, did: &Did) -> Result<Option<Self>, KeysError> {
        let path = history_file(folder);
        match files::read_private_up_to(&path, Limits::document().max_bytes) {
            Ok(text) => Self::of_bytes(did, text.as_bytes().to_vec())
                .map(Some)
                .map_err(|fault| KeysError::History { path, fault }),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A history of the first key alone.
    fn first(folder: &Path, did: &Did) -> Result<Self, KeysError> {
        // Where there are later keys there was a history: the first key may have ended since.
        if has_later_seed(folder)? {
            return Err(KeysError::HistoryLost(history_file(folder)));
        }
        let key = read_seed(&folder.join(FIRST_SEED))?.key();
        let id = method(did, 1).ok_or(KeysError::NoName)?;
        let entry = KeyHistoryEntry {
            did: did.clone(),
            number: 1,
            from: Timestamp::from_unix(BEGINNING),
            keys: vec![KeyHistoryKey {
                id: id.clone(),
                multikey: key.verifying_key().multikey(),
                state: KeyState::Current,
            }],
            previous: None,
        };
        let signed = sign(Typ::KeyHistory, KeyRef::Kid(&id), &entry.to_object(), &key);
        Self::of_entries(folder, did, vec![signed])
    }

    /// The history with another key in use, whose seed is on the disk when this returns.
    fn next(&self, folder: &Path, end: KeyEnd, now: Timestamp) -> Result<Self, KeysError> {
        let room = match end {
            KeyEnd::Retired => MAX_HISTORY_ENTRIES - RESERVE,
            KeyEnd::Compromised => MAX_HISTORY_ENTRIES,
        };
        if self.entries.len() >= room {
            return Err(KeysError::HistoryFull { room });
        }
        let current = self.current()?;
        let number = u64::try_from(self.keys.len()).unwrap_or(u64::MAX);
        let id = method(&self.last.did, number.saturating_add(1)).ok_or(KeysError::NoName)?;
        let path = seed_file(folder, &id).ok_or(KeysError::NoName)?;
        write_seed(&path, &Seed::draw()?)?;
        // What is on the disk is what the history will name.
        let new = read_seed(&path)?.key();
        let from = self.turn(now);
        let mut keys = self.last.keys.clone();
        for known in keys.iter_mut().filter(|known| known.id == current.id) {
            known.state = match end {
                KeyEnd::Retired => KeyState::Retired(from),
                KeyEnd::Compromised => KeyState::Compromised(from),
            };
        }
        keys.push(KeyHistoryKey {
            id,
            multikey: new.verifying_key().multikey(),
            state: KeyState::Current,
        });
        self.and(folder, from, keys)
    }

    /// The history in which a key that ended before is one that somebody else may have.
    fn distrusting(&self, folder: &Path, name: &str, now: Timestamp) -> Result<Self, KeysError> {
        if self.entries.len() >= MAX_HISTORY_ENTRIES {
            let room = MAX_HISTORY_ENTRIES;
            return Err(KeysError::HistoryFull { room });
        }
        let mut keys = self.last.keys.clone();
        let mut named = keys.iter_mut();
        let known = named.find(|known| known.id.fragment() == name);
        let known = known.ok_or_else(|| KeysError::Unknown(name.to_owned()))?;
        match known.state {
            KeyState::Retired(until) => known.state = KeyState::Compromised(until),
            // Said before.
            KeyState::Compromised(_) => return Ok(self.clone()),
            KeyState::Current => return Err(KeysError::InUse(known.id.clone())),
        }
        self.and(folder, self.turn(now), keys)
    }

    /// When a next entry begins. A clock that was set back does not turn the history round.
    fn turn(&self, now: Timestamp) -> Timestamp {
        now.max(self.last.from)
    }

    /// The history with one more entry, signed by the key in use.
    fn and(
        &self,
        folder: &Path,
        from: Timestamp,
        keys: Vec<KeyHistoryKey>,
    ) -> Result<Self, KeysError> {
        let (current, key) = (self.current()?, self.signing(folder)?.key());
        let before = self.entries.last();
        let entry = KeyHistoryEntry {
            did: self.last.did.clone(),
            number: self.last.number.saturating_add(1),
            from,
            keys,
            previous: before.map(|text| Sha256Digest::of(text.as_bytes())),
        };
        let kid = KeyRef::Kid(&current.id);
        let mut entries = self.entries.clone();
        entries.push(sign(Typ::KeyHistory, kid, &entry.to_object(), &key));
        Self::of_entries(folder, &self.last.did, entries)
    }

    fn of_entries(folder: &Path, did: &Did, entries: Vec<String>) -> Result<Self, KeysError> {
        let bytes = KeyHistoryDocument { entries }.to_bytes();
        Self::of_bytes(did, bytes).map_err(|fault| KeysError::History {
            path: history_file(folder),
            fault,
        })
    }

    /// Reads a history as strangers do.
    fn of_bytes(did: &Did, bytes: Vec<u8>) -> Result<Self, String> {
        // Whether its dates are in the past is asked by others, with clocks of their own.
        let ever = Timestamp::from_unix(i64::MAX);
        let told = |fault: &dyn std::fmt::Display| fault.to_string();
        let verified =
            VerifiedKeyHistory::verify(did, &bytes, ever).map_err(|fault| told(&fault))?;
        let value = read(&bytes, &Limits::document()).map_err(|fault| told(&fault))?;
        let document = KeyHistoryDocument::from_value(&value).map_err(|fault| told(&fault))?;
        let mut last = None;
        let mut keys: Vec<WorldKey> = Vec::new();
        for text in &document.entries {
            let jws = UnverifiedJws::parse(text, Typ::KeyHistory).map_err(|fault| told(&fault))?;
            let claims = Value::Object(jws.unverified_claims().clone());
            let entry = KeyHistoryEntry::from_value(&claims).map_err(|fault| told(&fault))?;
            for listed in &entry.keys {
                match keys.iter_mut().find(|key| key.id == listed.id) {
                    Some(known) => known.state = listed.state,
                    None => keys.push(WorldKey {
                        id: listed.id.clone(),
                        multikey: listed.multikey.clone(),
                        from: entry.from,
                        state: listed.state,
                    }),
                }
            }
            last = Some(entry);
        }
        let last = last.ok_or_else(|| "a key history without an entry".to_owned())?;
        Ok(Self {
            entries: document.entries,
            keys,
            last,
            verified,
            bytes,
        })
    }

    /// Puts it where the world and its server find it. From here on it counts.
    fn put(&self, folder: &Path) -> Result<(), KeysError> {
        Ok(files::replace_private(&history_file(folder), &self.bytes)?)
    }

    /// The one key that is in use.
    pub(crate) fn current(&self) -> Result<&WorldKey, KeysError> {
        let mut current = self
            .keys
            .iter()
            .filter(|key| key.state == KeyState::Current);
        match (current.next(), current.next()) {
            (Some(key), None) => Ok(key),
            _ => Err(KeysError::NotOneKey),
        }
    }

    /// The seed of the key in use.
    pub(super) fn signing(&self, folder: &Path) -> Result<Seed, KeysError> {
        let current = self.current()?;
        let path = seed_file(folder, &current.id).ok_or(KeysError::NoName)?;
        let seed = read_seed(&path)?;
        if seed.key().verifying_key().multikey() != current.multikey {
            return Err(KeysError::OtherKey {
                path,
                expected: current.id.clone(),
            });
        }
        Ok(seed)
    }

    /// The seeds of retired keys that are still there, the newest first: what they sealed is opened
    /// until its time is over. A compromised key opens nothing.
    pub(super) fn retired(&self, folder: &Path) -> Result<Vec<Seed>, KeysError> {
        let mut seeds = Vec::new();
        for key in self.keys.iter().rev() {
            let (KeyState::Retired(_), Some(path)) = (key.state, seed_file(folder, &key.id)) else {
                continue;
            };
            match read_seed(&path) {
                Ok(seed) => seeds.push(seed),
                Err(KeysError::File(error)) if error.is_missing() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(seeds)
    }

    /// Deletes the seeds of keys that ended at or before a moment, and those of compromised keys at
    /// once: nothing is signed with them any more.
    pub(crate) fn drop_ended(&self, folder: &Path, before: Timestamp) -> Result<(), FileError> {
        for key in &self.keys {
            let over = match key.state {
                KeyState::Current => false,
                KeyState::Retired(until) => until <= before,
                KeyState::Compromised(_) => true,
            };
            if let (true, Some(path)) = (over, seed_file(folder, &key.id)) {
                files::remove(&path)?;
            }
        }
        Ok(())
    }

    fn drop_compromised(&self, folder: &Path) -> Result<(), FileError> {
        self.drop_ended(folder, Timestamp::from_unix(i64::MIN))
    }

    /// Whether a key that somebody else may have was in use at a moment.
    pub(crate) fn was_compromised(&self, at: Timestamp) -> bool {
        self.keys.iter().any(|key| match key.state {
            KeyState::Compromised(until) => key.from <= at && at <= until,
            KeyState::Current | KeyState::Retired(_) => false,
        })
    }

    /// The keys in use and before, but for those that somebody else may have.
    pub(crate) fn verifying_keys(&self) -> impl Iterator<Item = VerifyingKey> {
        let sound = |key: &&WorldKey| !matches!(key.state, KeyState::Compromised(_));
        self.keys.iter().filter(sound).filter_map(|key| {
            let did = format!("did:key:{}", key.multikey).parse().ok()?;
            did_key::decode(&did).ok()
        })
    }

    /// Whether there was another key before.
    pub(crate) fn has_changed(&self) -> bool {
        self.keys.len() > 1
    }

    /// The digest of its first entry, with which the world was founded.
    pub(crate) fn founding(&self) -> Sha256Digest {
        let first = self.entries.first().map_or("", String::as_str);
        Sha256Digest::of(first.as_bytes())
    }

    /// Whether it begins with all of another.
    pub(crate) fn goes_on_from(&self, before: &Self) -> bool {
        self.entries.starts_with(&before.entries)
    }

    /// The document, as it is served.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The same, judged as that of anybody else.
    pub(crate) const fn verified(&self) -> &VerifiedKeyHistory {
        &self.verified
    }

    fn keys(&self) -> WorldKeys {
        let room = MAX_HISTORY_ENTRIES - RESERVE;
        WorldKeys {
            did: self.last.did.clone(),
            keys: self.keys.clone(),
            changes_left: room.saturating_sub(self.entries.len()),
        }
    }
}

/// The file whose change says that the keys did.
pub(crate) fn history_file(folder: &Path) -> PathBuf {
    folder.join(HISTORY_FILE)
}

/// The seed of the first key, from the founding on.
pub(super) fn first_seed(folder: &Path) -> PathBuf {
    folder.join(FIRST_SEED)
}

/// Whether there is the seed of a later key.
fn has_later_seed(folder: &Path) -> Result<bool, FileError> {
    for entry in files::names(folder)? {
        let number = entry
            .strip_prefix(LATER_SEED)
            .and_then(|rest| rest.strip_suffix(".key"));
        if number.is_some_and(|number| number.parse::<u64>().is_ok()) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn method(did: &Did, number: u64) -> Option<DidUrl> {
    did.with_fragment(&format!("key-{number}")).ok()
}

/// Where the seed of a key is; `None` for a name that no key of ours has.
fn seed_file(folder: &Path, id: &DidUrl) -> Option<PathBuf> {
    let number: u64 = id.fragment().strip_prefix("key-")?.parse().ok()?;
    Some(match number {
        1 => folder.join(FIRST_SEED),
        number => folder.join(format!("{LATER_SEED}{number}.key")),
    })
}
