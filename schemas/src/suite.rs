//! The cryptosuites of Data Integrity proofs and the content encryptions that are understood. Closed
//! lists: a new one is a new variant, and the compiler shows every place that has to know it.

use std::fmt;
use std::str::FromStr;

use crate::reason::Reason;

/// The types of keys that sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyType {
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// ECDSA with the curve P-256 and SHA-256 (FIPS 186-5).
    P256,
}

impl KeyType {
    /// The name of the curve, as JSON Web Keys write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::P256 => "P-256",
        }
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A cryptosuite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cryptosuite {
    /// `eddsa-jcs-2022`: Ed25519 over RFC 8785 bytes (VC Data Integrity EdDSA 1.0 section 3.3).
    EddsaJcs2022,
    /// `eddsa-rdfc-2022`: Ed25519 over canonical N-Quads (section 3.2).
    EddsaRdfc2022,
    /// `ecdsa-jcs-2019`: P-256 over RFC 8785 bytes (VC Data Integrity ECDSA 1.0 section 3.3).
    EcdsaJcs2019,
    /// `ecdsa-rdfc-2019`: P-256 over canonical N-Quads (section 3.2).
    EcdsaRdfc2019,
}

impl Cryptosuite {
    /// Every suite, the one to prefer first.
    pub const ALL: [Self; 4] = [
        Self::EddsaJcs2022,
        Self::EddsaRdfc2022,
        Self::EcdsaJcs2019,
        Self::EcdsaRdfc2019,
    ];

    /// The suites of Ed25519 keys: what wallets and worlds of this make sign with.
    pub const ED25519: [Self; 2] = [Self::EddsaJcs2022, Self::EddsaRdfc2022];

    /// The suites of P-256 keys.
    pub const P256: [Self; 2] = [Self::EcdsaJcs2019, Self::EcdsaRdfc2019];

    /// The name, as proofs write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EddsaJcs2022 => "eddsa-jcs-2022",
            Self::EddsaRdfc2022 => "eddsa-rdfc-2022",
            Self::EcdsaJcs2019 => "ecdsa-jcs-2019",
            Self::EcdsaRdfc2019 => "ecdsa-rdfc-2019",
        }
    }

    /// The type of the keys that sign with it.
    #[must_use]
    pub const fn key_type(self) -> KeyType {
        match self {
            Self::EddsaJcs2022 | Self::EddsaRdfc2022 => KeyType::Ed25519,
            Self::EcdsaJcs2019 | Self::EcdsaRdfc2019 => KeyType::P256,
        }
    }
}

impl fmt::Display for Cryptosuite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// How the content of an encrypted message is encrypted (RFC 7518 section 5.3): the `enc` of its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentEncryption {
    /// `A128GCM`
    A128Gcm,
    /// `A256GCM`
    A256Gcm,
}

impl ContentEncryption {
    /// Every one, the one that verifiers mean when they name none first.
    pub const ALL: [Self; 2] = [Self::A128Gcm, Self::A256Gcm];

    /// The name, as headers and metadata write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::A128Gcm => "A128GCM",
            Self::A256Gcm => "A256GCM",
        }
    }

    /// Bytes of a key.
    #[must_use]
    pub const fn key_bytes(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A256Gcm => 32,
        }
    }
}

impl fmt::Display for ContentEncryption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A content encryption that is not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownEncryption;

impl UnknownEncryption {
    /// The reason code.
    #[must_use]
    pub const fn reason(self) -> Reason {
        Reason::EncUnsupported
    }
}

impl fmt::Display for UnknownEncryption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a content encryption other than A128GCM and A256GCM")
    }
}

impl std::error::Error for UnknownEncryption {}

impl FromStr for ContentEncryption {
    type Err = UnknownEncryption;

    fn from_str(name: &str) -> Result<Self, UnknownEncryption> {
        Self::ALL
            .into_iter()
            .find(|encryption| encryption.name() == name)
            .ok_or(UnknownEncryption)
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
        formatter.write_str("a cryptosuite other than")?;
        for (index, suite) in Cryptosuite::ALL.into_iter().enumerate() {
            write!(formatter, "{}{suite}", if index == 0 { " " } else { ", " })?;
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::{ContentEncryption, Cryptosuite, KeyType, UnknownEncryption, UnknownSuite};

    #[test]
    fn every_suite_is_of_one_key_type_and_known_by_its_name() {
        let both = [Cryptosuite::ED25519, Cryptosuite::P256].concat();
        assert_eq!(both, Cryptosuite::ALL);
        for suite in Cryptosuite::ED25519 {
            assert_eq!(suite.key_type(), KeyType::Ed25519);
        }
        for suite in Cryptosuite::P256 {
            assert_eq!(suite.key_type(), KeyType::P256);
        }
        for suite in Cryptosuite::ALL {
            assert_eq!(suite.name().parse(), Ok(suite));
            assert_eq!(
                suite.name().to_uppercase().parse::<Cryptosuite>(),
                Err(UnknownSuite)
            );
            assert!(UnknownSuite.to_string().contains(suite.name()));
        }
        for name in ["", "ecdsa-sd-2023", "bbs-2023", "eddsa-2022"] {
            assert_eq!(name.parse::<Cryptosuite>(), Err(UnknownSuite), "{name}");
        }
    }

    #[test]
    fn every_content_encryption_is_known_by_its_name() {
        for encryption in ContentEncryption::ALL {
            assert_eq!(encryption.name().parse(), Ok(encryption));
        }
        for name in ["", "a128gcm", "A192GCM", "A128CBC-HS256"] {
            assert_eq!(
                name.parse::<ContentEncryption>(),
                Err(UnknownEncryption),
                "{name}"
            );
        }
    }
}
