//! The checks of a verification, in the order in which the headline is chosen, and their outcomes.
//!
//! Written by the verifier, read by everybody: reports, HTTP answers, the command.

use std::fmt;
use std::str::FromStr;

use crate::reason::Reason;

macro_rules! checks {
    ($($(#[$doc:meta])+ $variant:ident = $id:literal,)+) => {
        /// One check. The order of the variants is the order of the headline: the first that failed
        /// gives the report its reason.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum CheckId {
            $($(#[$doc])+ $variant,)+
        }

        impl CheckId {
            /// Every check, in headline order.
            pub const ALL: [Self; [$($id),+].len()] = [$(Self::$variant),+];

            /// Its place in [`CheckId::ALL`].
            #[must_use]
            pub const fn place(self) -> usize {
                self as usize
            }

            /// The stable name.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)+
                }
            }
        }
    };
}

checks! {
    /// The input is within the size limits.
    Size = "size",
    /// The input is one strict JSON text.
    Json = "json",
    /// It has the shape of the document that was asked for, and only known terms.
    Shape = "shape",
    /// Policy trusts the issuer for the type.
    Trust = "trust",
    /// The key exists, is sound, and its controller may use it for this purpose.
    Key = "key",
    /// The proof is of an allowed suite and verifies.
    Proof = "proof",
    /// Everything is valid now.
    Time = "time",
    /// The presenter holds the key to which the credential was issued.
    Holder = "holder",
    /// The presentation answers our challenge.
    Challenge = "challenge",
    /// The presentation was made for us.
    Audience = "audience",
    /// The presentation satisfies what was asked.
    Query = "query",
    /// No status list revokes or suspends the credential.
    Status = "status",
    /// The item's ledger says that it is still in the hand of which the credential speaks.
    Ledger = "ledger",
    /// Each step of the item's life follows from the one before, from its mint to now (asked when policy
    /// requires it).
    Hands = "hands",
    /// The creator's statement about the asset stands behind the credential.
    Provenance = "provenance",
    /// The license terms granted are not looser than the creator's.
    License = "license",
    /// No shown name looks like a known one (asked when policy refuses such).
    Name = "name",
    /// The model file is the one that the credential names.
    Asset = "asset",
}

impl fmt::Display for CheckId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

/// A text that is no check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCheck;

impl fmt::Display for UnknownCheck {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not the name of a check")
    }
}

impl std::error::Error for UnknownCheck {}

impl FromStr for CheckId {
    type Err = UnknownCheck;

    fn from_str(id: &str) -> Result<Self, UnknownCheck> {
        Self::ALL
            .into_iter()
            .find(|check| check.id() == id)
            .ok_or(UnknownCheck)
    }
}

/// What became of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done, and nothing was wrong.
    Passed,
    /// Done, and this was wrong.
    Failed(Reason),
    /// Could not be done for want of this; never acceptance.
    Undecided(Reason),
    /// Not done, because that earlier check did not pass.
    Blocked(CheckId),
    /// The question did not ask for it. Never follows from a field that is absent.
    NotAsked,
}

impl Outcome {
    /// The stable name of the kind of outcome.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Undecided(_) => "undecided",
            Self::Blocked(_) => "blocked",
            Self::NotAsked => "not_asked",
        }
    }

    /// The reason code, when there is one.
    #[must_use]
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Failed(reason) | Self::Undecided(reason) => Some(reason),
            _ => None,
        }
    }
}

/// What follows from all outcomes together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every check that was asked for passed.
    Accepted,
    /// A check failed.
    Rejected,
    /// No check failed, and one could not be decided.
    Indeterminate,
}

impl Verdict {
    /// The stable name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Indeterminate => "indeterminate",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::CheckId;

    #[test]
    fn names_are_unique_and_read_back() {
        for (index, check) in CheckId::ALL.into_iter().enumerate() {
            assert_eq!(check.id().parse(), Ok(check));
            assert!(
                CheckId::ALL
                    .into_iter()
                    .skip(index + 1)
                    .all(|later| later > check)
            );
        }
    }
}
