//! Certification authorities that the person added: who may vouch for worlds that sign with the key of
//! a certificate. Sealed like everything in the wallet, and part of its backups. The holder's side runs
//! it.

use std::fmt;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use schemas::digest::Sha256Digest;
use schemas::encoding::base64;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::certificate::is_anchor;
use crate::error::{Fault, StoreError};
use crate::store::records::Written;
use crate::store::{Kind, RecordId};
use crate::trust::Removal;
use crate::wallet::{Wallet, insert};

/// More certificates are not kept.
pub const MAX_ANCHORS: usize = 64;
/// Larger files are not read.
pub const MAX_PEM_BYTES: usize = 1 << 20;
/// Larger certificates are refused.
const MAX_DER_BYTES: usize = 16 << 10;

/// A certificate in which chains may end.
#[derive(Clone, PartialEq, Eq)]
pub struct Anchor {
    der: Vec<u8>,
    digest: Sha256Digest,
    added: Timestamp,
}

impl Anchor {
    /// The certificate in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the certificate: its name here, and its fingerprint everywhere.
    #[must_use]
    pub const fn digest(&self) -> &Sha256Digest {
        &self.digest
    }

    /// When it was added.
    #[must_use]
    pub const fn added(&self) -> Timestamp {
        self.added
    }
}

impl fmt::Debug for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Anchor({})", self.digest)
    }
}

/// Why a certificate was not added.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnchorError {
    /// The text is no PEM with certificates that chains can end in.
    NotCertificates,
    /// The store did not answer.
    Store(StoreError),
    /// There would be more than [`MAX_ANCHORS`].
    TooMany,
}

impl AnchorError {
    /// The code of this refusal.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::NotCertificates => Reason::BadRequest,
            Self::Store(error) => error.reason(),
            Self::TooMany => Reason::InputTooLarge,
        }
    }
}

impl fmt::Display for AnchorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotCertificates => f.write_str("not a PEM file with certificates"),
            Self::Store(error) => error.fmt(f),
            Self::TooMany => write!(f, "more than {MAX_ANCHORS} certificates"),
        }
    }
}

impl std::error::Error for AnchorError {}

impl From<StoreError> for AnchorError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredAnchor {
    v: u8,
    der: String,
    added: Timestamp,
}

impl StoredAnchor {
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        self.clone().into_anchor().map(drop)
    }

    fn into_anchor(self) -> Result<Anchor, StoreError> {
        let der = base64::decode(&self.der).filter(|_| self.v == 1);
        let der = der.ok_or(StoreError::Corrupt(Fault::Record))?;
        Ok(Anchor {
            digest: Sha256Digest::of(&der),
            der,
            added: self.added,
        })
    }
}

impl Wallet {
    /// The certificates that the person added, by digest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn anchors(&self) -> Result<Vec<Anchor>, StoreError> {
        let mut anchors: Vec<Anchor> = self.store().view(|view| {
            view.records(Kind::Anchor)?
                .iter()
                .map(|(_, record)| record.decode::<StoredAnchor>()?.into_anchor())
                .collect::<Result<_, StoreError>>()
        })?;
        anchors.sort_by_key(|anchor| anchor.digest);
        Ok(anchors)
    }

    /// Adds the certificates of a PEM file, all or none. One that is there already stays as it is.
    ///
    /// # Errors
    /// [`AnchorError`].
    pub fn add_anchors(&mut self, pem: &[u8], now: Timestamp) -> Result<Vec<Anchor>, AnchorError> {
        let read = read_pem(pem)?;
        let known = self.anchors()?;
        let is_new = |der: &&Vec<u8>| known.iter().all(|anchor| anchor.der != **der);
        if read.iter().filter(is_new).count() + known.len() > MAX_ANCHORS {
            return Err(AnchorError::TooMany);
        }
        let mut added: Vec<Anchor> = Vec::new();
        let (store, names) = self.parts_mut();
        store.edit(|edit| {
            for der in read {
                let digest = Sha256Digest::of(&der);
                let stored = StoredAnchor {
                    v: 1,
                    der: base64::encode(&der),
                    added: now,
                };
                let id = RecordId::of_name(names, "anchor", &[digest.as_bytes()]);
                let anchor = match edit.view.record(Kind::Anchor, &id)? {
                    Some(record) => record.decode::<StoredAnchor>()?.into_anchor()?,
                    None => {
                        insert(edit, Kind::Anchor, &id, &stored)?;
                        stored.into_anchor()?
                    }
                };
                added.push(anchor);
            }
            Ok::<_, StoreError>(())
        })?;
        Ok(added)
    }

    /// Takes a certificate away. Worlds that only it vouches for are refused from then on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn remove_anchor(&mut self, digest: &Sha256Digest) -> Result<Removal, StoreError> {
        let (store, names) = self.parts_mut();
        let id = RecordId::of_name(names, "anchor", &[digest.as_bytes()]);
        store.edit(|edit| {
            Ok(match edit.delete(Kind::Anchor, &id)? {
                Written::Done => Removal::Removed,
                Written::Refused => Removal::Absent,
            })
        })
    }
}

/// The certificates of a PEM file, each once.
fn read_pem(pem: &[u8]) -> Result<Vec<Vec<u8>>, AnchorError> {
    let malformed = AnchorError::NotCertificates;
    if pem.len() > MAX_PEM_BYTES {
        return Err(malformed);
    }
    let mut read: Vec<Vec<u8>> = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let der = certificate.map_err(|_| malformed.clone())?.to_vec();
        if der.len() > MAX_DER_BYTES || !is_anchor(&der) {
            return Err(malformed);
        }
        if !read.contains(&der) {
            read.push(der);
        }
    }
    if read.is_empty() {
        return Err(malformed);
    }
    Ok(read)
}
