//! DCQL: which credentials answer a query, and what of them (OpenID4VP 1.0 sections 6.4, B.1.1 and
//! B.3.5).
//!
//! The wallet chooses with this code and the world judges with it, so that they cannot differ.

#[cfg(test)]
mod tests;

use schemas::credential::{Format, UnverifiedCredential};
use schemas::dcql::{
    ClaimPath, ClaimQuery, Count, CredentialQuery, CredentialSetQuery, DcqlQuery, Meta, Need,
    PathElement, QueryId, select_in,
};
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::terms::{self, Contexts};

/// Why a query is not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// The part of the query; `None` when it is the whole.
    pub query_id: Option<String>,
    /// The reason code.
    pub reason: Reason,
}

impl Unmet {
    fn part(id: &str) -> Self {
        Self {
            query_id: Some(id.to_owned()),
            reason: Reason::VpQueryUnsatisfied,
        }
    }

    const fn whole() -> Self {
        Self {
            query_id: None,
            reason: Reason::VpQueryUnsatisfied,
        }
    }
}

/// A credential that may answer a query: held by a wallet, or as it was presented.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// How it is written.
    pub format: Format,
    /// The document; of an SD-JWT VC the processed claims.
    pub object: &'a Object,
}

impl<'a> From<&'a UnverifiedCredential> for Candidate<'a> {
    fn from(credential: &'a UnverifiedCredential) -> Self {
        Self {
            format: credential.format(),
            object: credential.object(),
        }
    }
}

/// Which credentials may answer a part of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The part.
    pub query_id: QueryId,
    /// The credentials that answer it, as places in the list of candidates; at least one.
    pub candidates: Vec<usize>,
    /// Whether several of them may be shown.
    pub count: Count,
}

/// For each part that has to be answered: the credentials that can answer it.
///
/// Of alternatives the first that can be answered is taken; what is optional is left out, for
/// nothing is shown that is not needed.
///
/// # Errors
/// [`Unmet`] when something required cannot be answered.
pub fn choose(query: &DcqlQuery, candidates: &[Candidate<'_>]) -> Result<Vec<Choice>, Unmet> {
    let matching = |part: &CredentialQuery| Choice {
        query_id: part.id.clone(),
        candidates: candidates
            .iter()
            .enumerate()
            .filter(|(_, candidate)| answers(part, **candidate))
            .map(|(index, _)| index)
            .collect(),
        count: part.count,
    };
    let choices: Vec<Choice> = query.credentials().iter().map(matching).collect();
    let can_answer = |id: &QueryId| {
        choices
            .iter()
            .any(|choice| choice.query_id == *id && !choice.candidates.is_empty())
    };
    let needed = needed(query, &can_answer)?;
    Ok(choices
        .into_iter()
        .filter(|choice| needed.contains(&choice.query_id))
        .collect())
}

/// The parts that have to be answered, out of those that can be.
fn needed(query: &DcqlQuery, can_answer: &dyn Fn(&QueryId) -> bool) -> Result<Vec<QueryId>, Unmet> {
    let mut needed = Vec::new();
    if query.credential_sets().is_empty() {
        for part in query.credentials() {
            if !can_answer(&part.id) {
                return Err(Unmet::part(part.id.as_str()));
            }
            needed.push(part.id.clone());
        }
        return Ok(needed);
    }
    let required = |set: &&CredentialSetQuery| set.need == Need::Required;
    for set in query.credential_sets().iter().filter(required) {
        let option = set
            .options
            .iter()
            .find(|option| option.iter().all(can_answer));
        let option = option.ok_or_else(Unmet::whole)?;
        needed.extend(
            option
                .iter()
                .filter(|id| !needed.contains(id))
                .cloned()
                .collect::<Vec<_>>(),
        );
    }
    Ok(needed)
}

/// A credential as it was presented.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The part of the query that it was presented for.
    pub query_id: &'a str,
    /// Which of the presentations for that part it stands in.
    pub presentation: usize,
    /// The credential.
    pub credential: Candidate<'a>,
}

