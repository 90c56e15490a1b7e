//! TLS with the roots of the operating system; run by every party (RFC 8446, RFC 5246).
//!
//! The platform's verifier is used because a world behind a company's or a school's certification
//! authority is known to the machine and to nobody else, because the machine updates its roots without
//! a release of ours, and because `reqwest` brings that verifier along anyway: it adds no crate.
//! Cryptography is `ring`, which `rustls` needs no C++ or CMake for.

use std::sync::{Arc, OnceLock};

use rustls::client::Resumption;
use rustls::crypto::ring;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::BuilderVerifierExt as _;

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
