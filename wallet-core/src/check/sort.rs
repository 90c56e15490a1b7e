//! What kind of thing bytes are, told by their first letters and names alone. The holder's side runs
//! it.

use proofs::jws::Typ;
use schemas::json::{self, Limits, Value};
use schemas::receipt::{CompactJws, RECEIPT_TYP};

use crate::check::{Aid, CheckError};

/// What kind of thing something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// An avatar or item credential, or JSON that is none of the others.
    Credential,
    /// A model file (`.glb`, `.vrm`).
    Model,
    /// One presentation.
    Presentation,
    /// A creator's statement about a model file.
    Provenance,
    /// A world's signed receipt.
    Receipt,
    /// An answer to a request: presentations by the parts that they answer.
    VpToken,
}

/// Tells what something is. That it is so is not said: a thing that calls itself a credential is
/// judged as one.
///
/// # Errors
/// [`CheckError::Unrecognized`] when it is none of the sorts, [`CheckError::NotByItself`] when it is
/// something that others are judged by.
pub fn sort_of(bytes: &[u8]) -> Result<Sort, CheckError> {
    if bytes.starts_with(b"glTF") {
        return Ok(Sort::Model);
    }
    let start = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if start != Some(&b'{') {
        return sort_of_token(bytes);
    }
    // What cannot be read is judged as a credential, and refused with what is wrong.
    let Ok(value) = json::read(bytes, &Limits::document()) else {
        return Ok(Sort::Credential);
    };
    let types = value
        .get("type")
        .and_then(Value::strings)
        .unwrap_or_default();
    let all_arrays = value.as_object().is_some_and(|object| {
        !object.is_empty() && object.iter().all(|(_, value)| value.as_array().is_some())
    });
    if let Some(aid) = aid_of(&value, &types) {
        return Err(CheckError::NotByItself(aid));
    }
    Ok(if types.contains(&"VerifiablePresentation") {
        Sort::Presentation
    } else if types.contains(&"AssetProvenance") {
        Sort::Provenance
    } else if types.is_empty() && all_arrays {
        Sort::VpToken
    } else {
        Sort::Credential
    })
}

fn aid_of(value: &Value, types: &[&str]) -> Option<Aid> {
    let a_did = |id: &str| id.starts_with("did:");
    if types.contains(&"BitstringStatusListCredential") {
        Some(Aid::StatusList)
    } else if types.contains(&"TrustListCredential") {
        Some(Aid::TrustList)
    } else if types.is_empty() && value.get("id").and_then(Value::as_str).is_some_and(a_did) {
        Some(Aid::DidDocument)
    } else {
        None
    }
}

fn sort_of_token(bytes: &[u8]) -> Result<Sort, CheckError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| CheckError::Unrecognized)?
        .trim_ascii();
    // An SD-JWT. What comes behind its last `~` binds it to somebody who asked for it.
    match text.rsplit_once('~') {
        Some((_, "")) => return Ok(Sort::Credential),
        Some(_) => return Ok(Sort::Presentation),
        None => {}
    }
    let token = CompactJws::new(text).ok_or(CheckError::Unrecognized)?;
    let header = token.as_str().split('.').next().unwrap_or_default();
    let header = schemas::encoding::base64url::decode(header).ok_or(CheckError::Unrecognized)?;
    let header = json::read(&header, &Limits::message()).map_err(|_| CheckError::Unrecognized)?;
    match header.get("typ").and_then(Value::as_str) {
        Some(RECEIPT_TYP) => Ok(Sort::Receipt),
        // Cut off before its first `~`: it is judged, and refused with what is wrong.
        Some(proofs::sd_jwt::TYP) => Ok(Sort::Credential),
        Some(typ) if typ == Typ::Bundle.as_str() => Err(CheckError::NotByItself(Aid::Bundle)),
        Some(typ) if typ == Typ::RequestObject.as_str() => {
            Err(CheckError::NotByItself(Aid::Request))
        }
        _ => Err(CheckError::Unrecognized),
    }
}

#[cfg(test)]
mod tests {
    use super::{Sort, sort_of};
    use crate::check::{Aid, CheckError};
    use proofs::jws::Typ;
    use schemas::reason::Reason;

    #[test]
    fn things_are_told_apart() {
        for (text, sort) in [
            ("glTF\u{2}\0\0\0", Sort::Model),
            (
                " {\"type\":[\"VerifiableCredential\",\"AvatarCredential\"]}",
                Sort::Credential,
            ),
            (
                "{\"type\":[\"VerifiableCredential\",\"AssetProvenance\"]}",
                Sort::Provenance,
            ),
            ("{\"type\":\"VerifiablePresentation\"}", Sort::Presentation),
            ("{\"avatar\":[{}],\"item\":[{}]}", Sort::VpToken),
            ("{\"avatar\":[{}],\"item\":{}}", Sort::Credential),
            ("{}", Sort::Credential),
            ("{\"a\":1,\"a\":2}", Sort::Credential),
            ("{", Sort::Credential),
        ] {
            assert_eq!(sort_of(text.as_bytes()), Ok(sort), "{text}");
        }
        let token = |typ: &str| {
            let header = format!("{{\"typ\":\"{typ}\"}}");
            format!(
                "{}.e30.AAAA\n",
                schemas::encoding::base64url::encode(header.as_bytes())
            )
        };
        assert_eq!(
            sort_of(token("omote-receipt+jwt").as_bytes()),
            Ok(Sort::Receipt)
        );
        for (text, sort) in [
            ("eyJ.e30.AAAA~WyJz~\n", Sort::Credential),
            ("~~", Sort::Credential),
            ("eyJ.e30.AAAA~WyJz~e30.e30.AAAA", Sort::Presentation),
            (&token("dc+sd-jwt"), Sort::Credential),
        ] {
            assert_eq!(sort_of(text.as_bytes()), Ok(sort), "{text}");
        }
        for other in [token("JWT"), "hello".to_owned(), String::new()] {
            let error = sort_of(other.as_bytes()).unwrap_err();
            assert_eq!(error, CheckError::Unrecognized);
            assert_eq!(error.reason(), Reason::ParseError);
        }
        for (text, aid) in [
            (token(Typ::Bundle.as_str()), Aid::Bundle),
            (token(Typ::RequestObject.as_str()), Aid::Request),
            (
                "{\"id\":\"did:web:a.example\",\"verificationMethod\":[]}".to_owned(),
                Aid::DidDocument,
            ),
            (
                "{\"type\":[\"VerifiableCredential\",\"BitstringStatusListCredential\"]}"
                    .to_owned(),
                Aid::StatusList,
            ),
            (
                "{\"type\":[\"VerifiableCredential\",\"TrustListCredential\"]}".to_owned(),
                Aid::TrustList,
            ),
        ] {
            let error = sort_of(text.as_bytes()).unwrap_err();
            assert_eq!(error, CheckError::NotByItself(aid), "{text}");
            assert_eq!(error.reason(), Reason::BadRequest);
        }
        assert_eq!(sort_of(&[0xff, 0xfe]), Err(CheckError::Unrecognized));
    }
}