/// Whether what was presented answers the query: every credential its part, and all parts together
/// the whole. A wallet may ignore `values`, so they are looked at again here (section 6.4.1).
///
/// # Errors
/// [`Unmet`] names the first part that is not answered.
pub fn satisfied(query: &DcqlQuery, shown: &[Shown<'_>]) -> Result<(), Unmet> {
    for (index, one) in shown.iter().enumerate() {
        let part = query
            .credentials()
            .iter()
            .find(|part| part.id.as_str() == one.query_id);
        let part = part.ok_or_else(|| Unmet::part(one.query_id))?;
        // Section 6.1: one credential, not one presentation of several.
        let several = one.presentation > 0
            || shown
                .iter()
                .take(index)
                .any(|other| other.query_id == one.query_id);
        if !answers(part, one.credential) || (several && part.count == Count::One) {
            return Err(Unmet::part(one.query_id));
        }
    }
    let was_shown = |id: &QueryId| shown.iter().any(|one| one.query_id == id.as_str());
    needed(query, &was_shown).map(|_| ())
}

/// Whether one credential answers one part of a query: format and type first, also when no claim is
/// asked for, then the claims.
#[must_use]
pub fn answers(part: &CredentialQuery, credential: Candidate<'_>) -> bool {
    is_of_kind(part, credential) && wanted(part, credential).is_some()
}

/// The claims that a part of a query wants of an SD-JWT VC: what a wallet discloses, and nothing else.
/// `claims` are the processed claims of the whole credential.
///
/// Of several claim sets it is the first that the credential satisfies (section 6.4.1). A part without
/// `claims` asks for nothing that can be withheld, so nothing is disclosed for it.
///
/// `None` when the credential does not answer the part, as [`answers`] says.
#[must_use]
pub fn disclosures(part: &CredentialQuery, claims: &Object) -> Option<Vec<ClaimPath>> {
    let credential = Candidate {
        format: Format::DcSdJwt,
        object: claims,
    };
    if !is_of_kind(part, credential) {
        return None;
    }
    let wanted = wanted(part, credential)?;
    Some(wanted.into_iter().map(|claim| claim.path.clone()).collect())
}

/// Whether a part of a query asks for a claim, in any of its claim sets.
pub(crate) fn mentions(part: &CredentialQuery, claim: &str) -> bool {
    part.claims.iter().any(|asked| begins_with(asked, claim))
}

/// Whether nothing answers a part of a query without a claim: each of its claim sets has it.
pub(crate) fn requires(part: &CredentialQuery, claim: &str) -> bool {
    let is_asked = |id: &QueryId| {
        let claims = part.claims.iter();
        let mut named = claims.filter(|asked| asked.id.as_ref() == Some(id));
        named.any(|asked| begins_with(asked, claim))
    };
    match part.claim_sets.as_slice() {
        [] => mentions(part, claim),
        sets => sets.iter().all(|set| set.iter().any(is_asked)),
    }
}

fn begins_with(asked: &ClaimQuery, claim: &str) -> bool {
    let first = asked.path.elements().first();
    matches!(first, Some(PathElement::Name(name)) if name == claim)
}

/// Whether one credential is of the format and the type that one part of a query asks for, by an
/// authority that stands behind credentials of ours: none of the registered kinds can. Its claims may
/// still not be the ones.
#[must_use]
pub fn is_of_kind(part: &CredentialQuery, credential: Candidate<'_>) -> bool {
    part.trusted_authorities.is_empty() && is_of_type(&part.meta, credential)
}

fn is_of_type(meta: &Meta, credential: Candidate<'_>) -> bool {
    match (meta, credential.format) {
        (Meta::DcSdJwt { vct_values }, Format::DcSdJwt) => {
            let vct = credential.object.get("vct").and_then(Value::as_str);
            vct_values.is_empty() || vct_values.iter().any(|value| Some(value.as_str()) == vct)
        }
        (Meta::LdpVc { type_values }, Format::LdpVc) => {
            type_values.is_empty() || has_types(type_values, credential.object)
        }
        _ => false,
    }
}

fn has_types(type_values: &[Vec<String>], credential: &Object) -> bool {
    let Ok(types) = terms::expanded_types(credential, &Contexts::pinned()) else {
        return false;
    };
    let is_one = |iri: &String| types.iter().any(|known| *known == iri.as_str());
    type_values
        .iter()
        .any(|alternative| alternative.iter().all(is_one))
}

/// The claims of the first claim set that a credential satisfies; all of them where there are no sets.
fn wanted<'q>(part: &'q CredentialQuery, credential: Candidate<'_>) -> Option<Vec<&'q ClaimQuery>> {
    let has = |claim: &ClaimQuery| has_claim(claim, credential);
    if part.claim_sets.is_empty() {
        let all = part.claims.iter().all(has);
        return all.then(|| part.claims.iter().collect());
    }
    part.claim_sets.iter().find_map(|set| {
        let claim = |id: &QueryId| {
            let claims = part.claims.iter();
            claims
                .filter(|claim| claim.id.as_ref() == Some(id))
                .find(|claim| has(claim))
        };
        set.iter().map(claim).collect()
    })
}

fn has_claim(claim: &ClaimQuery, credential: Candidate<'_>) -> bool {
    if !is_order_signed(credential) && depends_on_order(claim, credential.object) {
        return false;
    }
    let values = select_in(&claim.path, credential.object);
    if claim.values.is_empty() {
        return !values.is_empty();
    }
    values.into_iter().any(|value| claim.values.contains(value))
}

/// Terms whose arrays keep their order in every suite (`schemas::terms`).
const ORDERED: [&str; 1] = ["authors"];

/// Whether a signature covers the order of arrays. Suites that sign statements do not: of a set, the
/// holder may put any element first.
fn is_order_signed(credential: Candidate<'_>) -> bool {
    if credential.format == Format::DcSdJwt {
        return true;
    }
    let proofs = match credential.object.get("proof") {
        Some(Value::Array(proofs)) => proofs.as_slice(),
        Some(proof) => std::slice::from_ref(proof),
        None => return true,
    };
    let suites = proofs.iter().map(|proof| proof.get("cryptosuite"));
    suites
        .filter_map(|suite| suite.and_then(Value::as_str)?.parse().ok())
        .any(|suite| match suite {
            Cryptosuite::EddsaJcs2022 | Cryptosuite::EcdsaJcs2019 => true,
            Cryptosuite::EddsaRdfc2022 | Cryptosuite::EcdsaRdfc2019 => false,
        })
}

/// Whether another order of a set could change what a claim finds. That something stands at a place
/// of a set is so in every order.
fn depends_on_order(claim: &ClaimQuery, credential: &Object) -> bool {
    let elements = claim.path.elements();
    elements.iter().enumerate().any(|(index, element)| {
        let before = elements.get(..index).unwrap_or_default();
        let ordered = matches!(
            before.last(),
            Some(PathElement::Name(name)) if ORDERED.contains(&name.as_str())
        );
        let Some(to_array) = ClaimPath::new(before.to_vec()) else {
            return false;
        };
        let decides = !claim.values.is_empty() || index + 1 < elements.len();
        matches!(element, PathElement::Index(_))
            && decides
            && !ordered
            && select_in(&to_array, credential)
                .into_iter()
                .any(|array| array.as_array().is_some_and(|array| array.len() > 1))
    })
}
