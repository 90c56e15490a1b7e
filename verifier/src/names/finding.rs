//! What is found about a name, with the evidence, and its JSON form. Worlds and wallets run it.

use schemas::json::{Object, Value};
use schemas::object;
use schemas::reason::Reason;

use crate::names::KnownName;

/// How a name is like another, the closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Likeness {
    /// The same text.
    Same,
    /// The same but for width, case, spaces, punctuation, decoration and what is not seen.
    Folded,
    /// The same skeleton (UTS #39 section 4), as written or as it stands on the line.
    Confusable,
    /// The same skeleton but for width, case, spaces, punctuation and decoration.
    FoldedConfusable,
    /// Digits or signs in place of letters, letters that look alike in one font or in capitals.
    Substituted,
    /// The same letters with other accents.
    Accents,
}

impl Likeness {
    /// All, the closest first.
    pub const ALL: [Self; 6] = [
        Self::Same,
        Self::Folded,
        Self::Confusable,
        Self::FoldedConfusable,
        Self::Substituted,
        Self::Accents,
    ];

    /// Its code in reports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Folded => "folded",
            Self::Confusable => "confusable",
            Self::FoldedConfusable => "folded_confusable",
            Self::Substituted => "substituted",
            Self::Accents => "accents",
        }
    }
}

/// Something worth knowing about a name that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameFinding {
    /// It is taken for the name of another.
    LookAlike {
        /// How they are alike.
        likeness: Likeness,
        /// The known name.
        resembles: KnownName,
    },
    /// One of its words has letters of scripts that no language writes together, or a word in one
    /// script stands in for a word of another.
    MixedScripts {
        /// The English names of the scripts (UAX #24), in alphabetical order.
        scripts: Vec<&'static str>,
    },
    /// It has characters that are not seen, where no script asks for them.
    HiddenCharacters {
        /// The different ones, in order of appearance, at most sixteen.
        characters: Vec<char>,
    },
}

impl NameFinding {
    /// Its code in reports.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::LookAlike { .. } => "look_alike",
            Self::MixedScripts { .. } => "mixed_scripts",
            Self::HiddenCharacters { .. } => "hidden_characters",
        }
    }

    /// The reason, where policy refuses what has this finding.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::LookAlike { .. } => Reason::NameLookalike,
            Self::MixedScripts { .. } => Reason::NameMixedScripts,
            Self::HiddenCharacters { .. } => Reason::NameHiddenCharacters,
        }
    }

    /// The JSON form, as reports carry it. The name that was shown is not in it.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let mut object = object! { "kind" => "name", "code" => self.code() };
        match self {
            Self::LookAlike {
                likeness,
                resembles,
            } => {
                object.insert("likeness", likeness.code());
                let mut known = object! {
                    "name" => resembles.name.as_str(),
                    "kind" => resembles.kind.code(),
                };
                if let Some(who) = &resembles.who {
                    known.insert("did", who.as_str());
                }
                object.insert("resembles", known);
            }
            Self::MixedScripts { scripts } => {
                let scripts: Vec<Value> = scripts.iter().copied().map(Value::from).collect();
                object.insert("scripts", scripts);
            }
            Self::HiddenCharacters { characters } => {
                let points = characters
                    .iter()
                    .map(|c| Value::from(format!("U+{:04X}", u32::from(*c))));
                object.insert("characters", points.collect::<Vec<_>>());
            }
        }
        object
    }
}
