//! Queries that ask for too much (`query_over_ask`). Wallets judge them before they look for anything.
//!
//! A person can agree to what they can read. So what a query could bring out is bounded as a whole, its
//! alternatives and options counted too: what is behind them is shown only when somebody chooses it, and
//! a query must not be a list to choose everything from.

use std::fmt;

use crate::dcql::{CredentialQuery, DcqlQuery, PathElement};
use crate::reason::Reason;

/// More parts than this are too much for one consent.
pub const MAX_PARTS: usize = 12;
/// More claims in all parts together are.
pub const MAX_CLAIMS_IN_ALL: usize = 96;
/// More than one wildcard in a path asks for everything in lists of lists.
const MAX_WILDCARDS: usize = 1;

/// What of a query is too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverAsk {
    /// So many parts.
    Parts(usize),
    /// So many claims in all.
    Claims(usize),
    /// A claim path that names nothing: it begins with a wildcard, or has several.
    Wildcards,
}

impl OverAsk {
    /// The reason code.
    #[must_use]
    pub const fn reason(self) -> Reason {
        Reason::QueryOverAsk
    }
}

impl fmt::Display for OverAsk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parts(found) => write!(
                formatter,
                "the query has {found} parts, and at most {MAX_PARTS} are shown to a person"
            ),
            Self::Claims(found) => write!(
                formatter,
                "the query asks for {found} claims, and at most {MAX_CLAIMS_IN_ALL} are shown to a person"
            ),
            Self::Wildcards => formatter.write_str("a claim path of the query asks for everything"),
        }
    }
}

impl std::error::Error for OverAsk {}

impl DcqlQuery {
    /// Whether the query asks for more than one consent can be about. It is the same for every wallet
    /// and does not depend on what one holds.
    ///
    /// Optional credential sets count, and are no more than an offer: nobody answers them unless the
    /// person chooses to.
    ///
    /// # Errors
    /// [`OverAsk`], all of which are `query_over_ask`.
    pub fn require_modest(&self) -> Result<(), OverAsk> {
        let parts = self.credentials();
        if parts.len() > MAX_PARTS {
            return Err(OverAsk::Parts(parts.len()));
        }
        let claims = parts.iter().map(|part| part.claims.len()).sum();
        if claims > MAX_CLAIMS_IN_ALL {
            return Err(OverAsk::Claims(claims));
        }
        if parts.iter().any(has_wide_path) {
            return Err(OverAsk::Wildcards);
        }
        Ok(())
    }
}

fn has_wide_path(part: &CredentialQuery) -> bool {
    part.claims.iter().any(|claim| {
        let elements = claim.path.elements();
        let wildcard = |element: &&PathElement| **element == PathElement::All;
        elements.first() == Some(&PathElement::All)
            || elements.iter().filter(wildcard).count() > MAX_WILDCARDS
    })
}
