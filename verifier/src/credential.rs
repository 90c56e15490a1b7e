//! One credential, judged: trust, key, proof, time, status, provenance, license.
//!
//! Run by worlds on what is presented and by wallets on what they receive. An embedded provenance
//! goes the same way, one level down.

use std::cell::RefCell;

use proofs::data_integrity::{ProofPurpose, Seen};
use proofs::did_document::{DidDocument, Profile};
use proofs::sd_jwt::UnverifiedSdJwt;
use schemas::check::CheckId;
use schemas::credential::{CredentialType, Format, Subject, UnverifiedCredential, Validity};
use schemas::dcql::CredentialQuery;
use schemas::did::{Did, DidMethod};
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::terms::Contexts;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::evidence::{Evidence, Missing};
use crate::finding::Finding;
use crate::list::ListRef;
use crate::names;
use crate::policy::{OnLookAlike, Policy};
use crate::proof::{Document, Signer, check_proofs};
use crate::question::{AssetAsked, CredentialAsked, Holder, LeaseAsked, StatusAsked};
use crate::report::{Recorder, Shaped};
use crate::trust::Decision;
use crate::{asset, ledger, query, sd_jwt, shape, status};

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

    /// How it is written.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.credential.format()
    }

    /// The document, as it arrived; of an SD-JWT VC the claims that were disclosed.
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
    /// The world that asks, where the question says so.
    pub(crate) world: Option<&'a WorldId>,
    /// Whether it asked for a lease; `None` where nobody is shown anything, so that nothing is elsewhere.
    pub(crate) lease: Option<&'a LeaseAsked>,
    /// Signatures that this verification, or the one before it, has found good.
    pub(crate) seen: &'a RefCell<Seen>,
}

impl<'a> Bench<'a> {
    /// For what is signed by itself, and is no answer to anybody: lists, and what a ledger says.
    pub(crate) const fn alone(
        policy: &'a Policy,
        evidence: &'a Evidence,
        now: Timestamp,
        seen: &'a RefCell<Seen>,
    ) -> Self {
        Self {
            policy,
            evidence,
            now,
            documents: 1,
            status: StatusAsked::NotAsked,
            world: None,
            lease: None,
            seen,
        }
    }
}

/// What holds a credential together.
#[derive(Clone, Copy)]
pub(crate) enum Secured<'a> {
    /// Proofs in the document.
    Proofs,
    /// The token that its claims came in.
    Token(&'a UnverifiedSdJwt),
}

/// Judges one credential by itself.
pub(crate) fn judge_alone(
    bench: Bench<'_>,
    asked: &CredentialAsked,
    asset_asked: &AssetAsked,
    value: &Value,
    recorder: &mut Recorder,
) -> Vec<Shaped> {
    if sd_jwt::is_json_serialization(value) {
        return shape::refuse(recorder, Reason::SdMalformed, "");
    }
    let credential = match UnverifiedCredential::parse(value, &Contexts::pinned()) {
        Ok(credential) => credential,
        Err(error) => return shape::refuse(recorder, error.reason(), error.pointer()),
    };
    judge_read(
        bench,
        asked,
        asset_asked,
        credential,
        Secured::Proofs,
        recorder,
    )
}

/// Judges one credential by itself that was read.
pub(crate) fn judge_read(
    bench: Bench<'_>,
    asked: &CredentialAsked,
    asset_asked: &AssetAsked,
    credential: UnverifiedCredential,
    secured: Secured<'_>,
    recorder: &mut Recorder,
) -> Vec<Shaped> {
    if asked.types.contains(&credential.kind()) && bench.policy.knows_type(credential.type_name()) {
        recorder.pass(CheckId::Shape);
    } else {
        recorder.fail(CheckId::Shape, Reason::CredType, type_at(&credential));
    }
    check_holder(&asked.holder, &credential, recorder);
    judge(bench, &credential, secured, None, "", recorder);
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
    recorder.fail(CheckId::Holder, reason, holder_at(credential));
}

/// Where a credential says of what type it is.
pub(crate) const fn type_at(credential: &UnverifiedCredential) -> &'static str {
    match credential.format() {
        Format::DcSdJwt => "/vct",
        Format::LdpVc => "/type",
    }
}

const fn holder_at(credential: &UnverifiedCredential) -> &'static str {
    match credential.format() {
        Format::DcSdJwt => "/cnf",
        Format::LdpVc => "/credentialSubject/id",
    }
}

const fn issuer_at(credential: &UnverifiedCredential) -> &'static str {
    match credential.format() {
        Format::DcSdJwt => "/iss",
        Format::LdpVc => "/issuer",
    }
}

