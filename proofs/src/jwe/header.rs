//! The protected header of a compact JWE: what it may say. Both sides run it.
//! Source: RFC 7516 section 4.1; RFC 7518 section 4.6.1.

use schemas::encoding::base64url;
use schemas::json::{self, Limits, Object, Value};
use schemas::object;
use schemas::suite::ContentEncryption;

use crate::jwe::{Expected, JweError, Recipient, RecipientKey};

/// The one key agreement.
pub(super) const ALGORITHM: &str = "ECDH-ES";

/// A header names a key and two parties: some hundred bytes.
const MAX_BYTES: usize = 8 << 10;
/// Longer names of a party are refused, in bytes.
const MAX_PARTY: usize = 512;

/// Members that fetch or bring another key, pack the content, or say how much work to do.
const FORBIDDEN: [&str; 13] = [
    "zip",
    "b64",
    "jku",
    "jwk",
    "x5u",
    "x5c",
    "x5t",
    "x5t#S256",
    "p2c",
    "p2s",
    "iv",
    "tag",
    "trust_chain",
];

/// A header that was read and is for this reader.
pub(super) struct Header {
    pub(super) encryption: ContentEncryption,
    pub(super) ephemeral: RecipientKey,
    pub(super) producer: Vec<u8>,
    pub(super) recipient: Vec<u8>,
}

impl Header {
    pub(super) fn read(bytes: &[u8], expected: &Expected<'_>) -> Result<Self, JweError> {
        let limits = Limits {
            max_bytes: MAX_BYTES,
            ..Limits::message()
        };
        let header = json::read(bytes, &limits).map_err(JweError::Json)?;
        let header = header.as_object().ok_or(JweError::Header(""))?;
        if header.contains_key("crit") {
            return Err(JweError::Critical);
        }
        if text(header, "alg")? != Some(ALGORITHM) {
            return Err(JweError::Algorithm);
        }
        if let Some(name) = FORBIDDEN.into_iter().find(|name| header.contains_key(name)) {
            return Err(JweError::Forbidden(name));
        }
        let encryption = text(header, "enc")?
            .and_then(|name| name.parse().ok())
            .filter(|encryption| expected.encryptions.contains(encryption))
            .ok_or(JweError::Encryption)?;
        if text(header, "kid")? != Some(expected.kid) {
            return Err(JweError::Kid);
        }
        let Some(Value::Object(ephemeral)) = header.get("epk") else {
            return Err(JweError::Header("epk"));
        };
        Ok(Self {
            encryption,
            ephemeral: RecipientKey::from_point(ephemeral).map_err(JweError::Key)?,
            producer: party(header, "apu")?,
            recipient: party(header, "apv")?,
        })
    }
}

fn party(header: &Object, name: &'static str) -> Result<Vec<u8>, JweError> {
    let bytes = match text(header, name)? {
        None => Some(Vec::new()),
        Some(text) => base64url::decode(text),
    };
    bytes
        .filter(|bytes| bytes.len() <= MAX_PARTY)
        .ok_or(JweError::Header(name))
}

fn text<'a>(header: &'a Object, name: &'static str) -> Result<Option<&'a str>, JweError> {
    match header.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(JweError::Header(name)),
    }
}

pub(super) fn write(recipient: &Recipient<'_>, ephemeral: &RecipientKey) -> Object {
    let mut header = object! {
        "alg" => ALGORITHM,
        "enc" => recipient.encryption.name(),
        "epk" => ephemeral.jwk(),
    };
    if let Some(kid) = recipient.kid {
        header.insert("kid", kid);
    }
    let parties = [
        ("apu", recipient.parties.producer),
        ("apv", recipient.parties.recipient),
    ];
    for (name, bytes) in parties {
        if !bytes.is_empty() {
            header.insert(name, base64url::encode(bytes));
        }
    }
    header
}
