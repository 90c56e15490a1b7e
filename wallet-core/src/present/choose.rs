//! Choosing what answers a request, verifying it again, and saying what it would disclose (OpenID4VP
//! 1.0 section 6.4). The holder's side runs it.
//!
//! ```text
//! index ── which holdings answer which part ──▶ sets ── which parts are answered ──▶ pick ── the copy,
//!   verified again; of an SD-JWT VC the claims that are asked for ──▶ link ── what could be joined
//! ```

mod link;
mod pick;
mod sets;

use proofs::did_document::Profile;
use schemas::dcql::{CredentialQuery, QueryId};
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::lang::Lang;
use schemas::oid4vp::match_code;
use schemas::time::Timestamp;
use verifier::names::NameFinding;

use crate::consent::{
    self, Acquaintance, Act, Agreed, Disclosure, Interrupted, Optional, ShownCopy, Stays,
};
use crate::history::{Entry, EntryKind};
use crate::holding::{Freshness, HoldingId};
use crate::index::Listed;
use crate::keys::PersonaIndex;
use crate::names;
use crate::present::{Answer, Prepared, PresentError, VerifiedRequest};
use crate::transfer::{Leasing, leasing};
use crate::wallet::Wallet;
use pick::Candidates;
use sets::{Ability, Asking, Unanswered};

/// A holding that the person wants to show for a part of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preference {
    /// The part.
    pub query_id: QueryId,
    /// The holding.
    pub holding: HoldingId,
}

/// What the person wants beyond what is chosen by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes<'a> {
    /// Holdings for parts: for an optional part, so that it is answered at all; several for one part,
    /// where the world takes several.
    pub preferences: &'a [Preference],
    /// Whether the world is to recognize the persona by a copy that it knows.
    pub freshness: Freshness,
    /// Whether an item is marked as active where the world asks for that.
    pub leases: Leases,
}

/// Whether items are marked as active in a world that asks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Leases {
    /// They are, when the person agrees to the answer.
    #[default]
    AsAsked,
    /// They are not, and the world sees that.
    Never,
}