/// Judges one credential and the provenance in it. `part` is the part of the query that it answers;
/// alone it has to be whole.
pub(crate) fn judge(
    bench: Bench<'_>,
    credential: &UnverifiedCredential,
    secured: Secured<'_>,
    part: Option<&CredentialQuery>,
    pointer: &str,
    recorder: &mut Recorder,
) {
    let barrier = judge_trust(bench, credential, pointer, recorder);
    let proven = prove(bench, credential, secured, pointer, barrier, recorder);
    check_time(bench, credential, pointer, recorder);
    let barrier = match (barrier, proven) {
        (None, false) => Some(CheckId::Proof),
        (barrier, _) => barrier,
    };
    status::check(bench, credential.envelope(), pointer, barrier, recorder);
    ledger::check(bench, credential, part, pointer, barrier, recorder);
    ledger::check_hands(bench, credential, pointer, barrier, recorder);
    judge_provenance(bench, credential, part, pointer, barrier, recorder);
    check_license(credential, part, pointer, recorder);
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
        || format!("{pointer}{}", issuer_at(credential)),
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
    secured: Secured<'_>,
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
    match secured {
        Secured::Proofs => {
            let document = Document::new(credential.object(), credential.checked());
            check_proofs(bench, document, &signer, pointer, recorder).stands()
        }
        Secured::Token(token) => {
            sd_jwt::check_issuer(bench, &signer, credential, token, pointer, recorder)
        }
    }
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
    let [from_at, until_at] = match credential.format() {
        Format::DcSdJwt => ["/nbf", "/exp"],
        Format::LdpVc => ["/validFrom", "/validUntil"],
    };
    if let Some(from) = validity.from.filter(|from| *from > latest) {
        let expected = Some(format!("a time from {from} on"));
        let at = format!("{pointer}{from_at}");
        recorder.fail_with(CheckId::Time, Reason::CredExpired, at, expected, now());
    } else if let Some(until) = validity.until.filter(|until| *until <= bench.now) {
        let expected = Some(format!("a time before {until}"));
        let at = format!("{pointer}{until_at}");
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
    part: Option<&CredentialQuery>,
    pointer: &str,
    barrier: Option<CheckId>,
    recorder: &mut Recorder,
) {
    let at = format!("{pointer}{}/provenance", credential.format().claims_at());
    let Some(provenance) = credential.subject().provenance() else {
        if is_withheld(credential, part, "provenance") {
            recorder.fail(CheckId::Provenance, Reason::ProvenanceMissing, at);
        } else {
            // Provenance by itself, of which its issuer is the creator and trust has spoken already; or
            // a credential of which nobody asked for it.
            recorder.pass(CheckId::Provenance);
        }
        return;
    };
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
    let proven = prove(bench, provenance, Secured::Proofs, &at, by, recorder);
    check_time(bench, provenance, &at, recorder);
    // Its list is asked only when both the world and the creator have really signed.
    let by = barrier.or(by).or((!proven).then_some(CheckId::Proof));
    status::check(bench, provenance.envelope(), &at, by, recorder);
}

/// Whether a held credential keeps a claim back that the question asks for.
fn is_withheld(
    credential: &UnverifiedCredential,
    part: Option<&CredentialQuery>,
    claim: &str,
) -> bool {
    let asked = part.is_none_or(|part| query::requires(part, claim));
    asked && matches!(credential.subject(), Subject::Partial(_))
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
        Subject::Partial(partial) => partial
            .persona_name
            .as_deref()
            .map(|name| (name, &partial.holder)),
        _ => None,
    };
    let at = format!("{}/personaName", credential.format().claims_at());
    let shown = of_issuer.map(|name| (name, issuer, issuer_at(credential)));
    let shown = shown.chain(persona.map(|(name, holder)| (name, holder, at.as_str())));
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

/// What a world grants is within what the creator gave out. Where only one of the two was shown there is
/// nothing to compare: that is refused when both were asked for, and no part of the question otherwise.
fn check_license(
    credential: &UnverifiedCredential,
    part: Option<&CredentialQuery>,
    pointer: &str,
    recorder: &mut Recorder,
) {
    let both = ["license", "provenance"];
    let asked = both
        .iter()
        .all(|claim| part.is_none_or(|part| query::requires(part, claim)));
    let withheld = both
        .iter()
        .any(|claim| credential.object().get(claim).is_none());
    if asked && withheld && matches!(credential.subject(), Subject::Partial(_)) {
        recorder.block(&[CheckId::License], CheckId::Query);
        return;
    }
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
            format!("{pointer}{}/license", credential.format().claims_at()),
            Some(format!(
                "{} as in the provenance or stricter",
                looser.field.name()
            )),
            None,
        ),
    }
}
