//! Where an SD-JWT is cut, and what the header of its tokens may say.
//! Source: RFC 9901 sections 4, 4.1 and 4.3; RFC 7515 sections 4 and 7.1; RFC 8725 section 3.

use schemas::json::Object;

use crate::jws::JwsError;
use crate::jws::token::Token;
use crate::sd_jwt::{KEY_BINDING_TYP, LIMITS, MAX_DISCLOSURES, SdJwtError};

/// The parts of a text, uncut bytes of it.
pub(super) struct Parts<'t> {
    pub(super) token: &'t str,
    pub(super) disclosures: Vec<&'t str>,
    pub(super) key_binding: Option<&'t str>,
    /// All up to the last `~`, which is in it.
    pub(super) bound: &'t str,
}

/// Cuts a text at its `~`.
pub(super) fn split(text: &str) -> Result<Parts<'_>, SdJwtError> {
    if text.len() > LIMITS.max_bytes {
        return Err(SdJwtError::TooLarge {
            limit: LIMITS.max_bytes,
            found: text.len(),
        });
    }
    // A JSON serialization has no `~`, and its brace would be no base64url either.
    let end = text.rfind('~').ok_or(SdJwtError::Serialization)?;
    let (bound, key_binding) = text.split_at(end + 1);
    let mut parts = bound.get(..end).unwrap_or_default().split('~');
    let token = parts.next().unwrap_or_default();
    let mut disclosures = Vec::new();
    for part in parts {
        if part.is_empty() {
            return Err(SdJwtError::Serialization);
        }
        if disclosures.len() == MAX_DISCLOSURES {
            return Err(SdJwtError::TooManyDisclosures);
        }
        disclosures.push(part);
    }
    Ok(Parts {
        token,
        disclosures,
        key_binding: (!key_binding.is_empty()).then_some(key_binding),
        bound,
    })
}

/// Reads the issuer's token, and gives its payload apart.
pub(super) fn issuers_token(text: &str, typ: &'static str) -> Result<(Token, Object), SdJwtError> {
    let (token, payload) = Token::read(text, typ, &LIMITS).map_err(refusal)?;
    match token.brings_key() {
        Some("jwk" | "x5c") => Err(SdJwtError::EmbeddedKey),
        Some(name) => Err(SdJwtError::Jws(JwsError::Forbidden(name))),
        None => Ok((token, payload)),
    }
}

/// Reads a key binding. A key that it brings is no fault yet: whether the holder's key signed it is the
/// first thing to tell.
pub(super) fn binding_token(text: &str) -> Result<(Token, Object), SdJwtError> {
    Token::read(text, KEY_BINDING_TYP, &LIMITS).map_err(|error| match error {
        JwsError::Typ { .. } | JwsError::Algorithm | JwsError::AlgorithmOfOtherKey => {
            SdJwtError::KeyBindingTyp
        }
        other => refusal(other),
    })
}

fn refusal(error: JwsError) -> SdJwtError {
    match error {
        JwsError::Serialization => SdJwtError::Serialization,
        other => SdJwtError::Jws(other),
    }
}
