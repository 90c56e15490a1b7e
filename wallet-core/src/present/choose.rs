//! Choosing what answers a request, verifying it again, and saying what it would disclose (OpenID4VP
//! 1.0 section 6.4). The holder's side runs it.

mod link;
mod pick;

use proofs::did_document::Profile;
use schemas::dcql::QueryId;
use schemas::did::Did;
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::lang::Lang;
use schemas::time::Timestamp;
use verifier::names::NameFinding;

use crate::consent::{self, Acquaintance, Act, Disclosure, Interrupted, ShownCopy, Stays};
use crate::history::{Entry, EntryKind};
use crate::holding::{Holding, HoldingId};
use crate::keys::PersonaIndex;
use crate::names;
use crate::present::{Prepared, PresentError, VerifiedRequest, is_of};
use crate::provenance::creator_did;
use crate::wallet::Wallet;

/// A holding that the person wants to show for a part of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preference {
    /// The part.
    pub query_id: QueryId,
    /// The holding.
    pub holding: HoldingId,
}

/// Chooses copies of a persona's holdings that answer a request, and verifies them again as of now.
/// Contacts nobody and spends nothing.
///
/// What the world knows already comes first, so that it recognizes the persona and learns no more;
/// then the oldest.
///
/// # Errors
/// [`PresentError::NothingFits`], [`PresentError::Exhausted`] when what fits has no copy left for
/// this world, [`PresentError::Chosen`] when what fits does not stand any more.
pub fn prepare(
    wallet: &Wallet,
    request: VerifiedRequest,
    persona: PersonaIndex,
    preferences: &[Preference],
    now: Timestamp,
) -> Result<Prepared, PresentError> {
    request.require_still_now(now)?;
    let history = wallet.history()?;
    let everything = wallet.holdings()?;
    let of_persona = |holding: &&Holding| holding.persona == persona;
    let holdings: Vec<&Holding> = everything.iter().filter(of_persona).collect();
    let candidates = pick::candidates(wallet, &request, &holdings, now)?;
    let mut shown = Vec::new();
    let mut answers = Vec::new();
    let mut links = Vec::new();
    let personas = wallet.personas()?;
    let creators: Vec<(PersonaIndex, Did)> = personas
        .iter()
        .map(|persona| (persona.index, creator_did(wallet, persona.index)))
        .collect();
    let known = link::Known {
        everything: &everything,
        history: &history,
        creators: &creators,
    };
    for chosen in candidates.choose(&request.object().dcql_query, preferences)? {
        links.extend(link::links_of(request.world(), &chosen, &known));
        shown.push(chosen.shown());
        answers.push(chosen.answer());
    }
    let digest = digest(&request, &shown);
    let acquaintance = if history.iter().any(|entry| is_of(request.world(), entry)) {
        Acquaintance::MetBefore
    } else {
        Acquaintance::New
    };
    let stays = Stays {
        holdings: holdings
            .iter()
            .map(|holding| holding.id)
            .filter(|id| shown.iter().all(|copy: &ShownCopy| copy.holding != *id))
            .collect(),
        personas: personas.len().saturating_sub(1),
    };
    let profile = request.profile();
    let names = world_names(wallet, &request, profile.as_ref())?;
    let disclosure = Disclosure {
        world: request.world().clone(),
        profile,
        names,
        claimed: request.object().client_metadata.clone(),
        purpose: request.object().purpose.clone(),
        acquaintance,
        interrupted: interrupted(&wallet.pending()?, &digest),
        shown,
        stays,
        links,
        digest,
    };
    Ok(Prepared {
        request,
        disclosure,
        answers,
    })
}

/// What is odd about the names under which the asking world shows itself.
fn world_names(
    wallet: &Wallet,
    request: &VerifiedRequest,
    profile: Option<&Profile>,
) -> Result<Vec<NameFinding>, PresentError> {
    let claimed = &request.object().client_metadata;
    let claimed = [Lang::En, Lang::Ja].map(|lang| claimed.name(lang));
    let shown: Vec<&str> = profile
        .into_iter()
        .flat_map(Profile::names)
        .chain(claimed.into_iter().flatten())
        .collect();
    let did = request.world().did();
    Ok(names::judge_world(&wallet.pins()?, &did, &shown))
}

/// What the person agrees to: the whole verified request, and which credentials answer it.
fn digest(request: &VerifiedRequest, shown: &[ShownCopy]) -> Sha256Digest {
    let shown: Vec<Object> = shown
        .iter()
        .map(|copy| {
            schemas::object! {
                "query" => &copy.query_id,
                "holding" => copy.holding.to_string(),
                "copy" => copy.copy.to_string(),
                "credential" => copy.credential,
            }
        })
        .collect();
    let what = schemas::object! {
        "world" => request.world().origin(),
        "request" => request.covered(),
        "shown" => shown,
    };
    consent::digest(Act::Present, what)
}

fn interrupted(pending: &[Entry], digest: &Sha256Digest) -> Option<Interrupted> {
    pending
        .iter()
        .find(|entry| entry.kind == EntryKind::Presented && entry.consent.as_ref() == Some(digest))
        .map(|entry| Interrupted {
            seq: entry.seq,
            at: entry.at,
        })
}
