//! DID documents: which keys may sign what in the name of a DID.
//!
//! Verifiers and wallets read them, worlds publish theirs. Only this is read: the identifier, the
//! verification methods, their relationships, and what the controller is called. Other services,
//! `controller`, `alsoKnownAs` and anything else decide nothing. Source: DID Core 1.0 section 5; Controlled Identifiers 1.0 section 2.

mod build;
mod error;
mod history;
mod ledger;
mod method;
mod profile;

#[cfg(test)]
mod tests;

use schemas::did::{Did, DidMethod, DidUrl};
use schemas::json::{Object, Value};
use schemas::time::Timestamp;

use crate::did_document::method::{Listed, Method};
use crate::keys::VerifyingKey;
use crate::{did_jwk, did_key};

pub use build::{Service, build};
pub use error::{DidDocumentError, KeyLookupError};
pub use history::service as key_history_service;
pub use ledger::service as ledger_service;
pub use profile::Profile;

/// The most verification methods that a document may have.
const MAX_METHODS: usize = 64;
/// The most entries that a relationship may have.
const MAX_ENTRIES: usize = 64;

/// What a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relationship {
    /// To make claims: credentials, receipts.
    AssertionMethod,
    /// To act as the DID itself: presentations, requests.
    Authentication,
}

impl Relationship {
    /// Its member in a DID document.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AssertionMethod => "assertionMethod",
            Self::Authentication => "authentication",
        }
    }
}

/// The relationships that a document may have, and what they mean here.
const RELATIONSHIPS: [(&str, Option<Relationship>); 5] = [
    (
        Relationship::AssertionMethod.name(),
        Some(Relationship::AssertionMethod),
    ),
    (
        Relationship::Authentication.name(),
        Some(Relationship::Authentication),
    ),
    ("keyAgreement", None),
    ("capabilityInvocation", None),
    ("capabilityDelegation", None),
];

/// A DID document, read. Whoever holds one knows which DID it is for, and nothing of who served it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DidDocument {
    did: Did,
    methods: Vec<Listed>,
    profile: Option<Profile>,
    history: bool,
    ledger: bool,
}

impl DidDocument {
    /// Reads the document of a DID.
    ///
    /// A verification method that is malformed, of an unsupported type, revoked or controlled by
    /// somebody else does no harm until its key is asked for.
    ///
    /// # Errors
    /// When it is no object, is the document of another DID, names a method twice, has members of a
    /// wrong type, or too many of them.
    pub fn parse(document: &Value, expected: &Did) -> Result<Self, DidDocumentError> {
        let document = document.as_object().ok_or(DidDocumentError::Shape(""))?;
        match document.get("id") {
            Some(Value::String(id)) if id == expected.as_str() => {}
            _ => return Err(DidDocumentError::Id),
        }
        let mut found = Self {
            did: expected.clone(),
            methods: Vec::new(),
            profile: Profile::read(document, expected),
            history: history::is_announced(document, expected),
            ledger: ledger::is_announced(document, expected),
        };
        for entry in entries(document, "verificationMethod", MAX_METHODS)? {
            let entry = entry
                .as_object()
                .ok_or(DidDocumentError::Shape("verificationMethod"))?;
            found.list(entry)?;
        }
        for (name, relationship) in RELATIONSHIPS {
            for entry in entries(document, name, MAX_ENTRIES)? {
                match entry {
                    Value::String(reference) => found.relate(reference, relationship),
                    Value::Object(embedded) => {
                        let listed = found.list(embedded)?;
                        listed.relationships.extend(relationship);
                    }
                    _ => return Err(DidDocumentError::Shape(name)),
                }
            }
        }
        Ok(found)
    }

    /// The document of a DID that is its own document: `did:key` and `did:jwk`. `None` for others.
    #[must_use]
    pub fn of_static(did: &Did) -> Option<Result<Self, DidDocumentError>> {
        let (key, id) = match did.method() {
            DidMethod::Key => (
                did_key::decode(did).map_err(DidDocumentError::DidKey),
                format!("{did}#{}", did.method_specific_id()),
            ),
            DidMethod::Jwk => (
                did_jwk::decode(did).map_err(DidDocumentError::DidJwk),
                did_jwk::verification_method(did).as_str().to_owned(),
            ),
            DidMethod::Web => return None,
        };
        Some(key.map(|key| Self {
            did: did.clone(),
            methods: vec![Listed {
                method: Method::of_key(id, key),
                relationships: vec![Relationship::AssertionMethod, Relationship::Authentication],
            }],
            profile: None,
            history: false,
            ledger: false,
        }))
    }

