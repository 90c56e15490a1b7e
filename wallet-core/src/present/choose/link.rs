//! What could be joined with a copy once it is shown, as far as this wallet can know. The holder's
//! side runs it.

use std::collections::BTreeSet;

use schemas::did::Did;
use schemas::json::{Object, Value};
use schemas::world::WorldId;

use crate::consent::Link;
use crate::history::{Entry, EntryKind, Outcome};
use crate::holding::{Certainty, Holding};
use crate::index;
use crate::keys::PersonaIndex;
use crate::present::choose::pick::Chosen;

/// Claims by which two showings are recognized as of the same thing, whoever's keys they are under.
/// Each line is one mark; all of its claims have to agree.
const MARKS: [&[&[&str]]; 4] = [
    &[&["credentialSubject", "personaName"]],
    &[
        &["credentialSubject", "itemClass"],
        &["credentialSubject", "serial"],
    ],
    &[&[
        "credentialSubject",
        "provenance",
        "credentialSubject",
        "digestMultibase",
    ]],
    &[&CREATOR],
];

/// Who made the model. The name of a key that is the same in all that its holder makes.
const CREATOR: [&str; 3] = ["credentialSubject", "provenance", "issuer"];

/// What this wallet knows of itself.
pub(super) struct Known<'a> {
    pub(super) everything: &'a [Holding],
    pub(super) history: &'a [Entry],
    /// The DIDs under which this person makes models known.
    pub(super) creators: &'a [(PersonaIndex, Did)],
}

pub(super) fn links_of(world: &WorldId, chosen: &Chosen<'_, '_>, known: &Known<'_>) -> Vec<Link> {
    let Known {
        everything,
        history,
        creators,
    } = known;
    let shown = chosen.picked.holding;
    let holding = shown.id;
    let mut links = Vec::new();
    if shown.issuer != *world {
        links.push(Link::IssuerRecognizes {
            issuer: shown.issuer.clone(),
            holding,
        });
    }
    match chosen.picked.choice.certainty {
        Certainty::Fresh => {}
        Certainty::KnownToWorld => links.push(Link::KnownHere { holding }),
        Certainty::Doubtful => links.push(Link::MaybeSeenElsewhere { holding }),
    }
    let creator = index::credential(&shown.facts)
        .ok()
        .and_then(|credential| claim(credential, &CREATOR)?.as_str());
    let mine = creators
        .iter()
        .find(|(_, did)| Some(did.as_str()) == creator);
    if let Some((persona, _)) = mine {
        links.push(Link::CreatorIsYou {
            holding,
            persona: *persona,
        });
    }
    // Of every persona: two faces with one look are one face to whoever compares.
    let alike: Vec<&Holding> = everything
        .iter()
        .filter(|other| other.id == holding || are_alike(shown, other))
        .collect();
    let was_shown = |entry: &&Entry| {
        entry.kind == EntryKind::Presented
            && entry.outcome == Outcome::Intended
            && alike
                .iter()
                .any(|one| entry.what.holdings.contains(&one.id))
    };
    let worlds: BTreeSet<WorldId> = history
        .iter()
        .filter(was_shown)
        .filter_map(|entry| entry.world.clone())
        .filter(|other| other != world)
        .collect();
    if !worlds.is_empty() {
        links.push(Link::SameValues {
            holding,
            worlds: worlds.into_iter().collect(),
        });
    }
    links
}

fn are_alike(one: &Holding, other: &Holding) -> bool {
    let (Ok(one), Ok(other)) = (
        index::credential(&one.facts),
        index::credential(&other.facts),
    ) else {
        return false;
    };
    let agree = |path: &&[&str]| {
        let value = claim(one, path);
        value.is_some() && value == claim(other, path)
    };
    MARKS.iter().any(|mark| mark.iter().all(agree))
}

fn claim<'a>(credential: &'a Object, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(credential.get(first)?, |value, name| value.get(name))
}
