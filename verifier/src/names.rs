//! Is somebody shown under a name that is taken for another's? Worlds run it on personas, other
//! worlds and issuers; wallets on the worlds that ask them.
//!
//! Source: UTS #39 sections 4 (confusables) and 5.2 (restriction levels), Unicode 18.
//!
//! # What is compared with what
//!
//! A name that is *shown* (a persona's, a world's or an issuer's) is compared with the names that the
//! verifier *knows*: those its policy lists, its own, and those that trusted issuers publish in their
//! own authenticated documents ([`proofs::did_document::DidDocument::profile`]). All kinds are
//! compared with all kinds, since a persona called like a world misleads as well. An issuer's name is
//! never taken from a credential: whoever signs one could write any name there.
//!
//! The names of personas are never collected. Nothing here has a memory: what was shown is gone when
//! [`judge`] returns, and a persona is compared with another only when the verifier lists that one,
//! such as official personas or the friends that a person pinned. Who shows a name is a DID and only
//! tells "the same again" from "somebody else"; a persona with a fresh key a visit is somebody else.
//!
//! # What it says
//!
//! [`NameFinding`]s with their evidence, and no verdict: whether one is refused is policy. Two people
//! may rightly have one name. A world that refuses should list few names, those whose imitation harms.
//!
//! Not found: names that *contain* a known name ("Meadow Support"), that are spelled otherwise
//! ("Medow"), that mean the same, or that are pictures of letters.

mod finding;
mod hidden;
mod likeness;
mod order;
mod plain;
mod scripts;
mod substitutes;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use schemas::did::Did;

pub use finding::{Likeness, NameFinding};

/// The most look-alikes that one name is told, the closest first.
pub const MAX_RESEMBLED: usize = 8;

/// What goes by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NameKind {
    /// Whoever makes claims, without being a world.
    Issuer,
    /// A face of a person.
    Persona,
    /// A word that nobody may go by, such as "staff".
    Reserved,
    /// A metaverse.
    World,
}

impl NameKind {
    /// Its code in reports and policies.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Issuer => "issuer",
            Self::Persona => "persona",
            Self::Reserved => "reserved",
            Self::World => "world",
        }
    }
}

/// A name that the verifier knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownName {
    /// The name as it is written.
    pub name: String,
    /// Who goes by it. `None`: nobody may.
    pub who: Option<Did>,
    /// What goes by it.
    pub kind: NameKind,
}

/// The names that a verifier knows, with all that looking one up needs.
///
/// Adding a name and looking one up take time in the length of the name and the logarithm of how many
/// there are.
#[derive(Clone, Debug, Default)]
pub struct KnownNames {
    names: Vec<KnownName>,
    listed: BTreeSet<KnownName>,
    by_key: BTreeMap<Likeness, BTreeMap<String, Vec<usize>>>,
    /// The looks of all keys.
    looks: BTreeSet<String>,
}

impl KnownNames {
    /// Nobody is known.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a name. One that is there already changes nothing, and neither does one without a letter
    /// that is seen.
    pub fn add(&mut self, known: KnownName) {
        if likeness::is_blank(&known.name) || !self.listed.insert(known.clone()) {
            return;
        }
        let place = self.names.len();
        for (likeness, key) in likeness::keys(&known.name) {
            self.looks.insert(plain::look(&key));
            let places = self.by_key.entry(likeness).or_default();
            places.entry(key).or_default().push(place);
        }
        self.names.push(known);
    }

    /// How many names there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The names, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &KnownName> {
        self.names.iter()
    }

    /// Whether this very entry is there.
    #[must_use]
    pub fn contains(&self, known: &KnownName) -> bool {
        self.listed.contains(known)
    }

    /// Whether a name is known as theirs, however it is written.
    #[must_use]
    pub fn is_of(&self, name: &str, who: &Did) -> bool {
        let keys = likeness::keys(name);
        keys.iter()
            .flat_map(|(likeness, key)| self.alike(*likeness, key))
            .any(|known| known.who.as_ref() == Some(who))
    }

    /// The names that are alike in this way by this key.
    fn alike<'n>(&'n self, likeness: Likeness, key: &str) -> impl Iterator<Item = &'n KnownName> {
        let places = self.by_key.get(&likeness).and_then(|keys| keys.get(key));
        places
            .into_iter()
            .flatten()
            .filter_map(|place| self.names.get(*place))
    }
}

