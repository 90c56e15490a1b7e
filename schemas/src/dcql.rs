//! DCQL: what a world asks for (OpenID4VP 1.0 sections 6 and 7).
//!
//! Written by worlds, read by wallets, which show it to the person. Choosing credentials for a query
//! is the verifier's business; here are the query itself and the selection of claims by path.

mod over_ask;
mod path;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::fmt;

use crate::json::Value;
use crate::message::{Kind, MessageError, Problem};
use crate::oid4vci::CredentialFormat;
use crate::reason::Reason;

pub use over_ask::{MAX_CLAIMS_IN_ALL, MAX_PARTS, OverAsk};
pub use path::{ClaimPath, PathElement, select, select_in};

/// More credential queries are refused.
pub const MAX_CREDENTIALS: usize = 20;
/// More claims in one credential query are refused.
pub const MAX_CLAIMS: usize = 64;
/// More claim sets, credential sets, or options of one are refused.
pub const MAX_SETS: usize = 32;
/// More values of a claim, type values or authorities are refused.
pub const MAX_VALUES: usize = 64;

pub(crate) const QUERY: Kind = Kind::new("DCQL query", Reason::QueryInvalid);
/// More than a query may ask for.
pub(crate) const TOO_MUCH: Kind = Kind::new("DCQL query", Reason::QueryOverAsk);

/// A DCQL query (section 6). Its references exist, its identifiers are unique, its sizes bounded.
#[derive(Clone, Debug, PartialEq)]
pub struct DcqlQuery {
    credentials: Vec<CredentialQuery>,
    credential_sets: Vec<CredentialSetQuery>,
}

/// An identifier within a query: letters, digits, `_` and `-`, at most 64.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueryId(String);

impl QueryId {
    /// An identifier; `None` for other characters, no or too many.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        ((1..=64).contains(&text.len()) && text.bytes().all(letter)).then_some(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for QueryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<&QueryId> for Value {
    fn from(id: &QueryId) -> Self {
        Self::from(id.as_str())
    }
}

/// A credential query (section 6.1).
#[derive(Clone, Debug, PartialEq)]
pub struct CredentialQuery {
    /// `id`: the key in `vp_token`.
    pub id: QueryId,
    /// `format` and `meta`.
    pub meta: Meta,
    /// `multiple`
    pub count: Count,
    /// `trusted_authorities`; none means any.
    pub trusted_authorities: Vec<TrustedAuthority>,
    /// `require_cryptographic_holder_binding`
    pub holder_binding: HolderBinding,
    /// `claims`; none means that no selectively disclosable claim is asked for.
    pub claims: Vec<ClaimQuery>,
    /// `claim_sets`: combinations of claims by id, the most wanted first.
    pub claim_sets: Vec<Vec<QueryId>>,
}

/// Format and format-specific constraints.
#[derive(Clone, Debug, PartialEq)]
pub enum Meta {
    /// `dc+sd-jwt`
    DcSdJwt {
        /// `vct_values`; none means any.
        vct_values: Vec<String>,
    },
    /// `ldp_vc`
    LdpVc {
        /// `type_values`: alternatives, each a set of fully expanded type IRIs that must all be
        /// there; none means any.
        type_values: Vec<Vec<String>>,
    },
    /// A format that is not supported: never satisfied.
    Other {
        /// `format`
        format: String,
        /// `meta`
        meta: crate::json::Object,
    },
}

impl Meta {
    /// The format.
    #[must_use]
    pub fn format(&self) -> CredentialFormat {
        match self {
            Self::DcSdJwt { .. } => CredentialFormat::DcSdJwt,
            Self::LdpVc { .. } => CredentialFormat::LdpVc,
            Self::Other { format, .. } => CredentialFormat::Other(format.clone()),
        }
    }
}

/// How many presentations may answer one credential query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Count {
    /// `multiple: true`
    Many,
    /// The default.
    #[default]
    One,
}

/// Whether presentations must prove that the holder has the key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HolderBinding {
    /// `require_cryptographic_holder_binding: false`
    NotRequired,
    /// The default.
    #[default]
    Required,
}

/// A member of `trusted_authorities` (section 6.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedAuthority {
    /// `type`: `aki`, `etsi_tl`, `openid_federation` or another.
    pub kind: String,
    /// `values`
    pub values: Vec<String>,
}

/// A claims query (section 6.3).
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimQuery {
    /// `id`; always there when `claim_sets` is.
    pub id: Option<QueryId>,
    /// `path`
    pub path: ClaimPath,
    /// `values`: strings, integers or booleans, of which the claim has to be one; none means any. A
    /// wallet may ignore them, so the verifier has to look again (section 6.4.1).
    pub values: Vec<Value>,
}

/// A credential set query (section 6.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialSetQuery {
    /// `options`: combinations of credential queries, the most wanted first.
    pub options: Vec<Vec<QueryId>>,
    /// `required`
    pub need: Need,
}

/// Whether a credential set has to be satisfied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Need {
    /// `required: false`
    Optional,
    /// The default.
    #[default]
    Required,
}

impl DcqlQuery {
    /// Makes a query.
    ///
    /// # Errors
    /// `query_invalid` when an identifier is there twice, a reference leads nowhere, a claim is asked
    /// for twice, or a list is empty or longer than its bound.
    pub fn new(
        credentials: Vec<CredentialQuery>,
        credential_sets: Vec<CredentialSetQuery>,
    ) -> Result<Self, MessageError> {
        let query = Self {
            credentials,
            credential_sets,
        };
        read::require_sound(&query)?;
        Ok(query)
    }

    /// Refuses a query of which a part could be answered by somebody who does not hold the key: whoever
    /// is let in is the holder of something, and the rest would be anybody's.
    ///
    /// # Errors
    /// `query_invalid`
    pub fn require_bound(&self) -> Result<(), MessageError> {
        let bound = |part: &CredentialQuery| part.holder_binding == HolderBinding::Required;
        if self.credentials.iter().all(bound) {
            return Ok(());
        }
        let member = "require_cryptographic_holder_binding";
        Err(QUERY.fail(member, Problem::Value { expected: "true" }))
    }

    /// `credentials`: at least one.
    #[must_use]
    pub fn credentials(&self) -> &[CredentialQuery] {
        &self.credentials
    }

    /// `credential_sets`; none means that every credential query has to be answered.
    #[must_use]
    pub fn credential_sets(&self) -> &[CredentialSetQuery] {
        &self.credential_sets
    }

    /// The credential query of this id.
    #[must_use]
    pub fn credential(&self, id: &QueryId) -> Option<&CredentialQuery> {
        self.credentials
            .iter()
            .find(|credential| credential.id == *id)
    }
}
