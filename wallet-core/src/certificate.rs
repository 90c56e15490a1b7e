//! Certificates of worlds: whether the key that signed a request belongs to a name, by the word of a
//! certification authority that the person added or that the machine knows (OpenID4VP 1.0 section
//! 5.9.3, `x509_san_dns` and `x509_hash`; RFC 5280). The holder's side runs it.
//!
//! The chain is built by `rustls-webpki`, which TLS stands on as well. Nobody is contacted, so a
//! certificate that was taken back is believed until it ends.

mod validity;

use std::fmt;
use std::time::Duration;

use proofs::keys::{KeyError, VerifyingKey};
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use schemas::digest::Sha256Digest;
use schemas::oid4vp::client_id::Client;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use webpki::{
    ALL_VERIFICATION_ALGS, EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter,
    anchor_from_trusted_cert,
};

use crate::anchor::Anchor;

/// A certificate whose chain was followed to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verified {
    /// Its key.
    pub(crate) key: VerifyingKey,
    /// Its DNS names, in lower case, wildcards left out.
    pub(crate) names: Vec<String>,
    /// What the chain ends in.
    pub(crate) root: Root,
}

/// What a chain of certificates ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// A certificate that the person added.
    Added,
    /// A root that the machine knows, as for web sites.
    Public,
}

/// Why a certificate does not show who signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateFault {
    /// Its digest is not the one that the client is called by.
    Digest,
    /// Its key is of a type that signs no requests here.
    Key(KeyError),
    /// It is none that can be read.
    Malformed,
    /// The request came without one.
    Missing,
    /// It is for other names.
    Name,
    /// It leads to no root that is trusted, or its time is over or has not begun.
    Untrusted,
}

impl CertificateFault {
    /// The reason underneath.
    #[must_use]
    pub const fn cause(self) -> Reason {
        match self {
            Self::Digest => Reason::DigestMismatch,
            Self::Key(error) => error.reason(),
            Self::Malformed | Self::Missing | Self::Name | Self::Untrusted => {
                Reason::ClientAuthFailed
            }
        }
    }
}

impl fmt::Display for CertificateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digest => f.write_str("its certificate is another than the client is named by"),
            Self::Key(error) => write!(f, "the key of its certificate: {error}"),
            Self::Malformed => f.write_str("its certificate cannot be read"),
            Self::Missing => f.write_str("it came without a certificate"),
            Self::Name => f.write_str("its certificate is for other names"),
            Self::Untrusted => f.write_str(
                "its certificate leads to no root that is trusted, or is not valid at this time",
            ),
        }
    }
}

/// Which uses a certificate names is not asked: one for requests has a use of its own in some
/// ecosystems and none in others, and the person added the root for this.
struct AnyUse;

impl ExtendedKeyUsageValidator for AnyUse {
    fn validate(&self, _uses: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}

/// Follows a chain, the signer's certificate first, for a client that is named by a certificate. A name
/// may lead to a public root; a digest says nothing about a name, so only what the person added counts
/// there.
pub(crate) fn verify(
    chain: &[Vec<u8>],
    client: &Client,
    anchors: &[Anchor],
    now: Timestamp,
) -> Result<Verified, CertificateFault> {
    let (der, between) = chain.split_first().ok_or(CertificateFault::Missing)?;
    let leaf = CertificateDer::from(der.as_slice());
    let leaf = EndEntityCert::try_from(&leaf).map_err(|_| CertificateFault::Malformed)?;
    let names: Vec<String> = leaf
        .valid_dns_names()
        .filter(|name| !name.starts_with('*'))
        .map(str::to_ascii_lowercase)
        .collect();
    let public_name = match client {
        Client::X509SanDns(name) if names.contains(name) => Some(name),
        Client::X509SanDns(_) => return Err(CertificateFault::Name),
        Client::X509Hash(digest) if Sha256Digest::of(der) == *digest => None,
        Client::X509Hash(_) => return Err(CertificateFault::Digest),
        _ => return Err(CertificateFault::Missing),
    };
    let spki = leaf.subject_public_key_info();
    let key = VerifyingKey::from_spki(&spki).map_err(CertificateFault::Key)?;
    let root = if was_added(der, anchors, now) || leads_to_added(&leaf, between, anchors, now) {
        Root::Added
    } else if public_name.is_some_and(|name| fetch::leads_to_public_root(chain, name, now)) {
        Root::Public
    } else {
        return Err(CertificateFault::Untrusted);
    };
    Ok(Verified { key, names, root })
}

/// A certificate that the person added needs nobody to vouch for it, also when it vouches for itself.
fn was_added(der: &[u8], anchors: &[Anchor], now: Timestamp) -> bool {
    anchors.iter().any(|anchor| anchor.der() == der) && validity::is_valid_at(der, now)
}

fn leads_to_added(
    leaf: &EndEntityCert<'_>,
    between: &[Vec<u8>],
    anchors: &[Anchor],
    now: Timestamp,
) -> bool {
    let Ok(seconds) = u64::try_from(now.unix()) else {
        return false;
    };
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let ders: Vec<CertificateDer<'_>> = anchors
        .iter()
        .map(|anchor| CertificateDer::from(anchor.der()))
        .filter(|der| is_authority(der, time))
        .collect();
    let roots: Vec<TrustAnchor<'_>> = ders
        .iter()
        .filter_map(|der| anchor_from_trusted_cert(der).ok())
        .collect();
    let between: Vec<CertificateDer<'_>> = between
        .iter()
        .map(|der| CertificateDer::from(der.as_slice()))
        .collect();
    leaf.verify_for_usage(
        ALL_VERIFICATION_ALGS,
        &roots,
        &between,
        time,
        AnyUse,
        None,
        None,
    )
    .is_ok()
}

/// Whether a certificate may vouch for others at this time; one that may not was added for itself alone.
/// `webpki` does not ask this of roots. That one is an authority shows in its being refused as a leaf.
fn is_authority(der: &CertificateDer<'_>, time: UnixTime) -> bool {
    let Ok(leaf) = EndEntityCert::try_from(der) else {
        return false;
    };
    let algorithms = ALL_VERIFICATION_ALGS;
    let verified = leaf.verify_for_usage(algorithms, &[], &[], time, AnyUse, None, None);
    matches!(verified, Err(webpki::Error::CaUsedAsEndEntity))
}

/// Whether bytes are a certificate that chains can end in.
pub(crate) fn is_anchor(der: &[u8]) -> bool {
    anchor_from_trusted_cert(&CertificateDer::from(der)).is_ok()
}
