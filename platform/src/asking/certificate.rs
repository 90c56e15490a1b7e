//! The certificate by which a world asks, and its key, as files have them (PEM: RFC 7468, PKCS#8: RFC
//! 5958). What wallets could not use is refused before anybody is asked.

use std::fmt;
use std::time::Duration;

use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{Decode, Reader, SliceReader};
use proofs::keys::{SigningKey, VerifyingKey};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer, UnixTime};
use schemas::time::Timestamp;
use webpki::{EndEntityCert, Error, KeyUsage};
use zeroize::{Zeroize, Zeroizing};

/// More certificates are refused: requests carry all of them.
const MOST: usize = 8;
const ED25519: &str = "1.3.101.112";
const EC: &str = "1.2.840.10045.2.1";
const P256: &str = "1.2.840.10045.3.1.7";

/// What is wrong with a certificate or its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChainFault {
    /// No PKCS#8 key of Ed25519 or P-256.
    Key,
    /// No certificate.
    Malformed,
    /// It is not valid now.
    NotNow,
    /// The key is not the one in it.
    OtherKey,
    /// None of its DNS names is the host of the world.
    OtherName,
    /// Not one to eight certificates.
    Size,
}

impl fmt::Display for ChainFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Key => "not an unencrypted PKCS#8 key of P-256 or Ed25519 in PEM",
            Self::Malformed => "not a certificate chain in PEM",
            Self::NotNow => "the certificate is not valid now",
            Self::OtherKey => "the certificate is not about this key",
            Self::OtherName => "the certificate does not have the world's host among its DNS names",
            Self::Size => "not one to eight certificates, that of the world first",
        })
    }
}

impl std::error::Error for ChainFault {}

/// The certificates of a file, as DER, in their order.
pub(super) fn chain(text: &str) -> Result<Vec<Vec<u8>>, ChainFault> {
    let certificates = CertificateDer::pem_slice_iter(text.as_bytes())
        .map(|read| read.map(|der| der.as_ref().to_vec()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| ChainFault::Malformed)?;
    match certificates.len() {
        1..=MOST => Ok(certificates),
        _ => Err(ChainFault::Size),
    }
}

/// The key of a file.
pub(super) fn key(text: &str) -> Result<SigningKey, ChainFault> {
    let der = PrivatePkcs8KeyDer::from_pem_slice(text.as_bytes());
    let mut der = der.map_err(|_| ChainFault::Key)?;
    let key = key_of(der.secret_pkcs8_der());
    der.zeroize();
    key.ok_or(ChainFault::Key)
}

fn key_of(der: &[u8]) -> Option<SigningKey> {
    let info = PrivateKeyInfoRef::from_der(der).ok()?;
    let inner = info.private_key.as_bytes();
    let parameters = info.algorithm.parameters_oid().ok();
    match info.algorithm.oid.to_string().as_str() {
        ED25519 => seed(inner).map(|seed| SigningKey::from_seed(&seed)),
        EC if parameters.is_some_and(|curve| curve.to_string() == P256) => {
            scalar(inner).and_then(|scalar| SigningKey::from_p256_scalar(&scalar).ok())
        }
        _ => None,
    }
}

/// `CurvePrivateKey` (RFC 8410 section 7): an octet string within the octet string.
fn seed(inner: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let seed = <&OctetStringRef>::from_der(inner).ok()?;
    seed.as_bytes().try_into().ok().map(Zeroizing::new)
}

/// `ECPrivateKey` (RFC 5915 section 3): a version and the secret number, then what follows from it.
fn scalar(inner: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let mut reader = SliceReader::new(inner).ok()?;
    let scalar = reader.sequence(|reader| {
        let version = u8::decode(reader)?;
        let scalar = <&OctetStringRef>::decode(reader)?;
        let rest = reader.remaining_len();
        reader.read_slice(rest)?;
        Ok::<_, pkcs8::der::Error>((version, scalar.as_bytes().to_vec()))
    });
    let (version, scalar) = scalar.ok()?;
    let scalar = Zeroizing::new(scalar);
    let fits = version == 1;
    fits.then(|| scalar.as_slice().try_into().ok().map(Zeroizing::new))?
}

/// Refuses a certificate that is not for this key or not for this host. Who issued it is for wallets to
/// judge, and whether it is valid changes with the time ([`is_valid_at`]).
pub(super) fn require(chain: &[Vec<u8>], key: &VerifyingKey, host: &str) -> Result<(), ChainFault> {
    let leaf = chain.first().ok_or(ChainFault::Size)?;
    let leaf = CertificateDer::from(leaf.as_slice());
    let certificate = EndEntityCert::try_from(&leaf).map_err(|_| ChainFault::Malformed)?;
    if VerifyingKey::from_spki(&certificate.subject_public_key_info()).as_ref() != Ok(key) {
        return Err(ChainFault::OtherKey);
    }
    if !certificate.valid_dns_names().any(|name| name == host) {
        return Err(ChainFault::OtherName);
    }
    Ok(())
}

/// Whether all certificates of a chain are valid at a time: an expired one in between is no help to a
/// wallet either.
pub(super) fn is_valid_at(chain: &[Vec<u8>], now: Timestamp) -> bool {
    chain.iter().all(|der| {
        let der = CertificateDer::from(der.as_slice());
        EndEntityCert::try_from(&der).is_ok_and(|certificate| !is_outside(&certificate, now))
    })
}

/// Whether a time is outside of the validity. It is the first thing that is looked at on the way to an
/// issuer; that there is none here is found out later.
fn is_outside(certificate: &EndEntityCert<'_>, now: Timestamp) -> bool {
    let seconds = u64::try_from(now.unix()).unwrap_or_default();
    let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let usage = KeyUsage::server_auth();
    let judged = certificate.verify_for_usage(&[], &[], &[], now, usage, None, None);
    matches!(
        judged,
        Err(Error::CertExpired { .. } | Error::CertNotValidYet { .. } | Error::InvalidCertValidity)
    )
}
