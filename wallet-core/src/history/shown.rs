//! Which values were shown to which worlds, found by the value itself. The holder's side runs it.
//!
//! Each value that left has a record whose name is a keyed digest of the claim and the value, and
//! whose sealed content is the worlds that were shown it. So whoever has the file learns neither
//! values nor which are alike, whoever has an exported history learns nothing of values at all, and
//! asking "who knows this name?" takes one step however long the history is.

use std::collections::{BTreeMap, BTreeSet};

use schemas::canonical;
use schemas::json::{Object, Value};
use schemas::world::WorldId;
use serde::{Deserialize, Serialize};

use crate::error::{Fault, StoreError};
use crate::kdf::Key32;
use crate::store::records::{Edit, Record, View};
use crate::store::{Kind, RecordId};
use crate::wallet::{insert, update};

const VALUE: &str = "shown-value";
const WORLD: &str = "shown-world";

/// A value by which two showings could be joined.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Joinable {
    /// What it is, alike in every format.
    pub(crate) claim: Claim,
    /// The value.
    pub(crate) value: Value,
}

/// What a value is: a claim of ours by its word, any other by its place. Those that say most come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claim {
    /// The name of the face.
    PersonaName,
    /// The class of an item.
    ItemClass,
    /// The number of an item.
    Serial,
    /// The digest of the model file: the look.
    Look,
    /// The DID of who made the model.
    Creator,
    /// All license terms together. Each by itself is one of few values.
    License,
    /// Dates that are not rounded to the day.
    Dates,
    /// The place in a status list.
    Status,
    /// Another claim, by its JSON Pointer below the subject.
    Other(String),
}

impl Claim {
    /// The word for programs: ours, or the place.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Creator => "creator",
            Self::Dates => "dates",
            Self::ItemClass => "itemClass",
            Self::License => "license",
            Self::Look => "look",
            Self::PersonaName => "personaName",
            Self::Serial => "serial",
            Self::Status => "status",
            Self::Other(place) => place,
        }
    }

    /// Whether such a value is as good as a name: few or no others have it, so whoever meets it twice
    /// has met the same face, whatever keys are used.
    #[must_use]
    pub const fn recognizes(&self) -> bool {
        matches!(self, Self::Look | Self::PersonaName | Self::Serial)
    }
}

/// What could be joined of claims that leave, each a leaf by its JSON Pointer: in a W3C credential
/// from its root, in an SD-JWT VC from the processed payload. Keys and signatures belong to one copy;
/// types, issuers and rounded dates to everybody. So should its place in a status list belong to one
/// copy, but that is up to the issuer: one that several copies share is as good as a number on each.
pub(crate) fn joinable<'a>(
    leaves: impl IntoIterator<Item = (&'a str, &'a Value)>,
) -> Vec<Joinable> {
    let mut found = Vec::new();
    let mut license = Object::new();
    let mut dates = Object::new();
    let mut status = Object::new();
    for (pointer, value) in leaves {
        let subject = pointer.strip_prefix("/credentialSubject");
        if is_of_the_copy(pointer) || subject == Some("/id") {
            continue;
        }
        if is_date(pointer) {
            if !is_rounded(value) {
                dates.insert(date_name(pointer), value.clone());
            }
            continue;
        }
        if is_status(pointer) {
            status.insert(pointer, value.clone());
            continue;
        }
        let place = subject.unwrap_or(pointer);
        if let Some(term) = place.strip_prefix("/license/") {
            license.insert(term, value.clone());
            continue;
        }
        let claim = match place {
            "/personaName" => Claim::PersonaName,
            "/itemClass" => Claim::ItemClass,
            "/serial" => Claim::Serial,
            "/provenance/issuer" => Claim::Creator,
            "/provenance/credentialSubject/digestMultibase" => Claim::Look,
            // What else the creator says of the file is the same wherever the file is.
            place if place.starts_with("/provenance/") => continue,
            place => Claim::Other(place.to_owned()),
        };
        // That something is so, or is not there, is said of half of everybody.
        if !matches!(value, Value::Bool(_) | Value::Null) {
            let value = value.clone();
            found.push(Joinable { claim, value });
        }
    }
    for (claim, together) in [
        (Claim::License, license),
        (Claim::Dates, dates),
        (Claim::Status, status),
    ] {
        if !together.is_empty() {
            let value = Value::Object(together);
            found.push(Joinable { claim, value });
        }
    }
    found.sort_by(|one, other| one.claim.cmp(&other.claim));
    found
}

