//! One credential, judged: trust, key, proof, time, status, provenance, license.
//!
//! Run by worlds on what is presented and by wallets on what they receive. An embedded provenance
//! goes the same way, one level down.

use proofs::data_integrity::{ProofPurpose, UnverifiedProof};
use proofs::did_document::DidDocument;
use proofs::rdf::WorkLimit;
use schemas::check::CheckId;
use schemas::credential::{CredentialType, Subject, UnverifiedCredential, Validity};
use schemas::did::{Did, DidMethod};
use schemas::json::Object;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use crate::evidence::{Evidence, Missing};
use crate::policy::Policy;
use crate::report::Recorder;

/// A credential that passed every check that was asked for, as of the moment of its report.
#[derive(Clone, Debug)]
pub struct VerifiedCredential {
    query_id: Option<String>,
    credential: UnverifiedCredential,
}

impl VerifiedCredential {
    /// The only maker: the caller has a recorder without faults on this document.
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

/// The Ed25519 suites are of 2022: no honest proof is older.
const FIRST_PROOFS: i64 = 1_640_995_200;

/// Most proofs on one document.
const MAX_PROOFS: usize = 4;

/// What every check of a document needs to know.
#[derive(Clone, Copy)]
pub(crate) struct Bench<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) evidence: &'a Evidence,
    pub(crate) now: Timestamp,
}

/// Judges one credential and the provenance in it.
pub(crate) fn judge(
    bench: Bench<'_>,
    credential: &UnverifiedCredential,
    pointer: &str,
    recorder: &mut Recorder,
) {
    let (issuer, kind) = (credential.unverified_issuer(), credential.kind());
    let trusted = bench.policy.trusts(issuer, kind);
    if trusted {
        recorder.pass(CheckId::Trust);
    } else {
        recorder.fail_with(
            CheckId::Trust,
            Reason::CredIssuerUntrusted,
            format!("{pointer}/issuer"),
            Some(format!("an issuer that policy names for {kind}")),
            Some(issuer.to_string()),
        );
    }
    let proven = prove(bench, credential, pointer, trusted, recorder);
    check_time(bench, credential, pointer, recorder);
    check_status(credential, pointer, recorder);
    judge_provenance(bench, credential, pointer, trusted && proven, recorder);
    check_license(credential, pointer, recorder);
}

/// Key and proof. True when the issuer's signature stands.
fn prove(
    bench: Bench<'_>,
    credential: &UnverifiedCredential,
    pointer: &str,
    trusted: bool,
    recorder: &mut Recorder,
) -> bool {
    if !trusted {
        recorder.block(&[CheckId::Key, CheckId::Proof], CheckId::Trust);
        return false;
    }
    let signer = Signer {
        did: credential.unverified_issuer(),
        purpose: ProofPurpose::AssertionMethod,
        stranger: Reason::IssuerKeyMismatch,
    };
    check_proofs(bench, credential.object(), &signer, pointer, recorder).is_some()
}

/// Who has to have signed a document, and what for.
pub(crate) struct Signer<'a> {
    pub(crate) did: &'a Did,
    pub(crate) purpose: ProofPurpose,
    /// The reason when somebody else's key is named.
    pub(crate) stranger: Reason,
}

/// Checks every proof on a document: all have to stand, and all have to be by the signer. The first
/// one comes back when they do.
pub(crate) fn check_proofs(
    bench: Bench<'_>,
    document: &Object,
    signer: &Signer<'_>,
    pointer: &str,
    recorder: &mut Recorder,
) -> Option<UnverifiedProof> {
    let at = format!("{pointer}/proof");
    let proofs = match UnverifiedProof::all_of(document) {
        Ok(proofs) if proofs.len() <= MAX_PROOFS => proofs,
        Ok(_) => {
            recorder.fail(CheckId::Proof, Reason::ProofSetPolicy, at);
            recorder.block(&[CheckId::Key], CheckId::Proof);
            return None;
        }
        Err(error) => {
            let check = check_of_proof_error(error.reason());
            recorder.fail(check, error.reason(), at);
            let other = if check == CheckId::Key {
                CheckId::Proof
            } else {
                CheckId::Key
            };
            recorder.block(&[other], check);
            return None;
        }
    };
    let mut faults: Vec<Fault> = Vec::new();
    for proof in &proofs {
        faults.extend(fault_of(bench, document, proof, signer));
        check_proof_time(bench, proof, &at, recorder);
    }
    let Some(first) = faults.first() else {
        recorder.pass(CheckId::Key);
        recorder.pass(CheckId::Proof);
        return proofs.into_iter().next();
    };
    if proofs.len() > 1 {
        let found = Some(first.reason.code().to_owned());
        recorder.fail_with(CheckId::Proof, Reason::ProofSetPolicy, at, None, found);
        recorder.pass(CheckId::Key);
        return None;
    }
    for fault in &faults {
        match fault.kind {
            FaultKind::Failed => recorder.fail(fault.check, fault.reason, at.clone()),
            FaultKind::Doubt => recorder.doubt(fault.check, fault.reason, at.clone()),
        }
    }
    if faults.iter().any(|fault| fault.check == CheckId::Key) {
        recorder.block(&[CheckId::Proof], CheckId::Key);
    } else {
        recorder.pass(CheckId::Key);
    }
    for did in faults.into_iter().filter_map(|fault| fault.missing) {
        recorder.miss(Missing::DidDocument(did));
    }
    None
}

struct Fault {
    check: CheckId,
    reason: Reason,
    kind: FaultKind,
    missing: Option<Did>,
}

enum FaultKind {
    Failed,
    Doubt,
}

impl Fault {
    const fn failed(check: CheckId, reason: Reason) -> Self {
        Self {
            check,
            reason,
            kind: FaultKind::Failed,
            missing: None,
        }
    }
}

