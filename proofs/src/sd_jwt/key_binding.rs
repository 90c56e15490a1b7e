//! The token by which a holder shows an SD-JWT to somebody: made and read.
//! Source: RFC 9901 section 4.3 and 7.3; OpenID4VP 1.0 appendix B.3.3.1.

use schemas::encoding::base64url;
use schemas::json::{self, Limits, Object, Value};
use schemas::object;
use schemas::time::Timestamp;

use crate::jws::token::{self, Token};
use crate::keys::{SigningKey, VerifyingKey};
use crate::sd_jwt::parts::binding_token;
use crate::sd_jwt::{HASH_ALGORITHM, KEY_BINDING_TYP, SdJwtError, digest, unsigned};

/// To whom, and in answer to what, something is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyBinding<'a> {
    /// The verifier's full client identifier.
    pub audience: &'a str,
    /// The verifier's nonce.
    pub nonce: &'a str,
    /// Now.
    pub issued_at: Timestamp,
    /// What the holder agrees to beside showing it: `transaction_data`, each text as it arrived.
    pub transaction_data: &'a [String],
}

impl KeyBinding<'_> {
    /// The token for a text that ends with `~`.
    pub(super) fn sign(&self, bound: &str, key: &SigningKey) -> String {
        let mut claims = object! {
            "iat" => json::Number::from_i64(self.issued_at.unix()),
            "aud" => self.audience,
            "nonce" => self.nonce,
            "sd_hash" => digest(bound),
        };
        if !self.transaction_data.is_empty() {
            let hashes: Vec<String> = self
                .transaction_data
                .iter()
                .map(|data| digest(data))
                .collect();
            claims.insert("transaction_data_hashes", hashes);
            claims.insert("transaction_data_hashes_alg", HASH_ALGORITHM);
        }
        token::sign(KEY_BINDING_TYP, None, &claims, key)
    }
}

/// A key binding that was read and not checked. A claim that is absent or of a wrong type is `None`:
/// whoever asks says what was expected.
#[derive(Clone, Debug)]
pub struct UnverifiedKeyBinding {
    text: String,
    token: Token,
    claims: Object,
    matches_sd_hash: bool,
}

impl UnverifiedKeyBinding {
    pub(super) fn read(text: &str, bound: &str) -> Result<Self, SdJwtError> {
        let (token, claims) = binding_token(text)?;
        let sd_hash = claims.get("sd_hash").and_then(Value::as_str);
        Ok(Self {
            matches_sd_hash: sd_hash == Some(digest(bound).as_str()),
            text: text.to_owned(),
            token,
            claims,
        })
    }

    /// `aud`: for whom it is. One text: a binding to several is for none of them (RFC 9901 section 4.3).
    #[must_use]
    pub fn audience(&self) -> Option<&str> {
        self.claims.get("aud").and_then(Value::as_str)
    }

    /// `nonce`: what it answers.
    #[must_use]
    pub fn nonce(&self) -> Option<&str> {
        self.claims.get("nonce").and_then(Value::as_str)
    }

    /// `iat`: when it was made, in whole seconds, rounded down.
    #[must_use]
    pub fn issued_at(&self) -> Option<Timestamp> {
        let seconds = self.claims.get("iat")?.as_f64()?.floor();
        let seconds = json::Number::from_f64(seconds)?.as_i64()?;
        Some(Timestamp::from_unix(seconds))
    }

    /// Whether its holder says that it counts now: `nbf` no later than `latest` and `exp` after `now`
    /// (RFC 7519 sections 4.1.4 and 4.1.5). One that is absent says nothing, one that is no date says
    /// no. `latest` is now with what clocks may differ by.
    #[must_use]
    pub fn counts_at(&self, now: Timestamp, latest: Timestamp) -> bool {
        let holds = |name, holds: &dyn Fn(Timestamp) -> bool| match self.claims.get(name) {
            None => true,
            Some(claim) => Timestamp::of_numeric_date(claim).is_some_and(holds),
        };
        holds("nbf", &|begins| begins <= latest) && holds("exp", &|ends| now < ends)
    }

    /// Whether `sd_hash` is of all that stands before the binding: the issuer's token and exactly these
    /// disclosures.
    #[must_use]
    pub const fn matches_sd_hash(&self) -> bool {
        self.matches_sd_hash
    }

    /// `transaction_data_hashes`: of what its holder agreed to. Empty when there is none, `None` when
    /// they are not an array of texts.
    #[must_use]
    pub fn transaction_data_hashes(&self) -> Option<Vec<&str>> {
        match self.claims.get("transaction_data_hashes") {
            None => Some(Vec::new()),
            Some(Value::Array(hashes)) => hashes.iter().map(Value::as_str).collect(),
            Some(_) => None,
        }
    }

    /// Whether its holder agreed to exactly this, in this order: `transaction_data` of the request, each
    /// text as it was sent. Where the request named digest algorithms the answer has to name its own.
    #[must_use]
    pub fn matches_transaction_data(&self, sent: &[String]) -> bool {
        let Some(hashes) = self.transaction_data_hashes() else {
            return false;
        };
        let algorithm_fits = match self.claims.get("transaction_data_hashes_alg") {
            None => !sent.iter().any(|data| names_algorithms(data)),
            Some(name) => !sent.is_empty() && name.as_str() == Some(HASH_ALGORITHM),
        };
        algorithm_fits
            && hashes.len() == sent.len()
            && hashes
                .iter()
                .zip(sent)
                .all(|(hash, data)| *hash == digest(data))
    }

    /// Checks that the holder's key signed it. Keys that the binding itself brings are refused.
    ///
    /// # Errors
    /// [`SdJwtError::KeyBindingTyp`] when its algorithm is not for keys of this type,
    /// [`SdJwtError::SignatureInvalid`] when this key did not sign it,
    /// [`SdJwtError::KeyBindingForbidden`] when it did, and the header has a member that brings a key.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), SdJwtError> {
        if self.token.key_type() != key.key_type() {
            return Err(SdJwtError::KeyBindingTyp);
        }
        self.token.verify(&self.text, key).map_err(unsigned)?;
        match self.token.brings_key() {
            Some(name) => Err(SdJwtError::KeyBindingForbidden(name)),
            None => Ok(()),
        }
    }
}

fn names_algorithms(data: &str) -> bool {
    let value =
        base64url::decode(data).and_then(|bytes| json::read(&bytes, &Limits::message()).ok());
    value.is_none_or(|value| value.get("transaction_data_hashes_alg").is_some())
}
