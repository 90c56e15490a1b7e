//! Data Integrity proofs: a signature that stands in the document it secures.
//!
//! Issuers and holders make them, everybody checks them. The suites are a closed list, a file each,
//! with making and checking side by side. Source: VC Data Integrity 1.0 sections 2.1, 4.2 to 4.5;
//! VC Data Integrity EdDSA 1.0 section 3;
//! VC Data Integrity ECDSA 1.0 section 3 (P-256 only).
//!
//! ```text
//! document + ProofOptions + SigningKey ── sign ──▶ secured document
//! secured document ── UnverifiedProof::all_of ──▶ proofs ── verify (key) ──▶ VerifiedProof
//! ```
//!
//! Every suite checks the words of the document against the term table before it hashes anything, so
//! that a member without a meaning is never signed and never believed.

mod ecdsa_jcs_2019;
mod ecdsa_rdfc_2019;
mod eddsa_jcs_2022;
mod eddsa_rdfc_2022;
mod error;
mod proof;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use schemas::did::DidUrl;
use schemas::digest::Sha256Digest;
use schemas::encoding::base58btc;
use schemas::json::{Object, Value};
use schemas::object;
use schemas::suite::{Cryptosuite, KeyType};
use schemas::terms::{self, Checked, Contexts, Violation};
use schemas::time::Timestamp;

use crate::did_document::Relationship;
use crate::keys::{Signature, SignatureInvalid, SigningKey, VerifyingKey};
use crate::rdf::WorkLimit;

pub use error::{ProofError, SignError};
pub use proof::{MAX_PROOFS, UnverifiedProof};

/// The type of every proof.
const PROOF_TYPE: &str = "DataIntegrityProof";

/// What a proof is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProofPurpose {
    /// To make the claims of a credential.
    AssertionMethod,
    /// To present: somebody answers a challenge.
    Authentication,
}

impl ProofPurpose {
    /// The value of `proofPurpose`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.relationship().name()
    }

    /// For what the key must be listed in its DID document.
    #[must_use]
    pub const fn relationship(self) -> Relationship {
        match self {
            Self::AssertionMethod => Relationship::AssertionMethod,
            Self::Authentication => Relationship::Authentication,
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::AssertionMethod, Self::Authentication]
            .into_iter()
            .find(|purpose| purpose.name() == name)
    }
}

/// What a new proof says beside its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofOptions {
    /// How the document is transformed and signed.
    pub suite: Cryptosuite,
    /// Where strangers find the public key.
    pub verification_method: DidUrl,
    /// What the proof is for.
    pub purpose: ProofPurpose,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it is not to be believed.
    pub expires: Option<Timestamp>,
    /// The verifier's challenge, in a presentation.
    pub challenge: Option<String>,
    /// The verifier, in a presentation.
    pub domain: Option<String>,
}

impl ProofOptions {
    /// For the claims of a credential.
    #[must_use]
    pub const fn assertion(
        suite: Cryptosuite,
        verification_method: DidUrl,
        created: Timestamp,
    ) -> Self {
        Self {
            suite,
            verification_method,
            purpose: ProofPurpose::AssertionMethod,
            created,
            expires: None,
            challenge: None,
            domain: None,
        }
    }

    /// The proof before it has a value.
    fn write(&self) -> Result<Object, SignError> {
        let mut proof = object! {
            "type" => PROOF_TYPE,
            "cryptosuite" => self.suite.name(),
            "created" => self.created,
        };
        if let Some(expires) = self.expires {
            proof.insert("expires", expires);
        }
        proof.insert("verificationMethod", &self.verification_method);
        proof.insert("proofPurpose", self.purpose.name());
        for (name, value) in [("challenge", &self.challenge), ("domain", &self.domain)] {
            match value.as_deref() {
                None => {}
                Some("") => return Err(SignError::Empty(name)),
                Some(value) => {
                    proof.insert(name, value);
                }
            }
        }
        Ok(proof)
    }
}

/// Signs a document: the same document with a `proof`.
///
/// The public key is computed from the secret. That strangers find that very key under
/// `options.verification_method` is for the caller; [`issue`](crate::issue) checks it.
///
/// # Errors
/// When the document has a proof already, uses a word that the term table does not have, takes too
/// much work to canonicalize, a challenge or domain is empty, or the suite is for keys of another type.
pub fn sign(
    document: &Object,
    options: &ProofOptions,
    key: &SigningKey,
) -> Result<Object, SignError> {
    sign_alone(
        document,
        options,
        key,
        Contexts::pinned(),
        WorkLimit::document(),
    )
}

