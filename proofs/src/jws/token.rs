//! A compact token whose header may name its key in any way or not at all: who may read it that way
//! decides what a name is worth. Source: RFC 7515 sections 4 and 7.1; RFC 8725 section 3.

use schemas::did::DidUrl;
use schemas::encoding::base64url;
use schemas::json::{self, Limits, Object, Value};
use schemas::suite::KeyType;
use schemas::{canonical, object};

use crate::jws::JwsError;
use crate::jws::header::{self, Algorithm};
use crate::keys::{Signature, SigningKey, VerifyingKey};

/// A signed token that was read: everything but its claims.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    header: Object,
    algorithm: Algorithm,
    signature: Signature,
    /// Bytes that are signed: header and payload.
    signed: usize,
    /// Bytes in all.
    length: usize,
}

impl Token {
    /// Reads a token of one `typ`, and gives its claims apart.
    pub(crate) fn read(
        text: &str,
        typ: &'static str,
        limits: &Limits,
    ) -> Result<(Self, Object), JwsError> {
        let mut parts = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(JwsError::Serialization);
        };
        let decode = |part| base64url::decode(part).ok_or(JwsError::Serialization);
        let signed = header.len() + 1 + payload.len();
        let (header, payload, signature) = (decode(header)?, decode(payload)?, decode(signature)?);
        let (header, algorithm) = read_header(&header, limits, typ)?;
        let signature = Signature::from_bytes(&signature).map_err(JwsError::Signature)?;
        let Value::Object(claims) = json::read(&payload, limits).map_err(JwsError::Json)? else {
            return Err(JwsError::Claims);
        };
        let token = Self {
            header,
            algorithm,
            signature,
            signed,
            length: text.len(),
        };
        Ok((token, claims))
    }

    /// The name of the key, as it was written.
    pub(crate) fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    /// The bytes that the token takes in its text.
    pub(crate) const fn length(&self) -> usize {
        self.length
    }

    /// A header member that brings another key, a nested token or a packing.
    pub(crate) fn brings_key(&self) -> Option<&'static str> {
        let mut names = ["jwk"].into_iter().chain(header::FORBIDDEN);
        names.find(|name| self.header.contains_key(name))
    }

    /// The type of key that `alg` is for.
    pub(crate) const fn key_type(&self) -> KeyType {
        self.algorithm.key_type()
    }

    /// Checks the signature of the token, whose text is handed in again.
    pub(crate) fn verify(&self, text: &str, key: &VerifyingKey) -> Result<(), JwsError> {
        if self.key_type() != key.key_type() {
            return Err(JwsError::AlgorithmOfOtherKey);
        }
        let signed = text.get(..self.signed).unwrap_or_default();
        key.verify(signed.as_bytes(), &self.signature)
            .map_err(JwsError::SignatureInvalid)
    }
}

fn read_header(
    bytes: &[u8],
    limits: &Limits,
    typ: &'static str,
) -> Result<(Object, Algorithm), JwsError> {
    let limits = Limits {
        max_bytes: header::MAX_BYTES,
        ..*limits
    };
    let (header, algorithm) = header::open(bytes, &limits)?;
    if header::text(&header, "typ")? != Some(typ) {
        return Err(JwsError::Typ { expected: typ });
    }
    header::text(&header, "kid")?;
    Ok((header, algorithm))
}

/// Signs a token of one `typ`, with the name of its key when it has one.
pub(crate) fn sign(
    typ: &'static str,
    kid: Option<&DidUrl>,
    claims: &Object,
    key: &SigningKey,
) -> String {
    let mut header = object! {
        "alg" => Algorithm::of(key.key_type()).name(),
        "typ" => typ,
    };
    if let Some(kid) = kid {
        header.insert("kid", kid);
    }
    compact(&header, claims, key)
}

/// The compact serialization of a token (RFC 7515 section 7.1).
pub(super) fn compact(header: &Object, claims: &Object, key: &SigningKey) -> String {
    let mut text = format!(
        "{}.{}",
        base64url::encode(&canonical::object_to_bytes(header)),
        base64url::encode(&canonical::object_to_bytes(claims)),
    );
    let signature = key.sign(text.as_bytes());
    text.push('.');
    text.push_str(&base64url::encode(&signature.to_bytes()));
    text
}