    /// The DID that the document is for.
    #[must_use]
    pub const fn did(&self) -> &Did {
        &self.did
    }

    /// The name under which the controller wants to be known, as its own document says.
    #[must_use]
    pub fn display_name(&self) -> Option<&str> {
        self.profile.as_ref().map(Profile::name)
    }

    /// What the controller is called, as its own document says. `None` when it says nothing, or
    /// nothing sound.
    #[must_use]
    pub const fn profile(&self) -> Option<&Profile> {
        self.profile.as_ref()
    }

    /// The key of a verification method, for one use, at one time. Names are compared exactly.
    ///
    /// Pass the time of checking as `at`: a key that was revoked since is refused also for what it
    /// signed before, because whoever stole it can write any date.
    ///
    /// # Errors
    /// When the document does not list the method, somebody else controls it, it is not for this use,
    /// its key is unsupported or refused, or it has been revoked or has expired.
    pub fn key(
        &self,
        method: &DidUrl,
        relationship: Relationship,
        at: Timestamp,
    ) -> Result<&VerifyingKey, KeyLookupError> {
        let listed = self
            .methods
            .iter()
            .find(|listed| listed.method.id() == method.as_str())
            .ok_or(KeyLookupError::NotFound)?;
        if !listed.relationships.contains(&relationship) {
            return Err(KeyLookupError::Relationship(relationship));
        }
        listed.method.key_of(&self.did, at)
    }

    /// The same document for somebody who keeps it: see [`VerifyingKey::kept`].
    #[must_use]
    pub fn kept(mut self) -> Self {
        for listed in &mut self.methods {
            listed.method.keep();
        }
        self
    }

    /// Whether the document announces an item ledger: each item of this issuer then names its entry.
    #[must_use]
    pub const fn announces_ledger(&self) -> bool {
        self.ledger
    }

    /// Whether the document announces a history of its keys, in the one place where it may be: the
    /// origin that the document came from. Any other announcement counts as none.
    #[must_use]
    pub const fn announces_key_history(&self) -> bool {
        self.history
    }

    /// The keys that may be used at one time for one use, by the names of their methods.
    pub fn keys(
        &self,
        relationship: Relationship,
        at: Timestamp,
    ) -> impl Iterator<Item = (&str, &VerifyingKey)> {
        self.methods
            .iter()
            .filter(move |listed| listed.relationships.contains(&relationship))
            .filter_map(move |listed| {
                let key = listed.method.key_of(&self.did, at).ok()?;
                Some((listed.method.id(), key))
            })
    }

    /// The verification methods that the document lists for a use, whether their keys are good or not.
    pub fn methods(&self, relationship: Relationship) -> impl Iterator<Item = &str> {
        self.methods
            .iter()
            .filter(move |listed| listed.relationships.contains(&relationship))
            .map(|listed| listed.method.id())
    }

    fn list(&mut self, entry: &Object) -> Result<&mut Listed, DidDocumentError> {
        let method = Method::read(entry, &self.did)?;
        if self.find(method.id()).is_some() {
            return Err(DidDocumentError::Duplicate);
        }
        if self.methods.len() >= MAX_METHODS {
            return Err(DidDocumentError::TooMany { limit: MAX_METHODS });
        }
        self.methods.push(Listed {
            method,
            relationships: Vec::new(),
        });
        self.methods.last_mut().ok_or(DidDocumentError::Duplicate)
    }

    /// A reference to a method that is not in the document leads nowhere, which is allowed.
    fn relate(&mut self, reference: &str, relationship: Option<Relationship>) {
        let id = method::absolute(reference, &self.did);
        if let Some(listed) = self.find(&id) {
            listed.relationships.extend(relationship);
        }
    }

    fn find(&mut self, id: &str) -> Option<&mut Listed> {
        self.methods
            .iter_mut()
            .find(|listed| listed.method.id() == id)
    }
}

/// The elements of a member that is an array or absent.
fn entries<'d>(
    document: &'d Object,
    name: &'static str,
    limit: usize,
) -> Result<&'d [Value], DidDocumentError> {
    match document.get(name) {
        None => Ok(&[]),
        Some(Value::Array(entries)) if entries.len() > limit => {
            Err(DidDocumentError::TooMany { limit })
        }
        Some(Value::Array(entries)) => Ok(entries),
        Some(_) => Err(DidDocumentError::Shape(name)),
    }
}
