//! A world's key history, judged: an unbroken chain in which each step is signed by a key of the step
//! before.
//!
//! Run by worlds and wallets, when a key is no longer in the DID document or when the document does not
//! go on from what was seen before. A history decides only about claims, never about acting as a DID.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use proofs::did_document::{DidDocument, Relationship};
use proofs::jws::{HeaderKey, JwsError, Typ, UnverifiedJws};
use proofs::keys::VerifyingKey;
use schemas::did::{Did, DidUrl};
use schemas::digest::Sha256Digest;
use schemas::json::Value;
use schemas::key_history::{KeyHistoryDocument, KeyHistoryEntry, KeyState};
use schemas::message::{Message as _, MessageError};
use schemas::reason::Reason;
use schemas::time::Timestamp;

/// The keys in use, by the names of their methods.
type Current = BTreeMap<String, VerifyingKey>;

/// For how long after its retirement a key still vouches for what is dated then, in seconds: a running
/// world takes a change of its keys up within a second, and several nodes of one world may have clocks that
/// are five minutes apart. Who signs says the time, so this lets nobody sign what they could not date
/// earlier.
const STRAGGLING: i64 = 600;

/// Why a key history is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyHistoryFault {
    /// The document or an entry is not written as it should be.
    Shape(MessageError),
    /// An entry is not signed as it should be.
    Token(JwsError),
    /// An entry does not go on from the one before.
    Chain {
        /// Which entry; 1 is the first.
        number: u64,
        /// What it should have been.
        expected: &'static str,
    },
}

impl KeyHistoryFault {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        Reason::KeyHistoryMismatch
    }
}

impl fmt::Display for KeyHistoryFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(error) => error.fmt(formatter),
            Self::Token(error) => write!(formatter, "an entry of a key history: {error}"),
            Self::Chain { number, expected } => {
                write!(formatter, "entry {number} of a key history: not {expected}")
            }
        }
    }
}

impl std::error::Error for KeyHistoryFault {}

/// A history whose chain stands.
#[derive(Clone, Debug)]
pub struct VerifiedKeyHistory {
    did: Did,
    keys: Vec<KnownKey>,
    /// Of each entry, the digest of its text and the keys that were in use.
    steps: Vec<(Sha256Digest, Current)>,
}

#[derive(Clone, Debug)]
struct KnownKey {
    id: DidUrl,
    multikey: String,
    key: VerifyingKey,
    from: Timestamp,
    state: KeyState,
}

/// How far a history had come when it was seen last: for whoever remembers it longer than a snapshot.
#[derive(Clone, Debug)]
pub struct KeyHistoryHead {
    pub(crate) number: usize,
    pub(crate) digest: Sha256Digest,
    current: Current,
}

impl KeyHistoryHead {
    /// A head that was written down: how many entries there were, the digest of the last one, and the
    /// keys that were in use, by the names of their methods.
    #[must_use]
    pub fn new(
        number: usize,
        digest: Sha256Digest,
        keys: impl IntoIterator<Item = (String, VerifyingKey)>,
    ) -> Self {
        Self {
            number,
            digest,
            current: keys.into_iter().collect(),
        }
    }

    /// How many entries there were.
    #[must_use]
    pub const fn number(&self) -> usize {
        self.number
    }

    /// The digest of the last one.
    #[must_use]
    pub const fn digest(&self) -> &Sha256Digest {
        &self.digest
    }

    /// The keys that were in use, by the names of their methods.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &VerifyingKey)> {
        self.current.iter().map(|(id, key)| (id.as_str(), key))
    }

    /// Whether a document has the keys that were in use.
    pub(crate) fn fits(&self, document: &DidDocument, now: Timestamp) -> bool {
        self.current == current_of(document, now)
    }
}

/// How a document stands to a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It has the keys of the last entry.
    Last,
    /// It has those of an entry before.
    Earlier,
    /// It has others.
    None,
}

