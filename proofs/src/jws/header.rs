//! The protected header of a compact JWS: what it may say. Whoever signs or reads tokens runs it.
//! Source: RFC 7515 section 4; RFC 8725 sections 3.1, 3.2, 3.10 and 3.11.

use schemas::digest::Sha256Digest;
use schemas::encoding::{base64, base64url};
use schemas::json::{self, Limits, Object, Value};
use schemas::object;
use schemas::suite::KeyType;

use crate::jws::{HeaderKey, JwsError, KeyRef, KeySource, Typ};
use crate::keys::{SigningKey, VerifyingKey};

/// A header names an algorithm, a type and a key: a few hundred bytes.
pub(crate) const MAX_BYTES: usize = 8 << 10;
/// One with certificates: some thousand.
const MAX_BYTES_WITH_CERTIFICATES: usize = 64 << 10;
/// Longer chains are refused.
const MAX_CERTIFICATES: usize = 8;

/// Members that fetch or bring another key, nest a token, or pack the payload. What has to be said
/// about them is said by nobody in this house.
pub(crate) const FORBIDDEN: [&str; 16] = [
    "jku",
    "x5u",
    "x5c",
    "x5t",
    "x5t#S256",
    "cty",
    "zip",
    "enc",
    "epk",
    "apu",
    "apv",
    "p2c",
    "p2s",
    "iv",
    "tag",
    "trust_chain",
];

/// What `alg` may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// The name of RFC 8037, for the curve of the key.
    EdDsa,
    /// The name of RFC 9864.
    Ed25519,
    /// P-256 with SHA-256 (RFC 7518 section 3.4).
    Es256,
}

impl Algorithm {
    pub(crate) fn read(name: &str) -> Result<Self, JwsError> {
        match name {
            "EdDSA" => Ok(Self::EdDsa),
            "Ed25519" => Ok(Self::Ed25519),
            "ES256" => Ok(Self::Es256),
            // Sound algorithms, of which no key is read here.
            "ES384" | "ES512" | "ES256K" | "Ed448" => Err(JwsError::AlgorithmOfOtherKey),
            _ => Err(JwsError::Algorithm),
        }
    }

    /// What a key of a type signs with. Every peer knows these names; the newer one for Ed25519 is
    /// read and not written yet.
    pub(crate) const fn of(key_type: KeyType) -> Self {
        match key_type {
            KeyType::Ed25519 => Self::EdDsa,
            KeyType::P256 => Self::Es256,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Ed25519 => "Ed25519",
            Self::Es256 => "ES256",
        }
    }

    pub(crate) const fn key_type(self) -> KeyType {
        match self {
            Self::EdDsa | Self::Ed25519 => KeyType::Ed25519,
            Self::Es256 => KeyType::P256,
        }
    }
}

/// A header that was read and is allowed.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) typ: Typ,
    pub(super) key: HeaderKey,
    /// The type of key that `alg` is for.
    pub(super) key_type: KeyType,
}

impl Header {
    pub(super) fn read(bytes: &[u8], typ: Typ) -> Result<Self, JwsError> {
        let source = typ.key_source();
        let limits = Limits {
            max_bytes: match source {
                KeySource::KidOrX5c => MAX_BYTES_WITH_CERTIFICATES,
                KeySource::Kid | KeySource::KidOrJwk => MAX_BYTES,
            },
            ..Limits::message()
        };
        let (header, algorithm) = open(bytes, &limits)?;
        let header = &header;
        let has_certificates = source == KeySource::KidOrX5c && header.contains_key("x5c");
        let is_forbidden = |name: &str| {
            header.contains_key(name) && !(has_certificates && matches!(name, "x5c" | "x5t#S256"))
        };
        if let Some(name) = FORBIDDEN.into_iter().find(|name| is_forbidden(name)) {
            return Err(JwsError::Forbidden(name));
        }
        if text(header, "typ")? != Some(typ.as_str()) {
            return Err(JwsError::Typ {
                expected: typ.as_str(),
            });
        }
        let key = match has_certificates {
            true => read_certificates(header)?,
            false => read_key(header, source)?,
        };
        let key_type = algorithm.key_type();
        if matches!(&key, HeaderKey::Jwk(key) if key.key_type() != key_type) {
            return Err(JwsError::AlgorithmOfOtherKey);
        }
        Ok(Self { typ, key, key_type })
    }
}

