//! By which name the world asks, and what signs for it: its own key, or that of a certificate
//! (OpenID4VP 1.0 section 5.9.3). Run by the world.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use proofs::jws::{self, KeyRef, Typ};
use proofs::keys::SigningKey;
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::oid4vp::client_id::ClientId;
use schemas::reason::Reason;
use schemas::suite::KeyType;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::config::{Certified, Client, Config};
use crate::files::{FileError, Stamp};
use crate::world::Identity;

use super::certificate::{self, ChainFault};

/// Askers that are kept beside the one in use: requests that stand open name one of them.
const KEPT: usize = 4;

/// Why a certificate is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AskerError {
    /// The certificate, or what it says.
    Certificate {
        /// Its file.
        path: PathBuf,
        /// What is wrong.
        fault: ChainFault,
    },
    /// A file.
    File(FileError),
}

impl AskerError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Certificate { .. } => Reason::ConfigMalformed,
            Self::File(error) => error.reason(),
        }
    }
}

impl fmt::Display for AskerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate { path, fault } => write!(formatter, "{}: {fault}", path.display()),
            Self::File(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for AskerError {}

impl From<FileError> for AskerError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

/// A name, and the certificate that goes with it.
pub(crate) struct Asker {
    client_id: ClientId,
    /// None for the world's DID, for which the world's own key signs.
    certificate: Option<Signer>,
}

struct Signer {
    /// The leaf first, as DER.
    chain: Vec<Vec<u8>>,
    key: SigningKey,
}

impl Asker {
    fn read(client: &Client, world: &WorldId) -> Result<Self, AskerError> {
        let Client::Certificate { kind, chain, key } = client else {
            return Ok(Self::by_did(world));
        };
        let signer = Signer::read(chain, key, world)?;
        let fault = |fault| AskerError::Certificate {
            path: chain.clone(),
            fault,
        };
        let client_id = match kind {
            Certified::SanDns => {
                ClientId::x509_san_dns(world.host()).map_err(|_| fault(ChainFault::OtherName))?
            }
            Certified::Hash => {
                let leaf = signer.chain.first().map(Vec::as_slice).unwrap_or_default();
                ClientId::x509_hash(Sha256Digest::of(leaf))
            }
        };
        Ok(Self {
            client_id,
            certificate: Some(signer),
        })
    }

    fn by_did(world: &WorldId) -> Self {
        Self {
            client_id: ClientId::from(world),
            certificate: None,
        }
    }

    /// The name, to which presentations are made out.
    pub(crate) const fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// Whether wallets have a reason to believe it at this time: a certificate begins and ends.
    pub(crate) fn is_valid_at(&self, now: Timestamp) -> bool {
        let certificate = self.certificate.as_ref();
        certificate.is_none_or(|signer| certificate::is_valid_at(&signer.chain, now))
    }

    /// Signs the claims of a request.
    pub(crate) fn sign(&self, identity: &Identity, claims: &Object) -> String {
        match &self.certificate {
            None => identity.sign(Typ::RequestObject, claims),
            Some(signer) => {
                let chain = KeyRef::X5c(&signer.chain);
                jws::sign(Typ::RequestObject, chain, claims, &signer.key)
            }
        }
    }

    /// The type of the key that signs.
    pub(crate) fn key_type(&self, identity: &Identity) -> KeyType {
        match &self.certificate {
            None => identity.keys.signing.key_type(),
            Some(signer) => signer.key.key_type(),
        }
    }
}

impl Signer {
    fn read(chain: &Path, key: &Path, world: &WorldId) -> Result<Self, AskerError> {
        let fault = |path: &Path, fault| AskerError::Certificate {
            path: path.to_owned(),
            fault,
        };
        let text = crate::files::read_text(chain)?;
        let certificates = certificate::chain(&text).map_err(|error| fault(chain, error))?;
        let text = crate::files::read_private(key)?;
        let signing = certificate::key(&text).map_err(|error| fault(key, error))?;
        certificate::require(&certificates, &signing.verifying_key(), world.host())
            .map_err(|error| fault(chain, error))?;
        Ok(Self {
            chain: certificates,
            key: signing,
        })
    }
}

/// The asker in use, and those before it by whose names requests stand open.
pub(crate) struct Askers {
    client: Client,
    world: WorldId,
    standing: RwLock<Standing>,
    looked: Mutex<Looked>,
}

struct Standing {
    now: Arc<Asker>,
    /// Those before it, the newest first.
    before: Vec<Arc<Asker>>,
}

#[derive(Default)]
struct Looked {
    stamps: Option<Stamps>,
    refused: Option<AskerError>,
    /// That the one in use is not valid was said.
    told: bool,
}

type Stamps = (Option<Stamp>, Option<Stamp>);

/// What became of looking at the certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateReload {
    /// It is as it was, or there is none.
    Same,
    /// The one in use is not valid now: nobody is asked until it is, or was renewed.
    NotNow,
    /// Another one signs from here on.
    Replaced,
    /// It cannot be used; the one before stays in use.
    Refused(Reason),
}

