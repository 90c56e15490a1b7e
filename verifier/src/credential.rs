//! One credential, judged: trust, key, proof, time, status, provenance, license.
//!
//! Run by worlds on what is presented and by wallets on what they receive. An embedded provenance
//! goes the same way, one level down.

use proofs::data_integrity::ProofPurpose;
use schemas::check::CheckId;
use schemas::credential::{CredentialType, Subject, UnverifiedCredential, Validity};
use schemas::did::{Did, DidMethod};
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::terms::Contexts;
use schemas::time::Timestamp;

use crate::evidence::Evidence;
use crate::policy::Policy;
use crate::proof::{Signer, check_proofs};
use crate::question::{AssetAsked, CredentialAsked, Holder};
use crate::report::{Recorder, Shaped};
use crate::{asset, shape};

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
    if asked.types.contains(&credential.kind()) {
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

/// Steps of canonicalizing that a credential has in any case: one of ours takes none.
const STEPS: u64 = 250;

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
        steps: STEPS,
    };
    check_proofs(bench, credential.object(), &signer, pointer, recorder).stands()
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
