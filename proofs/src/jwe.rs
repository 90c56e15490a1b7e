//! Compact JSON Web Encryption to one P-256 key: answers to a world that only the world can read.
//!
//! Wallets encrypt, worlds decrypt. One key agreement (ECDH-ES, used directly), AES-GCM with keys of
//! 128 and 256 bits, no compression. The ephemeral key and the IV are handed in and are fresh for each
//! message. Source: RFC 7516; RFC 7518 sections 4.6, 5.3 and appendix C; RFC 8725 section 3.
//!
//! ```text
//! bytes ── encrypt(RecipientKey, fresh secret) ──▶ text ── decrypt(DecryptionKey) ──▶ bytes
//! ```
//!
//! Anybody can encrypt: what was decrypted is secret, and says nothing about who wrote it.

mod error;
mod header;
mod kdf;
mod keys;

#[cfg(test)]
mod tests;

use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm, LessSafeKey, Nonce, UnboundKey};
use schemas::canonical;
use schemas::encoding::base64url;
use schemas::suite::ContentEncryption;
use zeroize::Zeroizing;

use crate::jwe::header::Header;

pub use error::JweError;
pub use keys::{DecryptionKey, RecipientKey};

/// Longer texts are refused unread: what a form of 2 MiB can hold.
pub const MAX_BYTES: usize = 2 << 20;
/// Bytes of an IV of AES-GCM.
pub const IV_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

/// To whom, and how.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// The key of the recipient.
    pub key: &'a RecipientKey,
    /// `kid`: what the recipient calls it.
    pub kid: Option<&'a str>,
    /// `enc`
    pub encryption: ContentEncryption,
    /// `apu` and `apv`
    pub parties: Parties<'a>,
}

/// What both sides know about each other and bind the key to (RFC 7518 section 4.6.1). Empty means that
/// the header does not say it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parties<'a> {
    /// `apu`: about the producer.
    pub producer: &'a [u8],
    /// `apv`: about the recipient.
    pub recipient: &'a [u8],
}

/// What has to be new for each message: used twice, both messages can be read and forged.
pub struct Fresh {
    /// A secret number for the ephemeral key.
    pub secret: Zeroizing<[u8; 32]>,
    /// The IV.
    pub iv: [u8; IV_BYTES],
}

/// What a message has to be, for its reader.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The key that it has to be encrypted to.
    pub key: &'a DecryptionKey,
    /// The `kid` that it has to have.
    pub kid: &'a str,
    /// The values of `enc` that were offered.
    pub encryptions: &'a [ContentEncryption],
}

/// Encrypts bytes.
///
/// # Errors
/// [`JweError::Secret`] for a number that is no secret key of the curve: draw another.
pub fn encrypt(plain: &[u8], recipient: &Recipient<'_>, fresh: &Fresh) -> Result<String, JweError> {
    let ephemeral = DecryptionKey::from_scalar(&fresh.secret).map_err(|_| JweError::Secret)?;
    let header = header::write(recipient, &ephemeral.recipient());
    let protected = base64url::encode(&canonical::object_to_bytes(&header));
    let agreed = ephemeral.agree(recipient.key);
    let key = kdf::derive(&agreed, recipient.encryption, &recipient.parties);
    let mut sealed = Zeroizing::new(plain.to_vec());
    let tag = cipher(recipient.encryption, &key)?
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(fresh.iv),
            Aad::from(protected.as_bytes()),
            &mut sealed,
        )
        .map_err(|_| JweError::TooLarge {
            limit: MAX_BYTES,
            found: plain.len(),
        })?;
    Ok(format!(
        "{protected}..{}.{}.{}",
        base64url::encode(&fresh.iv),
        base64url::encode(&sealed),
        base64url::encode(tag.as_ref()),
    ))
}

/// Decrypts a message.
///
/// # Errors
/// [`JweError`], for anything but a compact JWE to this very key, in one of these ways.
pub fn decrypt(text: &str, expected: &Expected<'_>) -> Result<Zeroizing<Vec<u8>>, JweError> {
    if text.len() > MAX_BYTES {
        return Err(JweError::TooLarge {
            limit: MAX_BYTES,
            found: text.len(),
        });
    }
    let mut parts = text.split('.');
    let (Some(protected), Some(wrapped), Some(iv), Some(sealed), Some(tag), None) = (
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
    ) else {
        return Err(JweError::Serialization);
    };
    let decode = |part| base64url::decode(part).ok_or(JweError::Serialization);
    let header = Header::read(&decode(protected)?, expected)?;
    if !wrapped.is_empty() {
        return Err(JweError::WrappedKey);
    }
    let iv: [u8; IV_BYTES] = decode(iv)?
        .try_into()
        .map_err(|_| JweError::Serialization)?;
    let (mut sealed, tag) = (Zeroizing::new(decode(sealed)?), decode(tag)?);
    if tag.len() != TAG_BYTES {
        return Err(JweError::Serialization);
    }
    sealed.extend(tag);
    let agreed = expected.key.agree(&header.ephemeral);
    let parties = Parties {
        producer: &header.producer,
        recipient: &header.recipient,
    };
    let key = kdf::derive(&agreed, header.encryption, &parties);
    let opened = cipher(header.encryption, &key)?
        .open_in_place(
            Nonce::assume_unique_for_key(iv),
            Aad::from(protected.as_bytes()),
            &mut sealed,
        )
        .map_err(|_| JweError::NotForThisKey)?
        .len();
    sealed.truncate(opened);
    Ok(sealed)
}

fn cipher(encryption: ContentEncryption, key: &[u8]) -> Result<LessSafeKey, JweError> {
    let algorithm: &'static Algorithm = match encryption {
        ContentEncryption::A128Gcm => &AES_128_GCM,
        ContentEncryption::A256Gcm => &AES_256_GCM,
    };
    // A derived key always has the length of its algorithm.
    UnboundKey::new(algorithm, key)
        .map(LessSafeKey::new)
        .map_err(|_| JweError::Secret)
}

impl std::fmt::Debug for Fresh {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Fresh")
    }
}