fn current_of(document: &DidDocument, now: Timestamp) -> Current {
    let keys = document.keys(Relationship::AssertionMethod, now);
    keys.map(|(id, key)| (id.to_owned(), key.clone())).collect()
}

impl VerifiedKeyHistory {
    /// Judges a history that was fetched.
    ///
    /// # Errors
    /// [`KeyHistoryFault`], always `key_history_mismatch`: for other bytes than a history, another's
    /// history, an entry that is not signed by a key of the one before (the first by one of its own),
    /// that leaves out or changes a key, gives one back that had ended, or is not of its time.
    pub fn verify(did: &Did, bytes: &[u8], latest: Timestamp) -> Result<Self, KeyHistoryFault> {
        let limits = schemas::json::Limits::document();
        let value = schemas::json::read(bytes, &limits)
            .map_err(|error| KeyHistoryFault::Shape(error.into()))?;
        let document = KeyHistoryDocument::from_value(&value).map_err(KeyHistoryFault::Shape)?;
        let mut history = Self {
            did: did.clone(),
            keys: Vec::new(),
            steps: Vec::new(),
        };
        let mut last = None;
        for text in &document.entries {
            last = Some(history.follow(text, last, latest)?);
        }
        Ok(history)
    }

    /// Whose it is.
    #[must_use]
    pub const fn did(&self) -> &Did {
        &self.did
    }

    /// Every key that there is or was and of which nobody else had hold: for what has no time of its
    /// own, such as the checkpoint of a log.
    pub fn uncompromised(&self) -> impl Iterator<Item = &VerifyingKey> {
        let sound = |known: &&KnownKey| !matches!(known.state, KeyState::Compromised(_));
        self.keys.iter().filter(sound).map(|known| &known.key)
    }

    /// One more entry. Its time comes back.
    fn follow(
        &mut self,
        text: &str,
        last: Option<Timestamp>,
        latest: Timestamp,
    ) -> Result<Timestamp, KeyHistoryFault> {
        let index = u64::try_from(self.steps.len()).unwrap_or(u64::MAX - 1);
        let wrong = |expected| KeyHistoryFault::Chain {
            number: index + 1,
            expected,
        };
        let jws = UnverifiedJws::parse(text, Typ::KeyHistory).map_err(KeyHistoryFault::Token)?;
        let claims = Value::Object(jws.unverified_claims().clone());
        let entry = KeyHistoryEntry::from_value(&claims).map_err(KeyHistoryFault::Shape)?;
        if entry.did != self.did {
            return Err(wrong("of this DID"));
        }
        let before = self.steps.last();
        if entry.number != index + 1 || entry.previous.as_ref() != before.map(|(digest, _)| digest)
        {
            return Err(wrong("the one after what stands before it"));
        }
        if entry.from > latest || last.is_some_and(|last| entry.from < last) {
            return Err(wrong("later than the one before, and not in the future"));
        }
        let signers = before.map(|(_, current)| current.clone());
        self.list(&entry).map_err(wrong)?;
        let current = self.in_use();
        if current.is_empty() {
            return Err(wrong("with a key in use"));
        }
        let HeaderKey::Kid(kid) = jws.key_ref() else {
            return Err(wrong("signed by a key that it names"));
        };
        let key = signers
            .as_ref()
            .unwrap_or(&current)
            .get(kid.as_str())
            .cloned();
        let key = key.ok_or(wrong("signed by a key in use just before"))?;
        jws.verify(&key).map_err(KeyHistoryFault::Token)?;
        self.steps
            .push((Sha256Digest::of(text.as_bytes()), current));
        Ok(entry.from)
    }