/// Signs a document with contexts of the caller's choice: for conformance suites.
///
/// What is signed this way may say anything, in words of its writer's choice.
///
/// # Errors
/// As of [`sign`].
pub fn sign_alone(
    document: &Object,
    options: &ProofOptions,
    key: &SigningKey,
    contexts: Contexts,
    work: WorkLimit,
) -> Result<Object, SignError> {
    let settings = Settings::new(contexts, work);
    if document.contains_key("proof") {
        return Err(SignError::HasProof);
    }
    let proof = settings.create(document, options.suite, options.write()?, key)?;
    let mut secured = document.clone();
    secured.insert("proof", proof);
    Ok(secured)
}

/// A proof whose signature is good: this key signed this document and said this about it.
///
/// Made by [`UnverifiedProof::verify`] only. Whether the key is the issuer's, the purpose, the times,
/// the challenge and the domain are right is open.
#[derive(Clone, Debug)]
pub struct VerifiedProof {
    proof: UnverifiedProof,
    key: VerifyingKey,
}

impl VerifiedProof {
    /// The cryptosuite.
    #[must_use]
    pub fn suite(&self) -> Cryptosuite {
        self.proof.suite()
    }

    /// The verification method that the proof names.
    #[must_use]
    pub fn verification_method(&self) -> &DidUrl {
        self.proof.verification_method()
    }

    /// What the proof is for.
    #[must_use]
    pub fn purpose(&self) -> ProofPurpose {
        self.proof.purpose()
    }

    /// When it says it was made.
    #[must_use]
    pub fn created(&self) -> Option<Timestamp> {
        self.proof.created()
    }

    /// From when on it is not to be believed.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.proof.expires()
    }

    /// The challenge that it answers.
    #[must_use]
    pub fn challenge(&self) -> Option<&str> {
        self.proof.challenge()
    }

    /// The verifier that it is for, when it names exactly one.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.proof.domain()
    }

    /// The verifiers that it is for: a set, empty when it names none.
    #[must_use]
    pub fn domains(&self) -> &[String] {
        self.proof.domains()
    }

    /// Whether it is for exactly these verifiers, in whatever order.
    #[must_use]
    pub fn is_for(&self, domains: &[&str]) -> bool {
        self.proof.is_for(domains)
    }

    /// The key that signed.
    #[must_use]
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }
}

impl UnverifiedProof {
    /// Checks the signature over the document that this proof stands in.
    ///
    /// `document` is the whole secured document as it arrived, with all its proofs.
    ///
    /// # Errors
    /// When the key is of another type than the suite's, when the document uses a word or a context
    /// that the term table does not have, takes too much work, or was not signed by this key in this
    /// form.
    pub fn verify(
        &self,
        document: &Object,
        key: &VerifyingKey,
        work: WorkLimit,
    ) -> Result<VerifiedProof, ProofError> {
        let settings = Settings::new(Contexts::pinned(), work);
        settings.verify(document, self, key, &mut Seen::nothing())?;
        Ok(VerifiedProof {
            proof: self.clone(),
            key: key.clone(),
        })
    }

    /// The same for a document whose words are known to have a meaning, and for a caller who judges
    /// many: what `seen` remembers is not computed again.
    ///
    /// # Errors
    /// As of [`UnverifiedProof::verify`].
    pub fn verify_checked(
        &self,
        document: Checked<'_>,
        key: &VerifyingKey,
        work: WorkLimit,
        seen: &mut Seen,
    ) -> Result<VerifiedProof, ProofError> {
        let settings = Settings {
            words: Words::Known,
            ..Settings::new(Contexts::pinned(), work)
        };
        settings.verify(document.document(), self, key, seen)?;
        Ok(VerifiedProof {
            proof: self.clone(),
            key: key.clone(),
        })
    }
}

/// Signatures that were found good a moment ago: key, message and signature, all three. Not an
/// identity of anything, and of no use to anybody else.
#[derive(Clone, Debug, Default)]
pub struct Seen(Option<BTreeSet<Sha256Digest>>);

impl Seen {
    /// Most signatures that are remembered.
    const MAX: usize = 4096;

    /// Remembers nothing.
    #[must_use]
    pub const fn nothing() -> Self {
        Self(None)
    }

    /// Remembers what is found good from now on.
    #[must_use]
    pub const fn remembering() -> Self {
        Self(Some(BTreeSet::new()))
    }

