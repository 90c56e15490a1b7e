//! The cryptosuites of Data Integrity proofs that are understood. A closed list: a new suite is a
//! new variant, and the compiler shows every place that has to know it.

use std::fmt;
use std::str::FromStr;

use crate::reason::Reason;

/// A cryptosuite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cryptosuite {
    /// `eddsa-jcs-2022`: Ed25519 over RFC 8785 bytes (VC Data Integrity EdDSA 1.0 section 3.3).
    EddsaJcs2022,
    /// `eddsa-rdfc-2022`: Ed25519 over canonical N-Quads (section 3.2).
    EddsaRdfc2022,
}

impl Cryptosuite {
    /// Every suite.
    pub const ALL: [Self; 2] = [Self::EddsaJcs2022, Self::EddsaRdfc2022];

    /// The name, as proofs write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EddsaJcs2022 => "eddsa-jcs-2022",
            Self::EddsaRdfc2022 => "eddsa-rdfc-2022",
        }
    }
}

impl fmt::Display for Cryptosuite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A cryptosuite that is not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownSuite;

impl UnknownSuite {
    /// The reason code.
    #[must_use]
    pub const fn reason(self) -> Reason {
        Reason::ProofTypeUnsupported
    }
}

impl fmt::Display for UnknownSuite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a cryptosuite other than eddsa-jcs-2022 and eddsa-rdfc-2022")
    }
}

impl std::error::Error for UnknownSuite {}

impl FromStr for Cryptosuite {
    type Err = UnknownSuite;

    fn from_str(name: &str) -> Result<Self, UnknownSuite> {
        Self::ALL
            .into_iter()
            .find(|suite| suite.name() == name)
            .ok_or(UnknownSuite)
    }
}