    /// Takes over the keys of an entry: every one that was there before, as it was or ended since, and
    /// new ones.
    fn list(&mut self, entry: &KeyHistoryEntry) -> Result<(), &'static str> {
        let mut keys = Vec::new();
        for listed in &entry.keys {
            if listed.id.did() != &self.did {
                return Err("with keys of this DID alone");
            }
            let before = self.keys.iter().find(|known| known.id == listed.id);
            let (from, key) = match before {
                Some(known) if known.multikey != listed.multikey => {
                    return Err("with the same key under each name");
                }
                Some(known) => (known.from, known.key.clone()),
                None => {
                    let key = VerifyingKey::from_multikey(&listed.multikey);
                    (entry.from, key.map_err(|_| "with sound keys")?)
                }
            };
            let within = |until: Timestamp| from <= until && until <= entry.from;
            let follows = match (before.map(|known| known.state), listed.state) {
                (None | Some(KeyState::Current), KeyState::Current) => true,
                (
                    Some(KeyState::Current),
                    KeyState::Retired(until) | KeyState::Compromised(until),
                ) => within(until),
                (
                    Some(KeyState::Retired(ended)),
                    KeyState::Retired(until) | KeyState::Compromised(until),
                )
                | (Some(KeyState::Compromised(ended)), KeyState::Compromised(until)) => {
                    ended == until
                }
                _ => false,
            };
            if !follows {
                return Err("with keys that end once and in time");
            }
            keys.push(KnownKey {
                id: listed.id.clone(),
                multikey: listed.multikey.clone(),
                key,
                from,
                state: listed.state,
            });
        }
        let all = |known: &KnownKey| keys.iter().any(|key| key.id == known.id);
        if !self.keys.iter().all(all) {
            return Err("with every key that there was");
        }
        self.keys = keys;
        Ok(())
    }

    fn in_use(&self) -> Current {
        let current = self
            .keys
            .iter()
            .filter(|known| known.state == KeyState::Current);
        current
            .map(|known| (known.id.as_str().to_owned(), known.key.clone()))
            .collect()
    }

    /// How far it has come.
    pub(crate) fn head(&self) -> Option<KeyHistoryHead> {
        let (digest, current) = self.steps.last()?;
        Some(KeyHistoryHead {
            number: self.steps.len(),
            digest: *digest,
            current: current.clone(),
        })
    }

    /// Whether it goes on from what was seen before.
    pub(crate) fn continues(&self, head: &KeyHistoryHead) -> bool {
        let step = head.number.checked_sub(1);
        let found = step.and_then(|step| self.steps.get(step));
        found.is_some_and(|(digest, _)| *digest == head.digest)
    }

    /// Whether a document is the one that goes with it: its keys are those that the history has last.
    #[must_use]
    pub fn agrees_with(&self, document: &DidDocument, now: Timestamp) -> bool {
        matches!(self.fit(document, now), Fit::Last)
    }

    /// How a document stands to it.
    pub(crate) fn fit(&self, document: &DidDocument, now: Timestamp) -> Fit {
        let current = current_of(document, now);
        match self.steps.iter().rposition(|(_, step)| *step == current) {
            Some(index) if index + 1 == self.steps.len() => Fit::Last,
            Some(_) => Fit::Earlier,
            None => Fit::None,
        }
    }

    /// The key of a method, if it was in use at one time, or a little before ([`STRAGGLING`]). `None`
    /// when it was not.
    ///
    /// # Errors
    /// `key_revoked` for a key of which the world says that somebody else may have it: a date proves
    /// nothing then.
    pub(crate) fn key_at(
        &self,
        method: &DidUrl,
        at: Timestamp,
    ) -> Result<Option<&VerifyingKey>, Reason> {
        let Some(known) = self.keys.iter().find(|known| known.id == *method) else {
            return Ok(None);
        };
        let ended = match known.state {
            KeyState::Current => false,
            KeyState::Retired(until) => at > until.plus_seconds(STRAGGLING),
            KeyState::Compromised(_) => return Err(Reason::KeyRevoked),
        };
        Ok((!ended && known.from <= at).then_some(&known.key))
    }
}
