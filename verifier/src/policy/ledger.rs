//! What a policy says of items that a ledger keeps: the table `[ledger]` of its file.

use proofs::tlog::note::{KeyKind, NoteKey};
use serde::Deserialize;

use super::file::{PolicyError, list, quoted};

/// Longest age of what a ledger or a witness says, in seconds.
const MONTH: u32 = 30 * 86_400;
/// Most witnesses that a policy may name.
const MAX_WITNESSES: usize = 64;

/// Which items have to be in a ledger, and how fresh and how well witnessed what it says has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRules {
    /// `items`
    pub items: LedgerItems,
    /// `max_receipt_age_seconds`: the age beyond which a head receipt is stale, whatever it says.
    pub max_receipt_age: i64,
    /// `max_cosignature_age_seconds`: the age beyond which a witness's signature does not count.
    pub max_cosignature_age: i64,
    /// `witnesses`: whose signatures count, each key once.
    pub witnesses: Vec<NoteKey>,
    /// `quorum`: how many of them have to have signed; with 0 no proof of the log is asked for.
    pub quorum: usize,
    /// `active_elsewhere`
    pub active_elsewhere: ActiveElsewhere,
    /// `provenance`: whether an item's whole life has to be there.
    pub provenance: LedgerProvenance,
}

impl Default for LedgerRules {
    fn default() -> Self {
        Self {
            items: LedgerItems::Announced,
            max_receipt_age: 600,
            max_cosignature_age: 86_400,
            witnesses: Vec::new(),
            quorum: 0,
            active_elsewhere: ActiveElsewhere::Review,
            provenance: LedgerProvenance::NotAsked,
        }
    }
}

/// Whether an item's chain is walked, from its mint to now: the check `hands`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LedgerProvenance {
    /// It is not: the newest step says who holds it.
    #[default]
    NotAsked,
    /// It is, of every item. Who has it not asks the ledger for all of it.
    Required,
}

/// Which items have to be in a ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LedgerItems {
    /// Those of an issuer that announces a ledger. Another's entry, if it has one, is asked as well.
    #[default]
    Announced,
    /// All.
    Required,
    /// No ledger is asked.
    NotAsked,
}

/// What happens with an item that is active in another world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ActiveElsewhere {
    /// Nothing.
    Ignore,
    /// It is a finding beside the verdict.
    #[default]
    Review,
    /// The presentation is refused.
    Refuse,
}

const ITEMS: [(&str, LedgerItems); 3] = [
    ("announced", LedgerItems::Announced),
    ("required", LedgerItems::Required),
    ("not_asked", LedgerItems::NotAsked),
];

const ELSEWHERE: [(&str, ActiveElsewhere); 3] = [
    ("ignore", ActiveElsewhere::Ignore),
    ("review", ActiveElsewhere::Review),
    ("refuse", ActiveElsewhere::Refuse),
];

const PROVENANCE: [(&str, LedgerProvenance); 2] = [
    ("not_asked", LedgerProvenance::NotAsked),
    ("required", LedgerProvenance::Required),
];