/// What is wrong with one proof, apart from its dates.
fn fault_of(
    bench: Bench<'_>,
    document: &Object,
    proof: &UnverifiedProof,
    signer: &Signer<'_>,
) -> Option<Fault> {
    if proof.purpose() != signer.purpose {
        return Some(Fault::failed(CheckId::Proof, Reason::ProofPurpose));
    }
    let method = proof.verification_method();
    if method.did() != signer.did {
        return Some(Fault::failed(CheckId::Key, signer.stranger));
    }
    let documents;
    let known = if signer.did.method() == DidMethod::Web {
        let max_age = bench.policy.limits().max_document_age;
        match bench.evidence.document(signer.did, bench.now, max_age) {
            Some(Ok(found)) => found,
            Some(Err(Reason::DidResolutionFailed)) => {
                return Some(Fault {
                    kind: FaultKind::Doubt,
                    ..Fault::failed(CheckId::Key, Reason::DidResolutionFailed)
                });
            }
            Some(Err(reason)) => return Some(Fault::failed(CheckId::Key, *reason)),
            None => {
                return Some(Fault {
                    kind: FaultKind::Doubt,
                    missing: Some(signer.did.clone()),
                    ..Fault::failed(CheckId::Key, Reason::DidResolutionFailed)
                });
            }
        }
    } else {
        match DidDocument::of_static(signer.did) {
            Some(Ok(document)) => {
                documents = document;
                &documents
            }
            Some(Err(error)) => return Some(Fault::failed(CheckId::Key, error.reason())),
            None => return Some(Fault::failed(CheckId::Key, Reason::DidMethodUnsupported)),
        }
    };
    let key = match known.key(method, signer.purpose.relationship(), bench.now) {
        Ok(key) => key,
        Err(error) => return Some(Fault::failed(CheckId::Key, error.reason())),
    };
    proof
        .verify(document, key, WorkLimit::document())
        .err()
        .map(|error| Fault::failed(check_of_proof_error(error.reason()), error.reason()))
}

/// Most faults of a proof are the proof's; a few speak of the key it names.
const fn check_of_proof_error(reason: Reason) -> CheckId {
    match reason {
        Reason::VmMalformed
        | Reason::VmNotFound
        | Reason::IssuerKeyMismatch
        | Reason::DidMalformed
        | Reason::DidMethodUnsupported
        | Reason::DidPort => CheckId::Key,
        Reason::DateMalformed => CheckId::Time,
        _ => CheckId::Proof,
    }
}

fn check_proof_time(
    bench: Bench<'_>,
    proof: &UnverifiedProof,
    pointer: &str,
    recorder: &mut Recorder,
) {
    let latest = bench.now.plus_seconds(bench.policy.limits().clock_skew);
    let fault = match (proof.created(), proof.expires()) {
        (Some(created), _) if created > latest => Some(Reason::ProofCreatedFuture),
        (Some(created), _) if created.unix() < FIRST_PROOFS => Some(Reason::ProofCreatedRange),
        (Some(created), Some(expires)) if expires < created => Some(Reason::ProofExpired),
        (_, Some(expires)) if expires <= bench.now => Some(Reason::ProofExpired),
        _ => None,
    };
    match fault {
        Some(reason) => recorder.fail(CheckId::Time, reason, pointer),
        None => recorder.pass(CheckId::Time),
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

/// A credential that names a status list may have been revoked; one that names none cannot be.
fn check_status(credential: &UnverifiedCredential, pointer: &str, recorder: &mut Recorder) {
    if credential.has_status() {
        let at = format!("{pointer}/credentialStatus");
        recorder.doubt(CheckId::Status, Reason::StatusUnavailable, at);
    } else {
        recorder.pass(CheckId::Status);
    }
}

/// The creator's statement: policy first, then, once the credential around it stands, its proof.
fn judge_provenance(
    bench: Bench<'_>,
    credential: &UnverifiedCredential,
    pointer: &str,
    carrier_stands: bool,
    recorder: &mut Recorder,
) {
    let Some(provenance) = credential.subject().provenance() else {
        // Provenance by itself: its issuer is the creator, and trust has spoken already.
        recorder.pass(CheckId::Provenance);
        return;
    };
    let at = format!("{pointer}/credentialSubject/provenance");
    let (creator, issuer) = (
        provenance.unverified_issuer(),
        credential.unverified_issuer(),
    );
    let trusted = bench
        .policy
        .trusts_creator(creator, issuer, credential.kind());
    if trusted {
        recorder.pass(CheckId::Provenance);
    } else if bench.policy.trusts(issuer, credential.kind()) {
        let at = format!("{at}/issuer");
        recorder.fail(CheckId::Provenance, Reason::AssetProvenanceUntrusted, at);
    } else {
        recorder.block(&[CheckId::Provenance], CheckId::Trust);
    }
    // A did:web creator is contacted only when the world that vouches for it has really signed.
    let reachable = carrier_stands || creator.method() != DidMethod::Web;
    if trusted && reachable {
        prove(bench, provenance, &at, true, recorder);
    } else {
        let by = if trusted {
            CheckId::Proof
        } else {
            CheckId::Provenance
        };
        recorder.block(&[CheckId::Key, CheckId::Proof], by);
    }
    check_time(bench, provenance, &at, recorder);
    check_status(provenance, &at, recorder);
}

/// What a world grants is within what the creator gave out.
fn check_license(credential: &UnverifiedCredential, pointer: &str, recorder: &mut Recorder) {
    let subject = credential.subject();
    let Some(provenance) = subject.provenance() else {
        recorder.pass(CheckId::License);
        return;
    };
    match subject
        .license()
        .not_looser_than(provenance.subject().license())
    {
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
