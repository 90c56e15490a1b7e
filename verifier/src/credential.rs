//! One credential, judged: trust, key, proof, time, status, provenance, license.
//!
//! Run by worlds on what is presented and by wallets on what they receive. An embedded provenance
//! goes the same way, one level down.

use std::cell::RefCell;

use proofs::data_integrity::{ProofPurpose, Seen};
use proofs::did_document::{DidDocument, Profile};
use schemas::check::CheckId;
use schemas::credential::{CredentialType, Subject, UnverifiedCredential, Validity};
use schemas::did::{Did, DidMethod};
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::terms::Contexts;
use schemas::time::Timestamp;

use crate::evidence::{Evidence, Missing};
use crate::finding::Finding;
use crate::list::ListRef;
use crate::names;
use crate::policy::{OnLookAlike, Policy};
use crate::proof::{Document, Signer, check_proofs};
use crate::question::{AssetAsked, CredentialAsked, Holder, StatusAsked};
use crate::report::{Recorder, Shaped};
use crate::trust::Decision;
use crate::{asset, shape, status};

/// A credential that passed every check that was asked for, as of the moment of its report.
#[derive(Clone, Debug)]
pub struct VerifiedCredential {
    query_id: Option<String>,
    credential: UnverifiedCredential,
}

impl VerifiedCredential {
    /// The only maker. [`Recorder::report`] calls it, once the verdict is `Accepted`.
    pub(crate) const fn assert(query_id: Option<String>, credential: UnverifiedCredential) -> Self {
        Self {
            query_id,
            credential,
        }
    }

    /// Which part of the query it answers; `None` for a credential by itself.
    #[must_use]
    pub fn query_id(&self) -> Option<&str> {
        self.query_id.as_deref()
    }

    /// Its type.
    #[must_use]
    pub const fn kind(&self) -> CredentialType {
        self.credential.kind()
    }

    /// Its type beside `VerifiableCredential`, as it was written.
    #[must_use]
    pub fn type_name(&self) -> &str {
        self.credential.type_name()
    }

    /// Who issued it.
    #[must_use]
    pub const fn issuer(&self) -> &Did {
        self.credential.unverified_issuer()
    }

    /// The key to which it is bound.
    #[must_use]
    pub const fn holder(&self) -> Option<&Did> {
        self.credential.subject().holder()
    }

    /// What it says.
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        self.credential.subject()
    }

    /// When it is valid.
    #[must_use]
    pub const fn validity(&self) -> Validity {
        self.credential.validity()
    }

    /// The document, as it arrived.
    #[must_use]
    pub const fn object(&self) -> &Object {
        self.credential.object()
    }
}

/// What every check of a document needs to know.
#[derive(Clone, Copy)]
pub(crate) struct Bench<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) evidence: &'a Evidence,
    pub(crate) now: Timestamp,
    /// How many presentations and credentials are judged: they share the work of canonicalizing.
    pub(crate) documents: usize,
    /// Whether status lists are asked.
    pub(crate) status: StatusAsked,
    /// Signatures that this verification, or the one before it, has found good.
    pub(crate) seen: &'a RefCell<Seen>,
}

/// Judges one credential by itself.
pub(crate) fn judge_alone(
    bench: Bench<'_>,
    asked: &CredentialAsked,
    asset_asked: &AssetAsked,
    value: &Value,
    recorder: &mut Recorder,
) -> Vec<Shaped> {
    let credential = match UnverifiedCredential::parse(value, &Contexts::pinned()) {
        Ok(credential) => credential,
        Err(error) => return shape::refuse(recorder, error.reason(), error.pointer()),
    };
    if asked.types.contains(&credential.kind()) && bench.policy.knows_type(credential.type_name()) {
        recorder.pass(CheckId::Shape);
    } else {
        recorder.fail(CheckId::Shape, Reason::CredType, "/type");
    }
    check_holder(&asked.holder, &credential, recorder);
    judge(bench, &credential, "", recorder);
    if let AssetAsked::Given(facts) = asset_asked {
        asset::judge(facts, &credential, "", recorder);
    }
    vec![Shaped {
        query_id: None,
        credential,
    }]
}

fn check_holder(asked: &Holder, credential: &UnverifiedCredential, recorder: &mut Recorder) {
    let reason = match (asked, credential.subject().holder()) {
        (Holder::Anyone, _) => return,
        (Holder::Key(key), Some(holder)) if key == holder => {
            return recorder.pass(CheckId::Holder);
        }
        (Holder::Key(_), Some(_)) => Reason::VpHolderMismatch,
        (Holder::Key(_), None) => Reason::HolderBindingMissing,
    };
    recorder.fail(CheckId::Holder, reason, "/credentialSubject/id");
}