/// Members that differ from copy to copy, or that all copies of an issuer have alike.
fn is_of_the_copy(pointer: &str) -> bool {
    let first = pointer.split('/').nth(1).unwrap_or_default();
    matches!(
        first,
        "@context"
            | "cnf"
            | "credentialSchema"
            | "iss"
            | "issuer"
            | "proof"
            | "type"
            | "vct"
            | "vct#integrity"
    )
}

fn is_status(pointer: &str) -> bool {
    let first = pointer.split('/').nth(1).unwrap_or_default();
    matches!(first, "credentialStatus" | "status")
}

fn is_date(pointer: &str) -> bool {
    matches!(
        pointer,
        "/exp" | "/iat" | "/nbf" | "/validFrom" | "/validUntil"
    )
}

/// The same date has one name in every format.
fn date_name(pointer: &str) -> &'static str {
    match pointer {
        "/exp" | "/validUntil" => "until",
        "/iat" => "at",
        _ => "from",
    }
}

fn is_rounded(date: &Value) -> bool {
    match date {
        Value::Number(_) => date.as_i64().is_some_and(|seconds| seconds % 86_400 == 0),
        Value::String(text) => text.contains("T00:00:00"),
        _ => false,
    }
}

/// The name of a value's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark(RecordId);

impl Mark {
    pub(crate) fn of(names: &Key32, joinable: &Joinable) -> Self {
        let value = canonical::to_bytes(&joinable.value);
        let claim = joinable.claim.as_str().as_bytes();
        Self(RecordId::of_name(names, VALUE, &[claim, &value]))
    }

    /// The mark of whatever was shown to a world, so that it is known without a look at any value.
    pub(crate) fn of_world(names: &Key32, world: &WorldId) -> Self {
        Self(RecordId::of_name(
            names,
            WORLD,
            &[world.origin().as_bytes()],
        ))
    }
}

/// The worlds that were shown a value. Part of the file format.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredShown {
    v: u8,
    worlds: BTreeSet<WorldId>,
}

impl StoredShown {
    pub(crate) fn check(bytes: &[u8]) -> Result<(), StoreError> {
        crate::store::records::decode::<Self>(bytes)?
            .sound()
            .map(drop)
    }

    fn read(record: &Record) -> Result<Self, StoreError> {
        record.decode::<Self>()?.sound()
    }

    fn sound(self) -> Result<Self, StoreError> {
        if self.v == 1 && !self.worlds.is_empty() {
            Ok(self)
        } else {
            Err(StoreError::Corrupt(Fault::Record))
        }
    }
}

/// The worlds that were shown a value.
pub(crate) fn worlds_of(view: &View<'_>, mark: Mark) -> Result<BTreeSet<WorldId>, StoreError> {
    match view.record(Kind::Shown, &mark.0)? {
        Some(record) => Ok(StoredShown::read(&record)?.worlds),
        None => Ok(BTreeSet::new()),
    }
}

/// Writes down that a world is about to be shown values.
pub(crate) fn note(
    edit: &mut Edit<'_>,
    marks: &BTreeSet<Mark>,
    world: &WorldId,
) -> Result<(), StoreError> {
    let shown = marks
        .iter()
        .map(|mark| (*mark, BTreeSet::from([world.clone()])));
    note_all(edit, &shown.collect())
}