fn word_of<T: PartialEq>(words: &[(&'static str, T)], value: &T) -> &'static str {
    let found = words.iter().find(|(_, known)| known == value);
    found.map_or("", |(word, _)| word)
}

fn read_word<T: Copy + Default>(
    words: &[(&'static str, T)],
    stated: Option<&str>,
    name: &str,
) -> Result<T, PolicyError> {
    let Some(stated) = stated else {
        return Ok(T::default());
    };
    let found = words.iter().find(|(word, _)| *word == stated);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        PolicyError::new(format!("{name} is one of: {}", known.join(", ")))
    })
}

impl LedgerRules {
    /// The table of the file; empty when everything has its usual value.
    pub(super) fn to_toml(&self) -> String {
        let normal = Self::default();
        let mut text = String::new();
        let mut say = |name: &str, value: String| text.push_str(&format!("{name} = {value}\n"));
        if self.items != normal.items {
            say("items", quoted(word_of(&ITEMS, &self.items)));
        }
        if self.max_receipt_age != normal.max_receipt_age {
            say("max_receipt_age_seconds", self.max_receipt_age.to_string());
        }
        if self.max_cosignature_age != normal.max_cosignature_age {
            let age = self.max_cosignature_age.to_string();
            say("max_cosignature_age_seconds", age);
        }
        if !self.witnesses.is_empty() {
            let keys = self.witnesses.iter().map(|key| quoted(&key.to_string()));
            say("witnesses", list(keys));
        }
        if self.quorum != self.witnesses.len() {
            say("quorum", self.quorum.to_string());
        }
        if self.active_elsewhere != normal.active_elsewhere {
            let word = word_of(&ELSEWHERE, &self.active_elsewhere);
            say("active_elsewhere", quoted(word));
        }
        if self.provenance != normal.provenance {
            say("provenance", quoted(word_of(&PROVENANCE, &self.provenance)));
        }
        match text.is_empty() {
            true => text,
            false => format!("\n[ledger]\n{text}"),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LedgerFile {
    items: Option<String>,
    max_receipt_age_seconds: Option<u32>,
    max_cosignature_age_seconds: Option<u32>,
    #[serde(default)]
    witnesses: Vec<String>,
    quorum: Option<u32>,
    active_elsewhere: Option<String>,
    provenance: Option<String>,
}

impl LedgerFile {
    pub(super) fn read(self) -> Result<LedgerRules, PolicyError> {
        let normal = LedgerRules::default();
        let age = |name: &str, stated: Option<u32>, normal: i64| match stated {
            None => Ok(normal),
            Some(seconds) if seconds <= MONTH => Ok(i64::from(seconds)),
            Some(seconds) => Err(PolicyError::new(format!(
                "{name} is {seconds}, at most {MONTH}"
            ))),
        };
        let mut witnesses: Vec<NoteKey> = Vec::new();
        for text in &self.witnesses {
            let key: NoteKey = text
                .parse()
                .map_err(|error| PolicyError::new(format!("a witness is {error}")))?;
            if key.kind() != KeyKind::Cosignature {
                let text = "a witness has a key that cosigns (type 4)";
                return Err(PolicyError::new(text.to_owned()));
            }
            // One key under two names would be two of a quorum.
            if witnesses.iter().any(|known| known.key() == key.key()) {
                let text = format!("the witness {} stands there twice", key.name());
                return Err(PolicyError::new(text));
            }
            witnesses.push(key);
        }
        if witnesses.len() > MAX_WITNESSES {
            let text = format!("more than {MAX_WITNESSES} witnesses");
            return Err(PolicyError::new(text));
        }
        let all = u32::try_from(witnesses.len()).unwrap_or(u32::MAX);
        let quorum = match self.quorum {
            // Whoever names witnesses and no number means all of them.
            None => all,
            Some(quorum) if quorum <= all => quorum,
            Some(quorum) => {
                let text = format!("a quorum of {quorum} out of {all} witnesses");
                return Err(PolicyError::new(text));
            }
        };
        Ok(LedgerRules {
            items: read_word(&ITEMS, self.items.as_deref(), "items")?,
            max_receipt_age: age(
                "max_receipt_age_seconds",
                self.max_receipt_age_seconds,
                normal.max_receipt_age,
            )?,
            max_cosignature_age: age(
                "max_cosignature_age_seconds",
                self.max_cosignature_age_seconds,
                normal.max_cosignature_age,
            )?,
            witnesses,
            quorum: usize::try_from(quorum).unwrap_or(usize::MAX),
            active_elsewhere: read_word(
                &ELSEWHERE,
                self.active_elsewhere.as_deref(),
                "active_elsewhere",
            )?,
            provenance: read_word(&PROVENANCE, self.provenance.as_deref(), "provenance")?,
        })
    }
}
