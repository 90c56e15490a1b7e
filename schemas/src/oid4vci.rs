//! Messages of OpenID for Verifiable Credential Issuance 1.0: pre-authorized code, authorization code
//! with pushed requests and PKCE, refresh tokens.
//!
//! ```text
//! world ── offer::OfferLink ──▶ wallet        section 4
//! wallet ── GET ──▶ issuer_metadata, authorization_server   section 12.2, RFC 8414
//! wallet ── authorization::PushedRequest ──▶ world ── login ──▶ AuthorizationResponse   section 5
//! wallet ── token::TokenRequest ──▶ world ── token::TokenResponse ──▶ wallet   section 6
//! wallet ── POST ──▶ world ── nonce::NonceResponse ──▶ wallet                  section 7
//! wallet ── credential::CredentialRequest ──▶ world ── credential::CredentialResponse ──▶ wallet
//! wallet ── deferred::DeferredRequest ──▶ world ── credential::CredentialResponse ──▶ wallet   section 9
//! wallet ── notification::NotificationRequest ──▶ world     section 11
//! ```
//!
//! Worlds write one half and read the other; wallets the reverse. Members that the specification
//! does not name are ignored, as it asks for.

pub mod authorization;
pub mod authorization_server;
pub mod credential;
pub mod deferred;
pub mod error;
pub mod issuer_metadata;
pub mod nonce;
pub mod notification;
pub mod offer;
pub mod token;

mod issuer_url;

pub use issuer_url::{IssuerUrl, IssuerUrlError};

use std::fmt;

/// A credential format (appendix A; OpenID4VP 1.0 appendix B).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CredentialFormat {
    /// `dc+sd-jwt`: SD-JWT VC.
    DcSdJwt,
    /// `ldp_vc`: VCDM with Data Integrity.
    LdpVc,
    /// Any other, by its name: read and passed over.
    Other(String),
}

impl CredentialFormat {
    /// The format of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "dc+sd-jwt" => Self::DcSdJwt,
            "ldp_vc" => Self::LdpVc,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::DcSdJwt => "dc+sd-jwt",
            Self::LdpVc => "ldp_vc",
            Self::Other(name) => name,
        }
    }
}

impl fmt::Display for CredentialFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
