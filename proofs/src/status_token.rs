//! Status List Tokens: the list by which an issuer takes back what it signed as tokens, made and read.
//!
//! Issuers make them, whoever is shown such a token reads them. What the claims say is for
//! `schemas::status`. Source: draft-ietf-oauth-status-list section 5.1.

use schemas::did::DidUrl;
use schemas::json::{Limits, Object};
use schemas::status::{STATUS_LIST_TYP, StatusListToken};

use crate::jws::JwsError;
use crate::jws::token::{self, Token};
use crate::keys::{SigningKey, VerifyingKey};

/// How much of one is read.
const LIMITS: Limits = Limits::document();

/// Signs a list.
#[must_use]
pub fn sign(list: &StatusListToken, method: &DidUrl, key: &SigningKey) -> String {
    token::sign(STATUS_LIST_TYP, Some(method), &list.claims(), key)
}

/// A list that was read and not checked.
#[derive(Clone, Debug)]
pub struct UnverifiedStatusToken {
    text: String,
    token: Token,
    claims: Object,
}

impl UnverifiedStatusToken {
    /// Reads a list.
    ///
    /// # Errors
    /// [`JwsError`], for anything but a compact token of this type; a key or a certificate in its header
    /// is refused, for the key is that of the issuer whose list it is.
    pub fn parse(text: &str) -> Result<Self, JwsError> {
        if text.len() > LIMITS.max_bytes {
            return Err(JwsError::TooLarge {
                limit: LIMITS.max_bytes,
                found: text.len(),
            });
        }
        let (token, claims) = Token::read(text, STATUS_LIST_TYP, &LIMITS)?;
        match token.brings_key() {
            Some("jwk") => Err(JwsError::EmbeddedKey),
            Some(name) => Err(JwsError::Forbidden(name)),
            None => Ok(Self {
                text: text.to_owned(),
                token,
                claims,
            }),
        }
    }

    /// The issuer's name for the key, as it stands in the header.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.token.kid()
    }

    /// What it says, unchecked.
    #[must_use]
    pub const fn claims(&self) -> &Object {
        &self.claims
    }

    /// Checks the signature over the bytes that arrived.
    ///
    /// # Errors
    /// [`JwsError::AlgorithmOfOtherKey`] when the header's algorithm is not for keys of this type,
    /// [`JwsError::SignatureInvalid`] when this key did not sign it.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), JwsError> {
        self.token.verify(&self.text, key)
    }
}
