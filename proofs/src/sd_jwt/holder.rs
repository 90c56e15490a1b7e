//! The key to which an SD-JWT is bound (RFC 7800 section 3; RFC 9901 section 4.1.2). Holders and
//! whoever is shown one run it.

use schemas::did::DidMethod;
use schemas::did::DidUrl;
use schemas::json::{Object, Value};

use crate::keys::{KeyError, VerifyingKey};
use crate::sd_jwt::SdJwtError;
use crate::{did_jwk, did_key};

/// Ways to name a key that are not followed: encrypted, fetched, or known to others only.
const OTHERS: [&str; 3] = ["jwe", "jku", "x5t#S256"];

pub(super) fn key(claims: &Object) -> Result<VerifyingKey, SdJwtError> {
    let cnf = match claims.get("cnf") {
        None => return Err(SdJwtError::HolderMissing),
        Some(Value::Object(cnf)) if OTHERS.iter().all(|name| !cnf.contains_key(name)) => cnf,
        Some(_) => return Err(SdJwtError::HolderForm),
    };
    match (cnf.get("jwk"), cnf.get("kid")) {
        (Some(Value::Object(jwk)), None) => {
            VerifyingKey::from_jwk(jwk).map_err(SdJwtError::HolderKey)
        }
        (None, Some(Value::String(kid))) => of_name(kid),
        _ => Err(SdJwtError::HolderForm),
    }
}

/// The key that is its own name.
fn of_name(kid: &str) -> Result<VerifyingKey, SdJwtError> {
    let url: DidUrl = kid.parse().map_err(|_| SdJwtError::HolderForm)?;
    let did = url.did();
    let (key, method) = match did.method() {
        DidMethod::Key => {
            let key = did_key::decode(did).map_err(|error| match error {
                did_key::DidKeyError::Key(error) => SdJwtError::HolderKey(error),
                did_key::DidKeyError::Method(_) => SdJwtError::HolderForm,
            })?;
            let method = did_key::verification_method(&key);
            (key, method)
        }
        DidMethod::Jwk => {
            let malformed = |_| SdJwtError::HolderKey(KeyError::Encoding);
            let key = did_jwk::decode(did).map_err(malformed)?;
            (key, did_jwk::verification_method(did))
        }
        DidMethod::Web => return Err(SdJwtError::HolderForm),
    };
    if url == method {
        Ok(key)
    } else {
        Err(SdJwtError::HolderForm)
    }
}
