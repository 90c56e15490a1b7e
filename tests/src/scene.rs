//! The usual scene: world A has issued, the person stands before world B, and world B verifies.
//!
//! What no honest party would make is made here too: documents with any member changed, around which
//! the proofs are good again.

use std::cell::RefCell;
use std::collections::BTreeSet;

use proofs::data_integrity::{ProofOptions, ProofPurpose};
use proofs::did_document::DidDocument;
use proofs::keys::SigningKey;
use schemas::canonical;
use schemas::check::CheckId;
use schemas::credential::CredentialType;
use schemas::did::DidMethod;
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;
use verifier::{
    Asked, AssetAsked, Audience, Challenge, Creators, CredentialAsked, Evidence, Holder, Policy,
    PresentationAsked, Question, Report, StatusAsked, verify,
};

use crate::actors::{Creator, NONCE, World, key_for, present, query};
use crate::fixed::now;
use crate::forge::{edited, resigned};
use crate::lists::Fetched;
use crate::surfaces;

/// World A issued an avatar; the person stands before world B.
#[derive(Debug)]
pub struct Scene {
    /// The world that issued.
    pub a: World,
    /// The world that asks and verifies.
    pub b: World,
    /// Who made the model.
    pub creator: Creator,
    /// Whom world B believes: world A, and every creator that it vouches for.
    pub policy: Policy,
    /// What world B knows: world A's document.
    pub evidence: Evidence,
    /// Whether world B also holds a model file against it.
    pub asset: AssetAsked,
    /// When it happens.
    pub now: Timestamp,
    /// The suite in which the holder signs.
    pub holder_suite: Cryptosuite,
    /// The lists that were fetched, in order.
    pub lists: Vec<Fetched>,
}

impl Default for Scene {
    fn default() -> Self {
        Self::new()
    }
}

impl Scene {
    /// World A issues with `eddsa-jcs-2022`.
    #[must_use]
    pub fn new() -> Self {
        Self::with_suite(Cryptosuite::EddsaJcs2022)
    }

    /// Everybody signs with this suite.
    #[must_use]
    pub fn with_suite(suite: Cryptosuite) -> Self {
        let a = World::new("a.example").with_suite(suite);
        let policy = Policy::nobody().with_issuer(
            a.did(),
            vec![CredentialType::Avatar, CredentialType::Item],
            Creators::Any,
        );
        let evidence = match a.did().method() {
            DidMethod::Web => Evidence::new().with_document(a.document(), now()),
            DidMethod::Key | DidMethod::Jwk => Evidence::new(),
        };
        Self {
            b: World::new("b.example"),
            creator: Creator::new("aoi"),
            policy,
            evidence,
            asset: AssetAsked::NotAsked,
            now: now(),
            holder_suite: suite,
            lists: Vec::new(),
            a,
        }
    }

    /// The same scene, in which world A publishes another document.
    ///
    /// # Panics
    /// When it is no document: the test is wrong then.
    #[must_use]
    pub fn publishing(mut self, document: &Object) -> Self {
        surfaces::publishes(&self.a.did(), document);
        let document = DidDocument::parse(&document.clone().into(), &self.a.did());
        self.evidence = Evidence::new().with_document(document.expect("a document"), now());
        self
    }

    /// The key of the person's copy, of the type that [`holder_suite`](Self::holder_suite) signs with.
    #[must_use]
    pub fn holder(&self) -> SigningKey {
        key_for("mika-1", self.holder_suite)
    }

    /// An avatar of the person.
    #[must_use]
    pub fn avatar(&self) -> Object {
        let holder = self.holder().did_key();
        self.a
            .issue(&self.a.avatar(&holder, self.creator.provenance()).unsigned())
    }

    /// An item of the person.
    #[must_use]
    pub fn item(&self) -> Object {
        let holder = self.holder().did_key();
        self.a
            .issue(&self.a.item(&holder, self.creator.provenance()).unsigned())
    }

    /// The avatar, honestly presented to world B.
    #[must_use]
    pub fn presentation(&self) -> Object {
        if self.holder_suite == Cryptosuite::EddsaJcs2022 {
            return present(&self.holder(), vec![self.avatar()], &self.b);
        }
        self.present_unchecked(&self.avatar())
    }

    /// A credential changed at a place and signed again by world A.
    #[must_use]
    pub fn reissue(&self, credential: &Object, path: &str, value: Option<Value>) -> Object {
        let options = ProofOptions::assertion(self.a.suite, self.a.method(), now());
        resigned(&edited(credential, path, value), &options, &self.a.key())
    }

    /// The same, where it can be signed; what nobody can sign keeps its proof.
    #[must_use]
    pub fn reissue_or_stale(
        &self,
        credential: &Object,
        path: &str,
        value: Option<Value>,
    ) -> Object {
        let mut bare = edited(credential, path, value);
        let proof = bare.remove("proof");
        let options = ProofOptions::assertion(self.a.suite, self.a.method(), now());
        proofs::data_integrity::sign(&bare, &options, &self.a.key()).unwrap_or_else(|_| {
            bare.insert("proof", proof);
            bare
        })
    }

