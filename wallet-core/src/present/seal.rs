//! Encrypting an answer to the world that asked (OpenID4VP 1.0 section 8.3). The holder's side runs it.

use std::fmt;

use proofs::jwe::{Fresh, IV_BYTES, JweError, Parties, Recipient, RecipientKey, encrypt};
use schemas::canonical;
use schemas::oid4vp::request::{EncryptionKey, RequestObject, ResponseMode};
use schemas::oid4vp::response::{AuthorizationResponse, CompactJwe};
use schemas::suite::ContentEncryption;
use zeroize::Zeroizing;

use crate::entropy::{Entropy, draw};
use crate::error::StoreError;
use crate::kdf::hmac_sha256;
use crate::present::PresentError;

/// Once in four thousand million times a number is no key of the curve.
const TRIES: u8 = 4;

/// The key of the world, and what makes each message to it new.
#[derive(Clone)]
pub(super) struct Seal {
    key: RecipientKey,
    kid: Option<String>,
    encryption: ContentEncryption,
    /// Drawn when the request was opened. Ephemeral keys and IVs are computed from it and from what is
    /// encrypted, so that two messages never share one, also when a request is answered twice.
    seed: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seal({:?}, {})", self.key, self.encryption)
    }
}

impl Seal {
    /// For a request that asks for an encrypted answer: to the first of its keys that is for that.
    ///
    /// # Errors
    /// [`PresentError::Encryption`] when it has none, or no content encryption that is understood.
    pub(super) fn of(
        object: &RequestObject,
        entropy: &mut dyn Entropy,
    ) -> Result<Option<Self>, PresentError> {
        if object.response_mode != ResponseMode::DirectPostJwt {
            return Ok(None);
        }
        let metadata = &object.client_metadata;
        let usable = |key: &EncryptionKey| {
            let recipient = RecipientKey::from_jwk(&key.jwk).ok()?;
            Some((recipient, key.kid.clone()))
        };
        let (key, kid) = metadata
            .keys
            .iter()
            .find_map(usable)
            .ok_or(PresentError::Encryption)?;
        Ok(Some(Self {
            key,
            kid,
            encryption: metadata
                .content_encryption()
                .ok_or(PresentError::Encryption)?,
            seed: Zeroizing::new(draw::<32>(entropy).map_err(StoreError::from)?),
        }))
    }

    pub(super) fn seal(
        &self,
        response: &AuthorizationResponse,
    ) -> Result<CompactJwe, PresentError> {
        let plain = Zeroizing::new(canonical::object_to_bytes(&response.to_claims()));
        let recipient = Recipient {
            key: &self.key,
            kid: self.kid.as_deref(),
            encryption: self.encryption,
            parties: Parties::default(),
        };
        for round in 0..TRIES {
            match encrypt(&plain, &recipient, &self.fresh(round, &plain)) {
                Ok(text) => return CompactJwe::new(text).ok_or(PresentError::Encryption),
                Err(JweError::Secret) => {}
                Err(_) => return Err(PresentError::Encryption),
            }
        }
        Err(StoreError::Internal("ephemeral key").into())
    }

    fn fresh(&self, round: u8, plain: &[u8]) -> Fresh {
        let part = |label: &[u8]| {
            let parts: [&[u8]; 3] = [label, &[round], plain];
            Zeroizing::new(hmac_sha256(&*self.seed, &parts))
        };
        let mut iv = [0; IV_BYTES];
        for (place, byte) in iv.iter_mut().zip(part(b"omote/answer/iv/v1").iter()) {
            *place = *byte;
        }
        Fresh {
            secret: part(b"omote/answer/key/v1"),
            iv,
        }
    }
}
