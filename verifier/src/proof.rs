//! Proofs on documents: whose key, for what, and does the signature stand.
//!
//! Run on credentials, on the provenance in them, and on presentations.

use std::borrow::Cow;

use proofs::data_integrity::{ProofPurpose, UnverifiedProof, VerifiedProof};
use proofs::did_document::DidDocument;
use proofs::keys::VerifyingKey;
use proofs::rdf::WorkLimit;
use schemas::check::CheckId;
use schemas::did::{Did, DidMethod, DidUrl};
use schemas::json::Object;
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::terms;
use schemas::time::Timestamp;

use crate::credential::Bench;
use crate::evidence::Missing;
use crate::key_history::{Fit, VerifiedKeyHistory};
pub(crate) use crate::no_key::NoKey;
use crate::report::Recorder;
use crate::shape::check_of;

/// No honest proof is older than its suite: the year in its name.
const fn first_proofs(suite: Cryptosuite) -> i64 {
    match suite {
        Cryptosuite::EddsaJcs2022 | Cryptosuite::EddsaRdfc2022 => 1_640_995_200,
        Cryptosuite::EcdsaJcs2019 | Cryptosuite::EcdsaRdfc2019 => 1_546_300_800,
    }
}

/// Who has to have signed a document, and what for.
pub(crate) struct Signer<'a> {
    pub(crate) did: &'a Did,
    pub(crate) purpose: ProofPurpose,
    /// The reason when somebody else's key is named.
    pub(crate) stranger: Reason,
    /// Steps of canonicalizing that the document has in any case.
    pub(crate) steps: u64,
}

/// A document with proofs.
#[derive(Clone, Copy)]
pub(crate) enum Document<'a> {
    /// Its words were checked when it was read.
    Checked(terms::Checked<'a>),
    /// Nothing is known of its words.
    Open(&'a Object),
}

impl<'a> Document<'a> {
    /// A document that was read, with what reading it has shown.
    pub(crate) fn new(object: &'a Object, checked: Option<terms::Checked<'a>>) -> Self {
        checked.map_or(Self::Open(object), Self::Checked)
    }

    const fn object(self) -> &'a Object {
        match self {
            Self::Checked(document) => document.document(),
            Self::Open(object) => object,
        }
    }
}

/// The proofs of a document, checked.
pub(crate) struct Checked {
    proofs: Vec<UnverifiedProof>,
    verified: Vec<VerifiedProof>,
}

impl Checked {
    const NONE: Self = Self {
        proofs: Vec::new(),
        verified: Vec::new(),
    };

    /// Whether there is a proof, and every one is verified.
    pub(crate) const fn stands(&self) -> bool {
        !self.proofs.is_empty() && self.proofs.len() == self.verified.len()
    }

    /// The proofs that [stand](Self::stands), each with the key that confirmed it.
    pub(crate) fn signed(&self) -> Vec<(UnverifiedProof, VerifyingKey)> {
        let keys = self.verified.iter().map(|verified| verified.key().clone());
        self.proofs.iter().cloned().zip(keys).collect()
    }

    /// The proofs, as they arrived: what they say is reported also when it was not signed.
    pub(crate) fn proofs(&self) -> &[UnverifiedProof] {
        &self.proofs
    }
}

/// How much work one proof may take. All documents of a question share what one alone would have, so
/// that sixteen presentations of sixteen credentials do not take 256 times as long.
fn work_of(bench: Bench<'_>, signer: &Signer<'_>) -> WorkLimit {
    let whole = WorkLimit::document();
    let documents = u64::try_from(bench.documents.max(1)).unwrap_or(u64::MAX);
    let share = (whole.steps() / documents).max(signer.steps);
    WorkLimit::new(whole.quads(), share.min(whole.steps()))
}

