//! What something is fetched for, which decides limits, accepted types, redirects and the reason code
//! of a refusal; named by every caller of [`Client`](crate::Client).

use std::time::Duration;

use schemas::status::STATUS_LIST_MEDIA_TYPE;

/// How many redirects are followed for the purposes that may have any.
const MAX_HOPS: u8 = 3;
const KIB: usize = 1024;

/// What something is fetched or sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// A credential from an issuer's credential endpoint (OpenID4VCI 1.0 section 8).
    Credential,
    /// A `did:web` document.
    DidDocument,
    /// Metadata of an issuer or of its authorization server (OpenID4VCI 1.0 section 12.2, RFC 8414).
    IssuerMetadata,
    /// The newest leaf of an item, from its ledger.
    ItemHead,
    /// The history of a world's keys.
    KeyHistory,
    /// Anything of a transparency log or of a witness (C2SP tlog-tiles, tlog-witness).
    Log,
    /// A nonce for key proofs (OpenID4VCI 1.0 section 7).
    Nonce,
    /// A notification about a received credential (OpenID4VCI 1.0 section 11).
    Notification,
    /// A credential offer by reference (OpenID4VCI 1.0 section 4.1.3).
    Offer,
    /// A presentation sent to a `response_uri` (OpenID4VP 1.0 section 8.2).
    PresentationResponse,
    /// A request object (OpenID4VP 1.0 section 5).
    RequestObject,
    /// A status list: a credential (Bitstring Status List 1.0) or a token
    /// (draft-ietf-oauth-status-list).
    StatusList,
    /// An access token (OpenID4VCI 1.0 section 6).
    Token,
    /// A trust list that a policy names.
    TrustList,
    /// Any other interface of a world.
    World,
}

impl Purpose {
    /// Every purpose, for tables and tests.
    pub const ALL: &'static [Self] = &[
        Self::Credential,
        Self::DidDocument,
        Self::IssuerMetadata,
        Self::ItemHead,
        Self::KeyHistory,
        Self::Log,
        Self::Nonce,
        Self::Notification,
        Self::Offer,
        Self::PresentationResponse,
        Self::RequestObject,
        Self::StatusList,
        Self::Token,
        Self::TrustList,
        Self::World,
    ];

    /// Media types that an answer may have.
    #[must_use]
    pub fn accept(self) -> &'static [&'static str] {
        match self {
            Self::DidDocument => &[
                "application/did+json",
                "application/did+ld+json",
                "application/json",
            ],
            Self::Log => &["text/plain", "application/octet-stream", "text/x.tlog.size"],
            Self::RequestObject => &["application/oauth-authz-req+jwt"],
            Self::StatusList => &[
                "application/vc",
                "application/vc+ld+json",
                "application/json",
                STATUS_LIST_MEDIA_TYPE,
            ],
            Self::TrustList => &[
                "application/vc",
                "application/vc+ld+json",
                "application/json",
            ],
            Self::Credential
            | Self::IssuerMetadata
            | Self::ItemHead
            | Self::KeyHistory
            | Self::Nonce
            | Self::Notification
            | Self::Offer
            | Self::PresentationResponse
            | Self::Token
            | Self::World => &["application/json"],
        }
    }

    /// The most bytes of a body that are read.
    #[must_use]
    pub fn max_body(self) -> usize {
        match self {
            Self::DidDocument => 64 * KIB,
            Self::KeyHistory | Self::StatusList | Self::TrustList => 1024 * KIB,
            // Notes and tiles; bundles of entries are larger, and their readers say how much.
            Self::Log => 512 * KIB,
            Self::Credential
            | Self::IssuerMetadata
            | Self::ItemHead
            | Self::Nonce
            | Self::Notification
            | Self::Offer
            | Self::PresentationResponse
            | Self::RequestObject
            | Self::Token
            | Self::World => 256 * KIB,
        }
    }

    /// Whether a GET may be led on. Only metadata may, and only inside the origin that was trusted or
    /// confirmed: nobody may lead to a place that was not. A DID document, a request object and a
    /// status list are refused by their rules when they redirect.
    #[must_use]
    pub fn redirects(self) -> Redirects {
        match self {
            Self::IssuerMetadata => Redirects::SameOrigin { max: MAX_HOPS },
            Self::Credential
            | Self::DidDocument
            | Self::ItemHead
            | Self::KeyHistory
            | Self::Log
            | Self::Nonce
            | Self::Notification
            | Self::Offer
            | Self::PresentationResponse
            | Self::RequestObject
            | Self::StatusList
            | Self::Token
            | Self::TrustList
            | Self::World => Redirects::Forbidden,
        }
    }
}

/// What is done with an answer that names another address. Never asked for POST: it is sent once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirects {
    /// Every hop is judged as the first address was, and none leaves TLS or leads to this machine.
    Checked {
        /// The most hops.
        max: u8,
    },
    /// A redirect is a refusal.
    Forbidden,
    /// As `Checked`, and a hop to another origin is a refusal.
    SameOrigin {
        /// The most hops.
        max: u8,
    },
}

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// Looking up the name; and again connecting, TLS included.
    pub connect: Duration,
    /// All of a `did:web` document, from name to last byte.
    pub did_document: Duration,
    /// All of anything else, redirects included.
    pub total: Duration,
}

impl Times {
    pub(crate) fn total_for(&self, purpose: Purpose) -> Duration {
        match purpose {
            Purpose::DidDocument => self.did_document,
            _ => self.total,
        }
    }
}

impl Default for Times {
    /// 3 s to connect, 5 s for a DID document, 10 s for anything else.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            did_document: Duration::from_secs(5),
            total: Duration::from_secs(10),
        }
    }
}
