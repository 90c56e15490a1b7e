//! The copies that could answer a request, each verified as of now. The holder's side runs it.

use schemas::canonical;
use schemas::credential::CredentialType;
use schemas::dcql::{CredentialQuery, DcqlQuery, select};
use schemas::digest::Sha256Digest;
use schemas::json::{self, Limits, Object, Value};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::query::{self, answers};
use verifier::{
    Asked, AssetAsked, Creators, CredentialAsked, Holder, Policy, PolicyLimits, Question,
    StatusAsked, verify,
};

use crate::consent::{ShownCopy, claims_of};
use crate::error::{Fault, StoreError};
use crate::holding::{Choice, Format, Holding, HoldingError, HoldingId, HoldingKind};
use crate::index;
use crate::present::{Answer, Preference, PresentError, VerifiedRequest};
use crate::wallet::Wallet;

/// The holdings that answer some part of a request by their index.
pub(super) struct Candidates<'a> {
    /// With a copy that may be shown and stands; the best known to the world first.
    sound: Vec<Picked<'a>>,
    /// Without, and why.
    refused: Vec<(&'a Holding, &'a Object, PresentError)>,
}

/// A copy that may be shown to the world and was verified.
#[derive(Clone)]
pub(super) struct Picked<'a> {
    pub(super) holding: &'a Holding,
    pub(super) choice: Choice,
    credential: Object,
}

/// A copy for one part of a request.
pub(super) struct Chosen<'a, 'q> {
    part: &'q CredentialQuery,
    pub(super) picked: Picked<'a>,
    alternatives: Vec<HoldingId>,
}

/// Looks through the index first: a credential that answers nothing is not opened.
pub(super) fn candidates<'a>(
    wallet: &Wallet,
    request: &VerifiedRequest,
    holdings: &[&'a Holding],
    now: Timestamp,
) -> Result<Candidates<'a>, PresentError> {
    let parts = request.object().dcql_query.credentials();
    let mut candidates = Candidates {
        sound: Vec::new(),
        refused: Vec::new(),
    };
    for holding in holdings.iter().copied() {
        let indexed = index::credential(&holding.facts)?;
        if !parts.iter().any(|part| answers(part, indexed)) {
            continue;
        }
        match pick(wallet, request, holding, now) {
            Ok(picked) => candidates.sound.push(picked),
            Err(PresentError::Holding(error)) => return Err(error.into()),
            Err(error) => candidates.refused.push((holding, indexed, error)),
        }
    }
    candidates
        .sound
        .sort_by_key(|picked| picked.choice.certainty);
    Ok(candidates)
}

impl<'a> Candidates<'a> {
    /// One copy for each part that has to be answered. Never several for one part, also when the
    /// world would take them: nothing is shown that is not needed.
    pub(super) fn choose<'q>(
        &self,
        query: &'q DcqlQuery,
        preferences: &[Preference],
    ) -> Result<Vec<Chosen<'a, 'q>>, PresentError> {
        let sound: Vec<&Object> = self.sound.iter().map(|picked| &picked.credential).collect();
        let choices = query::choose(query, &sound)
            .map_err(|unmet| self.why_nothing(query, unmet.query_id))?;
        let mut chosen = Vec::new();
        for choice in &choices {
            let part = query
                .credential(&choice.query_id)
                .ok_or(StoreError::Internal("query part"))?;
            let fitting: Vec<&Picked<'a>> = choice
                .candidates
                .iter()
                .filter_map(|place| self.sound.get(*place))
                .collect();
            let preferred = preferences.iter().find(|wish| wish.query_id == part.id);
            let picked = match preferred {
                None => fitting.first().copied(),
                Some(wish) => fitting
                    .iter()
                    .copied()
                    .find(|picked| picked.holding.id == wish.holding),
            };
            let Some(picked) = picked else {
                let wish = preferred.map(|wish| wish.holding);
                return Err(self.why_not(wish, part));
            };
            let others = |other: &&&Picked<'a>| other.holding.id != picked.holding.id;
            chosen.push(Chosen {
                part,
                picked: picked.clone(),
                alternatives: fitting
                    .iter()
                    .filter(others)
                    .map(|one| one.holding.id)
                    .collect(),
            });
        }
        Ok(chosen)
    }

    /// Why nothing answers: what would fit is used up or does not stand, or nothing fits at all.
    fn why_nothing(&self, query: &DcqlQuery, query_id: Option<String>) -> PresentError {
        let sound = self.sound.iter().map(|picked| &picked.credential);
        let all: Vec<&Object> = sound
            .chain(self.refused.iter().map(|(_, indexed, _)| *indexed))
            .collect();
        match self.refused.first() {
            Some((_, _, refusal)) if query::choose(query, &all).is_ok() => refusal.clone(),
            _ => PresentError::NothingFits { query_id },
        }
    }

    fn why_not(&self, wish: Option<HoldingId>, part: &CredentialQuery) -> PresentError {
        let refused = self
            .refused
            .iter()
            .find(|(holding, _, _)| Some(holding.id) == wish);
        refused.map_or_else(
            || PresentError::NothingFits {
                query_id: Some(part.id.as_str().to_owned()),
            },
            |(_, _, refusal)| refusal.clone(),
        )
    }
}

