//! The key to which the answer of one request is encrypted (OpenID4VP 1.0 section 8.3): drawn with the
//! request, sealed in the store, gone with the answer.

use proofs::jwe::{self, DecryptionKey, Expected};
use schemas::oid4vp::request::EncryptionKey;
use schemas::oid4vp::response::{AuthorizationResponse, CompactJwe};
use schemas::reason::Reason;
use schemas::receipt::UniqueId;
use schemas::suite::ContentEncryption;
use zeroize::Zeroizing;

use super::AskError;
use crate::error::Refusal;
use crate::seal::Sealed;
use crate::store::Admission;
use crate::ticket::{self, Purpose, Ticket};
use crate::world::World;

/// Numbers that are none of the curve are drawn once in 2^32 times.
const TRIES: usize = 4;

/// A new key for the answer to this admission, sealed.
pub(super) fn draw(world: &World, id: &UniqueId) -> Result<Vec<u8>, AskError> {
    let mut scalar = Zeroizing::new([0; 32]);
    for _ in 0..TRIES {
        ticket::draw(scalar.as_mut())?;
        if DecryptionKey::from_scalar(&scalar).is_ok() {
            let keys = &world.identity().keys;
            return Ok(keys.seal(Sealed::Decryption, id.as_str(), scalar.as_ref())?);
        }
    }
    Err(AskError::NoChance)
}

/// The key of an admission; `None` when its answer is not to be encrypted.
///
/// # Errors
/// [`Refusal`] when it does not open: what was sealed with a key of the world that somebody else may
/// have is not used any more.
fn key_of(world: &World, admission: &Admission) -> Result<Option<DecryptionKey>, Refusal> {
    let Some(sealed) = &admission.decryption else {
        return Ok(None);
    };
    let keys = &world.identity().keys;
    let id = admission.id.as_str();
    let Some(plain) = keys.open(Sealed::Decryption, id, sealed) else {
        return Err(match keys.history.was_compromised(admission.created) {
            true => Refusal::not_found(),
            false => Refusal::internal(Reason::InternalError),
        });
    };
    let scalar: Option<&[u8; 32]> = plain.as_slice().try_into().ok();
    let key = scalar.and_then(|scalar| DecryptionKey::from_scalar(scalar).ok());
    key.map(Some)
        .ok_or(Refusal::internal(Reason::InternalError))
}

fn name_of(response: &Ticket) -> Ticket {
    response.derive(Purpose::EncryptionKey)
}

/// The public half, as the request has it.
pub(super) fn public(
    world: &World,
    admission: &Admission,
    response: &Ticket,
) -> Result<Option<EncryptionKey>, Refusal> {
    let key = key_of(world, admission)?;
    Ok(key.map(|key| {
        let jwk = key.recipient().jwk();
        EncryptionKey::for_ecdh_es(jwk, name_of(response).expose())
    }))
}

/// Decrypts an answer.
///
/// # Errors
/// `enc_unsupported` for anything but a JWE to the key of this request; the reason of what is in it.
pub(crate) fn open(
    world: &World,
    admission: &Admission,
    response: &Ticket,
    jwe: &CompactJwe,
) -> Result<AuthorizationResponse, Refusal> {
    let refused = |reason| Refusal::bad("invalid_request", reason);
    let key = key_of(world, admission)?.ok_or(refused(Reason::EncUnsupported))?;
    let name = name_of(response);
    let expected = Expected {
        key: &key,
        kid: name.expose(),
        encryptions: &ContentEncryption::ALL,
    };
    let plain = jwe::decrypt(jwe.as_str(), &expected)
        .map_err(|error| refused(error.reason()).because(error))?;
    AuthorizationResponse::read_decrypted(&plain)
        .map_err(|error| refused(error.reason()).because(error))
}
