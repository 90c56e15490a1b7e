//! Personas: the faces of one person, each with keys of its own. The holder's side runs it.
//!
//! A persona is a number in the key tree and a name that only its holder sees. Numbers count up and
//! are never used twice, so that adding personas in the same order brings the same keys back.

use std::fmt;
use std::str::FromStr;

use schemas::outside_text;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::error::{Fault, StoreError};
use crate::keys::PersonaIndex;
use crate::store::records::{Edit, View};
use crate::store::{Kind, RecordId};
use crate::wallet::{Wallet, edit_settings, insert, read_settings, update};

const MAX_NAME_CHARS: usize = 64;

/// A persona's name: one line, at most 64 characters, nothing invisible. Compared without case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonaName(String);

impl PersonaName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn same_as(&self, other: &str) -> bool {
        let fold = |text: &str| text.nfkc().flat_map(char::to_lowercase).collect::<String>();
        fold(&self.0) == fold(other)
    }
}

impl FromStr for PersonaName {
    type Err = PersonaError;

    fn from_str(text: &str) -> Result<Self, PersonaError> {
        let name: String = text
            .trim()
            .nfc()
            .take(MAX_NAME_CHARS.saturating_add(1))
            .collect();
        let length = name.chars().count();
        if length == 0 || length > MAX_NAME_CHARS || name.chars().any(outside_text::acts) {
            return Err(PersonaError::NameMalformed {
                limit: MAX_NAME_CHARS,
            });
        }
        Ok(Self(name))
    }
}

impl fmt::Display for PersonaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persona {
    /// Its number in the key tree.
    pub index: PersonaIndex,
    /// Its name, which no world learns.
    pub name: PersonaName,
    /// When it was added.
    pub created_at: Timestamp,
    /// Whether it is used when none is named.
    pub standing: Standing,
}

/// Whether a persona is used when none is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Default,
    /// It must be named.
    Named,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredPersona {
    v: u8,
    index: u32,
    name: String,
    created_at: Timestamp,
}

impl Wallet {
    /// All personas, in the order they were added.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn personas(&self) -> Result<Vec<Persona>, StoreError> {
        self.store().view(|view| {
            let default = read_settings(view)?.default_persona;
            read_all(view)?
                .into_iter()
                .map(|stored| present(stored, default))
                .collect()
        })
    }

    /// The persona of this name.
    ///
    /// # Errors
    /// [`PersonaError::NotFound`] or [`PersonaError::Store`].
    pub fn persona(&self, name: &PersonaName) -> Result<Persona, PersonaError> {
        self.personas()?
            .into_iter()
            .find(|persona| name.same_as(persona.name.as_str()))
            .ok_or(PersonaError::NotFound)
    }

    /// The persona that is used when none is named.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn default_persona(&self) -> Result<Persona, StoreError> {
        self.personas()?
            .into_iter()
            .find(|persona| persona.standing == Standing::Default)
            .ok_or(StoreError::Corrupt(Fault::Record))
    }

    /// Adds a persona under a name that no other has.
    ///
    /// # Errors
    /// [`PersonaError`].
    pub fn add_persona(
        &mut self,
        name: &PersonaName,
        now: Timestamp,
    ) -> Result<Persona, PersonaError> {
        self.store_mut().edit(|edit| {
            refuse_taken(&edit.view, name, None)?;
            let index = write_new_persona(edit, name, now)?;
            let standing = Standing::Named;
            Ok(Persona {
                index,
                name: name.clone(),
                created_at: now,
                standing,
            })
        })
    }

    /// Gives a persona another name; its keys stay.
    ///
    /// # Errors
    /// [`PersonaError`].
    pub fn rename_persona(
        &mut self,
        index: PersonaIndex,
        name: &PersonaName,
    ) -> Result<(), PersonaError> {
        self.store_mut().edit(|edit| {
            refuse_taken(&edit.view, name, Some(index))?;
            let id = id(index);
            let record = edit
                .view
                .record(Kind::Persona, &id)?
                .ok_or(PersonaError::NotFound)?;
            let mut stored: StoredPersona = record.decode()?;
            stored.name = name.0.clone();
            Ok(update(edit, Kind::Persona, &id, record.version, &stored)?)
        })
    }

    /// Chooses the persona that is used when none is named.
    ///
    /// # Errors
    /// [`PersonaError`].
    pub fn set_default_persona(&mut self, index: PersonaIndex) -> Result<(), PersonaError> {
        self.store_mut().edit(|edit| {
            edit.view
                .record(Kind::Persona, &id(index))?
                .ok_or(PersonaError::NotFound)?;
            edit_settings(edit, |settings| settings.default_persona = index.value())?;
            Ok(())
        })
    }
}

