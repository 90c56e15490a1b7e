//! Status lists, published by the issuer of what they are about. Issuers write them, everybody who
//! checks reads them. Source: Bitstring Status List v1.0 for credentials that are documents,
//! draft-ietf-oauth-status-list for those that are tokens.
//!
//! ```text
//! document ── StatusEntry (purpose, index, address) ──▶ list credential ── Bits ──▶ one bit
//! token ── TokenStatusEntry (index, address) ──▶ list token ── StatusValues ──▶ one value
//! ```

mod bits;
mod entry;
mod list;
#[cfg(test)]
mod tests;
mod token_entry;
mod token_list;
mod values;

use std::fmt;
use std::str::FromStr;

pub use bits::{Bits, BitsError, MAX_BITS, MIN_BITS};
pub use entry::{StatusEntry, StatusMessage, status_entry};
pub(crate) use entry::{of_another_type, read_entries};
pub use list::{ListError, StatusListCredential, UnverifiedStatusList};
pub use token_entry::{StatusPlace, TokenStatusEntry};
pub use token_list::{
    STATUS_LIST_MEDIA_TYPE, STATUS_LIST_TYP, StatusListClaims, StatusListToken, TokenStatus,
};
pub use values::{StatusValues, ValueSize};

/// What a bit that is set means (section 2.1, `statusPurpose`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusPurpose {
    /// The credential is no longer valid, for ever.
    Revocation,
    /// The credential is not valid for now.
    Suspension,
    /// The issuer says something about the credential.
    Message,
    /// The issuer has a newer credential to give.
    Refresh,
}

impl StatusPurpose {
    /// Every purpose.
    pub const ALL: [Self; 4] = [
        Self::Revocation,
        Self::Suspension,
        Self::Message,
        Self::Refresh,
    ];

    /// The value of `statusPurpose`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Revocation => "revocation",
            Self::Suspension => "suspension",
            Self::Message => "message",
            Self::Refresh => "refresh",
        }
    }
}

impl fmt::Display for StatusPurpose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A purpose that is not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownPurpose;

impl fmt::Display for UnknownPurpose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a purpose other than revocation, suspension, message and refresh")
    }
}

impl std::error::Error for UnknownPurpose {}

impl FromStr for StatusPurpose {
    type Err = UnknownPurpose;

    fn from_str(name: &str) -> Result<Self, UnknownPurpose> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.name() == name)
            .ok_or(UnknownPurpose)
    }
}