/// Checks every proof on a document: all have to stand, and all have to be by the signer. Behind one
/// that fails no other is looked at, for no other can change the answer, and each takes time.
pub(crate) fn check_proofs(
    bench: Bench<'_>,
    document: Document<'_>,
    signer: &Signer<'_>,
    pointer: &str,
    recorder: &mut Recorder,
) -> Checked {
    let at = format!("{pointer}/proof");
    let proofs = match UnverifiedProof::all_of(document.object()) {
        Ok(proofs) => proofs,
        Err(error) => {
            let check = check_of(error.reason(), CheckId::Proof);
            recorder.fail(check, error.reason(), at);
            let others = [CheckId::Key, CheckId::Proof]
                .into_iter()
                .filter(|other| *other != check);
            recorder.block(&others.collect::<Vec<_>>(), check);
            return Checked::NONE;
        }
    };
    let mut verified = Vec::new();
    let mut faults = Vec::new();
    for (index, proof) in proofs.iter().enumerate() {
        check_proof_time(bench, proof, &at, recorder);
        if faults.iter().any(Fault::is_failure) {
            continue;
        }
        // The same proof once more says nothing more.
        let twin = proofs.iter().take(index).position(|twin| twin == proof);
        match twin.map(|twin| verified.get(twin).cloned()) {
            Some(outcome) => verified.push(outcome.flatten()),
            None => match verify(bench, document, proof, signer) {
                Ok(proof) => verified.push(Some(proof)),
                Err(fault) => {
                    faults.push(fault);
                    verified.push(None);
                }
            },
        }
    }
    let verified = verified.into_iter().flatten().collect();
    record(&faults, proofs.len(), &at, recorder);
    Checked { proofs, verified }
}

/// One proof has its own reason. Of several one fault decides for all, and a doubt stays a doubt:
/// what is not known yet must not be refused for it.
fn record(faults: &[Fault], proofs: usize, at: &str, recorder: &mut Recorder) {
    let failed = faults.iter().find(|fault| fault.is_failure());
    if let Some(fault) = failed.filter(|_| proofs > 1) {
        let found = Some(fault.reason.code().to_owned());
        recorder.fail_with(CheckId::Proof, Reason::ProofSetPolicy, at, None, found);
        recorder.pass(CheckId::Key);
        return;
    }
    for fault in faults {
        match fault.kind {
            FaultKind::Failed => recorder.fail(fault.check, fault.reason, at),
            FaultKind::Doubt => recorder.doubt(fault.check, fault.reason, at),
        }
        if let Some(missing) = &fault.missing {
            recorder.miss(missing.clone());
        }
    }
    let key = faults.iter().any(|fault| fault.check == CheckId::Key);
    if key {
        recorder.block(&[CheckId::Proof], CheckId::Key);
    } else {
        recorder.pass(CheckId::Key);
    }
    if faults.is_empty() {
        recorder.pass(CheckId::Proof);
    }
}

struct Fault {
    check: CheckId,
    reason: Reason,
    kind: FaultKind,
    missing: Option<Missing>,
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

    const fn doubt(missing: Option<Missing>) -> Self {
        Self {
            check: CheckId::Key,
            reason: Reason::DidResolutionFailed,
            kind: FaultKind::Doubt,
            missing,
        }
    }

    const fn is_failure(&self) -> bool {
        matches!(self.kind, FaultKind::Failed)
    }
}

/// One proof, apart from its dates.
fn verify(
    bench: Bench<'_>,
    document: Document<'_>,
    proof: &UnverifiedProof,
    signer: &Signer<'_>,
) -> Result<VerifiedProof, Fault> {
    if proof.purpose() != signer.purpose {
        return Err(Fault::failed(CheckId::Proof, Reason::ProofPurpose));
    }
    let method = proof.verification_method();
    if method.did() != signer.did {
        return Err(Fault::failed(CheckId::Key, signer.stranger));
    }
    let known = known_document(bench, signer.did)?;
    let key = signing_key(bench, &known, method, proof.created(), signer)?;
    let work = work_of(bench, signer);
    let verified = match document {
        Document::Checked(document) => {
            proof.verify_checked(document, &key, work, &mut bench.seen.borrow_mut())
        }
        Document::Open(document) => proof.verify(document, &key, work),
    };
    verified
        .map_err(|error| Fault::failed(check_of(error.reason(), CheckId::Proof), error.reason()))
}

/// The key that a proof names, as [`check_proofs`] looks it up, or why there is none.
pub(crate) fn key_of(
    bench: Bench<'_>,
    proof: &UnverifiedProof,
    signer: &Signer<'_>,
) -> Result<VerifyingKey, NoKey> {
    let found = known_document(bench, signer.did).and_then(|known| {
        let method = proof.verification_method();
        signing_key(bench, &known, method, proof.created(), signer)
    });
    found.map_err(NoKey::from)
}

