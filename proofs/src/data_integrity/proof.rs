//! Reading the proofs of a document. Everybody who checks runs it.
//! Source: VC Data Integrity 1.0 sections 2.1, 2.1.1 and 2.1.2.

use std::collections::BTreeSet;
use std::sync::Arc;

use schemas::did::{DidMethod, DidUrl};
use schemas::encoding::base58btc;
use schemas::json::{Object, Value};
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;

use crate::data_integrity::{PROOF_TYPE, ProofError, ProofPurpose};
use crate::did_document::{DidDocument, KeyLookupError};
use crate::keys::{Signature, VerifyingKey};

/// The most proofs of one document.
pub const MAX_PROOFS: usize = 4;

/// The members that a proof may have.
pub(super) const MEMBERS: [&str; 13] = [
    "@context",
    "challenge",
    "created",
    "cryptosuite",
    "domain",
    "expires",
    "id",
    "nonce",
    "previousProof",
    "proofPurpose",
    "proofValue",
    "type",
    "verificationMethod",
];

/// Where other proof types put their signature. A second signature is a second meaning.
const OTHER_SIGNATURES: [&str; 3] = ["jws", "signature", "signatureValue"];

/// A proof that was read: its form is right, its signature is not checked. A copy costs nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct UnverifiedProof(Arc<Parts>);

#[derive(Debug, PartialEq)]
struct Parts {
    object: Object,
    id: Option<String>,
    suite: Cryptosuite,
    method: DidUrl,
    purpose: ProofPurpose,
    created: Option<Timestamp>,
    expires: Option<Timestamp>,
    challenge: Option<String>,
    domains: Vec<String>,
    previous: Vec<String>,
    signature: Signature,
}

impl UnverifiedProof {
    /// All proofs of a document, at least one and at most [`MAX_PROOFS`].
    ///
    /// One of them says nothing about the others: whether all have to be good is for the caller.
    ///
    /// # Errors
    /// [`ProofError`] when there is none or one of them is malformed, of an unsupported kind, or
    /// refers to a proof that is not there.
    pub fn all_of(document: &Object) -> Result<Vec<Self>, ProofError> {
        let objects = objects(document).ok_or(ProofError::Missing)?;
        match objects.len() {
            0 => return Err(ProofError::Missing),
            1..=MAX_PROOFS => {}
            found => {
                return Err(ProofError::TooMany {
                    limit: MAX_PROOFS,
                    found,
                });
            }
        }
        let proofs: Vec<_> = objects
            .into_iter()
            .map(Self::read)
            .collect::<Result<_, _>>()?;
        check_chain(&proofs)?;
        Ok(proofs)
    }

    /// Reads one proof.
    fn read(object: &Object) -> Result<Self, ProofError> {
        let member = |name| text(object, name);
        if member("type")? != Some(PROOF_TYPE) {
            return Err(ProofError::Type);
        }
        let suite = member("cryptosuite")?.and_then(|name| name.parse().ok());
        let suite = suite.ok_or(ProofError::Type)?;
        if let Some(name) = OTHER_SIGNATURES
            .into_iter()
            .find(|name| object.contains_key(name))
        {
            return Err(ProofError::Member(name));
        }
        if object.keys().any(|name| !MEMBERS.contains(&name)) {
            return Err(ProofError::UnknownMember);
        }
        let purpose = object
            .get("proofPurpose")
            .and_then(Value::as_str)
            .and_then(ProofPurpose::from_name)
            .ok_or(ProofError::Purpose)?;
        let filled = |name| match member(name)? {
            Some("") => Err(ProofError::Member(name)),
            text => Ok(text.map(str::to_owned)),
        };
        filled("nonce")?;
        Ok(Self(Arc::new(Parts {
            id: filled("id")?,
            suite,
            method: read_method(object)?,
            purpose,
            created: read_time(object, "created")?,
            expires: read_time(object, "expires")?,
            challenge: filled("challenge")?,
            domains: read_domains(object)?,
            previous: texts(object, "previousProof")?,
            signature: read_signature(object)?,
            object: object.clone(),
        })))
    }

