//! Compact JSON Web Signatures with Ed25519 and P-256: key proofs, request objects, receipts, admissions.
//!
//! Wallets and worlds sign and check them. Every slot has its own `typ`, and a token of one slot is
//! refused in all others. Only compact serialization, only the algorithms of the list, keys only
//! from where the slot says. Source: RFC 7515; RFC 7518 section 3.4; RFC 8037; RFC 8725 section 3; RFC 9864.
//!
//! ```text
//! claims ── sign ──▶ text ── UnverifiedJws::parse ──▶ key looked up ── verify ──▶ VerifiedJws
//! ```

mod error;
pub(crate) mod header;
pub(crate) mod token;

#[cfg(test)]
mod tests;

use schemas::bundle::{BUNDLE_TYP, MAX_BUNDLE_BYTES};
use schemas::did::DidUrl;
use schemas::encoding::base64url;
use schemas::json::{self, Limits, Object, Value};
use schemas::key_history::KEY_HISTORY_TYP;

use crate::jws::header::Header;
use crate::keys::{Signature, SigningKey, VerifyingKey};

pub use error::JwsError;

/// The slot that a token is made for: its `typ`, which readers demand letter by letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Typ {
    /// A wallet proves its key to an issuer (OpenID4VCI 1.0 appendix F.1).
    CredentialOfferProof,
    /// A world asks for a presentation (RFC 9101 section 10.8; OpenID4VP 1.0 section 5).
    RequestObject,
    /// A world's receipt for what it was shown.
    Receipt,
    /// A world's admission of a presenter to one instance.
    Admission,
    /// What is known of the outside, in one file.
    Bundle,
    /// A step in the history of a world's keys.
    KeyHistory,
}

impl Typ {
    /// Every slot.
    pub const ALL: [Self; 6] = [
        Self::CredentialOfferProof,
        Self::RequestObject,
        Self::Receipt,
        Self::Admission,
        Self::Bundle,
        Self::KeyHistory,
    ];

    /// The value of `typ`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CredentialOfferProof => "openid4vci-proof+jwt",
            Self::RequestObject => "oauth-authz-req+jwt",
            Self::Receipt => "omote-receipt+jwt",
            Self::Admission => "omote-admission+jwt",
            Self::Bundle => BUNDLE_TYP,
            Self::KeyHistory => KEY_HISTORY_TYP,
        }
    }

    /// Where the key of such a token may come from.
    const fn key_source(self) -> KeySource {
        match self {
            // The token introduces a key: it proves possession and nothing about who holds it.
            Self::CredentialOfferProof => KeySource::KidOrJwk,
            // Clients that are certificates bring them along; who they are leads to a trust anchor.
            Self::RequestObject => KeySource::KidOrX5c,
            Self::Receipt | Self::Admission | Self::Bundle | Self::KeyHistory => KeySource::Kid,
        }
    }

    /// How much of one is read. A bundle holds many documents; everything else is a message.
    const fn limits(self) -> Limits {
        match self {
            Self::Bundle => Limits {
                max_bytes: MAX_BUNDLE_BYTES,
                max_values: 1_000_000,
                ..Limits::document()
            },
            _ => Limits::message(),
        }
    }
}

/// Where the key of a token may come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeySource {
    /// A DID document only.
    Kid,
    /// A DID document, or the header itself.
    KidOrJwk,
    /// A DID document, or a certificate in the header.
    KidOrX5c,
}

/// How a token that is signed names its key.
#[derive(Clone, Copy, Debug)]
pub enum KeyRef<'k> {
    /// By a verification method.
    Kid(&'k DidUrl),
    /// By the key itself; for [`Typ::CredentialOfferProof`], refused in every other slot.
    Jwk,
    /// By certificates in DER, the key's own first; for [`Typ::RequestObject`], refused in every other
    /// slot.
    X5c(&'k [Vec<u8>]),
}

/// How a token that is read names its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderKey {
    /// A verification method, to be looked up.
    Kid(DidUrl),
    /// The key itself. It says that somebody has the secret, and not who.
    Jwk(VerifyingKey),
    /// Certificates in DER, at least one: the first is said to be that of the key. Nothing about them
    /// is checked; the caller finds out whether they lead to a trust anchor, and takes the key of the
    /// first.
    X5c(Vec<Vec<u8>>),
}

