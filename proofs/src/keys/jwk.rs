//! JSON Web Key of a public key. Issuers, holders and verifiers run it.
//! Source: RFC 7517; RFC 8037 section 2; RFC 7638 (thumbprint).

use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use schemas::json::{Object, Value};
use schemas::{canonical, object};

use crate::keys::{KeyError, VerifyingKey};

/// Members that hold key material of other key types, or a secret. One beside an Ed25519 key makes
/// two readers see two keys, or says that the secret is no secret any more.
const FOREIGN: [&str; 16] = [
    "d", "k", "y", "n", "e", "p", "q", "dp", "dq", "qi", "oth", "r", "t", "pub", "priv", "seed",
];

impl VerifyingKey {
    /// The public JSON Web Key: `kty`, `crv`, `x`.
    #[must_use]
    pub fn jwk(&self) -> Object {
        object! {
            "kty" => "OKP",
            "crv" => "Ed25519",
            "x" => base64url::encode(&self.to_bytes()),
        }
    }

    /// A key from a JSON Web Key. Members that say nothing about the key (`kid` and unknown ones) are
    /// ignored.
    ///
    /// # Errors
    /// [`KeyError::Purpose`] when `kty`, `crv`, `alg`, `use` or `key_ops` are for something else than
    /// checking Ed25519 signatures, [`KeyError::Member`] when a member is missing, of a wrong type,
    /// private or of another key type, and as of [`from_bytes`](Self::from_bytes).
    pub fn from_jwk(jwk: &Object) -> Result<Self, KeyError> {
        for name in FOREIGN {
            // A key of another type has them by right: that it is another type is the better answer.
            if jwk.contains_key(name) && text(jwk, "kty")? == "OKP" {
                return Err(KeyError::Member(name));
            }
        }
        expect(jwk, "kty", &["OKP"])?;
        expect(jwk, "crv", &["Ed25519"])?;
        if jwk.contains_key("alg") {
            expect(jwk, "alg", &["EdDSA", "Ed25519"])?;
        }
        if jwk.contains_key("use") {
            expect(jwk, "use", &["sig"])?;
        }
        if let Some(operations) = jwk.get("key_ops") {
            let operations = operations
                .as_array()
                .ok_or(KeyError::Member("key_ops"))?
                .iter()
                .map(Value::as_str)
                .collect::<Option<Vec<_>>>()
                .ok_or(KeyError::Member("key_ops"))?;
            if !operations.contains(&"verify") {
                return Err(KeyError::Purpose("key_ops"));
            }
        }
        let x = base64url::decode(text(jwk, "x")?).ok_or(KeyError::Encoding)?;
        Self::from_slice(&x)
    }

    /// The thumbprint of RFC 7638: a name for the key that does not depend on how its JSON Web Key is
    /// written.
    #[must_use]
    pub fn jwk_thumbprint(&self) -> Sha256Digest {
        // The required members of an OKP key in lexicographic order: what JCS writes.
        Sha256Digest::of(&canonical::object_to_bytes(&self.jwk()))
    }
}

fn text<'a>(jwk: &'a Object, name: &'static str) -> Result<&'a str, KeyError> {
    jwk.get(name)
        .and_then(Value::as_str)
        .ok_or(KeyError::Member(name))
}

fn expect(jwk: &Object, name: &'static str, allowed: &[&str]) -> Result<(), KeyError> {
    if allowed.contains(&text(jwk, name)?) {
        Ok(())
    } else {
        Err(KeyError::Purpose(name))
    }
}