    /// The cryptosuite.
    #[must_use]
    pub fn suite(&self) -> Cryptosuite {
        self.0.suite
    }

    /// The verification method whose key is to be looked up.
    #[must_use]
    pub fn verification_method(&self) -> &DidUrl {
        &self.0.method
    }

    /// What the proof is for.
    #[must_use]
    pub fn purpose(&self) -> ProofPurpose {
        self.0.purpose
    }

    /// When it says it was made.
    #[must_use]
    pub fn created(&self) -> Option<Timestamp> {
        self.0.created
    }

    /// From when on it is not to be believed.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.0.expires
    }

    /// The challenge that it says it answers.
    #[must_use]
    pub fn challenge(&self) -> Option<&str> {
        self.0.challenge.as_deref()
    }

    /// The verifier that it says it is for, when it names exactly one.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        match self.domains() {
            [domain] => Some(domain),
            _ => None,
        }
    }

    /// The verifiers that it says it is for: a set, empty when it names none.
    #[must_use]
    pub fn domains(&self) -> &[String] {
        &self.0.domains
    }

    /// Whether it says that it is for exactly these verifiers, in whatever order.
    #[must_use]
    pub fn is_for(&self, domains: &[&str]) -> bool {
        // One verifier: nearly always.
        if let ([ours], [theirs]) = (self.domains(), domains) {
            return ours == theirs;
        }
        let ours: BTreeSet<&str> = self.domains().iter().map(String::as_str).collect();
        ours == domains.iter().copied().collect()
    }

    /// The proofs that it says come before it.
    #[must_use]
    pub fn previous(&self) -> &[String] {
        &self.0.previous
    }

    /// Looks the key up: under the method that the proof names, for the purpose that it names.
    ///
    /// # Errors
    /// As of [`DidDocument::key`].
    pub fn key_in<'d>(
        &self,
        document: &'d DidDocument,
        at: Timestamp,
    ) -> Result<&'d VerifyingKey, KeyLookupError> {
        document.key(&self.0.method, self.0.purpose.relationship(), at)
    }

    pub(super) fn signature(&self) -> &Signature {
        &self.0.signature
    }

    /// The proof without its value: what is hashed of it.
    pub(super) fn config(&self) -> Object {
        let mut config = self.0.object.clone();
        config.remove("proofValue");
        config
    }

    /// The members of [`config`](Self::config), where they stand.
    pub(super) fn config_members(&self) -> impl Iterator<Item = (&str, &Value)> {
        let members = self.0.object.iter();
        members.filter(|(name, _)| *name != "proofValue")
    }

    /// The contexts that the proof repeats.
    pub(super) fn contexts(&self) -> Option<&Value> {
        self.0.object.get("@context")
    }

    /// The proofs of the document that come before this one, as they stand there: what the document
    /// has as `proof` while this one secures it (sections 4.3 and 4.5). `None` when this one names
    /// none.
    pub(super) fn before(&self, document: &Object) -> Option<Value> {
        if self.0.previous.is_empty() {
            return None;
        }
        let named = |object: &&Object| {
            let id = object.get("id").and_then(Value::as_str);
            id.is_some_and(|id| self.0.previous.iter().any(|previous| previous == id))
        };
        let before: Vec<Value> = objects(document)
            .unwrap_or_default()
            .into_iter()
            .filter(named)
            .cloned()
            .map(Value::Object)
            .collect();
        // Reading has found every one that is named; of another document there may be none.
        (!before.is_empty()).then_some(Value::Array(before))
    }
}

/// The proof of a document, or its proofs.
fn objects(document: &Object) -> Option<Vec<&Object>> {
    match document.get("proof")? {
        Value::Object(proof) => Some(vec![proof]),
        Value::Array(proofs) => proofs.iter().map(Value::as_object).collect(),
        _ => None,
    }
}