/// Writes a persona under the next number.
pub(crate) fn write_new_persona(
    edit: &mut Edit<'_>,
    name: &PersonaName,
    now: Timestamp,
) -> Result<PersonaIndex, StoreError> {
    let used = edit_settings(edit, |settings| {
        settings.next_persona = settings.next_persona.saturating_add(1);
    })?
    .next_persona
    .saturating_sub(1);
    let index = PersonaIndex::new(used).ok_or(StoreError::Internal("persona numbers"))?;
    let stored = StoredPersona {
        v: 1,
        index: used,
        name: name.0.clone(),
        created_at: now,
    };
    insert(edit, Kind::Persona, &id(index), &stored)?;
    Ok(index)
}

/// Whether a persona of this number was added.
pub(crate) fn exists(view: &View<'_>, index: PersonaIndex) -> Result<bool, StoreError> {
    Ok(view.record(Kind::Persona, &id(index))?.is_some())
}

fn id(index: PersonaIndex) -> RecordId {
    RecordId::of_number(index.value().into())
}

fn read_all(view: &View<'_>) -> Result<Vec<StoredPersona>, StoreError> {
    view.records(Kind::Persona)?
        .iter()
        .map(|(_, record)| record.decode())
        .collect()
}

fn present(stored: StoredPersona, default: u32) -> Result<Persona, StoreError> {
    let corrupt = StoreError::Corrupt(Fault::Record);
    let standing = if stored.index == default {
        Standing::Default
    } else {
        Standing::Named
    };
    Ok(Persona {
        index: PersonaIndex::new(stored.index).ok_or(corrupt)?,
        name: PersonaName(stored.name),
        created_at: stored.created_at,
        standing,
    })
}

fn refuse_taken(
    view: &View<'_>,
    name: &PersonaName,
    except: Option<PersonaIndex>,
) -> Result<(), PersonaError> {
    let taken = read_all(view)?.iter().any(|stored| {
        Some(stored.index) != except.map(PersonaIndex::value) && name.same_as(&stored.name)
    });
    if taken {
        Err(PersonaError::NameTaken)
    } else {
        Ok(())
    }
}

/// Why an act on personas was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PersonaError {
    /// The name is empty, too long, or has characters that cannot be seen.
    NameMalformed {
        /// Characters allowed.
        limit: usize,
    },
    /// Another persona has this name.
    NameTaken,
    /// There is no such persona.
    NotFound,
    /// The store did not do it.
    Store(StoreError),
}

impl PersonaError {
    /// The code of this refusal.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::NameMalformed { .. } | Self::NameTaken => Reason::BadRequest,
            Self::NotFound => Reason::NotFound,
            Self::Store(error) => error.reason(),
        }
    }
}

impl fmt::Display for PersonaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameMalformed { limit } => write!(
                f,
                "a persona's name is one line of 1 to {limit} characters, all of them visible"
            ),
            Self::NameTaken => f.write_str("another persona has this name"),
            Self::NotFound => f.write_str("there is no such persona"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PersonaError {}

impl From<StoreError> for PersonaError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_visible_line() {
        assert_eq!(
            "  表の顔 ".parse::<PersonaName>().unwrap().as_str(),
            "表の顔"
        );
        for bad in [
            "",
            "   ",
            "a\nb",
            "a\u{202e}b",
            "a\u{200b}b",
            "a\u{3164}b",
            "a\u{fe0f}\u{e0141}",
            "a\u{1b}[2J",
            &"x".repeat(65),
        ] {
            let error = bad.parse::<PersonaName>().unwrap_err();
            assert_eq!(error, PersonaError::NameMalformed { limit: 64 }, "{bad:?}");
            assert_eq!(error.reason(), Reason::BadRequest);
        }
        assert!("x".repeat(64).parse::<PersonaName>().is_ok());
        let name: PersonaName = "Night".parse().unwrap();
        assert!(name.same_as("nIGHT"));
        assert!(!name.same_as("nights"));
    }
}