impl From<Fault> for NoKey {
    fn from(fault: Fault) -> Self {
        match fault.is_failure() {
            true => Self::Failed(fault.reason),
            false => Self::Doubt(fault.reason, fault.missing),
        }
    }
}

/// What a token calls its key: a DID URL, or a fragment alone, which is one of the DID whose it has to be.
pub(crate) fn token_method(kid: Option<&str>, did: &Did) -> Result<Option<DidUrl>, Reason> {
    let Some(kid) = kid else {
        return Ok(None);
    };
    let method = match kid.strip_prefix('#') {
        Some(fragment) => did.with_fragment(fragment),
        None if kid.starts_with("did:") => kid.parse(),
        None => return Err(Reason::IssuerKeyMismatch),
    };
    method.map(Some).map_err(|error| error.reason())
}

/// The key that a token names, as [`check_token`] looks it up, or why there is none.
pub(crate) fn token_key_of(
    bench: Bench<'_>,
    signer: &Signer<'_>,
    method: Result<Option<DidUrl>, Reason>,
    stated: Option<Timestamp>,
) -> Result<VerifyingKey, NoKey> {
    token_key(bench, signer, method, stated).map_err(NoKey::from)
}

fn token_key(
    bench: Bench<'_>,
    signer: &Signer<'_>,
    method: Result<Option<DidUrl>, Reason>,
    stated: Option<Timestamp>,
) -> Result<VerifyingKey, Fault> {
    let method = method.map_err(|reason| Fault::failed(CheckId::Key, reason))?;
    let stranger = || Fault::failed(CheckId::Key, signer.stranger);
    if method
        .as_ref()
        .is_some_and(|method| method.did() != signer.did)
        || method.is_none() && signer.did.method() == DidMethod::Web
    {
        return Err(stranger());
    }
    let known = known_document(bench, signer.did)?;
    let only = || {
        let mut methods = known.methods(signer.purpose.relationship());
        methods.next().and_then(|method| method.parse().ok())
    };
    let method = method.or_else(only).ok_or_else(stranger)?;
    signing_key(bench, &known, &method, stated, signer)
}

/// What a token says of its key.
pub(crate) struct Named {
    /// What it calls it.
    pub(crate) method: Result<Option<DidUrl>, Reason>,
    /// When it says that it was made: a key that its controller has retired vouches for what was made in
    /// its time.
    pub(crate) stated: Option<Timestamp>,
}

/// A signed token of a DID, checked: whose key it names, and whether that key signed it. True when the
/// signature stands.
///
/// A token that names no key is checked with the one key of a DID that is its key.
pub(crate) fn check_token(
    bench: Bench<'_>,
    signer: &Signer<'_>,
    named: Named,
    verify: impl FnOnce(&VerifyingKey) -> Result<(), Reason>,
    at: &str,
    recorder: &mut Recorder,
) -> bool {
    let checked = token_key(bench, signer, named.method, named.stated).and_then(|key| {
        verify(&key).map_err(|reason| Fault::failed(check_of(reason, CheckId::Proof), reason))
    });
    let stands = checked.is_ok();
    record(checked.err().as_slice(), 1, at, recorder);
    stands
}

/// The key that a proof or a token names: of the document, or of the history that the document
/// announces. `created` is when it says it was made.
fn signing_key(
    bench: Bench<'_>,
    known: &DidDocument,
    method: &DidUrl,
    created: Option<Timestamp>,
    signer: &Signer<'_>,
) -> Result<VerifyingKey, Fault> {
    require_goes_on(bench, known)?;
    let unlisted = match known.key(method, signer.purpose.relationship(), bench.now) {
        Ok(key) => return Ok(key.clone()),
        Err(error) => Fault::failed(CheckId::Key, error.reason()),
    };
    // Only for claims: to act as a DID takes a key of today.
    let (Reason::VmNotFound, ProofPurpose::AssertionMethod, true, Some(created)) = (
        unlisted.reason,
        signer.purpose,
        known.announces_key_history(),
        created,
    ) else {
        return Err(unlisted);
    };
    match history(bench, known)?.key_at(method, created) {
        Ok(Some(key)) => Ok(key.clone()),
        Ok(None) => Err(unlisted),
        Err(reason) => Err(Fault::failed(CheckId::Key, reason)),
    }
}

