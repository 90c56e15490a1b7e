//! JSON Web Key of a public key. Issuers, holders and verifiers run it.
//! Source: RFC 7517; RFC 7518 section 6.2.1 (P-256); RFC 8037 section 2 (Ed25519); RFC 7638.

use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use schemas::json::{Object, Value};
use schemas::suite::KeyType;
use schemas::{canonical, object};

use crate::keys::{KeyError, Public, VerifyingKey, ecdsa};

/// Members that hold key material of other key types, or a secret. One beside a public key makes
/// two readers see two keys, or says that the secret is no secret any more.
const FOREIGN: [&str; 16] = [
    "d", "k", "y", "n", "e", "p", "q", "dp", "dq", "qi", "oth", "r", "t", "pub", "priv", "seed",
];

/// What a JSON Web Key of a key type says.
struct Form {
    key_type: KeyType,
    kty: &'static str,
    algorithms: &'static [&'static str],
    /// The member of [`FOREIGN`] that this type has by right.
    second: Option<&'static str>,
}

const FORMS: [Form; 2] = [
    Form {
        key_type: KeyType::Ed25519,
        kty: "OKP",
        algorithms: &["EdDSA", "Ed25519"],
        second: None,
    },
    Form {
        key_type: KeyType::P256,
        kty: "EC",
        algorithms: &["ES256"],
        second: Some("y"),
    },
];

impl VerifyingKey {
    /// The public JSON Web Key: `kty`, `crv`, `x`, and `y` of a P-256 key.
    #[must_use]
    pub fn jwk(&self) -> Object {
        match &self.0 {
            Public::Ed25519(key) => object! {
                "kty" => "OKP",
                "crv" => KeyType::Ed25519.name(),
                "x" => base64url::encode(key.as_bytes()),
            },
            Public::P256(key) => {
                let [x, y] = ecdsa::to_coordinates(key);
                object! {
                    "kty" => "EC",
                    "crv" => KeyType::P256.name(),
                    "x" => base64url::encode(&x),
                    "y" => base64url::encode(&y),
                }
            }
        }
    }

    /// A key from a JSON Web Key. Members that say nothing about the key (`kid` and unknown ones) are
    /// ignored.
    ///
    /// # Errors
    /// [`KeyError::Purpose`] when `kty`, `crv`, `alg`, `use` or `key_ops` are for something else than
    /// checking Ed25519 or P-256 signatures, [`KeyError::Member`] when a member is missing, of a wrong
    /// type, private or of another key type, and as of [`from_ed25519`](Self::from_ed25519) and
    /// [`from_p256`](Self::from_p256).
    pub fn from_jwk(jwk: &Object) -> Result<Self, KeyError> {
        let kty = text(jwk, "kty")?;
        let form = FORMS
            .iter()
            .find(|form| form.kty == kty)
            .ok_or(KeyError::Purpose("kty"))?;
        // Before its other members: a key of another curve has some of them by right.
        expect(jwk, "crv", &[form.key_type.name()])?;
        for name in FOREIGN {
            if jwk.contains_key(name) && form.second != Some(name) {
                return Err(KeyError::Member(name));
            }
        }
        if jwk.contains_key("alg") {
            expect(jwk, "alg", form.algorithms)?;
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
        let coordinate = |name| base64url::decode(text(jwk, name)?).ok_or(KeyError::Encoding);
        match form.key_type {
            KeyType::Ed25519 => Self::from_ed25519_slice(&coordinate("x")?),
            KeyType::P256 => ecdsa::coordinates(&coordinate("x")?, &coordinate("y")?)
                .map(|key| Self(Public::P256(key))),
        }
    }

    /// The thumbprint of RFC 7638: a name for the key that does not depend on how its JSON Web Key is
    /// written.
    #[must_use]
    pub fn jwk_thumbprint(&self) -> Sha256Digest {
        // The required members in lexicographic order: what JCS writes.
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