impl FromIterator<KnownName> for KnownNames {
    fn from_iter<I: IntoIterator<Item = KnownName>>(names: I) -> Self {
        let mut known = Self::none();
        known.extend(names);
        known
    }
}

impl Extend<KnownName> for KnownNames {
    fn extend<I: IntoIterator<Item = KnownName>>(&mut self, names: I) {
        names.into_iter().for_each(|name| self.add(name));
    }
}

/// Judges a name that is shown: look-alikes first, then scripts, then characters.
///
/// `shown_by` is who goes by it: a name that is known as theirs is no look-alike of itself, however it
/// is written. `None` is somebody of whom no DID is known, hence nobody who is listed.
///
/// ```
/// use verifier::names::{judge, KnownName, KnownNames, NameKind};
///
/// let meadow: schemas::did::Did = "did:web:meadow.example".parse()?;
/// let known: KnownNames = [KnownName {
///     name: "Meadow".to_owned(),
///     who: Some(meadow.clone()),
///     kind: NameKind::World,
/// }]
/// .into_iter()
/// .collect();
/// assert!(judge("Meadow", Some(&meadow), &known).is_empty());
/// // With the Cyrillic letter О.
/// let codes: Vec<_> = judge("MEADОW", None, &known).iter().map(|found| found.code()).collect();
/// assert_eq!(codes, ["look_alike", "mixed_scripts"]);
/// # Ok::<(), schemas::did::DidError>(())
/// ```
#[must_use]
pub fn judge(shown: &str, shown_by: Option<&Did>, known: &KnownNames) -> Vec<NameFinding> {
    judge_against(shown, shown_by, [known])
}

/// Judges a name as [`judge`] does, against the names of several lists.
#[must_use]
pub fn judge_against<'k>(
    shown: &str,
    shown_by: Option<&Did>,
    known: impl IntoIterator<Item = &'k KnownNames>,
) -> Vec<NameFinding> {
    let lists: Vec<&KnownNames> = known.into_iter().filter(|list| !list.is_empty()).collect();
    let mut findings = if is_like_none(shown, &lists) {
        Vec::new()
    } else {
        resembled(likeness::keys(shown), shown_by, &lists)
    };
    findings.extend(by_itself(shown));
    findings
}

/// What can be told without the keys of a name. `false`: its keys will tell.
fn is_like_none(shown: &str, lists: &[&KnownNames]) -> bool {
    let is_known = |look: &String| lists.iter().any(|list| list.looks.contains(look));
    lists.is_empty() || plain::plain_look(shown).is_some_and(|look| !is_known(&look))
}

/// What a name tells without being compared.
fn by_itself(name: &str) -> impl Iterator<Item = NameFinding> {
    let mixed = scripts::mixed(name).map(|scripts| NameFinding::MixedScripts { scripts });
    let hidden =
        hidden::characters(name).map(|characters| NameFinding::HiddenCharacters { characters });
    mixed.into_iter().chain(hidden)
}

/// The names of others that this one is taken for, the closest first, each once.
fn resembled<K: AsRef<str>>(
    keys: impl IntoIterator<Item = (Likeness, K)>,
    shown_by: Option<&Did>,
    lists: &[&KnownNames],
) -> Vec<NameFinding> {
    let mut found: Vec<(Likeness, &KnownName)> = Vec::new();
    'keys: for (likeness, key) in keys {
        for known in lists
            .iter()
            .flat_map(|list| list.alike(likeness, key.as_ref()))
        {
            let same_party = known.who.is_some() && known.who.as_ref() == shown_by;
            if same_party || found.iter().any(|(_, other)| *other == known) {
                continue;
            }
            found.push((likeness, known));
            if found.len() == MAX_RESEMBLED {
                break 'keys;
            }
        }
    }
    found
        .into_iter()
        .map(|(likeness, known)| NameFinding::LookAlike {
            likeness,
            resembles: known.clone(),
        })
        .collect()
}