/// Judges one credential and the provenance in it.
pub(crate) fn judge(
    bench: Bench<'_>,
    credential: &UnverifiedCredential,
    pointer: &str,
    recorder: &mut Recorder,
) {
    let barrier = judge_trust(bench, credential, pointer, recorder);
    let proven = prove(bench, credential, pointer, barrier, recorder);
    check_time(bench, credential, pointer, recorder);
    let barrier = match (barrier, proven) {
        (None, false) => Some(CheckId::Proof),
        (barrier, _) => barrier,
    };
    status::check(bench, credential.envelope(), pointer, barrier, recorder);
    judge_provenance(bench, credential, pointer, barrier, recorder);
    check_license(credential, pointer, recorder);
    check_names(bench, credential, pointer, recorder);
}

/// Whether policy believes the issuer for the type; the check that stands in the way when not.
fn judge_trust(
    bench: Bench<'_>,
    credential: &UnverifiedCredential,
    pointer: &str,
    recorder: &mut Recorder,
) -> Option<CheckId> {
    let (issuer, type_name) = (credential.unverified_issuer(), credential.type_name());
    let mut explanation = bench
        .policy
        .explain(issuer, type_name, bench.evidence, bench.now);
    explanation.pointer = pointer.to_owned();
    let believed = record_decision(
        bench,
        CheckId::Trust,
        &explanation.decision,
        || format!("{pointer}/issuer"),
        |at, recorder| {
            let expected = format!("an issuer that policy names for {type_name}");
            let found = issuer.to_string();
            let reason = Reason::CredIssuerUntrusted;
            recorder.fail_with(CheckId::Trust, reason, at, Some(expected), Some(found));
        },
        recorder,
    );
    recorder.explain(explanation);
    (!believed).then_some(CheckId::Trust)
}

/// Records a decision of the policy under a check; true when somebody is believed. A list that is not
/// known might believe them: that is open, and asked.
fn record_decision(
    bench: Bench<'_>,
    check: CheckId,
    decision: &Decision,
    at: impl FnOnce() -> String,
    refuse: impl FnOnce(String, &mut Recorder),
    recorder: &mut Recorder,
) -> bool {
    match decision {
        Decision::Believed(_) => {
            recorder.pass(check);
            return true;
        }
        Decision::NotBelieved => refuse(at(), recorder),
        Decision::Unknown(lists) => {
            recorder.doubt(check, Reason::TrustListUnavailable, at());
            for list in lists {
                miss_list(bench, list, recorder);
            }
        }
        Decision::Unusable(Reason::TrustListUnavailable) => {
            let lists = bench.policy.trust_lists().iter();
            for missing in lists.filter_map(|rule| bench.evidence.awaited(&rule.list)) {
                recorder.miss(missing.clone());
            }
            recorder.doubt(check, Reason::TrustListUnavailable, at());
        }
        Decision::Unusable(reason) => recorder.fail(check, *reason, at()),
    }
    false
}

/// A list that policy names, and the key with which it is judged.
fn miss_list(bench: Bench<'_>, list: &ListRef, recorder: &mut Recorder) {
    let max_age = bench.policy.limits().max_document_age;
    if list.issuer.method() == DidMethod::Web
        && bench
            .evidence
            .document(&list.issuer, bench.now, max_age)
            .is_none()
    {
        recorder.miss(Missing::DidDocument(list.issuer.clone()));
    }
    recorder.miss(Missing::TrustList(list.clone()));
}

/// Steps of canonicalizing that a credential has in any case: one of ours takes none.
const STEPS: u64 = 250;

/// Key and proof. True when the issuer's signature stands.
fn prove(
    bench: Bench<'_>,
    credential: &UnverifiedCredential,
    pointer: &str,
    barrier: Option<CheckId>,
    recorder: &mut Recorder,
) -> bool {
    if let Some(by) = barrier {
        recorder.block(&[CheckId::Key, CheckId::Proof], by);
        return false;
    }
    let signer = Signer {
        did: credential.unverified_issuer(),
        purpose: ProofPurpose::AssertionMethod,
        stranger: Reason::IssuerKeyMismatch,
        steps: STEPS,
    };
    let document = Document::new(credential.object(), credential.checked());
    check_proofs(bench, document, &signer, pointer, recorder).stands()
}

/// Valid from the first moment on, up to the second. A clock may lag when something begins; what
/// has ended is never stretched, for nobody granted that.
fn check_time(
    bench: Bench<'_>,
    credential: &UnverifiedCredential,
    pointer: &str,
    recorder: &mut Recorder,
) {
    let validity = credential.validity();
    let latest = bench.now.plus_seconds(bench.policy.limits().clock_skew);
    let now = || Some(bench.now.to_string());
    if let Some(from) = validity.from.filter(|from| *from > latest) {
        let expected = Some(format!("a time from {from} on"));
        let at = format!("{pointer}/validFrom");
        recorder.fail_with(CheckId::Time, Reason::CredExpired, at, expected, now());
    } else if let Some(until) = validity.until.filter(|until| *until <= bench.now) {
        let expected = Some(format!("a time before {until}"));
        let at = format!("{pointer}/validUntil");
        recorder.fail_with(CheckId::Time, Reason::CredExpired, at, expected, now());
    } else {
        recorder.pass(CheckId::Time);
    }
}

