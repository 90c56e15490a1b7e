//! Who a world is at a moment: the key that it signs with, and what it publishes about that key.
//! Replaced whole when the key was changed; what has begun with one ends with it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use proofs::did_document::{self, DidDocument};
use proofs::issue::{IssueError, IssuedCredential, Issuer};
use proofs::jws::{self, KeyRef, Typ};
use proofs::sd_jwt::Salt;
use proofs::status_token;
use schemas::credential::{UnsignedCredential, UnsignedSdJwtVc};
use schemas::did::{Did, DidUrl};
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::status::StatusListToken;
use schemas::time::Timestamp;
use verifier::Evidence;

use super::OpenError;
use crate::config::Config;
use crate::files::Stamp;
use crate::keys::{Keys, KeysError, history_file};

/// A world's key, and what stands beside it.
pub(crate) struct Identity {
    pub(crate) keys: Keys,
    issuer: Issuer,
    /// Since when the key signs.
    since: Timestamp,
    /// As it is served.
    pub(crate) did_document: Object,
    document: DidDocument,
}

impl Identity {
    /// Reads keys and history of a world from its folder.
    pub(super) fn read(config: &Config) -> Result<Self, OpenError> {
        let did = config.origin.did();
        let keys = Keys::read(&config.data, &did).map_err(OpenError::Keys)?;
        let current = keys.history.current().map_err(OpenError::Keys)?;
        let published = keys.signing.verifying_key();
        let (method, since) = (current.id.clone(), current.from);
        let profile = config.names.profile().map(|profile| profile.service());
        let history = did_document::key_history_service(&config.origin);
        let ledger = config.ledger.as_ref();
        let ledger = ledger.map(|_| did_document::ledger_service(&config.origin));
        let services = profile.into_iter().chain([history]).chain(ledger);
        let services: Vec<_> = services.collect();
        let listed = [(method.fragment(), &published)];
        let did_document =
            did_document::build(&did, &listed, &services).map_err(|_| OpenError::Loopback)?;
        let document = DidDocument::parse(&Value::Object(did_document.clone()), &did)
            .map_err(|_| OpenError::Loopback)?;
        let issuer = Issuer::new(method, published, keys.issuing(), config.issuing.suite);
        Ok(Self {
            keys,
            issuer,
            since,
            did_document,
            document,
        })
    }

    /// The verification method of the key.
    pub(crate) const fn method(&self) -> &DidUrl {
        self.issuer.verification_method()
    }

    /// Signs the claims of a message.
    pub(crate) fn sign(&self, typ: Typ, claims: &Object) -> String {
        jws::sign(typ, KeyRef::Kid(self.method()), claims, &self.keys.signing)
    }

    /// Signs a list of what was taken back, dated no earlier than the key, as credentials are.
    pub(crate) fn sign_status_list(&self, mut list: StatusListToken) -> String {
        list.validity.from = list.validity.from.map(|from| from.max(self.since));
        status_token::sign(&list, self.method(), &self.keys.signing)
    }

    /// Signs a credential, dated no earlier than the key: what is dated before it is not believed of it
    /// once it is retired, and days are older than moments.
    ///
    /// # Errors
    /// As [`Issuer::issue`].
    pub(crate) fn issue(
        &self,
        credential: &UnsignedCredential,
        created: Timestamp,
    ) -> Result<IssuedCredential, IssueError> {
        self.issuer.issue(credential, created.max(self.since))
    }

    /// Signs an SD-JWT VC. It says since when it holds and not when it was signed, so that is to be
    /// [`dated`](Identity::dated).
    ///
    /// # Errors
    /// As [`Issuer::issue_sd_jwt`].
    pub(crate) fn issue_sd_jwt(
        &self,
        credential: &UnsignedSdJwtVc,
        salts: &[Salt],
    ) -> Result<String, IssueError> {
        self.issuer.issue_sd_jwt(credential, salts)
    }

    /// A date that the key in use vouches for: no earlier than the key.
    pub(crate) fn dated(&self, day: Timestamp) -> Timestamp {
        day.max(self.since)
    }

    /// A world need not ask the network who it is and was.
    pub(super) fn told(&self, evidence: Evidence, now: Timestamp) -> Evidence {
        let known = evidence.with_document(self.document.clone(), now);
        if self.keys.history.has_changed() {
            known.with_key_history(self.keys.history.verified().clone(), now)
        } else {
            known
        }
    }
}

/// The identity in force, and the file whose change says that it is another.
pub(super) struct Identities {
    did: Did,
    file: PathBuf,
    now: RwLock<Arc<Identity>>,
    looked: Mutex<Looked>,
}

#[derive(Default)]
struct Looked {
    /// How the file looked when it was read; a file that is being changed looks otherwise afterwards.
    stamp: Option<Stamp>,
    refused: Option<KeysError>,
}

/// What became of looking at the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeysReload {
    /// They are as they were.
    Same,
    /// Another key is in use from here on.
    Replaced,
    /// They cannot be used; the key that was in use stays.
    Refused(Reason),
}

impl Identities {
    pub(super) fn read(config: &Config) -> Result<Self, OpenError> {
        let file = history_file(&config.data);
        // Before the file is read: a later change makes another stamp.
        let stamp = Stamp::of(&file);
        let identity = Identity::read(config)?;
        Ok(Self {
            did: config.origin.did(),
            file,
            now: RwLock::new(Arc::new(identity)),
            looked: Mutex::new(Looked {
                stamp,
                refused: None,
            }),
        })
    }

    /// Whose they are; that does not change.
    pub(super) const fn did(&self) -> &Did {
        &self.did
    }

    pub(super) fn standing(&self) -> Arc<Identity> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at the file again.
    pub(super) fn reload(&self, config: &Config) -> KeysReload {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = Stamp::of(&self.file);
        if stamp.is_some() && stamp == looked.stamp && looked.refused.is_none() {
            return KeysReload::Same;
        }
        let before = self.standing();
        let error = match Identity::read(config) {
            Ok(next) if next.keys.history.bytes() == before.keys.history.bytes() => {
                *looked = Looked {
                    stamp,
                    refused: None,
                };
                return KeysReload::Same;
            }
            Ok(next) if next.keys.history.goes_on_from(&before.keys.history) => {
                tracing::warn!(key = next.method().fragment(), "another key is in use");
                *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
                *looked = Looked {
                    stamp,
                    refused: None,
                };
                return KeysReload::Replaced;
            }
            Ok(_) => KeysError::History {
                path: self.file.clone(),
                fault: "it does not go on from the one in use".to_owned(),
            },
            Err(OpenError::Keys(error)) => error,
            Err(_) => KeysError::NoName,
        };
        let reason = error.reason();
        // Said once, not each second.
        if looked.refused.as_ref() != Some(&error) {
            tracing::error!(
                reason = reason.code(),
                "the keys were changed and are not used; the key before stays in use: {error}"
            );
        }
        looked.refused = Some(error);
        KeysReload::Refused(reason)
    }
}