/// Signs claims for a slot.
#[must_use]
pub fn sign(typ: Typ, key_ref: KeyRef<'_>, claims: &Object, key: &SigningKey) -> String {
    token::compact(&header::write(typ, key_ref, key), claims, key)
}

/// A token that was read and not checked.
#[derive(Clone, Debug)]
pub struct UnverifiedJws {
    header: Header,
    claims: Object,
    signing_input: String,
    signature: Signature,
}

impl UnverifiedJws {
    /// Reads a token of one slot.
    ///
    /// # Errors
    /// [`JwsError`], for anything but a compact JWS of this slot with an algorithm of the list.
    pub fn parse(text: &str, typ: Typ) -> Result<Self, JwsError> {
        let limits = typ.limits();
        if text.len() > limits.max_bytes {
            return Err(JwsError::TooLarge {
                limit: limits.max_bytes,
                found: text.len(),
            });
        }
        // A JSON serialization begins with a brace; neither a brace nor white space is base64url.
        let mut parts = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(JwsError::Serialization);
        };
        let decode = |part| base64url::decode(part).ok_or(JwsError::Serialization);
        let header = Header::read(&decode(header)?, typ)?;
        let payload = decode(payload)?;
        let signature = Signature::from_bytes(&decode(signature)?).map_err(JwsError::Signature)?;
        let Value::Object(claims) = json::read(&payload, &limits).map_err(JwsError::Json)? else {
            return Err(JwsError::Claims);
        };
        let signing_input = text.rsplit_once('.').map_or("", |(input, _)| input);
        Ok(Self {
            header,
            claims,
            signing_input: signing_input.to_owned(),
            signature,
        })
    }

    /// The slot.
    #[must_use]
    pub const fn typ(&self) -> Typ {
        self.header.typ
    }

    /// How the token names its key. For [`HeaderKey::Kid`] the caller looks the key up.
    #[must_use]
    pub const fn key_ref(&self) -> &HeaderKey {
        &self.header.key
    }

    /// What the token says, unchecked: enough to find out whose key to look up.
    #[must_use]
    pub const fn unverified_claims(&self) -> &Object {
        &self.claims
    }

    /// Checks the signature over the bytes that arrived.
    ///
    /// # Errors
    /// [`JwsError::AlgorithmOfOtherKey`] when the header's algorithm is not for keys of this type,
    /// [`JwsError::OtherKey`] when the header carries another key than this,
    /// [`JwsError::SignatureInvalid`] when this key did not sign it.
    pub fn verify(self, key: &VerifyingKey) -> Result<VerifiedJws, JwsError> {
        if matches!(&self.header.key, HeaderKey::Jwk(named) if named != key) {
            return Err(JwsError::OtherKey);
        }
        if self.header.key_type != key.key_type() {
            return Err(JwsError::AlgorithmOfOtherKey);
        }
        key.verify(self.signing_input.as_bytes(), &self.signature)
            .map_err(JwsError::SignatureInvalid)?;
        Ok(VerifiedJws {
            typ: self.header.typ,
            key: key.clone(),
            claims: self.claims,
        })
    }
}

/// A token whose signature is good. Who the key belongs to, when the token was made and for whom are
/// for the caller to judge.
#[derive(Clone, Debug)]
pub struct VerifiedJws {
    typ: Typ,
    key: VerifyingKey,
    claims: Object,
}

impl VerifiedJws {
    /// The slot.
    #[must_use]
    pub const fn typ(&self) -> Typ {
        self.typ
    }

    /// The key that signed it.
    #[must_use]
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// What it says.
    #[must_use]
    pub const fn claims(&self) -> &Object {
        &self.claims
    }

    /// What it says, taken out.
    #[must_use]
    pub fn into_claims(self) -> Object {
        self.claims
    }
}