    /// Checks a signature, unless the very same check was done before and found it good.
    fn check(
        &mut self,
        key: &VerifyingKey,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), SignatureInvalid> {
        let Some(known) = &mut self.0 else {
            return key.verify(message, signature);
        };
        let kind: &[u8] = match key.key_type() {
            KeyType::Ed25519 => b"ed25519",
            KeyType::P256 => b"p256",
        };
        let bytes = key.to_bytes();
        let name = Sha256Digest::of(&[kind, &bytes, &signature.to_bytes(), message].concat());
        if known.contains(&name) {
            return Ok(());
        }
        key.verify(message, signature)?;
        if known.len() < Self::MAX {
            known.insert(name);
        }
        Ok(())
    }
}

/// Checks one proof by itself, with contexts of the caller's choice: for published test vectors and
/// conformance suites.
///
/// It does **not** check that the key belongs to the issuer or to anybody, that the verification
/// method exists and is for this purpose, any time, any challenge or domain, the shape of the
/// document, or its other proofs. The answer is therefore no [`VerifiedProof`].
///
/// # Errors
/// As of [`UnverifiedProof::verify`].
pub fn verify_proof_alone(
    document: &Object,
    proof: &UnverifiedProof,
    key: &VerifyingKey,
    contexts: Contexts,
    work: WorkLimit,
) -> Result<(), ProofError> {
    Settings::new(contexts, work).verify(document, proof, key, &mut Seen::nothing())
}

/// What making and checking have in common.
#[derive(Clone, Copy, Debug)]
struct Settings {
    contexts: Contexts,
    work: WorkLimit,
    words: Words,
}

/// What is known of the words of a document.
#[derive(Clone, Copy, Debug)]
enum Words {
    /// Nothing: each has to be looked up.
    Open,
    /// That each has a meaning.
    Known,
}

impl Settings {
    const fn new(contexts: Contexts, work: WorkLimit) -> Self {
        Self {
            contexts,
            work,
            words: Words::Open,
        }
    }

    /// Completes a proof that has everything but its value.
    fn create(
        &self,
        document: &Object,
        suite: Cryptosuite,
        proof: Object,
        key: &SigningKey,
    ) -> Result<Object, SignError> {
        if key.key_type() != suite.key_type() {
            return Err(SignError::KeyType {
                expected: suite.key_type(),
                found: key.key_type(),
            });
        }
        match suite {
            Cryptosuite::EddsaJcs2022 => eddsa_jcs_2022::create(document, proof, key, self),
            Cryptosuite::EddsaRdfc2022 => eddsa_rdfc_2022::create(document, proof, key, self),
            Cryptosuite::EcdsaJcs2019 => ecdsa_jcs_2019::create(document, proof, key, self),
            Cryptosuite::EcdsaRdfc2019 => ecdsa_rdfc_2019::create(document, proof, key, self),
        }
    }

    fn verify(
        &self,
        document: &Object,
        proof: &UnverifiedProof,
        key: &VerifyingKey,
        seen: &mut Seen,
    ) -> Result<(), ProofError> {
        let expected = proof.suite().key_type();
        if key.key_type() != expected {
            let found = key.key_type();
            return Err(ProofError::KeyType { expected, found });
        }
        let hashes = match proof.suite() {
            Cryptosuite::EddsaJcs2022 => eddsa_jcs_2022::check(document, proof, self),
            Cryptosuite::EddsaRdfc2022 => eddsa_rdfc_2022::check(document, proof, self),
            Cryptosuite::EcdsaJcs2019 => ecdsa_jcs_2019::check(document, proof, self),
            Cryptosuite::EcdsaRdfc2019 => ecdsa_rdfc_2019::check(document, proof, self),
        }?;
        seen.check(key, &hashes.data(), proof.signature())
            .map_err(ProofError::Signature)
    }

    /// That every word of the document has a meaning.
    fn check_terms(&self, document: &Object) -> Result<(), Violation> {
        match self.words {
            Words::Known => Ok(()),
            Words::Open => terms::check(document, &self.contexts),
        }
    }
}

/// What is signed: the digests of the canonical proof configuration and of the canonical document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hashes {
    config: Sha256Digest,
    document: Sha256Digest,
}

impl Hashes {
    fn of(config: &[u8], document: &[u8]) -> Self {
        Self {
            config: Sha256Digest::of(config),
            document: Sha256Digest::of(document),
        }
    }

    /// `hashData`: the configuration first.
    fn data(&self) -> [u8; 64] {
        let mut data = [0; 64];
        let (config, document) = data.split_at_mut(32);
        config.copy_from_slice(self.config.as_bytes());
        document.copy_from_slice(self.document.as_bytes());
        data
    }

    /// `proofValue` in a proof.
    fn sign(&self, key: &SigningKey) -> Value {
        Value::String(proof_value(&key.sign(&self.data())))
    }
}

fn proof_value(signature: &Signature) -> String {
    format!("z{}", base58btc::encode(&signature.to_bytes()))
}
