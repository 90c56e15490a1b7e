//! An answer to a request of ours, judged: a `vp_token` with one presentation or more for each part
//! of the query (OpenID4VP 1.0 sections 8.1 and 8.6, B.1.3.2).

use proofs::data_integrity::ProofPurpose;
use schemas::asset::AssetFacts;
use schemas::canonical;
use schemas::check::CheckId;
use schemas::dcql::QueryId;
use schemas::did::DidMethod;
use schemas::json::Value;
use schemas::presentation::UnverifiedPresentation;
use schemas::reason::Reason;
use schemas::terms::Contexts;
use subtle::ConstantTimeEq as _;

use crate::credential::{self, Bench};
use crate::proof::{Checked, Document, Signer, check_proofs};
use crate::question::{AssetAsked, PresentationAsked};
use crate::report::{Recorder, Shaped};
use crate::{asset, query, shape};

/// Most presentations in one answer.
const MAX_PRESENTATIONS: usize = 16;

/// Most credentials in all presentations of one answer together. Each has signatures of its own, and
/// anybody can repeat somebody else's good ones.
const MAX_CREDENTIALS: usize = 64;

/// Each proof is over the whole presentation, and anybody can make four good ones. What all of them
/// together are over is at most twice as long as the longest input.
const MAX_FURTHER_PROOFS: usize = 1 << 20;

/// Judges a `vp_token`. The credentials come back with the query part that each answers.
pub(crate) fn judge(
    bench: Bench<'_>,
    asked: &PresentationAsked,
    asset_asked: &AssetAsked,
    vp_token: &Value,
    recorder: &mut Recorder,
) -> Vec<Shaped> {
    let Some(token) = vp_token.as_object() else {
        return shape::refuse(recorder, Reason::VpMalformed, "");
    };
    let mut answers: Vec<Answer<'_>> = Vec::new();
    let mut credentials = 0;
    let contexts = Contexts::pinned();
    for (id, value) in token.iter() {
        // Not ours: nothing behind it is looked at.
        let known = QueryId::new(id).is_some_and(|id| asked.query.credential(&id).is_some());
        if !known {
            return shape::refuse(recorder, Reason::VpMalformed, &pointer_to(id, None));
        }
        let Some(values) = value.as_array().filter(|values| !values.is_empty()) else {
            return shape::refuse(recorder, Reason::VpMalformed, &pointer_to(id, None));
        };
        for (index, value) in values.iter().enumerate() {
            if answers.len() >= MAX_PRESENTATIONS {
                return shape::refuse(recorder, Reason::VpTooMany, &pointer_to(id, Some(index)));
            }
            match UnverifiedPresentation::parse(value, &contexts) {
                Ok(presentation) => {
                    credentials += presentation.credentials().len();
                    if credentials > MAX_CREDENTIALS {
                        let at = pointer_to(id, Some(index));
                        return shape::refuse(recorder, Reason::VpTooMany, &at);
                    }
                    answers.push((id, index, presentation));
                }
                Err(error) => {
                    let at = format!("{}{}", pointer_to(id, Some(index)), error.pointer());
                    return shape::refuse(recorder, error.reason(), &at);
                }
            }
        }
    }
    if answers.is_empty() {
        // Not even a query of options alone is answered by nothing.
        return shape::refuse(recorder, Reason::VpQueryUnsatisfied, "");
    }
    if further_proofs(&answers) > MAX_FURTHER_PROOFS {
        return shape::refuse(recorder, Reason::ProofSetPolicy, "");
    }
    let stranger = answers.iter().find_map(|(id, index, presentation)| {
        let mut credentials = presentation.credentials().iter();
        let at = credentials.position(|one| !bench.policy.knows_type(one.type_name()))?;
        let answer = pointer_to(id, Some(*index));
        Some(format!("{answer}/verifiableCredential/{at}/type"))
    });
    if let Some(at) = stranger {
        return shape::refuse(recorder, Reason::CredType, &at);
    }
    recorder.pass(CheckId::Shape);
    let documents = |answer: &Answer<'_>| answer.2.credentials().len() + 1;
    let bench = Bench {
        documents: answers.iter().map(documents).sum(),
        ..bench
    };
    for (id, index, presentation) in &answers {
        judge_one(
            bench,
            asked,
            presentation,
            &pointer_to(id, Some(*index)),
            recorder,
        );
    }
    check_query(asked, &answers, recorder);
    if let AssetAsked::Given(facts) = asset_asked {
        judge_asset(facts, &answers, recorder);
    }
    answers
        .into_iter()
        .flat_map(|(id, _, presentation)| {
            let credentials = presentation.credentials().to_vec();
            credentials.into_iter().map(move |credential| Shaped {
                query_id: Some(id.to_owned()),
                credential,
            })
        })
        .collect()
}