/// The creator's statement: policy first, then, once the credential around it stands, its proof.
/// `barrier` is the check of the credential around it that did not pass.
fn judge_provenance(
    bench: Bench<'_>,
    credential: &UnverifiedCredential,
    pointer: &str,
    barrier: Option<CheckId>,
    recorder: &mut Recorder,
) {
    let Some(provenance) = credential.subject().provenance() else {
        // Provenance by itself: its issuer is the creator, and trust has spoken already.
        recorder.pass(CheckId::Provenance);
        return;
    };
    let at = format!("{pointer}/credentialSubject/provenance");
    let creator = provenance.unverified_issuer();
    let trusted = barrier != Some(CheckId::Trust) && {
        let decision = bench.policy.decide_creator(
            creator,
            credential.unverified_issuer(),
            credential.type_name(),
            bench.evidence,
            bench.now,
        );
        record_decision(
            bench,
            CheckId::Provenance,
            &decision,
            || format!("{at}/issuer"),
            |at, recorder| {
                let reason = Reason::AssetProvenanceUntrusted;
                recorder.fail(CheckId::Provenance, reason, at);
            },
            recorder,
        )
    };
    if barrier == Some(CheckId::Trust) {
        recorder.block(&[CheckId::Provenance], CheckId::Trust);
    }
    // A did:web creator is contacted only when the world that vouches for it has really signed.
    let by = match barrier {
        _ if !trusted => Some(CheckId::Provenance),
        Some(_) if creator.method() == DidMethod::Web => Some(CheckId::Proof),
        _ => None,
    };
    let proven = prove(bench, provenance, &at, by, recorder);
    check_time(bench, provenance, &at, recorder);
    // Its list is asked only when both the world and the creator have really signed.
    let by = barrier.or(by).or((!proven).then_some(CheckId::Proof));
    status::check(bench, provenance.envelope(), &at, by, recorder);
}

/// The persona's name against the names that are known, and the issuer's, which are taken from its own
/// document: whoever issues cannot choose the name under which it is compared.
fn check_names(
    bench: Bench<'_>,
    credential: &UnverifiedCredential,
    pointer: &str,
    recorder: &mut Recorder,
) {
    let issuer = credential.unverified_issuer();
    let max_age = bench.policy.limits().max_document_age;
    let document = bench.evidence.document(issuer, bench.now, max_age);
    let profile = document
        .and_then(|found| found.as_ref().ok())
        .and_then(DidDocument::profile);
    let of_issuer = profile.into_iter().flat_map(Profile::names);
    let persona = match credential.subject() {
        Subject::Avatar(avatar) => Some((avatar.persona_name.as_str(), &avatar.holder)),
        _ => None,
    };
    let shown = of_issuer.map(|name| (name, issuer, "/issuer"));
    let shown =
        shown.chain(persona.map(|(name, holder)| (name, holder, "/credentialSubject/personaName")));
    let mut sound = true;
    for (name, by, place) in shown {
        let known = [bench.policy.known_names(), bench.evidence.names()];
        for finding in names::judge_against(name, Some(by), known) {
            let pointer = format!("{pointer}{place}");
            let refuses = bench.policy.names().on_lookalike == OnLookAlike::Refuse;
            if refuses && !is_settled(bench.policy, name, by, &finding) {
                sound = false;
                recorder.fail(CheckId::Name, finding.reason(), pointer.as_str());
            }
            recorder.note(Finding::Name { pointer, finding });
        }
    }
    if sound {
        recorder.pass(CheckId::Name);
    }
}

/// Whether the policy says whose name it is. What somebody else is called in a document of their own
/// takes it from nobody: else whoever is met could have those refused who are listed.
fn is_settled(policy: &Policy, name: &str, by: &Did, finding: &names::NameFinding) -> bool {
    let known = policy.known_names();
    match finding {
        names::NameFinding::LookAlike { resembles, .. } => {
            !known.contains(resembles) && known.is_of(name, by)
        }
        _ => false,
    }
}

/// What a world grants is within what the creator gave out.
fn check_license(credential: &UnverifiedCredential, pointer: &str, recorder: &mut Recorder) {
    let subject = credential.subject();
    let stated = subject
        .provenance()
        .and_then(|stated| stated.subject().license());
    let (Some(granted), Some(stated)) = (subject.license(), stated) else {
        recorder.pass(CheckId::License);
        return;
    };
    match granted.not_looser_than(stated) {
        Ok(()) => recorder.pass(CheckId::License),
        Err(looser) => recorder.fail_with(
            CheckId::License,
            Reason::LicenseLooser,
            format!("{pointer}/credentialSubject/license"),
            Some(format!(
                "{} as in the provenance or stricter",
                looser.field.name()
            )),
            None,
        ),
    }
}
