//! `did:jwk`: the identifier is the key as JSON Web Key. Some wallets name holders so.
//!
//! One key has many such identifiers, and they are never compared but as text.
//! Source: did:jwk method specification.

use std::fmt;

use schemas::canonical;
use schemas::did::{Did, DidMethod, DidUrl};
use schemas::encoding::base64url;
use schemas::json::{self, Limits, Value};
use schemas::reason::Reason;

use crate::keys::{KeyError, VerifyingKey};

/// The fragment of the only verification method.
pub(crate) const FRAGMENT: &str = "0";

/// Why a DID is not a `did:jwk` of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DidJwkError {
    /// A DID of another method.
    Method(DidMethod),
    /// Not base64url without padding of one JSON object without white space and doubled names.
    Encoding,
    /// The key in it was refused.
    Key(KeyError),
}

impl DidJwkError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Method(_) => Reason::DidMethodUnsupported,
            Self::Key(KeyError::Weak) => Reason::KeyWeak,
            // The identifier is the key: a key that is not one makes it a malformed identifier.
            Self::Encoding | Self::Key(_) => Reason::DidMalformed,
        }
    }
}

impl fmt::Display for DidJwkError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method(_) => formatter.write_str("not a did:jwk"),
            Self::Encoding => {
                formatter.write_str("a did:jwk that is not compact JSON in base64url")
            }
            Self::Key(error) => write!(formatter, "the key in a did:jwk: {error}"),
        }
    }
}

impl std::error::Error for DidJwkError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Key(error) => Some(error),
            Self::Method(_) | Self::Encoding => None,
        }
    }
}

/// A `did:jwk` of a key: its required members in order.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "`did:jwk:` and base64url letters are always a DID; a test walks it"
)]
pub fn encode(key: &VerifyingKey) -> Did {
    format!(
        "did:jwk:{}",
        base64url::encode(&canonical::object_to_bytes(&key.jwk()))
    )
    .parse()
    .expect("a did:jwk of base64url letters")
}

/// The verification method of a `did:jwk`, `#0`.
#[must_use]
#[expect(clippy::expect_used, reason = "a digit is a fragment; a test walks it")]
pub fn verification_method(did: &Did) -> DidUrl {
    did.with_fragment(FRAGMENT).expect("a digit is a fragment")
}

/// The key of a `did:jwk`.
///
/// # Errors
/// [`DidJwkError::Method`] for other methods, [`DidJwkError::Encoding`] for loose text,
/// [`DidJwkError::Key`] for keys of other types, with a private part, or not for signatures.
pub fn decode(did: &Did) -> Result<VerifyingKey, DidJwkError> {
    if did.method() != DidMethod::Jwk {
        return Err(DidJwkError::Method(did.method()));
    }
    let bytes = base64url::decode(did.method_specific_id()).ok_or(DidJwkError::Encoding)?;
    // No member of a JSON Web Key that is accepted here has a space in it.
    if bytes.iter().any(u8::is_ascii_whitespace) {
        return Err(DidJwkError::Encoding);
    }
    match json::read(&bytes, &Limits::message()) {
        Ok(Value::Object(jwk)) => VerifyingKey::from_jwk(&jwk).map_err(DidJwkError::Key),
        _ => Err(DidJwkError::Encoding),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};
    use schemas::did::Did;
    use schemas::encoding::base64url;
    use schemas::json::Value;
    use schemas::reason::Reason;

    use super::{decode, encode, verification_method};
    use crate::keys::SigningKey;

    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    fn read(json: &str) -> Result<(), Reason> {
        let did: Did = format!("did:jwk:{}", base64url::encode(json.as_bytes()))
            .parse()
            .unwrap();
        decode(&did).map(drop).map_err(|error| error.reason())
    }

    /// DID-16.
    #[test]
    fn reads_p256_keys() {
        let key = SigningKey::from_p256_scalar(&[1; 32])
            .unwrap()
            .verifying_key();
        let did = encode(&key);
        assert_eq!(decode(&did), Ok(key.clone()));
        let members = key.jwk();
        let text = |name| members.get(name).and_then(Value::as_str).unwrap();
        let jwk = Value::Object(members.clone()).to_string();
        assert_eq!(read(&jwk), Ok(()));
        assert_eq!(
            read(&jwk.replace('}', r#","alg":"ES256","use":"sig"}"#)),
            Ok(())
        );
        for loose in [
            jwk.replace(':', ": "),
            jwk.replace('}', r#","d":"AQ"}"#),
            jwk.replace('}', r#","alg":"ES384"}"#),
            jwk.replace("P-256", "P-384"),
            jwk.replace(r#""y""#, r#""z""#),
            // Not on the curve.
            jwk.replace(text("y"), text("x")),
        ] {
            assert_eq!(read(&loose), Err(Reason::DidMalformed), "{loose}");
        }
    }

    #[test]
    fn refuses_loose_text_and_other_keys() {
        for json in [
            format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{X}"}}"#),
            // Another order is another identifier of the same key.
            format!(r#"{{"kty":"OKP","x":"{X}","crv":"Ed25519"}}"#),
            format!(r#"{{"alg":"EdDSA","kty":"OKP","x":"{X}","crv":"Ed25519","use":"sig"}}"#),
        ] {
            assert_eq!(read(&json), Ok(()), "{json}");
        }
        for json in [
            format!(r#"{{"crv":"Ed25519", "kty":"OKP","x":"{X}"}}"#),
            format!("{{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"{X}\"}}\n"),
            format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{X}","x":"{X}"}}"#),
            format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{X}","d":"{X}"}}"#),
            format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{X}","use":"enc"}}"#),
            format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{X}="}}"#),
            format!(r#"{{"crv":"Ed448","kty":"OKP","x":"{X}"}}"#),
            format!(r#"{{"crv":"P-256","kty":"EC","x":"{X}","y":"{X}"}}"#),
            format!(r#"{{"kty":"OKP","x":"{X}"}}"#),
            "[]".to_owned(),
            "{".to_owned(),
            String::from("{}"),
        ] {
            assert_eq!(read(&json), Err(Reason::DidMalformed), "{json}");
        }
        let identity = base64url::encode(&[&[1][..], &[0; 31]].concat());
        let json = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{identity}"}}"#);
        assert_eq!(read(&json), Err(Reason::KeyWeak));
        let key: Did = encode(&SigningKey::from_seed(&[1; 32]).verifying_key());
        assert!(format!("{key}=").parse::<Did>().is_err());
        let other: Did = "did:web:example.com".parse().unwrap();
        assert_eq!(
            decode(&other).unwrap_err().reason(),
            Reason::DidMethodUnsupported
        );
    }

    proptest! {
        #[test]
        fn reads_what_it_writes(seed in any::<[u8; 32]>()) {
            let key = SigningKey::from_seed(&seed).verifying_key();
            let did = encode(&key);
            assert_eq!(decode(&did), Ok(key));
            assert_eq!(verification_method(&did).fragment(), "0");
        }
    }
}
