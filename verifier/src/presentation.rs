//! An answer to a request of ours, judged: a `vp_token` with one presentation or more for each part
//! of the query (OpenID4VP 1.0 sections 8.1 and 8.6, B.1.3.2).

use proofs::data_integrity::ProofPurpose;
use schemas::asset::AssetFacts;
use schemas::canonical;
use schemas::check::CheckId;
use schemas::credential::{ShapeError, UnverifiedCredential};
use schemas::dcql::{CredentialQuery, HolderBinding, Meta, QueryId};
use schemas::did::DidMethod;
use schemas::json::{Object, Value};
use schemas::presentation::UnverifiedPresentation;
use schemas::reason::Reason;
use schemas::terms::Contexts;
use subtle::ConstantTimeEq as _;

use crate::credential::{self, Bench, Secured, type_at};
use crate::proof::{Checked, Document, Signer, check_proofs};
use crate::question::{AssetAsked, PresentationAsked};
use crate::report::{Recorder, Shaped};
use crate::sd_jwt;
use crate::{asset, query, shape, transaction};

/// Most presentations in one answer.
const MAX_PRESENTATIONS: usize = 16;

/// Most credentials in all presentations of one answer together. Each has signatures of its own, and
/// anybody can repeat somebody else's good ones.
const MAX_CREDENTIALS: usize = 64;

/// Each proof is over the whole presentation, and anybody can make four good ones. What all of them
/// together are over is at most twice as long as the longest input.
const MAX_FURTHER_PROOFS: usize = 1 << 20;

/// Whether a request of ours asks for a check. Documents always have what is asked about here; of an
/// SD-JWT VC it is what the query asks to be disclosed and proven.
pub(crate) fn asks_for(asked: &PresentationAsked, check: CheckId) -> bool {
    let any = |asks: fn(&CredentialQuery) -> bool| asked.query.credentials().iter().any(asks);
    match check {
        CheckId::Holder | CheckId::Challenge | CheckId::Audience => {
            any(|part| part.holder_binding == HolderBinding::Required)
        }
        CheckId::Provenance => any(|part| is_whole(part) || query::mentions(part, "provenance")),
        // Two things are compared.
        CheckId::License => any(|part| {
            let both = ["license", "provenance"];
            is_whole(part) || both.iter().all(|claim| query::mentions(part, claim))
        }),
        _ => true,
    }
}

