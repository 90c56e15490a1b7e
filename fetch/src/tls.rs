//! TLS with the roots of the operating system; run by every party (RFC 8446, RFC 5246).
//!
//! The platform's verifier is used because a world behind a company's or a school's certification
//! authority is known to the machine and to nobody else, because the machine updates its roots without
//! a release of ours, and because `reqwest` brings that verifier along anyway: it adds no crate.
//! Cryptography is `ring`, which `rustls` needs no C++ or CMake for.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::client::Resumption;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::{BuilderVerifierExt as _, Verifier};
use schemas::time::Timestamp;

/// TLS is set up when the first `https` URL is asked for: a machine without any root certificate can
/// still speak to worlds on itself.
#[derive(Debug, Default)]
pub(crate) struct Tls {
    platform: OnceLock<Result<ClientConfig, NoRoots>>,
}

/// The machine has no root certificates that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoRoots;

impl Tls {
    /// Settings for `https`.
    pub(crate) fn platform(&self) -> Result<ClientConfig, NoRoots> {
        self.platform
            .get_or_init(|| {
                let builder = builder()?.with_platform_verifier().map_err(|_| NoRoots)?;
                Ok(finished(builder.with_no_client_auth()))
            })
            .clone()
    }

    /// Settings that trust nobody, for a connection without TLS.
    pub(crate) fn nobody() -> Result<ClientConfig, NoRoots> {
        trusting(RootCertStore::empty())
    }

    #[cfg(test)]
    pub(crate) fn with_roots(roots: RootCertStore) -> Self {
        Self {
            platform: OnceLock::from(trusting(roots)),
        }
    }
}

/// Whether certificates in DER, the server's own first, lead to a root of this machine as they would
/// have to for a connection to this name. For signatures that are made with the key of a server's
/// certificate (OpenID4VP 1.0 section 5.9.3, `x509_san_dns`); contacts nobody.
#[must_use]
pub fn leads_to_public_root(chain: &[Vec<u8>], name: &str, now: Timestamp) -> bool {
    let Some((leaf, between)) = chain.split_first() else {
        return false;
    };
    let (Ok(name), Ok(seconds)) = (ServerName::try_from(name), u64::try_from(now.unix())) else {
        return false;
    };
    let between: Vec<CertificateDer<'_>> = between
        .iter()
        .map(|der| CertificateDer::from(der.as_slice()))
        .collect();
    let leaf = CertificateDer::from(leaf.as_slice());
    let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    Verifier::new(Arc::new(ring::default_provider())).is_ok_and(|verifier| {
        verifier
            .verify_server_cert(&leaf, &between, &name, &[], at)
            .is_ok()
    })
}

fn trusting(roots: RootCertStore) -> Result<ClientConfig, NoRoots> {
    Ok(finished(
        builder()?
            .with_root_certificates(roots)
            .with_no_client_auth(),
    ))
}

fn builder() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, NoRoots> {
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| NoRoots)
}

fn finished(mut config: ClientConfig) -> ClientConfig {
    // A resumed session would tell a server that two personas share a machine.
    config.resumption = Resumption::disabled();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};
    use schemas::time::Timestamp;

    use super::leads_to_public_root;

    #[test]
    fn what_nobody_vouches_for_leads_to_no_root() {
        let now = Timestamp::from_unix(1_790_000_000);
        let params = CertificateParams::new(vec!["world.example".to_owned()]).unwrap();
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let der = certificate.der().to_vec();
        for chain in [
            vec![],
            vec![b"not DER".to_vec()],
            vec![der.clone()],
            vec![der.clone(), der],
        ] {
            for name in ["world.example", "other.example", "", "not a name"] {
                assert!(!leads_to_public_root(&chain, name, now), "{name}");
            }
        }
        let before = Timestamp::from_unix(-1);
        assert!(!leads_to_public_root(&[], "world.example", before));
    }
}
