//! SHA-256 digests, with one text form: `digestMultibase` of VCDM 2.0 section 5.3, a multihash in
//! base64url multibase (`uEi…`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::encoding::{base64url, hex};

/// Multihash code and length of SHA-256.
const MULTIHASH_SHA2_256: [u8; 2] = [0x12, 0x20];

/// How a named information URI of a SHA-256 digest begins (RFC 6920 section 3).
const NAMED_INFORMATION: &str = "ni:///sha-256;";

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256Digest([u8; 32]);

impl Sha256Digest {
    /// The digest of bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest of several byte strings, one after the other.
    #[must_use]
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// A digest that was computed elsewhere.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The digest as a URI: `ni:///sha-256;…` (RFC 6920).
    #[must_use]
    pub fn named_information(&self) -> String {
        format!("{NAMED_INFORMATION}{}", base64url::encode(&self.0))
    }

    /// The digest of a `ni:///sha-256;…` URI (RFC 6920), in the one spelling that we write.
    #[must_use]
    pub fn from_named_information(uri: &str) -> Option<Self> {
        let bytes = base64url::decode(uri.strip_prefix(NAMED_INFORMATION)?)?;
        bytes.try_into().ok().map(Self)
    }

    /// 64 lower-case hexadecimal digits, as `sha256sum` prints.
    #[must_use]
    pub fn hex(&self) -> String {
        hex::encode(&self.0)
    }
}

impl fmt::Display for Sha256Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut multihash = MULTIHASH_SHA2_256.to_vec();
        multihash.extend_from_slice(&self.0);
        write!(formatter, "u{}", base64url::encode(&multihash))
    }
}

impl fmt::Debug for Sha256Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sha256:{}", self.hex())
    }
}

/// A text that is not a SHA-256 multihash in base64url multibase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigestError;

impl fmt::Display for DigestError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a SHA-256 digest in the form uEi…")
    }
}

impl std::error::Error for DigestError {}

impl FromStr for Sha256Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let bytes = text
            .strip_prefix('u')
            .and_then(base64url::decode)
            .ok_or(DigestError)?;
        let digest = bytes.strip_prefix(&MULTIHASH_SHA2_256).ok_or(DigestError)?;
        digest.try_into().map(Self).map_err(|_| DigestError)
    }
}

impl Serialize for Sha256Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sha256Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl From<Sha256Digest> for crate::json::Value {
    fn from(digest: Sha256Digest) -> Self {
        Self::String(digest.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::{DigestError, Sha256Digest};

    #[test]
    fn one_text_form() {
        let digest = Sha256Digest::of(b"abc");
        assert_eq!(
            digest.hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        let text = digest.to_string();
        assert!(text.starts_with("uEi"));
        assert_eq!(text.parse(), Ok(digest));
        for other in [
            "",
            "u",
            &digest.hex(),
            &text[1..],
            &text.replacen('u', "z", 1),
            &format!("{text}="),
        ] {
            assert_eq!(other.parse::<Sha256Digest>(), Err(DigestError), "{other}");
        }
    }

    #[test]
    fn one_uri_form() {
        let digest = Sha256Digest::of(b"abc");
        let uri = digest.named_information();
        assert_eq!(Sha256Digest::from_named_information(&uri), Some(digest));
        for other in [
            "ni:///sha-256;",
            "ni:///sha-256;AA",
            &uri[..uri.len() - 1],
            &digest.to_string(),
        ] {
            assert_eq!(Sha256Digest::from_named_information(other), None, "{other}");
        }
    }

    #[test]
    fn parts_are_one_string() {
        assert_eq!(
            Sha256Digest::of_parts(&[b"a", b"", b"bc"]),
            Sha256Digest::of(b"abc")
        );
    }
}