/// That every proof which is referred to is there once, and none comes before itself.
fn check_chain(proofs: &[UnverifiedProof]) -> Result<(), ProofError> {
    let mut open: Vec<_> = proofs.iter().collect();
    for (index, proof) in proofs.iter().enumerate() {
        let twin = |other: &UnverifiedProof| proof.0.id.is_some() && other.0.id == proof.0.id;
        if proofs.iter().skip(index + 1).any(twin) {
            return Err(ProofError::Member("id"));
        }
        for previous in proof.previous() {
            if !proofs
                .iter()
                .any(|other| other.0.id.as_ref() == Some(previous))
            {
                return Err(ProofError::Chain);
            }
        }
    }
    // Take away whatever waits for nothing that is left: what remains goes in a circle.
    while !open.is_empty() {
        let waiting: Vec<_> = open
            .iter()
            .filter_map(|proof| proof.0.id.as_ref())
            .collect();
        let rest: Vec<_> = open
            .iter()
            .copied()
            .filter(|proof| proof.previous().iter().any(|id| waiting.contains(&id)))
            .collect();
        if rest.len() == open.len() {
            return Err(ProofError::Chain);
        }
        open = rest;
    }
    Ok(())
}

fn text<'p>(object: &'p Object, name: &'static str) -> Result<Option<&'p str>, ProofError> {
    match (object.get(name), name) {
        (None, _) => Ok(None),
        (Some(Value::String(text)), _) => Ok(Some(text)),
        (Some(_), "type" | "cryptosuite") => Err(ProofError::Type),
        (Some(_), _) => Err(ProofError::Member(name)),
    }
}

fn read_time(object: &Object, name: &'static str) -> Result<Option<Timestamp>, ProofError> {
    object
        .get(name)
        .map(|value| Timestamp::parse(value.as_str().unwrap_or_default()))
        .transpose()
        .map_err(|error| ProofError::Date(name, error))
}

fn read_method(object: &Object) -> Result<DidUrl, ProofError> {
    let method: DidUrl = match object.get("verificationMethod") {
        Some(Value::String(text)) => text.parse().map_err(ProofError::Method)?,
        // The key that is in the proof is the key of whoever made the proof.
        Some(Value::Object(_)) => return Err(ProofError::EmbeddedKey),
        _ => return Err(ProofError::Method(schemas::did::DidError::Url)),
    };
    let did = method.did();
    if did.method() == DidMethod::Key && method.fragment() != did.method_specific_id() {
        return Err(ProofError::MethodFragment);
    }
    Ok(method)
}

/// A text, or a set of texts (section 2.1).
fn read_domains(object: &Object) -> Result<Vec<String>, ProofError> {
    let domains = texts(object, "domain")?;
    let set: BTreeSet<&String> = domains.iter().collect();
    if set.len() == domains.len() {
        Ok(domains)
    } else {
        Err(ProofError::Member("domain"))
    }
}

/// A text or a list of texts, none of them empty; no texts when the member is absent.
fn texts(object: &Object, name: &'static str) -> Result<Vec<String>, ProofError> {
    let Some(value) = object.get(name) else {
        return Ok(Vec::new());
    };
    let texts = value.strings().unwrap_or_default();
    if texts.is_empty() || texts.iter().any(|text| text.is_empty()) {
        return Err(ProofError::Member(name));
    }
    Ok(texts.into_iter().map(str::to_owned).collect())
}

/// `z` and base58btc of 64 bytes: each signature has one spelling.
fn read_signature(object: &Object) -> Result<Signature, ProofError> {
    let malformed = || ProofError::Member("proofValue");
    let bytes = object
        .get("proofValue")
        .and_then(Value::as_str)
        .and_then(|text| text.strip_prefix('z'))
        .filter(|text| !text.is_empty())
        .and_then(base58btc::decode)
        .ok_or_else(malformed)?;
    Signature::from_bytes(&bytes).map_err(|error| match bytes.first() {
        // Zeros in front of a signature are another spelling of it.
        Some(0) if bytes.len() > 64 => malformed(),
        _ => ProofError::SignatureLength(error),
    })
}
