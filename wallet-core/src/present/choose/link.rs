//! What could be joined with a copy once it is shown, as far as this wallet can know: claim by claim,
//! and only by what would really be disclosed. The holder's side runs it.

use std::collections::{BTreeMap, BTreeSet};

use schemas::did::Did;
use schemas::world::WorldId;

use crate::consent::{Link, ShownCopy};
use crate::error::StoreError;
use crate::history::Claim;
use crate::history::shown::{Joinable, joinable};
use crate::holding::Certainty;
use crate::keys::PersonaIndex;
use crate::provenance::creator_did;
use crate::wallet::Wallet;

/// What this wallet knows of itself.
pub(super) struct Known<'a> {
    pub(super) wallet: &'a Wallet,
    /// The DIDs under which this person makes models known.
    creators: Vec<(PersonaIndex, Did)>,
}

impl<'a> Known<'a> {
    pub(super) fn of(wallet: &'a Wallet) -> Result<Self, StoreError> {
        let creators = wallet
            .personas()?
            .iter()
            .map(|persona| (persona.index, creator_did(wallet, persona.index)))
            .collect();
        Ok(Self { wallet, creators })
    }

    /// Whose creator a DID is, when it is one of this person's.
    fn creator(&self, joinables: &[Joinable]) -> Option<PersonaIndex> {
        let creator = joinables
            .iter()
            .find(|one| one.claim == Claim::Creator)
            .and_then(|one| one.value.as_str())?;
        let mine = self
            .creators
            .iter()
            .find(|(_, did)| did.as_str() == creator);
        mine.map(|(persona, _)| *persona)
    }
}

/// Everything by which what is shown could be joined with something.
pub(super) fn links_of(
    world: &WorldId,
    shown: &ShownCopy,
    known: &Known<'_>,
) -> Result<Vec<Link>, StoreError> {
    let holding = shown.holding;
    let joinables = joinable(shown.leaves());
    let mut links = Vec::new();
    if shown.issuer != *world {
        links.push(Link::IssuerRecognizes {
            issuer: shown.issuer.clone(),
            holding,
        });
    }
    match shown.certainty {
        Certainty::Fresh => {}
        Certainty::KnownToWorld => links.push(Link::KnownHere { holding }),
        Certainty::Doubtful => links.push(Link::MaybeSeenElsewhere { holding }),
    }
    if let Some(persona) = known.creator(&joinables) {
        links.push(Link::CreatorIsYou { holding, persona });
    }
    let by_themselves: Vec<Claim> = joinables
        .iter()
        .map(|one| one.claim.clone())
        .filter(Claim::recognizes)
        .collect();
    if !by_themselves.is_empty() {
        links.push(Link::ByItself {
            holding,
            claims: by_themselves,
        });
    }
    let (here, elsewhere) = shown_before(world, &joinables, known.wallet)?;
    // The copy that the world knows says more than its values do.
    if !here.is_empty() && shown.certainty != Certainty::KnownToWorld {
        let claims = here;
        links.push(Link::SameValuesHere { holding, claims });
    }
    for (worlds, claims) in elsewhere {
        links.push(Link::SameValues {
            holding,
            claims,
            worlds,
        });
    }
    Ok(links)
}

/// The claims whose values this world was shown before, and those that others were, by the worlds
/// that were.
type Before = (Vec<Claim>, BTreeMap<Vec<WorldId>, Vec<Claim>>);

fn shown_before(
    world: &WorldId,
    joinables: &[Joinable],
    wallet: &Wallet,
) -> Result<Before, StoreError> {
    let marks: BTreeSet<_> = joinables.iter().map(|one| wallet.mark_of(one)).collect();
    let worlds = wallet.worlds_shown(&marks)?;
    let (mut here, mut elsewhere) = (Vec::new(), BTreeMap::<Vec<WorldId>, Vec<Claim>>::new());
    for one in joinables {
        let Some(found) = worlds.get(&wallet.mark_of(one)) else {
            continue;
        };
        if found.contains(world) {
            here.push(one.claim.clone());
        }
        let others: Vec<WorldId> = found.iter().filter(|one| *one != world).cloned().collect();
        if !others.is_empty() {
            elsewhere.entry(others).or_default().push(one.claim.clone());
        }
    }
    Ok((here, elsewhere))
}