/// Chooses copies of a persona's holdings that answer a request, and verifies them again as of now.
/// Contacts nobody and spends nothing.
///
/// What the world knows already comes first, so that it recognizes the persona and learns no more;
/// then the oldest. One credential is shown for a part, and of an SD-JWT VC only what the part asks
/// for.
///
/// # Errors
/// [`PresentError::OverAsk`] for a request that no wallet of this make answers,
/// [`PresentError::NothingFits`], [`PresentError::Exhausted`] when what fits has no copy left for
/// this world, [`PresentError::Chosen`] when what fits does not stand any more,
/// [`PresentError::Unsigned`] when nothing that is shown could sign what is to be agreed to.
pub fn prepare(
    wallet: &Wallet,
    request: VerifiedRequest,
    persona: PersonaIndex,
    wishes: &Wishes<'_>,
    now: Timestamp,
) -> Result<Prepared, PresentError> {
    request.require_still_now(now)?;
    let query = &request.object().dcql_query;
    query.require_modest().map_err(PresentError::OverAsk)?;
    let mut lines = wallet.listed()?;
    lines.retain(|line| line.persona == persona);
    let Choosing {
        shown,
        answers,
        agreed,
        optional,
    } = choose(wallet, &request, &lines, wishes, now)?;
    let known = link::Known::of(wallet)?;
    let mut links = Vec::new();
    for copy in &shown {
        links.extend(link::links_of(request.world(), copy, &known)?);
    }
    let leases = leases(wallet, &request, wishes.leases, &shown, now)?;
    let digest = digest(&request, &shown, &agreed, &leases);
    let acquaintance = if wallet.has_met(request.world())? {
        Acquaintance::MetBefore
    } else {
        Acquaintance::New
    };
    let is_shown = |line: &Listed| shown.iter().any(|copy| copy.holding == line.id);
    let stays = Stays {
        holdings: lines
            .iter()
            .filter(|line| !is_shown(line))
            .map(|line| (line.id, line.name.clone()))
            .collect(),
        personas: wallet.personas()?.len().saturating_sub(1),
    };
    let profile = request.profile();
    let names = world_names(wallet, &request, profile.as_ref())?;
    let object = request.object();
    let disclosure = Disclosure {
        world: request.world().clone(),
        asker: object.client_id.clone(),
        match_code: match_code(&object.client_id, &object.nonce),
        response_mode: object.response_mode,
        agreed,
        leases,
        profile,
        names,
        claimed: object.client_metadata.clone(),
        purpose: object.purpose.clone(),
        acquaintance,
        interrupted: interrupted(&wallet.pending()?, &digest),
        shown,
        optional,
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

/// What was chosen.
struct Choosing {
    shown: Vec<ShownCopy>,
    answers: Vec<Answer>,
    agreed: Vec<Agreed>,
    optional: Vec<Optional>,
}

fn choose(
    wallet: &Wallet,
    request: &VerifiedRequest,
    lines: &[Listed],
    wishes: &Wishes<'_>,
    now: Timestamp,
) -> Result<Choosing, PresentError> {
    let object = request.object();
    let query = &object.dcql_query;
    let candidates = Candidates::new(wallet, request, lines, wishes.freshness, now);
    let wished = |id: &QueryId| -> Vec<HoldingId> {
        let wishes = wishes.preferences.iter();
        let mut found: Vec<HoldingId> = Vec::new();
        for wish in wishes.filter(|wish| wish.query_id == *id) {
            if !found.contains(&wish.holding) {
                found.push(wish.holding);
            }
        }
        found
    };
    let asking = Asking {
        query,
        transactions: &object.transaction_data,
        wished: wishes
            .preferences
            .iter()
            .map(|wish| &wish.query_id)
            .collect(),
    };
    let ability = |id: &QueryId| match query.credential(id) {
        Some(part) => candidates.ability(part, &wished(id)),
        None => Ability::Not,
    };
    let parts = asking.parts(&ability).map_err(|unanswered| {
        let refusals = |part: &CredentialQuery| candidates.choose(part, &wished(&part.id)).err();
        why_not(query, unanswered, &refusals)
    })?;
    let agreed = asking.agreed(&parts)?;
    let (mut shown, mut answers) = (Vec::new(), Vec::new());
    for part in query
        .credentials()
        .iter()
        .filter(|part| parts.contains(&&part.id))
    {
        for chosen in candidates.choose(part, &wished(&part.id))? {
            let (copy, answer) = chosen.prepare()?;
            shown.push(copy);
            answers.push(answer);
        }
    }
    let could = |id: &QueryId| {
        query
            .credential(id)
            .and_then(|part| candidates.could_answer(part))
    };
    let by_index = |id: &QueryId| could(id).map_or(Ability::Not, |_| Ability::Unknown);
    let optional = asking
        .open(&parts, &by_index)
        .into_iter()
        .map(|ids| Optional {
            holdings: ids
                .iter()
                .filter_map(|id| could(id))
                .map(|line| (line.id, line.name.clone()))
                .collect(),
            query_ids: ids.into_iter().cloned().collect(),
        })
        .collect();
    Ok(Choosing {
        shown,
        answers,
        agreed,
        optional,
    })
}

/// What the request's wish for a lease would come to. Only an item of which the world is shown where its
/// ledger keeps it is marked: of another it could see nothing.
fn leases(
    wallet: &Wallet,
    request: &VerifiedRequest,
    wish: Leases,
    shown: &[ShownCopy],
    now: Timestamp,
) -> Result<Vec<Leasing>, PresentError> {
    let mut leases: Vec<Leasing> = Vec::new();
    let Some(asked) = request.object().lease.filter(|_| wish == Leases::AsAsked) else {
        return Ok(leases);
    };
    for copy in shown.iter().filter(|copy| copy.ledger.is_some()) {
        let holding = (copy.holding, copy.name.as_str());
        if leases.iter().all(|lease| lease.holding != copy.holding) {
            leases.extend(leasing(wallet, &asked, request.world(), holding, now)?);
        }
    }
    Ok(leases)
}

/// Why nothing answers: what would fit is used up or does not stand, or nothing fits at all.
fn why_not(
    query: &schemas::dcql::DcqlQuery,
    unanswered: Unanswered,
    refusal: &dyn Fn(&CredentialQuery) -> Option<PresentError>,
) -> PresentError {
    let Unanswered(part) = unanswered;
    let nothing = |id: Option<QueryId>| PresentError::NothingFits {
        query_id: id.map(|id| id.as_str().to_owned()),
        other: None,
    };
    if let Some(id) = part {
        let refused = query.credential(&id).and_then(refusal);
        return refused.unwrap_or_else(|| nothing(Some(id)));
    }
    // The first option that would be answered, were it not for copies that are used up or do not stand;
    // else one that would be in another format.
    let mut in_another = None;
    let required = query.credential_sets().iter();
    let required = required.filter(|set| set.need == schemas::dcql::Need::Required);
    for option in required.flat_map(|set| &set.options) {
        let refusals: Vec<PresentError> = option
            .iter()
            .filter_map(|id| query.credential(id))
            .filter_map(refusal)
            .collect();
        let is_nothing = |error: &PresentError| matches!(error, PresentError::NothingFits { .. });
        if let Some(first) = refusals.first()
            && !refusals.iter().any(is_nothing)
        {
            return first.clone();
        }
        let other = |error: &PresentError| {
            matches!(error, PresentError::NothingFits { other: Some(_), .. })
        };
        in_another = in_another.or_else(|| refusals.into_iter().find(other));
    }
    in_another.unwrap_or_else(|| nothing(None))
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

/// What the person agrees to: the whole verified request with its client, response mode, nonce and
/// transactions; which credentials answer it with which of their claims; and which of them signs what.
fn digest(
    request: &VerifiedRequest,
    shown: &[ShownCopy],
    agreed: &[Agreed],
    leases: &[Leasing],
) -> Sha256Digest {
    let leases: Vec<Object> = leases.iter().map(Leasing::covered).collect();
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
    let agreed: Vec<Object> = agreed
        .iter()
        .map(|one| {
            schemas::object! {
                "query" => &one.query_id,
                "transaction_data" => one.data.encoded(),
            }
        })
        .collect();
    let what = schemas::object! {
        "world" => request.world().origin(),
        "request" => request.covered(),
        "shown" => shown,
        "agreed" => agreed,
        "leases" => leases,
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