/// Whether what answers a part is shown with all its claims.
const fn is_whole(part: &CredentialQuery) -> bool {
    !matches!(part.meta, Meta::DcSdJwt { .. })
}

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
    for (id, value) in token.iter() {
        // Not ours: nothing behind it is looked at.
        let part = QueryId::new(id).and_then(|id| asked.query.credential(&id));
        let values = value.as_array().filter(|values| !values.is_empty());
        let (Some(part), Some(values)) = (part, values) else {
            return shape::refuse(recorder, Reason::VpMalformed, &pointer_to(id, None));
        };
        for (index, value) in values.iter().enumerate() {
            let pointer = pointer_to(id, Some(index));
            if answers.len() >= MAX_PRESENTATIONS {
                return shape::refuse(recorder, Reason::VpTooMany, &pointer);
            }
            match Presented::read(part, value) {
                Ok(presented) => {
                    credentials += presented.credentials().len();
                    if credentials > MAX_CREDENTIALS {
                        return shape::refuse(recorder, Reason::VpTooMany, &pointer);
                    }
                    answers.push(Answer {
                        part,
                        index,
                        pointer,
                        presented,
                    });
                }
                Err(error) => {
                    let at = format!("{pointer}{}", error.pointer());
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
    let stranger = answers.iter().flat_map(Answer::credentials);
    let stranger = stranger
        .filter(|(_, credential)| !bench.policy.knows_type(credential.type_name()))
        .map(|(at, credential)| format!("{at}{}", type_at(credential)));
    if let Some(at) = stranger.into_iter().next() {
        return shape::refuse(recorder, Reason::CredType, &at);
    }
    recorder.pass(CheckId::Shape);
    let documents = |answer: &Answer<'_>| answer.presented.credentials().len() + 1;
    let bench = Bench {
        documents: answers.iter().map(documents).sum(),
        ..bench
    };
    for answer in &answers {
        judge_one(bench, asked, answer, recorder);
    }
    check_query(asked, &answers, recorder);
    transaction::check(asked, &answers, recorder);
    if let AssetAsked::Given(facts) = asset_asked {
        judge_asset(facts, &answers, recorder);
    }
    answers.into_iter().flat_map(Answer::into_shaped).collect()
}

/// One of the presentations in the answer.
pub(crate) struct Answer<'a> {
    /// The part of the query.
    pub(crate) part: &'a CredentialQuery,
    /// The place among the answers to it.
    index: usize,
    /// The place in the `vp_token`.
    pub(crate) pointer: String,
    pub(crate) presented: Presented,
}

/// What was presented.
pub(crate) enum Presented {
    /// A presentation of documents, by their holder.
    Document(UnverifiedPresentation),
    /// A document by itself, where nobody has to prove that it is theirs.
    Bare(Box<UnverifiedCredential>),
    /// An SD-JWT VC.
    SdJwt(Box<sd_jwt::Read>),
}

impl Presented {
    /// Of the form that the part asks for: nothing is read as something else.
    fn read(part: &CredentialQuery, value: &Value) -> Result<Self, ShapeError> {
        let malformed = |reason| Err(ShapeError::new(reason, ""));
        match (&part.meta, part.holder_binding, value) {
            (Meta::DcSdJwt { .. }, _, Value::String(text)) => {
                sd_jwt::read(text).map(|read| Self::SdJwt(Box::new(read)))
            }
            (Meta::DcSdJwt { .. }, _, value) if sd_jwt::is_json_serialization(value) => {
                malformed(Reason::SdMalformed)
            }
            (Meta::DcSdJwt { .. }, _, _) => malformed(Reason::VpMalformed),
            (_, HolderBinding::NotRequired, value) if is_credential(value) => {
                UnverifiedCredential::parse(value, &Contexts::pinned())
                    .map(|credential| Self::Bare(Box::new(credential)))
            }
            (_, _, value) => {
                UnverifiedPresentation::parse(value, &Contexts::pinned()).map(Self::Document)
            }
        }
    }

    fn credentials(&self) -> &[UnverifiedCredential] {
        match self {
            Self::Document(presentation) => presentation.credentials(),
            Self::Bare(credential) => std::slice::from_ref(credential),
            Self::SdJwt(read) => std::slice::from_ref(&read.credential),
        }
    }
}

fn is_credential(value: &Value) -> bool {
    let types = value.get("type").and_then(Value::strings);
    types.is_some_and(|types| types.contains(&"VerifiableCredential"))
}

impl Answer<'_> {
    /// The credentials, each with its place in the `vp_token`.
    fn credentials(&self) -> impl Iterator<Item = (String, &UnverifiedCredential)> {
        let credentials = self.presented.credentials().iter().enumerate();
        credentials.map(|(index, credential)| {
            let at = match self.presented {
                Presented::Document(_) => {
                    format!("{}/verifiableCredential/{index}", self.pointer)
                }
                Presented::Bare(_) | Presented::SdJwt(_) => self.pointer.clone(),
            };
            (at, credential)
        })
    }

    fn into_shaped(self) -> Vec<Shaped> {
        let credentials = match self.presented {
            Presented::Document(presentation) => presentation.into_credentials(),
            Presented::Bare(credential) => vec![*credential],
            Presented::SdJwt(read) => vec![read.credential],
        };
        let id = self.part.id.as_str();
        let shaped = |credential| Shaped {
            query_id: Some(id.to_owned()),
            credential,
        };
        credentials.into_iter().map(shaped).collect()
    }
}

/// Steps of canonicalizing that a presentation has in any case: one of credentials that are all alike
/// takes 535 for each.
fn steps_for(credentials: usize) -> u64 {
    u64::try_from(credentials)
        .unwrap_or(u64::MAX)
        .saturating_mul(600)
}

/// How much is read once more for the second and further proofs of presentations, in bytes.
fn further_proofs(answers: &[Answer<'_>]) -> usize {
    let documents = answers.iter().filter_map(|answer| match &answer.presented {
        Presented::Document(presentation) => Some(presentation.object()),
        Presented::Bare(_) | Presented::SdJwt(_) => None,
    });
    let further = |document: &Object| match document.get("proof") {
        Some(Value::Array(proofs)) if proofs.len() > 1 => {
            let length = canonical::object_to_bytes(document).len();
            length.saturating_mul(proofs.len() - 1)
        }
        _ => 0,
    };
    documents.map(further).sum()
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
    answer: &Answer<'_>,
    recorder: &mut Recorder,
) {
    let (part, pointer) = (answer.part, answer.pointer.as_str());
    let secured = match &answer.presented {
        Presented::Document(presentation) => {
            check_holder(presentation, pointer, recorder);
            check_binding(bench, asked, presentation, pointer, recorder);
            Secured::Proofs
        }
        Presented::Bare(_) => {
            for check in [CheckId::Holder, CheckId::Challenge, CheckId::Audience] {
                recorder.pass(check);
            }
            Secured::Proofs
        }
        Presented::SdJwt(read) => {
            sd_jwt::check_key_binding(bench, asked, part, read, pointer, recorder);
            Secured::Token(&read.token)
        }
    };
    for (at, credential) in answer.credentials() {
        credential::judge(bench, credential, secured, Some(part), &at, recorder);
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
        .flat_map(|answer| {
            let credentials = answer.presented.credentials().iter();
            credentials.map(|credential| query::Shown {
                query_id: answer.part.id.as_str(),
                presentation: answer.index,
                credential: credential.into(),
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
    let credentials: Vec<_> = answers.iter().flat_map(Answer::credentials).collect();
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
