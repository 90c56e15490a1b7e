//! SD-JWT credentials (`dc+sd-jwt`): a signed token whose claims are shown one by one.
//!
//! Worlds issue them, wallets present them, whoever is shown one checks it. Source: RFC 9901 sections
//! 4, 5 and 7; SD-JWT VC (draft-ietf-oauth-sd-jwt-vc) sections 3 and 4. Compact serialization only.
//!
//! ```text
//! UnsignedSdJwtVc + salts ── issue ──▶ issuer's token ~ disclosure ~ … ~
//! text ── UnverifiedSdJwt::parse ──▶ claims(), kid() ──▶ whose key? ──▶ verify
//! UnverifiedSdJwt + paths + KeyBinding ── present ──▶ issuer's token ~ some disclosures ~ … ~ key binding
//! ```
//!
//! Nothing is believed after [`parse`](UnverifiedSdJwt::parse): it has matched digests with the
//! disclosures that came and put the claims together. [`verify`](UnverifiedSdJwt::verify) says that a
//! key signed the digests, and with them whatever was disclosed.
//!
//! | file | what is in it |
//! |---|---|
//! | `parts` | where the text is cut, what a header may say |
//! | `unpack` | digests, disclosures, and the claims that they make together |
//! | `key_binding` | the token by which a holder shows it to somebody |
//! | `holder` | the key to which a credential is bound |
//! | `issue`, `present` | making them |

mod error;
mod holder;
mod issue;
mod key_binding;
mod parts;
mod present;
mod unpack;

#[cfg(test)]
mod tests;

use schemas::dcql::ClaimPath;
use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use schemas::json::{Limits, Object};
use schemas::suite::KeyType;

use crate::jws::JwsError;
use crate::jws::token::Token;
use crate::keys::VerifyingKey;

pub use error::SdJwtError;
pub(crate) use issue::issue_checked;
pub use issue::{Salt, issue};
pub use key_binding::{KeyBinding, UnverifiedKeyBinding};
pub use present::{PresentError, disclose, present};

use parts::split;

/// `typ` of an issuer's token.
pub const TYP: &str = "dc+sd-jwt";

/// `typ` of a key binding.
pub const KEY_BINDING_TYP: &str = "kb+jwt";

/// The only digest algorithm that is read and written, as `_sd_alg` names it. It is also meant when
/// `_sd_alg` is absent (RFC 9901 section 4.1.1).
pub const HASH_ALGORITHM: &str = "sha-256";

/// Most disclosures in one text.
const MAX_DISCLOSURES: usize = 1000;

/// Most digests in one credential, those of undisclosed claims and decoys included.
const MAX_DIGESTS: usize = 4000;

/// How much of one is read, and of each part of it.
const LIMITS: Limits = Limits::document();

/// An SD-JWT that was read and not checked.
#[derive(Clone, Debug)]
pub struct UnverifiedSdJwt {
    text: String,
    token: Token,
    claims: Object,
    disclosures: Vec<Disclosed>,
    undisclosed: usize,
    key_binding: Option<UnverifiedKeyBinding>,
}

impl UnverifiedSdJwt {
    /// Reads an SD-JWT, with or without a key binding, and matches its disclosures with its digests.
    /// The work grows with the length of the text.
    ///
    /// # Errors
    /// [`SdJwtError`], for anything that RFC 9901 section 7.1 says must be rejected, short of
    /// signatures.
    pub fn parse(text: &str) -> Result<Self, SdJwtError> {
        Self::read(text, TYP)
    }

    fn read(text: &str, typ: &'static str) -> Result<Self, SdJwtError> {
        let parts = split(text)?;
        let (token, payload) = parts::issuers_token(parts.token, typ)?;
        let key_binding = parts
            .key_binding
            .map(|text| UnverifiedKeyBinding::read(text, parts.bound))
            .transpose()?;
        let unpacked = unpack::unpack(payload, &parts.disclosures)?;
        Ok(Self {
            text: text.to_owned(),
            token,
            claims: unpacked.claims,
            disclosures: unpacked.disclosures,
            undisclosed: unpacked.undisclosed,
            key_binding,
        })
    }

    /// The text, as it arrived.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it says, unchecked: the payload with what was disclosed in its place (RFC 9901 calls it
    /// the processed payload). `_sd`, `...` and `_sd_alg` are gone.
    #[must_use]
    pub const fn claims(&self) -> &Object {
        &self.claims
    }

    /// The issuer's name for the key, as it stands in the header.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.token.kid()
    }

    /// The type of key that signed it, as its header says.
    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        self.token.key_type()
    }

    /// What was disclosed, in the order in which it stands in the text.
    #[must_use]
    pub fn disclosures(&self) -> &[Disclosed] {
        &self.disclosures
    }

    /// How many digests came without their disclosures: claims that were kept back, and decoys. Nobody
    /// but the issuer can tell the two apart.
    #[must_use]
    pub const fn undisclosed(&self) -> usize {
        self.undisclosed
    }

    /// Whether a holder has bound it to somebody.
    #[must_use]
    pub const fn has_key_binding(&self) -> bool {
        self.key_binding.is_some()
    }

    /// The key binding.
    #[must_use]
    pub const fn key_binding(&self) -> Option<&UnverifiedKeyBinding> {
        self.key_binding.as_ref()
    }

    /// The key of `cnf`: whoever presents has to sign with it.
    ///
    /// # Errors
    /// [`SdJwtError::HolderMissing`] without `cnf`, [`SdJwtError::HolderForm`] when it names a key in a
    /// way that is not read here, [`SdJwtError::HolderKey`] for a key that is refused.
    pub fn holder_key(&self) -> Result<VerifyingKey, SdJwtError> {
        holder::key(&self.claims)
    }

    /// Checks the issuer's signature over the bytes that arrived.
    ///
    /// # Errors
    /// [`SdJwtError::AlgorithmOfOtherKey`] when the header's algorithm is not for keys of this type,
    /// [`SdJwtError::SignatureInvalid`] when this key did not sign it.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), SdJwtError> {
        self.token.verify(self.token_text(), key).map_err(unsigned)
    }

    /// The issuer's token, without any disclosure.
    fn token_text(&self) -> &str {
        self.text.get(..self.token.length()).unwrap_or_default()
    }
}

/// A claim that was disclosed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed {
    path: ClaimPath,
    text: String,
}

impl Disclosed {
    /// Where its value stands in [`UnverifiedSdJwt::claims`]: names and indices only.
    #[must_use]
    pub const fn path(&self) -> &ClaimPath {
        &self.path
    }

    /// The disclosure, encoded, as it arrived.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn unsigned(error: JwsError) -> SdJwtError {
    match error {
        JwsError::SignatureInvalid(error) => SdJwtError::SignatureInvalid(error),
        JwsError::AlgorithmOfOtherKey => SdJwtError::AlgorithmOfOtherKey,
        other => SdJwtError::Jws(other),
    }
}

/// The digest of an encoded disclosure, or of a whole presentation: over the text, not what it encodes.
fn digest(text: &str) -> String {
    base64url::encode(Sha256Digest::of(text.as_bytes()).as_bytes())
}