/// Every key that vouches for claims of a signer that say no time, each once: those of the document, and
/// those of its history of which nobody else had hold. Beside them why there may be more.
pub(crate) fn timeless_keys_of(
    bench: Bench<'_>,
    signer: &Signer<'_>,
) -> (Vec<VerifyingKey>, Option<NoKey>) {
    let known = known_document(bench, signer.did).and_then(|known| {
        require_goes_on(bench, &known)?;
        Ok(known)
    });
    let known = match known {
        Ok(known) => known,
        Err(fault) => return (Vec::new(), Some(fault.into())),
    };
    let listed = known.keys(signer.purpose.relationship(), bench.now);
    let mut keys: Vec<VerifyingKey> = listed.map(|(_, key)| key.clone()).collect();
    if !known.announces_key_history() {
        return (keys, None);
    }
    let history = match history(bench, &known) {
        Ok(history) => history,
        Err(fault) => return (keys, Some(fault.into())),
    };
    for key in history.uncompromised() {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    (keys, None)
}

/// What was seen once has to go on: whoever took over a domain has other keys.
fn require_goes_on(bench: Bench<'_>, known: &DidDocument) -> Result<(), Fault> {
    let Some(head) = bench.evidence.pinned(known.did()) else {
        return Ok(());
    };
    if !known.announces_key_history() {
        return Err(Fault::failed(CheckId::Key, Reason::KeyHistoryMismatch));
    }
    match head.fits(known, bench.now) {
        true => Ok(()),
        false => history(bench, known).map(drop),
    }
}

/// The history of a document's keys, with which the document agrees. Of two that were fetched at
/// different times the older may be behind: it is fetched again before anything is said.
fn history<'a>(bench: Bench<'a>, document: &DidDocument) -> Result<&'a VerifiedKeyHistory, Fault> {
    let did = document.did();
    let max_age = bench.policy.limits().max_document_age;
    let ask = || Fault::doubt(Some(Missing::KeyHistory(did.clone())));
    let (found, at) = bench
        .evidence
        .key_history(did, bench.now, max_age)
        .ok_or_else(ask)?;
    let history = match found {
        Ok(history) => history,
        Err(Reason::DidResolutionFailed) => return Err(Fault::doubt(None)),
        Err(reason) => return Err(Fault::failed(CheckId::Key, *reason)),
    };
    let fetched = bench.evidence.document_at(did).unwrap_or(at);
    match history.fit(document, bench.now) {
        Fit::Last => Ok(history),
        _ if at < fetched => Err(ask()),
        Fit::Earlier if fetched < at => Err(Fault::doubt(Some(Missing::DidDocument(did.clone())))),
        Fit::Earlier | Fit::None => Err(Fault::failed(CheckId::Key, Reason::KeyHistoryMismatch)),
    }
}

/// The signer's document: from evidence, or out of the DID itself.
fn known_document<'a>(bench: Bench<'a>, did: &Did) -> Result<Cow<'a, DidDocument>, Fault> {
    if did.method() != DidMethod::Web {
        if let Some(known) = bench.evidence.static_key(did) {
            return Ok(Cow::Borrowed(known));
        }
        let document = DidDocument::of_static(did)
            .ok_or_else(|| Fault::failed(CheckId::Key, Reason::DidMethodUnsupported))?;
        return document
            .map(Cow::Owned)
            .map_err(|error| Fault::failed(CheckId::Key, error.reason()));
    }
    match bench
        .evidence
        .document(did, bench.now, bench.policy.limits().max_document_age)
    {
        Some(Ok(found)) => Ok(Cow::Borrowed(found)),
        Some(Err(Reason::DidResolutionFailed)) => Err(Fault::doubt(None)),
        Some(Err(reason)) => Err(Fault::failed(CheckId::Key, *reason)),
        None => Err(Fault::doubt(Some(Missing::DidDocument(did.clone())))),
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
        (Some(created), _) if created.unix() < first_proofs(proof.suite()) => {
            Some(Reason::ProofCreatedRange)
        }
        (Some(created), Some(expires)) if expires < created => Some(Reason::ProofExpired),
        (_, Some(expires)) if expires <= bench.now => Some(Reason::ProofExpired),
        _ => None,
    };
    match fault {
        Some(reason) => recorder.fail(CheckId::Time, reason, pointer),
        None => recorder.pass(CheckId::Time),
    }
}
