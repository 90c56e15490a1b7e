//! Choosing what answers a request, verifying it again, and saying what it would disclose (OpenID4VP
//! 1.0 section 6.4). The holder's side runs it.

use std::collections::BTreeSet;

use schemas::canonical;
use schemas::credential::CredentialType;
use schemas::dcql::{CredentialQuery, QueryId, select};
use schemas::digest::Sha256Digest;
use schemas::json::{self, Limits, Object, Value};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::query::{self, answers};
use verifier::{
    Asked, AssetAsked, Creators, CredentialAsked, Holder, Policy, PolicyLimits, Question, verify,
};

use crate::consent::{
    self, Acquaintance, Act, Disclosure, Interrupted, Link, ShownCopy, Stays, claims_of,
};
use crate::error::{Fault, StoreError};
use crate::history::{Entry, EntryKind, Outcome};
use crate::holding::{Certainty, Choice, Format, Holding, HoldingError, HoldingId, HoldingKind};
use crate::index;
use crate::keys::PersonaIndex;
use crate::present::{Answer, Prepared, PresentError, VerifiedRequest, is_of};
use crate::receive::credential::signing_key;
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
    let query = &request.object().dcql_query;
    let holdings: Vec<Holding> = wallet
        .holdings()?
        .into_iter()
        .filter(|holding| holding.persona == persona)
        .collect();
    let candidates: Vec<&Object> = holdings
        .iter()
        .map(|holding| index::credential(&holding.facts))
        .collect::<Result<_, StoreError>>()?;
    let choices = query::choose(query, &candidates).map_err(|unmet| PresentError::NothingFits {
        query_id: unmet.query_id,
    })?;
    let history = wallet.history()?;
    let mut shown = Vec::new();
    let mut found = Vec::new();
    let mut links = Vec::new();
    for choice in &choices {
        let part = query
            .credential(&choice.query_id)
            .ok_or(StoreError::Internal("query part"))?;
        let mut fitting: Vec<&Holding> = choice
            .candidates
            .iter()
            .filter_map(|index| holdings.get(*index))
            .collect();
        if let Some(preferred) = preferences.iter().find(|one| one.query_id == part.id) {
            fitting.retain(|holding| holding.id == preferred.holding);
        }
        let picked = pick(wallet, &request, part, &fitting, now)?;
        links.extend(links_of(request.world(), &picked, &history));
        shown.push(picked.shown(part, &fitting));
        found.push(picked.answer(part));
    }
    let digest = digest(&request, &shown);
    let disclosure = Disclosure {
        world: request.world().clone(),
        claimed: request.object().client_metadata.clone(),
        purpose: request.object().purpose.clone(),
        acquaintance: if history.iter().any(|entry| is_of(request.world(), entry)) {
            Acquaintance::MetBefore
        } else {
            Acquaintance::New
        },
        stays: Stays {
            holdings: holdings
                .iter()
                .map(|holding| holding.id)
                .filter(|id| shown.iter().all(|copy: &ShownCopy| copy.holding != *id))
                .collect(),
            personas: wallet.personas()?.len().saturating_sub(1),
        },
        interrupted: interrupted(&wallet.pending()?, &digest),
        shown,
        links,
        digest,
    };
    Ok(Prepared {
        request,
        disclosure,
        answers: found,
    })
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

/// A copy that was chosen and verified.
struct Picked<'a> {
    holding: &'a Holding,
    choice: Choice,
    number: usize,
    credential: Object,
}

/// The first fitting holding that has a copy for this world which still stands. When none has, the
/// first one says why.
fn pick<'a>(
    wallet: &Wallet,
    request: &VerifiedRequest,
    part: &CredentialQuery,
    fitting: &[&'a Holding],
    now: Timestamp,
) -> Result<Picked<'a>, PresentError> {
    let mut refusal = None;
    for holding in fitting {
        match pick_one(wallet, request, part, holding, now) {
            Ok(picked) => return Ok(picked),
            Err(PresentError::Holding(HoldingError::Store(error))) => return Err(error.into()),
            Err(error) => refusal = refusal.or(Some(error)),
        }
    }
    let query_id = Some(part.id.as_str().to_owned());
    Err(refusal.unwrap_or(PresentError::NothingFits { query_id }))
}