    /// A presentation around anything at all, with a good proof of the person.
    #[must_use]
    pub fn present_unchecked(&self, credential: &Object) -> Object {
        let bare = self.unsigned_presentation(vec![credential.clone()]);
        resigned(&bare, &self.vp_options(), &self.holder())
    }

    /// A presentation of the person that nobody has signed.
    #[must_use]
    pub fn unsigned_presentation(&self, credentials: Vec<Object>) -> Object {
        schemas::object! {
            "@context" => schemas::credential::CONTEXTS,
            "type" => ["VerifiablePresentation"],
            "holder" => &self.holder().did_key(),
            "verifiableCredential" => credentials,
        }
    }

    /// What the person's proof says.
    #[must_use]
    pub fn vp_options(&self) -> ProofOptions {
        ProofOptions {
            suite: self.holder_suite,
            verification_method: self.holder().verification_method(),
            purpose: ProofPurpose::Authentication,
            created: now(),
            expires: None,
            challenge: Some(NONCE.to_owned()),
            domain: Some(self.b.client_id()),
        }
    }

    /// World B asks for one credential, as `avatar`.
    ///
    /// # Panics
    /// Never: the nonce of the tests is long enough.
    #[must_use]
    pub fn asked_for(&self, kind: CredentialType) -> Asked {
        Asked::Presentation(PresentationAsked {
            lease: verifier::LeaseAsked::NotAsked,
            challenge: Challenge::new(NONCE).expect("a nonce"),
            audience: Audience::new(self.b.client_id()),
            query: query(&[("avatar", kind.iri())]),
            transaction_data: Vec::new(),
        })
    }

    /// The person's wallet asks whether it may keep a credential.
    #[must_use]
    pub fn asked_by_wallet(&self) -> Asked {
        Asked::Credential(CredentialAsked {
            types: vec![CredentialType::Avatar, CredentialType::Item],
            holder: Holder::Key(self.holder().did_key()),
            status: StatusAsked::Asked,
        })
    }

    /// Any bytes, under any question.
    ///
    /// # Panics
    /// When the report has a reason under a check that is not known to give it.
    #[must_use]
    pub fn judge_bytes(&self, asked: &Asked, bytes: &[u8]) -> Report {
        let question = Question {
            asked,
            asset: &self.asset,
            policy: &self.policy,
        };
        let report = verify(&question, bytes, &self.evidence, self.now);
        assert_placed(&report);
        surfaces::note(self, asked, bytes, &report);
        report
    }

    /// World B judges a `vp_token`, being asked for an avatar.
    #[must_use]
    pub fn judge_token(&self, token: &[u8]) -> Report {
        self.judge_bytes(&self.asked_for(CredentialType::Avatar), token)
    }

    /// World B judges one presentation.
    #[must_use]
    pub fn judge(&self, presentation: &Object) -> Report {
        self.judge_token(&token(presentation))
    }

    /// The wallet judges one credential.
    #[must_use]
    pub fn judge_credential(&self, credential: &Object) -> Report {
        let bytes = canonical::object_to_bytes(credential);
        self.judge_bytes(&self.asked_by_wallet(), &bytes)
    }

    /// A credential on both ways: received by the wallet, and presented to world B by its holder.
    #[must_use]
    pub fn judge_both(&self, credential: &Object) -> [Report; 2] {
        [
            self.judge_credential(credential),
            self.judge(&self.present_unchecked_or_stale(credential)),
        ]
    }

    /// A presentation around anything: with a good proof, or, where nobody can sign it, with the
    /// proof of another one.
    #[must_use]
    pub fn present_unchecked_or_stale(&self, credential: &Object) -> Object {
        let mut bare = self.unsigned_presentation(vec![credential.clone()]);
        let signed = proofs::data_integrity::sign(&bare, &self.vp_options(), &self.holder());
        signed.unwrap_or_else(|_| {
            let good = self.presentation();
            bare.insert("proof", good.get("proof").cloned().unwrap_or(Value::Null));
            bare
        })
    }
}

thread_local! {
    static REACHED: RefCell<BTreeSet<(CheckId, Reason)>> = const { RefCell::new(BTreeSet::new()) };
}

/// Every reason that a report of this thread has given so far, with its check.
#[must_use]
pub fn reached() -> BTreeSet<(CheckId, Reason)> {
    REACHED.with_borrow(Clone::clone)
}

/// That every reason stands under a check that `schemas::reason` and `REASONS.md` name for it.
///
/// # Panics
/// When one does not.
pub fn assert_placed(report: &Report) {
    for detail in report.details() {
        let (check, reason) = (detail.check, detail.reason);
        REACHED.with_borrow_mut(|reached| reached.insert((check, reason)));
        let placed = reason.checks().contains(&check);
        assert!(
            placed,
            "{reason} is given by the check {check}: see schemas/src/reason/checks.rs"
        );
    }
}

/// The `vp_token` of one presentation, as bytes.
#[must_use]
pub fn token(presentation: &Object) -> Vec<u8> {
    canonical::object_to_bytes(&schemas::object! { "avatar" => vec![presentation.clone()] })
}