/// Writes down which worlds were shown which values.
pub(crate) fn note_all(
    edit: &mut Edit<'_>,
    shown: &BTreeMap<Mark, BTreeSet<WorldId>>,
) -> Result<(), StoreError> {
    for (mark, worlds) in shown {
        let Some(record) = edit.view.record(Kind::Shown, &mark.0)? else {
            let worlds = worlds.clone();
            insert(edit, Kind::Shown, &mark.0, &StoredShown { v: 1, worlds })?;
            continue;
        };
        let mut stored = StoredShown::read(&record)?;
        if !worlds.is_subset(&stored.worlds) {
            stored.worlds.extend(worlds.iter().cloned());
            update(edit, Kind::Shown, &mark.0, record.version, &stored)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use schemas::json::Value;

    use super::{Claim, Joinable, Mark, joinable};
    use crate::kdf::Key32;

    fn found(leaves: &[(&str, Value)]) -> Vec<(String, Value)> {
        let leaves = leaves.iter().map(|(pointer, value)| (*pointer, value));
        joinable(leaves)
            .into_iter()
            .map(|one| (one.claim.as_str().to_owned(), one.value))
            .collect()
    }

    #[test]
    fn a_claim_has_one_name_in_both_formats() {
        let ldp = [
            ("/credentialSubject/personaName", "Mika".into()),
            (
                "/credentialSubject/provenance/issuer",
                "did:key:z6Mk".into(),
            ),
            (
                "/credentialSubject/provenance/credentialSubject/digestMultibase",
                "uEiA".into(),
            ),
            ("/credentialSubject/license/allowedUser", "everyone".into()),
        ];
        let sd_jwt = [
            ("/personaName", "Mika".into()),
            ("/provenance/issuer", "did:key:z6Mk".into()),
            (
                "/provenance/credentialSubject/digestMultibase",
                "uEiA".into(),
            ),
            ("/license/allowedUser", "everyone".into()),
        ];
        assert_eq!(found(&ldp), found(&sd_jwt));
        let names: Vec<String> = found(&ldp).into_iter().map(|(claim, _)| claim).collect();
        assert_eq!(names, ["personaName", "look", "creator", "license"]);
    }

    #[test]
    fn what_belongs_to_one_copy_or_to_everybody_joins_nothing() {
        assert!(
            found(&[
                ("/@context/0", "https://www.w3.org/ns/credentials/v2".into()),
                ("/issuer", "did:web:a.example".into()),
                ("/iss", "did:web:a.example".into()),
                ("/vct", "https://w3id.org/omote/v1#AvatarCredential".into()),
                ("/credentialSubject/id", "did:key:z6Mk".into()),
                ("/cnf/jwk/x", "abc".into()),
                ("/validFrom", "2026-11-22T00:00:00Z".into()),
                ("/exp", 1_790_035_200u32.into()),
                ("/credentialSubject/adult", true.into()),
                ("/provenance/validFrom", "2026-11-22T01:02:03Z".into()),
            ])
            .is_empty()
        );
    }

    /// An issuer that gives all copies one place has numbered the persona.
    #[test]
    fn a_place_in_a_status_list_joins_as_a_whole() {
        let of = |list: &str, index: u32| {
            found(&[
                ("/status/status_list/uri", list.into()),
                ("/status/status_list/idx", index.into()),
            ])
        };
        assert_eq!(of("https://a.example/1", 7).len(), 1);
        assert_eq!(of("https://a.example/1", 7)[0].0, "status");
        assert_ne!(of("https://a.example/1", 7), of("https://a.example/1", 8));
        assert_ne!(of("https://a.example/1", 7), of("https://a.example/2", 7));
        let bits = found(&[("/credentialStatus/statusListIndex", "7".into())]);
        assert_eq!(bits[0].0, "status");
    }

    #[test]
    fn dates_that_are_not_rounded_and_foreign_claims_do() {
        let dates = found(&[("/iat", 1_790_000_001u32.into())]);
        assert_eq!(dates[0].0, "dates");
        let date = found(&[("/validUntil", "2026-11-22T01:02:03Z".into())]);
        assert_eq!(date[0].0, "dates");
        let foreign = [("/id", "urn:uuid:1".into()), ("/address/city", "K".into())];
        let places: Vec<String> = found(&foreign)
            .into_iter()
            .map(|(claim, _)| claim)
            .collect();
        assert_eq!(places, ["/address/city", "/id"]);
    }

    #[test]
    fn a_mark_tells_claims_and_values_apart_and_needs_the_key() {
        let key = |byte: u8| Key32::new([byte; 32]);
        let of = |claim: Claim, value: Value| Joinable { claim, value };
        let mark = |one: &Joinable| Mark::of(&key(1), one);
        let name = of(Claim::PersonaName, "Mika".into());
        assert_eq!(mark(&name), mark(&name.clone()));
        assert_ne!(mark(&name), mark(&of(Claim::ItemClass, "Mika".into())));
        assert_ne!(mark(&name), mark(&of(Claim::PersonaName, "Mica".into())));
        assert_ne!(
            mark(&of(Claim::Serial, 42u32.into())),
            mark(&of(Claim::Serial, "42".into()))
        );
        assert_ne!(Mark::of(&key(2), &name), mark(&name));
    }
}
