//! Issuing: template, sign, check what was signed, release. Creators and worlds run it.
//!
//! Only an [`UnsignedCredential`] is signed, which is made from a template with named slots: nobody
//! who asks for a credential shapes the document. What was signed is read again from bytes and
//! checked with the public key that strangers will use, so a fault in a key file or in the machine
//! is found before anybody else sees its output.

use std::fmt;

use schemas::canonical;
use schemas::credential::{ShapeError, UnsignedCredential, UnsignedSdJwtVc, UnverifiedCredential};
use schemas::did::{Did, DidUrl};
use schemas::json::{self, Limits, Object, Value};
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::terms::Contexts;
use schemas::time::Timestamp;

use crate::data_integrity::{self, ProofOptions, ProofPurpose, SignError, UnverifiedProof};
use crate::keys::{SigningKey, VerifyingKey};
use crate::rdf::WorkLimit;
use crate::sd_jwt;

/// Somebody who issues: a creator or a world.
#[derive(Debug)]
pub struct Issuer {
    method: DidUrl,
    published: VerifyingKey,
    key: SigningKey,
    suite: Cryptosuite,
}

impl Issuer {
    /// An issuer whose public key strangers find under `method`. Pass as `published` the key that is
    /// really there (from the DID document), not one that was computed from the secret: the two are
    /// compared by every [`issue`](Self::issue).
    #[must_use]
    pub const fn new(
        method: DidUrl,
        published: VerifyingKey,
        key: SigningKey,
        suite: Cryptosuite,
    ) -> Self {
        Self {
            method,
            published,
            key,
            suite,
        }
    }

    /// An issuer whose DID is its key (`did:key`): a creator.
    #[must_use]
    pub fn of_key(key: SigningKey, suite: Cryptosuite) -> Self {
        Self::new(key.verification_method(), key.verifying_key(), key, suite)
    }

    /// The DID in whose name is issued.
    #[must_use]
    pub const fn did(&self) -> &Did {
        self.method.did()
    }

    /// The verification method that proofs name.
    #[must_use]
    pub const fn verification_method(&self) -> &DidUrl {
        &self.method
    }

    /// Signs a credential, and checks it as a stranger would.
    ///
    /// # Errors
    /// [`IssueError::Template`] when the credential is another issuer's or has a proof already,
    /// [`IssueError::Shape`] when a slot was filled with something that is no credential any more,
    /// [`IssueError::Sign`] when it cannot be signed, [`IssueError::SelfCheck`] when what was signed
    /// does not verify: then the key is damaged or is not the published one, and nothing gets out.
    pub fn issue(
        &self,
        credential: &UnsignedCredential,
        created: Timestamp,
    ) -> Result<IssuedCredential, IssueError> {
        let unsigned = credential.object();
        if credential.issuer() != self.did() {
            return Err(IssueError::Template("issuer"));
        }
        if unsigned.contains_key("proof") {
            return Err(IssueError::Template("proof"));
        }
        UnverifiedCredential::parse(&Value::Object(unsigned.clone()), &Contexts::pinned())
            .map_err(IssueError::Shape)?;
        let options = ProofOptions::assertion(self.suite, self.method.clone(), created);
        let secured =
            data_integrity::sign(unsigned, &options, &self.key).map_err(IssueError::Sign)?;
        let expected = Expected {
            unsigned,
            method: &self.method,
            purpose: ProofPurpose::AssertionMethod,
            key: &self.published,
        };
        expected.check(&secured).map_err(IssueError::SelfCheck)?;
        Ok(IssuedCredential(secured))
    }

    /// Signs an SD-JWT VC, and checks it as a stranger would: [`sd_jwt::issue`] with the published key.
    ///
    /// # Errors
    /// As there.
    pub fn issue_sd_jwt(
        &self,
        credential: &UnsignedSdJwtVc,
        salts: &[sd_jwt::Salt],
    ) -> Result<String, IssueError> {
        sd_jwt::issue_checked(credential, salts, &self.key, &self.method, &self.published)
    }
}

/// A credential that was signed here and has passed its own check.
#[derive(Clone, Debug, PartialEq)]
pub struct IssuedCredential(Object);

impl IssuedCredential {
    /// The document.
    #[must_use]
    pub const fn object(&self) -> &Object {
        &self.0
    }

    /// The document, taken out.
    #[must_use]
    pub fn into_object(self) -> Object {
        self.0
    }
}

/// What a signed document must turn out to be when it is read again.
pub(crate) struct Expected<'a> {
    pub(crate) unsigned: &'a Object,
    pub(crate) method: &'a DidUrl,
    pub(crate) purpose: ProofPurpose,
    pub(crate) key: &'a VerifyingKey,
}

impl Expected<'_> {
    /// Reads the document again from its bytes and checks it with the published key.
    pub(crate) fn check(&self, secured: &Object) -> Result<(), SelfCheck> {
        let bytes = canonical::object_to_bytes(secured);
        let Ok(Value::Object(mut read)) = json::read(&bytes, &Limits::document()) else {
            return Err(SelfCheck::Document);
        };
        let proofs = UnverifiedProof::all_of(&read).map_err(|_| SelfCheck::Proof)?;
        let [proof] = proofs.as_slice() else {
            return Err(SelfCheck::Proof);
        };
        if proof.verification_method() != self.method || proof.purpose() != self.purpose {
            return Err(SelfCheck::Proof);
        }
        proof
            .verify(&read, self.key, WorkLimit::document())
            .map_err(|_| SelfCheck::Signature)?;
        read.remove("proof");
        if read == *self.unsigned {
            Ok(())
        } else {
            Err(SelfCheck::Document)
        }
    }
}

/// What was wrong with a document that had just been signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SelfCheck {
    /// It does not read as the document that was to be signed.
    Document,
    /// Its proof does not read as the one that was to be made.
    Proof,
    /// It was to be hidden by too few salts, or by one twice.
    Salts,
    /// The public key does not confirm it.
    Signature,
}

impl fmt::Display for SelfCheck {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Document => "it does not read as the document that was to be signed",
            Self::Proof => "its proof does not read as the one that was to be made",
            Self::Salts => "its salts are too few, or one is there twice",
            Self::Signature => "the published key does not confirm its signature",
        })
    }
}

/// Why nothing was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IssueError {
    /// The document is not from a template of this issuer: the member that says so.
    Template(&'static str),
    /// A slot of the template was filled with something that no reader would accept.
    Shape(ShapeError),
    /// It could not be signed.
    Sign(SignError),
    /// What was signed does not verify.
    SelfCheck(SelfCheck),
}

impl IssueError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Template(_) | Self::Shape(_) => Reason::IssueTemplateViolation,
            Self::Sign(error) => error.reason(),
            Self::SelfCheck(_) => Reason::IssueSelfCheckFailed,
        }
    }
}

impl fmt::Display for IssueError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template(name) => {
                write!(
                    formatter,
                    "the template has a \"{name}\" that is not this issuer's"
                )
            }
            Self::Shape(error) => write!(formatter, "a slot of the template is misfilled: {error}"),
            Self::Sign(error) => write!(formatter, "not signed: {error}"),
            Self::SelfCheck(fault) => {
                write!(formatter, "signed, and refused by its own check: {fault}")
            }
        }
    }
}

impl std::error::Error for IssueError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Shape(error) => Some(error),
            Self::Sign(error) => Some(error),
            Self::Template(_) | Self::SelfCheck(_) => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