impl Askers {
    /// Also with a certificate that is not valid now: only asking needs it, and people have to be able
    /// to serve and to revoke without.
    pub(crate) fn read(config: &Config) -> Result<Self, AskerError> {
        let client = config.asking.client.clone();
        // Before the files are read: a later change makes other stamps.
        let stamps = stamps(&client);
        let asker = Asker::read(&client, &config.origin)?;
        Ok(Self {
            world: config.origin.clone(),
            standing: RwLock::new(Standing {
                now: Arc::new(asker),
                before: Vec::new(),
            }),
            looked: Mutex::new(Looked {
                stamps,
                ..Looked::default()
            }),
            client,
        })
    }

    /// The one in use.
    pub(crate) fn standing(&self) -> Arc<Asker> {
        Arc::clone(&self.read_standing().now)
    }

    /// The one of a request that was made already; none when what signed for it is not here any more.
    pub(crate) fn named(&self, client_id: &ClientId) -> Option<Arc<Asker>> {
        let standing = self.read_standing();
        let mut all = std::iter::once(&standing.now).chain(&standing.before);
        let found = all.find(|asker| asker.client_id == *client_id).cloned();
        // A world that asks by a certificate now still has the key of its DID.
        found.or_else(|| {
            let by_did = Asker::by_did(&self.world);
            (by_did.client_id == *client_id).then(|| Arc::new(by_did))
        })
    }

    fn read_standing(&self) -> RwLockReadGuard<'_, Standing> {
        self.standing.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the files again, and whether the certificate in use is valid now.
    pub(crate) fn reload(&self, now: Timestamp) -> CertificateReload {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let found = self.look(&mut looked, now);
        let is_valid = self.standing().is_valid_at(now);
        // Said once, not each second.
        if !is_valid && !looked.told {
            tracing::error!(
                reason = Reason::ConfigMalformed.code(),
                "the certificate is not valid now: nobody is asked until it is renewed"
            );
        }
        looked.told = !is_valid;
        match found {
            CertificateReload::Same if !is_valid => CertificateReload::NotNow,
            found => found,
        }
    }

    fn look(&self, looked: &mut Looked, now: Timestamp) -> CertificateReload {
        let stamps = stamps(&self.client);
        if stamps.is_none() || (stamps == looked.stamps && looked.refused.is_none()) {
            return CertificateReload::Same;
        }
        let read = Asker::read(&self.client, &self.world).and_then(|asker| {
            match (asker.is_valid_at(now), &self.client) {
                (false, Client::Certificate { chain, .. }) => Err(AskerError::Certificate {
                    path: chain.clone(),
                    fault: ChainFault::NotNow,
                }),
                _ => Ok(asker),
            }
        });
        match read {
            Ok(asker) => {
                let mut standing = self
                    .standing
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                let before = std::mem::replace(&mut standing.now, Arc::new(asker));
                standing.before.insert(0, before);
                standing.before.truncate(KEPT);
                looked.stamps = stamps;
                looked.refused = None;
                CertificateReload::Replaced
            }
            Err(error) => {
                let reason = error.reason();
                if looked.refused.as_ref() != Some(&error) {
                    tracing::error!(
                        reason = reason.code(),
                        "the certificate was changed and is not used; the one before stays: {error}"
                    );
                }
                looked.refused = Some(error);
                CertificateReload::Refused(reason)
            }
        }
    }
}

/// None for a world that asks by its DID: there is nothing to look at.
fn stamps(client: &Client) -> Option<Stamps> {
    match client {
        Client::Did => None,
        Client::Certificate { chain, key, .. } => Some((Stamp::of(chain), Stamp::of(key))),
    }
}