fn pick_one<'a>(
    wallet: &Wallet,
    request: &VerifiedRequest,
    part: &CredentialQuery,
    holding: &'a Holding,
    now: Timestamp,
) -> Result<Picked<'a>, PresentError> {
    let choice = wallet.choose_copy(&holding.id, request.world(), Format::LdpVc)?;
    let bytes = wallet.credential(&choice.copy.id)?;
    let kind = match holding.kind {
        HoldingKind::Avatar => CredentialType::Avatar,
        HoldingKind::Item => CredentialType::Item,
    };
    // Its issuer may have been forgotten or be unknown by now: what counts is that it is the one by
    // whom this was received.
    let limits = PolicyLimits {
        max_document_age: i64::MAX,
        ..PolicyLimits::default()
    };
    let policy = Policy::nobody()
        .with_issuer(holding.issuer.did(), vec![kind], Creators::Any)
        .with_limits(limits);
    let asked = Asked::Credential(CredentialAsked {
        types: vec![kind],
        holder: Holder::Key(signing_key(wallet, &choice.copy.key).did_key()),
    });
    let question = Question {
        asked: &asked,
        asset: &AssetAsked::NotAsked,
        policy: &policy,
    };
    let evidence = index::documents(&holding.facts)?.evidence_as_of(now);
    let report = verify(&question, &bytes, &evidence, now);
    if report.accepted().is_none() {
        let reason = report.reason().unwrap_or(Reason::InternalError);
        return Err(PresentError::Chosen { reason });
    }
    let value =
        json::read(&bytes, &Limits::document()).map_err(|_| StoreError::Corrupt(Fault::Record))?;
    let Value::Object(credential) = value else {
        return Err(StoreError::Corrupt(Fault::Record).into());
    };
    if !answers(part, &credential) {
        return Err(PresentError::NothingFits {
            query_id: Some(part.id.as_str().to_owned()),
        });
    }
    let position = holding.copies.iter().position(|id| *id == choice.copy.id);
    let number = position.unwrap_or_default().saturating_add(1);
    Ok(Picked {
        holding,
        choice,
        number,
        credential,
    })
}

impl Picked<'_> {
    fn shown(&self, part: &CredentialQuery, fitting: &[&Holding]) -> ShownCopy {
        let whole = Value::Object(self.credential.clone());
        let wanted: Vec<&Value> = part
            .claims
            .iter()
            .flat_map(|claim| select(&claim.path, &whole))
            .collect();
        let Value::Object(credential) = &whole else {
            return self.shown_with(part, fitting, Vec::new());
        };
        // By place and not by value: an equal value elsewhere was not asked for.
        let asked = |value: &Value| wanted.iter().any(|one| std::ptr::eq(*one, value));
        self.shown_with(part, fitting, claims_of(credential, asked))
    }

    fn shown_with(
        &self,
        part: &CredentialQuery,
        fitting: &[&Holding],
        claims: Vec<consent::ShownClaim>,
    ) -> ShownCopy {
        ShownCopy {
            query_id: part.id.clone(),
            holding: self.holding.id,
            name: self.holding.name.clone(),
            kind: self.holding.kind,
            issuer: self.holding.issuer.clone(),
            copy: self.choice.copy.id,
            number: self.number,
            count: self.holding.copies.len(),
            certainty: self.choice.certainty,
            claims,
            alternatives: fitting
                .iter()
                .map(|holding| holding.id)
                .filter(|id| *id != self.holding.id)
                .collect(),
            credential: Sha256Digest::of(&canonical::object_to_bytes(&self.credential)),
        }
    }

    fn answer(self, part: &CredentialQuery) -> Answer {
        Answer {
            query_id: part.id.clone(),
            holding: self.holding.id,
            copy: self.choice.copy.id,
            key: self.choice.copy.key,
            credential: self.credential,
        }
    }
}

/// What could be joined with a copy, as far as this wallet can know.
fn links_of(world: &WorldId, picked: &Picked<'_>, history: &[Entry]) -> Vec<Link> {
    let holding = picked.holding.id;
    let mut links = Vec::new();
    if picked.holding.issuer != *world {
        let issuer = picked.holding.issuer.clone();
        links.push(Link::IssuerRecognizes { issuer, holding });
    }
    match picked.choice.certainty {
        Certainty::Fresh => {}
        Certainty::KnownToWorld => links.push(Link::KnownHere { holding }),
        Certainty::Doubtful => links.push(Link::MaybeSeenElsewhere { holding }),
    }
    let intended = |entry: &&Entry| {
        entry.kind == EntryKind::Presented
            && entry.outcome == Outcome::Intended
            && entry.what.holdings.contains(&holding)
    };
    let worlds: BTreeSet<WorldId> = history
        .iter()
        .filter(intended)
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