/// The part of the query, the place among the answers to it, and the answer.
type Answer<'a> = (&'a str, usize, UnverifiedPresentation);

/// Steps of canonicalizing that a presentation has in any case: one of credentials that are all alike
/// takes 535 for each.
fn steps_for(credentials: usize) -> u64 {
    u64::try_from(credentials)
        .unwrap_or(u64::MAX)
        .saturating_mul(600)
}

/// How much is read once more for the second and further proofs of presentations, in bytes.
fn further_proofs(answers: &[Answer<'_>]) -> usize {
    let further = |(_, _, presentation): &Answer<'_>| match presentation.object().get("proof") {
        Some(Value::Array(proofs)) if proofs.len() > 1 => {
            let length = canonical::object_to_bytes(presentation.object()).len();
            length.saturating_mul(proofs.len() - 1)
        }
        _ => 0,
    };
    answers.iter().map(further).sum()
}

/// A place in the `vp_token`. Ids are of letters, digits, `_` and `-` when they are ours.
fn pointer_to(id: &str, index: Option<usize>) -> String {
    let known: String = id
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "_-".contains(*c))
        .collect();
    index.map_or_else(|| format!("/{known}"), |index| format!("/{known}/{index}"))
}

fn judge_one(
    bench: Bench<'_>,
    asked: &PresentationAsked,
    presentation: &UnverifiedPresentation,
    pointer: &str,
    recorder: &mut Recorder,
) {
    check_holder(presentation, pointer, recorder);
    check_binding(bench, asked, presentation, pointer, recorder);
    for (index, credential) in presentation.credentials().iter().enumerate() {
        let at = format!("{pointer}/verifiableCredential/{index}");
        credential::judge(bench, credential, &at, recorder);
    }
}

/// Holder of the presentation and holder of every credential in it are one key.
fn check_holder(presentation: &UnverifiedPresentation, pointer: &str, recorder: &mut Recorder) {
    let holder = presentation.unverified_holder();
    let mut sound = true;
    for (index, credential) in presentation.credentials().iter().enumerate() {
        let reason = match credential.subject().holder() {
            None => Reason::HolderBindingMissing,
            Some(subject) if subject != holder => Reason::VpHolderMismatch,
            Some(_) => continue,
        };
        sound = false;
        let at = format!("{pointer}/verifiableCredential/{index}/credentialSubject");
        recorder.fail(CheckId::Holder, reason, at);
    }
    if sound {
        recorder.pass(CheckId::Holder);
    }
}

/// The holder's own proof, over our challenge and for us.
fn check_binding(
    bench: Bench<'_>,
    asked: &PresentationAsked,
    presentation: &UnverifiedPresentation,
    pointer: &str,
    recorder: &mut Recorder,
) {
    let document = Document::new(presentation.object(), presentation.checked());
    let holder = presentation.unverified_holder();
    // A holder is a key. To look up a presenter's document would let strangers choose what is fetched.
    if holder.method() == DidMethod::Web {
        let at = format!("{pointer}/holder");
        recorder.fail(CheckId::Key, Reason::DidMethodUnsupported, at);
        recorder.block(
            &[CheckId::Proof, CheckId::Challenge, CheckId::Audience],
            CheckId::Key,
        );
        return;
    }
    let signer = Signer {
        did: holder,
        purpose: ProofPurpose::Authentication,
        stranger: Reason::VpHolderMismatch,
        steps: steps_for(presentation.credentials().len()),
    };
    let checked = check_proofs(bench, document, &signer, pointer, recorder);
    check_answers_us(bench, asked, &checked, pointer, recorder);
}