fn pick<'a>(
    wallet: &Wallet,
    request: &VerifiedRequest,
    holding: &'a Holding,
    now: Timestamp,
) -> Result<Picked<'a>, PresentError> {
    let choice = match wallet.choose_copy(&holding.id, request.world(), Format::LdpVc) {
        Ok(choice) => choice,
        Err(HoldingError::Exhausted) => return Err(PresentError::Exhausted),
        Err(error) => return Err(PresentError::Holding(error)),
    };
    let bytes = wallet.credential(&choice.copy.id)?;
    let kind = match holding.kind {
        HoldingKind::Avatar => CredentialType::Avatar,
        HoldingKind::Item => CredentialType::Item,
    };
    // Its issuer may have been forgotten by now: what counts is that it is the one by whom this was
    // received.
    let limits = PolicyLimits {
        max_document_age: i64::MAX,
        ..PolicyLimits::default()
    };
    let policy = Policy::nobody()
        .with_issuer(holding.issuer.did(), vec![kind], Creators::Any)
        .with_limits(limits);
    let asked = Asked::Credential(CredentialAsked {
        types: vec![kind],
        holder: Holder::Key(wallet.signing_key(&choice.copy.key).did_key()),
        status: StatusAsked::NotAsked,
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
    match json::read(&bytes, &Limits::document()) {
        Ok(Value::Object(credential)) => Ok(Picked {
            holding,
            choice,
            credential,
        }),
        _ => Err(StoreError::Corrupt(Fault::Record).into()),
    }
}

impl Chosen<'_, '_> {
    /// What the person is told of it.
    pub(super) fn shown(&self) -> ShownCopy {
        let Picked {
            holding,
            choice,
            credential,
        } = &self.picked;
        let whole = Value::Object(credential.clone());
        let wanted: Vec<&Value> = self
            .part
            .claims
            .iter()
            .flat_map(|claim| select(&claim.path, &whole))
            .collect();
        // By place and not by value: an equal value elsewhere was not asked for.
        let asked = |value: &Value| wanted.iter().any(|one| std::ptr::eq(*one, value));
        let position = holding.copies.iter().position(|id| *id == choice.copy.id);
        ShownCopy {
            query_id: self.part.id.clone(),
            holding: holding.id,
            name: holding.name.clone(),
            kind: holding.kind,
            issuer: holding.issuer.clone(),
            copy: choice.copy.id,
            number: position.unwrap_or_default().saturating_add(1),
            count: holding.copies.len(),
            certainty: choice.certainty,
            claims: whole
                .as_object()
                .map(|whole| claims_of(whole, asked))
                .unwrap_or_default(),
            alternatives: self.alternatives.clone(),
            credential: Sha256Digest::of(&canonical::object_to_bytes(credential)),
        }
    }

    /// What is needed to sign it.
    pub(super) fn answer(self) -> Answer {
        Answer {
            query_id: self.part.id.clone(),
            holding: self.picked.holding.id,
            copy: self.picked.choice.copy.id,
            key: self.picked.choice.copy.key,
            credential: self.picked.credential,
        }
    }
}
