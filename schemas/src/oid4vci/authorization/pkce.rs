//! Proof key for code exchange (RFC 7636): who redeems the code is who asked for it.

use std::fmt;

use crate::digest::Sha256Digest;
use crate::encoding::base64url;
use crate::message::url_safe;

/// `code_challenge` of method S256: the SHA-256 of a verifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChallenge {
    text: String,
    digest: Sha256Digest,
}

impl CodeChallenge {
    /// The challenge of this text; `None` when it is not 32 bytes in base64url.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = base64url::decode(text)?.try_into().ok()?;
        Some(Self {
            text: text.to_owned(),
            digest: Sha256Digest::from_bytes(bytes),
        })
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The SHA-256 that the verifier has to have.
    #[must_use]
    pub const fn digest(&self) -> &Sha256Digest {
        &self.digest
    }
}

/// `code_verifier`: the secret of whoever asked. Not shown in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeVerifier(String);

impl CodeVerifier {
    /// A verifier; `None` when it is not 43 to 128 characters of `A-Z a-z 0-9 - . _ ~`.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        ((43..=128).contains(&text.len()) && url_safe(&text)).then_some(Self(text))
    }

    /// The text, for the request that has to carry it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Its challenge.
    #[must_use]
    pub fn challenge(&self) -> CodeChallenge {
        let digest = Sha256Digest::of(self.0.as_bytes());
        CodeChallenge {
            text: base64url::encode(digest.as_bytes()),
            digest,
        }
    }
}

impl fmt::Debug for CodeVerifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CodeVerifier(…)")
    }
}