/// Challenge, audience and age are read from the proof as it arrived: whether it is signed is the
/// proof's check, whether it answers us is this one.
fn check_answers_us(
    bench: Bench<'_>,
    asked: &PresentationAsked,
    checked: &Checked,
    pointer: &str,
    recorder: &mut Recorder,
) {
    let at = format!("{pointer}/proof");
    if checked.proofs().is_empty() {
        recorder.block(&[CheckId::Challenge, CheckId::Audience], CheckId::Proof);
    }
    for proof in checked.proofs() {
        let challenge = proof.challenge().unwrap_or_default();
        let expected = asked.challenge.as_str();
        if bool::from(challenge.as_bytes().ct_eq(expected.as_bytes())) {
            recorder.pass(CheckId::Challenge);
        } else {
            recorder.fail(
                CheckId::Challenge,
                Reason::ProofChallenge,
                format!("{at}/challenge"),
            );
        }
        match proof.domains() {
            [] => {
                let at = format!("{at}/domain");
                recorder.fail(CheckId::Audience, Reason::ProofDomain, at);
            }
            _ if proof.is_for(&[asked.audience.as_str()]) => recorder.pass(CheckId::Audience),
            domains => recorder.fail_with(
                CheckId::Audience,
                Reason::VpAudience,
                format!("{at}/domain"),
                Some(asked.audience.as_str().to_owned()),
                Some(domains.join(", ").chars().take(200).collect()),
            ),
        }
        check_age(bench, proof.created(), &at, recorder);
    }
}

/// Fresh: a presentation without a date cannot be, and is refused as stale.
fn check_age(
    bench: Bench<'_>,
    created: Option<schemas::time::Timestamp>,
    at: &str,
    recorder: &mut Recorder,
) {
    let limits = bench.policy.limits();
    let oldest = bench.now.plus_seconds(-limits.max_presentation_age);
    match created {
        Some(created) if created >= oldest => recorder.pass(CheckId::Time),
        _ => recorder.fail(CheckId::Time, Reason::VpStale, format!("{at}/created")),
    }
}

fn check_query(asked: &PresentationAsked, answers: &[Answer<'_>], recorder: &mut Recorder) {
    let shown: Vec<query::Shown<'_>> = answers
        .iter()
        .flat_map(|(id, index, presentation)| {
            presentation
                .credentials()
                .iter()
                .map(move |credential| query::Shown {
                    query_id: id,
                    presentation: *index,
                    object: credential.object(),
                })
        })
        .collect();
    match query::satisfied(&asked.query, &shown) {
        Ok(()) => recorder.pass(CheckId::Query),
        Err(unmet) => {
            let at = unmet
                .query_id
                .map_or_else(String::new, |id| pointer_to(&id, None));
            recorder.fail(CheckId::Query, unmet.reason, at);
        }
    }
}

/// A credential that is about the file is judged with it, every one of them; the others are of other
/// things. When none is, the file is not the one that was shown.
fn judge_asset(facts: &AssetFacts, answers: &[Answer<'_>], recorder: &mut Recorder) {
    let credentials: Vec<_> = answers
        .iter()
        .flat_map(|(id, index, presentation)| {
            let at = pointer_to(id, Some(*index));
            presentation
                .credentials()
                .iter()
                .enumerate()
                .map(move |(i, credential)| (format!("{at}/verifiableCredential/{i}"), credential))
        })
        .collect();
    let about_it: Vec<_> = credentials
        .iter()
        .filter(|(_, credential)| asset::names(facts, credential))
        .collect();
    let judged = if about_it.is_empty() {
        credentials.iter().take(1).collect()
    } else {
        about_it
    };
    for (at, credential) in judged {
        asset::judge(facts, credential, at, recorder);
    }
}