/// What every header has to be: strict JSON, with an algorithm of the list, and nothing critical.
pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<(Object, Algorithm), JwsError> {
    let Value::Object(header) = json::read(bytes, limits).map_err(JwsError::Json)? else {
        return Err(JwsError::Header(""));
    };
    let algorithm = Algorithm::read(text(&header, "alg")?.ok_or(JwsError::Algorithm)?)?;
    if header.contains_key("crit") || header.contains_key("b64") {
        return Err(JwsError::Critical);
    }
    Ok((header, algorithm))
}

fn read_key(header: &Object, source: KeySource) -> Result<HeaderKey, JwsError> {
    let kid = text(header, "kid")?;
    let jwk = match header.get("jwk") {
        None => None,
        Some(Value::Object(jwk)) => Some(jwk),
        Some(_) => return Err(JwsError::Header("jwk")),
    };
    match (source, kid, jwk) {
        (KeySource::Kid | KeySource::KidOrX5c, _, Some(_)) => Err(JwsError::EmbeddedKey),
        (KeySource::Kid | KeySource::KidOrX5c, None, None) => Err(JwsError::KidMissing),
        (_, Some(kid), None) => kid.parse().map(HeaderKey::Kid).map_err(JwsError::Kid),
        (KeySource::KidOrJwk, None, Some(jwk)) => VerifyingKey::from_jwk(jwk)
            .map(HeaderKey::Jwk)
            .map_err(JwsError::Key),
        (KeySource::KidOrJwk, Some(_), Some(_)) | (KeySource::KidOrJwk, None, None) => {
            Err(JwsError::KeyChoice)
        }
    }
}

/// `x5c`; a `kid` beside it names the same key in words of its sender and is not looked at.
fn read_certificates(header: &Object) -> Result<HeaderKey, JwsError> {
    if header.contains_key("jwk") {
        return Err(JwsError::EmbeddedKey);
    }
    text(header, "kid")?;
    let malformed = JwsError::Header("x5c");
    let texts = header.get("x5c").and_then(Value::as_array);
    let texts = texts.filter(|texts| (1..=MAX_CERTIFICATES).contains(&texts.len()));
    let chain: Option<Vec<Vec<u8>>> = texts
        .ok_or(malformed.clone())?
        .iter()
        .map(|text| base64::decode(text.as_str()?).filter(|der| !der.is_empty()))
        .collect();
    let chain = chain.ok_or(malformed.clone())?;
    let leaf = chain.first().ok_or(malformed)?;
    let thumbprint = base64url::encode(Sha256Digest::of(leaf).as_bytes());
    match text(header, "x5t#S256")? {
        Some(found) if found != thumbprint => Err(JwsError::Header("x5t#S256")),
        _ => Ok(HeaderKey::X5c(chain)),
    }
}

pub(crate) fn text<'a>(
    header: &'a Object,
    name: &'static str,
) -> Result<Option<&'a str>, JwsError> {
    match header.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(JwsError::Header(name)),
    }
}

pub(super) fn write(typ: Typ, key_ref: KeyRef<'_>, key: &SigningKey) -> Object {
    let mut header = object! {
        "alg" => Algorithm::of(key.key_type()).name(),
        "typ" => typ.as_str(),
    };
    match key_ref {
        KeyRef::Kid(kid) => header.insert("kid", kid),
        KeyRef::Jwk => header.insert("jwk", key.verifying_key().jwk()),
        KeyRef::X5c(chain) => {
            let chain: Vec<String> = chain.iter().map(|der| base64::encode(der)).collect();
            header.insert("x5c", chain)
        }
    };
    header
}
